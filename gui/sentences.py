"""One plain sentence for what a Step does, at every stop."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.activations import Activation
from engine.expression import Add, Expression, Term, quantity
from engine.frame import Frame
from engine.operations import (
    Activate,
    ActivationBackward,
    Affine,
    BackPropagate,
    BiasGradient,
    LossGradient,
    LossValue,
    Operation,
    WeightGradient,
)
from engine.optimizers import (
    Accelerate,
    AdamDescend,
    Count,
    Descend,
    RunningMean,
    RunningMeanOfSquares,
)
from engine.position import Element
from engine.program import Phase, Program, Step
from gui.numbers import MINUS, NumberFormat
from gui.translation import tr


@dataclass(frozen=True, slots=True)
class Names:
    """What the data calls its columns; a unit without a name is called by its number."""

    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()


def sentence(frame: Frame, numbers: NumberFormat, names: Names, sample: int = 0) -> str:
    """What the Step stood on does, for the column `sample` where the columns differ."""
    if frame.step is None:
        return _start(frame)
    at = _Place(frame, frame.step, numbers, names, min(sample, frame.batch - 1))
    said = _not_finite(at) or _told(at)
    done = _completed(frame, frame.step)
    return tr("{sentence} {completed}", sentence=said, completed=done) if done else said


def title(program: Program, step: Step) -> str:
    """What a Step computes, in a few words: for lists and tooltips."""
    what = quantity(step.writes)
    if what.layer is None:
        return _title_without_layer(step)
    group = _layer_parameters(what.kind, what.layer)
    if what.slot == "velocity":
        return tr("velocities of {parameters}", parameters=group)
    if what.slot == "m":
        return tr("running means of the gradients of {parameters}", parameters=group)
    if what.slot == "v":
        return tr("running means of the squared gradients of {parameters}", parameters=group)
    layer = _layer(program, what.layer)
    match what.kind:
        case "z":
            return tr("pre-activations of {layer}", layer=layer)
        case "a":
            return tr("activations of {layer}", layer=layer)
        case "da":
            return tr("back-propagated error on the activations of {layer}", layer=layer)
        case "delta":
            return tr("δ of {layer}", layer=layer)
        case "dW" | "db":
            return tr("gradients of {parameters}", parameters=group)
        case _:
            return tr("update of {parameters}", parameters=group)


def _title_without_layer(step: Step) -> str:
    if step.writes == "E":
        return tr("error of the network")
    return tr("number of updates so far")


def _layer(program: Program, layer: int) -> str:
    return tr("the output layer") if layer == program.layers else tr("layer {layer}", layer=layer)


def _layer_parameters(kind: str, layer: int) -> str:
    if kind in ("b", "db"):
        return tr("the biases of layer {layer}", layer=layer)
    return tr("the weights into layer {layer}", layer=layer)


class _Place:
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

    # Numbers

    @property
    def value(self) -> float:
        """What the Step wrote into the one element."""
        column = self.column if self.what.is_weight_shaped else self.sample
        return self.frame.value(self.step.writes, self.row, column)

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

    # Words

    @property
    def is_top(self) -> bool:
        return self.layer == self.frame.program.layers

    def unit_of(self, layer: int, unit: int) -> str:
        """What one unit is called."""
        if layer == 0:
            return tr("input {name}", name=_name(self.names.input_names, unit))
        if layer == self.frame.program.layers:
            return tr("output {name}", name=_name(self.names.target_names, unit))
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

    @property
    def partials(self) -> str:
        """The gradient's symbol for a group, and that of the group."""
        return "∂E/∂b" if self.what.is_bias_shaped else "∂E/∂W"

    @property
    def letter(self) -> str:
        return "b" if self.what.is_bias_shaped else "W"

    def result(self, symbol: str) -> str:
        """`symbol = number`, with the sample where a batch has more than one."""
        value = self.number(self.value)
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
        """The formula of a whole layer, which holds for every sample of a batch."""
        if self.batch == 1:
            return formula
        return tr("{formula} for each of {batch} samples", formula=formula, batch=self.batch)


def _name(given: tuple[str, ...], index: int) -> str:
    """A column's name, quoted where it is more than one word, or else its number."""
    name = given[index] if index < len(given) else str(index + 1)
    return tr("“{name}”", name=name) if " " in name else name


def _loss_name(frame: Frame) -> str:
    step = frame.program.step_writing("E")
    assert step is not None
    assert isinstance(step.operation, LossValue)
    return step.operation.loss.name


def _function(activation: Activation) -> str:
    match activation.name:
        case "identity":
            return tr("the identity")
        case "sigmoid":
            return tr("the sigmoid")
        case "tanh":
            return tr("tanh")
        case "relu":
            return tr("ReLU")
        case "leaky_relu":
            return tr("leaky ReLU")
        case "softplus":
            return tr("softplus")
        case "softmax":
            return tr("softmax")
        case other:
            return other


# What is said besides the Step itself


def _start(frame: Frame) -> str:
    iteration = frame.position.iteration
    if frame.batch == 1:
        return tr(
            "Iteration {iteration} starts with sample {sample} of the data: its inputs and the "
            "weights are known, nothing else is computed yet.",
            iteration=iteration,
            sample=frame.samples[0] + 1,
        )
    return tr(
        "Iteration {iteration} starts with a batch of {batch} samples: their inputs and the "
        "weights are known, nothing else is computed yet.",
        iteration=iteration,
        batch=frame.batch,
    )


def _completed(frame: Frame, step: Step) -> str:
    """What is done once a whole Step that ends a phase is done."""
    if frame.position.element or frame.program.last_of_phase[step.phase] != step.index:
        return ""
    match step.phase:
        case Phase.FORWARD:
            return tr("The forward phase is complete.")
        case Phase.DELTA:
            return tr("The delta phase is complete.")
        case Phase.GRADIENT:
            return tr("The gradient phase is complete.")
        case Phase.UPDATE:
            return tr("Iteration {iteration} is complete.", iteration=frame.position.iteration)


def _not_finite(at: _Place) -> str | None:
    where = _first_not_finite(at)
    if where is None:
        return None
    value = float(at.frame.after[at.step.writes][where])
    return tr(
        "{quantity} became {value}, which is not a finite number, so nothing computed from it "
        "has a meaning; a smaller learning rate may prevent this.",
        quantity=_place_name(at, where),
        value=at.number(value),
    )


def _first_not_finite(at: _Place) -> Element | None:
    """Where the first such value stands among those told about."""
    found = at.frame.non_finite
    if found is None or (at.whole and not at.is_one):
        return None if found is None else found.element
    if at.is_one:
        column = at.column if at.what.is_weight_shaped else at.sample
        place = () if found.element == () else (at.row, 0 if at.what.is_bias_shaped else column)
        return None if math.isfinite(at.value) else place
    row = at.frame.after[at.step.writes][at.row]
    columns = np.flatnonzero(~np.isfinite(row))
    return (at.row, int(columns[0])) if columns.size else None


def _place_name(at: _Place, where: Element) -> str:
    symbol = tr("velocity") if at.what.slot == "velocity" else _symbol(at)
    if at.what.layer is None:
        return symbol
    unit = at.unit_of(at.layer, where[0])
    if not at.what.is_weight_shaped:
        return tr("{symbol} of {unit}", symbol=symbol, unit=unit)
    source = at.unit_of(at.layer - 1, where[1])
    return tr("{symbol} from {source} to {unit}", symbol=symbol, source=source, unit=unit)


def _symbol(at: _Place) -> str:
    return _SYMBOLS.get(at.what.slot or at.what.kind, at.step.writes)


_SYMBOLS = {
    "z": "z",
    "a": "a",
    "E": "E",
    "da": "∂E/∂a",
    "delta": "δ",
    "dW": "∂E/∂w",
    "db": "∂E/∂b",
    "W": "w",
    "b": "b",
    "m": "m",
    "v": "v",
    "k": "k",
}

# Phase I


def _pre_activation(at: _Place) -> str:
    result, count = at.result("z"), at.frame.program.layer_sizes[at.layer - 1]
    if len(at.step.reads) > 2:
        return tr(
            "Pre-activation of {unit}: its bias, plus what {source} sends it times the weight "
            "between them: {result}.",
            unit=at.unit,
            source=_sender(at, count),
            result=result,
        )
    if count == 1:
        return tr(
            "Pre-activation of {unit}: what {source} sends it, times the weight between them: "
            "{result}.",
            unit=at.unit,
            source=_sender(at, count),
            result=result,
        )
    return tr(
        "Pre-activation of {unit}: the sum of what {source} sends it times the weight between "
        "them: {result}.",
        unit=at.unit,
        source=_sender(at, count),
        result=result,
    )


def _sender(at: _Place, count: int) -> str:
    below = at.layer - 1
    if below == 0:
        return tr("the input") if count == 1 else tr("each of the {count} inputs", count=count)
    if count == 1:
        return tr("the unit of layer {layer}", layer=below)
    return tr("each of the {count} units of layer {layer}", count=count, layer=below)


def _pre_activations(at: _Place) -> str:
    if len(at.step.reads) > 2:
        return tr(
            "Pre-activations of {units}: each adds its bias to its weighted inputs, {formula}.",
            units=at.units,
            formula=at.for_each("z = W·a + b"),
        )
    return tr(
        "Pre-activations of {units}: each adds up its weighted inputs, {formula}.",
        units=at.units,
        formula=at.for_each("z = W·a"),
    )


def _activation(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, Activate)
    z, unit, result = at.read(at.step.reads[0], at.row), at.unit, at.result("a")
    shown = at.number(z)
    match operation.activation.name:
        case "identity":
            return tr(
                "Activation of {unit}: the identity leaves z as it is: {result}.",
                unit=unit,
                result=result,
            )
        case "sigmoid":
            return tr(
                "Activation of {unit}: the sigmoid squeezes z = {z} in between 0 and 1: {result}.",
                unit=unit,
                z=shown,
                result=result,
            )
        case "tanh":
            return tr(
                "Activation of {unit}: tanh squeezes z = {z} in between −1 and 1: {result}.",
                unit=unit,
                z=shown,
                result=result,
            )
        case "relu" | "leaky_relu":
            return _rectified(at, operation.activation, z)
        case "softmax":
            return _share(at)
    return tr(
        "Activation of {unit}: {function} turns z = {z} into {result}.",
        unit=unit,
        function=_function(operation.activation),
        z=shown,
        result=result,
    )


def _rectified(at: _Place, activation: Activation, z: float) -> str:
    shown, result = at.number(z), at.result("a")
    if z > 0:
        return tr(
            "Activation of {unit}: z = {z} is positive, so {function} passes it on unchanged: "
            "{result}.",
            unit=at.unit,
            z=shown,
            function=_function(activation),
            result=result,
        )
    if activation.name == "relu":
        return tr(
            "Activation of {unit}: z = {z} is not positive, so ReLU gives 0: {result}.",
            unit=at.unit,
            z=shown,
            result=result,
        )
    return tr(
        "Activation of {unit}: z = {z} is not positive, so leaky ReLU passes on a hundredth of "
        "it: {result}.",
        unit=at.unit,
        z=shown,
        result=result,
    )


def _share(at: _Place) -> str:
    count = at.frame.program.layer_sizes[at.layer]
    if count == 1:
        return tr(
            "Activation of {unit}: softmax of a single unit is always 1: {result}.",
            unit=at.unit,
            result=at.result("a"),
        )
    return tr(
        "Activation of {unit}: softmax turns the z of all {count} units of its layer into shares "
        "that add up to 1: {result}.",
        unit=at.unit,
        count=count,
        result=at.result("a"),
    )


def _activations(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, Activate)
    if operation.activation.name == "softmax":
        return tr(
            "Activations of {units}: softmax turns all their z into shares that add up to 1, "
            "{formula}.",
            units=at.units,
            formula=at.for_each("a = g(z)"),
        )
    return tr(
        "Activations of {units}: {function} is applied to each z, {formula}.",
        units=at.units,
        function=_function(operation.activation),
        formula=at.for_each("a = g(z)"),
    )


def _error(at: _Place) -> str:
    measure, value = _measure(at), at.number(at.value)
    if at.batch == 1:
        return tr("Error: {measure}: E = {value}.", measure=measure, value=value)
    return tr(
        "Error: {measure}, averaged over the {batch} samples of the batch: E = {value}.",
        measure=measure,
        batch=at.batch,
        value=value,
    )


def _measure(at: _Place) -> str:
    outputs = at.frame.program.layer_sizes[-1]
    match _loss_name(at.frame):
        case "half_squared_error" if outputs == 1:
            return tr("half the squared difference between the output and its target")
        case "half_squared_error":
            return tr("half the sum of the squared differences between outputs and targets")
        case "binary_cross_entropy" if outputs == 1:
            return tr("binary cross-entropy between the output and its target")
        case "binary_cross_entropy":
            return tr("binary cross-entropy between outputs and targets, added up")
        case "cross_entropy":
            return tr("cross-entropy, minus the logarithm of the share given to the right class")
        case other:
            return other


# Phase II


def _error_on_output(at: _Place) -> str:
    match _loss_name(at.frame):
        case "half_squared_error":
            return _difference(at)
        case "cross_entropy":
            return _class_error(at)
    if at.value > 0:
        return tr(
            "Back-propagated error of {unit}: the output is above its target, so E would grow "
            "with it: {result}.",
            unit=at.unit,
            result=at.result("∂E/∂a"),
        )
    if at.value < 0:
        return tr(
            "Back-propagated error of {unit}: the output is below its target, so E would fall if "
            "it rose: {result}.",
            unit=at.unit,
            result=at.result("∂E/∂a"),
        )
    return tr(
        "Back-propagated error of {unit}: the output is on its target, so there is none: {result}.",
        unit=at.unit,
        result=at.result("∂E/∂a"),
    )


def _difference(at: _Place) -> str:
    return tr(
        "Back-propagated error of {unit}: {difference}, so {result}.",
        unit=at.unit,
        difference=_too(at, at.value),
        result=at.result("∂E/∂a = a − t"),
    )


def _too(at: _Place, difference: float) -> str:
    """How far an output is off, in words; the half squared error's ∂E/∂a is that difference."""
    if difference > 0:
        return tr("the output is {size} too high", size=at.size(difference))
    if difference < 0:
        return tr("the output is {size} too low", size=at.size(difference))
    return tr("the output is on its target")


def _class_error(at: _Place) -> str:
    if at.value == 0:
        return tr(
            "Back-propagated error of {unit}: it is not the right class, so E does not read its "
            "share directly: {result}.",
            unit=at.unit,
            result=at.result("∂E/∂a"),
        )
    return tr(
        "Back-propagated error of {unit}: it is the right class, and E falls as its share grows: "
        "{result}.",
        unit=at.unit,
        result=at.result("∂E/∂a = −1/a"),
    )


def _errors_on_outputs(at: _Place) -> str:
    formulas = {
        "half_squared_error": "∂E/∂a = a − t",
        "binary_cross_entropy": "∂E/∂a = (a − t)/(a(1 − a))",
        "cross_entropy": "∂E/∂a = −t/a",
    }
    return tr(
        "Back-propagated error of {units}: how E changes with each of them, {formula}.",
        units=at.units,
        formula=at.for_each(formulas.get(_loss_name(at.frame), "∂E/∂a")),
    )


def _error_on_unit(at: _Place) -> str:
    count = at.frame.program.layer_sizes[at.layer + 1]
    if count == 1:
        return tr(
            "Back-propagated error of {unit}: {receivers} it feeds sends its δ back through the "
            "weight from before the update: {result}.",
            unit=at.unit,
            receivers=_receivers(at, count),
            result=at.result("∂E/∂a"),
        )
    return tr(
        "Back-propagated error of {unit}: {receivers} it feeds send their δ back through the "
        "weights from before the update: {result}.",
        unit=at.unit,
        receivers=_receivers(at, count),
        result=at.result("∂E/∂a"),
    )


def _receivers(at: _Place, count: int) -> str:
    above = at.layer + 1
    if above == at.frame.program.layers:
        return tr("the output") if count == 1 else tr("the {count} outputs", count=count)
    if count == 1:
        return tr("the unit of layer {layer}", layer=above)
    return tr("the {count} units of layer {layer}", count=count, layer=above)


def _errors_on_units(at: _Place) -> str:
    return tr(
        "Back-propagated error of {units}: the δ of {above}, sent back through the weights from "
        "before the update, {formula}.",
        units=at.units,
        above=_layer(at.frame.program, at.layer + 1),
        formula=at.for_each("∂E/∂a = Wᵀ·δ"),
    )


def _delta(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, ActivationBackward)
    if not operation.activation.elementwise:
        return _coupled_delta(at)
    site = at.frame.program.site(at.step, at.element, at.batch)
    ((_, derivative),) = operation.where(site, at.step.reads)
    slope = at.evaluated(derivative)
    if slope == 0:
        return _blocked_delta(at, operation.activation)
    error = at.read(at.step.reads[0], at.row)
    passed = _passed_on(at, operation.activation, slope)
    if not at.is_top:
        return tr(
            "δ of {unit}: its back-propagated error is {error}, and {passed}: {result}.",
            unit=at.unit,
            error=at.number(error),
            passed=passed,
            result=at.result("δ"),
        )
    if _loss_name(at.frame) == "half_squared_error":
        return _first_delta(at, error, passed)
    return tr(
        "δ of {unit}, how E changes with its z: its ∂E/∂a is {error}, and {passed}: {result}.",
        unit=at.unit,
        error=at.number(error),
        passed=passed,
        result=at.result("δ"),
    )


def _first_delta(at: _Place, error: float, passed: str) -> str:
    if error == 0:
        return tr(
            "δ of {unit}, how E changes with its z: the output is on its target, so there is "
            "nothing to pass back: {result}.",
            unit=at.unit,
            result=at.result("δ"),
        )
    return tr(
        "δ of {unit}, how E changes with its z: {difference}, and {passed}: {result}.",
        unit=at.unit,
        difference=_too(at, error),
        passed=passed,
        result=at.result("δ"),
    )


def _passed_on(at: _Place, activation: Activation, slope: float) -> str:
    function = _function(activation)
    if slope == 1:
        return tr("{function} has slope 1 here and passes all of that back", function=function)
    if math.isnan(slope):
        return tr("{function} passes its slope's share of that back", function=function)
    return tr("{function} passes {slope} of that back", function=function, slope=at.number(slope))


def _blocked_delta(at: _Place, activation: Activation) -> str:
    if activation.name == "relu":
        return tr(
            "δ of {unit}: ReLU is inactive, as z = {z} is not positive; its slope is 0 here, so "
            "nothing is passed back: {result}.",
            unit=at.unit,
            z=at.number(at.read(at.step.reads[1], at.row)),
            result=at.result("δ"),
        )
    return tr(
        "δ of {unit}: {function} is so flat at z = {z} that its slope is 0 here, so nothing is "
        "passed back: {result}.",
        unit=at.unit,
        function=_function(activation),
        z=at.number(at.read(at.step.reads[1], at.row)),
        result=at.result("δ"),
    )


def _coupled_delta(at: _Place) -> str:
    if at.is_top and _loss_name(at.frame) == "cross_entropy":
        return tr(
            "δ of {unit}: softmax ties the units of its layer together, and with cross-entropy "
            "everything cancels down to output minus target: {result}.",
            unit=at.unit,
            result=at.result("δ"),
        )
    return tr(
        "δ of {unit}: softmax ties its layer together, so the mean of every ∂E/∂a weighted by a "
        "comes off before a = {a} scales it: {result}.",
        unit=at.unit,
        a=at.number(at.read(at.step.reads[2], at.row)),
        result=at.result("δ"),
    )


def _deltas(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, ActivationBackward)
    if operation.activation.elementwise:
        return tr(
            "δ of {units}: each back-propagated error times the slope of {function} at its z, "
            "{formula}.",
            units=at.units,
            function=_function(operation.activation),
            formula=at.for_each("δ = ∂E/∂a ∘ g′(z)"),
        )
    if at.is_top and _loss_name(at.frame) == "cross_entropy":
        return tr(
            "δ of {units}: softmax ties them together, and with cross-entropy everything cancels "
            "down to {formula}.",
            units=at.units,
            formula=at.for_each("δ = a − t"),
        )
    return tr(
        "δ of {units}: softmax ties them together, so every ∂E/∂a counts for every unit, "
        "{formula}.",
        units=at.units,
        formula=at.for_each("δ = (∂a/∂z)ᵀ·∂E/∂a"),
    )


# Phase III


def _weight_gradient(at: _Place) -> str:
    delta, a = at.step.reads
    if at.batch > 1:
        return tr(
            "Gradient of {weight}: the δ it leads to times the value it carries, averaged over "
            "the {batch} samples: ∂E/∂w = {value}.",
            weight=at.parameter,
            batch=at.batch,
            value=at.number(at.value),
        )
    return tr(
        "Gradient of {weight}: the δ it leads to, {delta}, times the value it carries, {a}: "
        "∂E/∂w = {value}.",
        weight=at.parameter,
        delta=at.number(at.read(delta, at.row)),
        a=at.number(at.read(a, at.column)),
        value=at.number(at.value),
    )


def _weight_gradients(at: _Place) -> str:
    if at.batch > 1:
        return tr(
            "Gradients of {weights}: the δ each leads to times the value it carries, averaged "
            "over the {batch} samples, ∂E/∂W = (1/B)·δ·aᵀ.",
            weights=at.parameters,
            batch=at.batch,
        )
    return tr(
        "Gradients of {weights}: the δ each leads to times the value it carries, ∂E/∂W = δ·aᵀ.",
        weights=at.parameters,
    )


def _bias_gradient(at: _Place) -> str:
    value = at.number(at.value)
    if at.batch > 1:
        return tr(
            "Gradient of {bias}: z moves exactly as the bias does, so it is the mean of δ over "
            "the {batch} samples: ∂E/∂b = {value}.",
            bias=at.parameter,
            batch=at.batch,
            value=value,
        )
    return tr(
        "Gradient of {bias}: z moves exactly as the bias does, so it is the unit's δ: "
        "∂E/∂b = {value}.",
        bias=at.parameter,
        value=value,
    )


def _bias_gradients(at: _Place) -> str:
    if at.batch > 1:
        return tr(
            "Gradients of {biases}: the mean of each unit's δ over the {batch} samples.",
            biases=at.parameters,
            batch=at.batch,
        )
    return tr("Gradients of {biases}: each is its unit's δ, ∂E/∂b = δ.", biases=at.parameters)


# Phase IV


def _change(at: _Place) -> float:
    """What the update adds, as the engine writes it: parameter ← parameter + change."""
    tree = at.frame.equation(at.element).indexed
    assert isinstance(tree, Add)
    return at.evaluated(tree.parts[1])


def _descent(at: _Place) -> str:
    direction = at.step.reads[1]
    if quantity(direction).slot:
        return _momentum_descent(at)
    gradient, change = at.read(direction, *at.element), _change(at)
    if gradient == 0:
        return tr(
            "Update: {parameter} stays at {value}, as its gradient is 0: a small change of it "
            "does not change E.",
            parameter=at.parameter,
            value=at.number(at.value),
        )
    if change == 0:
        return _standstill(at)
    moved = tr(
        "{parameter} moves by −η·{partial} = {change} to {value}",
        parameter=at.parameter,
        partial=at.partial,
        change=at.number(change),
        value=at.number(at.value),
    )
    if gradient > 0 > change:
        return tr(
            "Update: {moved}; E would grow with it ({partial} > 0), so it goes down.",
            moved=moved,
            partial=at.partial,
        )
    if gradient < 0 < change:
        return tr(
            "Update: {moved}; E would fall if it grew ({partial} < 0), so it goes up.",
            moved=moved,
            partial=at.partial,
        )
    return tr("Update: {moved}.", moved=moved)


def _standstill(at: _Place) -> str:
    return tr(
        "Update: {parameter} stays at {value}, as −η times its direction is 0.",
        parameter=at.parameter,
        value=at.number(at.value),
    )


def _momentum_descent(at: _Place) -> str:
    change = _change(at)
    if change == 0:
        return _standstill(at)
    return tr(
        "Update: {parameter} moves by −η·velocity = {change} to {value}; the velocity carries "
        "this gradient and the earlier ones.",
        parameter=at.parameter,
        change=at.number(change),
        value=at.number(at.value),
    )


def _descents(at: _Place) -> str:
    if quantity(at.step.reads[1]).slot:
        return tr(
            "Update: {parameters} move against their velocities, {letter} ← {letter} − η·velocity.",
            parameters=at.parameters,
            letter=at.letter,
        )
    return tr(
        "Update: {parameters} move against their gradients, {letter} ← {letter} − η·{partial}.",
        parameters=at.parameters,
        letter=at.letter,
        partial=at.partials,
    )


def _velocity(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, Accelerate)
    return tr(
        "Velocity of {parameter}: μ = {momentum} of what it was, plus {partial} = {gradient}: "
        "velocity = {value}.",
        parameter=at.parameter,
        momentum=at.number(operation.momentum),
        partial=at.partial,
        gradient=at.number(at.read(at.step.reads[1], *at.element)),
        value=at.number(at.value),
    )


def _velocities(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, Accelerate)
    return tr(
        "Velocities of {parameters}: μ = {momentum} of what each was, plus its gradient.",
        parameters=at.parameters,
        momentum=at.number(operation.momentum),
    )


def _running_mean(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, RunningMean)
    return tr(
        "Running mean of the gradient of {parameter}: {symbol} = {beta} of it stays, and "
        "{partial} = {gradient} is mixed in: m = {value}.",
        parameter=at.parameter,
        symbol=operation.symbol,
        beta=at.number(operation.beta),
        partial=at.partial,
        gradient=at.number(at.read(at.step.reads[1], *at.element)),
        value=at.number(at.value),
    )


def _running_means(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, RunningMean)
    return tr(
        "Running means of the gradients of {parameters}: {symbol} = {beta} of each stays, and "
        "the new gradient is mixed in.",
        parameters=at.parameters,
        symbol=operation.symbol,
        beta=at.number(operation.beta),
    )


def _running_mean_of_squares(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, RunningMeanOfSquares)
    return tr(
        "Running mean of the squared gradient of {parameter}: {symbol} = {beta} of it stays, and "
        "{partial} = {gradient} is mixed in, squared: v = {value}.",
        parameter=at.parameter,
        symbol=operation.symbol,
        beta=at.number(operation.beta),
        partial=at.partial,
        gradient=at.number(at.read(at.step.reads[1], *at.element)),
        value=at.number(at.value),
    )


def _running_means_of_squares(at: _Place) -> str:
    operation = at.step.operation
    assert isinstance(operation, RunningMeanOfSquares)
    return tr(
        "Running means of the squared gradients of {parameters}: {symbol} = {beta} of each "
        "stays, and the new square is mixed in.",
        parameters=at.parameters,
        symbol=operation.symbol,
        beta=at.number(operation.beta),
    )


def _adam_descent(at: _Place) -> str:
    change = _change(at)
    if change == 0:
        return _standstill(at)
    return tr(
        "Update: {parameter} moves by {change} to {value}: η times m over √v, both corrected for "
        "having started at 0.",
        parameter=at.parameter,
        change=at.number(change),
        value=at.number(at.value),
    )


def _adam_descents(at: _Place) -> str:
    return tr(
        "Update: {parameters} move by η times m over √v, both corrected for having started at 0.",
        parameters=at.parameters,
    )


def _count(at: _Place) -> str:
    return tr("Adam counts its updates, to correct m and v: k = {k}.", k=at.number(at.value))


def _other(at: _Place) -> str:
    if not at.is_one:
        return tr("{quantity} is computed.", quantity=at.step.writes)
    return f"{at.step.writes} = {at.number(at.value)}."


_Teller = Callable[[_Place], str]

# For one element, and for a group of them.
_TELLERS: dict[type[Operation], tuple[_Teller, _Teller]] = {
    Affine: (_pre_activation, _pre_activations),
    Activate: (_activation, _activations),
    LossValue: (_error, _error),
    LossGradient: (_error_on_output, _errors_on_outputs),
    BackPropagate: (_error_on_unit, _errors_on_units),
    ActivationBackward: (_delta, _deltas),
    WeightGradient: (_weight_gradient, _weight_gradients),
    BiasGradient: (_bias_gradient, _bias_gradients),
    Descend: (_descent, _descents),
    Accelerate: (_velocity, _velocities),
    RunningMean: (_running_mean, _running_means),
    RunningMeanOfSquares: (_running_mean_of_squares, _running_means_of_squares),
    AdamDescend: (_adam_descent, _adam_descents),
    Count: (_count, _count),
}


def _told(at: _Place) -> str:
    one, many = _TELLERS.get(type(at.step.operation), (_other, _other))
    return one(at) if at.is_one else many(at)
