from hypothesis import given
from hypothesis import strategies as st

from gui.scales import decades, nice_above, ticks_to


@given(st.floats(1e-299, 1e299))
def test_limits_are_round_and_close(value):
    above = nice_above(value)
    assert value * (1 - 1e-9) <= above <= value * 1.5
    ticks = ticks_to(above, 5)
    assert ticks[0] == 0
    assert 3 <= len(ticks) <= 7
    assert ticks[-1] <= above * (1 + 1e-9)


@given(st.floats(1e-299, 1e299), st.floats(1, 1e12))
def test_log_limits_enclose_the_run(low, ratio):
    high = min(low * ratio, 1e299)
    ticks = decades(low, high)
    assert ticks == sorted(set(ticks))
    assert ticks[0] <= low * (1 + 1e-9)
    assert ticks[-1] >= high * (1 - 1e-9)
    assert 2 <= len(ticks) <= 8
