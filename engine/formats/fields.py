"""Taking a parsed JSON object apart, with the path to each field in every complaint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from engine import limits
from engine.arrays import Array, frozen
from engine.errors import ExperimentError
from engine.formats.quoting import brief

_MISSING = object()


class Fields:
    """The fields of one JSON object. Every field has to be taken, or `done` complains."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            where = f"{path}: " if path else ""
            raise ExperimentError(f"{where}{_kind(value)}, but it has to be an object")
        self._values = dict(value)
        self._path = path

    def path(self, name: str) -> str:
        """The path to a field, for a sentence."""
        return f"{self._path}.{name}" if self._path else name

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def take(self, name: str, default: Any = _MISSING) -> Any:
        """A field's value as it is."""
        value = self._values.pop(name, default)
        if value is _MISSING:
            raise ExperimentError(f"{self.path(name)}: is missing")
        return value

    def text(self, name: str, default: Any = _MISSING) -> str:
        """A string."""
        value = self.take(name, default)
        if not isinstance(value, str):
            raise ExperimentError(f"{self.path(name)}: {_kind(value)}, but it has to be text")
        if len(value) > limits.MAX_TEXT:
            raise ExperimentError(f"{self.path(name)}: longer than {limits.MAX_TEXT} characters")
        return value

    def choice(self, name: str, known: Iterable[str], default: Any = _MISSING) -> str:
        """A string that is one of `known`."""
        value = self.text(name, default)
        choices = tuple(known)
        if value not in choices:
            raise ExperimentError(
                f"{self.path(name)}: unknown name {brief(value)!r}; known are {', '.join(choices)}"
            )
        return value

    def flag(self, name: str, default: bool) -> bool:
        """A JSON true or false."""
        value = self.take(name, default)
        if not isinstance(value, bool):
            raise ExperimentError(
                f"{self.path(name)}: {_kind(value)}, but it has to be true or false"
            )
        return value

    def integer(self, name: str, default: Any = _MISSING) -> int:
        """A whole number."""
        value = self.take(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ExperimentError(
                f"{self.path(name)}: {_kind(value)}, but it has to be a whole number"
            )
        return value

    def number(self, name: str, default: Any = _MISSING) -> float:
        """A number."""
        return _number(self.take(name, default), self.path(name))

    def indices(self, name: str, default: Any = _MISSING) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.take(name, default)
        if not isinstance(value, list) or not all(type(index) is int for index in value):
            raise ExperimentError(f"{self.path(name)}: has to be a list of whole numbers")
        return tuple(value)

    def names(self, name: str) -> tuple[str, ...]:
        """A list of strings; left out, none."""
        value = self.take(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ExperimentError(f"{self.path(name)}: has to be a list of names")
        return tuple(value)

    def table(self, name: str, *, least_rows: int = 1) -> Array:
        """A list of rows of numbers, all of one length: (rows, columns)."""
        return table(self.take(name), self.path(name), least_rows=least_rows)

    def column(self, name: str) -> Array:
        """A list of numbers, as a column: (n, 1)."""
        return _row(self.take(name), self.path(name)).reshape(-1, 1)

    def done(self) -> None:
        """Complains about a field that is not known."""
        if self._values:
            name = next(iter(self._values))
            raise ExperimentError(f"{self.path(brief(name))}: unknown field")


def table(value: Any, path: str, *, least_rows: int = 1) -> Array:
    """A list of rows of numbers as an array. Raises ExperimentError where it is something else."""
    if not isinstance(value, list) or len(value) < least_rows:
        raise ExperimentError(f"{path}: {_kind(value)}, but it has to be a list of rows of numbers")
    rows = [_row(row, f"{path}[{index}]") for index, row in enumerate(value)]
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ExperimentError(
                f"{path}[{index}]: {len(row)} numbers, but the first row has {len(rows[0])}"
            )
    return frozen(np.array(rows))


def _row(value: Any, path: str) -> Array:
    if not isinstance(value, list) or not value:
        raise ExperimentError(f"{path}: {_kind(value)}, but it has to be a list of numbers")
    return np.array([_number(item, f"{path}[{index}]") for index, item in enumerate(value)])


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ExperimentError(f"{path}: {_kind(value)}, but it has to be a number")
    try:
        return float(value)
    except OverflowError:
        raise ExperimentError(f"{path}: too large for a double") from None


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    if value is None:
        return "null"
    if isinstance(value, list) and not value:
        return "an empty list"
    return kinds.get(type(value), "a number")
