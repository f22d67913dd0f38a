"""The study views in the real window: linked, looked closer at, edited, undone."""

import csv

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QSpinBox

from engine.expression import Term
from engine.formats import experiment_json
from engine.timeline import Timeline
from gui import examples
from gui.numbers import NumberFormat, full
from tests.gui.test_main_window import press, reads_as, shown

pytestmark = pytest.mark.window


def bits_of(window):
    """Every number of the State stood on, to the last bit, and E of the whole run."""
    moment = window.controller.moment()
    state = {name: array.tobytes() for name, array in moment.frame.after.items()}
    return state, moment.losses.tobytes(), moment.frame.position


def click(qtbot, widget, place):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place.toPoint())


def pin_in_network(qtbot, window, term):
    """Clicks where the network has a number of this term, else the unit that it is of."""
    network = window.study.network
    label = next((each for each in network.labels() if each.term == term), None)
    if label is not None:
        click(qtbot, network, label.rect.center())
    else:
        scene = network._drawing.scene
        node = next(each for each in scene.nodes if term == Term(f"a{each.layer}", (each.unit,)))
        click(qtbot, network, QPointF(node.x, node.y))
    assert window.study.inspector._inspection.term == term


def type_into(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def change(qtbot, window, term, text):
    """Pins an element by a click and types another value for it."""
    pin_in_network(qtbot, window, term)
    type_into(qtbot, window.study.inspector.edit.field, text)


def value_shown(window):
    """The value at the head of the inspector."""
    return window.study.inspector.text().splitlines()[1]


def test_a_click_on_a_weight_pins_it_and_opens_the_inspector(qtbot, window):
    assert not window.study.inspector.isVisible()
    pin_in_network(qtbot, window, Term("W2", (0, 1)))
    assert window.study.inspector.isVisible()
    assert value_shown(window) == full(window.controller.moment().frame.value("W2", 0, 1))
    qtbot.keyClick(window.study.inspector.own.view, Qt.Key.Key_Escape)
    assert not window.study.inspector.isVisible()
    assert window.experiment_panel.isVisible()


def test_a_click_on_a_unit_pins_what_it_shows(qtbot, window):
    pin_in_network(qtbot, window, Term("a1", (2,)))
    assert value_shown(window) == full(window.controller.moment().frame.value("a1", 2))


@pytest.mark.parametrize("number", range(4))
def test_a_click_on_a_number_of_the_equation_pins_it(qtbot, window, number):
    equation = window.study.equation
    regions = [each for each in equation._laid_out().regions if each.term and each.term.indices]
    region = [each for each in regions if isinstance(each.term.indices[0], int)][number]
    click(qtbot, equation.viewport(), region.rect.center())
    assert window.study.inspector._inspection.term == region.term


@pytest.mark.parametrize(("number", "row"), [(0, 0), (0, 1), (1, 1)])
def test_a_click_on_a_cell_of_the_matrices_pins_its_element(qtbot, window, number, row):
    window.stage.tabs.setCurrentWidget(window.study.matrices)
    matrices = window.study.matrices
    cell = matrices.cell_rect(number, row, 0)
    click(qtbot, matrices.viewport(), cell.center())
    name = matrices.operands[number].name
    assert window.study.inspector._inspection.term == Term(name, (row,))


def test_a_row_of_the_inspector_leads_to_the_other_end_of_a_weight(qtbot, window):
    pin_in_network(qtbot, window, Term("W2", (0, 1)))
    table = window.study.inspector.incoming
    click(qtbot, table.view.viewport(), QPointF(table.place_of(Term("a1", (1,))).center()))
    assert window.study.inspector._inspection.term == Term("a1", (1,))


EDITS = [
    (Term("W1", (0, 0)), "W1", "0.12345678901234567"),
    (Term("W2", (1, 2)), "W2", "-1.5e-3"),
    (Term("b1", (1,)), "b1", "7"),
    (Term("a0", (1,)), "a0", "-4"),
    (Term("t", (0,)), "t", "0.9"),
]


@pytest.mark.parametrize(("term", "name", "typed"), EDITS)
def test_a_typed_number_changes_what_follows_and_undo_and_redo_restore_every_bit(
    qtbot, window, term, name, typed
):
    press(qtbot, window, *["PgDown"] * 5)
    press(qtbot, window, *["Ctrl+Left"] * 2)  # Stands in the backward phase.
    before, texts = bits_of(window), shown(window)
    change(qtbot, window, term, typed)
    after, after_texts = bits_of(window), shown(window)
    place = (*term.indices, 0)[:2]
    assert window.controller.moment().frame.after[name][place] == float(typed)
    assert after[0]["delta2"] != before[0]["delta2"]
    assert after[2] == before[2]
    for _ in range(2):
        press(qtbot, window, "Ctrl+Z")
        assert bits_of(window) == before
        assert shown(window) == texts
        press(qtbot, window, "Ctrl+Shift+Z")
        assert bits_of(window) == after
        assert shown(window) == after_texts


def test_undo_brings_the_run_back_bit_for_bit_as_far_as_it_had_come(qtbot, window):
    press(qtbot, window, *["PgDown"] * 8)
    reference = Timeline(experiment_json.read(examples.path("2-3-2")))
    reference.train(9)
    press(qtbot, window, *["PgUp"] * 5)
    at = window.controller.position.iteration
    change(qtbot, window, Term("W1", (1, 1)), "2")
    press(qtbot, window, *["PgDown"] * 3)
    press(qtbot, window, "Ctrl+Z")
    assert window.controller.position.iteration == at
    press(qtbot, window, "End")
    moment = window.controller.moment()
    iteration = moment.frame.position.iteration
    assert iteration >= 7
    *_, last = reference.states_of(iteration)
    assert {name: array.tobytes() for name, array in moment.frame.after.items()} == {
        name: array.tobytes() for name, array in last.items()
    }
    assert moment.losses.tobytes() == reference.losses[: len(moment.losses)].tobytes()


def test_undo_and_redo_take_several_edits_one_by_one(qtbot, window):
    seen = [bits_of(window)]
    for term, _, typed in EDITS:
        change(qtbot, window, term, typed)
        seen.append(bits_of(window))
    assert len({str(each) for each in seen}) == len(seen)
    for each in reversed(seen[:-1]):
        press(qtbot, window, "Ctrl+Z")
        assert bits_of(window) == each
    for each in seen[1:]:
        press(qtbot, window, "Ctrl+Shift+Z")
        assert bits_of(window) == each


def test_undo_while_typing_is_the_fields_and_then_the_windows(qtbot, window):
    before = bits_of(window)
    change(qtbot, window, Term("W1", (0, 0)), "3")
    after = bits_of(window)
    field = window.study.inspector.edit.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "9")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bits_of(window) == after
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    press(qtbot, window, "Ctrl+Z")
    assert bits_of(window) == before


def test_an_edit_in_the_course_of_a_run_leaves_what_was_before_it(qtbot, window):
    press(qtbot, window, *["PgDown"] * 6)
    press(qtbot, window, *["Ctrl+Left"] * 2)
    losses = window.controller.moment().losses.copy()
    change(qtbot, window, Term("b2", (1,)), "3")
    assert_array_equal(window.controller.moment().losses[:5], losses[:5])
    assert window.controller.moment().losses[5] != losses[5]
    changes = window.study.inspector.changes
    qtbot.waitUntil(lambda: "iteration 5: " in changes.list.text())  # Looked up when idle.
    press(qtbot, window, "PgUp")
    reference = Timeline(experiment_json.read(examples.path("2-3-2")))
    reference.train(5)
    assert_array_equal(window.controller.moment().frame.after["W2"], reference.state_at(5)["W2"])


@pytest.mark.qt_log_ignore(
    "does not support (raise|grabbing)"
)  # the list, where there is no screen
def test_another_class_of_a_sample_is_one_edit(qtbot, open_window):
    window = open_window("iris")
    before = bits_of(window)
    target = window.controller.moment().frame.after["t"][:, 0]
    pin_in_network(qtbot, window, Term("t", (0,)))
    classes = window.study.inspector.edit.classes
    classes.setFocus()
    qtbot.keyClick(classes, Qt.Key.Key_Down)
    others = [Qt.Key.Key_Home, Qt.Key.Key_End]
    qtbot.keyClick(classes.view(), others[0] if target[0] == 0 else others[1])
    qtbot.keyClick(classes.view(), Qt.Key.Key_Return)
    changed = window.controller.moment().frame.after["t"][:, 0]
    assert changed.tolist() == ([1, 0, 0] if target[0] == 0 else [0, 0, 1])
    after = bits_of(window)
    assert len(window.controller.experiment.edits) == 1
    press(qtbot, window, "Ctrl+Z")
    assert bits_of(window) == before
    press(qtbot, window, "Ctrl+Shift+Z")
    assert bits_of(window) == after
    assert window.told == []


def test_the_learning_rate_is_typed_at_the_left_and_never_rounded(qtbot, window):
    type_into(qtbot, window.experiment_panel.training.rate, "1.23456789012345e-3")
    press(qtbot, window, "PgDown")
    frame = window.controller.moment().frame
    old, new = window.controller._timeline.state_at(0)["W1"], frame.after["W1"]
    step = old - 1.23456789012345e-3 * frame.after["dW1"]
    assert_array_equal(new, step)


def test_undo_and_redo_of_a_learning_rate_restore_every_bit(qtbot, window):
    press(qtbot, window, *["PgDown"] * 3)
    before, texts = bits_of(window), shown(window)
    type_into(qtbot, window.experiment_panel.training.rate, "0.12345678901234567")
    press(qtbot, window, "PgDown", "PgUp")
    after, after_texts = bits_of(window), shown(window)
    assert window.controller.settings.optimizer.learning_rate == 0.12345678901234567
    assert after[0]["W1"] != before[0]["W1"]
    for _ in range(2):
        press(qtbot, window, "Ctrl+Z")
        assert bits_of(window) == before
        assert shown(window) == texts
        press(qtbot, window, "Ctrl+Shift+Z", "PgDown", "PgUp")
        assert (bits_of(window)[0], shown(window)) == (after[0], after_texts)


def test_an_edit_that_cannot_be_is_told_and_changes_nothing(qtbot, open_window):
    window = open_window("xor")
    before, texts = bits_of(window), shown(window)
    change(qtbot, window, Term("t", (0,)), "1.5")
    assert len(window.told) == 1
    assert "between 0 and 1" in window.told[0]
    assert (bits_of(window), shown(window)) == (before, texts)
    assert not window.actions_by_name["undo"].isEnabled()


def test_stepping_is_travel_and_not_on_the_undo_stack(qtbot, window):
    press(qtbot, window, "Right", "Right", "PgDown")
    assert not window.actions_by_name["undo"].isEnabled()


def test_an_edited_run_is_kept_for_the_next_launch(qtbot, open_window, tmp_path):
    from gui.app import SESSION, remember_session

    first = open_window("xor")
    press(qtbot, first, "PgDown", "PgDown")
    change(qtbot, first, Term("W1", (0, 0)), "2.5")
    press(qtbot, first, "PgDown", "Right")
    texts = shown(first)
    remember_session(first.filing, tmp_path)
    again = open_window(session=tmp_path / SESSION)
    assert shown(again) == texts


def test_the_chosen_sample_is_shown_in_every_view(qtbot, open_window):
    window = open_window("iris")
    spin = window.study.sample_chooser.findChild(QSpinBox)
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "3")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    frame = window.controller.moment().frame
    assert reads_as(window.study.network.text_of("a0", 0), frame.value("a0", 0, 3))
    delta = window.study.matrices.text_of("delta2", 0, 3)
    assert reads_as(delta, frame.value("delta2", 0, 3))
    assert NumberFormat().text(frame.value("delta2", 0, 3)) in window.study.equation.plain_text()
    assert "sample 4 of 10" in window.study.words.text()
    pin_in_network(qtbot, window, Term("a0", (0,)))
    assert value_shown(window) == full(frame.value("a0", 0, 3))


def test_presentation_shows_the_lesson_larger_and_nothing_else(qtbot, window):
    points = window.font().pointSizeF()
    press(qtbot, window, "Shift+F5")
    qtbot.waitUntil(lambda: window.font().pointSizeF() > 1.3 * points)
    assert window.study.network.isVisible()
    assert window.study.equation.isVisible()
    assert not window.study.loss.isVisible()
    assert not window.experiment_panel.isVisible()
    press(qtbot, window, "Right", "Shift+F5")
    qtbot.waitUntil(lambda: window.font().pointSizeF() == pytest.approx(points))
    assert window.study.loss.isVisible()
    assert window.experiment_panel.isVisible()


def test_a_window_that_becomes_tall_shows_equation_and_matrices_together(qtbot, window):
    study = window.study
    window.resize(1500, 1150)
    qtbot.waitUntil(lambda: min(study.equation.height(), study.matrices.height()) > 200)
    assert study.equation.isVisible()
    assert study.matrices.isVisible()
    assert not window.stage.tabs.isVisible()
    window.resize(1280, 800)
    qtbot.waitUntil(window.stage.tabs.isVisible)
    assert study.equation.isVisible()
    assert not study.matrices.isVisible()
    assert [window.stage.tabs.tabText(place) for place in range(2)] == ["Equation", "Matrices"]


def test_a_presentation_goes_on_when_the_window_is_opened_again(qtbot, open_window):
    first = open_window()
    points = first.font().pointSizeF()
    press(qtbot, first, "Shift+F5")
    first.close()
    window = open_window()
    qtbot.waitUntil(lambda: window.font().pointSizeF() > 1.3 * points)
    assert not window.study.loss.isVisible()
    assert not window.menuBar().isVisible()
    assert "Shift+F5" in window.notices.sentence
    qtbot.mouseClick(window.notices.offers()[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.font().pointSizeF() == pytest.approx(points))
    assert window.study.loss.isVisible()
    assert window.menuBar().isVisible()
    assert not window.notices.isVisible()
    assert not window.actions_by_name["present"].isChecked()


def test_another_example_leaves_a_presentation_as_it_is(qtbot, window):
    press(qtbot, window, "Shift+F5")
    window.filing.open_example("xor")
    assert not window.experiment_panel.isVisible()
    pin_in_network(qtbot, window, Term("W1", (0, 0)))
    assert window.study.inspector.isVisible()
    qtbot.keyClick(window.study.inspector.own.view, Qt.Key.Key_Escape)
    assert not window.stage.left.isVisible()
    press(qtbot, window, "Shift+F5")
    qtbot.waitUntil(window.experiment_panel.isVisible)


def test_the_line_of_help_takes_the_size_of_the_text_whatever_it_was_at_the_start(
    qtbot, open_window
):
    first = open_window()
    press(qtbot, first, *["Ctrl++"] * 4)
    first.close()
    again = open_window()
    press(qtbot, again, "Ctrl+0")
    assert again._hint.font().pointSizeF() == again._status.font().pointSizeF()


def test_more_digits_are_shown_everywhere(qtbot, window):
    value = window.controller.moment().frame.value("delta2", 0)
    for _ in range(6):
        press(qtbot, window, "Ctrl+Up")
    assert f"{abs(value):.12g}" in window.study.equation.plain_text()
    assert window._settings.digits == 12


def test_all_gradients_are_checked_against_finite_differences(qtbot, window):
    from gui.gradient.table import GradientTable

    press(qtbot, window, "Ctrl+G")
    table = window.findChild(GradientTable)
    parameters = 17
    qtbot.waitUntil(lambda: len(table.csv().splitlines()) == 1 + parameters)
    rows = list(csv.DictReader(table.csv().splitlines()))
    for row in rows:
        assert abs(float(row["analytic"]) - float(row["numeric"])) < 1e-9, row
    table.close()


def test_every_view_says_the_same_at_every_step_of_an_iteration(qtbot, window):
    press(qtbot, window, "Home", "1")
    while window.controller.position.iteration == 0:
        press(qtbot, window, "Right")
        frame = window.controller.moment().frame
        element = frame.focus[0] if frame.focus else ()
        if not element:
            continue
        row, column = (*element, 0)[:2]
        value = frame.value(frame.step.writes, row, column)
        text = window.looks.numbers.text(value)
        assert text in window.study.equation.plain_text()
        assert reads_as(window.study.matrices.text_of(frame.step.writes, row, column), value)
        assert np.isfinite(value)
