"""The Step in words: one plain sentence."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from engine.frame import Frame
from gui.numbers import NumberFormat
from gui.scroll_thumb import ScrollThumb
from gui.sentences import Names, sentence
from gui.translation import tr

_LARGER = 1.15
_BESIDE, _ABOVE = 14, 8
_FEWEST_LINES = 2
_NO_BREAK, _DIVISION_SLASH = "\u00a0", "\u2215"


class WordsView(QAbstractScrollArea):
    """The sentence of the Frame shown; its text can be selected and copied.

    It lays out and paints its text itself: a label would ask for a layout of the window at each
    Step.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._numbers = NumberFormat()
        self._names = Names()
        self._sample = 0
        self._said = ""
        self._layout = QTextLayout()
        self._height = 0.0
        self._selected = (0, 0)
        self._thumb = ScrollThumb(self)
        wrapping = QTextOption()
        wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(wrapping)
        # Not by a click: selecting with the mouse must not take the step keys away.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        # It paints all of itself: nothing below it has to be painted first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setAutoFillBackground(False)
        self._refresh()

    # What is shown

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
        return self._said

    def selected_text(self) -> str:
        """What is selected of it."""
        first, last = sorted(self._selected)
        return self._said[first:last]

    def _refresh(self) -> None:
        self.setAccessibleName(tr("The step in words"))
        if self._frame is None:
            return
        said = sentence(self._frame, self._numbers, self._names, self._sample)
        if said == self._said:
            return
        self._said, self._selected = said, (0, 0)
        self._layout.setText(_kept_together(said))
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self.setAccessibleDescription(said)

    # Layout

    def text_font(self) -> QFont:
        """What the sentence is written in: larger than the window's."""
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * _LARGER)
        return font

    def sizeHint(self) -> QSize:
        return QSize(320, self._height_of(2 * _FEWEST_LINES))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height_of(_FEWEST_LINES))

    def _height_of(self, lines: int) -> int:
        return QFontMetrics(self.text_font()).lineSpacing() * lines + 2 * _ABOVE

    def _lay_out(self) -> None:
        bar, room = self.verticalScrollBar(), self.contentsRect()
        self._break_lines(room.width())
        bar.setRange(0, max(0, math.ceil(self._height) - room.height()))
        bar.setPageStep(room.height())
        bar.setSingleStep(QFontMetrics(self.text_font()).lineSpacing())
        self.viewport().update()

    def _break_lines(self, width: int) -> None:
        self._layout.setFont(self.text_font())
        y = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(width - 2 * _BESIDE, 1))
            line.setPosition(QPointF(0.0, y))
            y += line.height()
        self._layout.endLayout()
        self._height = y + 2 * _ABOVE

    @property
    def _origin(self) -> QPointF:
        return QPointF(_BESIDE, _ABOVE - self.verticalScrollBar().value())

    def line_rects(self) -> list[QRect]:
        """Where the lines are, in the viewport."""
        lines = (self._layout.lineAt(number) for number in range(self._layout.lineCount()))
        return [line.naturalTextRect().translated(self._origin).toAlignedRect() for line in lines]

    def lines(self) -> list[str]:
        """What each line says."""
        lines = [self._layout.lineAt(number) for number in range(self._layout.lineCount())]
        ends = [(line.textStart(), line.textStart() + line.textLength()) for line in lines]
        return [self._said[start:end] for start, end in ends]

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), palette.color(QPalette.ColorRole.Base))
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            self._layout.draw(painter, self._origin, self._selection())
            if self.hasFocus():
                painter.setPen(palette.color(QPalette.ColorRole.Highlight))
                painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            self._thumb.paint(painter, palette.color(QPalette.ColorRole.PlaceholderText))

    def _selection(self) -> list[QTextLayout.FormatRange]:
        first, last = sorted(self._selected)
        if first == last:
            return []
        marked = QTextLayout.FormatRange()
        marked.start, marked.length = first, last - first
        form = marked.format
        form.setBackground(self.palette().brush(QPalette.ColorRole.Highlight))
        form.setForeground(self.palette().brush(QPalette.ColorRole.HighlightedText))
        marked.format = form
        return [marked]

    # Selecting and copying

    def _place_at(self, point: QPointF) -> int:
        """Between which characters a point is."""
        here = point - self._origin
        lines = [self._layout.lineAt(number) for number in range(self._layout.lineCount())]
        if not lines or here.y() < 0:
            return 0
        line = next((each for each in lines if here.y() < each.rect().bottom()), None)
        return len(self._said) if line is None else int(line.xToCursor(here.x()))

    def _select(self, first: int, last: int) -> None:
        self._selected = first, last
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._thumb.press(event.position()):
            return
        place = self._place_at(event.position())
        self._select(place, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._thumb.drag(event.position()):
            return
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._select(self._selected[0], self._place_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._thumb.release()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Selects the word there."""
        place, skip = self._place_at(event.position()), QTextLayout.CursorMode.SkipWords
        last = self._layout.nextCursorPosition(place, skip)
        first = self._layout.previousCursorPosition(last, skip)
        self._select(first, first + len(self._said[first:last].rstrip()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copies what is selected, or else the whole sentence; selects all; other keys scroll."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text() or self.text())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._select(0, len(self._said))
        else:
            super().keyPressEvent(event)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()
            self.updateGeometry()
        elif event.type() == QEvent.Type.LanguageChange:
            self._refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def _kept_together(said: str) -> str:
    """The same sentence, character by character, with no line's end in the middle of an equation.

    A number below its "z =", or a ∂w below its "∂E/", reads as something else. Only for the eye:
    what is copied and read out is as it was said.
    """
    return said.replace(" = ", f"{_NO_BREAK}={_NO_BREAK}").replace("/", _DIVISION_SLASH)
