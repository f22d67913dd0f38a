import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.decimation import Envelope, EpochMeans

finite_or_not = st.floats(0, 1e6) | st.sampled_from([math.nan, math.inf])


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=400), st.integers(5, 50))
def test_decimation_keeps_the_ends_and_every_peak(values, most):
    losses = np.array(values)
    x, y = Envelope(most).show(losses)
    assert (np.diff(x) >= 0).all()
    assert (x[0], x[-1]) == (0, len(losses) - 1)
    assert (y[0], y[-1]) == (losses[0], losses[-1])
    assert (y.max(), y.min()) == (losses.max(), losses.min())
    assert set(y) <= set(losses)
    assert len(x) <= 2 * most + 4


@given(st.integers(0, 2**32), st.lists(st.integers(1, 90), min_size=2, max_size=9))
def test_a_series_that_grows_looks_as_if_shown_at_once(seed, growth):
    generator = np.random.default_rng(seed)
    memory = generator.choice([0.0, math.nan, math.inf, *generator.random(300)], sum(growth))
    grown = Envelope(8)
    for count in np.cumsum(growth):
        grown.show(memory[:count])
    at_once = Envelope(8)
    for found, wanted in zip(grown.show(memory[:]), at_once.show(memory[:]), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert grown.finite == at_once.finite == np.isfinite(memory).sum()
    assert grown.least_above_zero == at_once.least_above_zero
    assert (grown.least, grown.greatest) == (at_once.least, at_once.greatest)


@given(st.lists(finite_or_not, min_size=1, max_size=300))
def test_only_finite_points_are_left_and_their_extremes_are_known(values):
    losses = np.array(values)
    finite = losses[np.isfinite(losses)]
    envelope = Envelope(8)
    _, y = envelope.show(losses)
    assert np.isfinite(y).all()
    assert set(y) <= set(finite)
    assert envelope.greatest == finite.max(initial=-math.inf)
    assert envelope.least == finite.min(initial=math.inf)
    assert envelope.least_above_zero == finite[finite > 0].min(initial=math.inf)


def test_another_series_or_a_shorter_one_is_not_taken_for_the_same_grown():
    memory, other = np.arange(100.0), np.arange(100.0) + 500
    envelope = Envelope(8)
    envelope.show(memory[:60])
    assert envelope.show(other[:80])[1].max() == 579
    assert envelope.show(other[:20])[1].max() == 519


def test_a_series_that_grows_costs_what_is_added_to_it():
    memory = np.random.default_rng(0).random(1_000_100)
    envelope = Envelope(800)
    envelope.show(memory[:1_000_000])
    # Measured 0.05 ms, and 1.5 ms for the whole; the limit is loose, and best of fifty.
    best = math.inf
    for added in range(1, 51):
        start = time.perf_counter()
        envelope.show(memory[: 1_000_000 + added])
        best = min(best, time.perf_counter() - start)
    assert best < 0.0005


@pytest.mark.parametrize("per_epoch", [1, 3, 10])
def test_the_means_of_whole_epochs_grow_with_the_series(per_epoch):
    memory = np.random.default_rng(0).random(1000)
    means = EpochMeans(per_epoch)
    for count in (0, 2, 9, 10, 11, 500, 1000, 17):
        found = means.of(memory[:count])
        whole = range(0, count - per_epoch + 1, per_epoch)
        wanted = [math.fsum(memory[first : first + per_epoch]) / per_epoch for first in whole]
        np.testing.assert_allclose(found, wanted, rtol=1e-13)


def test_a_mean_too_great_for_a_number_is_not_finite_and_no_warning():
    assert not np.isfinite(EpochMeans(2).of(np.array([1.7e308, 1.7e308]))).any()
