"""What the loss plot is given: the run, and those kept for comparison with it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from engine.arrays import Array
from gui.decimation import EpochMeans
from gui.theme import Theme

MOST_BRANCHES = 5

_COLOURS = ("delta", "update", "gradient", "accent", "muted")
_DASHES = (
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
    Qt.PenStyle.DashLine,
)


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """Another run of the same experiment.

    losses: (iterations,), E of iteration 0 on. left_at: the first iteration that differs from the
    run shown. look: which of the five looks it has, 0 to 4; it keeps it while others come and go.
    """

    name: str
    losses: Array
    left_at: int
    look: int

    def colour(self, theme: Theme) -> str:
        """The colour of its curve."""
        colour: str = getattr(theme, _COLOURS[self.look % MOST_BRANCHES])
        return colour

    @property
    def dash(self) -> Qt.PenStyle:
        """How its curve is dashed: colour alone would not tell it from the others."""
        return _DASHES[self.look % MOST_BRANCHES]


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """What the plot draws.

    losses: E of iteration 0 on; failure: where the run failed and what is written there; means:
    of E over each epoch, drawn in place of every iteration.
    """

    losses: Array
    current: int
    failure: tuple[int, str] | None
    logarithmic: bool
    means: EpochMeans | None
    branches: tuple[Branch, ...]
