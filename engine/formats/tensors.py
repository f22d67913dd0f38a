"""The tensors of a weights file: checked by name, shape and size before any is allocated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from engine import limits
from engine.arrays import Array, frozen, shape_text
from engine.errors import FormatError
from engine.formats.quoting import brief

Shape = tuple[int, ...]
KeyOf = Callable[[str, int], str]  # From "W" or "b" and the layer to the name in the file.


def check_tensors(shapes: Mapping[str, Shape], key_of: KeyOf) -> dict[str, str]:
    """From W1, b1, …, in order, to the names in the file, for tensors that make up a network.

    Raises FormatError: missing or unknown tensors, shapes that do not fit, more than the limits.
    """
    keys = {(kind, l): key_of(kind, l) for l in range(1, limits.MAX_LAYERS + 1) for kind in "Wb"}
    layers = max((l for (_, l), key in keys.items() if key in shapes), default=1)
    missing = [keys["W", l] for l in range(1, layers + 1) if keys["W", l] not in shapes]
    unknown = [name for name in shapes if name not in keys.values()]
    if missing or unknown:
        complaints = [f"{_listed(missing)} missing"] if missing else []
        complaints += [f"{_listed(unknown)} unknown"] if unknown else []
        raise FormatError("; ".join(complaints))
    _check_weights([(keys["W", l], shapes[keys["W", l]]) for l in range(1, layers + 1)])
    for l in range(1, layers + 1):
        units, key = shapes[keys["W", l]][0], keys["b", l]
        if key in shapes and shapes[key] not in ((units,), (units, 1)):
            raise FormatError(
                f"{key} is {brief(shape_text(shapes[key]))}, but layer {l} has {units} units"
            )
    return {
        f"{kind}{l}": keys[kind, l]
        for l in range(1, layers + 1)
        for kind in "Wb"
        if keys[kind, l] in shapes
    }


def _check_weights(found: list[tuple[str, Shape]]) -> None:
    for key, shape in found:
        if len(shape) != 2:
            raise FormatError(
                f"{key} is {brief(shape_text(shape))}, but weights have rows and columns"
            )
        if not all(1 <= size <= limits.MAX_UNITS for size in shape):
            raise FormatError(
                f"{key} is {shape_text(shape)}, but a layer has from 1 to {limits.MAX_UNITS} units"
            )
    for (before, below), (key, shape) in pairwise(found):
        if shape[1] != below[0]:
            raise FormatError(
                f"{key} is {shape_text(shape)}, but {before} feeds it {below[0]} units"
            )
    count = sum(rows * columns for _, (rows, columns) in found)
    if count > limits.MAX_WEIGHTS:
        raise FormatError(f"{count} weights, but at most {limits.MAX_WEIGHTS} are allowed")


def tensor(
    raw: bytes | memoryview, dtype: str, shape: Shape, *, by_column: bool, key: str
) -> Array:
    """A read-only float64 array from the bytes of a tensor: biases as a column (n, 1).

    dtype: NumPy's name of a float type. Raises FormatError for a value that is not finite.
    """
    flat = np.frombuffer(raw, dtype)
    array = frozen(flat.reshape(shape[::-1]).T if by_column else flat.reshape(shape))
    finite = np.isfinite(array)
    if not finite.all():
        index = np.unravel_index(int(np.argmin(finite)), shape)
        place = "".join(f"[{each}]" for each in index)
        raise FormatError(f"{key}{place}: {array[index]} is not a finite number")
    return array if array.ndim == 2 else frozen(array.reshape(-1, 1))


def _listed(names: list[str]) -> str:
    shown = ", ".join(brief(name) for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
