from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import ACTIVATIONS
from engine.arrays import Array, frozen
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.operations import Activate, ActivationBackward, LossGradient, LossValue

_FAR = (-1e3, -40.0, 40.0, 1e3)

# Each activation by the textbook, for one number; math does not share NumPy's code.
TEXTBOOK: dict[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(0.0, z),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "softplus": lambda z: math.log(1 + math.exp(z)),
}


def forward(name: str, z: Array, confined: bool = False) -> Array:
    return Activate(ACTIVATIONS[name], confined).compute(z)


def backward(name: str, z: Array, da: Array, confined: bool = False) -> Array:
    return ActivationBackward(ACTIVATIONS[name]).compute(da, z, forward(name, z, confined))


def test_the_seven_activations_are_registered_by_the_names_of_the_format() -> None:
    expected = "identity sigmoid tanh relu leaky_relu softplus softmax".split()
    assert list(ACTIVATIONS) == expected
    assert all(each.name == name for name, each in ACTIVATIONS.items())


@pytest.mark.parametrize("name", TEXTBOOK)
def test_each_activation_is_the_textbooks(name: str) -> None:
    z = np.linspace(-5.0, 5.0, 23).reshape(1, -1)
    expected = [[TEXTBOOK[name](value) for value in z[0].tolist()]]
    # ln(1 + e^z) rounds 1 + e^-5 to 16 digits and so loses up to three of its own.
    assert_allclose(forward(name, z), expected, rtol=1e-13, atol=0)


def test_softmax_is_a_share_of_exponentials_in_each_column() -> None:
    z = frozen([[0.5, -1.0], [1.5, 2.0], [-0.5, 0.0]])
    expected = np.array([[math.exp(value) for value in column] for column in z.T.tolist()]).T
    assert_allclose(forward("softmax", z), expected / expected.sum(axis=0), rtol=1e-15)


def test_kinks_take_the_slope_of_the_left() -> None:
    z, da = frozen([[0.0], [-0.0]]), frozen([[1.0], [1.0]])
    assert_array_equal(backward("relu", z, da), [[0.0], [0.0]])
    assert_array_equal(backward("leaky_relu", z, da), [[0.01], [0.01]])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_far_from_zero_values_and_slopes_stay_finite(name: str) -> None:
    z = frozen([_FAR, _FAR[::-1]])
    a, delta = forward(name, z), backward(name, z, np.ones_like(z))
    assert np.isfinite(a).all()
    assert np.isfinite(delta).all()


def test_sigmoid_far_from_zero_is_what_it_is_in_the_limit() -> None:
    a = forward("sigmoid", frozen([_FAR]))
    # e^-1000 is no double; e^-40 is, and 1 + e^-40 rounds to 1.
    assert_allclose(a, [[0.0, math.exp(-40.0), 1.0, 1.0]], rtol=1e-15)


def test_softplus_far_from_zero_is_what_it_is_in_the_limit() -> None:
    z = frozen([_FAR])
    assert_allclose(forward("softplus", z), [[0.0, math.exp(-40.0), 40.0, 1e3]], rtol=1e-15)
    assert_allclose(
        backward("softplus", z, np.ones_like(z)), [[0.0, math.exp(-40.0), 1.0, 1.0]], rtol=1e-15
    )


def test_softmax_far_from_zero_is_what_it_is_in_the_limit() -> None:
    a = forward("softmax", frozen([[1e3, -1e3, 40.0], [1e3, 1e3, -40.0]]))
    assert_allclose(a, [[0.5, 0.0, 1.0], [0.5, 1.0, math.exp(-80.0)]], rtol=1e-14)


def test_softmax_does_not_change_when_all_of_a_column_is_shifted() -> None:
    z = frozen([[0.25, 1.0], [0.5, -2.0], [-1.0, 0.5]])
    assert_allclose(forward("softmax", z + 512.0), forward("softmax", z), rtol=1e-14)


@pytest.mark.parametrize("name", [n for n, each in ACTIVATIONS.items() if each.sums_to_one])
def test_columns_add_up_to_one(name: str) -> None:
    z = np.random.default_rng(1).normal(0.0, 3.0, (10, 5))
    assert_allclose(forward(name, z).sum(axis=0), 1.0, rtol=1e-15)


@pytest.mark.parametrize("name", [n for n, e in ACTIVATIONS.items() if e.inside_unit_interval])
def test_confined_values_lie_strictly_between_0_and_1(name: str) -> None:
    z = frozen([[-1e3, 40.0, 1e3, 0.0], [1e3, -40.0, -1e3, 0.0]])
    a = forward(name, z, confined=True)
    assert (a > 0).all()
    assert (a < 1).all()
    assert_allclose(a, forward(name, z), rtol=0, atol=2e-16)


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "cross_entropy"])
@pytest.mark.parametrize("z", [40.0, 1e3])
@pytest.mark.parametrize("right", [True, False])
def test_the_chain_gives_a_minus_t_at_saturation(loss: str, z: float, right: bool) -> None:
    output = "softmax" if loss == "cross_entropy" else "sigmoid"
    top = frozen([[z], [-z]])
    t = frozen([[1.0], [0.0]] if right else [[0.0], [1.0]])
    a = forward(output, top, confined=True)
    assert np.isfinite(LossValue(LOSSES[loss]).compute(a, t))
    da = LossGradient(LOSSES[loss]).compute(a, t)
    delta = ActivationBackward(ACTIVATIONS[output]).compute(da, top, a)
    # The quotient by a (1 - a) and the product with it round once each.
    assert_allclose(delta, a - t, rtol=1e-15, atol=3e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nothing_that_is_given_is_changed(name: str) -> None:
    z, da = frozen([[0.5, -1.0], [1.5, 2.0]]), frozen([[1.0, 2.0], [3.0, 4.0]])
    before = z.tobytes(), da.tobytes()
    a = forward(name, z)
    ActivationBackward(ACTIVATIONS[name]).compute(da, z, frozen(a))
    assert (z.tobytes(), da.tobytes()) == before


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_computing_into_a_buffer_gives_the_same_bits(name: str) -> None:
    z = np.random.default_rng(2).normal(0.0, 2.0, (7, 5))
    out = np.full_like(z, np.nan)
    operation = Activate(ACTIVATIONS[name])
    assert operation.compute(z, out=out) is out
    assert out.tobytes() == operation.compute(z).tobytes()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_value_that_is_not_a_number_is_not_hidden(name: str) -> None:
    z = frozen([[math.nan], [0.5]])
    assert math.isnan(forward(name, z)[0, 0])
    assert math.isnan(backward(name, z, np.ones_like(z))[0, 0]) or name == "identity"


def test_softmax_has_no_single_slope_to_show() -> None:
    from engine.expression import Term

    with pytest.raises(TypeError, match="Jacobian"):
        ACTIVATIONS["softmax"].derivative(Term("z1"), Term("a1"))


def test_default_initializers_exist_and_rectifiers_start_by_he() -> None:
    defaults = {name: each.default_initializer for name, each in ACTIVATIONS.items()}
    assert set(defaults.values()) <= set(INITIALIZERS)
    assert defaults["relu"] == defaults["leaky_relu"] == "he"
    assert defaults["sigmoid"] == defaults["tanh"] == "xavier"
