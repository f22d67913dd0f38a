"""A Drawing: everything that is painted, flat and in place, and what each part stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGlyphRun, QPainter, QPen

from engine.expression import Term
from gui.notation import agree

_CORNER = 3.0
_RING = 2.0


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a drawing that can be pointed at: it stands for a term, or does something.

    name: what a link reads.
    """

    rect: QRectF
    term: Term | None = None
    action: str = ""
    name: str = ""


@dataclass(slots=True)
class Drawing:
    """Glyphs, words, rules and chips, with the name of each one's colour.

    parts: from where to where each named part of the page reaches.
    """

    glyphs: list[tuple[QPointF, QGlyphRun, str]] = field(default_factory=list)
    texts: list[tuple[QPointF, str, QFont, str]] = field(default_factory=list)
    rules: list[tuple[QRectF, str]] = field(default_factory=list)
    chips: list[tuple[QRectF, str]] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    parts: dict[str, tuple[float, float]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0

    def spans(self, part: str, top: float, bottom: float) -> None:
        """Notes that a row of `part` reaches from `top` to `bottom`."""
        first, last = self.parts.get(part, (top, bottom))
        self.parts[part] = min(first, top), max(last, bottom)

    def stands_for(self, rect: QRectF, term: Term) -> None:
        """Notes that `rect` shows `term`."""
        self.regions.append(Region(rect, term))

    def acts(self, rect: QRectF, action: str, name: str) -> None:
        """Notes that a click into `rect`, on what reads `name`, does `action`."""
        self.regions.append(Region(rect, None, action, name))

    @property
    def links(self) -> list[Region]:
        """What can be pressed, from the top."""
        return [region for region in self.regions if region.action]

    def at(self, point: QPointF, slack: float = 2.0) -> Region | None:
        """The smallest region under a point, give or take `slack` pixels."""
        hit = [
            region
            for region in self.regions
            if region.rect.adjusted(-slack, -slack, slack, slack).contains(point)
        ]
        return min(hit, key=lambda region: region.rect.width() * region.rect.height(), default=None)

    def lit_by(self, term: Term, column: int = 0) -> list[Region]:
        """What stands for `term`: a letter does for every number, a matrix for each element."""
        return [each for each in self.regions if each.term and agree(each.term, term, column)]

    def paint(
        self,
        painter: QPainter,
        colours: Mapping[str, QColor],
        lit: Sequence[Region] = (),
        focused: Region | None = None,
    ) -> None:
        """Paints everything; what is lit gets a chip behind it, the focused link a ring."""
        self._paint_chips(painter, colours, lit)
        if focused:
            self._paint_ring(painter, colours["link"], focused.rect)
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
        self, painter: QPainter, colours: Mapping[str, QColor], lit: Sequence[Region]
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for rect, ink in self.chips:
            painter.setBrush(colours[ink])
            painter.drawRoundedRect(rect, _CORNER, _CORNER)
        painter.setBrush(colours["lit"])
        for region in lit:
            painter.drawRoundedRect(region.rect.adjusted(-2, -2, 2, 2), _CORNER, _CORNER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_ring(self, painter: QPainter, colour: QColor, rect: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, _RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(-4, -1, 4, 1), _CORNER, _CORNER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
