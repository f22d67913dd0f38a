"""What often keeps a network from learning, in a sentence each."""

from __future__ import annotations

from engine.hints import DeadUnits, EqualUnits, Hint, SaturatedUnits, VanishedGradient
from gui.numbers import NumberFormat
from gui.translation import tr

_MOST_NAMED = 6


def hint_text(hint: Hint, numbers: NumberFormat) -> str:
    """One plain sentence: what is so, and what it does to learning."""
    match hint:
        case VanishedGradient(layer=None):
            return tr(
                "The gradient has vanished: it is about {size}, and E hardly changes any more.",
                size=numbers.text(hint.size),
            )
        case VanishedGradient():
            return tr(
                "The gradient has vanished on its way down: in layer {layer} δ is about {size}, "
                "where another layer has {largest}.",
                layer=hint.layer,
                size=numbers.text(hint.size),
                largest=numbers.text(hint.largest),
            )
        case DeadUnits(units=(unit,)):
            return tr(
                "Dead ReLU in layer {layer}: unit {unit} gives 0 for every sample, so no gradient "
                "reaches its weights.",
                layer=hint.layer,
                unit=unit + 1,
            )
        case DeadUnits():
            return tr(
                "Dead ReLUs in layer {layer}: {units} give 0 for every sample, so no gradient "
                "reaches their weights.",
                layer=hint.layer,
                units=_units(hint.units),
            )
        case SaturatedUnits(units=(unit,)):
            return tr(
                "Saturated unit in layer {layer}: unit {unit} is at the flat end of its "
                "activation for every sample, so it hardly learns.",
                layer=hint.layer,
                unit=unit + 1,
            )
        case SaturatedUnits():
            return tr(
                "Saturated units in layer {layer}: {units} are at the flat end of their "
                "activation for every sample, so they hardly learn.",
                layer=hint.layer,
                units=_units(hint.units),
            )
        case EqualUnits():
            return tr(
                "All units of layer {layer} have the same weights, so they stay alike: start from "
                "different ones.",
                layer=hint.layer,
            )


def _units(units: tuple[int, ...]) -> str:
    named = ", ".join(str(unit + 1) for unit in units[:_MOST_NAMED])
    if len(units) <= _MOST_NAMED:
        return tr("units {units}", units=named)
    more = len(units) - _MOST_NAMED
    return tr("units {units} and {more} more", units=named, more=more)
