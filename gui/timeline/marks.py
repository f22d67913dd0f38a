"""What stands out on the timeline: bookmarks, breakpoints, edits, where a run stopped being finite.

They are given to the bar by whoever knows the run; the bar only draws them.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.bookmarks import Bookmark
from engine.breakpoints import Breakpoint
from engine.program import Phase


@dataclass(frozen=True, slots=True)
class Stop:
    """A breakpoint with a place of its own.

    text: what it stops at, in words. At an iteration, at a phase, or at a Step by its index; the
    other two are None. source: the breakpoint itself, for whoever is asked to take it away.
    """

    text: str
    iteration: int | None = None
    phase: Phase | None = None
    step: int | None = None
    enabled: bool = True
    source: Breakpoint | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An edit: the iteration from whose start it holds, and what it changed, in words."""

    iteration: int
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Where the run stopped being finite; text: the value as it is written, such as NaN."""

    iteration: int
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything that is marked."""

    bookmarks: tuple[Bookmark, ...] = ()
    stops: tuple[Stop, ...] = ()
    changes: tuple[Change, ...] = ()
    failure: Failure | None = None

    @property
    def iterations(self) -> set[int]:
        """The iterations at which something is marked."""
        found = {each.position.iteration for each in self.bookmarks}
        found |= {each.iteration for each in self.changes}
        found |= {each.iteration for each in self.stops if each.iteration is not None}
        return found if self.failure is None else found | {self.failure.iteration}
