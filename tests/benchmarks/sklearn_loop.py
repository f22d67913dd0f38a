"""scikit-learn's MLPRegressor, one `partial_fit` a batch, as the peer that students know."""

from __future__ import annotations

import warnings
from itertools import cycle, islice

import numpy as np
from sklearn.neural_network import MLPRegressor

from engine.experiment import Experiment


class SklearnLoop:
    """The same batches in the same order, plain gradient descent without its L2 penalty.

    Its regressor has identity outputs only: the experiment it is compared on has them too.
    """

    def __init__(self, experiment: Experiment) -> None:
        size, data = experiment.batch_size, experiment.data
        rows = [slice(start, start + size) for start in range(0, data.samples, size)]
        self._batches = [(data.inputs[each], data.targets[each]) for each in rows]
        self._model = MLPRegressor(
            hidden_layer_sizes=experiment.network.sizes[1:-1],
            activation="logistic",
            solver="sgd",
            alpha=0.0,
            batch_size=size,
            learning_rate_init=experiment.optimizer.learning_rate,
            momentum=0.0,
            nesterovs_momentum=False,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A column of targets is taken as one, and said.
            self._model.partial_fit(*self._batches[0])  # Makes the arrays that are set below.
        values = experiment.start_values
        for index in range(len(experiment.network.layers)):
            self._model.coefs_[index][:] = values[f"W{index + 1}"].T
            self._model.intercepts_[index][:] = values[f"b{index + 1}"][:, 0]

    def run(self, iterations: int) -> None:
        """One `partial_fit` for each batch."""
        for inputs, targets in islice(cycle(self._batches), iterations):
            self._model.partial_fit(inputs, targets)

    def weights(self) -> list[np.ndarray]:
        """W of each layer, to × from."""
        return [each.T for each in self._model.coefs_]
