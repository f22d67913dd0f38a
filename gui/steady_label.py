"""A label whose texts differ in little more than their digits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel


class SteadyLabel(QLabel):
    """A line of text at the right of a room of its own, which only grows.

    A QLabel with each text asks for a new layout of everything around it; this one only where a
    text is wider than all before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # What paints all of itself needs nothing below it to be painted first.
        self.setAutoFillBackground(True)
        self.make_room()

    def setText(self, text: str) -> None:
        """The text from now on."""
        if text == self.text():
            return
        super().setText(text)
        if self._needed() > self.minimumWidth():
            self.make_room()

    def make_room(self) -> None:
        """Forgets how wide texts have been: those to come are of another kind."""
        self.setFixedSize(self._needed(), QFontMetrics(self.font()).height())

    def _needed(self) -> int:
        # Not the sizeHint: that is never less than the width the label has been given.
        return QFontMetrics(self.font()).horizontalAdvance(self.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.make_room()
