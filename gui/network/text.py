"""The writing of a network drawing: fonts at a few sizes, and labels that are painted as they are.

What a test or a screen reader asks for and what is painted are the same Label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from weakref import ref

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGlyphRun,
    QPaintDevice,
    QPainter,
    QPen,
    QTextLayout,
)

from engine.expression import Term
from gui.network.lit import Mark
from gui.numbers import NumberFormat
from gui.theme import Theme, mixed

NORMAL, SMALL, TINY = 1.0, 0.88, 0.76
SCALES = (NORMAL, SMALL, TINY, 0.68, 0.56, 0.46, 0.38)
SMALLEST = SCALES[-1]
MOST_DIGITS = 6
_ELLIPSIS = "…"
_CALCULATOR = re.compile(r"\de−?\d")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")
_LEGIBLE = 6.4  # points: writing is made smaller where there is little room, but not below this

_Runs = tuple[float, tuple[QGlyphRun, ...]]  # the ascent, and the glyphs from the top left corner
_GroupKey = tuple[tuple[float, ...], tuple[float, ...], int, tuple[float, ...], int, int]


class Fonts:
    """One font at the sizes of SCALES, upright and bold, and how wide texts are in it."""

    def __init__(self, font: QFont, device: QPaintDevice) -> None:
        self._fonts: dict[tuple[float, bool], QFont] = {}
        self._metrics: dict[tuple[float, bool], QFontMetricsF] = {}
        self._widths: dict[tuple[str, float, bool], float] = {}
        self._capitals: dict[float, float] = {}
        self._lines: dict[float, float] = {}
        self._characters: dict[float, dict[str, float]] = {scale: {} for scale in SCALES}
        self._runs: dict[tuple[str, float, bool], _Runs] = {}
        self._device = ref(device)
        self._groups: dict[_GroupKey, tuple[tuple[str, ...], float] | None] = {}
        for scale in SCALES:
            for bold in (False, True):
                scaled = _scaled(font, scale)
                scaled.setBold(bold)
                self._fonts[scale, bold] = scaled
                self._metrics[scale, bold] = QFontMetricsF(scaled, device)
            self._capitals[scale] = self._metrics[scale, False].capHeight()
            self._lines[scale] = self._metrics[scale, True].height()

    def font(self, scale: float, bold: bool = False) -> QFont:
        """The font at one of SCALES."""
        return self._fonts[scale, bold]

    def width(self, text: str, scale: float = NORMAL, bold: bool = False) -> float:
        """The width of a text in pixels."""
        key = text, scale, bold
        if key not in self._widths:
            _make_room(self._widths)
            self._widths[key] = self._metrics[scale, bold].horizontalAdvance(text)
        return self._widths[key]

    def runs(self, text: str, scale: float, bold: bool = False) -> _Runs:
        """A text laid out: what takes long in painting it."""
        key = text, scale, bold
        if key not in self._runs:
            _make_room(self._runs)
            device = self._device()
            assert device is not None
            layout = QTextLayout(text, self._fonts[scale, bold], device)
            layout.beginLayout()
            line = layout.createLine()
            line.setNumColumns(len(text))
            layout.endLayout()
            self._runs[key] = line.ascent(), tuple(layout.glyphRuns())
        return self._runs[key]

    def _number_width(self, number: str, scale: float) -> float:
        # Without kerning widths add up, and the few characters of numbers are all cached.
        known = self._characters[scale]
        for character in number:
            if character not in known:
                known[character] = self.width(character, scale)
        return sum(map(known.__getitem__, number))

    def height(self, scale: float = NORMAL) -> float:
        """The height of a chip around one line."""
        return self.capitals(scale) + 0.62 * self._metrics[scale, False].ascent()

    def line(self, scale: float = NORMAL) -> float:
        """The height of a line of text, from the highest letter to the lowest."""
        return self._lines[scale]

    def capitals(self, scale: float = NORMAL) -> float:
        """The height of a capital letter, and of a digit."""
        return self._capitals[scale]

    def first_fitting(
        self, texts: Iterable[str], room: float, scale: float = NORMAL, bold: bool = False
    ) -> str:
        """The first text that is no wider than `room`; "" if none is."""
        return next((text for text in texts if self.width(text, scale, bold) <= room), "")

    def elided(self, text: str, room: float, scale: float = NORMAL) -> str:
        """The text, cut with an ellipsis where it is wider than `room`."""
        if self.width(text, scale) <= room:
            return text
        ends = (text[:count] + _ELLIPSIS for count in range(len(text) - 1, 0, -1))
        return self.first_fitting(ends, room, scale)

    def fit_number(
        self,
        value: float,
        room: float,
        numbers: NumberFormat,
        scales: tuple[float, ...] = SCALES,
        most: int = MOST_DIGITS,
    ) -> tuple[str, float]:
        """A number with as many digits as fit, at most `most`, and the scale it fits at.

        It is never cut: where even the shortest form is too wide, that form is returned.
        """
        fitted = self.fit_group((value,), (room,) * len(scales), numbers, scales, most)
        if fitted is None:
            return shortest(value, numbers), scales[-1]
        return fitted[0][0], fitted[1]

    def fit_group(
        self,
        values: tuple[float, ...],
        rooms: tuple[float, ...],
        numbers: NumberFormat,
        scales: tuple[float, ...] = SCALES,
        most: int = MOST_DIGITS,
        least: int = 1,
    ) -> tuple[tuple[str, ...], float] | None:
        """Numbers that are read together, all with as many digits as all of them have room for.

        rooms: for each of the scales. least: of the digits. None where they do not fit.
        """
        # From one Frame to the next most numbers are the same.
        key = values, rooms, numbers.digits, scales, most, least
        if key not in self._groups:
            _make_room(self._groups)
            self._groups[key] = self._fit_group(values, rooms, numbers, scales, most, least)
        return self._groups[key]

    def _fit_group(
        self,
        values: tuple[float, ...],
        rooms: tuple[float, ...],
        numbers: NumberFormat,
        scales: tuple[float, ...],
        most: int,
        least: int,
    ) -> tuple[tuple[str, ...], float] | None:
        room_at = dict(zip(scales, rooms, strict=True))
        order = list(range(len(values)))
        for scale, digits in _sizes(scales, min(numbers.digits, most)):
            if digits < min(least, numbers.digits):
                break
            for forms in (_FORMS[:1], _FORMS[1:]):
                texts = [""] * len(values)
                for place in order:
                    texts[place] = self._first_form(
                        values[place], numbers, digits, forms, room_at[scale], scale
                    )
                    if not texts[place]:
                        # What does not fit here is the likeliest not to fit at the next size.
                        order.remove(place)
                        order.insert(0, place)
                        break
                else:
                    return tuple(texts), scale
        return None

    def _first_form(
        self,
        value: float,
        numbers: NumberFormat,
        digits: int,
        forms: Sequence[_Form],
        room: float,
        scale: float,
    ) -> str:
        for form in forms:
            text = form(numbers, value, digits)
            if text and self._number_width(text, scale) <= room:
                return text
        return ""


@lru_cache(4096)
def _typeset(numbers: NumberFormat, value: float, digits: int) -> str:
    return numbers.short(value, digits) if digits > 1 else numbers.plain(value, digits)


@lru_cache(4096)
def _plain(numbers: NumberFormat, value: float, digits: int) -> str:
    return numbers.plain(value, digits)


@lru_cache(4096)
def _scientific(numbers: NumberFormat, value: float, digits: int) -> str:
    return numbers.scientific(value, digits)


_Form = Callable[[NumberFormat, float, int], str]
# Powers of ten as raised figures where all of a group fit so, else those of a calculator.
_FORMS: tuple[_Form, ...] = (_typeset, _plain, _scientific)


def shortest(value: float, numbers: NumberFormat) -> str:
    """The number in the fewest characters that are true of it."""
    return next(text for characters in range(1, 40) if (text := numbers.compact(value, characters)))


def one_notation(groups: Sequence[Sequence[Label]], fonts: Fonts) -> list[list[Label]]:
    """The labels of one picture with powers of ten all written the same way.

    Where one is written as on a calculator for want of room, all of them are.
    """
    texts = " ".join([label.text for labels in groups for label in labels])
    if "×10" in texts and _CALCULATOR.search(texts):
        return [[_as_calculator(label, fonts) for label in labels] for labels in groups]
    return [list(labels) for labels in groups]


def _as_calculator(label: Label, fonts: Fonts) -> Label:
    text = label.text.replace("×10", "e").translate(_LOWERED)
    if "×10" not in label.text:
        return label
    less = fonts.width(label.text, label.scale) - fonts.width(text, label.scale)
    left = label.term is None or label.term.name in ("t", "E")
    rect = label.rect.adjusted(0 if left else less / 2, 0, -less if left else -less / 2, 0)
    return replace(label, text=text, rect=rect)


def _make_room(kept: dict[Any, Any]) -> None:
    """Empties what is kept for the next Frames once it is much."""
    if len(kept) > 4096:
        kept.clear()


def _scaled(font: QFont, scale: float) -> QFont:
    scaled = QFont(font)
    scaled.setKerning(False)
    if font.pointSizeF() > 0:
        points = font.pointSizeF()
        scaled.setPointSizeF(max(points * scale, min(points, _LEGIBLE)))
    else:
        scaled.setPixelSize(max(round(font.pixelSize() * scale), 1))
    return scaled


@lru_cache
def _sizes(scales: tuple[float, ...], most: int) -> tuple[tuple[float, int], ...]:
    """Digits are given up before size down to four, then size, then the other digits."""
    enough = min(most, 4)
    return (
        *((scale, digits) for scale in scales for digits in range(most, enough - 1, -1)),
        *((scale, digits) for digits in range(enough - 1, 0, -1) for scale in scales),
    )


@dataclass(frozen=True, slots=True)
class Label:
    """One text as painted.

    rect: all that it covers; prefix: a name in a fainter colour before the text, such as "b ";
    term: what the text is the value of, None for captions; chip: on a background of its own;
    button: with a border, for it can be clicked; tint: the colour of the prefix, and of the chip of
    a gradient; stacked: the prefix stands on a line of its own.
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
    button: bool = False
    tint: str = ""
    stacked: bool = False


def label_width(fonts: Fonts, text: str, scale: float, bold: bool = False) -> float:
    """The width of a label with its margins."""
    return fonts.width(text, scale, bold) + 8


@dataclass(frozen=True, slots=True, eq=False)
class LaidLabel:
    """A Label with its colours chosen and its glyphs placed.

    bounds: all that it covers, descenders included; chip: what is painted behind it; a pen there
    means a border with round corners.
    """

    label: Label
    bounds: QRect
    chip: tuple[QRectF, QColor, QPen | None] | None
    glyphs: tuple[tuple[QPen, QPointF, QGlyphRun], ...]

    def paint(self, painter: QPainter) -> None:
        """Paints the chip, if there is one, then the prefix and the text."""
        if self.chip is not None:
            rect, fill, border = self.chip
            if border is None:
                painter.fillRect(rect, fill)
            else:
                painter.setPen(border)
                painter.setBrush(fill)
                painter.drawRoundedRect(rect, 4, 4)
        for pen, place, run in self.glyphs:
            painter.setPen(pen)
            painter.drawGlyphRun(place, run)


def lay_label(label: Label, fonts: Fonts, theme: Theme) -> LaidLabel:
    """Places the prefix and the text, centred."""
    centre = label.rect.center()
    wide = fonts.width(label.prefix, label.scale) if label.prefix and not label.stacked else 0.0
    x = centre.x() - (wide + fonts.width(label.text, label.scale, label.bold)) / 2
    y = centre.y() + fonts.capitals(label.scale) / 2
    glyphs = []
    if label.prefix:
        above = 0.24 * label.rect.height() if label.stacked else 0.0
        left = centre.x() - fonts.width(label.prefix, label.scale) / 2 if label.stacked else x
        pen = _pen(label.tint or theme.muted)
        ascent, runs = fonts.runs(label.prefix, label.scale)
        glyphs += [(pen, QPointF(left, y - above - ascent), run) for run in runs]
        y += above
    ascent, runs = fonts.runs(label.text, label.scale, label.bold)
    glyphs += [(_pen(label.colour), QPointF(x + wide, y - ascent), run) for run in runs]
    chip = _chip(label, theme) if label.chip or label.mark is not Mark.NONE else None
    return LaidLabel(label, _bounds(label, fonts), chip, tuple(glyphs))


def _bounds(label: Label, fonts: Fonts) -> QRect:
    below = max(fonts.line(label.scale) - label.rect.height(), 0.0) / 2 + 2
    return label.rect.adjusted(-2, -below, 2, below).toAlignedRect()


@lru_cache
def _pen(name: str) -> QPen:
    return QPen(QColor(name))


@lru_cache
def _colour(name: str) -> QColor:
    return QColor(name)


@lru_cache
def _soft(tint: str, fill: str) -> QColor:
    return mixed(tint, fill, 0.13)


def _chip(label: Label, theme: Theme) -> tuple[QRectF, QColor, QPen | None]:
    fill, border = chip_colours(label.mark, theme)
    if label.mark is Mark.NONE and not label.button:
        tinted = label.tint == theme.gradient
        return label.rect, _soft(label.tint, fill) if tinted else _colour(fill), None
    pen = QPen(_colour(border), 1.2 if label.mark is not Mark.NONE else 1.0)
    return label.rect.adjusted(0.5, 0.5, -0.5, -0.5), _colour(fill), pen


def chip_colours(mark: Mark, theme: Theme) -> tuple[str, str]:
    """Fill and border of what carries a mark."""
    if mark is Mark.WRITTEN:
        return theme.written_soft, theme.written
    if mark is Mark.READ:
        return theme.accent_soft, theme.accent
    return theme.surface, theme.line
