"""Runs the gradient check of the whole network in slices, with the window alive."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from engine.checks import GradientCheck
from gui.controller import Controller
from gui.gradient.table import GradientTable

_MOST = 3000
_SLICE = 0.012


class NetworkCheck(QObject):
    """Feeds a GradientTable from the controller until all is checked or it is cancelled."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self.table = GradientTable(parent)
        total, self._checks = controller.gradient_checks(_MOST)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._slice)
        self.table.cancelled.connect(self._timer.stop)
        self.table.finished.connect(self._timer.stop)
        self.table.begin(total)
        self._timer.start(0)

    def _slice(self) -> None:
        ends = time.perf_counter() + _SLICE
        rows = list(_until(self._checks, ends))
        self.table.add(rows)
        if time.perf_counter() < ends:  # The checks ended before the slice did.
            self._timer.stop()
            self.table.finish()


def _until(checks: Iterator[GradientCheck], ends: float) -> Iterator[GradientCheck]:
    while time.perf_counter() < ends:
        check = next(checks, None)
        if check is None:
            return
        yield check
