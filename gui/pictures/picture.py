"""A drawing that any device can be given, apart from the view it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines and letters, laid out.

    size: in pixels of the screen; paint: paints all of it, its background too, as often as one
    likes; dpi: how many of these pixels make an inch, which letters of so many points depend on.
    """

    size: QSize
    paint: Callable[[QPainter], None]
    dpi: int


class Pictured(Protocol):
    """A view that can be drawn elsewhere; what is on the screen stays as it is."""

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """All that is shown, in the colours of a theme, without what is pointed at.

        width: in pixels of the screen; without one, as on the screen.
        """
        ...


def on_background(
    paint: Callable[[QPainter], None], theme: Theme, size: QSize, dpi: int
) -> Picture:
    """What is painted, on the background of a theme."""
    return Picture(size, partial(_paint_over, QColor(theme.surface), size, paint), dpi)


def reach_of(paint: Callable[[QPainter], None], within: QSize) -> QSize:
    """How far to the right and down something paints; a QPicture would count no letters."""
    image = QImage(within, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        paint(painter)
    inked = np.frombuffer(image.constBits(), np.uint32).reshape(within.height(), within.width()) > 0
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return QSize(int(columns.max(initial=0)) + 1, int(rows.max(initial=0)) + 1)


def _paint_over(
    background: QColor, size: QSize, paint: Callable[[QPainter], None], painter: QPainter
) -> None:
    painter.fillRect(QRect(QPoint(), size), background)
    paint(painter)


def resized(shown: QSize, width: int | None) -> QSize:
    """A size in the same proportions, of another width where one is wanted."""
    if width is None:
        return shown
    return QSize(width, max(1, round(shown.height() * width / max(shown.width(), 1))))


def picture_of(twin: QWidget) -> Picture:
    """A widget that was never shown, in the size it has; it lives as long as the picture."""
    return Picture(twin.size(), partial(_render, twin), twin.logicalDpiX())


def _render(twin: QWidget, painter: QPainter) -> None:
    # What a widget paints goes through the painter it is given, and so stays lines and letters.
    twin.render(painter, QPoint())
