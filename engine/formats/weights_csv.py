"""Weights as CSV: one row a parameter, layers and units counted from 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.expression import quantity
from engine.formats.weights import Trained, WeightsFormat

_COLUMNS = "layer,kind,to,from,value"


class Csv(WeightsFormat):
    """Every number reads back to the same double; a bias has no `from`.

    Nothing in the file is a person's text, so no cell can be taken for a spreadsheet's formula.
    """

    name = "CSV"
    suffix = ".csv"

    def encode(self, trained: Trained) -> bytes:
        return "".join(f"{row}\n" for row in _rows(trained)).encode("ascii")


def _rows(trained: Trained) -> Iterator[str]:
    yield _COLUMNS
    for name, values in trained.experiment.start_values.items():
        what = quantity(name)
        for (j, i), value in np.ndenumerate(values):
            kind, fed_by = ("weight", str(i + 1)) if what.is_weight_shaped else ("bias", "")
            yield f"{what.layer},{kind},{j + 1},{fed_by},{float(value)!r}"
