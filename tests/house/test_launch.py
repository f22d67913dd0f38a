"""What the first paint waits for."""

import subprocess
import sys

import pytest

from tests.house.sources import ROOT

TOLD = """
import sys
import gui.app
print(*sorted(sys.modules))
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


def test_the_window_is_imported(imported):
    assert {"gui.main_window", "gui.views.network"} <= imported


@pytest.mark.parametrize("module", LATER)
def test_the_first_paint_does_not_wait_for(imported, module):
    assert module not in imported


def test_the_garbage_collector_waits_for_the_imports_only():
    assert words_told(COLLECTED) == ["False", "True"]
