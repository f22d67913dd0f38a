"""`python -m tests.verify [EXPERIMENT]…`: reads exports back by the programs they are meant for.

Of experiment files, where they stand; without any, of the examples and of each activation.

PyTorch loads .safetensors strictly, ONNX Runtime runs .onnx once onnx.checker has passed it, NumPy
reads .npz, and the Python module is run; all predict what the engine does. PyTorch and onnx are
in requirements/verify.txt, and not what the suite needs.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import safetensors.torch
import torch
from torch import nn

from engine.activations import ACTIVATIONS
from engine.arrays import Array
from engine.formats import WEIGHTS, Trained, experiment_json
from engine.predictions import outputs
from engine.program import compile_program
from engine.timeline import Timeline
from tests.engine.building import experiment
from tests.examples import EXAMPLES

# A few roundings of sums over at most 64 units, relative to the largest output.
_TOLERANCE = 1e-13
_MODULES = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "softplus": nn.Softplus,
    "softmax": lambda: nn.Softmax(dim=1),
}


def main() -> int:
    """0 if every program predicts what the engine does."""
    worst: dict[str, float] = {}
    for name, trained, inputs in _given(sys.argv[1:]) if sys.argv[1:] else _networks():
        expected = outputs(
            compile_program(trained.experiment), trained.experiment.start_values, inputs
        )
        for program, predict in _PROGRAMS.items():
            found = predict(trained, inputs)
            assert found.dtype == np.float64, f"{name}: {program} gives {found.dtype}"
            error = float(np.abs(found - expected).max() / np.abs(expected).max())
            worst[program] = max(worst.get(program, 0.0), error)
            print(f"{name:36} {program:12} largest difference {error:.1e}")
    print(", ".join(f"{program}: at most {error:.1e}" for program, error in worst.items()))
    return int(max(worst.values()) > _TOLERANCE)


def _given(files: list[str]) -> Iterator[tuple[str, Trained, Array]]:
    for file in files:
        described = experiment_json.read(Path(file))
        timeline = Timeline(described)
        timeline.seek(described.position)
        trained = Trained(timeline.trained_experiment(), timeline.completed)
        yield Path(file).name.split(".")[0], trained, trained.experiment.data.inputs


def _networks() -> Iterator[tuple[str, Trained, Array]]:
    for path in EXAMPLES:
        timeline = Timeline(experiment_json.read(path))
        timeline.train(100)
        described = timeline.trained_experiment()
        yield path.name.split(".")[0], Trained(described, 100), described.data.inputs
    for activation in ACTIVATIONS:
        for bias in (True, False):
            described = experiment((3, 5, 4), activation, activation, samples=50, bias=bias)
            name = f"3-5-4 {activation}{'' if bias else ', no biases'}"
            yield name, Trained(described, 0), described.data.inputs


def _by_pytorch(trained: Trained, inputs: Array) -> Array:
    modules: list[nn.Module] = []
    network = trained.experiment.network
    for n_in, layer in zip(network.sizes, network.layers, strict=False):
        modules.append(nn.Linear(n_in, layer.units, bias=layer.bias, dtype=torch.float64))
        modules.append(_MODULES[layer.activation.name]())
    model = nn.Sequential(*modules)
    model.load_state_dict(
        safetensors.torch.load(WEIGHTS[".safetensors"].encode(trained)), strict=True
    )
    with torch.no_grad():
        return model(torch.tensor(inputs)).numpy()


def _by_onnx_runtime(trained: Trained, inputs: Array) -> Array:
    content = WEIGHTS[".onnx"].encode(trained)
    onnx.checker.check_model(content, full_check=True)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(["y"], {"x": inputs})[0]


def _by_python(trained: Trained, inputs: Array) -> Array:
    module: dict[str, object] = {}
    exec(WEIGHTS[".py"].encode(trained), module)
    return module["predict"](inputs)  # type: ignore[operator]


def _by_numpy(trained: Trained, inputs: Array) -> Array:
    """NumPy reads the arrays; the program that uses them is the engine's."""
    with np.load(io.BytesIO(WEIGHTS[".npz"].encode(trained)), allow_pickle=False) as file:
        values = {name: file[name] for name in file.files if name != "meta"}
    return outputs(compile_program(trained.experiment), values, inputs)


_PROGRAMS = {
    "PyTorch": _by_pytorch,
    "ONNX Runtime": _by_onnx_runtime,
    "Python": _by_python,
    "NumPy": _by_numpy,
}


if __name__ == "__main__":
    sys.exit(main())
