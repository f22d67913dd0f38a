"""The header of one NumPy array, read without NumPy: nothing is evaluated or allocated.

Source: NumPy's description of the NPY format, versions 1.0 to 3.0.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from math import prod

from engine.errors import FormatError

MAGIC = b"\x93NUMPY"
# NumPy itself pads a header to 64 bytes and reads none above 10,000.
MAX_HEADER = 4096
_DTYPE = re.compile(rb"'descr': '([<>=|][A-Za-z]\d{0,9})', ?")
_ORDER = re.compile(rb"'fortran_order': (True|False), ?")
_SHAPE = re.compile(rb"'shape': \(((?:\d{1,18}, ?)*\d{0,18})\),? ?")


@dataclass(frozen=True, slots=True)
class Header:
    """What an array claims to be. begin: where its data starts, in bytes."""

    dtype: str
    by_column: bool
    shape: tuple[int, ...]
    begin: int

    @property
    def size(self) -> int:
        """The bytes that header and data take together."""
        width = int(self.dtype[2:] or 1) * (4 if self.dtype[1] == "U" else 1)
        return self.begin + prod(self.shape) * width


def header(head: bytes) -> Header:
    """The header at the start of `head`. Raises FormatError where there is none."""
    if not head.startswith(MAGIC) or len(head) < 10:
        raise FormatError("is no array")
    version = head[6]
    if version not in (1, 2, 3):
        raise FormatError(f"is an array of an unknown version, {version}")
    begin, form = (10, "<H") if version == 1 else (12, "<I")
    if len(head) < begin:
        raise FormatError("is no array")
    (length,) = struct.unpack_from(form, head, 8)
    if length > MAX_HEADER:
        raise FormatError(f"has an array header of {length} bytes, but {MAX_HEADER} are read")
    text = head[begin : begin + length]
    if len(text) < length:
        raise FormatError("is incomplete")
    return _parsed(text, begin + length)


def _parsed(text: bytes, begin: int) -> Header:
    found = [pattern.search(text) for pattern in (_DTYPE, _ORDER, _SHAPE)]
    dtype, order, shape = found
    if dtype is None and b"'descr': [" in text:
        raise FormatError("is an array of records")
    if dtype is None or order is None or shape is None:
        raise FormatError("has a damaged array header")
    rest = text
    for match in found:
        assert match is not None
        rest = rest.replace(match[0], b"", 1)
    if rest.strip() != b"{}":
        raise FormatError("has a damaged array header")
    sizes = tuple(int(size) for size in shape[1].split(b",") if size.strip())
    return Header(dtype[1].decode("ascii"), order[1] == b"True", sizes, begin)
