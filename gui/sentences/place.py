"""What a sentence is about: the place a Frame stands on, its numbers, and the words for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from engine.arrays import Array
from engine.expression import Expression, Term, quantity
from engine.frame import Frame
from engine.operations import LossValue, Operation
from engine.position import Element
from engine.program import Step
from gui.numbers import MINUS, NumberFormat
from gui.sentences.naming import Names, quoted_name
from gui.translation import tr

_Operation = TypeVar("_Operation", bound=Operation)
_MOST_LISTED = 4


class Place:
    """The element or the group of elements that a sentence is about, and the words for it."""

    def __init__(
        self, frame: Frame, step: Step, numbers: NumberFormat, names: Names, sample: int
    ) -> None:
        self.frame, self.step, self.numbers, self.names = frame, step, numbers, names
        self.sample = sample
        self.layer = step.layer or 0
        self.batch = frame.batch
        self.what = quantity(step.writes)
        element = frame.position.element
        self.row, self.column = (*element, 0, 0)[:2]
        rows, columns = (*frame.program.shape(step.writes, 1), 1, 1)[:2]
        self.whole = not element
        self.count = rows * columns if self.whole else columns if len(element) == 1 else 1
        self.is_one = self.count == 1

    # What is computed

    def operation(self, kind: type[_Operation]) -> _Operation:
        """What the Step does, which is known to be of this kind."""
        operation = self.step.operation
        assert isinstance(operation, kind)
        return operation

    @property
    def loss_name(self) -> str:
        step = self.frame.program.step_writing("E")
        assert step is not None
        assert isinstance(step.operation, LossValue)
        return step.operation.loss.name

    # Numbers

    @property
    def value(self) -> float:
        """What the Step wrote into the one element."""
        column = self.column if self.what.is_weight_shaped else self.sample
        return self.frame.value(self.step.writes, self.row, column)

    @property
    def written(self) -> str:
        """That value, as a text."""
        return self.number(self.value)

    @property
    def values(self) -> Array:
        """What the Step wrote into the group, in the order of the arrays."""
        return self.group_of(self.frame.after[self.step.writes])

    def group_of(self, array: Array) -> Array:
        """The group's elements of an array that is shaped like what the Step writes."""
        if self.what.is_weight_shaped:
            return array.ravel() if self.whole else array[self.row]
        return array[:, 0 if self.what.is_bias_shaped else self.sample]

    @property
    def elements(self) -> tuple[Element, ...]:
        """The group, in the same order."""
        return self.frame.focus

    @property
    def element(self) -> Element:
        if self.what.is_weight_shaped:
            return self.row, self.column
        return () if self.what.layer is None else (self.row,)

    def read(self, name: str, *indices: int) -> float:
        """One element of what the Step reads, for the sample looked at."""
        return self.frame.operands(self.sample)(Term(name, indices))

    def evaluated(self, expression: Expression) -> float:
        """The number of an engine's expression; NaN where floating point cannot hold it."""
        try:
            return expression.evaluate(self.frame.operands(self.sample))
        except (ArithmeticError, ValueError):
            return math.nan

    def number(self, value: float) -> str:
        return self.numbers.text(value)

    def size(self, value: float) -> str:
        """The number without its sign."""
        return self.numbers.text(value).removeprefix(MINUS)

    @property
    def is_short(self) -> bool:
        """Whether each number of the group is told, rather than the least and the greatest."""
        return self.count <= _MOST_LISTED

    def listed(self, values: Array) -> str:
        """Some numbers, or where they are many the least and the greatest of them."""
        low, high = (self.number(float(each)) for each in (values.min(), values.max()))
        if len(values) <= _MOST_LISTED:
            *others, last = (self.number(float(each)) for each in values)
            return tr("{others} and {last}", others=", ".join(others), last=last)
        if low == high:
            return tr("all {value}", value=low)
        return tr("between {low} and {high}", low=low, high=high)

    def equal(self, symbol: str, values: Array) -> str:
        """`symbol = numbers`, or where these are many `symbol between …`."""
        equals = " =" if len(values) <= _MOST_LISTED else ""
        return f"{symbol}{equals} {self.listed(values)}"

    # Words

    @property
    def below(self) -> str:
        """The letter of the activations of the layer below."""
        return "x" if self.layer == 1 else "a"

    @property
    def is_top(self) -> bool:
        return self.layer == self.frame.program.layers

    def unit_of(self, layer: int, unit: int) -> str:
        """What one unit is called."""
        if layer == 0:
            return tr("input {name}", name=quoted_name(self.names.input_names, unit))
        if layer == self.frame.program.layers:
            return tr("output {name}", name=quoted_name(self.names.target_names, unit))
        return tr("unit {unit} of layer {layer}", unit=unit + 1, layer=layer)

    @property
    def unit(self) -> str:
        return self.unit_of(self.layer, self.row)

    @property
    def units(self) -> str:
        """All units of the layer; there is more than one."""
        if self.is_top:
            return tr("the {count} outputs", count=self.count)
        return tr("the {count} units of layer {layer}", count=self.count, layer=self.layer)

    @property
    def parameter(self) -> str:
        """The one weight or bias."""
        if self.what.is_bias_shaped:
            return tr("the bias of {unit}", unit=self.unit)
        source = self.unit_of(self.layer - 1, self.column)
        return tr("the weight from {source} to {unit}", source=source, unit=self.unit)

    @property
    def parameters(self) -> str:
        """The weights or biases of a group; there is more than one."""
        if self.what.is_bias_shaped:
            return tr("the {count} biases of layer {layer}", count=self.count, layer=self.layer)
        if self.whole:
            return tr("the {count} weights into layer {layer}", count=self.count, layer=self.layer)
        return tr("the {count} weights into {unit}", count=self.count, unit=self.unit)

    @property
    def partial(self) -> str:
        """The gradient's symbol for one parameter."""
        return "∂E/∂b" if self.what.is_bias_shaped else "∂E/∂w"

    def result(self, symbol: str) -> str:
        """`symbol = number`, with the sample where a batch has more than one."""
        value = self.written
        if self.batch == 1:
            return f"{symbol} = {value}"
        return tr(
            "{symbol} = {value} for sample {number} of {batch}",
            symbol=symbol,
            value=value,
            number=self.sample + 1,
            batch=self.batch,
        )

    def for_each(self, formula: str) -> str:
        """The formula of a whole layer and what it gave, for the sample looked at."""
        if self.batch == 1:
            return tr("{formula}: {values}", formula=formula, values=self.listed(self.values))
        return tr(
            "{formula}, for sample {number} of {batch}: {values}",
            formula=formula,
            number=self.sample + 1,
            batch=self.batch,
            values=self.listed(self.values),
        )


Teller: TypeAlias = Callable[[Place], str]
# For one element, and for a group of them.
Tellers: TypeAlias = Mapping[type[Operation], tuple[Teller, Teller]]
