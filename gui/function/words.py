"""The words of the function view."""

from __future__ import annotations

from engine.expression import quantity
from engine.frame import Frame
from engine.program import Phase, Program
from gui.translation import tr


def title_of(kind: str) -> str:
    """The heading over one kind of picture."""
    return {
        "boundary": tr("Decision boundary"),
        "map": tr("Output over the inputs"),
        "curve": tr("Fitted curve"),
        "table": tr("Predictions"),
    }[kind]


def weights_text(frame: Frame) -> str:
    """Which weights are shown."""
    iteration = frame.position.iteration
    updates = _parameter_updates(frame.program)
    if not updates or frame.position.step < updates[0]:
        return tr("weights of iteration {iteration}", iteration=iteration)
    if frame.position.step < updates[-1]:
        return tr("weights of iteration {iteration}, partly updated", iteration=iteration)
    return tr("weights as updated in iteration {iteration}", iteration=iteration)


def count_text(text: str, right: int | None, samples: int) -> str:
    """The same, and how many samples are right where that has been counted."""
    if right is None:
        return text
    return tr("{text} · {right}/{samples} right", text=text, right=right, samples=samples)


def _parameter_updates(program: Program) -> list[int]:
    steps = (step for step in program.steps if step.phase is Phase.UPDATE)
    return [step.index for step in steps if _is_parameter(step.writes)]


def _is_parameter(name: str) -> bool:
    what = quantity(name)
    return what.kind in ("W", "b") and not what.slot
