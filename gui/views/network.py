"""The network, drawn as in a textbook: the centre of the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine.arrays import Array
from engine.experiment import Experiment
from engine.expression import Term, quantity
from engine.frame import Frame
from gui.network_edges import MOST_EDGES, DrawnGap, Stroke, choose, paint_edges
from gui.network_geometry import nearest_edge
from gui.network_items import Scene
from gui.network_margins import MarginBuilder, Margins
from gui.network_paint import NodePainter, paint_direction, paint_lit_edges, paint_swatch
from gui.network_plan import Names, Plan, make_plan
from gui.network_scene import SceneBuilder
from gui.network_text import Fonts, Label, paint_label
from gui.network_words import describe, describe_term
from gui.numbers import NumberFormat
from gui.theme import LIGHT, Theme
from gui.translation import tr

_NEAR = 6.0  # pixels from an edge at which it is still meant


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

    hovered: the engine's Term below the mouse, or None.
    """

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._theme = LIGHT
        self._numbers = NumberFormat()
        self._names = Names()
        self._sample = 0
        self._weights: list[Array] = []
        self._hovered: Term | None = None
        self._highlighted: Term | None = None
        self._fonts: Fonts | None = None
        self._plan: Plan | None = None
        self._drawn: tuple[DrawnGap, ...] | None = None
        self._edges = _Kept()
        self._scene: Scene | None = None
        self._margins: Margins | None = None
        self._nodes: NodePainter | None = None
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
        self._frame = frame
        self._take_weights(frame)
        self._forget_scene()
        self.setAccessibleDescription(describe(frame, self._numbers, self.sample))

    def set_experiment(self, experiment: Experiment) -> None:
        """Takes the names of inputs, outputs and activations; once for a run."""
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

    def set_highlight(self, term: Term | None) -> None:
        """Rings an element that another view points at."""
        if term != self._highlighted:
            self._highlighted = term
            self.update()

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
        self._drawn = None
        self._edges.is_current = False
        self._forget_scene()

    def _forget_scene(self) -> None:
        self._scene = None
        self._margins = None
        self._picture.is_current = False
        self.update()

    def _writing(self) -> Fonts:
        if self._fonts is None:
            self._fonts = Fonts(self.font(), self)
        return self._fonts

    def _current_plan(self) -> Plan:
        assert self._frame is not None
        if self._plan is None:
            sizes = self._frame.program.layer_sizes
            size = QSizeF(self.size())
            self._plan = make_plan(sizes, size, self._writing(), self._numbers, self._names)
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
            self._scene = SceneBuilder(*common).build(drawn, self._weights)
            self._margins = MarginBuilder(*common).build(drawn)
        return self._scene, self._margins

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
            for term in (self._hovered, self._highlighted):
                if term is not None:
                    self._paint_ring(painter, term)
            if self.hasFocus():
                self._paint_focus(painter)

    def _paint_scene(self, painter: QPainter) -> None:
        scene, margins = self._scene_and_margins()
        strokes = self._strokes()
        crowded = [stroke for stroke in strokes if stroke.crowded]
        paint_lit_edges(painter, scene.edges, (*crowded, *strokes)[0], self._theme)
        if self._nodes is None:
            self._nodes = NodePainter(self._theme, self.devicePixelRatioF())
        self._nodes.paint(painter, scene.nodes)
        paint_direction(painter, margins.direction, self._theme)
        for label in (*scene.labels, *margins.labels):
            paint_label(painter, label, self._writing(), self._theme)

    def _paint_ring(self, painter: QPainter, term: Term) -> None:
        """A thin ring around what is pointed at, wherever that is shown."""
        scene, _ = self._scene_and_margins()
        painter.setPen(QPen(QColor(self._theme.text), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        layer = quantity(term.name).layer
        for node in scene.nodes:
            if node.layer == layer and (node.unit,) == term.indices and term.name[0] != "b":
                painter.drawEllipse(QPointF(node.x, node.y), node.radius + 3, node.radius + 3)
        for label in self.labels():
            if label.term == term and label.chip:
                painter.drawRoundedRect(label.rect, 4, 4)

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._theme.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

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
        self._point_at(self.term_at(event.position()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def tooltip_at(self, place: QPointF) -> str:
        """What is said about the element at a place: name, full value, what belongs to it."""
        term = self.term_at(place)
        if term is None or self._frame is None:
            return ""
        return describe_term(self._frame, term, self.sample, self._names)

    # Events

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tooltip_at(QPointF(event.pos())), self)
            return True
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._fonts = None
            self._nodes = None
            self._forget_plan()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget_plan()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._fonts = None
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
