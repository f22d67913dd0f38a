"""Painting the band of the run: round numbers, epochs, flags, breakpoints, edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.bookmarks import Bookmark
from gui import theme as themes
from gui.theme import Theme
from gui.timeline.lettering import Lettering
from gui.timeline.marks import Marks, Stop
from gui.timeline.run_scale import RunScale
from gui.translation import tr

_BESIDE = 3.0
_LEAST_NAME = 24.0
_MOST_NAME = 120.0
_POLE = 7.0


@dataclass(frozen=True, slots=True)
class RunPainter:
    """Draws the band as it is kept: all of it as if run, or all of it as if to come."""

    scale: RunScale
    batches: int
    marks: Marks
    theme: Theme
    letters: Lettering
    size: QSize

    def paint(self, painter: QPainter, is_run: bool) -> None:
        """Everything but the cursor and where the run stopped being finite."""
        theme = self.theme
        painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), QColor(theme.window))
        band = self.band
        if is_run:
            painter.fillRect(band, QColor(theme.surface))
        painter.setPen(QColor(theme.line))
        painter.drawLine(band.topLeft(), band.topRight())
        painter.drawLine(band.bottomLeft(), band.bottomRight())
        self._epochs(painter)
        self._numbers(painter)
        self._changes(painter)
        for stop in self.marks.stops:
            self._stop(painter, stop)
        self._flags(painter)

    @property
    def band(self) -> QRectF:
        """Where the band is in its row."""
        left, right = self.scale.left, self.scale.right
        return QRectF(left - 4, 0, right - left + 8, self.size.height() - 1)

    def _epochs(self, painter: QPainter) -> None:
        if self.batches == 1:
            return
        painter.setPen(QColor(self.theme.muted))
        bottom = self.band.bottom()
        for iteration in self.scale.every_epoch(self.batches):
            x = round(self.scale.x_of(iteration))
            painter.drawLine(QPointF(x, bottom - 3), QPointF(x, bottom))

    def _numbers(self, painter: QPainter) -> None:
        """Round iterations; where an epoch takes several of them, round epochs instead."""
        places: list[tuple[int, str]]
        if self.batches == 1:
            widest = self.letters.metrics.horizontalAdvance(f"{self.scale.limit:.0f}")
            places = [(each, str(each)) for each in self.scale.ticks(widest)]
        else:
            last = int(self.scale.limit / self.batches)
            widest = self.letters.metrics.horizontalAdvance(_epoch_text(last))
            epochs = self.scale.epochs(self.batches, widest)
            places = [(each * self.batches, _epoch_text(each)) for each in epochs]
        painter.setFont(self.letters.small)
        band, line = self.band, themes.mixed(self.theme.muted, self.theme.surface, 0.5)
        for iteration, text in places:
            x = round(self.scale.x_of(iteration))
            width = self.letters.metrics.horizontalAdvance(text)
            painter.setPen(line)
            painter.drawLine(QPointF(x, band.top()), QPointF(x, band.bottom()))
            if x + _BESIDE + width <= band.right():
                painter.setPen(QColor(self.theme.muted))
                room = QRectF(x + _BESIDE, band.top(), width + 2, band.height())
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _changes(self, painter: QPainter) -> None:
        """A wedge at the bottom for each edit; as many as there are pixels at most."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        bottom = self.band.bottom() + 1
        wedge = [QPointF(-5, 0), QPointF(5, 0), QPointF(0, -6)]
        for x in sorted({round(self.scale.x_of(each.iteration)) for each in self.marks.changes}):
            painter.drawPolygon(QPolygonF([QPointF(x, bottom) + corner for corner in wedge]))

    def _stop(self, painter: QPainter, stop: Stop) -> None:
        if stop.iteration is None:
            return
        colour = QColor(self.theme.negative)
        centre = QPointF(self.scale.x_of(stop.iteration), self.band.center().y() + 0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.surface))
        painter.drawEllipse(centre, 6.0, 6.0)
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(colour if stop.enabled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, 3.4, 3.4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _flags(self, painter: QPainter) -> None:
        """A flag at each bookmark, with its name where the next flag leaves room for it."""
        flags = sorted(self.marks.bookmarks, key=lambda flag: flag.position.iteration)
        places = [round(self.scale.x_of(flag.position.iteration)) for flag in flags]
        ends = [*places[1:], round(self.band.right())][: len(places)]
        for flag, x, end in zip(flags, places, ends, strict=True):
            self._name(painter, flag, x, end)
            self._flag(painter, x)

    def _name(self, painter: QPainter, flag: Bookmark, x: int, end: int) -> None:
        room = min(end - x - _POLE - 6, _MOST_NAME)
        if room < _LEAST_NAME:
            return
        metrics = self.letters.metrics
        text = metrics.elidedText(flag.name, Qt.TextElideMode.ElideRight, room)
        chip = QRectF(x, self.band.top() + 1, _POLE + 6 + metrics.horizontalAdvance(text), 0)
        chip.setBottom(self.band.bottom())
        painter.fillRect(chip, QColor(self.theme.accent_soft))
        painter.setPen(QColor(self.theme.text))
        painter.setFont(self.letters.small)
        inner = chip.adjusted(_POLE + 3, 0, 0, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)

    def _flag(self, painter: QPainter, x: int) -> None:
        top, colour = self.band.top(), QColor(self.theme.accent)
        painter.fillRect(QRectF(x, top, 1.5, self.band.height()), colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        _polygon(painter, ((x, top + 1), (x + _POLE, top + 4), (x, top + 7.5)))


def _polygon(painter: QPainter, corners: Sequence[tuple[float, float]]) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _epoch_text(epoch: int) -> str:
    return tr("epoch {epoch}", epoch=epoch)
