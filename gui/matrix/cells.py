"""How the cells of a matrix are set: as numbers on their decimal points, or as a heat map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.matrix.model import Kind, Operand
from gui.numbers import NOT_COMPUTED, NumberFormat
from gui.typesetting.metrics import MathsFont, maths_font

LEAST_WIDTH, LEAST_HEIGHT = 40.0, 13.0
MOST_ROWS, MOST_NUMBERS = 24, 400
_FEW_COLUMNS = 12
_MEASURED_ONE_BY_ONE = 60
_SMALLEST_HEAT, _LARGEST_CELL = 9.0, 12.0

Shown = tuple[int | None, ...]
"""Which rows or columns are drawn; None stands for those left out."""


@dataclass(frozen=True, slots=True)
class Type:
    """The type that numbers are set in: font, digits, height of a row, and room between columns."""

    font: MathsFont
    numbers: NumberFormat

    @property
    def row(self) -> float:
        """The height of a row."""
        return max(LEAST_HEIGHT, round(1.5 * self.font.pixels))

    @property
    def gap(self) -> float:
        """The room between two columns."""
        return round(0.75 * self.font.pixels)

    def with_digits(self, digits: int) -> Type:
        """The same with at most so many digits."""
        return Type(self.font, NumberFormat(min(digits, self.numbers.digits)))


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it is painted; left: its width up to the decimal point."""

    text: str
    width: float
    left: float


@lru_cache(maxsize=20_000)
def _cell(value: float, digits: int, pixels: float) -> Cell:
    text = NumberFormat(digits).text(value)
    head = text.partition(".")[0].partition("×")[0]
    left = _width(head, pixels)
    return Cell(text, left + _width(text[len(head) :], pixels), left)


def _width(text: str, pixels: float) -> float:
    # Without glyph runs: of most numbers several lengths are tried before one is painted.
    return sum([_character_width(character, pixels) for character in text])


@lru_cache(maxsize=512)
def _character_width(character: str, pixels: float) -> float:
    return maths_font(pixels).glyphs(character).width


def cell_of(value: float, type_: Type) -> Cell:
    """A number ready to be painted."""
    return _cell(value, type_.numbers.digits, type_.font.pixels)


def empty_cell(type_: Type) -> Cell:
    """What stands where nothing is computed yet."""
    width = type_.font.glyphs(NOT_COMPUTED).width
    return Cell(NOT_COMPUTED, width, width)


@dataclass(frozen=True, slots=True)
class Axis:
    """Rows or columns along one direction; shown: None where all of `size` are drawn.

    each: the length of one; gap: between two; dots: the length of those left out.
    """

    size: int
    each: float
    gap: float = 0.0
    shown: Shown | None = None
    dots: float = 0.0

    @property
    def length(self) -> float:
        """From the first to the last."""
        if self.shown is None:
            return self.size * self.each + (self.size - 1) * self.gap
        return sum(self._long(index) for index in self.shown) + (len(self.shown) - 1) * self.gap

    def start(self, index: int) -> float | None:
        """Where one begins; None if it is left out."""
        if self.shown is None:
            return index * (self.each + self.gap) if 0 <= index < self.size else None
        return next((at for each, at in self.slots() if each == index), None)

    def slots(self) -> Iterator[tuple[int | None, float]]:
        """What is drawn, and where it begins."""
        at = 0.0
        for index in range(self.size) if self.shown is None else self.shown:
            yield index, at
            at += self._long(index) + self.gap

    def at(self, place: float) -> int | None:
        """Which one is at a place; None between two and outside."""
        if self.shown is None:
            index = math.floor(place / (self.each + self.gap))
            within = place - index * (self.each + self.gap) <= self.each + self.gap / 2
            return index if 0 <= index < self.size and within else None
        return next(
            (each for each, at in self.slots()
             if each is not None and at - self.gap / 2 <= place <= at + self.each + self.gap / 2),
            None,
        )  # fmt: skip

    def drawn(self) -> Iterable[int]:
        """The ones that are drawn."""
        if self.shown is None:
            return range(self.size)
        return [index for index in self.shown if index is not None]

    def span(self, first: int, last: int) -> tuple[float, float] | None:
        """From the first to the last one drawn between two; None if none is."""
        if self.shown is None:
            step = self.each + self.gap
            return first * step, last * step + self.each
        starts = [at for each, at in self.slots() if each is not None and first <= each <= last]
        return (starts[0], starts[-1] + self.each) if starts else None

    def _long(self, index: int | None) -> float:
        return self.dots if index is None else self.each


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one matrix as drawn. type: None for a heat map. left: see Cell."""

    rows: Axis
    columns: Axis
    type: Type | None = None
    left: float = 0.0

    @property
    def width(self) -> float:
        return self.columns.length

    @property
    def height(self) -> float:
        return self.rows.length

    def rect(self, row: int, column: int) -> QRectF | None:
        """A cell's place in the matrix, in the order drawn; None if it is left out."""
        x, y = self.columns.start(column), self.rows.start(row)
        if x is None or y is None:
            return None
        return QRectF(x, y, self.columns.each, self.rows.each)

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """The cell at a point of the matrix, in the order drawn."""
        if not QRectF(-3, -1, self.width + 6, self.height + 2).contains(point):
            return None
        x = min(max(point.x(), 0.0), self.width - 1e-6)
        y = min(max(point.y(), 0.0), self.height - 1e-6)
        row, column = self.rows.at(y), self.columns.at(x)
        return None if row is None or column is None else (row, column)


def window(size: int, around: int, count: int) -> Shown | None:
    """`count` of `size` columns around one, with None where some are left out."""
    if count >= size:
        return None
    first = min(max(around - (count - 1) // 2, 0), size - count)
    shown: list[int | None] = list(range(first, first + count))
    if first > 0:
        shown.insert(0, None)
    if first + count < size:
        shown.append(None)
    return tuple(shown)


def _elided(operand: Operand, samples: Shown | None) -> Shown | None:
    return samples if operand.sampled and operand.kind is not Kind.JACOBIAN else None


def _drawn_shape(operand: Operand, samples: Shown | None) -> tuple[int, int]:
    """How many rows and columns are drawn, those that stand for what is left out counted too."""
    rows, columns = operand.shape
    elided = _elided(operand, samples)
    if elided is None:
        return rows, columns
    return (len(elided), columns) if operand.transposed else (rows, len(elided))


def is_small(operand: Operand, samples: Shown | None) -> bool:
    """Whether a matrix has so few cells that it is drawn as numbers even where it has no room."""
    rows, columns = _drawn_shape(operand, samples)
    return rows <= MOST_ROWS and columns <= _FEW_COLUMNS


def too_large(operand: Operand, samples: Shown | None, room: float) -> bool:
    """Whether a matrix has too many cells for numbers, whatever they are."""
    rows, columns = _drawn_shape(operand, samples)
    if rows > MOST_ROWS or rows * columns > MOST_NUMBERS:
        return True
    return columns * LEAST_WIDTH > 2 * room


def number_grid(operand: Operand, type_: Type, samples: Shown | None, room: float) -> Grid | None:
    """The matrix as numbers, with the samples shown; None if it is too large for the room."""
    if too_large(operand, samples, room):
        return None
    rows, columns = operand.shape
    elided = _elided(operand, samples)
    crowded = rows * columns > _MEASURED_ONE_BY_ONE and elided is None
    fitting = type_.with_digits(4) if crowded else type_
    left, width = _extents(operand, fitting, elided)
    dots = fitting.font.glyphs("⋯").width
    across = elided if not operand.transposed else None
    down = elided if operand.transposed else None
    grid = Grid(
        Axis(rows, fitting.row, 0.0, down, fitting.row),
        Axis(columns, width, fitting.gap, across, dots),
        fitting,
        left,
    )
    return grid if grid.width <= room else None


def _extents(operand: Operand, type_: Type, samples: Shown | None) -> tuple[float, float]:
    """Width up to the decimal point, and in all; enough for the numbers when the Step is done."""
    values = operand.final
    if samples is not None:
        values = values[:, [each for each in samples if each is not None]]
    arrays = [values] if operand.fresh is None else [values, operand.values]
    numbers = [each for array in arrays for each in _telling(array)]
    cells = [cell_of(value, type_) for value in numbers]
    left = max([cell.left for cell in cells], default=0.0)
    right = max([cell.width - cell.left for cell in cells], default=0.0)
    return left, max(left + right, type_.font.glyphs("0.5").width)


def _telling(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    """All the values, or of many those that take most room."""
    if values.size <= _MEASURED_ONE_BY_ONE:
        return [float(each) for each in values.ravel()]
    finite = values[np.isfinite(values)]
    if not finite.size:
        return [0.0, math.nan]
    nonzero = np.abs(finite[finite != 0])
    telling = [float(finite.min()), float(finite.max())]
    if nonzero.size:
        # Not exact in any number of digits, so as wide as any of this size.
        smallest = float(nonzero.min()) * (1 + 1e-9)
        telling += [-smallest if telling[0] < 0 else smallest]
        telling += [each * (1 + 1e-9) for each in telling[:2]]
    if finite.size < values.size:
        telling.append(math.nan)
    return telling


def heat_grid(operand: Operand, side: float, room: float) -> Grid:
    """The matrix as a heat map, its longer side about `side` long and at most `room` wide."""
    rows, columns = operand.shape
    cell = min(_LARGEST_CELL, side / max(rows, columns, 1))
    if columns > 2 * rows:
        cell = min(_LARGEST_CELL, min(1.9 * side, room) / columns)
    width = min(max(columns * cell, _SMALLEST_HEAT), room)
    height = max(rows * cell, _SMALLEST_HEAT)
    return Grid(Axis(rows, height / rows), Axis(columns, width / columns))
