"""What the columns of a CSV table are to be, and what they seem to be."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np

from engine.formats.csv_table import Column, Kind, Table

_TARGET_NAMES = {"class", "label", "target", "y", "t"}
_ROW_NAMES = {"", "id", "index", "no", "no.", "row"}
# The numbers 0, 1, 2 … or 1, 2, 3 … are taken for classes if there are this many different ones.
_FEWEST_CLASSES, _MOST_CLASSES = 3, 20


class Role(Enum):
    """What a column is to be. CLASSES: a target, one column for each class, 1 where it is it."""

    INPUT = "input"
    TARGET = "target"
    CLASSES = "classes"
    LEFT_OUT = "left out"


def propose_roles(table: Table) -> tuple[Role, ...]:
    """What each column seems to be: numbers are inputs, the last column or its like the target."""
    roles = [Role.INPUT if column.has_numbers else Role.LEFT_OUT for column in table.columns]
    if len(roles) > 2 and _counts_rows(table.columns[0]):
        roles[0] = Role.LEFT_OUT
    target = _likely_target(table, roles)
    if target is not None:
        classes = _looks_like_classes(table.columns[target], table.rows)
        roles[target] = Role.CLASSES if classes else Role.TARGET
    return tuple(roles)


def _likely_target(table: Table, roles: Sequence[Role]) -> int | None:
    columns = table.columns
    possible = [
        at
        for at, column in enumerate(columns)
        if column.kind is Kind.TEXT or roles[at] is Role.INPUT
    ]
    named = [at for at in possible if columns[at].name.lower() in _TARGET_NAMES]
    texts = [
        at for at in possible if columns[at].kind is Kind.TEXT and _repeats(columns[at], table.rows)
    ]
    return next((found[-1] for found in (named, texts, possible[1:]) if found), None)


def _looks_like_classes(column: Column, rows: int) -> bool:
    if column.kind is Kind.TEXT:
        return True
    values = np.unique(column.numbers[np.isfinite(column.numbers)])
    few = _FEWEST_CLASSES <= len(values) <= min(_MOST_CLASSES, rows // 2)
    return few and values[0] in (0, 1) and bool((np.diff(values) == 1).all())


def _repeats(column: Column, rows: int) -> bool:
    return len({column.text(row) for row in range(rows)}) <= max(2, rows // 2)


def _counts_rows(column: Column) -> bool:
    """Whether a column only says 1, 2, 3 …, as spreadsheets and R write it."""
    numbers = column.numbers
    counts = len(numbers) > 1 and np.array_equal(numbers, numbers[0] + np.arange(len(numbers)))
    return counts and column.name.lower() in _ROW_NAMES
