"""Answers without training, held against what the run itself computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.formats import experiment_json
from engine.position import Position
from engine.predictions import forward_from, outputs
from engine.program import Phase
from engine.timeline import Timeline
from tests.engine.building import PAIRS, Reference, by_hand, experiment
from tests.examples import EXAMPLES


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_outputs_are_those_of_the_run_for_every_sample(hidden: str, output: str, loss: str) -> None:
    described = experiment((3, 4, 2), hidden, output, loss, samples=5, batch=5, seed=7)
    states = Reference(described).iteration(3)
    found = outputs(Reference(described).program, states[0], described.data.inputs)
    assert found.shape == (5, 2)
    # The same sums, but the rows may be added up by another path of BLAS.
    np.testing.assert_allclose(found.T, states[-1]["a2"], rtol=1e-13)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_outputs_of_an_example_are_those_of_its_run(path: Path) -> None:
    timeline = Timeline(experiment_json.read(path))
    timeline.train(3)
    top = f"a{timeline.program.layers}"
    frame = timeline.seek(Position(3, timeline.program.last_of_phase[Phase.FORWARD]))
    rows = timeline.settings.data.inputs[list(frame.samples)]
    found = outputs(timeline.program, frame.before, rows)
    np.testing.assert_allclose(found.T, frame.after[top], rtol=1e-12, atol=1e-15)


def test_outputs_of_the_example_worked_by_hand_are_those_of_the_notation() -> None:
    described = by_hand()
    found = outputs(Timeline(described).program, described.start_values, frozen([[0.05, 0.10]]))
    np.testing.assert_allclose(found, [[0.751365069552, 0.772928465321]], rtol=0, atol=1e-12)


def test_outputs_ask_for_the_parameters_alone_and_leave_what_they_are_given() -> None:
    described = experiment((2, 3, 2), samples=3)
    inputs = described.data.inputs.copy()
    before = inputs.tobytes()
    found = outputs(Timeline(described).program, described.start_values, inputs)
    assert np.isfinite(found).all()
    assert inputs.tobytes() == before
    assert inputs.flags.writeable


@pytest.mark.parametrize("batch", [1, 3])
def test_the_error_computed_anew_from_any_step_is_that_of_the_run(batch: int) -> None:
    reference = Reference(experiment((2, 3, 2), samples=3, batch=batch))
    end = reference.program.last_of_phase[Phase.FORWARD]
    states = reference.iteration(2)
    for first in range(end + 1):
        assert float(forward_from(reference.program, states[first], first)["E"]) == float(
            states[-1]["E"]
        )
    # Of what a Step wrote before, nothing is believed.
    spoiled = states[end + 1].with_value("z1", states[end + 1]["z1"] + 1.0)
    assert float(forward_from(reference.program, spoiled)["E"]) == float(states[-1]["E"])
    assert float(forward_from(reference.program, spoiled, 1)["E"]) != float(states[-1]["E"])
