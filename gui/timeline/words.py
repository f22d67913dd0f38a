"""What the timeline bar says: its place, the Step pointed at, and what is marked."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bookmarks import Bookmark
from engine.frame import Frame
from gui.phases import phase_title
from gui.sentences import title
from gui.timeline.marks import Change, Failure, Stop
from gui.timeline.run_row import Mark
from gui.timeline.symbols import symbol
from gui.translation import tr


def describe_place(frame: Frame) -> str:
    """Where one stands, for those who cannot see the cursor."""
    if frame.step is None:
        return tr(
            "Start of iteration {iteration}; {count} steps to come",
            iteration=frame.position.iteration,
            count=len(frame.program),
        )
    return tr(
        "iteration {iteration}, {phase}, step {step} of {count}: {title}",
        iteration=frame.position.iteration,
        phase=phase_title(frame.phase),
        step=frame.step.index + 1,
        count=len(frame.program),
        title=title(frame.program, frame.step),
    )


def describe_step(frame: Frame, index: int, stops: Iterable[Stop]) -> str:
    """What a Step computes, and the breakpoints on it."""
    step = frame.program.steps[index]
    said = tr(
        "{phase}, step {step} of {count}\n{symbol}: {title}",
        phase=phase_title(step.phase),
        step=index + 1,
        count=len(frame.program),
        symbol=symbol(step.writes),
        title=title(frame.program, step),
    )
    return "\n".join((said, *map(describe_mark, stops)))


def describe_iteration(iteration: int, batches: int, marks: Iterable[Mark]) -> str:
    """An iteration of the run, and what is marked there."""
    said = tr("iteration {iteration}", iteration=iteration)
    if batches > 1:
        said = tr(
            "iteration {iteration} · epoch {epoch}",
            iteration=iteration,
            epoch=iteration // batches,
        )
    return "\n".join((said, *map(describe_mark, marks)))


def describe_mark(mark: Mark) -> str:
    """What a mark stands for."""
    match mark:
        case Bookmark():
            return tr("bookmark: {name}", name=mark.name)
        case Stop() if mark.enabled:
            return tr("breakpoint: {text}", text=mark.text)
        case Stop():
            return tr("breakpoint, switched off: {text}", text=mark.text)
        case Change():
            return tr("changed by hand: {text}", text=mark.text)
        case Failure():
            return tr("{value} from here on", value=mark.text)
