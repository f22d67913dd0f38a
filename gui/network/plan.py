"""What of a network drawing stays as it is while the values change: places, sizes, room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from PySide6.QtCore import QRectF, QSizeF

from gui.network.geometry import (
    MOST_LABELLED,
    Column,
    Gap,
    Layout,
    Points,
    Room,
    gaps_of,
    label_places,
    lay_out,
    rows_of,
    tags_of,
)
from gui.network.text import MOST_DIGITS, SCALES, SMALL, SMALLEST, TINY, Fonts
from gui.numbers import NumberFormat

_FROM_UNIT = 12.0  # between a unit and what is written beside it
_LABEL_SIZES = (
    (SMALL, 6),
    (SMALL, 5),
    (SMALL, 4),
    (SMALL, 3),
    (TINY, 3),
    (SCALES[3], 3),
    (SMALLEST, 3),
)
_SMALL_SIZES = (*_LABEL_SIZES[-2:], (SMALLEST, 2))
# Up to so many edges a gap has its weights written on them if anything can make room for that;
# up to the second number where they find room, and above it where they hide few other edges.
_CROWDED, _MANY = 12, 30
_MOST_COVERED = 0.5
_FEW_UNITS = 8
_NUMBER = "−0."
_APART = 4.0  # between a tag and the label of a weight


@dataclass(frozen=True, slots=True)
class _Concession:
    """What is given up so that the weights find room.

    tag_digits: those a tag has room for; tags: of a unit, at most; sizes: (scale, digits) of the
    weights' labels, of which the first that fits is taken.
    """

    tag_digits: int
    tags: int
    sizes: tuple[tuple[float, int], ...]


_CONCESSIONS = (
    _Concession(4, 2, _LABEL_SIZES),
    _Concession(3, 2, _SMALL_SIZES),
    _Concession(3, 1, _SMALL_SIZES),
    _Concession(3, 0, _SMALL_SIZES),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What the units and layers are called. Empty tuples where nobody has said."""

    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    activations: tuple[str, ...] = ()

    def of_input(self, unit: int) -> str:
        """The name of an input: the data's, or x1 and so on."""
        return self.inputs[unit] if unit < len(self.inputs) else f"x{unit + 1}"

    def of_target(self, unit: int) -> str:
        """The name of an output: the data's, or o1 and so on."""
        return self.targets[unit] if unit < len(self.targets) else f"o{unit + 1}"


@dataclass(frozen=True, slots=True)
class WeightLabels:
    """Where the weights of one gap are written: the centre of each edge's label and their size.

    digits: as many as the labels have room for.
    """

    centres: Points
    width: float
    height: float
    scale: float
    digits: int

    def rect(self, edge: int, width: float) -> QRectF:
        """The rectangle of a label that is `width` wide."""
        x, y = self.centres[edge]
        return QRectF(x - width / 2, y - self.height / 2, width, self.height)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a drawing that does not depend on values.

    weights: for each gap where its labels go, or None where they do not fit. stacked: outputs have
    their target below their name, rather than beside it.
    """

    layout: Layout
    gaps: tuple[Gap, ...]
    weights: tuple[WeightLabels | None, ...]
    names: Names
    line: float
    stacked: bool
    name_width: float
    fonts: Fonts

    @property
    def columns(self) -> tuple[Column, ...]:
        """The layers from left to right."""
        return self.layout.columns

    @property
    def beside(self) -> float:
        """Where the writing to the right of the outputs begins."""
        return beside(self.columns[-1], self.layout.room)

    def clear_of(self, gap: int) -> float:
        """How far a gap's labels keep from the centres of the units at either end."""
        return _clear(self.columns[gap], self.columns[gap + 1])

    @property
    def labels_all_it_should(self) -> bool:
        """Whether every gap that has few enough edges has its weights written on them."""
        return all(
            labels is not None or gap.count > _CROWDED
            for gap, labels in zip(self.gaps, self.weights, strict=True)
        )

    @property
    def shortcomings(self) -> int:
        """What a drawing of few units lacks: weights, and units too small for three digits."""
        least = self.fonts.width(_NUMBER + "000", SMALLEST) / 2 + 1
        small = sum(column.radius < least for column in self.columns if column.units <= _FEW_UNITS)
        bare = sum(
            labels is None and gap.count <= _CROWDED
            for gap, labels in zip(self.gaps, self.weights, strict=True)
        )
        return small + 2 * bare

    @property
    def edge_scale(self) -> float:
        """How wide edges are, as a share of their width in a large drawing."""
        return min(max(min(column.radius for column in self.columns) / 28, 0.45), 1.15)


def beside(column: Column, room: Room) -> float:
    """Where the writing to the right of a layer begins."""
    half = max(column.radius, room.tag_width / 2 if column.tags else 0)
    return column.x + half + _FROM_UNIT


def make_plan(
    sizes: Sequence[int],
    size: QSizeF,
    fonts: Iterable[Fonts],
    numbers: NumberFormat,
    names: Names,
    expanded: Mapping[int, int] | None = None,
) -> Plan:
    """Lays a network of layers 0 … L out in a widget of `size`.

    fonts: the one wished for, then smaller ones, of which the first is taken that leaves room for
    the numbers of a small network. expanded: for each expanded layer the unit that its window
    begins with.
    """
    best: Plan | None = None
    for each in fonts:
        plan = _with_concessions(sizes, size, each, numbers, names, expanded)
        if best is None or plan.shortcomings < best.shortcomings:
            best = plan
        if not best.shortcomings:
            break
    assert best is not None
    return best


def _with_concessions(
    sizes: Sequence[int],
    size: QSizeF,
    fonts: Fonts,
    numbers: NumberFormat,
    names: Names,
    expanded: Mapping[int, int] | None,
) -> Plan:
    """Where the weights of some gap find no room, the units' tags are narrower, or fewer."""
    makers = (
        _plan(sizes, size, fonts, numbers, names, expanded or {}, concession)
        for concession in _CONCESSIONS
    )
    first = next(makers)
    if first.labels_all_it_should:
        return first
    return next((plan for plan in makers if plan.labels_all_it_should), first)


def _plan(
    sizes: Sequence[int],
    size: QSizeF,
    fonts: Fonts,
    numbers: NumberFormat,
    names: Names,
    expanded: Mapping[int, int],
    concession: _Concession,
) -> Plan:
    line = fonts.height(SMALL)
    digits = min(numbers.digits, MOST_DIGITS)
    in_tags = max(min(digits, concession.tag_digits), 3)
    top, bottom = 4 * line + 4, 2.3 * line + 8
    across, height = size.width(), size.height() - top - bottom
    last = len(sizes) - 1
    stacked = height / len(rows_of(sizes[last], height, expanded.get(last))) > 2.6 * line
    target = min(fonts.width("E 0." + "0" * digits, SMALL) + 10, 0.2 * across)
    outputs = _widest(names.of_target, sizes[last], fonts) + 8
    name_width = min(outputs, (0.2 if stacked else 0.12) * across)
    inputs = _widest(names.of_input, sizes[0], fonts) + 4
    room = Room(
        radius=fonts.width(_NUMBER + "0" * digits) / 2 + 6,
        tag=line,
        tag_width=fonts.width("δ " + _NUMBER + "0" * max(in_tags - 1, 3), SMALL) + 8,
        names=min(inputs, 0.16 * across) + _FROM_UNIT + 8,
        targets=_FROM_UNIT + 10 + (max(name_width, target) if stacked else name_width + target + 2),
        top=top,
        bottom=bottom,
    )
    layout = lay_out(sizes, across, size.height(), room, expanded, concession.tags)
    gaps = gaps_of(layout)
    weights = tuple(
        _weight_labels(gap, left, right, room, fonts, digits, concession.sizes)
        for gap, (left, right) in zip(gaps, pairwise(layout.columns), strict=True)
    )
    return Plan(layout, gaps, weights, names, line, stacked, name_width, fonts)


def _widest(name_of: Callable[[int], str], units: int, fonts: Fonts) -> float:
    """The width of a layer's names, whichever of them are drawn: of the ends, and the longest."""
    ends = [name_of(unit) for unit in {*range(min(units, 10)), *range(max(units - 10, 0), units)}]
    longest = max((name_of(unit) for unit in range(units)), key=len)
    return max(fonts.width(name, SMALL) for name in (*ends, longest))


def _clear(left: Column, right: Column) -> float:
    return max(left.radius, right.radius) + 5


def _squares(column: Column) -> list[QRectF]:
    """What the units of a layer keep free of labels around them."""
    # The numbers of small units are wider than they are.
    across, half = column.radius + (4 if column.radius >= 19 else 8), column.radius + 4
    return [QRectF(column.x - across, y - half, 2 * across, 2 * half) for y in column.ys]


def kept_free(left: Column, right: Column, room: Room) -> list[QRectF]:
    """Where no label of a weight between two layers may be: at their tags and units."""
    tags = (*tags_of(left, room), *tags_of(right, room))
    wider = (tag.adjusted(-_APART, -_APART, _APART, _APART) for tag in tags)
    return [*wider, *_squares(left), *_squares(right)]


def _weight_labels(
    gap: Gap,
    left: Column,
    right: Column,
    room: Room,
    fonts: Fonts,
    digits: int,
    sizes: Sequence[tuple[float, int]],
) -> WeightLabels | None:
    if gap.count > MOST_LABELLED:
        return None
    taken = kept_free(left, right, room)
    clear = 0.6 * max(left.radius, right.radius)
    # Where many edges cross, a shorter number says more than a longer one that hides its edge.
    readable = 6 if gap.count <= 2 else 4 if gap.count <= 16 else 3
    for scale, most in sizes:
        if most > max(min(digits, readable), 3):
            continue
        width = fonts.width("0" + _NUMBER + "0" * most, scale) + 6
        height = fonts.height(scale)
        covered = _MOST_COVERED if gap.count > _MANY else inf
        centres = label_places(gap, clear, width, height, taken, covered)
        if centres is not None:
            return WeightLabels(centres, width, height, scale, most)
    return None
