"""Every primitive in one class: what it computes, and the expression it shows.

Both stand side by side, so that a formula cannot drift from the code. Shapes are those of
notation.md: columns are samples, a matrix of weights is to × from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal

import numpy as np

from engine.activations import Activation
from engine.arrays import Array, frozen
from engine.expression import (
    Add,
    Apply,
    Constant,
    Divide,
    Expression,
    Index,
    Multiply,
    Number,
    Sum,
    Term,
    Transpose,
    product,
)
from engine.kernels import Calls, Transposed, run
from engine.losses import Loss
from engine.site import Site

Where = tuple[tuple[Expression, Expression], ...]


class Operation(ABC):
    """A pure function of arrays, which can say how it is written."""

    relation: ClassVar[Literal["=", "←"]] = "="

    @abstractmethod
    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        """The result's shape, from those of the operands."""

    @abstractmethod
    def calls(self, out: Array, *operands: Array) -> Calls:
        """The NumPy calls that write the result into out. Scratch arrays are made here, once."""

    def alias(self, *operands: Array) -> Array | None:
        """The operand that is the result as it stands, if the operation changes nothing."""
        return None

    def compute(self, *operands: Array, out: Array | None = None) -> Array:
        """The result, in a new array or in `out`."""
        if out is None:
            same = self.alias(*operands)
            if same is not None:
                return same
            out = np.empty(self.shape(*(operand.shape for operand in operands)))
        run(self.calls(out, *operands))
        return out

    @abstractmethod
    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        """The right-hand side for one element: with letters or numbers for indices, as in site."""

    @abstractmethod
    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        """The right-hand side for the whole layer."""

    def where(self, site: Site, reads: tuple[str, ...]) -> Where:
        """What the rule's own function names stand for: pairs (g′(z), its formula)."""
        return ()


class Affine(Operation):
    """Pre-activation of one layer: z = W·a + b.

    W: (n_out, n_in); a: (n_in, B) activations of the layer below; b: (n_out, 1), left out for a
    layer without biases. Returns z: (n_out, B).
    Source: notation.md, phase I.
    """

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0][0], operands[1][1]

    def calls(self, out: Array, *operands: Array) -> Calls:
        W, a = operands[:2]
        return [(np.dot, (W, a, out)), *((np.add, (out, b, out)) for b in operands[2:])]

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        W, a = reads[:2]

        def of_input(i: Index) -> Expression:
            return Multiply((Term(W, (site.unit, i)), Term(a, (i,))))

        weighted = site.sum(site.letters.below, site.units_below, of_input)
        biases = tuple(Term(b, (site.unit,)) for b in reads[2:])
        parts = weighted.parts if isinstance(weighted, Add) else (weighted,)
        return Add((*biases, *parts), elidable=True) if biases else weighted

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        weighted = Multiply((Term(reads[0]), Term(reads[1])), "matrix")
        return Add((weighted, *(Term(b) for b in reads[2:]))) if reads[2:] else weighted


class Activate(Operation):
    """Activation of one layer: a = g(z), both (n, B). Source: notation.md, phase I.

    confined: keep a strictly inside (0, 1), for a loss that takes logarithms.
    """

    def __init__(self, activation: Activation, confined: bool = False) -> None:
        self.activation = activation
        self.confined = confined

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0]

    def calls(self, out: Array, *operands: Array) -> Calls:
        confining = self.activation.confine(out) if self.confined else []
        return [*self.activation.forward(out, *operands), *confining]

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        def z(index: Index) -> Expression:
            return Term(reads[0], (index,))

        return self.activation.value(site.unit, z, site)

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        return Apply("g", (Term(reads[0]),))


class LossValue(Operation):
    """E, the mean over the batch of each sample's error; a and t: (n, B). Returns E: scalar."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return ()

    def calls(self, out: Array, *operands: Array) -> Calls:
        return self.loss.value(out, *operands)

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        def of_sample(sample: Index | None) -> Expression:
            return self.loss.sample_error(
                lambda k: Term(reads[0], (k,), sample), lambda k: Term(reads[1], (k,), sample), site
            )

        if site.batch == 1:
            return of_sample(None)
        return product(mean_factor(site.batch), site.sum("s", site.batch, of_sample))

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        short = self.loss.matrix_error(Term(reads[0]), Term(reads[1]))
        if short is None:
            generic = Site(
                True, "k", "j", site.letters, site.units, site.units_below, 0, site.batch
            )
            return self.expression(generic, reads)
        return short if site.batch == 1 else product(mean_factor(site.batch), short)


class LossGradient(Operation):
    """∂E/∂a at the top layer, a column for each sample; a and t: (n, B)."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0]

    def calls(self, out: Array, *operands: Array) -> Calls:
        return self.loss.gradient(out, *operands)

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        a, t = (Term(name, (site.unit,)) for name in reads)
        return self.loss.gradient_expression(a, t)

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        # Column by column and unit by unit: the same formula holds for the whole arrays.
        return self.loss.gradient_expression(Term(reads[0]), Term(reads[1]))


class BackPropagate(Operation):
    """The back-propagated error on a layer's activations: ∂E/∂a_l = W_{l+1}ᵀ δ_{l+1}.

    W: (n_above, n), the weights from before the update; delta: (n_above, B). Returns (n, B).
    Source: notation.md, phase II.
    """

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0][1], operands[1][1]

    def calls(self, out: Array, *operands: Array) -> Calls:
        W, delta = operands
        return [(np.dot, (W.T, delta, out))]

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        W, delta = reads

        def of_output(k: Index) -> Expression:
            return Multiply((Term(delta, (k,)), Term(W, (k, site.unit))))

        return site.sum(site.letters.above, site.units_above, of_output)

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        return Multiply((Transpose(Term(reads[0])), Term(reads[1])), "matrix")


class ActivationBackward(Operation):
    """The error signal δ = (∂a/∂z)ᵀ ∂E/∂a; da, z, a and the result are (n, B).

    Source: notation.md, phase II.
    """

    def __init__(self, activation: Activation) -> None:
        self.activation = activation

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0]

    def calls(self, out: Array, *operands: Array) -> Calls:
        return self.activation.backward(out, *operands)

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        da, z, a = reads
        return self.activation.delta(
            site.unit,
            lambda j: Term(da, (j,)),
            lambda j: Term(z, (j,)),
            lambda j: Term(a, (j,)),
            site,
        )

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        da, z, _ = (Term(name) for name in reads)
        if self.activation.elementwise:
            return Multiply((da, Apply("g′", (z,))), "hadamard")
        return Multiply((Transpose(Apply("∂a/∂z", ())), da), "matrix")

    def where(self, site: Site, reads: tuple[str, ...]) -> Where:
        if not self.activation.elementwise:
            return ()
        _, z, a = (Term(name, (site.unit,)) for name in reads)
        return ((Apply("g′", (z,)), self.activation.derivative(z, a)),)


class WeightGradient(Operation):
    """∂E/∂W = (1/B) δ aᵀ; delta: (n_out, B), a of the layer below: (n_in, B).

    Returns (n_out, n_in). Source: notation.md, phase III.
    """

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0][0], operands[1][0]

    def calls(self, out: Array, *operands: Array) -> Calls:
        delta, a = operands
        batch = delta.shape[1]
        if batch == 1:
            return [(np.dot, (delta, Transposed(a), out))]
        share = np.empty_like(delta)  # The mean is taken of δ, which is smaller than ∂E/∂W.
        return [
            (np.multiply, (delta, frozen(1.0 / batch), share)),
            (np.dot, (share, Transposed(a), out)),
        ]

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        def of_sample(sample: Index | None) -> Expression:
            delta, a = Term(reads[0], (site.unit,), sample), Term(reads[1], (site.below,), sample)
            return Multiply((delta, a))

        return _mean_over_samples(of_sample, site)

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        outer = Multiply((Term(reads[0]), Transpose(Term(reads[1]))), "matrix")
        return outer if site.batch == 1 else product(mean_factor(site.batch), outer)


class BiasGradient(Operation):
    """∂E/∂b = (1/B) Σ of δ's columns; delta: (n, B). Returns (n, 1). Source: notation.md, III."""

    def shape(self, *operands: tuple[int, ...]) -> tuple[int, ...]:
        return operands[0][0], 1

    def alias(self, *operands: Array) -> Array | None:
        return operands[0] if operands[0].shape[1] == 1 else None

    def calls(self, out: Array, *operands: Array) -> Calls:
        delta = operands[0]
        if delta.shape[1] == 1:
            return [(np.copyto, (out, delta))]
        batch = delta.shape[1]
        return [(np.dot, (delta, np.full((batch, 1), 1.0 / batch), out))]

    def expression(self, site: Site, reads: tuple[str, ...]) -> Expression:
        return _mean_over_samples(lambda s: Term(reads[0], (site.unit,), s), site)

    def matrix(self, reads: tuple[str, ...], site: Site) -> Expression:
        if site.batch == 1:
            return Term(reads[0])
        return product(mean_factor(site.batch), Sum("s", Term(reads[0], (), "s")))


def mean_factor(batch: int) -> Expression:
    """1/B, the factor of a mean over the batch."""
    return Divide(Number(1.0), Constant("B", float(batch)))


def _mean_over_samples(of_sample: Callable[[Index | None], Expression], site: Site) -> Expression:
    if site.batch == 1:
        return of_sample(None)
    return product(mean_factor(site.batch), site.sum("s", site.batch, of_sample))
