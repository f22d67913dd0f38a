"""The colours of a map of outputs, as tables that whole arrays of values are looked up in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.function import NO_CLASS, Numbers
from gui.function.axes import Range
from gui.function.symbols import class_colour
from gui.theme import Theme, mixed

Pixels = npt.NDArray[np.uint32]

_SHADES = 64
_STRONGEST = {False: 0.62, True: 0.7}


def value_table(theme: Theme, low_share: float) -> Pixels:
    """256 colours, then one for what is not a number.

    low_share: where on the scale the colourless value lies; below it values are drawn as
    negative, above as positive.
    """
    strongest = _STRONGEST[theme.is_dark]
    table = []
    for share in np.linspace(0.0, 1.0, 256).tolist():
        away = share - low_share
        reach = 1.0 - low_share if away >= 0 else low_share
        colour = theme.positive if away >= 0 else theme.negative
        table.append(_pixel(theme, colour, strongest * abs(away) / max(reach, 1e-9)))
    return np.array([*table, _pixel(theme, theme.muted, 0.5)], dtype=np.uint32)


def class_table(theme: Theme, count: int) -> Pixels:
    """Shades from faint to strong for each class, then one for what is not a number."""
    strongest = _STRONGEST[theme.is_dark]
    shares = np.linspace(0.12, strongest, _SHADES).tolist()
    table = [
        _pixel(theme, class_colour(theme, index, count), share)
        for index in range(count)
        for share in shares
    ]
    return np.array([*table, _pixel(theme, theme.muted, 0.5)], dtype=np.uint32)


def value_indices(values: Array, scale: Range) -> Numbers:
    """Where values lie in a value_table."""
    finite = np.isfinite(values)
    shares = np.clip(scale.shares(np.where(finite, values, scale.low)), 0.0, 1.0)
    return np.where(finite, (shares * 255.0 + 0.5).astype(np.intp), 256)


def class_indices(found: Numbers, lead: Array, count: int) -> Numbers:
    """Where classes lie in a class_table. lead: how far ahead each is, from 0 to 1."""
    known = found != NO_CLASS
    strength = np.clip(np.where(known, lead, 0.0), 0.0, 1.0)
    shade = (strength * (_SHADES - 1)).astype(np.intp)
    return np.where(known, found * _SHADES + shade, count * _SHADES)


def _pixel(theme: Theme, colour: str, share: float) -> int:
    return mixed(colour, theme.surface, share).rgb()
