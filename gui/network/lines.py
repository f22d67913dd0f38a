"""The edges as lines in their own colours, for where nothing is kept as pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtGui import QPainter, QPen

from gui.network.edges import Batches, DrawnGap, Stroke, paint_edges
from gui.network.lit import Mark
from gui.network.strengths import MARKED_GAIN
from gui.network.text import chip_colours
from gui.theme import Theme, mixed


def paint_lines(
    painter: QPainter,
    drawn: Sequence[DrawnGap],
    strokes: Sequence[Stroke],
    marks: Mapping[int, Mark],
    theme: Theme,
) -> None:
    """All edges that are drawn. marks: of gaps that belong to the Step as a whole."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, (gap, stroke) in enumerate(zip(drawn, strokes, strict=True)):
        pen_of = partial(_pen, theme=theme, mark=marks.get(number, Mark.NONE))
        paint_edges(painter, gap.gap, Batches.of(gap), stroke, pen_of)


def _pen(stroke: Stroke, weight: float, share: float, theme: Theme, mark: Mark) -> QPen:
    pen = stroke.pen(weight, share, theme)
    if mark is not Mark.NONE and weight == weight:
        strength = min(stroke.strength(share) * MARKED_GAIN, 1.0)
        pen.setColor(mixed(chip_colours(mark, theme)[1], theme.surface, strength))
    return pen
