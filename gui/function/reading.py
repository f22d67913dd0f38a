"""How the function view reads the outputs: as classes, or one of them as a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.experiment import Experiment
from engine.function import NO_CLASS, Classes, Numbers, classes_of
from gui.function.axes import Range
from gui.numbers import NumberFormat
from gui.translation import tr

SHOWN_DIGITS = 4
_INPUT_DIGITS, _PROBABILITY_DIGITS = 3, 3
_MOST_IN_A_ROW = 12


def input_name(experiment: Experiment, unit: int) -> str:
    """The name of an input: the data's, or x1 and so on."""
    names = experiment.data.input_names
    return names[unit] if unit < len(names) else f"x{unit + 1}"


def target_name(experiment: Experiment, unit: int) -> str:
    """The name of an output: the data's, or o1 and so on."""
    names = experiment.data.target_names
    return names[unit] if unit < len(names) else f"o{unit + 1}"


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """What is looked at: all outputs as classes (output None), or one of them.

    classes: None where the outputs are numbers. names: of the classes. limits: the least and the
    greatest value the output can have, where it has them.
    """

    output: int | None
    classes: Classes | None
    title: str
    names: tuple[str, ...] = ()
    limits: Range | None = None

    def columns(self, values: Array) -> Array:
        """What is read of outputs or targets (N, n): all columns, or the one."""
        return values if self.output is None else values[:, self.output : self.output + 1]

    def classes_in(self, values: Array) -> Numbers:
        """The class of each row; NO_CLASS where the outputs are numbers."""
        if self.classes is None:
            return np.full(len(values), NO_CLASS)
        return self.classes.of(self.columns(values))

    def answer(self, values: Array, numbers: NumberFormat) -> str:
        """One row of outputs (1, n) in words: 0.83, or arm 2, 0.83."""
        read = self.columns(values)
        if self.output is not None:
            return numbers.short(float(read[0, 0]), SHOWN_DIGITS)
        found = int(self.classes_in(values)[0])
        if found == NO_CLASS:
            return number_list(read[0], numbers)
        value = numbers.short(float(read[0, found]), _PROBABILITY_DIGITS)
        return tr("{name}, {value}", name=self.names[found], value=value)

    def target_text(self, target: Array, numbers: NumberFormat) -> str:
        """One row of targets (n,) in words: the class, or the numbers."""
        found = int(self.classes_in(target[np.newaxis])[0])
        if found != NO_CLASS:
            return self.names[found]
        return number_list(self.columns(target[np.newaxis])[0], numbers)


def whole_reading(experiment: Experiment) -> Reading | None:
    """All outputs together, as classes; None where they are not classes."""
    outputs, data = experiment.network.sizes[-1], experiment.data
    classes = classes_of(data.targets)
    if classes is None or outputs == 1:
        return None
    names = tuple(target_name(experiment, k) for k in range(outputs))
    return Reading(None, classes, tr("all classes"), names)


def output_reading(experiment: Experiment, output: int) -> Reading:
    """One output alone."""
    classes = classes_of(experiment.data.targets[:, output : output + 1])
    title = target_name(experiment, output)
    inside = experiment.network.layers[-1].activation.inside_unit_interval
    limits = Range(0.0, 1.0) if inside else None
    if classes is None:
        return Reading(output, None, title, limits=limits)
    numbers = NumberFormat(SHOWN_DIGITS)
    names = (numbers.text(classes.low), numbers.text(classes.high))
    return Reading(output, classes, title, names, limits)


def row_reading(experiment: Experiment) -> Reading:
    """How a whole row of outputs is read: as a class where it is one, or else as numbers."""
    whole = whole_reading(experiment)
    if whole is not None:
        return whole
    if experiment.network.sizes[-1] == 1:
        return output_reading(experiment, 0)
    return Reading(None, None, "")


def number_list(values: Array, numbers: NumberFormat) -> str:
    """Numbers, a few digits each, with commas between them."""
    texts = [numbers.short(float(value), SHOWN_DIGITS) for value in values[:_MOST_IN_A_ROW]]
    return ", ".join(texts) + ("…" if len(values) > _MOST_IN_A_ROW else "")


def input_list(experiment: Experiment, values: Array, numbers: NumberFormat) -> str:
    """Inputs with their names: x1 0.3, x2 0.7."""
    texts = [
        f"{input_name(experiment, unit)} {numbers.short(float(value), _INPUT_DIGITS)}"
        for unit, value in enumerate(values[:_MOST_IN_A_ROW])
    ]
    return ", ".join(texts) + ("…" if len(values) > _MOST_IN_A_ROW else "")
