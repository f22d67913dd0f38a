import numpy as np
import pytest

from engine.datasets import Data
from engine.scaling import Scaling
from gui.data.words import scaling_lines, scaling_text
from gui.numbers import NumberFormat


@pytest.mark.parametrize(
    ("scaling", "said"),
    [
        (Scaling("standardise", 5.84, 0.83), "x1: (x − 5.84) / 0.83, standardised"),
        (Scaling("min_max", -2.0, 4.0), "x1: (x + 2) / 4, from 0 to 1"),
        (Scaling("min_max", 0.0, 1e-7), "x1: (x − 0) / 1×10⁻⁷, from 0 to 1"),
    ],
)
def test_a_scaling_is_said_as_what_it_is(scaling, said):
    assert scaling_text("x1", scaling, NumberFormat()) == said


def test_only_scaled_columns_are_told_of_by_their_names():
    scaling = Scaling("standardise", 1.0, 2.0)
    data = Data(
        np.ones((1, 2)),
        np.ones((1, 1)),
        ("width\n‮", "height"),
        input_scaling=(scaling, None),
        target_scaling=(scaling,),
    )
    assert scaling_lines(data, NumberFormat()) == [
        "width: (x − 1) / 2, standardised",
        "o1: (x − 1) / 2, standardised",
    ]
