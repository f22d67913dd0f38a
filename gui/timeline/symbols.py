"""Quantities as they are written below the ticks of the timeline bar."""

from __future__ import annotations

from engine.expression import quantity

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LETTERS = {
    "z": "z",
    "a": "a",
    "da": "∂E/∂a",
    "delta": "δ",
    "dW": "∂E/∂W",
    "db": "∂E/∂b",
    "W": "W",
    "b": "b",
}
# As the equations write them: Adam's counter would be mistaken for an output's index.
_WITHOUT_LAYER = {"k": "n"}
_SLOTS = {"velocity": "v"}


def symbol(name: str) -> str:
    """A quantity as it is written in the bar, such as ∂E/∂W₁; the slots as m(W₁)."""
    what = quantity(name)
    if what.layer is None:
        return _WITHOUT_LAYER.get(what.kind, what.kind)
    plain = _LETTERS[what.kind] + str(what.layer).translate(_SUBSCRIPTS)
    return f"{what.slot}({plain})" if what.slot else plain


def in_cluster(name: str) -> str:
    """The same beside its parameter, whose cluster it is in: m rather than m(W₁)."""
    slot = quantity(name).slot
    return _SLOTS.get(slot, slot) or symbol(name)


def short(name: str) -> str:
    """The same where room is scarce: ∂W₁."""
    return in_cluster(name).replace("∂E/", "")


def only_parameter(name: str) -> str:
    """The same where a cluster has room for one symbol only."""
    return "" if quantity(name).slot else short(name)
