"""What things are called: Steps, layers, columns of the data, activation functions."""

from __future__ import annotations

from dataclasses import dataclass

from engine.activations import Activation
from engine.expression import quantity
from engine.program import Program, Step
from gui.translation import tr


@dataclass(frozen=True, slots=True)
class Names:
    """What the data calls its columns; a unit without a name is called by its number."""

    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()


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
    layer = layer_name(program, what.layer)
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


def layer_name(program: Program, layer: int) -> str:
    """What a layer is called."""
    return tr("the output layer") if layer == program.layers else tr("layer {layer}", layer=layer)


def _layer_parameters(kind: str, layer: int) -> str:
    if kind in ("b", "db"):
        return tr("the biases of layer {layer}", layer=layer)
    return tr("the weights into layer {layer}", layer=layer)


def quoted_name(given: tuple[str, ...], index: int) -> str:
    """A column's name, quoted as `quoted` has it, or else its number."""
    return quoted(given[index]) if index < len(given) else str(index + 1)


def quoted(name: str) -> str:
    """A name in a sentence: in quotes where it is more than one word, or begins as a number does.

    Of the digits, the fourth unit is called 3: without quotes it reads as the third.
    """
    is_plain = " " not in name and not name[:1].isdigit()
    return name if is_plain else tr("“{name}”", name=name)


def function_name(activation: Activation) -> str:
    """What an activation function is called, with its article where it has one."""
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
