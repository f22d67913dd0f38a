from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.expression import Add, Term, quantity
from engine.frame import Frame, LeftOut
from engine.position import Position
from engine.program import Granularity, Phase, Program
from engine.timeline import Timeline
from tests.engine.building import OPTIMIZERS, all_elements, all_stops, by_hand, experiment, shown


@pytest.fixture(params=[(1, "gradient_descent"), (3, "adam")], ids=["one sample", "batch and adam"])
def timeline(request: pytest.FixtureRequest) -> Timeline:
    batch, optimizer = request.param
    return Timeline(
        experiment((2, 3, 2), optimizer=OPTIMIZERS[optimizer], samples=2 * batch, batch=batch)
    )


def every_frame(timeline: Timeline) -> list[Frame]:
    """A Frame for every place in the second iteration."""
    program = timeline.program
    places = [(-1, ()), *all_stops(program, Granularity.WEIGHT)]
    places += [*all_stops(program, Granularity.UNIT), *all_stops(program, Granularity.LAYER)]
    return [timeline.seek(Position(1, *place)) for place in places]


def _is_shown(program: Program, frame: Frame, name: str, element: tuple[int, ...]) -> bool:
    """Whether the cursor has come past an element, by counting."""
    written = program.step_writing(name)
    assert written is not None
    if written.index != frame.position.step:
        return written.index < frame.position.step
    done = shown(program, written.index, frame.position.element)
    return all_elements(program, written.index).index(element) < done


def _cells(name: str, array: np.ndarray) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(index in the array, element of the quantity) for every cell."""
    if not array.ndim:
        return [((), ())]
    if quantity(name).is_weight_shaped:
        return [(index, index) for index in np.ndindex(array.shape)]
    return [(index, index[:1]) for index in np.ndindex(array.shape)]


def test_value_values_and_is_known_agree_everywhere(timeline: Timeline) -> None:
    frames = every_frame(timeline)
    names = list(timeline.seek(Position(1, timeline.program.last)).after)
    for frame in frames:
        for name in names:
            array, known = frame.values(name)
            assert array.shape == known.shape == timeline.program.shape(name, frame.batch)
            for index, _ in _cells(name, array):
                value = frame.value(name, *index)
                assert frame.is_known(name, *index) == known[index] == (not math.isnan(value))
                assert known[index] == (not math.isnan(array[index]))
                assert not known[index] or value == array[index]


def test_what_is_not_yet_computed_is_nan_and_what_is_computed_is_its_value(
    timeline: Timeline,
) -> None:
    program = timeline.program
    for frame in every_frame(timeline):
        for step in program.steps:
            if step.phase is Phase.UPDATE:
                continue
            array, known = frame.values(step.writes)
            for index, element in _cells(step.writes, array):
                expected = _is_shown(program, frame, step.writes, element)
                assert known[index] == expected
                if expected:
                    assert array[index] == frame.after[step.writes][index]


def test_half_updated_parameters_show_new_values_and_old_ones(timeline: Timeline) -> None:
    program = timeline.program
    end = timeline.seek(Position(1, program.last)).after
    start = timeline.state_at(1)
    for frame in every_frame(timeline):
        for name in program.carried:
            array, known = frame.values(name)
            assert known.all()
            for index, element in _cells(name, array):
                new = _is_shown(program, frame, name, element)
                assert array[index] == (end if new else start)[name][index]
    # Old and new differ, or the test would see nothing.
    assert (end["W1"] != start["W1"]).all()


def test_a_row_of_weights_is_shown_at_once_and_the_rows_below_are_still_old() -> None:
    timeline = Timeline(by_hand("trainable"))
    step = timeline.program.step_writing("W2")
    assert step is not None
    frame = timeline.seek(Position(0, step.index, (0,)))
    table, _ = frame.values("W2")
    np.testing.assert_allclose(table[0], [0.358916479718, 0.408666186076], atol=1e-12)
    assert table[1].tolist() == [0.50, 0.55]
    frame = timeline.seek(Position(0, step.index, (1, 0)))
    table, _ = frame.values("W2")
    assert table[1, 0] == pytest.approx(0.511301270239, abs=1e-12)
    assert table[1, 1] == 0.55


def test_at_the_start_inputs_targets_and_parameters_are_known_and_nothing_else(
    timeline: Timeline,
) -> None:
    frame = timeline.seek(Position(1))
    assert frame.step is None
    assert frame.phase is Phase.FORWARD
    assert frame.before is frame.after
    assert frame.error is None
    assert frame.focus == frame.lit == ()
    assert frame.non_finite is None
    known = {"a0", "t", "W1", "b1", "W2", "b2"} | set(timeline.program.carried)
    for name in ("a0", "t", *timeline.experiment.start_values, "z1", "E", "delta2", "dW1"):
        assert frame.values(name)[1].all() == (name in known)


def test_the_last_iterations_values_are_not_shown_in_the_next(timeline: Timeline) -> None:
    timeline.forward(Granularity.ITERATION)
    frame = timeline.forward(Granularity.LAYER)
    assert frame.position == Position(1, 0)
    assert math.isnan(frame.value("a2"))
    assert math.isnan(frame.value("E"))
    assert frame.error is None


def test_the_error_is_known_from_its_step_on(timeline: Timeline) -> None:
    step = timeline.program.step_writing("E")
    assert step is not None
    assert timeline.seek(Position(0, step.index - 1)).error is None
    frame = timeline.seek(Position(0, step.index))
    assert frame.error == frame.after["E"] == timeline.losses[0]


def test_frames_know_their_batch_and_epoch() -> None:
    timeline = Timeline(experiment(samples=5, batch=2))
    seen = [timeline.seek(Position(iteration)) for iteration in range(4)]
    assert [frame.samples for frame in seen] == [(0, 1), (2, 3), (4,), (0, 1)]
    assert [frame.batch for frame in seen] == [2, 2, 1, 2]
    assert [frame.epoch for frame in seen] == [0, 0, 0, 1]


def test_the_focus_is_what_the_cursor_is_on(timeline: Timeline) -> None:
    for frame in every_frame(timeline):
        step, element = frame.position.step, frame.position.element
        if step < 0:
            continue
        every = all_elements(timeline.program, step)
        expected = [each for each in every if each[: len(element)] == element]
        assert list(frame.focus) == list(frame.group) == expected
        assert len(frame.group) == len(expected)
        assert [frame.group[place] for place in range(len(expected))] == expected
        assert frame.group[-1] == expected[-1]
        assert frame.group[1:] == tuple(expected[1:])
        assert [each for each in every if each in frame.group] == expected


def test_a_short_equation_leaves_out_the_middle_of_a_long_sum() -> None:
    timeline = Timeline(experiment((2, 3, 2), samples=5, batch=2))
    wide = Program(timeline.program.steps, (20, *timeline.program.layer_sizes[1:]))
    z = wide.step_writing("z1")
    assert z is not None
    frame = replace(timeline.seek(Position(0)), program=wide, position=Position(0, z.index, (1,)))
    full, short = frame.equation((1,)), frame.short_equation((1,))
    assert isinstance(full.indexed, Add)
    assert isinstance(short.indexed, Add)
    bias = len(full.indexed.parts) - 20
    parts = full.indexed.parts
    assert short.indexed.parts == (*parts[: bias + 3], LeftOut(15), *parts[-2:])
    assert replace(short, indexed=full.indexed) == full
    assert frame.short_equation((1,)) is short


def test_a_short_equation_of_few_terms_is_the_whole(timeline: Timeline) -> None:
    for frame in every_frame(timeline):
        if frame.step is not None:
            element = frame.group[0]
            assert frame.short_equation(element) == frame.equation(element)


def test_an_equations_operands_are_from_before_the_step() -> None:
    timeline = Timeline(by_hand())
    step = timeline.program.step_writing("W2")
    assert step is not None
    frame = timeline.seek(Position(0, step.index))
    weight = Term("W2", (0, 0))
    assert frame.operands()(weight) == 0.40
    assert frame.result(weight) == pytest.approx(0.358916479718, abs=1e-12)


def test_a_term_with_a_sample_is_looked_up_in_that_column() -> None:
    frame = Timeline(experiment(samples=3, batch=3)).seek(Position(0, 1))
    z1 = frame.before["z1"]
    assert frame.operands(2)(Term("z1", (1,))) == z1[1, 2]
    assert frame.operands(2)(Term("z1", (1,), 0)) == z1[1, 0]
    assert frame.operands(2)(Term("b1", (1,))) == frame.before["b1"][1, 0]
    assert frame.operands(2)(Term("W1", (1, 0))) == frame.before["W1"][1, 0]
