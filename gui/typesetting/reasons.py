"""The rows below "why": the chain rule factor by factor, and which way an update goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from PySide6.QtGui import QFont, QFontInfo

from engine.derivation import Derivation, Factor, Meaning, Path, derive
from engine.expression import (
    Add,
    Constant,
    Expression,
    Index,
    Lookup,
    Multiply,
    Number,
    Partial,
    Sum,
    Term,
    quantity,
)
from engine.frame import Frame
from engine.operations import mean_factor
from engine.position import Element
from engine.program import Phase, Step
from gui.notation import italic
from gui.translation import tr
from gui.typesetting.boxes import Box, Inked, Pressed, Row, Stack, Standing, Words, plain
from gui.typesetting.grid import Cell, Grid, GridLine
from gui.typesetting.lines import Formula, Line, Paragraph, Segment, Table, sentence, words
from gui.typesetting.writer import Writer

ALL_PATHS = "paths"
"""The action of elided paths: show all of them."""

_MOST_PATHS = 6
_FIRST, _LAST = 3, 2
_SMALL = 0.86
_DERIVATIVES = {"a": "da", "z": "delta", "W": "dW", "b": "db"}


def has_reasons(step: Step) -> bool:
    """Whether there is a why: of gradients and errors, and of what an update writes at last."""
    what = quantity(step.writes)
    if step.phase is Phase.UPDATE:
        return what.kind in ("W", "b") and not what.slot
    return step.phase is not Phase.FORWARD


def reasons(
    frame: Frame, element: Element, column: int, writer: Writer, all_paths: bool
) -> list[Line]:
    """Why the Step stood on computes what it does, for one element of what it writes."""
    step = frame.step
    assert step is not None
    if step.phase is Phase.UPDATE:
        return [_downhill(frame, step, element, writer)]
    here = derive(frame.program, step, element, frame.batch)
    general = derive(frame.program, step, None, frame.batch)
    if here is None or general is None:
        return []
    return _Chain(frame, here, general, column, writer, all_paths).rows()


@dataclass(frozen=True)
class _Chain:
    """One derivation on paper. general: the same with letters."""

    frame: Frame
    here: Derivation
    general: Derivation
    column: int
    writer: Writer
    all_paths: bool

    def rows(self) -> list[Line]:
        rows: list[Line] = [self._symbols()] if self._has_several_factors else []
        if self.frame.batch > 1:
            rows.append(self._about_one_sample())
        if len(self.frame.group) > 1:
            rows.append(self._about_one_element())
        if len(self.here.paths) > 1:
            rows.append(self._paths())
        factors = self._listed_factors()
        if factors:
            rows.append(self._factors(factors))
        return rows + self._ends()

    # With letters

    @property
    def _has_several_factors(self) -> bool:
        return len(self.general.paths[0].factors) + len(self.general.common) > 1

    def _symbols(self) -> Line:
        target, letter = self.general.target, self._letter
        path: Expression = _multiplied([each.symbol for each in self.general.paths[0].factors])
        if letter:
            path = Sum(letter, path)
        chain = _multiplied([path, *(each.symbol for each in self.general.common)])
        sides: list[Expression] = [chain]
        if quantity(target.name).kind == "delta":
            layer = quantity(target.name).layer
            sides.insert(0, Partial(Term("E"), Term(f"z{layer}", target.indices)))
        return Formula(
            lambda writer: Row(writer.term(target)),
            lambda writer: [("=", writer.write(side)) for side in sides],
            self._bound,
            0.9,
            joined=True,
        )

    @cached_property
    def _letter(self) -> str:
        """What the chain sums over; "" where there is only one path for any element."""
        through = self.general.paths[0].through
        alone = through == self.general.target.indices[0] or not isinstance(through, str)
        return "" if alone or not isinstance(through, str) else through

    @cached_property
    def _bound(self) -> Writer:
        """Writes letters that know which element they stand for here."""
        letters = zip(self.general.target.indices, self.here.target.indices, strict=True)
        indices = {
            letter: number
            for letter, number in letters
            if isinstance(letter, str) and isinstance(number, int)
        }
        return replace(self.writer, indices=indices)

    def _about_one_sample(self) -> Line:
        text = tr(
            "Here {E} is the error of sample {column} of the batch alone.",
            E="{E}",
            column=self.column + 1,
        )
        return Paragraph(lambda writer: sentence(writer, text, _error(writer)), self.writer)

    def _about_one_element(self) -> Line:
        def boxes(writer: Writer) -> list[Box]:
            term = replace(writer, style=1).term(self.here.target)
            return sentence(writer, tr("For example {term}:"), {"term": term})

        return Paragraph(boxes, self.writer, ink="text")

    # Numbers

    @cached_property
    def _lookup(self) -> Lookup:
        return self.frame.operands(self.column)

    @cached_property
    def _sum_of_paths(self) -> float:
        return sum(path.evaluate(self._lookup) for path in self.here.paths)

    def _listed_factors(self) -> list[tuple[Factor, Factor]]:
        """The factors one below another, each beside the same one with letters."""
        common = list(zip(self.general.common, self.here.common, strict=True))
        if len(self.here.paths) > 1:
            return common
        path = zip(self.general.paths[0].factors, self.here.paths[0].factors, strict=True)
        return [*path, *common]

    # One row for each path

    def _paths(self) -> Table:
        shown, left_out = self._shown_paths()
        grid = partial(self._path_grid, shown, left_out)
        return Table(
            grid,
            lambda writer: self._paths_said(writer, shown, left_out),
            lambda writer: self._paths_in_latex(writer, shown, left_out),
            self._bound,
            1.0,
            least=0.85,
        )

    def _shown_paths(self) -> tuple[Sequence[Path], int]:
        """Which paths are shown, and how many are left out after the first of them."""
        paths = self.here.paths
        if self.all_paths or len(paths) <= _MOST_PATHS:
            return paths, 0
        return paths[:_FIRST] + paths[-_LAST:], len(paths) - _FIRST - _LAST

    def _path_grid(
        self, shown: Sequence[Path], left_out: int, writer: Writer, compact: bool
    ) -> Grid:
        lines: list[GridLine] = []
        for place, path in enumerate(shown):
            if left_out and place == _FIRST:
                link = Pressed(writer.text(_more_paths(left_out)), ALL_PATHS)
                lines.append(GridLine((Cell(link, loose=True),), 0.55))
            lines += self._path_lines(path, writer, compact)
        lines.append(self._sum_line(writer, compact))
        return Grid([self._path_head(shown, writer), *lines], 0.3, writer.em)

    def _path_head(self, shown: Sequence[Path], writer: Writer) -> GridLine:
        cells: list[Cell | None] = [None]
        for number, factor in enumerate(self.general.paths[0].factors):
            formulas = [_formula(writer, path.factors[number]).width for path in shown[:3]]
            room = max(*formulas, 4.2 * writer.em)
            symbol = _symbol(writer, factor)
            cells += [None] if number else []
            words = _wrapped(writer, _short_name(factor.meaning), room)
            name = [Inked(line, "muted") for line in words]
            cells.append(Cell(Stack([symbol, *name], 0.1 * writer.em)))
        return GridLine(cells)

    def _path_lines(self, path: Path, writer: Writer, compact: bool) -> list[GridLine]:
        label = Row((writer.symbol(italic(self._letter), self._letter), writer.relation("="),
                     writer.symbol(_counted(path.through))))  # fmt: skip
        formulas: list[Cell | None] = [Cell(Inked(label, "muted"), "left")]
        numbers: list[Cell | None] = [None]
        for place, factor in enumerate(path.factors):
            if place:
                formulas.append(None)
                numbers.append(Cell(writer.symbol("·")))
            formulas.append(Cell(_formula(writer, factor)))
            value = factor.formula.evaluate(self._lookup)
            numbers.append(_value_cell(writer, value, not place, _term_of(factor)))
        product: list[Cell | None] = [
            Cell(writer.symbol("=")),
            _value_cell(writer, path.evaluate(self._lookup), True),
        ]
        if compact:
            below = [None] * (len(numbers) - 2) + product
            return [GridLine(formulas, 0.6), GridLine(numbers, 0.24), GridLine(below, 0.18)]
        return [GridLine(formulas, 0.6), GridLine(numbers + product, 0.24)]

    def _sum_line(self, writer: Writer, compact: bool) -> GridLine:
        last = 2 * len(self.general.paths[0].factors) + (-1 if compact else 1)
        cells: list[Cell | None] = [None] * (last - 1)
        cells[0] = Cell(writer.text(tr("sum of the paths")), loose=True)
        total = _value_cell(writer, self._sum_of_paths, True)
        return GridLine([*cells, Cell(writer.symbol("=")), total], 0.62, (last,))

    def _paths_said(self, writer: Writer, shown: Sequence[Path], left_out: int) -> list[str]:
        lines = []
        for path in shown:
            formulas, numbers, product = self._path_parts(path, writer)
            label = f"{self._letter} = {_counted(path.through)}"
            lines.append(f"{label}: {plain(formulas)} = {plain(numbers)} = {product.plain()}")
        if left_out:
            lines.insert(_FIRST, _more_paths(left_out))
        total = writer.numbers.text(self._sum_of_paths)
        return [*lines, f"{tr('sum of the paths')} = {total}"]

    def _paths_in_latex(self, writer: Writer, shown: Sequence[Path], left_out: int) -> list[str]:
        lines = []
        for path in shown:
            parts = (Row(part).latex() for part in self._path_parts(path, writer)[:2])
            label = rf"{self._letter} = {_counted(path.through)}:\quad "
            product = writer.number(path.evaluate(self._lookup)).latex()
            lines.append(f"{label}& {' = '.join(parts)} = {product}")
        if left_out:
            lines.insert(_FIRST, r"& \vdots")
        total = writer.number(self._sum_of_paths).latex()
        return [*lines, rf"\textstyle\sum_{{{self._letter}}} &= {total}"]

    def _path_parts(self, path: Path, writer: Writer) -> tuple[list[Box], list[Box], Box]:
        letters = replace(writer, lookup=None, style=1, longest_sum=None)
        formulas = letters.write(_multiplied([each.formula for each in path.factors]))
        values = [each.formula.evaluate(self._lookup) for each in path.factors]
        return formulas, _numbers(writer, values), writer.number(path.evaluate(self._lookup))

    # One row for each factor

    def _factors(self, factors: Sequence[tuple[Factor, Factor]]) -> Table:
        def grid(writer: Writer, compact: bool) -> Grid:
            lines = [
                line for each in factors for line in self._factor_lines(*each, writer, compact)
            ]
            return Grid(lines, 0.34, writer.em)

        def said(writer: Writer) -> list[str]:
            return [
                f"{symbol} = {rest}, {_name(here.meaning)}"
                for general, here in factors
                for symbol, rest in [self._factor_parts(general, here, writer, Row.plain)]
            ]

        def tex(writer: Writer) -> list[str]:
            return [" &= ".join(self._factor_parts(*each, writer, Row.latex)) for each in factors]

        return Table(grid, said, tex, self._bound, 1.0)

    def _factor_lines(
        self, general: Factor, here: Factor, writer: Writer, compact: bool
    ) -> list[GridLine]:
        small = replace(writer, words=_small(writer.words))
        value = here.formula.evaluate(self._lookup)
        name = Inked(small.text(_name(here.meaning)), "muted")
        line: list[Cell | None] = [
            Cell(_symbol(writer, general)),
            Cell(writer.symbol("=")),
            Cell(_formula(writer, here), "left"),
            Cell(writer.symbol("=")),
            _value_cell(writer, value, True, _term_of(here)),
        ]
        if isinstance(here.formula, Number):
            line[2:] = [Cell(writer.number(value), "left"), None, None]
        if not compact:
            return [GridLine([*line, Cell(Row((writer.space(0.5), name)), "left")], 0.5)]
        below = Cell(name, loose=True)
        return [GridLine(line, 0.55), GridLine([None, None, below], -0.12)]

    def _factor_parts(
        self, general: Factor, here: Factor, writer: Writer, as_text: Callable[[Row], str]
    ) -> tuple[str, str]:
        in_line = as_text is Row.plain
        symbol = Row(replace(writer, lookup=None, inline=in_line).write(general.symbol))
        value = Row((writer.number(here.formula.evaluate(self._lookup)),))
        if isinstance(here.formula, Number):
            return as_text(symbol), as_text(value)
        formula = Row((_formula(writer, here),))
        return as_text(symbol), f"{as_text(formula)} = {as_text(value)}"

    # What it comes to

    def _ends(self) -> list[Line]:
        factors = [here.formula.evaluate(self._lookup) for _, here in self._listed_factors()]
        if len(self.here.paths) > 1:
            factors.insert(0, self._sum_of_paths)
        if not self._has_several_factors:
            return []  # The one factor is the result.
        if not self.here.of_one_sample:
            return [self._end(factors)]
        share = self.here.evaluate(self._lookup)
        return [
            Paragraph(partial(words, text=tr("This sample's share:")), self.writer, ink="text"),
            Formula(None, lambda writer: _worked(writer, factors, share), self.writer,
                    0.4, joined=True),
            *self._mean(),
        ]  # fmt: skip

    def _end(self, factors: list[float]) -> Line:
        target = self.here.target

        def segments(writer: Writer) -> list[Segment]:
            result = ("=", [self._result(writer)])
            return [("=", _numbers(writer, factors)), result] if len(factors) > 1 else [result]

        return Formula(partial(_target, term=target), segments, self.writer, 0.9, joined=True)

    def _mean(self) -> list[Line]:
        batch = self.frame.batch
        shares = [self.here.evaluate(self.frame.operands(column)) for column in range(batch)]
        total = Add(tuple(Constant("", share) for share in shares), elidable=True)
        mean = Multiply((mean_factor(batch), total))

        def segments(writer: Writer) -> list[Segment]:
            numbers = replace(writer, lookup=self._lookup)
            return [("=", numbers.write(mean)), ("=", [self._result(writer)])]

        text = tr("The gradient is the mean of the shares of the {batch} samples:", batch=batch)
        return [
            Paragraph(partial(words, text=text), self.writer, ink="text"),
            Formula(partial(_target, term=self.here.target), segments, self.writer, 0.4),
        ]

    def _result(self, writer: Writer) -> Box:
        value = self.frame.result(self.here.target, self.column)
        number = Standing(writer.number(value, strong=True), self.here.target)
        return Inked(number, "written", "result", 0.2 * writer.em)


def _downhill(frame: Frame, step: Step, element: Element, writer: Writer) -> Line:
    """Which way an update goes, and why there is a minus."""
    term = Term(step.writes, element)
    old, new = frame.operands()(term), frame.result(term)
    text = _direction(frame, step, element, new - old)

    def boxes(writer: Writer) -> list[Box]:
        w = replace(writer, style=1).term(term)
        return sentence(writer, text, {"w": w, **_error(writer)})

    return Paragraph(boxes, writer, 0.6, "text")


def _error(writer: Writer) -> dict[str, list[Box]]:
    return {"E": writer.term(Term("E"))}


def _direction(frame: Frame, step: Step, element: Element, change: float) -> str:
    if len(step.reads) != 2 or not step.reads[1].startswith("d"):
        return f"{_followed(step)} {_changed(change)}"
    slope = frame.operands()(Term(step.reads[1], element))
    if slope > 0:
        return tr(
            "The slope is positive: {E} grows when {w} grows. The minus goes the other way, "
            "downhill, so {w} becomes smaller."
        )
    if slope < 0:
        return tr(
            "The slope is negative: {E} falls when {w} grows. Minus a negative number is an "
            "increase, so {w} becomes larger: downhill too."
        )
    return tr("The slope is 0: a small change of {w} leaves {E} as it is, so {w} stays.")


def _name(meaning: Meaning) -> str:
    match meaning:
        case Meaning.ERROR_BY_OUTPUT:
            return tr("how wrong the output is")
        case Meaning.ERROR_BY_ACTIVATION:
            return tr("how E changes with the activation")
        case Meaning.ERROR_BY_PRE_ACTIVATION:
            return tr("δ of the unit above")
        case Meaning.ACTIVATION_SLOPE:
            return tr("slope of the activation")
        case Meaning.WEIGHT_ON_THE_WAY:
            return tr("the weight on the way back, from before the update")
        case Meaning.VALUE_CARRIED:
            return tr("what the weight carries")
        case Meaning.BIAS_COUNTS_ONCE:
            return tr("the bias is added as it is")


def _short_name(meaning: Meaning) -> str:
    """The name for above a column."""
    if meaning is Meaning.WEIGHT_ON_THE_WAY:
        return tr("the weight on the way back")
    return _name(meaning)


def _symbol(writer: Writer, factor: Factor) -> Box:
    return replace(writer, lookup=None, inline=False).row(factor.symbol)


def _more_paths(count: int) -> str:
    return tr("⋮ {count} more paths", count=count)


def _multiplied(parts: Sequence[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Multiply(tuple(parts))


def _numbers(writer: Writer, values: Sequence[float]) -> list[Box]:
    numbers = replace(writer, lookup=lambda term: 0.0)
    return numbers.write(_multiplied([Constant("", value) for value in values]))


def _worked(writer: Writer, factors: Sequence[float], result: float) -> list[Segment]:
    end: Segment = ("=", [writer.number(result)])
    return [("=", _numbers(writer, factors)), end] if len(factors) > 1 else [end]


def _formula(writer: Writer, factor: Factor) -> Box:
    return replace(writer, lookup=None, indices={}).row(factor.formula)


def _value_cell(writer: Writer, value: float, first: bool, term: Term | None = None) -> Cell:
    digits, _ = writer.numbers.parts(value)
    before = digits.partition(".")[0] + ("(" if not first and value < 0 else "")
    point = writer.font.glyphs(before).width
    return Cell(writer.signed(value, first, term), before=point)


def _term_of(factor: Factor) -> Term | None:
    """What the factor's number is the value of, if it is an element of a quantity."""
    if isinstance(factor.formula, Term):
        return factor.formula
    top, bottom = factor.symbol.top, factor.symbol.bottom
    if top.name != "E":
        return None
    what = quantity(bottom.name)
    return Term(f"{_DERIVATIVES[what.kind]}{what.layer}", bottom.indices)


def _target(writer: Writer, term: Term) -> Box:
    return Inked(Row(replace(writer, lookup=None).term(term)), "written")


def _counted(index: Index) -> str:
    return str(index + 1) if isinstance(index, int) else index


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(max(8, round(QFontInfo(font).pixelSize() * _SMALL)))
    return small


def _wrapped(writer: Writer, text: str, room: float) -> list[Words]:
    """Small words in lines of at most `room` pixels, where single words allow it."""
    small = replace(writer, words=_small(writer.words))
    lines: list[Words] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and small.text(longer).width > room:
            lines.append(small.text(line))
            longer = word
        line = longer
    return [*lines, small.text(line)]


def _followed(step: Step) -> str:
    """What a step follows that remembers earlier gradients."""
    if quantity(step.reads[1]).slot == "velocity":
        return tr(
            "The velocity adds up this gradient and the earlier ones, which count less and less. "
            "The minus takes {w} against it: downhill on the whole."
        )
    return tr(
        "The step follows a running mean of this gradient and the earlier ones. The minus takes "
        "{w} against it: downhill on the whole."
    )


def _changed(change: float) -> str:
    if change < 0:
        return tr("Here {w} becomes smaller.")
    return tr("Here {w} becomes larger.") if change > 0 else tr("Here {w} stays.")
