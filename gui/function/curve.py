"""One output over one input: the curve that the network has fitted, and the data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.arrays import Array
from gui.function.axes import range_around, rounded
from gui.function.plot import Plot
from gui.function.reading import Reading
from gui.function.symbols import draw_symbol
from gui.translation import tr

_POINTS = 241


class CurvePlot(Plot):
    """A curve through points, and how far it is from the sample that is looked at."""

    def __init__(self, hint: Callable[[float, float], str], pick: Callable[[int], None]) -> None:
        super().__init__(hint, pick)
        self.reading = Reading(0, None, "")
        self.curve: Array = np.empty((0, 2))
        self._chosen_output = float("nan")

    def show_points(self, inputs: Array, targets: Array, reading: Reading) -> None:
        """The data (N, 1) with their targets (N, n), and which output is shown from now on."""
        self.reading = reading
        self.points = np.hstack((inputs, reading.columns(targets)))
        self.x_range = range_around(inputs[:, 0], 0.08)
        self.y_range = rounded(range_around(self.points[:, 1], 0.1))
        self.redraw()

    def inputs(self) -> Array:
        """Where the outputs are wanted: (N, 1)."""
        return np.linspace(*self.x_range.ends, _POINTS)[:, np.newaxis]

    def show_outputs(self, outputs: Array) -> None:
        """The outputs (N, n) at `inputs()`."""
        self.curve = np.hstack((self.inputs(), self.reading.columns(outputs)))
        both = np.concatenate((self.curve[:, 1], self.points[:, 1]))
        wanted = rounded(range_around(both, 0.04))
        if wanted != self.y_range:
            self.y_range = wanted
            self.redraw()
        self.renew_hint()
        self.update()

    def show_chosen_output(self, output: float) -> None:
        """The output for the sample that is looked at."""
        self._chosen_output = output
        self.update()

    # Painting

    def paint_below(self, painter: QPainter, area: QRectF) -> None:
        classes = self.reading.classes
        if classes is not None:
            y = self.place_of(0.0, classes.middle).y()
            painter.setPen(QPen(QColor(self.theme.muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def paint_points(self, painter: QPainter) -> None:
        for index, place in self.drawn_points():
            self.draw_point(painter, index, place, self.theme.muted)

    def paint_above(self, painter: QPainter, area: QRectF) -> None:
        finite = np.isfinite(self.curve[:, 1])
        painter.setPen(QPen(QColor(self.theme.positive), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for piece in _unbroken(self.curve, finite):
            places = self.places(piece).tolist()
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in places]))
        if not finite.all():
            painter.setPen(QColor(self.theme.text))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, tr("NaN or ∞"))
        self._paint_distance(painter)

    def _paint_distance(self, painter: QPainter) -> None:
        """From the target of the sample that is looked at to the output for it."""
        if self.chosen >= len(self.batch) or not np.isfinite(self._chosen_output):
            return
        x, target = self.batch[self.chosen].tolist()
        found, wanted = self.place_of(x, self._chosen_output), self.place_of(x, target)
        painter.setPen(QPen(QColor(self.theme.negative), 1.6, Qt.PenStyle.DotLine))
        painter.drawLine(wanted, found)
        edge = QPen(QColor(self.theme.surface), 1.2)
        edge.setCosmetic(True)
        draw_symbol(painter, 3, found, 5.0, QColor(self.theme.positive), edge)

    def paint_key(self, painter: QPainter, area: QRectF) -> None:
        metrics, line = QFontMetricsF(self.font()), self.line_height()
        middle, right = line / 2, area.right()
        entries = ((tr("data"), False), (tr("network"), True))
        for text, is_curve in entries:
            right -= metrics.horizontalAdvance(text)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(QPointF(right, middle + metrics.ascent() / 2 - 1), text)
            if is_curve:
                painter.setPen(QPen(QColor(self.theme.positive), 2.0))
                painter.drawLine(QPointF(right - 20, middle), QPointF(right - 4, middle))
                right -= 30
            else:
                dot = QPointF(right - 8, middle)
                draw_symbol(painter, 0, dot, 3.6, QColor(self.theme.muted))
                right -= 26


def _unbroken(curve: Array, finite: npt.NDArray[np.bool_]) -> list[Array]:
    """The pieces of a curve between what is not finite."""
    if finite.all():
        return [curve] if len(curve) else []
    breaks = np.flatnonzero(np.diff(finite.astype(np.int8))) + 1
    pieces = np.split(np.arange(len(curve)), breaks)
    return [curve[piece] for piece in pieces if len(piece) > 1 and finite[piece[0]]]
