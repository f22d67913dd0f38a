"""Why a run pauses, at breakpoints and at values that are not finite, and why it may stick."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.breakpoints import Breakpoint, IterationReached, Written
from engine.edits import LEARNING_RATE, RATE_OF
from engine.errors import GradwalkError
from engine.expression import Term
from engine.frame import Frame, NonFinite
from engine.position import START, Position
from gui.breakpoints.words import breakpoint_text
from gui.controller import Controller, Moment
from gui.hints import hint_text
from gui.notation import describe
from gui.notices import Notice, NoticeBar, Offer
from gui.numbers import NumberFormat, full
from gui.playback import Playback
from gui.study import Study
from gui.timeline.marks import Change, Stop
from gui.timeline.places import stops_of
from gui.translation import tr
from gui.typesetting.page import Page
from gui.typesetting.writer import Writer

_DIVERGED = "diverged"
_HINT_AFTER_MS = 400
_ANY_SIZE = 12.0  # Of a formula that is read, not painted.


class Pausing(QObject):
    """Keeps the breakpoints, marks the timeline, and says why a run has paused.

    said: a few words on why it paused. hinted: what may keep the network from learning, a sentence
    a line; empty if nothing does. refused: a GradwalkError.
    """

    said = Signal(object)
    hinted = Signal(object)
    refused = Signal(object)

    def __init__(
        self,
        controller: Controller,
        playback: Playback,
        study: Study,
        notices: NoticeBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller, self._playback = controller, playback
        self._study, self._notices = study, notices
        self._numbers = NumberFormat()
        self._marked: object = None
        self._told_of: NonFinite | None = None
        # Hints look at all samples: once the window has nothing else to do.
        self._hint_later = QTimer(self)
        self._hint_later.setSingleShot(True)
        self._hint_later.setInterval(_HINT_AFTER_MS)
        self._hint_later.timeout.connect(self._look_for_hints)
        controller.notes_changed.connect(self.mark_timeline)
        controller.moment_changed.connect(self._moved)
        playback.breakpoint_met.connect(self._tell_breakpoints)
        playback.search_ended.connect(self._tell_nothing_found)
        playback.non_finite_met.connect(self._tell_non_finite)
        bar = study.timeline_bar
        bar.breakpoint_requested.connect(self.toggle_at)
        bar.iteration_breakpoint_requested.connect(self._toggle_iteration)

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Writes numbers in this format."""
        self._numbers = numbers

    def forget(self) -> None:
        """Another experiment is open."""
        self._told_of = None
        self._notices.withdraw(_DIVERGED)

    # Breakpoints

    @property
    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """All of them, enabled or not."""
        return self._controller.noted.breakpoints

    def breakpoint_here(self, pinned: Term | None = None) -> Breakpoint | None:
        """That at what is pinned or, without, at what the Step stood on computes."""
        position = self._controller.position
        if pinned is not None and self._is_computed(pinned.name):
            return Written(pinned.name, tuple(i for i in pinned.indices if isinstance(i, int)))
        return self._at(position)

    def _at(self, position: Position) -> Breakpoint | None:
        if position.step < 0:
            return IterationReached(position.iteration)
        step = self._controller.moment().frame.program.steps[position.step]
        return Written(step.writes, position.element)

    def _is_computed(self, name: str) -> bool:
        return self._controller.moment().frame.program.step_writing(name) is not None

    def toggle_here(self, pinned: Term | None = None) -> None:
        """Sets a breakpoint where one stands, or takes it away."""
        self._toggle(self.breakpoint_here(pinned))

    @Slot(object)
    def toggle_at(self, position: Position) -> None:
        """Sets a breakpoint at a Step, in every iteration, or takes it away."""
        self._toggle(self._at(position))

    @Slot(object)
    def _toggle_iteration(self, iteration: int) -> None:
        self._toggle(IterationReached(iteration))

    def _toggle(self, stop: Breakpoint | None) -> None:
        if stop is None:
            return
        others = tuple(each for each in self.breakpoints if each != stop)
        if len(others) == len(self.breakpoints):
            self.set_all((*others, stop))
            self.said.emit(tr("breakpoint: {what}", what=breakpoint_text(stop)))
        else:
            self.set_all(others)
            self.said.emit(tr("no more breakpoint: {what}", what=breakpoint_text(stop)))

    @Slot(object)
    def set_all(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        """Other breakpoints; a refusal is told."""
        try:
            self._controller.set_breakpoints(breakpoints)
        except GradwalkError as error:
            self.refused.emit(error)

    def remove(self, stop: Stop) -> None:
        """Takes the breakpoint behind a mark away."""
        self.set_all(tuple(each for each in self.breakpoints if each is not stop.source))

    # Marks

    @Slot(object)
    def _moved(self, moment: Moment) -> None:
        self.mark_timeline()
        if not _is_behind(moment.non_finite, moment.frame.position):
            self._told_of = None
            self._notices.withdraw(_DIVERGED)
        elif self._playback.is_stopped and self._told_of is not moment.non_finite:
            self._tell_divergence(moment.non_finite, has_paused=False)
        if self._playback.is_stopped:
            self._hint_later.start()

    @Slot()
    def mark_timeline(self) -> None:
        """Shows on the timeline what stands out in the run."""
        experiment, moment = self._controller.noted, self._controller.moment()
        marked = (
            experiment.breakpoints,
            experiment.bookmarks,
            experiment.edits,
            moment.frame.program,
        )
        if marked == self._marked:
            return
        self._marked = marked
        bar = self._study.timeline_bar
        program, per_epoch = moment.frame.program, moment.iterations_per_epoch
        bar.set_breakpoints(
            [
                mark
                for each in experiment.breakpoints
                for mark in stops_of(each, breakpoint_text(each), program, per_epoch)
            ]
        )
        bar.set_bookmarks(experiment.bookmarks)
        bar.set_edits(
            [
                Change(
                    each.iteration,
                    tr(
                        "{what} = {value}",
                        what=_edited(each.what, each.element),
                        value=full(each.value),
                    ),
                )
                for each in experiment.edits
            ]
        )

    # Why it paused

    @Slot(object)
    def _tell_breakpoints(self, stops: tuple[Breakpoint, ...]) -> None:
        what = "; ".join(breakpoint_text(each) for each in stops)
        self.said.emit(tr("stopped: {what}", what=what))

    @Slot()
    def _tell_nothing_found(self) -> None:
        self.said.emit(tr("no breakpoint on the way"))

    @Slot(object)
    def _tell_non_finite(self, _found: NonFinite) -> None:
        self._tell_divergence(self._controller.moment().non_finite, has_paused=True)

    def _tell_divergence(self, told_of: NonFinite | None, *, has_paused: bool) -> None:
        """Names the first value that was not finite: what follows from it tells nothing new."""
        divergence = self._controller.divergence()
        if divergence is None:
            return
        self._told_of = told_of
        found = divergence.found
        what = {
            "iteration": found.iteration,
            "what": describe(Term(found.quantity, found.place)),
            "value": self._numbers.text(found.value),
            "formula": self._formula(divergence.frame),
        }
        if has_paused and _is_at(found, self._controller.position):
            sentence = tr(
                "Paused in iteration {iteration}: {what} became {value}, by {formula}.", **what
            )
        else:
            sentence = tr(
                "Not finite since iteration {iteration}: {what} became {value}, by {formula}.",
                **what,
            )
        offers = [
            Offer(
                tr("Step back to the last finite state"),
                partial(self._go, divergence.last_finite),
            )
        ]
        if divergence.lower_rate is not None:
            offers.append(
                Offer(
                    tr(
                        "Start over with the learning rate {rate}",
                        rate=full(divergence.lower_rate),
                    ),
                    partial(self._start_over, divergence.lower_rate),
                )
            )
        self._notices.tell(Notice(_DIVERGED, sentence, tuple(offers), is_warning=True))

    def _formula(self, frame: Frame) -> str:
        """The rule of a Step, in letters."""
        equation = self._study.equation
        writer = Writer(_ANY_SIZE, equation.font(), self._numbers, notation=equation.notation)
        lines = (line for row in Page(frame, 0, writer).rows() for line in row.plain().split("\n"))
        return next((line.strip() for line in lines if "=" in line or "←" in line), "")

    def _go(self, place: Position) -> None:
        try:
            self._controller.seek(place)
        except GradwalkError as error:
            self.refused.emit(error)

    def _start_over(self, rate: float) -> None:
        """From the start of the run: what has been learned at the higher rate is of no use."""
        try:
            self._controller.seek(START)
            self._controller.edit(LEARNING_RATE, (), rate)
        except GradwalkError as error:
            self.refused.emit(error)

    # Hints

    @Slot()
    def _look_for_hints(self) -> None:
        if not self._playback.is_stopped:
            return
        found = self._controller.hints()
        self.hinted.emit("\n".join(hint_text(each, self._numbers) for each in found))


def _is_behind(found: NonFinite | None, here: Position) -> bool:
    """Whether a place is at or after a value that is not finite."""
    return found is not None and (found.iteration, found.step.index) <= (here.iteration, here.step)


def _is_at(found: NonFinite, here: Position) -> bool:
    return (found.iteration, found.step.index) == (here.iteration, here.step)


def _edited(what: str, element: tuple[int, ...]) -> str:
    if what.endswith(RATE_OF):
        parameter = what.removesuffix(RATE_OF)
        name = describe(Term(parameter, element)) if element else parameter
        return tr("learning rate of {parameter}", parameter=name)
    match what:
        case "learning_rate":
            return tr("learning rate")
        case "input":
            return tr("input {column} of sample {row}", row=element[0] + 1, column=element[1] + 1)
        case "target":
            return tr("target {column} of sample {row}", row=element[0] + 1, column=element[1] + 1)
        case "class":
            return tr("class of sample {row}", row=element[0] + 1)
    return describe(Term(what, element))
