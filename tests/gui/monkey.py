"""A monkey at the real window: it does what a person could do with keys and a mouse.

Seeded, but playback goes by the clock: a fault may need a second run to be seen again. `acts` says
what was done last.
"""

import json
import shutil
from collections import deque
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)
from shiboken6 import isValid

from gui.dialogs import IterationDialog
from tests.examples import EXAMPLES
from tests.gui.mouse import drag

NO_KEY = Qt.KeyboardModifier.NoModifier
MODIFIERS = (
    NO_KEY,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
KEYS = tuple(
    QKeySequence(name)[0].key()
    for name in (
        "Left Right Up Down Tab Backtab Return Space Esc Home End PgUp PgDown Del Backspace Menu F2"
    ).split()
)
TEXTS = ("0.5", "1e-3", "-2", "1e308", "nan", "", "tanh", "2, 3", "0,5", "&word", "9" * 40)
ITERATIONS = (0, 1, 2, 9, 40)
SIZES = (QSize(1280, 800), QSize(1024, 640), QSize(900, 560), QSize(1700, 1000))
# Beyond this a fresh run to compare with takes too long.
LONGEST_RUN = 3000
# A dialog that opens a dialog that opens a dialog …
DEEPEST = 4


class Monkey:
    """Acts on one window; answers every dialog and every menu that comes up."""

    def __init__(self, window, random, folder, monkeypatch):
        self.window, self.random, self.folder = window, random, folder
        self.acts = deque(maxlen=25)
        self._depth = 0
        self._files = self._make_files()
        self._answer_dialogs(monkeypatch)
        # A scroll bar's menu and a few others are waited for inside Qt until something is chosen.
        self._watch = QTimer(window)
        self._watch.timeout.connect(self._choose_in_popups)
        self._watch.start(20)

    # Systematically

    def actions(self):
        """Every action of the window and of its menus, by what it is called."""
        found = {id(each): each for each in self.window.actions()}
        for menu in self.window.menuBar().findChildren(QMenu):
            menu.aboutToShow.emit()
            found.update({id(each): each for each in menu.actions() if not each.isSeparator()})
        return list(found.values())

    def trigger(self, action):
        if action.isEnabled() and action.menu() is None:
            self._did("action", action.objectName() or action.text())
            action.trigger()
            self._settle()

    def go_over(self, widget):
        """Points at, clicks, turns and presses keys at places all over a widget."""
        if not self._is_usable(widget):
            return
        for place in self._grid(widget):
            for act in (self._point, self._click, self._open_context_menu, self._turn):
                if self._is_usable(widget):
                    act(widget, place)
                    self._settle()
        for key in KEYS:
            for modifier in MODIFIERS[:2]:
                if self._is_usable(widget):
                    self._press(widget, key, modifier)
                    self._settle()

    def widgets(self):
        """What can be used in the window as it is."""
        return [each for each in self.window.findChildren(QWidget) if self._is_usable(each)]

    # At random

    def act(self):
        """One thing of all that can be done."""
        doing = self.random.choices(
            (self._some_action, self._some_key, self._some_place, self._some_text, self._resize,
             self._wait, self._drag),
            (10, 10, 20, 3, 1, 3, 4),
        )[0]  # fmt: skip
        doing()
        self._settle()

    def _some_action(self):
        self.trigger(self.random.choice(self.actions()))

    def _some_key(self):
        focused = QApplication.focusWidget() or self.window
        self._press(focused, self.random.choice(KEYS), self.random.choice(MODIFIERS))

    def _some_place(self):
        widget = self._some_widget()
        place = self._some_point(widget)
        acts = (self._point, self._click, self._open_context_menu, self._turn, self._double_click)
        self.random.choice(acts)(widget, place)

    def _some_text(self):
        fields = [each for each in self.widgets() if isinstance(each, QLineEdit)]
        if fields:
            self._type(self.random.choice(fields))

    def _type(self, field):
        text = self.random.choice(TEXTS)
        self._did("type", text[:10], field)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, self.random.choice(KEYS))

    def _resize(self):
        size = self.random.choice(SIZES)
        self._did("resize", size)
        self.window.resize(size)

    def _wait(self):
        milliseconds = self.random.choice((0, 1, 5, 20))
        self._did("wait", milliseconds)
        QTest.qWait(milliseconds)

    def _drag(self):
        widget = self._some_widget()
        places = [self._some_point(widget) for _ in range(self.random.randint(2, 5))]
        modifier = self.random.choice(MODIFIERS)
        self._did("drag", widget, modifier, *places)
        drag(widget, places, modifier)

    def _some_widget(self):
        return self.random.choice(self.widgets() or [self.window])

    def _some_point(self, widget):
        return QPoint(
            self.random.randrange(max(1, widget.width())),
            self.random.randrange(max(1, widget.height())),
        )

    # One thing at one place

    def _point(self, widget, place):
        self._did("point", widget, place)
        QTest.mouseMove(widget, place)
        if self._is_usable(widget):
            at = widget.mapToGlobal(place)
            QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, at))

    def _click(self, widget, place):
        button = self.random.choice(BUTTONS[:1] * 3 + BUTTONS)
        modifier = self.random.choice(MODIFIERS)
        self._did("click", widget, place, button, modifier)
        QTest.mouseClick(widget, button, modifier, place)

    def _double_click(self, widget, place):
        self._did("double click", widget, place)
        QTest.mouseDClick(widget, BUTTONS[0], NO_KEY, place)

    def _open_context_menu(self, widget, place):
        self._did("context menu", widget, place)
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))

    def _turn(self, widget, place):
        notch, modifier = self.random.choice((-120, 120, 30)), self.random.choice(MODIFIERS)
        self._did("wheel", widget, place, notch, modifier)
        turned = QWheelEvent(
            QPointF(place),
            QPointF(widget.mapToGlobal(place)),
            QPoint(),
            QPoint(0, notch),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, turned)

    def _press(self, widget, key, modifier):
        self._did("key", widget, Qt.Key(key).name, modifier)
        QTest.keyClick(widget, key, modifier)

    # What comes up

    def _settle(self):
        """Closes what came up, lets the window paint, and stays near the start of a run."""
        self._choose_in_popups()
        if self._depth == 0:
            self._use_dialogs()
        QApplication.processEvents()
        self._choose_in_popups()
        self.window.show()
        if self.window.controller.newest.iteration > LONGEST_RUN:
            self.window.playback.stop()
            self.window.controller.reset()

    def _choose_in_popups(self):
        for _ in range(DEEPEST):
            popup = QApplication.activePopupWidget()
            if popup is None:
                return
            self._choose_in(popup)
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    def _choose_in(self, popup):
        choices = [each for each in popup.actions() if each.isEnabled() and each.text()]
        if isinstance(popup, QMenu) and choices and self.random.random() < 0.7:
            choice = self.random.choice(choices)
            self._did("choose", choice.text())
            popup.setActiveAction(choice)
            QTest.keyClick(popup, Qt.Key.Key_Return)
        elif isinstance(popup, QMenu):
            QTest.keyClick(popup, Qt.Key.Key_Escape)
        else:
            listed = popup.findChild(QAbstractItemView) or popup
            key = self.random.choice((Qt.Key.Key_Up, Qt.Key.Key_Down))
            self._did("choose", Qt.Key(key).name, popup)
            QTest.keyClick(listed, key)
            QTest.keyClick(listed, Qt.Key.Key_Return)

    def _use_dialogs(self):
        for each in QApplication.topLevelWidgets():
            if isinstance(each, QDialog) and each.isVisible():
                self._use(each)

    def _use(self, dialog):
        """Tries some of a dialog that is open beside the window, and mostly closes it again."""
        for _ in range(3):
            usable = [each for each in dialog.findChildren(QWidget) if self._is_usable(each)]
            if usable:
                self._use_part(self.random.choice(usable))
        if self.random.random() < 0.8 or dialog.isModal():
            self._did("close", dialog)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            dialog.close()

    def _use_part(self, widget):
        if isinstance(widget, QLineEdit):
            self._type(widget)
        elif isinstance(widget, QComboBox):
            self._press(widget, Qt.Key.Key_Down, NO_KEY)
        else:
            self._click(widget, self._some_point(widget))
        self._choose_in_popups()

    # What asks and waits

    def _answer_dialogs(self, monkeypatch):
        execute = QDialog.exec

        def answered(dialog):
            if self._depth >= DEEPEST:
                return 0
            self._depth += 1
            QTimer.singleShot(0, dialog, partial(self._answer, dialog))
            try:
                return execute(dialog)
            finally:
                self._depth -= 1

        monkeypatch.setattr(QDialog, "exec", answered)
        monkeypatch.setattr(QMessageBox, "about", lambda *_: None)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", self._file_to_open)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", self._file_to_save)

    def _answer(self, dialog):
        try:
            if isinstance(dialog, IterationDialog):
                dialog.choice.field.setText(str(self.random.choice(ITERATIONS)))
            elif not isinstance(dialog, QMessageBox | QInputDialog):
                self._use(dialog)
            buttons = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible()]
            pushed = [each for each in buttons if each.isEnabled() and each.text()]
            if pushed and dialog.isVisible():
                button = self.random.choice(pushed)
                self._did("answer", dialog.windowTitle(), button.text())
                button.click()
        finally:
            if dialog.isVisible():
                dialog.done(0)

    def _make_files(self):
        bad = self.folder / "bad.gradwalk.json"
        bad.write_text(json.dumps({"format": "gradwalk"}))
        table = self.folder / "table.csv"
        table.write_text("x,y,class\n" + "".join(f"{n},{n * n},{n % 2}\n" for n in range(8)))
        copies = [Path(shutil.copy(each, self.folder)) for each in EXAMPLES]
        return [bad, table, self.folder / "missing.gradwalk.json", self.folder, *copies]

    def _file_to_open(self, *_, **__):
        chosen = self.random.choice([*self._files, ""])
        self._did("file to open", chosen)
        return str(chosen), ""

    def _file_to_save(self, _parent, _title="", suggested="", filters="", **__):
        name = self.random.choice(("own", "own.npz", "own.onnx", Path(suggested).name, "no/such"))
        chosen = self.random.choice((str(self.folder / name), ""))
        self._did("file to save", chosen)
        return chosen, self.random.choice(filters.split(";;"))

    # Notes

    def _is_usable(self, widget):
        # What was found before may have been deleted by what was done since.
        if not isValid(widget) or not (widget.isVisible() and widget.isEnabled()):
            return False
        return not widget.visibleRegion().isEmpty()

    def _grid(self, widget):
        """Places all over a widget: more on a larger one."""
        columns = 1 + widget.width() // 160
        rows = 1 + widget.height() // 160
        return [
            QPoint(
                (2 * x + 1) * widget.width() // (2 * columns),
                (2 * y + 1) * widget.height() // (2 * rows),
            )
            for x in range(columns)
            for y in range(rows)
        ]

    def _did(self, what, *details):
        self.acts.append(" ".join([what, *(_named(each) for each in details)]))


def _named(what):
    if isinstance(what, QWidget) and not isValid(what):
        return type(what).__name__
    if isinstance(what, QPoint):
        return f"({what.x()}, {what.y()})"
    if isinstance(what, QAction):
        return what.text()
    if isinstance(what, QWidget):
        return f"{type(what).__name__} {what.objectName()}".strip()
    return str(what)
