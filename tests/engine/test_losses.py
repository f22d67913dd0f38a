from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import ACTIVATIONS
from engine.arrays import Array, frozen
from engine.losses import LOSSES
from engine.operations import Activate, LossGradient, LossValue


def value(name: str, a: Array, t: Array) -> float:
    return float(LossValue(LOSSES[name]).compute(a, t))


def gradient(name: str, a: Array, t: Array) -> Array:
    return LossGradient(LOSSES[name]).compute(a, t)


def _sample_error(name: str, a: list[float], t: list[float]) -> float:
    """One sample's error by the textbook."""
    pairs = list(zip(a, t, strict=True))
    if name == "half_squared_error":
        return 0.5 * sum((ak - tk) ** 2 for ak, tk in pairs)
    if name == "binary_cross_entropy":
        return -sum(tk * math.log(ak) + (1 - tk) * math.log(1 - ak) for ak, tk in pairs)
    return -sum(tk * math.log(ak) for ak, tk in pairs)


def test_the_three_losses_are_registered_by_the_names_of_the_format() -> None:
    assert list(LOSSES) == ["half_squared_error", "binary_cross_entropy", "cross_entropy"]
    assert all(each.name == name for name, each in LOSSES.items())


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("batch", [1, 4])
def test_the_error_is_the_mean_of_the_samples_errors(name: str, batch: int) -> None:
    generator = np.random.default_rng(3)
    a, t = generator.uniform(0.05, 0.95, (2, 3, batch))
    expected = [_sample_error(name, a[:, s].tolist(), t[:, s].tolist()) for s in range(batch)]
    assert value(name, a, t) == pytest.approx(sum(expected) / batch, rel=1e-14)


@pytest.mark.parametrize("name", LOSSES)
def test_a_samples_gradient_does_not_depend_on_the_other_samples(name: str) -> None:
    generator = np.random.default_rng(4)
    a, t = generator.uniform(0.05, 0.95, (2, 3, 4))
    for s in range(4):
        alone = gradient(name, a[:, s : s + 1], t[:, s : s + 1])
        assert_allclose(gradient(name, a, t)[:, s : s + 1], alone, rtol=1e-15)


def test_gradients_by_the_textbook() -> None:
    a, t = frozen([[0.2], [0.7]]), frozen([[0.0], [1.0]])
    assert_allclose(gradient("half_squared_error", a, t), [[0.2], [-0.3]], rtol=1e-15)
    assert_allclose(gradient("binary_cross_entropy", a, t), [[1 / 0.8], [-1 / 0.7]], rtol=1e-15)
    assert_allclose(gradient("cross_entropy", a, t), [[0.0], [-1 / 0.7]], rtol=1e-15)


def test_a_perfect_guess_has_no_error() -> None:
    t = frozen([[0.0, 1.0], [1.0, 0.0]])
    assert value("half_squared_error", t, t) == 0.0
    a = Activate(ACTIVATIONS["sigmoid"], confined=True).compute(frozen([[-1e3, 1e3], [1e3, -1e3]]))
    # ln of the last double before 1 is -1.1e-16.
    assert 0.0 <= value("binary_cross_entropy", a, t) < 1e-15


@pytest.mark.parametrize(
    ("output", "name"),
    [
        ("sigmoid", "binary_cross_entropy"),
        ("softmax", "binary_cross_entropy"),
        ("softmax", "cross_entropy"),
    ],
)
@pytest.mark.parametrize("z", [-1e3, -40.0, 40.0, 1e3])
def test_the_logarithmic_losses_stay_finite_far_from_zero(output: str, name: str, z: float) -> None:
    a = Activate(ACTIVATIONS[output], confined=True).compute(frozen([[z], [-z]]))
    for t in (frozen([[1.0], [0.0]]), frozen([[0.0], [1.0]])):
        assert math.isfinite(value(name, a, t))
        assert np.isfinite(gradient(name, a, t)).all()


def test_a_small_error_is_not_rounded_away() -> None:
    # ln(1 - a) as ln1p(-a): 1 - 1e-20 would round to 1, and the error to 0.
    assert value("binary_cross_entropy", frozen([[1e-20]]), frozen([[0.0]])) == 1e-20


def test_at_40_the_binary_cross_entropy_of_the_wrong_answer_is_40() -> None:
    a = Activate(ACTIVATIONS["sigmoid"], confined=True).compute(frozen([[-40.0]]))
    assert value("binary_cross_entropy", a, frozen([[1.0]])) == pytest.approx(40.0, rel=1e-14)


@pytest.mark.parametrize(
    ("loss", "output", "targets", "said"),
    [
        ("binary_cross_entropy", "tanh", [[0.0]], "between 0 and 1"),
        ("binary_cross_entropy", "sigmoid", [[1.5]], "targets between 0 and 1"),
        ("binary_cross_entropy", "sigmoid", [[-0.5]], "targets between 0 and 1"),
        ("cross_entropy", "sigmoid", [[1.0, 0.0]], "softmax; it is sigmoid"),
        ("cross_entropy", "softmax", [[0.5, 0.5]], "one-hot"),
        ("cross_entropy", "softmax", [[1.0, 1.0]], "one-hot"),
        ("cross_entropy", "softmax", [[0.0, 0.0]], "one-hot"),
    ],
)
def test_losses_say_what_they_cannot_judge(
    loss: str, output: str, targets: list[list[float]], said: str
) -> None:
    problem = LOSSES[loss].problem_with(ACTIVATIONS[output], frozen(targets))
    assert problem is not None
    assert said in problem


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_half_squared_error_follows_every_activation_and_any_target(output: str) -> None:
    targets = frozen([[-7.0, 12.0]])
    assert LOSSES["half_squared_error"].problem_with(ACTIVATIONS[output], targets) is None
