"""The launch: first paint against a bare QWidget's in the same run, and when the plots are there.

Both are timed from before the interpreter starts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from . import desktop
from .table import Row, at_most

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_ROUNDS = 7
_OVER_BARE = 1.8
_STARTED = "GRADWALK_BENCHMARK_STARTED"


def rows() -> list[Row]:
    """On each platform, in turns: a bare QWidget, and the program."""
    made: list[Row] = []
    for platform, before in desktop.platforms():
        bare, first, plots = [], [], []
        for _ in range(_ROUNDS):
            bare.append(_timed(platform, before, "bare")[0])
            window = _timed(platform, before, "window")
            first.append(window[0])
            plots.append(window[1])
        ratio = median(own / other for own, other in zip(first, bare, strict=True))
        texts = f"{1e3 * median(first):.0f} ms", f"{1e3 * median(bare):.0f} ms"
        title = f"launch to first paint, over a bare QWidget, {platform}"
        ok = ratio <= _OVER_BARE
        made.append(Row(title, *texts, f"{ratio:.2f} ×", f"≤ {_OVER_BARE:g} ×", ok))
        made.append(at_most(f"launch to plots, {platform}", 1e3 * median(plots), "ms", 1000))
    return made


def _timed(platform: str, before: list[str], what: str) -> list[float]:
    os.environ[_STARTED] = repr(time.time())
    found: list[float] = desktop.run_module("launch", platform, before, what)
    return found


def _since_start() -> float:
    return time.time() - float(os.environ[_STARTED])


def _bare() -> None:
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication([])

    class Bare(QWidget):
        def paintEvent(self, event: object) -> None:
            print(json.dumps([_since_start()]))
            application.quit()

    bare = Bare()
    bare.resize(1280, 800)
    bare.show()
    application.exec()


def _window() -> None:
    """The program's own start, watched."""
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from gui import app

    found: list[float] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and watched is not self:
                watched.removeEventFilter(self)
                # Comes once all of the window is painted, and before any timer.
                after = QEvent(QEvent.Type.User)
                QApplication.postEvent(self, after, Qt.EventPriority.HighEventPriority.value)
            return False

        def event(self, event: QEvent) -> bool:
            if event.type() == QEvent.Type.User:
                found.append(_since_start())
            return super().event(event)

    make_window = app.make_window

    def made(*arguments: object) -> QWidget:
        nonlocal window
        window = make_window(*arguments)  # type: ignore[arg-type]
        window.study.network.installEventFilter(watch)
        timer.start(1)
        return window

    def look() -> None:
        if found and window.study.loss.is_installed:
            print(json.dumps([*found, _since_start()]))
            QApplication.quit()

    window = None
    watch, timer = Watch(), QTimer()
    timer.timeout.connect(look)
    app.make_window = made
    app.run(None)


if __name__ == "__main__":
    _bare() if sys.argv[1] == "bare" else _window()
