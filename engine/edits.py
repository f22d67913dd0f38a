"""Edits: what a person changes in a run, from the start of an iteration on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, frozen
from engine.errors import ExperimentError

if TYPE_CHECKING:  # An experiment holds its edits.
    from engine.experiment import Experiment

INPUT, TARGET, CLASS, LEARNING_RATE = "input", "target", "class", "learning_rate"
RATE_OF = f".{LEARNING_RATE}"
"""After a parameter's name: its own learning rate."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One number that is another from the start of `iteration` on.

    what: a parameter ("W1", "b2") with element (to, from) or (unit,); "input" or "target" with
    element (row of the data, column); "class" with element (row of the data,): the row's target
    becomes one-hot with its 1 in column `value`, all in one change, as a loss for one-hot targets
    could not judge the rows between; "learning_rate", the optimizer's, with element ();
    "W1.learning_rate", of a parameter, with element () for all of it, or that of one weight.
    """

    iteration: int
    what: str
    element: tuple[int, ...]
    value: float

    def applied(
        self, experiment: Experiment, values: Mapping[str, Array]
    ) -> tuple[Experiment, dict[str, Array]]:
        """The experiment and the carried values with this edit in them.

        Raises ExperimentError where there is nothing of that name or element.
        """
        if not np.isfinite(self.value):
            raise ExperimentError(f"{self.what}: {self.value} is not a finite number")
        if self.what == LEARNING_RATE:
            if self.element:
                raise ExperimentError(self._no_element())
            optimizer = replace(experiment.optimizer, learning_rate=self.value)  # type: ignore[type-var]
            return replace(experiment, optimizer=optimizer), dict(values)
        if self.what.endswith(RATE_OF):
            return self._with_rate(experiment), dict(values)
        if self.what in (INPUT, TARGET, CLASS):
            data = replace(experiment.data, name=None, settings=None)
            if self.what == INPUT:
                data = replace(data, inputs=self._changed(data.inputs, self.element))
            elif self.what == TARGET:
                data = replace(data, targets=self._changed(data.targets, self.element))
            else:
                data = replace(data, targets=self._with_class(data.targets))
            return replace(experiment, data=data), dict(values)
        if self.what not in experiment.start_values:
            raise ExperimentError(f"{self.what[:40]}: the network has no such weights or biases")
        column = (0,) if self.what.startswith("b") else ()
        changed = self._changed(values[self.what], (*self.element, *column))
        return experiment, {**values, self.what: changed}

    def _with_rate(self, experiment: Experiment) -> Experiment:
        parameter = self.what.removesuffix(RATE_OF)
        if parameter not in experiment.start_values:
            raise ExperimentError(f"{self.what[:40]}: the network has no such weights or biases")
        is_bias, l = parameter.startswith("b"), int(parameter[1:])
        rate: float | Array = self.value
        if self.element:
            shape = experiment.start_values[parameter].shape
            before = np.broadcast_to(experiment.rate_of(parameter), shape)
            rate = self._changed(before, (*self.element, *((0,) if is_bias else ())))
        layers = list(experiment.network.layers)
        if is_bias:
            layers[l - 1] = replace(layers[l - 1], bias_learning_rate=rate)
        else:
            layers[l - 1] = replace(layers[l - 1], weight_learning_rate=rate)
        return replace(experiment, network=replace(experiment.network, layers=tuple(layers)))

    def value_for(self, what: str, element: tuple[int, ...]) -> float | None:
        """What this edit makes of one element, called as above; None where it is of another."""
        if (self.what, self.element) == (what, element):
            return self.value
        if self.what == CLASS and what == TARGET and self.element == element[:1]:
            return float(element[1] == self.value)
        return None

    def _with_class(self, targets: Array) -> Array:
        rows, classes = targets.shape
        if len(self.element) != 1 or not 0 <= self.element[0] < rows:
            raise ExperimentError(self._no_element())
        if self.value not in range(classes):
            raise ExperimentError(
                f"{CLASS}: {self.value} is none of the {classes} classes, which count from 0"
            )
        changed = targets.copy()
        changed[self.element[0]] = np.arange(classes) == self.value
        return frozen(changed)

    def _changed(self, array: Array, element: tuple[int, ...]) -> Array:
        inside = all(0 <= at < size for at, size in zip(element, array.shape, strict=False))
        if len(element) != array.ndim or not inside:
            raise ExperimentError(self._no_element())
        changed = array.copy()
        changed[element] = self.value
        return frozen(changed)

    def _no_element(self) -> str:
        return f"{self.what}: there is no element {list(self.element)}"
