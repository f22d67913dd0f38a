import csv
import json
import struct
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import numpy as np
import onnxruntime
import pytest
import safetensors.numpy
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import ACTIVATIONS
from engine.errors import GradwalkError
from engine.formats import WEIGHTS, Trained, experiment_json, weights_format
from engine.formats.protobuf import block, integer
from engine.position import Position
from engine.scaling import Scaling
from engine.timeline import Timeline
from tests.engine.building import experiment
from tests.examples import EXAMPLES, FOLDER

# Written here from the definitions, not taken from the engine.
ACTIVATE = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    # Below -37 the 1 swallows e^z, so log1p; above 700 e^z overflows, and the answer is z.
    "softplus": lambda z: np.where(z > 700, z, np.log1p(np.exp(np.minimum(z, 700)))),
    "softmax": lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0),
}
# From where every function is at its ordinary to where e^z and e^-z leave the doubles.
INPUTS = np.array([[0.3, -0.7], [-30.0, 20.0], [40.0, -45.0], [1e-9, 3e-13], [1500.0, -1200.0]])
every_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)


def trained(path, iterations):
    timeline = Timeline(experiment_json.read(path))
    timeline.train(iterations)
    return timeline, Trained(timeline.trained_experiment(), timeline.completed)


def network_of(activation, *, bias=True, output="identity"):
    return Trained(experiment((2, 3, 2), activation, output, bias=bias), 5)


def predictions(export, inputs):
    """What the network answers to rows of inputs, by the definitions above."""
    values = export.experiment.start_values
    a = inputs.T
    with np.errstate(over="ignore"):
        for number, layer in enumerate(export.experiment.network.layers, start=1):
            z = values[f"W{number}"] @ a
            z = z + values[f"b{number}"] if layer.bias else z
            a = ACTIVATE[layer.activation.name](z)
    return a.T


def by_onnx_runtime(content, inputs):
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (given,), (result,) = session.get_inputs(), session.get_outputs()
    assert (given.name, given.type, given.shape[0]) == ("x", "tensor(double)", "batch")
    assert (result.name, result.type, result.shape[0]) == ("y", "tensor(double)", "batch")
    return session.run(["y"], {"x": inputs})[0]


def by_python(tmp_path, content, inputs):
    """What predict(x) of an exported module gives in a Python that knows nothing of Gradwalk."""
    (tmp_path / "exported.py").write_bytes(content)
    code = (
        "import json, sys\nfrom exported import predict\n"
        "x = json.load(sys.stdin)\n"
        "print(json.dumps([predict(x).tolist(), predict(x[0]).tolist()]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        input=json.dumps(inputs.tolist()),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    rows, single = json.loads(done.stdout)
    assert_allclose(single, rows[0], rtol=1e-15)
    return np.array(rows)


@every_example
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


@every_example
def test_a_json_file_reads_back_to_the_same_doubles(path):
    timeline, export = trained(path, 25)
    network = experiment_json.network_from_json(json.loads(WEIGHTS[".json"].encode(export)))
    carried = timeline.state_at(25)
    for number, layer in enumerate(network.layers, start=1):
        assert_array_equal(layer.weights, carried[f"W{number}"])
        if layer.bias:
            assert_array_equal(layer.biases, carried[f"b{number}"])


@every_example
def test_csv_has_a_row_for_each_parameter_with_the_same_double(path):
    _, export = trained(path, 3)
    found = {}
    for row in csv.DictReader(WEIGHTS[".csv"].encode(export).decode("ascii").splitlines()):
        kind = {"weight": "W", "bias": "b"}[row["kind"]]
        place = int(row["to"]) - 1, int(row["from"]) - 1 if row["from"] else 0
        found[kind + row["layer"], place] = float(row["value"])
    expected = {
        (name, index): value
        for name, array in export.experiment.start_values.items()
        for index, value in np.ndenumerate(array)
    }
    assert found == expected


def test_csv_looks_as_documented():
    layers = experiment((2, 1)).with_weights(
        {"W1": np.array([[0.1, -2e-300]]), "b1": np.array([[3.0]])}
    )
    lines = WEIGHTS[".csv"].encode(Trained(layers, 0)).decode("ascii").splitlines()
    assert lines == [
        "layer,kind,to,from,value",
        "1,weight,1,1,0.1",
        "1,weight,1,2,-2e-300",
        "1,bias,1,,3.0",
    ]


@every_example
def test_safetensors_reads_the_keys_of_a_sequential_and_the_same_doubles(path):
    _, export = trained(path, 25)
    tensors = safetensors.numpy.load(WEIGHTS[".safetensors"].encode(export))
    expected = {}
    for index, layer in enumerate(export.experiment.network.layers):
        expected[f"{2 * index}.weight"] = export.experiment.start_values[f"W{index + 1}"]
        if layer.bias:
            expected[f"{2 * index}.bias"] = export.experiment.start_values[f"b{index + 1}"][:, 0]
    assert set(tensors) == set(expected)
    for key, array in expected.items():
        assert tensors[key].dtype == np.float64
        assert_array_equal(tensors[key], array)


def test_the_numbers_of_a_safetensors_file_are_aligned():
    content = WEIGHTS[".safetensors"].encode(network_of("tanh"))
    assert struct.unpack_from("<Q", content)[0] % 8 == 0


@every_example
def test_onnx_runtime_predicts_what_the_network_does(path):
    timeline, export = trained(path, 25)
    inputs = timeline.experiment.data.inputs
    found = by_onnx_runtime(WEIGHTS[".onnx"].encode(export), inputs)
    assert_allclose(found, predictions(export, inputs), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("bias", [True, False], ids=["biases", "no biases"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_onnx_runtime_computes_every_activation_in_double_precision(activation, bias):
    export = network_of(activation, bias=bias, output=activation)
    found = by_onnx_runtime(WEIGHTS[".onnx"].encode(export), INPUTS)
    assert found.dtype == np.float64
    assert_allclose(found, predictions(export, INPUTS), rtol=1e-13, atol=0)


@pytest.mark.parametrize("z", [-745.0, -40.0, -36.8, -20.0, -1e-9, 0.0, 0.7, 36.8, 800.0])
@pytest.mark.parametrize("activation", ["sigmoid", "softplus", "tanh", "leaky_relu"])
def test_onnx_runtime_keeps_the_digits_of_small_activations(activation, z):
    single = experiment((1, 1), output=activation).with_weights({"W1": [[1.0]], "b1": [[0.0]]})
    ((found,),) = by_onnx_runtime(WEIGHTS[".onnx"].encode(Trained(single, 0)), np.array([[z]]))
    with np.errstate(over="ignore"):
        assert_allclose(found, ACTIVATE[activation](np.float64(z)), rtol=1e-14, atol=1e-323)


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**31, 2**63 - 1])
def test_an_integer_field_is_encoded_as_protocol_buffers_say(value):
    encoded = integer(1, value)
    assert encoded[0] == 0x08
    assert all(byte & 0x80 for byte in encoded[1:-1])
    assert sum((byte & 0x7F) << 7 * at for at, byte in enumerate(encoded[1:])) == value


def test_a_block_is_encoded_as_protocol_buffers_say():
    # The examples in the encoding's own documentation: 150 in field 1, "testing" in field 2.
    assert integer(1, 150) == b"\x08\x96\x01"
    assert block(2, "testing") == b"\x12\x07testing"


@every_example
def test_the_python_module_predicts_what_the_network_does(tmp_path, path):
    timeline, export = trained(path, 25)
    inputs = timeline.experiment.data.inputs[:40]
    found = by_python(tmp_path, WEIGHTS[".py"].encode(export), inputs)
    assert_allclose(found, predictions(export, inputs), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_python_module_computes_every_activation_and_warns_of_nothing(tmp_path, activation):
    export = network_of(activation, bias=False, output=activation)
    found = by_python(tmp_path, WEIGHTS[".py"].encode(export), INPUTS)
    assert_allclose(found, predictions(export, INPUTS), rtol=1e-13, atol=0)


def test_the_numbers_in_a_python_module_are_the_same_doubles():
    export = network_of("relu")
    module = {}
    exec(WEIGHTS[".py"].encode(export), module)
    for name, array in export.experiment.start_values.items():
        assert module[name].tobytes() == array.tobytes()


def test_a_python_module_says_how_its_numbers_are_scaled(tmp_path):
    scalings = Scaling("standardise", 2.0, 4.0), Scaling("min_max", -1.0, 3.0)
    described = network_of("tanh").experiment
    data = replace(
        described.data, input_scaling=(scalings[0], None), target_scaling=(None, scalings[1])
    )
    content = WEIGHTS[".py"].encode(Trained(replace(described, data=data), 5))
    module = {}
    exec(content, module)
    *_, first, last = module["predict"].__doc__.strip().splitlines()
    raw = {"input_1": 0.3}
    exec(first.strip(), raw)
    assert raw["input_1"] == (0.3 - 2.0) / 4.0
    raw["output_2"] = 0.25
    exec(last.strip(), raw)
    assert raw["output_2"] == 0.25 * 3.0 - 1.0
    assert "scaled" not in WEIGHTS[".py"].encode(network_of("tanh")).decode("ascii")
    assert_array_equal(
        by_python(tmp_path, content, INPUTS),
        by_python(tmp_path, WEIGHTS[".py"].encode(network_of("tanh")), INPUTS),
    )


def test_what_a_person_typed_is_no_part_of_a_python_module():
    described = experiment_json.read(FOLDER / "xor.gradwalk.json")
    titled = replace(described, title='"""\nimport os; os.abort()\n"""', notes="evil()")
    evil = Trained(titled, 0)
    text = WEIGHTS[".py"].encode(evil).decode("ascii")
    assert "abort" not in text
    assert "evil" not in text


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
