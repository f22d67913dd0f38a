"""Divergence: what there is to say and to offer where a run meets a number that is not finite."""

from __future__ import annotations

from dataclasses import dataclass

from engine.expression import Equation
from engine.frame import Frame, NonFinite
from engine.position import START, Position
from engine.timeline import Timeline

_LOWER, _HIGHEST = 0.1, 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Divergence:
    """The first value that is not finite, how it came about, and what may help.

    frame: what there is to see there. equation: how it was computed, with long sums left out.
    last_finite: the last Step before, at which everything is finite. learning_rate and lower_rate:
    the optimizer's, and one to try instead; None where lowering cannot help.
    """

    found: NonFinite
    frame: Frame
    equation: Equation
    last_finite: Position
    learning_rate: float
    lower_rate: float | None


def explain(run: Timeline) -> Divergence | None:
    """What first became infinite or not a number, here or on the way; None if nothing has."""
    found = run.non_finite_so_far()
    if found is None:
        return None
    frame = run.frame(Position(found.iteration, found.step.index))
    rate = run.settings_of(found.iteration).optimizer.learning_rate
    return Divergence(
        found=found,
        frame=frame,
        equation=frame.short_equation(found.place),
        last_finite=_step_before(frame.position, run),
        learning_rate=rate,
        lower_rate=lower_rate(rate),
    )


def _step_before(place: Position, run: Timeline) -> Position:
    if place.step > 0:
        return Position(place.iteration, place.step - 1)
    if place.iteration == 0:
        return START
    return Position(place.iteration - 1, run.program_of(place.iteration - 1).last)


def lower_rate(rate: float) -> float | None:
    """A tenth of a learning rate, and at most 0.1; None for a rate that is not above 0."""
    return min(_LOWER * rate, _HIGHEST) if rate > 0 else None
