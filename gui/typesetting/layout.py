"""A page laid out: its lines, each at its height, drawn when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.expression import Term
from gui.notation import agree
from gui.typesetting.boxes import Box
from gui.typesetting.drawing import CORNER, Drawing, Region

_RING = 2.0
_OUTSIDE = 12.0
"""How far chips and rings may reach out of the line they belong to, in pixels."""


class Part(NamedTuple):
    """A box of a line: where its left end is, and the name of its colour."""

    x: float
    box: Box
    ink: str


class SetLine:
    """A line as it is set: boxes at their places on one baseline.

    above: the room before it, where it is not the first of its row.
    """

    __slots__ = ("_drawing", "_parts", "above", "ascent", "descent", "right")

    def __init__(self, parts: Sequence[Part], above: float = 0.0) -> None:
        self._parts, self.above = parts, above
        self.ascent = max([part.box.ascent for part in parts])
        self.descent = max([part.box.descent for part in parts])
        self.right = parts[-1].x + parts[-1].box.width
        self._drawing: Drawing | None = None

    @property
    def drawing(self) -> Drawing:
        """What is painted of it, with the baseline at 0."""
        if self._drawing is None:
            self._drawing = Drawing()
            for x, box, ink in self._parts:
                box.place(self._drawing, x, 0.0, ink)
        return self._drawing


class Layout:
    """Lines below one another, by the height of their baselines.

    parts: from where to where each named part of the page reaches. margin: around all of it.
    """

    def __init__(self, width: float, margin: float) -> None:
        self.lines: list[tuple[int, SetLine]] = []
        self.parts: dict[str, tuple[float, float]] = {}
        self.width, self.height, self.margin = width, 0.0, margin
        self._regions: list[Region] | None = None

    def spans(self, part: str, top: float, bottom: float) -> None:
        """Notes that a row of `part` reaches from `top` to `bottom`."""
        first, last = self.parts.get(part, (top, bottom))
        self.parts[part] = min(first, top), max(last, bottom)

    @property
    def regions(self) -> list[Region]:
        """What can be pointed at, line by line."""
        if self._regions is None:
            self._regions = [
                region.lowered(baseline)
                for baseline, line in self.lines
                for region in line.drawing.regions()
            ]
        return self._regions

    @property
    def links(self) -> list[Region]:
        """What can be pressed, from the top."""
        return [region for region in self.regions if region.action]

    @property
    def terms(self) -> list[Region]:
        """What stands for a term, in reading order."""
        return [region for region in self.regions if region.term]

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
        band: tuple[float, float] | None = None,
    ) -> None:
        """Paints the lines; what is lit gets a chip behind it, what is focused a ring.

        band: from where to where the page is seen; all of it if there is none.
        """
        first, last = band or (0.0, self.height)
        seen = [
            (baseline, line.drawing)
            for baseline, line in self.lines
            if baseline - line.ascent - _OUTSIDE < last
            and baseline + line.descent + _OUTSIDE > first
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for baseline, drawing in seen:
            if drawing.chips:
                painter.translate(0, baseline)
                drawing.paint_chips(painter, colours)
                painter.translate(0, -baseline)
        self._paint_lit(painter, colours, lit)
        if focused:
            self._paint_ring(painter, colours["link"], focused)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        here = 0
        for baseline, drawing in seen:
            painter.translate(0, baseline - here)
            drawing.paint_ink(painter, colours)
            here = baseline
        painter.translate(0, -here)

    @staticmethod
    def _paint_lit(painter: QPainter, colours: Mapping[str, QColor], lit: Sequence[Region]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours["lit"])
        for region in lit:
            painter.drawRoundedRect(region.rect.adjusted(-2, -2, 2, 2), CORNER, CORNER)

    @staticmethod
    def _paint_ring(painter: QPainter, colour: QColor, focused: Region) -> None:
        painter.setPen(QPen(colour, _RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Terms stand closer to one another than links.
        around = (-2, -2, 2, 2) if focused.term else (-4, -1, 4, 1)
        painter.drawRoundedRect(focused.rect.adjusted(*around), CORNER, CORNER)
