"""Weights as `.json`: the experiment file's `network` object with all numbers in it."""

from __future__ import annotations

from engine.formats import strict_json
from engine.formats.experiment_json import network_to_json
from engine.formats.weights import Trained, WeightsFormat


class Json(WeightsFormat):
    """Weights as rows, to × from; every number reads back to the same double."""

    name = "JSON"
    suffix = ".json"

    def encode(self, trained: Trained) -> bytes:
        return strict_json.dump(network_to_json(trained.experiment.network))
