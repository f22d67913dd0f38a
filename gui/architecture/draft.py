"""What a person makes of an experiment, which for a while may be no valid experiment at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.activations import ACTIVATIONS
from engine.errors import ExperimentError
from engine.experiment import Experiment, Layer, Network, Rate
from engine.losses import Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.position import START

USUAL_UNITS = 3
_LONG_NUMBER = re.compile(r"(\d{12})\d{10,}")


@dataclass(frozen=True, eq=False, slots=True)
class Draft:
    """The parts of an experiment that a run is started from; nothing is checked.

    What is given for a layer (weights, biases, a rate for each weight) is kept here even while the
    layer has another shape, so that a slip in its units does not lose it.
    """

    network: Network
    loss: Loss
    optimizer: Optimizer
    batch_size: int
    shuffle: bool
    seed: int

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Layers 1 … L."""
        return self.network.layers

    @property
    def last(self) -> int:
        """L."""
        return len(self.network.layers)

    def is_same(self, other: Draft) -> bool:
        """Whether nothing differs, the learning rate apart, which a run takes over as it goes."""
        rate = self.optimizer.learning_rate
        return (
            _is_same_network(self.network, other.network)
            and (self.loss, self.batch_size, self.shuffle, self.seed)
            == (other.loss, other.batch_size, other.shuffle, other.seed)
            and with_setting("learning_rate", rate, other).optimizer == self.optimizer
        )


Change = Callable[[Draft], Draft]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a draft is no experiment. path: to the field, as the engine calls it."""

    path: str
    reason: str


def draft_of(experiment: Experiment) -> Draft:
    """The draft that changes nothing."""
    return Draft(
        experiment.network,
        experiment.loss,
        experiment.optimizer,
        experiment.batch_size,
        experiment.shuffle,
        experiment.seed,
    )


def experiment_of(draft: Draft, base: Experiment) -> Experiment:
    """The experiment a draft asks for, at its start. Raises ExperimentError."""
    return replace(
        base,
        network=fitted(draft.network),
        loss=draft.loss,
        optimizer=draft.optimizer,
        batch_size=draft.batch_size,
        shuffle=draft.shuffle,
        seed=draft.seed,
        position=START,
        edits=(),
        breakpoints=(),
        bookmarks=(),
    )


def problem_with(draft: Draft, base: Experiment) -> Problem | None:
    """Why a draft is no experiment; None where it is one."""
    try:
        experiment_of(draft, base)
    except ExperimentError as error:
        path, _, reason = str(error).partition(": ")
        return Problem(path, _LONG_NUMBER.sub(r"\1…", reason))
    return None


def left_out(draft: Draft) -> tuple[int, ...]:
    """The layers, counted from 1, of which something given no longer fits."""
    kept_layers = fitted(draft.network).layers
    return tuple(
        number
        for number, (own, kept) in enumerate(zip(draft.layers, kept_layers, strict=True), start=1)
        if any(getattr(own, name) is not getattr(kept, name) for name in _SHAPED)
    )


_SHAPED = ("weights", "biases", "weight_learning_rate", "bias_learning_rate")


def fitted(network: Network) -> Network:
    """The same network without what is given for layers of another shape."""
    sizes = network.sizes
    layers = (_fitted_layer(each, sizes[at]) for at, each in enumerate(network.layers))
    return replace(network, layers=tuple(layers))


def _fitted_layer(layer: Layer, n_in: int) -> Layer:
    shape, column = (layer.units, n_in), (layer.units, 1)
    fitting = replace(
        layer,
        weights=layer.weights if _fits(layer.weights, shape) else None,
        biases=layer.biases if _fits(layer.biases, column) else None,
        weight_learning_rate=(
            layer.weight_learning_rate if _fits(layer.weight_learning_rate, shape) else None
        ),
        bias_learning_rate=(
            layer.bias_learning_rate if _fits(layer.bias_learning_rate, column) else None
        ),
    )
    return fitting if layer.bias else replace(fitting, biases=None, bias_learning_rate=None)


def _fits(given: Rate, shape: tuple[int, int]) -> bool:
    return not np.ndim(given) or np.shape(given) == shape  # type: ignore[arg-type]


def _is_same_network(a: Network, b: Network) -> bool:
    if a is b:
        return True
    return a.sizes == b.sizes and all(map(_is_same_layer, a.layers, b.layers))


def _is_same_layer(a: Layer, b: Layer) -> bool:
    plain = ("activation", "bias", "initializer")
    return all(getattr(a, name) == getattr(b, name) for name in plain) and all(
        _is_same_array(getattr(a, name), getattr(b, name)) for name in _SHAPED
    )


def _is_same_array(a: Rate, b: Rate) -> bool:
    if a is None or b is None:
        return a is b
    return np.array_equal(a, b)


# Changes: what a field or a button makes of a draft


def with_inputs(units: int, draft: Draft) -> Draft:
    """Another number of inputs."""
    return replace(draft, network=replace(draft.network, inputs=units))


def with_layer(number: int, changes: dict[str, object], draft: Draft) -> Draft:
    """Another layer, counted from 1, where it exists."""
    if not 1 <= number <= draft.last:
        return draft
    layers = list(draft.layers)
    layers[number - 1] = replace(layers[number - 1], **changes)  # type: ignore[arg-type]
    return _with_layers(draft, layers)


def added(after: int, draft: Draft) -> Draft:
    """A hidden layer more, after a layer; before the last one where that is asked for."""
    at = min(after, draft.last - 1)
    layers = list(draft.layers)
    layers.insert(at, _like(layers[at - 1] if 0 < at else None))
    return _with_layers(draft, layers)


def _like(hidden: Layer | None) -> Layer:
    if hidden is None:
        return Layer(USUAL_UNITS, ACTIVATIONS["sigmoid"])
    return Layer(hidden.units, hidden.activation, bias=hidden.bias, initializer=hidden.initializer)


def removed(number: int, draft: Draft) -> Draft:
    """A layer less, counted from 1."""
    layers = list(draft.layers)
    del layers[number - 1]
    return _with_layers(draft, layers)


def moved(number: int, by: int, draft: Draft) -> Draft:
    """A layer, counted from 1, changes places with the one before (−1) or after it (+1)."""
    layers = list(draft.layers)
    a, b = number - 1, number - 1 + by
    layers[a], layers[b] = layers[b], layers[a]
    return _with_layers(draft, layers)


def _with_layers(draft: Draft, layers: list[Layer]) -> Draft:
    return replace(draft, network=replace(draft.network, layers=tuple(layers)))


def with_part(name: str, value: object, draft: Draft) -> Draft:
    """Another loss, batch_size, shuffle or seed."""
    return replace(draft, **{name: value})  # type: ignore[arg-type]


def with_optimizer(name: str, draft: Draft) -> Draft:
    """Another optimizer: what both have stays, the rest is what is usual."""
    kind, before = OPTIMIZERS[name], draft.optimizer
    shared = {each: getattr(before, each) for each in kind.settings() if hasattr(before, each)}
    return replace(draft, optimizer=kind(**shared))


def with_setting(name: str, value: float, draft: Draft) -> Draft:
    """Another setting of the optimizer, where it has such a one."""
    if name not in draft.optimizer.settings():
        return draft
    optimizer = replace(draft.optimizer, **{name: value})  # type: ignore[type-var]
    return replace(draft, optimizer=optimizer)
