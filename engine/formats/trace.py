"""What the formats of a trace have in common: every Step of some iterations, in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from engine.arrays import Array
from engine.errors import NonFiniteError
from engine.frame import find_non_finite
from engine.position import Position
from engine.program import Step
from engine.timeline import Timeline


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One Step and what it wrote."""

    iteration: int
    step: Step
    value: Array


class TraceFormat(ABC):
    """One format of a trace, as lines of text."""

    name: ClassVar[str]

    def header(self) -> Iterator[str]:
        """The lines before the first row."""
        return iter(())

    @abstractmethod
    def lines(self, row: Row) -> Iterator[str]:
        """The lines of one Step."""


def rows(timeline: Timeline, iterations: int) -> Iterator[Row]:
    """Every Step of the next `iterations` iterations; an iteration one stands in comes whole.

    Raises NonFiniteError at the first value that is not a finite number.
    """
    first = timeline.completed
    for iteration in range(first, first + iterations):
        for step in timeline.program.steps:
            frame = timeline.seek(Position(iteration, step.index))
            found = frame.non_finite
            if found:
                raise NonFiniteError(found.sentence())
            yield Row(iteration, step, frame.after[step.writes])


def rows_of(timeline: Timeline, iteration: int) -> Iterator[Row]:
    """Every Step of one iteration; the run stands still.

    Raises NonFiniteError at the first value that is not a finite number.
    """
    states = timeline.states_of(iteration)
    next(states)
    for step, state in zip(timeline.program_of(iteration).steps, states, strict=True):
        found = find_non_finite(step, state, iteration)
        if found:
            raise NonFiniteError(found.sentence())
        yield Row(iteration, step, state[step.writes])
