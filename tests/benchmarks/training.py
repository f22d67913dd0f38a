"""Training: iterations a second of Timeline.train against PyTorch eager and hand-written NumPy.

All contenders take turns in short rounds, so that whatever else the machine does touches them
alike; a ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from statistics import median
from time import perf_counter

import numpy as np

from engine.activations import ACTIVATIONS
from engine.experiment import Experiment
from engine.timeline import Timeline

from .hand_loop import HandLoop
from .networks import TASKS, Task
from .table import Row, at_least

_ROUNDS = 25
_COMPARED = 100
_OVER_HAND_LOOP = 0.8
_SLOW = ("torch", "sklearn")
NO_TORCH = (
    "PyTorch is not installed, so the rows against it are left out; "
    "`pip install -r requirements/bench.txt` gets it."
)

Contender = Callable[[int], object]


def rows() -> list[Row]:
    """Four rows against PyTorch where it is installed, then eight against NumPy."""
    against_torch: list[Row] = []
    against_sklearn: list[Row] = []
    against_numpy: list[Row] = []
    for task in TASKS:
        contenders = _contenders(task)
        times = _take_turns(task, contenders)
        if "torch" in times:
            row = _row("PyTorch eager", task, times, "torch", task.over_pytorch)
            against_torch.append(row)
        against_numpy += [
            _row("hand-written NumPy", task, times, "hand", _OVER_HAND_LOOP),
            _row("hand-written NumPy without E", task, times, "hand without E", None),
        ]
        against_sklearn += _over_sklearn(task)
    return against_torch + against_sklearn + against_numpy


def _over_sklearn(task: Task) -> list[Row]:
    """Identity outputs, which are the only ones its regressor has; the weights have to agree."""
    try:
        from .sklearn_loop import SklearnLoop
    except ModuleNotFoundError:
        return []
    experiment = task.experiment()
    layers = experiment.network.layers
    identity = replace(layers[-1], activation=ACTIVATIONS["identity"])
    network = replace(experiment.network, layers=(*layers[:-1], identity))
    experiment = replace(experiment, network=network)
    # With the weights given, so that the other initializer of an identity layer does not matter.
    experiment = experiment.with_weights(task.experiment().start_values)
    peer, ours = SklearnLoop(experiment), Timeline(experiment)
    peer.run(_COMPARED)
    ours.train(_COMPARED)
    trained = ours.trained_experiment().start_values
    for layer, weights in enumerate(peer.weights(), start=1):
        np.testing.assert_allclose(weights, trained[f"W{layer}"], rtol=1e-9, atol=1e-12)
    times = _take_turns(task, {"ours": ours.train, "sklearn": peer.run})
    return [_row("scikit-learn", task, times, "sklearn", None)]


def _row(
    peer: str, task: Task, times: dict[str, list[float]], key: str, wanted: float | None
) -> Row:
    ratio = median(other / own for own, other in zip(times["ours"], times[key], strict=True))
    ours, other = median(times["ours"]), median(times[key])
    return at_least(
        f"training {task.title}, over {peer}", _speed(ours), _speed(other), ratio, wanted
    )


def _speed(seconds: float) -> str:
    return f"{1e6 * seconds:.1f} µs, {1.0 / seconds:,.0f}/s"


def _take_turns(task: Task, contenders: dict[str, Contender]) -> dict[str, list[float]]:
    """Seconds an iteration, by contender and round; the first round warms up and is dropped."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    gc.disable()
    names = list(contenders)
    for number in range(_ROUNDS + 1):
        # Who comes first changes: PyTorch's threads spin for a while after its round, and would
        # always take a core from the same one.
        first = number % len(names)
        for name in names[first:] + names[:first]:
            run = contenders[name]
            contenders[name](task.iterations // 8)  # Out of the last one's wake, unmeasured.
            iterations = task.iterations // 4 if name in _SLOW else task.iterations
            start = perf_counter()
            run(iterations)
            times[name].append((perf_counter() - start) / iterations)
    gc.enable()
    return {name: taken[1:] for name, taken in times.items()}


def _contenders(task: Task) -> dict[str, Contender]:
    """Who runs, after it has been seen that they compute the same."""
    experiment = task.experiment()
    expected = _own_losses(experiment)
    hand, silent = HandLoop(experiment), HandLoop(experiment, with_error=False)
    _expect_same(_hand_losses(hand, experiment), expected, 1e-12, "the hand-written loop")
    _run_hand(silent, experiment)(_COMPARED)
    np.testing.assert_array_equal(silent.parameters, hand.parameters)
    contenders: dict[str, Contender] = {
        "ours": Timeline(experiment).train,
        "hand": _run_hand(hand, experiment),
        "hand without E": _run_hand(silent, experiment),
    }
    try:
        from .torch_loop import TorchLoop
    except ModuleNotFoundError:
        return contenders
    torch_loop = TorchLoop(experiment)
    # Sums are taken in another order, and a hundred iterations carry the rounding on.
    _expect_same(torch_loop.losses(_COMPARED), expected, 1e-10, "PyTorch")
    return {**contenders, "torch": torch_loop.run}


def _own_losses(experiment: Experiment) -> list[float]:
    timeline = Timeline(experiment)
    timeline.train(_COMPARED)
    return timeline.losses.tolist()


def _hand_losses(loop: HandLoop, experiment: Experiment) -> list[float]:
    errors: list[float] = []
    loop.run(islice(cycle(_batches(experiment)), _COMPARED), errors)
    return errors


def _run_hand(loop: HandLoop, experiment: Experiment) -> Contender:
    batches = _batches(experiment)
    return lambda iterations: loop.run(islice(cycle(batches), iterations), [])


def _batches(experiment: Experiment) -> list[tuple[np.ndarray, np.ndarray]]:
    size, data = experiment.batch_size, experiment.data
    return [
        (
            np.ascontiguousarray(data.inputs[start : start + size].T),
            np.ascontiguousarray(data.targets[start : start + size].T),
        )
        for start in range(0, data.samples, size)
    ]


def _expect_same(found: list[float], expected: list[float], rtol: float, who: str) -> None:
    np.testing.assert_allclose(
        found, expected, rtol=rtol, atol=0.0, err_msg=f"{who} computes other losses than ours"
    )
