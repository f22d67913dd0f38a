"""How things look: theme, text size, digits, presentation. Everything is remembered."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from gui.fonts import text_font
from gui.numbers import MAX_DIGITS, MIN_DIGITS, NumberFormat
from gui.remembered import DEFAULT_POINTS, LEAST_POINTS, MOST_POINTS
from gui.settings import Settings
from gui.theme import LIGHT, THEMES, Theme, wear

_A_SIZE = 1.1
_PRESENTED = 1.5


class Looks(QObject):
    """Holds what was chosen, and tells whoever draws."""

    theme_changed = Signal(object)
    numbers_changed = Signal(object)
    presentation_changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.theme: Theme = THEMES.get(settings.theme, LIGHT)
        self.is_presenting = False

    @property
    def numbers(self) -> NumberFormat:
        """How a number is written."""
        return NumberFormat(self._settings.digits)

    def apply(self) -> None:
        """Gives everything its looks."""
        self._apply_text_size()
        self._apply_theme()
        self.numbers_changed.emit(self.numbers)

    def switch_theme(self) -> None:
        """Light becomes dark, and back."""
        names = list(THEMES)
        self.theme = THEMES[names[(names.index(self.theme.name) + 1) % len(names)]]
        self._settings.theme = self.theme.name
        self._apply_theme()

    def scale_text(self, direction: int) -> None:
        """Larger (1), smaller (-1), or the normal size (0)."""
        points = self._settings.points * _A_SIZE**direction if direction else DEFAULT_POINTS
        self._settings.points = min(max(points, LEAST_POINTS), MOST_POINTS)
        self._apply_text_size()

    def change_digits(self, by: int) -> None:
        """More significant digits, or fewer."""
        self._settings.digits = min(max(self._settings.digits + by, MIN_DIGITS), MAX_DIGITS)
        self.numbers_changed.emit(self.numbers)

    def present(self, on: bool) -> None:
        """Presentation: larger, and without what is not the lesson."""
        self.is_presenting = self._settings.presenting = on
        self._apply_text_size()
        self.presentation_changed.emit(on)

    def _apply_text_size(self) -> None:
        points = self._settings.points * (_PRESENTED if self.is_presenting else 1.0)
        QApplication.setFont(text_font(points))

    def _apply_theme(self) -> None:
        wear(self.theme)
        self.theme_changed.emit(self.theme)
