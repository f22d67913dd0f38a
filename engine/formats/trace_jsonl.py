"""A trace as JSON lines: one object a Step. Source: formats.md."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine.formats.trace import Row, TraceFormat


class JsonLines(TraceFormat):
    """Values row by row, one column a sample; a scalar is a bare number with shape []."""

    name = "jsonl"

    def lines(self, row: Row) -> Iterator[str]:
        yield json.dumps(
            {
                "iteration": row.iteration,
                "step": row.step.index,
                "phase": row.step.phase.value,
                "layer": row.step.layer,
                "name": row.step.writes,
                "shape": list(row.value.shape),
                "value": row.value.tolist(),
            },
            allow_nan=False,
        )
