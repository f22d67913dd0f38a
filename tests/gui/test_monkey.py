"""A monkey at the window finds no fault, and the numbers stay what they are.

GRADWALK_MONKEY_EVENTS and GRADWALK_MONKEY_SEED make it longer and another.
"""

import os
import traceback
from random import Random

import pytest

from engine.timeline import Timeline
from gui import app
from tests.gui.fresh import assert_as_fresh, assert_frames_equal, work_of
from tests.gui.monkey import Monkey

pytestmark = [
    pytest.mark.window,
    pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard"),
]

EVENTS = int(os.environ.get("GRADWALK_MONKEY_EVENTS", "1200"))
SEED = int(os.environ.get("GRADWALK_MONKEY_SEED", "1"))
LOOKED_AT_EVERY = 100


@pytest.fixture
def window(application, qtbot):
    """The window as a launch opens it: its dialogs are the real ones."""
    window = app.make_window()
    controller = window.controller
    qtbot.addWidget(window)
    window.opened_with = controller.experiment
    window.filing.opened.connect(lambda: vars(window).update(opened_with=controller.experiment))
    window.show()
    qtbot.waitExposed(window)
    window.filing.open_at_launch(None, None)
    qtbot.waitUntil(lambda: window.study.loss.is_installed)
    window.activateWindow()
    return window


@pytest.fixture
def monkey(window, tmp_path, monkeypatch):
    return Monkey(window, Random(SEED), tmp_path, monkeypatch)


@pytest.fixture
def no_fault(qtbot, monkey):
    """Called between events: no slot, timer or paint has raised, nor any event a Qt warning."""
    with qtbot.captureExceptions() as raised:

        def look():
            told = [line for each in raised for line in traceback.format_exception(*each)]
            assert not told, "".join(told) + _after(monkey)

        yield look


def _after(monkey):
    return "after:\n" + "\n".join(monkey.acts)


def compare_with_a_fresh_run(monkey):
    monkey.window.playback.stop()
    try:
        assert_as_fresh(monkey.window.controller)
    except AssertionError as error:
        error.add_note(_after(monkey))
        raise


def undo_everything(monkey):
    """Undo leads to what was opened, bit for bit; redo to where it had been."""
    controller = monkey.window.controller
    stack, before = controller.undo_stack, controller.moment().frame
    depth = stack.index()
    stack.setIndex(0)
    assert work_of(controller.experiment) == work_of(monkey.window.opened_with)
    first = Timeline(monkey.window.opened_with)
    assert_frames_equal(controller.moment().frame, first.seek(controller.position))
    stack.setIndex(depth)
    controller.seek(before.position)
    assert_frames_equal(controller.moment().frame, before)


def test_every_action_can_be_triggered(no_fault, monkey):
    for action in monkey.actions():
        monkey.trigger(action)
        no_fault()
        compare_with_a_fresh_run(monkey)
    undo_everything(monkey)


def test_every_widget_can_be_used_everywhere(no_fault, monkey):
    for widget in monkey.widgets():
        monkey.go_over(widget)
        no_fault()
    compare_with_a_fresh_run(monkey)
    undo_everything(monkey)


def test_whatever_is_done_at_random_the_run_stays_what_it_is(no_fault, monkey):
    for event in range(EVENTS):
        monkey.act()
        no_fault()
        if event % LOOKED_AT_EVERY == 0:
            compare_with_a_fresh_run(monkey)
    undo_everything(monkey)
    no_fault()
