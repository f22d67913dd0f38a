from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from engine.formats import experiment_json
from engine.position import Position
from engine.timeline import Timeline
from gui.numbers import NumberFormat
from gui.sentences import Names, sentence
from gui.views.words import WordsView


@pytest.fixture
def timeline():
    return Timeline(experiment_json.read(Path("resources/examples/xor.gradwalk.json")))


@pytest.fixture
def view(qtbot):
    made = WordsView()
    qtbot.addWidget(made)
    made.resize(320, 160)
    made.show()
    return made


def test_the_sentence_of_the_frame_is_shown(view, timeline):
    assert view.text() == ""
    frame = timeline.seek(Position(0, 0, (1,)))
    view.show_frame(frame)
    assert view.text() == sentence(frame, NumberFormat(), Names())
    assert view.accessibleDescription() == view.text()


def test_digits_names_and_sample_change_the_sentence(view, timeline):
    frame = timeline.seek(Position(0, 3, (0,)))
    view.show_frame(frame)
    view.set_numbers(NumberFormat(3))
    view.set_names(Names(target_names=("answer",)))
    view.set_sample(2)
    assert view.text() == sentence(frame, NumberFormat(3), Names((), ("answer",)), 2)
    assert "output answer" in view.text()
    assert "sample 3 of 4" in view.text()


def test_the_text_wraps_and_can_be_selected(view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    label = view.findChild(QLabel)
    assert label.wordWrap()
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    label.setSelection(0, 14)
    assert label.selectedText() == "Pre-activation"


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space])
def test_step_keys_are_left_to_the_window(view, timeline, key):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    label = view.findChild(QLabel)
    assert label.focusPolicy() == Qt.FocusPolicy.TabFocus
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(label, event)
    assert not event.isAccepted()


def test_the_text_grows_with_the_window(view, timeline):
    label = view.findChild(QLabel)
    before = label.font().pointSizeF()
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    assert label.font().pointSizeF() == pytest.approx(2 * before)
