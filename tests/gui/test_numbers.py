"""How numbers are written where there is little room."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.numbers import NumberFormat

NUMBERS = NumberFormat(6)


def read(text):
    return float(text.replace("−", "-").replace("∞", "inf"))


@pytest.mark.parametrize(
    ("value", "characters", "text"),
    [
        (0.5, 9, "0.5"),
        (0.138499, 8, "0.138499"),
        (0.138499, 5, "0.138"),
        (-0.138499, 5, "−0.14"),
        (2.1e-17, 5, "2e−17"),
        (-2.1e-17, 8, "−2.1e−17"),
        (0.99999, 4, "1.00"),
        (0.99999, 1, ""),
        (-1.5e300, 7, "−2e300"),
        (math.nan, 3, "NaN"),
        (0.0, 1, "0"),
    ],
)
def test_a_compact_number_keeps_the_digits_that_there_is_room_for(value, characters, text):
    assert NUMBERS.compact(value, characters) == text


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 14))
def test_a_compact_number_fits_and_is_never_misleading(value, characters):
    text = NUMBERS.compact(value, characters)
    assert len(text) <= characters
    if not text:
        return
    assert "-" not in text
    assert (read(text) == 0) == (value == 0)
    if math.isfinite(read(text)):  # The largest doubles round up to what is none.
        assert read(text) == pytest.approx(value, rel=0.5, abs=0)
