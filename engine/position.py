"""Position: a place in a run."""

from __future__ import annotations

from dataclasses import dataclass

Element = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """An iteration, the Step stood on in it, and the element within the Step.

    step -1 is the start of the iteration, before its first Step. element: () for the whole Step,
    (unit,) or (to, from) for a cursor within it.
    """

    iteration: int = 0
    step: int = -1
    element: Element = ()


START = Position()
