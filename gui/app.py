"""The application: the window first, then what is in it; log, session and signals."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from gui.fonts import load_fonts, load_text_font
from gui.remembered import Remembered, data_folder
from gui.translation import tr
from gui.window import MainWindow

# Everything else is imported where it is used: the first paint does not wait for it.
if TYPE_CHECKING:
    from gui.crash import CrashReporter
    from gui.filing import Filing
    from gui.furnishing import Furnishing

SESSION = "session.gradwalk.json"

# Milliseconds. A window that starts minimized is not painted, and is furnished all the same.
_AT_LATEST = 1000

_log = logging.getLogger(__name__)


def run(experiment: str | None) -> int:
    """Opens the window on an experiment file, or where one was last; returns the exit status."""
    application = QApplication(sys.argv[:1])
    prepare_first_paint(application)
    launch = Launch(application, Path(experiment) if experiment else None)
    launch.window.show()
    status = application.exec()
    launch.end()
    return status


def prepare_first_paint(application: QApplication) -> None:
    """What has to hold before the first widget is made."""
    application.setApplicationName("Gradwalk")
    application.setOrganizationName("Gradwalk")
    application.setApplicationDisplayName(tr("Gradwalk"))
    application.setDesktopFileName("gradwalk")
    application.setStyle("Fusion")
    QLocale.setDefault(QLocale.c())  # Numbers are typed and shown in one way everywhere.
    load_text_font()


def prepare(application: QApplication) -> None:
    """What has to hold before a whole window is made."""
    prepare_first_paint(application)
    _prepare_the_rest(application)


def _prepare_the_rest(application: QApplication) -> None:
    from gui.icons import application_icon

    load_fonts()
    application.setWindowIcon(application_icon())


def make_window(log: Path | None = None) -> MainWindow:
    """A whole window on the first example; `open_at_launch` then opens what is wanted."""
    window = MainWindow(Remembered())
    furnish(window, log)
    return window


def furnish(window: MainWindow, log: Path | None = None) -> Furnishing:
    """Puts the first example and everything around it into a window."""
    from engine.commands import version
    from engine.formats import experiment_json
    from gui import examples
    from gui.controller import Controller
    from gui.furnishing import Furnishing
    from gui.settings import Settings

    controller = Controller(experiment_json.read(examples.path(examples.FIRST)))
    _log.info("Gradwalk %s", version())
    furnishing = Furnishing(window, controller, Settings(), version(), log)
    window.furnish(furnishing)
    return furnishing


class Launch(QObject):
    """Shows an empty window, and furnishes it once it is painted.

    That is done in the event loop, so that a signal can end it and a fault in it is told. `end`
    undoes what holds for the whole process.
    """

    def __init__(self, application: QApplication, experiment: Path | None) -> None:
        super().__init__()
        self.window = MainWindow(Remembered())
        self._application = application
        self._experiment = experiment
        self._folder = data_folder()
        self._log: Path | None = None
        self._faults: IO[str] | None = None
        self._reporter: CrashReporter | None = None
        self._furnishing: Furnishing | None = None
        self._is_told_to_end = False
        self._breather = QTimer(self)
        self.window.painted.connect(self._begin_soon)
        QTimer.singleShot(_AT_LATEST, self._begin)

    @Slot()
    def _begin_soon(self) -> None:
        QTimer.singleShot(0, self._begin)  # Once what is painted has come to the screen.

    @Slot()
    def _begin(self) -> None:
        if self._reporter is not None or not self.window.isVisible():
            return
        self._let_python_see_signals()
        self._keep_records()
        _prepare_the_rest(self._application)
        furnishing = furnish(self.window, self._log)
        if self._is_told_to_end:
            return
        self._furnishing = furnishing
        furnishing.filing.open_at_launch(self._experiment, self._folder / SESSION)
        self._application.aboutToQuit.connect(self._remember_session)
        collect_seldom()

    def end(self) -> None:
        """After the event loop."""
        self._breather.stop()
        if self._reporter is not None:
            self._reporter.remove()
        if self._faults is not None:
            self._faults.flush()

    def _let_python_see_signals(self) -> None:
        """Ctrl+C and SIGTERM end the program: Python only runs handlers between its own calls.

        `quit` would ask about unsaved work, at the end of a session with nobody there to answer; it
        is kept for the next launch instead.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._end_unasked())
        self._breather.timeout.connect(lambda: None)
        self._breather.start(200)

    def _end_unasked(self) -> None:
        self._is_told_to_end = True
        self._application.exit()

    def _keep_records(self) -> None:
        from gui.crash import CrashReporter, log_faults, start_log

        self._reporter = CrashReporter()
        self._reporter.crashed.connect(self._tell_of_crash)
        self._reporter.install()
        self._log = start_log(self._folder)
        self._faults = log_faults(self._folder)

    @Slot(object)
    def _tell_of_crash(self, details: str) -> None:
        if self._furnishing is not None:
            self._furnishing.show_crash(details)
            return
        from gui.crash import tell_of_failed_launch

        tell_of_failed_launch(self.window, details, self._log)
        self._application.exit(1)

    @Slot()
    def _remember_session(self) -> None:
        if self._furnishing is not None:
            remember_session(self._furnishing.filing, self._folder)


def remember_session(filing: Filing, folder: Path) -> None:
    """Keeps what is open, so that the next launch comes back to it."""
    from engine.errors import GradwalkError
    from engine.formats import experiment_json

    filing.document.keep_unsaved()
    filing.remember()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        experiment_json.write(folder / SESSION, filing.kept_for_next_launch())
    except (GradwalkError, OSError) as error:
        _log.warning("the session could not be kept: %s", error)
    filing.document.close()


def collect_seldom() -> None:
    """Keeps the garbage collector from stopping the window for longer than a frame.

    What is there at the start stays until the end, so it is not looked through again; what a step
    makes is freed by reference counting, and cycles are few.
    """
    gc.freeze()
    gc.set_threshold(20_000, 50, 1000)
    gc.enable()
