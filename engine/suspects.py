"""Suspects: the iterations of a run in which something may not have been a finite number."""

from __future__ import annotations

from bisect import bisect_right

_MOST_STRETCHES = 10_000


class Suspects:
    """Iterations, kept as stretches: once a weight is infinite, all that follow are suspect.

    known_until: every iteration before it has been run and looked through. Only what lies beyond is
    added: a replay tells nothing that is not known.
    """

    def __init__(self, first: int) -> None:
        self.known_until = first
        self._starts: list[int] = []
        self._stops: list[int] = []

    def add(self, iteration: int) -> None:
        """Suspects an iteration later than all before."""
        if iteration < self.known_until:
            return
        # Too many stretches are joined, at the price of looking where there is nothing to find.
        if self._stops and (iteration <= self._stops[-1] or len(self._starts) >= _MOST_STRETCHES):
            self._stops[-1] = max(self._stops[-1], iteration + 1)
        else:
            self._starts.append(iteration)
            self._stops.append(iteration + 1)

    def know_until(self, iteration: int) -> None:
        """Says that every iteration before `iteration` has been looked through."""
        self.known_until = max(self.known_until, iteration)

    def next_from(self, first: int) -> int | None:
        """The first suspected iteration that is not before `first`."""
        place = bisect_right(self._starts, first) - 1
        if place >= 0 and first < self._stops[place]:
            return first
        return self._starts[place + 1] if place + 1 < len(self._starts) else None
