"""The study views in the real window: linked, looked closer at, edited, undone."""

import csv

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import Qt

from engine.expression import Term
from engine.formats import experiment_json
from engine.position import Position
from engine.timeline import Timeline
from gui import examples
from tests.gui.test_main_window import press, reads_as, shown

pytestmark = pytest.mark.window

LINKED = ("network", "equation", "matrices", "inspector")


def state_of(window):
    frame = window.controller.moment().frame
    return {name: array.copy() for name, array in frame.after.items()}


def type_into(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("source", LINKED)
def test_what_is_pointed_at_in_one_view_is_lit_in_all_others(window, monkeypatch, source):
    lit = {}
    for name in LINKED:
        monkeypatch.setattr(
            getattr(window.study, name), "set_lit", lambda term, name=name: lit.update({name: term})
        )
    term = Term("W2", (0, 1))
    getattr(window.study, source).hovered.emit(term)
    assert lit == {name: term for name in LINKED if name != source}


def test_a_click_pins_an_element_and_opens_the_inspector(qtbot, window):
    assert not window.study.inspector.isVisible()
    network, term = window.study.network, Term("W2", (0, 1))
    label = next(each for each in network.labels() if each.term == term)
    qtbot.mouseClick(network, Qt.MouseButton.LeftButton, pos=label.rect.center().toPoint())
    assert window.study.inspector.isVisible()
    value = window.controller.moment().frame.value("W2", 0, 1)
    assert repr(value).replace("-", "−") in window.study.inspector.text()
    window.study.inspector.closed.emit()
    assert not window.study.inspector.isVisible()
    assert window.summary.isVisible()


def test_an_edited_weight_changes_what_follows_and_undo_brings_it_back(qtbot, window):
    before, texts = state_of(window), shown(window)
    window.study.inspector.edit_requested.emit(("W1", (0, 0), 0.123456789012345678))
    after = state_of(window)
    assert after["W1"][0, 0] == 0.123456789012345678
    assert after["delta2"][0, 0] != before["delta2"][0, 0]
    assert window.controller.position == Position(0, 6, (0,))
    press(qtbot, window, "Ctrl+Z")
    assert shown(window) == texts
    for name, array in state_of(window).items():
        assert_array_equal(array, before[name])
    press(qtbot, window, "Ctrl+Shift+Z")
    for name, array in state_of(window).items():
        assert_array_equal(array, after[name])


def test_an_edit_in_the_course_of_a_run_leaves_what_was_before_it(qtbot, window):
    press(qtbot, window, *["PgDown"] * 6)
    press(qtbot, window, "Ctrl+Left")
    losses = window.controller.moment().losses.copy()
    window.study.inspector.edit_requested.emit(("b2", (1,), 3.0))
    assert_array_equal(window.controller.moment().losses[:5], losses[:5])
    assert window.controller.moment().losses[5] != losses[5]
    press(qtbot, window, "PgUp")
    reference = Timeline(experiment_json.read(examples.path("2-3-2")))
    reference.train(5)
    assert_array_equal(window.controller.moment().frame.after["W2"], reference.state_at(5)["W2"])


@pytest.mark.parametrize("edit", [("input", (0, 1), -4.0), ("target", (0, 0), 0.9)])
def test_inputs_and_targets_can_be_typed(window, edit):
    before = state_of(window)
    window.study.inspector.edit_requested.emit(edit)
    name = {"input": "a0", "target": "t"}[edit[0]]
    assert state_of(window)[name][edit[1][1], 0] == edit[2]
    assert state_of(window)["delta2"][0, 0] != before["delta2"][0, 0]


def test_the_learning_rate_is_typed_at_the_left_and_never_rounded(qtbot, window):
    type_into(qtbot, window.summary.rate, "1.23456789012345e-3")
    press(qtbot, window, "PgDown")
    frame = window.controller.moment().frame
    old, new = window.controller._timeline.state_at(0)["W1"], frame.after["W1"]
    step = old - 1.23456789012345e-3 * frame.after["dW1"]
    assert_array_equal(new, step)


def test_an_edit_that_cannot_be_is_told_and_changes_nothing(window):
    before = shown(window)
    window.study.inspector.edit_requested.emit(("W9", (0, 0), 1.0))
    assert len(window.told) == 1
    assert shown(window) == before
    assert not window.actions_by_name["undo"].isEnabled()


def test_stepping_is_travel_and_not_on_the_undo_stack(qtbot, window):
    press(qtbot, window, "Right", "Right", "PgDown")
    assert not window.actions_by_name["undo"].isEnabled()


def test_an_edited_run_is_kept_for_the_next_launch(qtbot, open_window, tmp_path):
    from gui.app import SESSION, remember_session

    first = open_window("xor")
    press(qtbot, first, "PgDown", "PgDown")
    first.study.inspector.edit_requested.emit(("W1", (0, 0), 2.5))
    press(qtbot, first, "PgDown", "Right")
    texts = shown(first)
    remember_session(first.filing, tmp_path)
    again = open_window(session=tmp_path / SESSION)
    assert shown(again) == texts


def test_the_chosen_sample_is_shown_in_every_view(open_window):
    window = open_window("iris")
    window.study.set_sample(3)
    frame = window.controller.moment().frame
    assert reads_as(window.study.network.text_of("a0", 0), frame.value("a0", 0, 3))
    delta = window.study.matrices.text_of("delta2", 0, 3)
    assert reads_as(delta, frame.value("delta2", 0, 3))
    assert "sample 4 of 10" in window.study.words.text()


def test_presentation_shows_the_lesson_larger_and_nothing_else(qtbot, window):
    points = window.font().pointSizeF()
    press(qtbot, window, "Shift+F5")
    qtbot.waitUntil(lambda: window.font().pointSizeF() > 1.3 * points)
    assert window.study.network.isVisible()
    assert window.study.equation.isVisible()
    assert not window.study.loss.isVisible()
    assert not window.summary.isVisible()
    press(qtbot, window, "Right", "Shift+F5")
    qtbot.waitUntil(lambda: window.font().pointSizeF() == pytest.approx(points))
    assert window.study.loss.isVisible()
    assert window.summary.isVisible()


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
