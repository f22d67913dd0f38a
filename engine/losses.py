"""Each loss in one class: value, gradient, and how both are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from engine.activations import Activation, ElementOf
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
    SquaredNorm,
    Term,
    product,
    subtract,
)
from engine.kernels import ONE, Calls
from engine.site import Site


class Loss(ABC):
    """E, the mean over the batch's columns of each sample's error.

    a, t, and the gradient ∂E/∂a are (n, B); the gradient's columns are those of each sample's own
    error, not divided by B. needs_logarithms: a has to lie strictly between 0 and 1.
    """

    name: ClassVar[str]
    needs_logarithms: ClassVar[bool] = False

    @abstractmethod
    def value(self, out: Array, a: Array, t: Array) -> Calls:
        """The calls that write E into out, of shape ()."""

    @abstractmethod
    def gradient(self, out: Array, a: Array, t: Array) -> Calls:
        """The calls that write ∂E/∂a into out."""

    @abstractmethod
    def sample_error(self, a: ElementOf, t: ElementOf, site: Site) -> Expression:
        """How one sample's error is written."""

    @abstractmethod
    def gradient_expression(self, a: Expression, t: Expression) -> Expression:
        """How ∂E/∂a is written for one unit."""

    def matrix_error(self, a: Term, t: Term) -> Expression | None:
        """One sample's error in matrix form, where that is shorter."""
        return None

    def problem_with(self, output: Activation, targets: Array) -> str | None:
        """Why this loss cannot follow `output` or judge `targets` (N, n); None if it can."""
        return None


def _mean_of_columns(terms: Array, scale: float, out: Array) -> Calls:
    """Writes scale / B times the sum of all of `terms` (n, B) into out."""
    weights = np.full(terms.size, scale / terms.shape[1])
    return [(np.dot, (terms.reshape(-1), weights, out))]


class HalfSquaredError(Loss):
    """E = ½ Σ_k (a_k - t_k)²."""

    name = "half_squared_error"

    def value(self, out: Array, a: Array, t: Array) -> Calls:
        difference = np.empty_like(a)
        flat = difference.reshape(-1)
        return [
            (np.subtract, (a, t, difference)),
            (np.dot, (flat, flat, out)),
            (np.multiply, (out, frozen(0.5 / a.shape[1]), out)),
        ]

    def gradient(self, out: Array, a: Array, t: Array) -> Calls:
        return [(np.subtract, (a, t, out))]

    def sample_error(self, a: ElementOf, t: ElementOf, site: Site) -> Expression:
        def squared(k: Index) -> Expression:
            return Power(subtract(a(k), t(k)), Number(2.0))

        return Multiply((HALF, site.sum(site.letters.unit, site.units, squared)))

    def gradient_expression(self, a: Expression, t: Expression) -> Expression:
        return subtract(a, t)

    def matrix_error(self, a: Term, t: Term) -> Expression | None:
        return Multiply((HALF, SquaredNorm(subtract(a, t))))


class BinaryCrossEntropy(Loss):
    """E = -Σ_k [t_k ln a_k + (1 - t_k) ln(1 - a_k)]: each output is a yes-or-no question."""

    name = "binary_cross_entropy"
    needs_logarithms = True

    def value(self, out: Array, a: Array, t: Array) -> Calls:
        yes, no, not_t = np.empty_like(a), np.empty_like(a), np.empty_like(a)
        return [
            (np.log, (a, yes)),
            (np.multiply, (t, yes, yes)),
            (np.negative, (a, no)),
            (np.log1p, (no, no)),
            (np.subtract, (ONE, t, not_t)),
            (np.multiply, (not_t, no, no)),
            (np.add, (yes, no, yes)),
            *_mean_of_columns(yes, -1.0, out),
        ]

    def gradient(self, out: Array, a: Array, t: Array) -> Calls:
        slope = np.empty_like(a)
        return [
            (np.subtract, (ONE, a, slope)),
            (np.multiply, (a, slope, slope)),
            (np.subtract, (a, t, out)),
            (np.divide, (out, slope, out)),
        ]

    def sample_error(self, a: ElementOf, t: ElementOf, site: Site) -> Expression:
        def of_unit(k: Index) -> Expression:
            no = product(subtract(Number(1.0), t(k)), Apply("ln", (subtract(Number(1.0), a(k)),)))
            return Add((product(t(k), Apply("ln", (a(k),))), no))

        return Negative(site.sum(site.letters.unit, site.units, of_unit))

    def gradient_expression(self, a: Expression, t: Expression) -> Expression:
        return Divide(subtract(a, t), Multiply((a, subtract(Number(1.0), a))))

    def problem_with(self, output: Activation, targets: Array) -> str | None:
        if not output.inside_unit_interval:
            return (
                "binary_cross_entropy takes ln a and ln(1 − a), so the last layer has to keep a "
                f"between 0 and 1 (sigmoid or softmax); {output.name} does not"
            )
        if targets.size and (targets.min() < 0 or targets.max() > 1):
            return "binary_cross_entropy needs targets between 0 and 1"
        return None


class CrossEntropy(Loss):
    """E = -Σ_k t_k ln a_k, for one-hot targets after softmax."""

    name = "cross_entropy"
    needs_logarithms = True

    def value(self, out: Array, a: Array, t: Array) -> Calls:
        terms = np.empty_like(a)
        return [
            (np.log, (a, terms)),
            (np.multiply, (t, terms, terms)),
            *_mean_of_columns(terms, -1.0, out),
        ]

    def gradient(self, out: Array, a: Array, t: Array) -> Calls:
        return [(np.divide, (t, a, out)), (np.negative, (out, out))]

    def sample_error(self, a: ElementOf, t: ElementOf, site: Site) -> Expression:
        def of_unit(k: Index) -> Expression:
            return product(t(k), Apply("ln", (a(k),)))

        return Negative(site.sum(site.letters.unit, site.units, of_unit))

    def gradient_expression(self, a: Expression, t: Expression) -> Expression:
        return Negative(Divide(t, a))

    def problem_with(self, output: Activation, targets: Array) -> str | None:
        if not output.sums_to_one:
            return (
                "cross_entropy compares probabilities that add up to 1, so the last layer has to "
                f"be softmax; it is {output.name}"
            )
        one_hot = np.logical_or(targets == 0, targets == 1).all() and (targets.sum(axis=1) == 1)
        if not np.all(one_hot):
            return "cross_entropy needs one-hot targets: a single 1 in each row, 0 elsewhere"
        return None


HALF = Divide(Number(1.0), Number(2.0))

LOSSES: dict[str, Loss] = {
    each.name: each for each in (HalfSquaredError(), BinaryCrossEntropy(), CrossEntropy())
}
