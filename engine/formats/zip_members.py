"""The members of a zip archive, for readers that trust nothing it says.

Of the format this takes what NumPy writes: one disk, no encryption, stored or deflated members.
Source: the .ZIP file format specification (APPNOTE), sections 4.3.7, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from engine.errors import FormatError
from engine.formats.quoting import brief

_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_COMMENT = 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
# Deflate makes at most 258 bytes of two bits. Source: RFC 1951.
_MOST_EXPANSION = 1032


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive, as the archive describes it. size: of its content, in bytes."""

    name: str
    size: int
    _packed: memoryview
    _method: int
    _checksum: int

    def head(self, most: int) -> bytes:
        """The first `most` bytes of the content, not yet checked. Raises FormatError."""
        if self._method == _STORED:
            return bytes(self._packed[:most])
        return self._inflated(most)

    def read(self) -> bytes:
        """The content. Raises FormatError where it is damaged or not as large as claimed."""
        content = self._packed if self._method == _STORED else self._inflated(self.size + 1)
        if len(content) != self.size or zlib.crc32(content) != self._checksum:
            raise FormatError(f"{brief(self.name)} is damaged")
        return bytes(content)

    def _inflated(self, most: int) -> bytes:
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self._packed, most)
        except zlib.error as error:
            raise FormatError(f"{brief(self.name)} is damaged") from error


def members(content: bytes, most: int) -> list[Member]:
    """The members of an archive in the order it lists them.

    Raises FormatError where it is damaged or has more than `most`.
    """
    at, count = _directory(content)
    if count > most:
        raise FormatError(f"the file holds {count} members, but at most {most} are read")
    found = []
    for _ in range(count):
        member, at = _member(content, at)
        found.append(member)
    return found


def _directory(content: bytes) -> tuple[int, int]:
    """Where the list of members begins, and how many there are."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - _END.size - _COMMENT))
    if at < 0 or at + _END.size > len(content):
        raise FormatError("the file is incomplete")
    _, disk, first_disk, here, count, size, start, _ = _END.unpack_from(content, at)
    if disk or first_disk or here != count or start + size > at:
        raise FormatError("the zip archive is damaged")
    return start, count


def _member(content: bytes, at: int) -> tuple[Member, int]:
    """The member that is listed at `at`, and where the next one is."""
    try:
        entry = _ENTRY.unpack_from(content, at)
        local = _LOCAL.unpack_from(content, entry[16])
    except struct.error as error:
        raise FormatError("the zip archive is damaged") from error
    signature, _, _, flags, method, _, _, checksum, packed, size, name, extra, comment = entry[:13]
    if signature != b"PK\x01\x02" or local[0] != b"PK\x03\x04":
        raise FormatError("the zip archive is damaged")
    text = content[at + _ENTRY.size : at + _ENTRY.size + name].decode("utf-8", "replace")
    if flags & _ENCRYPTED:
        raise FormatError(f"{brief(text)} is encrypted")
    if method not in (_STORED, _DEFLATED):
        raise FormatError(f"{brief(text)} is compressed in a way that is not supported")
    begin = entry[16] + _LOCAL.size + local[9] + local[10]
    expansion = 1 if method == _STORED else _MOST_EXPANSION
    if begin + packed > len(content) or size > expansion * packed:
        raise FormatError(f"{brief(text)} claims more bytes than the file holds")
    data = memoryview(content)[begin : begin + packed]
    after = at + _ENTRY.size + name + extra + comment
    return Member(text, size, data, method, checksum), after
