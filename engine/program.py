"""One training iteration as a program: a flat sequence of Steps, and the stops within it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

import numpy as np

from engine.arrays import Array
from engine.experiment import Experiment
from engine.expression import Equation, Expression, Multiply, Quantity, Term, quantity
from engine.operations import (
    Activate,
    ActivationBackward,
    Affine,
    BackPropagate,
    BiasGradient,
    LossGradient,
    LossValue,
    Operation,
    WeightGradient,
    Where,
)
from engine.optimizers import COUNTER, Count
from engine.position import Element
from engine.site import Letters, Site, letters_of
from engine.state import State


class Phase(StrEnum):
    """The four phases of an iteration, in their order."""

    FORWARD = "forward"
    DELTA = "delta"
    GRADIENT = "gradient"
    UPDATE = "update"


class Granularity(StrEnum):
    """How far one step goes."""

    WEIGHT = "weight"
    UNIT = "unit"
    LAYER = "layer"
    PHASE = "phase"
    ITERATION = "iteration"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Step:
    """One named array, written once in an iteration by one Operation.

    layer: the layer it belongs to; None for the optimizer's count of iterations.
    """

    index: int
    phase: Phase
    layer: int | None
    writes: str
    reads: tuple[str, ...]
    operation: Operation

    def apply(self, state: State) -> State:
        """A new State in which this Step has been done; `state` stays as it is."""
        value = self.operation.compute(*(state[name] for name in self.reads))
        return state.with_value(self.writes, value)


class Program:
    """The Steps of one iteration.

    layer_sizes: units of layers 0 … L. carried: the names that one iteration hands to the next
    (weights, biases, the optimizer's slots).
    """

    def __init__(self, steps: Iterable[Step], layer_sizes: tuple[int, ...]) -> None:
        self.steps = tuple(steps)
        self.layer_sizes = layer_sizes
        self.carried = tuple(
            dict.fromkeys(step.writes for step in self.steps if step.phase is Phase.UPDATE)
        )
        self._index = {step.writes: step.index for step in self.steps}
        self._stops: dict[Granularity, Stops] = {}

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def last(self) -> int:
        """The index of the last Step."""
        return len(self.steps) - 1

    @property
    def layers(self) -> int:
        """L, the number of layers that compute."""
        return len(self.layer_sizes) - 1

    def has_bias(self, layer: int) -> bool:
        """Whether a layer has biases."""
        return f"db{layer}" in self._index

    def step_writing(self, name: str) -> Step | None:
        """The Step that writes `name`; None for inputs, targets and frozen parameters."""
        index = self._index.get(name)
        return None if index is None else self.steps[index]

    def shape(self, name: str, batch: int) -> tuple[int, ...]:
        """The shape of a quantity for batches of `batch` samples."""
        what = quantity(name)
        if name == "t":
            return self.layer_sizes[-1], batch
        if what.layer is None:
            return ()
        n = self.layer_sizes[what.layer]
        if what.is_weight_shaped:
            return n, self.layer_sizes[what.layer - 1]
        return (n, 1) if what.is_bias_shaped else (n, batch)

    def stops(self, granularity: Granularity) -> Stops:
        """Where a cursor stops within one iteration. Epochs stop where iterations do."""
        if granularity not in self._stops:
            self._stops[granularity] = Stops(self, granularity)
        return self._stops[granularity]

    @cached_property
    def last_of_phase(self) -> dict[Phase, int]:
        """The index of each phase's last Step; a phase without Steps is left out."""
        return {step.phase: step.index for step in self.steps}

    def site(self, step: Step, element: Element | None, batch: int) -> Site:
        """Where the equation of `step` is written: for `element`, or with letters for None."""
        layer = step.layer or 0
        letters = letters_of(layer, self.layers) if layer else Letters("", "", "")
        above = self.layer_sizes[layer + 1] if layer < self.layers else 0
        unit, below = (*(element or ()), 0, 0)[:2]
        return Site(
            generic=element is None,
            unit=letters.unit if element is None else unit,
            below=letters.below if element is None else below,
            letters=letters,
            units=self.layer_sizes[layer],
            units_below=self.layer_sizes[layer - 1] if layer else 0,
            units_above=above,
            batch=batch,
        )

    def equation(self, step: Step, element: Element, batch: int) -> Equation:
        """What `step` does to one element: (unit,), (to, from), or () for a scalar.

        In δ of an elementwise activation, ∂E/∂a is written out, as in the seed:
        δ_k = (a_k - t_k) g′(z_k) and δ_j = g′(z_j) Σ_k δ_k w_jk.
        """
        here, general = self.site(step, element, batch), self.site(step, None, batch)
        return Equation(
            relation=step.operation.relation,
            target=_target(quantity(step.writes), here),
            indexed=self._written_out(step, here),
            rule_target=_target(quantity(step.writes), general),
            rule=self._written_out(step, general),
            matrix_target=Term(step.writes),
            matrix=self._matrix_written_out(step, general),
            where=self._where(step, general),
        )

    def lit(self, step: Step, element: Element, batch: int) -> tuple[Term, ...]:
        """What `step` writes and reads at a stop: the written term first.

        A letter for an index stands for all of that axis, so this stays short however wide the
        layer is.
        """
        general = self.site(step, None, batch)
        unit = element[0] if element else general.unit
        below = element[1] if len(element) > 1 else general.below
        here = replace(general, unit=unit, below=below)
        trees = [self._written_out(step, here)]
        for pair in self._where(step, here):
            trees += pair
        read = dict.fromkeys(term for tree in trees for term in tree.terms())
        return _target(quantity(step.writes), here), *read

    def _written_out(self, step: Step, site: Site) -> Expression:
        operation = step.operation
        tree = operation.expression(site, step.reads)
        if not isinstance(operation, ActivationBackward) or not operation.activation.elementwise:
            return tree
        error = self.step_writing(step.reads[0])
        assert error is not None
        written = error.operation.expression(site, error.reads)
        factors = tree.parts if isinstance(tree, Multiply) else (tree,)
        if step.layer != self.layers:
            factors = (*factors[1:], factors[0])
        parts = tuple(
            each.substitute(lambda term: written if term.name == error.writes else None)
            for each in factors
        )
        return parts[0] if len(parts) == 1 else Multiply(parts)

    def _matrix_written_out(self, step: Step, site: Site) -> Expression:
        tree = step.operation.matrix(step.reads, site)
        operation = step.operation
        if not isinstance(operation, ActivationBackward) or not operation.activation.elementwise:
            return tree
        error = self.step_writing(step.reads[0])
        assert error is not None
        written = error.operation.matrix(error.reads, site)
        return tree.substitute(lambda term: written if term.name == error.writes else None)

    def _where(self, step: Step, site: Site) -> Where:
        return step.operation.where(site, step.reads)


def _target(what: Quantity, site: Site) -> Term:
    if what.is_weight_shaped:
        return Term(what.name, (site.unit, site.below))
    if what.is_bias_shaped:
        return Term(what.name, (site.unit,))
    if what.layer is None:
        return Term(what.name)
    return Term(what.name, (site.unit,))


class Stops:
    """The sorted stops (step, element) of one granularity within one iteration.

    They are counted rather than listed: a wide layer has hundreds of thousands. Weights stop at
    each element of a weight-shaped quantity and at each unit of the others; units at each row;
    layers at each Step; phases and iterations at their last Step. Element () is a whole Step.
    """

    def __init__(self, program: Program, granularity: Granularity) -> None:
        counts = [0] * len(program)
        self._shapes: list[tuple[int, int] | None] = [None] * len(program)
        for step in program.steps:
            rows, columns = (*program.shape(step.writes, 1), 1, 1)[:2]
            if granularity is Granularity.WEIGHT and quantity(step.writes).is_weight_shaped:
                self._shapes[step.index] = rows, columns
                counts[step.index] = rows * columns
            elif granularity in (Granularity.WEIGHT, Granularity.UNIT):
                self._shapes[step.index] = (rows, 0) if program.shape(step.writes, 1) else None
                counts[step.index] = rows
            elif granularity is Granularity.LAYER:
                counts[step.index] = 1
        if granularity is Granularity.PHASE:
            for index in program.last_of_phase.values():
                counts[index] = 1
        elif granularity in (Granularity.ITERATION, Granularity.EPOCH):
            counts[program.last] = 1
        self._counts = counts
        self._first = [0, *accumulate(counts)]
        self._program = program

    def __len__(self) -> int:
        return self._first[-1]

    def __getitem__(self, ordinal: int) -> tuple[int, Element]:
        if not 0 <= ordinal < len(self):
            raise IndexError(ordinal)
        step = bisect_right(self._first, ordinal) - 1
        shape, within = self._shapes[step], ordinal - self._first[step]
        if shape is None:
            return step, ()
        columns = shape[1]
        return step, divmod(within, columns) if columns else (within,)

    def after(self, step: int, element: Element) -> int | None:
        """The ordinal of the first stop later than (step, element); None at the end."""
        ordinal = self._at_or_before(step, element) + 1
        return ordinal if ordinal < len(self) else None

    def before(self, step: int, element: Element) -> int | None:
        """The ordinal of the last stop earlier than (step, element); None at the start."""
        ordinal = self._at_or_before(step, element)
        if ordinal >= 0 and not self._earlier(self[ordinal], (step, element)):
            ordinal -= 1
        return ordinal if ordinal >= 0 else None

    def _earlier(self, stop: tuple[int, Element], here: tuple[int, Element]) -> bool:
        return (stop[0], revealed(self._program, *stop)) < (here[0], revealed(self._program, *here))

    def _at_or_before(self, step: int, element: Element) -> int:
        """The ordinal of the last stop not later than (step, element); -1 if there is none."""
        if step < 0:
            return -1
        count, shape = self._counts[step], self._shapes[step]
        if not count:
            return self._first[step] - 1
        done = revealed(self._program, step, element)
        if shape is None:
            whole = revealed(self._program, step, ())
            return self._first[step] if done == whole else self._first[step] - 1
        rows, columns = shape
        per_stop = max(1, revealed(self._program, step, ()) // (rows * (columns or 1)))
        return self._first[step] + done // per_stop - 1


def revealed(program: Program, step: int, element: Element) -> int:
    """How many elements (of one column) `step` has shown when the cursor stands on `element`."""
    rows, columns = (*program.shape(program.steps[step].writes, 1), 1, 1)[:2]
    if not element:
        return rows * columns
    if len(element) == 1:
        return (element[0] + 1) * columns
    return element[0] * columns + element[1] + 1


def compile_program(experiment: Experiment) -> Program:
    """The Steps of one iteration of `experiment`.

    All of a phase ends before the next begins, and all updates come last: every δ reads the
    weights from before the update. Source: notation.md, the four phases.
    """
    steps: list[Step] = []

    def add(
        phase: Phase, layer: int | None, writes: str, reads: tuple[str, ...], what: Operation
    ) -> None:
        steps.append(Step(len(steps), phase, layer, writes, reads, what))

    layers = experiment.network.layers
    top = len(layers)
    for l, layer in enumerate(layers, start=1):
        biases = (f"b{l}",) if layer.bias else ()
        add(Phase.FORWARD, l, f"z{l}", (f"W{l}", f"a{l - 1}", *biases), Affine())
        confined = l == top and experiment.loss.needs_logarithms
        add(Phase.FORWARD, l, f"a{l}", (f"z{l}",), Activate(layer.activation, confined))
    add(Phase.FORWARD, top, "E", (f"a{top}", "t"), LossValue(experiment.loss))

    for l in range(top, 0, -1):
        if l == top:
            add(Phase.DELTA, l, f"da{l}", (f"a{l}", "t"), LossGradient(experiment.loss))
        else:
            add(Phase.DELTA, l, f"da{l}", (f"W{l + 1}", f"delta{l + 1}"), BackPropagate())
        backward = ActivationBackward(layers[l - 1].activation)
        add(Phase.DELTA, l, f"delta{l}", (f"da{l}", f"z{l}", f"a{l}"), backward)

    for l, layer in enumerate(layers, start=1):
        add(Phase.GRADIENT, l, f"dW{l}", (f"delta{l}", f"a{l - 1}"), WeightGradient())
        if layer.bias:
            add(Phase.GRADIENT, l, f"db{l}", (f"delta{l}",), BiasGradient())

    if experiment.optimizer.counts_iterations:
        add(Phase.UPDATE, None, COUNTER, (COUNTER,), Count())
    for l in range(1, top + 1):
        for parameter in experiment.parameters_of(l):
            rate = experiment.rate_of(parameter)
            if not rate.any():
                continue  # Frozen: nothing is written, so there is no Step.
            for update in experiment.optimizer.updates(parameter, rate):
                add(Phase.UPDATE, l, update.writes, update.reads, update.operation)
    return Program(steps, experiment.network.sizes)


def initial_values(program: Program, start: Mapping[str, Array]) -> dict[str, Array]:
    """What is carried into iteration 0: `start`'s parameters, and zeros for the slots."""
    values = dict(start)
    for name in program.carried:
        if name not in values:
            values[name] = np.zeros(program.shape(name, 1))
    return values
