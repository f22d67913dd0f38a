"""Filters do what an override of `event` would, and nothing once the widget is gone."""

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui.event_filters import keep_keys, on_event


class Field(QLineEdit):
    def __init__(self, parent=None):
        super().__init__(parent)
        self.heard = []
        on_event(self, QEvent.Type.FocusIn, self.take)
        keep_keys(self, lambda event: event.key() == Qt.Key.Key_Home)

    def take(self, event):
        self.heard.append(event.type())
        return False


@pytest.fixture
def window(application, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.field = Field(window)
    QVBoxLayout(window).addWidget(window.field)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.field.setFocus()
    qtbot.waitUntil(window.field.hasFocus)
    return window


def test_an_event_of_the_kind_is_heard_and_goes_on_to_qt(window):
    assert window.field.heard == [QEvent.Type.FocusIn]


@pytest.mark.parametrize(("key", "expected"), [(Qt.Key.Key_Home, []), (Qt.Key.Key_F5, ["taken"])])
def test_kept_keys_are_not_the_windows_shortcuts(window, qtbot, key, expected):
    taken = []
    QShortcut(key, window).activated.connect(lambda: taken.append("taken"))
    qtbot.keyClick(window.field, key)
    assert taken == expected


def test_what_is_raised_while_painting_is_told_and_the_program_goes_on(application, qtbot):
    class Faulty(Field):
        def paintEvent(self, _event):
            [][0]

    with qtbot.captureExceptions() as raised:
        faulty = Faulty()
        faulty.show()
        qtbot.waitUntil(lambda: bool(raised))
        faulty.hide()
    assert raised[0][0] is IndexError


def test_the_filter_of_a_widget_that_python_gives_up_is_silent(application, qtbot):
    gc.collect()
    with qtbot.captureExceptions() as raised:
        for _ in range(20):
            around = QWidget()
            around.field = Field(around)
            around.itself = around
            around.show()
            qtbot.waitExposed(around)
        del around
        gc.collect()
    assert raised == []


def test_a_filter_does_not_keep_its_widget(application):
    field = Field()
    gone = weakref.ref(field)
    del field
    assert gone() is None
