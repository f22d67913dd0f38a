"""CSV as text: its encoding, its separator, its decimal mark, and the numbers in its cells."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.errors import FormatError

MAX_BYTES = 32 * 2**20

UTF_8, UTF_16, CP949, CP1252 = "utf-8", "utf-16", "cp949", "cp1252"
ENCODINGS = (UTF_8, UTF_16, CP949, CP1252)
SEPARATORS = ("\t", ";", ",")
DECIMAL_MARKS = (".", ",")

_NAMES = {UTF_8: "UTF-8", UTF_16: "UTF-16", CP949: "CP949", CP1252: "Windows-1252"}
_BINARY = {b"PK\x03\x04": "an Excel workbook", b"\xd0\xcf\x11\xe0": "an old Excel workbook"}
_HEAD_CHARACTERS, _HEAD_ROWS = 65_536, 50
_MINUS = "\N{MINUS SIGN}"
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)
_HANGUL, _CHINESE = re.compile("[ㄱ-ㆎ가-힣]"), re.compile("[\u4e00-\u9fff\uf900-\ufaff]")
_MOST_SHOWN = 24


class CsvError(FormatError):
    """Text is no table that data can be made of.

    problems: the rows and cells at fault, the first few of them (csv_data.Problem).
    """

    def __init__(self, sentence: str, problems: Sequence[object] = ()) -> None:
        super().__init__(sentence)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """How a CSV text is to be read. encoding: one of ENCODINGS; of no use to text that is pasted.

    header: whether the first row names the columns.
    """

    encoding: str = UTF_8
    separator: str = ","
    decimal: str = "."
    header: bool = True


def guess_options(content: bytes | str, name: str = "the text") -> CsvOptions:
    """How a text looks as if it should be read. Raises CsvError where it is no text."""
    encoding = UTF_8 if isinstance(content, str) else _encoding_of(content, name)
    head = text_of(content, encoding, name)
    if len(head) > _HEAD_CHARACTERS:
        # Whole rows only; a text without any line break is taken as it is.
        head = head[:_HEAD_CHARACTERS]
        head = head[: head.rfind("\n") + 1] or head
    separator = _separator_of(head)
    rows = _head_rows(head, separator)
    decimal = _decimal_of(rows, separator)
    return CsvOptions(encoding, separator, decimal, _has_header(rows, decimal))


def text_of(content: bytes | str, encoding: str, name: str) -> str:
    """The text in a file. Raises CsvError where it is too large, empty or something else."""
    if len(content) > MAX_BYTES:  # A pasted character has a byte or more.
        raise CsvError(f"{name} is larger than the limit of {MAX_BYTES // 2**20} MiB")
    text = content if isinstance(content, str) else _decoded(content, encoding, name)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise CsvError(f"{name} is empty")
    if "\0" in text:
        raise CsvError(f"{name} has null characters: it is not {_NAMES[encoding]} text")
    return text


def records(text: str, separator: str, name: str) -> Iterator[list[str]]:
    """The cells of each row. Raises CsvError, with the row, where quotation marks do not match."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    done = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise CsvError(f"{name}, row {done + 1}: {_reason(error)}") from error
        done += 1
        yield row


def number(cell: str, decimal: str) -> float | None:
    """The finite number that a cell is, or None. Thousands separators are not taken."""
    if cell[:1].isalpha():  # Most text, at once.
        return None
    plain = cell.strip().replace(_MINUS, "-")
    if decimal == ",":
        plain = plain.replace(".", "?").replace(",", ".")
    if "_" in plain or not plain.isascii():  # Python's own liberties.
        return None
    try:
        value = float(plain)
    except ValueError:
        return None
    lost = value == 0 and any(digit in plain.lower().partition("e")[0] for digit in "123456789")
    return value if math.isfinite(value) and not lost else None


def why_no_number(cell: str, decimal: str) -> str:
    """What is wrong with a cell that is not blank and of which `number` makes None."""
    shown = f"“{shortened(cell)}”"
    other = "," if decimal == "." else "."
    if number(cell, other) is not None:
        mark = "point" if decimal == "." else "comma"
        return f"{shown} is not a number where the decimal mark is a {mark}"
    if cell.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return f"{shown} is not a finite number"
    try:
        value = float(cell.replace(decimal, "."))
    except ValueError:
        return f"{shown} is not a number"
    if math.isinf(value):
        return f"{shown} is too large"
    return f"{shown} is too close to 0" if value == 0 else f"{shown} is not a number"


def shortened(text: str) -> str:
    """A text short enough for a sentence, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_SHOWN else line[: _MOST_SHOWN - 1] + "…"


def _encoding_of(content: bytes, name: str) -> str:
    for start, what in _BINARY.items():
        if content.startswith(start):
            raise CsvError(f"{name} is {what}, not CSV: save it as CSV first")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or _zeros(content[:1000]):
        return UTF_16
    if 0 in content:
        raise CsvError(f"{name} is not a text file")
    for encoding in (UTF_8, CP949, CP1252):
        try:
            text = _codec_text(content, encoding)
        except UnicodeDecodeError:
            continue
        # Two accented letters in a row are a Chinese character there: “größe” is “gr廻e”.
        if encoding != CP949 or _HANGUL.search(text) or not _CHINESE.search(text):
            return encoding
    raise CsvError(f"{name} is not text in UTF-8, UTF-16, CP949 or Windows-1252")


def _zeros(head: bytes) -> str:
    """The UTF-16 that a text without a byte order mark is in, or ""."""
    high, low = head[0::2].count(0), head[1::2].count(0)
    if max(high, low) < max(1, len(head) // 5) or min(high, low) > 0:
        return ""
    return "utf-16-le" if low else "utf-16-be"


def _codec_text(content: bytes, encoding: str) -> str:
    if encoding == UTF_16 and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode(_zeros(content[:1000]) or "utf-16-le")
    return content.decode(encoding)


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return _codec_text(content, encoding)
    except UnicodeDecodeError as error:
        raise CsvError(f"{name} is not {_NAMES[encoding]} text (byte {error.start})") from error


def _reason(error: csv.Error) -> str:
    said = str(error)
    if "unexpected end" in said:
        return "a quotation mark is not closed"
    if "field larger" in said:
        return "a cell is too long; is a quotation mark not closed?"
    if "expected after" in said:
        return "text follows a closing quotation mark"
    return "is not CSV"


def _head_rows(head: str, separator: str) -> list[list[str]]:
    """The first rows that are not blank, as far as they can be read."""
    rows = records(head, separator, "")
    kept: list[list[str]] = []
    try:
        kept.extend(islice((row for row in rows if any(map(str.strip, row))), _HEAD_ROWS))
    except CsvError:
        return []
    return kept


def _separator_of(head: str) -> str:
    fits = {each: _fit(_head_rows(head, each)) for each in SEPARATORS}
    best = max(fits.values())
    # Of two that fit equally well the first: a comma may also be a decimal mark.
    return next(each for each in SEPARATORS if fits[each] == best) if any(best) else ","


def _fit(rows: list[list[str]]) -> tuple[float, float]:
    """How well a separator fits: rows of one length whose cells are numbers, then long rows."""
    if not rows:
        return 0.0, 0.0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return 0.0, 0.0
    share = count / len(rows)
    cells = [cell for row in rows if len(row) == width for cell in row]
    numbers = sum(any(number(cell, mark) is not None for mark in DECIMAL_MARKS) for cell in cells)
    return share * numbers / len(cells), share * width


def _decimal_of(rows: list[list[str]], separator: str) -> str:
    cells = [cell.strip() for row in rows for cell in row]
    commas = [cell for cell in cells if "," in cell and number(cell, ",") is not None]
    points = sum("." in cell and number(cell, ".") is not None for cell in cells)
    # 1,234 may be a thousand and more; only where semicolons say so is its comma a decimal one.
    certain = [cell for cell in commas if not _THOUSANDS.fullmatch(cell)]
    if not certain and separator != ";":
        return "."
    return "," if len(commas) > points else "."


def _has_header(rows: list[list[str]], decimal: str) -> bool:
    if not rows:
        return False
    first, below = rows[0], rows[1:]
    if any(number(cell, decimal) is not None for cell in first):
        return False
    if any(number(cell, decimal) is not None for row in below for cell in row):
        return True
    # Nothing but text: names differ from each other, and from what stands below them.
    names = [cell.strip() for cell in first]
    cells = {(at, cell.strip()) for row in below for at, cell in enumerate(row)}
    differ = len(set(names)) == len(names) and all(names)
    return not below or (differ and cells.isdisjoint(enumerate(names)))
