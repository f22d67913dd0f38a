"""The matrix equation of a Step, as a row of matrices, numbers and signs. Nothing of Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

import numpy as np

from engine.arrays import Array
from engine.expression import Expression, Term, quantity
from engine.frame import Frame, Mask
from engine.program import Step, revealed


class Kind(Enum):
    """What the cells of a matrix are."""

    QUANTITY = auto()
    SLOPE = auto()
    JACOBIAN = auto()
    RATE = auto()


class Face(Enum):
    """Where a matrix of the equation is read or written."""

    READ = auto()
    WRITTEN = auto()


@dataclass(frozen=True, eq=False, slots=True)
class Operand:
    """One matrix of the equation. Arrays are as the engine keeps them, never transposed.

    name: the quantity its cells belong to; of slopes the z they are taken at. values: NaN where
    not known. final: the same when the Step is done, which is what room is made for. fresh: which
    cells of a parameter that is being updated are new already. transposed: drawn as its transpose.
    sampled: its columns are samples. before: an updated quantity as it was.
    """

    name: str
    values: Array
    final: Array
    known: Mask
    title: Expression
    kind: Kind = Kind.QUANTITY
    face: Face = Face.READ
    fresh: Mask | None = None
    transposed: bool = False
    sampled: bool = False
    before: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns as drawn."""
        rows, columns = self.values.shape
        return (columns, rows) if self.transposed else (rows, columns)

    def term(self, row: int, column: int, sample: int) -> Term | None:
        """What a cell of the engine's array stands for; sample: the column that is looked at."""
        if self.kind in (Kind.JACOBIAN, Kind.RATE):
            return None
        what = quantity(self.name)
        if what.is_weight_shaped:
            return Term(self.name, (row, column))
        if what.is_bias_shaped:
            return Term(self.name, (row,))
        return Term(self.name, (row,), None if column == sample else column)


@dataclass(slots=True)
class Matrix:
    """A matrix in its place. meets_left, meets_right: its inner size meets a neighbour's."""

    operand: Operand
    meets_left: bool = False
    meets_right: bool = False


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, with what it is called."""

    title: Expression
    value: float | None
    face: Face = Face.READ
    before: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator. A line may break before it unless depth is None; 0: outside parentheses.

    shape_text: how it is repeated between the shapes. said: as it is written at the start of a
    line, and in plain text.
    """

    text: str
    depth: int | None = None
    shape_text: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Characters that belong to the formula: 1, ½, ln, √."""

    text: str


@dataclass(frozen=True, slots=True)
class Fence:
    """One of a pair of ( ) or ‖ ‖, as tall as what is between; power: raised after the last."""

    text: str
    opens: bool
    power: str = ""


@dataclass(frozen=True, slots=True)
class Sigma:
    """Σ over an index."""

    index: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """From z to a of a layer: the function's letter above, the activation's name below."""

    layer: int
    activation: str


Item = Matrix | Scalar | Sign | Symbol | Fence | Sigma | Arrow


@dataclass(frozen=True, eq=False)
class Sheet:
    """The equation of one Step. crossing: written as δ at the left, aᵀ on top, in that order.

    sample: the column of the batch that is looked at. one_column: only that one is shown.
    """

    items: tuple[Item, ...] = ()
    relation: str = "="
    crossing: bool = False
    sample: int = 0
    one_column: bool = False
    lit: tuple[Term, ...] = ()
    part: bool = False
    rule: tuple[Term, Expression] | None = None
    _masks: dict[int, Mask] = field(default_factory=dict, init=False)

    @cached_property
    def matrices(self) -> tuple[Matrix, ...]:
        """The matrices, left to right."""
        return tuple(item for item in self.items if isinstance(item, Matrix))

    @cached_property
    def operands(self) -> tuple[Operand, ...]:
        """What stands in the matrices, left to right."""
        return tuple(matrix.operand for matrix in self.matrices)

    def operand_named(self, name: str) -> Operand | None:
        """The first matrix of a quantity: of what is updated, the new one."""
        return next(
            (each for each in self.operands if each.name == name and each.kind is Kind.QUANTITY),
            None,
        )

    def lit_mask(self, number: int) -> Mask:
        """Which cells of the matrix with this number the Step stood on writes or reads."""
        if number not in self._masks:
            self._masks[number] = self._lit_mask(self.operands[number])
        return self._masks[number]

    def _lit_mask(self, operand: Operand) -> Mask:
        mask = np.zeros(operand.values.shape, dtype=np.bool_)
        written, read = self.lit[:1], self.lit[1:]
        if operand.kind in (Kind.JACOBIAN, Kind.RATE):
            for term in written:
                mask |= _standing_for(term.indices, operand, None)
            return mask
        for term in written if operand.face is Face.WRITTEN else read:
            if term.name == operand.name:
                mask |= _standing_for(term.indices, operand, self._sample_of(term, operand))
        return mask

    def _sample_of(self, term: Term, operand: Operand) -> int | None:
        if not operand.sampled or isinstance(term.sample, str):
            return None
        return self.sample if term.sample is None else term.sample

    def cells_of(self, term: Term, operand: Operand) -> Mask:
        """Which cells stand for a term that is pointed at."""
        if operand.name != term.name or operand.kind in (Kind.JACOBIAN, Kind.RATE):
            return np.zeros(operand.values.shape, dtype=np.bool_)
        return _standing_for(term.indices, operand, self._sample_of(term, operand))


def _standing_for(indices: Sequence[int | str], operand: Operand, sample: int | None) -> Mask:
    """The cells of a matrix that indices stand for; a letter is the whole axis.

    None where the matrix does not reach so far: what is pointed at may be of a larger batch.
    """
    mask = np.zeros(operand.values.shape, dtype=np.bool_)
    row, column = (*indices, "", "")[:2]
    if sample is not None:
        column = sample
    if operand.kind is Kind.JACOBIAN:
        column = ""
    mask[_along(row), _along(column)] = True
    return mask


def _along(index: int | str) -> slice:
    return slice(None) if isinstance(index, str) else slice(index, index + 1)


def lit_cells(sheet: Sheet) -> Iterator[tuple[str, int, int]]:
    """The lit cells of all quantities of the sheet."""
    for number, operand in enumerate(sheet.operands):
        if operand.kind in (Kind.QUANTITY, Kind.SLOPE):
            for row, column in np.argwhere(sheet.lit_mask(number)).tolist():
                yield operand.name, row, column


def written_operand(frame: Frame, step: Step) -> Operand:
    """What the Step stood on writes, as far as it is written."""
    name = step.writes
    values, known = frame.values(name)
    updated = name in frame.before
    return Operand(
        name,
        values,
        frame.after[name],
        known,
        Term(name),
        face=Face.WRITTEN,
        fresh=_revealed(frame, step, values.shape) if updated else None,
        sampled=_is_sampled(name),
    )


def read_operand(frame: Frame, name: str, title: Expression, transposed: bool = False) -> Operand:
    """What the Step stood on reads, from before it."""
    values = frame.before[name]
    step = frame.step
    return Operand(
        name,
        values,
        values,
        np.ones(values.shape, dtype=np.bool_),
        title,
        transposed=transposed,
        sampled=_is_sampled(name),
        before=step is not None and step.writes == name,
    )


def derived_operand(name: str, values: Array, title: Expression, kind: Kind) -> Operand:
    """A matrix that is no quantity of the run: slopes, a Jacobian, learning rates."""
    known = np.ones(values.shape, dtype=np.bool_)
    sampled = kind is Kind.SLOPE
    return Operand(name, values, values, known, title, kind, sampled=sampled)


def _is_sampled(name: str) -> bool:
    what = quantity(name)
    return not what.is_weight_shaped and not what.is_bias_shaped


def _revealed(frame: Frame, step: Step, shape: tuple[int, ...]) -> Mask:
    """Which cells of a parameter are written, row by row, where the cursor stands."""
    count = revealed(frame.program, step.index, frame.position.element)
    return (np.arange(shape[0] * shape[1]) < count).reshape(shape)
