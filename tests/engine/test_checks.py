"""The gradient check that is shown, and E along one parameter.

A central difference with h = ε^(1/3) ≈ 6e-6 is right to about h² = 4e-11 times a third derivative
and ε/h = 4e-11 times E; 1e-8 leaves room for both, and a wrong gradient is a million times worse.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.checks import (
    GradientCheck,
    Verdict,
    check_all,
    check_element,
    loss_slice,
    variable_of,
)
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.expression import quantity
from engine.formats import experiment_json
from engine.inspection import gradient_state
from engine.losses import LOSSES
from engine.program import Phase, Program
from engine.state import State
from engine.timeline import Timeline
from tests.engine.building import PAIRS, Reference, by_hand, experiment
from tests.examples import EXAMPLES

CLOSE = 1e-8


def computed(described: Experiment) -> tuple[Program, State]:
    """The program, and the State of iteration 0 with all gradients computed and no update."""
    reference = Reference(described)
    states = reference.iteration(0)
    return reference.program, states[reference.program.last_of_phase[Phase.GRADIENT] + 1]


def all_checks(program: Program, state: State) -> list[GradientCheck]:
    """Every element of every gradient, ∂E/∂a and δ."""
    names = [name for name in state if variable_of(name) is not None]
    return [
        check_element(program, state, name, (row, column))
        for name in names
        for row, column in np.ndindex(state[name].shape)
    ]


@pytest.mark.parametrize(
    ("hidden", "output", "loss", "batch"),
    [
        *((hidden, *pair, 3) for hidden in ACTIVATIONS for pair in PAIRS),
        *(("tanh", *pair, 1) for pair in PAIRS),
    ],
)
def test_a_right_gradient_is_close_to_its_central_difference(
    hidden: str, output: str, loss: str, batch: int
) -> None:
    program, state = computed(
        experiment((3, 4, 2), hidden, output, loss, samples=3, batch=batch, seed=3)
    )
    checks = all_checks(program, state)
    assert len(checks) == sum(state[name].size for name in state if variable_of(name))
    for check in checks:
        assert abs(check.analytic - check.numeric) < CLOSE * max(1.0, abs(check.analytic)), check
        assert check.analytic == state[check.name][check.element]
        if abs(check.analytic) > 1e-3:
            assert check.relative_difference < 1e-6, check


def test_each_column_is_held_against_that_samples_own_error() -> None:
    """By the difference of that sample's error alone, in a batch of its own."""
    whole = experiment(samples=3, batch=3)
    program, state = computed(whole)
    for column in range(3):
        data = whole.data
        alone = Experiment(
            whole.network,
            whole.loss,
            Data(data.inputs[column : column + 1], data.targets[column : column + 1]),
        )
        its_program, its_state = computed(alone)
        for name in ("delta1", "da1", "delta2", "da2"):
            in_batch = check_element(program, state, name, (1, column))
            by_itself = check_element(its_program, its_state, name, (1, 0))
            assert in_batch.numeric == pytest.approx(by_itself.numeric, abs=1e-9)
            assert in_batch.relative_difference < 1e-6


@pytest.mark.parametrize("value", [0.0, 0.3, -0.999, 1.0, 40.0, -1e6])
def test_the_step_is_the_cube_root_of_epsilon_times_the_size_of_the_value(value: float) -> None:
    layer = Layer(1, ACTIVATIONS["tanh"], weights=frozen([[value]]))
    program, state = computed(experiment((1, 1), layers=(layer,), samples=1))
    check = check_element(program, state, "dW1", (0, 0))
    assert check.step == pytest.approx(2.0 ** (-52 / 3) * max(1.0, abs(value)), rel=1e-12)


def test_the_central_difference_is_that_of_e_computed_anew() -> None:
    described = experiment(samples=2, batch=2)
    program, state = computed(described)
    check = check_element(program, state, "dW1", (2, 1))
    errors, values = [], []
    for sign in (1, -1):
        weights = state["W1"].copy()
        weights[2, 1] += sign * check.step
        values.append(weights[2, 1])
        start = state.with_value("W1", frozen(weights))
        for step in program.steps[: program.last_of_phase[Phase.FORWARD] + 1]:
            start = step.apply(start)
        errors.append(float(start["E"]))
    assert check.numeric == (errors[0] - errors[1]) / (values[0] - values[1])


@pytest.mark.parametrize("name", ["dW1", "db1", "dW2", "db2", "delta1", "da1", "delta2", "da2"])
@pytest.mark.parametrize("wrong", [lambda g: -g, lambda g: 1.01 * g, lambda g: g + 1e-4])
def test_a_wrong_gradient_is_caught(name, wrong) -> None:  # type: ignore[no-untyped-def]
    program, state = computed(experiment(samples=2, batch=2))
    tampered = state[name].copy()
    tampered[1, 0] = wrong(tampered[1, 0])
    found = check_element(program, state.with_value(name, tampered), name, (1, 0))
    assert found.relative_difference > 1e-4
    # The difference is taken of E, which does not know what the gradient claims to be.
    right = check_element(program, state, name, (1, 0))
    assert found.numeric == right.numeric
    assert right.relative_difference < 1e-6


def test_one_sample_too_many_or_too_few_in_the_mean_is_caught() -> None:
    program, state = computed(experiment(samples=3, batch=3))
    summed = state.with_value("dW1", 3.0 * state["dW1"])
    check = check_element(program, summed, "dW1", (0, 0))
    assert check.relative_difference == pytest.approx(2 / 3, rel=1e-5)


def test_checking_changes_nothing_it_was_given() -> None:
    program, state = computed(experiment())
    before = {name: state[name].tobytes() for name in state}
    all_checks(program, state)
    loss_slice(program, state, "W1", (0, 0), frozen([1.0, 2.0]))
    assert {name: state[name].tobytes() for name in state} == before


@pytest.mark.parametrize(
    ("analytic", "numeric", "expected"),
    [
        (0.0, 0.0, 0.0),
        (1.0, 1.0, 0.0),
        (2.0, 1.0, 0.5),
        (1.0, 2.0, 0.5),
        (1.0, -1.0, 2.0),
        (0.0, 1e-9, 1.0),
    ],
)
def test_the_relative_difference_is_by_the_larger_of_the_two(
    analytic: float, numeric: float, expected: float
) -> None:
    check = GradientCheck("dW1", (0, 0), analytic, numeric, 1e-5)
    assert check.relative_difference == expected


@pytest.mark.parametrize(
    ("gradient", "variable"),
    [
        ("dW1", "W1"),
        ("db12", "b12"),
        ("delta2", "z2"),
        ("da1", "a1"),
        ("W1", None),
        ("a0", None),
        ("z1", None),
        ("E", None),
        ("t", None),
        ("k", None),
        ("velocity_W1", None),
        ("m_b1", None),
    ],
)
def test_only_gradients_are_taken_by_something(gradient: str, variable: str | None) -> None:
    assert variable_of(gradient) == variable


# The whole network


def test_checking_all_goes_through_every_weight_and_bias_once() -> None:
    program, state = computed(by_hand())
    found = [(check.name, check.element) for check in check_all(program, state, 1000)]
    assert found == [
        (name, element)
        for name in ("dW1", "db1", "dW2", "db2")
        for element in np.ndindex(state[name].shape)
    ]


@pytest.mark.parametrize("most", [1, 4, 10, 57, 100])
def test_checking_some_takes_them_evenly_and_of_every_name(most: int) -> None:
    program, state = computed(experiment((5, 7, 6), samples=2))
    names = ("dW1", "db1", "dW2", "db2")
    total = sum(state[name].size for name in names)
    found = list(check_all(program, state, most))
    assert tuple(dict.fromkeys(check.name for check in found)) == names
    strides = set()
    for name in names:
        columns = state[name].shape[1]
        flat = [row * columns + column for n, (row, column) in places(found) if n == name]
        assert flat[0] == 0
        strides |= set(np.diff(flat).tolist())
        assert flat[-1] + max(strides, default=total) >= state[name].size
    assert len(strides) <= 1
    # About `most`: the first of each name is always among them.
    assert len(found) <= most + len(names)
    assert len(found) >= min(most, total) / 2


def places(checks: list[GradientCheck]) -> list[tuple[str, tuple[int, ...]]]:
    return [(check.name, check.element) for check in checks]


def test_checking_all_finds_the_one_that_is_wrong() -> None:
    program, state = computed(experiment((3, 4, 2), samples=3, batch=3))
    tampered = state["dW2"].copy()
    tampered[1, 2] *= 1.5
    checks = check_all(program, state.with_value("dW2", tampered), 1000)
    worst = max(checks, key=lambda check: check.relative_difference)
    assert (worst.name, worst.element) == ("dW2", (1, 2))


# E along one parameter


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_a_slice_passes_through_e_with_the_gradient_as_its_slope(output: str, loss: str) -> None:
    program, state = computed(experiment((3, 4, 2), "tanh", output, loss, samples=3, batch=3))
    for gradient in (name for name in state if quantity(name).kind in ("dW", "db")):
        parameter = gradient.removeprefix("d")
        for element in np.ndindex(state[parameter].shape):
            row, column = element
            h, value = 1e-5, float(state[parameter][element])
            at = frozen([value - h, value, value + h])
            below, here, above = loss_slice(program, state, parameter, (row, column), at)
            assert here == state["E"]
            slope = (above - below) / (2 * h)
            assert math.isclose(slope, state[gradient][element], abs_tol=CLOSE)


def test_a_slice_of_a_single_linear_unit_is_the_parabola_it_has_to_be() -> None:
    layer = Layer(1, ACTIVATIONS["identity"], weights=frozen([[0.5]]), biases=frozen([[0.25]]))
    described = Experiment(
        Network(1, (layer,)),
        LOSSES["half_squared_error"],
        Data(frozen([[2.0], [-1.0]]), frozen([[1.0], [3.0]])),
        batch_size=2,
    )
    program, state = computed(described)
    values = np.linspace(-3.0, 3.0, 13)
    expected = [((2.0 * w + 0.25 - 1.0) ** 2 + (-w + 0.25 - 3.0) ** 2) / 4 for w in values.tolist()]
    np.testing.assert_allclose(
        loss_slice(program, state, "W1", (0, 0), values), expected, rtol=1e-14
    )
    expected = [((b + 1.0 - 1.0) ** 2 + (b - 0.5 - 3.0) ** 2) / 4 for b in values.tolist()]
    np.testing.assert_allclose(
        loss_slice(program, state, "b1", (0, 0), values), expected, rtol=1e-14
    )


# The verdict


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_gradient_of_every_example_agrees_early_and_late(path: Path) -> None:
    timeline = Timeline(experiment_json.read(path))
    for iterations in (1, 200):
        timeline.train(iterations)
        for check in check_all(timeline.program, gradient_state(timeline), 150):
            assert check.agrees, check


@pytest.mark.parametrize(
    ("analytic", "numeric", "said"),
    [
        (0.5, 0.5 * (1 + 1e-6), Verdict.AGREES),
        (0.5, 0.5 * (1 + 1e-4), Verdict.DISAGREES),
        (0.5, -0.5, Verdict.DISAGREES),
        (0.0, 0.0, Verdict.AGREES),
        (0.0, 0.9e-10, Verdict.LOST_IN_ROUNDING),
        (3e-9, 3e-9 + 0.9e-10, Verdict.LOST_IN_ROUNDING),
        (0.0, 1.1e-10, Verdict.DISAGREES),
        (math.nan, 0.5, Verdict.NOT_FINITE),
        (0.5, math.inf, Verdict.NOT_FINITE),
        (math.inf, math.inf, Verdict.NOT_FINITE),
    ],
)
def test_the_verdict_tells_a_wrong_rule_from_rounding(
    analytic: float, numeric: float, said: Verdict
) -> None:
    check = GradientCheck("dW1", (0, 0), analytic, numeric, step=6e-6, rounding=1e-10)
    assert check.verdict is said
    assert check.agrees == (said in (Verdict.AGREES, Verdict.LOST_IN_ROUNDING))


def test_rounding_is_no_excuse_where_e_is_small() -> None:
    """As E shrinks, so does what its last bits can hide."""
    described = experiment()
    program, state = computed(described)
    check = check_element(program, state, "dW1", (0, 0))
    errors = loss_slice(
        program,
        state,
        "W1",
        (0, 0),
        frozen(state["W1"][0, 0] + check.step * np.array([-1.0, 1.0])),
    )
    assert check.rounding == pytest.approx(8 * 2.0**-52 * errors.max() / check.step, rel=1e-12)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize(("bias", "crosses"), [(-1.0, True), (-0.99, False), (-1.01, False)])
def test_a_kink_between_the_two_ends_of_the_difference_is_seen(
    activation: str, bias: float, crosses: bool
) -> None:
    """z = w·1 + bias with w = 1 is exactly 0 at a bias of -1: there g has its kink."""
    layer = Layer(1, ACTIVATIONS[activation], weights=frozen([[1.0]]), biases=frozen([[bias]]))
    described = Experiment(
        Network(1, (layer,)),
        LOSSES["half_squared_error"],
        Data(frozen([[1.0]]), frozen([[2.0]])),
    )
    check = check_element(*computed(described), "dW1", (0, 0))
    assert check.crosses_kink is crosses
    # Half of the slope to the right of the kink, where a = z and E = ½(z - 2)²: -2.
    slopes = {"relu": (0.0, 1.0), "leaky_relu": (0.01, 1.0)}[activation]
    if crosses:
        assert check.numeric == pytest.approx(-2.0 * sum(slopes) / 2, rel=1e-4)
        assert check.verdict is Verdict.KINK
        assert not check.agrees
    else:
        assert check.verdict is Verdict.AGREES


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"relu", "leaky_relu"}))
def test_a_smooth_activation_has_no_kink_to_blame(activation: str) -> None:
    layer = Layer(2, ACTIVATIONS[activation], weights=frozen([[1.0], [1.0]]), bias=False)
    described = Experiment(
        Network(1, (layer,)),
        LOSSES["half_squared_error"],
        Data(frozen([[0.0]]), frozen([[2.0, 1.0]])),
    )
    program, state = computed(described)
    assert not check_element(program, state, "delta1", (0, 0)).crosses_kink
