"""What is said of a gradient beside its finite difference."""

from __future__ import annotations

from engine.checks import GradientCheck
from engine.expression import Term, quantity
from engine.operations import Activate
from engine.program import Program
from gui.translation import tr

# A central difference of a smooth E is right to some ten digits; a wrong rule is off in the first.
_AGREES = 1e-5
# Below this the difference of two E is mostly their rounding.
_LOST_IN_ROUNDING = 1e-9


def agrees(check: GradientCheck) -> bool:
    """Whether the two can be called the same, given how far a finite difference can be trusted."""
    return check.relative_difference <= _AGREES or _is_lost_in_rounding(check)


def verdict(check: GradientCheck, program: Program) -> str:
    """One sentence: whether the two agree, and what may be the reason where they do not."""
    if check.relative_difference <= _AGREES:
        return tr("They agree.")
    if _is_lost_in_rounding(check):
        return tr(
            "Both are so near 0 that rounding drowns the finite difference: no disagreement can "
            "be seen."
        )
    if _has_kinks(program):
        return tr(
            "They do not agree. The network has ReLU units: where a z is within h of 0, E has a "
            "kink, with one slope to the left of it and another to the right, and the difference "
            "takes the mean of both."
        )
    return tr("They do not agree.")


def term_of(check: GradientCheck) -> Term:
    """The element of the gradient that was checked."""
    what = quantity(check.name)
    return Term(check.name, check.element if what.is_weight_shaped else check.element[:1])


def _is_lost_in_rounding(check: GradientCheck) -> bool:
    return max(abs(check.analytic), abs(check.numeric)) <= _LOST_IN_ROUNDING


def _has_kinks(program: Program) -> bool:
    return any(
        isinstance(step.operation, Activate)
        and step.operation.activation.name in ("relu", "leaky_relu")
        for step in program.steps
    )
