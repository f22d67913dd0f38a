"""Unsaved work, kept apart from everyone's files until it is saved or given up.

One entry a window: the experiment, and beside it the path of the file it belongs to. A lock tells
whose window is still there; what a window left behind is offered at the next launch.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QLockFile

from engine.experiment import Experiment
from engine.formats import experiment_json
from engine.formats.files import write_bytes

_ORIGIN = ".origin"
_LOCK = ".lock"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Work that a window which is no longer there did not save.

    path: the experiment as it was kept. origin: the file that it belongs to, None if none.
    """

    path: Path
    origin: Path | None
    kept_at: datetime

    def is_same_as(self, other: Path) -> bool:
        """Whether another file holds the very same."""
        with suppress(OSError):
            return self.path.read_bytes() == other.read_bytes()
        return False

    def discard(self) -> None:
        """Gives the work up for good."""
        for each in _parts(self.path):
            with suppress(OSError):
                each.unlink()


class UnsavedWork:
    """The entry of one window, at `path`, in a folder that all windows share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / f"{uuid4().hex}{experiment_json.SUFFIX}"
        self._lock: QLockFile | None = None

    def keep(self, experiment: Experiment, origin: Path | None) -> None:
        """Writes the entry. Raises FileError or OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = _lock_of(self.path)
            self._lock.tryLock(0)
        if origin is not None:
            content = json.dumps(os.fspath(origin.absolute())).encode()
            write_bytes(self.path.with_name(self.path.name + _ORIGIN), content)
        experiment_json.write(self.path, experiment)

    @property
    def is_kept(self) -> bool:
        """Whether there is an entry."""
        return self.path.is_file()

    def drop(self) -> None:
        """There is nothing unsaved."""
        if self._lock is None:
            return
        for each in _parts(self.path):
            with suppress(OSError):
                each.unlink()
        self._lock.unlock()
        self._lock = None

    def left_behind(self) -> list[LeftBehind]:
        """What windows that are gone did not save, the latest first."""
        found: list[LeftBehind] = []
        for path in self._folder.glob(f"*{experiment_json.SUFFIX}"):
            if path == self.path or not _is_abandoned(path):
                continue
            with suppress(OSError):
                kept_at = datetime.fromtimestamp(path.stat().st_mtime)
                found.append(LeftBehind(path, _origin_of(path), kept_at))
        return sorted(found, key=lambda each: each.kept_at, reverse=True)


def _parts(path: Path) -> tuple[Path, Path]:
    return path, path.with_name(path.name + _ORIGIN)


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_name(path.name + _LOCK)))
    lock.setStaleLockTime(0)  # Only the end of its process makes a lock stale.
    return lock


def _is_abandoned(path: Path) -> bool:
    lock = _lock_of(path)
    if not lock.tryLock(0):
        return False
    lock.unlock()
    return True


def _origin_of(path: Path) -> Path | None:
    with suppress(OSError, ValueError):
        origin = json.loads(path.with_name(path.name + _ORIGIN).read_bytes())
        if isinstance(origin, str):
            return Path(origin)
    return None
