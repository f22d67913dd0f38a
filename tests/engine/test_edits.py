"""A number changed in the course of a run, held against a plain run with that number changed."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine import limits
from engine.activations import ACTIVATIONS
from engine.arrays import Array, frozen
from engine.datasets import Data, load
from engine.edits import CLASS, Edit
from engine.errors import ExperimentError, GradwalkError
from engine.experiment import Experiment, Layer, Network
from engine.formats import experiment_json
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent, Momentum
from engine.position import Position
from engine.program import Granularity
from engine.state import State
from engine.timeline import Timeline
from tests.engine.building import (
    OPTIMIZERS,
    Reference,
    all_stops,
    assert_same_state,
    by_hand,
    experiment,
)


def own_rates() -> Experiment:
    """A rate for each weight of the first layer, one for its biases; the second has none."""
    sigmoid = ACTIVATIONS["sigmoid"]
    rates = frozen([[0.1, 0.2], [0.3, 0.0], [0.5, 0.6]])
    layers = (
        Layer(3, sigmoid, weight_learning_rate=rates, bias_learning_rate=0.25),
        Layer(2, sigmoid),
    )
    return experiment((2, 3, 2), layers=layers, samples=3)


RUNS = {
    "one sample at a time": experiment((2, 3, 2), samples=4),
    "frozen biases": by_hand(),
    "rates of their own": own_rates(),
    "small last batch, shuffled, momentum": experiment(
        (2, 3, 2), "tanh", samples=7, batch=3, shuffle=True, optimizer=OPTIMIZERS["momentum"]
    ),
    "adam, shuffled": experiment(
        (2, 3, 2), samples=5, batch=2, shuffle=True, optimizer=OPTIMIZERS["adam"]
    ),
    "no biases, softmax": experiment(
        (2, 3, 2), "tanh", "softmax", "cross_entropy", samples=3, bias=False
    ),
}
CHANGES: dict[str, tuple[str, tuple[int, ...], float]] = {
    "a weight": ("W1", (1, 0), 0.1 + 0.2),
    "a weight at the top": ("W2", (0, 1), -7.0),
    "a bias": ("b1", (1,), 1 / 3),
    "an input": ("input", (0, 1), 2.5),
    "a target": ("target", (0, 1), 0.3),
    "the rate": ("learning_rate", (), 0.0125),
    "the rate to 0": ("learning_rate", (), 0.0),
    "the rate to below 0": ("learning_rate", (), -0.01),
}
CASES = [
    pytest.param(run, change, id=f"{name}-{what}")
    for name, run in RUNS.items()
    for what, change in CHANGES.items()
    if not (what == "a target" and "softmax" in name)
    and not (what == "a bias" and "no biases" in name)
]


def assert_is_the_runs(timeline: Timeline, reference: Reference) -> None:
    """The Frame shows what the plain run has at that position."""
    frame = timeline.frame()
    states = reference.iteration(frame.position.iteration)
    assert_same_state(frame.after, states[frame.position.step + 1])
    assert_same_state(frame.before, states[max(frame.position.step, 0)])


def assert_is_the_run(timeline: Timeline, reference: Reference, *iterations: int) -> None:
    """Start and end of iterations, gone to in this order."""
    for iteration in iterations:
        for step in (-1, reference.program_of(iteration).last):
            timeline.seek(Position(iteration, step))
            assert_is_the_runs(timeline, reference)


def bits(value: float | Array) -> bytes:
    return np.asarray(value, dtype=np.float64).tobytes()


def differences(found: State, expected: State) -> list[tuple[str, tuple[int, ...]]]:
    """The elements in which two States differ, by their bits."""
    assert set(found) == set(expected)
    return [
        (name, element)
        for name in found
        for element in np.ndindex(found[name].shape)
        if bits(found[name][element]) != bits(expected[name][element])
    ]


# The new run


@pytest.mark.parametrize(("described", "change"), CASES)
def test_an_edited_run_is_bitwise_a_plain_run_with_that_number_changed(
    described: Experiment, change: tuple[str, tuple[int, ...], float]
) -> None:
    whole, plain = Timeline(described), Reference(described)
    whole.train(30)
    for at in (0, 19):
        edit = Edit(at, *change)
        edited, reference = whole.edited(edit), plain.edited(edit)
        assert edited.train(30 - at) is None
        assert edited.losses.tolist() == reference.losses(30)
        assert_is_the_runs(edited, reference)
        assert_is_the_run(edited, reference, at + 1, 0, max(at - 1, 0), at, 29)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_stepping_through_an_edited_run_shows_the_plain_run(
    change: tuple[str, tuple[int, ...], float],
) -> None:
    described, edit = RUNS["one sample at a time"], Edit(2, *change)
    edited = Timeline(described).edited(edit)
    reference = Reference(described).edited(edit)
    for _ in range(2 * len(edited.program)):
        assert_is_the_runs(edited, reference)
        edited.forward(Granularity.LAYER)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (CHANGES["a weight"], [("W1", (1, 0))]),
        (CHANGES["a bias"], [("b1", (1, 0))]),
        (("input", (1, 0), 9.0), [("a0", (0, 0))]),
        (("target", (1, 1), 0.25), [("t", (1, 0))]),
        (("input", (2, 0), 9.0), []),  # Iteration 5 is about the second of four samples.
        (CHANGES["the rate"], []),
    ],
)
def test_an_iteration_starts_with_one_number_changed_and_all_others_as_they_were(
    change: tuple[str, tuple[int, ...], float], place: list[tuple[str, tuple[int, ...]]]
) -> None:
    timeline = Timeline(RUNS["one sample at a time"])
    timeline.seek(Position(5, 3))
    edited = timeline.edited(Edit(5, *change))
    assert edited.position == edited.newest == Position(5)
    found, before = edited.frame().after, timeline.state_at(5)
    assert differences(found, before) == place
    assert all(found[name][element] == change[2] for name, element in place)


def test_a_frozen_bias_stays_where_it_was_put() -> None:
    edited = Timeline(by_hand()).edited(Edit(4, "b2", (0,), 0.125))
    edited.train(30)
    assert edited.frame().after["b2"].tolist() == [[0.125], [0.60]]
    assert edited.state_at(3)["b2"].tolist() == [[0.60], [0.60]]


def test_an_edited_rate_is_not_that_of_layers_with_their_own() -> None:
    edited = Timeline(own_rates()).edited(Edit(3, "learning_rate", (), 0.0))
    start, end = edited.state_at(3), edited.state_at(9)
    for name, moves in (("W1", True), ("b1", True), ("W2", False), ("b2", False)):
        assert (bits(start[name]) != bits(end[name])) == moves, name
    assert edited.settings.rate_of("b1") == 0.25


@pytest.mark.parametrize("value", [0.1 + 0.2, 5e-324, -0.0, 1.7e308, -123456789.123456789, 7])
@pytest.mark.parametrize(
    ("what", "element", "place"),
    [("W1", (0, 0), "W1"), ("b2", (0,), "b2"), ("input", (0, 0), "a0"), ("target", (0, 0), "t")],
)
def test_a_number_is_neither_clamped_nor_rounded(
    value: float, what: str, element: tuple[int, ...], place: str
) -> None:
    edited = Timeline(by_hand()).edited(Edit(0, what, element, value))
    assert bits(edited.frame().after[place][0, 0]) == bits(value)


@pytest.mark.parametrize("value", [0.1 + 0.2, 5e-324, -0.0, 1.7e308, -0.5])
def test_a_rate_is_neither_clamped_nor_rounded(value: float) -> None:
    edited = Timeline(experiment()).edited(Edit(0, "learning_rate", (), value))
    assert bits(edited.settings.optimizer.learning_rate) == bits(value)
    assert bits(edited.settings.rate_of("W1")) == bits(value)


@pytest.mark.parametrize(
    ("optimizer", "slots"),
    [
        (Momentum(0.1, 0.9), ["velocity_W1", "velocity_b2"]),
        (Adam(0.05), ["m_W1", "v_W1", "m_b2", "v_b2", "k"]),
    ],
)
def test_an_optimizer_keeps_its_slots_over_an_edit(
    optimizer: Momentum | Adam, slots: list[str]
) -> None:
    timeline = Timeline(experiment(samples=3, optimizer=optimizer))
    timeline.train(20)
    before = timeline.state_at(20)
    for change in CHANGES.values():
        found = timeline.edited(Edit(20, *change)).state_at(20)
        for slot in slots:
            assert bits(found[slot]) == bits(before[slot]), slot
            assert found[slot].any()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_rate_may_go_to_0_and_come_back(optimizer: str) -> None:
    described = experiment(samples=3, batch=2, shuffle=True, optimizer=OPTIMIZERS[optimizer])
    stop = Edit(10, "learning_rate", (), 0.0)
    go = Edit(20, "learning_rate", (), 0.2)
    edited = Timeline(described).edited(stop).edited(go)
    reference = Reference(described).edited(stop).edited(go)
    edited.train(20)
    assert edited.losses.tolist() == reference.losses(40)
    assert_is_the_run(edited, reference, 39, 20, 19, 10, 9)
    frozen_for = edited.state_at(10), edited.state_at(20)
    changed = {name for name, _ in differences(*frozen_for)} - {"a0", "t"}
    assert changed == ({"k"} if optimizer == "adam" else set())


def test_shuffled_batches_keep_their_order() -> None:
    timeline = Timeline(RUNS["small last batch, shuffled, momentum"])
    edited = timeline.edited(Edit(4, "input", (2, 0), 5.0))
    for iteration in range(12):
        position = Position(iteration)
        assert edited.seek(position).samples == timeline.seek(position).samples


def test_an_edited_built_in_set_is_a_copy_of_it() -> None:
    data = load("xor")
    described = replace(experiment((2, 2, 1)), data=data)
    edited = Timeline(described).edited(Edit(0, "input", (0, 0), 0.5))
    assert edited.frame().after["a0"][0, 0] == 0.5
    assert load("xor") is data
    assert data.inputs[0, 0] == 0.0
    assert edited.experiment.data is data  # The edit is told of on its own.


# The run before


def test_the_original_stays_as_it_was() -> None:
    for described in RUNS.values():
        timeline, reference = Timeline(described), Reference(described)
        timeline.train(25)
        timeline.seek(Position(11, 4))
        frame, kept = timeline.frame(), timeline.losses.tolist()
        newest, experiment_before = timeline.newest, timeline.experiment
        for change in (CHANGES["a weight"], CHANGES["an input"], CHANGES["the rate to 0"]):
            edited = timeline.edited(Edit(7, *change))
            edited.train(60)
            edited.seek(Position(3, 2))
        assert (timeline.position, timeline.newest) == (Position(11, 4), newest)
        assert timeline.experiment is experiment_before
        assert timeline.losses.tolist() == kept
        assert timeline.frame().after is frame.after
        assert timeline.frame().before is frame.before
        timeline.train(30)
        assert timeline.losses.tolist() == reference.losses(41)
        assert_is_the_run(timeline, reference, 40, 7, 8, 6)


def test_undone_and_redone_runs_may_take_turns() -> None:
    described, edit = RUNS["adam, shuffled"], Edit(9, *CHANGES["a weight"])
    timeline, plain = Timeline(described), Reference(described)
    edited, reference = timeline.edited(edit), plain.edited(edit)
    for iteration in (30, 12, 40, 3, 9, 55):
        assert_is_the_run(timeline, plain, iteration)
        assert_is_the_run(edited, reference, iteration + 1, max(iteration - 4, 0))
    assert timeline.losses.tolist() == plain.losses(56)
    assert edited.losses.tolist() == reference.losses(57)


def test_an_edit_redone_is_the_same_bit_for_bit() -> None:
    timeline = Timeline(RUNS["small last batch, shuffled, momentum"])
    timeline.train(30)
    runs = []
    for _ in range(2):
        edited = timeline.edited(Edit(19, *CHANGES["a weight"]))
        edited.train(25)
        runs.append(edited)
        timeline.train(7)
    assert runs[0].losses.tobytes() == runs[1].losses.tobytes()
    assert_same_state(runs[0].frame().after, runs[1].frame().after)


# Several edits


def test_edits_at_one_iteration_all_count_in_their_order() -> None:
    described = RUNS["one sample at a time"]
    edits = (
        Edit(6, "W1", (0, 0), 1.0),
        Edit(6, "W1", (0, 1), 2.0),
        Edit(6, "W1", (0, 0), 3.0),
        Edit(6, "learning_rate", (), 0.1),
        Edit(6, "input", (2, 1), 4.0),
    )
    edited, reference = Timeline(described), Reference(described)
    for edit in edits:
        edited, reference = edited.edited(edit), reference.edited(edit)
    assert edited.experiment.edits == edits
    assert edited.frame().after["W1"][0].tolist() == [3.0, 2.0]
    edited.train(12)
    assert edited.losses.tolist() == reference.losses(18)
    assert_is_the_run(edited, reference, 17, 5, 6)


def test_edits_at_one_iteration_take_no_more_memory_than_one() -> None:
    once = edited = Timeline(experiment()).edited(Edit(6, "W1", (0, 0), 0.0))
    for value in range(5):
        edited = edited.edited(Edit(6, "W1", (0, 0), value))
    assert edited.history_bytes == once.history_bytes


def test_a_later_edit_keeps_those_before_it() -> None:
    described = RUNS["small last batch, shuffled, momentum"]
    edits = (Edit(3, *CHANGES["the rate"]), Edit(8, *CHANGES["a bias"]), Edit(20, "W2", (1, 1), 0))
    edited, reference = Timeline(described), Reference(described)
    for edit in edits:
        edited, reference = edited.edited(edit), reference.edited(edit)
        edited.train(10)
    assert edited.experiment.edits == edits
    assert edited.losses.tolist() == reference.losses(30)
    assert_is_the_run(edited, reference, 29, 2, 3, 7, 8, 19, 20, 0)


def test_an_edit_before_another_discards_that_and_the_future() -> None:
    described = RUNS["one sample at a time"]
    early, late = Edit(5, *CHANGES["a weight"]), Edit(12, *CHANGES["the rate to 0"])
    timeline = Timeline(described).edited(late)
    timeline.train(20)
    edited = timeline.edited(early)
    assert edited.experiment.edits == (early,)
    assert edited.position == edited.newest == Position(5)
    reference = Reference(described).edited(early)
    assert edited.losses.tolist() == reference.losses(5)
    edited.train(20)
    assert edited.losses.tolist() == reference.losses(25)
    assert_is_the_run(edited, reference, 24, 12, 4, 5)
    assert timeline.experiment.edits == (late,)


def test_a_timeline_of_an_edited_experiment_is_the_edited_run() -> None:
    for described in RUNS.values():
        edited = Timeline(described)
        for edit in (Edit(4, *CHANGES["a weight"]), Edit(4, *CHANGES["the rate"])):
            edited = edited.edited(edit)
        edited = edited.edited(Edit(13, *CHANGES["an input"]))
        again = Timeline(edited.experiment)
        assert again.experiment.edits == edited.experiment.edits
        assert again.position == again.newest == Position(13)
        assert again.losses.tobytes() == edited.losses.tobytes()
        for run in (edited, again):
            run.train(20)
        assert again.losses.tobytes() == edited.losses.tobytes()
        assert_same_state(again.frame().after, edited.frame().after)


def test_a_run_has_at_most_so_many_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_EDITS", 2)
    timeline = Timeline(experiment())
    for iteration in (1, 2):
        timeline = timeline.edited(Edit(iteration, "W1", (0, 0), 1.0))
    with pytest.raises(GradwalkError, match=r"^a run has at most 2 edits$"):
        timeline.edited(Edit(2, "W1", (0, 0), 1.0))
    assert len(timeline.edited(Edit(1, "W1", (0, 0), 1.0)).experiment.edits) == 2


# Travel over an edit


FROZEN_IN_BETWEEN = (Edit(2, "learning_rate", (), 0.0), Edit(4, "learning_rate", (), 0.3))


@pytest.mark.parametrize(
    "granularity", [each for each in Granularity if each is not Granularity.EPOCH]
)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_forward_and_back_go_by_the_stops_of_each_iterations_own_program(
    granularity: Granularity, optimizer: str
) -> None:
    edited = Timeline(experiment(optimizer=OPTIMIZERS[optimizer]))
    reference = Reference(edited.experiment)
    for edit in FROZEN_IN_BETWEEN:
        edited, reference = edited.edited(edit), reference.edited(edit)
    path = [Position()]
    for iteration in range(6):
        stops = all_stops(reference.program_of(iteration), granularity)
        path += [Position(iteration, *stop) for stop in stops]
    edited.seek(Position())
    for expected in path[1:]:
        assert edited.forward(granularity).position == expected
    assert_is_the_runs(edited, reference)
    for expected in path[-2::-1]:
        assert edited.back(granularity).position == expected
    assert_is_the_runs(edited, reference)


def test_epochs_stop_where_they_did_over_edits() -> None:
    edited = Timeline(experiment(samples=5, batch=2))
    reference = Reference(edited.experiment)
    for edit in FROZEN_IN_BETWEEN:
        edited, reference = edited.edited(edit), reference.edited(edit)
    edited.seek(Position())
    stops = [Position(at, reference.program_of(at).last) for at in (2, 5, 8)]
    for expected in stops:
        assert edited.forward(Granularity.EPOCH).position == expected
        assert_is_the_runs(edited, reference)
    for expected in (*stops[-2::-1], Position()):
        assert edited.back(Granularity.EPOCH).position == expected


def test_whole_iterations_are_counted_by_the_program_of_the_iteration() -> None:
    frozen_run = Timeline(experiment(optimizer=GradientDescent(0.0)))
    moving = Timeline(experiment())
    for timeline, rate in ((frozen_run, 0.5), (moving, 0.0)):
        edited = timeline.edited(Edit(3, "learning_rate", (), rate))
        for iteration in (0, 2, 3, 4):
            edited.seek(Position(iteration, 0))
            assert edited.completed == iteration
            edited.seek(Position(iteration, edited.program.last))
            assert edited.completed == iteration + 1


def test_training_over_an_edit_completes_what_lies_on_both_sides() -> None:
    described, edit = RUNS["adam, shuffled"], Edit(10, *CHANGES["a weight"])
    edited, reference = Timeline(described).edited(edit), Reference(described).edited(edit)
    edited.seek(Position(4, 2))
    edited.train(6)
    assert edited.position == Position(9, edited.program.last)
    assert_is_the_runs(edited, reference)
    edited.seek(Position(4, 2))
    edited.train(300)
    assert edited.position == Position(303, edited.program.last)
    assert edited.losses.tolist() == reference.losses(304)


def test_settings_and_program_are_those_of_the_iteration_stood_in() -> None:
    edited = Timeline(experiment(optimizer=GradientDescent(0.5)))
    for edit in (*FROZEN_IN_BETWEEN, Edit(4, "input", (0, 0), 8.0)):
        edited = edited.edited(edit)
    for iteration, rate, steps in ((0, 0.5, 17), (1, 0.5, 17), (2, 0.0, 13), (4, 0.3, 17)):
        edited.seek(Position(iteration))
        assert edited.settings.optimizer.learning_rate == rate
        assert len(edited.program) == len(edited.frame().program) == steps
        assert (edited.settings.data.inputs[0, 0] == 8.0) == (iteration >= 4)
        assert edited.settings.edits == ()
    assert edited.experiment.optimizer.learning_rate == 0.5


def test_trained_weights_have_the_edits_that_lie_before_the_position_and_no_others() -> None:
    timeline = Timeline(experiment(samples=3))
    edited = timeline.edited(Edit(5, "W1", (0, 0), 9.0)).edited(Edit(5, "input", (0, 0), 8.0))
    timeline.train(5)
    edited.seek(Position(4, edited.program.last))
    assert edited.completed == 5
    plain, at_the_end_before = timeline.trained_experiment(), edited.trained_experiment()
    assert bits(at_the_end_before.start_values["W1"]) == bits(plain.start_values["W1"])
    assert at_the_end_before.data.inputs[0, 0] == plain.data.inputs[0, 0]
    edited.seek(Position(5))
    assert edited.trained_experiment().start_values["W1"][0, 0] == 9.0
    assert edited.trained_experiment().data.inputs[0, 0] == 8.0
    edited.train(1)
    trained = edited.trained_experiment().start_values["W1"]
    assert bits(trained) == bits(edited.frame().after["W1"])


# Losses


def test_an_edit_where_the_run_has_not_come_yet_runs_there() -> None:
    described, edit = RUNS["adam, shuffled"], Edit(40, *CHANGES["a weight"])
    timeline, reference = Timeline(described), Reference(described)
    edited = timeline.edited(edit)
    assert edited.losses.tolist() == reference.losses(40)
    assert_is_the_runs(edited, reference.edited(edit))
    # The new run went on in what both share, and no loss of the old one may be missed for it.
    assert len(timeline.losses) == 0
    timeline.seek(Position(45, 3))
    assert timeline.losses.tolist() == reference.losses(45)


def test_losses_of_an_edited_run_cannot_be_written_to() -> None:
    edited = Timeline(experiment()).edited(Edit(3, "W1", (0, 0), 1.0))
    with pytest.raises(ValueError, match="read-only"):
        edited.losses[0] = 0.0


def overflowing_in_iteration_1() -> Experiment:
    """Of two samples the second makes z infinite, and the sigmoid of that is 1: E is finite."""
    layer = Layer(1, ACTIVATIONS["sigmoid"], bias=False, weights=frozen([[1.7e308]]))
    data = Data(frozen([[0.0], [10.0]]), frozen([[0.5], [0.5]]))
    return Experiment(Network(1, (layer,)), LOSSES["half_squared_error"], data)


def test_training_finds_what_overflows_just_before_an_edit() -> None:
    edited = Timeline(overflowing_in_iteration_1()).edited(Edit(2, "W1", (0, 0), 0.0))
    edited.seek(Position())
    found = edited.train(2)
    assert found is not None
    assert (found.iteration, found.step.writes) == (1, "z1")
    edited.seek(Position(2))
    assert edited.train(4) is None


def test_an_edit_can_mend_a_run_that_left_the_numbers() -> None:
    described = experiment(
        (2, 3, 2), "identity", "identity", optimizer=GradientDescent(3.0), samples=3
    )
    timeline = Timeline(described)
    found = timeline.train(5000)
    assert found is not None
    mend = Edit(2, "learning_rate", (), 0.0)
    edited, reference = timeline.edited(mend), Reference(described).edited(mend)
    assert edited.train(50) is None
    assert edited.losses.tolist() == reference.losses(52)
    edited.seek(Position())
    assert edited.train(2) is None
    assert edited.position == Position(1, edited.program.last)


@pytest.mark.parametrize("later", [0, 3, 20])
def test_no_loss_is_missed_after_one_that_is_not_finite(later: int) -> None:
    """However the run came to it: E is known of every iteration before, each in its place."""
    described = experiment(
        (2, 3, 2), "identity", "identity", optimizer=GradientDescent(0.35), samples=3
    )
    timeline, reference = Timeline(described), Reference(described)
    found = None
    while found is None:
        found = timeline.train(1)
    timeline.seek(Position(found.iteration + later))
    expected = reference.losses(found.iteration + later)
    np.testing.assert_array_equal(timeline.losses[: len(expected)], expected)
    edited = timeline.edited(Edit(found.iteration + 10, "W1", (0, 0), 1.0))
    edited.seek(Position())
    assert edited.train(found.iteration + 30) is not None
    edited.seek(Position(found.iteration + 25))
    expected = Reference(described).losses(found.iteration + 10)
    assert len(edited.losses) == found.iteration + 25
    np.testing.assert_array_equal(edited.losses[: len(expected)], expected)


# The class of a sample


def test_another_class_is_one_edit_of_the_whole_row() -> None:
    described = experiment((2, 3, 3), "tanh", "softmax", "cross_entropy", samples=4)
    targets = described.data.targets.copy()
    other = (int(targets[2].argmax()) + 1) % 3
    targets[2] = np.eye(3)[other]
    edited = Timeline(described).edited(Edit(0, CLASS, (2,), float(other)))
    edited.train(30)
    plain = Reference(replace(described, data=Data(described.data.inputs, frozen(targets))))
    assert len(edited.experiment.edits) == 1
    assert edited.losses.tolist() == plain.losses(30)
    assert_is_the_run(edited, plain, 0, 2, 29)


def test_another_class_is_what_its_targets_one_by_one_come_to() -> None:
    described = experiment((2, 3, 3), output="softmax", samples=4)
    whole = Timeline(described)
    whole.train(6)
    other = (int(described.data.targets[3].argmax()) + 2) % 3
    at_once = whole.edited(Edit(6, CLASS, (3,), float(other)))
    one_by_one = whole
    for column in range(3):
        one_by_one = one_by_one.edited(Edit(6, "target", (3, column), float(column == other)))
    for run in (at_once, one_by_one):
        run.train(20)
    assert at_once.losses.tolist() == one_by_one.losses.tolist()
    assert_same_state(at_once.frame().after, one_by_one.frame().after)


def test_an_edited_class_is_kept_in_the_experiments_file() -> None:
    run = Timeline(experiment((2, 3, 3), output="softmax", loss="cross_entropy"))
    old = int(run.experiment.data.targets[1].argmax())
    edited = run.edited(Edit(2, CLASS, (1,), float((old + 1) % 3)))
    edited.train(9)
    text = json.dumps(experiment_json.to_json(edited.experiment))
    again = Timeline(experiment_json.from_json(json.loads(text)))
    again.train(9)
    assert again.experiment.edits == edited.experiment.edits
    assert again.losses.tolist() == edited.losses.tolist()
    spoiled = text.replace(f'"value": {(old + 1) % 3}.0', '"value": 3.0')
    with pytest.raises(ExperimentError, match=r"^edits\[0\]: class: 3\.0 is none of the 3 classes"):
        experiment_json.from_json(json.loads(spoiled))


@pytest.mark.parametrize(
    ("edit", "what", "element", "value"),
    [
        (Edit(3, CLASS, (1,), 2.0), "target", (1, 2), 1.0),
        (Edit(3, CLASS, (1,), 2.0), "target", (1, 0), 0.0),
        (Edit(3, CLASS, (1,), 2.0), "target", (0, 2), None),
        (Edit(3, CLASS, (1,), 2.0), "input", (1, 2), None),
        (Edit(3, "target", (1, 2), 0.25), "target", (1, 2), 0.25),
        (Edit(3, "target", (1, 2), 0.25), "target", (1, 1), None),
        (Edit(3, "W1", (1, 2), 0.25), "W2", (1, 2), None),
        (Edit(3, "learning_rate", (), 0.25), "W1", (0, 0), None),
    ],
)
def test_an_edit_knows_what_it_makes_of_an_element(
    edit: Edit, what: str, element: tuple[int, ...], value: float | None
) -> None:
    assert edit.value_for(what, element) == value


# What is refused


REFUSED = {
    "W3: the network has no such weights or biases": ("W3", (0, 0), 1.0),
    "z1: the network has no such weights or biases": ("z1", (0, 0), 1.0),
    "velocity_W1: the network has no such weights or biases": ("velocity_W1", (0, 0), 1.0),
    "W1: there is no element [3, 0]": ("W1", (3, 0), 1.0),
    "W1: there is no element [0, 2]": ("W1", (0, 2), 1.0),
    "W1: there is no element [-1, 0]": ("W1", (-1, 0), 1.0),
    "W1: there is no element [0]": ("W1", (0,), 1.0),
    "W1: there is no element [0, 0, 0]": ("W1", (0, 0, 0), 1.0),
    "W1: there is no element []": ("W1", (), 1.0),
    "b1: there is no element [3]": ("b1", (3,), 1.0),
    "b1: there is no element [-1]": ("b1", (-1,), 1.0),
    "b1: there is no element [0, 0]": ("b1", (0, 0), 1.0),
    "b1: there is no element []": ("b1", (), 1.0),
    "input: there is no element [4, 0]": ("input", (4, 0), 1.0),
    "input: there is no element [0, 2]": ("input", (0, 2), 1.0),
    "target: there is no element [0, -1]": ("target", (0, -1), 1.0),
    "target: there is no element [1]": ("target", (1,), 1.0),
    "class: there is no element [4]": ("class", (4,), 1.0),
    "class: there is no element [-1]": ("class", (-1,), 1.0),
    "class: there is no element [0, 1]": ("class", (0, 1), 1.0),
    "class: 2.0 is none of the 2 classes, which count from 0": ("class", (0,), 2.0),
    "class: 0.5 is none of the 2 classes, which count from 0": ("class", (0,), 0.5),
    "class: -1.0 is none of the 2 classes, which count from 0": ("class", (0,), -1.0),
    "class: nan is not a finite number": ("class", (0,), float("nan")),
    "learning_rate: there is no element [0]": ("learning_rate", (0,), 1.0),
    "W1: nan is not a finite number": ("W1", (0, 0), float("nan")),
    "b1: inf is not a finite number": ("b1", (0,), float("inf")),
    "learning_rate: -inf is not a finite number": ("learning_rate", (), float("-inf")),
    "input: nan is not a finite number": ("input", (0, 0), float("nan")),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_be_edited_is_refused_in_one_sentence(sentence: str) -> None:
    timeline = Timeline(experiment((2, 3, 2), optimizer=OPTIMIZERS["momentum"]))
    timeline.seek(Position(3, 5))
    frame = timeline.frame()
    with pytest.raises(ExperimentError) as refusal:
        timeline.edited(Edit(2, *REFUSED[sentence]))
    assert str(refusal.value) == sentence
    assert timeline.position == Position(3, 5)
    assert timeline.frame().after is frame.after
    assert timeline.experiment.edits == ()


def test_a_bias_cannot_be_edited_where_there_is_none() -> None:
    timeline = Timeline(experiment(bias=False))
    with pytest.raises(ExperimentError, match=r"^b1: the network has no such weights or biases$"):
        timeline.edited(Edit(0, "b1", (0,), 1.0))


@pytest.mark.parametrize(
    ("output", "loss", "said"),
    [
        ("softmax", "cross_entropy", "loss: cross_entropy needs one-hot targets"),
        ("sigmoid", "binary_cross_entropy", "loss: binary_cross_entropy needs targets between 0"),
    ],
)
def test_a_target_that_the_loss_cannot_judge_is_refused(output: str, loss: str, said: str) -> None:
    timeline = Timeline(experiment(output=output, loss=loss))
    with pytest.raises(ExperimentError) as refusal:
        timeline.edited(Edit(0, "target", (0, 0), 1.5))
    assert str(refusal.value).startswith(said)


@pytest.mark.parametrize("iteration", [-1, limits.MAX_ITERATIONS + 1])
def test_an_edit_outside_of_the_run_is_refused(iteration: int) -> None:
    with pytest.raises(GradwalkError, match=f"^iteration {iteration}: a run goes from 0 to"):
        Timeline(experiment()).edited(Edit(iteration, "W1", (0, 0), 1.0))


def test_a_long_name_is_not_repeated_in_full() -> None:
    with pytest.raises(ExperimentError) as refusal:
        Timeline(experiment()).edited(Edit(0, "W" * 100_000, (0, 0), 1.0))
    assert len(str(refusal.value)) < 100


def test_applying_an_edit_leaves_the_values_it_was_given() -> None:
    described = experiment()
    values = dict(described.start_values)
    before = {name: bits(value) for name, value in values.items()}
    inputs = bits(described.data.inputs)
    Edit(0, "W1", (0, 0), 9.0).applied(described, values)
    Edit(0, "input", (0, 0), 9.0).applied(described, values)
    assert {name: bits(value) for name, value in values.items()} == before
    assert bits(described.data.inputs) == inputs
