"""A stretch of a run: replayed from its marks, told of without a gap."""

from __future__ import annotations

import pytest

from engine.arrays import Array
from engine.marks import Budget
from engine.segment import Segment
from tests.engine.building import OPTIMIZERS, Reference, assert_same_state, experiment

FIRST = 21
PLAIN = Reference(
    experiment(samples=5, batch=2, shuffle=True, optimizer=OPTIMIZERS["adam"], seed=3)
)


class Told:
    """What a segment says on its way: E by iteration, and none may be told twice in two ways."""

    def __init__(self) -> None:
        self.errors: dict[int, float] = {}

    def __call__(self, first: int, errors: Array) -> None:
        for iteration, error in enumerate(errors.tolist(), start=first):
            assert self.errors.setdefault(iteration, error) == error

    @property
    def known(self) -> int:
        """E is known of every iteration before this one."""
        at = FIRST
        while at in self.errors:
            at += 1
        return at


def from_the_middle(mark_bytes: int) -> Segment:
    start = PLAIN.iteration(FIRST)[0]
    values = {name: start[name] for name in start if name not in ("a0", "t")}
    return Segment(PLAIN.experiment, Budget(mark_bytes), FIRST, values)


@pytest.fixture(params=[0, 10**6], ids=["no room for marks", "room for marks"])
def segment(request: pytest.FixtureRequest) -> Segment:
    return from_the_middle(request.param)


def test_a_segment_starts_where_it_was_told_to(segment: Segment) -> None:
    assert segment.first == FIRST
    assert_same_state(segment.start_state(FIRST), PLAIN.iteration(FIRST)[0])


def test_any_order_of_visits_is_bitwise_the_run(segment: Segment) -> None:
    told = Told()
    for iteration in (FIRST, 40, 22, 100, 99, 38, 37, 36, 90, FIRST, 101):
        segment.run_to(iteration, told, told.known)
        assert_same_state(segment.start_state(iteration), PLAIN.iteration(iteration)[0])
    assert told.known == 101
    expected = PLAIN.losses(101)
    assert [told.errors[each] for each in range(FIRST, 101)] == expected[FIRST:]


def test_who_comes_later_is_told_what_another_has_already_run(segment: Segment) -> None:
    first, second = Told(), Told()
    segment.run_to(70, first, FIRST)
    segment.run_to(75, second, second.known)
    assert second.known == 75
    segment.run_to(80, first, first.known)
    assert first.known == 80
    expected = PLAIN.losses(80)[FIRST:]
    assert [first.errors[each] for each in range(FIRST, 80)] == expected


def test_who_knows_the_losses_is_not_kept_waiting_for_them(segment: Segment) -> None:
    segment.run_to(200, Told(), FIRST)
    told = Told()
    segment.run_to(201, told, 200)
    assert sorted(told.errors) == [200]


def test_marks_count_from_the_start_of_the_segment() -> None:
    segment, told = from_the_middle(10**6), Told()
    one = segment.nbytes
    segment.run_to(FIRST + 100, Told(), FIRST)
    assert segment.nbytes == 7 * one
    segment.run_to(FIRST + 50, told, FIRST + 100)
    assert sorted(told.errors) == list(range(FIRST + 48, FIRST + 50))
    assert segment.stride == 16
