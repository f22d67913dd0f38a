"""Weights as NumPy's `.npz`: W1, b1, …, to × from, and the architecture as JSON in `meta`."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import numpy as np

from engine import limits
from engine.arrays import Array
from engine.errors import FormatError
from engine.experiment import Network
from engine.formats import npy
from engine.formats.architecture import network_with
from engine.formats.quoting import brief
from engine.formats.tensors import check_tensors, tensor
from engine.formats.weights import ReadableWeightsFormat, Trained
from engine.formats.zip_members import Member, members

_META = "meta"
_FLOATS = ("<f8", ">f8", "<f4", ">f4")
# Text of the longest title that is allowed, each character escaped, and the rest.
_MAX_META_BYTES = 32 * 2**20


class Npz(ReadableWeightsFormat):
    """Read with `numpy.load(..., allow_pickle=False)`; W is (n_out, n_in), b is (n_out, 1).

    A file by other hands may leave `meta` out, hold float32, or biases as (n_out,).
    """

    name = "NumPy"
    suffix = ".npz"

    def encode(self, trained: Trained) -> bytes:
        content = BytesIO()
        meta = np.array(json.dumps(trained.architecture(), ensure_ascii=False))
        np.savez(content, allow_pickle=False, meta=meta, **trained.experiment.start_values)
        return content.getvalue()

    def recognises(self, content: bytes) -> bool:
        return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))

    def decode(self, content: bytes) -> tuple[dict[str, Array], Network | None]:
        packed = _by_name(members(content, limits.MAX_TENSORS))
        headers = {name: _header(member) for name, member in packed.items()}
        shapes = {name: each.shape for name, each in headers.items() if name != _META}
        names = check_tensors(shapes, "{}{}".format)
        arrays = {name: _array(name, packed[name], headers[name]) for name in names}
        if _META not in packed:
            return arrays, None
        meta = _text(packed[_META], headers[_META])
        return arrays, network_with(meta, arrays, _META)


def _by_name(found: list[Member]) -> dict[str, Member]:
    names = Counter(member.name.removesuffix(".npy") for member in found)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise FormatError(f"{brief(twice[0])} is there twice")
    pickles = [name for name in names if name.endswith(".pkl")]
    if pickles:
        raise FormatError(f"{brief(pickles[0])} is a Python pickle, which can run code: refused")
    return {member.name.removesuffix(".npy"): member for member in found}


def _header(member: Member) -> npy.Header:
    """What an array says it is, once that agrees with the archive."""
    head = member.head(12 + npy.MAX_HEADER)
    try:
        found = npy.header(head)
    except FormatError as error:
        raise FormatError(f"{brief(member.name)} {error}") from error
    if found.dtype[1] == "O":
        raise FormatError(f"{brief(member.name)} is a Python pickle, which can run code: refused")
    if found.size > member.size:
        raise FormatError(f"{brief(member.name)} claims more numbers than the file holds")
    if found.size < member.size:
        raise FormatError(f"{brief(member.name)} has bytes after its last number")
    return found


def _array(name: str, member: Member, found: npy.Header) -> Array:
    if found.dtype not in _FLOATS:
        kind = found.dtype[1:]
        raise FormatError(f"{name} holds {kind}, but it has to hold float64 or float32 (f8 or f4)")
    data = memoryview(member.read())[found.begin :]
    return tensor(data, found.dtype, found.shape, by_column=found.by_column, key=name)


def _text(member: Member, found: npy.Header) -> bytes:
    """UTF-8 of a text that NumPy keeps as 32-bit characters, zeros at its end."""
    if found.dtype[1] != "U" or found.shape:
        raise FormatError(f"{_META} has to be one text")
    if member.size > _MAX_META_BYTES:
        raise FormatError(f"{_META} is larger than {_MAX_META_BYTES // 2**20} MiB")
    encoding = "utf-32-be" if found.dtype[0] == ">" else "utf-32-le"
    try:
        return member.read()[found.begin :].decode(encoding).rstrip("\0").encode("utf-8")
    except UnicodeError as error:
        raise FormatError(f"{_META} is no text") from error
