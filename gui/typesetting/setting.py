"""Sets rows below one another: roomily, or in as little height as they need to be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from gui.typesetting.boxes import THICK
from gui.typesetting.layout import Layout, SetLine
from gui.typesetting.lines import (
    INDICES,
    LINKS,
    NOTE,
    RESULT,
    RULE,
    Columns,
    Formula,
    Line,
    Paragraph,
)

_RELATION = 0.72 + 2 * THICK
"""The width of a relation with the room around it, in em."""
_BESIDE = 1.2
"""The room between a line and what is put beside it, in em."""


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
_TIGHTER = (Setting(0.5), Setting(0.5, True))
_TIGHTEST = Setting(0.3, True)


def set_to_fit(
    rows: Sequence[Line],
    width: float,
    height: float,
    margin: float,
    instead: Callable[[], Paragraph] | None,
) -> Layout:
    """The roomiest Layout in which the results, and the links below them, are within `height`.

    Only for the results' sake the rows with indices are left out, and only if `instead` makes a
    link that brings them back.
    """
    roomy = set_rows(rows, width, margin)
    if RESULT not in roomy.parts or _ends(roomy, (RESULT, LINKS)) <= height:
        return roomy
    # Nothing is lower than the tightest: whether that fits decides what the others are tried for.
    tightest = set_rows(rows, width, margin, _TIGHTEST)
    for parts in (RESULT, LINKS), (RESULT,):
        if _ends(tightest, parts) <= height:
            looser = chain([roomy], (set_rows(rows, width, margin, each) for each in _TIGHTER))
            return next((each for each in looser if _ends(each, parts) <= height), tightest)
    if instead is None or INDICES not in roomy.parts:
        return tightest
    return set_rows(rows, width, margin, replace(_TIGHTEST, indices=False, instead=instead()))


def _ends(layout: Layout, parts: tuple[str, ...]) -> float:
    """How high the page has to be to show those parts."""
    return layout.margin + max(layout.parts[part][1] for part in parts if part in layout.parts)


def set_rows(rows: Sequence[Line], width: float, margin: float, setting: Setting = ROOMY) -> Layout:
    """The rows below one another, nothing wider than `width`."""
    return _Setter(rows, width, margin, setting).layout


class _Setter:
    """Puts rows into a Layout, from the top down."""

    def __init__(self, rows: Sequence[Line], width: float, margin: float, setting: Setting) -> None:
        self.layout = Layout(width, margin)
        self._rows = [row for row in rows if setting.indices or row.part != INDICES]
        self._columns = _columns(self._rows, width, margin)
        self._setting = setting
        self._y = margin
        self._baseline, self._line_end = round(margin), margin
        self._set()
        self.layout.height = self._y + margin

    def _set(self) -> None:
        layout, instead = self.layout, self._setting.instead
        last = max((n for n, row in enumerate(self._rows) if row.part == RESULT), default=-1)
        for number, row in enumerate(self._rows):
            top = self._y
            if isinstance(row, Paragraph) and self._is_note_beside(row, number):
                self._put_beside(row.beside(self._line_end + _BESIDE * row.writer.em))
            else:
                self._put(row)
            if row.part:
                layout.spans(row.part, top, self._y)
            if number == last and instead:
                self._put_instead(instead)

    def _put(self, row: Line) -> None:
        y, lines = self._y, self.layout.lines
        if y > self.layout.margin:
            y += self._setting.gaps * row.gap * row.writer.em
        for line in row.set_at(self._columns):
            baseline = round(y + line.above + line.ascent)
            lines.append((baseline, line))
            y = baseline + line.descent
            self._baseline, self._line_end = baseline, line.right
        self._y = y

    def _put_beside(self, line: SetLine) -> None:
        """Into the line above it."""
        self.layout.lines.append((self._baseline, line))
        self._y = max(self._y, self._baseline + line.descent)

    def _is_note_beside(self, row: Paragraph, number: int) -> bool:
        """Whether a row is the only note on a rule, and fits into its line."""
        if not self._setting.notes_beside or row.part != NOTE or not number:
            return False
        following = self._rows[number + 1].part if number + 1 < len(self._rows) else ""
        if self._rows[number - 1].part != RULE or following == NOTE:
            return False
        return self._fits_beside(row)

    def _fits_beside(self, row: Paragraph) -> bool:
        room = self._columns.end - self._line_end - _BESIDE * row.writer.em
        return row.whole.width <= room

    def _put_instead(self, link: Paragraph) -> None:
        """The link to what is left out: at the right end of the result's line, if it fits."""
        if self._fits_beside(link):
            self._put_beside(link.beside(self._columns.end - link.whole.width))
        else:
            self._put(link)


def _columns(rows: Sequence[Line], width: float, margin: float) -> Columns:
    lefts = [row.left_box.width for row in rows if isinstance(row, Formula) and row.left_box]
    left = margin + max(lefts, default=0.0)
    right = left + _RELATION * max([row.writer.em for row in rows], default=0.0)
    return Columns(margin, left, right, width - margin)
