"""The Steps of an iteration, and the stops within it against a full listing of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.activations import ACTIVATIONS
from engine.experiment import Experiment, Layer
from engine.operations import Operation
from engine.position import Element
from engine.program import Granularity, Phase, Program, compile_program, revealed
from tests.engine.building import (
    OPTIMIZERS,
    Reference,
    all_elements,
    all_stops,
    assert_same_state,
    experiment,
    shown,
)

PROPERTY = settings(derandomize=True, deadline=None, database=None)
WITHIN = [each for each in Granularity if each is not Granularity.EPOCH]


def names(described: Experiment) -> list[str]:
    return [step.writes for step in compile_program(described).steps]


def test_the_steps_of_a_2_3_2_network_are_those_of_the_notation() -> None:
    assert " ".join(names(experiment((2, 3, 2)))) == (
        "z1 a1 z2 a2 E da2 delta2 da1 delta1 dW1 db1 dW2 db2 W1 b1 W2 b2"
    )


def test_the_matrix_form_network_has_no_biases() -> None:
    assert " ".join(names(experiment((4, 5, 3, 2), bias=False))) == (
        "z1 a1 z2 a2 z3 a3 E da3 delta3 da2 delta2 da1 delta1 dW1 dW2 dW3 W1 W2 W3"
    )


def test_an_optimizers_slots_are_updated_before_their_parameter() -> None:
    steps = names(experiment((1, 1), optimizer=OPTIMIZERS["adam"]))
    assert steps[-7:] == ["k", "m_W1", "v_W1", "W1", "m_b1", "v_b1", "b1"]
    steps = names(experiment((1, 1), optimizer=OPTIMIZERS["momentum"]))
    assert steps[-4:] == ["velocity_W1", "W1", "velocity_b1", "b1"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_all_of_a_phase_ends_before_the_next_begins(optimizer: str) -> None:
    program = compile_program(experiment((2, 3, 3, 2), optimizer=OPTIMIZERS[optimizer]))
    order = [list(Phase).index(step.phase) for step in program.steps]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2, 3}
    assert [step.index for step in program.steps] == list(range(len(program)))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_reads_only_what_is_given_or_computed_before_it(optimizer: str) -> None:
    described = experiment((2, 3, 3, 2), optimizer=OPTIMIZERS[optimizer])
    program = compile_program(described)
    known = {"a0", "t", *described.start_values, *program.carried}
    for step in program.steps:
        assert set(step.reads) <= known
        known.add(step.writes)


def test_every_delta_reads_the_weights_from_before_the_update() -> None:
    states = Reference(experiment((2, 3, 2))).iteration(0)
    start, end = states[0], states[-1]
    expected = start["W2"].T @ end["delta2"]
    np.testing.assert_allclose(end["da1"], expected, rtol=1e-15)
    assert np.abs(end["W2"].T @ end["delta2"] - expected).max() > 1e-6


@pytest.mark.parametrize("batch", [1, 3])
def test_shapes_are_those_of_the_arrays_that_are_written(batch: int) -> None:
    described = experiment((4, 3, 2), optimizer=OPTIMIZERS["adam"], samples=batch, batch=batch)
    reference = Reference(described)
    for name, array in reference.iteration(0)[-1].items():
        assert reference.program.shape(name, batch) == array.shape, name


def test_a_step_leaves_the_state_before_it_as_it_was() -> None:
    reference = Reference(experiment((2, 3, 2)))
    for step, before, after in zip(
        reference.program.steps, reference.iteration(0), reference.iteration(0)[1:], strict=False
    ):
        assert step.writes not in before or before[step.writes] is not after[step.writes]
        assert {name for name in after if after[name] is not before.get(name)} == {step.writes}
        assert not after[step.writes].flags.writeable


def test_the_public_functions_step_through_an_iteration_without_a_timeline() -> None:
    described = experiment((2, 3, 2), seed=8)
    state = engine.start_state(described)
    for step in engine.compile_program(described).steps:
        state = step.apply(state)
    assert_same_state(state, Reference(described).iteration(0)[-1])


@pytest.mark.parametrize("batch", [1, 3])
def test_computing_into_a_buffer_gives_the_bits_of_computing_a_new_array(batch: int) -> None:
    described = experiment((5, 4, 3), optimizer=OPTIMIZERS["adam"], samples=batch, batch=batch)
    reference = Reference(described)
    for step, before in zip(reference.program.steps, reference.iteration(0), strict=False):
        operands = [before[name] for name in step.reads]
        expected = step.operation.compute(*operands)
        out = np.full(expected.shape, np.nan)
        assert step.operation.compute(*operands, out=out) is out
        assert out.tobytes() == expected.tobytes(), step.writes


def test_an_operation_that_changes_nothing_hands_on_its_operand() -> None:
    reference = Reference(experiment((2, 3, 2)))
    end = reference.iteration(0)[-1]
    assert end["db1"] is end["delta1"]
    step = reference.program.step_writing("dW1")
    assert step is not None
    assert Operation.alias(step.operation, end["delta1"]) is None


def test_frozen_parameters_inputs_and_targets_are_written_by_no_step() -> None:
    layers = (Layer(3, ACTIVATIONS["sigmoid"], bias_learning_rate=0.0),)
    program = compile_program(experiment((2, 3), layers=layers))
    assert program.step_writing("b1") is None
    assert program.step_writing("a0") is None
    assert program.step_writing("t") is None
    assert program.carried == ("W1",)


def test_last_of_each_phase() -> None:
    program = compile_program(experiment((2, 3, 2)))
    last = {phase: program.steps[index].writes for phase, index in program.last_of_phase.items()}
    assert last == {
        Phase.FORWARD: "E",
        Phase.DELTA: "delta1",
        Phase.GRADIENT: "db2",
        Phase.UPDATE: "b2",
    }


# Stops

PROGRAMS = {
    "2-3-2": compile_program(experiment((2, 3, 2))),
    "adam": compile_program(experiment((1, 2, 1), optimizer=OPTIMIZERS["adam"])),
    "momentum": compile_program(experiment((3, 2), optimizer=OPTIMIZERS["momentum"])),
    "no biases": compile_program(experiment((4, 5, 3, 2), bias=False)),
    "1-1": compile_program(experiment((1, 1))),
}


@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_stops_are_all_the_stops_there_are_in_order(
    program: Program, granularity: Granularity
) -> None:
    stops = program.stops(granularity)
    assert [stops[ordinal] for ordinal in range(len(stops))] == all_stops(program, granularity)
    for outside in (-1, len(stops)):
        with pytest.raises(IndexError):
            stops[outside]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_how_much_is_shown_is_counted_right(program: Program) -> None:
    for step in range(len(program)):
        for element in {(), *all_elements(program, step), *_rows(program, step)}:
            assert revealed(program, step, element) == shown(program, step, element)


def _rows(program: Program, step: int) -> list[Element]:
    return [each[:1] for each in all_elements(program, step)]


def _places(program: Program) -> list[tuple[int, Element]]:
    """Everywhere one can stand: before the first Step, and at every stop of every kind."""
    return [(-1, ()), *dict.fromkeys(stop for each in WITHIN for stop in all_stops(program, each))]


@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_the_next_and_the_previous_stop_are_those_of_the_sorted_list(
    program: Program, granularity: Granularity
) -> None:
    stops = program.stops(granularity)
    ranks = [
        (step, shown(program, step, element)) for step, element in all_stops(program, granularity)
    ]
    assert ranks == sorted(set(ranks))
    for step, element in _places(program):
        rank = (step, shown(program, step, element) if step >= 0 else 0)
        after, before = bisect_right(ranks, rank), bisect_left(ranks, rank) - 1
        assert stops.after(step, element) == (after if after < len(ranks) else None)
        assert stops.before(step, element) == (before if before >= 0 else None)


@PROPERTY
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    bias=st.booleans(),
    granularity=st.sampled_from(list(Granularity)),
    data=st.data(),
)
def test_next_and_previous_undo_one_another(
    sizes: list[int], optimizer: str, bias: bool, granularity: Granularity, data: st.DataObject
) -> None:
    program = compile_program(experiment(sizes, optimizer=OPTIMIZERS[optimizer], bias=bias))
    stops = program.stops(granularity)
    listed = all_stops(program, granularity)
    assert len(stops) == len(listed)
    here = data.draw(st.integers(0, len(stops) - 1))
    assert stops[here] == listed[here]
    after, before = stops.after(*stops[here]), stops.before(*stops[here])
    assert after == (here + 1 if here + 1 < len(stops) else None)
    assert before == (here - 1 if here > 0 else None)


def test_stops_of_a_wide_layer_are_counted_and_not_listed() -> None:
    layers = tuple(Layer(units, ACTIVATIONS["relu"]) for units in (1500, 1000, 10))
    program = compile_program(experiment((2, 1500, 1000, 10), layers=layers))
    stops = program.stops(Granularity.WEIGHT)
    assert len(stops) > 3_000_000
    middle = program.step_writing("dW2")
    assert middle is not None
    ordinal = stops.after(middle.index, (500, 700))
    assert ordinal is not None
    assert stops[ordinal] == (middle.index, (500, 701))
