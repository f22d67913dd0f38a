"""Running by the clock, forward and backward, in the real window."""

from itertools import pairwise
from time import perf_counter

import pytest

from engine.position import START
from gui.playback import Direction, Mode, Playback
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


def test_closing_while_training_ends_it(qtbot, window):
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 100)
    window.close()
    assert window.playback.is_stopped
    assert not window.isVisible()


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

    def train(self, iterations):
        self.now += self.ITERATION * iterations
        self.completed += iterations

    def announce_passing(self):
        pass

    def announce(self):
        pass


@pytest.mark.parametrize("painting", [0.001, 0.005, 0.012])
def test_a_slice_of_training_ends_when_its_frame_does(qapp, monkeypatch, painting):
    trainer = Trainer()
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
    wanted = max(1 / 62, (1 + 0.85) * painting)
    assert settled == pytest.approx([wanted] * 20, abs=2 * Trainer.ITERATION)
