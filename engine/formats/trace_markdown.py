"""A trace as Markdown: a table for each iteration, to be read by people."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.arrays import shape_text
from engine.formats.trace import Row, TraceFormat


class Markdown(TraceFormat):
    """Values row by row, one column a sample; numbers read back to the same double."""

    name = "markdown"

    def header(self) -> Iterator[str]:
        yield "# Trace"

    def lines(self, row: Row) -> Iterator[str]:
        step = row.step
        if step.index == 0:
            yield from ("", f"## Iteration {row.iteration}", "")
            yield "| step | phase | layer | quantity | shape | value |"
            yield "|---:|---|---:|---|---|---|"
        layer = "" if step.layer is None else step.layer
        value = "<br>".join(" ".join(map(repr, each)) for each in np.atleast_2d(row.value).tolist())
        cells = (step.index, step.phase.value, layer, step.writes, shape_text(row.value.shape))
        yield f"| {' | '.join(map(str, cells))} | {value} |"
