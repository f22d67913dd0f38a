import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.splitting import held_out_rows


def test_the_share_is_held_out_to_the_nearest_row():
    assert [len(held_out_rows(10, share, 0)) for share in (0.0, 0.04, 0.05, 0.2, 0.99)] == [
        *(0, 0, 1, 2, 10)
    ]


def test_rows_are_in_order_different_for_seeds_and_equal_for_equal_ones():
    drawn = {tuple(held_out_rows(40, 0.25, seed).tolist()) for seed in range(50)}
    assert len(drawn) == 50
    assert all(list(rows) == sorted(set(rows)) and len(rows) == 10 for rows in drawn)
    assert held_out_rows(40, 0.25, 3).tolist() == held_out_rows(40, 0.25, 3).tolist()


def test_the_draw_is_what_it_always_was():
    assert held_out_rows(10, 0.3, 0).tolist() == [1, 4, 9]


def test_every_row_has_its_turn():
    counts = np.bincount(np.concatenate([held_out_rows(20, 0.25, seed) for seed in range(2000)]))
    # 500 each, ± 5 standard deviations of 19.
    assert counts.min() > 400
    assert counts.max() < 600


def test_each_class_gives_its_share():
    classes = np.repeat(np.eye(3), (100, 50, 10), axis=0)
    held_out = held_out_rows(160, 0.2, 1, classes)
    assert classes[held_out].sum(axis=0).tolist() == [20, 10, 2]


@pytest.mark.parametrize(("sizes", "given_by_class"), [((8, 7), [2, 1]), ((7, 8), [1, 2])])
def test_the_row_that_is_over_comes_from_the_class_with_the_larger_rest(sizes, given_by_class):
    # A fifth of 8 and 7 is 1.6 and 1.4, of 15 it is 3.
    classes = np.repeat(np.eye(2), sizes, axis=0)
    held_out = held_out_rows(15, 0.2, 0, classes)
    assert classes[held_out].sum(axis=0).tolist() == given_by_class


@settings(derandomize=True, deadline=None, database=None)
@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    share=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**63 - 1),
)
def test_a_class_keeps_a_row_and_no_class_is_off_by_more_than_one(sizes, share, seed):
    classes = np.repeat(np.eye(len(sizes)), sizes, axis=0)
    held_out = held_out_rows(sum(sizes), share, seed, classes)
    given_by_class = classes[held_out].sum(axis=0)
    assert (given_by_class < sizes).all()
    assert given_by_class.sum() <= int(sum(sizes) * share + 0.5)
    enough = np.array(sizes) * (1 - share) >= 1
    assert (np.abs(given_by_class - np.array(sizes) * share)[enough] < 1 + 1e-9).all()


@pytest.mark.parametrize("sizes", [(1, 1, 1), (1,)])
def test_where_every_class_has_one_row_none_is_held_out(sizes):
    classes = np.repeat(np.eye(len(sizes)), sizes, axis=0)
    assert held_out_rows(sum(sizes), 0.5, 0, classes).tolist() == []
