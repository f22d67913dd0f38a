"""The marks on what is pointed at, pinned or has the focus in a network drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Protocol

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from engine.expression import Term
from gui.network.drawing import Drawing
from gui.network.geometry import Column
from gui.network.items import Node
from gui.network.lit import quantity
from gui.network.pointing import Line, Pointed, edges_of, meets, meets_unit
from gui.network.regions import along_lines, around
from gui.network.text import Label
from gui.theme import Theme

_RAIL = 5.0  # pixels from the middle of an edge to the lines along it
_DOT = 4.0
_ALIKE = {"dW": "W", "db": "b"}  # what stands in the same place

Circle = tuple[float, float, float]  # x, y, radius


class Shown(Protocol):
    """A mark as painted. Equal ones look alike."""

    @property
    def region(self) -> QRegion:
        """All that it covers."""

    def paint(self, painter: QPainter) -> None:
        """Paints it."""


@dataclass(frozen=True, slots=True)
class Rails:
    """A line on either side of every edge, from rim to rim."""

    lines: tuple[Line, ...]
    colour: str
    width: float

    @classmethod
    def along(
        cls,
        layer: int,
        edges: Iterable[Line],
        columns: Sequence[Column],
        colour: str,
        width: float,
    ) -> Rails:
        """The lines along some edges. layer: the one that the edges feed."""
        rails = []
        for x1, y1, x2, y2 in edges:
            length = hypot(x2 - x1, y2 - y1)
            ux, uy = (x2 - x1) / length, (y2 - y1) / length
            start, stop = columns[layer - 1].radius + 1, length - columns[layer].radius - 1
            for side in (-_RAIL, _RAIL):
                x, y = x1 - side * uy, y1 + side * ux
                rails.append((x + start * ux, y + start * uy, x + stop * ux, y + stop * uy))
        return cls(tuple(rails), colour, width)

    @property
    def region(self) -> QRegion:
        """All that they cover."""
        return along_lines(self.lines, self.width + 2)

    def paint(self, painter: QPainter) -> None:
        """Paints the lines."""
        painter.setPen(QPen(QColor(self.colour), self.width))
        painter.drawLines([QLineF(*line) for line in self.lines])


@dataclass(frozen=True, slots=True)
class Rings:
    """A thin ring around what is pointed at, wherever that is shown."""

    circles: tuple[Circle, ...]
    frames: tuple[QRectF, ...]
    colour: str

    @classmethod
    def around(cls, pointed: Pointed, theme: Theme) -> Rings:
        """The rings around units, labels and chips."""
        circles = tuple((node.x, node.y, node.radius + 3) for node in pointed.nodes)
        framed = [label.rect for label in pointed.labels] + [chip.rect for chip in pointed.chips]
        return cls(circles, tuple(framed), theme.text)

    @property
    def region(self) -> QRegion:
        """All that they cover."""
        return around((*map(_square, self.circles), *self.frames), 2)

    def paint(self, painter: QPainter) -> None:
        """Paints the rings."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.colour), 1.4))
        for x, y, radius in self.circles:
            painter.drawEllipse(QPointF(x, y), radius, radius)
        for rect in self.frames:
            painter.drawRoundedRect(rect, 4, 4)


@dataclass(frozen=True, slots=True)
class Pins:
    """A double ring and a dot on the units and values that a term stands for.

    circles: each with the width of its line; frames: around values; dots: their centres.
    """

    circles: tuple[tuple[Circle, float], ...]
    frames: tuple[QRectF, ...]
    dots: tuple[tuple[float, float], ...]
    theme: Theme

    @classmethod
    def on(cls, term: Term, nodes: Iterable[Node], labels: Iterable[Label], theme: Theme) -> Pins:
        """The marks on what a term stands for, of the units and values that are drawn."""
        circles: list[tuple[Circle, float]] = []
        dots = []
        for node in nodes:
            if meets_unit(term, node.layer, node.unit):
                for away, width in ((1.0, 2.6), (-3.0, 1.2)) if node.radius > 8 else ((2.0, 1.6),):
                    circles.append(((node.x, node.y, node.radius + away), width))
                aside = (node.radius + 1) / sqrt(2)
                dots.append((node.x + aside, node.y - aside))
        frames = [
            label.rect
            for label in labels
            if label.term is not None
            and _stands_at(term, label.term)
            and (label.chip or not label.term.indices)
        ]
        dots += [(rect.right(), rect.top()) for rect in frames]
        return cls(tuple(circles), tuple(frames), tuple(dots), theme)

    @property
    def region(self) -> QRegion:
        """All that they cover."""
        dots = ((x, y, _DOT) for x, y in self.dots)
        circles = (circle for circle, _ in self.circles)
        return around((*map(_square, (*circles, *dots)), *self.frames), 3)

    def paint(self, painter: QPainter) -> None:
        """Paints the rings, then the dots over them."""
        accent = QColor(self.theme.accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for (x, y, radius), width in self.circles:
            painter.setPen(QPen(accent, width))
            painter.drawEllipse(QPointF(x, y), radius, radius)
        painter.setPen(QPen(accent, 2.2))
        for rect in self.frames:
            painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(QPen(QColor(self.theme.surface), 1.2))
        painter.setBrush(accent)
        for x, y in self.dots:
            painter.drawEllipse(QPointF(x, y), _DOT, _DOT)


@dataclass(frozen=True, slots=True)
class FocusFrame:
    """The border of the widget that has the focus, and of the chip that the cursor is on."""

    border: QRect
    chip: QRectF | None
    colour: str

    @property
    def region(self) -> QRegion:
        """All that it covers."""
        region = QRegion(self.border) - QRegion(self.border.adjusted(2, 2, -2, -2))
        return region + around((self.chip,), 5) if self.chip is not None else region

    def paint(self, painter: QPainter) -> None:
        """Paints both."""
        painter.setPen(QPen(QColor(self.colour), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.chip is not None:
            painter.drawRoundedRect(self.chip.adjusted(-2, -2, 2, 2), 5, 5)
        painter.drawRect(QRectF(self.border).adjusted(0.5, 0.5, -0.5, -0.5))


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of one picture. below: what the units stand over."""

    below: tuple[Shown, ...] = ()
    above: tuple[Shown, ...] = ()


def marks_of(
    drawing: Drawing, pointed: Iterable[Term], pinned: Term | None, focus: FocusFrame | None
) -> Marks:
    """The marks on what is pointed at, pinned, or has the focus."""
    theme = drawing.theme
    below: list[Shown] = []
    above: list[Shown] = []
    if pinned is not None:
        below += _rails(drawing, pinned, theme.accent, 2.0)
    for term in pointed:
        below += _rails(drawing, term, theme.text, 1.4)
        above.append(Rings.around(drawing.pointed_at(term), theme))
    if pinned is not None:
        above.append(Pins.on(pinned, drawing.scene.nodes, drawing.labels, theme))
    if focus is not None:
        above.append(focus)
    return Marks(tuple(below), tuple(above))


def _rails(drawing: Drawing, term: Term, colour: str, width: float) -> list[Rails]:
    """Lines along the edges that a term stands for; the units stand over them."""
    lines = [line for _, line in edges_of(term, drawing.gaps, drawing.columns)]
    layer = quantity(term.name).layer or 0
    return [Rails.along(layer, lines, drawing.columns, colour, width)] if lines else []


def _square(circle: Circle) -> QRectF:
    x, y, radius = circle
    return QRectF(x - radius, y - radius, 2 * radius, 2 * radius)


def _stands_at(term: Term, named: Term) -> bool:
    """Whether a label shows what is pinned, or its gradient in the same place."""
    return meets(Term(_place_of(term.name), term.indices), _place_of(named.name), named.indices)


def _place_of(name: str) -> str:
    what = quantity(name)
    return f"{_ALIKE[what.kind]}{what.layer}" if what.kind in _ALIKE else name
