"""Writes an expression as boxes: with letters, with numbers, or as the shapes of its matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TypeVar

from PySide6.QtGui import QFont

from engine.expression import (
    Add,
    Apply,
    Constant,
    Divide,
    Expression,
    Lookup,
    Multiply,
    Negative,
    Number,
    Partial,
    Power,
    SquaredNorm,
    Sum,
    Term,
    Transpose,
    WherePositive,
    quantity,
)
from engine.frame import LONGEST_SUM, LeftOut
from gui.notation import Letter, Notation, bold, constant_letter, italic, letter_of
from gui.numbers import MINUS, NumberFormat
from gui.translation import tr
from gui.typesetting.boxes import (
    MEDIUM,
    THICK,
    THIN,
    Bars,
    BigOperator,
    Box,
    Cases,
    Fraction,
    Pressed,
    Radical,
    Row,
    Scripts,
    Space,
    Standing,
    Stretched,
    Symbol,
    Words,
)
from gui.typesetting.metrics import AXIS, SCRIPT_SCALES, MathsFont, maths_font

ALL_TERMS = "terms"
"""The action of an elided sum: show all of it."""
LONG_SUM, SHORT_SUM = LONGEST_SUM, 4
"""The most terms that are shown at first, of a sum that stands alone or one among others."""

_MOST_BOXES = 4000
_WORDS: dict[tuple[str, str], Words] = {}
_NUMBERS: dict[tuple[float, NumberFormat, bool, float], Box] = {}
_SYMBOLS: dict[tuple[float, str, str], Symbol] = {}
_LETTERS: dict[tuple[float, int, bool, Letter, str], Box] = {}

_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")

_OPEN, _ENDLESS = (Add, Negative), (Sum, WherePositive)

_DISPLAY, _TEXT, _SCRIPT, _LAST_STYLE = 0, 1, 2, 3


@dataclass(frozen=True)
class Writer:
    """How expressions are written.

    pixels: the size of the base font. words: the font of words between formulas. lookup: where
    numbers come from; None to write letters. indices: what the letters of the rule stand for here,
    so that a letter's box knows its element. longest_sum: a longer one is elided in the middle;
    None for never. notation: whose letters. inline: fractions as a/b, for where there is little
    room. style: TeX's, from display (0) to second scripts (3). depth: how many parentheses there
    are around.
    """

    pixels: float
    words: QFont
    numbers: NumberFormat
    lookup: Lookup | None = None
    indices: Mapping[str, int] = field(default_factory=dict)
    longest_sum: int | None = LONG_SUM
    notation: Notation = "node"
    inline: bool = False
    style: int = _DISPLAY
    depth: int = 0

    # What does not depend on the expression

    @cached_property
    def in_bold(self) -> Writer:
        """The same with bold words."""
        font = QFont(self.words)
        font.setBold(True)
        return self.but(words=font)

    @cached_property
    def font(self) -> MathsFont:
        """The maths font at this style's size."""
        return maths_font(round(self.pixels * SCRIPT_SCALES[self.style], 2))

    @cached_property
    def em(self) -> float:
        """The size of the font, in pixels."""
        return self.font.pixels

    def but(self, **changes: object) -> Writer:
        """dataclasses.replace, without its checks: they would take a seventh of the time."""
        made = object.__new__(Writer)
        made.__dict__.update({name: self.__dict__[name] for name in _FIELDS}, **changes)
        if _SIZES.isdisjoint(changes):
            made.__dict__.update(font=self.font, em=self.em, _operators=self._operators)
        return made

    def symbol(self, text: str, said: str = "") -> Box:
        """Characters of the maths font."""
        key = self.em, text, said
        found = _SYMBOLS.get(key)
        if found is None:
            found = Symbol(self.font.glyphs(text), said or text, text if said else "")
            _keep(_SYMBOLS, key, found)
        return found

    def space(self, width: float, depth: int | None = None) -> Space:
        """Room of `width` em; a line may break there if it has a depth."""
        return Space(width * self.em, depth)

    def text(self, text: str) -> Words:
        """Words in the window's font. To measure them costs more than all the rest."""
        key = self._words_key, text
        found = _WORDS.get(key)
        if found is None:
            found = Words(text, self.words)
            _keep(_WORDS, key, found)
        return found

    @cached_property
    def _words_key(self) -> str:
        return self.words.key()

    def relation(self, sign: str) -> Box:
        """= or ←."""
        return Row((self.space(THICK), self.symbol(sign), self.space(THICK)))

    def row(self, expression: Expression) -> Box:
        """An expression as one box."""
        return Row(self.write(expression))

    def write(self, expression: Expression, first: bool = True) -> list[Box]:
        """An expression as boxes side by side; a line may break at some of the spaces.

        first: nothing stands before it, so a negative number needs no parentheses.
        """
        return _WRITERS[type(expression)](self, expression, first)

    # Leaves

    def term(self, term: Term, first: bool = True) -> list[Box]:
        """A term: its letter, or its number."""
        here = self._here(term)
        if self.lookup is None:
            return [Standing(self.letter(letter_of(term, self.notation)), here)]
        return [self.signed(self.lookup(term), first, here)]

    def signed(self, value: float, first: bool, term: Term | None = None) -> Box:
        """A value that may stand for a term; a negative one in parentheses if it is not first."""
        number = self.number(value)
        if term is not None:
            number = Standing(number, term)
        return number if first or not value < 0 else self._in_small_parentheses(number)

    def _constant(self, constant: Constant, first: bool) -> list[Box]:
        if self.lookup is None:
            return [self.letter(constant_letter(constant, self.notation))]
        return [self.signed(constant.value, first)]

    def _number(self, number: Number, first: bool) -> list[Box]:
        return [self.symbol(f"{number.value:g}".replace("-", MINUS))]

    def number(self, value: float, strong: bool = False) -> Box:
        """A value; the power of ten is a real superscript."""
        key = self.em, self.numbers, strong, value
        found = _NUMBERS.get(key)
        if found is None:
            found = self._new_number(value, strong)
            _keep(_NUMBERS, key, found)
        return found

    def _new_number(self, value: float, strong: bool) -> Box:
        digits, power = self.numbers.parts(value)
        style: Callable[[str], str] = bold if strong else str
        if power is None:
            return self.symbol(style(digits), digits)
        exponent = str(power).replace("-", MINUS)
        return Scripts(
            self.symbol(style(f"{digits}\u2009×\u200910"), self.numbers.text(value)),
            self._script.symbol(style(exponent), exponent),
            None,
            self.em,
            says=lambda base, sub, sup: base,
        )

    def letter(self, letter: Letter, sup: str = "") -> Box:
        """A quantity's letter with its scripts; sup: a further superscript."""
        key = self.pixels, self.style, self.inline, letter, sup
        found = _LETTERS.get(key)
        if found is None:
            found = self._new_letter(letter, sup)
            _keep(_LETTERS, key, found)
        return found

    def _new_letter(self, letter: Letter, sup: str) -> Box:
        if not letter.derivative:
            return self._scripted(letter, letter.sup + sup)
        if self.inline:
            below = self._scripted(letter, letter.sup + sup)
            return Row((self.symbol(f"𝜕{italic('E')}/𝜕", "∂E/∂"), below))
        part = self._smaller
        top = part.symbol("𝜕" + italic("E"), "∂E")
        below = part._scripted(letter, letter.sup)
        return Fraction(top, Row((part.symbol("𝜕", "∂"), below)), self.em, self.style > _DISPLAY)

    def _letter_of(self, leaf: Term | Constant) -> Letter:
        if isinstance(leaf, Term):
            return letter_of(leaf, self.notation)
        return constant_letter(leaf, self.notation)

    def _scripted(self, letter: Letter, sup: str) -> Box:
        style = bold if letter.whole or letter.within else italic
        base = self.symbol(style(letter.letter), letter.letter)
        if letter.within:
            within = self._script.symbol(letter.within)
            whole = Scripts(base, None, within, self.em)
            base = Row((self.symbol("("), whole, self.symbol(")")))
        if not letter.sub and not sup:
            return base
        small = self._script
        above = small.symbol(italic(sup) if sup != "T" else sup, sup) if sup else None
        below = small.symbol(italic(letter.sub), letter.sub) if letter.sub else None
        return Scripts(base, above, below, self.em)

    def _here(self, term: Term) -> Term:
        """The term with the rule's letters replaced by the element's numbers."""
        if not self.indices:
            return term
        indices = tuple(
            self.indices.get(index, index) if isinstance(index, str) else index
            for index in term.indices
        )
        return term if indices == term.indices else Term(term.name, indices, term.sample)

    # Sums and products

    def _add(self, add: Add, first: bool) -> list[Box]:
        boxes: list[Box] = []
        shown, left_out = self._elided(add)
        writer = self._inside_a_sum if add.elidable else self
        for place, part in enumerate(shown):
            if left_out and place == len(shown) - _kept_at_end(self):
                boxes += self._ellipsis(left_out)
            boxes += writer._summand(part, place == 0, first, last=place == len(shown) - 1)
        return boxes

    def _summand(self, part: Expression, leading: bool, first: bool, last: bool) -> list[Box]:
        if leading:
            return self._factor(part, first, last)
        negative = isinstance(part, Negative)
        inner = part.part if isinstance(part, Negative) else part
        operator = self._operator(MINUS if negative else "+", 2 * self.depth)
        open_sum = isinstance(inner, _OPEN) or (isinstance(inner, Sum) and not last)
        return operator + (self._closed(inner) if open_sum else self.write(inner, first=False))

    def _elided(self, add: Add) -> tuple[tuple[Expression, ...], int]:
        """The parts that are shown, and how many are left out between them."""
        parts, longest = add.parts, self.longest_sum
        unwritten = sum(part.count - 1 for part in parts if isinstance(part, LeftOut))
        count = len(parts) + unwritten
        if not add.elidable or longest is None or count <= longest:
            return parts, 0
        at_end = _kept_at_end(self)
        at_start = 3 if longest > SHORT_SUM else 2
        return parts[:at_start] + parts[-at_end:], count - at_start - at_end

    def _ellipsis(self, count: int) -> list[Box]:
        words = self.text(tr("({count} more terms)", count=count))
        dots = self.symbol("⋯")
        link = Pressed(Row((words,)), ALL_TERMS)
        gap = self.space(MEDIUM)
        whole = Row((dots, gap, link, gap, dots))
        return [*self._operator("+", 2 * self.depth), whole]

    def _negative(self, negative: Negative, first: bool) -> list[Box]:
        part = negative.part
        inner = self._closed(part) if isinstance(part, Add) else self.write(part, first=False)
        boxes = [self.symbol(MINUS), *inner]
        return boxes if first else self._parenthesised(boxes)

    def _multiply(self, multiply: Multiply, first: bool) -> list[Box]:
        boxes: list[Box] = []
        last = len(multiply.parts) - 1
        for place, part in enumerate(multiply.parts):
            if place:
                boxes += self._times(multiply, multiply.parts[place - 1], part)
            boxes += self._factor(part, first and place == 0, place == last, multiply.kind)
        return boxes

    def _factor(self, part: Expression, first: bool, last: bool, kind: str = "scalar") -> list[Box]:
        # Σ and the brace of cases have no end of their own.
        endless = isinstance(part, _ENDLESS) and not last
        mixed = isinstance(part, Multiply) and part.kind == "matrix" and kind == "hadamard"
        if isinstance(part, Add) or mixed or endless:
            return self._closed(part)
        return self.write(part, first)

    def _times(self, multiply: Multiply, before: Expression, after: Expression) -> list[Box]:
        depth = 2 * self.depth + 1
        if multiply.kind == "hadamard":
            return self._operator("∘", depth)
        if self.lookup is not None and multiply.kind == "scalar":
            return self._operator("·", depth)
        if isinstance(before, Partial) or isinstance(after, Partial):
            return self._operator("·", depth)
        if isinstance(after, Add) and not isinstance(before, Divide):
            return [self.space(THIN / 2, depth)]
        return [self.space(THIN, depth)]

    def _operator(self, sign: str, depth: int) -> list[Box]:
        found = self._operators.get((sign, depth))
        if found is None:
            found = [self.space(MEDIUM), self.symbol(sign), self.space(MEDIUM, depth)]
            self._operators[sign, depth] = found
        return found

    @cached_property
    def _operators(self) -> dict[tuple[str, int], list[Box]]:
        return {}

    def _sum(self, total: Sum, first: bool) -> list[Box]:
        below = self._script.symbol(italic(total.index), total.index)
        inner = (
            self._closed(total.body)
            if isinstance(total.body, Add | Negative)
            else self.write(total.body, first=False)
        )
        if self.style == _DISPLAY:
            sign = Stretched(self.font.stretched("∑", 1.3 * self.em), "Σ", AXIS * self.em)
            return [BigOperator(sign, below, self.em), self.space(THIN), *inner]
        small = Stretched(self.font.stretched("∑", 0.0), "Σ", AXIS * self.em)
        return [Scripts(small, None, below, self.em), self.space(THIN), *inner]

    # Parentheses

    def _closed(self, expression: Expression) -> list[Box]:
        return self._parenthesised(self.but(depth=self.depth + 1).write(expression))

    def _parenthesised(self, boxes: Iterable[Box]) -> list[Box]:
        """Boxes between parentheses that are as tall as they are, still side by side."""
        inner = list(boxes)
        axis = AXIS * self.em
        above = max((box.ascent for box in inner), default=0.0) - axis
        below = max((box.descent for box in inner), default=0.0) + axis
        height = max(2 * max(above, below) * 0.92, 0.0)
        if height < 1.25 * self.em:
            return [self.symbol("("), *inner, self.symbol(")")]
        left, right = (
            Stretched(self.font.stretched(sign, height), sign, axis) for sign in ("(", ")")
        )
        return [left, *inner, right]

    def _in_small_parentheses(self, box: Box) -> Box:
        return Row((self.symbol("("), box, self.symbol(")")))

    # Fractions, powers and functions

    def _divide(self, divide: Divide, first: bool) -> list[Box]:
        if self.inline:
            return [*self._beside_slash(divide.top, first), self.symbol("/"),
                    *self._beside_slash(divide.bottom, False)]  # fmt: skip
        part = self._smaller.but(depth=self.depth + 1)
        tight = self.style > _DISPLAY
        return [Fraction(part.row(divide.top), part.row(divide.bottom), self.em, tight)]

    def _beside_slash(self, part: Expression, first: bool) -> list[Box]:
        simple = isinstance(part, Term | Number | Constant | Power | Apply)
        return self.write(part, first) if simple else self._closed(part)

    def _power(self, power: Power, first: bool) -> list[Box]:
        base, small = power.base, self._script
        if self.lookup is None and isinstance(base, Term | Constant):
            letter = self._letter_of(base)
            exponent = _short_exponent(power.exponent)
            if exponent and not letter.sup and not letter.derivative:
                raised = self.letter(letter, sup=exponent)
                return [Standing(raised, self._here(base)) if isinstance(base, Term) else raised]
        return [Scripts(Row(self._power_base(base)), small.row(power.exponent), None, self.em)]

    def _power_base(self, base: Expression) -> list[Box]:
        if self.lookup is None:
            simple = isinstance(base, Number | Constant)
            return self.write(base) if simple else self._closed(base)
        if isinstance(base, Term | Number | Constant):
            value = base.evaluate(self.lookup)
            scientific = self.numbers.parts(value)[1] is not None
            return self._closed(base) if scientific else self.write(base, first=False)
        return self._closed(base)

    def _apply(self, apply: Apply, first: bool) -> list[Box]:
        name, arguments = apply.function, apply.arguments
        if name == "exp":
            e = self.symbol(italic("e"), "e")
            return [Scripts(e, self._script.row(arguments[0]), None, self.em)]
        if name == "sqrt":
            return [Radical(self._within.row(arguments[0]), self.font)]
        if name == "∂a/∂z":
            letters = "xz" if self.notation == "matrix" else "az"
            top, below = (self.symbol("𝜕" + bold(each), "∂" + each) for each in letters)
            return [Fraction(top, below, self.em)]
        if name in ("ln", "tanh") and isinstance(arguments[0], Term):
            return [self.symbol(name), self.space(THIN), *self.write(arguments[0], first=False)]
        return [self._name(apply), *self._parenthesised(self._within._listed(arguments))]

    def _name(self, apply: Apply) -> Box:
        """A function's name; in matrix form the layer's own is f_l."""
        name = apply.function
        if name in ("ln", "tanh", "max"):
            return self.symbol(name)
        if self.notation == "node":
            return self.symbol(italic(name), name)
        # f_l's argument is z_l, or written out W_l x_{l-1} + b_l: the first term has the layer.
        layer = quantity(next(apply.terms()).name).layer
        f = self.symbol(italic("f"), "f")
        of_layer = Scripts(f, None, self._script.symbol(str(layer)), self.em)
        return Row((of_layer, self.symbol("′"))) if name.endswith("′") else of_layer

    def _listed(self, arguments: tuple[Expression, ...]) -> list[Box]:
        boxes: list[Box] = []
        for place, argument in enumerate(arguments):
            if place:
                boxes += [self.symbol(","), self.space(THIN, 2 * self.depth)]
            boxes += self.write(argument)
        return boxes

    def _where_positive(self, cases: WherePositive, first: bool) -> list[Box]:
        part = self._within
        condition = Row((
            self.text(tr("if")), self.space(0.3), *part.write(cases.condition),
            self.relation(">"), self.symbol("0"),
        ))  # fmt: skip
        rows = (
            (part.row(cases.positive), condition),
            (part.row(cases.otherwise), self.text(tr("otherwise"))),
        )
        return [Cases(rows, self.font, self._case_not_taken(cases))]

    def _case_not_taken(self, cases: WherePositive) -> int | None:
        """Which row does not hold here; None where letters stand for any number."""
        if self.lookup is None:
            return None
        return 1 if cases.condition.evaluate(self.lookup) > 0 else 0

    def _partial(self, partial: Partial, first: bool) -> list[Box]:
        part = self if self.inline else self._smaller
        lettered = part.but(lookup=None, inline=True)
        top, below = (
            Row((part.symbol("𝜕", "∂"), *lettered.term(each)))
            for each in (partial.top, partial.bottom)
        )
        if self.inline:
            return [Row((top, self.symbol("/"), below))]
        return [Fraction(top, below, self.em, self.style > _DISPLAY)]

    def _transpose(self, transpose: Transpose, first: bool) -> list[Box]:
        part = transpose.part
        if isinstance(part, Term):
            letter = letter_of(part, self.notation)
            if not letter.derivative:
                return [Standing(self.letter(letter, sup="T"), part)]
        raised = Row(self._closed(part))
        return [Scripts(raised, self._script.symbol("T"), None, self.em)]

    def _squared_norm(self, norm: SquaredNorm, first: bool) -> list[Box]:
        bars = Bars(self._within.row(norm.part), self.em)
        return [Scripts(bars, self._script.symbol("2"), None, self.em)]

    # Writers for the inside of something, or beside it

    @cached_property
    def small_letters(self) -> Writer:
        """Writes letters without displayed fractions."""
        return self.but(lookup=None, style=_TEXT)

    @cached_property
    def _within(self) -> Writer:
        return self.but(depth=self.depth + 1)

    @cached_property
    def _inside_a_sum(self) -> Writer:
        if self.longest_sum is None or self.longest_sum <= SHORT_SUM:
            return self
        return self.but(longest_sum=SHORT_SUM)

    @cached_property
    def _script(self) -> Writer:
        style = min(max(self.style, _TEXT) + 1, _LAST_STYLE)
        return self.but(style=style, depth=self.depth + 1, inline=True)

    @cached_property
    def _smaller(self) -> Writer:
        return self.but(style=min(self.style + 1, _LAST_STYLE))


def _keep(kept: dict[_Key, _Kept], key: _Key, made: _Kept) -> None:
    """For the next time; numbers come and go, the letters are soon back."""
    if len(kept) > _MOST_BOXES:
        kept.clear()
    kept[key] = made


def _kept_at_end(writer: Writer) -> int:
    return 2 if (writer.longest_sum or 0) > SHORT_SUM else 1


_FIELDS = tuple(each.name for each in fields(Writer))
_SIZES = frozenset({"pixels", "style"})


def _short_exponent(exponent: Expression) -> str:
    """An exponent that can stand straight above a subscript; "" for a longer one."""
    if isinstance(exponent, Number):
        return f"{exponent.value:g}"
    return letter_of(exponent).letter if isinstance(exponent, Term) else ""


_WRITERS: dict[type[Expression], Callable[..., list[Box]]] = {
    Term: Writer.term,
    Constant: Writer._constant,
    Number: Writer._number,
    Add: Writer._add,
    Negative: Writer._negative,
    Multiply: Writer._multiply,
    Divide: Writer._divide,
    Power: Writer._power,
    Apply: Writer._apply,
    Sum: Writer._sum,
    WherePositive: Writer._where_positive,
    Partial: Writer._partial,
    Transpose: Writer._transpose,
    SquaredNorm: Writer._squared_norm,
}
