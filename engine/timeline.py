"""The Timeline: one run, and travel in it. Marks and replay, never an undo log.

Within an iteration the States of all its Steps are kept, so stepping back is an index. Across
iterations the carried values are kept every `stride` iterations under a budget of bytes, and any
iteration is replayed from the mark before it; the order of the data is a pure function of (seed,
epoch), so a replay is bitwise the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine import limits
from engine.arrays import Array, frozen
from engine.compiled import Runner
from engine.datasets import Batches
from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.expression import quantity
from engine.frame import Frame, NonFinite, find_non_finite
from engine.position import Position
from engine.program import Granularity, compile_program, initial_values, revealed
from engine.state import State

_FIRST_STRIDE = 16
_CHECKED_AT_ONCE = 256


class Marks:
    """Carried values every `stride` iterations, as flat vectors, within a budget of bytes.

    Over the budget the stride doubles and every other mark is dropped: a seek then takes longer,
    and is never wrong.
    """

    def __init__(self, start: Array, budget: int) -> None:
        self.stride = _FIRST_STRIDE
        self._marks = [start.copy()]
        self._budget = budget

    @property
    def next_iteration(self) -> int:
        """The iteration whose start is to be marked next."""
        return len(self._marks) * self.stride

    @property
    def nbytes(self) -> int:
        """The size of what is kept."""
        return sum(mark.nbytes for mark in self._marks)

    def add(self, carried: Array) -> None:
        """Marks the start of `next_iteration`."""
        self._marks.append(carried.copy())
        if len(self._marks) * carried.nbytes > self._budget and len(self._marks) > 2:
            self.stride *= 2
            self._marks = self._marks[::2]

    def before(self, iteration: int) -> tuple[int, Array]:
        """The last mark not later than the start of `iteration`: its iteration and values."""
        index = min(iteration // self.stride, len(self._marks) - 1)
        return index * self.stride, self._marks[index]


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
        self.experiment = experiment
        self.program = compile_program(experiment)
        self.batches = Batches(
            experiment.data, experiment.batch_size, experiment.shuffle, experiment.seed
        )
        start = initial_values(self.program, experiment.start_values)
        self._constants = {
            name: frozen(value) for name, value in start.items() if name not in self.program.carried
        }
        self._runner = Runner(self.program, self.batches, self._constants)
        for name, view in self._runner.views.items():
            view[...] = start[name]
        self._runner_at = 0
        self._marks = Marks(self._runner.carried, mark_bytes)
        self._losses = np.empty(1024)
        self._loss_count = 0
        self._kept = _Kept(0, [self._start_state(0)])
        self._position = Position()
        self._newest = Position()

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
    def history_bytes(self) -> int:
        """The memory that travelling takes: marks and losses."""
        return self._marks.nbytes + self._losses.nbytes

    @property
    def completed(self) -> int:
        """How many whole iterations lie before the position."""
        return self._position.iteration + self._at_end_of_iteration

    @property
    def _at_end_of_iteration(self) -> bool:
        return self._rank(self._position)[1:] >= self._rank(Position(0, self.program.last))[1:]

    # Travel

    def frame(self) -> Frame:
        """What there is to see at the position."""
        position = self._position
        states = self._states(position.iteration, position.step + 1)
        return Frame(
            position=position,
            program=self.program,
            before=states[max(position.step, 0)],
            after=states[position.step + 1],
            epoch=self.batches.epoch(position.iteration),
            samples=tuple(self.batches.samples(position.iteration).tolist()),
        )

    def next_stop(self, granularity: Granularity) -> Position:
        """The stop after the position."""
        here, stops = self._position, self.program.stops(granularity)
        if granularity is Granularity.EPOCH:
            per_epoch = self.batches.per_epoch
            return Position((self.completed // per_epoch + 1) * per_epoch - 1, *stops[0])
        ordinal = stops.after(here.step, here.element)
        if ordinal is not None:
            return Position(here.iteration, *stops[ordinal])
        return Position(here.iteration + 1, *stops[0])

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
        return Position(here.iteration - 1, *stops[len(stops) - 1])

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
            self._record([float(states[position.step + 1]["E"])])
        self._stand(position)
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
            self._run_to(stop)
            found = self._find_non_finite(first, stop)
            if found:
                return found
            first = stop
        self._states(last, 0)
        self._run_to(last + 1)
        found = self._find_non_finite(last, last + 1)
        if not found:
            self._stand(Position(last, self.program.last))
        return found

    def state_at(self, iteration: int) -> State:
        """What is carried into `iteration`, with its inputs and targets: before its first Step."""
        self._run_to(iteration)
        return self._start_state(iteration)

    def trained_experiment(self) -> Experiment:
        """The experiment with the weights after the last whole iteration before the position."""
        return self.experiment.with_weights(dict(self.state_at(self.completed)))

    # Running

    def _run_to(self, iteration: int) -> None:
        """Brings the runner to the start of `iteration`, from where it is or from a mark."""
        marked, values = self._marks.before(iteration)
        if not marked <= self._runner_at <= iteration:
            self._runner.carried[:] = values
            self._runner_at = marked
        while self._runner_at < iteration:
            stop = min(iteration, max(self._marks.next_iteration, self._runner_at + 1))
            errors = self._runner.run(self._runner_at, stop - self._runner_at)
            if stop > self._loss_count:
                self._record(errors[self._loss_count - self._runner_at :])
            self._runner_at = stop
            if stop == self._marks.next_iteration:
                self._marks.add(self._runner.carried)

    def _start_state(self, iteration: int) -> State:
        """The State before the first Step of `iteration`, where the runner has to be."""
        a0, t = self.batches.batch(iteration)
        carried = {name: frozen(view) for name, view in self._runner.views.items()}
        return State({"a0": a0, "t": t, **self._constants, **carried})

    def _states(self, iteration: int, steps: int) -> list[State]:
        """The States of an iteration, at least up to after its first `steps` Steps."""
        if self._kept.iteration != iteration:
            self._kept = _Kept(iteration, [self.state_at(iteration)])
        states = self._kept.states
        while len(states) <= steps:
            states.append(self.program.steps[len(states) - 1].apply(states[-1]))
        return states

    def _record(self, errors: list[float]) -> None:
        count = self._loss_count + len(errors)
        if count > len(self._losses):
            grown = np.empty(max(count, 2 * len(self._losses)))
            grown[: self._loss_count] = self._losses[: self._loss_count]
            self._losses = grown
        self._losses[self._loss_count : count] = errors
        self._loss_count = count

    def _find_non_finite(self, first: int, stop: int) -> NonFinite | None:
        """The first value that is not finite in iterations first … stop - 1, and stands on it."""
        if self._is_finite(first, stop):
            return None
        for iteration in range(first, stop):
            self._run_to(iteration + 1)
            if self._is_finite(iteration, iteration + 1):
                continue
            states = self._states(iteration, len(self.program))
            for step, state in zip(self.program.steps, states[1:], strict=True):
                found = find_non_finite(step, state, iteration)
                if found:
                    self._loss_count = iteration + bool(np.isfinite(self._losses[iteration]))
                    self._stand(Position(iteration, step.index))
                    return found
        return None

    def _is_finite(self, first: int, stop: int) -> bool:
        """Whether E of these iterations is finite, and all that the last of them computed."""
        errors = self._losses[first : min(stop, self._loss_count)]
        return bool(np.isfinite(errors).all()) and self._runner.is_finite()

    # Positions

    def _stand(self, position: Position) -> None:
        self._position = position
        if self._rank(position) > self._rank(self._newest):
            self._newest = position

    def _rank(self, position: Position) -> tuple[int, int, int]:
        done = revealed(self.program, position.step, position.element) if position.step >= 0 else 0
        return position.iteration, position.step, done

    def _end_of(self, iteration: int) -> Position:
        return Position(iteration, self.program.last) if iteration >= 0 else Position()

    def check(self, position: Position) -> None:
        """Raises GradwalkError, one sentence, if the run has no such position."""
        if not 0 <= position.iteration <= limits.MAX_ITERATIONS:
            raise GradwalkError(
                f"iteration {position.iteration}: a run goes from 0 to {limits.MAX_ITERATIONS}"
            )
        if not -1 <= position.step <= self.program.last:
            raise GradwalkError(
                f"step {position.step}: an iteration has Steps 0 to {self.program.last}"
            )
        if not position.element:
            return
        writes = self.program.steps[position.step].writes if position.step >= 0 else "the start"
        shape = self.program.shape(writes, 1) if position.step >= 0 else ()
        if quantity(writes).is_weight_shaped is False:
            shape = shape[:1]
        inside = all(0 <= at < size for at, size in zip(position.element, shape, strict=False))
        if len(position.element) > len(shape) or not inside:
            raise GradwalkError(f"element {list(position.element)}: {writes} has no such element")


def start_state(experiment: Experiment) -> State:
    """The State before the first Step of iteration 0, for use without a Timeline."""
    return Timeline(experiment).state_at(0)
