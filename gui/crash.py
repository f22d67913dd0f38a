"""What happens after a fault of ours: a log, and someone who tells of it."""

from __future__ import annotations

import faulthandler
import logging
import platform
import sys
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from gui.translation import tr

_log = logging.getLogger(__name__)


def log_faults(folder: Path) -> IO[str] | None:
    """Has a crash of the interpreter itself written to a file, which has to be kept open."""
    try:
        # Not stderr, which is None under pythonw: faulthandler would raise.
        file = (folder / "faults.log").open("a", encoding="utf-8")
    except OSError:
        return None
    faulthandler.enable(file)
    return file


def start_log(folder: Path) -> Path | None:
    """Opens the log; None where the folder cannot be written, and then there is no log."""
    file = folder / "gradwalk.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=512 * 1024, backupCount=1, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    python = sys.version.split()[0]
    _log.info("Python %s, Qt %s, %s", python, qVersion(), platform.platform())
    return file


class CrashReporter(QObject):
    """Takes the place of sys.excepthook, which also hears of exceptions in slots and paints."""

    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: Callable[..., object] = sys.excepthook
        self._reporting = False

    def install(self) -> None:
        """From now on, unexpected exceptions are logged and told."""
        self._before = sys.excepthook
        sys.excepthook = self.report

    def remove(self) -> None:
        """Puts the former hook back."""
        sys.excepthook = self._before

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Logs an exception and tells the window; not again while it does, as a paint may."""
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        _log.error("%s", text)
        if sys.stderr is not None:
            sys.stderr.write(text)
        if self._reporting:
            return
        self._reporting = True
        try:
            self.crashed.emit(text)
        finally:
            self._reporting = False


def tell_of_failed_launch(parent: QWidget, details: str, log: Path | None) -> None:
    """Tells of a fault of ours before there was anything to save."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle(tr("Gradwalk"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Something went wrong inside Gradwalk, and it cannot start."))
    if log is not None:
        box.setInformativeText(tr("The details are in the log: {path}", path=log))
    box.setDetailedText(details)
    box.addButton(tr("Close"), QMessageBox.ButtonRole.RejectRole)
    box.exec()
