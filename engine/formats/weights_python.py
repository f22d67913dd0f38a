"""A trained network as a Python module that needs NumPy alone."""

from __future__ import annotations

from collections.abc import Iterator

from engine.arrays import Array
from engine.experiment import Experiment
from engine.formats.weights import Trained, WeightsFormat
from engine.scaling import Scaling

_FUNCTIONS = {
    "identity": "    return z",
    "sigmoid": (
        '    with np.errstate(over="ignore"):  # e^-z may overflow, and then a is 0.\n'
        "        return 1.0 / (1.0 + np.exp(-z))"
    ),
    "tanh": "    return np.tanh(z)",
    "relu": "    return np.maximum(z, 0.0)",
    "leaky_relu": "    return np.maximum(z, 0.01 * z)",
    "softplus": "    return np.logaddexp(z, 0.0)",
    "softmax": (
        "    powers = np.exp(z - z.max(axis=0))  # Less the largest, so that nothing overflows.\n"
        "    return powers / powers.sum(axis=0)"
    ),
}


class Python(WeightsFormat):
    """`predict(x)`: rows (N, n_0) give rows (N, n_L); one sample (n_0,) gives (n_L,)."""

    name = "Python"
    suffix = ".py"

    def encode(self, trained: Trained) -> bytes:
        return "".join(f"{line}\n" for line in _lines(trained)).encode("ascii")


def _lines(trained: Trained) -> Iterator[str]:
    # The title is not in it: what a person typed must not become part of a program.
    network = trained.experiment.network
    sizes = "-".join(map(str, network.sizes))
    yield f'"""A {sizes} network after {trained.iteration} iterations, exported by Gradwalk."""'
    yield ""
    yield "import numpy as np"
    for name in dict.fromkeys(layer.activation.name for layer in network.layers):
        yield from ("", "", f"def {name}(z):", _FUNCTIONS[name])
    yield ""
    for name, values in trained.experiment.start_values.items():
        yield ""
        yield from _array(name, values)
    yield from ("", "", "def predict(x):")
    yield from _about(trained.experiment)
    yield "    a = np.atleast_2d(np.asarray(x, dtype=float)).T  # One column a sample."
    for l, layer in enumerate(network.layers, start=1):
        bias = f" + b{l}" if layer.bias else ""
        yield f"    a = {layer.activation.name}(W{l} @ a{bias})"
    yield "    return a.T if np.ndim(x) > 1 else a.T[0]"


def _about(experiment: Experiment) -> Iterator[str]:
    """What goes in and comes out; that numbers are scaled is nowhere else to be seen."""
    network, data = experiment.network, experiment.data
    said = f"Rows of {network.inputs} inputs give rows of {network.sizes[-1]} outputs."
    scaled = [
        *_scaled("input", data.input_scaling, "({name} - {offset!r}) / {scale!r}"),
        *_scaled("output", data.target_scaling, "{name} * {scale!r} + {offset!r}"),
    ]
    if not scaled:
        yield f'    """{said}"""'
        return
    yield f'    """{said}'
    yield ""
    yield "    The network was trained on scaled numbers. Before and after it, of each row:"
    yield from (f"    {line}" for line in scaled)
    yield '    """'


def _scaled(what: str, scalings: tuple[Scaling | None, ...], formula: str) -> Iterator[str]:
    for number, each in enumerate(scalings, start=1):
        if each is not None:
            name = f"{what}_{number}"
            yield f"{name} = {formula.format(name=name, offset=each.offset, scale=each.scale)}"


def _array(name: str, values: Array) -> Iterator[str]:
    """Every number as the shortest text that reads back to the same double."""
    yield f"{name} = np.array("
    yield "    ["
    for row in values.tolist():
        yield f"        {row!r},"
    yield "    ]"
    yield ")"
