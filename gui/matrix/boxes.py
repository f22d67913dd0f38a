"""The boxes of a matrix equation: each stands on the axis, the middle of every matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from engine.expression import Constant, Expression
from gui.matrix.cells import Grid, Type
from gui.matrix.model import Arrow, Face, Fence, Kind, Matrix, Operand, Scalar, Sigma, Sign, Symbol
from gui.notation import Letter, Notation, constant_letter, italic
from gui.numbers import NumberFormat
from gui.translation import tr
from gui.typesetting.boxes import BigOperator, Box, Inked, Row, Stretched
from gui.typesetting.drawing import Drawing
from gui.typesetting.metrics import AXIS, maths_font
from gui.typesetting.writer import Writer

_TITLE, _SIGN, _BADGE = 1.16, 1.25, 0.84


@dataclass(frozen=True)
class Style:
    """How everything is set.

    em: the size of the numbers in cells, in pixels; room: the width; notation: whose letters.
    """

    em: float
    words: QFont
    numbers: NumberFormat
    room: float
    notation: Notation = "node"
    type: Type = field(init=False)
    title: Writer = field(init=False)
    sign: Writer = field(init=False)
    badge: Writer = field(init=False)
    boxes: dict[object, object] = field(init=False, compare=False, default_factory=dict)
    """What has been made in this style and does not depend on a value."""

    def __post_init__(self) -> None:
        small = QFont(self.words)
        small.setPixelSize(max(9, round(0.78 * self.em)))
        made = {
            "type": Type(maths_font(self.em), self.numbers),
            "title": self._writer(_TITLE, small).but(inline=True),
            "sign": self._writer(_SIGN, small),
            "badge": self._writer(_BADGE, small),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def _writer(self, share: float, words: QFont) -> Writer:
        return Writer(round(share * self.em, 2), words, self.numbers, notation=self.notation)

    def at_size(self, em: float) -> Style:
        """The same with numbers of another size."""
        found = self.boxes.get((Style, em))
        if not isinstance(found, Style):
            found = self.boxes[Style, em] = replace(self, em=em)
        return found


@dataclass(frozen=True, slots=True)
class Placed:
    """A matrix on the page. ghost: the stored matrix beside its transpose."""

    number: int
    operand: Operand
    grid: Grid
    origin: QPointF
    ghost: bool = False

    @property
    def rect(self) -> QRectF:
        """Where its cells are."""
        return QRectF(self.origin.x(), self.origin.y(), self.grid.width, self.grid.height)

    def cell(self, row: int, column: int) -> QRectF | None:
        """The place of an element of the engine's array; None if it is left out."""
        drawn = (column, row) if self.operand.transposed else (row, column)
        rect = self.grid.rect(*drawn)
        return rect.translated(self.origin) if rect else None

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """The element of the engine's array at a point of the page."""
        found = self.grid.at(point - self.origin)
        return found[::-1] if found and self.operand.transposed else found


@dataclass
class Page:
    """Everything placed. links: where inner sizes meet, as (x, x, y)."""

    drawing: Drawing = field(default_factory=Drawing)
    matrices: list[Placed] = field(default_factory=list)
    fences: list[tuple[QRectF, str, bool]] = field(default_factory=list)
    arrows: list[tuple[float, float, float]] = field(default_factory=list)
    links: list[tuple[float, float, float]] = field(default_factory=list)
    scales: list[tuple[int, QRectF]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def take(self, operands: Sequence[Operand]) -> None:
        """Shows the same matrices at another stop of their Step."""
        self.matrices = [
            placed if placed.ghost else replace(placed, operand=operands[placed.number])
            for placed in self.matrices
        ]


class Standing:
    """Something in the equation. half: half the height of its body; up, down: from the axis."""

    depth: int | None = None
    width: float
    half: float = 0.0
    up: float = 0.0
    down: float = 0.0

    def place(self, page: Page, x: float, axis: float) -> None:
        """Puts it with its left end at x."""

    def place_below(self, page: Page, x: float, y: float) -> None:
        """Puts its shape, with the baseline at y."""


def put(page: Page, box: Box, x: float, y: float, ink: str = "text") -> None:
    """A box of mathematics with its baseline at (x, y)."""
    box.place(page.drawing, x, y, ink)


class MatrixBox(Standing):
    """A matrix with its name above and its shape below."""

    def __init__(self, label: Label, number: int, grid: Grid, style: Style) -> None:
        self.matrix, self.number, self.grid = label.matrix, number, grid
        self.title, self.badge = label.title, label.badge
        bracket = round(0.5 * style.em)
        self.width = max(grid.width + 2.5 * bracket, self.title.width, self.badge.width)
        self._gap = (0.6 if label.matrix.operand.sampled else 0.4) * style.em
        self.half = grid.height / 2 + 2
        self.up = self.half + self._gap + self.title.ascent + self.title.descent
        self.down = self.half

    def place(self, page: Page, x: float, axis: float) -> None:
        left = round(x + (self.width - self.grid.width) / 2)
        top = round(axis - self.grid.height / 2)
        operand = self.matrix.operand
        page.matrices.append(Placed(self.number, operand, self.grid, QPointF(left, top)))
        baseline = axis - self.half - self._gap - self.title.descent
        put(
            page,
            self.title,
            x + (self.width - self.title.width) / 2,
            baseline,
            ink_of(operand.face),
        )

    def place_below(self, page: Page, x: float, y: float) -> None:
        self.badge.place(page, x + (self.width - self.badge.width) / 2, y)


class Label:
    """What stands above and below a matrix, whatever its cells are like."""

    def __init__(self, matrix: Matrix, style: Style) -> None:
        self.matrix = matrix
        self.title = title_box(matrix.operand, style)
        self.badge = _badge(matrix, style)


class Badge:
    """The shape of a matrix; sizes that meet a neighbour's stand out."""

    def __init__(self, matrix: Matrix, style: Style) -> None:
        rows, columns = (style.badge.symbol(str(size)) for size in matrix.operand.shape)
        self._rows = Inked(rows, "accent" if matrix.meets_left else "badge")
        self._columns = Inked(columns, "accent" if matrix.meets_right else "badge")
        self._times = style.badge.symbol("×")
        self._row = Row((self._rows, self._times, self._columns))
        self.width = self._row.width
        self._meets_left, self._meets_right = matrix.meets_left, matrix.meets_right

    def place(self, page: Page, x: float, y: float) -> None:
        """Puts it with its baseline at y; a link begins at the right size or ends at the left."""
        put(page, self._row, x, y, "badge")
        if self._meets_left and page.links and page.links[-1][1] < 0 and page.links[-1][2] == y:
            start = page.links.pop()[0]
            page.links.append((start, x + self._rows.width / 2, y))
        if self._meets_right:
            page.links.append((x + self.width - self._columns.width / 2, -1.0, y))


def _badge(matrix: Matrix, style: Style) -> Badge:
    key = Badge, matrix.operand.shape, matrix.meets_left, matrix.meets_right
    found = style.boxes.get(key)
    if not isinstance(found, Badge):
        found = style.boxes[key] = Badge(matrix, style)
    return found


def title_box(operand: Operand, style: Style) -> Box:
    """A matrix's name, and whether it is the old or the new one."""
    if operand.kind is Kind.RATE:
        return _title_box(operand, style)  # Its title holds numbers.
    key = Box, operand.title, operand.before, operand.fresh is not None
    found = style.boxes.get(key)
    if not isinstance(found, Box):
        found = style.boxes[key] = _title_box(operand, style)
    return found


def _title_box(operand: Operand, style: Style) -> Box:
    name: Box = _name_box(operand.title, operand.kind, style)
    if operand.before:
        return Row((name, style.title.space(0.25), _word(tr("old"), style)))
    if operand.fresh is not None:
        return Row((name, style.title.space(0.25), _word(tr("new"), style)))
    return name


def _name_box(title: Expression, kind: Kind, style: Style) -> Box:
    if kind is Kind.RATE and isinstance(title, Constant):
        letter = constant_letter(Constant(title.symbol, 0.0), style.notation).letter
        return style.title.letter(Letter(letter, str(title.layer), whole=True))
    return style.title.row(title)


def _word(text: str, style: Style) -> Box:
    return Inked(style.title.text(text), "badge")


def ink_of(face: Face) -> str:
    """The colour of what is written, or of what is read."""
    return "written" if face is Face.WRITTEN else "text"


class ScalarBox(Standing):
    """A number with what it is called above."""

    def __init__(self, scalar: Scalar, style: Style) -> None:
        self._ink = ink_of(scalar.face)
        self._title = style.title.but(pixels=style.title.pixels * 0.86).row(scalar.title)
        writer = style.title.but(pixels=style.em * 1.05)
        self._number = writer.symbol("–") if scalar.value is None else writer.number(scalar.value)
        self._down = AXIS * writer.em
        self.width = max(self._title.width, self._number.width)
        self._gap = 0.3 * style.em
        self.half = max(self._number.ascent, style.em * 0.6)
        self.up = self._number.ascent - self._down + self._gap
        self.up += self._title.ascent + self._title.descent
        self.down = self._number.descent + self._down

    def place(self, page: Page, x: float, axis: float) -> None:
        baseline = axis + self._down
        put(page, self._number, x + (self.width - self._number.width) / 2, baseline, self._ink)
        above = baseline - self._number.ascent - self._gap - self._title.descent
        put(page, self._title, x + (self.width - self._title.width) / 2, above, "badge")


class SignBox(Standing):
    """An operator with room around; repeated between the shapes."""

    def __init__(self, sign: Sign, style: Style, at_start: bool = False) -> None:
        self.depth = sign.depth
        self._style = style
        text = sign.said if at_start and not sign.text else sign.text
        self._sign = style.sign.symbol(text) if text else None
        self._below = style.badge.symbol(sign.shape_text) if sign.shape_text else None
        room = 0.32 if text else 0.14
        inner = self._sign.width if self._sign else 0.0
        self.width = inner + 2 * room * style.em
        if self._below:
            self.width = max(self.width, self._below.width + 4)
        self.up = self.down = self.half = 0.5 * style.em

    def place(self, page: Page, x: float, axis: float) -> None:
        if self._sign:
            y = axis + AXIS * self._style.sign.em
            put(page, self._sign, x + (self.width - self._sign.width) / 2, y)

    def place_below(self, page: Page, x: float, y: float) -> None:
        if self._below:
            put(page, self._below, x + (self.width - self._below.width) / 2, y, "badge")


class SymbolBox(Standing):
    """Characters that belong to the formula."""

    def __init__(self, text: str, style: Style) -> None:
        self._symbol = style.sign.symbol(text)
        self._drop = AXIS * style.sign.em
        self._pad = 0.12 * style.em
        self.width = self._symbol.width + 2 * self._pad
        self.up = self._symbol.ascent - self._drop
        self.down = self._symbol.descent + self._drop
        self.half = max(self.up, self.down)

    def place(self, page: Page, x: float, axis: float) -> None:
        put(page, self._symbol, x + self._pad, axis + self._drop)


class FenceBox(Standing):
    """A parenthesis or norm bar; its height is set once what is between is known."""

    def __init__(self, fence: Fence, style: Style) -> None:
        self.fence = fence
        self._line = round(0.5 * style.em)
        self._power = style.badge.symbol(fence.power) if fence.power else None
        self.width = self._line + (self._power.width + 2 if self._power else 0.0)

    def stretch(self, half: float) -> None:
        """Makes it as tall as what is between."""
        self.half = half + 3
        self.up = self.down = self.half
        if self._power:
            self.up += 0.5 * self._power.ascent

    def place(self, page: Page, x: float, axis: float) -> None:
        rect = QRectF(x, axis - self.half, self._line, 2 * self.half)
        page.fences.append((rect, self.fence.text, self.fence.opens))
        if self._power:
            put(page, self._power, x + self._line + 1, axis - self.half + 0.5 * self._power.ascent)


class SigmaBox(Standing):
    """Σ with its index below."""

    def __init__(self, sigma: Sigma, style: Style) -> None:
        writer = style.sign
        below = writer.but(style=2).symbol(italic(sigma.index), sigma.index)
        sign = Stretched(writer.font.stretched("∑", 1.3 * writer.em), "Σ", AXIS * writer.em)
        self._box = BigOperator(sign, below, writer.em)
        self._drop = AXIS * writer.em
        self._pad = 0.15 * style.em
        self.width = self._box.width + 2 * self._pad
        self.up, self.down = self._box.ascent - self._drop, self._box.descent + self._drop
        self.half = max(self.up, self.down)

    def place(self, page: Page, x: float, axis: float) -> None:
        put(page, self._box, x + self._pad, axis + self._drop)


class ArrowBox(Standing):
    """The arrow from z to a."""

    depth = 0

    def __init__(self, arrow: Arrow, style: Style) -> None:
        in_matrix_form = style.notation == "matrix"
        letter = Letter("f", str(arrow.layer)) if in_matrix_form else Letter("g")
        self._above = style.title.letter(letter)
        self._below = style.title.text(arrow.activation)
        self._pad = round(0.5 * style.em)
        inner = max(self._above.width, self._below.width) + style.em
        self.width = inner + 2 * self._pad
        self.up = self._above.ascent + self._above.descent + 0.4 * style.em
        self.down = self._below.ascent + self._below.descent + 0.3 * style.em
        self.half = self.down
        self._em = style.em

    def place(self, page: Page, x: float, axis: float) -> None:
        left, right = x + self._pad, x + self.width - self._pad
        page.arrows.append((left, right, axis))
        middle = (left + right) / 2 - 0.15 * self._em
        put(page, self._above, middle - self._above.width / 2,
            axis - 0.35 * self._em - self._above.descent)  # fmt: skip
        put(page, self._below, middle - self._below.width / 2,
            axis + 0.25 * self._em + self._below.ascent, "badge")  # fmt: skip


def stretch_fences(boxes: Iterable[Standing]) -> None:
    """Makes every pair of fences as tall as what is between its two."""
    open_fences: list[tuple[FenceBox, float]] = []
    for box in boxes:
        if not isinstance(box, FenceBox):
            open_fences = [(each, max(half, box.half)) for each, half in open_fences]
        elif box.fence.opens:
            open_fences.append((box, 0.0))
        else:
            opening, half = open_fences.pop()
            for each in (opening, box):
                each.stretch(half)
            open_fences = [(each, max(other, box.half)) for each, other in open_fences]


def simple_box(item: object, style: Style) -> Standing:
    """The box of anything but a matrix."""
    if not isinstance(item, Sign | Symbol | Sigma | Arrow):
        return _simple_box(item, style)  # A fence is stretched, and a number changes.
    found = style.boxes.get(item)
    if not isinstance(found, Standing):
        found = style.boxes[item] = _simple_box(item, style)
    return found


def _simple_box(item: object, style: Style) -> Standing:
    match item:
        case Scalar():
            return ScalarBox(item, style)
        case Sign():
            return SignBox(item, style)
        case Symbol():
            return SymbolBox(item.text, style)
        case Fence():
            return FenceBox(item, style)
        case Sigma():
            return SigmaBox(item, style)
        case Arrow():
            return ArrowBox(item, style)
    raise TypeError(type(item).__name__)
