"""The outputs over two inputs: a decision boundary, regions of classes, or a heat map."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter, QPen

from engine.arrays import Array
from engine.function import NO_CLASS, Numbers, contour
from gui import theme as themes
from gui.function.axes import Range, range_around, rounded, tick_text
from gui.function.colours import (
    Pixels,
    class_indices,
    class_table,
    value_indices,
    value_table,
)
from gui.function.plot import Plot
from gui.function.reading import Reading
from gui.function.symbols import class_colour, draw_symbol
from gui.theme import Theme
from gui.translation import tr

_KEY, _WIDEST_KEY = 12.0, 110.0
_LATTICE = 38.0
_BESIDE = 0.12
_LEVELS = 5
_LOW_LINES = 6.5


class MapPlot(Plot):
    """Colours over the plane of two inputs, the lines between them, and the data."""

    def __init__(self, hint: Callable[[float, float], str], pick: Callable[[int], None]) -> None:
        super().__init__(hint, pick)
        self.reading = Reading(0, None, "")
        self._point_classes: Numbers = np.empty(0, dtype=np.intp)
        self._outputs: Array = np.empty((0, 0, 1))
        self._scale = Range(0.0, 1.0)
        self._table: Pixels = np.empty(0, dtype=np.uint32)
        self._table_of: tuple[Theme, Range] | None = None
        self._pixels: Pixels = np.empty((0, 0), dtype=np.uint32)
        self._lines: list[Array] = []
        self._found: Numbers = np.empty((0, 0), dtype=np.intp)

    # What is shown

    def show_points(self, inputs: Array, targets: Array, reading: Reading) -> None:
        """The data (N, 2) with their targets (N, n), and how outputs are read from now on."""
        self.points, self.reading = inputs, reading
        self._point_classes = reading.classes_in(targets)
        self.x_range = range_around(inputs[:, 0], _BESIDE)
        self.y_range = range_around(inputs[:, 1], _BESIDE)
        self._table_of = None
        self._show_outputs()
        self.redraw()

    def show_outputs(self, outputs: Array) -> None:
        """The outputs on a grid over the whole area: (rows, columns, n), rows from below."""
        self._outputs, scale = outputs, self._scale
        self._show_outputs()
        self.renew_hint()
        self.update()
        if self._scale != scale:
            self.redraw()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._table_of = None
        self._show_outputs()

    def _show_outputs(self) -> None:
        if not self._outputs.size:
            return
        if self.reading.output is None:
            indices = self._class_indices()
        else:
            indices = self._value_indices(self._outputs[:, :, self.reading.output])
        self._pixels = np.ascontiguousarray(self._table[indices][::-1])

    def _class_indices(self) -> Numbers:
        classes = self.reading.classes
        assert classes is not None
        if self._table_of is None:
            self._table = class_table(self.theme, classes.count)
            self._table_of = self.theme, self._scale
        shape = self._outputs.shape[:2]
        flat = self._outputs.reshape(-1, self._outputs.shape[2])
        found, leads = classes.of(flat), classes.leads(flat)
        self._found = found.reshape(shape)
        present = [each for each in np.unique(found).tolist() if each != NO_CLASS]
        boundaries = present if len(present) != 2 else present[:1]
        self._lines = [contour(leads[:, each].reshape(shape), 0.0) for each in boundaries]
        lead = leads.max(axis=1).reshape(shape) / (classes.high - classes.low)
        return class_indices(self._found, lead, classes.count)

    def _value_indices(self, values: Array) -> Numbers:
        classes = self.reading.classes
        self._scale = self._scale_of(values)
        if self._table_of != (self.theme, self._scale):
            self._table = value_table(self.theme, self._colourless())
            self._table_of = self.theme, self._scale
        levels = [classes.middle] if classes is not None else self._scale.ticks(_LEVELS)
        self._lines = [contour(values, level) for level in levels]
        return value_indices(values, self._scale)

    def _scale_of(self, values: Array) -> Range:
        classes = self.reading.classes
        if classes is not None:
            return Range(classes.low, classes.high)
        return self.reading.limits or rounded(range_around(values, 0.0))

    def _colourless(self) -> float:
        if self.reading.classes is not None:
            return 0.5
        return float(np.clip(self._scale.shares(np.array(0.0)), 0.0, 1.0))

    # Painting

    def paint_below(self, painter: QPainter, area: QRectF) -> None:
        if not self._outputs.size:
            return
        rows, columns = self._pixels.shape
        image = QImage(self._pixels.data, columns, rows, QImage.Format.Format_RGB32)
        # The outermost grid points lie on the limits, so half a cell lies outside.
        x, y = area.width() / (columns - 1) / 2, area.height() / (rows - 1) / 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area.adjusted(-x, -y, x, y), image)
        if not np.isfinite(self._outputs).any():
            hatch = themes.mixed(self.theme.text, self.theme.surface, 0.6)
            painter.fillRect(area, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        if self.reading.output is None:
            self._paint_lattice(painter, area)
        self._paint_lines(painter, area)

    def _paint_lines(self, painter: QPainter, area: QRectF) -> None:
        strong = self.reading.classes is not None
        painter.setPen(QPen(QColor(self.theme.text), 1.6 if strong else 0.8))
        rows, columns = self._pixels.shape
        for segments in self._lines:
            x = area.left() + segments[:, 0::2] * (area.width() / (columns - 1))
            y = area.bottom() - segments[:, 1::2] * (area.height() / (rows - 1))
            both = np.stack((x, y), axis=2).reshape(-1, 4)
            painter.drawLines([QLineF(*ends) for ends in both.tolist()])

    def _paint_lattice(self, painter: QPainter, area: QRectF) -> None:
        """The symbol of each region, here and there in it: nobody has to tell colours apart."""
        rows, columns = self._found.shape
        count = self.reading.classes.count if self.reading.classes else 1
        across, down = max(int(area.width() / _LATTICE), 1), max(int(area.height() / _LATTICE), 1)
        for row in range(down):
            for column in range(across):
                x, y = (column + 0.5) / across, (row + 0.5) / down
                found = int(self._found[int((1 - y) * (rows - 1)), int(x * (columns - 1))])
                if found == NO_CLASS:
                    continue
                place = QPointF(area.left() + x * area.width(), area.top() + y * area.height())
                colour = class_colour(self.theme, found, count)
                pen = QPen(themes.mixed(self.theme.text, colour, 0.45), 1.1)
                pen.setCosmetic(True)
                draw_symbol(painter, found, place, 3.0, None, pen)

    def paint_points(self, painter: QPainter) -> None:
        classes = self.reading.classes
        for index, place in self.drawn_points():
            colour = self.theme.text
            if classes is not None:
                found = int(self._point_classes[index])
                colour = class_colour(self.theme, found, classes.count)
            self.draw_point(painter, index, place, colour)

    def symbol_of_point(self, index: int) -> int:
        return max(int(self._point_classes[index]), 0)

    # The key

    def is_low(self) -> bool:
        return self.height() < _LOW_LINES * self.line_height()

    def key_width(self) -> float:
        metrics = QFontMetricsF(self.font())
        names = self.reading.names if self.reading.output is None else (*self._key_texts(), "NaN")
        widest = max(metrics.horizontalAdvance(name) for name in names)
        return min(8 + _KEY + 16 + widest + 6, max(_WIDEST_KEY, self.width() * 0.25))

    def _key_texts(self) -> list[str]:
        return [tick_text(tick) for tick in self._key_ticks()]

    def _key_ticks(self) -> list[float]:
        classes = self.reading.classes
        if classes is not None:
            return [classes.low, classes.middle, classes.high]
        return self._scale.ticks(_LEVELS)

    def paint_key(self, painter: QPainter, area: QRectF) -> None:
        if not self._outputs.size:
            return
        if self.reading.output is None:
            self._paint_names(painter, area)
        else:
            self._paint_scale(painter, area)

    def _paint_names(self, painter: QPainter, area: QRectF) -> None:
        metrics, names = QFontMetricsF(self.font()), self.reading.names
        line = min(self.line_height() + 3, area.height() / len(names))
        left, room = area.right() + 12, self.width() - area.right() - 32
        for index, name in enumerate(names):
            middle = area.top() + (index + 0.5) * line
            colour = class_colour(self.theme, index, max(len(names), 2))
            draw_symbol(painter, index, QPointF(left + 4, middle), 4.2, QColor(colour))
            painter.setPen(QColor(self.theme.text))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            box = QRectF(left + 14, middle - line / 2, room, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_scale(self, painter: QPainter, area: QRectF) -> None:
        line = self.line_height()
        if not self.is_low():
            self._paint_title(painter, area)
        bar = QRectF(area.right() + 10, area.top() + line / 2, _KEY, area.height() - line)
        column = np.ascontiguousarray(self._table[255::-1, np.newaxis])
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(bar, QImage(column.data, 1, 256, QImage.Format.Format_RGB32))
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.drawRect(bar)
        classes, written = self.reading.classes, math.inf
        for index, tick in enumerate(self._key_ticks()):
            share = float(self._scale.shares(np.array(tick)))
            y = bar.bottom() - share * bar.height()
            if written - y < line:
                continue
            written = y
            painter.setPen(QPen(QColor(self.theme.text), 1.6 if classes and index == 1 else 1.0))
            painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right() + 3, y))
            left = bar.right() + 6
            if classes is not None and index != 1:
                number = index // 2
                colour = QColor(class_colour(self.theme, number, 2))
                draw_symbol(painter, number, QPointF(left + 5, y), 4.2, colour)
                left += 13
            box = QRectF(left, y - line / 2, self.width() - left, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, tick_text(tick))

    def _paint_title(self, painter: QPainter, area: QRectF) -> None:
        metrics, room = QFontMetricsF(self.font()), self.width() - area.center().x()
        name = metrics.elidedText(self.reading.title, Qt.TextElideMode.ElideRight, room - 8)
        painter.setPen(QColor(self.theme.text))
        box = QRectF(area.center().x(), 0, room - 8, self.line_height())
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)

    def paint_above(self, painter: QPainter, area: QRectF) -> None:
        missing = ~np.isfinite(self._outputs).all(axis=2) if self._outputs.size else np.empty(0)
        if not missing.any():
            return
        text = tr("NaN or ∞: the outputs are not numbers here")
        metrics = QFontMetricsF(self.font())
        box = metrics.boundingRect(text).adjusted(-6, -3, 6, 3)
        box.moveCenter(area.center())
        painter.fillRect(box, QColor(self.theme.raised))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def colour_at(self, x: float, y: float) -> QColor:
        """The colour that stands for the outputs at a pair of values."""
        rows, columns = self._pixels.shape
        column = round(float(self.x_range.shares(np.array(x))) * (columns - 1))
        row = round((1 - float(self.y_range.shares(np.array(y)))) * (rows - 1))
        return QColor.fromRgb(int(self._pixels[row, column]))
