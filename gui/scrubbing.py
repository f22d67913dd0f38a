"""Dragging through a run: at most one place a frame is asked for, and the last one always."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_FRAME_MS = 16


class Scrub(QObject):
    """Passes on the places of a drag, no faster than they can be shown.

    asked: a place to show. Where one place takes longer than a frame, those dragged over
    meanwhile are left out, so the drag never lags behind the hand.
    """

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: object = None
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._pass_on)

    @property
    def waiting(self) -> object:
        """The place that is not asked for yet; None where there is none."""
        return self._waiting

    def to(self, place: object) -> None:
        """The drag has come to a place."""
        self._waiting = place
        if not self._frame.isActive():
            self._pass_on()

    def end(self) -> None:
        """The drag is over: where it ended is asked for at once."""
        self._pass_on()
        self._frame.stop()

    def _pass_on(self) -> None:
        place, self._waiting = self._waiting, None
        if place is not None:
            # Before the place is shown: showing it is part of its frame.
            self._frame.start()
            self.asked.emit(place)
