"""Where a breakpoint has its place in the timeline bar."""

from __future__ import annotations

from engine.breakpoints import (
    Breakpoint,
    EpochReached,
    GradientAbove,
    GradientBelow,
    IterationReached,
    LayerEntered,
    LossBelow,
    Misclassified,
    PhaseEntered,
    Written,
)
from engine.program import Phase, Program, Step
from gui.timeline.marks import Stop


def stops_of(found: Breakpoint, text: str, program: Program, per_epoch: int) -> tuple[Stop, ...]:
    """The marks of a breakpoint: one that waits for a value has its place where that is computed.

    None where any value will do. text: the breakpoint in words; per_epoch: how many iterations an
    epoch takes.
    """
    at_iteration, at_step = None, None
    match found:
        case IterationReached():
            at_iteration = found.iteration
        case EpochReached():
            at_iteration = found.epoch * per_epoch
        case PhaseEntered():
            return (Stop(text, phase=found.phase, enabled=found.enabled, source=found),)
        case LayerEntered():
            steps = _first_of_layer(found, program)
            return tuple(
                Stop(text, step=step.index, enabled=found.enabled, source=found) for step in steps
            )
        case Written():
            at_step = _writing(found.quantity, program)
        case LossBelow():
            at_step = _writing("E", program)
        case Misclassified():
            at_step = _writing(f"a{program.layers}", program)
        case GradientBelow() | GradientAbove():
            at_step = _last_gradient(found.layer, program)
    if at_iteration is None and at_step is None:
        return ()
    return (Stop(text, at_iteration, step=at_step, enabled=found.enabled, source=found),)


def _writing(name: str, program: Program) -> int | None:
    step = program.step_writing(name)
    return None if step is None else step.index


def _last_gradient(layer: int | None, program: Program) -> int:
    """The Step with which the gradient is whole: that of one layer, or all of it."""
    return max(
        step.index
        for step in program.steps
        if step.phase is Phase.GRADIENT and layer in (None, step.layer)
    )


def _first_of_layer(found: LayerEntered, program: Program) -> list[Step]:
    """The Steps with which a layer begins, in one phase or in each."""
    first: dict[object, Step] = {}
    for step in program.steps:
        if step.layer == found.layer and found.phase in (None, step.phase):
            first.setdefault(step.phase, step)
    return list(first.values())
