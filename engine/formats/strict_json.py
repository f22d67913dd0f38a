"""JSON as it is written in the standard: no NaN, no duplicate keys, no bottomless nesting."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine import limits
from engine.errors import FormatError
from engine.formats.quoting import brief

# Possessive, or the engine keeps a place to go back to for each of millions of characters.
_STRINGS = re.compile(r'"(?:[^"\\]++|\\.)*+"?')
_BRACKETS = re.compile(r"[\[\]{}]")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(content: bytes, name: str, most: int = limits.MAX_JSON_VALUES) -> Any:
    """The value in a UTF-8 JSON text that holds at most so many values.

    Raises FormatError, a sentence that starts with `name`.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        raise FormatError(f"{name} starts with a byte order mark, which JSON does not allow")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"{name} is not UTF-8 text (byte {error.start})") from error
    if not text.strip():
        raise FormatError(f"{name} is empty")
    _check_count(text, name, most)
    _check_depth(text, name)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
        _check_characters(text, value)
        return value
    except json.JSONDecodeError as error:
        if not text[error.pos :].strip() or "Unterminated" in error.msg:
            raise FormatError(f"{name} is incomplete") from error
        raise FormatError(
            f"{name} is not JSON: line {error.lineno}, column {error.colno}"
        ) from error
    except _RefusedError as error:
        raise FormatError(f"{name}: {error}") from error


class _RefusedError(ValueError):
    """What the standard's grammar lets pass, but we do not."""


def _check_depth(text: str, name: str) -> None:
    depth = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > limits.MAX_JSON_DEPTH:
            raise FormatError(f"{name} is nested more than {limits.MAX_JSON_DEPTH} levels deep")


def _check_count(text: str, name: str, most: int) -> None:
    """Each value but the first has a comma, a bracket or a brace before it."""
    if sum(text.count(mark) for mark in ",[{") > most:
        raise FormatError(f"{name} holds more than {most} values")


def _check_characters(text: str, value: Any) -> None:
    """Half a surrogate pair can be escaped in JSON, but neither written as UTF-8 nor shown."""
    if _SURROGATE.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise _RefusedError("a text has half of a character (a lone surrogate)") from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _RefusedError(f'the field "{brief(twice)}" is there twice')
    return found


def _refuse_constant(constant: str) -> Any:
    raise _RefusedError(f"{constant} is not a number JSON allows")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _RefusedError(f"the number {brief(text)} is too large")
    return number


def _integer(text: str) -> int:
    if len(text) > 400:
        raise _RefusedError(f"the number {brief(text)} is too large")
    return int(text)


def dump(value: object) -> bytes:
    """Indented JSON in which a row of numbers stays on one line."""
    return (_lines(value, "") + "\n").encode("utf-8")


def _lines(value: object, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, Mapping) and value:
        rows = (f"{_scalar(key)}: {_lines(item, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}}}"
    if isinstance(value, (list, tuple)) and any(
        isinstance(item, (list, tuple, Mapping)) for item in value
    ):
        rows = (_lines(item, inner) for item in value)
        return "[\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
