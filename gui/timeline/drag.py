"""Drags along the two rows of the timeline bar."""

from __future__ import annotations

from engine.position import Position
from gui.timeline.run_row import RunRow
from gui.timeline.step_row import StepRow


class RunDrag:
    """To the iteration under the mouse or, slowly, one iteration a pixel from where it is."""

    def __init__(self, row: RunRow) -> None:
        self._row = row
        self._x: float | None = None
        self._exactly = 0.0

    def to(self, x: float, slowly: bool) -> int:
        """The iteration that the drag has come to."""
        if slowly and self._x is not None:
            moved = (x - self._x) * min(1.0, self._row.iterations_per_pixel)
            self._exactly = min(max(self._exactly + moved, 0.0), float(self._row.newest))
        else:
            self._exactly = float(self._row.iteration_at(x))
        self._x = x
        return round(self._exactly)


class StepDrag:
    """To the nearest tick, in the iteration in which the drag began."""

    def __init__(self, row: StepRow, iteration: int) -> None:
        self._row, self._iteration = row, iteration

    def to(self, x: float, _slowly: bool) -> Position:
        """The Step that the drag has come to."""
        return Position(self._iteration, self._row.plan.nearest_step(x))
