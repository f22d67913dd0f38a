"""Painting the scene of a network drawing over its edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from math import atan2, ceil, cos, hypot, sin

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

from gui.network.edges import Stroke, dashed, draw_lines
from gui.network.items import LitEdge, Node
from gui.network.lit import Mark
from gui.network.margins import Direction, Swatch
from gui.network.text import chip_colours
from gui.theme import Theme, mixed

# Up to this many lit edges each gets a casing and its own colour; more are drawn as one batch.
_CASED_UP_TO = 60
_HEAD = 8.5


class NodePainter:
    """Paints units from small pixmaps: most of them look alike, and an ellipse takes long."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self._theme = theme
        self._ratio = ratio
        self._pixmaps: dict[tuple[float, Mark, bool, bool], QPixmap] = {}

    def paint(self, painter: QPainter, nodes: Sequence[Node]) -> None:
        """The units: dashed while empty, hatched where the value is no finite number."""
        for node in nodes:
            key = node.radius, node.mark, node.shown is None, node.finite
            if key not in self._pixmaps:
                self._pixmaps[key] = self._pixmap(node)
            half = _half(node.radius)
            painter.drawPixmap(QPointF(node.x - half, node.y - half), self._pixmaps[key])

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
    if len(edges) > _CASED_UP_TO:
        _paint_batch(painter, edges, theme)
        return
    roomy = replace(stroke, crowded=False)
    for edge in edges:
        _paint_cased(painter, edge, stroke, roomy, theme)
    for edge in edges:
        if edge.arrow:
            _paint_head(painter, edge, stroke, theme)


def _paint_batch(painter: QPainter, edges: Sequence[LitEdge], theme: Theme) -> None:
    """Many edges in the colour of their mark, the weak ones first and fainter."""

    def kind(edge: LitEdge) -> tuple[int, Mark, bool]:
        return min(int(edge.share * 4), 3), edge.mark, edge.weight < 0

    for (size, mark, negative), members in groupby(sorted(edges, key=kind), key=kind):
        colour = chip_colours(mark, theme)[1]
        pen = QPen(mixed(colour, theme.surface, 0.25 + 0.25 * size), 1.0)
        painter.setPen(dashed(pen) if negative else pen)
        draw_lines(painter, np.array([edge.line for edge in members]))


def _paint_cased(
    painter: QPainter, edge: LitEdge, stroke: Stroke, roomy: Stroke, theme: Theme
) -> None:
    """An edge on its casing. roomy: the stroke of few edges, whose colours are the clearest."""
    soft, colour = chip_colours(edge.mark, theme)
    width = stroke.width(edge.share)
    line = QLineF(*edge.line)
    if not stroke.crowded:
        painter.setPen(QPen(QColor(soft), width + 9))
        painter.drawLine(line)
    painter.setPen(QPen(QColor(colour), width + (3.2 if not stroke.crowded else 1.6)))
    painter.drawLine(line)
    # As fast as a line can be painted where there are many.
    width = stroke.hairline if stroke.crowded else max(width, 1.0)
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


def paint_direction(painter: QPainter, direction: Direction, theme: Theme) -> None:
    """The line above the drawing, with a head where the phase has a direction."""
    colour = QColor(direction.colour)
    painter.setPen(QPen(mixed(direction.colour, theme.surface, 0.55), 1.4))
    painter.drawLine(QLineF(direction.left, direction.y, direction.right, direction.y))
    if direction.heads:
        x = direction.right if direction.heads > 0 else direction.left
        angle = 0.0 if direction.heads > 0 else np.pi
        _fill_triangle(painter, QPointF(x, direction.y), angle, _HEAD, colour)


def _fill_triangle(
    painter: QPainter, tip: QPointF, angle: float, size: float, colour: QColor
) -> None:
    along_x, along_y = size * cos(angle), size * sin(angle)
    back = QPointF(tip.x() - along_x, tip.y() - along_y)
    aside = QPointF(-0.46 * along_y, 0.46 * along_x)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, back + aside, back - aside]))


def paint_swatch(painter: QPainter, swatch: Swatch, stroke: Stroke, theme: Theme) -> None:
    """Six short edges from the strongest negative to the strongest positive."""
    rect: QRectF = swatch.rect
    step = rect.width() / 6
    for place, share in enumerate((1.0, 0.55, 0.12, 0.12, 0.55, 1.0)):
        negative = place < 3
        pen = stroke.pen(-1.0 if negative else 1.0, share, theme)
        pen.setStyle(Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        left = rect.left() + place * step
        # Two dashes for each negative sample: the pen's own pattern would be cut off.
        for start, stop in ((0.0, 0.32), (0.5, 0.82)) if negative else ((0.0, 1.0),):
            y = rect.center().y()
            painter.drawLine(QLineF(left + start * step, y, left + stop * step, y))
