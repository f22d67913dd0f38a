"""The experiments that ship, in the order of the picker."""

from __future__ import annotations

from pathlib import Path

from engine.formats.experiment_json import SUFFIX
from gui.translation import tr

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "examples"
FIRST = "2-3-2"


def titles() -> dict[str, str]:
    """The title of each example by its file's name without the ending."""
    return {
        "2-3-2": tr("2-3-2, node by node"),
        "2-3-1": tr("2-3-1, node by node"),
        "4-5-3-2": tr("4-5-3-2, matrix form"),
        "2-2-2-frozen-biases": tr("2-2-2 by hand, biases frozen"),
        "2-2-2-trained-biases": tr("2-2-2 by hand, biases trained"),
        "2-2-2-no-biases": tr("2-2-2 by hand, no biases"),
        "xor": tr("XOR, 2-2-1"),
        "sine": tr("Sine, 1-8-1"),
        "iris": tr("Iris, 4-6-3"),
        "digits": tr("Digits, 64-32-10"),
    }


def path(name: str) -> Path:
    """The file of an example."""
    return FOLDER / f"{name}{SUFFIX}"
