"""Why a gradient is what it is: the chain rule, factor by factor and path by path.

∂E/∂w_jk = ∂E/∂a_k · ∂a_k/∂z_k · ∂z_k/∂w_jk, and for a hidden weight the sum over every unit k
that a_j feeds. Source: notation.md, "The chain rule".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.expression import (
    Expression,
    Index,
    Lookup,
    Multiply,
    Number,
    Partial,
    Term,
    product,
    quantity,
    subtract,
)
from engine.operations import ActivationBackward, LossGradient
from engine.position import Element
from engine.program import Program, Step


class Meaning(StrEnum):
    """What a factor of the chain says."""

    ERROR_BY_OUTPUT = "error by output"
    ERROR_BY_ACTIVATION = "error by activation"
    ERROR_BY_PRE_ACTIVATION = "error by pre-activation"
    ACTIVATION_SLOPE = "activation slope"
    WEIGHT_ON_THE_WAY = "weight on the way"
    VALUE_CARRIED = "value carried"
    BIAS_COUNTS_ONCE = "bias counts once"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: ∂E/∂a_k, what it stands for, and its formula at this element."""

    meaning: Meaning
    symbol: Partial
    formula: Expression


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the error back to the element: through unit `through` of layer `layer`.

    through: a letter where the chain is written for any element.
    """

    layer: int
    through: Index
    factors: tuple[Factor, ...]

    def evaluate(self, lookup: Lookup) -> float:
        """The product of the factors."""
        return product(*(each.formula for each in self.factors)).evaluate(lookup)


@dataclass(frozen=True, slots=True)
class Derivation:
    """The sum over `paths`, times each of `common`.

    target: the element that is explained. of_one_sample: in a batch, what is explained is one
    sample's share, and the gradient is the mean of the shares.
    """

    target: Term
    paths: tuple[Path, ...]
    common: tuple[Factor, ...]
    of_one_sample: bool

    def evaluate(self, lookup: Lookup) -> float:
        """The number the chain ends in."""
        total = sum(path.evaluate(lookup) for path in self.paths)
        return total * product(*(each.formula for each in self.common)).evaluate(lookup)


def derive(program: Program, step: Step, element: Element | None, batch: int) -> Derivation | None:
    """The chain rule for one element of ∂E/∂a, δ, ∂E/∂W or ∂E/∂b; None for other Steps.

    Without an element it is written with letters: one path stands for them all.
    """
    what = quantity(step.writes)
    if what.slot or what.kind not in ("da", "delta", "dW", "db") or what.layer is None:
        return None
    site = program.site(step, element, batch)
    chain = _Chain(program, batch, site.generic, site.letters.above)
    layer, unit, below = what.layer, site.unit, site.below
    paths = chain.paths(layer, unit, what.kind != "da")
    common: tuple[Factor, ...] = ()
    if what.kind != "da" and layer < program.layers and not _mixes(program, layer):
        common = (chain.slope(layer, unit, unit),)
    if what.kind == "dW":
        common = (*common, _by_weight(layer, unit, below))
    elif what.kind == "db":
        symbol = Partial(Term(f"z{layer}", (unit,)), Term(f"b{layer}", (unit,)))
        common = (*common, Factor(Meaning.BIAS_COUNTS_ONCE, symbol, Number(1.0)))
    target = Term(step.writes, (unit, below) if what.kind == "dW" else (unit,))
    return Derivation(target, paths, common, batch > 1 and what.kind in ("dW", "db"))


@dataclass(frozen=True, slots=True)
class _Chain:
    """Where factors are written: for one element, or (generic) with letters."""

    program: Program
    batch: int
    generic: bool
    letter_above: str

    def paths(self, layer: int, unit: Index, through_activation: bool) -> tuple[Path, ...]:
        if layer == self.program.layers:
            return self._paths_at_the_top(layer, unit, through_activation)
        if through_activation and _mixes(self.program, layer):
            return self._paths_through_the_layer(layer, unit)
        above = layer + 1
        return tuple(
            Path(above, k, (*self._error_by_pre_activation(above, k), _by_way(above, k, unit)))
            for k in self._units(above, self.letter_above)
        )

    def slope(self, layer: int, of: Index, by: Index) -> Factor:
        """∂a_of/∂z_by within one layer."""
        activation = _backward(self.program, layer).activation
        z, a = Term(f"z{layer}", (of,)), Term(f"a{layer}", (of,))
        symbol = Partial(a, Term(f"z{layer}", (by,)))
        if activation.elementwise:
            return Factor(Meaning.ACTIVATION_SLOPE, symbol, activation.derivative(z, a))
        same = Number(float(of == by))
        jacobian = Multiply((a, subtract(same, Term(f"a{layer}", (by,)))))
        return Factor(Meaning.ACTIVATION_SLOPE, symbol, jacobian)

    def _units(self, layer: int, letter: str) -> Iterable[Index]:
        return (letter,) if self.generic else range(self.program.layer_sizes[layer])

    def _paths_at_the_top(
        self, layer: int, unit: Index, through_activation: bool
    ) -> tuple[Path, ...]:
        if not through_activation:
            return (Path(layer, unit, (self._error_by_output(layer, unit),)),)
        # Where units mix (softmax), E reaches z_k through every output m.
        units = self._units(layer, "m") if _mixes(self.program, layer) else (unit,)
        return tuple(
            Path(layer, m, (self._error_by_output(layer, m), self.slope(layer, m, unit)))
            for m in units
        )

    def _paths_through_the_layer(self, layer: int, unit: Index) -> tuple[Path, ...]:
        """Where a hidden layer's units mix, E reaches z_j through every unit m of the layer."""
        return tuple(
            Path(layer, m, (_error_by_activation(layer, m), self.slope(layer, m, unit)))
            for m in self._units(layer, "m")
        )

    def _error_by_pre_activation(self, layer: int, unit: Index) -> tuple[Factor, ...]:
        if layer == self.program.layers and not _mixes(self.program, layer):
            return self._error_by_output(layer, unit), self.slope(layer, unit, unit)
        delta = Term(f"delta{layer}", (unit,))
        symbol = Partial(Term("E"), Term(f"z{layer}", (unit,)))
        return (Factor(Meaning.ERROR_BY_PRE_ACTIVATION, symbol, delta),)

    def _error_by_output(self, layer: int, unit: Index) -> Factor:
        step = _writing(self.program, f"da{layer}")
        assert isinstance(step.operation, LossGradient)
        site = replace(self.program.site(step, None, self.batch), unit=unit)
        symbol = Partial(Term("E"), Term(f"a{layer}", (unit,)))
        formula = step.operation.expression(site, step.reads)
        return Factor(Meaning.ERROR_BY_OUTPUT, symbol, formula)


def _error_by_activation(layer: int, unit: Index) -> Factor:
    symbol = Partial(Term("E"), Term(f"a{layer}", (unit,)))
    return Factor(Meaning.ERROR_BY_ACTIVATION, symbol, Term(f"da{layer}", (unit,)))


def _by_way(above: int, k: Index, unit: Index) -> Factor:
    symbol = Partial(Term(f"z{above}", (k,)), Term(f"a{above - 1}", (unit,)))
    return Factor(Meaning.WEIGHT_ON_THE_WAY, symbol, Term(f"W{above}", (k, unit)))


def _by_weight(layer: int, unit: Index, below: Index) -> Factor:
    symbol = Partial(Term(f"z{layer}", (unit,)), Term(f"W{layer}", (unit, below)))
    return Factor(Meaning.VALUE_CARRIED, symbol, Term(f"a{layer - 1}", (below,)))


def _mixes(program: Program, layer: int) -> bool:
    return not _backward(program, layer).activation.elementwise


def _backward(program: Program, layer: int) -> ActivationBackward:
    operation = _writing(program, f"delta{layer}").operation
    assert isinstance(operation, ActivationBackward)
    return operation


def _writing(program: Program, name: str) -> Step:
    step = program.step_writing(name)
    assert step is not None
    return step
