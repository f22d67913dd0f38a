"""The edges of a network drawing: which are drawn, how wide, and painting them in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.arrays import Array
from gui.network.geometry import Gap, Points
from gui.theme import Theme, mixed

# What an edge pixmap may cost: this many antialiased lines take about 6 ms at pixel ratio 1.
MOST_EDGES = 750
_CLASSES = 8
_EXAMPLES = (1.0, -1.0, float("nan"))  # a weight of each kind of pen
# From this many edges a gap is crowded: pens stay at 1 px for all but the strongest, both because
# thin dashes cost a fifth of wide ones and because wide lines would hide one another.
_CROWDED = 60


@dataclass(frozen=True, slots=True)
class DrawnGap:
    """The edges of one gap that are drawn, weakest first.

    edges: indices into `gap`; weights: their values; largest: the largest finite |w| of the whole
    layer, to which widths are scaled; total: how many edges the whole layer has.
    """

    gap: Gap
    edges: npt.NDArray[np.intp]
    weights: npt.NDArray[np.float64]
    largest: float
    total: int

    @property
    def lines(self) -> Points:
        """(n, 4), weakest first."""
        return self.gap.lines[self.edges]

    @property
    def crowded(self) -> bool:
        """Whether there are too many edges for wide pens."""
        return self.gap.count > _CROWDED

    @property
    def share(self) -> npt.NDArray[np.float64]:
        """|w| of each edge as a share of the largest; 1 where it is no finite number."""
        if not self.largest:
            return np.zeros(len(self.weights))
        share = np.abs(self.weights) / self.largest
        return np.where(np.isfinite(share), share, 1.0)


def largest_of(weights: Array) -> float:
    """The largest |w| of a layer, of those that are finite."""
    size = np.abs(weights)
    return float(size.max(initial=0.0, where=np.isfinite(size)))


def choose(gaps: Sequence[Gap], weights: Sequence[Array], most: int) -> tuple[DrawnGap, ...]:
    """The strongest edges of each gap, `most` in all; every gap gets the share it has of them."""
    total = sum(gap.count for gap in gaps)
    part = min(1.0, most / total)
    return tuple(
        _strongest(gap, w, max(1, int(gap.count * part)))
        for gap, w in zip(gaps, weights, strict=True)
    )


def _strongest(gap: Gap, weights: Array, most: int) -> DrawnGap:
    values = weights[gap.to, gap.origin]
    order = np.argsort(np.abs(values), kind="stable")[-most:]
    return DrawnGap(gap, order, values[order], largest_of(weights), weights.size)


@dataclass(frozen=True, slots=True)
class Stroke:
    """How edges are drawn at one size of the drawing.

    scale: of the widths where there are few edges; hairline: one pixel of the screen, the widest
    line that Qt draws fast; crowded: whether there are many.
    """

    scale: float
    hairline: float
    crowded: bool

    def width(self, share: float) -> float:
        """The width of an edge whose |w| is `share` of its layer's largest."""
        if not self.crowded:
            return self.scale * (0.9 + 3.6 * share)
        return (0.7 + 0.35 * share) * self.hairline if share < 0.9 else 1.7

    def strength(self, share: float) -> float:
        """How far the colour of an edge is from that of the background, 0 to 1."""
        return 0.14 + 0.76 * share if self.crowded else 0.5 + 0.5 * share

    def pen(self, weight: float, share: float, theme: Theme) -> QPen:
        """The pen of one edge: colour and dashes by sign, width and strength by size. Opaque."""
        if not np.isfinite(weight):
            return self.shaped(weight, share, QColor(theme.muted))
        colour = theme.negative if weight < 0 else theme.positive
        return self.shaped(weight, share, mixed(colour, theme.surface, self.strength(share)))

    def shaped(self, weight: float, share: float, colour: QColor) -> QPen:
        """The width and the dashes of one edge, in some colour."""
        if not np.isfinite(weight):
            pen = QPen(colour, 1.5, Qt.PenStyle.DotLine)
        else:
            pen = QPen(colour, self.width(share))
            if weight < 0:
                dashed(pen)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen


def dashed(pen: QPen) -> QPen:
    """The pen of a negative edge. Dashes are about as long whatever the width."""
    width = max(pen.widthF(), 1.0)
    pen.setDashPattern([max(6.0 / width, 1.5), max(4.0 / width, 1.2)])
    return pen


@dataclass(frozen=True, slots=True)
class Batches:
    """The edges of a gap, sorted by their pens: equal ones look alike.

    pens: (n,) numbers of pens, the faintest first; edges: (n,) indices into the gap.
    """

    pens: npt.NDArray[np.intp]
    edges: npt.NDArray[np.intp]

    @classmethod
    def of(cls, drawn: DrawnGap) -> Batches:
        """The batches of the edges that are drawn."""
        classes = np.minimum((drawn.share * _CLASSES).astype(np.intp), _CLASSES - 1)
        finite = np.isfinite(drawn.weights)
        kinds = np.where(finite, np.sign(drawn.weights) < 0, 2).astype(np.intp)
        pens = classes * len(_EXAMPLES) + kinds
        order = np.lexsort((drawn.edges, pens))
        return cls(pens[order], drawn.edges[order])

    def looks_like(self, other: Batches) -> bool:
        """Whether the same lines are drawn with the same pens."""
        return np.array_equal(self.pens, other.pens) and np.array_equal(self.edges, other.edges)


def paint_edges(
    painter: QPainter,
    gap: Gap,
    batches: Batches,
    stroke: Stroke,
    pen_of: Callable[[Stroke, float, float], QPen] | None = None,
) -> None:
    """The edges of a gap, the weak ones first, one call for each pen.

    pen_of: the pen of a weight and its share of the largest; without it they are strengths.
    """
    lines = _out_of_step(gap, batches.edges) if stroke.crowded else gap.lines[batches.edges]
    used, starts = np.unique(batches.pens, return_index=True)
    for pen, batch in zip(used.tolist(), np.split(lines, starts[1:]), strict=True):
        size, kind = divmod(pen, len(_EXAMPLES))
        if pen_of is None:
            painter.setPen(_class_pen(stroke, size, kind))
        else:
            painter.setPen(pen_of(stroke, _EXAMPLES[kind], (size + 0.5) / _CLASSES))
        draw_lines(painter, batch)


@lru_cache
def _class_pen(stroke: Stroke, size: int, kind: int) -> QPen:
    share = (size + 0.5) / _CLASSES
    strength = round(255 * stroke.strength(share))
    colour = (QColor(0, 0, strength), QColor(0, strength, 0), QColor(0, 255, 255))[kind]
    return stroke.shaped(_EXAMPLES[kind], share, colour)


def _out_of_step(gap: Gap, edges: npt.NDArray[np.intp]) -> Points:
    """The lines, begun a little later each: dashes in step would look like stripes."""
    lines = gap.lines[edges]
    way = lines[:, 2:] - lines[:, :2]
    places = gap.to[edges] * 7 + gap.origin[edges] * 3
    later = (places % 10)[:, None] * 0.8 / np.hypot(*way.T)[:, None]
    lines[:, :2] += later * way
    return lines


def draw_lines(painter: QPainter, lines: Points) -> None:
    """Lines from an array of (n, 4), handed to Qt as they lie in memory."""
    # `block` has to live until drawLines returns: the QLineF below is only a view of it.
    block = np.ascontiguousarray(lines, dtype=np.float64)
    first = shiboken6.wrapInstance(block.ctypes.data, QLineF)
    painter.drawLines(first, len(block))  # type: ignore[call-overload]
