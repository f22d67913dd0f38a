"""The picture of what stands over the edges, kept: only what differs is painted again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion

from gui.network.regions import united

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
        self.pixmap = QPixmap()
        self._shown: dict[Painted, None] = {}

    def forget(self) -> None:
        """Paints everything again."""
        self._shown = {}

    def renew(self, size: QSize, ratio: float, things: Sequence[Painted]) -> QRegion:
        """Paints these things, the first ones below. Returns where the picture differs.

        What was there before, as the same object, is only painted again where something near it
        has changed. size: in pixels of the widget, each `ratio` pixels of the screen.
        """
        if self.pixmap.size() != size * ratio or self.pixmap.devicePixelRatio() != ratio:
            self.pixmap = QPixmap(size * ratio)
            self.pixmap.setDevicePixelRatio(ratio)
            self.forget()
        shown = dict.fromkeys(things)
        changed = self._shown.keys() ^ shown.keys()
        # Of a fraction of a pixel of the screen a clip would leave traces.
        if not self._shown or len(changed) > _MANY or (ratio % 1 and changed):
            region = QRegion(QRect(0, 0, size.width(), size.height()))
            self.pixmap.fill(Qt.GlobalColor.transparent)
            self._paint(things, None)
        else:
            places = united(thing.bounds for thing in changed)
            if places:
                self._paint(things, places)
            region = QRegion()
            for place in places:
                region += place
        self._shown = shown
        return region

    def _paint(self, things: Sequence[Painted], places: Sequence[QRect] | None) -> None:
        with QPainter(self.pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if places is None:
                for thing in things:
                    thing.paint(painter)
                return
            for place in places:
                painter.setClipRect(place)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.fillRect(place, Qt.GlobalColor.transparent)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                for thing in things:
                    if place.intersects(thing.bounds):
                        thing.paint(painter)
