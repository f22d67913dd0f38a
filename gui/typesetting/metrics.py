"""The maths font measured: strings as glyph runs, and the variants that tall things stretch to.

Qt's line height of STIX Two Math is 3.9 em, so every extent here is that of the ink. Distances
named below are the font's own MATH constants, in em.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QGlyphRun, QRawFont

from gui.fonts import MATHS_FAMILY

AXIS = 0.258
RULE = 0.068
SUPERSCRIPT_UP = 0.360
SUBSCRIPT_DOWN = 0.210
SCRIPT_SCALES = (1.0, 1.0, 0.72, 0.6)

# Glyph numbers of STIX Two Math, smallest first.
SIZES = {
    "(": (1064, *range(1301, 1313)),
    ")": (1065, *range(1313, 1325)),
    "{": (1068, *range(1349, 1361)),
    "√": (1657, 1658, 1659, 1660),
    "∑": (1646, 1647),
}

_CACHED_STRINGS = 4000


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A measured run of glyphs: its advance, and its ink above and below the baseline."""

    run: QGlyphRun
    width: float
    ascent: float
    descent: float


@dataclass(frozen=True, slots=True)
class _Character:
    index: int
    advance: float
    ascent: float
    descent: float


class MathsFont:
    """STIX Two Math at one size in pixels."""

    def __init__(self, pixels: float) -> None:
        self.pixels = pixels
        font = QFont(MATHS_FAMILY)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self._raw = QRawFont.fromFont(font)
        self._raw.setPixelSize(pixels)
        self._strings: dict[str, Glyphs] = {}
        self._characters: dict[str, _Character] = {}
        self._blanks: dict[tuple[float, ...], tuple[float, QGlyphRun]] = {}
        self._variants: dict[tuple[str, float], Glyphs] = {}

    def glyphs(self, text: str) -> Glyphs:
        """`text` as glyphs, without kerning: mathematics has none."""
        found = self._strings.get(text)
        if found is None:
            if len(self._strings) > _CACHED_STRINGS:
                self._strings.clear()  # Numbers come and go; the letters are soon back.
            found = self._strings[text] = self._measured(text)
        return found

    def stretched(self, character: str, height: float) -> Glyphs:
        """The smallest variant of a delimiter at least `height` high, or else the largest."""
        key = character, height
        found = self._variants.get(key)
        if found is None and not self._has_sizes(character):
            found = self._variants[key] = self._enlarged(character, height)
        if found is None:
            sizes = SIZES[character]
            made = (self._made([self._glyph(index)]) for index in sizes)
            tall = (each for each in made if each.ascent + each.descent >= height)
            found = next(tall, None) or self._made([self._glyph(sizes[-1])])
            self._variants[key] = found
        return found

    def _has_sizes(self, character: str) -> bool:
        """Whether the glyph numbers are this font's: another stands in where ours is missing."""
        return bool(self._raw.glyphIndexesForString(character)[0] == SIZES[character][0])

    def _enlarged(self, character: str, height: float) -> Glyphs:
        plain = self.glyphs(character)
        tall = plain.ascent + plain.descent
        if tall <= 0 or tall >= height:
            return plain
        return MathsFont(self.pixels * height / tall).glyphs(character)

    def _measured(self, text: str) -> Glyphs:
        known = self._characters
        for character in set(text).difference(known):
            known[character] = self._glyph(self._raw.glyphIndexesForString(character)[0])
        return self._made([known[character] for character in text])

    def _glyph(self, index: int) -> _Character:
        ink = self._raw.boundingRect(index)
        advance = self._raw.advancesForGlyphIndexes([index])[0].x()
        return _Character(index, advance, -ink.top(), ink.bottom())

    def _made(self, parts: list[_Character]) -> Glyphs:
        width, blank = self._blank(tuple([part.advance for part in parts]))
        run = QGlyphRun(blank)
        run.setGlyphIndexes([part.index for part in parts])
        ascent = max([part.ascent for part in parts], default=0.0)
        descent = max([part.descent for part in parts], default=0.0)
        return Glyphs(run, width, ascent, descent)

    def _blank(self, advances: tuple[float, ...]) -> tuple[float, QGlyphRun]:
        """The width, and a run that lacks only the glyphs; digits are all as wide and share it."""
        found = self._blanks.get(advances)
        if found is None:
            if len(self._blanks) > _CACHED_STRINGS:
                self._blanks.clear()
            starts = list(accumulate(advances, initial=0.0))
            run = QGlyphRun()
            run.setRawFont(self._raw)
            run.setPositions([QPointF(x, 0.0) for x in starts[:-1]])
            found = self._blanks[advances] = starts[-1], run
        return found


@lru_cache(maxsize=64)
def maths_font(pixels: float) -> MathsFont:
    """The one MathsFont of a size."""
    return MathsFont(pixels)
