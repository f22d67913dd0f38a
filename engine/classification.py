"""Whether targets are classes, and which samples a network puts into the wrong one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Array

_THRESHOLD = 0.5


def is_classification(targets: Array) -> bool:
    """Whether all targets (N, n) are 0 or 1: a class, or several questions of yes or no."""
    return bool(np.isin(targets, (0.0, 1.0)).all())


def is_one_hot(targets: Array) -> bool:
    """Whether each row of targets (N, n), n > 1, has a single 1, and 0 elsewhere."""
    classes = targets.shape[1] > 1 and is_classification(targets)
    return classes and bool((targets.sum(axis=1) == 1.0).all())


def wrong(outputs: Array, targets: Array, one_hot: bool) -> npt.NDArray[np.bool_]:
    """Which rows of outputs (N, n) name another class than those of targets (N, n).

    One-hot targets: the largest output (the first of equals) is not where the 1 is. Otherwise: some
    output is on another side of 0.5 than its target; 0.5 itself counts as 1. An output that is not
    a number is wrong.
    """
    if one_hot:
        found = outputs.argmax(axis=1) != targets.argmax(axis=1)
    else:
        found = ((outputs >= _THRESHOLD) != (targets >= _THRESHOLD)).any(axis=1)
    missed: npt.NDArray[np.bool_] = found | np.isnan(outputs).any(axis=1)
    return missed
