"""Numbers from a spreadsheet, and to one, as text with tabs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine import limits
from engine.arrays import Array
from engine.errors import GradwalkError
from engine.formats.csv_cells import rows_text
from engine.formats.csv_text import records, text_of
from gui.number_field import number_in, problem_with
from gui.translation import tr

_TAB = "\t"


class PasteError(GradwalkError):
    """What is on the clipboard cannot be pasted here."""


def block_in(text: str, room: int) -> Array:
    """The numbers of pasted text, (rows, columns); cells are separated by tabs.

    room: how many columns there are to the right. Raises GradwalkError, with row and column, where
    a cell is no number or the rows do not fit.
    """
    name = tr("What was copied")
    rows = [row for row in records(text_of(text, "utf-8", name), _TAB, name) if row]
    width = len(rows[0])
    if len(rows) > limits.MAX_SAMPLES:
        raise PasteError(tr("{count} rows are too many", count=len(rows)))
    if width > room:
        raise PasteError(
            tr("{count} columns, but there is room for {room} from here", count=width, room=room)
        )
    for at, row in enumerate(rows, start=1):
        if len(row) != width:
            raise PasteError(
                tr(
                    "Row {row} of what was copied has {count} cells, the first {width}",
                    row=at,
                    count=len(row),
                    width=width,
                )
            )
    return np.array([_numbers(row, at) for at, row in enumerate(rows, start=1)])


def _numbers(cells: Sequence[str], row: int) -> list[float]:
    for column, cell in enumerate(cells, start=1):
        problem = problem_with(cell)
        if problem:
            raise PasteError(
                tr(
                    "Row {row}, column {column} of what was copied: {problem}",
                    row=row,
                    column=column,
                    problem=problem,
                )
            )
    return [number_in(cell) for cell in cells]


def text_for(names: Sequence[str], block: Array) -> str:
    """A block as a spreadsheet takes it; names that look like formulas are made inert.

    names: of the columns, or none.
    """
    rows: list[list[str | float]] = [list(names)] if names else []
    return rows_text([*rows, *block.tolist()], _TAB)
