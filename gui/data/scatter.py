"""A small picture of data with one or two inputs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from engine.arrays import Array
from engine.datasets import Data
from engine.function import NO_CLASS, Numbers, classes_of
from gui.data.words import input_name, target_name
from gui.function.symbols import class_colour, draw_symbol
from gui.theme import Theme, mixed
from gui.translation import tr

_MARGIN, _RADIUS, _MOST_POINTS = 10, 3.0, 1000


class Scatter(QFrame):
    """A point for each sample: of two inputs with its class as symbol, of one with its target."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._data: Data | None = None
        self.setMinimumSize(160, 160)
        self.setAccessibleName(tr("Picture of the data"))

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self._theme = theme
        self.update()

    def show_data(self, data: Data | None) -> None:
        """Other data, or none."""
        self._data = data
        self.setAccessibleDescription(self._words())
        self.update()

    def _words(self) -> str:
        if self._data is None:
            return tr("No data")
        if not _can_be_drawn(self._data):
            inputs = self._data.inputs.shape[1]
            return tr("{inputs} inputs: too many for a picture", inputs=inputs)
        across = input_name(self._data, 0)
        two = self._data.inputs.shape[1] == 2
        up = input_name(self._data, 1) if two else target_name(self._data, 0)
        return tr("{up} over {across}", up=up, across=across)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(self._theme.surface))
            painter.setPen(QPen(QColor(self._theme.line), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            if self._data is None or not _can_be_drawn(self._data):
                self._paint_words(painter)
            else:
                self._paint_points(painter, self._data)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(12, 12, -12, -12), flags, self._words())

    def _paint_points(self, painter: QPainter, data: Data) -> None:
        rows = np.linspace(0, data.samples - 1, min(data.samples, _MOST_POINTS)).astype(np.intp)
        two = data.inputs.shape[1] == 2
        found, count = _classes(data.targets) if two else (np.zeros(data.samples, np.intp), 1)
        up = data.inputs[:, 1] if two else data.targets[:, 0]
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        across = room.left() + room.width() * _shares(data.inputs[:, 0])
        down = room.bottom() - room.height() * _shares(up)
        for row in rows.tolist():
            kind = max(0, int(found[row]))
            colour = class_colour(self._theme, kind, count) if count > 1 else self._theme.accent
            fill = mixed(colour, self._theme.surface, 0.7)
            centre = QPointF(float(across[row]), float(down[row]))
            draw_symbol(painter, kind, centre, _RADIUS, fill)


def _can_be_drawn(data: Data) -> bool:
    return data.inputs.shape[1] == 2 or data.inputs.shape == (data.samples, 1)


def _classes(targets: Array) -> tuple[Numbers, int]:
    classes = classes_of(targets)
    if classes is None:
        return np.full(len(targets), NO_CLASS), 1
    return classes.of(targets), classes.count


def _shares(values: Array) -> Array:
    low, high = values.min(), values.max()
    if low == high:
        return np.full(len(values), 0.5)
    shares: Array = (values - low) / (high - low)
    return shares
