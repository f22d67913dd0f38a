"""Text from a file, made fit to be shown: one line, no direction tricks, not endless."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from engine.experiment import Experiment

_MOST_TITLE, _MOST_NAME, _MOST_NOTES = 80, 40, 600


def plain(text: str, most: int) -> str:
    """`text` without control, format and line characters, elided to `most` characters."""
    kept = (char if unicodedata.category(char)[0] != "C" else " " for char in text[: 20 * most])
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def fit_to_show(experiment: Experiment) -> Experiment:
    """The same experiment with a title, notes and names that can be shown as they are."""
    data = experiment.data
    return replace(
        experiment,
        title=plain(experiment.title, _MOST_TITLE),
        notes=plain(experiment.notes, _MOST_NOTES),
        data=replace(
            data,
            input_names=tuple(plain(name, _MOST_NAME) for name in data.input_names),
            target_names=tuple(plain(name, _MOST_NAME) for name in data.target_names),
        ),
    )


def file_stem(title: str) -> str:
    """A file's name made of a title: letters, digits and dashes."""
    words = "".join(char if char.isalnum() else " " for char in plain(title, 60)).split()
    return "-".join(words).lower() or "network"
