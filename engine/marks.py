"""Marks: what is carried, kept here and there along a run, so that it can be replayed from there.

All runs of one experiment, with the former ones that undo goes back to, share one budget of bytes.
"""

from __future__ import annotations

from weakref import WeakSet

from engine.arrays import Array

_FIRST_STRIDE = 16
_FEWEST = 2


class Budget:
    """How many bytes all Marks that share it may take: over it, the largest are thinned out."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._marks: WeakSet[Marks] = WeakSet()
        self._used = 0

    @property
    def used(self) -> int:
        """The bytes that all marks take."""
        return sum(each.nbytes for each in self._marks)

    def join(self, marks: Marks) -> None:
        """Has `marks` share the budget."""
        self._marks.add(marks)
        self.spend(marks.nbytes)

    def spend(self, more: int) -> None:
        """Counts `more` bytes, and makes room where that is too much."""
        self._used += more
        if self._used <= self.limit:
            return
        self._used = self.used  # Marks that are gone have been counted too, until here.
        while self._used > self.limit:
            largest = max(self._marks, key=_bytes_to_spare)
            if not _bytes_to_spare(largest):
                break
            largest.thin_out()
            self._used = self.used


class Marks:
    """Carried values every `stride` iterations, as flat vectors, within a shared budget.

    Thinned out, the stride doubles and every other mark is dropped: a seek then takes longer, and
    is never wrong. Iterations are counted from the first mark.
    """

    def __init__(self, start: Array, budget: Budget) -> None:
        self.stride = _FIRST_STRIDE
        self._marks = [start.copy()]
        self._budget = budget
        budget.join(self)

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def next_iteration(self) -> int:
        """The iteration whose start is to be marked next."""
        return len(self._marks) * self.stride

    @property
    def nbytes(self) -> int:
        """The size of what is kept."""
        return len(self._marks) * self._marks[0].nbytes

    def add(self, carried: Array) -> None:
        """Marks the start of `next_iteration`."""
        self._marks.append(carried.copy())
        self._budget.spend(carried.nbytes)

    def thin_out(self) -> None:
        """Drops every other mark, but never the first."""
        self.stride *= 2
        self._marks = self._marks[::2]

    def before(self, iteration: int) -> tuple[int, Array]:
        """The last mark not later than the start of `iteration`: its iteration and values."""
        index = min(iteration // self.stride, len(self._marks) - 1)
        return index * self.stride, self._marks[index]


def _bytes_to_spare(marks: Marks) -> int:
    return marks.nbytes if len(marks) > _FEWEST else 0
