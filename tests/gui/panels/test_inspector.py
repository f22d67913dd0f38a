"""The inspector, by clicks and keys, on runs of the examples."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel

from engine.checks import GradientCheck
from engine.edits import Edit
from engine.expression import Term
from engine.formats import experiment_json
from engine.inspection import gradient_state, inspect
from engine.losses import LOSSES
from engine.position import Position
from engine.timeline import Timeline
from gui import theme as themes
from gui.numbers import NumberFormat, full
from gui.panels.inspector import InspectorPanel
from tests.examples import FOLDER


def run_of(example, iterations=0, position=None):
    timeline = Timeline(experiment_json.read(FOLDER / f"{example}.gradwalk.json"))
    timeline.train(iterations)
    if position is not None:
        timeline.seek(position)
    return timeline


@pytest.fixture
def panel(application, qtbot):
    made = InspectorPanel()
    qtbot.addWidget(made)
    made.resize(320, 900)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def show(panel, timeline, term, sample=0):
    data = timeline.experiment.data
    panel.set_names(data.input_names, data.target_names)
    panel.show_inspection(inspect(timeline, term, sample))


def row_of(table, term):
    return table.place_of(term).center()


def test_nothing_pinned_says_what_to_do(panel):
    panel.show_inspection(None)
    assert panel.text() == "Click a unit or a weight to see everything about it."


@pytest.mark.parametrize(
    ("example", "term", "title"),
    [
        ("2-3-2", Term("W2", (0, 1)), "w from hidden unit 2 to output o1"),
        ("2-3-2", Term("W1", (2, 0)), "w from input x1 to hidden unit 3"),
        ("4-5-3-2", Term("W2", (0, 4)), "w from unit 5 of layer 1 to unit 1 of layer 2"),
        ("2-3-2", Term("b1", (1,)), "bias b of hidden unit 2"),
        ("iris", Term("a0", (0,)), "input “sepal length”"),
        ("iris", Term("t", (1,)), "target of output versicolor"),
        ("2-3-2", Term("dW1", (0, 1)), "gradient of w from input x2 to hidden unit 1"),
        ("2-3-2", Term("E"), "error E of this iteration"),
    ],
)
def test_the_title_names_both_ends(panel, example, term, title):
    show(panel, run_of(example, 1), term)
    assert panel.text().splitlines()[0] == title


def test_the_value_is_the_whole_double_with_its_shape(panel):
    timeline = run_of("2-3-2", 10)
    show(panel, timeline, Term("W1", (2, 1)))
    _, value, place = panel.text().splitlines()[:3]
    assert value == full(float(timeline.frame().after["W1"][2, 1]))
    assert "3×2" in place


def test_a_unit_lists_what_it_is_made_of_and_what_reads_it(panel):
    timeline = run_of("2-3-2", 1)
    show(panel, timeline, Term("a1", (0,)))
    state = gradient_state(timeline)
    incoming = "\n".join(panel.incoming.lines())
    for name, row, column in (("b1", 0, 0), ("W1", 0, 0), ("W1", 0, 1), ("a0", 0, 0), ("a0", 1, 0)):
        assert full(float(state[name][row, column])) in incoming
    outgoing = "\n".join(panel.outgoing.lines())
    for name, row, column in (("W2", 0, 0), ("W2", 1, 0), ("delta2", 0, 0), ("delta2", 1, 0)):
        assert full(float(state[name][row, column])) in outgoing
    own = "\n".join(panel.own.lines())
    for name in ("z1", "a1", "da1", "delta1"):
        assert full(float(state[name][0, 0])) in own


def test_what_is_not_computed_yet_is_said_to_be(panel):
    show(panel, run_of("2-3-2", 0, Position(0, 0, (0,))), Term("z1", (0,)))
    lines = panel.own.lines()
    assert "not computed yet" not in lines[0]
    assert all(line.endswith("not computed yet") for line in lines[1:])
    show(panel, run_of("2-3-2", 0, Position(0, 0, (0,))), Term("z1", (1,)))
    assert panel.text().splitlines()[1] == "not computed yet"


def test_a_gradient_checked_before_its_phase_is_said_to_be_ahead(panel):
    show(panel, run_of("2-3-2", 0), Term("W1", (0, 0)))
    assert "computed ahead of where you stand" in panel.check.caption.text()
    show(panel, run_of("2-3-2", 1), Term("W1", (0, 0)))
    assert "ahead" not in panel.check.caption.text()


def test_long_lists_unfold_and_fold(panel, qtbot):
    show(panel, run_of("digits"), Term("z1", (3,)))
    assert panel.incoming.more.text() == "⋮ 57 more"  # 64 inputs and a bias, 8 shown.
    assert len(panel.incoming.lines()) == 9
    qtbot.mouseClick(panel.incoming.more, Qt.MouseButton.LeftButton)
    assert len(panel.incoming.lines()) == 66
    qtbot.mouseClick(panel.incoming.more, Qt.MouseButton.LeftButton)
    assert len(panel.incoming.lines()) == 9


def test_rows_are_hovered_and_picked(panel, qtbot):
    show(panel, run_of("2-3-2", 1), Term("a1", (0,)))
    hovered, picked = [], []
    panel.hovered.connect(hovered.append)
    panel.picked.connect(picked.append)
    weight, activation = Term("W1", (0, 1)), Term("a0", (1,))
    viewport = panel.incoming.view.viewport()
    move(viewport, row_of(panel.incoming, weight))
    move(viewport, row_of(panel.incoming, activation))
    assert hovered[-2:] == [weight, activation]
    click = Qt.MouseButton.LeftButton
    qtbot.mouseClick(viewport, click, pos=row_of(panel.incoming, activation))
    assert picked == [activation]


def test_rows_are_reached_by_keyboard(panel, qtbot):
    show(panel, run_of("2-3-2", 1), Term("a1", (0,)))
    hovered, picked = [], []
    panel.hovered.connect(hovered.append)
    panel.picked.connect(picked.append)
    panel.own.view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(panel.own.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.own.view, Qt.Key.Key_Return)
    assert hovered == [Term("z1", (0,)), Term("a1", (0,))]
    assert picked == [Term("a1", (0,))]


def test_what_is_pointed_at_elsewhere_is_lit(panel):
    show(panel, run_of("2-3-2", 1), Term("a1", (0,)))
    panel.set_lit(Term("W1", ("j", 1)))
    assert panel.incoming.is_lit(Term("W1", (0, 1)))
    assert not panel.incoming.is_lit(Term("W1", (0, 0)))
    place = panel.incoming.place_of(Term("W1", (0, 1)))
    image = panel.incoming.view.viewport().grab().toImage()
    middle = place.left() + 4, place.center().y()
    assert image.pixelColor(*middle).name() == themes.LIGHT.accent_soft


def move(widget, place):
    """The mouse comes to a place; QTest's own move depends on where the real one is."""
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def type_new_value(panel, qtbot, text):
    panel.edit.field.setFocus()
    panel.edit.field.selectAll()
    qtbot.keyClicks(panel.edit.field, text)
    qtbot.keyClick(panel.edit.field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("term", "asked"),
    [
        (Term("W1", (2, 1)), ("W1", (2, 1))),
        (Term("b2", (1,)), ("b2", (1,))),
        (Term("a0", (1,)), ("input", (0, 1))),
        (Term("t", (0,)), ("target", (0, 0))),
    ],
)
def test_a_typed_value_is_asked_for(panel, qtbot, term, asked):
    show(panel, run_of("2-3-2", 3), term)
    edits = []
    panel.edit_requested.connect(edits.append)
    type_new_value(panel, qtbot, "-1.25e-3")
    assert edits == [(*asked, -1.25e-3)]
    assert "Ctrl+Z undoes it" in panel.text()


def test_the_field_holds_the_value_from_the_start_of_the_iteration(panel):
    timeline = run_of("2-3-2", 3)  # Stands at the end: the update is done.
    show(panel, timeline, Term("W1", (0, 0)))
    assert panel.edit.field.value() == float(timeline.state_at(2)["W1"][0, 0])
    assert panel.edit.field.value() != float(timeline.frame().after["W1"][0, 0])


def test_what_is_computed_cannot_be_typed(panel):
    show(panel, run_of("2-3-2", 1), Term("z1", (0,)))
    assert panel.edit.isHidden()


def test_typing_does_not_go_to_another_element(panel, qtbot):
    timeline = run_of("2-3-2", 1)
    show(panel, timeline, Term("W1", (0, 0)))
    panel.edit.field.setFocus()
    panel.edit.field.selectAll()
    qtbot.keyClicks(panel.edit.field, "9")
    show(panel, timeline, Term("W1", (0, 1)))
    assert panel.edit.field.text() == full(panel.edit.field.value())
    assert panel.edit.field.value() == float(timeline.state_at(0)["W1"][0, 1])


def test_the_gradient_check_shows_both_and_what_it_means(panel):
    timeline = run_of("2-3-2", 5)
    show(panel, timeline, Term("W2", (1, 2)))
    lines = "\n".join(panel.check.lines())
    gradient = float(timeline.frame().after["dW2"][1, 2])
    assert f"by the rules {NumberFormat(12).text(gradient)}" in lines
    assert "✓ They agree." in lines


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (GradientCheck("dW1", (0, 0), 0.5, 0.25, 6e-6), "✗ They do not agree."),
        (GradientCheck("dW1", (0, 0), 0.5, 0.25, 6e-6, crosses_kink=True), "✗ They do not agree, "),
        (GradientCheck("dW1", (0, 0), 0.0, 1e-12, 6e-6, 1e-10), "✓ They agree as far as can be"),
        (GradientCheck("dW1", (0, 0), math.nan, 0.25, 6e-6), "✗ One of them is not a finite"),
    ],
)
def test_what_a_check_comes_to_is_said(panel, check, words):
    panel.show_inspection(replace(inspect(run_of("2-3-2", 1), Term("W1", (0, 0)), 0), check=check))
    assert panel.check.verdict.text().startswith(words)


def test_the_slice_has_the_point_the_slope_and_the_landing(panel):
    timeline = run_of("2-3-2", 5, Position(3, 0))
    show(panel, timeline, Term("W1", (0, 0)))
    panel.install_plots()
    number = NumberFormat().text
    start, end = (float(timeline.state_at(at)["W1"][0, 0]) for at in (3, 4))
    words = "\n".join(panel.slice.lines())
    assert f"here: w = {number(start)}, E = {number(float(timeline.losses[3]))}" in words
    assert f"after the update: w = {number(end)}" in words
    assert panel.slice.plot.curve()[0].size > 50


def drawn(item):
    """The points of a curve that is painted, along the axes from 0 to 1; [] where none is."""
    x, y = item.getData()
    return list(zip(x, y, strict=True)) if item.isVisible() and x is not None else []


def test_a_close_up_shows_the_landing_apart_from_the_point(panel, qtbot):
    timeline = run_of("2-3-2", 5, Position(3, 0))
    panel.install_plots()
    show(panel, timeline, Term("W1", (0, 0)))
    plot, button = panel.slice.plot, panel.slice.nearer
    start, end = (float(timeline.state_at(at)["W1"][0, 0]) for at in (3, 4))
    assert f"{NumberFormat().text(start)} ± 1;" in panel.slice.caption.text()
    here, there = plot.place_of(start), plot.place_of(end)
    assert abs(here.x() - there.x()) < 3  # Hidden beside the point, so there is a close-up.
    assert button.text() == "Close-up"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    reach = NumberFormat(3).text(3 * abs(end - start))
    assert f"{NumberFormat().text(start)} ± {reach};" in panel.slice.caption.text()
    here, there = plot.place_of(start), plot.place_of(end)
    assert abs(here.x() - there.x()) > 20
    ((here_x, here_y),) = drawn(plot._here)
    ((there_x, there_y),) = drawn(plot._lands)
    assert here_x == pytest.approx(1 / 2, abs=1e-6)
    assert abs(there_x - here_x) == pytest.approx(1 / 6, rel=1e-6)
    assert 0 <= min(here_y, there_y) < max(here_y, there_y) <= 1
    (x0, y0), (x1, y1) = drawn(plot._tangent)
    slope = (y1 - y0) * (plot._y.high - plot._y.low) / ((x1 - x0) * 6 * abs(end - start))
    gradient = gradient_state(timeline)["dW1"][0, 0]
    assert slope == pytest.approx(gradient, rel=1e-6)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert "± 1;" in panel.slice.caption.text()


def test_the_close_up_stays_while_one_steps(panel, qtbot):
    timeline = run_of("2-3-2", 5, Position(3, 0))
    panel.install_plots()
    show(panel, timeline, Term("W1", (0, 0)))
    qtbot.mouseClick(panel.slice.nearer, Qt.MouseButton.LeftButton)
    timeline.seek(Position(4, 2))
    show(panel, timeline, Term("W1", (0, 0)))
    assert panel.slice.nearer.text() == "Whole view"
    assert "± 1;" not in panel.slice.caption.text()


@pytest.mark.parametrize(
    ("lands", "words"),
    [
        ((0.0, 0.0), "leaves it where it is"),
        ((math.nan, math.nan), "does not lead to a finite number"),
        ((math.inf, math.nan), "does not lead to a finite number"),
    ],
)
def test_without_an_update_to_look_at_there_is_no_close_up(panel, qtbot, lands, words):
    found = inspect(run_of("2-3-2", 5), Term("W1", (0, 0)), 0)
    panel.install_plots()
    panel.show_inspection(found)
    qtbot.mouseClick(panel.slice.nearer, Qt.MouseButton.LeftButton)
    at = found.loss_slice.at
    lands = at if lands == (0.0, 0.0) else lands
    panel.show_inspection(replace(found, loss_slice=replace(found.loss_slice, lands=lands)))
    assert panel.slice.nearer.isHidden()
    assert "± 1;" in panel.slice.caption.text()
    assert words in panel.text()
    assert drawn(panel.slice.plot._lands) == []
    assert len(drawn(panel.slice.plot._here)) == 1


def test_a_tangent_too_steep_to_draw_is_left_out(panel):
    found = inspect(run_of("2-3-2", 5), Term("W1", (0, 0)), 0)
    panel.install_plots()
    steep = replace(found.loss_slice, slope=math.inf)
    panel.show_inspection(replace(found, loss_slice=steep))
    assert drawn(panel.slice.plot._tangent) == []


def test_before_the_plots_are_in_there_is_a_word_in_their_place(panel, qtbot):
    show(panel, run_of("2-3-2", 5), Term("W1", (0, 0)))
    assert panel.history.plot is None
    waiting = [label for label in panel.findChildren(QLabel) if "prepared" in label.text()]
    assert [label.isVisible() for label in waiting] == [True, True]
    panel.install_plots()
    qtbot.waitUntil(panel.history.plot.isVisible)
    assert [label.isVisible() for label in waiting] == [False, False]


def test_a_click_into_the_history_travels(panel, qtbot):
    timeline = run_of("2-3-2", 50, Position(10, 0))
    show(panel, timeline, Term("W1", (0, 0)))
    panel.install_plots()
    panel.grab()
    asked = []
    panel.travel_requested.connect(asked.append)
    plot = panel.history.plot
    move(plot.viewport, plot.place_of(30))
    value = NumberFormat().text(float(timeline.state_at(30)["W1"][0, 0]))
    assert plot.hint_text() == f"iteration 30 · {value}"
    qtbot.mouseClick(plot.viewport, Qt.MouseButton.LeftButton, pos=plot.place_of(30))
    assert asked == [30]
    for far, end in ((QPoint(0, 5), 0), (QPoint(plot.width() - 1, 5), 49)):
        qtbot.mouseClick(plot.viewport, Qt.MouseButton.LeftButton, pos=far)
        assert asked[-1] == end


def test_the_history_ends_where_the_run_has_come_to(panel):
    show(panel, run_of("2-3-2", 5, Position(5, -1)), Term("z1", (0,)))
    panel.install_plots()
    assert panel.history.plot.curve()[0].size == 5  # z of iteration 5 is not computed yet.


def test_values_that_are_not_finite_are_left_out_of_the_plots(panel):
    found = inspect(run_of("2-3-2", 5), Term("W1", (0, 0)), 0)
    values, errors = found.history.values.copy(), found.loss_slice.errors.copy()
    values[2], errors[:3], errors[-1] = math.nan, math.inf, 1e300
    panel.install_plots()
    panel.show_inspection(
        replace(
            found,
            history=replace(found.history, values=values),
            loss_slice=replace(found.loss_slice, errors=errors, lands=(math.inf, math.nan)),
        )
    )
    panel.grab()
    assert panel.history.plot.curve()[0].size == 4
    assert "does not lead to a finite number" in panel.text()


@pytest.mark.parametrize("width", [240, 320, 420])
@pytest.mark.parametrize("term", [Term("W2", (0, 4)), Term("delta1", (3,)), Term("a0", (60,))])
def test_it_fits_into_little_width(panel, term, width):
    panel.resize(width, 700)
    panel.set_numbers(NumberFormat(12))
    panel.install_plots()
    show(panel, run_of("digits", 1), term)
    assert panel.width() == width
    assert panel.area.widget().minimumSizeHint().width() <= 220
    assert panel.area.widget().width() <= width


def terms_of(table):
    return [term for cells in table._model.rows for term in cells if term is not None]


@pytest.mark.parametrize("width", [190, 220, 260])
@pytest.mark.parametrize("term", [Term("a1", (2,)), Term("delta2", (1,)), Term("W1", (2, 1))])
@pytest.mark.parametrize("digits", [6, 12])
def test_numbers_are_never_cut(panel, term, width, digits, qtbot):
    panel.setMinimumWidth(0)
    panel.resize(width, 700)
    panel.set_numbers(NumberFormat(digits))
    show(panel, run_of("2-3-2", 30), term)
    # Once the scroll bar has come, if there is one.
    qtbot.waitUntil(lambda: panel.area.widget().width() == panel.area.viewport().width())
    for table in panel._tables:
        for each in terms_of(table) if table.isVisible() else ():
            room, text = table.painted_value(each)
            assert "…" not in text
            assert table.fontMetrics().horizontalAdvance(text) <= room.width()
            assert table.place_of(each).contains(room)
            assert room.height() >= table.fontMetrics().height()
    labels = [panel._value, *(panel.check.numbers() if panel.check.isVisible() else ())]
    for label in labels:
        assert "…" not in label.text()
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
    if panel.check.isVisible():  # All digits, so that the two can be compared.
        check = panel.check._check
        shown = [label.text() for label in panel.check.numbers()[:2]]
        assert shown == [NumberFormat(12).text(each) for each in (check.analytic, check.numeric)]


def test_changes_by_hand_are_listed_and_marked_in_the_history(panel, qtbot):
    timeline = run_of("2-3-2", 12)
    old = float(timeline.state_at(4)["W1"][0, 0])
    timeline = timeline.edited(Edit(4, "W1", (0, 0), 2.5))
    timeline.train(20)
    panel.install_plots()
    show(panel, timeline, Term("W1", (0, 0)))
    assert panel.changes.isVisible()
    line = f"iteration 4: {NumberFormat().text(old)} → 2.5"
    assert panel.changes.lines() == ["Changed by hand", line]
    assert panel.changes.list.toolTip() == f"iteration 4: {full(old)} → 2.5"
    plot = panel.history.plot
    places = drawn(plot._changes)
    assert [x for x, _ in places] == [pytest.approx(4 / 23)] * 2
    panel.grab()
    move(plot.viewport, plot.place_of(4))
    assert plot.hint_text() == "iteration 4 · 2.5 · changed by hand"
    move(plot.viewport, plot.place_of(5))
    assert "by hand" not in plot.hint_text()
    column = plot.place_of(4).x()
    image = plot.viewport.grab().toImage()
    colours = [image.pixelColor(column + x, y) for x in (-1, 0, 1) for y in range(image.height())]
    assert themes.LIGHT.accent in {colour.name() for colour in colours}
    show(panel, timeline, Term("W1", (1, 0)))
    assert panel.changes.isHidden()
    assert drawn(plot._changes) == []


@pytest.mark.qt_log_ignore(
    "does not support (raise|grabbing)"
)  # the list, where there is no screen
def test_a_class_is_chosen_from_a_list_that_opens_by_keyboard(panel, qtbot):
    timeline = run_of("iris")
    show(panel, timeline, Term("t", (0,)), sample=3)
    row = timeline.frame().samples[3]
    now = int(timeline.frame().after["t"][:, 3].argmax())
    names = timeline.experiment.data.target_names
    assert panel.edit.field.isHidden()  # Cross-entropy takes whole one-hot rows.
    assert panel.edit.heading.text() == "What if the class were"
    assert panel.edit.classes.currentText() == names[now]
    asked = []
    panel.edit_requested.connect(asked.append)
    classes = panel.edit.classes
    classes.setFocus()
    qtbot.keyClick(classes, Qt.Key.Key_Down)
    assert asked == []
    assert classes.view().isVisible()
    other = (now + 1) % 3
    qtbot.keyClick(classes.view(), Qt.Key.Key_Down if other > now else Qt.Key.Key_Home)
    qtbot.keyClick(classes.view(), Qt.Key.Key_Return)
    assert asked == [("class", (row,), float(other))]


def test_keys_and_wheel_choose_no_class_in_passing(panel, qtbot):
    show(panel, run_of("iris"), Term("t", (0,)))
    asked = []
    panel.edit_requested.connect(asked.append)
    before = panel.edit.classes.currentIndex()
    panel.edit.classes.setFocus()
    for key in (Qt.Key.Key_V, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_Right):
        qtbot.keyClick(panel.edit.classes, key)
    centre = QPointF(panel.edit.classes.rect().center())
    turn = QWheelEvent(
        centre,
        panel.edit.classes.mapToGlobal(centre),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(panel.edit.classes, turn)
    assert panel.edit.classes.currentIndex() == before
    assert asked == []


def test_both_a_target_and_the_class_can_be_changed_where_the_loss_takes_either(panel):
    timeline = Timeline(
        replace(
            experiment_json.read(FOLDER / "iris.gradwalk.json"), loss=LOSSES["half_squared_error"]
        )
    )
    show(panel, timeline, Term("t", (0,)))
    assert panel.edit.field.isVisible()
    assert panel.edit.classes.isVisible()
    show(panel, run_of("2-3-2"), Term("t", (0,)))
    assert panel.edit.field.isVisible()
    assert panel.edit.classes.isHidden()


def test_enter_unfolds_a_long_list(panel, qtbot):
    show(panel, run_of("digits"), Term("z1", (3,)))
    panel.incoming.more.setFocus()
    qtbot.keyClick(panel.incoming.more, Qt.Key.Key_Return)
    assert len(panel.incoming.lines()) == 66


@pytest.mark.parametrize("value", [-0.00012345678901234567, -1.2345678901234567e-10])
def test_the_whole_double_can_be_read_in_the_field_at_the_least_width(panel, value):
    panel.resize(220, 500)
    timeline = run_of("2-3-2").edited(Edit(0, "W1", (0, 0), value))
    show(panel, timeline, Term("W1", (0, 0)))
    QApplication.processEvents()
    field = panel.edit.field
    assert field.width() < 190
    assert field.fontMetrics().horizontalAdvance(full(value)) <= field.text_room()


def test_in_the_update_phase_weights_are_those_the_iteration_multiplied(panel):
    timeline = run_of("2-3-2", 3)
    show(panel, timeline, Term("a1", (0,)))
    old, new = timeline.state_at(2), timeline.frame().after
    weight = Term("W2", (1, 0))
    assert panel.outgoing.value_of(weight) == float(old["W2"][1, 0]) != float(new["W2"][1, 0])
    for section in (panel.incoming_section, panel.outgoing_section):
        assert "weights from before the update" in section.caption.text()
    show(panel, timeline, weight)
    assert panel.own.value_of(weight) == float(new["W2"][1, 0])
    assert panel.own.words_of(weight) == "new"
    old_text = NumberFormat().text(float(old["W2"][1, 0]))
    assert f"new; {old_text} before the update" in panel.text()


def test_before_the_update_nothing_is_said_of_it(panel):
    timeline = run_of("2-3-2", 3, Position(3, 0))
    show(panel, timeline, Term("a1", (0,)))
    assert "before the update" not in panel.text()
    show(panel, timeline, Term("W2", (1, 0)))
    assert panel.own.words_of(Term("W2", (1, 0))) == "weight"


@pytest.mark.parametrize("theme", [themes.LIGHT, themes.DARK])
def test_the_plots_follow_the_theme(panel, theme):
    panel.install_plots()
    show(panel, run_of("2-3-2", 20), Term("W1", (0, 0)))
    panel.set_theme(theme)
    for plot in (panel.history.plot, panel.slice.plot):
        image = plot.viewport.grab().toImage()
        colours = {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
        }
        assert {theme.surface, theme.positive} <= colours


def test_escape_and_the_button_close_it(panel, qtbot):
    show(panel, run_of("2-3-2", 1), Term("W1", (0, 0)))
    closed = []
    panel.closed.connect(lambda: closed.append(True))
    panel.edit.field.setFocus()
    qtbot.keyClicks(panel.edit.field, "7")
    qtbot.keyClick(panel.edit.field, Qt.Key.Key_Escape)
    assert closed == []  # Only takes back what was typed.
    qtbot.keyClick(panel.edit.field, Qt.Key.Key_Escape)
    assert closed == []  # Only leaves the field.
    assert not panel.edit.field.hasFocus()
    panel.own.view.setFocus()
    qtbot.keyClick(panel.own.view, Qt.Key.Key_Escape)
    qtbot.mouseClick(panel._close, Qt.MouseButton.LeftButton)
    assert closed == [True, True]


def test_everything_that_takes_the_focus_has_a_name(panel):
    panel.install_plots()
    show(panel, run_of("digits", 1), Term("a1", (0,)))
    widgets = [panel.edit.field, panel._close, panel.own.view, panel.incoming.view]
    widgets += [panel.outgoing.view, panel.incoming.more, panel.history.plot, panel]
    show(panel, run_of("2-3-2", 1), Term("W1", (0, 0)))
    assert all(widget.accessibleName() for widget in [*widgets, panel.slice.plot])


def test_tab_goes_through_it_from_top_to_bottom_and_keeps_the_focus_in_sight(panel, qtbot):
    panel.resize(220, 400)
    panel.install_plots()
    timeline = run_of("2-3-2", 5)
    show(panel, timeline, Term("W1", (0, 0)))
    views = [each.view for each in (panel.own, panel.incoming, panel.outgoing)]
    panel.edit.field.setFocus()
    for widget in (panel.edit.field, *views, panel.slice.nearer):
        assert QApplication.focusWidget() is widget
        QApplication.processEvents()
        place = widget.mapTo(panel.area.viewport(), QPoint(0, 0))
        assert 0 <= place.y() < panel.area.viewport().height()
        qtbot.keyClick(widget, Qt.Key.Key_Tab)


def test_a_wide_letter_leaves_the_title_its_room(panel):
    panel.resize(220, 500)
    timeline = run_of("iris", 1)
    show(panel, timeline, Term("dW2", (2, 0)))
    QApplication.processEvents()
    assert panel._title.y() >= panel._letter.geometry().bottom()
    assert panel._title.height() <= 2 * panel._title.fontMetrics().lineSpacing() + 4
    show(panel, timeline, Term("b2", (0,)))
    QApplication.processEvents()
    assert panel._title.x() > panel._letter.geometry().right()
