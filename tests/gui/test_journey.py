"""Places in a run: by number, by bookmark, back and forward; in the real window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from engine.fitting import resized
from engine.position import START
from gui import dialogs
from tests.gui.mouse import drag
from tests.gui.test_main_window import press, shown

pytestmark = pytest.mark.window


def test_an_iteration_is_gone_to_by_its_number(qtbot, window, monkeypatch):
    monkeypatch.setattr("gui.dialogs.ask_iteration", lambda *_: 57)
    step = window.controller.position.step
    press(qtbot, window, "Ctrl+J")
    qtbot.waitUntil(lambda: window.playback.is_stopped)
    assert window.controller.position.iteration == 57
    assert window.controller.position.step == step


def typed_into(qtbot, text):
    dialog = dialogs.IterationDialog(4, 12, 1_000_000_000)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    field = dialog.choice.field
    assert field.text() == "4"
    qtbot.keyClicks(field, text)  # What is there is chosen, and typed over.
    return dialog, field


@pytest.mark.parametrize(("text", "iteration"), [("57", 57), ("1e3", 1000), ("0", 0)])
def test_enter_goes_to_the_iteration_as_it_is_typed(qtbot, application, text, iteration):
    dialog, field = typed_into(qtbot, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.choice.value() == iteration


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-1", "Iteration: −1, but it has to be from 0 to 1000000000"),
        ("2e9", "Iteration: 2000000000, but it has to be from 0 to 1000000000"),
        ("1.5", "Iteration: 1.5, but it has to be a whole number"),
        ("nan", "Iteration: nan is not a finite number."),
    ],
)
def test_what_is_no_iteration_is_explained_and_neither_cut_nor_gone_to(
    qtbot, application, text, reason
):
    dialog, field = typed_into(qtbot, text)
    assert dialog.reason.text() == reason
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert not dialog.go.isEnabled()
    assert field.text() == text


def test_a_cancelled_question_goes_nowhere(qtbot, window, monkeypatch):
    monkeypatch.setattr("gui.dialogs.ask_iteration", lambda *_: None)
    before = window.controller.position
    press(qtbot, window, "Ctrl+J")
    assert window.controller.position == before


def test_places_left_by_a_jump_are_gone_back_to_and_forward_again(qtbot, window):
    first = window.controller.position
    press(qtbot, window, "PgDown", "PgDown", "Right")
    second = window.controller.position
    press(qtbot, window, "Home")
    assert window.controller.position == START
    press(qtbot, window, "Ctrl+[")
    assert window.controller.position == second
    press(qtbot, window, "Ctrl+]")
    assert window.controller.position == START
    assert first != second


def test_steps_are_no_jumps(qtbot, window):
    assert not window.actions_by_name["place_back"].isEnabled()
    press(qtbot, window, "Right", "PgDown", "Left")
    assert not window.actions_by_name["place_back"].isEnabled()
    press(qtbot, window, "Home")
    assert window.actions_by_name["place_back"].isEnabled()


def test_a_drag_is_one_jump_however_many_places_it_passes(qtbot, window):
    press(qtbot, window, *["PgDown"] * 60)
    before, bar = window.controller.position, window.study.timeline_bar
    seen = []
    window.controller.moment_changed.connect(lambda moment: seen.append(moment.frame.position))
    drag(bar, [bar.place_of(iteration) for iteration in (50, 40, 30, 20)])
    qtbot.waitUntil(lambda: window.controller.position.iteration == 20)
    assert len(seen) > 1
    press(qtbot, window, "Ctrl+[")
    assert window.controller.position == before
    assert not window.actions_by_name["place_back"].isEnabled()


def test_a_place_that_one_stayed_at_is_gone_back_to(qtbot, window, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("gui.journey.monotonic", lambda: clock[0])
    press(qtbot, window, *["PgDown"] * 60)
    bar = window.study.timeline_bar
    for iteration in (40, 10):
        drag(bar, [bar.place_of(iteration)])
        clock[0] += 1.0
    press(qtbot, window, "Ctrl+[")
    assert window.controller.position.iteration == 40


def test_a_bookmark_leads_back_to_the_very_same_place(qtbot, window, monkeypatch):
    monkeypatch.setattr("gui.dialogs.ask_name", lambda *_: "the turn")
    press(qtbot, window, "PgDown", "Right", "Right")
    texts = shown(window)
    press(qtbot, window, "Ctrl+B", "End", "PgDown", "PgDown")
    assert shown(window) != texts
    menu = window.bookmarks_menu
    menu.aboutToShow.emit()
    entry = next(each for each in menu.actions() if each.text().startswith("the turn"))
    entry.trigger()
    assert shown(window) == texts


def test_a_bookmark_is_saved_with_the_experiment_and_can_be_removed(
    qtbot, window, monkeypatch, tmp_path
):
    file = tmp_path / "own.gradwalk.json"
    monkeypatch.setattr("gui.dialogs.ask_where_to_save", lambda *_: file)
    monkeypatch.setattr("gui.dialogs.ask_name", lambda *_: "here")
    press(qtbot, window, "Ctrl+B")
    assert window.isWindowModified()
    press(qtbot, window, "Ctrl+S")
    window.filing.open_file(file)
    assert [each.name for each in window.journey.bookmarks] == ["here"]
    window.study.timeline_bar.removal_requested.emit(window.journey.bookmarks[0])
    assert window.journey.bookmarks == ()


def test_bookmarks_and_breakpoints_outlive_a_change_and_its_undoing(qtbot, window, monkeypatch):
    monkeypatch.setattr("gui.dialogs.ask_name", lambda *_: "here")
    window._edit("learning_rate", (), 0.25)
    press(qtbot, window, "Ctrl+B", "F9")
    noted = window.controller.experiment.breakpoints
    press(qtbot, window, "Ctrl+Z")
    assert [each.name for each in window.journey.bookmarks] == ["here"]
    assert window.controller.experiment.breakpoints == noted != ()


def test_a_place_that_another_network_had_is_passed_over(qtbot, window):
    press(qtbot, window, "PgDown", "4", "Right", "Right", "Right", "Right", "Home")
    experiment = window.controller.described
    layers = (experiment.network.layers[-1],)
    smaller = replace(experiment, network=resized(replace(experiment.network, layers=layers), 2, 2))
    window.controller.restart(smaller)
    press(qtbot, window, "PgDown", "Ctrl+[")
    assert window.told == []
