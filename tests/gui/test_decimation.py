import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.decimation import decimated


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=400), st.integers(5, 50))
def test_decimation_keeps_the_ends_and_every_peak(values, buckets):
    losses = np.array(values)
    x, y = decimated(losses, buckets)
    assert (np.diff(x) >= 0).all()
    assert (x[0], x[-1]) == (0, len(losses) - 1)
    assert (y[0], y[-1]) == (losses[0], losses[-1])
    assert (y.max(), y.min()) == (losses.max(), losses.min())
    assert set(y) <= set(losses)
