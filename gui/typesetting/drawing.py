"""A Drawing: everything that is painted, flat and in place, and what each part stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGlyphRun, QPainter

from engine.expression import Term

_CORNER = 3.0


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a drawing that can be pointed at: it stands for a term, or does something."""

    rect: QRectF
    term: Term | None = None
    action: str = ""


@dataclass(slots=True)
class Drawing:
    """Glyphs, words, rules and chips, with the name of each one's colour."""

    glyphs: list[tuple[QPointF, QGlyphRun, str]] = field(default_factory=list)
    texts: list[tuple[QPointF, str, QFont, str]] = field(default_factory=list)
    rules: list[tuple[QRectF, str]] = field(default_factory=list)
    chips: list[tuple[QRectF, str]] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def stands_for(self, rect: QRectF, term: Term) -> None:
        """Notes that `rect` shows `term`."""
        self.regions.append(Region(rect, term))

    def acts(self, rect: QRectF, action: str) -> None:
        """Notes that a click into `rect` does `action`."""
        self.regions.append(Region(rect, None, action))

    def at(self, point: QPointF, slack: float = 2.0) -> Region | None:
        """The smallest region under a point, give or take `slack` pixels."""
        hit = [
            region
            for region in self.regions
            if region.rect.adjusted(-slack, -slack, slack, slack).contains(point)
        ]
        return min(hit, key=lambda region: region.rect.width() * region.rect.height(), default=None)

    def paint(self, painter: QPainter, colours: Mapping[str, QColor], lit: Term | None) -> None:
        """Paints everything; what stands for `lit` gets a chip behind it."""
        self._paint_chips(painter, colours, lit)
        for rule, ink in self.rules:
            painter.fillRect(rule, colours[ink])
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
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

    def _paint_chips(
        self, painter: QPainter, colours: Mapping[str, QColor], lit: Term | None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for rect, ink in self.chips:
            painter.setBrush(colours[ink])
            painter.drawRoundedRect(rect, _CORNER, _CORNER)
        if lit is not None:
            painter.setBrush(colours["lit"])
            for region in self.regions:
                if region.term == lit:
                    around = region.rect.adjusted(-2, -2, 2, 2)
                    painter.drawRoundedRect(around, _CORNER, _CORNER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
