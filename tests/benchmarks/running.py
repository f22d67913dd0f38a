"""Training at full speed with the window shown: its frames, and what is left of the speed."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from engine.experiment import Experiment
from engine.position import START
from engine.timeline import Timeline

from . import desktop
from .table import Row, at_least

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.window import MainWindow

_SECONDS = 2.0
_ROUNDS = 3
_WANTED = {"2-3-2": 0.6, "784-32-10": 0.4}
_FRAMES = 50


def rows() -> list[Row]:
    """For each network: the share of `train`'s iterations a second, and frames a second."""
    made: list[Row] = []
    for platform, before in desktop.platforms():
        for name, found in desktop.run_module("running", platform, before).items():
            title = f"full-speed training in the window, {name}, {platform}"
            ours, alone, frames = found
            texts = f"{ours:,.0f}/s", f"{alone:,.0f}/s"
            made.append(at_least(f"{title}, over train", *texts, ours / alone, _WANTED[name]))
            share = frames / _FRAMES
            made.append(at_least(f"{title}, frames", f"{frames:.1f}/s", f"{_FRAMES}/s", share, 1.0))
    return made


def _measure(application: QApplication, window: MainWindow) -> dict[str, tuple[float, ...]]:
    return {name: _one(application, window, name) for name in _WANTED}


def _one(application: QApplication, window: MainWindow, name: str) -> tuple[float, ...]:
    """Iterations a second in the window and without it, in turns, and frames a second."""
    experiment = desktop.experiment(name)
    window.controller.start(experiment)
    painted = _count_frames(application, window)
    shown, alone, frames = [], [], []
    for _ in range(_ROUNDS):
        alone.append(_without_window(experiment))
        window.playback.train()
        _let_run(application, _SECONDS / 4)  # The first frames find their pace.
        painted.clear()
        before, began = window.controller.completed, perf_counter()
        _let_run(application, _SECONDS)
        took = perf_counter() - began
        shown.append((window.controller.completed - before) / took)
        frames.append(len(painted) / took)
        window.playback.stop()
    middle = _ROUNDS // 2
    return sorted(shown)[middle], sorted(alone)[middle], sorted(frames)[middle]


def _let_run(application: QApplication, seconds: float) -> None:
    until = perf_counter() + seconds
    while perf_counter() < until:
        application.processEvents()


def _without_window(experiment: Experiment) -> float:
    timeline = Timeline(replace(experiment, position=START))
    timeline.train(500)
    count, began = 0, perf_counter()
    while perf_counter() - began < _SECONDS:
        timeline.train(500)
        count += 500
    return count / (perf_counter() - began)


def _count_frames(application: QApplication, window: MainWindow) -> list[float]:
    """A list that grows by one each time the window is painted."""
    from PySide6.QtCore import QEvent, QObject

    painted: list[float] = []

    class Counter(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if watched is window and event.type() == QEvent.Type.UpdateRequest:
                painted.append(perf_counter())
            return False

    counter = Counter(window)
    application.installEventFilter(counter)
    return painted


if __name__ == "__main__":
    desktop.with_window(_measure)
