"""Heat maps: a matrix as one image, positive and negative in two colours that fade to nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter, QPen

from engine.arrays import Array
from gui.matrix.model import Operand
from gui.theme import Theme, mixed

_STEPS = 127
_UNKNOWN = 2 * _STEPS + 1
_SIGNED_FROM = 7.0  # pixels of a cell from which a minus is drawn into it


def largest(values: Array) -> float:
    """The end of the scale: the largest finite size of a value; 0 without any."""
    top = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
    if np.isfinite(top):
        return top
    return float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))


def lookup(theme: Theme) -> npt.NDArray[np.uint32]:
    """The colours from most negative to most positive, then that of what is no number."""
    colours = [
        mixed(theme.negative if step < 0 else theme.positive, theme.surface, abs(step) / _STEPS)
        for step in range(-_STEPS, _STEPS + 1)
    ]
    colours.append(mixed(theme.muted, theme.surface, 0.45))
    return np.array([colour.rgb() for colour in colours], dtype=np.uint32)


class HeatMaps:
    """The images of one theme; each is kept while its matrix is the same array."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._lookup = lookup(theme)
        self._kept: dict[tuple[str, bool], tuple[Array, QSize, QImage, float]] = {}
        self._minuses: dict[tuple[str, bool], tuple[Array, QRectF, list[QLineF]]] = {}

    def image(self, operand: Operand, size: QSize) -> tuple[QImage, float]:
        """The matrix as an image of `size` pixels, and the end of its scale."""
        key = operand.name, operand.transposed
        source = operand.final if operand.fresh is None else operand.values
        found = self._kept.get(key)
        if found and found[0] is source and found[1] == size:
            return found[2], found[3]
        made, top = self._made(source.T if operand.transposed else source)
        if made.width() > size.width() or made.height() > size.height():
            smooth = Qt.TransformationMode.SmoothTransformation
            made = made.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        self._kept[key] = source, size, made, top
        return made, top

    def _made(self, values: Array) -> tuple[QImage, float]:
        top = largest(values)
        scaled = values * (_STEPS / top) if top else np.zeros_like(values)
        with np.errstate(invalid="ignore"):
            index = (scaled + (_STEPS + 0.5)).astype(np.int16)
        if not np.isfinite(values.sum()):
            index[~np.isfinite(values)] = _UNKNOWN
        pixels = np.ascontiguousarray(self._lookup[index])
        rows, columns = pixels.shape
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        return image.copy(), top

    def paint_minuses(self, painter: QPainter, operand: Operand, rect: QRectF) -> None:
        """A minus in every negative cell of a heat map whose cells have room for it."""
        rows, columns = operand.shape
        if min(rect.width() / columns, rect.height() / rows) < _SIGNED_FROM:
            return
        painter.setPen(QPen(mixed(self._theme.text, self._theme.surface, 0.75), 1.0))
        key, values = (operand.name, operand.transposed), operand.values
        found = self._minuses.get(key)
        if found is None or found[0] is not values or found[1] != rect:
            lines = _minuses(values.T if operand.transposed else values, rect)
            found = self._minuses[key] = values, rect, lines
        painter.drawLines(found[2])


def _minuses(values: Array, rect: QRectF) -> list[QLineF]:
    rows, columns = values.shape
    across, down = rect.width() / columns, rect.height() / rows
    row, column = np.nonzero(values < 0)
    x, y = rect.left() + (column + 0.5) * across, rect.top() + (row + 0.5) * down
    half = 0.22 * across
    ends = np.column_stack((x - half, y, x + half, y))
    return [QLineF(*each) for each in ends.tolist()]


def paint_scale(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """The bar of a scale: hatched on its negative side."""
    gradient = QLinearGradient(rect.topLeft(), rect.topRight())
    for place, colour in enumerate((theme.negative, theme.surface, theme.positive)):
        gradient.setColorAt(place / 2, QColor(colour))
    painter.fillRect(rect, QBrush(gradient))
    left = QRectF(rect.left(), rect.top(), rect.width() / 2, rect.height())
    painter.fillRect(
        left, QBrush(mixed(theme.text, theme.surface, 0.6), Qt.BrushStyle.BDiagPattern)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.line), 1.0))
    painter.drawRect(rect)
