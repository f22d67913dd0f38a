"""The marks on what is pointed at or pinned in a network drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot, sqrt

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.expression import Term
from gui.network.geometry import Column
from gui.network.items import Node
from gui.network.lit import quantity
from gui.network.pointing import Line, Pointed, meets, meets_unit
from gui.network.text import Label
from gui.theme import Theme

_RAIL = 5.0  # pixels from the middle of an edge to the lines along it
_DOT = 4.0
_ALIKE = {"dW": "W", "db": "b"}  # what stands in the same place


def paint_rails(
    painter: QPainter,
    layer: int,
    lines: Iterable[Line],
    columns: Sequence[Column],
    colour: str,
    width: float,
) -> None:
    """A line on either side of every edge, from rim to rim. layer: the one that the edges feed."""
    rails = []
    for x1, y1, x2, y2 in lines:
        length = hypot(x2 - x1, y2 - y1)
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        start, stop = columns[layer - 1].radius + 1, length - columns[layer].radius - 1
        for side in (-_RAIL, _RAIL):
            x, y = x1 - side * uy, y1 + side * ux
            ends = x + start * ux, y + start * uy, x + stop * ux, y + stop * uy
            rails.append(QLineF(*ends))
    if rails:
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLines(rails)


def paint_rings(painter: QPainter, pointed: Pointed, theme: Theme) -> None:
    """A thin ring around what is pointed at, wherever that is shown."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.text), 1.4))
    for node in pointed.nodes:
        painter.drawEllipse(QPointF(node.x, node.y), node.radius + 3, node.radius + 3)
    framed = [label.rect for label in pointed.labels] + [chip.rect for chip in pointed.chips]
    for rect in framed:
        painter.drawRoundedRect(rect, 4, 4)


def paint_pins(
    painter: QPainter,
    term: Term,
    nodes: Iterable[Node],
    labels: Iterable[Label],
    theme: Theme,
) -> None:
    """A double ring and a dot on the units and values that a term stands for."""
    dots = []
    for node in nodes:
        if meets_unit(term, node.layer, node.unit):
            centre = QPointF(node.x, node.y)
            for away, width in ((1.0, 2.6), (-3.0, 1.2)) if node.radius > 8 else ((2.0, 1.6),):
                painter.setPen(QPen(QColor(theme.accent), width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(centre, node.radius + away, node.radius + away)
            aside = (node.radius + 1) / sqrt(2)
            dots.append(centre + QPointF(aside, -aside))
    for label in labels:
        named = label.term
        if named is not None and _stands_at(term, named) and (label.chip or not named.indices):
            rect = label.rect
            painter.setPen(QPen(QColor(theme.accent), 2.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, 4, 4)
            dots.append(rect.topRight())
    painter.setPen(QPen(QColor(theme.surface), 1.2))
    painter.setBrush(QColor(theme.accent))
    for dot in dots:
        painter.drawEllipse(dot, _DOT, _DOT)


def _stands_at(term: Term, named: Term) -> bool:
    """Whether a label shows what is pinned, or its gradient in the same place."""
    return meets(Term(_place_of(term.name), term.indices), _place_of(named.name), named.indices)


def _place_of(name: str) -> str:
    what = quantity(name)
    return f"{_ALIKE[what.kind]}{what.layer}" if what.kind in _ALIKE else name
