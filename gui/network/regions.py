"""What parts of a picture cover, in whole pixels of the widget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QRegion

_FEW_LINES = 4
_PIECE = 96.0
_MANY = 8  # rectangles, from which on leaving parts out costs more than it saves
_COLUMN = 64

Line = tuple[float, float, float, float]


def around(rects: Iterable[QRectF], margin: float) -> QRegion:
    """Rectangles with a margin."""
    region = QRegion()
    for rect in rects:
        region += rect.adjusted(-margin, -margin, margin, margin).toAlignedRect()
    return region


def along_lines(lines: Sequence[Line], reach: float) -> QRegion:
    """What lies within `reach` of some lines: close along a few, of many a rectangle."""
    if len(lines) <= _FEW_LINES:
        return around((piece for line in lines for piece in _pieces(line)), reach)
    xs = [x for line in lines for x in line[::2]]
    ys = [y for line in lines for y in line[1::2]]
    return around((_spanned(min(xs), min(ys), max(xs), max(ys)),), reach)


def _pieces(line: Line) -> list[QRectF]:
    x1, y1, x2, y2 = line
    count = max(ceil(abs(y2 - y1) / _PIECE), 1)
    shares = [piece / count for piece in range(count + 1)]
    places = [(x1 + share * (x2 - x1), y1 + share * (y2 - y1)) for share in shares]
    return [_spanned(a, b, c, d) for (a, b), (c, d) in pairwise(places)]


def _spanned(x1: float, y1: float, x2: float, y2: float) -> QRectF:
    return QRectF(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def united(rects: Iterable[QRect]) -> list[QRect]:
    """Rectangles that do not meet, around all of these; of many, one for each column of them."""
    columns: dict[int, QRect] = {}
    apart = list(rects)
    if len(apart) > _MANY:
        for rect in apart:
            column = rect.center().x() // _COLUMN
            columns[column] = columns[column].united(rect) if column in columns else rect
        apart = list(columns.values())
    found: list[QRect] = []
    for rect in apart:
        whole = rect
        while (met := next((each for each in found if each.intersects(whole)), None)) is not None:
            found.remove(met)
            whole = whole.united(met)
        found.append(whole)
    return found


def rects_of(region: QRegion) -> list[QRect]:
    """The rectangles of a region.

    Under a clip of one rectangle Qt copies pixels; under one of several it goes span by span, and
    waits for other threads to do so.
    """
    rects: list[QRect] = list(region)  # type: ignore[call-overload]
    return rects
