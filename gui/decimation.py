"""Fewer points for a curve that looks the same."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array


def decimated(values: Array, buckets: int) -> tuple[Array, Array]:
    """(x, y) of a curve that looks the same: the greatest and the least of each bucket.

    Every peak survives, and the first and the last point are always there.
    """
    each = len(values) // buckets
    if each < 4:
        return np.arange(len(values), dtype=np.float64), values
    whole = len(values) // each
    cut = whole * each
    table, rest = values[:cut].reshape(whole, each), values[cut:]
    x, y = np.empty(2 * whole + 4), np.empty(2 * whole + 4)
    pairs = slice(1, 2 * whole, 2), slice(2, 2 * whole + 1, 2)
    x[pairs[0]] = x[pairs[1]] = np.arange(whole) * each
    np.maximum.reduce(table, axis=1, out=y[pairs[0]])
    np.minimum.reduce(table, axis=1, out=y[pairs[1]])
    x[0], x[-3:] = 0, (cut, cut, len(values) - 1)
    y[0], y[-1] = values[0], values[-1]
    y[-3:-1] = (rest.max(), rest.min()) if len(rest) else (values[-1], values[-1])
    return np.minimum(x, len(values) - 1), y
