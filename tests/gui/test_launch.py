"""The program's own start, in an interpreter of its own: painted first, furnished then."""

import subprocess
import sys

import pytest

from tests.house.sources import ROOT

pytestmark = pytest.mark.window

# `Watched` is changed by each test before the launch; it is what `app.run` then makes.
BEFORE = """
import os, signal, sys
import main
from gui import app
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

class Watched(app.Launch):
    def then(self, furnishing): ...
    def _begin(self):
        super()._begin()
        if self._furnishing is not None and not hasattr(self, "has_begun"):
            self.has_begun = True
            self.then(self._furnishing)

app.Launch = Watched
"""
AFTER = """
sys.argv = ["main.py"]
sys.exit(main.main())
"""
READY = """
def then(self, furnishing):
    window = self.window
    print(window.windowTitle(), window.status_text(), furnishing.hint_text(), sep="\\n")
    print(window.study is furnishing.study, window.acceptDrops(), window.menuBar().isVisible())
    window.close()
Watched.then = then
"""
NEVER_PAINTED = """
made = Watched.__init__
def unpainted(self, *arguments):
    made(self, *arguments)
    self.window.painted.disconnect()
Watched.__init__ = unpainted
"""
CLOSED_EARLY = """
begin = Watched._begin
def close_first(self):
    self.window.close()
    begin(self)
    print("gui.furnishing" in sys.modules)
Watched._begin = close_first
"""
SIGNALLED_WHILE_FURNISHING = """
furnish = app.furnish
def signalled(*arguments):
    os.kill(os.getpid(), signal.SIGTERM)
    return furnish(*arguments)
app.furnish = signalled
Watched.then = lambda *_: print("opened")
"""
SIGNALLED = """
Watched.then = lambda *_: QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
"""
FAULTY = """
def faulty(*arguments):
    raise RuntimeError("no such luck")
app.furnish = faulty
def look():
    box = QApplication.activeModalWidget()
    if box is not None:
        print(box.text(), box.detailedText(), sep="\\n")
        box.reject()
begin = Watched._begin
def watch(self):
    self.timer = QTimer(self)
    self.timer.timeout.connect(look)
    self.timer.start(10)
    begin(self)
Watched._begin = watch
"""


@pytest.fixture
def launched(tmp_path):
    def launch(*changes):
        return subprocess.run(
            [sys.executable, "-c", "".join((BEFORE, *changes, AFTER))],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return launch


def sessions(folder):
    return list(folder.rglob("session.gradwalk.json"))


def test_a_launch_ends_with_a_whole_window_on_the_first_delta(launched, tmp_path):
    ran = launched(READY)
    title, status, hint, whole = ran.stdout.splitlines()
    assert title == "2-3-2, node by node[*] – Gradwalk"
    assert "II Delta" in status
    assert hint.startswith("→ next step")
    assert whole == "True True True"
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(sessions(tmp_path)) == 1


def test_a_window_that_is_never_painted_is_furnished_all_the_same(launched):
    ran = launched(READY, NEVER_PAINTED)
    assert "II Delta" in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_window_that_is_closed_while_it_is_empty_just_closes(launched, tmp_path):
    ran = launched(CLOSED_EARLY)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "False\n", "")
    assert sessions(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals")
def test_a_signal_while_the_window_is_furnished_ends_it_and_keeps_the_old_session(
    launched, tmp_path
):
    ran = launched(SIGNALLED_WHILE_FURNISHING)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert sessions(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals")
def test_a_signal_later_ends_it_and_keeps_the_session(launched, tmp_path):
    ran = launched(SIGNALLED)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(sessions(tmp_path)) == 1


def test_a_fault_while_the_window_is_furnished_is_told_and_ends_it(launched, tmp_path):
    ran = launched(FAULTY)
    assert "cannot start" in ran.stdout
    assert "RuntimeError: no such luck" in ran.stdout
    assert ran.returncode == 1
    log = next(tmp_path.rglob("gradwalk.log")).read_text(encoding="utf-8")
    assert "RuntimeError: no such luck" in log
    assert sessions(tmp_path) == []
