"""What an experiment is called, and what is noted about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy

from engine import limits
from gui.event_filters import keep_keys
from gui.plain_text import plain
from gui.translation import tr

_MOST_TITLE, _MOST_NOTES = 1000, 20_000
_LINES = 4
_OWN_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class TitleField(QLineEdit):
    """The title. Enter, or leaving the field, commits it; Escape brings back what was there.

    committed: another title, as text.
    """

    committed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self.setAccessibleName(tr("Title"))
        self.setPlaceholderText(tr("Untitled"))
        self.editingFinished.connect(self._commit)
        keep_keys(self, lambda event: event.key() == Qt.Key.Key_Escape)

    def show_title(self, title: str) -> None:
        """Shows a title; what is typed stays. One that is too long to be typed is only shown."""
        self._title = title
        if not self.isModified():
            self._show()

    def title(self) -> str:
        """The whole title."""
        return self._title

    def _show(self) -> None:
        self.setText(plain(self._title, _MOST_TITLE))
        self.setCursorPosition(0)
        self.setModified(False)
        too_long = len(self._title) > _MOST_TITLE
        self.setReadOnly(too_long)
        told = tr("The title is too long to be edited here") if too_long else ""
        self.setToolTip(told or self.text())
        self.setAccessibleDescription(told)

    def _commit(self) -> None:
        if not self.isModified():
            return
        typed = plain(self.text(), _MOST_TITLE)
        changed = typed != self._title
        self._title = typed
        self._show()
        if changed:
            self.committed.emit(typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self._show()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.clearFocus()


class NotesField(QPlainTextEdit):
    """The notes. Leaving the field commits them; Escape brings back what was there.

    committed: other notes, as text. refused: why they are not taken.
    """

    committed = Signal(object)
    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._notes = ""
        self.setAccessibleName(tr("Notes"))
        self.setPlaceholderText(tr("Notes"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        keep_keys(self, lambda event: event.key() in _OWN_KEYS)
        self._fit()

    def show_notes(self, notes: str) -> None:
        """Shows notes; what is typed stays. Those that are too long are only shown."""
        self._notes = notes
        if not self.document().isModified():
            self._show()

    def notes(self) -> str:
        """All notes."""
        return self._notes

    def _show(self) -> None:
        too_long = len(self._notes) > _MOST_NOTES
        shown = f"{self._notes[: _MOST_NOTES - 1]}…" if too_long else self._notes
        if shown != self.toPlainText():
            self.setPlainText(shown)
        self.document().setModified(False)
        self.setReadOnly(too_long)
        self.setAccessibleDescription(
            tr("The notes are too long to be edited here") if too_long else ""
        )

    def _commit(self) -> None:
        if not self.document().isModified():
            return
        typed = self.toPlainText()
        if len(typed) > limits.MAX_TEXT:
            self.refused.emit(
                tr(
                    "{count} characters of notes are more than the limit of {most}",
                    count=len(typed),
                    most=limits.MAX_TEXT,
                )
            )
            return
        self.document().setModified(False)
        changed, self._notes = typed != self._notes, typed
        if changed:
            self.committed.emit(typed)

    def _fit(self) -> None:
        margins = 2 * (self.frameWidth() + int(self.document().documentMargin()))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + margins)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._show()
            self.clearFocus()
        else:
            super().keyPressEvent(event)
