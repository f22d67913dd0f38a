"""Scales of a plot: round limits, and round numbers between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrays import Array

_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_STEPS = (1.0, 2.0, 5.0, 10.0)
_TINIEST, _GREATEST = 1e-300, 1e300


def nice_above(value: float) -> float:
    """The first round number that is not below `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(nice * power for nice in _NICE if nice * power >= value * (1 - 1e-12))


def ticks_to(limit: float, most: int) -> list[float]:
    """Round numbers from 0 to `limit`, about `most` of them."""
    rough = limit / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in _STEPS if nice * power >= rough * (1 - 1e-12))
    count = int(limit / step * (1 + 1e-12)) + 1
    return [_rounded(index * step) for index in range(count)]


def _rounded(value: float) -> float:
    """Without the last digits, where 3 · 0.2 is not 0.6."""
    return float(f"{value:.9g}")


def decades(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers around [low, high] for a logarithmic scale, two at least."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    if last - first > 2:
        stride = -(-(last - first) // most)
        return [10.0**power for power in range(first, last + stride, stride)]
    fine = [nice * 10.0**power for power in range(first, last) for nice in _STEPS[:3]]
    fine = [_rounded(value) for value in fine]
    fine.append(10.0**last)
    start = max(index for index, value in enumerate(fine[:-1]) if index == 0 or value <= low)
    stop = next(index for index, value in enumerate(fine) if value >= high and index > start)
    return fine[start : stop + 1]


@dataclass(frozen=True, slots=True)
class Scale:
    """The vertical axis: from bottom to top, with ticks; drawn as heights from 0 to 1.

    pyqtgraph only ever gets heights: it cannot draw an E of 1e-300 or 1e300.
    """

    bottom: float
    top: float
    ticks: tuple[float, ...]
    logarithmic: bool

    def heights(self, values: npt.ArrayLike) -> Array:
        """Where the values are: 0 is the bottom, 1 is the top."""
        if self.logarithmic:
            low, high = math.log10(self.bottom), math.log10(self.top)
            clipped = np.clip(values, self.bottom, self.top)
            return np.asarray((np.log10(clipped) - low) / (high - low))
        return np.asarray(values) / self.top


def scale_of(values: Array, logarithmic: bool) -> Scale:
    """The scale for finite values, none below 0."""
    if logarithmic:
        positive = values[values > 0]
        low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
        low, high = np.clip((low, high), _TINIEST, _GREATEST).tolist()
        ticks = decades(low, high)
        return Scale(ticks[0], ticks[-1], tuple(ticks), True)
    highest = float(values.max()) if len(values) else 0.0
    top = nice_above(max(min(highest, _GREATEST) * 1.02, _TINIEST)) if highest > 0 else 1.0
    return Scale(0.0, top, tuple(ticks_to(top, 5)), False)
