import math
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton

from engine.formats import experiment_json
from engine.frame import NonFinite
from engine.position import Position
from engine.timeline import Timeline
from gui import theme as themes
from gui.numbers import NumberFormat
from gui.views.loss import LossView

NUMBERS = NumberFormat()


@pytest.fixture(scope="module")
def timeline():
    made = Timeline(experiment_json.read(Path("resources/examples/xor.gradwalk.json")))
    made.train(500)
    return made


@pytest.fixture
def bare(qtbot):
    """A view without its plot."""
    made = LossView()
    qtbot.addWidget(made)
    made.resize(900, 220)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def view(bare):
    bare.install_plot()
    QApplication.processEvents()
    return bare


def settle():
    """An axis gets its final width when its labels have been painted once."""
    for _ in range(3):
        QApplication.processEvents()


def log_button(view):
    return view.findChild(QPushButton)


def labels(view):
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def curve(view):
    x, y = view._plot._curve.getOriginalDataset()
    return (np.empty(0), np.empty(0)) if x is None else (x, y)


def mark(view):
    x, y = view._plot._mark.getData()
    return list(zip(x.tolist(), y.tolist(), strict=True))


def tick_texts(view, side):
    return [text for _, text in view._plot._item.getAxis(side)._tickLevels[0]]


def test_importing_the_view_leaves_pyqtgraph_alone():
    code = "import sys, gui.views.loss; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_run_shown_before_the_plot_is_installed_is_remembered(bare, timeline):
    assert not bare.is_installed
    assert "The plot is being prepared …" in labels(bare)
    bare.show_run(timeline.losses, timeline.position, None)
    assert bare.shown_points() == 0
    bare.install_plot()
    assert bare.is_installed
    assert bare.shown_points() == 500
    assert "The plot is being prepared …" not in labels(bare)


def test_installing_twice_changes_nothing(view):
    before = view._plot
    view.install_plot()
    assert view._plot is before


def test_no_error_yet_is_said(view):
    view.show_run(np.empty(0), Position(), None)
    assert "no E computed yet" in labels(view)
    view.show_run(np.array([0.5]), Position(0, 4), None)
    assert "no E computed yet" not in labels(view)


def test_that_there_is_no_error_yet_is_said_once(view):
    view.show_run(np.empty(0), Position(), None)
    assert [text for text in labels(view) if "comput" in text] == ["no E computed yet"]
    assert view.readout() == "no E computed yet"


def test_at_the_start_of_an_iteration_already_run_the_error_is_said_to_be_its(view, timeline):
    view.show_run(timeline.losses, Position(0, -1), None)
    assert f"E in iteration 0: {NUMBERS.text(float(timeline.losses[0]))}" in labels(view)


@pytest.mark.parametrize("count", range(1, 10))
def test_the_axis_of_a_few_iterations_ends_just_after_them(view, timeline, count):
    view.show_run(timeline.losses[:count], Position(count - 1, 4), None)
    assert tick_texts(view, "bottom") == [str(tick) for tick in range(max(count, 2) + 1)]


def bands(view, side):
    """Where each label of an axis is painted, along the axis."""
    plot = view._plot
    axis = plot._item.getAxis(side)
    settle()
    view.grab()
    metrics = QFontMetrics(plot.font())
    found = []
    for place, text in axis._tickLevels[0]:
        if side == "left":
            at, size = plot._item.vb.mapViewToScene(QPointF(0, place)).y(), metrics.height()
        else:
            at = plot._item.vb.mapViewToScene(QPointF(place, 0)).x()
            size = metrics.horizontalAdvance(text)
        found.append((at - size / 2, at + size / 2))
    return sorted(found)


@pytest.mark.parametrize(
    ("height", "size"),
    [(95, 1.0), (120, 1.0), (150, 1.0), (220, 1.0), (400, 1.0), (150, 1.8), (300, 1.8)],
)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_labels_never_overlap(view, height, size, logarithmic):
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * size)
    view.setFont(font)
    view.resize(420, height)
    view.set_logarithmic(logarithmic)
    for losses in (np.geomspace(0.019, 1e-3, 12), np.geomspace(0.5, 1e-33, 9000), np.ones(3)):
        view.show_run(losses, Position(2, 4), None)
        for side in ("left", "bottom"):
            places = bands(view, side)
            assert len(places) >= 2
            assert all(a[1] <= b[0] for a, b in pairwise(places)), (side, places)


def test_titles_give_way_to_the_curve_when_there_is_little_height(view, timeline):
    view.show_run(timeline.losses, timeline.position, None)
    axis = view._plot._item.getAxis("bottom")
    for height, titled in ((220, True), (100, False), (220, True)):
        view.resize(900, height)
        settle()
        assert axis.label.isVisible() is titled
        assert ("E" in labels(view)) is titled
        assert len(tick_texts(view, "left")) in ((4, 5, 6, 7) if titled else (2, 3))


@pytest.mark.parametrize("logarithmic", [False, True])
def test_the_axis_title_stands_at_the_top_beside_the_numbers(view, timeline, logarithmic):
    view.set_logarithmic(logarithmic)
    view.show_run(timeline.losses, timeline.position, None)
    settle()
    plot = view._plot
    title = plot._error_title.geometry()
    top = plot._item.vb.mapViewToScene(QPointF(0, 1)).y()
    assert abs(title.center().y() - top) <= 3
    numbers = max(map(QFontMetrics(plot.font()).horizontalAdvance, tick_texts(view, "left")))
    assert title.right() < plot._item.vb.sceneBoundingRect().left() - numbers


def test_the_curve_is_the_run(view, timeline):
    view.show_run(timeline.losses, timeline.position, None)
    x, y = curve(view)
    assert x.tolist() == list(range(500))
    top = view._plot._scale.top
    np.testing.assert_allclose(y * top, timeline.losses, rtol=1e-12)


def test_a_single_point_has_a_dot(view):
    view.show_run(np.array([0.5]), Position(1, -1), None)
    assert len(view._plot._dots.getData()[0]) == 1
    assert view.readout() == "E in iteration 1: not computed yet"


@pytest.mark.parametrize("iteration", [0, 1, 250, 499])
def test_the_cursor_and_its_mark_follow_the_position(view, timeline, iteration):
    view.show_run(timeline.losses, Position(iteration, 4), None)
    assert view._plot._cursor.value() == iteration
    ((x, y),) = mark(view)
    assert x == iteration
    assert y * view._plot._scale.top == pytest.approx(timeline.losses[iteration])
    value = NUMBERS.text(float(timeline.losses[iteration]))
    assert view.readout() == f"E in iteration {iteration}: {value}"
    assert view.accessibleDescription() == view.readout()


def test_an_iteration_without_error_has_a_line_and_no_mark(view, timeline):
    view.show_run(timeline.losses, Position(500, -1), None)
    assert view._plot._cursor.value() == 500
    assert mark(view) == []
    assert "E in iteration 500: not computed yet" in labels(view)


@pytest.mark.parametrize("iteration", [0, 137, 499])
def test_a_click_travels_to_the_iteration_below_it(qtbot, view, timeline, iteration):
    view.show_run(timeline.losses, timeline.position, None)
    settle()
    with qtbot.waitSignal(view.travel_requested) as asked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.place_of(iteration))
    # 500 iterations on more than 500 pixels: a whole pixel is at most one iteration.
    assert abs(asked.args[0] - iteration) <= 1
    assert type(asked.args[0]) is int


def test_clicks_outside_go_to_the_ends(qtbot, view, timeline):
    view.show_run(timeline.losses, timeline.position, None)
    settle()
    asked = []
    view.travel_requested.connect(asked.append)
    for x in (1, view.viewport().width() - 1):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
    assert asked == [0, 499]


def test_a_drag_travels_along_and_asks_once_for_each_iteration(qtbot, view):
    view.show_run(np.linspace(1, 0.5, 10), Position(9, 4), None)
    settle()
    asked = []
    view.travel_requested.connect(asked.append)
    start, end = view.place_of(2), view.place_of(5)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for x in range(start.x(), end.x() + 1, 3):
        qtbot.mouseMove(view.viewport(), QPoint(x, start.y()))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    qtbot.mouseMove(view.viewport(), view.place_of(8))
    assert asked == [2, 3, 4, 5]


def test_hovering_reads_out_and_leaving_stops(qtbot, view, timeline):
    view.show_run(timeline.losses, Position(3, 4), None)
    settle()
    with qtbot.assertNotEmitted(view.travel_requested):
        qtbot.mouseMove(view.viewport(), view.place_of(250))
    shown = int(view.readout().split()[3].rstrip(":"))
    assert abs(shown - 250) <= 1
    assert view.readout().endswith(NUMBERS.text(float(timeline.losses[shown])))
    assert view.readout() in labels(view)
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert view.readout().startswith("E in iteration 3:")


def test_the_wheel_and_the_right_button_leave_the_view_as_it_is(qtbot, view, timeline):
    view.show_run(timeline.losses, timeline.position, None)
    settle()
    before = view._plot._item.viewRange()
    place = QPointF(view.place_of(200))
    wheel = QWheelEvent(
        place,
        QPointF(view.viewport().mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), wheel)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=place.toPoint())
    settle()
    assert view._plot._item.viewRange() == before
    menus = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMenu)]
    assert not [menu for menu in menus if menu.isVisible()]
    assert not view._plot._item.autoBtn.isVisible()


def test_the_log_switch_changes_the_scale(qtbot, view, timeline):
    view.show_run(timeline.losses, timeline.position, None)
    assert tick_texts(view, "left")[0] == "0"
    qtbot.mouseClick(log_button(view), Qt.MouseButton.LeftButton)
    assert view.is_logarithmic()
    assert tick_texts(view, "left") == ["10⁻²", "10⁻¹", "10⁰"]
    _, y = curve(view)
    # Two decades are the whole height.
    np.testing.assert_allclose(y * 2 - 2, np.log10(timeline.losses), atol=1e-12)


def test_zero_on_a_log_scale_is_drawn_at_the_smallest_above_it(view):
    losses = np.array([1.0, 0.013, 0.0, 0.1, 0.0])
    view.set_logarithmic(True)
    view.show_run(losses, Position(2, 4), None)
    _, y = curve(view)
    assert np.isfinite(y).all()
    assert y[2] == y[4] == y[1]
    assert mark(view)[0][1] == y[1]
    assert view.readout() == "E in iteration 2: 0"
    assert "smallest E above 0" in log_button(view).toolTip()


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-300, 0.25, 1e300, 1.7e308])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_any_constant_error_can_be_drawn(view, value, logarithmic):
    view.set_logarithmic(logarithmic)
    view.show_run(np.full(50, value), Position(20, 4), None)
    _, y = curve(view)
    assert np.isfinite(y).all()
    assert len(mark(view)) == 1
    assert not view.grab().isNull()


def test_where_the_run_stopped_being_finite_is_marked_with_the_word(view, timeline):
    step = timeline.program.step_writing("z1")
    losses = np.exp(np.arange(43) / 4)
    view.show_run(losses, Position(43, 0), NonFinite(43, step, (0, 0), math.nan))
    plot = view._plot
    assert plot._failed.isVisible()
    assert plot._failed.getRegion()[0] == 43
    assert plot._failed_text.toPlainText() == "NaN"
    assert view.readout() == "E in iteration 43: NaN"
    assert "NaN from iteration 43 on" in view.accessibleDescription()
    view.show_run(losses, Position(40, 0), None)
    assert not plot._failed.isVisible()
    assert not plot._failed_text.isVisible()


def test_a_run_that_fails_at_once_shows_the_mark_and_no_curve(view, timeline):
    step = timeline.program.step_writing("z1")
    view.show_run(np.empty(0), Position(0, 0), NonFinite(0, step, (0, 0), math.inf))
    assert view._plot._failed_text.toPlainText() == "∞"
    assert "no E computed yet" not in labels(view)
    assert not view.grab().isNull()


def test_only_finite_values_reach_the_curve(view):
    losses = np.array([1.0, math.nan, 0.5, math.inf])
    view.show_run(losses, Position(3, 4), None)
    x, y = curve(view)
    assert x.tolist() == [0, 2]
    assert np.isfinite(y).all()
    assert view.shown_points() == 2
    assert mark(view) == []


def test_the_caption_says_what_is_averaged(view):
    assert not [text for text in labels(view) if "mean" in text]
    view.set_batch(10)
    assert "E, mean over each batch of 10" in labels(view)


def test_digits_follow_the_chosen_number(view, timeline):
    view.show_run(timeline.losses, Position(10, 4), None)
    view.set_numbers(NumberFormat(3))
    assert view.readout() == f"E in iteration 10: {timeline.losses[10]:.3f}"
    assert view.readout() in labels(view)


@pytest.mark.parametrize("theme", themes.THEMES.values(), ids=themes.THEMES)
def test_the_plot_takes_the_colours_of_the_theme(view, timeline, theme):
    view.show_run(timeline.losses, timeline.position, None)
    view.set_theme(theme)
    image = view.viewport().grab().toImage()
    assert image.pixelColor(1, 1) == QColor(theme.surface)
    colours = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    assert theme.positive in colours


def test_the_axes_are_named_and_follow_the_run(view, timeline):
    assert view._plot._item.getAxis("bottom").labelText == "iteration"
    view.show_run(timeline.losses[:3], Position(2, 4), None)
    assert "E" in labels(view)
    assert tick_texts(view, "bottom") == ["0", "1", "2", "3"]
    view.show_run(timeline.losses, timeline.position, None)
    assert tick_texts(view, "bottom") == ["0", "100", "200", "300", "400", "500"]


def test_a_million_points_are_drawn_as_some_thousand(view):
    losses = np.random.default_rng(0).random(1_000_000)
    losses[123_456] = 9.0
    view.show_run(losses, Position(999_999, 4), None)
    x, y = curve(view)
    assert view.shown_points() == 1_000_000
    assert len(x) < 5000
    assert y.max() * view._plot._scale.top == pytest.approx(9.0)
    # Measured 0.6 ms; the limit is loose, for a busy machine, and best of ten.
    best = math.inf
    for _ in range(10):
        start = time.perf_counter()
        view.show_run(losses, Position(999_999, 4), None)
        best = min(best, time.perf_counter() - start)
    assert best < 0.02
