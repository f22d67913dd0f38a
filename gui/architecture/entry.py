"""A field for one number that is judged while it is typed."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.number_field import NumberField, number_in, problem_with
from gui.numbers import MINUS
from gui.translation import tr

Judge = Callable[[float | None], str]


class Entry(NumberField):
    """A NumberField for a whole number, or for one that may be left out.

    judge: why a number would not do, in the place it has; "" where it would. A number that is typed
    in full is committed even so, as another field may make it fit; what it is told stays beside it,
    and Escape brings back the last number that did.
    """

    def __init__(
        self,
        judge: Judge,
        *,
        whole: bool = False,
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._judge, self._whole, self._optional = judge, whole, optional
        self._good = 0.0
        super().__init__(parent)
        self.textEdited.connect(self._judge_typed)
        self.setMinimumWidth(40)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def number(self) -> float | None:
        """The number, an int where it has to be whole; None where it is left out."""
        return None if math.isnan(self._value) else self._value

    def set_number(self, value: float | None) -> None:
        """Shows another number, or none; what a person is typing stays."""
        self.set_value(math.nan if value is None else value)

    def set_reason(self, reason: str) -> None:
        """Why the number does not do; empty where it does. What is typed is judged for itself."""
        if self.isModified():
            self._judge_typed(self.text())
            return
        if not reason:
            self._good = self._value
        if reason != self._problem:
            self._set_problem(reason)

    def start_with(self, value: float | None) -> None:
        """Stands for something else from now on: what was typed and what was good are gone."""
        self._value = self._good = math.nan if value is None else value
        self._show_value()

    def restore(self) -> None:
        """Forgets what was typed, or brings back the last number that did."""
        typed, does = self.isModified(), repr(self._good) == repr(self._value)
        if not typed:
            self._value = self._good
        self._show_value()
        if typed and not does:
            self._set_problem(self._judge(self.number()))
        elif not does:
            self.committed.emit(self._value)

    def commit(self) -> None:
        if not self.isModified():
            return
        text = self.text()
        if self._unreadable(text):
            return  # It was told while it was typed.
        if not self._whole and text.strip():
            super().commit()
            return
        before, self._value = self._value, self._read(text)
        self._show_value()
        if repr(before) != repr(self._value):
            self.committed.emit(self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._problem:
            self.setFocus()  # There is something to put right.

    def _show_value(self) -> None:
        super()._show_value()
        if math.isnan(self._value):
            self.setText("")
            self.setModified(False)

    def _judge_typed(self, text: str) -> None:
        reason = self._unreadable(text)
        if not reason:
            read = self._read(text)
            reason = self._judge(None if math.isnan(read) else read)
        self._set_problem(reason)

    def _unreadable(self, text: str) -> str:
        """Why `text` is no such number, wherever it may stand."""
        if self._optional and not text.strip():
            return ""
        problem = problem_with(text)
        if problem or not self._whole:
            return problem
        if _decimal(text) != _decimal(text).to_integral_value():
            return tr("{value}, but it has to be a whole number", value=text.strip())
        return ""

    def _read(self, text: str) -> float:
        if not text.strip():
            return math.nan
        # Not by way of a double: a seed may have more digits than one holds.
        return int(_decimal(text)) if self._whole else number_in(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.strip().replace(MINUS, "-"))
    except InvalidOperation:  # With a power written out: 3×10⁵.
        return Decimal(number_in(text))
