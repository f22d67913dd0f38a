"""What a launch needs of the last one before anything else; `settings` remembers the rest."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, QSize, QStandardPaths

from gui.theme import THEMES

DEFAULT_POINTS = 10.0
LEAST_POINTS, MOST_POINTS = 7.0, 28.0


class Remembered:
    """Typed access to QSettings. Anything unreadable becomes the default."""

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Gradwalk", "Gradwalk"
        )

    @property
    def theme(self) -> str:
        """The name of the theme."""
        name = self._text("view/theme")
        return name if name in THEMES else ""

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("view/theme", name)

    @property
    def points(self) -> float:
        """The size of the text."""
        return self._number("view/text_points", DEFAULT_POINTS, LEAST_POINTS, MOST_POINTS)

    @points.setter
    def points(self, points: float) -> None:
        self._store.setValue("view/text_points", points)

    @property
    def experiment_shown(self) -> bool:
        """Whether the experiment is shown at the left."""
        return self._text("view/experiment") != "hidden"

    @experiment_shown.setter
    def experiment_shown(self, shown: bool) -> None:
        self._store.setValue("view/experiment", "shown" if shown else "hidden")

    @property
    def window_size(self) -> QSize | None:
        """The size of the window; its place is left to the window manager."""
        value = self._store.value("window/size")
        return value if isinstance(value, QSize) and value.isValid() else None

    @window_size.setter
    def window_size(self, size: QSize | None) -> None:
        self._store.setValue("window/size", size)

    def _text(self, key: str) -> str:
        value = self._store.value(key)
        return value if isinstance(value, str) else ""

    def _number(self, key: str, default: float, least: float, most: float) -> float:
        try:
            value = float(str(self._store.value(key, default)))
        except ValueError:
            return default
        return value if least <= value <= most else default


def data_folder() -> Path:
    """Where the program keeps files of its own."""
    location = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(location)
