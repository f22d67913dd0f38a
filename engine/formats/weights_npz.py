"""Weights as NumPy's `.npz`: W1, b1, …, to × from, and the architecture as JSON in `meta`."""

from __future__ import annotations

import json
from io import BytesIO

import numpy as np

from engine.formats.weights import Trained, WeightsFormat


class Npz(WeightsFormat):
    """Read with `numpy.load(..., allow_pickle=False)`; W is (n_out, n_in), b is (n_out, 1)."""

    name = "NumPy"
    suffix = ".npz"

    def encode(self, trained: Trained) -> bytes:
        content = BytesIO()
        meta = np.array(json.dumps(trained.architecture(), ensure_ascii=False))
        np.savez(content, allow_pickle=False, meta=meta, **trained.experiment.start_values)
        return content.getvalue()
