"""Someone who uses the real window."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.formats import experiment_json
from gui import app, dialogs, examples
from gui.window import MainWindow
from tests.benchmarks import desktop
from tests.gui.mouse import move

from .frames import Frames

_SIZES = ((1280, 800), (1024, 640), (900, 560), (1600, 1050))
_STEPS = (
    ("Right",) * 6 + ("Left",) * 3 + ("PgDown", "PgUp", "Ctrl+Right", "Ctrl+Left", "Home", "End")
)
_EDITS = ("learning_rate", "W1", "b2", "input")
_TRAINING_SECONDS = 0.5
_DRAG_PLACES = 12
_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier


def networks(folder: Path) -> list[Path]:
    """Files of a small network, of digits, and of the largest that has to be smooth."""
    large = folder / "784-128-10.gradwalk.json"
    experiment_json.write(large, desktop.experiment("784-128-10"))
    return [examples.path("2-3-2"), examples.path("digits"), large]


def open_window() -> tuple[QApplication, MainWindow]:
    """The window as a launch opens it, with its plots."""
    application = QApplication([])
    app.prepare(application)
    window = app.make_window()
    app.collect_seldom()
    window.resize(*_SIZES[0])
    window.show()
    while not window.study.loss.is_installed:
        application.processEvents()
    dialogs.tell = _say_nothing
    dialogs.ask_about_unsaved = _discard
    return application, window


def _say_nothing(_parent: QWidget, _sentence: str) -> None:
    """Nobody is there to close a dialog."""


def _discard(_parent: QWidget, _title: str) -> dialogs.Unsaved:
    return dialogs.Unsaved.DISCARD


class User:
    """Does one thing after another, at random; every frame is noted."""

    def __init__(
        self,
        application: QApplication,
        window: MainWindow,
        generator: random.Random,
        frames: Frames,
        path: Path,
    ) -> None:
        self._application, self._window = application, window
        self._generator, self._frames, self._path = generator, frames, path
        self._network = path.name.partition(".")[0]

    def begin(self) -> None:
        """Opens the network."""
        self._timed("open", "open", partial(self._window.filing.open_file, self._path))

    def act(self) -> None:
        """One thing, of all that are done."""
        doing = self._generator.choices(
            (self._step, self._train, self._scrub, self._point, self._pick, self._edit,
             self._undo, self._resize, self._choose_granularity),
            (40, 2, 4, 10, 2, 3, 4, 1, 3),
        )[0]  # fmt: skip
        doing()

    def _step(self) -> None:
        self._press("step", self._generator.choice(_STEPS))

    def _choose_granularity(self) -> None:
        self._press("granularity", self._generator.choice("123456"))

    def _undo(self) -> None:
        self._press("undo and redo", self._generator.choice(("Ctrl+Z", "Ctrl+Shift+Z")))

    def _train(self) -> None:
        self._press("train", "Ctrl+T")
        ends = time.perf_counter() + self._generator.random() * _TRAINING_SECONDS
        while time.perf_counter() < ends:
            self._timed("train", "training", self._wait)
        if not self._window.playback.is_stopped:
            self._press("train", "Ctrl+T")

    @staticmethod
    def _wait() -> None:
        """Whatever the timers want to do."""

    def _scrub(self) -> None:
        study, known = self._window.study, len(self._window.controller.moment().losses)
        newest = self._window.controller.newest.iteration
        if self._generator.random() < 0.5 or not known:
            bar = study.timeline_bar
            self._drag(bar, bar.place_of, newest + 1)
        else:
            self._drag(study.loss.viewport(), study.loss.place_of, known)

    def _drag(self, widget: QWidget, place_of: Callable[[int], QPoint], iterations: int) -> None:
        places = [place_of(self._generator.randrange(iterations)) for _ in range(_DRAG_PLACES)]
        press = partial(QTest.mousePress, widget, _LEFT, _NONE, places[0])
        what = f"{type(widget).__name__} of {iterations} iterations"
        self._timed("scrub", f"press {what}", press)
        for place in places:
            self._timed("scrub", f"drag {what}", partial(move, widget, place, _NONE))
        QTest.mouseRelease(widget, _LEFT, _NONE, places[-1])

    def _point(self) -> None:
        study = self._window.study
        view = self._generator.choice((study.network, study.matrices, study.equation))
        self._timed("point", f"point {type(view).__name__}", partial(self._move_over, view))

    def _move_over(self, view: QWidget) -> None:
        QTest.mouseMove(view, self._place(view))

    def _pick(self) -> None:
        network = self._window.study.network
        click = partial(QTest.mouseClick, network, _LEFT, _NONE, self._place(network))
        self._timed("pick", "click the network", click)

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._generator.randrange(max(1, widget.width())),
            self._generator.randrange(max(1, widget.height())),
        )

    def _edit(self) -> None:
        what = self._generator.choice(_EDITS)
        element = {"learning_rate": ()}.get(what, (0, 0))
        value = self._generator.uniform(-1, 1) if element else self._generator.uniform(0.01, 0.5)
        edit = partial(self._window.study.inspector.edit_requested.emit, (what, element, value))
        self._timed("edit", f"edit {what}", edit)

    def _resize(self) -> None:
        size = self._generator.choice(_SIZES)
        self._timed("resize", f"resize to {size}", partial(self._window.resize, *size))

    def _press(self, kind: str, key: str) -> None:
        sequence = QKeySequence(key)[0]
        press = partial(QTest.keyClick, self._window, sequence.key(), sequence.keyboardModifiers())
        self._timed(kind, f"{kind} {key}", press)

    def _timed(self, kind: str, what: str, act: Callable[[], object]) -> None:
        began = time.perf_counter()
        act()
        self._application.processEvents()
        # No event loop runs here that would delete what was asked to be deleted later.
        self._application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        took = 1e3 * (time.perf_counter() - began)
        self._frames.note(f"{kind}, {self._network}", f"{what}, {self._network}", took)
