"""The line at the bottom of the window."""

from __future__ import annotations

from engine.experiment import Experiment
from gui.controller import Moment
from gui.numbers import NumberFormat
from gui.phases import phase_title
from gui.translation import tr


def status_text(moment: Moment, experiment: Experiment, numbers: NumberFormat) -> str:
    """Where one stands. A narrow window cuts off what comes last."""
    frame = moment.frame
    parts = [
        tr("epoch {epoch}", epoch=frame.epoch),
        tr("iteration {iteration}", iteration=frame.position.iteration),
        phase_title(frame.phase),
        tr("E {error}", error=numbers.text(frame.error))
        if frame.error is not None
        else tr("E not computed yet"),
        _samples(frame.samples, experiment.data.samples),
        tr("seed {seed}", seed=experiment.seed),
    ]
    return "  ·  ".join(parts)


def _samples(rows: tuple[int, ...], total: int) -> str:
    if len(rows) == 1:
        return tr("sample {number}/{total}", number=rows[0] + 1, total=total)
    if len(rows) == total:
        return tr("all {total} samples", total=total)
    return tr("batch of {count} from {total} samples", count=len(rows), total=total)


def memory_text(used: int, budget: int) -> str:
    """What the history of the run takes, of what it may."""
    return tr("{used}/{budget} MB", used=_megabytes(used), budget=_megabytes(budget))


def _megabytes(size: int) -> str:
    megabytes = size / 2**20
    return f"{megabytes:.1f}" if megabytes < 9.95 else f"{megabytes:.0f}"
