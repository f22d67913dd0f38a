"""One file for each file format. A new format is one new file and one line here."""

from pathlib import Path

from engine.errors import FileError
from engine.formats import experiment_json
from engine.formats.trace import TraceFormat
from engine.formats.trace_csv import Csv
from engine.formats.trace_jsonl import JsonLines
from engine.formats.weights import Trained, WeightsFormat
from engine.formats.weights_json import Json
from engine.formats.weights_npz import Npz

WEIGHTS: dict[str, WeightsFormat] = {each.suffix: each for each in (Npz(), Json())}
TRACES: dict[str, TraceFormat] = {each.name: each for each in (JsonLines(), Csv())}


def weights_format(path: Path) -> WeightsFormat:
    """The format of trained weights that a file's ending asks for. Raises FileError."""
    if path.name.endswith(experiment_json.SUFFIX):
        raise FileError(f"{path.name}: {experiment_json.SUFFIX} is for experiments, not weights")
    try:
        return WEIGHTS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(WEIGHTS)
        raise FileError(f"{path.name}: weights are exported to files ending in {known}") from None


__all__ = ["TRACES", "WEIGHTS", "Trained", "experiment_json", "weights_format"]
