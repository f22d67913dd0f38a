"""Divergence: what there is to say and to offer where a run meets a number that is not finite."""

from __future__ import annotations

from dataclasses import dataclass

from engine.expression import Equation
from engine.frame import NonFinite
from engine.position import Position
from engine.program import Granularity
from engine.timeline import Timeline

_LOWER, _HIGHEST = 0.1, 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Divergence:
    """The first value that is not finite, how it came about, and what may help.

    equation: how it was computed, with long sums left out; its operands are those of the Frame at
    the position. last_finite: the last Step before, at which everything is finite. learning_rate
    and lower_rate: the optimizer's, and one to try instead; None where lowering cannot help.
    """

    found: NonFinite
    position: Position
    equation: Equation
    last_finite: Position
    learning_rate: float
    lower_rate: float | None


def explain(run: Timeline) -> Divergence | None:
    """What became infinite or not a number at the Step stood on; None if all of it is finite."""
    frame = run.frame()
    found = frame.non_finite
    if found is None:
        return None
    rate = run.settings.optimizer.learning_rate
    return Divergence(
        found=found,
        position=frame.position,
        equation=frame.short_equation(found.place),
        last_finite=run.previous_stop(Granularity.LAYER) or Position(),
        learning_rate=rate,
        lower_rate=lower_rate(rate),
    )


def lower_rate(rate: float) -> float | None:
    """A tenth of a learning rate, and at most 0.1; None for a rate that is not above 0."""
    return min(_LOWER * rate, _HIGHEST) if rate > 0 else None
