"""What is said of a gradient beside its finite difference."""

from __future__ import annotations

from engine.checks import GradientCheck, Verdict
from engine.expression import Term, quantity
from gui.translation import tr


def said_of(check: GradientCheck) -> str:
    """One sentence: whether the two agree, and what may be the reason where they do not."""
    match check.verdict:
        case Verdict.AGREES:
            return tr("They agree.")
        case Verdict.LOST_IN_ROUNDING:
            return tr(
                "They agree as far as can be seen: the gradient is so near 0 that the rounding of "
                "E drowns the rest."
            )
        case Verdict.KINK:
            return tr(
                "They do not agree, and a kink lies between: within h a unit's z passes 0, where E "
                "has one slope to the left and another to the right, and the difference mixes both."
            )
        case Verdict.NOT_FINITE:
            return tr("One of them is not a finite number: there is nothing to compare.")
        case Verdict.DISAGREES:
            return tr("They do not agree.")


def short_verdict(check: GradientCheck) -> str:
    """A word or two of that, for a table."""
    match check.verdict:
        case Verdict.AGREES:
            return tr("agrees")
        case Verdict.LOST_IN_ROUNDING:
            return tr("agrees within rounding")
        case Verdict.KINK:
            return tr("a kink between")
        case Verdict.NOT_FINITE:
            return tr("not finite")
        case Verdict.DISAGREES:
            return tr("does not agree")


def term_of(check: GradientCheck) -> Term:
    """The element of the gradient that was checked."""
    what = quantity(check.name)
    return Term(check.name, check.element if what.is_weight_shaped else check.element[:1])
