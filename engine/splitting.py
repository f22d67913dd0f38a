"""Which samples of a table are held out: never trained on, only looked at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.randomness import raw_bits

_SPLIT_KEY = 0x5B17

Rows = npt.NDArray[np.intp]


def held_out_count(samples: int, share: float) -> int:
    """How many of so many samples a share is, to the nearest."""
    return int(samples * share + 0.5)


def held_out_rows(samples: int, share: float, seed: int, classes: Array | None = None) -> Rows:
    """The rows to hold out, in the order of the table; a pure function of its arguments.

    share: from 0 to below 1.
    classes: (samples, n), equal rows for samples of one class: then each class gives its share, to
    the nearest row, and keeps at least one.
    """
    order = raw_bits(samples, seed, _SPLIT_KEY).argsort(kind="stable")
    count = held_out_count(samples, share)
    if classes is None:
        return np.sort(order[:count])
    _, groups = np.unique(classes, axis=0, return_inverse=True)
    quotas = _quotas(np.bincount(groups.ravel()), share, count)
    taken = [order[groups.ravel()[order] == each][:quota] for each, quota in enumerate(quotas)]
    return np.sort(np.concatenate(taken))


def _quotas(sizes: Rows, share: float, count: int) -> list[int]:
    """How many each class gives: whole parts first, then one each by what was cut off."""
    exact = sizes * share
    quotas = np.floor(exact).astype(np.intp)
    # Larger remainders first, and of equal ones the larger class.
    for group in np.lexsort((-sizes, np.floor(exact) - exact)):
        if quotas.sum() < count and quotas[group] < sizes[group] - 1:
            quotas[group] += 1
    return [int(quota) for quota in quotas]
