"""What the launch benchmark starts: `bare`, `numpy` or `window`. It prints seconds as JSON.

Imports nothing of ours before it has to: a bare QWidget shall not wait for the engine.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QMainWindow

# An empty window, a whole one, the plots.
_MOMENTS = 3
STARTED = "GRADWALK_BENCHMARK_STARTED"


def _since_start() -> float:
    return time.time() - float(os.environ[STARTED])


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


def _numpy() -> None:
    """The floor of any program that shows numbers of NumPy's."""
    import numpy  # noqa: F401

    _bare()


def _window() -> None:
    """The program's own start, from its command line on, watched."""
    import main
    from gui import preflight

    complaint = preflight.complaint

    def watched(environment: Mapping[str, str]) -> str:
        # The last that `main` does before it imports what it runs, which cannot be had earlier.
        found = complaint(environment)
        _watch()
        return found

    preflight.complaint = watched
    sys.argv = ["main.py"]
    main.main()


def _watch() -> None:
    """Notes when the empty window, the whole one and the plots have come to the screen."""
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from gui import app

    found: list[float] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                # Comes once all of the window is painted, and before whatever follows.
                after = QEvent(QEvent.Type.User)
                QApplication.postEvent(self, after, Qt.EventPriority.HighEventPriority.value)
            return False

        def event(self, event: QEvent) -> bool:
            if event.type() == QEvent.Type.User:
                found.append(_since_start())
                if len(found) == _MOMENTS:
                    print(json.dumps(found))
                    QApplication.quit()
            return super().event(event)

    class Watched(app.Launch):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            self.timer = QTimer(self)
            self.window.centralWidget().installEventFilter(watch)
            self.timer.timeout.connect(self.look)
            self.timer.start(1)

        def look(self) -> None:
            loss = self.window.study.loss if len(found) == _MOMENTS - 1 else None
            if loss is not None and loss.is_installed:
                self.timer.stop()
                loss.viewport().installEventFilter(watch)
                loss.viewport().update()

    watch, furnish = Watch(), app.furnish

    def furnished(window: QMainWindow, *arguments: object) -> object:
        made = furnish(window, *arguments)  # type: ignore[arg-type]
        made.study.network.installEventFilter(watch)
        return made

    app.Launch, app.furnish = Watched, furnished  # type: ignore[misc]


if __name__ == "__main__":
    {"bare": _bare, "numpy": _numpy, "window": _window}[sys.argv[1]]()
