"""The timer that plays, trains and travels far: in the window's own thread, in slices.

A worker thread would starve the window of the interpreter's lock, so a slice of training takes
what painting left of a frame's time. Everything stays deterministic, and can stop at once.
"""

from __future__ import annotations

import time
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.frame import NonFinite
from engine.position import Position
from gui.controller import Controller

SLOWEST, FASTEST = 0.5, 60.0

_FRAME_SECONDS = 1 / 60
_LEAST_SLICE = 0.002
_OVER_PAINTING = 1.2
_MOST_SLICE = 0.05


class Mode(StrEnum):
    """What the playback is doing."""

    STOPPED = "stopped"
    RUNNING = "running"
    TRAINING = "training"
    TRAVELLING = "travelling"


class Playback(QObject):
    """Sends the controller its intents by the clock."""

    mode_changed = Signal(object)
    non_finite_met = Signal(object)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.mode = Mode.STOPPED
        self.speed = 2.0
        self._target = Position()
        self._chunk = 1
        self._slice_ended = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is running."""
        return self.mode is Mode.STOPPED

    def set_speed(self, steps_per_second: float) -> None:
        """How many steps a second `run` takes, also while it does."""
        self.speed = min(max(steps_per_second, SLOWEST), FASTEST)
        if self.mode is Mode.RUNNING:
            self._timer.setInterval(self._interval())

    def run(self) -> None:
        """Steps forward by the clock, at the controller's granularity."""
        self._start(Mode.RUNNING, self._interval())
        self._tick()

    def train(self) -> None:
        """Trains at full speed until stopped."""
        self._start(Mode.TRAINING, 0)

    def travel_to(self, position: Position) -> None:
        """Goes to a position, however far ahead, with the window alive on the way."""
        self._target = position
        if position.iteration <= self._controller.newest.iteration + 1:
            self.stop()
            self._controller.seek(position)
        else:
            self._start(Mode.TRAVELLING, 0)

    def stop(self) -> None:
        """Stops at once."""
        self._timer.stop()
        self._set_mode(Mode.STOPPED)

    def _start(self, mode: Mode, interval: int) -> None:
        self._chunk = 1
        self._slice_ended = time.perf_counter()
        self._timer.start(interval)
        self._set_mode(mode)

    def _set_mode(self, mode: Mode) -> None:
        if mode is not self.mode:
            self.mode = mode
            self.mode_changed.emit(mode)

    def _interval(self) -> int:
        return round(1000 / self.speed)

    def _tick(self) -> None:
        if self.mode is Mode.RUNNING:
            self._controller.forward()
            found = self._controller.moment().frame.non_finite
        else:
            found = self._train_slice()
        if found is not None:
            self.stop()
            self._controller.announce()
            self.non_finite_met.emit(found)

    def _train_slice(self) -> NonFinite | None:
        """Trains for what the last paint left of a frame, then shows where it came to."""
        began = time.perf_counter()
        painting = began - self._slice_ended
        # A window that is slow to paint still spends most of its time on the training.
        budget = max(_FRAME_SECONDS - painting - 0.001, _OVER_PAINTING * painting, _LEAST_SLICE)
        budget = min(budget, _MOST_SLICE)
        found: NonFinite | None = None
        while found is None and time.perf_counter() - began < budget and not self.is_stopped:
            started = time.perf_counter()
            chunk = min(self._chunk, self._left())
            if chunk <= 0:
                break
            found = self._controller.train(chunk)
            took = time.perf_counter() - started
            self._chunk = max(1, min(2 * self._chunk, int(chunk * budget / 4 / max(took, 1e-9))))
        if found is None and self._left() <= 0:
            self.stop()
            self._controller.seek(self._target)
        else:
            self._controller.announce()
        self._slice_ended = time.perf_counter()
        return found

    def _left(self) -> int:
        """How many iterations are still to be completed before the target's own."""
        if self.mode is Mode.TRAVELLING:
            return self._target.iteration - self._controller.completed
        return 1_000_000
