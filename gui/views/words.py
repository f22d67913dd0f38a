"""The Step in words: one plain sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.frame import Frame
from gui.numbers import NumberFormat
from gui.sentences import Names, sentence
from gui.translation import tr

_LARGER = 1.15


class WordsView(QWidget):
    """The sentence of the Frame shown; its text can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._numbers = NumberFormat()
        self._names = Names()
        self._sample = 0
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Not by a click: selecting with the mouse must not take the step keys away.
        self._label.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._enlarge()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(self._label)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._refresh()

    def _enlarge(self) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _LARGER)
        self._label.setFont(font)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._enlarge()
        elif event.type() == QEvent.Type.LanguageChange:
            self._refresh()

    def show_frame(self, frame: Frame) -> None:
        """Says what the Frame's Step does."""
        self._frame = frame
        self._refresh()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """How numbers are written from now on."""
        self._numbers = numbers
        self._refresh()

    def set_names(self, names: Names) -> None:
        """What inputs and outputs are called."""
        self._names = names
        self._refresh()

    def set_sample(self, sample: int) -> None:
        """Which column of the batch is told about, from 0."""
        self._sample = sample
        self._refresh()

    def text(self) -> str:
        """The sentence shown."""
        return self._label.text()

    def _refresh(self) -> None:
        self.setAccessibleName(tr("The step in words"))
        self._label.setAccessibleName(tr("The step in words"))
        if self._frame is None:
            return
        said = sentence(self._frame, self._numbers, self._names, self._sample)
        self._label.setText(said)
        self.setAccessibleDescription(said)
        self._label.setAccessibleDescription(said)
