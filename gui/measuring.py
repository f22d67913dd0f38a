"""Computes the metrics of a run while the window has nothing else to do."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot

from gui.controller import Controller
from gui.metrics import metrics_of
from gui.playback import Playback
from gui.views.metrics import MetricsView

_SLICE = 0.008


class Measuring(QObject):
    """Fills the metrics view in slices, as long as it is shown and nothing runs."""

    def __init__(
        self, controller: Controller, playback: Playback, view: MetricsView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._controller, self._playback, self._view = controller, playback, view
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        controller.moment_changed.connect(self.begin)

    @Slot()
    def begin(self, *_: object) -> None:
        """Goes on with what there is to compute, once the window is idle."""
        if self._view.isVisible() and self._playback.is_stopped:
            moment = self._controller.moment()
            self._view.show_position(moment.frame.position, moment.newest.iteration)
            self._timer.start()

    @Slot()
    def _go_on(self) -> None:
        if not self._view.isVisible() or not self._playback.is_stopped:
            self._timer.stop()
            return
        metrics, began = self._controller.metrics(), perf_counter()
        is_more = metrics.advance()
        while is_more and perf_counter() - began < _SLICE:
            is_more = metrics.advance()
        self._view.show_metrics(metrics_of(metrics.points))
        if not is_more:
            self._timer.stop()
