"""The network as a function of its inputs: where to look at it, and how its outputs are read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.predictions import outputs
from engine.program import Program
from engine.state import State

Numbers = npt.NDArray[np.intp]

NO_CLASS = -1
_LEVELS = ((0.0, 1.0), (-1.0, 1.0))
_FEWEST_FOR_OTHER_LEVELS = 4
# What one sample costs, in nanoseconds: measured on the machine of rendering.md.
_OF_A_UNIT, _OF_A_WEIGHT, _OF_A_CALL = 8.0, 0.1, 20_000.0


@dataclass(frozen=True, slots=True)
class Classes:
    """How outputs are read as classes.

    low and high: the two levels of the targets. A single output tells two classes apart, at the
    middle of the levels; of several outputs the highest wins.
    """

    low: float
    high: float
    outputs: int

    @property
    def count(self) -> int:
        """How many classes there are."""
        return max(self.outputs, 2)

    @property
    def middle(self) -> float:
        """Where a single output changes from one class to the other."""
        return (self.low + self.high) / 2

    def of(self, values: Array) -> Numbers:
        """The class of each row of outputs or targets (N, n); NO_CLASS where one is not finite."""
        if self.outputs == 1:
            found = (values[:, 0] > self.middle).astype(np.intp)
        else:
            found = values.argmax(axis=1)
        return np.where(np.isfinite(values).all(axis=1), found, NO_CLASS)

    def leads(self, values: Array) -> Array:
        """How far each class is ahead of the best other one, for outputs (N, n): (N, count).

        Above 0 in the region of the class, 0 on its boundary.
        """
        if self.outputs == 1:
            ahead = values - self.middle
            return np.hstack((-ahead, ahead))
        ordered = np.partition(values, self.outputs - 2, axis=1)
        best, second = ordered[:, -1:], ordered[:, -2:-1]
        return np.where(values == best, values - second, values - best)


def classes_of(targets: Array) -> Classes | None:
    """How outputs with these targets (N, n) are read as classes; None if they are numbers.

    Classes have two levels (0 and 1, or −1 and 1, or from 4 samples on any other two), and of
    several columns exactly one is high in each row.
    """
    levels = _levels(targets)
    if levels is None:
        return None
    if targets.shape[1] > 1 and not ((targets == levels[1]).sum(axis=1) == 1).all():
        return None
    return Classes(*levels, targets.shape[1])


def _levels(targets: Array) -> tuple[float, float] | None:
    for levels in _LEVELS:
        if np.isin(targets, levels).all():
            return levels
    low, high = float(targets.min()), float(targets.max())
    if low == high or len(targets) < _FEWEST_FOR_OTHER_LEVELS:
        return None
    return (low, high) if np.isin(targets, (low, high)).all() else None


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """Points on a lattice over two inputs. x: (columns,); y: (rows,), both rising."""

    x: Array
    y: Array

    @property
    def points(self) -> Array:
        """(rows · columns, 2), row by row."""
        across, up = np.meshgrid(self.x, self.y)
        return np.column_stack((across.ravel(), up.ravel()))


def grid_over(x: tuple[float, float], y: tuple[float, float], side: int) -> Grid:
    """A lattice of side × side points, the outermost on the limits."""
    return Grid(np.linspace(*x, side), np.linspace(*y, side))


def surface(program: Program, values: Mapping[str, Array], grid: Grid) -> Array:
    """The outputs on a grid: (rows, columns, n_L)."""
    flat = outputs(program, values, grid.points)
    return flat.reshape(len(grid.y), len(grid.x), -1)


def seconds_for(program: Program, samples: int) -> float:
    """About how long the outputs of so many samples take."""
    each = sum(
        above * (_OF_A_UNIT + _OF_A_WEIGHT * n) for n, above in pairwise(program.layer_sizes)
    )
    return (_OF_A_CALL * program.layers + samples * each) * 1e-9


def side_within(program: Program, seconds: float, least: int, most: int) -> int:
    """How many points a side a grid may have to be computed in so many seconds."""
    fixed = seconds_for(program, 0)
    each = seconds_for(program, 1) - fixed
    return min(max(math.isqrt(int(max(seconds - fixed, 0.0) / each)), least), most)


def sample_error(program: Program, output: Array, target: Array) -> float:
    """E of one sample alone. output and target: (n_L,)."""
    step = program.step_writing("E")
    assert step is not None
    top = f"a{program.layers}"
    state = State({top: output.reshape(-1, 1), "t": target.reshape(-1, 1)})
    return float(step.apply(state)["E"])


def rights(classes: Classes, values: Array, targets: Array) -> int:
    """How many rows of outputs (N, n) are read as the class of their targets."""
    return int(np.count_nonzero(classes.of(values) == classes.of(targets)))


# Edges of a cell: 0 top, 1 right, 2 bottom, 3 left. For each pattern of corners above the level
# (1 top left, 2 top right, 4 bottom right, 8 bottom left), which edges the line joins.
_T, _R, _B, _L = range(4)
_JOINS = {
    1: ((_T, _L),),
    2: ((_T, _R),),
    3: ((_L, _R),),
    4: ((_R, _B),),
    5: ((_T, _L), (_R, _B)),
    6: ((_T, _B),),
    7: ((_L, _B),),
    8: ((_L, _B),),
    9: ((_T, _B),),
    10: ((_T, _R), (_L, _B)),
    11: ((_R, _B),),
    12: ((_L, _R),),
    13: ((_T, _R),),
    14: ((_T, _L),),
}
_SADDLES = {5: 10, 10: 5}


def _join_tables() -> tuple[Numbers, Numbers]:
    first, second = np.full((16, 2), -1, dtype=np.intp), np.full((16, 2), -1, dtype=np.intp)
    for pattern, joins in _JOINS.items():
        first[pattern] = joins[0]
        if len(joins) == 2:
            second[pattern] = joins[1]
    return first, second


_FIRST, _SECOND = _join_tables()


def contour(values: Array, level: float) -> Array:
    """Where `values` (rows, columns) cross a level: segments (M, 4), as x, y, x, y.

    x counts columns and y rows, with fractions; between points the values are taken as linear.
    Source: marching squares; a saddle is decided by the mean of its four corners.
    """
    above = values > level
    pattern = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    row, column = np.nonzero((pattern > 0) & (pattern < 15))
    corners = np.stack(
        (
            values[row, column],
            values[row, column + 1],
            values[row + 1, column + 1],
            values[row + 1, column],
        )
    )
    found = _decide_saddles(pattern[row, column], corners, level)
    edges = _crossings(corners - level) + np.stack((column, row), axis=1)
    lines = [_joined(edges, table[found]) for table in (_FIRST, _SECOND)]
    segments = np.concatenate(lines)
    return segments[np.isfinite(segments).all(axis=1)]


def _decide_saddles(pattern: Numbers, corners: Array, level: float) -> Numbers:
    high = corners.mean(axis=0) > level
    for saddle, other in _SADDLES.items():
        # A crossing over of the two in one pass, so the decided ones must not be seen again.
        pattern = np.where((pattern == saddle) & high, -other, pattern)
    return np.abs(pattern)


def _crossings(corners: Array) -> Array:
    """Where the level crosses the four edges of each cell: (4, n, 2), from the top left corner."""
    a, b, c, d = corners
    with np.errstate(all="ignore"):  # Edges that are not crossed; they are not used.
        top, right, bottom, left = a / (a - b), b / (b - c), d / (d - c), a / (a - d)
    zero, one = np.zeros(len(a)), np.ones(len(a))
    pairs = ((top, zero), (one, right), (bottom, one), (zero, left))
    return np.stack([np.stack(pair, axis=1) for pair in pairs])


def _joined(edges: Array, joins: Numbers) -> Array:
    used = np.flatnonzero(joins[:, 0] >= 0)
    return np.hstack((edges[joins[used, 0], used], edges[joins[used, 1], used]))
