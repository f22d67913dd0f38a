"""Other rates of a layer as edits of the run, which goes on with them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.edits import RATE_OF
from engine.experiment import Experiment, Rate

WEIGHT_RATE, BIAS_RATE = "weight_learning_rate", "bias_learning_rate"

_LETTERS = {WEIGHT_RATE: "W", BIAS_RATE: "b"}
_MOST = 256
"""More at once would fill the list of edits; a new run takes them in one piece."""

Change = tuple[str, tuple[int, ...], float]


def rate_edits(
    experiment: Experiment, number: int, rates: Mapping[str, Rate]
) -> list[Change] | None:
    """What is to be edited for layer `number` to have these rates; None where edits cannot say it.

    rates: of those that are to change, by WEIGHT_RATE and BIAS_RATE. An edit holds a number: it
    cannot take a rate away, so that the optimizer's holds again.
    """
    layer, found = experiment.network.layers[number - 1], list[Change]()
    for name, rate in rates.items():
        parameter = f"{_LETTERS[name]}{number}"
        what, own = f"{parameter}{RATE_OF}", getattr(layer, name)
        if rate is None and own is None:
            continue
        if rate is None:
            return None
        if np.ndim(rate) == 0:
            if own is None or np.ndim(own) or float(own) != float(rate):
                found.append((what, (), float(rate)))
            continue
        wanted = np.asarray(rate)
        before = np.broadcast_to(experiment.rate_of(parameter), wanted.shape)
        for row, column in np.argwhere(wanted != before).tolist():
            element = (row, column) if name == WEIGHT_RATE else (row,)
            found.append((what, element, float(wanted[row, column])))
    return found if len(found) <= _MOST else None
