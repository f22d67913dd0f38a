"""Values that are not finite: found however they hide, and explained."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.divergence import explain, lower_rate
from engine.edits import Edit
from engine.experiment import Experiment, Layer, Network
from engine.expression import Add
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent
from engine.position import START, Position
from engine.program import Granularity
from engine.suspects import Suspects
from engine.timeline import Timeline
from tests.engine.building import OPTIMIZERS, Reference, experiment


def spike(activation: str, at: int = 40, samples: int = 300, width: int = 1) -> Experiment:
    """One sample so large that z is infinite in its iteration, and nothing after it is."""
    inputs = np.full((samples, 1), 0.5)
    inputs[at] = -1e300
    hidden = Layer(
        width, ACTIVATIONS[activation], bias=False, weights=frozen(np.full((width, 1), 1e10))
    )
    top = Layer(1, ACTIVATIONS["sigmoid"], bias=False, weights=frozen(np.full((1, width), 1e-12)))
    return Experiment(
        Network(1, (hidden, top)),
        LOSSES["half_squared_error"],
        Data(frozen(inputs), frozen(np.full((samples, 1), 0.5))),
        GradientDescent(1e-20),
    )


def first_by_plain_stepping(described: Experiment, iterations: int) -> tuple[int, str] | None:
    reference = Reference(described)
    for iteration in range(iterations):
        for step, state in zip(
            reference.program.steps, reference.iteration(iteration)[1:], strict=True
        ):
            if not np.isfinite(state[step.writes]).all():
                return iteration, step.writes
    return None


@pytest.mark.parametrize("width", [1, 200], ids=["copied", "summed"])
@pytest.mark.parametrize("activation", ["relu", "softplus", "sigmoid", "tanh"])
def test_an_overflow_that_passes_in_the_middle_of_training_is_found(
    activation: str, width: int
) -> None:
    described = spike(activation, width=width)
    assert first_by_plain_stepping(described, 60) == (40, "z1")
    timeline = Timeline(described)
    found = timeline.train(300)
    assert found is not None
    assert (found.iteration, found.quantity, found.value) == (40, "z1", -math.inf)
    assert timeline.position == Position(40, 0)
    assert len(timeline.losses) == 40


def test_the_spike_hides_from_the_error_and_from_the_weights() -> None:
    after = Reference(spike("relu")).iteration(40)[-1]
    for name in ("E", "W1", "W2", "a1", "dW1"):
        assert np.isfinite(after[name]).all(), name
    assert np.isinf(after["z1"]).all()


def test_one_can_train_on_after_an_overflow_that_has_passed() -> None:
    timeline = Timeline(spike("relu"))
    assert timeline.train(300) is not None
    timeline.seek(Position(40, timeline.program.last))
    assert timeline.train(250) is None
    assert timeline.completed == 291


@pytest.mark.parametrize("batch", [1, 2])
def test_an_overflow_in_a_gradient_that_nothing_learns_from_is_found(batch: int) -> None:
    # δ = a - t = 1e150, and E = ½ δ²: both finite; ∂E/∂W = 1e150 · 1e160 is not.
    frozen_weight = Layer(
        1,
        ACTIVATIONS["identity"],
        weights=frozen([[0.0]]),
        biases=frozen([[1e150]]),
        weight_learning_rate=0.0,
        bias_learning_rate=1e-300,
    )
    inputs = np.zeros((6 * batch, 1))
    inputs[3 * batch] = 1e160
    described = Experiment(
        Network(1, (frozen_weight,)),
        LOSSES["half_squared_error"],
        Data(frozen(inputs), frozen(np.zeros((6 * batch, 1)))),
        batch_size=batch,
    )
    assert first_by_plain_stepping(described, 6) == (3, "dW1")
    after = Reference(described).iteration(5)[-1]
    assert all(np.isfinite(array).all() for array in after.values())
    found = Timeline(described).train(6)
    assert found is not None
    assert (found.iteration, found.quantity) == (3, "dW1")


@pytest.mark.parametrize(
    ("optimizer", "rate"), [("gradient_descent", 40.0), ("momentum", 40.0), ("adam", 1e200)]
)
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_training_finds_what_stepping_finds(
    optimizer: str, rate: float, batch: int, seed: int
) -> None:
    described = experiment(
        (2, 3, 2), "relu", "identity", samples=5, batch=batch, seed=seed,
        optimizer=replace(OPTIMIZERS[optimizer], learning_rate=rate),
    )  # fmt: skip
    expected = first_by_plain_stepping(described, 700)
    found = Timeline(described).train(700)
    assert (found and (found.iteration, found.quantity)) == expected


def test_a_square_that_overflows_in_adam_is_found() -> None:
    described = experiment((1, 1), "identity", "identity", samples=2, optimizer=Adam(1e-3))
    inputs = np.array([[1e-3], [1e160]])
    top = replace(described.network.layers[0], weights=frozen([[1e-3]]))
    described = Experiment(
        Network(1, (top,)), LOSSES["half_squared_error"],
        Data(frozen(inputs), frozen([[0.0], [1e-3]])), Adam(1e-3),
    )  # fmt: skip
    expected = first_by_plain_stepping(described, 4)
    found = Timeline(described).train(4)
    assert found is not None
    assert (found.iteration, found.quantity) == expected


def test_a_run_that_stays_finite_is_never_stepped_through(monkeypatch: pytest.MonkeyPatch) -> None:
    # Saturated sigmoids overflow inside: e^-z is infinite where the quotient is 0, and right.
    layers = (
        Layer(2, ACTIVATIONS["sigmoid"], weights=frozen([[-1e4, 0.1], [1e4, 0.2]])),
        Layer(1, ACTIVATIONS["sigmoid"], weights=frozen([[1.0, 1.0]])),
    )
    described = experiment((2, 2, 1), layers=layers, samples=4)
    timeline = Timeline(described)
    looked: list[int] = []
    monkeypatch.setattr(timeline, "_non_finite_in", looked.append)
    assert timeline.train(2000) is None
    assert looked == []


def test_rows_have_one_width_for_batches_of_all_sizes() -> None:
    described = experiment((2, 3, 2), samples=5, batch=2)
    replay = Timeline(described).replay_of(0)
    assert replay.approach(0, 1)
    runner, rows = replay._runner, list[bytes]()
    runner.run(0, 6, rows)
    table = runner.table(rows)
    assert table.shape == (6, runner.width)
    assert table[:, 0].tolist() == Reference(described).losses(6)
    assert np.isfinite(table).all()


# What is said


def test_everything_there_is_to_say_of_it() -> None:
    timeline = Timeline(spike("relu"))
    found = timeline.train(300)
    assert found is not None
    assert (found.quantity, found.place, found.sample) == ("z1", (0,), 0)
    assert found.is_infinite
    told = explain(timeline)
    assert told is not None
    assert told.found.sentence() == found.sentence()
    assert told.frame.position == Position(40, 0)
    assert told.last_finite == Position(39, timeline.program.last)
    frame = timeline.frame()
    with np.errstate(all="ignore"):
        assert told.equation.indexed.evaluate(frame.operands(found.sample)) == -math.inf
    assert told.learning_rate == 1e-20
    assert told.lower_rate == pytest.approx(1e-21)
    back = timeline.seek(told.last_finite)
    assert all(np.isfinite(array).all() for array in back.after.values())
    assert explain(timeline) is None


def test_the_last_finite_step_may_be_of_the_same_iteration_or_the_start() -> None:
    timeline = Timeline(
        experiment((2, 3, 2), "identity", "identity", optimizer=GradientDescent(3.0))
    )
    found = timeline.train(5000)
    assert found is not None
    told = explain(timeline)
    assert told is not None
    assert told.last_finite == Position(found.iteration, found.step.index - 1)
    at_once = Timeline(spike("relu", at=0))
    at_once.train(1)
    assert explain(at_once).last_finite == START


@pytest.mark.parametrize("granularity", [Granularity.PHASE, Granularity.ITERATION])
def test_running_on_in_large_steps_stops_at_an_overflow_within_one(
    granularity: Granularity,
) -> None:
    timeline = Timeline(spike("sigmoid"))  # a = 0 where z = -∞: the end of the phase looks well.
    timeline.seek(Position(39, timeline.program.last))
    frame = timeline.run_on_to(timeline.next_stop(granularity))
    assert frame.position == timeline.newest == Position(40, 0)
    assert len(timeline.losses) == 40
    # One may go on from there, as one may train on.
    last = Position(41, timeline.program.last)
    assert timeline.run_on_to(last).position == last


def test_what_stopped_being_finite_is_told_from_wherever_one_goes_on_to() -> None:
    timeline = Timeline(spike("sigmoid"))
    timeline.seek(Position(39, timeline.program.last))
    assert explain(timeline) is None
    timeline.seek(Position(40, 0))
    assert timeline.non_finite_so_far() is not None
    for place in (Position(40, 3), Position(50, 2)):
        timeline.seek(place)
        told = explain(timeline)
        assert told is not None
        assert (told.found.iteration, told.found.quantity) == (40, "z1")
        assert told.last_finite == Position(39, timeline.program.last)
        assert timeline.position == place


def test_a_weight_is_of_no_sample_and_a_long_sum_is_cut_short() -> None:
    layer = Layer(1, ACTIVATIONS["identity"], bias=False, weights=frozen([[3000.0]]))
    described = experiment((1, 1), layers=(layer,), samples=1, optimizer=GradientDescent(1e308))
    found = Timeline(described).train(1)
    assert (found.quantity, found.place, found.sample) == ("W1", (0, 0), None)
    wide = Timeline(spike("relu", width=50))
    wide.train(300)
    wide.seek(Position(40, 2))
    sum_of_z2 = wide.frame().short_equation((0,)).indexed
    assert isinstance(sum_of_z2, Add)
    assert len(sum_of_z2.parts) < 50


def test_a_rate_to_try_is_a_tenth_and_at_most_a_tenth_of_one() -> None:
    assert lower_rate(0.5) == pytest.approx(0.05)
    assert lower_rate(1e300) == 0.1
    assert lower_rate(0.0) is None
    assert lower_rate(-1.0) is None


def test_an_edit_before_it_makes_the_run_finite_again() -> None:
    timeline = Timeline(spike("relu"))
    assert timeline.first_non_finite(100).iteration == 40
    assert timeline.first_non_finite(40) is None
    edited = timeline.edited(Edit(30, "input", (40, 0), 0.5))
    assert edited.first_non_finite(100) is None
    kept = timeline.edited(Edit(60, "input", (0, 0), 0.25))
    assert kept.first_non_finite(100).iteration == 40
    assert timeline.position == START


# Suspects


def test_suspected_iterations_are_found_in_their_order() -> None:
    suspects = Suspects(10)
    for iteration in (9, 12, 13, 14, 20):
        suspects.add(iteration)
    suspects.know_until(25)
    suspects.add(22)
    assert [suspects.next_from(each) for each in (10, 12, 13, 14, 15, 20, 21)] == [
        12, 12, 13, 14, 20, 20, None
    ]  # fmt: skip


def test_too_many_stretches_become_fewer_and_lose_nothing() -> None:
    suspects = Suspects(0)
    for iteration in range(0, 50_000, 2):
        suspects.add(iteration)
    assert len(suspects._starts) <= 10_000
    assert all(suspects.next_from(iteration) == iteration for iteration in range(0, 50_000, 998))
    assert suspects.next_from(50_001) is None
