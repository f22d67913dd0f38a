"""The one owner of a Timeline: intents in, frames out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.bookmarks import Bookmark
from engine.breakpoints import Breakpoint
from engine.checks import GradientCheck, check_all
from engine.divergence import Divergence, explain
from engine.edits import Edit
from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.expression import Term, quantity
from engine.formats import Trained, experiment_json, weights_format
from engine.formats.trace import Row, rows_of
from engine.frame import Frame, NonFinite
from engine.hints import Hint, hints
from engine.inspection import Inspection, gradient_state, inspect
from engine.limits import MAX_SEED
from engine.metrics import Metrics
from engine.places import element_shape, is_inside
from engine.position import START, Position
from engine.program import Granularity
from engine.search import Search
from engine.timeline import Timeline
from gui.plain_text import fit_to_show


@dataclass(frozen=True, eq=False)
class Branch:
    """Another run of this document: E of its iterations, and from which on it is another."""

    number: int
    losses: npt.NDArray[np.float64]
    left_at: int


@dataclass(frozen=True, eq=False)
class Moment:
    """A frame, and what the views need to know of the run around it.

    losses: E of every iteration in which it has been computed so far. completed: how many whole
    iterations lie before the position. newest: the furthest the run has come. run: the number of
    this run, counted from 1; branches: the other ones, the latest last.
    """

    frame: Frame
    losses: npt.NDArray[np.float64]
    completed: int
    newest: Position
    non_finite: NonFinite | None
    at_start: bool
    iterations_per_epoch: int
    run: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Run:
    """A Timeline, and its number among the runs of this document."""

    number: int
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where one stood in which run."""

    run: _Run
    position: Position


# How many moments of a run an element's history shows: replaying a wide network takes its time.
_MANY_MOMENTS, _FEW_MOMENTS, _SMALL_NETWORK = 100, 24, 5000

# How many other runs are kept to compare with.
_MOST_BRANCHES = 5


class _ChangeCommand(QUndoCommand):
    """One change: two runs, and where one stood in each."""

    def __init__(self, controller: Controller, before: _Stand, after: _Stand) -> None:
        super().__init__()
        self._controller, self._before, self._after = controller, before, after

    def undo(self) -> None:
        self._controller.take(self._before)

    def redo(self) -> None:
        self._controller.take(self._after)


class Controller(QObject):
    """Turns intents into travel, and tells the views what there is to see.

    Every intent may raise a GradwalkError and then changes nothing; whoever sends it shows it.
    moment_changed: there is something else to see; moment_passed: for a glance, more is coming.
    notes_changed: there are other breakpoints or bookmarks.
    """

    moment_changed = Signal(object)
    moment_passed = Signal(object)
    experiment_changed = Signal(object)
    notes_changed = Signal()

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = _Run(1, Timeline(experiment))
        self._runs: list[_Run] = [self._run]
        self._branches: tuple[Branch, ...] = ()
        self._metrics: Metrics | None = None
        self._metrics_run = self._run
        self._non_finite: NonFinite | None = None
        self.granularity = Granularity.UNIT
        self._goes_back = False
        self.undo_stack = QUndoStack(self)

    # What there is

    @property
    def _timeline(self) -> Timeline:
        return self._run.timeline

    @property
    def experiment(self) -> Experiment:
        """The experiment, standing where one stands."""
        return replace(self._timeline.experiment, position=self._timeline.position)

    @property
    def noted(self) -> Experiment:
        """The experiment with its edits, breakpoints and bookmarks, wherever one stands."""
        return self._timeline.experiment

    @property
    def settings(self) -> Experiment:
        """The experiment as it is in this iteration, with the edits before it."""
        return self._timeline.settings

    @property
    def described(self) -> Experiment:
        """`settings` with the title and the notes as they are now."""
        own = self._timeline.experiment
        return replace(self.settings, title=own.title, notes=own.notes)

    @property
    def position(self) -> Position:
        """Where one stands."""
        return self._timeline.position

    @property
    def completed(self) -> int:
        """How many whole iterations lie before the position."""
        return self._timeline.completed

    @property
    def newest(self) -> Position:
        """The furthest the run has come."""
        return self._timeline.newest

    def moment(self) -> Moment:
        """What there is to see now."""
        return Moment(
            frame=self._timeline.frame(),
            losses=self._timeline.losses,
            completed=self._timeline.completed,
            newest=self._timeline.newest,
            non_finite=self._non_finite,
            at_start=self._timeline.position == START,
            iterations_per_epoch=self._timeline.batches.per_epoch,
            run=self._run.number,
            branches=self._branches,
        )

    def announce(self) -> None:
        """Tells the views again what there is to see."""
        self._non_finite = self._non_finite or self._timeline.non_finite_so_far()
        self.moment_changed.emit(self.moment())

    def announce_passing(self) -> None:
        """Lets the views have a look in passing."""
        self.moment_passed.emit(self.moment())

    # Which experiment

    def start(self, experiment: Experiment) -> None:
        """Starts a new run of an experiment, at its start.

        Where the experiment says one stands is only checked: going there may take long.
        """
        timeline = Timeline(experiment)
        timeline.check(experiment.position)
        timeline.seek(START)
        self.undo_stack.clear()
        self._run = _Run(1, timeline)
        self._runs = [self._run]
        self._branches, self._non_finite = (), None
        self.experiment_changed.emit(fit_to_show(self.settings))
        self.announce()

    def restart(self, experiment: Experiment) -> None:
        """Starts a new run of a changed experiment, which can be undone. Raises GradwalkError."""
        fresh = replace(experiment, position=START, edits=(), breakpoints=(), bookmarks=())
        self._go_on_with(Timeline(fresh), START)

    def reset(self) -> None:
        """Starts the run again from the same seed, and so from the same weights."""
        self.restart(self._timeline.experiment)

    def reseed(self) -> None:
        """Starts again from the next seed: other initial weights and another order of the data."""
        seed = (self._timeline.experiment.seed + 1) % MAX_SEED
        self.restart(replace(self._timeline.experiment, seed=seed))

    # Travel

    def forward(self, granularity: Granularity | None = None) -> None:
        """One step forward, at the chosen granularity or another."""
        self.seek(self._timeline.next_stop(granularity or self.granularity))

    def back(self, granularity: Granularity | None = None) -> None:
        """One step back; nothing happens at the start of the run."""
        stop = self.stop_before(granularity)
        if stop is not None:
            self.seek(stop)

    def foresee(self) -> Frame | None:
        """The very Frame that a further step in the same direction will show, if that is near."""
        timeline = self._timeline
        stop = self.stop_before() if self._goes_back else timeline.next_stop(self.granularity)
        return timeline.foresee(stop) if stop is not None and self.has_place(stop) else None

    def seek(self, position: Position) -> None:
        """Goes to a position."""
        timeline, before = self._timeline, self._timeline.position
        timeline.seek(position)
        self._goes_back = timeline.rank(position) < timeline.rank(before)
        self.announce()

    def stop_before(self, granularity: Granularity | None = None) -> Position | None:
        """Where a step back leads, at the chosen granularity or another; None at the start."""
        return self._timeline.previous_stop(granularity or self.granularity)

    def approach(self, iteration: int, most: int) -> bool:
        """Replays at most `most` iterations on the way to one; whether a seek has none left."""
        return self._timeline.approach(iteration, most)

    def same_step_in(self, iteration: int) -> Position:
        """The place in another iteration that is like the one stood on."""
        return replace(self._timeline.position, iteration=max(0, iteration))

    def has_place(self, position: Position) -> bool:
        """Whether the run has such a position, however far ahead."""
        try:
            self._timeline.check(position)
        except GradwalkError:
            return False
        return True

    def search(self, forward: bool = True, also: Breakpoint | None = None) -> Search:
        """What looks for the next stop at a breakpoint, in pieces of work.

        also: one to stop at this once. The run stands where the search has come to.
        """
        wanted = (*self._timeline.experiment.breakpoints, *([also] if also else ()))
        return Search(self._timeline, wanted, forward=forward, granularity=self.granularity)

    @property
    def has_breakpoints(self) -> bool:
        """Whether there is one that a run stops at."""
        return any(each.enabled for each in self._timeline.experiment.breakpoints)

    def step_to_breakpoint(self) -> tuple[Breakpoint, ...]:
        """One step forward, or less: to a stop within it that a breakpoint holds at.

        Or to the first value of the run that is not finite, where that comes first.
        """
        following = self._timeline.next_stop(self.granularity)
        hit = self.search().up_to(following) if self.has_breakpoints else None
        self._timeline.run_on_to(hit.position if hit else following)
        self.announce()
        return hit.breakpoints if hit else ()

    def back_to_breakpoint(self) -> tuple[Breakpoint, ...]:
        """One step back, or less: to a stop within it that a breakpoint holds at."""
        before = self._timeline.previous_stop(self.granularity)
        if before is None:
            return ()
        hit = self.search(forward=False).up_to(before) if self.has_breakpoints else None
        self.seek(hit.position if hit else before)
        return hit.breakpoints if hit else ()

    def train(self, iterations: int) -> NonFinite | None:
        """Completes more iterations; the views are told by `announce`."""
        found = self._timeline.train(iterations)
        self._non_finite = self._non_finite or found
        return found

    # Edits

    def edit(self, what: str, element: tuple[int, ...], value: float) -> None:
        """Changes one number from the start of this iteration on, and stays at this Step.

        Undone and redone on the undo stack; the run before the edit is kept whole for that.
        """
        self.edit_all([(what, element, value)])

    def edit_all(self, changes: Sequence[tuple[str, tuple[int, ...], float]]) -> None:
        """Changes several numbers as one edit does one, to be undone as one."""
        before, here = self._timeline, self._timeline.position
        after = before
        for what, element, value in changes:
            after = after.edited(Edit(here.iteration, what, element, value))
        # An edited rate may freeze a parameter, or thaw it: then there is no such Step to stay at.
        same_steps = len(after.program) == len(before.program)
        self._go_on_with(after, here if same_steps else Position(here.iteration))

    def _go_on_with(self, timeline: Timeline, position: Position) -> None:
        before = _Stand(self._run, self._timeline.position)
        number = max(run.number for run in self._runs) + 1
        after = _Stand(_Run(number, timeline), position)
        self.undo_stack.push(_ChangeCommand(self, before, after))

    def take(self, stand: _Stand) -> None:
        """Goes on with another run of this document: a change, or the undoing of one."""
        self._carry_notes(stand.run.timeline)
        self._run, self._non_finite = stand.run, None
        others = [run for run in self._runs if run is not stand.run]
        self._runs = [*others[-_MOST_BRANCHES:], stand.run]
        branches = (self._branch(run) for run in others[-_MOST_BRANCHES:])
        self._branches = tuple(each for each in branches if len(each.losses) > each.left_at)
        self.experiment_changed.emit(fit_to_show(self.settings))
        self.seek(stand.position)

    def _carry_notes(self, timeline: Timeline) -> None:
        """Notes stay, whatever is done and undone, where they still apply.

        The title and the notes are of the data: other data bring their own.
        """
        noted, network = self._timeline.experiment, timeline.experiment
        timeline.note(
            tuple(each for each in noted.breakpoints if _applies(each, network)),
            tuple(each for each in noted.bookmarks if _applies(each, network)),
            *((noted.title, noted.notes) if noted.data is network.data else ()),
        )

    def _branch(self, run: _Run) -> Branch:
        """Another run, seen from the present one."""
        losses, own = run.timeline.losses, self._timeline.losses
        shared = min(len(losses), len(own))
        differing = np.flatnonzero(losses[:shared] != own[:shared])
        return Branch(run.number, losses, int(differing[0]) if differing.size else shared)

    # Notes

    def set_breakpoints(self, breakpoints: Iterable[Breakpoint]) -> None:
        """Other breakpoints, with the same run. Raises ExperimentError."""
        self._timeline.note(breakpoints=tuple(breakpoints))
        self.notes_changed.emit()

    def set_bookmarks(self, bookmarks: Iterable[Bookmark]) -> None:
        """Other bookmarks, with the same run. Raises ExperimentError."""
        self._timeline.note(bookmarks=tuple(bookmarks))
        self.notes_changed.emit()

    def set_text(self, title: str, notes: str) -> None:
        """Another title and other notes, with the same run."""
        self._timeline.note(title=title, notes=notes)
        self.notes_changed.emit()

    # Looking closer

    def has_element(self, term: Term) -> bool:
        """Whether the network has such an element: another architecture may not."""
        program = self._timeline.program
        if (quantity(term.name).layer or 0) > program.layers:
            return False
        element = tuple(index for index in term.indices if isinstance(index, int))
        return is_inside(element, element_shape(program, term.name))

    def inspect(self, term: Term, sample: int) -> Inspection:
        """Everything there is to show of one element; sample: the column looked at."""
        weights = sum(a * b for a, b in pairwise(self._timeline.program.layer_sizes))
        is_small = weights <= _SMALL_NETWORK
        most = _MANY_MOMENTS if is_small else _FEW_MOMENTS
        return inspect(self._timeline, term, sample, most, cheaply=not is_small)

    def gradient_checks(self, most: int) -> tuple[int, Iterator[GradientCheck]]:
        """How many gradients the network has, and the checks of up to about `most` of them."""
        state = gradient_state(self._timeline)
        program = self._timeline.program
        total = sum(state[f"d{name}"].size for name in self.settings.start_values)
        return total, check_all(program, state, most)

    def divergence(self) -> Divergence | None:
        """What first became infinite or not a number, here or on the way; None if nothing has."""
        return explain(self._timeline)

    def hints(self) -> tuple[Hint, ...]:
        """What may keep the network from learning, in the iteration stood in."""
        return hints(self.settings, self._timeline.program, gradient_state(self._timeline))

    def metrics(self) -> Metrics:
        """How the run does over its iterations, as far as it has been computed."""
        if self._metrics is None or self._metrics_run is not self._run:
            related = self._metrics is not None and self._is_related(self._metrics_run, self._run)
            self._metrics = Metrics(self._timeline, self._metrics if related else None)
            self._metrics_run = self._run
        return self._metrics

    @staticmethod
    def _is_related(one: _Run, other: _Run) -> bool:
        """Whether two runs have grown from the same start, by edits alone."""
        own, its = one.timeline.experiment, other.timeline.experiment
        names = ("network", "loss", "optimizer", "data", "batch_size", "shuffle", "seed")
        return all(getattr(own, name) is getattr(its, name) for name in names)

    @property
    def memory(self) -> tuple[int, int]:
        """The bytes by which one travels in the run, and how many they may become."""
        return self._timeline.memory_used, self._timeline.memory_budget

    # Export

    @property
    def losses(self) -> npt.NDArray[np.float64]:
        """E of every iteration in which it has been computed so far."""
        return self._timeline.losses

    @property
    def iterations_per_epoch(self) -> int:
        """How many batches the data makes."""
        return self._timeline.batches.per_epoch

    def trace(self) -> Iterator[Row]:
        """Every Step of the iteration stood in. Raises NonFiniteError where a number is none."""
        return rows_of(self._timeline, self._timeline.position.iteration)

    def trained(self) -> Trained:
        """The weights after the last whole iteration before the position."""
        return Trained(self._timeline.trained_experiment(), self._timeline.completed)

    def export_weights(self, path: Path) -> None:
        """Writes the weights after the last whole iteration, in the format of the file's ending."""
        weights_format(path).write(path, self.trained())

    def save(self, path: Path) -> None:
        """Writes the experiment, standing where one stands."""
        experiment_json.write(path, self.experiment)


def _applies(note: Breakpoint | Bookmark, experiment: Experiment) -> bool:
    try:
        note.check("", experiment)
    except GradwalkError:
        return False
    return True
