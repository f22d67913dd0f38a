"""Puts a matrix equation on a page of a given width: digits, lines, and what stands below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from engine.expression import quantity
from gui.matrix.boxes import (
    Label,
    MatrixBox,
    Page,
    Placed,
    SignBox,
    Standing,
    Style,
    put,
    simple_box,
    stretch_fences,
    title_box,
)
from gui.matrix.cells import (
    Grid,
    Shown,
    Type,
    heat_grid,
    is_small,
    number_grid,
    too_large,
    window,
)
from gui.matrix.heat import largest
from gui.matrix.model import Matrix, Operand, Sheet, Sign
from gui.numbers import NumberFormat
from gui.translation import tr
from gui.typesetting.boxes import Row
from gui.typesetting.metrics import maths_font

MARGIN = 14
_FEWEST, _FEW = 3, 4
_WINDOWS = (7, 5, 3, 1)
_ALONE = 0.4  # of a line: what it costs to show no sample beside the one looked at
_INDENT = 1.6
_SMALLER = 0.84
_OVERFLOW = 10.0  # lines: what it costs a line to be as long again as there is room


@dataclass(frozen=True)
class _Setting:
    """One way to set the numbers: how many digits, and which samples."""

    digits: int
    samples: Shown | None


def lay_out(sheet: Sheet, style: Style) -> Page:
    """The page for a width; the numbers have as many digits as need no further line.

    Numbers that have no room however few digits they have are smaller, or else the page is wider.
    """
    page = Page()
    if not sheet.items:
        return page
    layouter = _Layouter(sheet, style)
    setting = layouter.plain() or layouter.best()
    if layouter.overflows:
        smaller = _Layouter(sheet, style.at_size(round(_SMALLER * style.em)))
        other = smaller.plain() or smaller.best()
        if not smaller.overflows:
            layouter, setting, style = smaller, other, smaller.style
    y = float(MARGIN)
    page.width = MARGIN + style.room
    figure = layouter.crossing(setting) if sheet.crossing else None
    y = figure.place(page, y) if figure else _place_lines(page, layouter, setting, y)
    y = _place_scales(page, style, y)
    page.height = y + MARGIN
    return page


class _Layouter:
    """Tries settings: what does not depend on them is made once."""

    def __init__(self, sheet: Sheet, style: Style) -> None:
        self.sheet, self.style = sheet, style
        self._ready = [
            Label(item, style) if isinstance(item, Matrix) else simple_box(item, style)
            for item in sheet.items
        ]
        self._grids: dict[tuple[int, _Setting], Grid | None] = {}
        self._heat: dict[int, Grid] = {}
        self._smallest = _Setting(_FEWEST, self._window(1))
        self._operands = sheet.operands
        samples = self._smallest.samples
        self._rooms = [
            math.inf if is_small(each, samples) else style.room - 2 * style.em
            for each in self._operands
        ]
        self._numeric = [
            not too_large(each, samples, room)
            for each, room in zip(self._operands, self._rooms, strict=True)
        ]
        self._may_overflow = False

    def plain(self) -> _Setting | None:
        """All digits and all samples, where these fit into one line: nothing could be better."""
        setting = _Setting(self.style.numbers.digits, self._window(self._counts()[0]))
        return setting if self._score(setting) <= 1 and len(self._counts()) == 1 else None

    def _demote(self) -> None:
        """Makes heat maps of the matrices that are too large for numbers however few digits.

        Small ones are numbers all the same: where they have no room, one scrolls.
        """
        for number, is_numeric in enumerate(self._numeric):
            if is_numeric:
                self._numeric[number] = self.grid(number, self._smallest) is not None
        self._may_overflow = any(
            self._is_small(number) and self._smallest_width(number) > self.style.room
            for number in range(len(self._operands))
        )
        while math.isinf(self._score(self._smallest)):
            large = [
                number
                for number, is_numeric in enumerate(self._numeric)
                if is_numeric and not self._is_small(number)
            ]
            if not large:
                self._may_overflow = True
                return
            self._numeric[max(large, key=self._smallest_width)] = False

    @property
    def overflows(self) -> bool:
        """Whether the page is wider than its room."""
        return self._may_overflow

    def _is_small(self, number: int) -> bool:
        return math.isinf(self._rooms[number])

    def _smallest_width(self, number: int) -> float:
        grid = self.grid(number, self._smallest)
        return grid.width if grid else math.inf

    def best(self) -> _Setting:
        """The most digits that take no more lines than four do, and the samples around one."""
        few = min(_FEW, self.style.numbers.digits)
        fewest = self._best_samples(few)
        if fewest is None:
            self._demote()
            fewest = None if self.overflows else self._best_samples(few)
            fewest = fewest or self._best_samples(_FEWEST) or self._smallest
        score = self._score(fewest)
        for digits in range(self.style.numbers.digits, fewest.digits, -1):
            setting = replace(fewest, digits=digits)
            if self._score(setting) <= score:
                return setting
        return fewest

    def _best_samples(self, digits: int) -> _Setting | None:
        """With so many digits the samples that take the fewest lines; None if there is no room."""
        scores = {
            samples: self._score(_Setting(digits, samples)) + _ALONE * (count == 1)
            for count in self._counts()
            for samples in (self._window(count),)
        }
        samples = min(scores, key=lambda each: scores[each])
        return _Setting(digits, samples) if math.isfinite(scores[samples]) else None

    def _counts(self) -> list[int]:
        """How many samples may be shown, from most to fewest."""
        batch = self._batch()
        if self.sheet.one_column or batch == 1:
            return [1]
        return [batch, *(count for count in _WINDOWS if count < batch)]

    def _batch(self) -> int:
        sampled = [each for each in self.sheet.operands if each.sampled]
        return max((each.values.shape[1] for each in sampled), default=1)

    def _window(self, count: int) -> Shown | None:
        return window(self._batch(), self.sheet.sample, count)

    def _score(self, setting: _Setting) -> float:
        """How many lines a setting takes, a break within parentheses counting for more.

        Infinitely many where something is too wide for it, unless one may scroll.
        """
        boxes = self.boxes(setting)
        if boxes is None:
            return math.inf
        room, score = self.style.room, 0.0
        for first, last in break_lines(boxes, room, self.indent):
            width = sum(box.width for box in boxes[first:last]) + (self.indent if first else 0.0)
            if width > room + 0.5:
                if not self._may_overflow:
                    return math.inf
                score += _OVERFLOW * (width / room)
            score += 1 + 0.2 * (boxes[first].depth or 0)
        return score

    def boxes(self, setting: _Setting) -> list[Standing] | None:
        """The boxes of the equation; None where a matrix is too wide for its numbers."""
        boxes: list[Standing] = []
        number = 0
        for ready in self._ready:
            if not isinstance(ready, Label):
                boxes.append(ready)
                continue
            grid = self.grid(number, setting)
            if grid is None:
                return None
            boxes.append(MatrixBox(ready, number, grid, self.style))
            number += 1
        stretch_fences(boxes)
        return boxes

    def grid(self, number: int, setting: _Setting) -> Grid | None:
        """How the cells of a matrix are set; None where numbers are too wide."""
        if not self._numeric[number]:
            return self._heat_grid(number)
        key = number, setting
        if key not in self._grids:
            type_ = self.style.type.with_digits(setting.digits)
            operand = self._operands[number]
            self._grids[key] = number_grid(operand, type_, setting.samples, self._rooms[number])
        return self._grids[key]

    def _heat_grid(self, number: int) -> Grid:
        if number not in self._heat:
            side = min(150.0, 0.42 * self.style.room)
            room = self.style.room - 5 * self.style.em
            self._heat[number] = heat_grid(self._operands[number], side, room)
        return self._heat[number]

    @property
    def indent(self) -> float:
        """How far a further line is moved in."""
        return min(_INDENT * self.style.em, max(0.0, 0.06 * self.style.room - 8))

    def crossing(self, setting: _Setting) -> Crossing | None:
        """δ at the left and aᵀ on top of their product, where there is room for it."""
        if not all(self._numeric):
            return None
        for digits in range(self.style.numbers.digits, _FEWEST - 1, -1):
            boxes = self.boxes(replace(setting, digits=digits))
            if boxes is None:
                continue
            matrices = [box for box in boxes if isinstance(box, MatrixBox)]
            figure = Crossing(self.sheet, matrices, self.style)
            if figure.width <= self.style.room:
                return figure
        return None


def break_lines(boxes: Sequence[Standing], room: float, indent: float) -> list[tuple[int, int]]:
    """The first and last of each line; a line breaks before an operator, best outside ( )."""
    lines: list[tuple[int, int]] = []
    start = 0
    while start < len(boxes):
        limit = room - (indent if start else 0.0)
        end = _cut(boxes, start, limit)
        lines.append((start, end))
        start = end
    return lines


def _cut(boxes: Sequence[Standing], start: int, limit: float) -> int:
    width, best, least = 0.0, 0, math.inf
    for place in range(start, len(boxes)):
        depth = boxes[place].depth
        if depth is not None and place > start:
            cost = limit - width + 0.12 * limit * depth
            if cost <= least:
                best, least = place, cost
        width += boxes[place].width
        if width > limit + 0.5:
            return best or _next_break(boxes, place, start)
    return len(boxes)


def _next_break(boxes: Sequence[Standing], place: int, start: int) -> int:
    later = (n for n in range(max(place, start + 1), len(boxes)) if boxes[n].depth is not None)
    return next(later, len(boxes))


def _place_lines(page: Page, layouter: _Layouter, setting: _Setting, y: float) -> float:
    boxes = layouter.boxes(setting)
    assert boxes is not None
    style, indent = layouter.style, layouter.indent
    for first, last in break_lines(boxes, style.room, indent):
        line = boxes[first:last]
        item = layouter.sheet.items[first]
        if first and isinstance(item, Sign):
            line[0] = SignBox(item, style, at_start=True)
        begun = len(page.matrices)
        y = _place_line(page, line, MARGIN + (indent if first else 0.0), y, style)
        y = _place_ghosts(page, page.matrices[begun:], style, y)
    return y


def _place_line(page: Page, line: Sequence[Standing], x: float, y: float, style: Style) -> float:
    axis = y + max(box.up for box in line)
    bottom = axis + max(box.down for box in line)
    has_shapes = any(isinstance(box, MatrixBox) for box in line)
    below = bottom + 1.25 * style.em
    for box in line:
        box.place(page, x, axis)
        box.place_below(page, x, below)
        x += box.width
    page.width = max(page.width, x)
    page.links = [link for link in page.links if link[1] >= 0]
    return (below + 0.75 * style.em if has_shapes else bottom) + 0.9 * style.em


class Crossing:
    """An outer product: a column at the left, a row on top, their product where they cross."""

    def __init__(self, sheet: Sheet, matrices: Sequence[MatrixBox], style: Style) -> None:
        self._product, self._column, self._row = matrices
        self._sheet, self._style = sheet, style
        em = style.em
        self._pad = round(0.5 * em)
        self._left = max(self._column.width, self._row.title.width + em)
        self._across = round(1.6 * em)
        wide = max(self._product.grid.width, self._row.grid.width)
        right = max(wide + 2 * self._pad, self._product.title.width)
        beside = self._row.badge.width + 0.8 * em
        self.width = self._left + self._across + right + beside

    def place(self, page: Page, y: float) -> float:
        """Puts it below y; returns where it ends."""
        em, row, column, product = self._style.em, self._row, self._column, self._product
        y = self._place_rule(page, y)
        x = float(MARGIN)
        right = x + self._left + self._across + self._pad
        row_top = y + row.title.ascent + row.title.descent + 0.5 * em
        self._put_matrix(page, row, right, row_top)
        beside = right + row.grid.width + self._pad + 0.4 * em
        row.badge.place(page, beside, row_top + row.grid.height / 2 + 0.3 * em)
        body = row_top + row.grid.height + 1.5 * em
        left = x + (self._left - column.grid.width) / 2
        self._put_matrix(page, column, left, body)
        self._put_matrix(page, product, right, body, titled=False)
        below = body + product.grid.height + 1.4 * em
        column.badge.place(page, x + (self._left - column.badge.width) / 2, below)
        product.badge.place(page, right + (product.grid.width - product.badge.width) / 2, below)
        page.links.clear()
        return below + 1.6 * em

    def _place_rule(self, page: Page, y: float) -> float:
        if self._sheet.rule is None:
            return y
        target, rule = self._sheet.rule
        writer = self._style.title
        boxes = [*writer.write(target), writer.relation("="), *writer.write(rule)]
        line = Row(boxes)
        put(page, boxes[0], MARGIN, y + line.ascent, "written")
        put(page, Row(boxes[1:]), MARGIN + boxes[0].width, y + line.ascent)
        return y + line.ascent + line.descent + 1.1 * self._style.em

    def _put_matrix(
        self, page: Page, box: MatrixBox, x: float, y: float, titled: bool = True
    ) -> None:
        origin = QPointF(round(x), round(y))
        page.matrices.append(Placed(box.number, box.matrix.operand, box.grid, origin))
        if titled:
            middle = x + box.grid.width / 2
            baseline = y - 0.45 * self._style.em - box.title.descent
            put(page, box.title, middle - box.title.width / 2, baseline)


def _place_ghosts(page: Page, line: Sequence[Placed], style: Style, y: float) -> float:
    """The stored matrix of every transposed matrix of weights, small, below its line."""
    for placed in line:
        operand = placed.operand
        if operand.transposed and quantity(operand.name).is_weight_shaped:
            y = _place_ghost(page, placed, style, y)
    return y


def _place_ghost(page: Page, placed: Placed, style: Style, y: float) -> float:
    stored = replace(placed.operand, transposed=False, title=placed.operand.title.children[0])
    small = style.at_size(max(10.0, round(0.82 * style.em)))
    title, caption = title_box(stored, small), small.title.text(tr("as it is stored"))
    pad = round(0.5 * small.em)
    beside = title.width + 0.8 * small.em
    grid = _ghost_grid(placed, stored, small, style.room - beside - 2 * pad)
    middle = placed.rect.center().x() + 1.5 * style.em
    widest = max(grid.width + 2 * pad, caption.width)
    left = min(max(middle - grid.width / 2, MARGIN + beside + pad), MARGIN + style.room - widest)
    left = max(left, MARGIN + beside)
    page.width = max(page.width, left + max(grid.width + pad, caption.width))
    top = y + 1.1 * style.em
    page.matrices.append(
        Placed(placed.number, stored, grid, QPointF(round(left), round(top)), True)
    )
    put(
        page,
        title,
        left - pad - beside + 0.3 * small.em,
        top + grid.height / 2 + 0.3 * small.em,
        "badge",
    )
    put(page, caption, left, top + grid.height + 0.8 * small.em + caption.ascent, "badge")
    return top + grid.height + 0.8 * small.em + caption.ascent + caption.descent + 0.6 * style.em


def _ghost_grid(placed: Placed, stored: Operand, small: Style, room: float) -> Grid:
    """In numbers if the transpose is: with as many digits as there is room for."""
    if placed.grid.type is not None:
        font, most = maths_font(small.em), placed.grid.type.numbers.digits
        for digits in range(most, _FEWEST - 1, -1):
            least = digits == _FEWEST and is_small(stored, None)
            type_ = Type(font, NumberFormat(digits))
            grid = number_grid(stored, type_, None, math.inf if least else room)
            if grid is not None:
                return grid
    return heat_grid(stored, min(110.0, 0.3 * small.room), 0.5 * small.room)


def _place_scales(page: Page, style: Style, y: float) -> float:
    """The scale of every heat map: its name, its ends in numbers, a bar between."""
    x, high = float(MARGIN), 1.9 * style.em
    for placed in [each for each in page.matrices if each.grid.type is None and not each.ghost]:
        title = title_box(placed.operand, style.at_size(0.86 * style.em))
        top = largest(placed.operand.final)
        scale = style.badge.but(numbers=NumberFormat(3))
        low, end = (scale.number(value) for value in (-top, top))
        bar = 3.6 * style.em
        width = title.width + low.width + end.width + bar + 1.6 * style.em
        if x > MARGIN and x + width > MARGIN + style.room:
            x, y = float(MARGIN), y + high
        baseline = y + 1.1 * style.em
        put(page, title, x, baseline)
        x += title.width + 0.6 * style.em
        put(page, low, x, baseline, "badge")
        x += low.width + 0.4 * style.em
        page.scales.append(
            (placed.number, QRectF(x, baseline - 0.6 * style.em, bar, 0.6 * style.em))
        )
        x += bar + 0.4 * style.em
        put(page, end, x, baseline, "badge")
        x += end.width + 1.8 * style.em
    return y + high if page.scales else y
