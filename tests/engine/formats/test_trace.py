import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.errors import NonFiniteError
from engine.formats import TRACES, experiment_json
from engine.formats.trace import rows, rows_of
from engine.optimizers import GradientDescent
from engine.position import Position
from engine.timeline import Timeline
from tests.examples import EXAMPLES, FOLDER


def timeline_of(name):
    return Timeline(experiment_json.read(FOLDER / f"{name}.gradwalk.json"))


def test_the_first_line_of_the_documented_example_is_the_documented_line():
    (first, *_) = rows(timeline_of("2-2-2-frozen-biases"), 1)
    (line,) = TRACES["jsonl"].lines(first)
    expected = {
        "iteration": 0,
        "step": 0,
        "phase": "forward",
        "layer": 1,
        "name": "z1",
        "shape": [2, 1],
    }
    found = json.loads(line)
    value = found.pop("value")
    assert found == expected
    assert list(found) == list(expected)
    np.testing.assert_allclose(value, [[0.3775], [0.3925]], rtol=1e-15)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_json_lines_read_back_to_the_same_doubles(path):
    timeline = Timeline(experiment_json.read(path))
    for row in rows(timeline, 2):
        (line,) = TRACES["jsonl"].lines(row)
        found = json.loads(line)
        state = timeline.seek(Position(row.iteration, row.step.index)).after
        assert_array_equal(np.array(found["value"]), state[found["name"]])
        assert found["shape"] == list(state[found["name"]].shape)


def test_csv_reads_back_to_the_same_doubles():
    timeline = timeline_of("iris")
    form = TRACES["csv"]
    lines = [*form.header(), *(line for row in rows(timeline, 1) for line in form.lines(row))]
    for line in csv.DictReader(lines):
        state = timeline.seek(Position(0, int(line["step"]))).after
        value = np.atleast_2d(state[line["name"]])[int(line["row"]) - 1, int(line["column"]) - 1]
        assert float(line["value"]) == value


def test_names_come_in_the_documented_order():
    names = [row.step.writes for row in rows(timeline_of("2-3-2"), 1)]
    assert names == ("z1 a1 z2 a2 E da2 delta2 da1 delta1 dW1 db1 dW2 db2 W1 b1 W2 b2".split())


def test_a_trace_goes_on_from_where_the_run_stands():
    timeline = timeline_of("xor")
    timeline.train(7)
    assert {row.iteration for row in rows(timeline, 2)} == {7, 8}


def test_a_value_that_is_not_finite_ends_the_trace_with_a_sentence():
    experiment = experiment_json.read(FOLDER / "sine.gradwalk.json")
    wild = Timeline(replace(experiment, optimizer=GradientDescent(1e200)))
    with pytest.raises(
        NonFiniteError, match=r"^iteration 1, forward phase, layer 2: E became inf$"
    ):
        list(rows(wild, 50))


def test_one_iteration_is_traced_as_stepping_writes_it_and_the_run_stands_still():
    expected = [each for each in rows(timeline_of("xor"), 3) if each.iteration == 1]
    run = timeline_of("xor")
    run.seek(Position(1, 4))
    found = list(rows_of(run, 1))
    assert run.position == Position(1, 4)
    assert [each.step.writes for each in found] == [each.step.writes for each in expected]
    for own, other in zip(found, expected, strict=True):
        assert_array_equal(own.value, other.value)
