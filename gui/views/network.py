"""The network, drawn as in a textbook: the centre of the window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QFont,
    QFontInfo,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine.arrays import Array
from engine.experiment import Experiment
from engine.expression import Term, quantity
from engine.frame import Frame
from gui.network.chips import describe_click
from gui.network.edges import MOST_EDGES, DrawnGap, Stroke, choose, paint_edges
from gui.network.expanded import ExpandedLayers
from gui.network.geometry import MOST_DRAWN, Column, nearest_edge
from gui.network.items import Chip, Click, Scene
from gui.network.kept import KeptParts
from gui.network.lit import units_stood_on
from gui.network.margins import MarginBuilder, Margins, MarginsKey
from gui.network.paint import NodePainter, paint_direction, paint_lit_edges, paint_swatch
from gui.network.pinned import paint_pins, paint_rails
from gui.network.plan import Names, Plan, make_plan
from gui.network.pointing import meets, meets_unit, moved
from gui.network.scene import SceneBuilder
from gui.network.text import Fonts, Label, LaidLabel, lay_label, one_notation
from gui.network.words import describe, describe_term
from gui.numbers import NumberFormat
from gui.theme import LIGHT, Theme
from gui.translation import tr

_SHRUNK = 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4
_LEAST_POINTS = 7.5
_NEAR = 6.0  # pixels from an edge at which it is still meant
_DESCRIBED_AFTER_MS = 120  # nobody listens: once the keys are still
_COLUMN_REACH = 60.0  # pixels from the middle of a layer at which the wheel still scrolls it
_CTRL = Qt.KeyboardModifier.ControlModifier
_PLAIN, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_TOGGLE = (Qt.Key.Key_Return, _PLAIN), (Qt.Key.Key_Enter, _PLAIN)
_PAGES = {
    (Qt.Key.Key_PageUp, _SHIFT): -MOST_DRAWN,
    (Qt.Key.Key_PageDown, _SHIFT): MOST_DRAWN,
}


class _Kept:
    """A pixmap of a widget's size, kept while what it shows is current.

    Its memory is used again for the next picture: fetching some megabytes for every Frame costs as
    much as painting them.
    """

    def __init__(self) -> None:
        self.is_current = False
        self._pixmap = QPixmap()

    def pixmap_for(self, widget: QWidget) -> QPixmap:
        """The pixmap; a new one, not current, where size or pixel ratio have changed."""
        ratio = widget.devicePixelRatioF()
        size = widget.size() * ratio
        if self._pixmap.size() != size or self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = QPixmap(size)
            self._pixmap.setDevicePixelRatio(ratio)
            self.is_current = False
        return self._pixmap


class NetworkView(QWidget):
    """Draws the network of a Frame, its values and what the Step stood on writes and reads.

    hovered: the engine's Term below the mouse or the keyboard's cursor, or None. picked: a Term
    that was clicked, or chosen with Enter.
    """

    hovered = Signal(object)
    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._theme = LIGHT
        self._numbers = NumberFormat()
        self._names = Names()
        self._sample = 0
        self._gradients = False
        self._weights: list[Array] = []
        self._hovered: Term | None = None
        self._lit: Term | None = None
        self._pinned: Term | None = None
        self._cursor: tuple[int, int] | None = None
        self._expanded = ExpandedLayers()
        self._pointed: int | None = None
        self._fonts: dict[float, Fonts] = {}
        self._plan: Plan | None = None
        self._drawn: tuple[DrawnGap, ...] | None = None
        self._edges = _Kept()
        self._scene: Scene | None = None
        self._margins: Margins | None = None
        self._kept = KeptParts()
        self._last_margins: tuple[MarginsKey, Margins, tuple[object, ...]] | None = None
        self._laid: dict[int, LaidLabel] = {}
        self._nodes: NodePainter | None = None
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
        self._picture = _Kept()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Network"))

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        """Shows one moment of a run."""
        sizes = self._frame.program.layer_sizes if self._frame else ()
        if sizes != frame.program.layer_sizes:
            self._plan = None
            self._expanded.set_sizes(frame.program.layer_sizes)
        self._forget_pointed(frame)
        self._frame = frame
        self._take_weights(frame)
        self._forget_scene()
        self._bring_step_in()
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)

    def _describe(self) -> None:
        if self._frame is not None:
            self.setAccessibleDescription(describe(self._frame, self._numbers, self.sample))

    def set_experiment(self, experiment: Experiment) -> None:
        """Takes the names of inputs, outputs and activations; once for a run."""
        self._expanded.set_sizes(experiment.network.sizes)
        activations = tuple(layer.activation.name for layer in experiment.network.layers)
        self._names = replace(self._names, activations=activations)
        self.set_names(experiment.data.input_names, experiment.data.target_names)

    def set_names(self, inputs: tuple[str, ...], targets: tuple[str, ...]) -> None:
        """What stands beside inputs and outputs; x1 … and o1 … where it is empty."""
        self._names = replace(self._names, inputs=tuple(inputs), targets=tuple(targets))
        self._forget_plan()

    def set_theme(self, theme: Theme) -> None:
        """Changes the colours."""
        self._theme = theme
        self._nodes = None
        self._laid.clear()
        self._edges.is_current = False
        self._forget_scene()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Changes how many digits are shown where there is room."""
        self._numbers = numbers
        self._forget_plan()

    def set_sample(self, column: int) -> None:
        """Chooses the column of the batch whose values are shown."""
        self._sample = column
        self._forget_scene()

    def set_shown(self, shown: str) -> None:
        """Chooses "values", or "gradients": δ in every unit and ∂E/∂w on every edge."""
        if shown not in ("values", "gradients"):
            raise ValueError(f'shown is {shown!r}, not "values" or "gradients"')
        self._gradients = shown == "gradients"
        self._forget_scene()

    def set_lit(self, term: Term | None) -> None:
        """Rings what another view points at; a letter for an index means all of that axis."""
        if term != self._lit:
            self._forget_rails(self._lit, term)
            self._lit = term
            self.update()

    def set_pinned(self, term: Term | None) -> None:
        """Marks what is pinned, until it is another: the mark stays when the mouse leaves."""
        if term != self._pinned:
            self._forget_rails(self._pinned, term)
            self._pinned = term
            self.update()

    def _forget_rails(self, *terms: Term | None) -> None:
        """The lines along pointed edges lie behind the units: the picture is painted with them."""
        if any(term is not None and quantity(term.name).is_weight_shaped for term in terms):
            self._picture.is_current = False

    def expand(self, layer: int) -> None:
        """Draws all units of an elided layer, or twenty at a time where not all of them fit."""
        if self._expanded.expand(layer, self._stood_on().get(layer)):
            self._forget_plan()

    def fold(self, layer: int) -> None:
        """Draws only the first ten and the last ten units of an expanded layer again."""
        if self._expanded.fold(layer):
            self._forget_plan()

    def drawn_units(self, layer: int) -> tuple[int, ...]:
        """The units of a layer that are drawn, from top to bottom; none before the first Frame."""
        return self._current_plan().columns[layer].shown if self._frame else ()

    @property
    def sample(self) -> int:
        """The column shown: the one chosen, or the last of a smaller batch."""
        return min(self._sample, self._frame.batch - 1) if self._frame else self._sample

    def text_of(self, name: str, row: int = 0, column: int = 0) -> str:
        """The value of an element as it is painted: "" if it is not, "–" if it stands empty.

        row, column: (to, from) for weights; for all others the unit and nothing.
        """
        label = self._label_of(name, row, column)
        return label.text if label else ""

    def drawn_edges(self) -> int:
        """How many edges are drawn."""
        return sum(len(gap.edges) for gap in self._drawn_gaps()) if self._frame else 0

    def labels(self) -> tuple[Label, ...]:
        """Every text as it is painted, with what it covers."""
        if self._frame is None:
            return ()
        scene, margins = self._scene_and_margins()
        return (*scene.labels, *margins.labels)

    def _label_of(self, name: str, row: int, column: int) -> Label | None:
        what = quantity(name)
        if what.is_weight_shaped:
            wanted = Term(name, (row, column))
        else:
            wanted = Term(name) if what.layer is None and name != "t" else Term(name, (row,))
        found = [label for label in self.labels() if label.term == wanted]
        if not found and what.kind == "z" and self._frame and not self._is_known(wanted):
            return self._label_of(f"a{what.layer}", row, 0)
        return found[0] if found else None

    def _is_known(self, term: Term) -> bool:
        assert self._frame is not None
        row, column = (*term.indices, self.sample, 0)[:2] if term.indices else (0, 0)
        return self._frame.is_known(term.name, int(row), int(column))

    # What is kept between paints

    def _take_weights(self, frame: Frame) -> None:
        """Keeps the edges' pixmap where the weights are those it was painted from."""
        layers = range(1, frame.program.layers + 1)
        weights = [frame.values(f"W{layer}")[0] for layer in layers]
        same = len(weights) == len(self._weights) and all(
            new is old or np.array_equal(new, old)
            for new, old in zip(weights, self._weights, strict=True)
        )
        self._weights = weights
        if not same or self._plan is None:
            self._drawn = None
            self._edges.is_current = False

    def _forget_plan(self) -> None:
        self._plan = None
        self._laid.clear()
        self._drawn = None
        self._edges.is_current = False
        self._forget_scene()

    def _forget_scene(self) -> None:
        self._scene = None
        self._margins = None
        self._picture.is_current = False
        self.update()

    def _writing(self) -> Fonts:
        return self._current_plan().fonts

    def _smaller_and_smaller(self) -> Iterator[Fonts]:
        """The font of the widget, then smaller ones down to what is legible."""
        whole = QFontInfo(self.font()).pointSizeF()
        for shrunk in _SHRUNK:
            points = max(whole * shrunk, min(whole, _LEAST_POINTS))
            if points not in self._fonts:
                font = QFont(self.font())
                font.setPointSizeF(points)
                self._fonts[points] = Fonts(font, self)
            yield self._fonts[points]
            if points <= _LEAST_POINTS:
                return

    def _current_plan(self) -> Plan:
        assert self._frame is not None
        if self._plan is None:
            sizes = self._frame.program.layer_sizes
            size = QSizeF(self.size())
            first = self._expanded.first
            fonts = self._smaller_and_smaller()
            self._plan = make_plan(sizes, size, fonts, self._numbers, self._names, first)
        return self._plan

    def _drawn_gaps(self) -> tuple[DrawnGap, ...]:
        if self._drawn is None:
            most = int(MOST_EDGES / self.devicePixelRatioF() ** 2)
            self._drawn = choose(self._current_plan().gaps, self._weights, most)
        return self._drawn

    def _scene_and_margins(self) -> tuple[Scene, Margins]:
        if self._scene is None or self._margins is None:
            assert self._frame is not None
            common = (
                self._frame,
                self._current_plan(),
                self._writing(),
                self._numbers,
                self._theme,
                self.sample,
            )
            drawn = self._drawn_gaps()
            builder = SceneBuilder(*common, self._gradients)
            self._scene = builder.build(drawn, self._weights, self._kept)
            margins = self._kept_margins(MarginBuilder(*common, self._gradients), drawn)
            in_scene, in_margins = one_notation(
                (self._scene.labels, margins.labels), self._writing()
            )
            self._scene.labels = in_scene
            self._margins = replace(margins, labels=tuple(in_margins))
        return self._scene, self._margins

    def _kept_margins(self, builder: MarginBuilder, drawn: tuple[DrawnGap, ...]) -> Margins:
        """The margins of the Frame before, where the same stands in them."""
        key = builder.key(drawn)
        if self._last_margins is None or self._last_margins[0] != key:
            self._last_margins = key, builder.build(drawn), (builder, drawn)
        return self._last_margins[1]

    def _strokes(self) -> list[Stroke]:
        scale, hairline = self._current_plan().edge_scale, 1 / self.devicePixelRatioF()
        return [Stroke(scale, hairline, gap.crowded) for gap in self._drawn_gaps()]

    def _edge_pixmap(self) -> QPixmap:
        """All edges and the samples of them: what changes only with the weights."""
        pixmap = self._edges.pixmap_for(self)
        if not self._edges.is_current:
            _, margins = self._scene_and_margins()
            strokes = self._strokes()
            with QPainter(pixmap) as painter:
                painter.fillRect(self.rect(), QColor(self._theme.surface))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_edges(painter, self._drawn_gaps(), strokes, self._theme)
                for swatch in margins.swatches:
                    paint_swatch(painter, swatch, strokes[swatch.gap], self._theme)
            self._edges.is_current = True
        return pixmap

    def _whole_picture(self) -> QPixmap:
        """Edges and scene: what changes with every Frame, but not with the mouse."""
        pixmap = self._picture.pixmap_for(self)
        if not self._picture.is_current:
            edges = self._edge_pixmap()
            with QPainter(pixmap) as painter:
                painter.drawPixmap(0, 0, edges)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_scene(painter)
            self._picture.is_current = True
        return pixmap

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._frame is None:
                painter.fillRect(self.rect(), QColor(self._theme.surface))
                return
            painter.drawPixmap(0, 0, self._whole_picture())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for term in (self._hovered, self._lit):
                if term is not None:
                    self._paint_ring(painter, term)
            if self._pinned is not None:
                scene, _ = self._scene_and_margins()
                paint_pins(painter, self._pinned, scene.nodes, self.labels(), self._theme)
            if self.hasFocus():
                self._paint_focus(painter)

    def _paint_scene(self, painter: QPainter) -> None:
        scene, margins = self._scene_and_margins()
        strokes = self._strokes()
        crowded = [stroke for stroke in strokes if stroke.crowded]
        paint_lit_edges(painter, scene.edges, (*crowded, *strokes)[0], self._theme)
        self._paint_rails(painter)
        if self._nodes is None:
            self._nodes = NodePainter(self._theme, self.devicePixelRatioF())
        self._nodes.paint(painter, scene.nodes)
        paint_direction(painter, margins.direction, self._theme)
        for laid in self._lay_labels():
            laid.paint(painter)

    def _paint_rails(self, painter: QPainter) -> None:
        """Lines along the edges that are pointed at or pinned."""
        drawn, columns, theme = self._drawn_gaps(), self._current_plan().columns, self._theme
        if self._pinned is not None:
            paint_rails(painter, self._pinned, drawn, columns, theme.accent, 2.0)
        for term in (self._hovered, self._lit):
            if term is not None:
                paint_rails(painter, term, drawn, columns, theme.text, 1.4)

    def _lay_labels(self) -> Iterable[LaidLabel]:
        """Every Label with its glyphs placed; most are those of the picture before."""
        fonts, theme, old = self._writing(), self._theme, self._laid
        self._laid = {
            id(label): old.get(id(label)) or lay_label(label, fonts, theme)
            for label in self.labels()
        }
        return self._laid.values()

    def _paint_ring(self, painter: QPainter, term: Term) -> None:
        """A thin ring around what is pointed at, wherever that is shown."""
        scene, _ = self._scene_and_margins()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.text), 1.4))
        for node in scene.nodes:
            if meets_unit(term, node.layer, node.unit):
                painter.drawEllipse(QPointF(node.x, node.y), node.radius + 3, node.radius + 3)
        for label in self.labels():
            named = label.term
            if named is not None and label.chip and meets(term, named.name, named.indices):
                painter.drawRoundedRect(label.rect, 4, 4)

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._theme.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    # Expanded layers

    def _stood_on(self) -> dict[int, int]:
        return units_stood_on(self._frame) if self._frame else {}

    def _bring_step_in(self) -> None:
        """Turns windows to the unit stood on, where they do not show it."""
        for layer, unit in self._stood_on().items() if self._expanded.first else ():
            if self._expanded.bring_in(self._current_plan().columns[layer], unit):
                self._forget_plan()

    def _forget_pointed(self, frame: Frame) -> None:
        """A Step in another layer is more recent than what the mouse pointed at before it."""
        if self._frame and (self._frame.step and self._frame.step.layer) != (
            frame.step and frame.step.layer
        ):
            self._pointed = None

    def _layer_meant(self) -> int | None:
        """The layer that keys expand and page: pointed at last, else that of the Step, or below."""
        step = self._frame.step if self._frame else None
        at = step.layer if step and step.layer else 0
        every = () if self._frame is None else range(len(self._frame.program.layer_sizes))
        candidates = (-1 if self._pointed is None else self._pointed, at, at - 1, *every)
        return next((layer for layer in candidates if self._expanded.can_expand(layer)), None)

    def _toggle(self, layer: int) -> None:
        if layer in self._expanded.first:
            self.fold(layer)
        else:
            self.expand(layer)

    def _scroll(self, column: Column, units: int) -> None:
        if column.is_window and self._expanded.scroll(column.layer, units):
            self._forget_plan()

    def _click(self, chip: Chip) -> None:
        if chip.click in (Click.EXPAND, Click.FOLD):
            self._toggle(chip.layer)
        else:
            page = -MOST_DRAWN if chip.click is Click.PAGE_UP else MOST_DRAWN
            self._scroll(self._current_plan().columns[chip.layer], page)

    def _chip_at(self, place: QPointF) -> Chip | None:
        if self._frame is None:
            return None
        scene, _ = self._scene_and_margins()
        return next((chip for chip in scene.chips if chip.rect.contains(place)), None)

    def _column_at(self, place: QPointF) -> Column | None:
        """The layer whose column a place is in: nearer to it than to its neighbours."""
        if self._frame is None:
            return None
        plan = self._current_plan()
        reach = min(plan.layout.gap / 2, _COLUMN_REACH)
        return next((c for c in plan.columns if abs(c.x - place.x()) <= reach), None)

    # Pointing

    def term_at(self, place: QPointF) -> Term | None:
        """What is drawn at a place: a label, else a unit, else the nearest edge."""
        if self._frame is None:
            return None
        for label in self.labels():
            if label.term is not None and label.rect.contains(place):
                return label.term
        scene, _ = self._scene_and_margins()
        for node in scene.nodes:
            away = QPointF(node.x, node.y) - place
            if QPointF.dotProduct(away, away) <= max(node.radius, 5) ** 2:
                return node.shown or Term(f"a{node.layer}", (node.unit,))
        return self._edge_at(place)

    def _edge_at(self, place: QPointF) -> Term | None:
        columns = self._current_plan().columns
        for gap, left, right in zip(self._drawn_gaps(), columns, columns[1:], strict=False):
            if left.x <= place.x() <= right.x:
                index, distance = nearest_edge(gap.lines, place.x(), place.y())
                edge = int(gap.edges[index])
                if distance <= _NEAR:
                    to, origin = int(gap.gap.to[edge]), int(gap.gap.origin[edge])
                    return Term(f"W{gap.gap.layer}", (to, origin))
        return None

    def _point_at(self, term: Term | None) -> None:
        if term != self._hovered:
            self._forget_rails(self._hovered, term)
            self._hovered = term
            self.hovered.emit(term)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._take_mouse(event.position())
        super().mouseMoveEvent(event)

    def _take_mouse(self, place: QPointF) -> None:
        self._point_at(self.term_at(place))
        column = self._column_at(place)
        if column is not None and self._expanded.can_expand(column.layer):
            self._pointed = column.layer
        if self._chip_at(place):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        chip = self._chip_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        if chip is None:
            self._pick(self.term_at(event.position()))
            return
        self._click(chip)
        self._take_mouse(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        column = self._column_at(event.position())
        # With Ctrl the window changes the size of texts.
        if column is None or not column.is_window or event.modifiers() & _CTRL:
            super().wheelEvent(event)
            return
        if self._expanded.turn_wheel(column.layer, event.angleDelta().y()):
            self._forget_plan()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves the cursor from unit to unit, and Enter picks the unit.

        Without a cursor Enter expands or folds a layer; Shift with Page Up or Down pages it.
        """
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and self._frame is not None:
            columns = [column.shown for column in self._current_plan().columns]
            self._set_cursor(moved(self._cursor, event.key(), columns))
            return
        if self._cursor is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            layer, unit = self._cursor
            self._pick(Term(f"a{layer}", (unit,)))
            return
        self._step_layer(event)

    def _set_cursor(self, cursor: tuple[int, int] | None) -> None:
        self._cursor = cursor
        if cursor is not None:
            self._point_at(Term(f"a{cursor[0]}", (cursor[1],)))

    def _pick(self, term: Term | None) -> None:
        if term is not None:
            self.picked.emit(term)

    def _step_layer(self, event: QKeyEvent) -> None:
        layer = self._layer_meant()
        key = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if layer is not None and key in _TOGGLE:
            self._toggle(layer)
        elif layer is not None and key in _PAGES:
            self._scroll(self._current_plan().columns[layer], _PAGES[key])
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def tooltip_at(self, place: QPointF) -> str:
        """What is said about the element at a place: name, full value, what belongs to it."""
        if self._frame is None:
            return ""
        lines = []
        term, chip = self.term_at(place), self._chip_at(place)
        if term is not None:
            lines.append(describe_term(self._frame, term, self.sample, self._names))
        if chip is not None:
            lines.append(describe_click(chip, self._current_plan().layout.area.height()))
        return "\n".join(lines)

    # Events

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tooltip_at(QPointF(event.pos())), self)
            return True
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._fonts.clear()
            self._nodes = None
            self._forget_plan()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget_plan()
        self._bring_step_in()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._fonts.clear()
            self._forget_plan()
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(800, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)
