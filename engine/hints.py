"""Hints: what often keeps a network from learning, as data. Whoever shows them writes the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.activations import ReLU, Sigmoid, Tanh
from engine.arrays import Array
from engine.experiment import Experiment
from engine.program import Phase, Program
from engine.state import State

VANISHED_RATIO = 1e-3
"""A layer's gradient has vanished below this part of the largest layer's."""
VANISHED_NORM = 1e-12
"""The whole gradient has vanished below this, while E is above `LEARNED_ERROR`."""
LEARNED_ERROR = 1e-6
SATURATED_SLOPE = 0.04
"""A unit is saturated where g′ is below this part of its largest: a < 0.01 or a > 0.99."""
MOST_SAMPLES = 2048

_LARGEST_SLOPE = {Sigmoid: 0.25, Tanh: 1.0}


@dataclass(frozen=True, slots=True)
class VanishedGradient:
    """The gradient of a layer's weights is far smaller than another's; layer None: of all of them.

    size: the root mean square of ∂E/∂W in the layer; largest: in the layer that has the largest.
    """

    layer: int | None
    size: float
    largest: float


@dataclass(frozen=True, slots=True)
class DeadUnits:
    """ReLUs that are 0 for each of `samples` samples: no gradient ever reaches their weights."""

    layer: int
    units: tuple[int, ...]
    samples: int


@dataclass(frozen=True, slots=True)
class SaturatedUnits:
    """Hidden sigmoid or tanh units with a slope near 0 for each of `samples` samples."""

    layer: int
    units: tuple[int, ...]
    samples: int


@dataclass(frozen=True, slots=True)
class EqualUnits:
    """All units of a layer have the same weights and bias, so they learn the same.

    value: of all weights of the layer, where they are all equal; None where they differ from one
    unit below to the next.
    """

    layer: int
    value: float | None


Hint = VanishedGradient | DeadUnits | SaturatedUnits | EqualUnits


def hints(experiment: Experiment, program: Program, state: State) -> tuple[Hint, ...]:
    """What stands out in one iteration.

    state: that of an iteration with all gradients computed and nothing updated. Dead and saturated
    units are judged by the data, the first `MOST_SAMPLES` samples of it, not by the batch alone.
    """
    outputs = _outputs(experiment, program, state)
    return (
        *_vanished_gradients(program, state),
        *_dead_units(experiment, outputs),
        *_saturated_units(experiment, outputs),
        *_equal_units(experiment, state),
    )


def _vanished_gradients(program: Program, state: State) -> Iterator[Hint]:
    layers = range(1, program.layers + 1)
    with np.errstate(all="ignore"):  # Where a gradient is infinite, there is more to say than this.
        sizes = [float(np.sqrt(np.mean(state[f"dW{layer}"] ** 2))) for layer in layers]
    largest = max(sizes)
    if not np.isfinite(largest):
        return
    if largest < VANISHED_NORM:
        if float(state["E"]) > LEARNED_ERROR:
            yield VanishedGradient(None, largest, largest)
        return
    for layer, size in zip(layers, sizes, strict=True):
        if size < VANISHED_RATIO * largest:
            yield VanishedGradient(layer, size, largest)


def _dead_units(experiment: Experiment, outputs: list[Array]) -> Iterator[Hint]:
    for layer, (own, a) in enumerate(zip(experiment.network.layers, outputs, strict=True), 1):
        if isinstance(own.activation, ReLU):
            units = _units((a == 0.0).all(axis=1))
            if units:
                yield DeadUnits(layer, units, a.shape[1])


def _saturated_units(experiment: Experiment, outputs: list[Array]) -> Iterator[Hint]:
    # An output that has learned to answer 0 or 1 is saturated too, and right to be.
    for layer, (own, a) in enumerate(
        zip(experiment.network.layers[:-1], outputs[:-1], strict=True), 1
    ):
        largest = _LARGEST_SLOPE.get(type(own.activation))
        if largest is None:
            continue
        slope = a * (1.0 - a) if isinstance(own.activation, Sigmoid) else 1.0 - a * a
        units = _units((slope < SATURATED_SLOPE * largest).all(axis=1))
        if units:
            yield SaturatedUnits(layer, units, a.shape[1])


def _equal_units(experiment: Experiment, state: State) -> Iterator[Hint]:
    for layer, own in enumerate(experiment.network.layers, 1):
        parameters = [state[name] for name in experiment.parameters_of(layer)]
        if own.units < 2 or not all((each == each[:1]).all() for each in parameters):
            continue
        W = parameters[0]
        yield EqualUnits(layer, float(W[0, 0]) if (W == W[0, 0]).all() else None)


def _outputs(experiment: Experiment, program: Program, state: State) -> list[Array]:
    """The activations (n, N) of layers 1 … L for the first samples of the data."""
    parameters = {name: state[name] for name in experiment.start_values}
    made = State({**parameters, "a0": experiment.data.inputs[:MOST_SAMPLES].T})
    for step in program.steps:
        if step.phase is not Phase.FORWARD or step.writes == "E":
            break
        made = step.apply(made)
    return [made[f"a{layer}"] for layer in range(1, program.layers + 1)]


def _units(flags: npt.ArrayLike) -> tuple[int, ...]:
    return tuple(np.flatnonzero(flags).tolist())
