"""The frozen, validated description of an experiment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine import limits
from engine.activations import Activation
from engine.arrays import Array, frozen, shape_text
from engine.datasets import Data
from engine.edits import Edit
from engine.errors import ExperimentError
from engine.expression import quantity
from engine.initializers import INITIALIZERS
from engine.losses import Loss
from engine.optimizers import GradientDescent, Optimizer
from engine.position import START, Position

if TYPE_CHECKING:  # Both are checked against an experiment.
    from engine.bookmarks import Bookmark
    from engine.breakpoints import Breakpoint

Rate = float | Array | None


@dataclass(frozen=True, eq=False, slots=True)
class Layer:
    """One layer that computes.

    weights: (units, units below) or None to be initialised; biases: (units, 1) likewise (they
    start at 0). Rates: None for the optimizer's, a number, or an array shaped like what they
    scale; 0 freezes.
    """

    units: int
    activation: Activation
    bias: bool = True
    weights: Array | None = None
    biases: Array | None = None
    initializer: str | None = None
    weight_learning_rate: Rate = None
    bias_learning_rate: Rate = None


@dataclass(frozen=True, eq=False, slots=True)
class Network:
    """A feed-forward network: `inputs` units in layer 0, then `layers`."""

    inputs: int
    layers: tuple[Layer, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of layers 0 … L."""
        return self.inputs, *(layer.units for layer in self.layers)


@dataclass(frozen=True, eq=False)
class Experiment:
    """Everything a run is determined by, and where one stands in it.

    edits: what was changed in the course of the run, in the order of their iterations.
    breakpoints and bookmarks: what a person has noted about the run; they change nothing in it.

    Raises ExperimentError, a sentence that starts with the path to the field, where the parts do
    not fit together or exceed engine.limits.
    """

    network: Network
    loss: Loss
    data: Data
    optimizer: Optimizer = field(default_factory=GradientDescent)
    batch_size: int = 1
    shuffle: bool = False
    seed: int = 0
    title: str = ""
    notes: str = ""
    position: Position = START
    edits: tuple[Edit, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()

    def __post_init__(self) -> None:
        _check(self)

    @cached_property
    def start_values(self) -> dict[str, Array]:
        """Weights and biases before iteration 0, by name: W (n_out, n_in), b (n_out, 1)."""
        values: dict[str, Array] = {}
        sizes = self.network.sizes
        for l, layer in enumerate(self.network.layers, start=1):
            if layer.weights is not None:
                values[f"W{l}"] = frozen(layer.weights)
            else:
                start = INITIALIZERS[layer.initializer or layer.activation.default_initializer]
                values[f"W{l}"] = frozen(start.weights(sizes[l], sizes[l - 1], self.seed, l))
            if layer.bias:
                start_b = layer.biases if layer.biases is not None else np.zeros((layer.units, 1))
                values[f"b{l}"] = frozen(start_b)
        return values

    def parameters_of(self, layer: int) -> tuple[str, ...]:
        """The names of a layer's parameters; layers count from 1."""
        return (f"W{layer}", f"b{layer}") if self.network.layers[layer - 1].bias else (f"W{layer}",)

    def rate_of(self, parameter: str) -> Array:
        """The learning rate of a parameter: a scalar, or one number for each of its elements."""
        what = quantity(parameter)
        assert what.layer is not None
        layer = self.network.layers[what.layer - 1]
        own = layer.weight_learning_rate if what.is_weight_shaped else layer.bias_learning_rate
        return frozen(self.optimizer.learning_rate if own is None else own)

    def with_weights(self, values: dict[str, Array]) -> Experiment:
        """The same experiment starting from other weights and biases."""
        layers = tuple(
            replace(layer, weights=frozen(values[f"W{l}"]), biases=frozen(values[f"b{l}"]))
            if layer.bias
            else replace(layer, weights=frozen(values[f"W{l}"]))
            for l, layer in enumerate(self.network.layers, start=1)
        )
        return replace(self, network=replace(self.network, layers=layers))


def _check(experiment: Experiment) -> None:
    layers = experiment.network.layers
    check_range("network.inputs", experiment.network.inputs, 1, limits.MAX_UNITS)
    check_range("network.layers", len(layers), 1, limits.MAX_LAYERS, "layers")
    sizes = experiment.network.sizes
    for index, layer in enumerate(layers):
        _check_layer(f"network.layers[{index}]", layer, sizes[index])
    count = sum(a * b for a, b in pairwise(sizes))
    if count > limits.MAX_WEIGHTS:
        raise ExperimentError(
            f"network: {count} weights, but at most {limits.MAX_WEIGHTS} are allowed"
        )
    _check_optimizer(experiment.optimizer)
    _check_data(experiment)
    check_range("batch.size", experiment.batch_size, 1, limits.MAX_BATCH)
    if experiment.batch_size > experiment.data.samples:
        raise ExperimentError(
            f"batch.size: {experiment.batch_size}, but the data has only "
            f"{experiment.data.samples} samples"
        )
    check_range("seed", experiment.seed, 0, limits.MAX_SEED)
    check_range("position.iteration", experiment.position.iteration, 0, limits.MAX_ITERATIONS)
    _check_notes(experiment)


def _check_notes(experiment: Experiment) -> None:
    breakpoints, bookmarks = experiment.breakpoints, experiment.bookmarks
    check_range("breakpoints", len(breakpoints), 0, limits.MAX_BREAKPOINTS, "breakpoints")
    check_range("bookmarks", len(bookmarks), 0, limits.MAX_BOOKMARKS, "bookmarks")
    for index, breakpoint_ in enumerate(breakpoints):
        breakpoint_.check(f"breakpoints[{index}]", experiment)
    for index, bookmark in enumerate(bookmarks):
        bookmark.check(f"bookmarks[{index}]", experiment)


def _check_layer(path: str, layer: Layer, n_in: int) -> None:
    check_range(f"{path}.units", layer.units, 1, limits.MAX_UNITS)
    fed = f"but the layer has {_count(layer.units, 'unit')} fed by {n_in}"
    shape = (layer.units, n_in)
    if layer.weights is not None and layer.weights.shape != shape:
        raise ExperimentError(f"{path}.weights: {shape_text(layer.weights.shape)}, {fed}")
    if not layer.bias and (layer.biases is not None or layer.bias_learning_rate is not None):
        raise ExperimentError(f'{path}.biases: given, but the layer has "bias": false')
    if layer.biases is not None and layer.biases.shape != (layer.units, 1):
        raise ExperimentError(
            f"{path}.biases: {layer.biases.size} values, "
            f"but the layer has {_count(layer.units, 'unit')}"
        )
    if layer.initializer is not None and layer.initializer not in INITIALIZERS:
        raise ExperimentError(unknown(f"{path}.initializer", layer.initializer, INITIALIZERS))
    for name, rate, wanted in (
        ("weight_learning_rate", layer.weight_learning_rate, shape),
        ("bias_learning_rate", layer.bias_learning_rate, (layer.units, 1)),
    ):
        if isinstance(rate, np.ndarray) and rate.ndim and rate.shape != wanted:
            raise ExperimentError(f"{path}.{name}: {shape_text(rate.shape)}, {fed}")
        if rate is not None and not np.all(np.isfinite(rate)):
            raise ExperimentError(f"{path}.{name}: has a value that is not a finite number")
    for name, values in (("weights", layer.weights), ("biases", layer.biases)):
        if values is not None and not np.all(np.isfinite(values)):
            raise ExperimentError(f"{path}.{name}: has a value that is not a finite number")


def _check_optimizer(optimizer: Optimizer) -> None:
    for name in optimizer.settings():
        value = getattr(optimizer, name)
        if not np.isfinite(value):
            raise ExperimentError(f"optimizer.{name}: {value} is not a finite number")
    for name in ("momentum", "beta1", "beta2"):
        value = getattr(optimizer, name, 0.0)
        if not 0 <= value < 1:
            raise ExperimentError(
                f"optimizer.{name}: {value:g}, but it has to be from 0 to below 1"
            )
    if getattr(optimizer, "epsilon", 1.0) <= 0:
        raise ExperimentError("optimizer.epsilon: has to be greater than 0")


def _check_data(experiment: Experiment) -> None:
    data, sizes = experiment.data, experiment.network.sizes
    check_range("data.inputs", data.samples, 1, limits.MAX_SAMPLES, "samples")
    check_range("data.held_out", data.held_out_samples, 0, limits.MAX_SAMPLES, "samples")
    fed, fits = "the network has {} inputs", "the last layer has {} units"
    for name, values, wanted, where in (
        ("inputs", data.inputs, sizes[0], fed),
        ("targets", data.targets, sizes[-1], fits),
        ("held_out.inputs", data.held_out_inputs, sizes[0], fed),
        ("held_out.targets", data.held_out_targets, sizes[-1], fits),
    ):
        if values is None:
            continue
        if values.size > limits.MAX_DATA_VALUES:
            raise ExperimentError(
                f"data.{name}: {values.size} values, but the limit is {limits.MAX_DATA_VALUES}"
            )
        if not np.isfinite(values).all():
            raise ExperimentError(f"data.{name}: has a value that is not a finite number")
        if values.shape[1] != wanted:
            raise ExperimentError(
                f"data.{name}: {_count(values.shape[1], 'value')} a sample, "
                f"but {where.format(wanted)}"
            )
    for targets in (data.targets, data.held_out_targets):
        if targets is None:
            continue
        problem = experiment.loss.problem_with(experiment.network.layers[-1].activation, targets)
        if problem:
            raise ExperimentError(f"loss: {problem}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def check_range(path: str, value: int, least: int, most: int, noun: str = "") -> None:
    """Raises ExperimentError unless least ≤ value ≤ most."""
    if not least <= value <= most:
        what = f"{value} {noun}".strip()
        raise ExperimentError(f"{path}: {what}, but it has to be from {least} to {most}")


def unknown(path: str, name: object, known: Iterable[str]) -> str:
    """The sentence for a name that is in no registry."""
    return f"{path}: unknown name {name!r}; known are {', '.join(known)}"
