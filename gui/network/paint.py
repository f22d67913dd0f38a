"""Painting the scene of a network drawing over its edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atan2, ceil, cos, hypot, isfinite, nan, pi, sin
from operator import itemgetter

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

from gui.network.edges import Stroke
from gui.network.items import LitEdge, Node
from gui.network.lit import Mark
from gui.network.margins import Direction, Swatch
from gui.network.text import chip_colours
from gui.theme import Theme, mixed

_HEAD = 8.5
_SHADES = 8  # of the edges of a Step where they are many


@dataclass(frozen=True, slots=True, eq=False)
class PaintedNode:
    """A unit as painted: dashed while empty, hatched where the value is no finite number."""

    node: Node
    bounds: QRect
    pixmap: QPixmap

    def paint(self, painter: QPainter) -> None:
        """Paints the unit."""
        painter.drawPixmap(self.bounds.topLeft(), self.pixmap)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnNode:
    """The same as lines, for where nothing is kept as pixels."""

    node: Node
    theme: Theme

    @property
    def bounds(self) -> QRect:
        """All that it covers."""
        half = _half(self.node.radius)
        corner = QPointF(self.node.x - half, self.node.y - half)
        return QRectF(corner, QSizeF(2 * half, 2 * half)).toAlignedRect()

    def paint(self, painter: QPainter) -> None:
        """Paints the unit."""
        _paint_node(painter, QPointF(self.node.x, self.node.y), self.node, self.theme)


class NodePainter:
    """Makes units from small pixmaps: most of them look alike, and an ellipse takes long."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self._theme = theme
        self._ratio = ratio
        self._pixmaps: dict[tuple[float, Mark, bool, bool], QPixmap] = {}

    def lay(self, node: Node) -> PaintedNode:
        """The unit with its pixmap, in its place."""
        key = node.radius, node.mark, node.shown is None, node.finite
        if key not in self._pixmaps:
            self._pixmaps[key] = self._pixmap(node)
        half = _half(node.radius)
        bounds = QRect(round(node.x) - half, round(node.y) - half, 2 * half, 2 * half)
        return PaintedNode(node, bounds, self._pixmaps[key])

    def _pixmap(self, node: Node) -> QPixmap:
        half = _half(node.radius)
        side = round(2 * half * self._ratio)
        pixmap = QPixmap(side, side)
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _paint_node(painter, QPointF(half, half), node, self._theme)
        return pixmap


def _half(radius: float) -> int:
    return ceil(radius) + 8


def _paint_node(painter: QPainter, centre: QPointF, node: Node, theme: Theme) -> None:
    if node.mark is not Mark.NONE and node.radius > 6:
        _paint_halo(painter, centre, node, theme)
    painter.setPen(_outline(node, theme))
    painter.setBrush(QColor(_fill(node, theme)))
    painter.drawEllipse(centre, node.radius, node.radius)
    if not node.finite:
        painter.setBrush(QBrush(QColor(theme.muted), Qt.BrushStyle.BDiagPattern))
        painter.drawEllipse(centre, node.radius, node.radius)


def _paint_halo(painter: QPainter, centre: QPointF, node: Node, theme: Theme) -> None:
    fill, _ = chip_colours(node.mark, theme)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    reach = node.radius + min(5.0, 0.2 * node.radius)
    painter.drawEllipse(centre, reach, reach)


def _outline(node: Node, theme: Theme) -> QPen:
    empty = node.shown is None
    if node.mark is Mark.NONE:
        pen = QPen(mixed(theme.muted, theme.surface, 0.75), 1.2 if node.radius > 8 else 1.0)
    else:
        _, colour = chip_colours(node.mark, theme)
        thick = 2.8 if node.mark is Mark.WRITTEN else 2.0
        pen = QPen(QColor(colour), thick if node.radius > 8 else 1.8)
    if empty:
        pen.setDashPattern([3.0, 2.5])
    return pen


def _fill(node: Node, theme: Theme) -> str:
    if node.mark is not Mark.NONE:
        return chip_colours(node.mark, theme)[0]
    if not node.finite:
        return mixed(theme.muted, theme.surface, 0.25).name()
    if node.shown is None:
        return theme.surface
    return theme.raised if node.radius > 8 else mixed(theme.muted, theme.raised, 0.35).name()


def paint_lit_edges(
    painter: QPainter, edges: Sequence[LitEdge], stroke: Stroke, theme: Theme
) -> None:
    """The edges of the Step: cased in the colour of their mark, with a head where error flows."""
    roomy = replace(stroke, crowded=False)
    if stroke.crowded:
        _paint_in_batches(painter, edges, stroke, roomy, theme)
    else:
        for edge in edges:
            _paint_cased(painter, edge, stroke, roomy, theme)
    for edge in edges:
        if edge.arrow:
            _paint_head(painter, edge, stroke, theme)


def _paint_in_batches(
    painter: QPainter, edges: Sequence[LitEdge], stroke: Stroke, roomy: Stroke, theme: Theme
) -> None:
    """Narrow lines on narrow casings, in one call for each pen: there may be many."""
    width = stroke.hairline
    casings = defaultdict(list)
    lines = defaultdict(list)
    for edge in edges:
        line = QLineF(*edge.line)
        casings[chip_colours(edge.mark, theme)[1]].append(line)
        sign = 0 if not isfinite(edge.weight) else -1 if edge.weight < 0 else 1
        lines[sign, round(edge.share * _SHADES)].append(line)
    for colour, batch in casings.items():
        painter.setPen(QPen(QColor(colour), width + 2.2))
        painter.drawLines(batch)
    painter.setPen(QPen(QColor(theme.surface), width))
    painter.drawLines([line for (sign, _), batch in lines.items() if sign < 1 for line in batch])
    for (sign, shade), batch in sorted(lines.items(), key=itemgetter(0)):
        pen = roomy.pen(sign or nan, shade / _SHADES, theme)
        pen.setWidthF(width)
        painter.setPen(pen)
        painter.drawLines(batch)


def _paint_cased(
    painter: QPainter, edge: LitEdge, stroke: Stroke, roomy: Stroke, theme: Theme
) -> None:
    """A wide edge on its casing. roomy: the stroke whose colours are the clearest."""
    soft, colour = chip_colours(edge.mark, theme)
    width = stroke.width(edge.share)
    line = QLineF(*edge.line)
    for casing, wider in ((soft, 9.0), (colour, 3.2)):
        painter.setPen(QPen(QColor(casing), width + wider))
        painter.drawLine(line)
    width = max(width, 1.0)
    pen = roomy.pen(edge.weight, edge.share, theme)
    pen.setWidthF(width)
    if pen.style() is not Qt.PenStyle.SolidLine:
        # Between the dashes the background shows, not the casing: they stay as clear as before.
        painter.setPen(QPen(QColor(theme.surface), width))
        painter.drawLine(line)
    painter.setPen(pen)
    painter.drawLine(line)


def _paint_head(painter: QPainter, edge: LitEdge, stroke: Stroke, theme: Theme) -> None:
    """An arrowhead that ends at the unit the signal flows to."""
    x1, y1, x2, y2 = edge.line
    if edge.arrow < 0:
        x1, y1, x2, y2 = x2, y2, x1, y1
    reach = edge.ends[1 if edge.arrow > 0 else 0]
    away = reach + (5.0 if reach > 14 else 2.0)
    length = hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    tip = QPointF(x2 - ux * away, y2 - uy * away)
    size = 6.0 if stroke.crowded else 11.0 + 1.6 * stroke.width(edge.share)
    colour = QColor(chip_colours(edge.mark, theme)[1])
    _fill_triangle(painter, tip, atan2(uy, ux), size, colour)


@dataclass(frozen=True, slots=True, eq=False)
class PaintedDirection:
    """The line above the drawing, with a head where the phase has a direction."""

    direction: Direction
    theme: Theme

    @property
    def bounds(self) -> QRect:
        """All that it covers."""
        line = self.direction
        rect = QRectF(line.left, line.y, line.right - line.left, 0.0)
        return rect.adjusted(-_HEAD, -_HEAD, _HEAD, _HEAD).toAlignedRect()

    def paint(self, painter: QPainter) -> None:
        """Paints the line and its head."""
        line = self.direction
        painter.setPen(QPen(mixed(line.colour, self.theme.surface, 0.55), 1.4))
        painter.drawLine(QLineF(line.left, line.y, line.right, line.y))
        if line.heads:
            x = line.right if line.heads > 0 else line.left
            angle = 0.0 if line.heads > 0 else pi
            _fill_triangle(painter, QPointF(x, line.y), angle, _HEAD, QColor(line.colour))


def _fill_triangle(
    painter: QPainter, tip: QPointF, angle: float, size: float, colour: QColor
) -> None:
    along_x, along_y = size * cos(angle), size * sin(angle)
    back = QPointF(tip.x() - along_x, tip.y() - along_y)
    aside = QPointF(-0.46 * along_y, 0.46 * along_x)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, back + aside, back - aside]))


@dataclass(frozen=True, slots=True, eq=False)
class PaintedSwatch:
    """Six short edges from the strongest negative to the strongest positive."""

    swatch: Swatch
    stroke: Stroke
    theme: Theme

    @property
    def bounds(self) -> QRect:
        """All that it covers."""
        return self.swatch.rect.adjusted(-1, -1, 1, 1).toAlignedRect()

    def paint(self, painter: QPainter) -> None:
        """Paints the samples from left to right."""
        rect = self.swatch.rect
        step, y = rect.width() / 6, rect.center().y()
        for place, share in enumerate((1.0, 0.55, 0.12, 0.12, 0.55, 1.0)):
            negative = place < 3
            pen = self.stroke.pen(-1.0 if negative else 1.0, share, self.theme)
            pen.setStyle(Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            left = rect.left() + place * step
            # Two dashes for each negative sample: the pen's own pattern would be cut off.
            for start, stop in ((0.0, 0.32), (0.5, 0.82)) if negative else ((0.0, 1.0),):
                painter.drawLine(QLineF(left + start * step, y, left + stop * step, y))
