"""Boxes: what a formula is made of on paper, each with its width, ascent and descent.

A box writes itself into a Drawing, a flat list that is painted, searched and reused as it is. Each
box can also say itself in plain text, and in LaTeX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout

from engine.expression import Term
from gui.typesetting.drawing import Drawing, Region
from gui.typesetting.latex import of_symbol, of_words
from gui.typesetting.metrics import AXIS, RULE, SUBSCRIPT_DOWN, SUPERSCRIPT_UP, Glyphs, MathsFont

THIN, MEDIUM, THICK = 3 / 18, 4 / 18, 5 / 18
_DELIMITERS = {"(": r"\left( ", ")": r"\right) "}


class Box:
    """Something with a width and a baseline. `em` is the size of the font around it."""

    __slots__ = ("ascent", "descent", "width")

    width: float
    ascent: float
    descent: float

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        """Writes itself with its baseline's left end at (x, y), in the colour named `ink`."""

    def plain(self) -> str:
        """The same in plain text."""
        return ""

    def latex(self) -> str:
        """The same in LaTeX, for amsmath."""
        return ""


class Space(Box):
    """Room between boxes. break_depth: the depth in parentheses of a line break; None: no break."""

    __slots__ = ("break_depth",)

    def __init__(self, width: float, break_depth: int | None = None) -> None:
        self.width, self.ascent, self.descent = width, 0.0, 0.0
        self.break_depth = break_depth

    def plain(self) -> str:
        return " " if self.width else ""

    def latex(self) -> str:
        return " " if self.width else ""


class Symbol(Box):
    """A run of glyphs of the maths font; `said` is what it is in plain text, `text` its characters.

    text is "" where `said` has the same characters.
    """

    __slots__ = ("glyphs", "said", "text")

    def __init__(self, glyphs: Glyphs, said: str, text: str = "") -> None:
        self.glyphs, self.said, self.text = glyphs, said, text
        self.width, self.ascent, self.descent = glyphs.width, glyphs.ascent, glyphs.descent

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        drawing.glyphs.append((QPointF(x, y), self.glyphs.run, ink))

    def plain(self) -> str:
        return self.said

    def latex(self) -> str:
        return of_symbol(self.text or self.said)


class Stretched(Symbol):
    """A delimiter or large operator, moved so that its middle lies on the axis."""

    __slots__ = ("_down",)

    def __init__(self, glyphs: Glyphs, said: str, axis: float) -> None:
        super().__init__(glyphs, said)
        self._down = (glyphs.ascent - glyphs.descent) / 2 - axis
        self.ascent -= self._down
        self.descent += self._down

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        drawing.glyphs.append((QPointF(x, y + self._down), self.glyphs.run, ink))

    def latex(self) -> str:
        return _DELIMITERS.get(self.said) or of_symbol(self.said)


class Words(Box):
    """Text of a label, in the font of the window; it may be in any script."""

    __slots__ = ("_runs", "_text")

    def __init__(self, text: str, font: QFont) -> None:
        self._text = text
        metrics = QFontMetricsF(font)
        self.width, self.ascent = metrics.horizontalAdvance(text), metrics.ascent()
        self.descent = metrics.descent()
        layout = QTextLayout(text, font)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        # One for each of the fonts it takes, from the upper left corner.
        self._runs = layout.glyphRuns()

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        for run in self._runs:
            drawing.glyphs.append((QPointF(x, y - self.ascent), run, ink))

    def plain(self) -> str:
        return self._text

    def latex(self) -> str:
        return of_words(self._text) + r"\ "


class Row(Box):
    """Boxes side by side on one baseline."""

    __slots__ = ("boxes",)

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.boxes = boxes
        self.width = sum([box.width for box in boxes])
        self.ascent = max([box.ascent for box in boxes], default=0.0)
        self.descent = max([box.descent for box in boxes], default=0.0)

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        for box in self.boxes:
            box.place(drawing, x, y, ink)
            x += box.width

    def plain(self) -> str:
        return plain(self.boxes)

    def latex(self) -> str:
        return latex(self.boxes)


class Stack(Box):
    """Boxes below one another, each in the middle; the baseline is the first one's."""

    __slots__ = ("_boxes", "_gap")

    def __init__(self, boxes: Sequence[Box], gap: float) -> None:
        self._boxes, self._gap = boxes, gap
        first, *others = boxes
        self.width = max(box.width for box in boxes)
        self.ascent = first.ascent
        self.descent = first.descent + sum(gap + box.ascent + box.descent for box in others)

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        y -= self._boxes[0].ascent
        for box in self._boxes:
            y += box.ascent
            box.place(drawing, x + (self.width - box.width) / 2, y, ink)
            y += box.descent + self._gap

    def plain(self) -> str:
        return " ".join(box.plain() for box in self._boxes)


class Around(Box):
    """A box that adds something to the one it holds."""

    __slots__ = ("inner",)

    def __init__(self, inner: Box) -> None:
        self.inner = inner
        self.width, self.ascent, self.descent = inner.width, inner.ascent, inner.descent

    def plain(self) -> str:
        return self.inner.plain()

    def latex(self) -> str:
        return self.inner.latex()


class Standing(Around):
    """A box that stands for a term: it can be pointed at."""

    __slots__ = ("term",)

    def __init__(self, inner: Box, term: Term) -> None:
        super().__init__(inner)
        self.term = term

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        self.inner.place(drawing, x, y, ink)
        drawing.pointable.append((self, x, y))

    def region(self, x: float, y: float) -> Region:
        """Where it is, and what it stands for."""
        return Region(_around(self, x, y), self.term)


class Pressed(Around):
    """A box that does something when it is clicked."""

    __slots__ = ("action",)

    def __init__(self, inner: Box, action: str) -> None:
        super().__init__(inner)
        self.action = action

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        self.inner.place(drawing, x, y, "link")
        drawing.pointable.append((self, x, y))

    def region(self, x: float, y: float) -> Region:
        """Where it is, what it does and what it reads."""
        return Region(_around(self, x, y), None, self.action, self.inner.plain())


class Inked(Around):
    """A box in a colour of its own, on a chip if a colour for that is named."""

    __slots__ = ("_chip", "_ink", "_pad")

    def __init__(self, inner: Box, ink: str, chip: str = "", pad: float = 0.0) -> None:
        super().__init__(inner)
        self._ink, self._chip, self._pad = ink, chip, pad
        self.width += 2 * pad

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        if self._chip:
            around = self._pad * 0.7
            height = self.ascent + self.descent + 2 * around
            rect = QRectF(x, y - self.ascent - around, self.width, height)
            drawing.chips.append((rect, self._chip))
        # A line that is written in a muted colour stays so.
        self.inner.place(drawing, x + self._pad, y, ink if ink == "muted" else self._ink)


class Scripts(Box):
    """A base with a superscript, a subscript, or both one above the other."""

    __slots__ = ("_base", "_down", "_says", "_sub", "_sup", "_up")

    def __init__(
        self,
        base: Box,
        sup: Box | None,
        sub: Box | None,
        em: float,
        says: Callable[[str, str, str], str] | None = None,
    ) -> None:
        self._base, self._sup, self._sub, self._says = base, sup, sub, says
        self._up = max(SUPERSCRIPT_UP * em, base.ascent - 0.38 * em) if sup else 0.0
        self._down = max(SUBSCRIPT_DOWN * em, base.descent - 0.02 * em) if sub else 0.0
        if sup and sub:
            self._part(sup, sub, em)
        self.width = base.width + max(each.width if each else 0.0 for each in (sup, sub))
        self.width += 0.04 * em
        self.ascent = max(base.ascent, self._up + sup.ascent if sup else 0.0)
        self.descent = max(base.descent, self._down + sub.descent if sub else 0.0)

    def _part(self, sup: Box, sub: Box, em: float) -> None:
        """Moves the two apart until a gap of 0.15 em is between them."""
        gap = (self._up - sup.descent) - (sub.ascent - self._down)
        lacking = 0.15 * em - gap
        if lacking > 0:
            self._up += lacking / 2
            self._down += lacking / 2

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        self._base.place(drawing, x, y, ink)
        x += self._base.width
        if self._sup:
            self._sup.place(drawing, x, y - self._up, ink)
        if self._sub:
            self._sub.place(drawing, x, y + self._down, ink)

    def plain(self) -> str:
        base = self._base.plain()
        sub = self._sub.plain() if self._sub else ""
        sup = self._sup.plain() if self._sup else ""
        if self._says:
            return self._says(base, sub, sup)
        return base + _script("_", sub) + _script("^", sup)

    def latex(self) -> str:
        base = self._base.latex()
        if isinstance(self._base, Scripts | Row | Around) and not base.rstrip().endswith(")"):
            base = f"{{{base}}}"
        below = f"_{{{self._sub.latex()}}}" if self._sub else ""
        return base + below + (f"^{{{self._sup.latex()}}}" if self._sup else "")


class Fraction(Box):
    """One box over another with a rule between."""

    __slots__ = ("_axis", "_bottom", "_drop", "_pad", "_rise", "_thick", "_top")

    def __init__(self, top: Box, bottom: Box, em: float, tight: bool = False) -> None:
        self._top, self._bottom = top, bottom
        self._axis, self._thick, self._pad = AXIS * em, max(RULE * em, 1.0), 0.1 * em
        gap = (0.09 if tight else 0.16) * em
        self._rise = self._axis + self._thick / 2 + gap + top.descent
        self._drop = -self._axis + self._thick / 2 + gap + bottom.ascent
        self.width = max(top.width, bottom.width) + 4 * self._pad
        self.ascent = self._rise + top.ascent
        self.descent = self._drop + bottom.descent

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        middle = x + self.width / 2
        self._top.place(drawing, middle - self._top.width / 2, y - self._rise, ink)
        self._bottom.place(drawing, middle - self._bottom.width / 2, y + self._drop, ink)
        rule = QRectF(
            x + self._pad, y - self._axis - self._thick / 2, self.width - 2 * self._pad, self._thick
        )
        drawing.rules.append((rule, ink))

    def plain(self) -> str:
        return f"{_grouped(self._top.plain())}/{_grouped(self._bottom.plain())}"

    def latex(self) -> str:
        return rf"\frac{{{self._top.latex()}}}{{{self._bottom.latex()}}}"


class BigOperator(Box):
    """Σ with its index below."""

    __slots__ = ("_below", "_drop", "_sign")

    def __init__(self, sign: Box, below: Box, em: float) -> None:
        self._sign, self._below = sign, below
        self._drop = sign.descent + 0.13 * em + below.ascent
        self.width = max(sign.width, below.width)
        self.ascent, self.descent = sign.ascent, self._drop + below.descent

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        middle = x + self.width / 2
        self._sign.place(drawing, middle - self._sign.width / 2, y, ink)
        self._below.place(drawing, middle - self._below.width / 2, y + self._drop, ink)

    def plain(self) -> str:
        return f"{self._sign.plain()}_{self._below.plain()}"

    def latex(self) -> str:
        return f"{self._sign.latex()}_{{{self._below.latex()}}}"


class Radical(Box):
    """A square root: the sign, and a rule over what it is taken of."""

    __slots__ = ("_down", "_inner", "_sign", "_thick")

    def __init__(self, inner: Box, font: MathsFont) -> None:
        em = font.pixels
        self._inner, self._thick = inner, max(RULE * em, 1.0)
        gap = 0.12 * em
        sign = font.stretched("√", inner.ascent + inner.descent + gap + self._thick)
        self._sign = sign
        spare = sign.ascent + sign.descent - inner.ascent - inner.descent - gap - self._thick
        self.ascent = inner.ascent + gap + self._thick + max(spare, 0.0) / 2
        self._down = sign.ascent - self.ascent
        self.descent = max(inner.descent, sign.descent + self._down)
        self.width = sign.width + inner.width + 0.08 * em

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        drawing.glyphs.append((QPointF(x, y + self._down), self._sign.run, ink))
        start = x + self._sign.width
        rule = QRectF(start - 0.5, y - self.ascent, self.width - self._sign.width, self._thick)
        drawing.rules.append((rule, ink))
        self._inner.place(drawing, start, y, ink)

    def plain(self) -> str:
        return f"√({self._inner.plain()})"

    def latex(self) -> str:
        return rf"\sqrt{{{self._inner.latex()}}}"


class Bars(Box):
    """‖ … ‖ as tall as what is between."""

    __slots__ = ("_gap", "_inner", "_thick")

    def __init__(self, inner: Box, em: float) -> None:
        self._inner, self._thick, self._gap = inner, max(0.06 * em, 1.0), 0.14 * em
        self.width = inner.width + 2 * (3 * self._gap + 2 * self._thick)
        self.ascent = max(inner.ascent, 0.71 * em) + 0.04 * em
        self.descent = max(inner.descent, 0.2 * em) + 0.04 * em

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        step, height = self._gap + self._thick, self.ascent + self.descent
        last = x + self.width - self._gap / 2 - self._thick
        for left in (x + self._gap / 2, x + self._gap / 2 + step, last - step, last):
            drawing.rules.append((QRectF(left, y - self.ascent, self._thick, height), ink))
        self._inner.place(drawing, x + (self.width - self._inner.width) / 2, y, ink)

    def plain(self) -> str:
        return f"‖{self._inner.plain()}‖"

    def latex(self) -> str:
        return rf"\left\lVert {self._inner.latex()} \right\rVert "


class Cases(Box):
    """A brace before two lines: a value and when it holds. `muted` names the line that does not."""

    __slots__ = ("_brace", "_column", "_gap", "_muted", "_rows", "_ys")

    def __init__(
        self, rows: Sequence[tuple[Box, Box]], font: MathsFont, muted: int | None = None
    ) -> None:
        em = font.pixels
        self._rows, self._muted, self._gap = rows, muted, 0.5 * em
        self._column = max(value.width for value, _ in rows)
        lines = [Row(pair) for pair in rows]
        height = sum(line.ascent + line.descent for line in lines) + 0.3 * em
        top = height / 2 + AXIS * em
        first = lines[0].ascent - top
        last = height - top - lines[1].descent
        self._ys = (first, last)
        brace = Stretched(font.stretched("{", height), "{", AXIS * em)
        self._brace = brace
        conditions = max(when.width for _, when in rows)
        self.width = brace.width + 0.2 * em + self._column + self._gap + conditions
        self.ascent, self.descent = max(top, brace.ascent), max(height - top, brace.descent)

    def place(self, drawing: Drawing, x: float, y: float, ink: str) -> None:
        x += 0.2 * self._gap
        self._brace.place(drawing, x, y, ink)
        x += self._brace.width + 0.2 * self._gap
        for number, (value, when) in enumerate(self._rows):
            colour = "muted" if number == self._muted else ink
            value.place(drawing, x, y + self._ys[number], colour)
            when.place(drawing, x + self._column + self._gap, y + self._ys[number], colour)

    def plain(self) -> str:
        return "{" + "; ".join(f"{a.plain()} {b.plain()}" for a, b in self._rows) + "}"

    def latex(self) -> str:
        rows = r" \\ ".join(f"{value.latex()} & {when.latex()}" for value, when in self._rows)
        return rf"\begin{{cases}} {rows} \end{{cases}}"


def _around(box: Box, x: float, y: float) -> QRectF:
    return QRectF(x, y - box.ascent, box.width, box.ascent + box.descent)


def plain(boxes: Iterable[Box]) -> str:
    """Boxes side by side as plain text."""
    return "".join([box.plain() for box in boxes])


def latex(boxes: Iterable[Box]) -> str:
    """Boxes side by side as LaTeX."""
    return "".join([box.latex() for box in boxes])


def _grouped(text: str) -> str:
    return f"({text})" if " " in text or "/" in text else text


def _script(mark: str, text: str) -> str:
    if not text:
        return ""
    return mark + (text if len(text) == 1 or text.isalnum() or text[0] in "(⟨" else f"({text})")
