"""The file that is open: where it lies, what of it is saved, and who else writes it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QTimer, Signal

from engine.errors import FileError, GradwalkError
from engine.experiment import Experiment
from engine.formats import experiment_json
from gui.unsaved import UnsavedWork

_AUTOSAVED_AFTER_MS = 3000
_SETTLED_AFTER_MS = 150

_log = logging.getLogger(__name__)


class Document(QObject):
    """What the window has open, as a file.

    Moving through a run changes nothing that could be lost: the file only says where one stands.
    is_as_left: the file on disk is as this window last saw it. is_given_up: the person has said
    that what is not saved may go.

    changed: the path, the unsaved mark or who may write is another. changed_on_disk: another
    program has written or removed the file.
    """

    changed = Signal()
    changed_on_disk = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self.is_read_only = False
        self.is_given_up = False
        self.is_as_left = True
        self._locks = folder / "locks"
        self._unsaved = UnsavedWork(folder / "unsaved")
        self._now: Experiment | None = None
        self._saved: Experiment | None = None
        self._lock: QLockFile | None = None
        self._digest: bytes | None = None
        self._told: tuple[object, ...] = ()
        # Another program may write in several goes: its last word counts.
        self._settle = _later(self, _SETTLED_AFTER_MS, self.look_at_disk)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _path: self._settle.start())
        self._autosave = _later(self, _AUTOSAVED_AFTER_MS, self.keep_unsaved)

    # What is open

    @property
    def is_modified(self) -> bool:
        """Whether there is something that the file does not hold."""
        return self._now is not None and not _is_same_work(self._now, self._saved)

    @property
    def saved(self) -> Experiment | None:
        """The experiment as the file holds it; None where no file and no example does."""
        return self._saved

    def begin(self, experiment: Experiment, path: Path | None, *, is_saved: bool = True) -> None:
        """Another experiment is open: from a file, or from nowhere that could be written."""
        self._unsaved.drop()
        self._autosave.stop()
        self.is_given_up = False
        self._now = experiment
        self._saved = experiment if is_saved else None
        self._take_path(path)
        self._note()

    def take(self, experiment: Experiment) -> None:
        """The same experiment, changed perhaps."""
        was, self._now = self._now, experiment
        self.is_given_up = False
        if self.is_modified and was is not None and not _is_same_work(experiment, was):
            self._keep_soon()
        elif not self.is_modified:
            self._autosave.stop()
            self._unsaved.drop()
        self._note()

    def moved(self, experiment: Experiment) -> None:
        """One stands elsewhere: what is kept of unsaved work follows."""
        if self.is_modified:
            self._now = experiment
            self._keep_soon()

    def save(self, experiment: Experiment, path: Path) -> None:
        """Writes the experiment, which is the open file's content from then on.

        Raises FileError, and then everything is as before.
        """
        if self._is_another_windows(path):
            raise FileError(f"{path.name} is open in another window: save it under another name")
        experiment_json.write(path, experiment)
        self._now = self._saved = experiment
        self._autosave.stop()
        self._unsaved.drop()
        self._take_path(path)
        self._note()

    def discard_changes(self) -> None:
        """What is not saved need not be kept."""
        self.is_given_up = self.is_modified
        self._autosave.stop()
        self._unsaved.drop()

    def close(self) -> None:
        """Lets go of the file."""
        self._autosave.stop()
        self._take_path(None)

    # Unsaved work

    def _keep_soon(self) -> None:
        # Counted from the first change: one change after another is not to put it off for ever.
        if not self._autosave.isActive():
            self._autosave.start()

    def keep_unsaved(self) -> None:
        """Keeps what is not saved in a place of its own, so that a crash does not lose it."""
        self._autosave.stop()
        if self._now is None or not self.is_modified or self.is_given_up:
            return
        try:
            self._unsaved.keep(self._now, self.path)
        except (GradwalkError, OSError) as error:
            _log.warning("unsaved work could not be kept: %s", error)

    @property
    def unsaved(self) -> UnsavedWork:
        """The unsaved work of this window, and what others left behind."""
        return self._unsaved

    # The file

    def _take_path(self, path: Path | None) -> None:
        if path is None or path != self.path or self._lock is None:
            self._unlock()
            self.path = path
            self.is_read_only = path is not None and not self._try_lock(path)
        watched = self._watcher.files()
        if watched:
            self._watcher.removePaths(watched)
        self._digest, self.is_as_left = _digest(path) if path is not None else None, True
        if path is not None and self._digest is not None:
            self._watcher.addPath(str(path))

    def _try_lock(self, path: Path) -> bool:
        """Whether this window is the one that may write the file."""
        try:
            self._locks.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True  # Nowhere to keep locks: no reason to keep anyone from their work.
        lock = self._lock_of(path)
        if not lock.tryLock(0):
            return lock.error() is not QLockFile.LockError.LockFailedError
        self._lock = lock
        return True

    def _is_another_windows(self, path: Path) -> bool:
        """Whether another window has the file open and may write it."""
        if self._lock is not None and self.path is not None and _is_same_file(path, self.path):
            return False
        lock = self._lock_of(path)
        if lock.tryLock(0):
            lock.unlock()
            return False
        return lock.error() is QLockFile.LockError.LockFailedError

    def _lock_of(self, path: Path) -> QLockFile:
        name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:24]
        lock = QLockFile(str(self._locks / f"{name}.lock"))
        lock.setStaleLockTime(0)
        return lock

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def look_at_disk(self) -> None:
        """Looks whether another program has written the file; nobody tells of a network drive."""
        if self.path is None:
            return
        found = _digest(self.path)
        if found is not None and not self._watcher.files():
            self._watcher.addPath(str(self.path))  # Replaced by a new file of the same name.
        if found != self._digest:
            self._digest, self.is_as_left = found, False
            self.changed_on_disk.emit()

    @property
    def is_on_disk(self) -> bool:
        """Whether the open file is there."""
        return self.path is not None and self.path.is_file()

    def _note(self) -> None:
        told = (self.path, self.is_modified, self.is_read_only, self._now and self._now.title)
        if told != self._told:
            self._told = told
            self.changed.emit()


def _is_same_work(one: Experiment, other: Experiment | None) -> bool:
    """Whether two experiments differ in nothing but where one stands.

    Networks and data are the same objects unless they were changed, and undoing brings them back.
    """
    if other is None:
        return False
    names = (each.name for each in fields(Experiment) if each.name != "position")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _is_same_file(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _digest(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None


def _later(parent: QObject, milliseconds: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(slot)
    return timer
