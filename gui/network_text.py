"""The writing of a network drawing: fonts at a few sizes, and labels that are painted as they are.

What a test or a screen reader asks for and what is painted are the same Label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintDevice, QPainter, QPen

from engine.expression import Term
from gui.network_lit import Mark
from gui.numbers import NumberFormat
from gui.theme import Theme

NORMAL, SMALL, TINY = 1.0, 0.88, 0.76
SCALES = (NORMAL, SMALL, TINY, 0.68)
MOST_DIGITS, LEAST_DIGITS = 6, 2
TOO_LONG = "…"


class Fonts:
    """One font at the sizes of SCALES, upright and bold, and how wide texts are in it."""

    def __init__(self, font: QFont, device: QPaintDevice) -> None:
        self._fonts: dict[tuple[float, bool], QFont] = {}
        self._metrics: dict[tuple[float, bool], QFontMetricsF] = {}
        self._widths: dict[tuple[str, float, bool], float] = {}
        for scale in SCALES:
            for bold in (False, True):
                scaled = _scaled(font, scale)
                scaled.setBold(bold)
                self._fonts[scale, bold] = scaled
                self._metrics[scale, bold] = QFontMetricsF(scaled, device)

    def font(self, scale: float, bold: bool = False) -> QFont:
        """The font at one of SCALES."""
        return self._fonts[scale, bold]

    def width(self, text: str, scale: float = NORMAL, bold: bool = False) -> float:
        """The width of a text in pixels."""
        key = text, scale, bold
        if key not in self._widths:
            if len(self._widths) > 4096:
                self._widths.clear()
            self._widths[key] = self._metrics[scale, bold].horizontalAdvance(text)
        return self._widths[key]

    def _number_width(self, number: str, scale: float) -> float:
        # Without kerning widths add up, and the few characters of numbers are all cached.
        return sum([self.width(character, scale) for character in number])

    def height(self, scale: float = NORMAL) -> float:
        """The height of a chip around one line."""
        return self.capitals(scale) + 0.62 * self._metrics[scale, False].ascent()

    def capitals(self, scale: float = NORMAL) -> float:
        """The height of a capital letter, and of a digit."""
        return self._metrics[scale, False].capHeight()

    def first_fitting(
        self, texts: Iterable[str], room: float, scale: float = NORMAL, bold: bool = False
    ) -> str:
        """The first text that is no wider than `room`; "" if none is."""
        return next((text for text in texts if self.width(text, scale, bold) <= room), "")

    def elided(self, text: str, room: float, scale: float = NORMAL) -> str:
        """The text, cut with an ellipsis where it is wider than `room`."""
        if self.width(text, scale) <= room:
            return text
        ends = (text[:count] + TOO_LONG for count in range(len(text) - 1, 0, -1))
        return self.first_fitting(ends, room, scale)

    def fit_number(
        self,
        value: float,
        room: float,
        numbers: NumberFormat,
        scales: Sequence[float] = SCALES,
        most: int = MOST_DIGITS,
    ) -> tuple[str, float]:
        """A number with as many digits as fit, at most `most`, and the scale it fits at.

        It is never cut: where even the shortest form is too wide, the text is an ellipsis.
        """
        # More digits than fit even at the smallest size need not be tried.
        possible = int(room / self.width("0", scales[-1]))
        texts: dict[int, str] = {}
        for scale, digits in _sizes(scales, min(numbers.digits, most, max(possible, LEAST_DIGITS))):
            if digits not in texts:
                texts[digits] = numbers.short(value, digits)
            if self._number_width(texts[digits], scale) <= room:
                return texts[digits], scale
        return TOO_LONG, scales[-1]


def _scaled(font: QFont, scale: float) -> QFont:
    scaled = QFont(font)
    scaled.setKerning(False)
    if font.pointSizeF() > 0:
        scaled.setPointSizeF(font.pointSizeF() * scale)
    else:
        scaled.setPixelSize(max(round(font.pixelSize() * scale), 1))
    return scaled


def _sizes(scales: Sequence[float], most: int) -> Iterable[tuple[float, int]]:
    """Digits are given up before size down to four, then size, then the other digits."""
    for scale in scales:
        for digits in range(most, min(most, 4) - 1, -1):
            yield scale, digits
    for digits in range(min(most, 4) - 1, LEAST_DIGITS - 1, -1):
        for scale in scales:
            yield scale, digits


@dataclass(frozen=True, slots=True)
class Label:
    """One text as painted.

    rect: all that it covers; prefix: a name in a fainter colour before the text, such as "b ";
    term: what the text is the value of, None for captions; chip: on a background of its own.
    """

    text: str
    rect: QRectF
    colour: str
    scale: float = NORMAL
    prefix: str = ""
    term: Term | None = None
    chip: bool = False
    mark: Mark = Mark.NONE
    bold: bool = False


def label_width(fonts: Fonts, text: str, scale: float, bold: bool = False) -> float:
    """The width of a label with its margins."""
    return fonts.width(text, scale, bold) + 8


def paint_label(painter: QPainter, label: Label, fonts: Fonts, theme: Theme) -> None:
    """Paints the chip, if there is one, then the prefix and the text, centred."""
    if label.chip or label.mark is not Mark.NONE:
        _paint_chip(painter, label, theme)
    wide = fonts.width(label.prefix, label.scale) if label.prefix else 0.0
    x = label.rect.center().x() - (wide + fonts.width(label.text, label.scale, label.bold)) / 2
    y = label.rect.center().y() + fonts.capitals(label.scale) / 2
    if label.prefix:
        painter.setFont(fonts.font(label.scale))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QPointF(x, y), label.prefix)
    painter.setFont(fonts.font(label.scale, label.bold))
    painter.setPen(QColor(label.colour))
    painter.drawText(QPointF(x + wide, y), label.text)


def _paint_chip(painter: QPainter, label: Label, theme: Theme) -> None:
    fill, border = chip_colours(label.mark, theme)
    painter.setPen(QPen(QColor(border), 1.2) if label.mark is not Mark.NONE else QColor(fill))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(label.rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


def chip_colours(mark: Mark, theme: Theme) -> tuple[str, str]:
    """Fill and border of what carries a mark."""
    if mark is Mark.WRITTEN:
        return theme.written_soft, theme.written
    if mark is Mark.READ:
        return theme.accent_soft, theme.accent
    return theme.surface, theme.line
