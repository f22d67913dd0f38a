"""How weights start: one class each, a pure function of the experiment's seed and the layer."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.randomness import normal, uniform


class Initializer(ABC):
    """Weights of one layer before the first iteration."""

    name: ClassVar[str]

    @abstractmethod
    def weights(self, n_out: int, n_in: int, seed: int, layer: int) -> Array:
        """Returns W: (n_out, n_in)."""


class Uniform(Initializer):
    """Evenly distributed in [-1, 1)."""

    name = "uniform"

    def weights(self, n_out: int, n_in: int, seed: int, layer: int) -> Array:
        return 2.0 * uniform((n_out, n_in), seed, layer) - 1.0


class Normal(Initializer):
    """Normally distributed, mean 0, standard deviation 1."""

    name = "normal"

    def weights(self, n_out: int, n_in: int, seed: int, layer: int) -> Array:
        return normal((n_out, n_in), seed, layer)


class Xavier(Initializer):
    """Uniform in ±√(6 / (n_in + n_out)). Source: Glorot and Bengio, 2010, equation 16."""

    name = "xavier"

    def weights(self, n_out: int, n_in: int, seed: int, layer: int) -> Array:
        limit = np.sqrt(6.0 / (n_in + n_out))
        return np.asarray(limit * (2.0 * uniform((n_out, n_in), seed, layer) - 1.0))


class He(Initializer):
    """Normal with standard deviation √(2 / n_in). Source: He et al., 2015, equation 10."""

    name = "he"

    def weights(self, n_out: int, n_in: int, seed: int, layer: int) -> Array:
        return np.asarray(np.sqrt(2.0 / n_in) * normal((n_out, n_in), seed, layer))


class Zeros(Initializer):
    """Every weight 0: all units of a layer then stay alike for ever, which is worth seeing once."""

    name = "zeros"

    def weights(self, n_out: int, n_in: int, seed: int, layer: int) -> Array:
        return np.zeros((n_out, n_in))


INITIALIZERS: dict[str, Initializer] = {
    each.name: each for each in (Uniform(), Normal(), Xavier(), He(), Zeros())
}
