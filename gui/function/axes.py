"""The ranges of two axes and the round numbers on them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from gui.numbers import NumberFormat

_STEPS = (1.0, 2.0, 5.0, 10.0)
_GREATEST = 1e300
AXIS_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Range:
    """The values from `low` to `high` that an axis shows."""

    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        """(low, high)."""
        return self.low, self.high

    def shares(self, values: Array) -> Array:
        """Where the values are: 0 at the low end, 1 at the high one."""
        return (np.clip(values, -_GREATEST, _GREATEST) - self.low) / (self.high - self.low)

    def at(self, share: float) -> float:
        """The value at a share of the axis."""
        return self.low + share * (self.high - self.low)

    def ticks(self, most: int) -> list[float]:
        """Round numbers in the range, at most `most` of them and one more."""
        step = _round_step((self.high - self.low) / max(most, 1))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [float(f"{index * step:.9g}") for index in range(first, last + 1)]


def range_around(values: Array, padding: float) -> Range:
    """A range with all finite values in it, and a share of their span beside them."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Range(-1.0, 1.0)
    low, high = np.clip((finite.min(), finite.max()), -_GREATEST, _GREATEST).tolist()
    span = high - low
    if span <= 1e-9 * max(abs(low), abs(high)):
        room = max(abs(low), abs(high), 1.0)
        return Range(low - room, high + room)
    return Range(low - padding * span, high + padding * span)


def rounded(values: Range, most: int = 4) -> Range:
    """The range with its ends moved out to round numbers, so that it seldom changes."""
    step = _round_step((values.high - values.low) / most)
    low, high = math.floor(values.low / step + 1e-9), math.ceil(values.high / step - 1e-9)
    return Range(float(f"{low * step:.9g}"), float(f"{high * step:.9g}"))


def tick_text(value: float) -> str:
    """A number on an axis."""
    return NumberFormat(AXIS_DIGITS).text(value)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in _STEPS if nice * power >= rough * (1 - 1e-9))
