"""Every gradient against central finite differences of E.

With a step h of 1e-6 the truncation is about h² = 1e-12 times a third derivative, and the rounding
of E about 1e-16 / h = 1e-10; 1e-7 of the largest gradient leaves room for both, and a wrong factor
or sign is a million times larger.
"""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import Array, frozen
from engine.experiment import Experiment
from engine.losses import LOSSES
from engine.program import Phase, Program
from engine.state import State
from tests.engine.building import PAIRS, Reference, every_combination, experiment

_H = 1e-6
_KINKED = {"relu", "leaky_relu"}


def _error_with(program: Program, state: State, name: str, value: Array) -> float:
    """E when `name` has another value and everything computed from it follows."""
    changed = state.with_value(name, frozen(value))
    written = program.step_writing(name)
    start = 0 if written is None or written.phase is Phase.UPDATE else written.index + 1
    for step in program.steps[start:]:
        if step.phase is Phase.FORWARD:
            changed = step.apply(changed)
    return float(changed["E"])


def _numeric(program: Program, state: State, name: str) -> Array:
    value = state[name]
    slopes = np.empty_like(value)
    for element in np.ndindex(value.shape):
        above, below = value.copy(), value.copy()
        above[element] += _H
        below[element] -= _H
        rise = _error_with(program, state, name, above) - _error_with(program, state, name, below)
        slopes[element] = rise / (2 * _H)
    return slopes


def _check(described: Experiment) -> None:
    reference = Reference(described)
    program, states = reference.program, reference.iteration(0)
    start, end = states[0], states[-1]
    layers = described.network.layers
    for l, layer in enumerate(layers, start=1):
        if layer.activation.name in _KINKED:
            # A finite difference across the kink would be of no use.
            assert np.abs(end[f"z{l}"]).min() > 10 * _H
    batch = end["a0"].shape[1]
    before_update = next(
        state
        for step, state in zip(program.steps, states, strict=False)
        if step.phase is Phase.UPDATE
    )
    for l in range(1, len(layers) + 1):
        for parameter in described.parameters_of(l):
            _assert_close(end[f"d{parameter}"], _numeric(program, start, parameter), parameter)
        # δ and ∂E/∂a are kept per sample: of the sample's own error, not of the batch's mean.
        for error, of in ((f"delta{l}", f"z{l}"), (f"da{l}", f"a{l}")):
            _assert_close(end[error], batch * _numeric(program, before_update, of), error)


def _assert_close(found: Array, numeric: Array, name: str) -> None:
    scale = max(1.0, float(np.abs(numeric).max()))
    np.testing.assert_allclose(found, numeric, rtol=0, atol=1e-7 * scale, err_msg=name)


@pytest.mark.parametrize(
    ("hidden", "output", "loss"),
    [(hidden, *pair) for hidden in ACTIVATIONS for pair in PAIRS],
)
def test_gradients_are_the_slopes_of_the_error(hidden: str, output: str, loss: str) -> None:
    _check(experiment((3, 4, 2), hidden, output, loss, samples=3, batch=3, seed=3))


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize(("batch", "bias"), [(1, True), (1, False), (3, False)])
def test_gradients_are_the_slopes_of_the_error_for_one_sample_and_without_biases(
    output: str, loss: str, batch: int, bias: bool
) -> None:
    _check(experiment((3, 4, 2), "tanh", output, loss, samples=3, batch=batch, bias=bias, seed=4))


@pytest.mark.parametrize(
    ("hidden", "pair"), every_combination(["sigmoid", "leaky_relu", "softmax"], ["0", "8", "9"])
)
def test_gradients_are_the_slopes_of_the_error_in_deep_networks(hidden: str, pair: str) -> None:
    output, loss = PAIRS[int(pair)]
    _check(experiment((2, 3, 3, 3, 2), hidden, output, loss, samples=2, batch=2, seed=5))


def test_a_single_unit_network_has_the_gradient_of_its_only_weight() -> None:
    _check(experiment((1, 1), output="sigmoid", samples=1, seed=6))


def test_every_pair_of_output_and_loss_that_makes_sense_is_checked() -> None:
    accepted = [
        (output.name, loss.name)
        for output in ACTIVATIONS.values()
        for loss in LOSSES.values()
        if loss.problem_with(output, np.eye(2)) is None
    ]
    assert sorted(accepted) == sorted(PAIRS)
