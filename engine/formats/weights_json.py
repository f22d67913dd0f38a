"""Weights as `.json`: the experiment file's `network` object with all numbers in it."""

from __future__ import annotations

import numpy as np

from engine import limits
from engine.arrays import Array, frozen
from engine.datasets import Data
from engine.errors import ExperimentError, FormatError
from engine.experiment import Experiment, Network, check_range
from engine.formats import strict_json
from engine.formats.experiment_json import FORMAT, network_from_json, network_to_json
from engine.formats.weights import ReadableWeightsFormat, Trained
from engine.losses import LOSSES

_SPACE = b" \t\r\n"
_MOST_VALUES = 3 * limits.MAX_WEIGHTS  # Weights, a rate for each, and all the rest.


class Json(ReadableWeightsFormat):
    """Weights as rows, to × from; every number reads back to the same double."""

    name = "JSON"
    suffix = ".json"

    def encode(self, trained: Trained) -> bytes:
        return strict_json.dump(network_to_json(trained.experiment.network))

    def recognises(self, content: bytes) -> bool:
        text = content.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)
        # A text has no zeros, but the length that a safetensors file starts with has.
        return text[:1] in (b"{", b"[", b"") and b"\0" not in content[:8]

    def decode(self, content: bytes) -> tuple[dict[str, Array], Network | None]:
        value = strict_json.parse(content, "the file", _MOST_VALUES)
        if isinstance(value, dict) and value.get("format") == FORMAT:
            raise FormatError("the file is an experiment, not weights alone: open it instead")
        network = network_from_json(value)
        _check(network)
        arrays: dict[str, Array] = {}
        for l, layer in enumerate(network.layers, start=1):
            path = f"network.layers[{l - 1}]"
            arrays[f"W{l}"] = _given(layer.weights, f"{path}.weights")
            if layer.bias:
                arrays[f"b{l}"] = _given(layer.biases, f"{path}.biases")
        return arrays, network


def _given(values: Array | None, path: str) -> Array:
    if values is None:
        raise ExperimentError(f"{path}: is missing")
    return frozen(values)


def _check(network: Network) -> None:
    """Raises ExperimentError unless an experiment may have this network."""
    check_range("network.inputs", network.inputs, 1, limits.MAX_UNITS)
    check_range("network.layers", len(network.layers), 1, limits.MAX_LAYERS, "layers")
    last = f"network.layers[{len(network.layers) - 1}].units"
    check_range(last, network.sizes[-1], 1, limits.MAX_UNITS)
    # Any network can learn one sample of zeros by this loss: what is left is up to the network.
    sample = Data(np.zeros((1, network.inputs)), np.zeros((1, network.sizes[-1])))
    Experiment(network, LOSSES["half_squared_error"], sample)
