"""The delta phase: back-propagated errors and δ."""

from __future__ import annotations

import math

from engine.activations import Activation
from engine.operations import ActivationBackward, BackPropagate, LossGradient
from gui.sentences.naming import function_name, layer_name
from gui.sentences.place import Place, Tellers
from gui.translation import tr


def _error_on_output(at: Place) -> str:
    match at.loss_name:
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


def _difference(at: Place) -> str:
    return tr(
        "Back-propagated error of {unit}: {difference}, so {result}.",
        unit=at.unit,
        difference=_too(at, at.value),
        result=at.result("∂E/∂a = a − t"),
    )


def _too(at: Place, difference: float) -> str:
    """How far an output is off, in words; the half squared error's ∂E/∂a is that difference."""
    if difference > 0:
        return tr("the output is {size} too high", size=at.size(difference))
    if difference < 0:
        return tr("the output is {size} too low", size=at.size(difference))
    return tr("the output is on its target")


def _class_error(at: Place) -> str:
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


def _errors_on_outputs(at: Place) -> str:
    formulas = {
        "half_squared_error": "∂E/∂a = a − t",
        "binary_cross_entropy": "∂E/∂a = (a − t)/(a(1 − a))",
        "cross_entropy": "∂E/∂a = −t/a",
    }
    return tr(
        "Back-propagated error of {units}: how E changes with each of them, {formula}.",
        units=at.units,
        formula=at.for_each(formulas.get(at.loss_name, "∂E/∂a")),
    )


def _error_on_unit(at: Place) -> str:
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


def _receivers(at: Place, count: int) -> str:
    above = at.layer + 1
    if above == at.frame.program.layers:
        return tr("the output") if count == 1 else tr("the {count} outputs", count=count)
    if count == 1:
        return tr("the unit of layer {layer}", layer=above)
    return tr("the {count} units of layer {layer}", count=count, layer=above)


def _errors_on_units(at: Place) -> str:
    return tr(
        "Back-propagated error of {units}: the δ of {above}, sent back through the weights from "
        "before the update, {formula}.",
        units=at.units,
        above=layer_name(at.frame.program, at.layer + 1),
        formula=at.for_each("∂E/∂a = Wᵀ·δ"),
    )


def _delta(at: Place) -> str:
    operation = at.operation(ActivationBackward)
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
    if at.loss_name == "half_squared_error":
        return _first_delta(at, error, passed)
    return tr(
        "δ of {unit}, how E changes with its z: its ∂E/∂a is {error}, and {passed}: {result}.",
        unit=at.unit,
        error=at.number(error),
        passed=passed,
        result=at.result("δ"),
    )


def _first_delta(at: Place, error: float, passed: str) -> str:
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


def _passed_on(at: Place, activation: Activation, slope: float) -> str:
    function = function_name(activation)
    if slope == 1:
        return tr("{function} has slope 1 here and passes all of that back", function=function)
    if math.isnan(slope):
        return tr("{function} passes its slope's share of that back", function=function)
    return tr("{function} passes {slope} of that back", function=function, slope=at.number(slope))


def _blocked_delta(at: Place, activation: Activation) -> str:
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
        function=function_name(activation),
        z=at.number(at.read(at.step.reads[1], at.row)),
        result=at.result("δ"),
    )


def _coupled_delta(at: Place) -> str:
    if at.is_top and at.loss_name == "cross_entropy":
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


def _deltas(at: Place) -> str:
    operation = at.operation(ActivationBackward)
    if operation.activation.elementwise:
        return tr(
            "δ of {units}: each back-propagated error times the slope of {function} at its z, "
            "{formula}.",
            units=at.units,
            function=function_name(operation.activation),
            formula=at.for_each("δ = ∂E/∂a ∘ g′(z)"),
        )
    if at.is_top and at.loss_name == "cross_entropy":
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


TELLERS: Tellers = {
    LossGradient: (_error_on_output, _errors_on_outputs),
    BackPropagate: (_error_on_unit, _errors_on_units),
    ActivationBackward: (_delta, _deltas),
}
