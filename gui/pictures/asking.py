"""Where to write a file, with an ending of one of several formats."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(
    parent: QWidget, title: str, suggested: Path, filters: Mapping[str, str]
) -> tuple[Path, str] | None:
    """Where to write, and which filter was chosen; None if nowhere.

    filters: texts such as "SVG (*.svg)", each with its ending; a name that ends in none of these
    gets that of the filter. What would be written over is asked about by its whole name.
    """
    while True:
        chosen, used = QFileDialog.getSaveFileName(
            parent, title, str(suggested), ";;".join(filters)
        )
        if not chosen:
            return None
        if used not in filters:
            used = next(iter(filters))
        path = Path(chosen)
        if path.name.lower().endswith(tuple(filters.values())):
            return path, used
        # Of an ending in two parts the last may be there: "mine.json" is to be one of ours.
        last = Path(filters[used]).suffix
        path = path.with_name(path.name.removesuffix(last) + filters[used])
        if not path.exists():
            return path, used
        suggested = path  # Asked again, so that the person is asked about the file that is there.
