"""What an experiment refuses, and in which words."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine import limits
from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.errors import ExperimentError, GradwalkError
from engine.experiment import Experiment, Layer, Network
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent, Momentum
from engine.position import Position
from tests.engine.building import by_hand

SIGMOID = ACTIVATIONS["sigmoid"]


def layer(units: int = 2, **changes: Any) -> Layer:
    return Layer(units, SIGMOID, **changes)


def build(*layers: Layer, inputs: int = 2, **changes: Any) -> Experiment:
    chosen = layers or (layer(3), layer(2))
    outputs = max(1, min(chosen[-1].units, 10))
    described: dict[str, Any] = {
        "network": Network(inputs, chosen),
        "loss": LOSSES["half_squared_error"],
        "data": Data(np.zeros((3, max(1, min(inputs, 10)))), np.zeros((3, outputs))),
    }
    return Experiment(**{**described, **changes})


def refusal(*layers: Layer, **changes: Any) -> str:
    with pytest.raises(ExperimentError) as refused:
        build(*layers, **changes)
    assert isinstance(refused.value, GradwalkError)
    return str(refused.value)


NAN = frozen([[0.1, math.nan], [0.0, 0.0]])
INF = frozen([[0.1, math.inf], [0.0, 0.0]])
NOT_FINITE = "has a value that is not a finite number"

LAYERS: list[tuple[tuple[Layer, ...], str]] = [
    ((layer(0), layer(2)), "network.layers[0].units: 0, but it has to be from 1 to 4096"),
    ((layer(2), layer(4097)), "network.layers[1].units: 4097, but it has to be from 1 to 4096"),
    (
        (layer(3), layer(2, weights=np.zeros((2, 2)))),
        "network.layers[1].weights: 2×2, but the layer has 2 units fed by 3",
    ),
    (
        (layer(1, weights=np.zeros((2, 3))),),
        "network.layers[0].weights: 2×3, but the layer has 1 unit fed by 2",
    ),
    (
        (layer(2, biases=np.zeros((3, 1))),),
        "network.layers[0].biases: 3 values, but the layer has 2 units",
    ),
    (
        (layer(2, bias=False, biases=np.zeros((2, 1))),),
        'network.layers[0].biases: given, but the layer has "bias": false',
    ),
    (
        (layer(2, bias=False, bias_learning_rate=0.1),),
        'network.layers[0].biases: given, but the layer has "bias": false',
    ),
    (
        (layer(2, initializer="lecun"),),
        "network.layers[0].initializer: unknown name 'lecun'; "
        "known are uniform, normal, xavier, he, zeros",
    ),
    (
        (layer(2, weight_learning_rate=np.ones((2, 3))),),
        "network.layers[0].weight_learning_rate: 2×3, but the layer has 2 units fed by 2",
    ),
    (
        (layer(2, bias_learning_rate=np.ones((1, 2))),),
        "network.layers[0].bias_learning_rate: 1×2, but the layer has 2 units fed by 2",
    ),
    ((layer(2, weights=NAN),), f"network.layers[0].weights: {NOT_FINITE}"),
    ((layer(2, weights=INF),), f"network.layers[0].weights: {NOT_FINITE}"),
    ((layer(2, biases=NAN[:, 1:]),), f"network.layers[0].biases: {NOT_FINITE}"),
    (
        (layer(2, weight_learning_rate=math.nan),),
        f"network.layers[0].weight_learning_rate: {NOT_FINITE}",
    ),
    (
        (layer(2, weight_learning_rate=INF),),
        f"network.layers[0].weight_learning_rate: {NOT_FINITE}",
    ),
    (
        (layer(2, bias_learning_rate=math.inf),),
        f"network.layers[0].bias_learning_rate: {NOT_FINITE}",
    ),
]


@pytest.mark.parametrize(("layers", "sentence"), LAYERS)
def test_layers_that_do_not_fit_are_refused(layers: tuple[Layer, ...], sentence: str) -> None:
    assert refusal(*layers) == sentence


OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"inputs": 0}, "network.inputs: 0, but it has to be from 1 to 4096"),
    ({"inputs": 4097}, "network.inputs: 4097, but it has to be from 1 to 4096"),
    ({"batch_size": 0}, "batch.size: 0, but it has to be from 1 to 4096"),
    ({"batch_size": 4}, "batch.size: 4, but the data has only 3 samples"),
    ({"seed": -1}, f"seed: -1, but it has to be from 0 to {2**63 - 1}"),
    ({"seed": 2**63}, f"seed: {2**63}, but it has to be from 0 to {2**63 - 1}"),
    (
        {"position": Position(-1)},
        "position.iteration: -1, but it has to be from 0 to 1000000000",
    ),
    (
        {"data": Data(np.zeros((3, 4)), np.zeros((3, 2)))},
        "data.inputs: 4 values a sample, but the network has 2 inputs",
    ),
    (
        {"data": Data(np.zeros((3, 2)), np.zeros((3, 1)))},
        "data.targets: 1 value a sample, but the last layer has 2 units",
    ),
    (
        {"data": Data(np.zeros((0, 2)), np.zeros((0, 2)))},
        "data.inputs: 0 samples, but it has to be from 1 to 100000",
    ),
    (
        {"optimizer": GradientDescent(math.nan)},
        "optimizer.learning_rate: nan is not a finite number",
    ),
    ({"optimizer": Adam(epsilon=math.inf)}, "optimizer.epsilon: inf is not a finite number"),
    ({"optimizer": Adam(epsilon=0.0)}, "optimizer.epsilon: has to be greater than 0"),
    (
        {"optimizer": Momentum(momentum=1.0)},
        "optimizer.momentum: 1, but it has to be from 0 to below 1",
    ),
    ({"optimizer": Adam(beta1=-0.1)}, "optimizer.beta1: -0.1, but it has to be from 0 to below 1"),
    ({"optimizer": Adam(beta2=1.5)}, "optimizer.beta2: 1.5, but it has to be from 0 to below 1"),
    (
        {"loss": LOSSES["cross_entropy"]},
        "loss: cross_entropy compares probabilities that add up to 1, so the last layer has to be "
        "softmax; it is sigmoid",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), OTHERS)
def test_experiments_that_do_not_fit_are_refused(changes: dict[str, Any], sentence: str) -> None:
    assert refusal(**changes) == sentence


def test_networks_without_layers_or_with_too_many_are_refused() -> None:
    with pytest.raises(ExperimentError, match=r"^network\.layers: 0 layers, but .* from 1 to 16$"):
        replace(build(), network=Network(2, ()))
    too_many = [layer(2)] * 17
    assert refusal(*too_many) == "network.layers: 17 layers, but it has to be from 1 to 16"


def test_networks_with_too_many_weights_are_refused() -> None:
    layers = [layer(4000), layer(1000), layer(2)]
    assert refusal(*layers) == "network: 4010000 weights, but at most 4000000 are allowed"


def test_too_many_samples_are_refused() -> None:
    data = Data(np.zeros((limits.MAX_SAMPLES + 1, 2)), np.zeros((limits.MAX_SAMPLES + 1, 2)))
    assert refusal(data=data) == "data.inputs: 100001 samples, but it has to be from 1 to 100000"


def test_what_lies_just_inside_the_limits_is_accepted() -> None:
    build(*[layer(2)] * 16)
    build(batch_size=3, seed=2**63 - 1, position=Position(limits.MAX_ITERATIONS))
    build(optimizer=Momentum(momentum=0.0))
    build(layer(2, weight_learning_rate=0.0, bias_learning_rate=np.zeros((2, 1))))
    build(layer(2, weight_learning_rate=frozen(0.1)))


def test_an_experiment_cannot_be_changed() -> None:
    described = by_hand()
    with pytest.raises(FrozenInstanceError):
        described.seed = 1  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        described.network.layers[0].units = 5  # type: ignore[misc]
    assert all(not values.flags.writeable for values in described.start_values.values())


def test_rates_come_from_the_layer_or_else_the_optimizer() -> None:
    table = frozen([[0.1, 0.2], [0.3, 0.4]])
    described = build(layer(2, weight_learning_rate=table, bias_learning_rate=0.0), layer(2))
    assert_array_equal(described.rate_of("W1"), table)
    assert described.rate_of("b1") == 0.0
    assert described.rate_of("W2") == described.rate_of("b2") == 0.5


def test_parameters_of_a_layer_without_biases() -> None:
    described = build(layer(3, bias=False), layer(2))
    assert described.parameters_of(1) == ("W1",)
    assert described.parameters_of(2) == ("W2", "b2")
    assert list(described.start_values) == ["W1", "W2", "b2"]


def test_the_same_experiment_with_other_weights_starts_from_them() -> None:
    described = build(layer(3, bias=False), layer(2))
    values = {name: value + 1.0 for name, value in described.start_values.items()}
    changed = described.with_weights(values)
    for name, value in values.items():
        assert_array_equal(changed.start_values[name], value)
    assert changed.data is described.data
    assert described.start_values["b2"].tolist() == [[0.0], [0.0]]


def test_sizes_of_a_network() -> None:
    assert Network(4, (layer(5), layer(3))).sizes == (4, 5, 3)


def test_data_with_a_value_that_is_not_finite_is_refused() -> None:
    bad = Data(frozen([[0.0, math.nan]]), frozen([[0.0, 1.0]]))
    with pytest.raises(ExperimentError, match=r"^data\.inputs: has a value that is not a finite"):
        replace(by_hand(), data=bad)


def test_more_data_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DATA_VALUES", 1)
    with pytest.raises(ExperimentError, match=r"^data\.inputs: 2 values, but the limit is 1$"):
        by_hand()


def test_a_layer_keeps_no_hold_of_the_weights_it_was_given() -> None:
    weights = np.ones((2, 2))
    layer = replace(by_hand().network.layers[0], weights=weights)
    network = replace(by_hand().network, layers=(layer, by_hand().network.layers[1]))
    start = replace(by_hand(), network=network).start_values["W1"]
    weights[0, 0] = 7.0
    assert start[0, 0] == 1.0
    assert not start.flags.writeable
