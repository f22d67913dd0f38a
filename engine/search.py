"""Search: where in a run a breakpoint holds, forward and backward, in pieces of work.

A run is searched in blocks of iterations. What is decided by counting is asked first, then what
the losses tell, and only the iterations left are stepped through, for gradients and outputs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np

from engine import limits
from engine.breakpoints import (
    Breakpoint,
    EpochReached,
    GradientAbove,
    GradientBelow,
    IterationReached,
    LayerEntered,
    LossBelow,
    Misclassified,
    NonFiniteMet,
    PhaseEntered,
    Written,
)
from engine.classification import is_classification, is_one_hot, wrong
from engine.frame import NonFinite
from engine.places import element_shape
from engine.position import Element, Position
from engine.program import Granularity, Phase, Step
from engine.state import State

if TYPE_CHECKING:  # Who searches brings the run.
    from engine.timeline import Timeline

_AT_ONCE = 256
_DIVERGENCE = NonFiniteMet()
_INDICES = {Granularity.WEIGHT: 2, Granularity.UNIT: 1}


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a search stopped, and for which breakpoints."""

    position: Position
    breakpoints: tuple[Breakpoint, ...]


_Found = tuple[Position, Breakpoint]


class Search:
    """Goes through a run from where it stands to the next stop at which a breakpoint holds.

    forward: or backward, and then to the start of the run at last. granularity: of the stops that
    are looked at; coarser ones than layers are taken as layers, for a breakpoint names a Step.

    A breakpoint at the stop one stands on does not hold again. Forward, a search also ends at the
    first value of the run that is not finite, unless it lies behind; `non_finite` then tells of it.
    """

    def __init__(
        self,
        run: Timeline,
        breakpoints: Iterable[Breakpoint],
        *,
        forward: bool = True,
        granularity: Granularity = Granularity.UNIT,
    ) -> None:
        self.hit: Hit | None = None
        self.non_finite: NonFinite | None = None
        self.is_done = False
        self._run, self._forward = run, forward
        stops = _Stops(run, _INDICES.get(granularity, 0))
        wanted = [each for each in breakpoints if each.enabled]
        finders = [_FINDERS[type(each)](each, run, stops) for each in wanted]
        if forward:
            finders.append(_OfNonFinite(_DIVERGENCE, run, stops))
        self._finders = sorted(finders, key=_work)

    def advance(self, iterations: int = _AT_ONCE) -> bool:
        """Looks through up to `iterations` more; whether there are more to look through.

        The run stands where the search has come to: at the hit, or at the end of the last iteration
        looked through (backward: at the start of the run or of an iteration).
        """
        if not self.is_done:
            if self._forward:
                self._go_forward(iterations)
            else:
                self._go_back(iterations)
        return not self.is_done

    def up_to(self, last: Position) -> Hit | None:
        """The first hit up to `last`, a place ahead (backward: behind).

        The run stands still, and E stays unseen.
        """
        run, here, known = self._run, self._run.position, len(self._run.losses)
        newest = run.newest
        if self._forward:
            self._go_forward(last.iteration - run.completed + 1)
        else:
            self._go_back(here.iteration - last.iteration + 1)
        hit, self.hit, self.is_done, self.non_finite = self.hit, None, False, None
        run.return_to(here, newest, known)
        if hit is None:
            return None
        place, end = run.rank(hit.position), run.rank(last)
        return hit if (place <= end if self._forward else place >= end) else None

    def finish(self) -> Hit | None:
        """Goes on to the end, however far that is."""
        while self.advance():
            pass
        return self.hit

    def _go_forward(self, iterations: int) -> None:
        run, here = self._run, self._run.rank(self._run.position)
        first, known = run.completed, len(run.losses)
        stop = min(first + iterations, limits.MAX_ITERATIONS)
        found: list[_Found] = []
        for finder in self._finders:
            places = finder.positions(first, stop)
            place = next((each for each in places if run.rank(each) > here), None)
            if place is not None:
                found.append((place, finder.breakpoint))
                stop = min(stop, place.iteration + 1)
        if found:
            self._end(min((place for place, _ in found), key=run.rank), found, known)
        elif first < stop:
            run.stand_at_end_of(stop - 1)
        self.is_done = bool(found) or stop == limits.MAX_ITERATIONS

    def _go_back(self, iterations: int) -> None:
        run, here = self._run, self._run.rank(self._run.position)
        known, stop = len(run.losses), run.position.iteration + (run.position.step >= 0)
        first = max(0, stop - iterations)
        found: list[_Found] = []
        for finder in self._finders:
            before = [each for each in finder.positions(first, stop) if run.rank(each) < here]
            if before:
                found.append((before[-1], finder.breakpoint))
                first = before[-1].iteration
        if found:
            self._end(max((place for place, _ in found), key=run.rank), found, known)
        else:
            run.stand(Position(first), known)
        self.is_done = bool(found) or first == 0

    def _end(self, place: Position, found: list[_Found], known: int) -> None:
        holding = [each for at, each in found if at == place]
        if _DIVERGENCE in holding:
            self.non_finite = self._run.first_non_finite(place.iteration + 1)
        self._run.stand(place, known)
        named = tuple(each for each in holding if each is not _DIVERGENCE)
        self.hit = Hit(place, named) if named else None


class _Stops:
    """Stops within the Steps of a run; indices: how many an element has, at most."""

    def __init__(self, run: Timeline, indices: int) -> None:
        self._run, self._indices = run, indices

    def of(self, iteration: int, step: Step, element: Element) -> Position:
        """The first stop of `step` that covers an element."""
        return Position(iteration, step.index, element[: self._indices])

    def first(self, iteration: int, step: Step) -> Position:
        """The first stop of `step`."""
        return self.of(iteration, step, tuple(0 for _ in self._shape(iteration, step)))

    def last(self, iteration: int, step: Step) -> Position:
        """The last stop of `step`."""
        return self.of(iteration, step, tuple(n - 1 for n in self._shape(iteration, step)))

    def _shape(self, iteration: int, step: Step) -> tuple[int, ...]:
        return element_shape(self._run.program_of(iteration), step.writes)


B = TypeVar("B", bound=Breakpoint)


class _Finder(ABC, Generic[B]):
    """Finds where one breakpoint holds. work: 0 counting, 1 a run, 2 a run that is stepped through.

    Nothing is kept that the run would not tell again.
    """

    work: ClassVar[int] = 0

    def __init__(self, breakpoint: B, run: Timeline, stops: _Stops) -> None:
        self.breakpoint, self.run, self.stops = breakpoint, run, stops

    @abstractmethod
    def positions(self, first: int, stop: int) -> Iterator[Position]:
        """The stops in iterations first … stop - 1 at which it holds, in their order."""


class _OfPhase(_Finder[PhaseEntered]):
    def positions(self, first: int, stop: int) -> Iterator[Position]:
        for iteration in range(first, stop):
            for step in self.run.program_of(iteration).steps:
                if step.phase == self.breakpoint.phase:
                    yield self.stops.first(iteration, step)
                    break


class _OfLayer(_Finder[LayerEntered]):
    def positions(self, first: int, stop: int) -> Iterator[Position]:
        layer, phase = self.breakpoint.layer, self.breakpoint.phase
        for iteration in range(first, stop):
            before: tuple[Phase, int | None] | None = None
            for step in self.run.program_of(iteration).steps:
                entered = (step.phase, step.layer) != before
                before = step.phase, step.layer
                if entered and step.layer == layer and phase in (None, step.phase):
                    yield self.stops.first(iteration, step)


class _OfWritten(_Finder[Written]):
    def positions(self, first: int, stop: int) -> Iterator[Position]:
        for iteration in range(first, stop):
            program = self.run.program_of(iteration)
            step = program.step_writing(self.breakpoint.quantity)
            if step is not None:
                element = self.breakpoint.first_element(program)
                yield self.stops.of(iteration, step, element)


class _OfIteration(_Finder[IterationReached]):
    def positions(self, first: int, stop: int) -> Iterator[Position]:
        iteration = self.breakpoint.iteration
        if first <= iteration < stop:
            yield self.stops.first(iteration, self.run.program_of(iteration).steps[0])


class _OfEpoch(_Finder[EpochReached]):
    def positions(self, first: int, stop: int) -> Iterator[Position]:
        iteration = self.breakpoint.epoch * self.run.batches.per_epoch
        if first <= iteration < stop:
            yield self.stops.first(iteration, self.run.program_of(iteration).steps[0])


class _OfNonFinite(_Finder[NonFiniteMet]):
    work = 1

    def positions(self, first: int, stop: int) -> Iterator[Position]:
        found = self.run.first_non_finite(stop)
        if found is not None and found.iteration >= first:
            yield self.stops.of(found.iteration, found.step, found.place)


class _OfLoss(_Finder[LossBelow]):
    work = 1

    def positions(self, first: int, stop: int) -> Iterator[Position]:
        self.run.look_ahead(stop)
        earlier = max(first - 1, 0)
        below = self.run.losses[earlier:stop] < self.breakpoint.value
        crossed = below[1:] & ~below[:-1]
        if first == 0:
            crossed = np.concatenate((below[:1], crossed))
        for place in np.flatnonzero(crossed).tolist():
            step = self.run.program_of(first + place).step_writing("E")
            assert step is not None
            yield self.stops.first(first + place, step)


class _OfGradient(_Finder[GradientBelow | GradientAbove]):
    work = 2

    def positions(self, first: int, stop: int) -> Iterator[Position]:
        before = self._holds(first - 1) if first else False
        for iteration in range(first, stop):
            holds = self._holds(iteration)
            if holds and not before:
                steps = self._steps(iteration)
                yield self.stops.last(iteration, steps[-1])
            before = holds

    def _holds(self, iteration: int) -> bool:
        steps = self._steps(iteration)
        state = _state_after(self.run, iteration, steps[-1])
        norm = gradient_norm(state, (step.writes for step in steps))
        if isinstance(self.breakpoint, GradientBelow):
            return norm < self.breakpoint.value
        return norm > self.breakpoint.value

    def _steps(self, iteration: int) -> list[Step]:
        steps = self.run.program_of(iteration).steps
        layer = self.breakpoint.layer
        gradients = [each for each in steps if each.phase is Phase.GRADIENT]
        return [each for each in gradients if layer in (None, each.layer)]


class _OfMisclassified(_Finder[Misclassified]):
    work = 2

    def positions(self, first: int, stop: int) -> Iterator[Position]:
        for iteration in range(first, stop):
            targets = self.run.settings_of(iteration).data.targets
            if not is_classification(targets):
                continue
            program = self.run.program_of(iteration)
            step = program.step_writing(f"a{program.layers}")
            assert step is not None
            state = _state_after(self.run, iteration, step)
            if wrong(state[step.writes].T, state["t"].T, is_one_hot(targets)).any():
                yield self.stops.last(iteration, step)


def gradient_norm(state: State, names: Iterable[str]) -> float:
    """The L2 norm of some quantities of a State, taken as one vector."""
    flat = np.concatenate([state[name].reshape(-1) for name in names])
    with np.errstate(all="ignore"):  # An infinite gradient has an infinite norm.
        return float(np.sqrt(np.dot(flat, flat)))


def _state_after(run: Timeline, iteration: int, step: Step) -> State:
    return next(islice(run.states_of(iteration), step.index + 1, None))


def _work(finder: _Finder[Any]) -> int:
    return finder.work


_FINDERS: dict[type[Breakpoint], Callable[[Any, Timeline, _Stops], _Finder[Any]]] = {
    PhaseEntered: _OfPhase,
    LayerEntered: _OfLayer,
    Written: _OfWritten,
    IterationReached: _OfIteration,
    EpochReached: _OfEpoch,
    NonFiniteMet: _OfNonFinite,
    LossBelow: _OfLoss,
    GradientBelow: _OfGradient,
    GradientAbove: _OfGradient,
    Misclassified: _OfMisclassified,
}
