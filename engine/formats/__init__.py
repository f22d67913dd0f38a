"""One file for each file format. A new format is one new file and one line here."""

from pathlib import Path

from engine.errors import ExperimentError, FileError, FormatError
from engine.formats import experiment_json
from engine.formats.files import read_bytes
from engine.formats.trace import TraceFormat
from engine.formats.trace_csv import Csv as TraceCsv
from engine.formats.trace_jsonl import JsonLines
from engine.formats.trace_markdown import Markdown
from engine.formats.weights import (
    ReadableWeightsFormat,
    Trained,
    Weights,
    WeightsFormat,
    WeightsMismatchError,
    network_from,
    weights_for,
)
from engine.formats.weights_csv import Csv
from engine.formats.weights_json import Json
from engine.formats.weights_npz import Npz
from engine.formats.weights_onnx import Onnx
from engine.formats.weights_python import Python
from engine.formats.weights_safetensors import Safetensors

WEIGHTS: dict[str, WeightsFormat] = {
    each.suffix: each for each in (Npz(), Json(), Csv(), Safetensors(), Onnx(), Python())
}
READABLE_WEIGHTS: dict[str, ReadableWeightsFormat] = {
    suffix: each for suffix, each in WEIGHTS.items() if isinstance(each, ReadableWeightsFormat)
}
TRACES: dict[str, TraceFormat] = {each.name: each for each in (JsonLines(), TraceCsv(), Markdown())}

# What other programs keep weights in, by the first bytes, and why it is not read.
_REFUSED = {
    b"\x80": "the file is a Python pickle, which can run code: refused",
    b"\x93NUMPY": "the file is a single array (.npy); numpy.savez keeps several, named W1, b1, …",
}


def weights_format(path: Path) -> WeightsFormat:
    """The format of trained weights that a file's ending asks for. Raises FileError."""
    if path.name.endswith(experiment_json.SUFFIX):
        raise FileError(f"{path.name}: {experiment_json.SUFFIX} is for experiments, not weights")
    try:
        return WEIGHTS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(WEIGHTS)
        raise FileError(f"{path.name}: weights are exported to files ending in {known}") from None


def read_weights(path: Path) -> Weights:
    """The weights in a file, whatever its ending. Raises GradwalkError, which names the file."""
    return parse_weights(read_bytes(path), path.name)


def parse_weights(content: bytes, source: str) -> Weights:
    """The weights in a file's content. Raises GradwalkError, which starts with `source`."""
    try:
        arrays, network = _format_of(content).decode(content)
    except (ExperimentError, FormatError) as error:
        raise type(error)(f"{source}: {error}") from error
    return Weights(source, arrays, network)


def _format_of(content: bytes) -> ReadableWeightsFormat:
    for each in READABLE_WEIGHTS.values():
        if each.recognises(content):
            return each
    for start, sentence in _REFUSED.items():
        if content.startswith(start):
            raise FormatError(sentence)
    known = ", ".join(READABLE_WEIGHTS)
    raise FormatError(f"the file holds no weights that can be read back; {known} can")


__all__ = [
    "READABLE_WEIGHTS",
    "TRACES",
    "WEIGHTS",
    "Trained",
    "Weights",
    "WeightsMismatchError",
    "experiment_json",
    "network_from",
    "parse_weights",
    "read_weights",
    "weights_for",
    "weights_format",
]
