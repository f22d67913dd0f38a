"""What a view will paint next, painted beforehand into a pixmap."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

Key = tuple[object, ...]


class PaintedAhead:
    """One pixmap of a widget's size, and what it is a picture of.

    A key holds all that the picture is made from; numbers in it are compared, all else has to be
    the same object.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._pixmap = QPixmap()
        self._key: Key | None = None

    def prepare(self, key: Key, paint: Callable[[QPainter], None]) -> None:
        """Paints what is likely to be shown next. It has to cover the whole widget."""
        ratio = self._widget.devicePixelRatioF()
        self._key = None
        if ratio % 1:  # A copy would be off by a fraction of a pixel, and blurred.
            return
        if self._pixmap.size() != self._widget.size() * ratio:
            self._pixmap = QPixmap(self._widget.size() * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
        with QPainter(self._pixmap) as painter:
            paint(painter)
        self._key = key

    def paint(self, painter: QPainter, rect: QRect, key: Key) -> bool:
        """Paints a part of the widget, if this was foreseen; returns whether it was."""
        ratio = self._widget.devicePixelRatioF()
        was_foreseen = (
            self._key is not None
            and all(map(_same, self._key, key))
            and self._pixmap.size() == self._widget.size() * ratio
        )
        if was_foreseen:
            source = QRect(rect.topLeft() * ratio, rect.size() * ratio)
            painter.drawPixmap(rect, self._pixmap, source)
        return was_foreseen


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, int | float) and one == other)
