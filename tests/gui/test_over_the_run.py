"""The curves over the run in the real window: other runs, and metrics."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from engine.expression import Term
from engine.metrics import Metrics
from engine.timeline import Timeline
from gui.legend import Legend
from gui.pictures.writing import as_image, as_svg
from gui.theme import DARK, LIGHT
from tests.gui.test_main_window import press

pytestmark = pytest.mark.window


def legend_of(window):
    legend = window.study.loss.findChild(Legend)
    return legend.accessibleDescription() or legend.accessibleName()


def test_an_edit_branches_the_curve_and_keeps_the_former_run(qtbot, window):
    press(qtbot, window, *["PgDown"] * 8)
    before = window.controller.moment().losses.copy()
    press(qtbot, window, *["PgUp"] * 4)
    at = window.controller.position.iteration
    window._edit("learning_rate", (), 0.25)
    (branch,) = window.controller.moment().branches
    np.testing.assert_array_equal(branch.losses, before)
    assert branch.left_at == at
    assert "run 1" in legend_of(window)
    press(qtbot, window, *["PgDown"] * 3, "Ctrl+Z")
    np.testing.assert_array_equal(window.controller.moment().losses, before)
    assert [each.number for each in window.controller.moment().branches] == [2]


def test_a_run_that_was_left_before_it_differed_is_no_curve_to_compare_with(qtbot, window):
    press(qtbot, window, *["PgDown"] * 4)
    window._edit("learning_rate", (), 0.25)
    press(qtbot, window, "Ctrl+Z")
    assert window.controller.moment().branches == ()


def test_going_back_keeps_the_later_curve(qtbot, window):
    press(qtbot, window, *["PgDown"] * 8)
    whole = window.controller.moment().losses.copy()
    press(qtbot, window, "Home")
    np.testing.assert_array_equal(window.controller.moment().losses, whole)


def test_at_most_five_former_runs_are_kept(qtbot, window):
    for rate in range(1, 9):
        press(qtbot, window, *["PgDown"] * 8, *["PgUp"] * 4)
        window._edit("learning_rate", (), rate / 16)
    assert len(window.controller.moment().branches) == 5


def test_a_plot_of_a_hidden_view_comes_when_it_is_shown_in_the_theme_of_then(qtbot, window):
    metrics = window.study.metrics
    assert not metrics.is_installed
    window.actions_by_name["theme"].trigger()
    qtbot.mouseClick(window.study.loss._to_metrics, Qt.MouseButton.LeftButton)
    assert metrics.is_installed
    assert metrics._plot.grab().toImage().pixelColor(1, 1) == QColor(DARK.surface)
    history = window.study.inspector.history
    assert history.plot is None
    window.study.picked.emit(Term("W1", (0, 0)))
    assert history.plot is not None


def test_metrics_fill_while_the_window_is_idle_and_are_the_engines(qtbot, open_window):
    window = open_window("iris")
    window.controller.train(120)
    window.controller.announce()
    button = next(
        each
        for each in window.study.loss.findChildren(type(window.study.loss._log))
        if each.text() == "metrics"
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.study.metrics.isVisible()
    qtbot.waitUntil(lambda: len(window.controller.metrics().points) == 120)
    fresh = Timeline(window.controller.experiment)
    fresh.train(120)
    metrics = Metrics(fresh)
    while metrics.advance():
        pass
    assert window.controller.metrics().points == metrics.points
    assert window.study.metrics.chosen == "Accuracy"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda each: each.name)
def test_metrics_are_drawn_as_a_picture_that_shows_their_curves(qtbot, open_window, theme):
    window = open_window("iris")
    window.controller.train(60)
    window.controller.announce()
    view = window.study.metrics
    empty = as_image(view.as_picture(theme, 700))
    window.study._show_over_the_run(view)
    qtbot.waitUntil(lambda: len(window.controller.metrics().points) == 60)
    drawn = as_image(view.as_picture(theme, 700))
    assert drawn.size().width() == 700
    assert drawn.pixelColor(2, 2) == QColor(theme.surface)
    assert drawn != empty
    assert b"<image" not in as_svg(view.as_picture(theme, 700))


def test_a_metric_that_there_will_never_be_gives_way_to_one_that_is(qtbot, window):
    window.controller.train(30)
    window.controller.announce()
    window.study._show_over_the_run(window.study.metrics)
    qtbot.waitUntil(lambda: window.study.metrics.chosen == "Gradient norms")
