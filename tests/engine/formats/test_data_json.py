import json
import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine import limits
from engine.datasets import DATASETS, Data, DataSettings, load
from engine.errors import ExperimentError
from engine.formats.data_json import data_from_json, data_to_json
from engine.scaling import Scaling

OWN = {
    "inputs": [[0.5, -1.0], [1.5, 2.0]],
    "targets": [[1.0], [0.0]],
    "input_names": ["a", "b"],
    "target_names": ["y"],
    "held_out": {"inputs": [[0.0, 0.25]], "targets": [[1.0]]},
    "scaling": {"inputs": [{"method": "standardise", "offset": 5.84, "scale": 0.83}, None]},
}


def through_text(data):
    return data_from_json(json.loads(json.dumps(data_to_json(data))))


def test_what_was_held_out_and_how_columns_were_scaled_is_read():
    data = data_from_json(OWN)
    assert_array_equal(data.held_out_inputs, [[0.0, 0.25]])
    assert_array_equal(data.held_out_targets, [[1.0]])
    assert data.input_scaling == (Scaling("standardise", 5.84, 0.83), None)
    assert data.target_scaling == ()
    assert data.is_scaled


def test_ones_own_data_is_written_as_it_was_read():
    assert data_to_json(data_from_json(OWN)) == OWN


def test_plain_data_has_neither_field():
    plain = {"inputs": [[1.0]], "targets": [[2.0]]}
    assert data_to_json(data_from_json(plain)) == plain


@pytest.mark.parametrize("name", DATASETS)
def test_a_built_in_set_is_kept_by_its_name_and_settings(name):
    data = load(name)
    again = through_text(data)
    assert (again.name, again.settings) == (name, data.settings)
    assert_array_equal(again.inputs, data.inputs)
    assert_array_equal(data_from_json({"name": name}).inputs, data.inputs)


def test_the_size_noise_and_seed_of_a_built_in_set_are_read_and_written():
    value = {"name": "two_moons", "samples": 30, "noise": 0.25, "seed": 4}
    data = data_from_json(value)
    assert data.settings == DataSettings(30, 0.25, 4)
    assert data.samples == 30
    assert data_to_json(data) == value


def test_every_double_of_a_scaling_reads_back_to_itself():
    scaling = Scaling("min_max", 0.1 + 0.2, 5e-324)
    data = Data(np.ones((1, 1)), np.ones((1, 1)), target_scaling=(scaling,))
    assert through_text(data).target_scaling == (scaling,)


def own(**fields):
    return OWN | fields


NUMBERS = {"method": "standardise", "offset": 0, "scale": 1}
BAD = {
    "data.held_out: a list, but it has to be an object": own(held_out=[[1, 2]]),
    "data.held_out.targets: is missing": own(held_out={"inputs": [[1, 2]]}),
    "data.held_out.share: unknown field": own(
        held_out={"inputs": [[1, 2]], "targets": [[1]], "share": 0.2}
    ),
    "data.held_out.inputs: an empty list, but it has to be a list of rows": own(
        held_out={"inputs": [], "targets": []}
    ),
    "data.held_out.inputs: 3 columns, but data.inputs has 2": own(
        held_out={"inputs": [[1, 2, 3]], "targets": [[1]]}
    ),
    "data.held_out.targets: 2 columns, but data.targets has 1": own(
        held_out={"inputs": [[1, 2]], "targets": [[1, 0]]}
    ),
    "data.held_out.targets: 2 rows, but data.held_out.inputs has 1": own(
        held_out={"inputs": [[1, 2]], "targets": [[1], [0]]}
    ),
    "data.held_out.inputs[0][1]: text, but it has to be a number": own(
        held_out={"inputs": [[1, "2"]], "targets": [[1]]}
    ),
    "data.scaling: an empty list, but it has to be an object": own(scaling=[]),
    "data.scaling.outputs: unknown field": own(scaling={"outputs": []}),
    "data.scaling.inputs: has to be a list, an object or null for each column": own(
        scaling={"inputs": NUMBERS}
    ),
    "data.scaling.inputs: 1 scalings, but there are 2 columns": own(scaling={"inputs": [NUMBERS]}),
    "data.scaling.inputs[0]: a number, but it has to be an object": own(
        scaling={"inputs": [1, None]}
    ),
    "data.scaling.inputs[1].scale: 0, but it has to be": own(
        scaling={"inputs": [None, NUMBERS | {"scale": 0}]}
    ),
    "data.scaling.inputs[1].offset: is missing": own(
        scaling={"inputs": [None, {"method": "min_max"}]}
    ),
    "data.scaling.targets[0].method: unknown name 'log'; known are": own(
        scaling={"targets": [NUMBERS | {"method": "log"}]}
    ),
    "data.scaling.targets[0].unit: unknown field": own(
        scaling={"targets": [NUMBERS | {"unit": "cm"}]}
    ),
    "data.name: unknown name 'mnist'": {"name": "mnist"},
    "data.samples: text, but it has to be a whole number": {"name": "line", "samples": "9"},
    "data.samples: 1, but it has to be from 2 to 100000": {"name": "line", "samples": 1},
    "data.noise: 11, but it has to be from 0 to 10": {"name": "line", "noise": 11},
    "data.noise: the set xor has no choice of it": {"name": "xor", "noise": 0.1},
    "data.held_out: unknown field": {"name": "xor", "held_out": {}},
}


@pytest.mark.parametrize("sentence", BAD)
def test_what_does_not_fit_is_refused_with_its_path(sentence):
    with pytest.raises(ExperimentError, match=re.escape(sentence)):
        data_from_json(BAD[sentence])


def test_a_held_out_part_beyond_the_limits_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_SAMPLES", 2)
    held_out = {"inputs": [[1, 2]] * 3, "targets": [[1]] * 3}
    with pytest.raises(ExperimentError, match=r"data\.held_out\.inputs: 3 samples, but it has"):
        data_from_json(own(held_out=held_out))
    monkeypatch.setattr(limits, "MAX_SAMPLES", 3)
    monkeypatch.setattr(limits, "MAX_DATA_VALUES", 5)
    with pytest.raises(ExperimentError, match=r"data\.held_out\.inputs: 6 values, but the limit"):
        data_from_json(own(held_out=held_out))
