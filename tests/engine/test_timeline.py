"""One run and travel in it, held against a run that applies the Steps one by one."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from engine import limits
from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.errors import GradwalkError
from engine.experiment import Experiment, Layer, Network
from engine.frame import NonFinite
from engine.losses import LOSSES
from engine.marks import Budget, Marks
from engine.optimizers import GradientDescent, Momentum
from engine.position import Position
from engine.program import Granularity
from engine.timeline import Timeline
from tests.engine.building import (
    OPTIMIZERS,
    PAIRS,
    Reference,
    all_stops,
    assert_same_state,
    by_hand,
    experiment,
)

EXPERIMENTS = {
    "2-2-2 by hand": by_hand(),
    "one sample at a time": experiment((2, 3, 2), samples=4),
    "shuffled": experiment((2, 3, 2), samples=5, shuffle=True),
    "small last batch": experiment((3, 4, 2), samples=7, batch=3),
    "small last batch, shuffled, momentum": experiment(
        (3, 4, 2), "tanh", samples=7, batch=3, shuffle=True, optimizer=OPTIMIZERS["momentum"]
    ),
    "adam, shuffled": experiment(
        (3, 4, 2), samples=6, batch=2, shuffle=True, optimizer=OPTIMIZERS["adam"]
    ),
    "no biases": experiment((4, 5, 3, 2), bias=False, samples=3, shuffle=True),
    "one sample left over": experiment((3, 4, 2), samples=5, batch=2),
    "digits-like": experiment(
        (64, 32, 10), "tanh", "softmax", "cross_entropy", samples=70, batch=32, shuffle=True
    ),
}


@pytest.fixture(params=EXPERIMENTS.values(), ids=EXPERIMENTS)
def described(request: pytest.FixtureRequest) -> Experiment:
    found: Experiment = request.param
    return found


@pytest.fixture
def reference(described: Experiment) -> Reference:
    return Reference(described)


@pytest.fixture
def timeline(described: Experiment) -> Timeline:
    return Timeline(described)


def assert_is_the_runs(timeline: Timeline, reference: Reference) -> None:
    """The Frame shows what the uninterrupted run has at that position."""
    frame = timeline.frame()
    states = reference.iteration(frame.position.iteration)
    assert_same_state(frame.after, states[frame.position.step + 1])
    assert_same_state(frame.before, states[max(frame.position.step, 0)])


def test_training_is_bitwise_stepping(timeline: Timeline, reference: Reference) -> None:
    timeline.train(60)
    assert timeline.losses.tolist() == reference.losses(60)
    assert timeline.position == Position(59, timeline.program.last)
    assert_is_the_runs(timeline, reference)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("batch", [1, 3])
def test_training_is_bitwise_stepping_for_every_activation(hidden: str, batch: int) -> None:
    described = experiment((3, 9, 5), hidden, samples=8, batch=batch, seed=2)
    timeline, reference = Timeline(described), Reference(described)
    timeline.train(20)
    assert timeline.losses.tolist() == reference.losses(20)
    assert_is_the_runs(timeline, reference)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_is_bitwise_stepping_for_every_loss_and_optimizer(
    output: str, loss: str, optimizer: str
) -> None:
    described = experiment(
        (3, 9, 5), "tanh", output, loss, OPTIMIZERS[optimizer], samples=5, batch=2, shuffle=True
    )
    timeline, reference = Timeline(described), Reference(described)
    timeline.train(20)
    assert timeline.losses.tolist() == reference.losses(20)
    assert_is_the_runs(timeline, reference)


def test_training_in_parts_is_training_at_once(described: Experiment) -> None:
    whole, parts = Timeline(described), Timeline(described)
    whole.train(50)
    for count in (1, 0, 16, 3, 30):
        assert parts.train(count) is None
    assert parts.position == whole.position
    assert parts.losses.tobytes() == whole.losses.tobytes()
    assert_same_state(parts.frame().after, whole.frame().after)


def test_training_completes_the_iteration_one_stands_in(
    timeline: Timeline, reference: Reference
) -> None:
    timeline.seek(Position(3, 2))
    timeline.train(2)
    assert timeline.position == Position(4, timeline.program.last)
    assert timeline.completed == 5
    assert_is_the_runs(timeline, reference)


def test_seek_equals_an_uninterrupted_run(timeline: Timeline, reference: Reference) -> None:
    timeline.train(60)
    last = timeline.program.last
    for iteration, step in ((0, -1), (59, last), (1, 3), (31, 0), (32, -1), (33, last), (15, 5)):
        frame = timeline.seek(Position(iteration, step))
        assert frame.position == timeline.position == Position(iteration, step)
        assert_is_the_runs(timeline, reference)


def test_seek_runs_on_where_the_run_has_not_come_yet(
    timeline: Timeline, reference: Reference
) -> None:
    timeline.seek(Position(40, 3))
    assert_is_the_runs(timeline, reference)
    assert timeline.losses.tolist() == reference.losses(40)


def test_state_at_is_what_an_iteration_starts_from(
    timeline: Timeline, reference: Reference
) -> None:
    timeline.train(40)
    for iteration in (0, 1, 16, 39, 17, 45):
        assert_same_state(timeline.state_at(iteration), reference.iteration(iteration)[0])
    assert timeline.position == Position(39, timeline.program.last)


@pytest.mark.parametrize("granularity", Granularity)
def test_forward_then_back_goes_by_the_listed_stops(
    timeline: Timeline, reference: Reference, granularity: Granularity
) -> None:
    per_epoch = timeline.batches.per_epoch
    stops = all_stops(timeline.program, granularity)
    iterations = range(2)
    if granularity is Granularity.EPOCH:
        iterations = range(per_epoch - 1, 2 * per_epoch, per_epoch)
    path = [Position(i, *stop) for i in iterations for stop in stops]
    if len(path) > 1000:  # A wide network: the turns between Steps and iterations are enough.
        path = path[:100]
    for expected in path:
        assert timeline.forward(granularity).position == expected
    assert_is_the_runs(timeline, reference)
    for expected in [*path[-2::-1], Position()]:
        assert timeline.back(granularity).position == expected
    assert_is_the_runs(timeline, reference)
    assert timeline.back(granularity).position == Position()
    assert timeline.previous_stop(granularity) is None


def test_going_back_returns_the_identical_states() -> None:
    timeline = Timeline(experiment())
    seen = [timeline.frame().after]
    for _ in range(len(timeline.program)):
        seen.append(timeline.forward(Granularity.LAYER).after)
    for state in reversed(seen[:-1]):
        assert timeline.back(Granularity.LAYER).after is state
    for state in seen[1:]:
        assert timeline.forward(Granularity.LAYER).after is state


def test_back_from_inside_an_iteration_goes_to_the_end_of_the_one_before() -> None:
    timeline = Timeline(experiment())
    timeline.seek(Position(2, 4))
    assert timeline.back(Granularity.ITERATION).position == Position(1, timeline.program.last)


def test_an_epoch_back_from_inside_it_goes_to_the_end_of_the_one_before() -> None:
    timeline = Timeline(experiment(samples=6, batch=2))
    last = timeline.program.last
    for start, stop in (
        (Position(4, 3), Position(2, last)),
        (Position(3, 0), Position(2, last)),
        (Position(2, last), Position()),
        (Position(1, 2), Position()),
        (Position(5, last), Position(2, last)),
    ):
        timeline.seek(start)
        assert timeline.back(Granularity.EPOCH).position == stop


def test_an_epoch_forward_goes_to_the_end_of_its_last_batch() -> None:
    timeline = Timeline(experiment(samples=5, batch=2))
    last = timeline.program.last
    assert timeline.forward(Granularity.EPOCH).position == Position(2, last)
    timeline.seek(Position(3, 1))
    assert timeline.forward(Granularity.EPOCH).position == Position(5, last)


def test_completed_counts_whole_iterations() -> None:
    timeline = Timeline(experiment())
    last = timeline.program.last
    for position, completed in (
        (Position(), 0),
        (Position(0, last - 1), 0),
        (Position(0, last), 1),
        (Position(0, last, (1,)), 1),
        (Position(0, last, (0,)), 0),
        (Position(1, -1), 1),
        (Position(3, 2), 3),
    ):
        timeline.seek(position)
        assert timeline.completed == completed


def test_newest_is_the_furthest_one_has_come() -> None:
    timeline = Timeline(experiment())
    timeline.seek(Position(3, 2))
    timeline.seek(Position(1, 5))
    assert timeline.newest == Position(3, 2)
    timeline.seek(Position(3, 5))
    timeline.seek(Position(3, 5, (0,)))
    assert timeline.newest == Position(3, 5)
    timeline.train(1)
    assert timeline.newest == Position(3, timeline.program.last)


def test_losses_come_with_the_step_that_computes_e_and_cannot_be_written_to() -> None:
    timeline = Timeline(experiment())
    error = timeline.program.step_writing("E")
    assert error is not None
    timeline.seek(Position(0, error.index - 1))
    assert len(timeline.losses) == 0
    timeline.forward(Granularity.LAYER)
    assert timeline.losses.tolist() == [timeline.frame().error]
    timeline.train(2000)
    assert len(timeline.losses) == 2000
    with pytest.raises(ValueError, match="read-only"):
        timeline.losses[0] = 0.0


def test_travel_adds_no_losses() -> None:
    timeline = Timeline(experiment())
    timeline.train(40)
    losses = timeline.losses.tolist()
    timeline.seek(Position(7, 3))
    timeline.back(Granularity.EPOCH)
    timeline.seek(Position(39, timeline.program.last))
    assert timeline.losses.tolist() == losses


def test_a_timeline_starts_before_its_first_step() -> None:
    timeline = Timeline(experiment())
    assert timeline.position == timeline.newest == Position()
    assert timeline.completed == 0
    assert timeline.frame().step is None


# Marks


def test_marks_stay_within_their_budget_and_seeks_stay_right() -> None:
    described = experiment((2, 3, 2), samples=5, shuffle=True)
    reference = Reference(described)
    size = Timeline(described)._segments[-1]._runner.carried.nbytes
    timeline = Timeline(described, mark_bytes=4 * size)
    for _ in range(20):
        timeline.train(37)
        assert timeline._segments[-1]._marks.nbytes <= 4 * size
    assert timeline._segments[-1]._marks.stride >= 740 // 4
    for iteration in (739, 0, 255, 256, 257, 511, 3):
        timeline.seek(Position(iteration, 4))
        assert_is_the_runs(timeline, reference)
    assert timeline.losses.tolist() == reference.losses(740)


def test_a_seek_replays_from_the_mark_before_it_in_either_direction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timeline = Timeline(experiment())
    timeline.train(1000)
    replayed = []
    run = timeline._segments[-1]._runner.run

    def counted(first: int, count: int, rows: list[bytes]) -> None:
        replayed.append(count)
        run(first, count, rows)

    monkeypatch.setattr(timeline._segments[-1]._runner, "run", counted)
    for iteration in (3, 990, 500, 501, 17, 999):
        replayed.clear()
        timeline.seek(Position(iteration))
        assert sum(replayed) < timeline._segments[-1]._marks.stride


@pytest.mark.parametrize("budget", [0, 1, 100])
def test_the_start_is_kept_however_small_the_budget(budget: int) -> None:
    described = experiment((2, 3, 2), samples=5, shuffle=True)
    timeline, reference = Timeline(described, mark_bytes=budget), Reference(described)
    timeline.train(300)
    timeline.seek(Position(170, 2))
    assert_is_the_runs(timeline, reference)
    timeline.seek(Position())
    assert_is_the_runs(timeline, reference)


def test_marks_halve_by_doubling_their_stride() -> None:
    def mark(at: int) -> np.ndarray:
        return np.array([float(at)])

    marks = Marks(mark(0), Budget(5 * 8))
    stride = marks.stride
    strides = set()
    for at in range(stride, 100 * stride, stride):
        if at == marks.next_iteration:
            marks.add(mark(at))
        strides.add(marks.stride)
        assert marks.nbytes <= 5 * 8
        for iteration in range(0, at + 1, stride // 2):
            found, value = marks.before(iteration)
            assert found == value[0]
            assert found % marks.stride == 0
            assert found <= iteration < found + 2 * marks.stride
    assert all(b == 2 * a for a, b in pairwise(sorted(strides)))
    assert len(strides) > 3


def test_a_mark_is_a_copy() -> None:
    carried = np.array([1.0])
    marks = Marks(carried, Budget(1000))
    carried[0] = 2.0
    assert marks.before(5)[1].tolist() == [1.0]


def test_history_tells_what_marks_and_losses_take() -> None:
    timeline = Timeline(experiment())
    before = timeline.history_bytes
    timeline.train(5000)
    added = timeline.history_bytes - before
    # At least a loss each, at most twice that and a mark each 16 iterations.
    assert (
        8 * 5000 - 8 * 1024
        <= added
        <= 16 * 5000 + 5000 // 16 * timeline._segments[-1]._marks._marks[0].nbytes
    )


def test_the_budget_of_marks_is_half_of_what_a_million_iterations_may_add() -> None:
    assert 2 * limits.MARK_BYTES <= 64 * 2**20


# Values that are not finite


def exploding(optimizer: GradientDescent | Momentum | None = None) -> Experiment:
    """Identity units and a rate far too large: values grow until they overflow."""
    return experiment(
        (2, 3, 2), "identity", "identity", optimizer=optimizer or GradientDescent(3.0), samples=3
    )


def first_by_stepping(timeline: Timeline) -> NonFinite:
    for _ in range(100_000):
        found = timeline.forward(Granularity.LAYER).non_finite
        if found:
            return found
    raise AssertionError("nothing overflowed")


CASES = {
    "descent": exploding(),
    "momentum": exploding(Momentum(3.0)),
    "one step to infinity": exploding(GradientDescent(1e300)),
    "late": exploding(GradientDescent(0.35)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_first_non_finite_value_is_the_same_by_training_and_by_stepping(
    case: Experiment,
) -> None:
    trained, stepped = Timeline(case), Timeline(case)
    found, expected = trained.train(5000), first_by_stepping(stepped)
    assert found is not None
    assert (found.iteration, found.step.writes, found.element) == (
        expected.iteration,
        expected.step.writes,
        expected.element,
    )
    assert found.sentence() == expected.sentence()
    assert not np.isfinite(found.value)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_training_stands_on_the_first_non_finite_value_and_cuts_the_losses(
    case: Experiment,
) -> None:
    timeline, reference = Timeline(case), Reference(case)
    found = timeline.train(5000)
    assert found is not None
    assert timeline.position == Position(found.iteration, found.step.index)
    assert timeline.frame().non_finite == found
    earlier = [state for i in range(found.iteration) for state in reference.iteration(i)]
    earlier += reference.iteration(found.iteration)[: found.step.index + 1]
    assert all(np.isfinite(array).all() for state in earlier for array in state.values())
    assert np.isfinite(timeline.losses).all()
    error = timeline.program.step_writing("E")
    assert error is not None
    assert len(timeline.losses) == found.iteration + (found.step.index > error.index)


def test_after_a_non_finite_value_one_can_still_go_back_and_on() -> None:
    timeline, reference = Timeline(CASES["late"]), Reference(CASES["late"])
    found = timeline.train(5000)
    assert found is not None
    timeline.seek(Position(found.iteration // 2, 3))
    assert_is_the_runs(timeline, reference)
    again = timeline.train(5000)
    assert again is not None
    assert again.sentence() == found.sentence()
    timeline.seek(Position(found.iteration + 3, timeline.program.last))
    assert_is_the_runs(timeline, reference)
    expected = np.array(reference.losses(found.iteration + 4))
    np.testing.assert_array_equal(timeline.losses, expected)


def test_the_report_names_iteration_phase_layer_quantity_and_element() -> None:
    sentence = "iteration 1, forward phase, layer 2: z2[1, 1] became inf"
    layers = (
        Layer(1, ACTIVATIONS["identity"], bias=False, weights=frozen([[1.0]])),
        Layer(1, ACTIVATIONS["identity"], bias=False, weights=frozen([[1.0]])),
    )
    described = experiment((1, 1, 1), layers=layers, samples=1, optimizer=GradientDescent(-1e300))
    found = Timeline(described).train(3)
    assert found is not None
    assert found.sentence() in (sentence, sentence.replace("inf", "-inf"))


def test_a_weight_that_overflows_in_the_last_update_is_reported_at_once() -> None:
    layers = (Layer(1, ACTIVATIONS["identity"], bias=False, weights=frozen([[3000.0]])),)
    described = experiment((1, 1), layers=layers, samples=1, optimizer=GradientDescent(1e308))
    timeline = Timeline(described)
    found = timeline.train(1)
    assert found is not None
    assert np.isfinite(timeline.losses).all()
    assert (found.iteration, found.step.writes) == (0, "W1")


@pytest.mark.parametrize(
    ("output", "loss"),
    [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")],
)
def test_a_run_that_starts_saturated_and_wrong_stays_finite_and_learns(
    output: str, loss: str
) -> None:
    described = experiment((2, 2), output=output, loss=loss, samples=1, optimizer=Momentum(0.5))
    (target,) = described.data.targets
    wrong = Layer(
        2,
        ACTIVATIONS[output],
        weights=frozen(np.zeros((2, 2))),
        biases=frozen(np.reshape(np.where(target == 1, -1e3, 1e3), (2, 1))),
    )
    timeline = Timeline(
        Experiment(Network(2, (wrong,)), described.loss, described.data, described.optimizer)
    )
    assert timeline.train(300) is None
    assert timeline.losses[0] > 600  # -ln of the smallest normal double is 708.
    assert timeline.losses[-1] < 1e-3


def test_a_finite_run_reports_nothing() -> None:
    assert Timeline(experiment()).train(300) is None


# Positions that do not exist


@pytest.mark.parametrize(
    ("position", "said"),
    [
        (Position(-1), "iteration -1: a run goes from 0 to"),
        (Position(limits.MAX_ITERATIONS + 1), "a run goes from 0 to 1000000000"),
        (Position(0, -2), "step -2: an iteration has Steps 0 to 16"),
        (Position(0, 17), "step 17: an iteration has Steps 0 to 16"),
        (Position(0, 0, (3,)), "z1 has no such element"),
        (Position(0, 0, (-1,)), "z1 has no such element"),
        (Position(0, 0, (0, 0)), "z1 has no such element"),
        (Position(0, 4, (0,)), "E has no such element"),
        (Position(0, 9, (0, 2)), "dW1 has no such element"),
        (Position(0, 9, (3, 0)), "dW1 has no such element"),
        (Position(0, 9, (0, 0, 0)), "dW1 has no such element"),
        (Position(0, 10, (0, 0)), "db1 has no such element"),
        (Position(0, -1, (0,)), "the start has no such element"),
    ],
)
def test_impossible_positions_are_refused_and_nothing_moves(position: Position, said: str) -> None:
    timeline = Timeline(experiment((2, 3, 2)))
    timeline.seek(Position(1, 2))
    with pytest.raises(GradwalkError) as refusal:
        timeline.seek(position)
    assert said in str(refusal.value)
    assert timeline.position == Position(1, 2)


def test_a_run_has_an_end() -> None:
    timeline = Timeline(experiment())
    with pytest.raises(GradwalkError, match="at most 1000000000 iterations"):
        timeline.train(limits.MAX_ITERATIONS + 2)
    assert timeline.position == Position()


def test_a_value_that_overflows_behind_a_finite_error_is_found_by_training_too() -> None:
    # z = 1.7e308 · 10 is infinite, and the sigmoid of it is 1: E does not show it.
    layer = Layer(1, ACTIVATIONS["sigmoid"], bias=False, weights=frozen([[1.7e308]]))
    data = Data(frozen([[10.0]]), frozen([[0.5]]))
    run = Timeline(Experiment(Network(1, (layer,)), LOSSES["half_squared_error"], data))
    found = run.train(3)
    assert found is not None
    assert (found.iteration, found.step.writes, found.value) == (0, "z1", math.inf)


def test_a_run_is_not_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ITERATIONS", 10)
    run = Timeline(experiment())
    run.train(10)
    with pytest.raises(GradwalkError, match="at most 10 iterations"):
        run.train(1)
