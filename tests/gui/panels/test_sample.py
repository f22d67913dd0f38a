"""The sample of the batch, on the real widget."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QSpinBox, QToolBar, QToolButton, QWidget

from engine.datasets import load
from engine.formats import experiment_json
from engine.position import Position
from engine.timeline import Timeline
from gui.panels.sample import SampleChooser


def run_of(name):
    return Timeline(experiment_json.read(Path(f"resources/examples/{name}.gradwalk.json")))


@pytest.fixture
def chooser_on(qtbot):
    def make(name, bar=None):
        timeline = run_of(name)
        chooser = SampleChooser()
        if bar is None:
            qtbot.addWidget(chooser)
        else:
            bar.addWidget(chooser)
        chooser.set_experiment(timeline.experiment)
        chooser.set_names(timeline.experiment.data.target_names)
        chooser.set_frame(timeline.frame())
        chooser.show()
        chooser.asked = []
        chooser.chosen.connect(chooser.asked.append)
        chooser.timeline = timeline
        return chooser

    return make


@pytest.fixture
def chooser(chooser_on):
    return chooser_on("iris")


def named(chooser, words):
    return next(each for each in chooser.findChildren(QToolButton) if words in each.toolTip())


def iris_name(row):
    data = load("iris")
    return data.target_names[data.targets[row].argmax()]


def test_it_says_which_sample_of_the_batch_is_looked_at(chooser):
    rows = chooser.timeline.frame().samples
    assert chooser.text() == f"sample 1 of 10 (row {rows[0] + 1}: {iris_name(rows[0])})"


def test_numbers_are_given_where_targets_are_not_classes(chooser_on):
    chooser = chooser_on("sine")
    row = chooser.timeline.frame().samples[0]
    assert f"(row {row + 1}: y " in chooser.text()


def test_a_class_of_one_output_is_told_by_its_name_and_value(chooser_on):
    chooser = chooser_on("xor")
    chooser.show_sample(1)
    assert chooser.text() == "sample 2 of 4 (row 2: x1 xor x2 1)"


@pytest.mark.parametrize(("name", "shown"), [("iris", True), ("2-3-2", False)])
def test_it_is_there_only_where_there_is_something_to_choose(chooser_on, name, shown):
    chooser = chooser_on(name)
    assert chooser.is_shown() is shown
    assert (chooser.sizeHint().width() > 0) is shown


def test_the_buttons_go_to_the_samples_beside_it(qtbot, chooser):
    left = Qt.MouseButton.LeftButton
    assert not named(chooser, "Previous").isEnabled()
    for words in ("Next", "Next", "Previous"):
        qtbot.mouseClick(named(chooser, words), left)
    assert chooser.asked == [1, 2, 1]
    assert chooser.text().startswith("sample 2 of 10")


def test_the_last_sample_has_none_after_it(chooser):
    chooser.show_sample(9)
    assert not named(chooser, "Next").isEnabled()
    assert named(chooser, "Previous").isEnabled()


def test_a_number_can_be_typed(qtbot, chooser):
    spin = chooser.findChild(QSpinBox)
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "7")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert chooser.asked == [6]


def test_showing_a_sample_does_not_choose_it(chooser):
    chooser.show_sample(4)
    assert chooser.column == 4
    assert chooser.asked == []


def test_another_batch_keeps_the_column_and_shows_its_own_row(chooser):
    chooser.show_sample(4)
    frame = chooser.timeline.seek(Position(1, 0, ()))
    chooser.set_frame(frame)
    assert chooser.text().startswith(f"sample 5 of 10 (row {frame.samples[4] + 1}: ")


def test_its_width_never_shrinks_while_stepping(chooser):
    widths = []
    for iteration in range(15):
        chooser.set_frame(chooser.timeline.seek(Position(iteration, 0, ())))
        QApplication.processEvents()
        widths.append(chooser.sizeHint().width())
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_a_smaller_batch_shows_its_last_sample_and_a_larger_one_the_chosen_again(chooser_on):
    chooser = chooser_on("digits")
    chooser.show_sample(31)
    small = chooser.timeline.seek(Position(56, 0, ()))
    assert small.batch == 1797 - 56 * 32
    chooser.set_frame(small)
    assert chooser.column == small.batch - 1
    chooser.set_frame(chooser.timeline.seek(Position(57, 0, ())))
    assert chooser.column == 31
    assert chooser.asked == []


def test_another_experiment_begins_at_the_first_sample(chooser):
    chooser.show_sample(4)
    other = run_of("digits")
    chooser.set_experiment(other.experiment)
    chooser.set_frame(other.frame())
    assert chooser.column == 0


def test_stepping_keys_stay_with_stepping_in_a_toolbar(qtbot, chooser_on):
    window, bar, stepped = QMainWindow(), QToolBar(), []
    qtbot.addWidget(window)
    window.addToolBar(bar)
    chooser = chooser_on("iris", bar)
    for key in ("Right", "Left", "Space"):
        action = QAction(window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked, key=key: stepped.append(key))
        window.addAction(action)
    drawing = QWidget()
    drawing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setCentralWidget(drawing)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    drawing.setFocus()
    qtbot.mouseClick(named(chooser, "Next"), Qt.MouseButton.LeftButton)
    assert chooser.asked == [1]
    assert drawing.hasFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space):
        qtbot.keyClick(drawing, key)
    assert stepped == ["Right", "Left", "Space"]
    assert chooser.asked == [1]


def test_everything_in_it_has_a_name(chooser):
    for part in (*chooser.findChildren(QToolButton), chooser.findChild(QSpinBox)):
        assert part.accessibleName()
