"""A field for one number, typed to full precision; nothing is clamped, and nothing rounded."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionFrame,
    QToolTip,
    QWidget,
)

from gui.event_filters import on_event
from gui.numbers import MINUS, counted, full
from gui.theme import LIGHT, Theme
from gui.translation import tr

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_POWER = re.compile("\\s*[×·]\\s*10\\^?([⁺⁻⁰¹²³⁴-⁹+-]*[0-9]*)")
_FROM_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIZES = (1.0, 0.94, 0.88, 0.82, 0.76)
"""Of the letters, where the whole number has no room in those around it."""
_BESIDE_TEXT = 2
"""What QLineEdit leaves free on either side within its frame; Qt does not tell."""
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|∞)", re.IGNORECASE)


class NumberField(QLineEdit):
    """One number. Enter, or leaving the field, commits it; Escape brings back what was there.

    After Enter on another number, and Escape where nothing was typed, the focus leaves the field:
    the arrows are the window's again.

    committed: the new value, a float, where it is another than before. message: a label that says
    what is wrong with what was typed; whoever lays out the field puts it beneath. Without a place
    it is told in a tooltip.
    """

    committed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._written: Callable[[float], str] = full
        self._value = 0.0
        self._problem = ""
        self._description = ""
        self._theme = LIGHT
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setForegroundRole(QPalette.ColorRole.WindowText)
        self.message.hide()
        self.textEdited.connect(self._edited)
        on_event(self, QEvent.Type.ShortcutOverride, self._share_keys)
        self.set_theme(LIGHT)
        self._show_value()

    def value(self) -> float:
        """The number last committed or set."""
        return self._value

    def set_value(self, value: float) -> None:
        """Shows another number; what a person is typing stays, and Escape brings up the new one."""
        same = repr(value) == repr(self._value)
        self._value = value
        if not self.isModified() and not same:
            self._show_value()

    def write_whole_numbers_plainly(self) -> None:
        """Shows 20 as 20, and not as 20.0: for numbers that are counts and shares, not doubles."""
        self._written = counted
        self._show_value()

    def restore(self) -> None:
        """Forgets what was typed."""
        self._show_value()

    def problem(self) -> str:
        """Why what was typed is not taken; empty where nothing is wrong."""
        return self._problem

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self._theme = theme
        self._colour_message()
        self.update()

    def set_description(self, text: str) -> None:
        """What the field is for, told to a screen reader and in the tooltip."""
        self._description = text
        self._tell()

    # What is typed

    def commit(self) -> None:
        """Takes what was typed, or says why not."""
        if not self.isModified():
            return
        typed = self.text()
        problem = problem_with(typed)
        if problem:
            self._set_problem(problem)
            return
        before, self._value = self._value, number_in(typed)
        self._show_value()
        self._note(_rounding(typed, self._value))
        if repr(before) != repr(self._value):
            self.committed.emit(self._value)

    def _edited(self, text: str) -> None:
        if self._problem:  # Once something was wrong, what is said of it follows the typing.
            self._set_problem(problem_with(text))
        elif not self.message.isHidden():
            self._note("")

    def _show_value(self) -> None:
        self.setText(self._written(self._value))
        self.setCursorPosition(0)
        self.setModified(False)
        self.fit()
        self._set_problem("")

    def fit(self) -> None:
        """Takes letters as small as the whole number needs, down to three quarters."""
        if self.isModified():
            return
        parent = self.parentWidget()
        usual = QFont(parent.font() if parent is not None else QApplication.font())
        room, text = self.text_room(), self._written(self._value)
        for share in _SIZES:
            font = QFont(usual)
            font.setPointSizeF(usual.pointSizeF() * share)
            if QFontMetrics(font).horizontalAdvance(text) <= room:
                break
        self.setFont(QFont() if share == 1.0 else font)  # An empty font follows the parent's.

    def text_room(self) -> int:
        """How wide a text is in sight as a whole, in px."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return inside.width() - 2 * _BESIDE_TEXT

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def _set_problem(self, problem: str) -> None:
        self._problem = problem
        self._note(problem)
        self._tell()
        self.update()

    def _note(self, text: str) -> None:
        self._colour_message()
        self.message.setText(text)
        if self.message.parentWidget() is not None:
            self.message.setVisible(bool(text))
        elif text and self.isVisible():
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), text, self)

    def _tell(self) -> None:
        said = self._problem or self._description
        self.setToolTip(said)
        self.setAccessibleDescription(said)

    def _colour_message(self) -> None:
        palette = QPalette(self.message.palette())
        colour = self._theme.negative if self._problem else self._theme.muted
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.message.setPalette(palette)

    # Keys

    def _share_keys(self, event: QEvent) -> bool:
        """Says which keys the window may take for its shortcuts while one types here."""
        assert isinstance(event, QKeyEvent)
        leaves = self._leaves_to_window(event)
        is_ours = not leaves and _is_for_typing(event)
        if is_ours:
            event.accept()
        elif leaves:
            event.ignore()
        return leaves or is_ours

    def _leaves_to_window(self, event: QKeyEvent) -> bool:
        """Undo and redo, where there is no typing to undo: they are the window's then."""
        return not self.isModified() and _is_undo(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            before = repr(self._value)
            self.commit()
            if repr(self._value) != before:
                self.clearFocus()
        elif key == Qt.Key.Key_Escape and (self.isModified() or self._problem):
            self.restore()
        elif key == Qt.Key.Key_Escape:
            self.clearFocus()
        elif self._leaves_to_window(event):
            event.ignore()
        elif key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.commit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._problem:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.negative), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 3, 3)


def number_in(text: str) -> float:
    """The number that `text` is; only for text without a problem."""
    return float(_plain(text))


def problem_with(text: str) -> str:
    """Why `text` is not a number that can be taken; empty where it is."""
    plain = _plain(text)
    if not plain:
        return tr("Type a number, such as 0.15 or −2e−3.")
    if _NOT_FINITE.fullmatch(plain):
        return tr("{text} is not a finite number.", text=text.strip())
    if "," in plain:
        return tr("The decimal sign is a point: 0.5. A comma is not taken.")
    if not _NUMBER.fullmatch(plain):
        return tr("“{text}” is not a number; 0.15 and −2e−3 are.", text=_shortened(text.strip()))
    if math.isinf(float(plain)):
        return tr("{text} is too great: the greatest is about 1.8e308.", text=_shortened(plain))
    # Digit by digit: a Decimal does not take every power of ten that can be typed.
    if float(plain) == 0 and set(plain.lower().partition("e")[0]) - set("+-.0"):
        return tr("{text} is too close to 0: the least is about 5e−324.", text=_shortened(plain))
    return ""


def _plain(text: str) -> str:
    """`text` as C writes numbers: with a hyphen for the minus, and e for the power of ten."""
    power = _POWER.search(text)
    if power and not text[power.end() :].strip():
        text = f"{text[: power.start()]}e{power[1].translate(_FROM_SUPERSCRIPT)}"
    return text.strip().replace(MINUS, "-")


def _rounding(typed: str, value: float) -> str:
    """What is said where a double cannot hold all the digits typed."""
    if value == 0 or Decimal(_plain(typed)) == Decimal(repr(value)):
        return ""  # What is taken as 0 is 0, with whatever power of ten.
    return tr("kept as {value}, the nearest double", value=full(value))


def _shortened(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


def _is_undo(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    return event.matches(keys.Undo) or event.matches(keys.Redo)


def _is_for_typing(event: QKeyEvent) -> bool:
    """Keys that never do anything but edit the text while the field has the focus."""
    key, modifiers = event.key(), Qt.KeyboardModifier
    if key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        return True
    if key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape, Qt.Key.Key_Return):
        return True
    plain = not event.modifiers() & ~(modifiers.ShiftModifier | modifiers.KeypadModifier)
    return plain and bool(event.text()) and event.text().isprintable()
