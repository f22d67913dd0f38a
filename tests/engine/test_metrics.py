"""How a run does over its iterations, held against plain NumPy on an uninterrupted run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.classification import is_classification, is_one_hot, wrong
from engine.datasets import Data
from engine.edits import Edit
from engine.experiment import Experiment
from engine.metrics import MOST_POINTS, Metrics, Point, mean_per_epoch
from engine.position import Position
from engine.timeline import Timeline
from tests.engine.building import OPTIMIZERS, Reference, experiment


def with_held_out(described: Experiment, samples: int = 6) -> Experiment:
    generator = np.random.default_rng(11)
    data = described.data
    classes = generator.integers(data.targets.shape[1], size=samples)
    held_out = Data(
        data.inputs,
        data.targets,
        held_out_inputs=frozen(generator.normal(0.0, 1.0, (samples, data.inputs.shape[1]))),
        held_out_targets=frozen(np.eye(data.targets.shape[1])[classes]),
    )
    return replace(described, data=held_out)


RUNS = {
    "sigmoid": with_held_out(experiment((2, 3, 2), samples=9, batch=2, shuffle=True)),
    "softmax": with_held_out(
        experiment((3, 4, 3), "tanh", "softmax", "cross_entropy", samples=8, batch=3)
    ),
    "one output": with_held_out(
        experiment((2, 2, 1), samples=5, optimizer=OPTIMIZERS["adam"], bias=False)
    ),
    "nothing held out": experiment((2, 3, 2), samples=5),
}


@pytest.fixture(params=RUNS.values(), ids=RUNS)
def described(request: pytest.FixtureRequest) -> Experiment:
    found: Experiment = request.param
    return found


def finished(metrics: Metrics) -> tuple[Point, ...]:
    for _ in range(100_000):
        if not metrics.advance():
            return metrics.points
    raise AssertionError("there was always more to do")


def answers(described: Experiment, state, inputs: np.ndarray) -> np.ndarray:
    """The outputs (N, n_L) for rows of inputs, as one would write them down."""
    a = inputs.T
    for l, layer in enumerate(described.network.layers, start=1):
        z = state[f"W{l}"] @ a + (state[f"b{l}"] if layer.bias else 0.0)
        match layer.activation.name:
            case "sigmoid":
                a = 1.0 / (1.0 + np.exp(-z))
            case "tanh":
                a = np.tanh(z)
            case "softmax":
                a = np.exp(z) / np.exp(z).sum(axis=0)
    return a.T


def part_right(outputs: np.ndarray, targets: np.ndarray) -> float:
    if targets.shape[1] == 1:
        return float(np.mean([(a >= 0.5) == (t == 1.0) for a, t in zip(outputs, targets)]))  # noqa: B905
    return float(np.mean([np.argmax(a) == np.argmax(t) for a, t in zip(outputs, targets)]))  # noqa: B905


def mean_error(described: Experiment, outputs: np.ndarray, targets: np.ndarray) -> float:
    if described.loss.name == "cross_entropy":
        return float(-(targets * np.log(outputs)).sum() / len(targets))
    return float(0.5 * ((outputs - targets) ** 2).sum() / len(targets))


def test_every_figure_is_that_of_plain_numpy(described: Experiment) -> None:
    timeline, reference = Timeline(described), Reference(described)
    timeline.train(40)
    points = finished(Metrics(timeline))
    assert [point.iteration for point in points] == list(range(40))
    data = described.data
    for point in points:
        start, end = (
            reference.iteration(point.iteration)[0],
            reference.iteration(point.iteration)[-1],
        )
        assert point.accuracy == part_right(answers(described, start, data.inputs), data.targets)
        if data.held_out_inputs is None:
            assert point.held_out_accuracy is None
            assert point.held_out_error is None
        else:
            outputs = answers(described, start, data.held_out_inputs)
            assert point.held_out_accuracy == part_right(outputs, data.held_out_targets)
            expected = mean_error(described, outputs, data.held_out_targets)
            assert point.held_out_error == pytest.approx(expected, rel=1e-12)
        for l, layer in enumerate(described.network.layers, start=1):
            squares = np.sum(end[f"dW{l}"] ** 2) + (np.sum(end[f"db{l}"] ** 2) if layer.bias else 0)
            assert point.gradient_norms[l - 1] == pytest.approx(np.sqrt(squares), rel=1e-12)


def test_pieces_of_work_leave_the_run_where_it_stands(described: Experiment) -> None:
    timeline, reference = Timeline(described), Reference(described)
    timeline.train(30)
    timeline.seek(Position(12, 3))
    metrics = Metrics(timeline)
    while metrics.advance():
        timeline.seek(Position(len(metrics.points) % 30, 2))
    assert timeline.losses.tolist() == reference.losses(30)
    assert len(metrics.points) == 30


def test_points_spread_as_the_run_grows_and_what_is_known_is_kept() -> None:
    timeline = Timeline(RUNS["sigmoid"])
    timeline.train(MOST_POINTS)
    metrics = Metrics(timeline)
    first = finished(metrics)
    assert len(first) == MOST_POINTS
    timeline.train(1)
    assert metrics.stride == 2
    second = finished(metrics)
    assert [point.iteration for point in second] == list(range(0, MOST_POINTS + 1, 2))
    assert all(point is first[point.iteration] for point in second[:-1])
    timeline.train(5000)
    third = finished(metrics)
    assert MOST_POINTS // 2 <= len(third) <= MOST_POINTS
    assert third[1].iteration == metrics.stride == 32
    assert not metrics.advance()


def test_an_edit_keeps_the_points_before_it_and_computes_those_after_anew() -> None:
    timeline = Timeline(RUNS["sigmoid"])
    timeline.train(40)
    metrics = Metrics(timeline)
    before = finished(metrics)
    edited = timeline.edited(Edit(15, "W1", (0, 0), 9.0))
    edited.train(25)
    after = Metrics(edited, former=metrics)
    assert after.points == before[:15]
    points = finished(after)
    assert points[:15] == before[:15]
    anew = Timeline(RUNS["sigmoid"]).edited(Edit(15, "W1", (0, 0), 9.0))
    anew.train(25)
    assert points == finished(Metrics(anew))
    assert points[15:] != before[15:]


def test_large_data_is_looked_at_in_many_small_pieces() -> None:
    described = with_held_out(experiment((2, 3, 2), samples=20_000), samples=9000)
    timeline = Timeline(described)
    timeline.train(1)
    metrics = Metrics(timeline)
    pieces = 0
    while metrics.advance():
        pieces += 1
    assert pieces >= 20_000 // 4096 + 9000 // 4096
    state = Reference(described).iteration(0)[0]
    outputs = answers(described, state, described.data.inputs)
    assert metrics.points[0].accuracy == part_right(outputs, described.data.targets)


def test_targets_that_are_no_classes_have_no_accuracy() -> None:
    own = RUNS["sigmoid"]
    data = replace(own.data, targets=frozen(own.data.targets * 0.9))
    timeline = Timeline(replace(own, data=data))
    timeline.train(2)
    point = finished(Metrics(timeline))[0]
    assert point.accuracy is None
    assert point.held_out_accuracy is None
    assert point.held_out_error is not None


def test_e_of_an_epoch_is_the_mean_over_its_iterations() -> None:
    losses = np.array([1.0, 2.0, 6.0, 5.0, 7.0, 9.0, 100.0])
    assert_allclose(mean_per_epoch(losses, 3), [3.0, 7.0])
    assert mean_per_epoch(losses[:2], 3).tolist() == []


def test_classes_are_told_apart_by_what_the_targets_are() -> None:
    one_hot, yes_no = np.array([[0, 1.0], [1, 0]]), np.array([[1.0, 1], [0, 1]])
    assert is_one_hot(one_hot)
    assert not is_one_hot(yes_no)
    assert not is_one_hot(np.array([[1.0], [1.0]]))
    assert is_classification(yes_no)
    assert not is_classification(np.array([[0.5]]))
    outputs = np.array([[0.4, 0.45], [0.2, 0.9]])
    assert wrong(outputs, one_hot, True).tolist() == [False, True]
    assert wrong(outputs, yes_no, False).tolist() == [True, False]
    assert wrong(np.array([[0.5]]), np.array([[1.0]]), False).tolist() == [False]
    assert wrong(np.array([[np.nan, 1.0]]), one_hot[1:], True).tolist() == [True]
