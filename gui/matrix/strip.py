"""Below the equation: one row or column of a heat map, spelled out in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.matrix.boxes import Page, Style, ink_of, put, title_box
from gui.matrix.cells import Cell, Shown, Type, cell_of, empty_cell, window
from gui.matrix.layout import MARGIN
from gui.matrix.model import Operand, Sheet
from gui.matrix.words import line_caption
from gui.translation import tr
from gui.typesetting.drawing import Drawing
from gui.typesetting.metrics import MathsFont

_DIGITS, _LINES = 4, 2


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number of the strip and what it stands for, in the engine's order."""

    rect: QRectF
    number: int
    row: int
    column: int
    cell: Cell


@dataclass
class Strip:
    """What is painted below the page, from its own top."""

    font: MathsFont
    drawing: Drawing = field(default_factory=Drawing)
    lines: list[SetNumbers] = field(default_factory=list)
    height: float = 0.0

    @cached_property
    def cells(self) -> list[Spelled]:
        """The numbers; mostly the strip is too far down to be seen, and then they are not made."""
        return [cell for line in self.lines for cell in line.cells()]


@dataclass(frozen=True, slots=True)
class _Line:
    """A row (column None) or column (row None) as drawn, with the place it is shown around."""

    number: int
    row: int | None
    column: int | None
    around: int


@dataclass(frozen=True, slots=True)
class SetNumbers:
    """Where the numbers of a row or column stand: `across` side by side, each `width` wide."""

    operand: Operand
    line: _Line
    type: Type
    shown: Shown
    across: int
    width: float
    top: float

    def place(self, place: int) -> tuple[float, float]:
        """The upper left corner of a number, by its place among those shown."""
        x = MARGIN + place % self.across * (self.width + self.type.gap)
        return x, self.top + place // self.across * self.type.row

    def cells(self) -> Iterator[Spelled]:
        """The numbers as they are painted."""
        operand, line, type_ = self.operand, self.line, self.type
        values = _drawn(operand, line)
        for place, index in enumerate(self.shown):
            if index is None:
                continue
            x, y = self.place(place)
            row, column = _element(operand, line, index)
            known = bool(operand.known[row, column])
            cell = cell_of(float(values[index]), type_) if known else empty_cell(type_)
            rect = QRectF(QPointF(x, y), QPointF(x + self.width, y + type_.row))
            yield Spelled(rect, line.number, row, column, cell)


def strip_of(sheet: Sheet, page: Page, style: Style, pointed: tuple[int, int, int] | None) -> Strip:
    """The strip: of the cell pointed at (matrix, row, column as drawn), or of what is lit."""
    strip = Strip(style.type.font)
    heat = {each.number for each in page.matrices if each.grid.type is None and not each.ghost}
    if not heat:
        return strip
    lines = _pointed_lines(pointed) if pointed and pointed[0] in heat else []
    lines = lines or [each for number in sorted(heat) for each in _lit_lines(sheet, number)]
    for line in lines:
        _spell(strip, sheet.operands[line.number], line, style)
    if not lines:
        _hint(strip, style)
    strip.height += MARGIN
    return strip


def _hint(strip: Strip, style: Style) -> None:
    line = ""
    for word in tr("Point at a heat map to read a row and a column of it.").split(" "):
        longer = f"{line} {word}".strip()
        if line and style.title.text(longer).width > style.room:
            _hint_line(strip, line, style)
            longer = word
        line = longer
    _hint_line(strip, line, style)
    strip.height += 0.4 * style.em


def _hint_line(strip: Strip, line: str, style: Style) -> None:
    box = style.title.text(line)
    put_into(strip.drawing, box, MARGIN, strip.height + box.ascent, "badge")
    strip.height += box.ascent + box.descent


def put_into(drawing: Drawing, box: object, x: float, y: float, ink: str) -> None:
    """A box with its baseline at (x, y)."""
    put(Page(drawing), box, x, y, ink)  # type: ignore[arg-type]


def _pointed_lines(pointed: tuple[int, int, int]) -> list[_Line]:
    number, row, column = pointed
    return [_Line(number, row, None, column), _Line(number, None, column, row)]


def _lit_lines(sheet: Sheet, number: int) -> Iterator[_Line]:
    operand = sheet.operands[number]
    mask = sheet.lit_mask(number)
    mask = mask.T if operand.transposed else mask
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not sheet.part or not rows.size:
        return
    if rows.size == 1 and mask.shape[1] > 1:
        yield _Line(number, int(rows[0]), None, int(columns[0]))
    elif columns.size == 1:
        yield _Line(number, None, int(columns[0]), int(rows[0]))


def _spell(strip: Strip, operand: Operand, line: _Line, style: Style) -> None:
    title = title_box(operand, style)
    caption = style.title.text(line_caption(line.row, line.column))
    baseline = strip.height + title.ascent + 2
    put_into(strip.drawing, title, MARGIN, baseline, ink_of(operand.face))
    put_into(strip.drawing, caption, MARGIN + title.width + 0.6 * style.em, baseline, "badge")
    strip.height = baseline + title.descent + 0.3 * style.em
    _spell_numbers(strip, operand, line, style)
    strip.height += 0.6 * style.em


def _spell_numbers(strip: Strip, operand: Operand, line: _Line, style: Style) -> None:
    type_ = style.type.with_digits(_DIGITS)
    values = _drawn(operand, line)
    width = type_.font.glyphs("−0.0000×10⁻⁵").width
    if not values.size or _all_plain(values):
        width = type_.font.glyphs("−0.00000").width
    width = max(width, 40.0)
    across = max(1, int(style.room // (width + type_.gap)))
    shown = window(values.size, line.around, max(1, across * _LINES - 2)) or range(values.size)
    numbers = SetNumbers(operand, line, type_, tuple(shown), across, width, strip.height)
    for place, index in enumerate(shown):
        if index is None:
            x, y = numbers.place(place)
            dots = style.badge.symbol("⋯")
            put_into(strip.drawing, dots, x + width / 2, y + 0.7 * type_.row, "badge")
    strip.lines.append(numbers)
    strip.height += (len(shown) + across - 1) // across * type_.row


def _all_plain(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    return not sizes.size or bool(sizes.min() >= 1e-4 and sizes.max() < 100)


def _drawn(operand: Operand, line: _Line) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    values = operand.values.T if operand.transposed else operand.values
    return values[line.row] if line.row is not None else values[:, line.column or 0]


def _element(operand: Operand, line: _Line, index: int) -> tuple[int, int]:
    row = line.row if line.row is not None else index
    column = line.column if line.column is not None else index
    return (column, row) if operand.transposed else (row, column)
