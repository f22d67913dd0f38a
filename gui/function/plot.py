"""What both plots of the function view share: two axes, points, pointing, and a hint."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QWidget

from engine.arrays import Array
from gui import theme as themes
from gui.function.axes import Range, tick_text
from gui.function.symbols import draw_symbol
from gui.theme import Theme
from gui.translation import tr

_MOST_POINTS = 3000
_MOST_RINGS = 500
_NEAR = 9.0
_PAD = 8.0


class Plot(QWidget):
    """Two axes and what is between them. What does not change while training is drawn once.

    hint: what to say of the values pointed at; pick: called with the column of the batch clicked.
    keeps_pixels: what stands still is kept as pixels; else it is lines wherever it is drawn.
    """

    def __init__(self, hint: Callable[[float, float], str], pick: Callable[[int], None]) -> None:
        super().__init__()
        self._hint_of, self._pick = hint, pick
        self.theme = themes.LIGHT
        self.keeps_pixels = True
        self.x_range = self.y_range = Range(-1.0, 1.0)
        self.x_name = self.y_name = ""
        self.points: Array = np.empty((0, 2))
        self.batch: Array = np.empty((0, 2))
        self.chosen = 0
        self._still: QPixmap | None = None
        self._pointed: QPointF | None = None
        self._label = QLabel(self)
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label.hide()
        # It paints all of itself: nothing below it has to be painted first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:
        return QSize(400, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 80)

    # Looks

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self.theme = theme
        self._label.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; padding: 2px 6px;"
            f"border: 1px solid {theme.line}; border-radius: 3px"
        )
        self.redraw()

    def redraw(self) -> None:
        """Draws everything anew, also what stands still."""
        self._still = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._still = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.redraw()

    # Where things are

    def key_width(self) -> float:
        """The room that is kept free on the right."""
        return 0.0

    def is_low(self) -> bool:
        """Whether there is no height for names above: both axes are then named below."""
        return False

    def line_height(self) -> float:
        """The height of a line of text."""
        return QFontMetricsF(self.font()).height()

    def area(self) -> QRectF:
        """Between the axes."""
        metrics = QFontMetricsF(self.font())
        line = metrics.height()
        top, bottom = line / 2 if self.is_low() else line + 3, line + 6
        height = max(self.height() - top - bottom, 10.0)
        texts = [tick_text(tick) for tick in self._ticks_up(height)]
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
        left, right = _PAD + widest + 6, self.key_width() or 12.0
        return QRectF(left, top, max(self.width() - left - right, 10.0), height)

    def _ticks_up(self, height: float) -> list[float]:
        return self.y_range.ticks(max(2, round(height / (2.2 * self.line_height()))))

    def places(self, values: Array) -> Array:
        """The pixels of values (N, 2)."""
        area = self.area()
        x, y = self.x_range.shares(values[:, 0]), self.y_range.shares(values[:, 1])
        return np.column_stack((area.left() + x * area.width(), area.bottom() - y * area.height()))

    def place_of(self, x: float, y: float) -> QPointF:
        """The pixel of one pair of values."""
        return QPointF(*self.places(np.array([[x, y]]))[0].tolist())

    def values_at(self, place: QPointF) -> tuple[float, float]:
        """The values at a pixel."""
        area = self.area()
        x = self.x_range.at((place.x() - area.left()) / area.width())
        return x, self.y_range.at((area.bottom() - place.y()) / area.height())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(self.theme.surface))
            area = self.area()
            painter.save()
            painter.setClipRect(area)
            self.paint_below(painter, area)
            painter.restore()
            self.paint_key(painter, area)
            if self.keeps_pixels:
                painter.drawPixmap(0, 0, self._standing_still(area))
            else:
                self._paint_still(painter, area)
            painter.setClipRect(area.adjusted(-6, -6, 6, 6))
            self.paint_above(painter, area)
            self._paint_rings(painter)

    def paint_below(self, painter: QPainter, area: QRectF) -> None:
        """What lies below the points."""

    def paint_points(self, painter: QPainter) -> None:
        """The data."""

    def paint_above(self, painter: QPainter, area: QRectF) -> None:
        """What lies over the points."""

    def paint_key(self, painter: QPainter, area: QRectF) -> None:
        """What the colours and symbols mean."""

    def symbol_of_point(self, index: int) -> int:
        """The symbol of a point."""
        return 0

    def _standing_still(self, area: QRectF) -> QPixmap:
        if self._still is None:
            ratio = self.devicePixelRatioF()
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            with QPainter(self._still) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self.font())
                self._paint_still(painter, area)
        return self._still

    def _paint_still(self, painter: QPainter, area: QRectF) -> None:
        self._paint_axes(painter, area)
        painter.setClipRect(area.adjusted(-6, -6, 6, 6))
        self.paint_points(painter)

    def drawn_points(self) -> Iterator[tuple[int, QPointF]]:
        """The points that are drawn, evenly picked where there are too many."""
        stride = -(-len(self.points) // _MOST_POINTS)
        for index, place in enumerate(self.places(self.points[:: max(stride, 1)]).tolist()):
            yield index * max(stride, 1), QPointF(*place)

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        metrics, line = QFontMetricsF(self.font()), self.line_height()
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.drawRect(area)
        painter.setPen(QColor(self.theme.muted))
        flags = Qt.AlignmentFlag
        for tick in self._ticks_up(area.height()):
            y = area.bottom() - float(self.y_range.shares(np.array(tick))) * area.height()
            painter.drawLine(QPointF(area.left() - 3, y), QPointF(area.left(), y))
            box = QRectF(0, y - line / 2, area.left() - 5, line)
            painter.drawText(box, flags.AlignRight | flags.AlignVCenter, tick_text(tick))
        widest = area.width() * 0.6
        below = self.x_name
        if self.is_low():
            below = tr("→ {across}   ↑ {up}", across=self.x_name, up=self.y_name)
        name = metrics.elidedText(below, Qt.TextElideMode.ElideRight, widest)
        taken = area.right() - metrics.horizontalAdvance(name)
        for tick in self.x_range.ticks(max(2, round(area.width() / 70))):
            x = area.left() + float(self.x_range.shares(np.array(tick))) * area.width()
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            half = metrics.horizontalAdvance(tick_text(tick)) / 2
            if x + half < taken - 6:
                box = QRectF(x - half - 1, area.bottom() + 4, 2 * half + 2, line)
                painter.drawText(box, flags.AlignCenter, tick_text(tick))
        painter.setPen(QColor(self.theme.text))
        box = QRectF(area.left(), area.bottom() + 4, area.width(), line)
        painter.drawText(box, flags.AlignRight | flags.AlignVCenter, name)
        if not self.is_low():
            name = metrics.elidedText(self.y_name, Qt.TextElideMode.ElideRight, widest)
            painter.drawText(QRectF(_PAD, 0, widest, line), flags.AlignVCenter, name)

    def _paint_rings(self, painter: QPainter) -> None:
        places = self.places(self.batch) if len(self.batch) else self.batch
        rings = places if len(places) <= _MOST_RINGS else places[self.chosen : self.chosen + 1]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner, outer = QPen(QColor(self.theme.text), 1.2), QPen(QColor(self.theme.surface), 3.0)
        for pen in (outer, inner):
            painter.setPen(pen)
            for x, y in rings.tolist():
                painter.drawEllipse(QPointF(x, y), 6.5, 6.5)
        if self.chosen < len(places):
            centre = QPointF(*places[self.chosen].tolist())
            painter.setPen(QPen(QColor(self.theme.surface), 5.0))
            painter.drawEllipse(centre, 8.5, 8.5)
            painter.setPen(QPen(QColor(self.theme.text), 2.4))
            painter.drawEllipse(centre, 8.5, 8.5)

    def draw_point(self, painter: QPainter, index: int, place: QPointF, colour: str) -> None:
        """One sample as its symbol."""
        edge = QPen(QColor(self.theme.surface), 1.0)
        edge.setCosmetic(True)
        draw_symbol(painter, self.symbol_of_point(index), place, 3.6, QColor(colour), edge)

    # The mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        inside = self.area().contains(event.position())
        self.point_at(event.position() if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not len(self.batch):
            return
        away = self.places(self.batch) - (event.position().x(), event.position().y())
        distances = np.hypot(away[:, 0], away[:, 1])
        nearest = int(distances.argmin())
        if distances[nearest] <= _NEAR:
            self._pick(nearest)

    def point_near(self, x: float, y: float) -> int | None:
        """The point within reach of a pair of values."""
        if not len(self.points):
            return None
        place = self.place_of(x, y)
        away = self.places(self.points) - (place.x(), place.y())
        distances = np.hypot(away[:, 0], away[:, 1])
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= _NEAR else None

    def hint_text(self) -> str:
        """What is said of the place pointed at; empty where none is."""
        return "" if self._pointed is None else self._label.text()

    def point_at(self, place: QPointF | None) -> None:
        """Says what is at a pixel from now on, also when the network changes."""
        self._pointed = place
        self.renew_hint()

    def renew_hint(self) -> None:
        """Says it again, with the numbers of now."""
        self._label.setVisible(self._pointed is not None)
        if self._pointed is None:
            return
        self._label.setText(self._hint_of(*self.values_at(self._pointed)))
        self._label.adjustSize()
        x, y = self._pointed.x() + 12, self._pointed.y() - self._label.height() - 8
        if x + self._label.width() > self.width() - 2:
            x = max(2.0, min(x - self._label.width() - 24, self.width() - self._label.width() - 2))
        if y < 2:
            y = self._pointed.y() + 14
        self._label.move(round(x), round(y))
