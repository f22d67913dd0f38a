"""What the formats of trained weights have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from engine.experiment import Experiment
from engine.formats.files import write_bytes


@dataclass(frozen=True, eq=False, slots=True)
class Trained:
    """Weights to be exported: an experiment whose network holds them, and when they were taken.

    iteration: how many iterations they have been trained.
    """

    experiment: Experiment
    iteration: int

    def architecture(self) -> dict[str, Any]:
        """The network without its numbers, for a format that keeps the numbers as arrays."""
        network = self.experiment.network
        return {
            "format": "gradwalk.weights",
            "version": 1,
            "title": self.experiment.title,
            "iteration": self.iteration,
            "loss": self.experiment.loss.name,
            "inputs": network.inputs,
            "layers": [
                {"units": each.units, "activation": each.activation.name, "bias": each.bias}
                for each in network.layers
            ],
        }


class WeightsFormat(ABC):
    """One format of trained weights."""

    name: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def encode(self, trained: Trained) -> bytes:
        """The content of a file."""

    def write(self, path: Path, trained: Trained) -> None:
        """Writes a file; the old one stands until the new one is whole. Raises FileError."""
        write_bytes(path, self.encode(trained))
