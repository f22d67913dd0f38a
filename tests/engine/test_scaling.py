import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose

from engine.errors import ExperimentError, GradwalkError
from engine.scaling import METHODS, Scaling, fit

COLUMN = np.array([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])


def test_standardising_subtracts_the_mean_and_divides_by_the_deviation():
    # The textbook's eight numbers: mean 5, deviation 2.
    assert fit("standardise", COLUMN) == Scaling("standardise", 5.0, 2.0)


def test_min_max_maps_the_least_to_0_and_the_greatest_to_1():
    scaled = fit("min_max", COLUMN).scaled(COLUMN)
    assert (scaled.min(), scaled.max()) == (0.0, 1.0)
    assert scaled[4] == pytest.approx(3 / 7)


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_column_is_moved_to_0(method):
    scaling = fit(method, np.full(3, 0.1))
    assert scaling == Scaling(method, 0.1, 1.0)
    assert scaling.scaled(np.full(3, 0.1)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("method", METHODS)
def test_raw_undoes_scaled(method):
    scaling = fit(method, COLUMN)
    assert_allclose(scaling.raw(scaling.scaled(COLUMN)), COLUMN, rtol=1e-15)


def test_values_too_far_apart_are_refused():
    with pytest.raises(ExperimentError, match="too far apart"):
        fit("min_max", np.array([-1.7e308, 1.7e308]))


@settings(derandomize=True, deadline=None, database=None)
@given(
    arrays.arrays(
        float, st.integers(1, 6), elements=st.floats(allow_nan=False, allow_infinity=False)
    ),
    st.sampled_from(METHODS),
)
def test_any_column_is_scaled_to_finite_numbers_or_refused(column, method):
    try:
        scaling = fit(method, column)
    except GradwalkError:
        return
    assert np.isfinite(scaling.scaled(column)).all()


@pytest.mark.parametrize(
    ("method", "offset", "scale", "sentence"),
    [
        ("log", 0.0, 1.0, "method: unknown name 'log'; known are standardise, min_max"),
        ("min_max", float("nan"), 1.0, "offset: nan is not a finite number"),
        ("min_max", 0.0, 0.0, "scale: 0, but it has to be a finite number greater than 0"),
        ("min_max", 0.0, -2.0, "scale: -2, but"),
        ("min_max", 0.0, float("inf"), "scale: inf, but"),
    ],
)
def test_a_scaling_that_cannot_be_undone_is_refused(method, offset, scale, sentence):
    with pytest.raises(ExperimentError) as caught:
        Scaling(method, offset, scale)
    assert str(caught.value).startswith(sentence)
