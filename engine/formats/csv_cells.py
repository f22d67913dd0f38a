"""Cells of a CSV that is written: text that a spreadsheet would run is made inert, numbers never.

Source: faults.md, "CSV"; the OWASP page on CSV injection.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: str | float | int) -> str:
    """A number so that it reads back to the same; text with ' before what would be a formula."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_RUN_BY_SPREADSHEETS) else value
    return repr(value)


def rows_text(rows: Iterable[Iterable[str | float | int]], separator: str = ",") -> str:
    """Rows as CSV; a cell is in quotation marks where it has to be."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()
