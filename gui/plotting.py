"""Loads pyqtgraph while the window is already there."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal


class PlottingLoader(QObject):
    """Imports pyqtgraph in a thread; `ready` arrives in the window's own thread."""

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins once; further calls do nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name="load plotting", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Waits until the import is over, so that no thread outlives the window."""
        if self._thread is not None:
            self._thread.join()

    def _load(self) -> None:
        import pyqtgraph  # noqa: F401  # For its side effect: the next import is instant.

        self.ready.emit()
