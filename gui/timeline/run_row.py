"""The whole run, iteration 0 to the newest, with all that is marked in it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap, QPolygonF

from engine.bookmarks import Bookmark
from gui import theme as themes
from gui.theme import Theme
from gui.timeline.lettering import Lettering
from gui.timeline.marks import Change, Failure, Marks, Stop
from gui.timeline.run_paint import RunPainter
from gui.timeline.run_scale import RunScale, limit_for

Mark = Bookmark | Stop | Change | Failure

_KNOB = 7
_NEAR = 5.0
_LEAST_FAILURE = 5


class RunRow:
    """A band as long as the run, with a cursor. Places are in the row's own coordinates."""

    def __init__(self) -> None:
        self._theme = themes.LIGHT
        self._newest, self._batches, self._here = 0, 1, 0
        self._marks = Marks()
        self._size = QSize()
        self._letters: Lettering | None = None
        self._scale = RunScale(limit_for(0), 0.0, 1.0)
        # By whether the run has come so far; see `paint`.
        self._kept: dict[bool, QPixmap] = {}
        self._kept_ratio = 0.0

    # What is shown

    @property
    def newest(self) -> int:
        """The furthest iteration of the run."""
        return self._newest

    @property
    def here(self) -> int:
        """The iteration that the cursor is on."""
        return self._here

    @property
    def marks(self) -> Marks:
        """What is marked."""
        return self._marks

    @property
    def iterations_per_pixel(self) -> float:
        """How many iterations one pixel stands for."""
        return self._scale.per_pixel

    def lay_out(self, size: QSize, left: float, right: float, letters: Lettering) -> None:
        """The band reaches from `left` to `right` in a row of that size."""
        self._size, self._letters = size, letters
        self._scale = RunScale(self._scale.limit, left, right)
        self._kept.clear()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        self._kept.clear()

    def set_marks(self, marks: Marks) -> None:
        """What is marked from now on."""
        if marks != self._marks:
            self._marks = marks
            self._kept.clear()

    def set_batches(self, batches: int) -> None:
        """How many iterations an epoch takes."""
        self._batches = batches
        self._kept.clear()

    def set_newest(self, newest: int) -> QRect:
        """How far the run has come; returns what has to be painted again."""
        if newest == self._newest:
            return QRect()
        before, self._newest = self._newest, newest
        limit = limit_for(newest)
        if limit != self._scale.limit:
            self._scale = RunScale(limit, self._scale.left, self._scale.right)
            self._kept.clear()
            return QRect(QPoint(), self._size)
        return self._place_of(before) | self._place_of(newest)

    def show(self, iteration: int) -> QRect:
        """Puts the cursor on an iteration; returns what has to be painted again."""
        if iteration == self._here:
            return QRect()
        before, self._here = self._here, iteration
        return self._place_of(before) | self._place_of(iteration)

    def x_of(self, iteration: int) -> float:
        """Where an iteration is."""
        return self._scale.x_of(iteration)

    def iteration_at(self, x: float) -> int:
        """The iteration nearest to a place."""
        return self._scale.iteration_at(x, self._newest)

    def marks_at(self, x: float) -> list[Mark]:
        """What is marked near a place, the nearest first."""
        marks: list[Mark] = [*self._marks.bookmarks, *self._marks.changes]
        marks += [stop for stop in self._marks.stops if stop.iteration is not None]
        if self._marks.failure is not None:
            marks.append(self._marks.failure)
        distances = [(abs(self.x_of(iteration_of(mark)) - x), mark) for mark in marks]
        near = [each for each in distances if each[0] <= _NEAR]
        return [mark for _, mark in sorted(near, key=lambda each: each[0])]

    def _place_of(self, iteration: int) -> QRect:
        x = round(self.x_of(iteration))
        return QRect(x - _KNOB, 0, 2 * _KNOB + 1, self._size.height())

    # Painting

    def paint(self, painter: QPainter, dirty: QRect, ratio: float) -> None:
        """Paints what is within `dirty`, to which the painter is clipped.

        As far as the run has come from one pixmap, from there on from another.
        """
        reached = round(self.x_of(self._newest)) + 1
        width = self._size.width()
        for left, right, is_run in ((0, reached, True), (reached, width, False)):
            area = QRect(left, 0, right - left, self._size.height()) & dirty
            if not area.isEmpty():
                self._paint_part(painter, area, is_run, ratio)
        if self._marks.failure is not None:
            self._paint_failure(painter, self._marks.failure, reached)
        self._paint_cursor(painter)

    def _paint_part(self, painter: QPainter, area: QRect, is_run: bool, ratio: float) -> None:
        if ratio != self._kept_ratio:
            self._kept.clear()
            self._kept_ratio = ratio
        if ratio != int(ratio):
            painter.save()
            painter.setClipRect(area)
            self._drawn().paint(painter, is_run)
            painter.restore()
            return
        if is_run not in self._kept:
            made = QPixmap(self._size * ratio)
            made.setDevicePixelRatio(ratio)
            with QPainter(made) as on_kept:
                self._drawn().paint(on_kept, is_run)
            self._kept[is_run] = made
        whole = int(ratio)
        source = QRect(area.topLeft() * whole, area.size() * whole)
        painter.drawPixmap(area, self._kept[is_run], source)

    def _drawn(self) -> RunPainter:
        assert self._letters is not None
        return RunPainter(
            self._scale, self._batches, self._marks, self._theme, self._letters, self._size
        )

    def _paint_failure(self, painter: QPainter, failure: Failure, reached: int) -> None:
        x = round(self.x_of(failure.iteration))
        band = QRect(x, 1, max(reached - x, _LEAST_FAILURE), self._size.height() - 2)
        theme = self._theme
        hatch = themes.mixed(theme.negative, theme.surface, 0.8)
        painter.fillRect(band, QColor(theme.surface))
        painter.fillRect(band, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        painter.fillRect(QRect(x, 1, 2, band.height()), QColor(theme.negative))

    def _paint_cursor(self, painter: QPainter) -> None:
        x, height = self.x_of(self._here), self._size.height()
        painter.fillRect(QRectF(round(x) - 1, 0, 2, height), QColor(self._theme.text))
        handle = [QPointF(-_KNOB + 1, 0), QPointF(_KNOB - 1, 0), QPointF(0, _KNOB)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.text))
        painter.drawPolygon(QPolygonF([QPointF(round(x), 0) + corner for corner in handle]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def iteration_of(mark: Mark) -> int:
    """The iteration that something is marked at."""
    iteration = mark.position.iteration if isinstance(mark, Bookmark) else mark.iteration
    assert iteration is not None
    return iteration
