"""Where the units, edges and labels of a network drawing go: geometry only, no Frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF

from engine.expression import Index

Points = npt.NDArray[np.float64]

MOST_DRAWN = 20
MOST_EXPANDED = 48
MOST_LABELLED = 30
_HALF = MOST_DRAWN // 2
_LEAST_PITCH = 10.0
_LEAST_NUMBERED_RADIUS = 13.0
_RADIUS_OF_GAP = 0.19
_TRIED_PLACES = 25
_ATTEMPTS = 24
_BETWEEN = 1.7, 1.0  # heights from label to label: an edge in between can be told apart


@dataclass(frozen=True, slots=True)
class Room:
    """What the writing needs, in pixels.

    radius: of a unit in which a number of the usual length fits; tag: height of a tag beside a
    unit; tag_width: room kept for one; names: left of the inputs; targets: right of the outputs;
    top and bottom: the bands above and below the drawing.
    """

    radius: float
    tag: float
    tag_width: float
    names: float
    targets: float
    top: float
    bottom: float


# What stands in a column, from top to bottom: a unit, or a chip for the units of a range (an empty
# range only keeps its place), or, as None, the chip that folds an expanded layer.
Row = int | range | None


@dataclass(frozen=True, slots=True)
class Elision:
    """Neighbouring units that are not drawn. y: the centre of the chip that stands for them."""

    units: range
    y: float


@dataclass(frozen=True, slots=True)
class Column:
    """One layer as drawn.

    shown: the units that are drawn, in order; ys: their centres; elisions: all others; fold: the
    height of the chip that folds the layer, None where it is not expanded. tags: how many tags each
    unit has room for: 2 (above and below), 1 (above) or 0.
    """

    layer: int
    units: int
    x: float
    radius: float
    pitch: float
    shown: tuple[int, ...]
    ys: tuple[float, ...]
    elisions: tuple[Elision, ...]
    fold: float | None
    tags: int

    @property
    def is_window(self) -> bool:
        """Whether the layer is expanded and too large to be drawn whole."""
        return self.fold is not None and bool(self.elisions)

    def draws(self, unit: int) -> bool:
        """Whether a unit has a place of its own."""
        return unit in self.shown

    def y_of(self, unit: int) -> float:
        """The height of a unit, or of the chip that stands for it."""
        if unit in self.shown:
            return self.ys[self.shown.index(unit)]
        return next(elision.y for elision in self.elisions if unit in elision.units)


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole drawing. area: between the bands at the top and at the bottom."""

    area: QRectF
    columns: tuple[Column, ...]
    room: Room

    @property
    def gap(self) -> float:
        """The distance between neighbouring layers, to a pixel: the smallest."""
        return min(right.x - left.x for left, right in pairwise(self.columns))


def rows_of(units: int, height: float, first: int | None = None) -> tuple[Row, ...]:
    """What stands in the column of a layer that has `height` pixels.

    first: None for all units or the first ten and the last ten; of an expanded layer the unit that
    the window begins with, where not all units fit.
    """
    if units <= MOST_DRAWN:
        return tuple(range(units))
    if first is None:
        return (*range(_HALF), range(_HALF, units - _HALF), *range(units - _HALF, units))
    if fits_whole(units, height):
        return (*range(units), None)
    start = min(max(first, 0), units - MOST_DRAWN)
    stop = start + MOST_DRAWN
    return (range(start), *range(start, stop), range(stop, units), None)


def fits_whole(units: int, height: float) -> bool:
    """Whether an expanded layer can be drawn with all its units, and the chip that folds it."""
    return units <= MOST_EXPANDED and (units + 1) * _LEAST_PITCH <= height


def lay_out(
    sizes: Sequence[int],
    width: float,
    height: float,
    room: Room,
    expanded: Mapping[int, int] | None = None,
    most_tags: int = 2,
) -> Layout:
    """Places layers 0 … L of `sizes` units in a widget of width × height pixels.

    expanded: for each expanded layer the unit that its window begins with.
    """
    area = QRectF(0, room.top, width, max(height - room.top - room.bottom, 1.0))
    first_units = expanded or {}
    rows = [
        rows_of(units, area.height(), first_units.get(layer)) for layer, units in enumerate(sizes)
    ]
    gaps = len(sizes) - 1
    across = max(width - room.names - room.targets, 1.0)
    widest = across / (gaps + 2 * _RADIUS_OF_GAP)
    preferred = max(min(room.radius, _RADIUS_OF_GAP * widest), 2.0)
    pitches = _pitches(rows, area.height(), room)
    units = [_unit_size(pitch, preferred, room, widest, most_tags) for pitch in pitches]
    smallest = min(radius for radius, _ in units)
    if smallest >= _LEAST_NUMBERED_RADIUS:
        units = [(smallest, tags) for _, tags in units]
    left, right = units[0][0], units[-1][0]
    gap = min((across - left - right) / gaps, max(300.0, 0.9 * area.height()))
    begin = room.names + left + (across - left - right - gap * gaps) / 2
    columns = tuple(
        _column(layer, rows[layer], begin + layer * gap, area, pitches[layer], room, units[layer])
        for layer in range(len(sizes))
    )
    return Layout(area, columns, room)


def _pitches(rows: Sequence[Sequence[Row]], height: float, room: Room) -> list[float]:
    """The vertical distance between units of each layer: alike where they are about as many."""
    comfortable = 2 * room.radius + 2 * room.tag + 20
    most = max(1.2 * height / max(map(len, rows)), comfortable)
    return [min(_pitch(row, height, room), most, 1.9 * comfortable) for row in rows]


def _pitch(rows: Sequence[Row], height: float, room: Room) -> float:
    """The distance at which a column fills the height; chips are never lower than their text."""
    pitch = height / len(rows)
    chips = sum(not isinstance(row, int) for row in rows)
    if not chips or pitch >= room.tag:
        return pitch
    return max(height - chips * room.tag, 1.0) / (len(rows) - chips)


def _unit_size(
    pitch: float, preferred: float, room: Room, gap: float, most_tags: int
) -> tuple[float, int]:
    """The radius of a layer's units and how many tags each has room for."""
    if room.tag_width <= gap - 6:
        for tags, least in ((2, 19.0), (1, 13.0))[2 - most_tags :]:
            radius = (pitch - tags * (room.tag + 2) - 5 * tags) / 2
            if radius >= min(preferred, least):
                return min(preferred, radius), tags
    return max(min(preferred, 0.42 * pitch), 1.5), 0


def _column(
    layer: int,
    rows: Sequence[Row],
    x: float,
    area: QRectF,
    pitch: float,
    room: Room,
    size: tuple[float, int],
) -> Column:
    radius, tags = size
    heights = [pitch if isinstance(row, int) else max(pitch, room.tag) for row in rows]
    top = area.center().y() - sum(heights) / 2
    if tags == 1:
        top += (room.tag + 2) / 2  # A tag stands above every unit: the whole is centred.
    # On whole pixels: rings are sharp, and units can be painted from pixmaps.
    places = [
        (row, float(round(top + bottom - height / 2)))
        for row, height, bottom in zip(rows, heights, accumulate(heights), strict=True)
    ]
    units = {row: y for row, y in places if isinstance(row, int)}
    elisions = tuple(Elision(row, y) for row, y in places if isinstance(row, range) and row)
    return Column(
        layer,
        len(units) + sum(len(elision.units) for elision in elisions),
        float(round(x)),
        radius,
        pitch,
        tuple(units),
        tuple(units.values()),
        elisions,
        next((y for row, y in places if row is None), None),
        tags,
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """The edges between two neighbouring layers' drawn units, one row each.

    layer: the one they feed; to and origin: the units they join (to-major); lines: (n, 4) as
    x1, y1, x2, y2 from the centre of one unit to that of the other.
    """

    layer: int
    to: npt.NDArray[np.intp]
    origin: npt.NDArray[np.intp]
    lines: Points

    @property
    def count(self) -> int:
        """The number of edges between drawn units."""
        return len(self.lines)

    def meant_by(self, indices: Sequence[Index]) -> npt.NDArray[np.bool_]:
        """Which of the edges (to, from) stand for: a letter means all of its axis."""
        meant = np.ones(self.count, dtype=np.bool_)
        for index, units in zip(indices, (self.to, self.origin), strict=True):
            if isinstance(index, int):
                meant &= units == index
        return meant


def gaps_of(layout: Layout) -> tuple[Gap, ...]:
    """The gaps from left to right: the first feeds layer 1."""
    return tuple(_gap(left, right) for left, right in pairwise(layout.columns))


def _gap(left: Column, right: Column) -> Gap:
    to = np.repeat(np.array(right.shown, dtype=np.intp), len(left.shown))
    origin = np.tile(np.array(left.shown, dtype=np.intp), len(right.shown))
    lines = np.empty((len(to), 4))
    lines[:, 0], lines[:, 2] = left.x, right.x
    lines[:, 1] = np.tile(np.array(left.ys), len(right.shown))
    lines[:, 3] = np.repeat(np.array(right.ys), len(left.shown))
    return Gap(right.layer, to, origin, lines)


def tags_of(column: Column, room: Room) -> list[QRectF]:
    """The room kept for the tags of a layer's units."""
    if column.layer == 0:
        return []
    away = column.radius + 2 + room.tag / 2
    sides = {0: (), 1: (-1,), 2: (-1, 1)}[column.tags]
    return [
        QRectF(
            column.x - room.tag_width / 2, y + side * away - room.tag / 2, room.tag_width, room.tag
        )
        for y in column.ys
        for side in sides
    ]


def label_places(
    gap: Gap,
    clear: float,
    width: float,
    height: float,
    taken: Sequence[QRectF] = (),
    most_covered: float = inf,
) -> Points | None:
    """The centre of a label of width × height on every edge of a gap, so that none collide.

    clear: how far from either end nothing may be; taken: where nothing may be either. Each label
    stands where other edges keep furthest from it. Returns (n, 2), or None if they do not fit, or
    would lie across more than `most_covered` other edges each, on average.
    """
    ends = gap.lines
    span = ends[0, 2] - ends[0, 0]
    first = (clear + width / 2) / span
    if first > 0.5:
        return None
    tried = np.linspace(first, 1 - first, _TRIED_PLACES)
    x = ends[0, 0] + tried * span
    y = ends[:, 1, None] + tried * (ends[:, 3] - ends[:, 1])[:, None]
    free = _free_of(taken, x, y, width, height)
    covered, clearance = _crowding(ends, tried, y, width / span, height)
    score = np.where(free, clearance - covered, -np.inf)
    chosen = None
    for between in _BETWEEN:
        if chosen is None:
            chosen = _without_collisions(score, x, y, width + 3, between * height + 2)
    if chosen is None:
        return None
    edges = np.arange(gap.count)
    if covered[edges, chosen].mean() > most_covered:
        return None
    return np.column_stack((x[chosen], y[edges, chosen]))


def _crowding(
    ends: Points, tried: npt.NDArray[np.float64], y: Points, width: float, height: float
) -> tuple[Points, Points]:
    """For each label (n, T): how many other edges pass below it, and how far the nearest is.

    width: as a share of the gap's; the distance is a share of two label heights, at most 1.
    """
    corners = tried + np.array([-0.5, 0.0, 0.5])[:, None] * width
    edges = ends[:, 1, None, None] + corners * (ends[:, 3] - ends[:, 1])[:, None, None]
    below = edges[None] - y[:, None, None, :]
    apart = np.maximum(below.min(axis=2), -below.max(axis=2)) - height / 2
    apart[np.arange(len(ends)), np.arange(len(ends))] = np.inf
    covered = (apart < 0).sum(axis=1).astype(np.float64)
    nearest = np.clip(apart.min(axis=1), 0, 2 * height)
    return covered, nearest / (2 * height)


def _without_collisions(
    score: Points, x: npt.NDArray[np.float64], y: Points, across: float, down: float
) -> npt.NDArray[np.intp] | None:
    """A place (n,) for each label, the best that is free; None if some label finds none.

    The label with the fewest good places chooses first. One that finds none chooses earlier in the
    next attempt; in the end each may move to a better place that has become free.
    """
    order = np.argsort(score.max(axis=1), kind="stable").tolist()
    places = _Places(score, x, y, across, down)
    for _ in range(_ATTEMPTS):
        stuck = next((edge for edge in order if not places.choose(edge)), None)
        if stuck is None:
            break
        places.clear()
        order.remove(stuck)
        order.insert(0, stuck)
    else:
        return None
    for edge in [*order, *order]:
        places.choose(edge)
    return places.chosen


class _Places:
    """Labels being placed, and where they are in one another's way.

    score: (n, T) of each label at each place; x: (T,), y: (n, T): their centres; across and down:
    how far apart two labels have to be on one of the axes.
    """

    def __init__(
        self, score: Points, x: npt.NDArray[np.float64], y: Points, across: float, down: float
    ) -> None:
        self.chosen = np.full(len(score), -1, dtype=np.intp)
        self._score = score
        self._x, self._y = x, y
        self._across, self._down = across, down
        self._covered = np.zeros(score.shape, dtype=np.intp)
        self._known: dict[tuple[int, int], npt.NDArray[np.bool_]] = {}

    def clear(self) -> None:
        """Takes all labels away."""
        self.chosen[:] = -1
        self._covered[:] = 0

    def choose(self, edge: int) -> bool:
        """Puts a label at its best place that meets no other. Returns whether there is one."""
        before = int(self.chosen[edge])
        if before >= 0:
            self._covered -= self._met_from(edge, before)
        possible = np.where(self._covered[edge] == 0, self._score[edge], -np.inf)
        best = int(possible.argmax())
        if possible[best] == -np.inf:
            return False
        self.chosen[edge] = best
        self._covered += self._met_from(edge, best)
        return True

    def _met_from(self, edge: int, place: int) -> npt.NDArray[np.bool_]:
        """The places (n, T) of other labels that a label at one of its own would meet."""
        if (edge, place) not in self._known:
            near = np.abs(self._y - self._y[edge, place]) < self._down
            near &= np.abs(self._x - self._x[place]) < self._across
            near[edge] = False
            self._known[edge, place] = near
        return self._known[edge, place]


def _free_of(
    taken: Sequence[QRectF],
    x: npt.NDArray[np.float64],
    y: Points,
    width: float,
    height: float,
) -> npt.NDArray[np.bool_]:
    """Which labels, centred on x (T,) and y (n, T), meet none of the rectangles."""
    free = np.ones(y.shape, dtype=np.bool_)
    for rect in taken:
        centre = rect.center()
        beside = np.abs(x - centre.x()) >= (width + rect.width()) / 2 + 1
        above = np.abs(y - centre.y()) >= (height + rect.height()) / 2 + 1
        free &= beside | above
    return free


def free_place(
    line: Sequence[float], width: float, height: float, clear: float, taken: Sequence[QRectF]
) -> QRectF | None:
    """A rectangle centred on a line that meets none of those `taken`, as near its middle as can be.

    clear: how far from either end nothing may be.
    """
    x1, y1, x2, y2 = line
    first = (clear + width / 2) / max(x2 - x1, 1.0)
    if first > 0.5:
        return None
    along = np.linspace(first, 1 - first, 2 * _TRIED_PLACES)
    along = along[np.argsort(np.abs(along - 0.5), kind="stable")]
    left = x1 + along * (x2 - x1) - width / 2
    top = y1 + along * (y2 - y1) - height / 2
    free = np.ones(len(along), dtype=np.bool_)
    for other in taken:
        beside = (left >= other.right()) | (left + width <= other.left())
        free &= beside | (top >= other.bottom()) | (top + height <= other.top())
    place = int(free.argmax())
    return QRectF(left[place], top[place], width, height) if free[place] else None


def nearest_edge(lines: Points, x: float, y: float) -> tuple[int, float]:
    """The line nearest to a point, and how far it is. All lines run from left to right."""
    start, way = lines[:, :2], lines[:, 2:] - lines[:, :2]
    to_point = np.array((x, y)) - start
    along = np.clip((to_point * way).sum(axis=1) / (way * way).sum(axis=1), 0.0, 1.0)
    distance = np.hypot(*(to_point - along[:, None] * way).T)
    index = int(distance.argmin())
    return index, float(distance[index])
