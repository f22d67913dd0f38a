"""A Drawing: glyphs, words, rules and chips, flat and in place, and what each part stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGlyphRun, QPainter

from engine.expression import Term

CORNER = 3.0


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a drawing that can be pointed at: it stands for a term, or does something.

    name: what a link reads.
    """

    rect: QRectF
    term: Term | None = None
    action: str = ""
    name: str = ""

    def lowered(self, by: int) -> Region:
        """The same, so many pixels further down."""
        return Region(self.rect.translated(0, by), self.term, self.action, self.name)


class Pointable(Protocol):
    """What can be pointed at, wherever it is put."""

    def region(self, x: float, y: float) -> Region:
        """The part of a drawing it takes with its baseline's left end at (x, y)."""
        ...


@dataclass(slots=True)
class Drawing:
    """Glyphs, words, rules and chips, with the name of each one's colour.

    pointable: what can be pointed at, and where; few drawings are ever asked for their regions.
    """

    glyphs: list[tuple[QPointF, QGlyphRun, str]] = field(default_factory=list)
    texts: list[tuple[QPointF, str, QFont, str]] = field(default_factory=list)
    rules: list[tuple[QRectF, str]] = field(default_factory=list)
    chips: list[tuple[QRectF, str]] = field(default_factory=list)
    pointable: list[tuple[Pointable, float, float]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def regions(self) -> list[Region]:
        """What can be pointed at."""
        return [each.region(x, y) for each, x, y in self.pointable]

    def paint_chips(self, painter: QPainter, colours: Mapping[str, QColor]) -> None:
        """Paints what lies behind: that of every line comes before any line's ink."""
        painter.setPen(Qt.PenStyle.NoPen)
        for rect, ink in self.chips:
            painter.setBrush(colours[ink])
            painter.drawRoundedRect(rect, CORNER, CORNER)

    def paint_ink(self, painter: QPainter, colours: Mapping[str, QColor]) -> None:
        """Paints rules, glyphs and words."""
        for rule, ink in self.rules:
            painter.fillRect(rule, colours[ink])
        pen = ""
        for point, run, ink in self.glyphs:
            if ink != pen:
                painter.setPen(colours[ink])
                pen = ink
            painter.drawGlyphRun(point, run)
        for point, text, font, ink in self.texts:
            painter.setPen(colours[ink])
            painter.setFont(font)
            painter.drawText(point, text)
