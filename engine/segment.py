"""A stretch of a run in which nothing is edited: marks and replay, never an undo log.

The carried values are marked every so many iterations, and any iteration is replayed from the mark
before it; the order of the data is a pure function of (seed, epoch), so a replay is bitwise the
run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engine.arrays import Array, frozen
from engine.compiled import Runner
from engine.datasets import Batches
from engine.experiment import Experiment
from engine.marks import Budget, Marks
from engine.program import compile_program, initial_values
from engine.state import State
from engine.suspects import Suspects

Record = Callable[[int, Array], None]

_LOOKED_THROUGH_AT_ONCE = 256


class Segment:
    """What happens from iteration `first` on, if nobody edits anything.

    values: what is carried into `first`; left out, the experiment's start. suspects: the iterations
    run so far in which something may not have been finite; in all others, everything was.
    """

    def __init__(
        self,
        experiment: Experiment,
        budget: Budget,
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
        self._runner = self._new_runner()
        for name, view in self._runner.views.items():
            view[...] = start[name]
        self._at = first
        self._marks = Marks(self._runner.carried, budget)
        self.suspects = Suspects(first)

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
        trail: list[int] = []
        if not marked + self.first <= self._at <= latest:
            self._runner.carried[:] = values
            self._at = marked + self.first
            trail = self._marks.trail(marked, iteration - self.first)[::-1]
        first, rows = self._at, list[bytes]()
        while self._at < iteration:
            next_mark = self._marks.next_iteration + self.first
            stop = min(iteration, max(next_mark, self._at + 1), first + _LOOKED_THROUGH_AT_ONCE)
            if trail:
                stop = min(stop, trail[-1] + self.first)
            self._runner.run(self._at, stop - self._at, rows)
            self._at = stop
            if trail and stop == trail[-1] + self.first:
                self._marks.leave(trail.pop(), self._runner.carried)
            if stop == next_mark:
                self._marks.add(self._runner.carried)
            if stop == iteration or len(rows) == _LOOKED_THROUGH_AT_ONCE:
                record(first, self._look_through(first, rows))
                first, rows = stop, []

    def _look_through(self, first: int, rows: list[bytes]) -> Array:
        """E of the iterations from `first` on that left these rows behind."""
        table = self._runner.table(rows)
        carried_is_finite = bool(np.isfinite(self._runner.carried).all())
        if not carried_is_finite or not np.isfinite(table).all():
            # Which iteration made a carried value infinite, the rows do not tell.
            suspected = ~np.isfinite(table).all(axis=1) | (not carried_is_finite)
            for place in np.flatnonzero(suspected).tolist():
                self.suspects.add(first + place)
        self.suspects.know_until(first + len(rows))
        return table[:, 0]

    def start_state(self, iteration: int) -> State:
        """The State before the first Step of `iteration`, to which run_to has to have gone."""
        a0, t = self.batches.batch(iteration)
        return State({"a0": a0, "t": t, **self.values()})

    def values(self) -> dict[str, Array]:
        """What is carried into the iteration to which run_to has gone."""
        carried = {name: frozen(view) for name, view in self._runner.views.items()}
        return {**self._constants, **carried}

    def replay(self) -> Replay:
        """A second traveller in this segment, which leaves the first where it is."""
        return Replay(self, self._new_runner())

    def _new_runner(self) -> Runner:
        return Runner(self.program, self.batches, self._constants)


class Replay:
    """Goes to any iteration of a segment, in pieces of work, and moves nothing else."""

    def __init__(self, segment: Segment, runner: Runner) -> None:
        self.program = segment.program
        self._segment, self._runner = segment, runner
        self._at = -1

    def approach(self, iteration: int, most: int) -> bool:
        """Runs at most `most` iterations towards the start of `iteration`; whether it is there."""
        marked, values = self._segment._marks.before(iteration - self._segment.first)
        marked += self._segment.first
        if not marked <= self._at <= iteration:
            self._runner.carried[:] = values
            self._at = marked
        count = min(most, iteration - self._at)
        self._runner.run(self._at, count, [])
        self._at += count
        return self._at == iteration

    def state(self) -> State:
        """The State before the first Step of the iteration come to."""
        a0, t = self._segment.batches.batch(self._at)
        carried = {name: frozen(view) for name, view in self._runner.views.items()}
        return State({"a0": a0, "t": t, **self._segment._constants, **carried})
