"""A trained network as ONNX, written by hand. Source: the ONNX specification, onnx.proto3.

Why there is a writer of our own: docs/decisions/0010-onnx-by-hand.md.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.arrays import Array, frozen
from engine.formats.protobuf import block, integer
from engine.formats.weights import Trained, WeightsFormat

# The oldest versions that have every operator below for doubles: more readers know them.
_IR_VERSION, _OPSET = 7, 13
_DOUBLE = 11  # TensorProto.DataType
_INTEGER = 2  # AttributeProto.AttributeType


class Onnx(WeightsFormat):
    """Input `x` (batch, n_0), output `y` (batch, n_L), both float64; so is all that is between.

    Where ONNX Runtime's CPU provider has no operator for doubles (LeakyRelu, Softplus), or one
    that loses digits (Sigmoid gives 0 at -40), the activation is made of operators that are exact.
    """

    name = "ONNX"
    suffix = ".onnx"

    def encode(self, trained: Trained) -> bytes:
        model = (
            integer(1, _IR_VERSION),
            block(2, "gradwalk"),
            block(6, f"after {trained.iteration} iterations"),
            block(7, _graph(trained)),
            block(8, integer(2, _OPSET)),
        )
        return b"".join(model)


def _graph(trained: Trained) -> bytes:
    network, values = trained.experiment.network, trained.experiment.start_values
    nodes = _Nodes()
    below = "x"
    for l, layer in enumerate(network.layers, start=1):
        operands = [below, f"W{l}", *([f"b{l}"] if layer.bias else [])]
        z = nodes.add("Gemm", operands, f"z{l}", transB=1)
        below = _ACTIVATIONS[layer.activation.name](nodes, z, f"a{l}")
    nodes.add("Identity", [below], "y")
    tensors = {name: array[:, 0] if name[0] == "b" else array for name, array in values.items()}
    graph = (
        *(block(1, node) for node in nodes.written),
        block(2, "gradwalk"),
        *(block(5, _tensor(name, array)) for name, array in (tensors | nodes.constants).items()),
        block(11, _value("x", network.inputs)),
        block(12, _value("y", network.layers[-1].units)),
    )
    return b"".join(graph)


class _Nodes:
    """The nodes of a graph in order; each output is named after what it holds."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.constants: dict[str, Array] = {}

    def add(self, operator: str, inputs: list[str], output: str, **attributes: int) -> str:
        """One operator; returns the name of its output."""
        self.constants |= {name: _CONSTANTS[name] for name in inputs if name in _CONSTANTS}
        parts = [block(1, each) for each in inputs]
        parts += [block(2, output), block(3, output), block(4, operator)]
        parts += [block(5, _attribute(name, value)) for name, value in attributes.items()]
        self.written.append(b"".join(parts))
        return output


_CONSTANTS = {"zero": frozen(0.0), "one": frozen(1.0), "leak": frozen(0.01)}


def _sigmoid(nodes: _Nodes, z: str, a: str) -> str:
    minus = nodes.add("Neg", [z], f"{a}.minus_z")
    power = nodes.add("Exp", [minus], f"{a}.exp")
    below = nodes.add("Add", [power, "one"], f"{a}.denominator")
    return nodes.add("Div", ["one", below], a)


def _leaky_relu(nodes: _Nodes, z: str, a: str) -> str:
    leaked = nodes.add("Mul", [z, "leak"], f"{a}.leaked")
    return nodes.add("Max", [z, leaked], a)


def _softplus(nodes: _Nodes, z: str, a: str) -> str:
    """ln(1 + e^z) = max(z, 0) + ln(1 + u) with u = e^-|z|.

    ln(1 + u) is u · ln w / (w - 1) with w = 1 + u as it is rounded, and u where w is 1: so the
    digits of a small u are kept. Source: Goldberg, 1991, theorem 4.
    """
    size = nodes.add("Abs", [z], f"{a}.abs")
    minus = nodes.add("Neg", [size], f"{a}.minus_abs")
    u = nodes.add("Exp", [minus], f"{a}.u")
    w = nodes.add("Add", [u, "one"], f"{a}.w")
    rest = nodes.add("Sub", [w, "one"], f"{a}.rest")
    lost = nodes.add("Equal", [rest, "zero"], f"{a}.lost")
    divisor = nodes.add("Where", [lost, "one", rest], f"{a}.divisor")
    logarithm = nodes.add("Log", [w], f"{a}.log")
    scale = nodes.add("Div", [u, divisor], f"{a}.scale")
    scaled = nodes.add("Mul", [logarithm, scale], f"{a}.scaled")
    small = nodes.add("Where", [lost, u, scaled], f"{a}.small")
    large = nodes.add("Max", [z, "zero"], f"{a}.large")
    return nodes.add("Add", [large, small], a)


def _one(operator: str, **attributes: int) -> Callable[[_Nodes, str, str], str]:
    def add(nodes: _Nodes, z: str, a: str) -> str:
        return nodes.add(operator, [z], a, **attributes)

    return add


_ACTIVATIONS: dict[str, Callable[[_Nodes, str, str], str]] = {
    "identity": _one("Identity"),
    "sigmoid": _sigmoid,
    "tanh": _one("Tanh"),
    "relu": _one("Relu"),
    "leaky_relu": _leaky_relu,
    "softplus": _softplus,
    "softmax": _one("Softmax", axis=1),
}


# The messages of onnx.proto3, field by field.


def _attribute(name: str, value: int) -> bytes:
    return block(1, name) + integer(3, value) + integer(20, _INTEGER)


def _tensor(name: str, array: Array) -> bytes:
    dimensions = b"".join(integer(1, size) for size in array.shape)
    raw = np.ascontiguousarray(array, dtype="<f8").tobytes()
    return dimensions + integer(2, _DOUBLE) + block(8, name) + block(9, raw)


def _value(name: str, units: int) -> bytes:
    shape = block(1, block(2, "batch")) + block(1, integer(1, units))
    kind = block(1, integer(1, _DOUBLE) + block(2, shape))
    return block(1, name) + block(2, kind)
