"""The application: fonts, theme, log, and the window."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

from engine.commands import version
from engine.errors import GradwalkError
from engine.formats import experiment_json
from gui import examples
from gui.controller import Controller
from gui.crash import CrashReporter, log_faults, start_log
from gui.filing import Filing
from gui.fonts import load_fonts
from gui.icons import application_icon
from gui.main_window import MainWindow
from gui.settings import Settings, data_folder
from gui.translation import tr

SESSION = "session.gradwalk.json"

_log = logging.getLogger(__name__)


def run(experiment: str | None) -> int:
    """Opens the window on an experiment file, or where one was last; returns the exit status."""
    application = QApplication(sys.argv[:1])
    prepare(application)
    folder = data_folder()
    log = start_log(folder, version())
    faults = log_faults(folder)
    reporter = CrashReporter()
    window = make_window(log)
    reporter.crashed.connect(window.show_crash)
    reporter.install()
    window.show()
    window.filing.open_at_launch(Path(experiment) if experiment else None, folder / SESSION)
    application.aboutToQuit.connect(lambda: remember_session(window.filing, folder))
    breather = _let_python_see_signals(application)
    collect_seldom()
    status = application.exec()
    breather.stop()
    reporter.remove()
    if faults is not None:
        faults.flush()
    return status


def prepare(application: QApplication) -> None:
    """What has to hold before the first widget is made."""
    application.setApplicationName("Gradwalk")
    application.setOrganizationName("Gradwalk")
    application.setApplicationDisplayName(tr("Gradwalk"))
    application.setDesktopFileName("gradwalk")
    application.setStyle("Fusion")
    QLocale.setDefault(QLocale.c())  # Numbers are typed and shown in one way everywhere.
    load_fonts()
    application.setWindowIcon(application_icon())


def make_window(log: Path | None = None) -> MainWindow:
    """The window on the first example; `open_at_launch` then opens what is wanted."""
    controller = Controller(experiment_json.read(examples.path(examples.FIRST)))
    return MainWindow(controller, Settings(), version(), log)


def remember_session(filing: Filing, folder: Path) -> None:
    """Keeps what is open, so that the next launch comes back to it."""
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


def _let_python_see_signals(application: QApplication) -> QTimer:
    """Ctrl+C and SIGTERM close the window: Python only runs handlers between its own calls."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.quit())
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(200)
    return timer
