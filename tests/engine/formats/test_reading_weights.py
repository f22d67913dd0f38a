import io
import json
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine import limits
from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.edits import Edit
from engine.errors import GradwalkError
from engine.formats import (
    READABLE_WEIGHTS,
    WEIGHTS,
    Trained,
    WeightsMismatchError,
    network_from,
    parse_weights,
    read_weights,
    weights_for,
)
from engine.position import START, Position
from tests.engine.building import experiment
from tests.engine.formats.bad_weights import ARRAYS, BAD, JSON, NPZ, SAFETENSORS, TRAINED

PROPERTY = settings(derandomize=True, deadline=None, database=None, max_examples=200)
GOOD = {".npz": NPZ, ".json": JSON, ".safetensors": SAFETENSORS}
AWKWARD = [0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308, 1 / 3, -1e-300]
every_readable = pytest.mark.parametrize("suffix", READABLE_WEIGHTS)


def assert_same_arrays(found, expected):
    """Bitwise: the same names in the same order, and in each the same bits."""
    assert list(found) == list(expected)
    for name, array in expected.items():
        assert found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()


def activations_of(network):
    return [layer.activation.name for layer in network.layers]


# Good files


@every_readable
@pytest.mark.parametrize("bias", [True, False], ids=["biases", "no biases"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_was_exported_is_read_back_bitwise(suffix, activation, bias):
    described = experiment((2, 3, 1, 2), activation, "sigmoid", bias=bias)
    read = parse_weights(WEIGHTS[suffix].encode(Trained(described, 5)), f"w{suffix}")
    assert_same_arrays(read.arrays, described.start_values)
    assert activations_of(network_from(read)) == [activation, activation, "sigmoid"]
    assert [layer.bias for layer in network_from(read).layers] == [bias] * 3


@every_readable
def test_awkward_doubles_are_read_back_bitwise(suffix):
    weights = np.array(AWKWARD).reshape(3, 2)
    described = TRAINED.experiment.with_weights({**ARRAYS, "W1": weights})
    read = parse_weights(WEIGHTS[suffix].encode(Trained(described, 5)), f"w{suffix}")
    assert read.arrays["W1"].tobytes() == weights.tobytes()


@every_readable
def test_the_longest_title_does_not_keep_a_file_from_being_read(suffix):
    described = replace(TRAINED.experiment, title="가" * limits.MAX_TEXT)
    read = parse_weights(WEIGHTS[suffix].encode(Trained(described, 5)), f"w{suffix}")
    assert activations_of(network_from(read)) == ["tanh", "sigmoid"]


@every_readable
def test_a_file_is_known_by_its_content_not_by_its_ending(tmp_path, suffix):
    path = tmp_path / "weights.txt"
    path.write_bytes(GOOD[suffix])
    assert_same_arrays(read_weights(path).arrays, ARRAYS)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", ">f4"])
def test_an_npz_by_other_hands_is_read(save, order, dtype):
    content = io.BytesIO()
    arrays = {
        "b1": np.array([1, 2, 3], dtype),
        "W1": np.array([[1, 2], [3, 4], [5, 6.5]], dtype, order=order),
    }
    save(content, **arrays)
    read = parse_weights(content.getvalue(), "mine.npz")
    assert_array_equal(read.arrays["W1"], [[1, 2], [3, 4], [5, 6.5]])
    assert_array_equal(read.arrays["b1"], [[1], [2], [3]])
    assert read.network is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_safetensors_file_by_other_hands_is_read(dtype):
    tensors = {
        "2.bias": np.array([7.5], dtype),
        "2.weight": np.array([[1, 2, 3]], dtype),
        "0.weight": np.array([[1, 2], [3, 4], [5, 6]], dtype),
    }
    read = parse_weights(safetensors.numpy.save(tensors), "mine.safetensors")
    assert list(read.arrays) == ["W1", "W2", "b2"]
    assert_array_equal(read.arrays["W2"], [[1, 2, 3]])
    assert_array_equal(read.arrays["b2"], [[7.5]])
    assert read.network is None


def test_the_rates_in_a_json_file_come_with_its_network():
    value = json.loads(JSON)
    value["layers"][0]["weight_learning_rate"] = 0.25
    network = network_from(parse_weights(json.dumps(value).encode(), "w.json"))
    assert network.layers[0].weight_learning_rate == 0.25


# Bad files


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_sentence_and_little_memory(name):
    content, sentence = BAD[name]
    tracemalloc.start()
    try:
        with pytest.raises(GradwalkError) as refused:
            parse_weights(content, name)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(refused.value).startswith(f"{name}: {sentence}")
    assert str(refused.value).isprintable()
    assert peak < 300_000 + 4 * len(content)


def test_an_empty_and_a_missing_file_are_told_by_name(tmp_path):
    (tmp_path / "empty.npz").touch()
    with pytest.raises(GradwalkError, match=r"^empty\.npz is empty$"):
        read_weights(tmp_path / "empty.npz")
    with pytest.raises(GradwalkError, match=r"^none\.npz cannot be read: no such file"):
        read_weights(tmp_path / "none.npz")


damage = st.lists(
    st.tuples(st.sampled_from("flip cut insert repeat".split()), st.integers(0), st.binary()),
    min_size=1,
    max_size=4,
)


def outcome(content):
    """The sentence that refuses a file called w, or "read"."""
    try:
        parse_weights(content, "w")
    except GradwalkError as error:
        return str(error)
    return "read"


def damaged(content, changes):
    made = bytearray(content)
    for kind, place, data in changes:
        at = place % (len(made) + 1)
        if kind == "flip":
            made[at : at + len(data)] = data
        elif kind == "cut":
            del made[at : at + 1 + len(data)]
        elif kind == "insert":
            made[at:at] = data
        else:
            made[at:at] = made[at : at + 50]
    return bytes(made)


@every_readable
@PROPERTY
@given(changes=damage)
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_reader(suffix, changes):
    assert outcome(damaged(GOOD[suffix], changes)).startswith(("w: ", "read"))


@PROPERTY
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\x93NUMPY", b"\x08\0\0\0\0\0\0\0{", b"{"]), st.binary()
)
@example(b"", b"\x08\0\0\0\0\0\0\0[0.0,1.]")
def test_any_bytes_are_read_or_refused(start, rest):
    assert outcome(start + rest).startswith(("w: ", "read"))


# Weights and experiments


@every_readable
def test_weights_that_fit_start_the_experiment_anew(suffix):
    old = replace(
        experiment((2, 3, 2), "tanh", "sigmoid", seed=9),
        position=Position(4, 2),
        edits=(Edit(3, "W1", (0, 0), 1.0),),
    )
    started = weights_for(old, parse_weights(GOOD[suffix], "w"))
    assert_same_arrays(started.start_values, ARRAYS)
    assert (started.position, started.edits) == (START, ())
    assert started.data is old.data


MISMATCHES = {
    "w.npz does not fit: it lacks W3, b3; W2 is 2×3 in the file, but 4×3 in the network": {
        "sizes": (2, 3, 4, 2)
    },
    "w.npz does not fit: it has W2, b2, which the network has not; "
    "W1 is 3×2 in the file, but 2×2 in the network": {"sizes": (2, 2)},
    "w.npz does not fit: it has b1, b2, which the network has not": {"bias": False},
    "w.npz does not fit: W1 is 3×2 in the file, but 3×7 in the network": {"sizes": (7, 3, 2)},
    "w.npz does not fit: layer 1 is tanh in the file, but relu in the network": {"hidden": "relu"},
}


@pytest.mark.parametrize("sentence", MISMATCHES)
def test_weights_of_another_network_are_refused_with_what_differs(sentence):
    wanted = {"sizes": (2, 3, 2), "hidden": "tanh", "output": "sigmoid", **MISMATCHES[sentence]}
    read = parse_weights(NPZ, "w.npz")
    with pytest.raises(WeightsMismatchError) as refused:
        weights_for(experiment(**wanted), read)
    assert str(refused.value).startswith(sentence)
    assert refused.value.weights is read


def test_many_differences_are_counted_rather_than_listed():
    read = parse_weights(NPZ, "w.npz")
    with pytest.raises(WeightsMismatchError, match=r"; W2 is .* and 3 more$"):
        weights_for(experiment((4, 5, 6, 2), "relu", "relu"), read)


def test_a_refused_file_makes_a_network_of_its_own():
    small = experiment((2, 2))
    with pytest.raises(WeightsMismatchError) as refused:
        weights_for(small, parse_weights(NPZ, "w.npz"))
    network = network_from(refused.value.weights, like=small.network)
    assert activations_of(network) == ["tanh", "sigmoid"]
    data = Data(small.data.inputs, np.ones((small.data.samples, 2)))
    assert_same_arrays(replace(small, network=network, data=data).start_values, ARRAYS)


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        (None, ["sigmoid", "sigmoid", "identity"]),
        (experiment((2, 3, 3, 3, 2), "relu", "softmax").network, ["relu", "relu", "softmax"]),
        (experiment((2, 3), "relu", "tanh").network, ["tanh", "tanh", "tanh"]),
    ],
)
def test_a_file_of_arrays_alone_gets_activations(like, expected):
    tensors = {f"{i}.weight": np.ones((2, 2)) for i in (0, 2, 4)}
    read = parse_weights(safetensors.numpy.save(tensors), "w")
    assert activations_of(network_from(read, like)) == expected
