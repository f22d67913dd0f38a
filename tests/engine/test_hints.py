"""Hints: each is given where it is true, and not where it is not."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.experiment import Experiment, Layer
from engine.hints import DeadUnits, EqualUnits, Hint, SaturatedUnits, VanishedGradient, hints
from engine.program import Phase, compile_program
from engine.timeline import Timeline
from tests.engine.building import experiment


def hints_at_the_start(described) -> tuple[Hint, ...]:
    program = compile_program(described)
    count = sum(step.phase is not Phase.UPDATE for step in program.steps)
    state = next(islice(Timeline(described).states_of(0), count, None))
    return hints(described, program, state)


def layer(weights, biases, activation: str) -> Layer:
    return Layer(
        len(weights),
        ACTIVATIONS[activation],
        weights=frozen(weights),
        biases=frozen(np.reshape(biases, (-1, 1))),
    )


def test_an_ordinary_network_gets_no_hint() -> None:
    for hidden in ("sigmoid", "tanh", "relu"):
        assert hints_at_the_start(experiment((2, 3, 2), hidden, samples=20, seed=4)) == ()


def test_relus_that_answer_nothing_to_any_sample_are_dead() -> None:
    layers = (
        layer([[1.0, 2.0], [0.5, -1.0], [0.1, 0.1]], [0.0, -100.0, -50.0], "relu"),
        layer([[1.0, 0.5, 0.7], [0.3, 0.2, 0.1]], [0.0, 0.1], "sigmoid"),
    )
    described = experiment((2, 3, 2), layers=layers, samples=12)
    assert DeadUnits(1, (1, 2), 12) in hints_at_the_start(described)


def test_a_relu_that_answers_one_sample_of_the_data_is_not_dead() -> None:
    inputs = experiment((2, 3, 2), samples=12).data.inputs
    second = np.sort(inputs[:, 0])[-2]
    layers = (
        layer([[1.0, 0.0]], [-(second + inputs[:, 0].max()) / 2], "relu"),
        layer([[1.0], [0.3]], [0.0, 0.1], "sigmoid"),
    )
    described = experiment((2, 1, 2), layers=layers, samples=12)
    largest = described.data.inputs[:, 0].max()
    bias = -(np.sort(described.data.inputs[:, 0])[-2] + largest) / 2
    layers = (layer([[1.0, 0.0]], [bias], "relu"), layers[1])
    alive = experiment((2, 1, 2), layers=layers, samples=12)
    z = alive.data.inputs[:, 0] + bias
    assert (z > 0).sum() == 1
    assert not any(isinstance(each, DeadUnits) for each in hints_at_the_start(alive))
    layers = (layer([[1.0, 0.0]], [-largest], "relu"), layers[1])
    dead = experiment((2, 1, 2), layers=layers, samples=12)
    assert DeadUnits(1, (0,), 12) in hints_at_the_start(dead)


@pytest.mark.parametrize(("activation", "bias"), [("sigmoid", 30.0), ("tanh", -30.0)])
def test_hidden_units_with_no_slope_are_saturated_and_outputs_never(
    activation: str, bias: float
) -> None:
    layers = (
        layer([[0.5, -0.2], [0.3, 0.4]], [0.0, bias], activation),
        layer([[1.0, 0.5], [0.3, 0.2]], [30.0, 0.1], "sigmoid"),
    )
    found = hints_at_the_start(experiment((2, 2, 2), layers=layers, samples=8))
    assert [each for each in found if isinstance(each, SaturatedUnits)] == [
        SaturatedUnits(1, (1,), 8)
    ]


def test_a_sigmoid_is_saturated_beyond_one_hundredth() -> None:
    for share, expected in ((0.0095, True), (0.0105, False)):
        z = np.log(share / (1.0 - share))
        layers = (
            layer([[0.0, 0.0], [0.3, 0.4]], [z, 0.1], "sigmoid"),
            layer([[1.0, 0.5], [0.3, 0.2]], [0.3, 0.1], "sigmoid"),
        )
        found = hints_at_the_start(experiment((2, 2, 2), layers=layers, samples=8))
        assert (SaturatedUnits(1, (0,), 8) in found) is expected


def test_units_with_the_same_weights_are_told_of() -> None:
    same, zero = [[0.5, -0.2], [0.5, -0.2]], [[0.0, 0.0], [0.0, 0.0]]
    top = layer([[1.0, 0.5], [0.3, 0.2]], [0.3, 0.1], "sigmoid")
    for weights, value in ((same, None), (zero, 0.0)):
        layers = (layer(weights, [0.1, 0.1], "sigmoid"), top)
        found = hints_at_the_start(experiment((2, 2, 2), layers=layers, samples=8))
        assert [each for each in found if isinstance(each, EqualUnits)] == [EqualUnits(1, value)]


def test_units_that_differ_in_their_bias_alone_are_not_equal() -> None:
    layers = (
        layer([[0.5, -0.2], [0.5, -0.2]], [0.1, 0.2], "sigmoid"),
        layer([[1.0, 0.5]], [0.3], "sigmoid"),
    )
    described = experiment((2, 2, 1), layers=layers, samples=8)
    assert not any(isinstance(each, EqualUnits) for each in hints_at_the_start(described))


def test_a_gradient_far_below_the_largest_has_vanished() -> None:
    described = experiment((2, 3, 3, 3, 3, 3, 3, 3, 2), samples=4, seed=2)
    state = Timeline(described).state_at(0)
    program = compile_program(described)
    for step in program.steps:
        if step.phase is Phase.UPDATE:
            break
        state = step.apply(state)
    sizes = {l: np.sqrt(np.mean([x * x for x in state[f"delta{l}"].ravel()])) for l in range(1, 9)}
    largest = max(sizes.values())
    expected = {l for l, size in sizes.items() if size < largest / 1000}
    assert expected
    assert len(expected) < 8
    found = [
        each for each in hints(described, program, state) if isinstance(each, VanishedGradient)
    ]
    assert {each.layer for each in found} == expected
    for each in found:
        assert each.size == pytest.approx(sizes[each.layer], rel=1e-12)
        assert each.largest == pytest.approx(largest, rel=1e-12)


def test_a_gradient_that_is_nothing_anywhere_is_told_of_unless_all_is_learned() -> None:
    for bias, stuck in ((-1.0, True), (None, False)):
        described = experiment((2, 1), output="relu", samples=1)
        target = described.data.targets[0, 0]
        layers = (layer([[0.0, 0.0]], [target if bias is None else bias], "relu"),)
        described = experiment((2, 1), output="relu", layers=layers, samples=1)
        found = hints_at_the_start(described)
        assert any(each == VanishedGradient(None, 0.0, 0.0) for each in found) is stuck


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [(2, 1), (2, 3, 1), (2, 3, 3, 1)])
def test_a_sample_with_inputs_of_nothing_is_no_vanished_gradient(
    sizes: tuple[int, ...], bias: bool, hidden: str
) -> None:
    described = on_inputs_of_nothing(experiment(sizes, hidden, samples=1, bias=bias, seed=3))
    assert not any(isinstance(each, VanishedGradient) for each in hints_at_the_start(described))


def test_relus_that_are_off_for_the_batch_alone_are_no_vanished_gradient() -> None:
    described = experiment((2, 3, 3, 1), "relu", samples=8, seed=3)
    biases = frozen(np.full((3, 1), -0.5))
    first, second, top = described.network.layers
    layers = (first, replace(second, biases=biases), top)
    described = on_inputs_of_nothing(experiment((2, 3, 3, 1), layers=layers, samples=8), first=True)
    assert not any(isinstance(each, VanishedGradient) for each in hints_at_the_start(described))


def test_a_gradient_that_the_samples_of_a_batch_cancel_is_told_of() -> None:
    described = experiment((2, 2, 1), batch=4)
    inputs = frozen([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    targets = frozen([[0.0], [1.0], [1.0], [0.0]])
    zero = (
        layer([[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0], "sigmoid"),
        layer([[0.0, 0.0]], [0.0], "sigmoid"),
    )
    described = replace(
        described, data=Data(inputs, targets), network=replace(described.network, layers=zero)
    )
    found = [each for each in hints_at_the_start(described) if isinstance(each, VanishedGradient)]
    assert found == [VanishedGradient(None, 0.0, 0.0)]


def on_inputs_of_nothing(described: Experiment, *, first: bool = False) -> Experiment:
    """With all inputs 0, or those of the first sample alone."""
    inputs = described.data.inputs.copy()
    inputs[: 1 if first else None] = 0.0
    return replace(described, data=replace(described.data, inputs=frozen(inputs)))
