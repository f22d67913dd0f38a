"""The network, drawn as in a textbook: the centre of the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

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
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine.arrays import Array
from engine.experiment import Experiment
from engine.expression import Term, quantity
from engine.frame import Frame
from gui.network.chips import describe_click
from gui.network.cursor import Cursor, Feed, Row, first
from gui.network.edges import MOST_EDGES, DrawnGap, Stroke, choose
from gui.network.expanded import ExpandedLayers
from gui.network.geometry import MOST_DRAWN, Column, nearest_edge
from gui.network.items import Chip, Click, Scene
from gui.network.kept import KeptParts, same_objects
from gui.network.lines import paint_lines
from gui.network.lit import units_stood_on
from gui.network.margins import MarginBuilder, Margins, MarginsKey
from gui.network.overlay import Overlay, Painted
from gui.network.paint import (
    DrawnNode,
    NodePainter,
    PaintedDirection,
    PaintedSwatch,
    paint_lit_edges,
)
from gui.network.pinned import paint_pins, paint_rails, paint_rings
from gui.network.plan import Names, Plan, make_plan
from gui.network.pointing import Pointed, edges_of, pointed_at
from gui.network.scene import SceneBuilder
from gui.network.strengths import EdgePicture
from gui.network.text import Fonts, Label, lay_label, one_notation
from gui.network.words import describe, describe_term
from gui.notation import Notation
from gui.numbers import NumberFormat
from gui.pictures.picture import Picture, picture_of, resized
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
        self._notation: Notation = "node"
        self._weights: list[Array] = []
        self._hovered: Term | None = None
        self._lit: Term | None = None
        self._pinned: Term | None = None
        self._cursor: Cursor | None = None
        self._expanded = ExpandedLayers()
        self._pointed: int | None = None
        self._fonts: dict[float, Fonts] = {}
        self._plan: Plan | None = None
        self._drawn: tuple[DrawnGap, ...] | None = None
        self._edges = EdgePicture()
        self._overlay = Overlay()
        self._scene: Scene | None = None
        self._margins: Margins | None = None
        self._kept = KeptParts()
        self._last_margins: tuple[MarginsKey, Margins, tuple[object, ...]] | None = None
        self._laid: dict[int, Painted] = {}
        self._nodes: NodePainter | None = None
        self._keeps_pixels = True
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
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
            self._cursor = None
            self._expanded.set_sizes(frame.program.layer_sizes)
        self._forget_pointed(frame)
        self._frame = frame
        self._take_weights(frame)
        self._forget_scene()
        self._bring_step_in()
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)

    def _describe(self) -> None:
        if self._frame is not None:
            told = (
                describe(self._frame, self._numbers, self.sample, self._notation),
                self._told_of_cursor(),
                _keys(),
            )
            self.setAccessibleDescription(". ".join(filter(None, told)))

    def _told_of_cursor(self) -> str:
        """What the keyboard's cursor is on, in words."""
        if self._frame is None or self._cursor is None:
            return ""
        chip, term = self._chip_of_cursor(), self._cursor.term(self._feeds(self._cursor))
        if chip is not None:
            return self._told_of_chip(chip)
        return "" if term is None else self._told_of(term).replace("\n", ", ")

    def _told_of(self, term: Term) -> str:
        assert self._frame is not None
        return describe_term(self._frame, term, self.sample, self._names, self._notation)

    def _told_of_chip(self, chip: Chip) -> str:
        return describe_click(chip, self._current_plan().layout.area.height())

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
        self._forget_laid()
        self._forget_scene()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Changes how many digits are shown where there is room."""
        self._numbers = numbers
        self._forget_plan()

    def set_notation(self, notation: Notation) -> None:
        """Whose letters are written: w, a node by node, and W, x in matrix form."""
        if notation != self._notation:
            self._notation = notation
            self._describe_later.start(0)
            self._forget_scene()

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
            self._lit = term
            self.update()

    def set_pinned(self, term: Term | None) -> None:
        """Marks what is pinned, until it is another: the mark stays when the mouse leaves."""
        if term != self._pinned:
            self._pinned = term
            self.update()

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

    def lit_elements(self) -> frozenset[tuple[str, tuple[int, ...]]]:
        """Every element that is marked as pointed at, here or in another view.

        As (the quantity's name in the State, indices as a Term has them). Of a whole row, column or
        layer those that are drawn.
        """
        if self._frame is None:
            return frozenset()
        marked = (self._pointed_at(term).elements for term in self._pointed_terms())
        return frozenset().union(*marked)

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

    # Elsewhere

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """The network in the colours of a theme, as high as its width asks; width: in pixels."""
        return picture_of(self._twin(theme, resized(self.size(), width)))

    def _twin(self, theme: Theme, size: QSize) -> NetworkView:
        """The same once more, to be drawn off screen as lines and letters."""
        twin = NetworkView()
        twin.resize(size)
        twin.setFont(self.font())
        twin._frame, twin._weights, twin._expanded = (
            self._frame,
            self._weights,
            self._expanded.copy(),
        )
        twin._names, twin._numbers, twin._notation = self._names, self._numbers, self._notation
        twin._sample, twin._gradients = self._sample, self._gradients
        twin._keeps_pixels = False
        twin.set_theme(theme)
        return twin

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

    def _forget_plan(self) -> None:
        self._plan = None
        self._drawn = None
        self._edges.forget()
        self._forget_laid()
        self._forget_scene()

    def _forget_laid(self) -> None:
        self._laid.clear()
        self._overlay.forget()

    def _forget_scene(self) -> None:
        self._scene = None
        self._margins = None
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
                self._gradients,
                self._notation,
            )
            drawn = self._drawn_gaps()
            builder = SceneBuilder(*common)
            self._scene = builder.build(drawn, self._weights, self._kept)
            margins = self._kept_margins(MarginBuilder(*common), drawn)
            in_scene, in_margins = one_notation(
                (self._scene.labels, margins.labels), self._writing()
            )
            self._scene.labels = in_scene
            self._margins = replace(margins, labels=tuple(in_margins))
        return self._scene, self._margins

    def _kept_margins(self, builder: MarginBuilder, drawn: tuple[DrawnGap, ...]) -> Margins:
        """The margins of the Frame before, where the same stands in them."""
        key, last = builder.key(drawn), self._last_margins
        if last is None or last[0] != key:
            margins = builder.build(drawn)
            if last is not None:
                labels = tuple(same_objects(last[1].labels, margins.labels))
                swatches = tuple(same_objects(last[1].swatches, margins.swatches))
                margins = Margins(labels, margins.direction, swatches)
            last = self._last_margins = key, margins, (builder, drawn)
        return last[1]

    def _strokes(self) -> list[Stroke]:
        scale, hairline = self._current_plan().edge_scale, 1 / self.devicePixelRatioF()
        return [Stroke(scale, hairline, gap.crowded) for gap in self._drawn_gaps()]

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._frame is None:
                painter.fillRect(self.rect(), QColor(self._theme.surface))
                return
            self._paint_picture(painter)
            for term in self._pointed_terms():
                paint_rings(painter, self._pointed_at(term), self._theme)
            if self._pinned is not None:
                scene, _ = self._scene_and_margins()
                paint_pins(painter, self._pinned, scene.nodes, self.labels(), self._theme)
            if self.hasFocus():
                self._paint_focus(painter)

    def _paint_picture(self, painter: QPainter) -> None:
        """What is kept, with the few edges of the Step between."""
        scene, _ = self._scene_and_margins()
        theme, strokes = self._theme, self._strokes()
        self._paint_edges(painter, scene)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        crowded = [stroke for stroke in strokes if stroke.crowded]
        paint_lit_edges(painter, scene.edges, (*crowded, *strokes)[0], theme)
        self._paint_rails(painter)
        if self._keeps_pixels:
            size, ratio = self.size(), self.devicePixelRatioF()
            painter.drawPixmap(0, 0, self._overlay.pixmap(size, ratio, self._lay_things()))
            return
        for thing in self._lay_things():
            thing.paint(painter)

    def _paint_edges(self, painter: QPainter, scene: Scene) -> None:
        size, ratio, theme = self.size(), self.devicePixelRatioF(), self._theme
        drawn, strokes = self._drawn_gaps(), self._strokes()
        if not self._keeps_pixels:
            painter.fillRect(self.rect(), QColor(theme.surface))
            paint_lines(painter, drawn, strokes, {lit.gap: lit.mark for lit in scene.gaps}, theme)
            return
        painter.drawPixmap(0, 0, self._edges.pixmap(size, ratio, drawn, strokes, theme))
        for lit in scene.gaps:
            self._edges.paint_marked(painter, lit.gap, lit.mark, theme)

    def _paint_rails(self, painter: QPainter) -> None:
        """Lines along the edges that are pointed at or pinned; the units stand over them."""
        columns, theme = self._current_plan().columns, self._theme
        terms = [(term, theme.text, 1.4) for term in self._pointed_terms()]
        if self._pinned is not None:
            terms.insert(0, (self._pinned, theme.accent, 2.0))
        for term, colour, width in terms:
            lines = [line for _, line in edges_of(term, self._drawn_gaps(), columns)]
            paint_rails(painter, quantity(term.name).layer or 0, lines, columns, colour, width)

    def _pointed_terms(self) -> list[Term]:
        return [term for term in (self._hovered, self._lit) if term is not None]

    def _pointed_at(self, term: Term) -> Pointed:
        scene, _ = self._scene_and_margins()
        columns = self._current_plan().columns
        return pointed_at(term, scene, self.labels(), self._drawn_gaps(), columns)

    def _lay_things(self) -> list[Painted]:
        """All that stands over the edges; most of it is that of the picture before."""
        scene, margins = self._scene_and_margins()
        fonts, theme, strokes, old = self._writing(), self._theme, self._strokes(), self._laid
        nodes = self._nodes = self._nodes or NodePainter(theme, self.devicePixelRatioF())
        as_pixels = self._keeps_pixels
        laid: dict[int, Painted] = {}
        for node in scene.nodes:
            known = old.get(id(node))
            laid[id(node)] = known or (nodes.lay(node) if as_pixels else DrawnNode(node, theme))
        for swatch in margins.swatches:
            stroke = strokes[swatch.gap]
            laid[id(swatch)] = old.get(id(swatch)) or PaintedSwatch(swatch, stroke, theme)
        way = margins.direction
        laid[id(way)] = old.get(id(way)) or PaintedDirection(way, theme)
        for label in (*scene.labels, *margins.labels):
            laid[id(label)] = old.get(id(label)) or lay_label(label, fonts, theme)
        self._laid = laid
        return list(laid.values())

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._theme.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        chip = self._chip_of_cursor()
        if chip is not None:
            painter.drawRoundedRect(chip.rect.adjusted(-2, -2, 2, 2), 5, 5)
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
        """Alt with an arrow moves the cursor from unit to unit, with Shift over what feeds a unit.

        Enter picks what it is on, or clicks the chip. Without a cursor Enter expands or folds a
        layer. Shift with Page Up or Down pages it.
        """
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and self._frame is not None:
            self._move_cursor(event.key(), bool(event.modifiers() & _SHIFT))
        elif self._cursor is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(self._cursor)
        else:
            self._step_layer(event)

    def _move_cursor(self, key: int, over_feeds: bool) -> None:
        cursor, rows = self._cursor, self._rows()
        if cursor is None:
            self._set_cursor(first(rows))
        elif over_feeds and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._set_cursor(cursor.over_feeds(key, self._feeds(cursor)))
        elif cursor.feed >= 0:
            self._set_cursor(cursor.along_edge(key, self._feeds(cursor)))
        else:
            self._set_cursor(cursor.moved(key, rows))

    def _rows(self) -> list[list[Row]]:
        """What the cursor stops at in each layer, from top to bottom."""
        scene, _ = self._scene_and_margins()
        rows: list[list[Row]] = []
        for column in self._current_plan().columns:
            places: list[tuple[float, Row]] = list(zip(column.ys, column.shown, strict=True))
            chips = (chip for chip in scene.chips if chip.layer == column.layer)
            places += [(chip.rect.center().y(), chip.click) for chip in chips]
            rows.append([row for _, row in sorted(places, key=itemgetter(0))])
        return rows

    def _feeds(self, cursor: Cursor) -> list[Feed]:
        """The units whose edges lead into that of the cursor, then None for the bias."""
        if self._frame is None or not cursor.layer or not isinstance(cursor.row, int):
            return []
        bias = [None] if f"b{cursor.layer}" in self._frame.after else []
        return [*self._current_plan().columns[cursor.layer - 1].shown, *bias]

    def _set_cursor(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._pointed = cursor.layer if self._expanded.can_expand(cursor.layer) else None
        self._point_at(cursor.term(self._feeds(cursor)))
        self._describe_later.start(0)
        self.update()

    def _enter(self, cursor: Cursor) -> None:
        chip = self._chip_of_cursor()
        if chip is None:
            self._pick(cursor.term(self._feeds(cursor)))
            return
        before = set(self.drawn_units(chip.layer))
        self._click(chip)
        if cursor.row not in self._rows()[chip.layer]:
            shown = self.drawn_units(chip.layer)
            unit = next((unit for unit in shown if unit not in before), shown[0])
            self._set_cursor(Cursor(chip.layer, unit))

    def _chip_of_cursor(self) -> Chip | None:
        """The chip that the cursor is on."""
        if self._frame is None or self._cursor is None:
            return None
        at = self._cursor.layer, self._cursor.row
        scene, _ = self._scene_and_margins()
        return next((chip for chip in scene.chips if (chip.layer, chip.click) == at), None)

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
        """What is said about the element at a place: name, full value, what belongs to it.

        Where nothing is, which keys there are.
        """
        if self._frame is None:
            return ""
        lines = []
        term, chip = self.term_at(place), self._chip_at(place)
        if term is not None:
            lines.append(self._told_of(term))
        if chip is not None:
            lines.append(self._told_of_chip(chip))
        return "\n".join(lines) or _keys()

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


def _keys() -> str:
    return tr(
        "Alt with arrows goes from unit to unit; Alt with Shift, up and down, over the weights "
        "into a unit and its bias; Enter picks"
    )
