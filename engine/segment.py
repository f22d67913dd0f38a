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
        self._places: list[int] = []  # Of the trail that is still to be left, the next one last.
        self.suspects = Suspects(first)

    @property
    def stride(self) -> int:
        """How many iterations lie between two marks."""
        return self._marks.stride

    @property
    def nbytes(self) -> int:
        """The memory that travelling in this segment takes."""
        return self._marks.nbytes

    def marked_before(self, iteration: int) -> int:
        """The last iteration not after this one from which a replay would start."""
        return self._marks.before(iteration - self.first)[0] + self.first

    def approach(self, iteration: int, most: int, record: Record, known: int) -> bool:
        """Runs at most `most` iterations towards `iteration`; whether it has come there."""
        latest = min(iteration, max(known, self.first))
        marked = self._marks.before(latest - self.first)[0] + self.first
        start = self._at if marked <= self._at <= latest else marked
        to = min(iteration, start + most)
        self.run_to(to, record, known, aim=iteration)
        return to == iteration

    def run_to(self, iteration: int, record: Record, known: int, aim: int | None = None) -> None:
        """Goes to the start of `iteration`, from where it is or from a mark.

        record: told the first iteration and E of each iteration that is run on the way, with none
        left out from iteration `known` on. aim: where the way leads that this is a piece of.
        """
        latest = min(iteration, max(known, self.first))
        marked, values = self._marks.before(latest - self.first)
        if not marked + self.first <= self._at <= latest:
            self._runner.carried[:] = values
            self._at = marked + self.first
            to = (iteration if aim is None else aim) - self.first
            self._places = self._marks.trail(marked, to)[::-1]
        first, rows = self._at, list[bytes]()
        while self._at < iteration:
            next_mark = self._marks.next_iteration + self.first
            stop = min(iteration, max(next_mark, self._at + 1), first + _LOOKED_THROUGH_AT_ONCE)
            if self._places:
                stop = min(stop, self._places[-1] + self.first)
            self._runner.run(self._at, stop - self._at, rows)
            self._at = stop
            if self._places and stop == self._places[-1] + self.first:
                self._marks.leave(self._places.pop(), self._runner.carried)
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
