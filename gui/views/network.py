"""The network, drawn as in a textbook: the centre of the window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine.experiment import Experiment
from engine.expression import Term
from engine.frame import Frame
from gui.event_filters import on_event
from gui.network.canvas import Canvas, paint_as_lines
from gui.network.chips import describe_click
from gui.network.cursor import Cursor, KeyboardCursor
from gui.network.drawing import Drawing
from gui.network.geometry import MOST_DRAWN, Column
from gui.network.items import Chip, Click
from gui.network.marks import FocusFrame, Marks, marks_of
from gui.network.text import Label
from gui.network.words import describe, describe_term
from gui.notation import Notation
from gui.numbers import NumberFormat
from gui.pictures.picture import Picture, picture_of, resized
from gui.theme import Theme
from gui.translation import tr

_DESCRIBED_AFTER_MS = 120  # nobody listens: once the keys are still
_CTRL = Qt.KeyboardModifier.ControlModifier
_PLAIN, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_TOGGLE = (Qt.Key.Key_Return, _PLAIN), (Qt.Key.Key_Enter, _PLAIN)
_PAGES = {
    (Qt.Key.Key_PageUp, _SHIFT): -MOST_DRAWN,
    (Qt.Key.Key_PageDown, _SHIFT): MOST_DRAWN,
}


class NetworkView(QWidget):
    """Draws the network of a Frame, its values and what the Step stood on writes and reads.

    hovered: the engine's Term below the mouse or the keyboard's cursor, or None. picked: a Term
    that was clicked, or chosen with Enter.
    """

    hovered = Signal(object)
    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = Drawing(self)
        self._canvas = Canvas(self._drawing)
        # The same once more, which is drawn ahead of what is shown.
        self._ahead: tuple[Drawing, Canvas] | None = None
        self._cursor = KeyboardCursor(self._drawing)
        self._hovered: Term | None = None
        self._lit: Term | None = None
        self._pinned: Term | None = None
        self._pointed: int | None = None
        self._keeps_pixels = True
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Network"))
        on_event(self, QEvent.Type.ToolTip, self._show_tip)
        on_event(self, QEvent.Type.DevicePixelRatioChange, self._resolution_changed)

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        """Shows one moment of a run."""
        drawing = self._drawing
        before = drawing.frame
        if before is None or before.program.layer_sizes != frame.program.layer_sizes:
            self._cursor.at = None
            self._ahead = None
            self._canvas.forget()
        self._forget_pointed(frame)
        if self._ahead and self._ahead[0].frame is frame:
            self._show_ahead(*self._ahead)
        else:
            drawing.take(frame)
            self._bring_step_in()
        self._renew()
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)

    def foresee(self, frame: Frame) -> None:
        """Draws what is likely to be shown next; what is shown stays."""
        shown = self._drawing
        if shown.frame is None or not self._keeps_pixels or not self.isVisible():
            return
        if shown.frame.program.layer_sizes != frame.program.layer_sizes:
            return
        if self._ahead is None:
            twin = shown.twin(self)
            self._ahead = twin, Canvas(twin)
        drawing, canvas = self._ahead
        if drawing.expanded.first != shown.expanded.first:
            drawing.expanded = shown.expanded.copy()
            drawing.forget_plan()
            canvas.forget()
        drawing.take(frame)
        if drawing.bring_step_in():
            canvas.forget()
        canvas.renew(self._marks_on(drawing))

    def _show_ahead(self, drawing: Drawing, canvas: Canvas) -> None:
        """Has what was drawn ahead and what is shown change places."""
        self._ahead = self._drawing, self._canvas
        self._drawing, self._canvas = drawing, canvas
        self._cursor.drawing = drawing
        self.update()

    def _describe(self) -> None:
        drawing = self._drawing
        if drawing.frame is not None:
            told = (
                describe(drawing.frame, drawing.numbers, self.sample, drawing.notation),
                self._told_of_cursor(),
                _keys(),
            )
            self.setAccessibleDescription(". ".join(filter(None, told)))

    def _told_of_cursor(self) -> str:
        """What the keyboard's cursor is on, in words."""
        if self._drawing.frame is None or self._cursor.at is None:
            return ""
        chip, term = self._cursor.chip(), self._cursor.term()
        if chip is not None:
            return self._told_of_chip(chip)
        return "" if term is None else self._told_of(term).replace("\n", ", ")

    def _told_of(self, term: Term) -> str:
        drawing = self._drawing
        assert drawing.frame is not None
        return describe_term(drawing.frame, term, self.sample, drawing.names, drawing.notation)

    def _told_of_chip(self, chip: Chip) -> str:
        return describe_click(chip, self._drawing.plan.layout.area.height())

    def set_experiment(self, experiment: Experiment) -> None:
        """Takes the names of inputs, outputs and activations; once for a run."""
        self._drawing.expanded.set_sizes(experiment.network.sizes)
        activations = tuple(layer.activation.name for layer in experiment.network.layers)
        self._drawing.names = replace(self._drawing.names, activations=activations)
        self.set_names(experiment.data.input_names, experiment.data.target_names)

    def set_names(self, inputs: tuple[str, ...], targets: tuple[str, ...]) -> None:
        """What stands beside inputs and outputs; x1 … and o1 … where it is empty."""
        names = self._drawing.names
        self._drawing.names = replace(names, inputs=tuple(inputs), targets=tuple(targets))
        self._forget_plan()

    def set_theme(self, theme: Theme) -> None:
        """Changes the colours."""
        self._drawing.theme = theme
        self._canvas.forget_colours()
        self._forget_scene()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Changes how many digits are shown where there is room."""
        self._drawing.numbers = numbers
        self._forget_plan()

    def set_notation(self, notation: Notation) -> None:
        """Whose letters are written: w, a node by node, and W, x in matrix form."""
        if notation != self._drawing.notation:
            self._drawing.notation = notation
            self._describe_later.start(0)
            self._forget_scene()

    def set_sample(self, column: int) -> None:
        """Chooses the column of the batch whose values are shown."""
        self._drawing.chosen_sample = column
        self._forget_scene()

    def set_shown(self, shown: str) -> None:
        """Chooses "values", or "gradients": δ in every unit and ∂E/∂w on every edge."""
        if shown not in ("values", "gradients"):
            raise ValueError(f'shown is {shown!r}, not "values" or "gradients"')
        self._drawing.gradients = shown == "gradients"
        self._forget_scene()

    def set_lit(self, term: Term | None) -> None:
        """Rings what another view points at; a letter for an index means all of that axis."""
        if term != self._lit:
            self._lit = term
            self._renew()

    def set_pinned(self, term: Term | None) -> None:
        """Marks what is pinned, until it is another: the mark stays when the mouse leaves."""
        if term != self._pinned:
            self._pinned = term
            self._renew()

    def expand(self, layer: int) -> None:
        """Draws all units of an elided layer, or twenty at a time where not all of them fit."""
        if self._drawing.expanded.expand(layer, self._drawing.stood_on().get(layer)):
            self._forget_plan()

    def show_unit(self, layer: int, unit: int) -> None:
        """Sees to it that a unit is drawn: expands its layer, or turns to its page."""
        if self._drawing.frame is None or unit in self.drawn_units(layer):
            return
        expanded = self._drawing.expanded
        if expanded.expand(layer, unit) or expanded.bring_in(self._drawing.columns[layer], unit):
            self._forget_plan()

    def fold(self, layer: int) -> None:
        """Draws only the first ten and the last ten units of an expanded layer again."""
        if self._drawing.expanded.fold(layer):
            self._forget_plan()

    def drawn_units(self, layer: int) -> tuple[int, ...]:
        """The units of a layer that are drawn, from top to bottom; none before the first Frame."""
        return self._drawing.columns[layer].shown if self._drawing.frame else ()

    def lit_elements(self) -> frozenset[tuple[str, tuple[int, ...]]]:
        """Every element that is marked as pointed at, here or in another view.

        As (the quantity's name in the State, indices as a Term has them). Of a whole row, column or
        layer those that are drawn.
        """
        if self._drawing.frame is None:
            return frozenset()
        marked = (self._drawing.pointed_at(term).elements for term in self._pointed_terms())
        return frozenset().union(*marked)

    @property
    def sample(self) -> int:
        """The column shown: the one chosen, or the last of a smaller batch."""
        return self._drawing.sample

    def text_of(self, name: str, row: int = 0, column: int = 0) -> str:
        """The value of an element as it is painted: "" if it is not, "–" if it stands empty.

        row, column: (to, from) for weights; for all others the unit and nothing.
        """
        label = self._drawing.label_of(name, row, column)
        return label.text if label else ""

    def drawn_edges(self) -> int:
        """How many edges are drawn."""
        return sum(len(gap.edges) for gap in self._drawing.gaps) if self._drawing.frame else 0

    def labels(self) -> tuple[Label, ...]:
        """Every text as it is painted, with what it covers."""
        return self._drawing.labels

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """The network in the colours of a theme, as high as its width asks; width: in pixels."""
        return picture_of(self._twin(theme, resized(self.size(), width)))

    def _twin(self, theme: Theme, size: QSize) -> NetworkView:
        """The same once more, to be drawn off screen as lines and letters."""
        twin = NetworkView()
        twin.resize(size)
        twin.setFont(self.font())
        twin._drawing = self._drawing.twin(twin)
        twin._drawing.theme = theme
        twin._keeps_pixels = False
        return twin

    # Painting

    def _forget_plan(self) -> None:
        self._ahead = None
        self._drawing.forget_plan()
        self._canvas.forget()
        self.update()

    def _forget_scene(self) -> None:
        self._ahead = None
        self._drawing.forget_scene()
        self.update()

    def _renew(self) -> None:
        """Has what differs from the picture painted again, and nothing else."""
        if self._drawing.frame is not None and self._keeps_pixels and self.isVisible():
            self.update(self._canvas.renew(self._marks()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._drawing.frame is None:
                painter.fillRect(self.rect(), QColor(self._drawing.theme.surface))
            elif not self._keeps_pixels:
                paint_as_lines(painter, self.rect(), self._drawing)
            else:
                self._canvas.renew(self._marks())
                self._canvas.paint(painter, event.region())

    def _marks(self) -> Marks:
        return self._marks_on(self._drawing)

    def _marks_on(self, drawing: Drawing) -> Marks:
        """What is pointed at, pinned, or has the focus."""
        chip = self._cursor.chip()
        focus = FocusFrame(self.rect(), chip.rect if chip else None, drawing.theme.accent)
        shown = focus if self.hasFocus() else None
        return marks_of(drawing, self._pointed_terms(), self._pinned, shown)

    def _pointed_terms(self) -> list[Term]:
        return [term for term in (self._hovered, self._lit) if term is not None]

    # Expanded layers

    def _bring_step_in(self) -> None:
        """Turns windows to the unit stood on, where they do not show it."""
        if self._drawing.bring_step_in():
            self._forget_plan()

    def _forget_pointed(self, frame: Frame) -> None:
        """A Step in another layer is more recent than what the mouse pointed at before it."""
        before = self._drawing.frame
        if before and (before.step and before.step.layer) != (frame.step and frame.step.layer):
            self._pointed = None

    def _layer_meant(self) -> int | None:
        """The layer that keys expand and page: pointed at last, else that of the Step, or below."""
        frame = self._drawing.frame
        at = frame.step.layer or 0 if frame and frame.step else 0
        every = range(len(frame.program.layer_sizes)) if frame else ()
        candidates = (-1 if self._pointed is None else self._pointed, at, at - 1, *every)
        can_expand = self._drawing.expanded.can_expand
        return next((layer for layer in candidates if can_expand(layer)), None)

    def _toggle(self, layer: int) -> None:
        if layer in self._drawing.expanded.first:
            self.fold(layer)
        else:
            self.expand(layer)

    def _scroll(self, column: Column, units: int) -> None:
        if column.is_window and self._drawing.expanded.scroll(column.layer, units):
            self._forget_plan()

    def _click(self, chip: Chip) -> None:
        if chip.click in (Click.EXPAND, Click.FOLD):
            self._toggle(chip.layer)
        else:
            page = -MOST_DRAWN if chip.click is Click.PAGE_UP else MOST_DRAWN
            self._scroll(self._drawing.columns[chip.layer], page)

    # Pointing

    def term_at(self, place: QPointF) -> Term | None:
        """What is drawn at a place: a label, else a unit, else the nearest edge."""
        return self._drawing.term_at(place)

    def _point_at(self, term: Term | None) -> None:
        if term != self._hovered:
            self._hovered = term
            self._renew()
            self.hovered.emit(term)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._take_mouse(event.position())
        super().mouseMoveEvent(event)

    def _take_mouse(self, place: QPointF) -> None:
        self._point_at(self.term_at(place))
        column = self._drawing.column_at(place)
        if column is not None and self._drawing.expanded.can_expand(column.layer):
            self._pointed = column.layer
        if self._drawing.chip_at(place):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        chip = self._drawing.chip_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        if chip is None:
            self._pick(self.term_at(event.position()))
            return
        self._click(chip)
        self._take_mouse(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        column = self._drawing.column_at(event.position())
        # With Ctrl the window changes the size of texts.
        if column is None or not column.is_window or event.modifiers() & _CTRL:
            super().wheelEvent(event)
            return
        if self._drawing.expanded.turn_wheel(column.layer, event.angleDelta().y()):
            self._forget_plan()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves the cursor from unit to unit, with Shift over what feeds a unit.

        Enter picks what it is on, or clicks the chip. Without a cursor Enter expands or folds a
        layer. Shift with Page Up or Down pages it.
        """
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and self._drawing.frame is not None:
            over_feeds = bool(event.modifiers() & _SHIFT)
            self._set_cursor(self._cursor.move(event.key(), over_feeds))
        elif self._cursor.at is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(self._cursor.at)
        else:
            self._step_layer(event)

    def _set_cursor(self, cursor: Cursor) -> None:
        self._cursor.at = cursor
        self._pointed = cursor.layer if self._drawing.expanded.can_expand(cursor.layer) else None
        self._point_at(self._cursor.term())
        self._describe_later.start(0)
        self._renew()

    def _enter(self, cursor: Cursor) -> None:
        chip = self._cursor.chip()
        if chip is None:
            self._pick(self._cursor.term())
            return
        before = set(self.drawn_units(chip.layer))
        self._click(chip)
        if cursor.row not in self._cursor.rows()[chip.layer]:
            shown = self.drawn_units(chip.layer)
            unit = next((unit for unit in shown if unit not in before), shown[0])
            self._set_cursor(Cursor(chip.layer, unit))

    def _pick(self, term: Term | None) -> None:
        if term is not None:
            self.picked.emit(term)

    def _step_layer(self, event: QKeyEvent) -> None:
        layer = self._layer_meant()
        key = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if layer is not None and key in _TOGGLE:
            self._toggle(layer)
        elif layer is not None and key in _PAGES:
            self._scroll(self._drawing.columns[layer], _PAGES[key])
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def tooltip_at(self, place: QPointF) -> str:
        """What is said about the element at a place: name, full value, what belongs to it.

        Where nothing is, which keys there are.
        """
        if self._drawing.frame is None:
            return ""
        lines = []
        term, chip = self.term_at(place), self._drawing.chip_at(place)
        if term is not None:
            lines.append(self._told_of(term))
        if chip is not None:
            lines.append(self._told_of_chip(chip))
        return "\n".join(lines) or _keys()

    # Events

    def _show_tip(self, event: QEvent) -> bool:
        assert isinstance(event, QHelpEvent)
        QToolTip.showText(event.globalPos(), self.tooltip_at(QPointF(event.pos())), self)
        return True

    def _resolution_changed(self, _event: QEvent) -> bool:
        self._drawing.forget_fonts()
        self._forget_plan()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget_plan()
        self._bring_step_in()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._drawing.forget_fonts()
            self._forget_plan()
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._cursor.at is not None and self._hovered is None:
            self._point_at(self._cursor.term())
        self._renew()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # What the mouse points at stays so; what the keyboard's cursor does is another view's turn.
        if self._cursor.at is not None and self._hovered == self._cursor.term():
            self._point_at(None)
        self._renew()
        super().focusOutEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(800, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)


def _keys() -> str:
    return tr(
        "Alt with arrows goes from unit to unit; Alt with Shift, up and down, over the weights "
        "into a unit and its bias; Enter picks"
    )
