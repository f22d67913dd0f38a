"""The sentence of one stop: the Step's own, and what is said besides."""

from __future__ import annotations

from engine.expression import quantity
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
    # It may be an iteration that has been run: what is "not computed yet" is so at this place only.
    iteration, known = frame.position.iteration, _parameters(frame)
    if frame.batch == 1:
        return tr(
            "Iteration {iteration} starts with sample {sample} of the data: known here are its "
            "inputs, its target and {parameters}; the steps from here on compute the rest.",
            iteration=iteration,
            sample=frame.samples[0] + 1,
            parameters=known,
        )
    return tr(
        "Iteration {iteration} starts with a batch of {batch} samples: known here are their "
        "inputs, their targets and {parameters}; the steps from here on compute the rest.",
        iteration=iteration,
        batch=frame.batch,
        parameters=known,
    )


def _parameters(frame: Frame) -> str:
    if any(quantity(name).is_bias_shaped for name in frame.after):
        return tr("the weights and biases")
    return tr("the weights")


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
