"""The experiment file, `*.gradwalk.json`. Source: formats.md."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine import limits
from engine.activations import ACTIVATIONS
from engine.arrays import Array
from engine.edits import Edit
from engine.errors import ExperimentError, FormatError, GradwalkError
from engine.experiment import Experiment, Layer, Network, Rate, check_range
from engine.formats import strict_json
from engine.formats.data_json import data_from_json, data_to_json
from engine.formats.fields import Fields, table
from engine.formats.files import read_bytes, write_bytes
from engine.formats.notes_json import (
    bookmark_to_json,
    bookmarks_from_json,
    breakpoint_to_json,
    breakpoints_from_json,
)
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS, GradientDescent, Optimizer
from engine.position import Position

FORMAT, VERSION = "gradwalk.experiment", 1
SUFFIX = ".gradwalk.json"

_WEIGHTS = "holds weights, not an experiment: import them instead"


def read(path: Path) -> Experiment:
    """The experiment in a file. Raises GradwalkError, a sentence that names the file."""
    content = read_bytes(path)
    # Known by their first bytes, whatever the file is called: npz, and safetensors, which begins
    # with the length of its header in eight bytes; no text has a zero among them.
    if content.startswith(b"PK\x03\x04") or content[7:10] == b'\0{"':
        raise FormatError(f"{path.name}: {_WEIGHTS}")
    value = strict_json.parse(content, path.name)
    try:
        return from_json(value)
    except (ExperimentError, FormatError) as error:
        raise type(error)(f"{path.name}: {error}") from error


def is_one(path: Path) -> bool:
    """Whether a file is an experiment by its name or, under another, by its content."""
    if path.name.endswith(SUFFIX):
        return True
    try:
        return f'"{FORMAT}"'.encode() in read_bytes(path)
    except GradwalkError:  # To be told by whoever reads it.
        return False


def write(path: Path, experiment: Experiment) -> None:
    """Writes an experiment; the old file stands until the new one is whole."""
    write_bytes(path, strict_json.dump(to_json(experiment)))


def from_json(value: Any) -> Experiment:
    """An experiment from parsed JSON. Raises ExperimentError with the path to the field."""
    fields = Fields(value, "")
    if fields.take("format", None) != FORMAT:
        if "inputs" in fields and "layers" in fields:
            raise FormatError(_WEIGHTS)
        raise FormatError(f'is not an experiment: "format" has to be "{FORMAT}"')
    version = fields.integer("version")
    if version != VERSION:
        newer = " a newer Gradwalk wrote it" if version > VERSION else " there is no such version"
        raise FormatError(f"version {version}, but this Gradwalk reads version {VERSION};{newer}")
    network = network_from_json(fields.take("network"))
    batch = Fields(fields.take("batch", {}), "batch")
    experiment = Experiment(
        network=network,
        loss=LOSSES[fields.choice("loss", LOSSES)],
        data=data_from_json(fields.take("data")),
        optimizer=_optimizer(fields),
        batch_size=batch.integer("size", 1),
        shuffle=batch.flag("shuffle", False),
        seed=fields.integer("seed", 0),
        title=fields.text("title", ""),
        notes=fields.text("notes", ""),
        position=_position(Fields(fields.take("position", {}), "position")),
    )
    edits = _edits(fields.take("edits", []))
    breakpoints = breakpoints_from_json(fields.take("breakpoints", []))
    bookmarks = bookmarks_from_json(fields.take("bookmarks", []))
    batch.done()
    fields.done()
    _check_edits(experiment, edits)
    return replace(experiment, edits=edits, breakpoints=breakpoints, bookmarks=bookmarks)


def network_from_json(value: Any) -> Network:
    """The `network` object."""
    fields = Fields(value, "network")
    layers = fields.take("layers")
    if not isinstance(layers, list):
        raise ExperimentError("network.layers: has to be a list of layers")
    network = Network(
        inputs=fields.integer("inputs"),
        layers=tuple(
            _layer(Fields(layer, f"network.layers[{index}]")) for index, layer in enumerate(layers)
        ),
    )
    fields.done()
    return network


def _layer(fields: Fields) -> Layer:
    layer = Layer(
        units=fields.integer("units"),
        activation=ACTIVATIONS[fields.choice("activation", ACTIVATIONS)],
        bias=fields.flag("bias", True),
        weights=fields.table("weights") if "weights" in fields else None,
        biases=fields.column("biases") if "biases" in fields else None,
        initializer=fields.choice("initializer", INITIALIZERS) if "initializer" in fields else None,
        weight_learning_rate=_rate(fields, "weight_learning_rate"),
        bias_learning_rate=_rate(fields, "bias_learning_rate"),
    )
    fields.done()
    return layer


def _rate(fields: Fields, name: str) -> Rate:
    if name not in fields:
        return None
    value = fields.take(name)
    if not isinstance(value, list):
        return Fields({name: value}, fields.path(name).removesuffix(f".{name}")).number(name)
    if name == "bias_learning_rate" and not any(isinstance(item, list) for item in value):
        value = [[item] for item in value]
    return table(value, fields.path(name))


def _optimizer(fields: Fields) -> Optimizer:
    if "optimizer" not in fields:
        return GradientDescent()
    own = Fields(fields.take("optimizer"), "optimizer")
    kind = OPTIMIZERS[own.choice("name", OPTIMIZERS)]
    settings = {name: own.number(name) for name in kind.settings() if name in own}
    own.done()
    return kind(**settings)


def _edits(value: Any) -> tuple[Edit, ...]:
    if not isinstance(value, list) or len(value) > limits.MAX_EDITS:
        raise ExperimentError(f"edits: has to be a list of at most {limits.MAX_EDITS} edits")
    edits = tuple(_edit(Fields(each, f"edits[{index}]")) for index, each in enumerate(value))
    for index, (before, after) in enumerate(pairwise(edits)):
        if after.iteration < before.iteration:
            raise ExperimentError(f"edits[{index + 1}].iteration: before that of edits[{index}]")
    return edits


def _check_edits(experiment: Experiment, edits: tuple[Edit, ...]) -> None:
    """Raises ExperimentError for the first edit of something that the experiment has not."""
    for index, edit in enumerate(edits):
        try:
            edit.applied(experiment, experiment.start_values)
        except ExperimentError as error:
            raise ExperimentError(f"edits[{index}]: {error}") from error


def _edit(fields: Fields) -> Edit:
    edit = Edit(
        fields.integer("iteration"),
        fields.text("what"),
        fields.indices("element"),
        fields.number("value"),
    )
    check_range(fields.path("iteration"), edit.iteration, 0, limits.MAX_ITERATIONS)
    fields.done()
    return edit


def _position(fields: Fields) -> Position:
    position = Position(
        fields.integer("iteration", 0), fields.integer("step", -1), fields.indices("element", [])
    )
    fields.done()
    return position


def to_json(experiment: Experiment) -> dict[str, Any]:
    """The object that `from_json` reads back as the same experiment."""
    optimizer = experiment.optimizer
    settings = {name: getattr(optimizer, name) for name in optimizer.settings()}
    position = experiment.position
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": experiment.title,
        "notes": experiment.notes,
        "seed": experiment.seed,
        "network": network_to_json(experiment.network),
        "loss": experiment.loss.name,
        "optimizer": {"name": optimizer.name, **settings},
        "data": data_to_json(experiment.data),
        "batch": {"size": experiment.batch_size, "shuffle": experiment.shuffle},
        "position": {
            "iteration": position.iteration,
            "step": position.step,
            **({"element": list(position.element)} if position.element else {}),
        },
        **_lists_to_json(experiment),
    }


def _lists_to_json(experiment: Experiment) -> dict[str, Any]:
    lists = {
        "edits": [_edit_to_json(each) for each in experiment.edits],
        "breakpoints": [breakpoint_to_json(each) for each in experiment.breakpoints],
        "bookmarks": [bookmark_to_json(each) for each in experiment.bookmarks],
    }
    return {name: entries for name, entries in lists.items() if entries}


def _edit_to_json(edit: Edit) -> dict[str, Any]:
    return {
        "iteration": edit.iteration,
        "what": edit.what,
        "element": list(edit.element),
        "value": edit.value,
    }


def network_to_json(network: Network) -> dict[str, Any]:
    """The `network` object; weights and biases only where the network gives them."""
    return {"inputs": network.inputs, "layers": [_layer_to_json(each) for each in network.layers]}


def _layer_to_json(layer: Layer) -> dict[str, Any]:
    value: dict[str, Any] = {"units": layer.units, "activation": layer.activation.name}
    if not layer.bias:
        value["bias"] = False
    if layer.initializer is not None:
        value["initializer"] = layer.initializer
    if layer.weights is not None:
        value["weights"] = layer.weights.tolist()
    if layer.biases is not None:
        value["biases"] = layer.biases[:, 0].tolist()
    for name, rate in (
        ("weight_learning_rate", layer.weight_learning_rate),
        ("bias_learning_rate", layer.bias_learning_rate),
    ):
        if rate is not None:
            value[name] = _rate_to_json(rate)
    return value


def _rate_to_json(rate: float | Array) -> object:
    if isinstance(rate, (int, float)):
        return rate
    return (rate[:, 0] if rate.shape[1] == 1 else rate).tolist()
