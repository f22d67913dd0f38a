"""Loads pyqtgraph once the window is there."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal


class PlottingLoader(QObject):
    """Imports pyqtgraph after the first paint, and says when it is `ready`.

    In the window's own thread: pyqtgraph touches Qt while it is imported, and from another thread
    that crashed the interpreter once in a hundred launches. The price is a fifth of a second
    during which a first key waits.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._begun = False

    def start(self) -> None:
        """Begins once; further calls do nothing."""
        if not self._begun:
            self._begun = True
            QTimer.singleShot(0, self._load)

    def _load(self) -> None:
        import pyqtgraph  # noqa: F401  # For its side effect: the plots' own import is instant.

        self.ready.emit()
