"""What the first paint waits for, and what the whole window does."""

import subprocess
import sys

import pytest

from tests.house.sources import ROOT

TOLD = """
import sys
import gui.app, gui.furnishing
print(*sorted(sys.modules))
"""
PAINTED = """
import os, sys
import main
from PySide6 import QtCore
from gui import app
class Watched(app.Launch):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.window.painted.connect(self.tell)
    def tell(self):
        made = [f"QtCore.{name}" for name in vars(QtCore) if name == "Qt"]
        print(*sorted(sys.modules), *made, flush=True)
        os._exit(0)
app.Launch = Watched
sys.argv = ["main.py"]
main.main()
"""
# As the launch has it: off while modules load, and on again before the first event.
COLLECTED = """
import gc
import main
from gui import app
app.run = lambda experiment: print(gc.isenabled()) or app.collect_seldom() or 0
main.open_window(None)
print(gc.isenabled())
"""
FIRST = {
    "gui.app",
    "gui.fonts",
    "gui.preflight",
    "gui.remembered",
    "gui.shares",
    "gui.skeleton",
    "gui.theme",
    "gui.translation",
    "gui.window",
}
# Each opens by a command: it is imported there, and not while a person waits for the window.
LATER = (
    "gui.breakpoints.dialog",
    "gui.checking",
    "gui.data.dialogs",
    "gui.data.import_dialog",
    "gui.data.table",
    "gui.gradient.table",
    "engine.formats.csv_data",
    "pyqtgraph",
    "tqdm",
)


def words_told(code):
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ran.stdout.split()


@pytest.fixture(scope="module")
def imported():
    return set(words_told(TOLD))


def test_the_first_paint_waits_for_qt_and_a_handful_of_modules():
    modules = words_told(PAINTED)
    rooms = {name.partition(".")[0] for name in modules}
    assert "PySide6" in rooms
    assert not rooms & {"engine", "numpy", "pyqtgraph", "tqdm"}
    assert {name for name in modules if name.startswith("gui.")} == FIRST
    # Qt's own enumerations take a fifth of a bare widget's first paint to make.
    assert "QtCore.Qt" not in modules


def test_the_window_is_imported(imported):
    assert {"gui.furnishing", "gui.views.network"} <= imported


@pytest.mark.parametrize("module", LATER)
def test_the_whole_window_does_not_wait_for(imported, module):
    assert module not in imported


def test_the_garbage_collector_waits_for_the_imports_only():
    assert words_told(COLLECTED) == ["False", "True"]
