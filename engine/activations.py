"""Each activation in one class: forward, backward, and how both are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from engine.arrays import Array, frozen
from engine.expression import (
    Add,
    Apply,
    Divide,
    Expression,
    Index,
    Multiply,
    Negative,
    Number,
    Power,
    WherePositive,
    product,
    subtract,
)
from engine.kernels import BELOW_ONE, ONE, TINY, ZERO, Calls, larger, smaller
from engine.site import Site

ElementOf = Callable[[Index], Expression]

_LEAK = 0.01


class Activation(ABC):
    """a = g(z), column by column.

    z, a, da (∂E/∂a) and the result of backward, δ = (∂a/∂z)ᵀ da, are all (n, B).
    inside_unit_interval: 0 < a < 1 for every unit. sums_to_one: so does a column's sum equal 1.
    """

    name: ClassVar[str]
    elementwise: ClassVar[bool] = True
    inside_unit_interval: ClassVar[bool] = False
    sums_to_one: ClassVar[bool] = False
    default_initializer: ClassVar[str] = "xavier"

    @abstractmethod
    def forward(self, out: Array, z: Array) -> Calls:
        """The calls that write g(z) into out."""

    def confine(self, out: Array) -> Calls:
        """The calls that keep a rounded result inside the open interval the exact one lies in.

        Asked for by losses that take its logarithm; then E stays finite, and the chain still
        gives a - t where a would have rounded to 0 or 1.
        """
        return []

    @abstractmethod
    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        """The calls that write δ into out."""

    @abstractmethod
    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        """How g(z) is written for one unit."""

    @abstractmethod
    def derivative(self, z: Expression, a: Expression) -> Expression:
        """How g′(z) is written for one unit of an elementwise activation."""

    def delta(
        self, unit: Index, da: ElementOf, z: ElementOf, a: ElementOf, site: Site
    ) -> Expression:
        """How δ is written for one unit: ∂E/∂a · g′(z)."""
        if site.generic:
            return product(da(unit), Apply("g′", (z(unit),)))
        return product(da(unit), self.derivative(z(unit), a(unit)))


class Identity(Activation):
    """a = z."""

    name = "identity"

    def forward(self, out: Array, z: Array) -> Calls:
        return [(np.copyto, (out, z))]

    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        return [(np.copyto, (out, da))]

    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        return z(unit)

    def derivative(self, z: Expression, a: Expression) -> Expression:
        return Number(1.0)


class Sigmoid(Activation):
    """a = 1 / (1 + e^-z)."""

    name = "sigmoid"
    inside_unit_interval = True

    def forward(self, out: Array, z: Array) -> Calls:
        # e^-z overflows to infinity below z = -709 and the quotient is then 0: right, not an error.
        return [
            (np.negative, (z, out)),
            (np.exp, (out, out)),
            (np.add, (out, ONE, out)),
            (np.reciprocal, (out, out)),
        ]

    def confine(self, out: Array) -> Calls:
        return [larger(out, TINY, out), smaller(out, BELOW_ONE, out)]

    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        slope = np.empty_like(out)
        return [
            (np.subtract, (ONE, a, slope)),
            (np.multiply, (a, slope, slope)),
            (np.multiply, (da, slope, out)),
        ]

    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        return _logistic(z(unit))

    def derivative(self, z: Expression, a: Expression) -> Expression:
        return Multiply((a, subtract(Number(1.0), a)))


class Tanh(Activation):
    """a = tanh z."""

    name = "tanh"

    def forward(self, out: Array, z: Array) -> Calls:
        return [(np.tanh, (z, out))]

    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        slope = np.empty_like(out)
        return [
            (np.multiply, (a, a, slope)),
            (np.subtract, (ONE, slope, slope)),
            (np.multiply, (da, slope, out)),
        ]

    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        return Apply("tanh", (z(unit),))

    def derivative(self, z: Expression, a: Expression) -> Expression:
        return subtract(Number(1.0), Power(a, Number(2.0)))


class ReLU(Activation):
    """a = max(0, z); g′(0) is taken as 0."""

    name = "relu"
    default_initializer = "he"

    def forward(self, out: Array, z: Array) -> Calls:
        return [larger(z, ZERO, out)]

    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        slope = np.empty_like(out)
        return [(np.heaviside, (z, ZERO, slope)), (np.multiply, (da, slope, out))]

    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        return Apply("max", (Number(0.0), z(unit)))

    def derivative(self, z: Expression, a: Expression) -> Expression:
        return WherePositive(z, Number(1.0), Number(0.0))


class LeakyReLU(Activation):
    """a = z above 0, z / 100 below; g′(0) is taken as 1/100."""

    name = "leaky_relu"
    default_initializer = "he"

    def forward(self, out: Array, z: Array) -> Calls:
        return [(np.multiply, (z, frozen(_LEAK), out)), larger(z, out, out)]

    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        slope = np.empty_like(out)
        return [
            (np.heaviside, (z, ZERO, slope)),
            larger(slope, frozen(_LEAK), slope),
            (np.multiply, (da, slope, out)),
        ]

    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        return WherePositive(z(unit), z(unit), Multiply((Number(_LEAK), z(unit))))

    def derivative(self, z: Expression, a: Expression) -> Expression:
        return WherePositive(z, Number(1.0), Number(_LEAK))


class Softplus(Activation):
    """a = ln(1 + e^z), computed as log(e^z + e^0) without overflow."""

    name = "softplus"
    default_initializer = "he"

    def forward(self, out: Array, z: Array) -> Calls:
        return [(np.logaddexp, (z, ZERO, out))]

    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        slope = np.empty_like(out)
        return [*Sigmoid().forward(slope, z), (np.multiply, (da, slope, out))]

    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        return Apply("ln", (Add((Number(1.0), Apply("exp", (z(unit),)))),))

    def derivative(self, z: Expression, a: Expression) -> Expression:
        return _logistic(z)


class Softmax(Activation):
    """a_j = e^z_j / Σ_m e^z_m: every unit of the layer depends on every z.

    ∂a_m/∂z_j = a_m ([m = j] - a_j), so δ_j = a_j (∂E/∂a_j - Σ_m a_m ∂E/∂a_m).
    """

    name = "softmax"
    elementwise = False
    inside_unit_interval = True
    sums_to_one = True

    def forward(self, out: Array, z: Array) -> Calls:
        of_column = np.empty((1, out.shape[1]))
        # Without the largest z of the column taken off first, e^z overflows above z = 709.
        return [
            (np.maximum.reduce, (z, 0, None, of_column, True)),
            (np.subtract, (z, of_column, out)),
            (np.exp, (out, out)),
            (np.add.reduce, (out, 0, None, of_column, True)),
            (np.divide, (out, of_column, out)),
        ]

    def confine(self, out: Array) -> Calls:
        return [larger(out, TINY, out), smaller(out, BELOW_ONE, out)]

    def backward(self, out: Array, da: Array, z: Array, a: Array) -> Calls:
        of_column = np.empty((1, out.shape[1]))
        return [
            (np.multiply, (a, da, out)),
            (np.add.reduce, (out, 0, None, of_column, True)),
            (np.subtract, (da, of_column, out)),
            (np.multiply, (a, out, out)),
        ]

    def value(self, unit: Index, z: ElementOf, site: Site) -> Expression:
        total = site.sum("m", site.units, lambda m: Apply("exp", (z(m),)))
        return Divide(Apply("exp", (z(unit),)), total)

    def derivative(self, z: Expression, a: Expression) -> Expression:
        raise TypeError("softmax has a Jacobian, not one derivative per unit")

    def delta(
        self, unit: Index, da: ElementOf, z: ElementOf, a: ElementOf, site: Site
    ) -> Expression:
        mean = site.sum("m", site.units, lambda m: product(a(m), da(m)))
        return product(a(unit), subtract(da(unit), mean))


def _logistic(z: Expression) -> Expression:
    return Divide(Number(1.0), Add((Number(1.0), Apply("exp", (Negative(z),)))))


ACTIVATIONS: dict[str, Activation] = {
    each.name: each
    for each in (Identity(), Sigmoid(), Tanh(), ReLU(), LeakyReLU(), Softplus(), Softmax())
}
