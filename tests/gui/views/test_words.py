from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
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
    assert view.focusPolicy() == Qt.FocusPolicy.TabFocus
    for each in (view, view.findChild(QLabel)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(each, event)
        assert not event.isAccepted()


def test_no_text_caret_ever_shows(qtbot, view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    label = view.findChild(QLabel)
    by_keyboard = Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert not label.textInteractionFlags() & by_keyboard
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    assert not label.hasFocus()


def test_what_has_no_room_is_scrolled_to(qtbot, view, timeline):
    bar = view.verticalScrollBar()
    view.resize(320, 300)
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    QApplication.processEvents()
    assert not bar.isVisible()
    view.resize(320, 40)
    QApplication.processEvents()
    assert bar.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert bar.value() > 0
    bar.setValue(bar.maximum())
    label = view.findChild(QLabel)
    assert label.geometry().bottom() <= view.viewport().rect().bottom()
    view.show_frame(timeline.seek(Position(0, 1, (1,))))
    assert bar.value() == 0


def test_copying_takes_the_whole_sentence_or_what_is_selected(qtbot, view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    copy = Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(view, *copy)
    assert QApplication.clipboard().text() == view.text()
    view.findChild(QLabel).setSelection(0, 14)
    qtbot.keyClick(view, *copy)
    assert QApplication.clipboard().text() == "Pre-activation"


def test_the_text_grows_with_the_window(view, timeline):
    label = view.findChild(QLabel)
    before = label.font().pointSizeF()
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    assert label.font().pointSizeF() == pytest.approx(2 * before)
