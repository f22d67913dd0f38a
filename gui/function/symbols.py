"""How classes look: a colour and, for whoever does not see it, a symbol."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui.theme import Theme

# Okabe and Ito's, made darker or lighter until they are over 3:1 on the surface.
_LIGHT = (
    *("#0072b2", "#d55e00", "#00805c", "#a8437f", "#8a6d00"),
    *("#2f86c4", "#5b4bb5", "#7a4a2a", "#5b6472", "#b3452c"),
)
_DARK = (
    *("#4aa8e0", "#f0883e", "#3ec79b", "#e08fc0", "#e6c84a"),
    *("#9cc9f0", "#a99af5", "#c9a27e", "#b4bac4", "#f28b70"),
)


def class_colour(theme: Theme, index: int, count: int) -> str:
    """The colour of a class. Of two, the lower is drawn as negative and the higher as positive."""
    if count == 2:
        return (theme.negative, theme.positive)[index]
    colours = _DARK if theme.is_dark else _LIGHT
    return colours[index % len(colours)]


@cache
def symbol(index: int) -> QPainterPath:
    """The symbol of a class, about as large as a circle of radius 1 around (0, 0)."""
    makers = (
        _circle,
        lambda: _polygon(3, 1.25),
        lambda: _polygon(4, 1.2, turn=math.pi / 4),
        lambda: _polygon(4, 1.25),
        lambda: _cross(0.0),
        lambda: _polygon(3, 1.25, turn=math.pi),
        lambda: _cross(math.pi / 4),
        lambda: _star(5),
        lambda: _polygon(6, 1.15),
        lambda: _star(3),
    )
    return makers[index % len(makers)]()


def draw_symbol(
    painter: QPainter,
    index: int,
    centre: QPointF,
    radius: float,
    fill: QColor | None,
    pen: QPen | None = None,
) -> None:
    """One symbol; without a fill only its outline."""
    painter.save()
    painter.translate(centre)
    painter.scale(radius, radius)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(pen if pen is not None else Qt.PenStyle.NoPen)
    painter.drawPath(symbol(index))
    painter.restore()


def _circle() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(-1.0, -1.0, 2.0, 2.0))
    return path


def _polygon(corners: int, radius: float, turn: float = 0.0) -> QPainterPath:
    angles = [turn + 2 * math.pi * corner / corners for corner in range(corners)]
    return _closed([(radius * math.sin(a), -radius * math.cos(a)) for a in angles])


def _star(points: int) -> QPainterPath:
    angles = [math.pi * corner / points for corner in range(2 * points)]
    radii = [1.35 if corner % 2 == 0 else 0.55 for corner in range(2 * points)]
    pairs = zip(angles, radii, strict=True)
    return _closed([(r * math.sin(a), -r * math.cos(a)) for a, r in pairs])


def _cross(turn: float) -> QPainterPath:
    arm, half = 1.2, 0.4
    corners = [(-half, -arm), (half, -arm), (half, -half)]
    cos, sin = math.cos(turn), math.sin(turn)
    points: list[tuple[float, float]] = []
    for _ in range(4):
        points += [(x * cos - y * sin, x * sin + y * cos) for x, y in corners]
        corners = [(-y, x) for x, y in corners]
    return _closed(points)


def _closed(points: list[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path
