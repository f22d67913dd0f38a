"""What is remembered from one launch to the next. Anything unreadable becomes the default."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.program import Granularity
from gui.numbers import MAX_DIGITS, MIN_DIGITS
from gui.playback import FASTEST, SLOWEST
from gui.remembered import Remembered

MOST_RECENT = 10


class Settings(Remembered):
    """All that is remembered, in the same file."""

    @property
    def digits(self) -> int:
        """Significant digits of a number on screen."""
        return int(self._number("view/digits", 6, MIN_DIGITS, MAX_DIGITS))

    @digits.setter
    def digits(self, digits: int) -> None:
        self._store.setValue("view/digits", digits)

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
    def presenting(self) -> bool:
        """Whether the window is in presentation."""
        return self._text("view/presentation") == "shown"

    @presenting.setter
    def presenting(self, on: bool) -> None:
        self._store.setValue("view/presentation", "shown" if on else "hidden")

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
