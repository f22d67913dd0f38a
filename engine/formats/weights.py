"""What the formats of trained weights have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from engine.activations import ACTIVATIONS, Activation
from engine.arrays import Array, frozen, shape_text
from engine.errors import FormatError
from engine.experiment import Experiment, Layer, Network
from engine.formats.files import write_bytes
from engine.position import START

FORMAT, VERSION = "gradwalk.weights", 1
_LONGEST_TITLE = 1000  # Readers of safetensors, ours too, take no header of any length.


@dataclass(frozen=True, eq=False, slots=True)
class Trained:
    """Weights to be exported: an experiment whose network holds them, and when they were taken.

    iteration: how many iterations they have been trained.
    """

    experiment: Experiment
    iteration: int

    def architecture(self) -> dict[str, Any]:
        """The network without its numbers, for a format that keeps the numbers as arrays."""
        network = self.experiment.network
        return {
            "format": FORMAT,
            "version": VERSION,
            "title": self.experiment.title[:_LONGEST_TITLE],
            "iteration": self.iteration,
            "loss": self.experiment.loss.name,
            "inputs": network.inputs,
            "layers": [
                {"units": each.units, "activation": each.activation.name, "bias": each.bias}
                for each in network.layers
            ],
        }


@dataclass(frozen=True, eq=False, slots=True)
class Weights:
    """Weights read from a file: whole, finite, and within engine.limits.

    source: the file's name, for sentences. arrays: W1 (n_1, n_0), b1 (n_1, 1), W2, …, without the
    b of a layer that has no biases. network: what the file says about the network, with these
    weights in it; None where it holds arrays alone.
    """

    source: str
    arrays: dict[str, Array]
    network: Network | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of layers 0 … L."""
        weights = [array for name, array in self.arrays.items() if name.startswith("W")]
        return weights[0].shape[1], *(len(each) for each in weights)


class WeightsMismatchError(FormatError):
    """Weights that are another network's.

    weights: what was read; `network_from` makes the network that they do fit.
    """

    def __init__(self, sentence: str, weights: Weights) -> None:
        super().__init__(sentence)
        self.weights = weights


class WeightsFormat(ABC):
    """One format of trained weights."""

    name: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def encode(self, trained: Trained) -> bytes:
        """The content of a file."""

    def write(self, path: Path, trained: Trained) -> None:
        """Writes a file; the old one stands until the new one is whole. Raises FileError."""
        write_bytes(path, self.encode(trained))


class ReadableWeightsFormat(WeightsFormat):
    """A format that is read back, too."""

    @abstractmethod
    def recognises(self, content: bytes) -> bool:
        """Whether a file looks like this format, whatever its ending."""

    @abstractmethod
    def decode(self, content: bytes) -> tuple[dict[str, Array], Network | None]:
        """Arrays and network as in Weights. Raises GradwalkError, which need not name the file."""


def weights_for(experiment: Experiment, weights: Weights) -> Experiment:
    """The experiment with these weights, at its start and without the edits of the old run.

    Raises WeightsMismatchError where they are those of another network.
    """
    differences = list(_differences(experiment, weights))
    if differences:
        # More than a few would not be read; the first says enough about what kind of file it is.
        more = f" and {len(differences) - 4} more" if len(differences) > 4 else ""
        sentence = f"{weights.source} does not fit: {'; '.join(differences[:4])}{more}"
        raise WeightsMismatchError(sentence, weights)
    return replace(experiment.with_weights(weights.arrays), position=START, edits=())


def network_from(weights: Weights, like: Network | None = None) -> Network:
    """The network that these weights are of.

    Where the file does not tell the activations, the last layer gets that of `like`'s last layer
    and the others that of its first; without `like`, they are identity and sigmoid.
    """
    if weights.network is not None:
        return weights.network
    if like is None:
        hidden, last = ACTIVATIONS["sigmoid"], ACTIVATIONS["identity"]
    else:
        hidden, last = like.layers[0].activation, like.layers[-1].activation
    count = len(weights.sizes) - 1
    return network_of(weights.arrays, (*[hidden] * (count - 1), last))


def network_of(arrays: Mapping[str, Array], activations: tuple[Activation, ...]) -> Network:
    """A network from its weights and biases by name, and the activation of each layer."""
    layers = tuple(
        Layer(
            units=len(arrays[f"W{l}"]),
            activation=activation,
            bias=f"b{l}" in arrays,
            weights=frozen(arrays[f"W{l}"]),
            biases=frozen(arrays[f"b{l}"]) if f"b{l}" in arrays else None,
        )
        for l, activation in enumerate(activations, start=1)
    )
    return Network(arrays["W1"].shape[1], layers)


def _differences(experiment: Experiment, weights: Weights) -> Iterator[str]:
    """What tells the file from the experiment's network, the most telling first."""
    wanted = _shapes(experiment.network)
    missing = [name for name in wanted if name not in weights.arrays]
    extra = [name for name in weights.arrays if name not in wanted]
    if missing:
        yield f"it lacks {', '.join(missing)}"
    if extra:
        yield f"it has {', '.join(extra)}, which the network has not"
    for name, array in weights.arrays.items():
        if name in wanted and array.shape != wanted[name]:
            found, here = shape_text(array.shape), shape_text(wanted[name])
            yield f"{name} is {found} in the file, but {here} in the network"
    if weights.network is not None:
        pairs = zip(weights.network.layers, experiment.network.layers, strict=False)
        for l, (there, own) in enumerate(pairs, start=1):
            if there.activation is not own.activation:
                found, here = there.activation.name, own.activation.name
                yield f"layer {l} is {found} in the file, but {here} in the network"


def _shapes(network: Network) -> dict[str, tuple[int, int]]:
    shapes: dict[str, tuple[int, int]] = {}
    for l, layer in enumerate(network.layers, start=1):
        shapes[f"W{l}"] = layer.units, network.sizes[l - 1]
        if layer.bias:
            shapes[f"b{l}"] = layer.units, 1
    return shapes
