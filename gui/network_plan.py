"""What of a network drawing stays as it is while the values change: places, sizes, room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QRectF, QSizeF

from gui.network_geometry import (
    MOST_LABELLED,
    Column,
    Gap,
    Layout,
    Points,
    Room,
    gaps_of,
    label_places,
    lay_out,
    shown_units,
    tags_of,
)
from gui.network_text import MOST_DIGITS, SCALES, SMALL, TINY, Fonts
from gui.numbers import NumberFormat

_FROM_UNIT = 12.0  # between a unit and what is written beside it
_LABEL_SIZES = (
    (SMALL, 6),
    (SMALL, 5),
    (SMALL, 4),
    (SMALL, 3),
    (TINY, 3),
    (SCALES[-1], 3),
)
_NUMBER = "−0."


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
    def edge_scale(self) -> float:
        """How wide edges are, as a share of their width in a large drawing."""
        return min(max(min(column.radius for column in self.columns) / 28, 0.45), 1.15)


def beside(column: Column, room: Room) -> float:
    """Where the writing to the right of a layer begins."""
    half = max(column.radius, room.tag_width / 2 if column.tags else 0)
    return column.x + half + _FROM_UNIT


def make_plan(
    sizes: Sequence[int], size: QSizeF, fonts: Fonts, numbers: NumberFormat, names: Names
) -> Plan:
    """Lays a network of layers 0 … L out in a widget of `size`."""
    line = fonts.height(SMALL)
    digits = min(numbers.digits, MOST_DIGITS)
    tag_width = fonts.width("δ " + _NUMBER + "0" * max(digits - 1, 3), SMALL) + 8
    top, bottom = 4 * line + 4, 2.3 * line + 8
    pitch = (size.height() - top - bottom) / len(shown_units(sizes[-1]))
    stacked = pitch > 2.6 * line
    wanted = fonts.width("E 0." + "0" * digits, SMALL) + 10
    target = min(wanted, 0.2 * size.width())
    given = [fonts.width(names.of_target(unit), SMALL) + 8 for unit in shown_units(sizes[-1])]
    name_width = min(max(given), (0.2 if stacked else 0.12) * size.width())
    inputs = [fonts.width(names.of_input(unit), SMALL) + 4 for unit in shown_units(sizes[0])]
    room = Room(
        radius=fonts.width(_NUMBER + "0" * digits) / 2 + 6,
        tag=line,
        tag_width=tag_width,
        names=min(max(inputs), 0.16 * size.width()) + _FROM_UNIT + 8,
        targets=_FROM_UNIT + 10 + (max(name_width, target) if stacked else name_width + target + 2),
        top=top,
        bottom=bottom,
    )
    layout = lay_out(sizes, size.width(), size.height(), room)
    gaps = gaps_of(layout)
    weights = tuple(
        _weight_labels(gap, left, right, room, fonts, digits)
        for gap, (left, right) in zip(gaps, pairwise(layout.columns), strict=True)
    )
    return Plan(layout, gaps, weights, names, line, stacked, name_width)


def _clear(left: Column, right: Column) -> float:
    return max(left.radius, right.radius) + 5


def _weight_labels(
    gap: Gap, left: Column, right: Column, room: Room, fonts: Fonts, digits: int
) -> WeightLabels | None:
    if gap.count > MOST_LABELLED:
        return None
    taken = [*tags_of(left, room), *tags_of(right, room)]
    # Where many edges cross, a shorter number says more than a longer one that hides its edge.
    readable = 6 if gap.count <= 6 else 5 if gap.count <= 9 else 4 if gap.count <= 16 else 3
    for scale, most in _LABEL_SIZES:
        if most > max(min(digits, readable), 3):
            continue
        width = fonts.width(_NUMBER + "0" * most, scale) + 6
        height = fonts.height(scale)
        centres = label_places(gap, _clear(left, right), width, height, taken)
        if centres is not None:
            return WeightLabels(centres, width, height, scale, most)
    return None
