"""Hints in words."""

from __future__ import annotations

import pytest

from engine.hints import DeadUnits, EqualUnits, Hint, SaturatedUnits, VanishedGradient
from gui.hints import hint_text
from gui.numbers import NumberFormat


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        (DeadUnits(1, (0,), 4), "Dead ReLU in layer 1: unit 1 gives 0 for every sample"),
        (DeadUnits(1, (0, 2), 4), "Dead ReLUs in layer 1: units 1, 3 give 0 for every sample"),
        (SaturatedUnits(2, (4,), 4), "Saturated unit in layer 2: unit 5 is at the flat end of its"),
        (SaturatedUnits(2, (4, 5), 4), "Saturated units in layer 2: units 5, 6 are at the flat"),
        (DeadUnits(1, tuple(range(9)), 4), "units 1, 2, 3, 4, 5, 6 and 3 more give 0"),
        (EqualUnits(1, None), "All units of layer 1 have the same weights"),
        (VanishedGradient(1, 1e-9, 0.5), "in layer 1 δ is about"),
        (VanishedGradient(None, 0.0, 0.0), "The gradient has vanished: it is about 0"),
    ],
)
def test_a_hint_speaks_of_one_unit_or_of_several(hint: Hint, said: str) -> None:
    assert said in hint_text(hint, NumberFormat())
