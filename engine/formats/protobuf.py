"""Protocol-buffer messages written by hand: the two kinds of fields that ONNX needs.

Source: the protocol buffers encoding, wire types 0 (varint) and 2 (length-delimited).
"""

from __future__ import annotations


def integer(field: int, value: int) -> bytes:
    """An integer or enum field, value ≥ 0."""
    return _varint(field << 3) + _varint(value)


def block(field: int, content: bytes | str) -> bytes:
    """A field of bytes, of text, or of another message."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
