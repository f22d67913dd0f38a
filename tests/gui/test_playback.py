"""Running by the clock, forward and backward, in the real window."""

from itertools import pairwise
from time import perf_counter

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from engine.breakpoints import LossBelow
from engine.position import START
from gui import dialogs
from gui.playback import Direction, Mode, Playback
from tests.gui.fresh import assert_as_fresh
from tests.gui.test_main_window import press, shown

pytestmark = pytest.mark.window


def places(window):
    """The positions that the window comes to, and when."""
    found = []
    window.controller.moment_changed.connect(
        lambda moment: found.append((moment.frame.position, perf_counter()))
    )
    return found


def test_running_backward_goes_through_the_same_places_and_stops_at_the_start(qtbot, window):
    press(qtbot, window, "Home", "3", *["Right"] * 12)
    window._set_speed(60.0)
    forward = [window.controller.position]
    press(qtbot, window, "Home")
    while window.controller.position != forward[0]:
        forward.append(window.controller.position)
        press(qtbot, window, "Right")
    found = places(window)
    press(qtbot, window, "Shift+Space")
    assert window.playback.direction is Direction.BACK
    qtbot.waitUntil(lambda: window.playback.is_stopped)
    assert [position for position, _ in found] == list(reversed(forward[1:]))
    assert window.controller.position == START


def test_turning_round_while_running_goes_on_the_other_way(qtbot, window):
    press(qtbot, window, *["PgDown"] * 5, "5")
    window._set_speed(30.0)
    press(qtbot, window, "Space")
    press(qtbot, window, "Shift+Space")
    assert window.playback.mode is Mode.RUNNING
    before = window.controller.position.iteration
    qtbot.waitUntil(lambda: window.controller.position.iteration < before)
    press(qtbot, window, "Shift+Space")
    assert window.playback.is_stopped


@pytest.mark.parametrize("speed", [20.0, 60.0])
def test_steps_come_at_the_speed_that_was_chosen(qtbot, window, speed):
    press(qtbot, window, "Home", "2")
    window._set_speed(speed)
    found = places(window)
    press(qtbot, window, "Space")
    qtbot.waitUntil(lambda: len(found) > 20)
    press(qtbot, window, "Space")
    assert window.playback.is_stopped
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(found[1:])]
    # A machine may be slow, never fast: only the first step looked at may have come late itself.
    assert sum(gaps) > (len(gaps) - 1.5) / speed


def test_a_speed_changed_while_running_counts_at_once(qtbot, window):
    press(qtbot, window, "Home")
    window._set_speed(0.5)
    press(qtbot, window, "Space")
    found = places(window)
    window._set_speed(60.0)
    qtbot.waitUntil(lambda: len(found) > 3, timeout=1500)  # At the old speed: one in two seconds.
    press(qtbot, window, "Space")


def test_pausing_shows_in_every_view_where_training_came_to(qtbot, window):
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 500)
    press(qtbot, window, "Ctrl+T")
    assert window.playback.is_stopped
    texts, position = shown(window), window.controller.position
    press(qtbot, window, "Home")
    window.controller.seek(position)
    assert shown(window) == texts


@pytest.mark.parametrize("key", ["Left", "PgUp", "Home", "Space", "F5", "End"])
def test_training_from_the_start_is_stopped_by_whatever_goes_elsewhere(qtbot, window, key):
    press(qtbot, window, "Home", "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 100)
    press(qtbot, window, key)
    assert window.playback.mode is not Mode.TRAINING
    window.playback.stop()


def is_dropped(window, key):
    """Whether the repeat of a held key comes to nothing."""
    asked = QKeyEvent(
        QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, "", autorep=True
    )
    asked.ignore()
    QApplication.sendEvent(window, asked)
    return asked.isAccepted()


@pytest.mark.parametrize("granularity", "123456")
def test_a_held_key_steps_again_once_the_last_step_is_painted_and_not_before(
    qtbot, window, granularity
):
    press(qtbot, window, "Home", granularity)
    for _ in range(4):
        window.actions_by_name["step"].trigger()
        assert is_dropped(window, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda: not is_dropped(window, Qt.Key.Key_Right))


def test_a_key_that_starts_or_stops_something_does_so_once_however_long_it_is_held(window):
    repeating = {each.objectName() for each in window.actions() if each.autoRepeat()}
    assert {"step", "back", "iteration_next", "faster"} <= repeating
    assert repeating.isdisjoint(
        ("run", "run_back", "train", "reset", "reseed", "breakpoint", "search_forward", "theme")
    )


def goes_on(qtbot, window):
    """Whether anything moves while the window is left alone for many turns of its timers."""
    moved = []
    note = moved.append
    window.controller.moment_changed.connect(note)
    window.controller.moment_passed.connect(note)
    before, turns = window.controller.position, []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(None))
    timer.start(0)
    qtbot.waitUntil(lambda: len(turns) > 200)
    timer.stop()
    return bool(moved) or window.controller.position != before


STARTS = {
    "run": ("6", "Space"),
    "run_back": ("End", "Shift+Space"),
    "train": ("Ctrl+T",),
    "search": ("F8",),
}


@pytest.mark.parametrize("stop", ["Space", "Ctrl+R", "Ctrl+Z", "Left", "Home"])
@pytest.mark.parametrize("start", list(STARTS))
def test_whatever_stops_a_run_stops_it_at_once_and_for_good(qtbot, window, start, stop):
    window._edit("learning_rate", (), 0.25)  # For Ctrl+Z to undo.
    window.controller.train(50)
    window.controller.announce()
    window.pausing.set_all((LossBelow(-1.0),))
    window._set_speed(60.0)
    press(qtbot, window, *STARTS[start])
    assert window.playback.mode is not Mode.STOPPED
    press(qtbot, window, stop)
    assert window.playback.is_stopped
    assert not goes_on(qtbot, window)


def test_going_far_back_leaves_the_window_alive_and_comes_to_the_very_place(
    qtbot, window, monkeypatch
):
    press(qtbot, window, *["PgDown"] * 2)
    there, texts = window.controller.position, shown(window)
    window.controller.train(3000)
    window.controller.announce()
    here = window.controller.position
    monkeypatch.setattr("gui.playback._AT_ONCE", 0.0)  # As if the way back were a long one.
    monkeypatch.setattr("gui.playback._REPLAYED", 0.0)
    press(qtbot, window, "PgUp")
    assert window.playback.mode is Mode.TRAVELLING
    assert window.controller.position == here
    press(qtbot, window, "Space")
    assert window.playback.is_stopped
    assert not goes_on(qtbot, window)
    assert window.controller.position == here
    monkeypatch.setattr("gui.playback._REPLAYED", 0.012)
    window.playback.travel_to(there)
    assert window.playback.mode is Mode.TRAVELLING
    assert "on the way to iteration 1" in window.hint_text()
    qtbot.waitUntil(lambda: window.playback.is_stopped)
    assert window.controller.position == there
    assert shown(window) == texts
    assert_as_fresh(window.controller)


def test_closing_while_training_ends_it(qtbot, window):
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 100)
    window.close()
    assert window.playback.is_stopped
    assert not window.isVisible()


@pytest.mark.parametrize("start", list(STARTS))
def test_closing_asks_about_unsaved_work_with_the_run_already_stopped(
    qtbot, window, monkeypatch, start
):
    modes = []

    def ask(_parent, _title):
        modes.append(window.playback.mode)
        return dialogs.Unsaved.STAY if len(modes) == 1 else dialogs.Unsaved.DISCARD

    monkeypatch.setattr("gui.dialogs.ask_about_unsaved", ask)
    window._edit("learning_rate", (), 0.25)
    window.controller.train(50)
    window.pausing.set_all((LossBelow(-1.0),))
    press(qtbot, window, *STARTS[start])
    assert not window.playback.is_stopped
    window.close()
    assert modes == [Mode.STOPPED]
    assert window.isVisible()
    assert not goes_on(qtbot, window)


def test_resetting_while_training_goes_to_the_start(qtbot, window):
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 100)
    press(qtbot, window, "Ctrl+R")
    assert window.playback.is_stopped
    assert window.controller.position == START


class Trainer:
    """Stands in for the controller: an iteration takes a tenth of a millisecond of its own time."""

    ITERATION = 1e-4

    def __init__(self):
        self.now = 1.0
        self.completed = 0
        self.has_breakpoints = False
        self.showing = 0.0

    def train(self, iterations):
        self.now += self.ITERATION * iterations
        self.completed += iterations

    def announce_passing(self):
        self.now += self.showing

    def announce(self):
        pass


@pytest.mark.parametrize("painting", [0.001, 0.005, 0.012])
@pytest.mark.parametrize("showing", [0.0, 0.004])
def test_a_slice_of_training_ends_when_its_frame_does(qapp, monkeypatch, painting, showing):
    trainer = Trainer()
    trainer.showing = showing
    monkeypatch.setattr("gui.playback.time.perf_counter", lambda: trainer.now)
    playback = Playback(trainer)
    playback.train()
    frames = []
    for _ in range(60):
        began = trainer.now
        trainer.now += painting
        playback._tick()
        frames.append(trainer.now - began)
    playback.stop()
    settled = frames[-20:]  # Until then it learns how long painting takes.
    wanted = max(1 / 52, (1 + 0.7) * (painting + showing))
    assert settled == pytest.approx([wanted] * 20, abs=2 * Trainer.ITERATION)
