"""The window, by keys and clicks: what is pressed in, what is shown out."""

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton

from engine.formats import experiment_json
from engine.position import START
from engine.program import Granularity
from engine.timeline import Timeline
from gui import examples
from gui.numbers import NOT_COMPUTED, NumberFormat
from gui.playback import Mode
from tests.examples import FOLDER

pytestmark = pytest.mark.window

NUMBERS = NumberFormat(6)


def press(qtbot, window, *keys):
    # Shortcuts are the active window's; a list or a dialog that has closed may leave none active.
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for key in keys:
        sequence = QKeySequence(key)[0]
        qtbot.keyClick(window, sequence.key(), sequence.keyboardModifiers())


def reads_as(text, value):
    """Whether a text on screen is that number, to the digits shown."""
    return any(text == NumberFormat(digits).text(value) for digits in range(2, 13))


def shown(window):
    """Everything that the views say about the Step stood on."""
    frame = window.controller.moment().frame
    names = [*frame.after, *(step.writes for step in frame.program.steps)]
    nodes = {}
    for name in dict.fromkeys(names):
        shape = (*frame.program.shape(name, 1), 1, 1)[:2]
        for row in range(shape[0]):
            for column in range(shape[1]):
                nodes[name, row, column] = window.study.network.text_of(name, row, column)
    return (
        window.study.equation.plain_text(),
        window.study.words.text(),
        window.status_text(),
        tuple(sorted(nodes.items())),
    )


def test_it_opens_on_the_first_delta_with_its_numbers(window):
    frame = window.controller.moment().frame
    assert frame.step.writes == "delta2"
    assert frame.position.element == (0,)
    delta = NUMBERS.text(frame.value("delta2", 0))
    assert delta in window.study.equation.plain_text()
    assert window.study.network.text_of("delta2", 0) != NOT_COMPUTED
    assert window.study.network.text_of("delta2", 1) in ("", NOT_COMPUTED)
    assert window.hint_text() == "→ next step, ← back, Space run"


@pytest.mark.parametrize("granularity", list(Granularity)[:4])
def test_a_whole_iteration_forward_and_back_shows_the_same(qtbot, window, granularity):
    press(qtbot, window, "Home", str(1 + list(Granularity).index(granularity)))
    seen = [(window.controller.position, shown(window))]
    while window.controller.position.iteration < 2:
        press(qtbot, window, "Right")
        seen.append((window.controller.position, shown(window)))
    assert len({texts for _, texts in seen}) == len(seen)  # Every step shows something new.
    for position, texts in reversed(seen[:-1]):
        press(qtbot, window, "Left")
        assert window.controller.position == position
        assert shown(window) == texts
    assert window.controller.position == START


def test_back_through_the_update_shows_the_old_weight(qtbot, window):
    press(qtbot, window, "PgDown")
    before = window.study.network.text_of("W1", 0, 0)
    assert window.controller.position.iteration == 0
    press(qtbot, window, "Ctrl+Left", "Ctrl+Left")  # Past the gradients, which edges show too.
    old = window.study.network.text_of("W1", 0, 0)
    assert old != before
    assert reads_as(old, window.controller.moment().frame.before["W1"][0, 0])


def test_what_is_not_computed_shows_as_such(qtbot, window):
    press(qtbot, window, "Home")
    for name in ("z1", "a1", "delta1"):
        assert window.study.network.text_of(name, 0) in ("", NOT_COMPUTED)
    assert "E not computed yet" in window.status_text()
    press(qtbot, window, "3", "Right", "Right")
    assert window.study.network.text_of("a1", 0) not in ("", NOT_COMPUTED)
    assert window.study.network.text_of("a2", 0) in ("", NOT_COMPUTED)


def test_back_is_disabled_at_the_start_and_nowhere_else(qtbot, window):
    press(qtbot, window, "Home")
    assert not window.actions_by_name["back"].isEnabled()
    press(qtbot, window, "Left", "PgUp")
    assert window.controller.position == START
    press(qtbot, window, "Right")
    assert window.actions_by_name["back"].isEnabled()


def test_space_runs_and_pauses_at_once(qtbot, window):
    press(qtbot, window, "+", "+", "+", "+")
    before = window.controller.position
    press(qtbot, window, "Space")
    qtbot.waitUntil(lambda: window.controller.position.step >= before.step + 3)
    press(qtbot, window, "Space")
    paused = window.controller.position
    assert window.playback.is_stopped
    assert window.controller.position == paused


def test_stepping_while_running_pauses_first(qtbot, window):
    press(qtbot, window, "Space", "Left")
    assert window.playback.is_stopped


def test_training_at_full_speed_can_be_stopped_and_travelled(qtbot, window):
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 500)
    press(qtbot, window, "Ctrl+T")
    assert window.playback.mode is Mode.STOPPED
    completed = window.controller.completed
    reference = Timeline(experiment_json.read(examples.path("2-3-2")))
    reference.train(completed)
    assert window.controller.moment().frame.error == reference.losses[-1]
    press(qtbot, window, "PgUp")
    assert window.controller.position.iteration == completed - 2


def test_the_exported_file_predicts_what_the_window_shows(qtbot, window, tmp_path, monkeypatch):
    path = tmp_path / "weights.npz"
    press(qtbot, window, *["PgDown"] * 5)
    asked = []

    def choose(_parent, title, *_):
        asked.append(title)
        return str(path), ""

    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getSaveFileName", choose)
    press(qtbot, window, "Ctrl+E")
    assert asked == ["Export the weights after 5 iterations"]
    press(qtbot, window, "4", "Right")  # The forward phase of the next iteration.
    with np.load(path, allow_pickle=False) as file:
        a = window.controller.moment().frame.after["a0"]
        for number in (1, 2):
            a = 1 / (1 + np.exp(-(file[f"W{number}"] @ a + file[f"b{number}"])))
    for unit in range(2):
        assert reads_as(window.study.network.text_of("a2", unit), a[unit, 0])


def test_a_write_that_fails_is_told_in_one_sentence(qtbot, window, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getSaveFileName",
        lambda *_: (str(tmp_path / "none" / "weights.npz"), ""),
    )
    press(qtbot, window, "Ctrl+E")
    assert window.told == ["weights.npz cannot be written: no such file or directory"]


def test_a_bad_file_leaves_the_open_experiment_as_it_is(window, tmp_path):
    before = shown(window)
    bad = tmp_path / "bad.gradwalk.json"
    bad.write_text("{", encoding="utf-8")
    assert not window.filing.open_file(bad)
    assert window.told == ["bad.gradwalk.json is incomplete"]
    assert shown(window) == before


def test_a_position_that_cannot_be_leaves_the_open_experiment_as_it_is(window, tmp_path):
    before = shown(window)
    value = json.loads((FOLDER / "xor.gradwalk.json").read_text(encoding="utf-8"))
    value["position"] = {"iteration": 0, "step": 500}
    bad = tmp_path / "bad.gradwalk.json"
    bad.write_text(json.dumps(value), encoding="utf-8")
    assert not window.filing.open_file(bad)
    assert len(window.told) == 1
    assert shown(window) == before


def test_reset_keeps_the_weights_and_a_new_seed_changes_them(qtbot, window):
    press(qtbot, window, "Home")
    first = shown(window)
    press(qtbot, window, "PgDown", "PgDown", "Ctrl+R")
    assert shown(window) == first
    press(qtbot, window, "Ctrl+Shift+R")
    assert window.controller.position == START
    assert window.study.network.text_of("W1", 0, 0) != dict(first[3])["W1", 0, 0]


def test_space_never_presses_a_focused_toolbar_button(qtbot, window):
    action = window.actions_by_name["reset"]
    button = next(
        each for each in window.findChildren(QToolButton) if each.defaultAction() is action
    )
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.playback.mode is Mode.RUNNING
    window.playback.stop()
    assert window.controller.position != START  # Reset would have gone there.


@pytest.mark.parametrize("name", list(examples.titles()))
def test_every_example_of_the_picker_opens_and_steps(qtbot, window, name):
    box = window.transport.example
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())
    assert window.told == []
    experiment = experiment_json.read(examples.path(name))
    assert window.controller.position == experiment.position
    press(qtbot, window, "Right", "Right", "PgDown", "Left")
    assert window.told == []
    assert experiment.title in window.windowTitle()


def test_closing_and_opening_again_comes_back_to_where_one_was(qtbot, open_window, tmp_path):
    from gui.app import SESSION, remember_session

    first = open_window("xor")
    press(qtbot, first, "PgDown", "PgDown", "Right", "Right")
    texts = shown(first)
    first.close()
    remember_session(first.filing, tmp_path)
    again = open_window(session=tmp_path / SESSION)
    assert shown(again) == texts
    assert again.transport.example.currentData() == "xor"


def test_a_damaged_session_opens_the_first_example(open_window, tmp_path):
    session = tmp_path / "session.gradwalk.json"
    session.write_text("not json", encoding="utf-8")
    window = open_window(session=session)
    assert window.controller.moment().frame.step.writes == "delta2"
    assert window.told == []


def test_a_click_on_the_loss_plot_travels_there(qtbot, window):
    press(qtbot, window, *["PgDown"] * 9)
    loss = window.study.loss
    qtbot.mouseClick(loss.viewport(), Qt.MouseButton.LeftButton, pos=loss.place_of(4))
    assert window.controller.position.iteration == 4


def test_a_click_on_a_tick_of_the_timeline_goes_to_that_step(qtbot, window):
    bar = window.study.timeline_bar
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tick_centre(2))
    assert window.controller.moment().frame.step.writes == "z2"


def test_a_fault_of_ours_is_told_and_lets_one_save(qtbot, window, tmp_path, monkeypatch):
    from gui.crash import CrashReporter

    path = tmp_path / "rescued.gradwalk.json"
    monkeypatch.setattr("gui.dialogs.ask_after_crash", lambda *_: True)
    monkeypatch.setattr("gui.dialogs.ask_where_to_save", lambda *_: path)
    press(qtbot, window, "PgDown")
    reporter = CrashReporter()
    reporter.crashed.connect(window.show_crash)
    error = RuntimeError("boom")
    reporter.report(RuntimeError, error, None)
    assert experiment_json.read(path).position == window.controller.position


def test_all_keys_are_listed_from_the_actions_themselves(qtbot, window):
    from gui.dialogs import KeySheet

    press(qtbot, window, "F1")
    sheet = window.findChild(KeySheet)
    text = sheet.sheet.toPlainText()
    for name in ("step", "back", "run", "train", "reset", "reseed", "export"):
        for key in window.actions_by_name[name].shortcuts():
            assert key.toString(QKeySequence.SequenceFormat.NativeText) in text
    sheet.close()


def test_the_theme_changes_every_part_of_the_window(qtbot, window):
    def lightness(part):
        small = part.grab().toImage().scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation)
        return small.pixelColor(0, 0).lightnessF()

    study = window.study
    views = (study.network, study.equation, study.matrices, study.words, study.loss)
    parts = (*views, study.function, study.timeline_bar, window.experiment_panel, window.menuBar())
    assert all(lightness(part) > 0.7 for part in parts)
    window.actions_by_name["theme"].trigger()
    qtbot.waitUntil(lambda: all(lightness(part) < 0.4 for part in parts))


def test_the_text_grows_and_comes_back_to_its_normal_size(qtbot, window):
    before = window.font().pointSizeF()
    press(qtbot, window, "Ctrl++")
    qtbot.waitUntil(lambda: window.font().pointSizeF() > before)
    press(qtbot, window, "Ctrl+0")
    qtbot.waitUntil(lambda: window.font().pointSizeF() == pytest.approx(before))


def test_at_the_end_of_what_a_run_may_have_forward_is_not_offered(qtbot, window, monkeypatch):
    monkeypatch.setattr("gui.furnishing.MAX_ITERATIONS", 3)
    press(qtbot, window, "PgDown", "PgDown")
    assert window.actions_by_name["step"].isEnabled()
    press(qtbot, window, "PgDown", "PgDown")
    assert window.controller.completed == 3
    for name in ("step", "phase_next", "iteration_next", "run", "train"):
        assert not window.actions_by_name[name].isEnabled()
    press(qtbot, window, "Left")
    assert window.actions_by_name["step"].isEnabled()
