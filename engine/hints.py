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
    """The δ of a layer is far smaller than another's; layer None: the gradient is 0 everywhere.

    size: the root mean square of δ over the units of the layer and the batch; largest: in the layer
    that has the largest. With layer None, both are of ∂E/∂W and ∂E/∂b over all layers.
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
        *_vanished_gradients(experiment, program, state),
        *_dead_units(experiment, outputs),
        *_saturated_units(experiment, outputs),
        *_equal_units(experiment, state),
    )


def _vanished_gradients(experiment: Experiment, program: Program, state: State) -> Iterator[Hint]:
    layers = range(1, program.layers + 1)
    with np.errstate(all="ignore"):  # Where a number is infinite, there is more to say than this.
        whole = max(_gradient_size(state, layer) for layer in layers)
        sizes = [_size(state[f"delta{layer}"]) for layer in layers]
    if whole < VANISHED_NORM:
        if float(state["E"]) > LEARNED_ERROR:
            yield VanishedGradient(None, whole, whole)
        return
    largest = max(sizes)
    if not np.isfinite(largest):
        return
    # δ and not ∂E/∂W: that is 0 for an input of 0 too, with nothing lost on the way down.
    for layer, size in zip(layers, sizes, strict=True):
        if size < VANISHED_RATIO * largest and not _is_off(experiment, state, layer):
            yield VanishedGradient(layer, size, largest)


def _gradient_size(state: State, layer: int) -> float:
    """The larger root mean square of ∂E/∂W and ∂E/∂b, whether the layer has a bias or not."""
    db = state[f"delta{layer}"].mean(axis=1)
    return max(_size(state[f"dW{layer}"]), _size(db))


def _size(array: Array) -> float:
    """The root mean square."""
    return float(np.sqrt(np.mean(array**2)))


def _is_off(experiment: Experiment, state: State, layer: int) -> bool:
    """Whether `layer` or a hidden one above has ReLUs that are all 0 for the whole batch.

    No δ comes down through these, as it should be: they may well answer the next sample.
    """
    return any(
        isinstance(own.activation, ReLU) and not state[f"a{above}"].any()
        for above, own in enumerate(experiment.network.layers[:-1], 1)
        if above >= layer
    )


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
