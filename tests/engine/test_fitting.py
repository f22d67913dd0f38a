"""Fitting an experiment to other data and other networks: no more changes than has to."""

from pathlib import Path

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.datasets import DATASETS, Data
from engine.errors import ExperimentError
from engine.experiment import Layer, Network
from engine.fitting import resized, with_data, with_network
from engine.formats import experiment_json
from engine.timeline import Timeline
from tests.examples import FOLDER


def example(name):
    return experiment_json.read(Path(FOLDER) / f"{name}.gradwalk.json")


def test_data_of_the_same_shape_keeps_every_weight():
    before = example("2-3-2")
    data = Data(np.array([[0.1, 0.2]]), np.array([[0.3, 0.4]]))
    after = with_data(before, data)
    for name, values in before.start_values.items():
        np.testing.assert_array_equal(after.start_values[name], values)
    assert after.loss is before.loss


def test_the_first_and_the_last_layer_take_the_datas_sizes():
    after = with_data(example("2-3-2"), DATASETS["iris"].load())
    assert after.network.sizes == (4, 3, 3)
    Timeline(after).train(3)


def test_targets_that_the_loss_cannot_judge_get_one_that_can():
    before = example("iris")  # Softmax and cross-entropy, which want one-hot targets.
    data = Data(before.data.inputs, before.data.targets * 0.5)
    after = with_data(before, data)
    assert after.loss.name == "half_squared_error"
    wide = Data(before.data.inputs, before.data.targets * 7.0)
    assert with_data(before, wide).network.layers[-1].activation.name == "identity"


def test_a_batch_is_no_larger_than_the_data():
    before = example("iris")
    few = Data(before.data.inputs[:3], before.data.targets[:3])
    assert with_data(before, few).batch_size == 3


def test_data_that_is_not_finite_is_refused():
    with pytest.raises(ExperimentError, match="not a finite number"):
        with_data(example("xor"), Data(np.array([[np.nan, 0.0]]), np.array([[1.0]])))


def test_only_layers_that_no_longer_fit_lose_their_weights():
    sigmoid = ACTIVATIONS["sigmoid"]
    layers = (
        Layer(2, sigmoid, weights=np.ones((2, 3)), weight_learning_rate=np.ones((2, 3))),
        Layer(1, sigmoid, weights=np.ones((1, 2)), bias_learning_rate=0.25),
    )
    wider = resized(Network(3, layers), 4, 1)
    assert wider.layers[0].weights is None
    assert wider.layers[0].weight_learning_rate is None
    assert wider.layers[1] is layers[1]
    more = resized(Network(3, layers), 3, 2)
    assert more.layers[0] is layers[0]
    assert more.layers[1].weights is None
    assert more.layers[1].bias_learning_rate == 0.25


def test_another_network_keeps_the_data_that_fits_it():
    before = example("2-3-2")
    network = Network(2, (Layer(5, ACTIVATIONS["tanh"]), Layer(2, ACTIVATIONS["sigmoid"])))
    assert with_network(before, network).data is before.data


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_another_network_of_any_kind_gets_data_and_a_loss_it_can_run_on(activation):
    network = Network(5, (Layer(3, ACTIVATIONS[activation]),))
    for name in ("2-3-2", "iris", "xor"):
        after = with_network(example(name), network)
        Timeline(after).train(2)
