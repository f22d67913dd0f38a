"""What the next step will show, drawn while the person looks at this one.

A step takes a few milliseconds to write, lay out and paint. Nearly always the next one goes the
same way, and nobody takes it within a hundredth of a second: until then each view in turn prepares
the Frame to come. A key pressed meanwhile waits for one view at most; whatever else is done instead
is drawn as if nothing had been foreseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

from engine.frame import Frame

_AFTER_MS = 10
# Where moments follow one another faster than a held key repeats, something is dragged or run, and
# what comes next is not the next step: then only once that has stopped.
_HURRIED_MS, _CALM_AFTER_MS = 25, 60


class Foreseeing(Protocol):
    """A view that can prepare a Frame before it is shown."""

    def foresee(self, frame: Frame) -> None:
        """Prepares what `show_frame` will need. What is shown stays."""


class Foresight(QObject):
    """Lets views prepare what comes next, one after another, while there is nothing else to do."""

    def __init__(
        self,
        foresee: Callable[[], Frame | None],
        views: Sequence[Foreseeing],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._foresee = foresee
        self._views = tuple(views)
        self._frame: Frame | None = None
        self._waiting: list[Foreseeing] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._go_on)
        self._since_last = QElapsedTimer()

    def begin(self) -> None:
        """Starts anew, a moment from now: something else is shown."""
        self._frame = None
        self._waiting = list(self._views)
        is_hurried = self._since_last.isValid() and self._since_last.elapsed() < _HURRIED_MS
        self._since_last.start()
        self._timer.start(_CALM_AFTER_MS if is_hurried else _AFTER_MS)

    def stop(self) -> None:
        """Gives it up: there is something else to do."""
        self._waiting.clear()
        self._timer.stop()

    @property
    def is_done(self) -> bool:
        """Whether everything is prepared, or nothing is to be."""
        return not self._waiting

    def _go_on(self) -> None:
        if self._frame is None:
            self._frame = self._foresee()
            if self._frame is None:
                self._waiting.clear()
        if self._waiting and self._frame is not None:
            self._waiting.pop(0).foresee(self._frame)
        if self._waiting:
            self._timer.start(0)
