"""The Step in words: one plain sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from engine.frame import Frame
from gui.numbers import NumberFormat
from gui.sentences import Names, sentence
from gui.translation import tr

_LARGER = 1.15
_BESIDE, _ABOVE = 14, 8
_FEWEST_LINES = 2


class WordsView(QScrollArea):
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
        self._label.setContentsMargins(_BESIDE, _ABOVE, _BESIDE, _ABOVE)
        # By keyboard a label would show a text caret; the view scrolls and copies instead.
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # Not by a click: selecting with the mouse must not take the step keys away.
        self._label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._enlarge()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(self._label)
        # The viewport shows through, with its mark of the focus.
        self._label.setAutoFillBackground(False)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.viewport().setAutoFillBackground(True)
        self._refresh()

    def _enlarge(self) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _LARGER)
        self._label.setFont(font)

    def sizeHint(self) -> QSize:
        return QSize(320, self._height_of(2 * _FEWEST_LINES))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height_of(_FEWEST_LINES))

    def _height_of(self, lines: int) -> int:
        return QFontMetrics(self._label.font()).lineSpacing() * lines + 2 * _ABOVE

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._enlarge()
            self.updateGeometry()
        elif event.type() == QEvent.Type.LanguageChange:
            self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copies what is selected, or else the whole sentence; other keys scroll."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._label.selectedText() or self.text())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self.viewport()) as painter:
                painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
                painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

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
        if said == self.text():
            return
        self._label.setText(said)
        self.verticalScrollBar().setValue(0)
        self.setAccessibleDescription(said)
        self._label.setAccessibleDescription(said)
