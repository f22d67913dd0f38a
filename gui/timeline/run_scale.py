"""Iterations along the run's row, and the round ones that are written there."""

from __future__ import annotations

from dataclasses import dataclass

from gui.scales import nice_above, whole_ticks_to

_FEWEST_ITERATIONS = 10
_LEAST_BETWEEN_EPOCHS = 5.0


@dataclass(frozen=True, slots=True)
class RunScale:
    """Iterations 0 to `limit`, from `left` to `right`."""

    limit: float
    left: float
    right: float

    @property
    def per_pixel(self) -> float:
        """How many iterations one pixel stands for."""
        return self.limit / max(1.0, self.right - self.left)

    def x_of(self, iteration: float) -> float:
        """Where an iteration is."""
        return self.left + (self.right - self.left) * iteration / self.limit

    def iteration_at(self, x: float, newest: int) -> int:
        """The iteration nearest to a place, none after the newest."""
        return min(max(round((x - self.left) * self.per_pixel), 0), newest)

    def ticks(self, widest: float) -> list[int]:
        """Round iterations whose numbers, at most so wide, have room side by side."""
        most = max(1, int((self.right - self.left) / (2 * widest)))
        return whole_ticks_to(self.limit, min(most, _FEWEST_ITERATIONS))

    def epochs(self, batches: int, widest: float) -> list[int]:
        """Round epochs whose names have room side by side."""
        last = self.limit / batches
        most = max(1, int((self.right - self.left) / (1.6 * widest)))
        return whole_ticks_to(last, min(most, _FEWEST_ITERATIONS)) if last >= 1 else [0]

    def every_epoch(self, batches: int) -> range:
        """The iterations that begin an epoch; none where they would be one grey smear."""
        if batches / self.per_pixel < _LEAST_BETWEEN_EPOCHS:
            return range(0)
        return range(0, int(self.limit) + 1, batches)


def limit_for(newest: int) -> float:
    """How far the scale reaches: a round number, so that it stands still while a run grows."""
    return nice_above(max(newest, _FEWEST_ITERATIONS))
