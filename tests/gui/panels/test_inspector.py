"""The inspector, by clicks and keys, on runs of the examples."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from engine.checks import GradientCheck
from engine.expression import Term
from engine.formats import experiment_json
from engine.inspection import gradient_state, inspect
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
    ("example", "words"),
    [("2-3-2", "They do not agree."), ("digits", "kink")],
)
def test_a_gradient_that_is_wrong_is_said_to_be(panel, example, words):
    timeline = run_of(example, 1)
    found = inspect(timeline, Term("W1", (0, 3 if example == "digits" else 0)), 0)
    wrong = GradientCheck("dW1", (0, 0), analytic=0.5, numeric=0.25, step=6e-6)
    panel.show_inspection(replace(found, check=wrong))
    assert panel.check.verdict.text().startswith("✗")
    assert words in panel.check.verdict.text()


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
    QApplication.processEvents()
    assert panel.area.widget().width() == panel.area.viewport().width()
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
