"""Rows of formulas and words, aligned at their relation and broken to a width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontInfo

from gui.typesetting.boxes import Box, Inked, Row, Space, latex, plain
from gui.typesetting.grid import Grid
from gui.typesetting.latex import tidied
from gui.typesetting.layout import Part, SetLine
from gui.typesetting.writer import SHORT_SUM, Writer

Segment = tuple[str, list[Box]]
_RELATIONS = {"←": "\\leftarrow"}

RULE, NOTE, INDICES, RESULT, LINKS = "rule", "note", "indices", "result", "links"
"""The parts of a page that whoever sets it, or a view, has to tell apart."""

_SMALLER = (0.88, 0.76, 0.64, 0.52, 0.4)
_LEAST_FILLED = 0.4
_LEAST_WORDS = 0.76
_MOST_KEPT = 8


class Columns(NamedTuple):
    """Where the lines of a page begin and end, in pixels from its left edge.

    margin: where words begin, and tables. left: where left sides end; right: where what stands on
    the right of a relation begins. end: where a line has to end.
    """

    margin: float
    left: float
    right: float
    end: float


class _Row:
    """What all rows have in common: the lines they are set in are kept."""

    def set_at(self, columns: Columns) -> Sequence[SetLine]:
        """The row's lines between those columns."""
        found = self._kept.get(columns)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[columns] = self._set(columns)
        return found

    @cached_property
    def _kept(self) -> dict[Columns, Sequence[SetLine]]:
        return {}

    def _set(self, columns: Columns) -> Sequence[SetLine]:
        raise NotImplementedError


@dataclass(frozen=True)
class Formula(_Row):
    """Left side, then segments that each begin with a relation.

    joined: the segments share a line where they fit; else each begins a new one. gap: room above,
    in em. part: what of the page it belongs to, for those that are found again.
    """

    left: Callable[[Writer], Box] | None
    segments: Callable[[Writer], list[Segment]]
    writer: Writer
    gap: float = 0.55
    ink: str = "text"
    joined: bool = False
    part: str = ""

    @cached_property
    def left_box(self) -> Box | None:
        """The left side."""
        return self.left(self.writer) if self.left else None

    @cached_property
    def written(self) -> list[Segment]:
        """The segments as they are written where there is room; they do not depend on a width."""
        return self.segments(self.writer)

    def plain(self) -> str:
        """The row in plain text."""
        rest = " ".join(f"{sign} {plain(boxes)}" for sign, boxes in self.written)
        return f"{self.left_box.plain()} {rest}" if self.left_box else rest

    def latex(self) -> list[str]:
        """The row as lines of `aligned`."""
        left = self.left_box.latex() if self.left_box else ""
        sides = [(_RELATIONS.get(sign, sign), latex(boxes)) for sign, boxes in self.written]
        if self.joined:
            sides = [(sides[0][0], " = ".join(side for _, side in sides))]
        lines = [tidied(f"&{sign} {side}") for sign, side in sides]
        return [f"{tidied(left)} {lines[0]}".strip(), *lines[1:]]

    def _set(self, columns: Columns) -> Sequence[SetLine]:
        lines = []
        for number, (sign, right) in enumerate(self._fitted(columns.end - columns.right)):
            parts = [Part(columns.right, right, self.ink)]
            if sign:
                relation = self.writer.symbol(sign)
                middle = (columns.left + columns.right - relation.width) / 2
                parts.insert(0, Part(middle, relation, self.ink))
            if self.left_box and not number:
                parts.insert(0, Part(columns.left - self.left_box.width, self.left_box, self.ink))
            lines.append(SetLine(parts, 0.36 * self.writer.em if number else 0.0))
        return lines

    def _fitted(self, room: float) -> list[tuple[str, Box]]:
        lines: list[tuple[str, Box]] = []
        for writer in _variants(self.writer):
            segments = self.written if writer is self.writer else self.segments(writer)
            lines = _lines_of(self, segments, writer, room)
            if all([line.width <= room for _, line in lines]):
                break
        return lines


@dataclass(frozen=True)
class Paragraph(_Row):
    """Words and formulas that run on; a continued line hangs by `hang` em.

    at_relation: it begins below the right-hand sides. is_formula: it belongs into a LaTeX copy.
    is_link: it only leads to more, and is left out of texts.
    """

    boxes: Callable[[Writer], list[Box]]
    writer: Writer
    gap: float = 0.55
    ink: str = "muted"
    at_relation: bool = False
    hang: float = 0.0
    is_formula: bool = False
    is_link: bool = False
    part: str = ""

    @cached_property
    def written(self) -> list[Box]:
        """The boxes as they are written where there is room."""
        return self.boxes(self.writer)

    @cached_property
    def whole(self) -> Row:
        """All of it in one line."""
        return Row(self.written)

    def plain(self) -> str:
        """The row in plain text."""
        return plain(self.written)

    def latex(self) -> list[str]:
        """The row as a line of `aligned`, if it is one of formulas."""
        return [tidied(f"&{latex(self.written)}")] if self.is_formula else []

    def beside(self, x: float) -> SetLine:
        """All of it in one line that begins at x."""
        found = self._kept_beside.get(x)
        if found is None:
            if len(self._kept_beside) >= _MOST_KEPT:
                self._kept_beside.clear()
            found = self._kept_beside[x] = SetLine([Part(x, self.whole, self.ink)])
        return found

    @cached_property
    def _kept_beside(self) -> dict[float, SetLine]:
        return {}

    def _set(self, columns: Columns) -> Sequence[SetLine]:
        em = self.writer.em
        start = columns.right if self.at_relation else columns.margin
        hang = self.hang * em
        lines = []
        for number, line in enumerate(self._fitted(columns.end - start - hang)):
            part = Part(start + (hang if number else 0.0), line, self.ink)
            lines.append(SetLine([part], 0.12 * em if number else 0.0))
        return lines

    def _fitted(self, room: float) -> list[Row]:
        """The lines in the first variant that fits."""
        lines: list[Row] = []
        for writer in _variants(self.writer):
            boxes = self.written if writer is self.writer else self.boxes(writer)
            lines = [Row(line) for line in broken(boxes, room)]
            if all([line.width <= room for line in lines]):
                break
        return lines


@dataclass(frozen=True)
class Table(_Row):
    """Cells in columns. grid: what is set, in less width if asked to; said: its lines of text.

    tex: its lines of `aligned`. least: how far it shrinks before it is set in less width.
    """

    grid: Callable[[Writer, bool], Grid]
    said: Callable[[Writer], list[str]]
    tex: Callable[[Writer], list[str]]
    writer: Writer
    gap: float = 0.8
    ink: str = "text"
    least: float = 1.0
    part: str = ""

    def plain(self) -> str:
        """The table in plain text, a line for each of its rows."""
        return "\n".join(self.said(self.writer))

    def latex(self) -> list[str]:
        """The table as lines of `aligned`."""
        return [tidied(line) for line in self.tex(self.writer)]

    def _set(self, columns: Columns) -> Sequence[SetLine]:
        grid = self._fitted(columns.end - columns.margin)
        return [SetLine([Part(columns.margin, grid, self.ink)])]

    def _fitted(self, room: float) -> Grid:
        least = self.least * self.writer.pixels
        variants = list(_variants(self.writer))
        large = [(writer, False) for writer in variants if writer.pixels >= least]
        grids = (self.grid(*how) for how in large + [(writer, True) for writer in variants])
        grid = next(grids)
        while grid.width > room:
            narrower = next(grids, None)
            if narrower is None:
                return grid
            grid = narrower
        return grid


Line = Formula | Paragraph | Table


def sentence(writer: Writer, text: str, parts: Mapping[str, list[Box]]) -> list[Box]:
    """Words between which a line may break, with boxes in the place of each {name}."""
    boxes: list[Box] = []
    for place, word in enumerate(text.split()):
        if place:
            boxes.append(writer.space(0.22, 0))
        for literal, name, _, _ in Formatter().parse(word):
            boxes += [writer.text(literal)] if literal else []
            boxes += parts[name] if name else []
    return boxes


def words(writer: Writer, text: str, ink: str = "") -> list[Box]:
    """Words between which a line may break."""
    boxes: list[Box] = []
    for place, word in enumerate(text.split()):
        if place:
            boxes.append(writer.space(0.22, 0))
        box = writer.text(word)
        boxes.append(Inked(box, ink) if ink else box)
    return boxes


def broken(boxes: Sequence[Box], width: float) -> list[Sequence[Box]]:
    """Boxes cut into lines, at the outermost operators that leave a line well filled."""
    lines: list[Sequence[Box]] = []
    start = 0
    while start < len(boxes):
        end = _end_of_line(boxes, start, width)
        lines.append(_trimmed(boxes[start:end]))
        start = end + 1
    return lines or [()]


def _end_of_line(boxes: Sequence[Box], start: int, width: float) -> int:
    """The index of the space to break at; the number of boxes where the rest fits."""
    x = 0.0
    breaks: list[tuple[int, int, float]] = []
    for place in range(start, len(boxes)):
        box = boxes[place]
        if isinstance(box, Space) and box.break_depth is not None:
            if x > width and breaks:
                break
            if place > start:
                breaks.append((place, box.break_depth, x))
        x += box.width
    if x <= width:
        return len(boxes)
    fitting = [each for each in breaks if each[2] <= width]
    if not fitting:
        return breaks[0][0] if breaks else len(boxes)
    filled = [each for each in fitting if each[2] >= _LEAST_FILLED * width] or fitting
    return min(filled, key=lambda each: (each[1], -each[0]))[0]


def _trimmed(boxes: Sequence[Box]) -> Sequence[Box]:
    end = len(boxes)
    while end and isinstance(boxes[end - 1], Space):
        end -= 1
    return boxes[:end]


def _variants(writer: Writer) -> Iterator[Writer]:
    """Ways to write the same in less and less room."""
    yield writer
    narrow = writer.but(inline=True)
    yield narrow
    if writer.longest_sum is not None:
        narrow = narrow.but(longest_sum=min(writer.longest_sum, SHORT_SUM))
        yield narrow
    for scale in _SMALLER:
        smaller = _scaled(writer.words, max(scale, _LEAST_WORDS))
        yield narrow.but(pixels=writer.pixels * scale, words=smaller)


def _scaled(font: QFont, scale: float) -> QFont:
    made = QFont(font)
    made.setPixelSize(round(QFontInfo(font).pixelSize() * scale))
    return made


def _lines_of(
    row: Formula, segments: list[Segment], writer: Writer, room: float
) -> list[tuple[str, Box]]:
    """The right-hand sides, each line with the relation it begins with, if any."""
    if row.joined and len(segments) > 1:
        together: list[Box] = []
        for number, (sign, boxes) in enumerate(segments):
            together += [writer.relation(sign), *boxes] if number else boxes
        whole = Row(together)
        if whole.width <= room:
            return [(segments[0][0], whole)]
    lines: list[tuple[str, Box]] = []
    for sign, boxes in segments:
        for number, line in enumerate(broken(boxes, room)):
            lines.append((sign if not number else "", Row(line)))
    return lines
