"""The losses of a run, or the trace of one iteration, as a table in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from engine.arrays import Array
from engine.errors import GradwalkError
from engine.formats import TRACES
from engine.formats.files import replacing, write_bytes
from engine.formats.losses_csv import losses_csv
from engine.formats.trace import Row
from gui import dialogs
from gui.pictures.asking import ask_where
from gui.translation import tr

# What a trace is called by the ending of its file.
_TRACES = {".csv": "csv", ".jsonl": "jsonl", ".md": "markdown"}


class Tables(Protocol):
    """What there is to write down of a run.

    losses: (iterations,), E of each iteration from 0 on.
    """

    @property
    def losses(self) -> Array: ...

    @property
    def iterations_per_epoch(self) -> int: ...

    def trace(self) -> Iterable[Row]:
        """Every Step of the iteration stood in. Raises NonFiniteError where a number is none."""
        ...


def export_table(parent: QWidget, tables: Tables, folder: str, stem: str) -> Path | None:
    """Asks where to write which table, and writes it; a failure is told in one sentence.

    Returns the file; None if none was written.
    """
    losses = tr("E of every iteration, CSV (*.csv)")
    filters = {
        losses: ".csv",
        tr("Trace of this iteration, CSV (*.csv)"): ".csv",
        tr("Trace of this iteration, JSON lines (*.jsonl)"): ".jsonl",
        tr("Trace of this iteration, Markdown (*.md)"): ".md",
    }
    answer = ask_where(parent, tr("Export table"), Path(folder) / f"{stem}.csv", filters)
    if answer is None:
        return None
    path, used = answer
    try:
        # Only CSV is an ending of both: there the chosen filter tells which is wanted.
        if used == losses and path.suffix.lower() == ".csv":
            write_losses(path, tables)
        else:
            write_trace(path, tables)
    except GradwalkError as error:
        dialogs.tell(parent, str(error))
        return None
    return path


def write_losses(path: Path, tables: Tables) -> None:
    """Writes the losses. Raises FileError."""
    write_bytes(path, losses_csv(tables.losses, tables.iterations_per_epoch).encode("utf-8"))


def write_trace(path: Path, tables: Tables) -> None:
    """Writes the trace in the format of the file's ending. Raises GradwalkError."""
    with replacing(path) as file:
        file.writelines(line.encode("utf-8") for line in _lines(path.suffix.lower(), tables))


def _lines(suffix: str, tables: Tables) -> Iterator[str]:
    form = TRACES[_TRACES[suffix]]
    for line in form.header():
        yield line + "\n"
    for row in tables.trace():
        for line in form.lines(row):
            yield line + "\n"
