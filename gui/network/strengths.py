"""The picture of all edges, kept while they look the same.

Antialiased lines take long, colours do not. So the edges of a gap are painted as strengths: that
of positive edges as blue and that of negative ones as green, over black; both full stand for what
is no finite number. A table then gives each of the 256 × 256 strengths its colour, that of the
sign or, where the whole gap belongs to the Step, that of the mark. Mixing is linear, so this looks
as if the lines had been painted in these colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QRegion

from gui.network.edges import Batches, DrawnGap, Stroke, paint_edges
from gui.network.lit import Mark
from gui.network.text import chip_colours
from gui.theme import Theme

_Table = npt.NDArray[np.uint32]

_MARGIN = 4.0  # for half the width of the widest edge
MARKED_GAIN = 1.2


class EdgePicture:
    """All edges on the background, in a pixmap; a gap is painted again where it looks different."""

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self._gaps: list[_GapImage] = []
        self._theme: Theme | None = None

    def forget(self) -> None:
        """Paints everything again: sizes, places or widths are others."""
        self._gaps = []

    def renew(
        self,
        size: QSize,
        ratio: float,
        drawn: Sequence[DrawnGap],
        strokes: Sequence[Stroke],
        theme: Theme,
    ) -> QRegion:
        """Paints the edges. Returns where the picture differs.

        size: of the widget; ratio: device pixels for each of its pixels.
        """
        whole = not self._gaps or theme is not self._theme
        if not self._gaps:
            self._gaps = [_GapImage(gap, ratio) for gap in drawn]
            self.pixmap = QPixmap(size * ratio)
            self.pixmap.setDevicePixelRatio(ratio)
        if whole:
            self.pixmap.fill(QColor(theme.surface))
        self._theme = theme
        changed = [
            image
            for image, gap, stroke in zip(self._gaps, drawn, strokes, strict=True)
            if image.take(gap, stroke) or whole
        ]
        region = QRegion(QRect(0, 0, size.width(), size.height())) if whole else QRegion()
        if changed:
            with QPainter(self.pixmap) as painter:
                for image in changed:
                    image.paint(painter, Mark.NONE, theme)
                    region += image.bounds
        return region

    def bounds_of(self, gap: int) -> QRect:
        """All that the drawn edges of a gap cover, in pixels of the widget."""
        return self._gaps[gap].bounds

    def paint_marked(self, painter: QPainter, gap: int, mark: Mark, theme: Theme) -> None:
        """All drawn edges of a gap in the colour of a mark, in the place where they are."""
        self._gaps[gap].paint(painter, mark, theme)


class _GapImage:
    """The strengths of one gap's edges, in whole pixels of the screen."""

    def __init__(self, drawn: DrawnGap, ratio: float) -> None:
        lines, self._ratio = drawn.gap.lines, ratio
        top, bottom = lines[:, 1::2].min() - _MARGIN, lines[:, 1::2].max() + _MARGIN
        self._left, self._top = floor(lines[0, 0] * ratio), floor(top * ratio)
        self._wide = max(ceil(lines[0, 2] * ratio) - self._left, 1)
        self._high = ceil(bottom * ratio) - self._top
        self._image = QImage(self._wide, self._high, QImage.Format.Format_RGB32)
        self._strengths = np.zeros(0, dtype=np.intp)
        self._drawn: DrawnGap | None = None
        self._batches: Batches | None = None
        self._coloured: dict[tuple[Mark, str], _Table] = {}

    @property
    def bounds(self) -> QRect:
        """All that it covers, in pixels of the widget."""
        wide, high = self._wide / self._ratio, self._high / self._ratio
        return QRectF(self._left / self._ratio, self._top / self._ratio, wide, high).toAlignedRect()

    def take(self, drawn: DrawnGap, stroke: Stroke) -> bool:
        """Paints the strengths where they look different. Returns whether they do."""
        if drawn is self._drawn:
            return False
        batches = Batches.of(drawn)
        self._drawn = drawn
        if self._batches is not None and batches.looks_like(self._batches):
            return False
        self._batches = batches
        self._coloured.clear()
        self._image.fill(QColor(0, 0, 0))
        with QPainter(self._image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-self._left, -self._top)
            painter.scale(self._ratio, self._ratio)
            paint_edges(painter, drawn.gap, batches, stroke)
        pixels = np.frombuffer(self._image.constBits(), dtype=np.uint32)
        self._strengths = np.bitwise_and(pixels, 0xFFFF).astype(np.intp)
        return True

    def paint(self, painter: QPainter, mark: Mark, theme: Theme) -> None:
        """Paints the edges in the colours of their signs, or in that of a mark."""
        coloured = self._coloured.get((mark, theme.name))
        if coloured is None:
            coloured = _table_of(mark, theme).take(self._strengths)
            if mark is not Mark.NONE:  # painted once, whereas a mark comes and goes
                self._coloured[mark, theme.name] = coloured
        form = QImage.Format.Format_RGB32
        image = QImage(coloured.data, self._wide, self._high, 4 * self._wide, form)
        image.setDevicePixelRatio(self._ratio)
        painter.drawImage(QPointF(self._left, self._top) / self._ratio, image)


def _table_of(mark: Mark, theme: Theme) -> _Table:
    if mark is Mark.NONE:
        return _table(theme.positive, theme.negative, theme.muted, theme.surface, 1.0)
    colour = chip_colours(mark, theme)[1]
    return _table(colour, colour, theme.muted, theme.surface, MARKED_GAIN)


@lru_cache(16)
def _table(positive: str, negative: str, odd: str, surface: str, gain: float) -> _Table:
    """The colour (65536,) of every pair of strengths; odd: where both are full."""
    strength = np.minimum(np.arange(256) / 255 * gain, 1.0)
    of_negative, of_positive = np.meshgrid(strength, strength, indexing="ij")
    both = np.maximum(of_negative + of_positive - 1, 0)
    shares = np.stack((of_positive - both, of_negative - both, both), axis=-1)
    background = _channels(surface)
    away = np.stack([_channels(colour) - background for colour in (positive, negative, odd)])
    channels = np.rint(background + shares @ away).astype(np.uint32).reshape(-1, 3)
    opaque = np.uint32(0xFF000000)
    return opaque + channels @ np.array((1 << 16, 1 << 8, 1), dtype=np.uint32)


def _channels(colour: str) -> npt.NDArray[np.float64]:
    it = QColor(colour)
    return np.array((it.red(), it.green(), it.blue()), dtype=np.float64)
