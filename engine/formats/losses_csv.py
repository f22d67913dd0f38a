"""The series of losses as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from engine.arrays import Array
from engine.formats.csv_cells import rows_text


def losses_csv(losses: Array, per_epoch: int) -> str:
    """One line an iteration: iteration and epoch from 0, and E.

    losses: (iterations,), E of each iteration from 0 on; per_epoch: iterations in an epoch.
    """
    return rows_text(_rows(losses, per_epoch))


def _rows(losses: Array, per_epoch: int) -> Iterator[tuple[str | int | float, ...]]:
    yield "iteration", "epoch", "E"
    for iteration, loss in enumerate(losses.tolist()):
        yield iteration, iteration // per_epoch, loss
