"""What stands against making data of a CSV table: row by row, column by column, as a whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine import limits
from engine.formats.csv_roles import Role
from engine.formats.csv_table import Column, Kind, Table
from engine.formats.csv_text import shortened, why_no_number
from engine.splitting import held_out_count

MOST_LISTED = 20

_MOST_IN_A_SENTENCE = 3


@dataclass(frozen=True, slots=True)
class DataOptions:
    """What is to be done with the columns.

    held_out: the share of the rows that is never trained on, from 0 to below 1, drawn by `seed`,
    from each class alike. scaling: None or one of engine.scaling.METHODS, fitted on the other rows
    only; classes are never scaled. leave_out_faulty: whether rows with a problem are passed over.
    """

    held_out: float = 0.0
    seed: int = 0
    input_scaling: str | None = None
    target_scaling: str | None = None
    leave_out_faulty: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken, or a cell of it. row: as a spreadsheet counts; column: from 0."""

    row: int
    column: int | None
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, eq=False)
class Report:
    """What there is to say about a table before it becomes data.

    problems: the first of `count` rows and cells that cannot be taken; reasons: why no data can be
    made, problems aside; warnings: what a person should know, and can go on with. usable: (rows,)
    of the table; classes: of each column that has them, in their order.
    """

    problems: tuple[Problem, ...]
    count: int
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    usable: npt.NDArray[np.bool_]
    held_out: int
    classes: Mapping[int, tuple[str, ...]]

    @cached_property
    def sentence(self) -> str:
        """Why no data can be made, in one sentence; "" where it can."""
        said = [*self.reasons, *map(str, self.problems[:_MOST_IN_A_SENTENCE])]
        more = self.count - len(self.problems[:_MOST_IN_A_SENTENCE])
        if more:
            said.append(f"and {more} more")
        return "; ".join(said)


def check(table: Table, roles: Sequence[Role], options: DataOptions) -> Report:
    """What stands against making data of a table, row by row and as a whole."""
    return _Checking(table, tuple(roles), options).report()


class _Checking:
    """Goes through a table once, and collects what there is to say."""

    def __init__(self, table: Table, roles: tuple[Role, ...], options: DataOptions) -> None:
        self._table = table
        self._roles = roles
        self._options = options
        self._reasons: list[str] = []
        self._warnings: list[str] = []
        self._ragged = np.zeros(table.rows, dtype=np.bool_)
        self._ragged[list(table.ragged)] = True

    def report(self) -> Report:
        """All of it."""
        faulty = self._faulty_cells()
        bad = self._ragged.copy()
        for rows in faulty.values():
            bad |= rows
        header = self._header_problem()
        if self._options.leave_out_faulty:
            usable, problems, count = ~bad, header, len(header)
            self._tell_of_rows_left_out(int(bad.sum()))
        else:
            usable = np.ones_like(bad)
            problems = header + self._problems(bad, faulty)
            count = len(header) + int(self._ragged.sum())
            count += sum(int(rows.sum()) for rows in faulty.values())
        classes = self._classes(usable)
        held_out = self._held_out(usable)
        self._check_whole(int(usable.sum()), classes)
        self._tell_of_columns(usable, classes)
        return Report(
            tuple(problems[:MOST_LISTED]),
            count,
            tuple(self._reasons),
            tuple(self._warnings),
            usable,
            held_out,
            classes,
        )

    def _columns(self, *roles: Role) -> list[tuple[int, Column]]:
        columns = self._table.columns
        return [(at, columns[at]) for at, role in enumerate(self._roles) if role in roles]

    def _faulty_cells(self) -> dict[int, npt.NDArray[np.bool_]]:
        """By column: in which rows a cell is not what its column's role asks for."""
        faulty: dict[int, npt.NDArray[np.bool_]] = {}
        for at, column in self._columns(Role.INPUT, Role.TARGET):
            if column.kind is Kind.BLANK:
                self._reasons.append(f"{_named(column)} is blank: leave it out")
            elif not column.has_numbers:
                what = "an input" if self._roles[at] is Role.INPUT else "a number to predict"
                self._reasons.append(f"{_named(column)} holds text, so it cannot be {what}")
            else:
                faulty[at] = np.isnan(column.numbers) & ~self._ragged
        for at, column in self._columns(Role.CLASSES):
            if column.kind is Kind.BLANK:
                self._reasons.append(f"{_named(column)} is blank: leave it out")
            else:
                blank = np.isnan(column.numbers) & ~self._ragged
                blank[[row for row, text in enumerate(column.texts) if text is not None]] = False
                faulty[at] = blank
        return faulty

    def _header_problem(self) -> list[Problem]:
        header, columns = self._table.header, len(self._table.columns)
        if header is None or len(header) == columns:
            return []
        cells = _count(len(header), "cell")
        return [Problem(1, None, f"the header has {cells}, but there are {columns} columns")]

    def _problems(
        self, bad: npt.NDArray[np.bool_], faulty: Mapping[int, npt.NDArray[np.bool_]]
    ) -> list[Problem]:
        """The first few, row by row."""
        found: list[Problem] = []
        for row in np.flatnonzero(bad)[:MOST_LISTED].tolist():
            number = int(self._table.row_numbers[row])
            if row in self._table.ragged:
                cells = _count(self._table.ragged[row], "cell")
                columns = _count(len(self._table.columns), "column")
                sentence = f"row {number} has {cells}, but there are {columns}"
                found.append(Problem(number, None, sentence))
                continue
            for at in (at for at, rows in faulty.items() if rows[row]):
                column = self._table.columns[at]
                cell, place = column.text(row), f"row {number}, {_named(column)}"
                why = why_no_number(cell, self._table.options.decimal)
                found.append(
                    Problem(number, at, f"{place}: {why}" if cell else f"{place} is blank")
                )
        return found

    def _why(self, cell: str) -> str:
        if not cell:
            return " is blank"
        return f": {why_no_number(cell, self._table.options.decimal)}"

    def _tell_of_rows_left_out(self, count: int) -> None:
        if count:
            verb = "is" if count == 1 else "are"
            self._warnings.append(f"{_count(count, 'row')} with a problem {verb} left out")

    def _classes(self, usable: npt.NDArray[np.bool_]) -> dict[int, tuple[str, ...]]:
        rows = np.flatnonzero(usable).tolist()
        return {at: _sorted_labels(column, rows) for at, column in self._columns(Role.CLASSES)}

    def _check_whole(self, rows: int, classes: Mapping[int, tuple[str, ...]]) -> None:
        inputs = len(self._columns(Role.INPUT))
        targets = len(self._columns(Role.TARGET)) + sum(map(len, classes.values()))
        say = self._reasons.append
        if not rows:
            say("there is no row of data")
            return
        if not inputs:
            say("no column is an input")
        if not self._columns(Role.TARGET, Role.CLASSES):
            say("no column is a target")
        for count, what in ((inputs, "inputs"), (targets, "targets")):
            if count > limits.MAX_UNITS:
                say(f"{count} {what}, but the limit is {limits.MAX_UNITS}")
            elif count * rows > limits.MAX_DATA_VALUES:
                say(f"{rows} rows of {count} {what} are more than {limits.MAX_DATA_VALUES} values")

    def _held_out(self, usable: npt.NDArray[np.bool_]) -> int:
        """How many rows are held out; each class keeps one of its own."""
        rows = np.flatnonzero(usable).tolist()
        count = held_out_count(len(rows), self._options.held_out)
        if not self._options.held_out or not rows:
            return 0
        columns = [column for _, column in self._columns(Role.CLASSES)]
        groups = len({tuple(column.label(row) for column in columns) for row in rows})
        share = f"{100 * self._options.held_out:.3g} %"
        if count == 0:
            self._reasons.append(f"{share} of {_count(len(rows), 'row')} is none to hold out")
        elif count >= len(rows):
            self._reasons.append(f"{share} of {_count(len(rows), 'row')} leaves none to train on")
        elif groups == len(rows):
            self._reasons.append("every class has one row only, so none can be held out")
        return min(count, len(rows) - groups)

    def _tell_of_columns(
        self, usable: npt.NDArray[np.bool_], classes: Mapping[int, tuple[str, ...]]
    ) -> None:
        say = self._warnings.append
        if self._table.blank_rows:
            verb = "is" if self._table.blank_rows == 1 else "are"
            say(f"{_count(self._table.blank_rows, 'blank row')} {verb} passed over")
        rows = int(usable.sum())
        for _, column in self._columns(Role.INPUT, Role.TARGET):
            numbers = column.numbers[usable]
            numbers = numbers[np.isfinite(numbers)]
            if len(numbers) > 1 and numbers.min() == numbers.max():
                say(f"{_named(column)} has the same number in every row")
        for at, labels in classes.items():
            column = self._table.columns[at]
            if len(labels) == 1:
                say(f"{_named(column)} has one class only, “{shortened(labels[0])}”")
            elif len(labels) == rows > 2:
                say(f"{_named(column)} has a class of its own for every row")


def _sorted_labels(column: Column, rows: Sequence[int]) -> tuple[str, ...]:
    """Numbers in their order, then words in theirs."""
    found: dict[str, tuple[bool, float, str]] = {}
    for row in rows:
        label = column.label(row)
        if label:
            value = float(column.numbers[row])
            word = math.isnan(value)
            found.setdefault(label, (word, 0.0 if word else value, label))
    return tuple(sorted(found, key=lambda label: found[label]))


def _named(column: Column) -> str:
    return f"column “{shortened(column.name)}”" if column.named else column.name


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
