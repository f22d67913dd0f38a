"""The window: from a key press to what it shows being painted, with every view visible.

In an interpreter of its own, as a launch is. The platform is QT_QPA_PLATFORM, offscreen unless
it is set; for Xvfb: `QT_QPA_PLATFORM=xcb xvfb-run -a python -m tests.benchmarks --only window`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from time import perf_counter

import numpy as np

from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.losses import LOSSES

from .table import Row, at_most

_NETWORKS = {"2-3-2": (2, 3, 2), "16-16-16-4": (16, 16, 16, 4), "784-32-10": (784, 32, 10)}
_STEPS = 300
_WARM = 40
_SIZE = (1600, 1050)  # Tall enough that equation and matrices are both shown, not in tabs.


def rows() -> list[Row]:
    """Median and 99th percentile for each network, at unit and at layer granularity."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_CONFIG_HOME": home}
        command = [sys.executable, "-m", "tests.benchmarks.window"]
        ran = subprocess.run(command, check=True, capture_output=True, env=environment)
    platform, found = json.loads(ran.stdout)
    made: list[Row] = []
    for what, times in found.items():
        median, slow = np.percentile(times, [50, 99])
        title = f"key press to painted, {what}, {platform}"
        made.append(at_most(f"{title} (median)", float(median), "ms", 6))
        made.append(at_most(f"{title} (99th percentile)", float(slow), "ms", 16.7))
    return made


def _experiment(sizes: tuple[int, ...]) -> Experiment:
    generator = np.random.default_rng(0)
    samples = 32
    targets = generator.random((samples, sizes[-1]))
    layers = tuple(Layer(units, ACTIVATIONS["sigmoid"]) for units in sizes[1:])
    data = Data(generator.random((samples, sizes[0])), targets)
    made = Experiment(Network(sizes[0], layers), LOSSES["half_squared_error"], data)
    return replace(made, batch_size=1, shuffle=True)


def _measure() -> dict[str, list[float]]:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from gui import app

    application = QApplication([])
    app.prepare(application)
    window = app.make_window()
    app.collect_seldom()
    window.resize(*_SIZE)
    window.show()
    while not window.study.loss.is_installed:
        application.processEvents()
    found: dict[str, list[float]] = {}
    for name, sizes in _NETWORKS.items():
        for granularity, key in (("unit", Qt.Key.Key_2), ("layer", Qt.Key.Key_3)):
            window.controller.start(_experiment(sizes))
            QTest.keyClick(window, key)
            times: list[float] = []
            for _ in range(_WARM + _STEPS):
                began = perf_counter()
                QTest.keyClick(window, Qt.Key.Key_Right)
                application.processEvents()
                times.append(1e3 * (perf_counter() - began))
            found[f"{name} by {granularity}"] = times[_WARM:]
    window.close()
    return found


if __name__ == "__main__":
    times_found = _measure()
    from PySide6.QtGui import QGuiApplication

    print(json.dumps([QGuiApplication.platformName(), times_found]))
