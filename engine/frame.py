"""Frame: everything there is to see at one position of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import overload
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.expression import Add, Equation, Expression, Index, Lookup, Term, quantity
from engine.position import Element, Position
from engine.program import Phase, Program, Step, revealed
from engine.site import Site
from engine.state import State

Mask = npt.NDArray[np.bool_]

LONGEST_SUM = 7
"""The most terms of a sum that a short equation writes out in full."""
_KEPT_AT_START, _KEPT_AT_END = 3, 2
_MOST_KEPT = 2000


@dataclass(frozen=True, slots=True)
class NonFinite:
    """The first value of a run that is not a finite number."""

    iteration: int
    step: Step
    element: tuple[int, ...]
    value: float

    @property
    def quantity(self) -> str:
        """The name of what became so."""
        return self.step.writes

    @property
    def place(self) -> Element:
        """The element as an equation counts it: () for a scalar, (unit,), or (to, from)."""
        return self.element if quantity(self.quantity).is_weight_shaped else self.element[:1]

    @property
    def sample(self) -> int | None:
        """The column of the batch it is in; None for what is not of one sample."""
        what = quantity(self.quantity)
        per_sample = len(self.element) == 2 and not (what.is_weight_shaped or what.is_bias_shaped)
        return self.element[1] if per_sample else None

    @property
    def is_infinite(self) -> bool:
        """Whether it is too large for a double; otherwise it is not a number (NaN)."""
        return math.isinf(self.value)

    def sentence(self) -> str:
        """What happened, in one sentence."""
        where = "" if self.step.layer is None else f", layer {self.step.layer}"
        at = f"[{', '.join(str(index + 1) for index in self.element)}]" if self.element else ""
        return (
            f"iteration {self.iteration}, {self.step.phase} phase{where}: "
            f"{self.step.writes}{at} became {self.value}"
        )


class Elements(Sequence[Element]):
    """The elements of a group, computed when they are asked for: a wide layer has thousands.

    first: the indices they all begin with. sizes: how many values each further index has.
    """

    __slots__ = ("_count", "_first", "_sizes")

    def __init__(self, first: Element, sizes: tuple[int, ...]) -> None:
        self._first, self._sizes = first, sizes
        self._count = math.prod(sizes)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Element: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Element, ...]: ...
    def __getitem__(self, place: int | slice) -> Element | tuple[Element, ...]:
        places = range(self._count)[place]
        return self._at(places) if isinstance(places, int) else tuple(map(self._at, places))

    def __iter__(self) -> Iterator[Element]:
        return map(self._at, range(self._count))

    def __contains__(self, element: object) -> bool:
        known = len(self._first)
        return (
            isinstance(element, tuple)
            and len(element) == known + len(self._sizes)
            and element[:known] == self._first
            and all(
                isinstance(index, int) and 0 <= index < size
                for index, size in zip(element[known:], self._sizes, strict=True)
            )
        )

    def _at(self, place: int) -> Element:
        match self._sizes:
            case ():
                return self._first
            case (_,):
                return (*self._first, place)
            case _:
                row, column = divmod(place, self._sizes[1])
                return row, column


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a run: everything a view renders.

    before and after: the States before and after the Step stood on (the same State at the start of
    an iteration). samples: the data's row numbers of this batch, one for each column.
    """

    position: Position
    program: Program
    before: State
    after: State
    epoch: int
    samples: tuple[int, ...]

    @property
    def step(self) -> Step | None:
        """The Step stood on; None at the start of an iteration."""
        return self.program.steps[self.position.step] if self.position.step >= 0 else None

    @property
    def phase(self) -> Phase:
        """The phase of the Step stood on; the forward phase at the start of an iteration."""
        return self.step.phase if self.step else Phase.FORWARD

    @property
    def batch(self) -> int:
        """B, the number of columns."""
        return len(self.samples)

    @property
    def error(self) -> float | None:
        """E of this iteration; None while it is not yet computed."""
        return self.value("E") if self.is_known("E") else None

    def is_known(self, name: str, row: int = 0, column: int = 0) -> bool:
        """Whether an element has a value here: inputs and parameters always do."""
        written = self.program.step_writing(name)
        if written is None or name in self.before:
            return True
        if written.index > self.position.step:
            return False
        return self._is_revealed(written, row, column)

    def _is_revealed(self, written: Step, row: int, column: int) -> bool:
        if written.index < self.position.step or not self.position.element:
            return True
        place: Element = (row, column) if quantity(written.writes).is_weight_shaped else (row,)
        done = revealed(self.program, written.index, self.position.element)
        return revealed(self.program, written.index, place) <= done

    def value(self, name: str, row: int = 0, column: int = 0) -> float:
        """One element; NaN while it is not yet computed. column: the sample, or the from unit.

        A parameter that is being updated shows its old value until the cursor has reached it.
        """
        written = self.program.step_writing(name)
        state = self.after
        if written is not None and written.index == self.position.step:
            if not self._is_revealed(written, row, column):
                state = self.before
        array = state.get(name)
        if array is None:
            return float("nan")
        return float(array[row, min(column, array.shape[1] - 1)]) if array.ndim else float(array)

    def values(self, name: str) -> tuple[Array, Mask]:
        """A whole quantity and which of its elements are known; the others are NaN."""
        shape = self.program.shape(name, self.batch)
        written = self.program.step_writing(name)
        if written is None or written.index != self.position.step or not self.position.element:
            array = self.after.get(name)
            if array is None:
                return np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
            return array, np.ones(shape, dtype=np.bool_)
        new = self._revealed_mask(written, shape)
        old = self.before.get(name)
        if old is None:
            return np.where(new, self.after[name], np.nan), new
        return np.where(new, self.after[name], old), np.ones(shape, dtype=np.bool_)

    def _revealed_mask(self, written: Step, shape: tuple[int, ...]) -> Mask:
        if not shape:
            return np.ones(shape, dtype=np.bool_)
        done = revealed(self.program, written.index, self.position.element)
        if quantity(written.writes).is_weight_shaped:
            return (np.arange(shape[0] * shape[1]) < done).reshape(shape)
        return np.broadcast_to((np.arange(shape[0]) < done)[:, np.newaxis], shape)

    @cached_property
    def group(self) -> Elements:
        """The elements of the quantity being written that the cursor is on, first to last.

        One for a unit or a weight; a row of weights for a unit of a weight-shaped quantity; all of
        them for a whole Step.
        """
        step, element = self.step, self.position.element
        if step is None:
            return Elements((), (0,))
        shape = self.program.shape(step.writes, 1)
        sizes = shape if quantity(step.writes).is_weight_shaped else shape[:1]
        return Elements(element, sizes[len(element) :])

    @cached_property
    def focus(self) -> tuple[Element, ...]:
        """The group, listed: where only its ends and its size are needed, `group` is cheaper."""
        return tuple(self.group)

    @cached_property
    def lit(self) -> tuple[Term, ...]:
        """The written term, then those it is computed from; a letter index means the whole axis."""
        if self.step is None:
            return ()
        return self.program.lit(self.step, self.position.element, self.batch)

    def equation(self, element: Element) -> Equation:
        """How the Step stood on computes one element."""
        assert self.step is not None
        return self.program.equation(self.step, element, self.batch)

    def short_equation(self, element: Element) -> Equation:
        """The same, with the middle of each long sum left out: see `LeftOut`."""
        assert self.step is not None
        short = _SHORT.get(self.program)
        if short is None:
            short = _SHORT[self.program] = _ShortProgram(self.program)
        return short.equation(self.step, element, self.batch)

    def operands(self, sample: int = 0) -> Lookup:
        """What the right-hand side of an equation reads: values from before the Step."""

        def lookup(term: Term) -> float:
            return element_of(self.before, term, sample)

        return lookup

    def result(self, target: Term, sample: int = 0) -> float:
        """What the Step stood on wrote into one element."""
        return element_of(self.after, target, sample)

    @property
    def non_finite(self) -> NonFinite | None:
        """The first value of the Step stood on that is not finite, if it has one."""
        return find_non_finite(self.step, self.after, self.position.iteration)


@dataclass(frozen=True, slots=True)
class LeftOut(Expression):
    """Stands for the `count` middle terms of a long sum. It has no value."""

    count: int


class _ShortSite(Site):
    """A place where long sums are not written out in full."""

    __slots__ = ()

    def sum(self, letter: str, count: int, body: Callable[[Index], Expression]) -> Expression:
        if self.generic or count <= LONGEST_SUM:
            return Site.sum(self, letter, count, body)
        start = tuple(body(index) for index in range(_KEPT_AT_START))
        end = tuple(body(count - _KEPT_AT_END + place) for place in range(_KEPT_AT_END))
        left_out = LeftOut(count - _KEPT_AT_START - _KEPT_AT_END)
        return Add((*start, left_out, *end), elidable=True)


class _ShortProgram(Program):
    """A Program's Steps, for equations whose long sums are short; it keeps those it has built."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.steps, program.layer_sizes)
        self._built: dict[tuple[int, Element, int], Equation] = {}

    def site(self, step: Step, element: Element | None, batch: int) -> Site:
        site = super().site(step, element, batch)
        return _ShortSite(**{each.name: getattr(site, each.name) for each in fields(Site)})

    def equation(self, step: Step, element: Element, batch: int) -> Equation:
        key = step.index, element, batch
        found = self._built.get(key)
        if found is None:
            if len(self._built) >= _MOST_KEPT:
                self._built.clear()
            found = self._built[key] = super().equation(step, element, batch)
        return found


_SHORT: WeakKeyDictionary[Program, _ShortProgram] = WeakKeyDictionary()


def element_of(state: State, term: Term, sample: int = 0) -> float:
    """The number a term with number indices stands for; `sample` is the column looked at."""
    array = state[term.name]
    if not array.ndim:
        return float(array)
    what = quantity(term.name)
    row = term.indices[0]
    if what.is_weight_shaped:
        column = term.indices[1]
    elif what.is_bias_shaped:
        column = 0
    else:
        column = sample if term.sample is None else term.sample
    return float(array[row, column])  # type: ignore[index]


def find_non_finite(step: Step | None, state: State, iteration: int) -> NonFinite | None:
    """The first value that `step` wrote and that is not a finite number."""
    if step is None:
        return None
    array = state[step.writes]
    finite = np.isfinite(array)
    if finite.all():
        return None
    element = tuple(int(index) for index in np.argwhere(~finite)[0])
    return NonFinite(iteration, step, element, float(array[element]))
