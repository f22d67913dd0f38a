from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.initializers import INITIALIZERS
from engine.randomness import normal, uniform
from tests.engine.building import experiment

RANDOM = [name for name in INITIALIZERS if name != "zeros"]

# Written down once: an experiment opened in ten years starts from the same weights. The normal
# ones pass through log and cos, which differ in the last place between machines.
PINNED = {
    "uniform": [
        [0.5402819020069483, -0.7761455113646314, -0.6218045334057449],
        [-0.6800894768818997, -0.1360623559277121, 0.0034569430057009853],
    ],
    "normal": [
        [1.713069851645793, -0.16901911695041646, -0.2970359648008542],
        [-0.5833884726805595, 0.02061279253208678, 1.1509856271831391],
    ],
    "xavier": [
        [0.5918491702820025, -0.8502248089615817, -0.6811527386106022],
        [-0.7450006952202093, -0.14904884313780933, 0.0037868913284642793],
    ],
    "he": [
        [1.3987156767591569, -0.1380035311014385, -0.24252884967246582],
        [-0.47633469329632494, 0.016830274625821418, 0.9397758292919874],
    ],
    "zeros": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
}


def test_the_five_initializers_are_registered() -> None:
    assert list(INITIALIZERS) == ["uniform", "normal", "xavier", "he", "zeros"]


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_of_seed_7_layer_1_are_what_they_always_were(name: str) -> None:
    assert_allclose(INITIALIZERS[name].weights(2, 3, 7, 1), PINNED[name], rtol=1e-14)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_are_a_pure_function_of_seed_and_layer(name: str) -> None:
    start = INITIALIZERS[name]
    first = start.weights(4, 3, 5, 2)
    np.random.default_rng(0).random(10)
    start.weights(4, 3, 6, 2)
    assert first.shape == (4, 3)
    assert_array_equal(start.weights(4, 3, 5, 2), first)


@pytest.mark.parametrize("name", RANDOM)
def test_another_seed_and_another_layer_give_other_weights(name: str) -> None:
    start = INITIALIZERS[name]
    tables = [start.weights(4, 4, seed, layer) for seed, layer in ((1, 1), (1, 2), (2, 1))]
    numbers = np.concatenate([table.ravel() for table in tables])
    assert len(np.unique(numbers)) == numbers.size


@pytest.mark.parametrize(
    ("name", "limit"), [("uniform", 1.0), ("xavier", math.sqrt(6.0 / (300 + 200)))]
)
def test_even_distributions_fill_their_interval_and_stay_in_it(name: str, limit: float) -> None:
    weights = INITIALIZERS[name].weights(200, 300, 1, 1)
    assert weights.min() >= -limit
    assert weights.max() <= limit
    # 60,000 draws: the outermost is nearer than a thousandth unless by a chance of e^-30.
    assert weights.min() < -0.999 * limit
    assert weights.max() > 0.999 * limit
    _expect_moments(weights, limit / math.sqrt(3.0), kurtosis=1.8)


@pytest.mark.parametrize(("name", "deviation"), [("normal", 1.0), ("he", math.sqrt(2.0 / 300))])
def test_normal_distributions_have_their_moments(name: str, deviation: float) -> None:
    weights = INITIALIZERS[name].weights(200, 300, 1, 1)
    _expect_moments(weights, deviation, kurtosis=3.0)
    within = (np.abs(weights) < deviation).mean()
    assert within == pytest.approx(math.erf(math.sqrt(0.5)), abs=0.01)


def _expect_moments(weights: np.ndarray, deviation: float, kurtosis: float) -> None:
    """Five standard errors of 60,000 draws; the draws are fixed, so this never flickers."""
    size = weights.size
    assert abs(weights.mean()) < 5 * deviation / math.sqrt(size)
    spread = math.sqrt((kurtosis - 1) / size)
    assert weights.var() == pytest.approx(deviation**2, rel=5 * spread)


def test_zeros_are_zeros() -> None:
    assert not INITIALIZERS["zeros"].weights(3, 2, 1, 1).any()


def test_uniform_numbers_lie_in_0_to_below_1_and_normal_ones_are_finite() -> None:
    numbers = uniform((1000, 100), 3)
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    assert np.isfinite(normal((1000, 100), 3)).all()


def test_rows_and_columns_of_normal_weights_are_not_related() -> None:
    weights = normal((40_000, 2), 9)
    # 1/√40,000 is the standard error of a correlation of nothing.
    assert abs(np.corrcoef(weights.T)[0, 1]) < 5 / math.sqrt(40_000)


def test_biases_start_at_zero_and_weights_by_the_activations_default() -> None:
    from engine.activations import ACTIVATIONS
    from engine.experiment import Layer

    layers = (Layer(3, ACTIVATIONS["relu"]), Layer(2, ACTIVATIONS["sigmoid"], initializer="zeros"))
    start = experiment((2, 3, 2), layers=layers, seed=7).start_values
    assert_array_equal(start["W1"], INITIALIZERS["he"].weights(3, 2, 7, 1))
    assert not start["W2"].any()
    assert not start["b1"].any()
