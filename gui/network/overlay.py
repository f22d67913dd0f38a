"""The picture of what stands over the edges, kept: only what differs is painted again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion

_MANY = 80  # from this many changes on painting everything costs less than leaving parts out


class Painted(Protocol):
    """Something that is painted as it is. bounds: all that it covers."""

    @property
    def bounds(self) -> QRect:
        """All that it covers."""

    def paint(self, painter: QPainter) -> None:
        """Paints it."""


class Overlay:
    """A transparent pixmap of things painted over one another."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._shown: dict[int, Painted] = {}

    def forget(self) -> None:
        """Paints everything again."""
        self._shown = {}

    def pixmap(self, size: QSize, ratio: float, things: Sequence[Painted]) -> QPixmap:
        """The picture of these things, the first ones below.

        What was there before, as the same object, is only painted again where something near it
        has changed. size: in pixels of the widget, each `ratio` pixels of the screen.
        """
        if self._pixmap.size() != size * ratio or self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self.forget()
        shown = {id(thing): thing for thing in things}
        gone = [thing for key, thing in self._shown.items() if key not in shown]
        come = [thing for key, thing in shown.items() if key not in self._shown]
        # Of a fraction of a pixel of the screen a clip would leave traces.
        if not self._shown or len(gone) + len(come) > _MANY or (ratio % 1 and (gone or come)):
            self._pixmap.fill(Qt.GlobalColor.transparent)
            self._paint(things, None)
        elif gone or come:
            self._paint(things, _covered((*gone, *come)))
        self._shown = shown
        return self._pixmap

    def _paint(self, things: Iterable[Painted], region: QRegion | None) -> None:
        with QPainter(self._pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if region is not None:
                painter.setClipRegion(region)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.fillRect(region.boundingRect(), Qt.GlobalColor.transparent)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                things = [thing for thing in things if region.intersects(thing.bounds)]
            for thing in things:
                thing.paint(painter)


def _covered(things: Iterable[Painted]) -> QRegion:
    region = QRegion()
    for thing in things:
        region += thing.bounds
    return region
