"""A small button of a view's head, whose being on is seen in either theme."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gui.theme import Theme

_BESIDE_TEXT, _ABOVE_TEXT = 20, 6


class Toggle(QPushButton):
    """Takes no more room than its text needs."""

    def __init__(self, checkable: bool = True) -> None:
        super().__init__()
        self.setCheckable(checkable)
        # A click leaves Space to the window, which runs and pauses with it.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on: the palette's own are almost the same on and off, in dark."""
        self.setStyleSheet(
            f"QPushButton {{ background: {theme.raised}; color: {theme.text};"
            f" border: 1px solid {theme.line}; border-radius: 3px }}"
            f"QPushButton:checked {{ background: {theme.accent_soft};"
            f" border: 1px solid {theme.accent} }}"
            f"QPushButton:hover, QPushButton:focus {{ border: 1px solid {theme.text} }}"
        )

    def fit(self) -> None:
        """Gives it the size of its text, as after a change of the font."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + _BESIDE_TEXT
        self.setFixedSize(width, metrics.height() + _ABOVE_TEXT)
