import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.scales import nice_above, scale_of, tick_texts, ticks_to, whole_ticks_to


@given(st.floats(1e-299, 1e299))
def test_limits_are_round_and_close(value):
    above = nice_above(value)
    assert value * (1 - 1e-9) <= above <= value * 1.5
    ticks = ticks_to(above, 5)
    assert ticks[0] == 0
    assert 3 <= len(ticks) <= 7
    assert ticks[-1] <= above * (1 + 1e-9)


@given(st.floats(1e-299, 1e299), st.floats(1, 1e300), st.floats(1, 6))
def test_log_limits_enclose_the_run_and_ticks_fit(low, ratio, most):
    high = min(low * ratio, 1e299)
    scale = scale_of(np.array([low, high]), True, most)
    ticks = list(scale.ticks)
    assert ticks == sorted(set(ticks))
    assert scale.bottom <= low * (1 + 1e-9)
    assert scale.top >= high * (1 - 1e-9)
    assert scale.bottom <= ticks[0]
    assert ticks[-1] <= scale.top
    assert 2 <= len(ticks) <= max(2, most + 1)


@given(st.floats(1e-299, 1e299), st.floats(1, 6), st.booleans())
def test_labels_of_one_axis_are_all_different(highest, most, logarithmic):
    texts = tick_texts(scale_of(np.array([highest / 3, highest]), logarithmic, most))
    assert len(set(texts)) == len(texts) >= 2


@pytest.mark.parametrize(
    ("values", "logarithmic", "most", "texts"),
    [
        ([0.0, 0.019], False, 5, ["0", "0.005", "0.010", "0.015", "0.020"]),
        ([0.0, 0.019], False, 1, ["0", "0.02"]),
        ([0.0, 1.4e-4], False, 3, ["0", "0.5×10⁻⁴", "1.0×10⁻⁴", "1.5×10⁻⁴"]),
        ([0.0, 2e9], False, 3, ["0", "1×10⁹", "2×10⁹"]),
        ([1e-33, 0.5], True, 4, ["10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "10⁰"]),
        ([1.2e-5, 90.0], True, 4, ["10⁻⁴", "10⁻²", "10⁰", "10²"]),
        ([0.012, 0.09], True, 6, ["0.01", "0.02", "0.05", "0.1"]),
        ([1.2e-5, 9e-5], True, 6, ["10⁻⁵", "2×10⁻⁵", "5×10⁻⁵", "10⁻⁴"]),
    ],
)
def test_labels_of_one_axis_are_written_alike(values, logarithmic, most, texts):
    assert tick_texts(scale_of(np.array(values), logarithmic, most)) == texts


def test_iterations_are_counted_in_whole_numbers():
    assert whole_ticks_to(2, 10) == [0, 1, 2]
    assert whole_ticks_to(10, 10) == list(range(11))
    assert whole_ticks_to(5, 2) == [0, 5]
    assert whole_ticks_to(500, 6) == [0, 100, 200, 300, 400, 500]
