"""Scaling of a column of data: asked for by a person, and written down so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.errors import ExperimentError

STANDARDISE, MIN_MAX = "standardise", "min_max"
METHODS = (STANDARDISE, MIN_MAX)


@dataclass(frozen=True, slots=True)
class Scaling:
    """What a column went through: shown = (raw - offset) / scale.

    method: "standardise" (offset the mean, scale the standard deviation) or "min_max" (offset the
    least, scale the range). Raises ExperimentError where that cannot be undone.
    """

    method: str
    offset: float
    scale: float

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            known = ", ".join(METHODS)
            raise ExperimentError(f"method: unknown name {self.method[:40]!r}; known are {known}")
        if not np.isfinite(self.offset):
            raise ExperimentError(f"offset: {self.offset} is not a finite number")
        if not np.isfinite(self.scale) or self.scale <= 0:
            raise ExperimentError(
                f"scale: {self.scale:g}, but it has to be a finite number greater than 0"
            )

    def scaled(self, raw: Array) -> Array:
        """The column as the network sees it."""
        return (raw - self.offset) / self.scale

    def raw(self, scaled: Array) -> Array:
        """The column in its own unit."""
        return scaled * self.scale + self.offset


def fit(method: str, column: Array) -> Scaling:
    """The scaling of a column of raw values; a constant column is only moved to 0.

    Raises ExperimentError where the values are too far apart for a double.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if method == STANDARDISE:
            offset, scale = float(column.mean()), float(column.std())
        else:
            offset, scale = float(column.min()), float(np.ptp(column))
        # The mean of equal values may be off by a rounding, and so their deviation be a little
        # more than 0.
        if np.ptp(column) == 0:
            offset, scale = float(column[0]), 1.0
    if not np.isfinite([offset, scale]).all():
        raise ExperimentError("the values are too far apart to be scaled")
    # Values so close that the square of their distance is 0 are left as far apart as they are.
    return Scaling(method, offset, scale or 1.0)
