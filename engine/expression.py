"""The small tree an equation is made of; every leaf knows the quantity and element it stands for.

The same tree is written with letters (the rule), with this element's indices, and with numbers.
An index is a number (counted from 0, as in the arrays) or a letter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Index = int | str
Lookup = Callable[["Term"], float]

_NAME = re.compile(r"(?P<slot>velocity_|m_|v_)?(?P<kind>delta|dW|db|da|W|b|z|a)(?P<layer>\d+)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a name in a State stands for, taken apart.

    kind: one of W b z a delta dW db da E t k; slot: "" or the optimizer's slot for that parameter
    ("velocity", "m", "v"); layer: 0 for the input, None where there is no layer.
    """

    name: str
    kind: str
    layer: int | None
    slot: str = ""

    @property
    def is_weight_shaped(self) -> bool:
        """Indexed (to, from) rather than (unit, sample)."""
        return self.kind in ("W", "dW")

    @property
    def is_bias_shaped(self) -> bool:
        return self.kind in ("b", "db")


@lru_cache(maxsize=4096)
def quantity(name: str) -> Quantity:
    """The quantity a State's name stands for, such as ``"delta2"`` or ``"velocity_W1"``."""
    match = _NAME.fullmatch(name)
    if match is None:
        return Quantity(name, name, None)
    slot = (match["slot"] or "").rstrip("_")
    return Quantity(name, match["kind"], int(match["layer"]), slot)


class Expression:
    """A node of the tree."""

    __slots__ = ()

    @property
    def children(self) -> tuple[Expression, ...]:
        return ()

    def evaluate(self, lookup: Lookup) -> float:
        """The number this stands for. Only trees without letters can be evaluated."""
        raise NotImplementedError

    def terms(self) -> Iterator[Term]:
        """Every leaf that stands for an element of a quantity, left to right."""
        if isinstance(self, Term):
            yield self
        for child in self.children:
            yield from child.terms()

    def substitute(self, replace: Callable[[Term], Expression | None]) -> Expression:
        """This tree with every term for which `replace` returns a tree put in its place."""
        if isinstance(self, Term):
            return replace(self) or self
        return self._rebuilt(tuple(child.substitute(replace) for child in self.children))

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return self


@dataclass(frozen=True, slots=True)
class Term(Expression):
    """One element of a quantity, or the whole of it where `indices` is empty.

    indices: (unit,) for z, a, delta, b; (to, from) for weights. sample: the column, where a batch
    has more than one and the column matters; None where it is the one being looked at.
    """

    name: str
    indices: tuple[Index, ...] = ()
    sample: Index | None = None

    def evaluate(self, lookup: Lookup) -> float:
        return lookup(self)


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A number that a person chose, with the letter it goes by: η, β₁, B."""

    symbol: str
    value: float
    indices: tuple[Index, ...] = ()
    layer: int | None = None

    def evaluate(self, lookup: Lookup) -> float:
        return self.value


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A number that belongs to the formula itself, such as the 1 of 1 - a."""

    value: float

    def evaluate(self, lookup: Lookup) -> float:
        return self.value


@dataclass(frozen=True, slots=True)
class Add(Expression):
    """A sum. `elidable`: it came from a Σ, and its middle may be left out on screen."""

    parts: tuple[Expression, ...]
    elidable: bool = False

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.parts

    def evaluate(self, lookup: Lookup) -> float:
        return _total(part.evaluate(lookup) for part in self.parts)

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Add(children, self.elidable)


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """Minus `part`."""

    part: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.part,)

    def evaluate(self, lookup: Lookup) -> float:
        return -self.part.evaluate(lookup)

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Negative(*children)


ProductKind = Literal["scalar", "matrix", "hadamard"]


@dataclass(frozen=True, slots=True)
class Multiply(Expression):
    """A product: of numbers, of matrices, or element by element (∘)."""

    parts: tuple[Expression, ...]
    kind: ProductKind = "scalar"

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.parts

    def evaluate(self, lookup: Lookup) -> float:
        return math.prod(part.evaluate(lookup) for part in self.parts)

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Multiply(children, self.kind)


@dataclass(frozen=True, slots=True)
class Divide(Expression):
    """A fraction."""

    top: Expression
    bottom: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.top, self.bottom)

    def evaluate(self, lookup: Lookup) -> float:
        return _divided(self.top.evaluate(lookup), self.bottom.evaluate(lookup))

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Divide(*children)


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """`base` to a power."""

    base: Expression
    exponent: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.base, self.exponent)

    def evaluate(self, lookup: Lookup) -> float:
        return _power(self.base.evaluate(lookup), self.exponent.evaluate(lookup))

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Power(*children)


# Like NumPy's, these give an infinity or NaN where Python's own raise: an equation of a run that
# has left the numbers still has to be shown.


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _ln(x: float) -> float:
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def _divided(top: float, bottom: float) -> float:
    if bottom:
        return top / bottom
    return math.nan if top == 0 or math.isnan(top) else math.copysign(math.inf, top)


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


def _square_root(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


def _total(parts: Iterable[float]) -> float:
    numbers = tuple(parts)
    # fsum raises where infinities of both signs meet, and where a partial sum overflows.
    return math.fsum(numbers) if all(abs(each) < 1e300 for each in numbers) else sum(numbers)


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": _exp,
    "ln": _ln,
    "tanh": math.tanh,
    "sqrt": _square_root,
    "max": max,
}


@dataclass(frozen=True, slots=True)
class Apply(Expression):
    """A function by its usual name: exp (written as a power of e), ln, tanh, sqrt, max.

    In rules also names that stand for a function of the layer, such as g and g′; those cannot be
    evaluated.
    """

    function: str
    arguments: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.arguments

    def evaluate(self, lookup: Lookup) -> float:
        return _FUNCTIONS[self.function](*(each.evaluate(lookup) for each in self.arguments))

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Apply(self.function, children)


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """Σ over an index letter, in rules."""

    index: str
    body: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.body,)

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Sum(self.index, *children)


@dataclass(frozen=True, slots=True)
class WherePositive(Expression):
    """`positive` where `condition` > 0, `otherwise` elsewhere."""

    condition: Expression
    positive: Expression
    otherwise: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.condition, self.positive, self.otherwise)

    def evaluate(self, lookup: Lookup) -> float:
        chosen = self.positive if self.condition.evaluate(lookup) > 0 else self.otherwise
        return chosen.evaluate(lookup)

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return WherePositive(*children)


@dataclass(frozen=True, slots=True)
class Transpose(Expression):
    """A matrix with its rows and columns exchanged."""

    part: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.part,)

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return Transpose(*children)


@dataclass(frozen=True, slots=True)
class Partial(Expression):
    """∂top/∂bottom, as a symbol: it stands for a factor of the chain rule, and has no value."""

    top: Term
    bottom: Term

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.top, self.bottom)


@dataclass(frozen=True, slots=True)
class SquaredNorm(Expression):
    """The squared Euclidean norm ‖part‖²."""

    part: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.part,)

    def _rebuilt(self, children: tuple[Expression, ...]) -> Expression:
        return SquaredNorm(*children)


def subtract(left: Expression, right: Expression) -> Add:
    """The difference left − right."""
    return Add((left, Negative(right)))


def product(*parts: Expression) -> Expression:
    """The product of numbers, flat, without factors that are exactly 1."""
    flat: list[Expression] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Multiply) and part.kind == "scalar" else (part,))
    kept = tuple(part for part in flat if part != Number(1.0))
    if not kept:
        return Number(1.0)
    return kept[0] if len(kept) == 1 else Multiply(kept)


@dataclass(frozen=True, slots=True)
class Equation:
    """What one Step does to one element, in every form a view needs.

    target and indexed carry this element's indices; rule_target and rule carry letters; matrix is
    the same rule for the whole layer.
    """

    relation: Literal["=", "←"]
    target: Term
    indexed: Expression
    rule_target: Term
    rule: Expression
    matrix_target: Term
    matrix: Expression
    where: tuple[tuple[Expression, Expression], ...] = ()
