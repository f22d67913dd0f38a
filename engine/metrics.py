"""Metrics: how a run does, at iterations spread over it, computed when there is time.

Nothing of this is kept while training: an iteration is replayed from a mark, by a traveller of its
own, so that the run stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.arrays import Array
from engine.classification import is_classification, is_one_hot, wrong
from engine.expression import quantity
from engine.program import Phase, Program
from engine.search import gradient_norm
from engine.segment import Replay
from engine.state import State
from engine.timeline import Timeline

MOST_POINTS = 256

# So many multiplications are a piece of work: some milliseconds.
_PIECE = 4_000_000
_MOST_ROWS = 4096
_MOST_ITERATIONS = 256


@dataclass(frozen=True, slots=True)
class Point:
    """How the network does at the start of an iteration, before its update.

    accuracy and held_out_accuracy: the part, 0 to 1, of all samples (of the data; of the held-out
    part) that are put into the right class, as engine.classification tells it; None where the
    targets are no classes, or nothing is held out. held_out_error: E of the held-out part, the mean
    over its samples; None where nothing is held out. gradient_norms: of layers 1 … L, the L2 norm
    of ∂E/∂W and ∂E/∂b together, of this iteration's batch.
    """

    iteration: int
    accuracy: float | None
    held_out_accuracy: float | None
    held_out_error: float | None
    gradient_norms: tuple[float, ...]


class Metrics:
    """Points of one run, at up to `MOST_POINTS` iterations, every s from 0 on.

    s doubles as the run grows, and every other point is then left out. former: of the run that an
    edit has left; its points from before the edit are taken over.
    """

    def __init__(self, run: Timeline, former: Metrics | None = None) -> None:
        self._run = run
        self._points: dict[int, Point] = {}
        self._replay: Replay | None = None
        self._work: Iterator[None] = iter(())
        if former is not None:
            end = run.parts_from(former._run)
            self._points = {
                at: each for at, each in former._points.items() if end is None or at < end
            }

    @property
    def stride(self) -> int:
        """How many iterations lie between two points."""
        spread = max(1, -(-len(self._run.losses) // MOST_POINTS))
        return 1 << (spread - 1).bit_length()

    @property
    def points(self) -> tuple[Point, ...]:
        """What has been computed so far, by iteration."""
        return tuple(self._points[at] for at in self._wanted() if at in self._points)

    def advance(self) -> bool:
        """Does a small piece of work; whether there is more to do."""
        for _ in self._work:
            return True
        missing = next((at for at in self._wanted() if at not in self._points), None)
        if missing is None:
            return False
        self._points = {at: each for at, each in self._points.items() if at % self.stride == 0}
        self._work = self._compute(missing)
        return True

    def _wanted(self) -> range:
        return range(0, len(self._run.losses), self.stride)

    def _compute(self, iteration: int) -> Iterator[None]:
        """Adds one point; pauses after each piece of work."""
        settings = self._run.settings_of(iteration)
        data = settings.data
        replay = self._replay
        if replay is None or replay.program is not self._run.program_of(iteration):
            replay = self._replay = self._run.replay_of(iteration)
        weights = sum(a * b for a, b in pairwise(settings.network.sizes))
        most = _piece(6 * weights * settings.batch_size, _MOST_ITERATIONS)
        while not replay.approach(iteration, most):
            yield
        state, program = replay.state(), replay.program
        norms = _gradient_norms(program, state)
        yield
        accuracy = held_out_accuracy = held_out_error = None
        rows = _piece(weights, _MOST_ROWS)
        if is_classification(data.targets):
            seen = _Seen(program, state, is_one_hot(data.targets))
            yield from seen.look_at(data.inputs, data.targets, rows)
            accuracy = seen.accuracy
        if data.held_out_inputs is not None and data.held_out_targets is not None:
            seen = _Seen(program, state, is_one_hot(data.targets))
            yield from seen.look_at(data.held_out_inputs, data.held_out_targets, rows)
            held_out_accuracy = seen.accuracy if accuracy is not None else None
            held_out_error = seen.error
        self._points[iteration] = Point(
            iteration, accuracy, held_out_accuracy, held_out_error, norms
        )


class _Seen:
    """What the network answers to many samples, looked at in pieces."""

    def __init__(self, program: Program, state: State, one_hot: bool) -> None:
        self._forward = [step for step in program.steps if step.phase is Phase.FORWARD]
        self._output = f"a{program.layers}"
        self._parameters = {
            name: array for name, array in state.items() if quantity(name).kind in ("W", "b")
        }
        self._one_hot = one_hot
        self._count, self._right, self._error = 0, 0, 0.0

    @property
    def accuracy(self) -> float:
        """The part that is put into the right class."""
        return self._right / self._count

    @property
    def error(self) -> float:
        """E, the mean over all samples."""
        return self._error / self._count

    def look_at(self, inputs: Array, targets: Array, rows: int) -> Iterator[None]:
        """Looks at `rows` samples of inputs (N, n_0) and targets (N, n_L) at a time."""
        for start in range(0, len(inputs), rows):
            a0, t = inputs[start : start + rows].T, targets[start : start + rows].T
            state = State({**self._parameters, "a0": a0, "t": t})
            for step in self._forward:
                state = step.apply(state)
            missed = wrong(state[self._output].T, t.T, self._one_hot)
            self._count += len(missed)
            self._right += len(missed) - int(missed.sum())
            self._error += float(state["E"]) * len(missed)
            yield


def mean_per_epoch(losses: Array, per_epoch: int) -> Array:
    """The mean of E over the iterations of each whole epoch. losses: (iterations,)."""
    epochs = len(losses) // per_epoch
    means: Array = losses[: epochs * per_epoch].reshape(epochs, per_epoch).mean(axis=1)
    return means


def _gradient_norms(program: Program, state: State) -> tuple[float, ...]:
    names: dict[int | None, list[str]] = {}
    for step in program.steps:
        if step.phase is Phase.UPDATE:
            break
        state = step.apply(state)
        if step.phase is Phase.GRADIENT:
            names.setdefault(step.layer, []).append(step.writes)
    return tuple(gradient_norm(state, of_layer) for of_layer in names.values())


def _piece(multiplications: int, most: int) -> int:
    """How many times so many multiplications make a piece of work; at least one."""
    return max(1, min(most, _PIECE // multiplications))
