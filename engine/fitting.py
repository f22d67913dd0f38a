"""Fitting an experiment to other data, or to other weights, by changing no more than has to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.errors import ExperimentError
from engine.experiment import Experiment, Layer, Network, Rate
from engine.losses import LOSSES
from engine.position import START

# The last layer's activation and the loss to go on with, where the ones there are will not do.
_PAIRS = (
    ("softmax", "cross_entropy"),
    ("sigmoid", "half_squared_error"),
    ("identity", "half_squared_error"),
)


def with_data(experiment: Experiment, data: Data) -> Experiment:
    """The experiment on other data, at its start.

    The first and the last layer get as many units as the data has inputs and targets; where the
    output and the loss do not suit the targets, a pair that does takes their place. A batch is at
    most all samples. Raises ExperimentError where nothing suits.
    """
    network = resized(experiment.network, data.inputs.shape[1], data.targets.shape[1])
    last = network.layers[-1]
    size = min(experiment.batch_size, data.samples)
    inside = bool(data.targets.min() >= 0 and data.targets.max() <= 1)
    pairs = [
        (ACTIVATIONS[activation], LOSSES[loss])
        for activation, loss in _PAIRS
        if inside or activation == "identity"
    ]
    problem = ExperimentError("data: no loss suits the targets")
    for activation, loss in ((last.activation, experiment.loss), *pairs):
        layers = (*network.layers[:-1], replace(last, activation=activation))
        try:
            return replace(
                experiment,
                network=replace(network, layers=layers),
                loss=loss,
                data=data,
                batch_size=size,
                position=START,
                edits=(),
                breakpoints=(),
                bookmarks=(),
            )
        except ExperimentError as error:
            problem = error
    raise problem


def resized(network: Network, inputs: int, outputs: int) -> Network:
    """The network with other numbers of inputs and outputs.

    A layer whose weights no longer fit is initialised; the others keep theirs.
    """
    layers: list[Layer] = []
    below = inputs
    for index, layer in enumerate(network.layers):
        units = outputs if index == len(network.layers) - 1 else layer.units
        layers.append(layer if _fits(layer, units, below) else _fresh(layer, units))
        below = units
    return Network(inputs, tuple(layers))


def _fits(layer: Layer, units: int, below: int) -> bool:
    shaped = (layer.weights, layer.weight_learning_rate)
    return layer.units == units and all(
        each.shape == (units, below)
        for each in shaped
        if isinstance(each, np.ndarray) and each.ndim == 2
    )


def _fresh(layer: Layer, units: int) -> Layer:
    """The layer with other units: what was given for each of its weights is left out."""
    return replace(
        layer,
        units=units,
        weights=None,
        biases=None,
        weight_learning_rate=_without_matrix(layer.weight_learning_rate),
        bias_learning_rate=_without_matrix(layer.bias_learning_rate),
    )


def _without_matrix(rate: Rate) -> Rate:
    return None if isinstance(rate, np.ndarray) else rate


def with_network(experiment: Experiment, network: Network) -> Experiment:
    """The experiment with another network, at its start.

    Where the data has other numbers of inputs or targets, one sample of zeros takes its place, to
    be typed over. Raises ExperimentError.
    """
    sizes, data, loss = network.sizes, experiment.data, experiment.loss
    if (data.inputs.shape[1], data.targets.shape[1]) != (sizes[0], sizes[-1]):
        targets = np.zeros((1, sizes[-1]))
        targets[0, 0] = 1.0  # One-hot, so that every loss can judge it.
        data = Data(frozen(np.zeros((1, sizes[0]))), frozen(targets))
    if loss.problem_with(network.layers[-1].activation, data.targets):
        suited = (
            each
            for each in LOSSES.values()
            if not each.problem_with(network.layers[-1].activation, data.targets)
        )
        loss = next(suited, loss)
    return replace(
        experiment,
        network=network,
        loss=loss,
        data=data,
        batch_size=min(experiment.batch_size, data.samples),
        position=START,
        edits=(),
        breakpoints=(),
        bookmarks=(),
    )
