"""What an inspector shows of one element, held against what the run shows elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compiled import Runner
from engine.edits import Edit
from engine.expression import Index, Term, quantity
from engine.inspection import (
    Change,
    LossSlice,
    SampleClass,
    changes,
    check_term,
    class_of,
    close_up,
    close_up_reach,
    connections,
    edit_of,
    gradient_state,
    history,
    inspect,
    slice_along,
)
from engine.optimizers import GradientDescent
from engine.position import Position
from engine.program import Granularity, Phase
from engine.timeline import Timeline
from tests.engine.building import (
    OPTIMIZERS,
    Reference,
    all_elements,
    assert_same_state,
    by_hand,
    experiment,
)

# Five samples in batches of two: the last batch of an epoch has one.
SHUFFLED = experiment(samples=5, batch=2, shuffle=True, optimizer=OPTIMIZERS["momentum"])


def term(name: str, *indices: Index) -> Term:
    return Term(name, indices)


# Connections


@pytest.mark.parametrize(
    ("of", "incoming", "outgoing"),
    [
        (term("a0", 1), (), (term("W1", "k", 1), term("z1", "k"))),
        (
            term("z1", 2),
            (term("b1", 2), term("W1", 2, "i"), term("a0", "i")),
            (term("W2", "k", 2), term("z2", "k")),
        ),
        (
            term("delta1", 0),
            (term("b1", 0), term("W1", 0, "i"), term("a0", "i")),
            (term("W2", "k", 0), term("z2", "k")),
        ),
        (
            term("a2", 1),
            (term("b2", 1), term("W2", 1, "i"), term("a1", "i")),
            (term("t", 1), term("E")),
        ),
        (term("W2", 1, 2), (term("a1", 2),), (term("z2", 1),)),
        (term("dW1", 2, 0), (term("a0", 0),), (term("z1", 2),)),
        (term("velocity_W1", 2, 0), (term("a0", 0),), (term("z1", 2),)),
        (term("b1", 2), (), (term("z1", 2),)),
        (term("db2", 0), (), (term("z2", 0),)),
        (term("E"), (), ()),
        (term("t", 1), (), ()),
        (term("W1"), (), ()),
    ],
    ids=lambda each: each.name + str(list(each.indices)) if isinstance(each, Term) else "",
)
def test_connections_are_what_an_element_is_made_from_and_what_is_made_from_it(
    of: Term, incoming: tuple[Term, ...], outgoing: tuple[Term, ...]
) -> None:
    found = connections(Timeline(experiment((2, 3, 2))).program, of)
    assert (found.incoming, found.outgoing) == (incoming, outgoing)


def test_a_unit_without_a_bias_has_no_connection_to_one() -> None:
    found = connections(Timeline(experiment((2, 3, 2), bias=False)).program, term("z1", 0))
    assert found.incoming == (term("W1", 0, "i"), term("a0", "i"))


def test_a_frozen_bias_is_connected_all_the_same() -> None:
    found = connections(Timeline(by_hand()).program, term("z1", 0))
    assert found.incoming[0] == term("b1", 0)


# History


def seen(timeline: Timeline, iteration: int, of: Term, sample: int) -> float:
    """What one sees of an element by going there: parameters and slots at the start."""
    carried = quantity(of.name).slot or quantity(of.name).kind in ("W", "b", "k")
    step = -1
    timeline.seek(Position(iteration))
    if not carried:
        step = timeline.program.last
    frame = timeline.seek(Position(iteration, step))
    row, column = (*of.indices, 0, 0)[:2]
    assert isinstance(row, int)
    assert isinstance(column, int)
    if not quantity(of.name).is_weight_shaped and not quantity(of.name).is_bias_shaped:
        column = min(sample, frame.batch - 1)
    return frame.value(of.name, row, column)


TERMS = [
    term("W1", 2, 1),
    term("b2", 1),
    term("velocity_W1", 0, 1),
    term("a0", 1),
    term("t", 0),
    term("z1", 2),
    term("a2", 0),
    term("E"),
    term("da1", 1),
    term("delta2", 1),
    term("dW1", 2, 0),
    term("db2", 1),
]


@pytest.mark.parametrize("of", TERMS, ids=lambda of: of.name)
@pytest.mark.parametrize("sample", [0, 1])
def test_history_is_what_one_sees_by_going_there(of: Term, sample: int) -> None:
    edits = (Edit(4, "W1", (2, 1), 5.0), Edit(9, "learning_rate", (), 0.0))
    timeline = Timeline(SHUFFLED)
    for edit in edits:
        timeline = timeline.edited(edit)
    timeline.seek(Position(15, 3))
    timeline.seek(Position(6, 5))
    found = history(timeline, of, 100, sample)
    assert found.iterations.tolist() == list(range(16))
    other = Timeline(timeline.experiment)
    for iteration, value in zip(found.iterations.tolist(), found.values.tolist(), strict=True):
        assert value == seen(other, iteration, of, sample), iteration


def test_history_of_e_is_that_of_the_losses() -> None:
    timeline = Timeline(SHUFFLED)
    timeline.train(40)
    assert history(timeline, term("E"), 40).values.tolist() == timeline.losses.tolist()


@pytest.mark.parametrize("most", [1, 2, 7, 100, 1000])
def test_a_long_history_is_shown_at_evenly_spread_iterations(most: int) -> None:
    timeline, reference = Timeline(experiment()), Reference(experiment())
    timeline.train(300)
    found = history(timeline, term("W1", 0, 0), most)
    iterations = found.iterations.tolist()
    assert len(iterations) == min(most, 300)
    assert iterations[0] == 0
    assert most == 1 or iterations[-1] == 299
    assert np.ptp(np.diff(iterations)) <= 1 if most > 1 else True
    expected = [reference.iteration(each)[0]["W1"][0, 0] for each in iterations]
    assert found.values.tolist() == expected


@pytest.mark.parametrize("of", TERMS, ids=lambda of: of.name)
def test_a_cheap_history_replays_nothing_and_is_true_where_it_looks(
    of: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = Timeline(SHUFFLED, mark_bytes=3000)
    timeline.train(900)
    timeline = timeline.edited(Edit(700, "W1", (2, 1), 5.0))
    timeline.train(300)
    timeline.seek(Position(991, 4))
    counts: list[int] = []
    run = Runner.run

    def counted(self: Runner, at: int, count: int, rows: list[bytes]) -> None:
        counts.append(count)
        run(self, at, count, rows)

    with monkeypatch.context() as patched:
        patched.setattr(Runner, "run", counted)
        found = history(timeline, of, 24, 1, cheaply=True)
        assert sum(counts) == 0
    assert len(found.iterations) > 3
    assert found.iterations.tolist()[0] == 0
    assert found.iterations.tolist()[-1] == 991
    other = Timeline(timeline.experiment)
    for iteration, value in zip(found.iterations.tolist(), found.values.tolist(), strict=True):
        assert value == seen(other, iteration, of, 1), iteration


def test_the_history_of_a_run_that_has_not_begun_is_its_start() -> None:
    found = history(Timeline(by_hand()), term("W1", 0, 1), 100)
    assert (found.iterations.tolist(), found.values.tolist()) == ([0], [0.20])


def test_history_is_not_a_number_where_there_is_nothing_of_that_name() -> None:
    timeline = Timeline(by_hand())
    timeline.train(3)
    found = history(timeline, term("velocity_W1", 0, 0), 100)
    assert np.isnan(found.values).all()


def test_looking_leaves_the_timeline_where_it_was_with_what_it_keeps() -> None:
    timeline = Timeline(SHUFFLED)
    timeline.train(60)
    for position in (Position(37, 5, (1,)), Position(48), Position(59, 2), Position(0)):
        frame = timeline.seek(position)
        newest, losses = timeline.newest, timeline.losses.tolist()
        for of in TERMS:
            history(timeline, of, 20)
            inspect(timeline, of, 1, most=10)
        assert timeline.position == position
        assert timeline.newest == newest
        assert timeline.losses.tolist() == losses
        again = timeline.frame()
        assert again.after is frame.after
        assert again.before is frame.before
    timeline.seek(Position(59, 2))
    timeline.forward(Granularity.LAYER)
    reference = Reference(SHUFFLED)
    assert_same_state(timeline.frame().after, reference.iteration(59)[4])


# What can be typed


def test_inputs_and_targets_are_edited_in_the_data_by_the_row_of_their_column() -> None:
    timeline = Timeline(SHUFFLED)
    for iteration in range(6):
        frame = timeline.seek(Position(iteration, 2))
        for sample, row in enumerate(frame.samples):
            assert edit_of(term("a0", 1), frame, sample) == ("input", (row, 1))
            assert edit_of(term("t", 0), frame, sample) == ("target", (row, 0))


def test_a_sample_that_a_small_batch_lacks_is_its_last_one() -> None:
    timeline = Timeline(SHUFFLED)
    frame = timeline.seek(Position(2))
    (row,) = frame.samples
    assert edit_of(term("a0", 0), frame, 1) == ("input", (row, 0))
    assert check_term(timeline, term("delta1", 2), 1) == check_term(timeline, term("delta1", 2), 0)
    assert inspect(timeline, term("da2", 1), 7).check is not None


@pytest.mark.parametrize(
    "of", [term("W2", 1, 2), term("b1", 2), term("a0", 1), term("t", 0)], ids=lambda of: of.name
)
@pytest.mark.parametrize("sample", [0, 1])
def test_what_an_element_is_edited_as_changes_that_element(of: Term, sample: int) -> None:
    timeline = Timeline(SHUFFLED)
    frame = timeline.seek(Position(4, 3))
    found = edit_of(of, frame, sample)
    assert found is not None
    edited = timeline.edited(Edit(4, *found, 0.375)).frame().after
    before = timeline.state_at(4)
    column = 0 if of.name == "b1" else sample
    place = (*of.indices, column)[:2]
    assert edited[of.name][place] == 0.375
    assert (edited[of.name] != before[of.name]).sum() == 1
    assert all(edited[name].tobytes() == before[name].tobytes() for name in {*before} - {of.name})


@pytest.mark.parametrize(
    "of",
    [
        term("z1", 0),
        term("a1", 0),
        term("dW1", 0, 0),
        term("db1", 0),
        term("delta1", 0),
        term("velocity_W1", 0, 0),
        term("E"),
        term("W1"),
        term("W1", 0, "i"),
        term("a0", "i"),
    ],
    ids=str,
)
def test_what_is_computed_or_no_single_number_cannot_be_typed(of: Term) -> None:
    assert edit_of(of, Timeline(SHUFFLED).frame(), 0) is None


# Gradients


def test_gradients_are_those_of_the_iteration_and_nothing_is_updated() -> None:
    timeline, reference = Timeline(SHUFFLED), Reference(SHUFFLED)
    last = timeline.program.last
    gradients = timeline.program.last_of_phase[Phase.GRADIENT]
    for position in (Position(7), Position(7, last), Position(0, 2), Position(7, gradients)):
        timeline.seek(position)
        found = gradient_state(timeline)
        assert_same_state(found, reference.iteration(position.iteration)[gradients + 1])


def test_a_run_without_updates_has_gradients_too() -> None:
    timeline = Timeline(experiment(optimizer=GradientDescent(0.0)))
    timeline.seek(Position(3, 1))
    assert_same_state(gradient_state(timeline), list(timeline.states_of(3))[-1])
    found = slice_along(timeline, term("W1", 0, 0))
    assert found is not None
    assert found.lands == found.at


def test_a_check_stands_beside_gradients_and_parameters_alone() -> None:
    timeline = Timeline(SHUFFLED)
    frame = timeline.seek(Position(3, 4))
    state = gradient_state(timeline)
    for name in state:
        what = quantity(name)
        row_column = (1, 0) if what.is_weight_shaped else (1,)
        of = Term(name, row_column if state[name].ndim else ())
        check = check_term(timeline, of, 1)
        if what.slot or what.kind not in ("dW", "db", "delta", "da"):
            assert check is None, name
            continue
        assert check is not None
        column = 0 if what.is_weight_shaped or what.is_bias_shaped else 1
        assert (check.name, check.element) == (name, (1, column))
        assert check.analytic == state[name][1, column]
        assert check.relative_difference < 1e-6
    weight = inspect(timeline, term("W1", 1, 0), 1)
    assert weight.check == check_term(timeline, term("dW1", 1, 0))
    assert weight.frame.after is frame.after
    assert check_term(timeline, term("dW1")) is None


# E along a parameter


@pytest.mark.parametrize("of", [term("W1", 2, 0), term("W2", 0, 1), term("b1", 1)], ids=str)
@pytest.mark.parametrize("iteration", [0, 2, 5])
def test_a_slice_has_the_point_the_slope_and_where_the_update_lands(
    of: Term, iteration: int
) -> None:
    timeline, reference = Timeline(SHUFFLED), Reference(SHUFFLED)
    states = reference.iteration(iteration)
    start, end = states[0], states[-1]
    row, column = (*of.indices, 0)[:2]
    timeline.seek(Position(iteration, 3))
    found = slice_along(timeline, of)
    assert found is not None
    assert found.at == (start[of.name][row, column], float(end["E"]))
    assert found.slope == end[f"d{of.name}"][row, column]
    changed = start[of.name].copy()
    changed[row, column] = end[of.name][row, column]
    state = start.with_value(of.name, frozen(changed))
    for step in reference.program.steps[: reference.program.last_of_phase[Phase.FORWARD] + 1]:
        state = step.apply(state)
    assert found.lands == (changed[row, column], float(state["E"]))
    assert found.values.min() < min(found.at[0], found.lands[0])
    assert found.values.max() > max(found.at[0], found.lands[0])
    assert (np.diff(found.values) > 0).all()
    # The tangent touches: at the middle, the slice has the point and the slope.
    middle = len(found.values) // 2
    assert found.values[middle] == pytest.approx(found.at[0], abs=1e-12)
    assert found.errors[middle] == pytest.approx(found.at[1], abs=1e-12)


def test_a_frozen_bias_lands_where_it_stands() -> None:
    found = slice_along(Timeline(by_hand()), term("b1", 0))
    assert found is not None
    assert found.lands == found.at
    assert found.slope != 0


def test_there_is_a_slice_along_parameters_alone() -> None:
    timeline = Timeline(SHUFFLED)
    for name in ("dW1", "velocity_W1", "z1", "a0", "E"):
        assert slice_along(timeline, term(name, 0, 0)) is None
        assert inspect(timeline, term("z1", 0), 0).loss_slice is None
    assert slice_along(timeline, term("W1")) is None


def test_a_slice_reaches_further_than_a_long_update() -> None:
    timeline = Timeline(experiment(optimizer=GradientDescent(1e4)))
    found = slice_along(timeline, term("W2", 0, 0))
    assert found is not None
    assert found.values.min() < found.lands[0] < found.values.max()


def test_the_tangent_has_the_gradient_for_its_slope_and_touches_at_the_point() -> None:
    """A single linear unit: E = ½ (2w - 1)² at w = 0.75 is 0.125, with slope 2 (2w - 1) = 1."""
    values = np.array([-0.25, 0.75, 1.75])
    along = LossSlice(values, (2 * values - 1) ** 2 / 2, (0.75, 0.125), 1.0, (0.65, 0.045))
    assert along.tangent.tolist() == [-0.875, 0.125, 1.125]
    found = slice_along(Timeline(by_hand()), term("W1", 0, 1))
    assert found is not None
    rise, run = np.diff(found.tangent[[0, -1]]), np.diff(found.values[[0, -1]])
    assert rise / run == pytest.approx(found.slope, rel=1e-12)
    assert found.tangent[len(found.values) // 2] == pytest.approx(found.at[1], rel=1e-12)


def test_a_close_up_goes_three_times_as_far_as_the_update() -> None:
    timeline = Timeline(by_hand())
    found = inspect(timeline, term("W1", 0, 1), 0)
    wide, near = found.loss_slice, close_up(found)
    assert wide is not None
    assert near is not None
    assert wide.reach == 1.0
    moved = abs(wide.lands[0] - wide.at[0])
    assert near.reach == pytest.approx(3 * moved, rel=1e-9)
    assert (near.at, near.slope, near.lands) == (wide.at, wide.slope, wide.lands)
    middle = len(near.values) // 2
    assert near.errors[middle] == pytest.approx(near.at[1], rel=1e-15)
    # So near the curve is all but its tangent.
    rise = np.abs(near.errors - near.at[1]).max()
    assert np.abs(near.errors - near.tangent).max() < 0.05 * rise


@pytest.mark.parametrize(
    ("at", "lands", "reach"),
    [
        (0.5, 0.5, None),
        (0.5, math.nan, None),
        (0.5, math.inf, None),
        (0.5, -math.inf, None),
        (0.5, 0.51, 0.03),
        (0.5, 0.49, 0.03),
        (0.5, 0.8, None),
        (0.5, 0.5 + 1e-9, 1e-6),
        (1e6, 1e6 + 1e-9, 1.0),
        (0.5, 0.5 + 2.0**-52, 1e-6),
    ],
)
def test_there_is_a_close_up_where_the_update_would_hide_beside_the_point(
    at: float, lands: float, reach: float | None
) -> None:
    width = max(1.0, 0.5 * at)
    values = np.linspace(at - width, at + width, 81)
    along = LossSlice(values, values, (at, 0.0), 1.0, (lands, 0.0))
    assert along.moves == (math.isfinite(lands) and lands != at)
    assert close_up_reach(along) == (None if reach is None else pytest.approx(reach, rel=1e-6))


# Changed by hand


def test_changes_tell_what_each_edit_replaced() -> None:
    plain = Timeline(SHUFFLED)
    plain.train(12)
    first = plain.edited(Edit(4, "W1", (2, 1), 5.0))
    first.train(20)
    timeline = first.edited(Edit(9, "W1", (2, 1), -3.0)).edited(Edit(9, "W1", (2, 1), 0.25))
    timeline = timeline.edited(Edit(9, "W1", (0, 0), 7.0))
    timeline.seek(Position(15))
    assert changes(timeline, term("W1", 2, 1), 0) == (
        Change(4, float(plain.state_at(4)["W1"][2, 1]), 5.0),
        Change(9, float(first.state_at(9)["W1"][2, 1]), -3.0),
        Change(9, -3.0, 0.25),
    )
    assert changes(timeline, term("W1", 2, 1), 0, most=1) == (Change(9, -3.0, 0.25),)
    assert changes(timeline, term("W1", 1, 1), 0) == ()
    assert inspect(timeline, term("W1", 0, 0), 0).changes[0].after == 7.0
    assert timeline.position == Position(15)


def test_an_edit_at_the_very_start_replaces_the_start() -> None:
    timeline = Timeline(by_hand()).edited(Edit(0, "b2", (1,), 0.25))
    assert changes(timeline, term("b2", 1), 0) == (Change(0, 0.60, 0.25),)
    assert changes(timeline, term("b2"), 0) == ()
    assert changes(timeline, term("z1", 1), 0) == ()


def test_changes_of_data_are_those_of_the_sample_looked_at() -> None:
    timeline = Timeline(experiment(samples=2))
    old = float(timeline.experiment.data.inputs[1, 0])
    timeline = timeline.edited(Edit(1, "input", (1, 0), 4.0)).edited(Edit(3, "input", (1, 0), 5.0))
    assert timeline.frame().samples == (1,)
    assert changes(timeline, term("a0", 0), 0) == (Change(1, old, 4.0), Change(3, 4.0, 5.0))
    timeline.seek(Position(4))
    assert timeline.frame().samples == (0,)
    assert changes(timeline, term("a0", 0), 0) == ()


# The class of a one-hot target


ONE_HOT = experiment((2, 3, 3), output="softmax", loss="cross_entropy", samples=4, batch=2)


def test_a_class_is_chosen_where_single_targets_cannot_be_typed() -> None:
    frame = Timeline(ONE_HOT).frame()
    targets = ONE_HOT.data.targets
    for sample, row in enumerate(frame.samples):
        column = int(targets[row].argmax())
        assert class_of(term("t", 0), frame, sample) == SampleClass(row, column)
        assert edit_of(term("t", 0), frame, sample) is None
    assert class_of(term("a2", 0), frame, 0) is None
    assert class_of(term("t"), frame, 0) is None


@pytest.mark.parametrize("loss", ["half_squared_error", "binary_cross_entropy"])
def test_other_losses_take_single_targets_too(loss: str) -> None:
    frame = Timeline(experiment((2, 3, 3), loss=loss)).frame()
    assert edit_of(term("t", 2), frame, 0) == ("target", (frame.samples[0], 2))
    assert class_of(term("t", 2), frame, 0) is not None


def test_targets_that_are_not_one_hot_have_no_class() -> None:
    assert class_of(term("t", 0), Timeline(by_hand()).frame(), 0) is None
    alone = Timeline(experiment((2, 3, 1))).frame()
    assert alone.after["t"].tolist() == [[1.0]]
    assert class_of(term("t", 0), alone, 0) is None


def test_an_edited_class_changes_the_targets_that_it_turns_over() -> None:
    timeline = Timeline(ONE_HOT)
    row = timeline.frame().samples[1]
    old = int(ONE_HOT.data.targets[row].argmax())
    new = (old + 1) % 3
    edited = timeline.edited(Edit(0, "class", (row,), float(new)))
    assert class_of(term("t", 0), edited.frame(), 1) == SampleClass(row, new)
    assert changes(edited, term("t", new), 1) == (Change(0, 0.0, 1.0),)
    assert changes(edited, term("t", old), 1) == (Change(0, 1.0, 0.0),)
    assert changes(edited, term("t", 3 - old - new), 1) == ()


# Everything at once


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch", [1, 2])
def test_every_element_of_every_step_can_be_inspected(optimizer: str, batch: int) -> None:
    described = experiment(samples=2, batch=batch, optimizer=OPTIMIZERS[optimizer])
    timeline = Timeline(described)
    timeline.seek(Position(2))
    for step in timeline.program.steps:
        element = all_elements(timeline.program, step.index)[-1]
        found = inspect(timeline, Term(step.writes, element), batch - 1, most=3)
        assert found.term == Term(step.writes, element)
        assert found.sample == batch - 1
        assert found.frame.position == Position(2)
        assert np.isfinite(found.history.values).all()
        what = quantity(step.writes)
        parameter = what.kind in ("W", "b") and not what.slot
        assert (found.loss_slice is not None) == parameter
        assert (found.edit is not None) == parameter
        assert found.connections == connections(timeline.program, found.term)


@pytest.mark.parametrize("rate", [0.35, 3.0, 1e300, 1e307])
def test_a_run_that_has_left_the_numbers_can_still_be_inspected(rate: float) -> None:
    described = experiment(
        (2, 3, 2), "identity", "identity", optimizer=GradientDescent(rate), samples=3
    )
    timeline = Timeline(described)
    found = timeline.train(5000)
    assert found is not None
    for iteration in range(max(found.iteration - 1, 0), found.iteration + 4):
        timeline.seek(Position(iteration, timeline.program.last))
        for of in (term("W1", 0, 0), term("delta1", 0), term("z2", 1), term("E")):
            inspect(timeline, of, 0)


def test_a_slice_has_numbers_to_show_where_the_update_leaves_them() -> None:
    described = experiment(
        (2, 3, 2), "identity", "identity", optimizer=GradientDescent(1e307), samples=3
    )
    timeline = Timeline(described)
    timeline.seek(Position(1))
    found = slice_along(timeline, term("W1", 0, 0))
    assert found is not None
    assert math.isfinite(found.at[0])
    assert not math.isfinite(found.lands[0])
    assert np.isfinite(found.values).all()
