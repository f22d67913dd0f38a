"""Marks of all runs of an experiment share one budget."""

from __future__ import annotations

import numpy as np
import pytest

from engine import limits
from engine.edits import Edit
from engine.marks import Budget, Marks
from engine.position import Position
from engine.timeline import Timeline
from tests.engine.building import Reference, assert_same_state, experiment

DESCRIBED = experiment((2, 3, 2), samples=5, shuffle=True)
MARK = 17 * 8  # Weights and biases of 2-3-2.


def grown(budget: Budget, count: int) -> Marks:
    marks = Marks(np.zeros(1), budget)
    for _ in range(count - 1):
        marks.add(np.ones(1))
    return marks


def test_the_largest_makes_room_for_the_others() -> None:
    budget = Budget(100 * 8)
    large = grown(budget, 80)
    small = grown(budget, 20)
    assert (len(large), len(small), budget.used) == (80, 20, 800)
    small.add(np.ones(1))
    assert (len(large), len(small)) == (40, 21)
    assert budget.used == 61 * 8


def test_marks_that_are_gone_take_nothing() -> None:
    budget = Budget(100 * 8)
    gone, kept = grown(budget, 60), grown(budget, 30)
    del gone
    assert budget.used == 30 * 8
    for _ in range(60):
        kept.add(np.ones(1))
    assert len(kept) == 90


@pytest.mark.parametrize("limit", [0, 8, 17])
def test_the_start_and_one_mark_more_are_kept_without_any_room(limit: int) -> None:
    budget = Budget(limit)
    several = [grown(budget, 50) for _ in range(3)]
    assert all(1 <= len(each) <= 2 for each in several)
    assert all(each.before(10**6)[1] is not None for each in several)


def test_a_run_with_many_edits_stays_within_its_budget_and_is_never_wrong() -> None:
    timeline, reference = Timeline(DESCRIBED, mark_bytes=60 * MARK), Reference(DESCRIBED)
    for number in range(6):
        timeline.train(300)
        edit = Edit(timeline.completed - 50, "W1", (0, 1), 0.5 + number)
        timeline, reference = timeline.edited(edit), reference.edited(edit)
        assert timeline.memory_used <= timeline.memory_budget == 60 * MARK
    timeline.train(200)
    assert timeline.memory_used <= 60 * MARK
    for iteration in (3, 1500, 299, 250, 249, 251, 700, 12):
        timeline.seek(Position(iteration, 4))
        expected = reference.iteration(iteration)
        assert_same_state(timeline.frame().after, expected[5])
    assert timeline.losses.tolist() == reference.losses(len(timeline.losses))


def test_runs_left_by_edits_count_and_are_right_when_one_comes_back() -> None:
    first, reference = Timeline(DESCRIBED, mark_bytes=45 * MARK), Reference(DESCRIBED)
    first.train(500)
    used = first.memory_used
    second = first.edited(Edit(100, "W1", (0, 0), 3.0))
    second.train(150)
    assert second.memory_used == first.memory_used > used
    second.train(3000)
    assert first.memory_used <= 45 * MARK
    for iteration in (499, 17, 250, 101, 99):
        assert_same_state(first.state_at(iteration), reference.iteration(iteration)[0])


def test_the_budget_is_the_limits() -> None:
    assert Timeline(DESCRIBED).memory_budget == limits.MARK_BYTES


# A run beside the one it left


def test_two_runs_part_where_they_were_first_edited_differently() -> None:
    first = Timeline(DESCRIBED)
    first.train(80)
    second = first.edited(Edit(40, "W1", (0, 0), 3.0))
    third = second.edited(Edit(60, "W1", (0, 1), 1.0))
    other = second.edited(Edit(50, "W1", (0, 1), 1.0))
    assert second.parts_from(first) == first.parts_from(second) == 40
    assert third.parts_from(first) == 40
    assert third.parts_from(second) == 60
    assert third.parts_from(other) == 50
    assert first.parts_from(Timeline(DESCRIBED)) is None


def test_the_run_that_was_left_keeps_its_losses() -> None:
    first, reference = Timeline(DESCRIBED), Reference(DESCRIBED)
    first.train(80)
    second = first.edited(Edit(40, "W1", (0, 0), 3.0))
    second.train(60)
    at = second.parts_from(first)
    assert first.losses.tolist() == reference.losses(80)
    assert second.losses[:at].tolist() == first.losses[:at].tolist()
    assert second.losses[at] != first.losses[at]
    assert len(second.losses) == 100
