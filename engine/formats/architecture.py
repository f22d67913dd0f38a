"""The architecture that our own weights files carry beside their arrays, read back."""

from __future__ import annotations

from engine.activations import ACTIVATIONS, Activation
from engine.arrays import Array
from engine.errors import FormatError
from engine.experiment import Network
from engine.formats import strict_json
from engine.formats.fields import Fields
from engine.formats.weights import FORMAT, VERSION, network_of


def network_with(content: bytes, arrays: dict[str, Array], where: str) -> Network:
    """The network that a JSON text describes, with these arrays in it.

    where: the field's name in the file, for sentences. Raises FormatError or ExperimentError where
    the text is no architecture or not that of the arrays.
    """
    fields = Fields(strict_json.parse(content, where), where)
    return network_of(arrays, _activations(fields, arrays))


def _activations(fields: Fields, arrays: dict[str, Array]) -> tuple[Activation, ...]:
    if fields.take("format", None) != FORMAT:
        raise FormatError(f'{fields.path("format")}: has to be "{FORMAT}"')
    version = fields.integer("version")
    if version != VERSION:
        newer = "; a newer Gradwalk wrote it" if version > VERSION else ""
        raise FormatError(
            f"{fields.path('version')}: {version}, but this Gradwalk reads version {VERSION}{newer}"
        )
    layers, inputs = fields.take("layers"), fields.integer("inputs")
    count = sum(name.startswith("W") for name in arrays)
    if not isinstance(layers, list) or (len(layers), inputs) != (count, arrays["W1"].shape[1]):
        raise FormatError(f"{fields.path('layers')}: describes another network than the arrays")
    for name in ("title", "loss"):
        fields.text(name, "")
    fields.integer("iteration", 0)
    fields.done()
    paths = (fields.path(f"layers[{index}]") for index in range(len(layers)))
    each = (Fields(layer, path) for layer, path in zip(layers, paths, strict=True))
    return tuple(_activation(layer, l, arrays) for l, layer in enumerate(each, start=1))


def _activation(fields: Fields, l: int, arrays: dict[str, Array]) -> Activation:
    units, bias = fields.integer("units"), fields.flag("bias", True)
    if units != len(arrays[f"W{l}"]) or bias is not (f"b{l}" in arrays):
        raise FormatError(f"{fields.path('units')}: describes another layer than W{l}")
    name = fields.choice("activation", ACTIVATIONS)
    fields.done()
    return ACTIVATIONS[name]
