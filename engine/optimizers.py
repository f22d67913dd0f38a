"""Each optimizer in one class: its update Steps, its slots, and how each Step is written.

An update is a few pure operations on one parameter. Slots are what an optimizer remembers of a
parameter; they start at 0 and are carried from one iteration to the next like the parameter.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import ClassVar, Literal

import numpy as np

from engine.arrays import Array, frozen
from engine.expression import (
    Add,
    Apply,
    Constant,
    Divide,
    Expression,
    Multiply,
    Number,
    Power,
    Term,
    product,
    quantity,
    subtract,
)
from engine.kernels import ONE, Calls
from engine.operations import Operation
from engine.site import Site

COUNTER = "k"


@dataclass(frozen=True, slots=True)
class Update:
    """One Step of an update: what it writes, what it reads, and the operation."""

    writes: str
    reads: tuple[str, ...]
    operation: Operation


class Optimizer(ABC):
    """How parameters follow their gradients."""

    name: ClassVar[str]
    learning_rate: float
    counts_iterations: ClassVar[bool] = False

    @classmethod
    def settings(cls) -> tuple[str, ...]:
        """The names of what can be set, all of them numbers."""
        return tuple(each.name for each in fields(cls))  # type: ignore[arg-type]

    def slots(self, parameter: str) -> tuple[str, ...]:
        """The names of what is remembered of a parameter, each shaped like it."""
        return ()

    @abstractmethod
    def updates(self, parameter: str, rate: Array) -> tuple[Update, ...]:
        """The Steps that write the parameter from its gradient; rate: scalar or its shape."""


@dataclass(frozen=True, slots=True)
class GradientDescent(Optimizer):
    """W ← W - α ∘ ∂E/∂W. Source: notation.md, phase IV."""

    learning_rate: float = 0.5

    name = "gradient_descent"

    def updates(self, parameter: str, rate: Array) -> tuple[Update, ...]:
        return (Update(parameter, (parameter, f"d{parameter}"), Descend(rate)),)


@dataclass(frozen=True, slots=True)
class Momentum(Optimizer):
    """velocity ← μ velocity + ∂E/∂W; W ← W - α ∘ velocity.

    Source: Polyak, 1964, in the form of Sutskever et al., 2013, and of PyTorch's SGD (the learning
    rate multiplies the velocity, not the gradient).
    """

    learning_rate: float = 0.5
    momentum: float = 0.9

    name = "momentum"

    def slots(self, parameter: str) -> tuple[str, ...]:
        return (f"velocity_{parameter}",)

    def updates(self, parameter: str, rate: Array) -> tuple[Update, ...]:
        (velocity,) = self.slots(parameter)
        return (
            Update(velocity, (velocity, f"d{parameter}"), Accelerate(self.momentum)),
            Update(parameter, (parameter, velocity), Descend(rate)),
        )


@dataclass(frozen=True, slots=True)
class Adam(Optimizer):
    """W ← W - α m̂ / (√v̂ + ε), from running means m of the gradient and v of its square.

    m̂ = m / (1 - β₁ᵏ), v̂ = v / (1 - β₂ᵏ), with k the iterations so far. Source: Kingma and Ba, 2015,
    algorithm 1.
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    name = "adam"
    counts_iterations = True

    def slots(self, parameter: str) -> tuple[str, ...]:
        return f"m_{parameter}", f"v_{parameter}"

    def updates(self, parameter: str, rate: Array) -> tuple[Update, ...]:
        m, v = self.slots(parameter)
        gradient = f"d{parameter}"
        return (
            Update(m, (m, gradient), RunningMean("β₁", self.beta1)),
            Update(v, (v, gradient), RunningMeanOfSquares("β₂", self.beta2)),
            Update(
                parameter,
                (parameter, m, v, COUNTER),
                AdamDescend(rate, self.beta1, self.beta2, self.epsilon),
            ),
        )


OPTIMIZERS: dict[str, type[Optimizer]] = {
    each.name: each for each in (GradientDescent, Momentum, Adam)
}


class _Elementwise(Operation):
    """An update of one parameter or slot, element by element."""

    relation: ClassVar[Literal["=", "←"]] = "←"

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0]

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        return self.formula(site, *(_element(name, site) for name in reads))

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        return self.formula(None, *(Term(name) for name in reads))

    @abstractmethod
    def formula(self, site: Site | None, *operands: Term) -> Expression:
        """The right-hand side for one element, or for the whole arrays where site is None."""


class Descend(_Elementwise):
    """W ← W - α ∘ direction; all shaped like W, α also a scalar."""

    def __init__(self, rate: Array) -> None:
        self.rate = frozen(rate)

    def calls(self, out: Array, *operands: Array) -> Calls:
        W, direction = operands
        change = np.empty_like(out)
        return [(np.multiply, (direction, self.rate, change)), (np.subtract, (W, change, out))]

    def formula(self, site: Site | None, *operands: Term) -> Expression:
        W, direction = operands
        return subtract(W, _scaled(_rate(self.rate, site, W), direction, self.rate, site))


class Accelerate(_Elementwise):
    """velocity ← μ velocity + gradient."""

    def __init__(self, momentum: float) -> None:
        self.momentum = momentum

    def calls(self, out: Array, *operands: Array) -> Calls:
        velocity, gradient = operands
        return [
            (np.multiply, (velocity, frozen(self.momentum), out)),
            (np.add, (out, gradient, out)),
        ]

    def formula(self, site: Site | None, *operands: Term) -> Expression:
        velocity, gradient = operands
        return Add((product(Constant("μ", self.momentum), velocity), gradient))


class RunningMean(_Elementwise):
    """m ← β m + (1 - β) gradient."""

    def __init__(self, symbol: str, beta: float) -> None:
        self.symbol, self.beta = symbol, beta

    def calls(self, out: Array, *operands: Array) -> Calls:
        mean, gradient = operands
        new = np.empty_like(out)
        return [
            (np.multiply, (gradient, frozen(1.0 - self.beta), new)),
            (np.multiply, (mean, frozen(self.beta), out)),
            (np.add, (out, new, out)),
        ]

    def formula(self, site: Site | None, *operands: Term) -> Expression:
        beta = Constant(self.symbol, self.beta)
        mean, gradient = operands
        rest = subtract(Number(1.0), beta)
        return Add((product(beta, mean), product(rest, self.measured(gradient, site))))

    def measured(self, gradient: Term, site: Site | None) -> Expression:
        """What the mean is taken of."""
        return gradient


class RunningMeanOfSquares(RunningMean):
    """v ← β v + (1 - β) gradient²."""

    def calls(self, out: Array, *operands: Array) -> Calls:
        mean, gradient = operands
        square = np.empty_like(out)
        return [(np.multiply, (gradient, gradient, square)), *super().calls(out, mean, square)]

    def measured(self, gradient: Term, site: Site | None) -> Expression:
        return Power(gradient, Number(2.0))


class AdamDescend(_Elementwise):
    """W ← W - α (m / (1 - β₁ᵏ)) / (√(v / (1 - β₂ᵏ)) + ε)."""

    def __init__(self, rate: Array, beta1: float, beta2: float, epsilon: float) -> None:
        self.rate = frozen(rate)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def calls(self, out: Array, *operands: Array) -> Calls:
        W, m, v, k = operands
        bias1, bias2 = np.empty(()), np.empty(())
        step, size = np.empty_like(out), np.empty_like(out)
        return [
            (np.power, (frozen(self.beta1), k, bias1)),
            (np.subtract, (ONE, bias1, bias1)),
            (np.power, (frozen(self.beta2), k, bias2)),
            (np.subtract, (ONE, bias2, bias2)),
            (np.divide, (m, bias1, step)),
            (np.divide, (v, bias2, size)),
            (np.sqrt, (size, size)),
            (np.add, (size, frozen(self.epsilon), size)),
            (np.divide, (step, size, step)),
            (np.multiply, (step, self.rate, step)),
            (np.subtract, (W, step, out)),
        ]

    def formula(self, site: Site | None, *operands: Term) -> Expression:
        W, m, v, k = operands
        size = Add(
            (
                Apply("sqrt", (Divide(v, _debiased("β₂", self.beta2, k)),)),
                Constant("ε", self.epsilon),
            )
        )
        step = Divide(Divide(m, _debiased("β₁", self.beta1, k)), size)
        return subtract(W, _scaled(_rate(self.rate, site, W), step, self.rate, site))


class Count(_Elementwise):
    """k ← k + 1, the iterations so far; a scalar."""

    def calls(self, out: Array, *operands: Array) -> Calls:
        return [(np.add, (operands[0], ONE, out))]

    def formula(self, site: Site | None, *operands: Term) -> Expression:
        return Add((operands[0], Number(1.0)))


def _element(name: str, site: Site) -> Term:
    what = quantity(name)
    if what.is_weight_shaped:
        return Term(name, (site.unit, site.below))
    return Term(name, (site.unit,)) if what.is_bias_shaped else Term(name)


def _rate(rate: Array, site: Site | None, parameter: Term) -> Constant:
    layer = quantity(parameter.name).layer
    if rate.ndim == 0:
        return Constant("η", float(rate))
    if site is None or site.generic:
        return Constant("η", float("nan"), parameter.indices, layer)
    # A column of biases is indexed by unit alone.
    row, column = (*parameter.indices, 0)[:2]
    assert isinstance(row, int)
    assert isinstance(column, int)
    value = float(rate[row, column])
    return Constant("η", value, parameter.indices, layer)


def _scaled(rate: Constant, what: Expression, rates: Array, site: Site | None) -> Expression:
    if site is None and rates.ndim:
        return Multiply((rate, what), "hadamard")
    return product(rate, what)


def _debiased(symbol: str, beta: float, k: Term) -> Expression:
    return subtract(Number(1.0), Power(Constant(symbol, beta), k))
