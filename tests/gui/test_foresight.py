"""What is drawn ahead is what would have been drawn, and nothing else is any different for it."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QSettings

from gui.foresight import Foresight
from tests.gui.fresh import look_alike
from tests.gui.test_main_window import press

SIZE = 1600, 1050  # Tall enough that all views are visible.


@pytest.fixture
def at_size(open_window):
    return partial(open_window, size=SIZE)


def rest(qtbot, window):
    """Waits until the next step is drawn ahead."""
    qtbot.waitUntil(lambda: window.foresight.is_done)


def pictures(window):
    """The views that draw ahead, pixel by pixel, as they are painted."""
    study = window.study
    return [view.grab().toImage() for view in (study.network, study.equation, study.matrices)]


def redrawn(window):
    """The same once more, of which everything was laid out and painted anew, scrolled as it was."""
    views, size = (window.study.equation, window.study.matrices), window.size()
    bars = [bar for each in views for bar in (each.verticalScrollBar(), each.horizontalScrollBar())]
    before = [bar.value() for bar in bars]
    window.resize(size.width() + 40, size.height() + 40)
    pictures(window)
    window.resize(size)
    pictures(window)
    for bar, value in zip(bars, before, strict=True):
        bar.setValue(value)
    return pictures(window)


@pytest.mark.parametrize("example", ["2-3-2", "iris", "digits", "xor"])
@pytest.mark.parametrize("granularity", "23")
def test_a_step_drawn_ahead_looks_like_any_other(qtbot, at_size, example, granularity):
    window = at_size(example)
    press(qtbot, window, granularity)
    for key in ["Right"] * 12 + ["Left"] * 5 + ["Ctrl+Right"] * 4 + ["Right"] * 3:
        rest(qtbot, window)
        press(qtbot, window, key)
        drawn_ahead = pictures(window)
        assert look_alike(drawn_ahead, redrawn(window)), window.controller.position


def test_the_next_step_is_the_very_frame_that_was_foreseen(qtbot, at_size):
    window = at_size()
    press(qtbot, window, "3")
    for key in ("Right", "Right", "Left", "Left"):
        press(qtbot, window, key)
        rest(qtbot, window)
        foreseen = window.controller.foresee()
        press(qtbot, window, key)
        assert window.controller.moment().frame is foreseen


def test_foreseeing_changes_nothing_of_the_run(qtbot, at_size):
    window = at_size()
    press(qtbot, window, "5", "Right", "Right")
    moment = window.controller.moment()
    rest(qtbot, window)
    after = window.controller.moment()
    assert (after.newest, after.completed) == (moment.newest, moment.completed)
    assert after.losses.tobytes() == moment.losses.tobytes()


def _theme(_qtbot, window):
    window.actions_by_name["theme"].trigger()


def _digits(qtbot, window):
    press(qtbot, window, "Ctrl+Down")


def _notation(qtbot, window):
    press(qtbot, window, "Ctrl+M")


def _gradients(qtbot, window):
    press(qtbot, window, "Ctrl+D")


def _why(qtbot, window):
    press(qtbot, window, "Ctrl+Y")


def _size(qtbot, window):
    window.resize(1500, 1020)


def _larger(qtbot, window):
    press(qtbot, window, "Ctrl++")


def _edit(qtbot, window):
    window._edit("W1", (0, 0), -1.25)


def _hover(qtbot, window):
    qtbot.mouseMove(window.study.network, QPoint(5, 5))
    qtbot.mouseMove(window.study.network, window.study.network.rect().center())


def _sample(_qtbot, window):
    window.study.sample_chooser.chosen.emit(1)


@pytest.mark.parametrize(
    "change",
    [_theme, _digits, _notation, _gradients, _why, _size, _larger, _edit, _hover, _sample],
)
def test_what_is_changed_in_between_is_seen_in_the_next_step(
    qtbot, at_size, tmp_path, monkeypatch, change
):
    at_size().close()  # The first window finds another font than the second, and is laid out so.
    seen = []
    for hurried in (True, False):
        for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(form, QSettings.Scope.UserScope, str(tmp_path / str(hurried)))
        with monkeypatch.context() as patch:
            if hurried:
                patch.setattr("gui.foresight.Foresight.begin", Foresight.stop)
            window = at_size("iris")
            press(qtbot, window, "3", "Right")
            rest(qtbot, window)
            change(qtbot, window)
            pictured = []
            for _ in range(3):
                press(qtbot, window, "Right")
                pictured.append(pictures(window))
            seen.append(pictured)
            press(qtbot, window, "Ctrl+0")
            window.close()
    for one, other in zip(*seen, strict=True):
        assert look_alike(one, other)


@pytest.mark.parametrize("key", ["End", "Home", "PgDown", "Left", "Ctrl+R"])
def test_what_nobody_foresaw_is_shown_all_the_same(qtbot, at_size, key):
    window = at_size()
    press(qtbot, window, "3", *["Right"] * 5)
    rest(qtbot, window)
    press(qtbot, window, key)
    drawn = pictures(window)
    assert look_alike(drawn, redrawn(window))


def test_nothing_is_drawn_ahead_of_a_run_at_full_speed(qtbot, at_size):
    window = at_size()
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 100)
    assert window.foresight.is_done
    press(qtbot, window, "Ctrl+T")
    assert not window.foresight.is_done
