"""The forward phase: pre-activations, activations, and the error."""

from __future__ import annotations

from engine.activations import Activation
from engine.operations import Activate, Affine, LossValue
from gui.sentences.naming import function_name
from gui.sentences.place import Place, Tellers
from gui.translation import tr


def _pre_activation(at: Place) -> str:
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


def _sender(at: Place, count: int) -> str:
    below = at.layer - 1
    if below == 0:
        return tr("the input") if count == 1 else tr("each of the {count} inputs", count=count)
    if count == 1:
        return tr("the unit of layer {layer}", layer=below)
    return tr("each of the {count} units of layer {layer}", count=count, layer=below)


def _pre_activations(at: Place) -> str:
    if len(at.step.reads) > 2:
        return tr(
            "Pre-activations of {units}: each adds its bias to its weighted inputs, {formula}.",
            units=at.units,
            formula=at.for_each(f"z = W·{at.below} + b"),
        )
    return tr(
        "Pre-activations of {units}: each adds up its weighted inputs, {formula}.",
        units=at.units,
        formula=at.for_each(f"z = W·{at.below}"),
    )


def _activation(at: Place) -> str:
    operation = at.operation(Activate)
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
        function=function_name(operation.activation),
        z=shown,
        result=result,
    )


def _rectified(at: Place, activation: Activation, z: float) -> str:
    shown, result = at.number(z), at.result("a")
    if z > 0:
        return tr(
            "Activation of {unit}: z = {z} is positive, so {function} passes it on unchanged: "
            "{result}.",
            unit=at.unit,
            z=shown,
            function=function_name(activation),
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


def _share(at: Place) -> str:
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


def _activations(at: Place) -> str:
    operation = at.operation(Activate)
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
        function=function_name(operation.activation),
        formula=at.for_each("a = g(z)"),
    )


def _error(at: Place) -> str:
    measure, value = _measure(at), at.written
    if at.batch == 1:
        return tr("Error: {measure}: E = {value}.", measure=measure, value=value)
    return tr(
        "Error: {measure}, averaged over the {batch} samples of the batch: E = {value}.",
        measure=measure,
        batch=at.batch,
        value=value,
    )


def _measure(at: Place) -> str:
    outputs = at.frame.program.layer_sizes[-1]
    match at.loss_name:
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


TELLERS: Tellers = {
    Affine: (_pre_activation, _pre_activations),
    Activate: (_activation, _activations),
    LossValue: (_error, _error),
}
