"""Rows of formulas and words, aligned at their relation and broken to a width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from string import Formatter

from PySide6.QtGui import QFont, QFontInfo

from gui.typesetting.boxes import THICK, Box, Inked, Row, Space, latex, plain
from gui.typesetting.drawing import Drawing
from gui.typesetting.grid import Grid
from gui.typesetting.latex import tidied
from gui.typesetting.writer import SHORT_SUM, Writer

Segment = tuple[str, list[Box]]
_RELATIONS = {"←": "\\leftarrow"}

_SMALLER = (0.88, 0.76, 0.64, 0.52, 0.4)
_LEAST_FILLED = 0.4
_LEAST_WORDS = 0.76


@dataclass(frozen=True)
class Formula:
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
    def fitted(self) -> dict[float, list[tuple[str, Box]]]:
        """The lines that the segments have been broken into, by the room there was."""
        return {}

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


@dataclass(frozen=True)
class Paragraph:
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
    def fitted(self) -> dict[float, list[Row]]:
        """The lines that it has been broken into, by the room there was."""
        return {}

    @cached_property
    def written(self) -> list[Box]:
        """The boxes as they are written where there is room."""
        return self.boxes(self.writer)

    def plain(self) -> str:
        """The row in plain text."""
        return plain(self.written)

    def latex(self) -> list[str]:
        """The row as a line of `aligned`, if it is one of formulas."""
        return [tidied(f"&{latex(self.written)}")] if self.is_formula else []


@dataclass(frozen=True)
class Table:
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


@dataclass(frozen=True)
class Setting:
    """How much room a page takes.

    gaps: the room between rows, as a share of what it is where there is plenty. notes_beside: a
    note stands in the rule's line if it fits. indices: whether the rows of that part are there;
    if not, `instead` brings them back.
    """

    gaps: float = 1.0
    notes_beside: bool = False
    indices: bool = True
    instead: Paragraph | None = None


ROOMY = Setting()
RULE, NOTE, INDICES, RESULT, LINKS = "rule", "note", "indices", "result", "links"
"""The parts of a page that a Setting, or a view, has to tell apart."""

_COMPACT = (ROOMY, Setting(0.5), Setting(0.5, True), Setting(0.3, True))


def fitting(
    rows: Sequence[Line], width: float, height: float, margin: float, instead: Paragraph | None
) -> Setting:
    """The roomiest Setting in which the results, and the links below them, are within `height`.

    Only for the results' sake the rows with indices are left out, and only if `instead` brings
    them back.
    """
    parts = [row.part for row in rows]
    if RESULT not in parts:
        return ROOMY
    result = len(parts) - parts[::-1].index(RESULT)
    links = len(parts) - parts[::-1].index(LINKS) if LINKS in parts else result
    heights = []
    for setting in _COMPACT:
        setter = _setter(rows, width, margin, setting, places=False)
        heights.append(setter.down_to(rows, result))
        if setter.down_to(rows, max(result, links), result) + margin <= height:
            return setting
    for setting, bottom in zip(_COMPACT, heights, strict=True):
        if bottom + margin <= height:
            return setting
    tight = _COMPACT[-1]
    can_leave_out = instead is not None and INDICES in parts
    return replace(tight, indices=False, instead=instead) if can_leave_out else tight


def set_rows(
    rows: Sequence[Line], width: float, margin: float, setting: Setting = ROOMY
) -> Drawing:
    """The rows below one another, nothing wider than `width`."""
    setter = _setter(rows, width, margin, setting)
    setter.down_to(rows, len(rows))
    setter.drawing.width = width
    setter.drawing.height = setter.y + margin
    return setter.drawing


def _setter(
    rows: Sequence[Line], width: float, margin: float, setting: Setting, places: bool = True
) -> _Setter:
    setter = _Setter(width, margin, setting, places)
    formulas = [row for row in rows if isinstance(row, Formula) and setter.shows(row)]
    lefts = [row.left_box.width for row in formulas if row.left_box]
    setter.column = margin + max(lefts, default=0.0)
    setter.start = setter.column + max((_relation_width(row.writer) for row in rows), default=0.0)
    return setter


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


class _Setter:
    """Puts rows onto a Drawing, from the top down; or only finds out how far down they reach."""

    def __init__(self, width: float, margin: float, setting: Setting, places: bool) -> None:
        self.drawing = Drawing()
        self.width, self.margin = width, margin
        self.setting, self.places = setting, places
        self.y = margin
        self.column = self.start = margin
        self.baseline = self.right = margin

    def shows(self, row: Line) -> bool:
        """Whether a row is not left out."""
        return self.setting.indices or row.part != INDICES

    def down_to(self, rows: Sequence[Line], end: int, begin: int = 0) -> float:
        """Sets the rows from `begin` to before `end`; gives where the last one ends."""
        last = max((n for n, row in enumerate(rows) if row.part == RESULT), default=-1)
        for number in range(begin, end):
            row = rows[number]
            if not self.shows(row):
                continue
            top = self.y
            if self._is_note_beside(rows, number):
                assert isinstance(row, Paragraph)
                self._beside(row, _fitted(row, self._room_beside(row))[0], self.right)
            else:
                self.row(row)
            if row.part and self.places:
                self.drawing.spans(row.part, top, self.y)
            if number == last and self.setting.instead:
                self._instead(self.setting.instead)
        return self.y

    def _is_note_beside(self, rows: Sequence[Line], number: int) -> bool:
        """Whether a row is the only note on a rule, and fits into its line."""
        row = rows[number]
        if not self.setting.notes_beside or row.part != NOTE or not number:
            return False
        next_part = rows[number + 1].part if number + 1 < len(rows) else ""
        if rows[number - 1].part != RULE or next_part == NOTE:
            return False
        assert isinstance(row, Paragraph)
        return Row(row.written).width <= self._room_beside(row)

    def _room_beside(self, row: Paragraph) -> float:
        return self.width - self.margin - self.right - 1.2 * row.writer.em

    def _beside(self, row: Paragraph, line: Row, right: float) -> None:
        if self.places:
            line.place(self.drawing, right + 1.2 * row.writer.em, self.baseline, row.ink)
        self.y = max(self.y, self.baseline + line.descent)

    def _instead(self, link: Paragraph) -> None:
        """The link to what is left out: at the right end of the result's line, if it fits."""
        line = Row(link.written)
        if line.width <= self._room_beside(link):
            left = self.width - self.margin - line.width
            self._beside(link, line, left - 1.2 * link.writer.em)
        else:
            self.paragraph(link)

    def row(self, row: Line) -> None:
        match row:
            case Formula():
                self.formula(row)
            case Paragraph():
                self.paragraph(row)
            case Table():
                self.table(row)

    def table(self, row: Table) -> None:
        self._gap(row.gap, row.writer)
        grid = self._fitted_grid(row)
        if self.places:
            grid.place(self.drawing, self.margin, self.y, row.ink)
        self.y += grid.height

    def _fitted_grid(self, row: Table) -> Grid:
        room = self.width - 2 * self.margin
        least = row.least * row.writer.pixels
        variants = list(_variants(row.writer))
        large = [(writer, False) for writer in variants if writer.pixels >= least]
        grids = (row.grid(*how) for how in large + [(writer, True) for writer in variants])
        grid = next(grids)
        while grid.width > room:
            narrower = next(grids, None)
            if narrower is None:
                return grid
            grid = narrower
        return grid

    def formula(self, row: Formula) -> None:
        self._gap(row.gap, row.writer)
        for number, (sign, line) in enumerate(self._fitted_lines(row)):
            left = None if number else row.left_box
            self._line(row, left, sign, line, first=not number)

    def _fitted_lines(self, row: Formula) -> list[tuple[str, Box]]:
        room = self.width - self.margin - self.start
        if room in row.fitted:
            return row.fitted[room]
        lines: list[tuple[str, Box]] = []
        for writer in _variants(row.writer):
            segments = row.written if writer is row.writer else row.segments(writer)
            lines = _lines_of(row, segments, writer, room)
            if all(line.width <= room for _, line in lines):
                break
        row.fitted[room] = lines
        return lines

    def _line(self, row: Formula, left: Box | None, sign: str, line: Box, first: bool) -> None:
        relation = row.writer.symbol(sign) if sign else None
        parts = [box for box in (left, relation, line) if box]
        self.y += 0.0 if first else 0.36 * row.writer.em
        baseline = round(self.y + max(box.ascent for box in parts))
        if left and self.places:
            left.place(self.drawing, self.column - left.width, baseline, row.ink)
        if relation and self.places:
            middle = (self.column + self.start - relation.width) / 2
            relation.place(self.drawing, middle, baseline, row.ink)
        if self.places:
            line.place(self.drawing, self.start, baseline, row.ink)
        self.baseline, self.right = baseline, self.start + line.width
        self.y = baseline + max(box.descent for box in parts)

    def paragraph(self, row: Paragraph) -> None:
        self._gap(row.gap, row.writer)
        em = row.writer.em
        start = self.start if row.at_relation else self.margin
        hang = row.hang * em
        for number, line in enumerate(_fitted(row, self.width - self.margin - start - hang)):
            self.y += 0.12 * em if number else 0.0
            baseline = round(self.y + line.ascent)
            if self.places:
                line.place(self.drawing, start + (hang if number else 0.0), baseline, row.ink)
            self.y = baseline + line.descent

    def _gap(self, gap: float, writer: Writer) -> None:
        if self.y > self.margin:
            self.y += self.setting.gaps * gap * writer.em


def _fitted(row: Paragraph, room: float) -> list[Row]:
    """A paragraph's lines in the first variant that fits."""
    if room in row.fitted:
        return row.fitted[room]
    lines: list[Row] = []
    for writer in _variants(row.writer):
        boxes = row.written if writer is row.writer else row.boxes(writer)
        lines = [Row(line) for line in broken(boxes, room)]
        if all(line.width <= room for line in lines):
            break
    row.fitted[room] = lines
    return lines


def _relation_width(writer: Writer) -> float:
    return (0.72 + 2 * THICK) * writer.em


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
