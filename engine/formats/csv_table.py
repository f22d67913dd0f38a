"""A CSV text as columns, and what each of them looks like."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from engine import limits
from engine.arrays import Array
from engine.formats.csv_text import CsvError, CsvOptions, number, records, text_of

MAX_COLUMNS = 2 * limits.MAX_UNITS

_HEAD_ROWS = 100
_MOST_LINES = 2**20  # Of a spreadsheet; more are not even looked through.
_TINY = re.compile(r"[eE]-\d{3}")


class Kind(Enum):
    """What the cells of a column are, most of them."""

    NUMBER = "number"
    TEXT = "text"
    CONSTANT = "constant"
    BLANK = "blank"


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column. numbers: (rows,), NaN where a cell is no finite number.

    name: of the header, where it is `named`, or "column 3"; texts: the cells that are neither
    numbers nor blank, None for the others; it may end early.
    """

    name: str
    named: bool
    kind: Kind
    numbers: Array
    texts: Sequence[str | None]

    def text(self, row: int) -> str:
        """A cell that is no number; "" where it is blank, or a number."""
        return (self.texts[row] or "") if row < len(self.texts) else ""

    def label(self, row: int) -> str:
        """A cell as the name of a class: 3 and 3.0 are the same; "" where it is blank."""
        value = float(self.numbers[row])
        if math.isnan(value):
            return self.text(row)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)

    @property
    def has_numbers(self) -> bool:
        """Whether it can be taken as numbers: at least one is, and no more cells are text."""
        numbers = int(np.isfinite(self.numbers).sum())
        return numbers > 0 and numbers >= sum(text is not None for text in self.texts)


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """The rows of a text that are not blank.

    header: the cells of the first row where it names the columns; head: the cells of the first
    rows after it. row_numbers: (rows,), counted from 1 with the header and blank rows, as a
    spreadsheet counts. ragged: how many cells the rows (by index) have that have not one for each
    column. blank_rows: how many were passed over.
    """

    options: CsvOptions
    columns: tuple[Column, ...]
    header: tuple[str, ...] | None
    head: tuple[tuple[str, ...], ...]
    row_numbers: npt.NDArray[np.intp]
    ragged: dict[int, int]
    blank_rows: int

    @property
    def rows(self) -> int:
        """How many rows there are, without the header."""
        return len(self.row_numbers)


def parse(content: bytes | str, options: CsvOptions, name: str = "the text") -> Table:
    """The columns of a CSV file, or of text copied from a spreadsheet.

    Raises CsvError, a sentence that starts with `name`, where it exceeds engine.limits or is no
    CSV. Ragged rows, blanks and text among numbers are no error here: csv_data.check lists them.
    """
    text = text_of(content, options.encoding, name)
    reading = _Reading(options, name, _is_plain(text))
    for at, row in enumerate(records(text, options.separator, name), start=1):
        if at > _MOST_LINES:
            raise CsvError(f"{name} has more than {_MOST_LINES} rows, blank ones included")
        reading.take(at, row)
    return reading.table()


def _is_plain(text: str) -> bool:
    """Whether float() takes no more than we do, and loses no number that is too close to 0."""
    takes_more = "_" in text or not text.isascii()
    return not takes_more and "0" * 290 not in text and _TINY.search(text) is None


class _Reading:
    """Takes rows one by one; of a cell only the number is kept, or the text where it is none."""

    def __init__(self, options: CsvOptions, name: str, plain: bool) -> None:
        self._options = options
        self._name = name
        self._plain = plain and options.decimal == "."
        self._first: list[tuple[int, list[str]]] = []
        self._width = 0
        self._header: tuple[str, ...] | None = None
        self._head: list[tuple[str, ...]] = []
        self._numbers = array("d")
        self._texts: dict[int, list[str | None]] = {}
        self._seen: dict[str, str] = {}
        self._row_numbers: list[int] = []
        self._ragged: dict[int, int] = {}
        self._blank_rows = self._blank_since = 0

    def take(self, at: int, row: list[str]) -> None:
        """One row of the file, the `at`-th from 1."""
        if not any(map(str.strip, row)):
            self._blank_since += 1
            return
        # Blank rows at the end are nothing to tell of.
        self._blank_rows, self._blank_since = self._blank_rows + self._blank_since, 0
        if self._width:
            self._take(at, row)
            return
        self._first.append((at, row))
        if len(self._first) > _HEAD_ROWS:
            self._begin()

    def _begin(self) -> None:
        """Settles how many columns there are, by the first rows."""
        lengths = [len(row) for _, row in self._first]
        self._width = Counter(lengths).most_common(1)[0][0] if lengths else 0
        if self._width > MAX_COLUMNS:
            raise CsvError(
                f"{self._name} has {self._width} columns, but the limit is {MAX_COLUMNS}"
            )
        first = self._first
        if self._options.header and first:
            self._header = tuple(cell.strip() for cell in self._cut(first[0][1]))
            first = first[1:]
        for at, row in first:
            self._take(at, row)

    def _take(self, at: int, row: list[str]) -> None:
        index = len(self._row_numbers)
        if index == limits.MAX_SAMPLES:
            raise CsvError(f"{self._name} has more than {limits.MAX_SAMPLES} rows")
        if (index + 1) * self._width > limits.MAX_DATA_VALUES:
            raise CsvError(
                f"{self._name} has more than {limits.MAX_DATA_VALUES} cells, which is the limit"
            )
        self._row_numbers.append(at)
        if index < _HEAD_ROWS:
            self._head.append(tuple(row))
        cells = self._cut(row)
        if len(cells) != self._width:
            self._ragged[index] = len(cells)
            self._numbers.extend([math.nan] * self._width)
            return
        self._numbers.extend(self._plain_values(cells) or self._values(index, cells))

    def _cut(self, row: list[str]) -> list[str]:
        """A row without blank cells beyond the last column."""
        beyond = any(map(str.strip, row[self._width :]))
        return row if beyond else row[: self._width]

    def _plain_values(self, cells: list[str]) -> list[float] | None:
        """The values of a row of plain numbers, at the speed of float()."""
        if not self._plain:
            return None
        try:
            values = list(map(float, cells))
        except ValueError:
            return None
        # An infinity or NaN in it shows in the sum.
        return values if math.isfinite(sum(values)) else None

    def _values(self, index: int, cells: list[str]) -> list[float]:
        values = [number(cell, self._options.decimal) for cell in cells]
        for column, (cell, value) in enumerate(zip(cells, values, strict=True)):
            text = cell.strip()
            if value is None and text:
                texts = self._texts.setdefault(column, [])
                texts.extend([None] * (index - len(texts)))
                texts.append(self._seen.setdefault(text, text))
        return [math.nan if value is None else value for value in values]

    def table(self) -> Table:
        """What was read."""
        if not self._width:
            self._begin()
        if not self._width:
            raise CsvError(f"{self._name} is empty")
        values = np.asarray(self._numbers, dtype=np.float64).reshape(-1, self._width)
        values = np.ascontiguousarray(values.T)
        values.setflags(write=False)
        columns = tuple(
            self._column(index, values[index], self._texts.get(index, []))
            for index in range(self._width)
        )
        return Table(
            self._options,
            columns,
            self._header,
            tuple(self._head),
            np.array(self._row_numbers, dtype=np.intp),
            self._ragged,
            self._blank_rows,
        )

    def _column(self, index: int, numbers: Array, texts: list[str | None]) -> Column:
        given = self._header[index : index + 1] if self._header else ()
        name = "".join(given)
        kind = _kind_of(numbers, texts)
        return Column(name or f"column {index + 1}", bool(name), kind, numbers, texts)


def _kind_of(numbers: Array, texts: list[str | None]) -> Kind:
    finite = numbers[np.isfinite(numbers)]
    words = [text for text in texts if text is not None]
    if not len(finite) and not words:
        return Kind.BLANK
    same_number = not words and len(finite) > 1 and finite.min() == finite.max()
    if same_number or (not len(finite) and len(words) > 1 and len(set(words)) == 1):
        return Kind.CONSTANT
    return Kind.NUMBER if len(finite) >= len(words) else Kind.TEXT
