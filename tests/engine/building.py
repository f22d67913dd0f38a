"""Experiments for the tests, and the plain reference run they are held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.activations import ACTIVATIONS
from engine.arrays import Array, frozen
from engine.datasets import Data, batch_order
from engine.edits import Edit
from engine.experiment import Experiment, Layer, Network
from engine.expression import quantity
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent, Momentum, Optimizer
from engine.position import Element
from engine.program import Granularity, Program, compile_program, initial_values
from engine.state import State

# Every loss with the activations it can follow at the top.
PAIRS = [
    *((name, "half_squared_error") for name in ACTIVATIONS),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "binary_cross_entropy"),
    ("softmax", "cross_entropy"),
]
OPTIMIZERS = {
    "gradient_descent": GradientDescent(0.5),
    "momentum": Momentum(0.1, 0.9),
    "adam": Adam(0.05),
}


def experiment(
    sizes: Sequence[int] = (2, 3, 2),
    hidden: str = "sigmoid",
    output: str = "sigmoid",
    loss: str = "half_squared_error",
    optimizer: Optimizer | None = None,
    *,
    samples: int = 4,
    batch: int = 1,
    shuffle: bool = False,
    bias: bool = True,
    seed: int = 0,
    layers: tuple[Layer, ...] | None = None,
) -> Experiment:
    """A network on random data with one-hot targets; no weight and no bias starts at 0."""
    generator = np.random.default_rng(seed)
    if layers is None:
        layers = tuple(
            Layer(
                m,
                ACTIVATIONS[output if l == len(sizes) - 1 else hidden],
                bias=bias,
                weights=frozen(generator.normal(0.0, 0.8, (m, n))),
                biases=frozen(generator.normal(0.0, 0.5, (m, 1))) if bias else None,
            )
            for l, (n, m) in enumerate(pairwise(sizes), start=1)
        )
    data = Data(
        frozen(generator.normal(0.0, 1.0, (samples, sizes[0]))),
        frozen(np.eye(sizes[-1])[generator.integers(sizes[-1], size=samples)]),
    )
    return Experiment(
        network=Network(sizes[0], layers),
        loss=LOSSES[loss],
        data=data,
        optimizer=optimizer or GradientDescent(0.5),
        batch_size=batch,
        shuffle=shuffle,
        seed=seed,
    )


def by_hand(biases: str = "frozen", learning_rate: float = 0.5) -> Experiment:
    """The 2-2-2 example of notation.md; biases: frozen, trainable, or none."""
    sigmoid, rate = ACTIVATIONS["sigmoid"], 0.0 if biases == "frozen" else None

    def layer(weights: npt.ArrayLike, bias: float) -> Layer:
        if biases == "none":
            return Layer(2, sigmoid, bias=False, weights=frozen(weights))
        return Layer(
            2,
            sigmoid,
            weights=frozen(weights),
            biases=frozen([[bias], [bias]]),
            bias_learning_rate=rate,
        )

    return Experiment(
        network=Network(
            2,
            (layer([[0.15, 0.20], [0.25, 0.30]], 0.35), layer([[0.40, 0.45], [0.50, 0.55]], 0.60)),
        ),
        loss=LOSSES["half_squared_error"],
        data=Data(frozen([[0.05, 0.10]]), frozen([[0.01, 0.99]])),
        optimizer=GradientDescent(learning_rate),
    )


@dataclass
class Reference:
    """An uninterrupted run: Steps applied one by one, batches cut out of the data by hand.

    states[i]: the States of iteration i, the first from before its first Step. programs[i] and
    settings[i]: what it was run by; program and experiment are those of the iterations to come.
    """

    experiment: Experiment
    program: Program = field(init=False)
    states: list[list[State]] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    settings: list[Experiment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.program = compile_program(self.experiment)
        self._values = initial_values(self.program, self.experiment.start_values)

    def iteration(self, index: int) -> list[State]:
        while len(self.states) <= index:
            a0, t = self._batch(len(self.states))
            states = [State({"a0": frozen(a0), "t": frozen(t), **self._values})]
            for step in self.program.steps:
                states.append(step.apply(states[-1]))
            self.states.append(states)
            self.programs.append(self.program)
            self.settings.append(self.experiment)
            self._values = {name: states[-1][name] for name in self._values}
        return self.states[index]

    def program_of(self, iteration: int) -> Program:
        return self.programs[iteration] if iteration < len(self.programs) else self.program

    def edited(self, edit: Edit) -> Reference:
        """The run with one number changed by hand at the start of an iteration."""
        at, other = edit.iteration, copy(self)
        start = self.iteration(at)[0]
        other.states, other.programs = self.states[:at], self.programs[:at]
        other.settings, other.experiment = self.settings[:at], self.settings[at]
        other._values = {name: start[name] for name in start if name not in ("a0", "t")}
        other._change(edit)
        return other

    def _change(self, edit: Edit) -> None:
        own, data = self.experiment, self.experiment.data
        if edit.what == "learning_rate":
            own = replace(own, optimizer=replace(own.optimizer, learning_rate=edit.value))
        elif edit.what == "input":
            data = replace(data, inputs=_with(data.inputs, edit.element, edit.value), name=None)
        elif edit.what == "target":
            data = replace(data, targets=_with(data.targets, edit.element, edit.value), name=None)
        else:
            shape = self._values[edit.what].shape
            element = edit.element if len(edit.element) == 2 else (*edit.element, shape[1] - 1)
            self._values[edit.what] = _with(self._values[edit.what], element, edit.value)
        self.experiment = replace(own, data=data)
        self.program = compile_program(self.experiment)
        self._values = initial_values(self.program, self._values)

    def losses(self, count: int) -> list[float]:
        return [float(self.iteration(index)[-1]["E"]) for index in range(count)]

    def _batch(self, iteration: int) -> tuple[Array, Array]:
        data, size = self.experiment.data, self.experiment.batch_size
        per_epoch = -(-data.samples // size)
        epoch, within = divmod(iteration, per_epoch)
        order = np.arange(data.samples)
        if self.experiment.shuffle:
            order = batch_order(self.experiment.seed, epoch, data.samples)
        rows = order[within * size : (within + 1) * size]
        return data.inputs[rows].T, data.targets[rows].T


def _with(array: Array, element: tuple[int, ...], value: float) -> Array:
    changed = array.copy()
    changed[element] = value
    return frozen(changed)


def assert_same_state(found: State, expected: State) -> None:
    """Bitwise: the same names, and in each the same bits."""
    assert set(found) == set(expected)
    for name, array in expected.items():
        assert found[name].shape == array.shape, name
        assert found[name].tobytes() == array.tobytes(), name


# Stops, listed in full: the plain counterpart of engine.program.Stops.


def all_elements(program: Program, step: int) -> list[Element]:
    """The elements a Step writes (of one column), in the order they are shown."""
    name = program.steps[step].writes
    shape = program.shape(name, 1)
    if not shape:
        return [()]
    if quantity(name).is_weight_shaped:
        return [(j, i) for j in range(shape[0]) for i in range(shape[1])]
    return [(j,) for j in range(shape[0])]


def shown(program: Program, step: int, element: Element) -> int:
    """How many elements are shown once a cursor has come to `element`, counted one by one."""
    every = all_elements(program, step)
    return sum(1 for each in every if each[: len(element)] <= element) if element else len(every)


def all_stops(program: Program, granularity: Granularity) -> list[tuple[int, Element]]:
    """The stops of one iteration, in order."""
    stops: list[tuple[int, Element]] = []
    for step in program.steps:
        elements = all_elements(program, step.index)
        if granularity is Granularity.WEIGHT:
            stops += [(step.index, each) for each in elements]
        elif granularity is Granularity.UNIT:
            stops += [(step.index, row) for row in dict.fromkeys(each[:1] for each in elements)]
        elif granularity is Granularity.LAYER:
            stops.append((step.index, ()))
        elif granularity is Granularity.PHASE:
            following = program.steps[step.index + 1 : step.index + 2]
            if not following or following[0].phase is not step.phase:
                stops.append((step.index, ()))
        elif step.index == len(program) - 1:
            stops.append((step.index, ()))
    return stops


def every_combination(*names: Iterable[str]) -> list[tuple[str, ...]]:
    """All tuples of one name from each."""
    combined: list[tuple[str, ...]] = [()]
    for choices in names:
        each = list(choices)
        combined = [(*so_far, name) for so_far in combined for name in each]
    return combined
