"""Fewer points for a curve that looks the same, kept up while the series grows."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.metrics import mean_per_epoch


class Envelope:
    """The greatest and the least of each bucket of a series, so that every peak survives.

    A bucket holds a power of two of values: where there are too many buckets, two become one.
    So a series that grows costs what is added to it, however long it is.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._owner: Array | None = None
        self._clear()

    def _clear(self) -> None:
        self._count, self._size, self._whole = 0, 1, 0
        self._high = np.empty(2 * self._most)
        self._low = np.empty(2 * self._most)
        self._lost = 0
        self.greatest, self.least, self.least_above_zero = -np.inf, np.inf, np.inf

    @property
    def finite(self) -> int:
        """How many finite values the curve stands for."""
        return self._count - self._lost

    def show(self, values: Array) -> tuple[Array, Array]:
        """(x, y) of the curve of `values`, where x counts from 0; only finite points.

        A longer view of the same memory is taken for the same series, grown.
        """
        owner = values if values.base is None else values.base
        if owner is not self._owner or len(values) < self._count:
            self._clear()
            self._owner = owner
        self._take(values)
        return self._points(values)

    def _take(self, values: Array) -> None:
        self._note(values[self._count :])
        self._count = len(values)
        while self._count // self._size > self._most:
            self._pair_up()
        stop = self._count // self._size
        if stop > self._whole:
            added = values[self._whole * self._size : stop * self._size].reshape(-1, self._size)
            self._high[self._whole : stop], self._low[self._whole : stop] = _extremes(added)
            self._whole = stop

    def _note(self, added: Array) -> None:
        if not len(added):
            return
        known = np.isfinite(added)
        finite = added if known.all() else added[known]
        self._lost += len(added) - len(finite)
        if not len(finite):
            return
        least = float(finite.min())
        self.greatest = max(self.greatest, float(finite.max()))
        self.least = min(self.least, least)
        if least <= 0:
            least = float(finite[finite > 0].min(initial=np.inf))
        self.least_above_zero = min(self.least_above_zero, least)

    def _pair_up(self) -> None:
        self._size *= 2
        self._whole //= 2
        pairs = slice(0, 2 * self._whole, 2), slice(1, 2 * self._whole, 2)
        self._high[: self._whole] = np.fmax(self._high[pairs[0]], self._high[pairs[1]])
        self._low[: self._whole] = np.fmin(self._low[pairs[0]], self._low[pairs[1]])

    def _points(self, values: Array) -> tuple[Array, Array]:
        if self._size == 1:
            x, y = np.arange(len(values), dtype=np.float64), values
        else:
            # The first value and the newest ones as they are: a curve begins and ends exactly.
            rest = values[self._whole * self._size :]
            ends = (values[:1], rest[-1:] if len(rest) else values[-1:])
            high, low = _extremes(rest.reshape(1, -1)) if len(rest) else (rest, rest)
            whole = self._whole
            starts = np.arange(whole + len(high)) * float(self._size)
            pairs = np.empty((whole + len(high), 2))
            pairs[:whole, 0], pairs[:whole, 1] = self._high[:whole], self._low[:whole]
            pairs[whole:, 0], pairs[whole:, 1] = high, low
            x = np.concatenate(((0.0,), np.repeat(starts, 2), (len(values) - 1.0,)))
            y = np.concatenate((ends[0], pairs.ravel(), ends[1]))
        if self._lost:
            finite = np.isfinite(y)
            x, y = x[finite], y[finite]
        return x, y


def _extremes(table: Array) -> tuple[Array, Array]:
    """The greatest and the least finite value of each row; NaN where it has none."""
    known = np.isfinite(table)
    if not known.all():
        table = np.where(known, table, np.nan)
    return np.fmax.reduce(table, axis=1), np.fmin.reduce(table, axis=1)


class EpochMeans:
    """The mean of a growing series over each whole epoch."""

    def __init__(self, per_epoch: int) -> None:
        self.per_epoch = per_epoch
        self._owner: Array | None = None
        self._means, self._count = np.empty(64), 0

    def of(self, values: Array) -> Array:
        """The means so far; the epoch that is still running is left out.

        A longer view of the same memory is taken for the same series, grown.
        """
        owner = values if values.base is None else values.base
        whole = len(values) // self.per_epoch
        if owner is not self._owner or whole < self._count:
            self._owner, self._means, self._count = owner, np.empty(64), 0
        if whole > len(self._means):
            grown = np.empty(max(whole, 2 * len(self._means)))
            grown[: self._count] = self._means[: self._count]
            self._means = grown
        added = values[self._count * self.per_epoch : whole * self.per_epoch]
        with np.errstate(all="ignore"):
            self._means[self._count : whole] = mean_per_epoch(added, self.per_epoch)
        self._count = whole
        return self._means[:whole]
