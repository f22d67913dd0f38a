"""Cells in columns, with numbers one below the other at their decimal points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF

from gui.typesetting.boxes import Box
from gui.typesetting.drawing import Drawing

_RULE_GAP = 0.26


@dataclass(frozen=True, slots=True)
class Cell:
    """A box in a column. before: how much of it is left of the decimal point, to align there.

    loose: it may reach over the columns to its right.
    """

    box: Box
    align: Literal["left", "centre", "right"] = "centre"
    before: float | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class GridLine:
    """The cells of one line. gap: room above it, in em; ruled: the columns with a rule above."""

    cells: Sequence[Cell | None]
    gap: float = 0.3
    ruled: tuple[int, ...] = ()


class Grid(Box):
    """Lines of cells, set as one: a box whose baseline is its upper edge."""

    __slots__ = ("_em", "_gap", "_lines", "_points", "_widths")

    def __init__(self, lines: Sequence[GridLine], column_gap: float, em: float) -> None:
        self._lines, self._gap, self._em = lines, column_gap * em, em
        columns = range(max(len(line.cells) for line in lines))
        self._points = [self._point(column) for column in columns]
        self._widths = [self._width(column) for column in columns]
        inner = sum(self._widths) + self._gap * (len(self._widths) - 1)
        self.width = max(inner, self._reach())
        self.ascent = 0.0
        self.descent = sum(self._line_height(line) for line in lines)
        self.descent += sum(line.gap * em for line in lines[1:])

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        """Writes itself with its upper left corner at (x, y)."""
        lefts = self._lefts(x)
        for number, line in enumerate(self._lines):
            y += line.gap * self._em if number else 0.0
            baseline = round(y + max((cell.box.ascent for cell in line.cells if cell), default=0.0))
            for column, cell in enumerate(line.cells):
                if cell:
                    left = lefts[column] + self._inset(cell, column)
                    cell.box.place(drawing, left, baseline, ink)
            for column in line.ruled:
                above = y - _RULE_GAP * self._em
                rule = QRectF(lefts[column] - 3, round(above), self._widths[column] + 6, 1.0)
                drawing.rules.append((rule, "muted"))
            y += self._line_height(line)

    def _cells(self, column: int) -> list[Cell]:
        lines = (line.cells for line in self._lines)
        found = (cells[column] for cells in lines if column < len(cells))
        return [cell for cell in found if cell and not cell.loose]

    def _point(self, column: int) -> tuple[float, float]:
        """The most there is left and right of the decimal points of a column."""
        pointed = [(cell.box.width, cell.before) for cell in self._cells(column)]
        before = [at for _, at in pointed if at is not None]
        after = [width - at for width, at in pointed if at is not None]
        return max(before, default=0.0), max(after, default=0.0)

    def _width(self, column: int) -> float:
        others = (cell.box.width for cell in self._cells(column) if cell.before is None)
        return max(sum(self._points[column]), *others, 0.0)

    def _inset(self, cell: Cell, column: int) -> float:
        room = self._widths[column]
        if cell.before is not None:
            before, after = self._points[column]
            return (room - before - after) / 2 + before - cell.before
        if cell.align == "left" or cell.loose:
            return 0.0
        return (room - cell.box.width) / (1 if cell.align == "right" else 2)

    def _lefts(self, x: float) -> list[float]:
        lefts = []
        for width in self._widths:
            lefts.append(x)
            x += width + self._gap
        return lefts

    def _reach(self) -> float:
        lefts = self._lefts(0.0)
        return max(
            (
                lefts[column] + cell.box.width
                for line in self._lines
                for column, cell in enumerate(line.cells)
                if cell and cell.loose
            ),
            default=0.0,
        )

    @staticmethod
    def _line_height(line: GridLine) -> float:
        boxes = [cell.box for cell in line.cells if cell]
        ascent = max((box.ascent for box in boxes), default=0.0)
        return ascent + max((box.descent for box in boxes), default=0.0)
