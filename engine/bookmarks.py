"""Bookmarks: places in a run that a person has given a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from engine import limits
from engine.errors import ExperimentError, GradwalkError
from engine.places import check_iteration, check_place
from engine.position import Position
from engine.program import Program, compile_program

if TYPE_CHECKING:  # An experiment holds its bookmarks.
    from engine.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A named place."""

    name: str
    position: Position

    def check(self, path: str, experiment: Experiment) -> None:
        """Raises ExperimentError, with `path` in front, if no run of `experiment` comes there."""
        if not 0 < len(self.name) <= limits.MAX_BOOKMARK_NAME:
            raise ExperimentError(
                f"{path}.name: {len(self.name)} characters, "
                f"but it has to be from 1 to {limits.MAX_BOOKMARK_NAME}"
            )
        try:
            check_iteration(self.position.iteration)
            _check_step(self.position, experiment)
        except GradwalkError as error:
            raise ExperimentError(f"{path}.{error}") from error


def _check_step(position: Position, experiment: Experiment) -> None:
    if position.step == -1 and not position.element:
        return
    own, edited = programs(experiment)
    try:
        check_place(own, position)
    except GradwalkError:
        check_place(edited, position)


def programs(experiment: Experiment) -> tuple[Program, Program]:
    """The programs that iterations of a run may have: its own, and another.

    The other is that after an edit of the learning rate to 0, which freezes what has no rate of
    its own, or from 0 to something else.
    """
    found = _PROGRAMS.get(experiment)
    if found is None:
        rate = 0.0 if experiment.optimizer.learning_rate else 1.0
        optimizer = replace(experiment.optimizer, learning_rate=rate)  # type: ignore[type-var]
        other = replace(experiment, optimizer=optimizer, breakpoints=(), bookmarks=())
        found = compile_program(experiment), compile_program(other)
        _PROGRAMS[experiment] = found
    return found


_PROGRAMS: WeakKeyDictionary[Experiment, tuple[Program, Program]] = WeakKeyDictionary()
