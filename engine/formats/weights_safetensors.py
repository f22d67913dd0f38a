"""Weights as safetensors, under the keys of a torch.nn.Sequential.

Source: the safetensors format description: a length, a JSON header, then the tensors' bytes.
"""

from __future__ import annotations

import json
import struct
from math import prod
from typing import Any

import numpy as np

from engine import limits
from engine.arrays import Array
from engine.errors import FormatError
from engine.experiment import Network
from engine.formats import strict_json
from engine.formats.architecture import network_with
from engine.formats.fields import Fields
from engine.formats.quoting import brief
from engine.formats.tensors import Shape, check_tensors, tensor
from engine.formats.weights import ReadableWeightsFormat, Trained

_METADATA, _OWN = "__metadata__", "gradwalk"
_FLOATS = {"F64": "<f8", "F32": "<f4"}
_LENGTH = struct.Struct("<Q")
_ALIGNMENT = 8


class Safetensors(ReadableWeightsFormat):
    """`0.weight`, `0.bias`, `2.weight`, …: Sequential(Linear, activation, Linear, activation, …).

    Weights are (n_out, n_in), biases (n_out,), float64; a layer without biases is a
    Linear(bias=False). The architecture is in the metadata, which PyTorch leaves alone; a file by
    other hands may leave it out, or hold float32.
    """

    name = "safetensors"
    suffix = ".safetensors"

    def encode(self, trained: Trained) -> bytes:
        own = json.dumps(trained.architecture(), ensure_ascii=False)
        header: dict[str, Any] = {_METADATA: {"format": "pt", _OWN: own}}
        data = []
        end = 0
        for name, values in trained.experiment.start_values.items():
            kind, layer = name[0], int(name[1:])
            shape = values.shape if kind == "W" else values.shape[:1]
            begin, end = end, end + values.nbytes
            header[_key(kind, layer)] = {
                "dtype": "F64",
                "shape": list(shape),
                "data_offsets": [begin, end],
            }
            data.append(np.ascontiguousarray(values, "<f8").tobytes())
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        text += b" " * (-len(text) % _ALIGNMENT)
        return b"".join((_LENGTH.pack(len(text)), text, *data))

    def recognises(self, content: bytes) -> bool:
        return content[_LENGTH.size : _LENGTH.size + 1] == b"{"

    def decode(self, content: bytes) -> tuple[dict[str, Array], Network | None]:
        header, data = _parts(content)
        own = _own(header)
        if len(header) > limits.MAX_TENSORS:
            raise FormatError(
                f"the file holds {len(header)} tensors, but at most {limits.MAX_TENSORS} are read"
            )
        found = {key: _Tensor(key, value) for key, value in header.items()}
        _check_layout(found, len(data))
        shapes = {key: each.shape for key, each in found.items()}
        arrays = {name: found[key].array(data) for name, key in check_tensors(shapes, _key).items()}
        network = None if own is None else network_with(own, arrays, f"{_METADATA}.{_OWN}")
        return arrays, network


def _key(kind: str, layer: int) -> str:
    return f"{2 * (layer - 1)}.{'weight' if kind == 'W' else 'bias'}"


def _parts(content: bytes) -> tuple[dict[str, Any], memoryview]:
    """The header and the bytes after it."""
    if len(content) < _LENGTH.size:
        raise FormatError("the file is incomplete")
    (length,) = _LENGTH.unpack_from(content)
    if length > limits.MAX_TENSOR_HEADER_BYTES:
        raise FormatError(
            f"a header of {length} bytes, but at most {limits.MAX_TENSOR_HEADER_BYTES} are read"
        )
    begin = _LENGTH.size + length
    if begin > len(content):
        raise FormatError("the file is incomplete")
    header = strict_json.parse(content[_LENGTH.size : begin], "the header")
    if not isinstance(header, dict):
        raise FormatError("the header has to be a JSON object")
    return header, memoryview(content)[begin:]


def _own(header: dict[str, Any]) -> bytes | None:
    """The architecture, if the metadata has one; takes the metadata out of the header."""
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise FormatError(f"{_METADATA} has to be an object of texts")
    own = metadata.get(_OWN)
    return None if own is None else own.encode("utf-8")


class _Tensor:
    """One tensor as the header describes it. Raises FormatError where that makes no sense."""

    def __init__(self, key: str, value: Any) -> None:
        fields = Fields(value, brief(key))
        self.key = brief(key)
        self.dtype = fields.choice("dtype", _FLOATS)
        self.shape: Shape = fields.indices("shape")
        offsets = fields.indices("data_offsets")
        fields.done()
        most = limits.MAX_FILE_BYTES
        if len(self.shape) > 2 or not all(0 <= size <= most for size in self.shape):
            raise FormatError(f"{self.key}.shape: has to be one or two sizes from 0 to {most}")
        if len(offsets) != 2 or not 0 <= offsets[0] <= offsets[1] <= most:
            raise FormatError(f"{self.key}.data_offsets: has to be a begin and an end")
        self.begin, self.end = offsets
        needed = prod(self.shape) * np.dtype(_FLOATS[self.dtype]).itemsize
        if needed != self.end - self.begin:
            raise FormatError(
                f"{self.key}.data_offsets: {self.end - self.begin} bytes, "
                f"but {self.dtype} of this shape takes {needed}"
            )

    def array(self, data: memoryview) -> Array:
        raw = data[self.begin : self.end]
        return tensor(raw, _FLOATS[self.dtype], self.shape, by_column=False, key=self.key)


def _check_layout(found: dict[str, _Tensor], size: int) -> None:
    """The tensors follow one another without gap or overlap, and nothing follows the last."""
    at = 0
    for each in sorted(found.values(), key=lambda each: (each.begin, each.end)):
        if each.begin != at:
            how = "overlaps the tensor before it" if each.begin < at else "leaves a gap before it"
            raise FormatError(f"{each.key} {how}")
        at = each.end
    if at > size:
        raise FormatError("the file is incomplete")
    if at < size:
        raise FormatError(f"the file has {size - at} bytes after its last tensor")
