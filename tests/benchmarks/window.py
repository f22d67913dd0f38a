"""The window: from a key press, the mouse or a drag to all views being painted.

Offscreen, and under Xvfb where it is installed. Keys come as a held key repeats, and are timed from
when they are due: what the window still does at that time counts. Steps taken back to back, which
leave no time to draw anything ahead, are measured beside them, for information.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from . import desktop
from .table import Row, at_most

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.window import MainWindow

_STEPS = 300
_REPEATED = 1 / 30  # seconds between two steps while an arrow key is held
_WARM = 40
_POINTS = 200
_RUN = 3000


def rows() -> list[Row]:
    """Steps by unit and by layer, hovering and scrubbing: median and 99th percentile."""
    made: list[Row] = []
    for platform, before in desktop.platforms():
        found = desktop.run_module("window", platform, before)
        for what, (times, median_wanted, slow_wanted) in found.items():
            median, slow = np.percentile(times, [50, 99])
            title = f"{what}, {platform}"
            made.append(at_most(f"{title} (median)", float(median), "ms", median_wanted))
            made.append(at_most(f"{title} (99th percentile)", float(slow), "ms", slow_wanted))
    return made


_Found = dict[str, tuple[list[float], float | None, float | None]]


def _measure(application: QApplication, window: MainWindow) -> _Found:
    found: _Found = {}
    for name in desktop.NETWORKS:
        for granularity in ("unit", "layer"):
            window.controller.start(desktop.experiment(name))
            times = _steps(application, window, granularity, _REPEATED)
            found[f"key press to painted, {name} by {granularity}"] = (times, 6, 16.7)
            times = _steps(application, window, granularity, 0)
            found[f"steps back to back, {name} by {granularity}"] = (times, None, None)
    found["hover to painted, 784-128-10"] = (_hover(application, window), None, 16.7)
    window.controller.start(desktop.experiment("2-3-2"))
    found["scrubbing 3,000 iterations of 2-3-2"] = (_scrub(application, window), None, 1000 / 30)
    return found


def _steps(
    application: QApplication, window: MainWindow, granularity: str, every: float
) -> list[float]:
    """Milliseconds of steps, taken at the soonest `every` so many seconds."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    keys = {"unit": Qt.Key.Key_2, "layer": Qt.Key.Key_3}
    QTest.keyClick(window, keys[granularity])
    times: list[float] = []
    for _ in range(_WARM + _STEPS):
        before = window.controller.position
        due = perf_counter() + every
        while perf_counter() < due:
            application.processEvents()
        began = due if every else perf_counter()
        QTest.keyClick(window, Qt.Key.Key_Right)
        application.processEvents()
        times.append(1e3 * (perf_counter() - began))
        assert window.controller.position != before, "the key press took no step"
    return times[_WARM:]


def _hover(application: QApplication, window: MainWindow) -> list[float]:
    """Pointing at places all over the network."""
    from PySide6.QtCore import QPoint
    from PySide6.QtTest import QTest

    network = window.study.network
    generator = np.random.default_rng(1)
    places = generator.random((_WARM + _POINTS, 2)) * (network.width() - 1, network.height() - 1)
    times: list[float] = []
    for x, y in places.astype(int).tolist():
        times.append(_timed(application, lambda x=x, y=y: QTest.mouseMove(network, QPoint(x, y)))())
    return times[_WARM:]


def _scrub(application: QApplication, window: MainWindow) -> list[float]:
    """Dragging along the loss curve, there and back."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    window.controller.train(_RUN)
    window.controller.announce()
    application.processEvents()
    loss = window.study.loss
    there = np.linspace(1, _RUN - 2, _POINTS // 2).astype(int)
    QTest.mousePress(loss.viewport(), Qt.MouseButton.LeftButton, pos=loss.place_of(1))
    times: list[float] = []
    for iteration in (*there, *there[::-1]):
        place = loss.place_of(int(iteration))
        times.append(_timed(application, lambda at=place: QTest.mouseMove(loss.viewport(), at))())
    QTest.mouseRelease(loss.viewport(), Qt.MouseButton.LeftButton, pos=loss.place_of(1))
    return times


def _timed(application: QApplication, act: Callable[[], object]) -> Callable[[], float]:
    """Does something and lets the window paint; returns how many milliseconds it took."""

    def timed() -> float:
        began = perf_counter()
        act()
        application.processEvents()
        return 1e3 * (perf_counter() - began)

    return timed


if __name__ == "__main__":
    desktop.with_window(_measure)
