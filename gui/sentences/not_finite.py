"""What is said instead where a number became infinite or not a number."""

from __future__ import annotations

import math

import numpy as np

from engine.position import Element
from gui.sentences.place import Place
from gui.translation import tr


def not_finite(at: Place) -> str | None:
    """What is said where the Step wrote such a number; None where it did not."""
    where = _first_not_finite(at)
    if where is None:
        return None
    value = float(at.frame.after[at.step.writes][where])
    return tr(
        "{quantity} became {value}, which is not a finite number, so nothing computed from it "
        "has a meaning; a smaller learning rate may prevent this.",
        quantity=_place_name(at, where),
        value=at.number(value),
    )


def _first_not_finite(at: Place) -> Element | None:
    """Where the first such value stands among those told about."""
    found = at.frame.non_finite
    if found is None or (at.whole and not at.is_one):
        return None if found is None else found.element
    if at.is_one:
        column = at.column if at.what.is_weight_shaped else at.sample
        place = () if found.element == () else (at.row, 0 if at.what.is_bias_shaped else column)
        return None if math.isfinite(at.value) else place
    row = at.frame.after[at.step.writes][at.row]
    columns = np.flatnonzero(~np.isfinite(row))
    return (at.row, int(columns[0])) if columns.size else None


def _place_name(at: Place, where: Element) -> str:
    symbol = tr("velocity") if at.what.slot == "velocity" else _symbol(at)
    if at.what.layer is None:
        return symbol
    unit = at.unit_of(at.layer, where[0])
    if not at.what.is_weight_shaped:
        return tr("{symbol} of {unit}", symbol=symbol, unit=unit)
    source = at.unit_of(at.layer - 1, where[1])
    return tr("{symbol} from {source} to {unit}", symbol=symbol, source=source, unit=unit)


def _symbol(at: Place) -> str:
    return _SYMBOLS.get(at.what.slot or at.what.kind, at.step.writes)


_SYMBOLS = {
    "z": "z",
    "a": "a",
    "E": "E",
    "da": "∂E/∂a",
    "delta": "δ",
    "dW": "∂E/∂w",
    "db": "∂E/∂b",
    "W": "w",
    "b": "b",
    "m": "m",
    "v": "v",
    "k": "n",
}
