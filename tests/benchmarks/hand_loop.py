"""The floor: NumPy loops as one would write them by hand for speed, one per depth.

Every buffer is allocated once. What a general engine cannot do without giving up a quantity it
shows, these do: a - t is taken once for both E and ∂E/∂a, all gradients lie in one flat vector,
and rate and 1/B are one factor, so that the update of all parameters is two calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np

from engine.arrays import Array
from engine.experiment import Experiment

Loop = Callable[[Iterable[tuple[Array, Array]], list[float]], None]


class HandLoop:
    """A two- or three-layer sigmoid network with half squared error and plain descent."""

    def __init__(self, experiment: Experiment, with_error: bool = True) -> None:
        sizes = experiment.network.sizes
        self._batch = experiment.batch_size
        self._rate = float(experiment.optimizer.learning_rate)
        shapes = [shape for n, m in pairwise(sizes) for shape in ((m, n), (m, 1))]
        total = sum(rows * columns for rows, columns in shapes)
        self.parameters, self._gradient = np.empty(total), np.empty(total)
        values = _views(self.parameters, shapes)
        for view, start in zip(values, experiment.start_values.values(), strict=True):
            view[...] = start
        self._weights, self._biases = values[0::2], values[1::2]
        gradients = _views(self._gradient, shapes)
        self._dW, self._db = gradients[0::2], gradients[1::2]
        buffers = [np.empty((units, self._batch)) for units in sizes[1:]]
        self._a, self._delta, self._slope = (
            buffers,
            [np.empty_like(each) for each in buffers],
            [np.empty_like(each) for each in buffers],
        )
        self.run = {2: self._two_layers, 3: self._three_layers}[len(sizes) - 1](with_error)

    def _two_layers(self, with_error: bool) -> Loop:
        dot, add, subtract, multiply = np.dot, np.add, np.subtract, np.multiply
        exp, negative, reciprocal = np.exp, np.negative, np.reciprocal
        (W1, W2), (b1, b2), (a1, a2) = self._weights, self._biases, self._a
        (dW1, dW2), (db1, db2) = self._dW, self._db
        (d1, d2), (s1, s2) = self._delta, self._slope
        W2T, a1T = W2.T, a1.T
        parameters, gradient, one = self.parameters, self._gradient, np.array(1.0)
        step = np.array(self._rate / self._batch)
        flat, half = d2.reshape(-1), 0.5 / self._batch
        ones, single = np.ones((self._batch, 1)), self._batch == 1

        def run(batches: Iterable[tuple[Array, Array]], errors: list[float]) -> None:
            report = errors.append
            for x, t in batches:
                dot(W1, x, a1)
                add(a1, b1, a1)
                negative(a1, a1)
                exp(a1, a1)
                add(a1, one, a1)
                reciprocal(a1, a1)
                dot(W2, a1, a2)
                add(a2, b2, a2)
                negative(a2, a2)
                exp(a2, a2)
                add(a2, one, a2)
                reciprocal(a2, a2)
                subtract(a2, t, d2)
                if with_error:
                    report(half * flat.dot(flat).item())
                subtract(one, a2, s2)
                multiply(a2, s2, s2)
                multiply(d2, s2, d2)
                dot(W2T, d2, d1)
                subtract(one, a1, s1)
                multiply(a1, s1, s1)
                multiply(d1, s1, d1)
                dot(d1, x.T, dW1)
                dot(d2, a1T, dW2)
                if single:
                    db1[...] = d1
                    db2[...] = d2
                else:
                    dot(d1, ones, db1)
                    dot(d2, ones, db2)
                multiply(gradient, step, gradient)
                subtract(parameters, gradient, parameters)

        return run

    def _three_layers(self, with_error: bool) -> Loop:
        dot, add, subtract, multiply = np.dot, np.add, np.subtract, np.multiply
        exp, negative, reciprocal = np.exp, np.negative, np.reciprocal
        (W1, W2, W3), (b1, b2, b3), (a1, a2, a3) = self._weights, self._biases, self._a
        (dW1, dW2, dW3), (db1, db2, db3) = self._dW, self._db
        (d1, d2, d3), (s1, s2, s3) = self._delta, self._slope
        W2T, W3T, a1T, a2T = W2.T, W3.T, a1.T, a2.T
        parameters, gradient, one = self.parameters, self._gradient, np.array(1.0)
        step = np.array(self._rate / self._batch)
        flat, half = d3.reshape(-1), 0.5 / self._batch
        ones = np.ones((self._batch, 1))

        def run(batches: Iterable[tuple[Array, Array]], errors: list[float]) -> None:
            report = errors.append
            for x, t in batches:
                dot(W1, x, a1)
                add(a1, b1, a1)
                negative(a1, a1)
                exp(a1, a1)
                add(a1, one, a1)
                reciprocal(a1, a1)
                dot(W2, a1, a2)
                add(a2, b2, a2)
                negative(a2, a2)
                exp(a2, a2)
                add(a2, one, a2)
                reciprocal(a2, a2)
                dot(W3, a2, a3)
                add(a3, b3, a3)
                negative(a3, a3)
                exp(a3, a3)
                add(a3, one, a3)
                reciprocal(a3, a3)
                subtract(a3, t, d3)
                if with_error:
                    report(half * flat.dot(flat).item())
                subtract(one, a3, s3)
                multiply(a3, s3, s3)
                multiply(d3, s3, d3)
                dot(W3T, d3, d2)
                subtract(one, a2, s2)
                multiply(a2, s2, s2)
                multiply(d2, s2, d2)
                dot(W2T, d2, d1)
                subtract(one, a1, s1)
                multiply(a1, s1, s1)
                multiply(d1, s1, d1)
                dot(d1, x.T, dW1)
                dot(d2, a1T, dW2)
                dot(d3, a2T, dW3)
                dot(d1, ones, db1)
                dot(d2, ones, db2)
                dot(d3, ones, db3)
                multiply(gradient, step, gradient)
                subtract(parameters, gradient, parameters)

        return run


def _views(vector: Array, shapes: Sequence[tuple[int, int]]) -> list[Array]:
    views, start = [], 0
    for rows, columns in shapes:
        views.append(vector[start : start + rows * columns].reshape(rows, columns))
        start += rows * columns
    return views
