"""Marks: what is carried, kept here and there along a run, so that it can be replayed from there.

All runs of one experiment, with the former ones that undo goes back to, share one budget of bytes.
"""

from __future__ import annotations

from weakref import WeakSet

from engine.arrays import Array

_FIRST_STRIDE = 16
_FEWEST = 2
# Of the budget, what one trail may take; and how far apart its places lie, each from the next.
_TRAIL_PART = 4
_LONGEST_TRAIL = 16
_TRAIL_RATIO = 4


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

    A replay leaves a trail besides: a few places 1, 4, 16, … before the one it went to. Whoever
    goes on backward from there, iteration by iteration, need not replay all of it each time.
    """

    def __init__(self, start: Array, budget: Budget) -> None:
        self.stride = _FIRST_STRIDE
        self._marks = [start.copy()]
        self._trail: dict[int, Array] = {}
        self._budget = budget
        budget.join(self)

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def has_trail(self) -> bool:
        """Whether a replay has left places that can be spared."""
        return bool(self._trail)

    @property
    def next_iteration(self) -> int:
        """The iteration whose start is to be marked next."""
        return len(self._marks) * self.stride

    @property
    def nbytes(self) -> int:
        """The size of what is kept."""
        return (len(self._marks) + len(self._trail)) * self._marks[0].nbytes

    def add(self, carried: Array) -> None:
        """Marks the start of `next_iteration`."""
        self._marks.append(carried.copy())
        self._budget.spend(carried.nbytes)

    def thin_out(self) -> None:
        """Drops every other mark, but never the first; where there are few, the trail."""
        if len(self._marks) > _FEWEST:
            self.stride *= 2
            self._marks = self._marks[::2]
        else:
            self._trail.clear()

    def before(self, iteration: int) -> tuple[int, Array]:
        """The last mark not later than the start of `iteration`: its iteration and values."""
        index = min(iteration // self.stride, len(self._marks) - 1)
        left = max((at for at in self._trail if at <= iteration), default=-1)
        if left > index * self.stride:
            return left, self._trail[left]
        return index * self.stride, self._marks[index]

    def trail(self, start: int, to: int) -> list[int]:
        """Where a replay from `start` to the start of `to` is to leave its places, in order.

        What was left elsewhere, where a way back from `to` does not pass, is forgotten.
        """
        index = min(to // self.stride, len(self._marks) - 1)
        kept = range(index * self.stride, to + 1)
        self._trail = {at: each for at, each in self._trail.items() if at in kept}
        room = self._budget.limit // _TRAIL_PART // max(self._marks[0].nbytes, 1)
        places: list[int] = []
        distance = 1
        while to - distance > start:
            places.append(to - distance)
            distance *= _TRAIL_RATIO
        return places[::-1][: max(0, min(room, _LONGEST_TRAIL) - len(self._trail))]

    def leave(self, iteration: int, carried: Array) -> None:
        """Leaves a place of a trail behind, at the start of `iteration`."""
        self._trail[iteration] = carried.copy()
        self._budget.spend(carried.nbytes)


def _bytes_to_spare(marks: Marks) -> int:
    return marks.nbytes if len(marks) > _FEWEST or marks.has_trail else 0
