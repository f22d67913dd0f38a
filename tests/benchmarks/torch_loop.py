"""The peer: the same network in PyTorch eager, as a competent user writes it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import nn

from engine.experiment import Experiment

from .networks import LEARNING_RATE


class TorchLoop:
    """torch.nn modules, torch.optim.SGD, float64, default threads; rows are samples."""

    def __init__(self, experiment: Experiment) -> None:
        modules: list[nn.Module] = []
        for n, m in pairwise(experiment.network.sizes):
            modules += [nn.Linear(n, m, dtype=torch.float64), nn.Sigmoid()]
        self._model = nn.Sequential(*modules)
        starts = experiment.start_values.values()
        with torch.no_grad():
            for parameter, start in zip(self._model.parameters(), starts, strict=True):
                parameter.copy_(torch.tensor(start).reshape(parameter.shape))
        self._optimizer = torch.optim.SGD(self._model.parameters(), lr=LEARNING_RATE)
        self._squared_error = nn.MSELoss(reduction="sum")
        self._scale = 0.5 / experiment.batch_size
        inputs = torch.tensor(experiment.data.inputs)
        targets = torch.tensor(experiment.data.targets)
        size = experiment.batch_size
        self._batches = list(zip(inputs.split(size), targets.split(size), strict=True))

    def run(self, iterations: int, report: Callable[[torch.Tensor], None] | None = None) -> None:
        """`iterations` iterations from an epoch's start; E of each to `report`, if asked for."""
        model, optimizer, batches = self._model, self._optimizer, self._batches
        squared_error, scale = self._squared_error, self._scale
        for iteration in range(iterations):
            x, t = batches[iteration % len(batches)]
            optimizer.zero_grad(set_to_none=True)
            loss = scale * squared_error(model(x), t)
            loss.backward()
            optimizer.step()
            if report is not None:
                report(loss.detach())

    def losses(self, iterations: int) -> list[float]:
        """E of the first iterations."""
        errors: list[float] = []
        self.run(iterations, lambda loss: errors.append(loss.item()))
        return errors
