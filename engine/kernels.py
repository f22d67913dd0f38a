"""Calls: the NumPy calls an Operation is made of, as data.

An Operation lists its calls once. Stepping runs the list on fresh arrays; training binds the same
list to buffers allocated once and runs it as straight-line code. So both make the same calls, on
arrays of the same layout that overlap in the same way, and give bitwise the same numbers. (Overlap
matters: NumPy may take another code path for exp where output and input are one array.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine.arrays import Array, frozen

Call = tuple[Callable[..., Any], tuple[Any, ...]]
Calls = list[Call]

ZERO = frozen(0.0)
ONE = frozen(1.0)
# The open interval (0, 1) in doubles: the smallest normal number, and the last before 1.
TINY = frozen(np.finfo(np.float64).tiny)
BELOW_ONE = frozen(np.nextafter(1.0, 0.0))


@dataclass(frozen=True, slots=True)
class Transposed:
    """In a call's arguments: the transpose of `array`, taken when the call is made."""

    array: Array


def larger(one: Array, other: Array, out: Array) -> Call:
    """The call that writes the larger of two, element by element, into out."""
    # For maximum and minimum alone NumPy deprecates a positional out.
    return partial(np.maximum, one, other, out=out), ()


def smaller(one: Array, other: Array, out: Array) -> Call:
    """The call that writes the smaller of two, element by element, into out."""
    return partial(np.minimum, one, other, out=out), ()


def run(calls: Iterable[Call]) -> None:
    """Makes the calls, in order."""
    with np.errstate(all="ignore"):  # Non-finite values are found and reported by the timeline.
        for function, arguments in calls:
            function(
                *(each.array.T if isinstance(each, Transposed) else each for each in arguments)
            )
