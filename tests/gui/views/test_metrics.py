import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from engine.formats import experiment_json
from engine.metrics import Metrics, Point
from engine.position import Position
from engine.timeline import Timeline
from gui import theme as themes
from gui.legend import Legend
from gui.metrics import Metric, Series, metrics_of
from gui.views.metrics import MetricsView

AT = np.array([0, 10, 20, 40])
ACCURACY = Metric(
    "Accuracy", "", [Series("all", AT, np.array([0.25, 0.5, 0.75, 1.0]))], highest=1.0
)
NORMS = Metric(
    "Norms",
    "‖∇E‖",
    [
        Series("layer 1", AT, np.array([1e-4, 1e-3, 1e-2, 1e-1])),
        Series("layer 2", AT[:3], np.array([0.5, math.nan, 2.0])),
    ],
    logarithmic=True,
)
HELD_OUT = Metric("Held-out E", "E", [Series("E", AT[:0], np.empty(0))], missing="Nothing held.")
ALL = (ACCURACY, NORMS, HELD_OUT)


@pytest.fixture
def bare(qtbot):
    """A view without its plot."""
    made = MetricsView()
    qtbot.addWidget(made)
    made.resize(800, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def view(bare):
    bare.install_plot()
    bare.show_metrics(ALL)
    bare.show_position(Position(20, 3), 45)
    settle()
    return bare


def settle():
    """An axis gets its final width when its labels have been painted once."""
    for _ in range(3):
        QApplication.processEvents()


def button(view, text):
    return next(each for each in view.findChildren(QPushButton) if each.text() == text)


def labels(view):
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def curves(view):
    return [each.getData() for each in view._plot._curves if each.isVisible()]


def test_importing_the_view_leaves_pyqtgraph_alone():
    code = "import sys, gui.views.metrics; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_shown_before_the_plot_is_installed_is_remembered(bare):
    bare.show_metrics(ALL)
    assert "The plot is being prepared …" in labels(bare)
    bare.install_plot()
    assert len(curves(bare)) == 1
    assert "The plot is being prepared …" not in labels(bare)


def test_before_anything_is_computed_that_is_said(bare):
    bare.install_plot()
    assert "not computed yet" in labels(bare)
    bare.show_metrics([Metric("Accuracy", "", [])])
    assert "not computed yet" in labels(bare)


def test_what_will_never_be_computed_is_told_with_its_reason(qtbot, view):
    qtbot.mouseClick(button(view, "Held-out E"), Qt.MouseButton.LeftButton)
    assert view.chosen == "Held-out E"
    assert "Nothing held." in labels(view)
    assert not button(view, "log").isVisible()


def test_an_accuracy_has_the_whole_axis_from_0_to_1(view):
    ((x, y),) = curves(view)
    assert x.tolist() == AT.tolist()
    assert y.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert view._plot._scale.top == 1.0
    assert not button(view, "log").isVisible()


def test_a_button_chooses_the_metric_and_a_key_does(qtbot, view):
    qtbot.mouseClick(button(view, "Norms"), Qt.MouseButton.LeftButton)
    assert view.chosen == "Norms"
    assert len(curves(view)) == 2
    assert not button(view, "Norms").hasFocus()
    button(view, "Accuracy").setFocus()
    qtbot.keyClick(button(view, "Accuracy"), Qt.Key.Key_Space)
    assert view.chosen == "Accuracy"
    assert len(curves(view)) == 1


def test_norms_start_on_a_logarithmic_scale_and_the_switch_is_remembered_for_them(qtbot, view):
    view.choose("Norms")
    assert view._plot._scale.logarithmic
    qtbot.mouseClick(button(view, "log"), Qt.MouseButton.LeftButton)
    assert not view._plot._scale.logarithmic
    view.choose("Accuracy")
    view.choose("Norms")
    assert not view._plot._scale.logarithmic


def test_only_finite_values_are_drawn_each_at_its_iteration(view):
    view.choose("Norms")
    (x1, y1), (x2, _) = curves(view)
    assert x1.tolist() == AT.tolist()
    assert x2.tolist() == [0, 20]
    np.testing.assert_allclose(np.diff(y1), y1[1] - y1[0])


def test_curves_differ_in_colour_and_dash_and_the_legend_names_them(view):
    view.choose("Norms")
    pens = [each.opts["pen"] for each in view._plot._curves if each.isVisible()]
    assert len({pen.color().name() for pen in pens}) == 2
    assert len({pen.style() for pen in pens}) == 2
    legend = view.findChild(Legend)
    settle()
    assert legend.written() == ["layer 1", "layer 2"]
    assert legend.geometry().left() > view._plot.geometry().right()
    view.choose("Accuracy")
    assert not legend.isVisible()


def test_the_value_where_one_stands_is_read_out(view):
    assert view.readout() == "Accuracy in iteration 20: 0.75"
    assert "Accuracy in iteration 20: 0.75" in labels(view)
    assert view._plot._cursor.value() == 20
    view.show_position(Position(21, 3), 45)
    assert view.readout() == "Accuracy in iteration 21: not computed"


def test_pointing_reads_out_the_nearest_computed_iteration(qtbot, view):
    view.choose("Norms")
    settle()
    qtbot.mouseMove(view.viewport(), view.place_of(30))
    qtbot.mouseMove(view.viewport(), view.place_of(17))
    assert view.readout().split("\n") == ["iteration 20", "layer 1: 0.01", "layer 2: 2"]


def test_a_click_travels_to_the_computed_iteration_that_is_read_out(qtbot, view):
    with qtbot.waitSignal(view.travel_requested) as asked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.place_of(12))
    assert asked.args == [10]
    assert type(asked.args[0]) is int


def test_a_drag_asks_for_computed_iterations_only(qtbot, view):
    asked = []
    view.travel_requested.connect(asked.append)
    start, end = view.place_of(0), view.place_of(40)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for x in range(start.x(), end.x() + 1, 5):
        qtbot.mouseMove(view.viewport(), QPoint(x, start.y()))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert asked[0] == 0
    assert asked[-1] == 40
    assert set(asked) <= set(AT.tolist())


def test_the_metric_chosen_stays_when_more_of_it_is_computed(view):
    view.choose("Norms")
    view.show_metrics([HELD_OUT, NORMS])
    assert view.chosen == "Norms"
    assert button(view, "Norms").isChecked()
    view.show_metrics([ACCURACY])
    assert view.chosen == "Accuracy"


def test_the_way_back_to_the_loss_is_asked_for(qtbot, view):
    with qtbot.waitSignal(view.loss_requested):
        qtbot.mouseClick(button(view, "← E"), Qt.MouseButton.LeftButton)


def test_the_curve_is_described_in_words(qtbot, view):
    said = "Accuracy in iteration 20: 0.75; all from 0.25 to 1"
    qtbot.waitUntil(lambda: view.accessibleDescription() == said)
    view.choose("Held-out E")
    qtbot.waitUntil(lambda: view.accessibleDescription() == "Nothing held.")


@pytest.mark.parametrize("theme", themes.THEMES.values(), ids=themes.THEMES)
def test_a_chosen_button_is_told_from_the_others_in_either_theme(view, theme):
    view.set_theme(theme)
    settle()

    def inside(name):
        return button(view, name).grab().toImage().pixelColor(4, 4)

    assert inside("Accuracy") != inside("Norms")
    assert inside("Norms") == inside("Held-out E")


# From the engine's points


def points(example, iterations):
    timeline = Timeline(experiment_json.read(Path(f"resources/examples/{example}.gradwalk.json")))
    timeline.train(iterations)
    metrics = Metrics(timeline)
    while metrics.advance():
        pass
    return metrics.points


def test_the_points_of_a_run_become_its_metrics():
    found = points("iris", 30)
    accuracy, held_out, norms = metrics_of(found)
    assert accuracy.series[0].iterations.tolist() == list(range(30))
    assert accuracy.series[0].values.tolist() == [point.accuracy for point in found]
    assert held_out.is_empty
    assert held_out.missing
    assert [each.name for each in norms.series] == ["layer 1", "layer 2"]
    assert norms.series[1].values.tolist() == [point.gradient_norms[1] for point in found]


def test_held_out_samples_have_a_curve_of_their_own():
    found = [Point(0, 0.5, 0.25, 0.7, (1.0,)), Point(8, 1.0, 0.5, 0.6, (2.0,))]
    accuracy, held_out, _ = metrics_of(found)
    assert [each.values.tolist() for each in accuracy.series] == [[0.5, 1.0], [0.25, 0.5]]
    assert held_out.series[0].values.tolist() == [0.7, 0.6]


def test_where_targets_are_no_classes_the_reason_is_given_once_it_is_known():
    accuracy, _, _ = metrics_of([Point(0, None, None, None, (1.0,))])
    assert "no classes" in accuracy.missing
    assert all(metric.is_empty and not metric.missing for metric in metrics_of([]))
