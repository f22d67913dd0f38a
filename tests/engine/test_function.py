"""The network as a function: grids of outputs, classes, boundaries."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose

from engine.function import (
    NO_CLASS,
    Classes,
    Grid,
    classes_of,
    contour,
    grid_over,
    rights,
    sample_error,
    seconds_for,
    side_within,
    surface,
)
from engine.predictions import outputs
from engine.program import compile_program
from engine.timeline import Timeline
from tests.engine.building import experiment


def by_formula(values, points):
    """tanh, then sigmoid, written out."""
    hidden = np.tanh(points @ values["W1"].T + values["b1"].T)
    return 1 / (1 + np.exp(-(hidden @ values["W2"].T + values["b2"].T)))


def test_a_surface_holds_the_outputs_at_each_point_of_its_grid():
    made = experiment((2, 3, 2), hidden="tanh")
    grid = grid_over((-1.0, 3.0), (0.0, 1.0), 7)
    found = surface(compile_program(made), made.start_values, grid)
    assert found.shape == (7, 7, 2)
    for row, y in enumerate(grid.y):
        for column, x in enumerate(grid.x):
            expected = by_formula(made.start_values, np.array([[x, y]]))[0]
            assert_allclose(found[row, column], expected, rtol=1e-13)


def test_the_outermost_points_of_a_grid_lie_on_the_limits():
    grid = grid_over((-1.0, 3.0), (0.0, 1.0), 5)
    assert (grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]) == (-1.0, 3.0, 0.0, 1.0)
    assert Grid(np.array([1.0, 2.0]), np.array([5.0])).points.tolist() == [[1, 5], [2, 5]]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([[0], [1], [1], [0]], Classes(0.0, 1.0, 1)),
        ([[1]], Classes(0.0, 1.0, 1)),
        ([[-1], [1]], Classes(-1.0, 1.0, 1)),
        ([[0.1], [0.9], [0.9], [0.1]], Classes(0.1, 0.9, 1)),
        ([[0, 1, 0], [1, 0, 0]], Classes(0.0, 1.0, 3)),
        ([[-1, 1], [1, -1]], Classes(-1.0, 1.0, 2)),
        ([[0.5]], None),
        ([[0.5, 0.25]], None),
        ([[0.01, 0.99]], None),
        ([[0.1], [0.9]], None),
        ([[0.2], [0.4], [0.6], [0.8]], None),
        ([[0, 1, 1], [1, 0, 0]], None),
        ([[0, 0], [1, 0]], None),
    ],
)
def test_targets_are_classes_if_they_have_two_levels_and_one_high_column(targets, expected):
    assert classes_of(np.array(targets, dtype=np.float64)) == expected


def test_one_output_is_split_at_the_middle_of_the_levels():
    classes = Classes(-1.0, 1.0, 1)
    assert classes.of(np.array([[-0.2], [0.3], [np.nan], [np.inf]])).tolist() == [
        0,
        1,
        NO_CLASS,
        NO_CLASS,
    ]
    assert classes.leads(np.array([[0.25]])).tolist() == [[-0.25, 0.25]]


def test_of_several_outputs_the_highest_wins():
    classes = Classes(0.0, 1.0, 3)
    values = np.array([[0.1, 0.7, 0.2], [0.5, 0.1, 0.4], [0.3, np.nan, 0.1]])
    assert classes.of(values).tolist() == [1, 0, NO_CLASS]
    assert_allclose(classes.leads(values[:2]), [[-0.6, 0.5, -0.5], [0.1, -0.4, -0.1]], atol=1e-15)


@given(arrays.arrays(np.float64, (6, 4), elements=st.floats(0.0, 1.0), unique=True))
def test_exactly_the_class_found_is_ahead(values):
    classes = Classes(0.0, 1.0, 4)
    ahead = classes.leads(values) > 0
    assert ahead.sum(axis=1).tolist() == [1] * 6
    assert ahead.argmax(axis=1).tolist() == classes.of(values).tolist()


def test_rights_are_counted_row_by_row():
    made = experiment((3, 4, 3), samples=20)
    found = outputs(compile_program(made), made.start_values, made.data.inputs)
    classes = classes_of(made.data.targets)
    pairs = zip(found.tolist(), made.data.targets.tolist(), strict=True)
    by_hand = sum(row.index(max(row)) == target.index(1.0) for row, target in pairs)
    assert rights(classes, found, made.data.targets) == by_hand
    assert rights(classes, np.full_like(found, np.nan), made.data.targets) == 0


@pytest.mark.parametrize("loss", ["half_squared_error", "cross_entropy"])
def test_the_errors_of_single_samples_have_the_batchs_error_as_their_mean(loss):
    made = experiment((2, 3, 3), output="softmax", loss=loss, samples=5, batch=5)
    timeline = Timeline(made)
    timeline.train(1)
    program = timeline.program
    found = outputs(program, made.start_values, made.data.inputs)
    pairs = zip(found, made.data.targets, strict=True)
    errors = [sample_error(program, output, target) for output, target in pairs]
    assert np.mean(errors) == pytest.approx(timeline.losses[0], rel=1e-13)


def test_a_contour_lies_where_the_values_cross_the_level():
    axis = np.linspace(-1.0, 1.0, 41)
    radius = np.hypot(axis[np.newaxis, :], axis[:, np.newaxis])
    segments = contour(radius, 0.6)
    ends = segments.reshape(-1, 2) / 20.0 - 1.0
    # Linear interpolation between points 0.05 apart, on a circle of radius 0.6.
    assert_allclose(np.hypot(ends[:, 0], ends[:, 1]), 0.6, atol=0.05**2 / 0.6)


def test_a_contour_inside_the_grid_is_closed():
    axis = np.linspace(-1.0, 1.0, 30)
    wavy = np.sin(4 * axis[np.newaxis, :]) * np.cos(5 * axis[:, np.newaxis]) - axis**2
    framed = np.pad(wavy, 1, constant_values=-9.0)
    ends = Counter(map(tuple, contour(framed, 0.1).reshape(-1, 2).round(9).tolist()))
    assert ends
    assert set(ends.values()) == {2}


@pytest.mark.parametrize(("high", "corner"), [(9.0, (1.0, 0.0)), (1.1, (0.0, 0.0))])
def test_a_saddle_is_decided_by_its_middle(high, corner):
    """Top left and bottom right are high; if the middle is, the line cuts off the other two."""
    segments = contour(np.array([[high, 0.0], [0.0, high]]), 1.0)
    assert len(segments) == 2
    middles = (segments[:, :2] + segments[:, 2:]) / 2
    distances = np.abs(middles - corner).sum(axis=1)
    assert distances.min() < 0.5


def test_a_contour_leaves_out_what_is_not_a_number():
    values = np.array([[0.0, 0.0, 0.0], [2.0, 2.0, np.nan], [2.0, np.inf, 2.0]])
    segments = contour(values, 1.0)
    assert np.isfinite(segments).all()
    assert segments.tolist() == [[0.0, 0.5, 1.0, 0.5]] or len(segments) == 1


def test_no_level_crossed_gives_no_contour():
    assert contour(np.ones((4, 5)), 2.0).shape == (0, 4)


def test_the_wider_the_network_the_fewer_points_it_is_drawn_from():
    programs = [compile_program(experiment((2, width, 1))) for width in (2, 16, 200)]
    sides = [side_within(program, 0.0005, 10, 100) for program in programs]
    assert all(a > b for a, b in pairwise(sides))
    assert side_within(programs[2], 0.0, 10, 100) == 10
    assert side_within(programs[0], 10.0, 10, 100) == 100
    for program, side in zip(programs[1:], sides[1:], strict=True):
        assert seconds_for(program, side**2) <= 0.0005 < seconds_for(program, (side + 1) ** 2)
