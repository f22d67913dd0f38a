"""The networks that are trained, the same for every contender."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.losses import LOSSES
from engine.optimizers import GradientDescent

LEARNING_RATE = 0.1


@dataclass(frozen=True)
class Task:
    """One network, its batch size, what the issue asks of it, and how long a round takes.

    iterations: of a round, so that every contender's round takes some tens of milliseconds.
    """

    sizes: tuple[int, ...]
    batch: int
    over_pytorch: float
    iterations: int

    @property
    def title(self) -> str:
        return f"{'-'.join(map(str, self.sizes))}, batch {self.batch}"

    def experiment(self) -> Experiment:
        """Sigmoid everywhere, half squared error, plain gradient descent, targets in (0, 1)."""
        generator = np.random.default_rng(7)
        samples = 4 * self.batch
        inputs = generator.uniform(0.0, 1.0, (samples, self.sizes[0]))
        targets = generator.uniform(0.1, 0.9, (samples, self.sizes[-1]))
        return Experiment(
            network=Network(
                self.sizes[0],
                tuple(Layer(units, ACTIVATIONS["sigmoid"]) for units in self.sizes[1:]),
            ),
            loss=LOSSES["half_squared_error"],
            data=Data(frozen(inputs), frozen(targets)),
            optimizer=GradientDescent(LEARNING_RATE),
            batch_size=self.batch,
            seed=1,
        )


TASKS = (
    Task((2, 3, 2), 1, 6.0, 2000),
    Task((30, 20, 20, 5), 16, 5.0, 1000),
    Task((64, 32, 10), 32, 4.0, 800),
    Task((256, 96, 10), 64, 1.3, 200),
)
