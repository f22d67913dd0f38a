"""The Timeline: one run, and travel in it.

Within an iteration the States of all its Steps are kept, so stepping back is an index. Across
iterations a Segment replays; an edit begins a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

import numpy as np
import numpy.typing as npt

from engine import limits
from engine.bookmarks import Bookmark
from engine.breakpoints import Breakpoint
from engine.datasets import Batches
from engine.edits import Edit
from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.frame import Frame, NonFinite, find_non_finite
from engine.marks import Budget
from engine.places import check_iteration, check_place
from engine.position import Position
from engine.program import Granularity, Program, revealed
from engine.segment import Replay, Segment
from engine.state import State

_CHECKED_AT_ONCE = 256
_REPLAYED_TO_FORESEE = 16


@dataclass(frozen=True, slots=True)
class _Kept:
    """The iteration looked at: its States so far (0: before its first Step)."""

    iteration: int
    states: list[State]


class Timeline:
    """One run of an experiment, and where one stands in it.

    Travel never changes the run: forward, back, seek and train only move the position, and what
    is seen at a position does not depend on how one came there, to the last bit.
    """

    def __init__(self, experiment: Experiment, mark_bytes: int = limits.MARK_BYTES) -> None:
        self.experiment = replace(experiment, edits=())
        self._budget = Budget(mark_bytes)
        self._segments: tuple[Segment, ...] = (Segment(_bare(self.experiment), self._budget),)
        self._losses = np.empty(1024)
        self._loss_count = 0
        self._kept = _Kept(0, [self._segments[0].start_state(0)])
        self._kept_ahead: _Kept | None = None
        self._foreseen: Frame | None = None
        self._position = Position()
        self._newest = Position()
        self._non_finite: NonFinite | None = None
        self._looked_through = 0
        # The States of an iteration, and how many of its Steps are known to be finite.
        self._looked_at: tuple[list[State], int] = ([], 0)
        for edit in experiment.edits:
            self._edit(edit)

    @property
    def program(self) -> Program:
        """The program of the iteration stood in: an edit may change it."""
        return self._segment(self._position.iteration).program

    @property
    def batches(self) -> Batches:
        """The batches of the iteration stood in."""
        return self._segment(self._position.iteration).batches

    @property
    def settings(self) -> Experiment:
        """The experiment as it is in the iteration stood in, with the edits before it."""
        return self._segment(self._position.iteration).experiment

    def program_of(self, iteration: int) -> Program:
        """The program of an iteration."""
        return self._segment(iteration).program

    def settings_of(self, iteration: int) -> Experiment:
        """The experiment as it is in an iteration."""
        return self._segment(iteration).experiment

    @property
    def position(self) -> Position:
        """Where one stands."""
        return self._position

    @property
    def newest(self) -> Position:
        """The furthest this run has come."""
        return self._newest

    @property
    def losses(self) -> npt.NDArray[np.float64]:
        """E of every iteration in which it has been computed so far; a read-only view."""
        view = self._losses[: self._loss_count]
        view.setflags(write=False)
        return view

    @property
    def memory_used(self) -> int:
        """The bytes of the marks by which one travels: of this run, and of those left by edits."""
        return self._budget.used

    @property
    def memory_budget(self) -> int:
        """The bytes that marks may take. Over it, seeks get slower, and never wrong."""
        return self._budget.limit

    @property
    def history_bytes(self) -> int:
        """The memory that travelling in this run takes: its marks and its losses."""
        return sum(segment.nbytes for segment in self._segments) + self._losses.nbytes

    @property
    def completed(self) -> int:
        """How many whole iterations lie before the position."""
        return self._position.iteration + self._at_end_of_iteration

    @property
    def _at_end_of_iteration(self) -> bool:
        here = self._position
        return self.rank(here) >= self.rank(Position(here.iteration, self.program.last))

    # Travel

    def frame(self, position: Position | None = None) -> Frame:
        """What there is to see where one stands, or at another position."""
        here = self._position if position is None else position
        states = self._states(here.iteration, here.step + 1)
        foreseen = self._foreseen
        # What was foreseen from the same States is kept: views may have drawn it already.
        if foreseen and foreseen.position == here and foreseen.after is states[here.step + 1]:
            return foreseen
        return self._frame_of(here, states)

    def foresee(self, position: Position) -> Frame | None:
        """The very Frame that `seek` will return, if it is to the place foreseen last.

        Where one stands, and what is known of the run, stays as it is. None where that would take
        long: further than the iterations beside this one, or with much to replay on the way.
        """
        if abs(position.iteration - self._position.iteration) > 1:
            return None
        if position.iteration > self._position.iteration and not self._at_end_of_iteration:
            return None
        is_here = position.iteration == self._kept.iteration
        if not is_here and not self.approach(position.iteration, _REPLAYED_TO_FORESEE):
            return None
        kept = self._kept_of(position.iteration)
        if not is_here:
            self._kept_ahead = kept
        self._foreseen = self._frame_of(position, self._computed(kept, position.step + 1))
        return self._foreseen

    def _frame_of(self, position: Position, states: list[State]) -> Frame:
        segment = self._segment(position.iteration)
        return Frame(
            position=position,
            program=segment.program,
            before=states[max(position.step, 0)],
            after=states[position.step + 1],
            epoch=segment.batches.epoch(position.iteration),
            samples=tuple(segment.batches.samples(position.iteration).tolist()),
        )

    def next_stop(self, granularity: Granularity) -> Position:
        """The stop after the position."""
        here, stops = self._position, self.program.stops(granularity)
        if granularity is Granularity.EPOCH:
            per_epoch = self.batches.per_epoch
            return self._end_of((self.completed // per_epoch + 1) * per_epoch - 1)
        ordinal = stops.after(here.step, here.element)
        if ordinal is not None:
            return Position(here.iteration, *stops[ordinal])
        after = self._segment(here.iteration + 1).program.stops(granularity)
        return Position(here.iteration + 1, *after[0])

    def previous_stop(self, granularity: Granularity) -> Position | None:
        """The stop before the position: at last the start of the run, then None."""
        here, stops = self._position, self.program.stops(granularity)
        if here == Position():
            return None
        if granularity is Granularity.EPOCH:
            epochs, rest = divmod(self.completed, self.batches.per_epoch)
            if rest == 0 and self._at_end_of_iteration:
                epochs -= 1
            return self._end_of(epochs * self.batches.per_epoch - 1)
        ordinal = stops.before(here.step, here.element)
        if ordinal is not None:
            return Position(here.iteration, *stops[ordinal])
        if here.iteration == 0:
            return Position()
        before = self._segment(here.iteration - 1).program.stops(granularity)
        return Position(here.iteration - 1, *before[len(before) - 1])

    def forward(self, granularity: Granularity) -> Frame:
        """Goes to the next stop."""
        return self.seek(self.next_stop(granularity))

    def back(self, granularity: Granularity) -> Frame:
        """Goes to the previous stop; stays at the start of the run."""
        stop = self.previous_stop(granularity)
        return self.frame() if stop is None else self.seek(stop)

    def seek(self, position: Position) -> Frame:
        """Goes to any position, running on if the run has not come that far.

        Raises GradwalkError if there is no such position.
        """
        self.check(position)
        states = self._states(position.iteration, position.step + 1)
        if position.iteration == self._loss_count and "E" in states[position.step + 1]:
            self._record(position.iteration, states[position.step + 1]["E"].reshape(1))
        self._stand(position)
        return self.frame()

    def marked_before(self, iteration: int) -> int:
        """The last iteration not after this one that can be gone to without a replay."""
        marked, here = self._segment(iteration).marked_before(iteration), self._position.iteration
        return max(marked, here) if here <= iteration else marked

    def approach(self, iteration: int, most: int) -> bool:
        """Computes at most `most` iterations on the way to one that the run has come to before.

        One stands where one stood. Whether a seek to that iteration has no more to replay.
        """
        segment = self._segment(iteration)
        if iteration > self._loss_count or self._loss_count < segment.first:
            return True  # There is nothing to replay, but to run on.
        if iteration == self._kept.iteration:
            return True
        return segment.approach(iteration, most, self._record, self._loss_count)

    def run_on_to(self, position: Position) -> Frame:
        """Goes to a position ahead, or only to the first value that is not finite, if on the way.

        That is left behind like any other place where it lies before the position stood on.
        """
        here, newest, known = self._position, self._newest, self._loss_count
        self.seek(position)
        found = self.non_finite_so_far()
        if found is not None:
            place = found.iteration, found.step.index
            is_ahead = (here.iteration, here.step) < place
            if is_ahead and place < (position.iteration, position.step):
                self._newest = newest
                self.stand(Position(*place), known)
        return self.frame()

    def train(self, iterations: int) -> NonFinite | None:
        """Completes `iterations` more iterations, and stands at the end of the last.

        Stops at the first value that is not a finite number, stands on its Step and returns it.
        """
        first = self.completed
        last = first + iterations - 1
        if last >= limits.MAX_ITERATIONS:
            raise GradwalkError(f"a run has at most {limits.MAX_ITERATIONS} iterations")
        if last < first:
            return None
        while first < last:
            stop = min(first + _CHECKED_AT_ONCE, last)
            self._complete(stop - 1)
            found = self._find_non_finite(first, stop)
            if found:
                return found
            first = stop
        self._states(last, 0)
        self._complete(last)
        found = self._find_non_finite(last, last + 1)
        if not found:
            self._stand(self._end_of(last))
        return found

    def state_at(self, iteration: int) -> State:
        """What is carried into `iteration`, with its inputs and targets: before its first Step."""
        self._run_to(iteration)
        return self._segment(iteration).start_state(iteration)

    def states_of(self, iteration: int) -> Iterator[State]:
        """The States of any iteration one after another, the first before its first Step."""
        if iteration == self._kept.iteration:
            yield from self._states(iteration, len(self._segment(iteration).program))
            return
        state = self.state_at(iteration)
        yield state
        for step in self._segment(iteration).program.steps:
            state = step.apply(state)
            yield state

    def trained_experiment(self) -> Experiment:
        """The experiment with the weights after the last whole iteration before the position."""
        segment = self._segment(self._position.iteration)
        self._run(segment, self.completed)
        return segment.experiment.with_weights(segment.values())

    def replay_of(self, iteration: int) -> Replay:
        """A traveller of its own in the stretch of the run, between edits, of an iteration."""
        return self._segment(iteration).replay()

    # Searching

    def look_ahead(self, stop: int) -> None:
        """Computes E of all iterations before `stop`, but stands where it stood."""
        if stop == 0:
            return
        looked_through = self._segment(stop - 1).suspects.known_until
        if min(self._loss_count, looked_through) < stop:
            self._complete(stop - 1)

    def stand(self, position: Position, known: int) -> None:
        """Stands at a position that has been looked ahead to.

        E beyond it is then of the future again, but for the first `known` iterations.
        """
        self._stand(position)
        shown = position.iteration + (position.step >= self._error_step(position.iteration))
        self._loss_count = min(self._loss_count, max(known, shown))

    def return_to(self, position: Position, newest: Position, known: int) -> None:
        """Stands again where one stood before looking ahead, as if nothing had been looked at."""
        self._position, self._newest = position, newest
        self._loss_count = min(self._loss_count, known)

    def stand_at_end_of(self, iteration: int) -> None:
        """Completes an iteration, and stands at its end."""
        self.look_ahead(iteration + 1)
        self._stand(self._end_of(iteration))

    # Notes

    def note(
        self,
        breakpoints: tuple[Breakpoint, ...] | None = None,
        bookmarks: tuple[Bookmark, ...] | None = None,
        title: str | None = None,
        notes: str | None = None,
    ) -> None:
        """Notes what does not change the run (None: as it is).

        Raises ExperimentError where the network has no such thing, and then notes nothing.
        """
        given = {
            "breakpoints": breakpoints,
            "bookmarks": bookmarks,
            "title": title,
            "notes": notes,
        }
        changed = {name: value for name, value in given.items() if value is not None}
        self.experiment = replace(self.experiment, **changed)  # type: ignore[arg-type]

    # Edits

    def parts_from(self, other: Timeline) -> int | None:
        """The first iteration in which this run and another of its experiment may differ.

        None where both were edited alike. Their losses before that iteration are the same, and
        `losses` of the other stays what it was: so a former run can be compared with this one.
        """
        for own, its in zip_longest(self.experiment.edits, other.experiment.edits):
            if own != its:
                return min(each.iteration for each in (own, its) if each)
        return None

    def edited(self, edit: Edit) -> Timeline:
        """The run with one number changed from the start of an iteration on.

        This Timeline stays as it is: whoever undoes the edit goes back to it. The new one stands
        at the start of that iteration, and has no future yet. Raises GradwalkError.
        """
        self.check(Position(edit.iteration))
        child = copy(self)
        child._losses = self._losses[: max(self._loss_count, 1)].copy()
        child._edit(edit)
        return child

    def _edit(self, edit: Edit) -> None:
        at = edit.iteration
        self._run_to(at)
        before = self._segment(at)
        experiment, values = edit.applied(before.experiment, before.values())
        kept = tuple(each for each in self.experiment.edits if each.iteration <= at)
        if len(kept) >= limits.MAX_EDITS:
            raise GradwalkError(f"a run has at most {limits.MAX_EDITS} edits")
        segment = Segment(experiment, self._budget, at, values)
        self.experiment = replace(self.experiment, edits=(*kept, edit))
        self._segments = (*(each for each in self._segments if each.first < at), segment)
        self._loss_count = min(self._loss_count, at)
        self._looked_through = min(self._looked_through, at)
        if self._non_finite and self._non_finite.iteration >= at:
            self._non_finite = None
        self._kept = _Kept(at, [segment.start_state(at)])
        self._kept_ahead = self._foreseen = None
        self._position = self._newest = Position(at)

    def _error_step(self, iteration: int) -> int:
        error = self._segment(iteration).program.step_writing("E")
        assert error is not None
        return error.index

    def _segment(self, iteration: int) -> Segment:
        """The segment that an iteration lies in."""
        return next(each for each in reversed(self._segments) if each.first <= iteration)

    # Running

    def _run_to(self, iteration: int) -> None:
        """Brings the segment of `iteration` to its start."""
        self._run(self._segment(iteration), iteration)

    def _complete(self, iteration: int) -> None:
        """Has the segment of `iteration` compute all of it, even where the next begins after it."""
        self._run(self._segment(iteration), iteration + 1)

    def _run(self, segment: Segment, iteration: int) -> None:
        """Brings `segment` to the start of `iteration`; E of all iterations before is then known.

        Another run that shares a segment may have taken it further than the losses known here go.
        """
        if self._loss_count < segment.first:
            for earlier, later in pairwise(self._segments):
                if self._loss_count < later.first <= segment.first:
                    earlier.run_to(later.first, self._record, self._loss_count)
        segment.run_to(iteration, self._record, self._loss_count)

    def _states(self, iteration: int, steps: int) -> list[State]:
        """The States of an iteration, at least up to after its first `steps` Steps."""
        if self._kept.iteration != iteration:
            self._kept, self._kept_ahead = self._kept_of(iteration), None
        return self._computed(self._kept, steps)

    def _kept_of(self, iteration: int) -> _Kept:
        """What is kept of an iteration, if only the State that it begins with."""
        kept = (self._kept, self._kept_ahead)
        found = next((each for each in kept if each and each.iteration == iteration), None)
        return found or _Kept(iteration, [self.state_at(iteration)])

    def _computed(self, kept: _Kept, steps: int) -> list[State]:
        """The States that are kept, computed at least up to after the first `steps` Steps."""
        states, program = kept.states, self._segment(kept.iteration).program
        while len(states) <= steps:
            states.append(program.steps[len(states) - 1].apply(states[-1]))
        return states

    def _record(self, first: int, errors: npt.NDArray[np.float64]) -> None:
        """Keeps E of iterations from `first` on, those that are not known yet."""
        new = errors[self._loss_count - first :] if first < self._loss_count else errors
        count = self._loss_count + len(new)
        if count > len(self._losses):
            grown = np.empty(max(count, 2 * len(self._losses)))
            grown[: self._loss_count] = self._losses[: self._loss_count]
            self._losses = grown
        self._losses[self._loss_count : count] = new
        self._loss_count = count

    def first_non_finite(self, stop: int) -> NonFinite | None:
        """The first value of the run that is not finite, if iterations before `stop` have one.

        Runs on where the run has not come that far, but stands where it stood.
        """
        self.look_ahead(stop)
        if self._non_finite is None:
            for iteration in self._suspects(self._looked_through, stop):
                self._non_finite = self._non_finite_in(iteration)
                if self._non_finite:
                    break
            self._looked_through = max(self._looked_through, stop)
        found = self._non_finite
        return found if found and found.iteration < stop else None

    def non_finite_so_far(self) -> NonFinite | None:
        """The first value of the run that is not finite, if the position has come that far."""
        here = self._position
        found = self.first_non_finite(here.iteration)
        if found is not None:
            return found
        states = self._states(here.iteration, here.step + 1)
        # A step at a time is asked for each: the Steps before it have been looked at.
        done = self._looked_at[1] if self._looked_at[0] is states else 0
        for step in self.program.steps[done : here.step + 1]:
            found = find_non_finite(step, states[step.index + 1], here.iteration)
            if found:
                return found
        self._looked_at = states, max(done, here.step + 1)
        return None

    def _find_non_finite(self, first: int, stop: int) -> NonFinite | None:
        """The first value that is not finite in iterations first … stop - 1, and stands on it."""
        for iteration in self._suspects(first, stop):
            found = self._non_finite_in(iteration)
            if found:
                self._loss_count = iteration + (found.step.index > self._error_step(iteration))
                self._stand(Position(iteration, found.step.index))
                return found
        return None

    def _suspects(self, first: int, stop: int) -> Iterator[int]:
        """The iterations of first … stop - 1, all of them run, where something may be infinite."""
        for segment, end in zip(
            self._segments, (*(each.first for each in self._segments[1:]), stop), strict=True
        ):
            iteration = segment.suspects.next_from(max(first, segment.first))
            while iteration is not None and iteration < min(end, stop):
                yield iteration
                iteration = segment.suspects.next_from(iteration + 1)

    def _non_finite_in(self, iteration: int) -> NonFinite | None:
        program = self._segment(iteration).program
        states = self._states(iteration, len(program))
        for step, state in zip(program.steps, states[1:], strict=True):
            found = find_non_finite(step, state, iteration)
            if found:
                return found
        return None

    # Positions

    def _stand(self, position: Position) -> None:
        self._position = position
        if self.rank(position) > self.rank(self._newest):
            self._newest = position

    def rank(self, position: Position) -> tuple[int, int, int]:
        """What places are compared by: iteration, Step, and how many elements it has shown."""
        program = self._segment(position.iteration).program
        done = revealed(program, position.step, position.element) if position.step >= 0 else 0
        return position.iteration, position.step, done

    def _end_of(self, iteration: int) -> Position:
        if iteration < 0:
            return Position()
        return Position(iteration, self._segment(iteration).program.last)

    def check(self, position: Position) -> None:
        """Raises GradwalkError, one sentence, if the run has no such position."""
        check_iteration(position.iteration)
        check_place(self._segment(position.iteration).program, position)


def start_state(experiment: Experiment) -> State:
    """The State before the first Step of iteration 0, for use without a Timeline."""
    return Timeline(experiment).state_at(0)


def _bare(experiment: Experiment) -> Experiment:
    """What a run is determined by, without what a person has noted about it."""
    return replace(experiment, breakpoints=(), bookmarks=())
