"""Data as one table to edit: inputs, then targets; samples, then those held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Array, frozen
from engine.datasets import Data
from engine.scaling import Scaling


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """What the table shows. values: (rows, columns), the first `inputs` columns the inputs.

    held_out: how many of the last rows are never trained on; names: "" for a column that has none.
    Every change makes another Sheet.
    """

    values: Array
    inputs: int
    held_out: int
    names: tuple[str, ...]
    scalings: tuple[Scaling | None, ...]

    @property
    def rows(self) -> int:
        """Of all samples, held out or not."""
        return int(self.values.shape[0])

    @property
    def columns(self) -> int:
        """Of inputs and targets."""
        return int(self.values.shape[1])

    @property
    def trained(self) -> int:
        """How many of the first rows are trained on."""
        return self.rows - self.held_out

    def with_cells(self, row: int, column: int, block: Array) -> Sheet:
        """`block` (rows, columns) from that cell on; samples are added where there are too few.

        From a sample to train on it goes no further than those: held-out ones stay as they are.
        """
        end = self.trained if row < self.trained else self.rows
        below, beside = row + len(block), column + block.shape[1]
        sheet = self
        if below > end:
            added = np.zeros((below - end, self.columns))
            sheet = self.with_rows(end, added, held_out=row >= self.trained)
        values = sheet.values.copy()
        values[row:below, column:beside] = block
        return replace(sheet, values=frozen(values))

    def with_rows(self, at: int, rows: Array, held_out: bool) -> Sheet:
        """With samples (n, columns) before row `at`, held out or to train on."""
        return replace(
            self,
            values=frozen(np.insert(self.values, at, rows, axis=0)),
            held_out=self.held_out + (len(rows) if held_out else 0),
        )

    def without_rows(self, rows: Sequence[int]) -> Sheet:
        """Without these samples."""
        held_out = self.held_out - sum(row >= self.trained for row in rows)
        return replace(
            self, values=frozen(np.delete(self.values, list(rows), axis=0)), held_out=held_out
        )

    def with_column(self, at: int, is_input: bool) -> Sheet:
        """With a column of zeros before column `at`."""
        return replace(
            self,
            values=frozen(np.insert(self.values, at, 0.0, axis=1)),
            inputs=self.inputs + is_input,
            names=(*self.names[:at], "", *self.names[at:]),
            scalings=(*self.scalings[:at], None, *self.scalings[at:]),
        )

    def without_column(self, at: int) -> Sheet:
        """Without that column."""
        return replace(
            self,
            values=frozen(np.delete(self.values, at, axis=1)),
            inputs=self.inputs - (at < self.inputs),
            names=(*self.names[:at], *self.names[at + 1 :]),
            scalings=(*self.scalings[:at], *self.scalings[at + 1 :]),
        )

    def renamed(self, at: int, name: str) -> Sheet:
        """With another name for a column."""
        return replace(self, names=(*self.names[:at], name, *self.names[at + 1 :]))

    def name(self, column: int) -> str:
        """The name of a column, or x1, o1 and so on."""
        if self.names[column]:
            return self.names[column]
        if column < self.inputs:
            return f"x{column + 1}"
        return f"o{column - self.inputs + 1}"

    def data(self) -> Data:
        """The data that the table holds."""
        inputs, targets = self.values[:, : self.inputs], self.values[:, self.inputs :]
        some = self.held_out > 0
        return Data(
            frozen(inputs[: self.trained]),
            frozen(targets[: self.trained]),
            self._names(0, self.inputs),
            self._names(self.inputs, self.columns),
            held_out_inputs=frozen(inputs[self.trained :]) if some else None,
            held_out_targets=frozen(targets[self.trained :]) if some else None,
            input_scaling=_if_any(self.scalings[: self.inputs]),
            target_scaling=_if_any(self.scalings[self.inputs :]),
        )

    def _names(self, start: int, stop: int) -> tuple[str, ...]:
        """Those of a part: all of them, or none where none was given."""
        if not any(self.names[start:stop]):
            return ()
        return tuple(self.name(column) for column in range(start, stop))


def sheet_of(data: Data) -> Sheet:
    """Data as a Sheet."""
    parts = [np.hstack((data.inputs, data.targets))]
    if data.held_out_inputs is not None and data.held_out_targets is not None:
        parts.append(np.hstack((data.held_out_inputs, data.held_out_targets)))
    inputs, targets = data.inputs.shape[1], data.targets.shape[1]
    return Sheet(
        frozen(np.vstack(parts)),
        inputs,
        data.held_out_samples,
        (data.input_names or ("",) * inputs) + (data.target_names or ("",) * targets),
        (data.input_scaling or (None,) * inputs) + (data.target_scaling or (None,) * targets),
    )


def _if_any(scalings: tuple[Scaling | None, ...]) -> tuple[Scaling | None, ...]:
    return scalings if any(scalings) else ()
