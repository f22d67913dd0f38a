"""What is said of the place pointed at, beside the pointer, within the widget it is about."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import Theme

_BESIDE = 10
_INSIDE = 4


class HintLabel(QLabel):
    """A small box of text; hidden until something is said. The mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; padding: 2px 6px;"
            f"border: 1px solid {theme.line}; border-radius: 3px"
        )

    def said(self) -> str:
        """The text shown; empty while hidden."""
        return "" if self.isHidden() else self.text()

    def say(self, text: str, place: QPoint) -> None:
        """Shows a text at the right of a place, or at its left where there is no room."""
        self.setText(text)
        self.adjustSize()
        within = self.parentWidget()
        assert within is not None
        x = place.x() + _BESIDE
        if x + self.width() > within.width() - _INSIDE:
            x = place.x() - _BESIDE - self.width()
        self.move(max(x, 0), max(0, min(place.y(), within.height() - self.height())))
        self.show()
