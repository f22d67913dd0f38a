"""A thin handle at the right edge of an area that scrolls, painted over what it shows.

A QScrollBar that comes and goes makes what is shown narrower and wider again, and everything
around it is laid out anew; this one takes no room. The area's own hidden QScrollBar goes on
answering keys and the wheel.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider

_THICK = 5.0
_REACH = 12.0
"""How far from the edge a press is meant for the handle, in pixels."""
_SHORTEST = 24.0


class ScrollThumb:
    """Shows how far down a scroll area is, and can be dragged."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        self._area = area
        self._held_at: float | None = None

    @property
    def rect(self) -> QRectF:
        """Where the handle is in the viewport; empty where there is nothing to scroll."""
        bar, viewport = self._area.verticalScrollBar(), self._area.viewport()
        if not bar.maximum():
            return QRectF()
        length = self._length()
        top = (viewport.height() - length) * bar.value() / bar.maximum()
        return QRectF(viewport.width() - _THICK - 2, top, _THICK, length)

    def paint(self, painter: QPainter, colour: QColor) -> None:
        """Paints the handle, if there is one."""
        rect = self.rect
        if rect.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(rect, _THICK / 2, _THICK / 2)

    def press(self, point: QPointF) -> bool:
        """Takes hold of the handle, or goes a page towards the point; False if it is not near."""
        rect, bar = self.rect, self._area.verticalScrollBar()
        if rect.isEmpty() or point.x() < self._area.viewport().width() - _REACH:
            return False
        if rect.top() <= point.y() <= rect.bottom():
            self._held_at = point.y() - rect.top()
        else:
            action = QAbstractSlider.SliderAction
            down = point.y() > rect.bottom()
            bar.triggerAction(action.SliderPageStepAdd if down else action.SliderPageStepSub)
        return True

    def drag(self, point: QPointF) -> bool:
        """Moves the handle with the mouse; False if it is not held."""
        if self._held_at is None:
            return False
        bar = self._area.verticalScrollBar()
        way = self._area.viewport().height() - self._length()
        bar.setValue(round((point.y() - self._held_at) / max(way, 1.0) * bar.maximum()))
        return True

    def release(self) -> None:
        """Lets go of the handle."""
        self._held_at = None

    def _length(self) -> float:
        bar, height = self._area.verticalScrollBar(), self._area.viewport().height()
        return max(_SHORTEST, height * height / (height + bar.maximum()))
