"""A trace as CSV: one line an element, rows and columns counted from 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.formats.trace import Row, TraceFormat

_COLUMNS = ("iteration", "step", "phase", "layer", "name", "row", "column", "value")


class Csv(TraceFormat):
    """Numbers are written so that they read back to the same double."""

    name = "csv"

    def header(self) -> Iterator[str]:
        yield ",".join(_COLUMNS)

    def lines(self, row: Row) -> Iterator[str]:
        step = row.step
        layer = "" if step.layer is None else step.layer
        for (j, i), value in np.ndenumerate(np.atleast_2d(row.value)):
            place = (row.iteration, step.index, step.phase.value, layer, step.writes, j + 1, i + 1)
            yield ",".join(map(str, (*place, repr(float(value)))))
