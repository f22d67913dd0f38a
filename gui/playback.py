"""The timer that plays, trains and travels far: in the window's own thread, in slices.

A worker thread would starve the window of the interpreter's lock, so a slice of training takes
what painting left of a frame's time. Everything stays deterministic, and can stop at once.
"""

from __future__ import annotations

import time
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.breakpoints import Breakpoint
from engine.frame import NonFinite
from engine.position import START, Position
from engine.program import Granularity
from engine.search import Search
from gui.controller import Controller

SLOWEST, FASTEST = 0.5, 60.0

# While training: a frame in which the views that are due are painted, and the rest is training.
_FRAME_SECONDS = 1 / 52
_LEAST_SLICE = 0.002
_OVER_PAINTING = 0.7
_MOST_SLICE = 0.05
_SMOOTHING = 0.2

# Going back far in a wide network's run: what nobody waits for, and then a slice of it at a time.
_AT_ONCE, _REPLAYED = 0.1, 0.012


class Mode(StrEnum):
    """What the playback is doing."""

    STOPPED = "stopped"
    RUNNING = "running"
    TRAINING = "training"
    TRAVELLING = "travelling"
    SEARCHING = "searching"


_AT_FULL_SPEED = (Mode.TRAINING, Mode.TRAVELLING, Mode.SEARCHING)


class Direction(StrEnum):
    """Which way the steps go."""

    FORWARD = "forward"
    BACK = "back"


class Playback(QObject):
    """Sends the controller its intents by the clock.

    non_finite_met: a NonFinite, at which everything pauses. breakpoint_met: the breakpoints that
    hold where it has paused. search_ended: a search came to the end of what there is to search.
    """

    mode_changed = Signal(object)
    non_finite_met = Signal(object)
    breakpoint_met = Signal(object)
    search_ended = Signal()

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.mode = Mode.STOPPED
        self.speed = 2.0
        self._target, self._is_ahead = Position(), True
        self._search: Search | None = None
        self._chunk = 1
        self._pace = 0.0
        self._slice_ended = 0.0
        self._painting = 0.0
        self._direction = Direction.FORWARD
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is running."""
        return self.mode is Mode.STOPPED

    @property
    def target(self) -> Position:
        """Where `travel_to` goes."""
        return self._target

    def set_speed(self, steps_per_second: float) -> None:
        """How many steps a second `run` takes, also while it does."""
        self.speed = min(max(steps_per_second, SLOWEST), FASTEST)
        if self.mode is Mode.RUNNING:
            self._due = min(self._due, time.perf_counter() + 1 / self.speed)
            self._wait_until_due()

    @property
    def direction(self) -> Direction:
        """Which way `run` goes."""
        return self._direction

    def run(self, direction: Direction = Direction.FORWARD) -> None:
        """Steps by the clock, at the controller's granularity."""
        if self.mode is Mode.RUNNING and direction is not self._direction:
            self.stop()  # Whoever shows the mode hears of the other direction.
        self._direction = direction
        self._due = time.perf_counter()
        self._start(Mode.RUNNING, 0)
        self._tick()

    def train(self) -> None:
        """Trains at full speed, to the next breakpoint if there is one, until stopped."""
        self._search = self._controller.search() if self._controller.has_breakpoints else None
        self._start(Mode.TRAINING, 0)

    def search(self, forward: bool = True, also: Breakpoint | None = None) -> None:
        """Goes to the next stop at a breakpoint, or to the last one; `also` stops this once."""
        self._search = self._controller.search(forward, also)
        self._start(Mode.SEARCHING, 0)

    def travel_to(self, position: Position) -> None:
        """Goes to a position, however far ahead or behind, with the window alive on the way."""
        self._target = position
        self._is_ahead = position.iteration > self._controller.newest.iteration + 1
        is_refused = not self._controller.has_place(position)
        if is_refused or (not self._is_ahead and self._replay(_AT_ONCE)):
            self.stop()
            self._controller.seek(position)
        else:
            self._start(Mode.TRAVELLING, 0)

    def back(self, granularity: Granularity | None = None) -> None:
        """One step back; nothing happens at the start of the run."""
        before = self._controller.stop_before(granularity)
        if before is not None:
            self.travel_to(before)

    def _replay(self, seconds: float) -> bool:
        """Replays for a time on the way to the target; whether a seek has none left to replay."""
        began, chunk = time.perf_counter(), 1
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            if self._controller.approach(self._target.iteration, chunk):
                return True
            if time.perf_counter() - started < _LEAST_SLICE:
                chunk *= 2
        return False

    def stop(self) -> None:
        """Stops at once."""
        self._timer.stop()
        was, self.mode = self.mode, Mode.STOPPED
        self._search = None
        if was in _AT_FULL_SPEED:
            self._controller.announce()  # The views had taken turns.
        if was is not Mode.STOPPED:
            self.mode_changed.emit(Mode.STOPPED)

    def _start(self, mode: Mode, interval: int) -> None:
        self._chunk = 1
        self._pace = 0.0
        self._painting = 0.0
        self._slice_ended = time.perf_counter()
        self._timer.start(interval)
        self._set_mode(mode)

    def _set_mode(self, mode: Mode) -> None:
        if mode is not self.mode:
            self.mode = mode
            self.mode_changed.emit(mode)

    def _wait_until_due(self) -> None:
        self._timer.start(max(0, round(1000 * (self._due - time.perf_counter()))))

    def _tick(self) -> None:
        if self.mode is Mode.TRAVELLING and not self._is_ahead:
            if self._replay(_REPLAYED):
                self.stop()
                self._controller.seek(self._target)
            return
        found = self._step() if self.mode is Mode.RUNNING else self._train_slice()
        if found is not None:
            self.stop()
            self._controller.announce()
            self.non_finite_met.emit(found)

    def _step(self) -> NonFinite | None:
        """One step of `run`, and when the next is due: steps that are late are not made up for."""
        found: NonFinite | None = None
        if self._direction is Direction.BACK:
            hit = self._controller.back_to_breakpoint()
        else:
            hit = self._controller.step_to_breakpoint()
            found = self._controller.moment().frame.non_finite
        if hit:
            self.stop()
            self.breakpoint_met.emit(hit)
        elif self._direction is Direction.BACK and self._controller.position == START:
            self.stop()
        elif not self.is_stopped:
            self._due = max(self._due + 1 / self.speed, time.perf_counter())
            self._wait_until_due()
        return found

    def _train_slice(self) -> NonFinite | None:
        """Trains for what the last paint left of a frame, then shows where it came to."""
        began = time.perf_counter()
        # From the end of the last slice: showing a view is as much of a frame as painting it. The
        # views take turns, so one frame's painting says little of the next one's.
        self._painting += _SMOOTHING * (began - self._slice_ended - self._painting)
        # A window that is slow to paint still spends two fifths of its time on the training.
        budget = max(_FRAME_SECONDS - self._painting, _OVER_PAINTING * self._painting, _LEAST_SLICE)
        budget = min(budget, _MOST_SLICE)
        found: NonFinite | None = None
        started = began
        while found is None and started - began < budget and not self.is_stopped:
            # The last chunk is cut to what is left, or every frame would be late by half a chunk.
            fitting = int(self._pace * (budget - (started - began)))
            chunk = min(max(1, min(self._chunk, fitting)), self._left())
            if chunk <= 0:
                break
            if self._search is None:
                found = self._controller.train(chunk)
            elif not self._search.advance(chunk):
                return self._end_search(self._search)
            ended = time.perf_counter()
            self._pace = chunk / max(ended - started, 1e-9)
            self._chunk = max(1, min(2 * self._chunk, int(self._pace * budget / 4)))
            started = ended
        self._slice_ended = time.perf_counter()
        if found is None and self._left() <= 0:
            self.stop()
            self._controller.seek(self._target)
        elif found is None:
            self._controller.announce_passing()
        return found

    def _end_search(self, search: Search) -> NonFinite | None:
        """Stops where the search has come to; what is not finite is returned."""
        self.stop()
        if search.hit is not None:
            self.breakpoint_met.emit(search.hit.breakpoints)
        elif search.non_finite is None:
            self.search_ended.emit()
        return search.non_finite

    def _left(self) -> int:
        """How many iterations are still to be completed before the target's own."""
        if self.mode is Mode.TRAVELLING:
            return self._target.iteration - self._controller.completed
        return 1_000_000
