"""The experiment that `New` begins with."""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.losses import LOSSES


def blank_experiment() -> Experiment:
    """Two inputs, two hidden units, one output, and one sample to type over."""
    layers = tuple(Layer(units, ACTIVATIONS["sigmoid"]) for units in (2, 1))
    data = Data(np.array([[0.5, -0.5]]), np.array([[1.0]]))
    return Experiment(Network(2, layers), LOSSES["half_squared_error"], data)
