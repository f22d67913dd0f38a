"""A stretch of a run in which nothing is edited: marks and replay, never an undo log.

The carried values are kept every `stride` iterations under a budget of bytes, and any iteration is
replayed from the mark before it; the order of the data is a pure function of (seed, epoch), so a
replay is bitwise the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.arrays import Array, frozen
from engine.compiled import Runner
from engine.datasets import Batches
from engine.experiment import Experiment
from engine.program import compile_program, initial_values
from engine.state import State

Record = Callable[[int, list[float]], None]

_FIRST_STRIDE = 16


class Marks:
    """Carried values every `stride` iterations, as flat vectors, within a budget of bytes.

    Over the budget the stride doubles and every other mark is dropped: a seek then takes longer,
    and is never wrong. Iterations are counted from the first mark.
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


class Segment:
    """What happens from iteration `first` on, if nobody edits anything.

    values: what is carried into `first`; left out, the experiment's start.
    """

    def __init__(
        self,
        experiment: Experiment,
        mark_bytes: int,
        first: int = 0,
        values: Mapping[str, Array] | None = None,
    ) -> None:
        self.experiment = experiment
        self.first = first
        self.program = compile_program(experiment)
        self.batches = Batches(
            experiment.data, experiment.batch_size, experiment.shuffle, experiment.seed
        )
        start = initial_values(self.program, experiment.start_values if values is None else values)
        self._constants = {
            name: frozen(value) for name, value in start.items() if name not in self.program.carried
        }
        self._runner = Runner(self.program, self.batches, self._constants)
        for name, view in self._runner.views.items():
            view[...] = start[name]
        self._at = first
        self._marks = Marks(self._runner.carried, mark_bytes)

    @property
    def stride(self) -> int:
        """How many iterations lie between two marks."""
        return self._marks.stride

    @property
    def nbytes(self) -> int:
        """The memory that travelling in this segment takes."""
        return self._marks.nbytes

    def run_to(self, iteration: int, record: Record, known: int) -> None:
        """Goes to the start of `iteration`, from where it is or from a mark.

        record: told the first iteration and E of each iteration that is run on the way, with none
        left out from iteration `known` on.
        """
        latest = min(iteration, max(known, self.first))
        marked, values = self._marks.before(latest - self.first)
        if not marked + self.first <= self._at <= latest:
            self._runner.carried[:] = values
            self._at = marked + self.first
        while self._at < iteration:
            next_mark = self._marks.next_iteration + self.first
            stop = min(iteration, max(next_mark, self._at + 1))
            record(self._at, self._runner.run(self._at, stop - self._at))
            self._at = stop
            if stop == next_mark:
                self._marks.add(self._runner.carried)

    def start_state(self, iteration: int) -> State:
        """The State before the first Step of `iteration`, to which run_to has to have gone."""
        a0, t = self.batches.batch(iteration)
        return State({"a0": a0, "t": t, **self.values()})

    def values(self) -> dict[str, Array]:
        """What is carried into the iteration to which run_to has gone."""
        carried = {name: frozen(view) for name, view in self._runner.views.items()}
        return {**self._constants, **carried}

    def is_finite(self) -> bool:
        """Whether everything computed last, and everything carried, is a finite number."""
        return self._runner.is_finite()
