"""Letters typeset small: for lists and tables, where there is no equation around them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.expression import Term
from gui.notation import letter_of
from gui.numbers import MIN_DIGITS, NumberFormat
from gui.theme import LIGHT, Theme
from gui.typesetting.drawing import Drawing
from gui.typesetting.writer import Writer

_MATHS_TO_TEXT = 1.18
_LONGEST_COMPACT = 12


def letter(term: Term, font: QFont) -> Drawing:
    """The letter of a term beside text in `font`, its baseline at (0, 0)."""
    return _letter(term, QFontInfo(font).pixelSize())


@lru_cache(maxsize=2000)
def _letter(term: Term, pixels: int) -> Drawing:
    writer = Writer(pixels * _MATHS_TO_TEXT, QFont(), NumberFormat(), inline=True)
    box = writer.letter(letter_of(term))
    drawing = Drawing(width=box.width, height=box.ascent + box.descent)
    box.place(drawing, 0.0, 0.0, "text")
    return drawing


def paint_letter(painter: QPainter, drawing: Drawing, baseline: QPointF, colour: QColor) -> None:
    """Paints a letter with its left end at `baseline`."""
    painter.save()
    painter.translate(baseline)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(colour)
    for point, run, _ in drawing.glyphs:
        painter.drawGlyphRun(point, run)
    painter.restore()


def fitted_number(value: float, numbers: NumberFormat, metrics: QFontMetrics, width: int) -> str:
    """A number with as many of its digits as there is room for: never one that is cut.

    "…" where no true form of it has room.
    """
    for digits in range(numbers.digits, MIN_DIGITS - 1, -1):
        text = numbers.short(value, digits)
        if metrics.horizontalAdvance(text) <= width:
            return text
    for characters in range(_LONGEST_COMPACT, 0, -1):
        text = numbers.compact(value, characters)
        if text and metrics.horizontalAdvance(text) <= width:
            return text
    return "…"


class LetterLabel(QWidget):
    """One letter, large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._term: Term | None = None
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_term(self, term: Term | None) -> None:
        """The letter of this term."""
        self._term = term
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        if self._term is None:
            return QSize(0, 0)
        width = letter(self._term, self.font()).width
        return QSize(round(width) + 4, round(QFontInfo(self.font()).pixelSize() * 1.7))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._term is None:
            return
        baseline = QPointF(1, self.height() * 0.68)
        with QPainter(self) as painter:
            drawing = letter(self._term, self.font())
            paint_letter(painter, drawing, baseline, QColor(self._theme.text))
