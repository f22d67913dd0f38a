"""A stretch of a run: replayed from its marks, told of without a gap."""

from __future__ import annotations

from random import Random

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


def count_runs(segment: Segment, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by how many iterations are computed, each time some are."""
    counts: list[int] = []
    run = segment._runner.run

    def counted(at: int, count: int, rows: list[bytes]) -> None:
        counts.append(count)
        run(at, count, rows)

    monkeypatch.setattr(segment._runner, "run", counted)
    return counts


def test_going_back_one_by_one_does_not_replay_all_of_it_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bytes_of_one = from_the_middle(0)._marks.nbytes
    segment = from_the_middle(24 * bytes_of_one)
    told, newest, back = Told(), FIRST + 6000, 500
    segment.run_to(newest, told, told.known)
    assert segment.stride >= 256
    counts = count_runs(segment, monkeypatch)
    for iteration in range(newest - 1, newest - back, -1):
        segment.run_to(iteration, told, newest)
        if iteration % 50 == 0:
            assert_same_state(segment.start_state(iteration), PLAIN.iteration(iteration)[0])
    # Two or three replays from marks, and for each place at most some dozen iterations more.
    assert sum(counts) < 3 * segment.stride + 12 * back
    assert segment._marks._budget.used <= 24 * bytes_of_one


def test_looking_ahead_and_back_again_replays_only_what_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    segment = from_the_middle(24 * from_the_middle(0)._marks.nbytes)
    told, newest = Told(), FIRST + 6100
    segment.run_to(newest, told, told.known)
    counts = count_runs(segment, monkeypatch)
    for _ in range(20):  # A run by the clock looks ahead within its iteration at every step.
        segment.run_to(newest + 1, told, newest)
        segment.run_to(newest, told, newest)
    assert sum(counts) < 2 * segment.stride + 100


@pytest.mark.parametrize("places", [2, 5, 9, 24, 60])
def test_a_trail_never_makes_a_seek_wrong_nor_the_budget_too_small(places: int) -> None:
    size = from_the_middle(0)._marks.nbytes
    segment = from_the_middle(places * size)
    told, random = Told(), Random(places)
    segment.run_to(FIRST + 700, told, told.known)
    for _ in range(150):
        at = random.choice([segment._at - 1, segment._at - 3, random.randrange(FIRST, FIRST + 900)])
        iteration = max(at, FIRST)
        segment.run_to(iteration, told, told.known)
        assert_same_state(segment.start_state(iteration), PLAIN.iteration(iteration)[0])
        assert segment._marks._budget.used <= max(places, 2) * size


@pytest.mark.parametrize("most", [1, 7, 100])
def test_a_place_is_come_to_in_pieces_and_leaves_its_trail(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = from_the_middle(24 * from_the_middle(0)._marks.nbytes)
    told, newest = Told(), FIRST + 6000
    segment.run_to(newest, told, told.known)
    counts, place = count_runs(segment, monkeypatch), newest - 20
    while not segment.approach(place, most, told, newest):
        assert sum(counts) <= most
        counts.clear()
    assert_same_state(segment.start_state(place), PLAIN.iteration(place)[0])
    counts.clear()
    for iteration in (place - 1, place - 4, place - 16):
        segment.run_to(iteration, told, newest)
        assert_same_state(segment.start_state(iteration), PLAIN.iteration(iteration)[0])
    assert sum(counts) == 0
