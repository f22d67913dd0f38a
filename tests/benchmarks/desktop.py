"""The real window for a measurement, in an interpreter of its own, and on which platforms."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.losses import LOSSES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.window import MainWindow

SIZE = (1600, 1050)  # Tall enough that equation and matrices are both shown, not in tabs.
NETWORKS = {
    "2-3-2": (2, 3, 2),
    "16-16-16-4": (16, 16, 16, 4),
    "784-32-10": (784, 32, 10),
    "784-128-10": (784, 128, 10),
}
_SCREEN = "-screen 0 1920x1200x24"


def experiment(name: str) -> Experiment:
    """Sigmoid layers on 32 random samples, one a batch, shuffled."""
    sizes, samples = NETWORKS[name], 32
    generator = np.random.default_rng(0)
    targets = generator.random((samples, sizes[-1]))
    layers = tuple(Layer(units, ACTIVATIONS["sigmoid"]) for units in sizes[1:])
    data = Data(generator.random((samples, sizes[0])), targets)
    made = Experiment(Network(sizes[0], layers), LOSSES["half_squared_error"], data)
    return replace(made, batch_size=1, shuffle=True)


def platforms() -> Iterator[tuple[str, list[str]]]:
    """Each platform by name, with what to put before the command: offscreen, and Xvfb if there."""
    yield "offscreen", []
    if shutil.which("xvfb-run"):
        yield "xcb", ["xvfb-run", "-a", "-s", _SCREEN]


def run_module(
    module: str, platform: str, before: list[str], *arguments: str, **environment_of_its_own: str
) -> Any:
    """What a module of this package prints as JSON, run with settings of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": platform, **environment_of_its_own}
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            environment[variable] = home
        command = [*before, sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
        ran = subprocess.run(command, check=True, capture_output=True, env=environment)
    return json.loads(ran.stdout.splitlines()[-1])


def with_window(measure: Callable[[QApplication, MainWindow], Any]) -> None:
    """Opens the window with all its views, measures, and prints what was found as JSON."""
    from PySide6.QtWidgets import QApplication

    from gui import app

    application = QApplication([])
    app.prepare(application)
    window = app.make_window()
    app.collect_seldom()
    window.resize(*SIZE)
    window.show()
    window.activateWindow()  # Without a window manager nobody else does, and keys would be lost.
    while not (window.study.loss.is_installed and window.isActiveWindow()):
        application.processEvents()
    print(json.dumps(measure(application, window)))
    window.hide()  # Closing it would ask whether to save, and nobody is there to answer.
