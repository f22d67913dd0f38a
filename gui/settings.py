"""What is remembered from one launch to the next. Anything unreadable becomes the default."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, QStandardPaths

from engine.program import Granularity
from gui.numbers import MAX_DIGITS, MIN_DIGITS
from gui.playback import FASTEST, SLOWEST
from gui.theme import THEMES

DEFAULT_POINTS = 10.0
LEAST_POINTS, MOST_POINTS = 7.0, 28.0
MOST_RECENT = 10


class Settings:
    """Typed access to QSettings."""

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
    def digits(self) -> int:
        """Significant digits of a number on screen."""
        return int(self._number("view/digits", 6, MIN_DIGITS, MAX_DIGITS))

    @digits.setter
    def digits(self, digits: int) -> None:
        self._store.setValue("view/digits", digits)

    @property
    def experiment_shown(self) -> bool:
        """Whether the experiment is shown at the left."""
        return self._text("view/experiment") != "hidden"

    @experiment_shown.setter
    def experiment_shown(self, shown: bool) -> None:
        self._store.setValue("view/experiment", "shown" if shown else "hidden")

    @property
    def matrix_notation(self) -> bool:
        """Whether equations are written in matrix form."""
        return self._text("view/notation") == "matrix"

    @matrix_notation.setter
    def matrix_notation(self, matrix: bool) -> None:
        self._store.setValue("view/notation", "matrix" if matrix else "node")

    @property
    def why_shown(self) -> bool:
        """Whether the chain rule is unfolded."""
        return self._text("view/why") == "shown"

    @why_shown.setter
    def why_shown(self, shown: bool) -> None:
        self._store.setValue("view/why", "shown" if shown else "hidden")

    @property
    def granularity(self) -> Granularity:
        """How far one step goes."""
        name = self._text("run/granularity")
        return Granularity(name) if name in set(Granularity) else Granularity.UNIT

    @granularity.setter
    def granularity(self, granularity: Granularity) -> None:
        self._store.setValue("run/granularity", granularity.value)

    @property
    def speed(self) -> float:
        """Steps a second."""
        return self._number("run/speed", 2.0, SLOWEST, FASTEST)

    @speed.setter
    def speed(self, speed: float) -> None:
        self._store.setValue("run/speed", speed)

    @property
    def example(self) -> str:
        """The example that was open; empty for a file."""
        return self._text("session/example")

    @example.setter
    def example(self, name: str) -> None:
        self._store.setValue("session/example", name)

    @property
    def document(self) -> Path | None:
        """The file that was open; None for an example, or an experiment without a file."""
        name = self._text("session/document")
        return Path(name) if name else None

    @document.setter
    def document(self, path: Path | None) -> None:
        self._store.setValue("session/document", str(path.absolute()) if path else "")

    @property
    def recent(self) -> tuple[Path, ...]:
        """The files that were opened or saved, the latest first."""
        found = self._store.value("files/recent")
        names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        return tuple(Path(name) for name in names if isinstance(name, str) and name)[:MOST_RECENT]

    def note_recent(self, path: Path) -> None:
        """A file was opened or saved."""
        self._keep_recent((path.absolute(), *self.recent))

    def forget_recent(self, path: Path) -> None:
        """A file is not to be listed any more."""
        self._keep_recent(each for each in self.recent if each != path)

    def _keep_recent(self, paths: Iterable[Path]) -> None:
        names = list(dict.fromkeys(str(path) for path in paths))[:MOST_RECENT]
        self._store.setValue("files/recent", names)

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
