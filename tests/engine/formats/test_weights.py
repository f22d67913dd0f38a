import json
from io import BytesIO

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import GradwalkError
from engine.formats import WEIGHTS, Trained, experiment_json, weights_format
from engine.position import Position
from engine.timeline import Timeline
from tests.examples import EXAMPLES, FOLDER

# Written here from the definitions, not taken from the engine.
ACTIVATE = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=0),
}


def trained(path, iterations):
    timeline = Timeline(experiment_json.read(path))
    timeline.train(iterations)
    return timeline, Trained(timeline.trained_experiment(), timeline.completed)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_npz_file_predicts_what_the_network_does(path):
    timeline, export = trained(path, 25)
    with np.load(BytesIO(WEIGHTS[".npz"].encode(export)), allow_pickle=False) as file:
        meta = json.loads(str(file["meta"]))
        a = timeline.experiment.data.inputs.T
        for number, layer in enumerate(meta["layers"], start=1):
            z = file[f"W{number}"] @ a
            a = ACTIVATE[layer["activation"]](z + file[f"b{number}"] if layer["bias"] else z)
    frame = timeline.seek(Position(25, timeline.program.last))
    top = f"a{timeline.program.layers}"
    # Ten-odd roundings of numbers of size 1, summed over at most 64 inputs.
    assert_allclose(frame.before[top], a[:, frame.samples], rtol=0, atol=1e-12)
    assert meta["iteration"] == 25


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_a_json_file_reads_back_to_the_same_doubles(path):
    timeline, export = trained(path, 25)
    network = experiment_json.network_from_json(json.loads(WEIGHTS[".json"].encode(export)))
    carried = timeline.state_at(25)
    for number, layer in enumerate(network.layers, start=1):
        assert_array_equal(layer.weights, carried[f"W{number}"])
        if layer.bias:
            assert_array_equal(layer.biases, carried[f"b{number}"])


def test_in_the_middle_of_an_iteration_the_weights_it_started_from_are_exported():
    timeline = Timeline(experiment_json.read(FOLDER / "2-3-2.gradwalk.json"))
    timeline.train(3)
    timeline.seek(Position(3, timeline.program.last - 1))  # W2 is written, b2 is not.
    assert timeline.completed == 3
    exported = timeline.trained_experiment().start_values["W2"]
    assert_array_equal(exported, timeline.state_at(3)["W2"])


@pytest.mark.parametrize("name", ["weights.xyz", "weights", "mine.gradwalk.json"])
def test_an_ending_that_is_no_weights_format_is_refused(tmp_path, name):
    with pytest.raises(GradwalkError, match=name):
        weights_format(tmp_path / name)
