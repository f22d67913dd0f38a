"""The sentence of one stop: the Step's own, and what is said besides."""

from __future__ import annotations

from engine.frame import Frame
from engine.program import Phase, Step
from gui.numbers import NumberFormat
from gui.sentences import delta, forward, gradient, update
from gui.sentences.naming import Names
from gui.sentences.not_finite import not_finite
from gui.sentences.place import Place, Tellers
from gui.translation import tr


def sentence(frame: Frame, numbers: NumberFormat, names: Names, sample: int = 0) -> str:
    """What the Step stood on does, for the column `sample` where the columns differ."""
    if frame.step is None:
        return _start(frame)
    at = Place(frame, frame.step, numbers, names, min(sample, frame.batch - 1))
    said = not_finite(at) or _told(at)
    done = _completed(frame, frame.step)
    return tr("{sentence} {completed}", sentence=said, completed=done) if done else said


def _start(frame: Frame) -> str:
    iteration = frame.position.iteration
    if frame.batch == 1:
        return tr(
            "Iteration {iteration} starts with sample {sample} of the data: its inputs and the "
            "weights are known, nothing else is computed yet.",
            iteration=iteration,
            sample=frame.samples[0] + 1,
        )
    return tr(
        "Iteration {iteration} starts with a batch of {batch} samples: their inputs and the "
        "weights are known, nothing else is computed yet.",
        iteration=iteration,
        batch=frame.batch,
    )


def _completed(frame: Frame, step: Step) -> str:
    """What is done once a whole Step that ends a phase is done."""
    if frame.position.element or frame.program.last_of_phase[step.phase] != step.index:
        return ""
    match step.phase:
        case Phase.FORWARD:
            return tr("The forward phase is complete.")
        case Phase.DELTA:
            return tr("The delta phase is complete.")
        case Phase.GRADIENT:
            return tr("The gradient phase is complete.")
        case Phase.UPDATE:
            return tr("Iteration {iteration} is complete.", iteration=frame.position.iteration)


_TELLERS: Tellers = {
    **forward.TELLERS,
    **delta.TELLERS,
    **gradient.TELLERS,
    **update.TELLERS,
}


def _told(at: Place) -> str:
    one, many = _TELLERS.get(type(at.step.operation), (_other, _other))
    return one(at) if at.is_one else many(at)


def _other(at: Place) -> str:
    if not at.is_one:
        return tr("{quantity} is computed.", quantity=at.step.writes)
    return f"{at.step.writes} = {at.written}."
