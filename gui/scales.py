"""Scales of a plot: round limits, and round numbers between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrays import Array

_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_STEPS = (1.0, 2.0, 5.0, 10.0)
_STRIDES = (1, 2, 3, 5, 10, 15, 20, 30, 50, 100, 150, 200, 300, 500, 1000)
_TINIEST, _GREATEST = 1e-300, 1e300
_SMALLEST_PLAIN, _GREATEST_PLAIN = 1e-4, 1e6
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def nice_above(value: float) -> float:
    """The first round number that is not below `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(nice * power for nice in _NICE if nice * power >= value * (1 - 1e-12))


def ticks_to(limit: float, most: float) -> list[float]:
    """Round numbers from 0 to `limit`, about `most` of them."""
    rough = limit / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in _STEPS if nice * power >= rough * (1 - 1e-12))
    count = int(limit / step * (1 + 1e-12)) + 1
    return [_rounded(index * step) for index in range(count)]


def _rounded(value: float) -> float:
    """Without the last digits, where 3 · 0.2 is not 0.6."""
    return float(f"{value:.9g}")


def whole_ticks_to(limit: float, most: int) -> list[int]:
    """Round whole numbers from 0 to `limit`, about `most` of them."""
    if limit <= most:
        return list(range(int(limit) + 1))
    return [round(tick) for tick in ticks_to(limit, most)]


def _logarithmic(low: float, high: float, most: float) -> Scale:
    """Round limits around [low, high]; ticks at powers of ten, or finer where few of these fit."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    powers = [10.0**power for power in _powers(first, last, most)]
    if last - first > 2:
        return Scale(10.0**first, 10.0**last, tuple(powers), True)
    fine = [nice * 10.0**power for power in range(first, last) for nice in _STEPS[:3]]
    fine = [_rounded(value) for value in fine]
    fine.append(10.0**last)
    # A power of ten and its logarithm may differ in the last digit.
    least, most_needed = low * (1 + 1e-12), high * (1 - 1e-12)
    start = max(index for index, value in enumerate(fine[:-1]) if index == 0 or value <= least)
    stop = next(index for index, value in enumerate(fine) if value >= most_needed and index > start)
    fine = fine[start : stop + 1]
    if len(fine) > most + 1:
        within = [power for power in powers if fine[0] <= power <= fine[-1]]
        ticks = within if len(within) > 1 else [fine[0], fine[-1]]
        return Scale(fine[0], fine[-1], tuple(ticks), True)
    return Scale(fine[0], fine[-1], tuple(fine), True)


def _powers(first: int, last: int, most: float) -> list[int]:
    """Round exponents in [first, last], at most `most` + 1 of them, but two at least."""
    stride = next(each for each in _STRIDES if (last - first) / each <= most)
    found = [power for power in range(first, last + 1) if power % stride == 0]
    return found if len(found) > 1 else [first, last]


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


def scale_of(values: Array, logarithmic: bool, most: float = 5) -> Scale:
    """The scale for finite values, none below 0, with room for about `most` steps between ticks."""
    if logarithmic:
        positive = values[values > 0]
        low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
        low, high = np.clip((low, high), _TINIEST, _GREATEST).tolist()
        return _logarithmic(low, high, most)
    highest = float(values.max()) if len(values) else 0.0
    top = nice_above(max(min(highest, _GREATEST) * 1.02, _TINIEST)) if highest > 0 else 1.0
    ticks = ticks_to(top, most) if most >= 2 else [0.0, top]
    return Scale(0.0, top, tuple(ticks), False)


def tick_texts(scale: Scale) -> list[str]:
    """What is written at the ticks: all of them in the same way."""
    least, greatest = (pick(each for each in scale.ticks if each) for pick in (min, max))
    if scale.logarithmic and len({_mantissa(tick) for tick in scale.ticks}) == 1:
        return [_scientific(tick) for tick in scale.ticks]
    if _SMALLEST_PLAIN <= least and greatest < _GREATEST_PLAIN:
        if scale.logarithmic:
            return [f"{tick:.10f}".rstrip("0").rstrip(".") for tick in scale.ticks]
        return _alike(scale.ticks)
    if scale.logarithmic:
        return [_scientific(tick) for tick in scale.ticks]
    power = math.floor(math.log10(greatest) + 1e-9)
    unit = _power_text(power)
    parts = _alike([tick / 10.0**power for tick in scale.ticks])
    return [part if part == "0" else f"{part}×{unit}" for part in parts]


def _alike(ticks: Sequence[float]) -> list[str]:
    """Plain numbers with as many decimals as the one that needs most; 0 is 0."""
    decimals = max(len(f"{tick:.9f}".rstrip("0").partition(".")[2]) for tick in ticks)
    return [f"{tick:.{decimals}f}" if tick else "0" for tick in ticks]


def _mantissa(value: float) -> str:
    return f"{value:.2e}".partition("e")[0]


def _scientific(value: float) -> str:
    mantissa, _, power = f"{value:.2e}".partition("e")
    shown = mantissa.rstrip("0").rstrip(".")
    return _power_text(int(power)) if shown == "1" else f"{shown}×{_power_text(int(power))}"


def _power_text(power: int) -> str:
    return f"10{str(power).translate(_SUPERSCRIPTS)}"
