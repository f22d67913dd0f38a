import copy
import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine import limits
from engine.edits import Edit
from engine.errors import GradwalkError
from engine.formats import READABLE_WEIGHTS, WEIGHTS, Trained, experiment_json
from engine.position import Position
from engine.timeline import Timeline
from tests.engine.building import OPTIMIZERS, assert_same_state, experiment
from tests.examples import EXAMPLES

# The file in formats.md, word for word.
DOCUMENTED = {
    "format": "gradwalk.experiment",
    "version": 1,
    "title": "Two outputs by hand",
    "notes": "free text",
    "seed": 0,
    "network": {
        "inputs": 2,
        "layers": [
            {
                "units": 2,
                "activation": "sigmoid",
                "weights": [[0.15, 0.20], [0.25, 0.30]],
                "biases": [0.35, 0.35],
                "bias_learning_rate": 0.0,
            },
            {
                "units": 2,
                "activation": "sigmoid",
                "weights": [[0.40, 0.45], [0.50, 0.55]],
                "biases": [0.60, 0.60],
                "bias_learning_rate": 0.0,
            },
        ],
    },
    "loss": "half_squared_error",
    "optimizer": {"name": "gradient_descent", "learning_rate": 0.5},
    "data": {
        "inputs": [[0.05, 0.10]],
        "targets": [[0.01, 0.99]],
        "input_names": ["x1", "x2"],
        "target_names": ["o1", "o2"],
    },
    "batch": {"size": 1, "shuffle": False},
    "position": {"iteration": 0, "step": 0},
}


def changed(*path, value):
    """The documented experiment with one field set (or taken out, for `...`)."""
    made = copy.deepcopy(DOCUMENTED)
    *parents, last = path
    place = made
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return made


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "mine.gradwalk.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return experiment_json.read(path)

    return read_text


def test_the_documented_file_is_read_as_it_says(read):
    experiment = read(json.dumps(DOCUMENTED))
    assert experiment.title == "Two outputs by hand"
    assert experiment.network.sizes == (2, 2, 2)
    assert_array_equal(experiment.start_values["W2"], [[0.40, 0.45], [0.50, 0.55]])
    assert_array_equal(experiment.start_values["b1"], [[0.35], [0.35]])
    assert experiment.optimizer.learning_rate == 0.5
    assert experiment.position == Position(0, 0)
    assert experiment.data.target_names == ("o1", "o2")


@pytest.mark.parametrize("name", ["title", "notes", "seed", "optimizer", "batch", "position"])
def test_what_may_be_left_out_may_be_left_out(read, name):
    read(json.dumps(changed(name, value=...)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_written_and_read_back_runs_bitwise_the_same(path, tmp_path):
    experiment = experiment_json.read(path)
    again = tmp_path / "again.gradwalk.json"
    experiment_json.write(again, experiment)
    runs = [Timeline(each) for each in (experiment, experiment_json.read(again))]
    for run in runs:
        run.train(20)
    assert_array_equal(runs[0].losses, runs[1].losses)
    assert experiment_json.read(again).position == experiment.position


def test_every_double_reads_back_to_itself(read, tmp_path):
    awkward = [[0.1 + 0.2, 1e-308], [5e-324, -1.7976931348623157e308]]
    experiment = read(json.dumps(changed("network", "layers", 0, "weights", value=awkward)))
    again = tmp_path / "again.gradwalk.json"
    experiment_json.write(again, experiment)
    assert_array_equal(experiment_json.read(again).start_values["W1"], awkward)


def test_a_rate_for_each_weight_is_kept(read, tmp_path):
    rates = [[0.1, 0.2], [0.3, 0.0]]
    value = changed("network", "layers", 1, "weight_learning_rate", value=rates)
    value["network"]["layers"][0]["bias_learning_rate"] = [0.5, 0.25]
    again = tmp_path / "again.gradwalk.json"
    experiment_json.write(again, read(json.dumps(value)))
    experiment = experiment_json.read(again)
    assert_array_equal(experiment.rate_of("W2"), rates)
    assert_array_equal(experiment.rate_of("b1"), [[0.5], [0.25]])
    assert experiment.rate_of("W1") == 0.5


def edit(**other):
    """One edit of the documented experiment, as the file has it."""
    return {"iteration": 3, "what": "W1", "element": [0, 1], "value": 0.25, **other}


def without(name):
    return {field: value for field, value in edit().items() if field != name}


LAYERS = ("network", "layers")
BAD_FIELDS = {
    "network.layers[1].weights: 2×3, but the layer has 2 units fed by 2": changed(
        *LAYERS, 1, "weights", value=[[1, 2, 3], [4, 5, 6]]
    ),
    "network.layers[0].biases: 3 values, but the layer has 2 units": changed(
        *LAYERS, 0, "biases", value=[1, 2, 3]
    ),
    "network.layers[0].weights[1]: 1 numbers, but the first row has 2": changed(
        *LAYERS, 0, "weights", value=[[1, 2], [3]]
    ),
    "network.layers[0].weights[0][1]: text, but it has to be a number": changed(
        *LAYERS, 0, "weights", value=[[1, "2"], [3, 4]]
    ),
    "network.layers[0].activation: unknown name 'sine'": changed(
        *LAYERS, 0, "activation", value="sine"
    ),
    "network.layers[0].units: true or false, but it has to be a whole number": changed(
        *LAYERS, 0, "units", value=True
    ),
    "network.layers[0].units: a number, but it has to be a whole number": changed(
        *LAYERS, 0, "units", value=2.0
    ),
    "network.layers[0].colour: unknown field": changed(*LAYERS, 0, "colour", value="red"),
    "network.layers: 0 layers, but it has to be from 1 to 16": changed(*LAYERS, value=[]),
    "network.inputs: is missing": changed("network", "inputs", value=...),
    "network: a list, but it has to be an object": changed("network", value=[1]),
    "loss: is missing": changed("loss", value=...),
    "optimizer.learning_rate: null, but it has to be a number": changed(
        "optimizer", "learning_rate", value=None
    ),
    "optimizer.momentum: unknown field": changed("optimizer", "momentum", value=0.9),
    "optimizer.momentum: 1, but it has to be from 0 to below 1": changed(
        "optimizer", value={"name": "momentum", "momentum": 1}
    ),
    "data.inputs[0]: an empty list, but it has to be a list of numbers": changed(
        "data", "inputs", value=[[]]
    ),
    "data.inputs: 1 value a sample, but the network has 2 inputs": changed(
        "data", value={"inputs": [[1]], "targets": [[1, 2]]}
    ),
    "data.targets: 2 rows, but data.inputs has 1": changed(
        "data", "targets", value=[[0, 1], [1, 0]]
    ),
    "data.input_names: 1 names, but there are 2 columns": changed(
        "data", "input_names", value=["x"]
    ),
    "data.name: unknown name 'mnist'": changed("data", value={"name": "mnist"}),
    "batch.size: 2, but the data has only 1 samples": changed("batch", "size", value=2),
    "batch.size: 0, but it has to be from 1 to 4096": changed("batch", "size", value=0),
    "seed: -1, but it has to be from 0 to": changed("seed", value=-1),
    "position.element: has to be a list of whole numbers": changed(
        "position", "element", value=[0.5]
    ),
    "title: a number, but it has to be text": changed("title", value=7),
    "loss: cross_entropy compares probabilities that add up to 1": changed(
        "loss", value="cross_entropy"
    ),
    "version 2, but this Gradwalk reads version 1; a newer Gradwalk wrote it": changed(
        "version", value=2
    ),
    'is not an experiment: "format" has to be "gradwalk.experiment"': changed(
        "format", value="other"
    ),
    "colour: unknown field": changed("colour", value="red"),
    "edits: has to be a list of at most 10000 edits": changed("edits", value={}),
    "edits[0]: a number, but it has to be an object": changed("edits", value=[1]),
    **{
        f"edits[0].{name}: is missing": changed("edits", value=[without(name)])
        for name in ("iteration", "what", "element", "value")
    },
    "edits[1].colour: unknown field": changed("edits", value=[edit(), edit(colour="red")]),
    "edits[0].iteration: a number, but it has to be a whole number": changed(
        "edits", value=[edit(iteration=3.0)]
    ),
    "edits[0].iteration: -1, but it has to be from 0 to 1000000000": changed(
        "edits", value=[edit(iteration=-1)]
    ),
    "edits[0].iteration: 1000000001, but it has to be from 0 to 1000000000": changed(
        "edits", value=[edit(iteration=limits.MAX_ITERATIONS + 1)]
    ),
    "edits[1].iteration: before that of edits[0]": changed(
        "edits", value=[edit(), edit(iteration=2)]
    ),
    "edits[0].what: a number, but it has to be text": changed("edits", value=[edit(what=1)]),
    "edits[0].element: has to be a list of whole numbers": changed(
        "edits", value=[edit(element=[0, True])]
    ),
    "edits[0].value: text, but it has to be a number": changed("edits", value=[edit(value="1")]),
    "edits[0].value: true or false, but it has to be a number": changed(
        "edits", value=[edit(value=True)]
    ),
    "edits[0].value: too large for a double": changed("edits", value=[edit(value=10**380)]),
    "edits[1]: W3: the network has no such weights or biases": changed(
        "edits", value=[edit(), edit(what="W3")]
    ),
    "edits[0]: W1: there is no element [2, 0]": changed("edits", value=[edit(element=[2, 0])]),
    "edits[0]: b1: there is no element [2]": changed("edits", value=[edit(what="b1", element=[2])]),
    "edits[0]: input: there is no element [1, 0]": changed(
        "edits", value=[edit(what="input", element=[1, 0])]
    ),
    "edits[0]: W3.learning_rate: the network has no such weights or biases": changed(
        "edits", value=[edit(what="W3.learning_rate")]
    ),
    "edits[0]: W1.learning_rate: there is no element [2, 0]": changed(
        "edits", value=[edit(what="W1.learning_rate", element=[2, 0])]
    ),
    "edits[0]: learning_rate: there is no element [0, 1]": changed(
        "edits", value=[edit(what="learning_rate")]
    ),
}


@pytest.mark.parametrize("sentence", BAD_FIELDS)
def test_a_bad_field_is_refused_with_the_path_to_it(read, sentence):
    with pytest.raises(GradwalkError) as refused:
        read(json.dumps(BAD_FIELDS[sentence]))
    assert str(refused.value).startswith(f"mine.gradwalk.json: {sentence}")
    assert "\n" not in str(refused.value)


WHOLE = json.dumps(DOCUMENTED)
BAD_TEXTS = {
    "is empty": [b"", b"  \n"],
    "is incomplete": [WHOLE[:200], WHOLE[:-1], WHOLE[: WHOLE.index("Two") + 2]],
    "starts with a byte order mark, which JSON does not allow": [b"\xef\xbb\xbf" + WHOLE.encode()],
    "is not UTF-8 text (byte 0)": [WHOLE.encode("utf-16")],
    "is not JSON: line 1, column 1": ["weights: 3"],
    "NaN is not a number JSON allows": [WHOLE.replace("0.05", "NaN")],
    "-Infinity is not a number JSON allows": [WHOLE.replace("0.05", "-Infinity")],
    "the number 1e999 is too large": [WHOLE.replace("0.05", "1e999")],
    'the field "seed" is there twice': [WHOLE.replace('"seed": 0', '"seed": 0, "seed": 1')],
    "is nested more than 32 levels deep": ["[" * 100_000, WHOLE.replace("0.05", "[" * 50)],
}


@pytest.mark.parametrize(
    ("sentence", "text"), [(s, t) for s, texts in BAD_TEXTS.items() for t in texts]
)
def test_a_damaged_file_is_refused_in_one_sentence(read, sentence, text):
    with pytest.raises(GradwalkError) as refused:
        read(text)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("mine.gradwalk.json")


def test_an_integer_too_large_for_a_double_is_refused(read):
    with pytest.raises(GradwalkError, match=r"data\.inputs\[0\]\[0\]: too large for a double"):
        read(WHOLE.replace("0.05", "1" + "0" * 380))


@pytest.mark.parametrize("suffix", READABLE_WEIGHTS)
def test_weights_under_the_name_of_an_experiment_are_known_for_what_they_are(read, suffix):
    content = WEIGHTS[suffix].encode(Trained(experiment(), 7))
    with pytest.raises(GradwalkError, match=r"^mine\.gradwalk\.json: holds weights, not an exper"):
        read(content)


@pytest.mark.parametrize("name", ["mine.gradwalk.json", "mine.json", "mine.csv", "mine"])
def test_an_experiment_is_known_by_its_content_whatever_it_is_called(tmp_path, name):
    path = tmp_path / name
    path.write_text(WHOLE, encoding="utf-8")
    assert experiment_json.is_one(path)
    assert experiment_json.read(path).title == "Two outputs by hand"
    for suffix in READABLE_WEIGHTS:
        weights = tmp_path / f"weights{suffix}"
        WEIGHTS[suffix].write(weights, Trained(experiment(), 7))
        assert not experiment_json.is_one(weights)
    assert not experiment_json.is_one(tmp_path / "none.json")


def test_a_missing_file_is_told_by_its_name(tmp_path):
    with pytest.raises(GradwalkError, match=r"none\.gradwalk\.json cannot be read: no such file"):
        experiment_json.read(tmp_path / "none.gradwalk.json")


def test_a_folder_is_told_from_a_file(tmp_path):
    with pytest.raises(GradwalkError, match="cannot be read: is a directory"):
        experiment_json.read(tmp_path)


def test_initial_weights_come_from_the_seed_alone(read):
    value = changed(*LAYERS, 0, "weights", value=...)
    first, again = (read(json.dumps(value)).start_values["W1"] for _ in range(2))
    value["seed"] = 1
    other = read(json.dumps(value)).start_values["W1"]
    assert_array_equal(first, again)
    assert not np.array_equal(first, other)


# Edits


CHANGES = (
    Edit(3, "W1", (1, 0), 0.1 + 0.2),
    Edit(3, "b2", (0,), -0.0),
    Edit(7, "input", (2, 1), 5e-324),
    Edit(7, "learning_rate", (), 1 / 3),
    Edit(8, "W1.learning_rate", (), 0.25),
    Edit(8, "W1.learning_rate", (1, 0), 0.1 + 0.2),
    Edit(9, "b2.learning_rate", (1,), 0.0),
    Edit(12, "learning_rate", (), 0.0),
    Edit(20, "target", (0, 0), -1e300),
    Edit(20, "target", (0, 0), 0.7),
    Edit(21, "learning_rate", (), 0.05),
)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    "position", [Position(30, 4), Position(7), Position(2, 9, (1, 0)), Position(12, 12)]
)
def test_an_edited_run_saved_and_reopened_is_bitwise_the_run(tmp_path, optimizer, position):
    described = experiment(samples=5, batch=2, shuffle=True, optimizer=OPTIMIZERS[optimizer])
    run = Timeline(described)
    for change in CHANGES:
        run = run.edited(change)
    run.train(15)
    run.seek(position)
    path = tmp_path / "edited.gradwalk.json"
    experiment_json.write(path, replace(run.experiment, position=run.position))
    read = experiment_json.read(path)
    assert read.edits == CHANGES
    assert read.position == position
    again = Timeline(read)
    again.seek(read.position)
    assert_same_state(again.frame().after, run.frame().after)
    for each in (run, again):
        each.train(36 - each.completed)
    assert again.losses.tobytes() == run.losses.tobytes()
    for iteration in (35, 21, 20, 11, 3, 2):
        for each in (run, again):
            each.seek(Position(iteration, 2))
        assert_same_state(again.frame().after, run.frame().after)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_edited_example_saved_and_reopened_is_bitwise_the_run(path, tmp_path):
    run = Timeline(experiment_json.read(path))
    run = run.edited(Edit(2, "W1", (0, 0), 0.1 + 0.2)).edited(Edit(4, "learning_rate", (), 0.01))
    again = tmp_path / "again.gradwalk.json"
    experiment_json.write(again, run.experiment)
    reopened = Timeline(experiment_json.read(again))
    for each in (run, reopened):
        each.train(3)
    assert reopened.losses.tobytes() == run.losses.tobytes()
    assert_same_state(reopened.frame().after, run.frame().after)


@pytest.mark.parametrize("value", [0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308, 7])
def test_an_edited_number_reads_back_to_itself(read, tmp_path, value):
    again = tmp_path / "again.gradwalk.json"
    experiment_json.write(again, read(json.dumps(changed("edits", value=[edit(value=value)]))))
    (found,) = experiment_json.read(again).edits
    assert np.float64(found.value).tobytes() == np.float64(value).tobytes()


def test_a_file_without_edits_has_no_field_for_them(read):
    experiment = read(WHOLE)
    assert experiment.edits == ()
    assert "edits" not in experiment_json.to_json(experiment)


def test_a_target_that_the_loss_cannot_judge_is_refused_with_the_edit_it_is_in(read):
    value = changed("loss", value="binary_cross_entropy")
    value["edits"] = [edit(), edit(what="target", element=[0, 0], value=2.0)]
    with pytest.raises(
        GradwalkError, match=r"edits\[1\]: loss: binary_cross_entropy needs targets"
    ):
        read(json.dumps(value))


def test_more_edits_than_a_run_has_are_refused(read, monkeypatch):
    monkeypatch.setattr(limits, "MAX_EDITS", 2)
    assert len(read(json.dumps(changed("edits", value=[edit()] * 2))).edits) == 2
    with pytest.raises(GradwalkError, match="edits: has to be a list of at most 2 edits"):
        read(json.dumps(changed("edits", value=[edit()] * 3)))


def test_an_experiment_that_begins_with_its_data_is_not_taken_for_weights(tmp_path):
    file = tmp_path / "compact.gradwalk.json"
    example = next(each for each in EXAMPLES if each.name == "xor.gradwalk.json")
    fields = json.loads(example.read_text(encoding="utf-8"))
    compact = {"data": fields.pop("data"), **fields}
    file.write_text(json.dumps(compact, separators=(",", ":")), encoding="utf-8")
    assert file.read_bytes()[8:10] == b'{"'
    assert experiment_json.read(file).data.name == "xor"
