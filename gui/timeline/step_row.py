"""The Steps of the iteration shown: painted from what is kept, but for where one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter, QPixmap

from engine.program import Phase, Program
from gui import theme as themes
from gui.theme import Theme
from gui.timeline.lettering import Lettering
from gui.timeline.marks import Stop
from gui.timeline.plan import Plan, planned
from gui.timeline.step_paint import StepPainter, marks_y

_NARROWEST_KEPT = 2.0
_AROUND = 3  # How far a tick, its cursor and its symbol reach beyond their slot.
_LAYERS = [(done, current) for done in (False, True, None) for current in (False, True)]


@dataclass(eq=False, slots=True)
class _Kept:
    """The whole row as pixmaps, of which a painting takes its strips.

    layers: by whether all Steps are done (None: without ticks), and all phases current.
    """

    ratio: float
    layers: dict[tuple[bool | None, bool], QPixmap] = field(default_factory=dict)


class StepRow:
    """The four phases with a tick a Step. Places are in the row's own coordinates."""

    def __init__(self) -> None:
        self._theme = themes.LIGHT
        self._program: Program | None = None
        self._here = -1
        self._hovered: int | None = None
        self._stops: tuple[Stop, ...] = ()
        self._size, self._area = QSize(), QRectF()
        self._letters: Lettering | None = None
        self._painter: StepPainter | None = None
        self._kept: _Kept | None = None

    # What is shown

    @property
    def hovered(self) -> int | None:
        """The Step whose tick is shown as pointed at."""
        return self._hovered

    @property
    def is_empty(self) -> bool:
        """Whether there is no iteration to show."""
        return self._program is None

    @property
    def plan(self) -> Plan:
        """Where everything stands."""
        return self._current_painter().plan

    def lay_out(self, size: QSize, left: float, right: float, letters: Lettering) -> None:
        """The phases stand from `left` to `right` in a row of that size."""
        self._size, self._letters = size, letters
        self._area = QRectF(left, 0, right - left, size.height())
        self._forget()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        self._forget()

    def set_stops(self, stops: Sequence[Stop]) -> None:
        """The breakpoints at phases and Steps."""
        self._stops = tuple(stop for stop in stops if stop.iteration is None)
        self._forget()

    def show(self, program: Program, here: int) -> QRect:
        """Stands on a Step; returns what has to be painted again."""
        if program is not self._program:
            self._program, self._here, self._hovered = program, here, None
            self._forget()
            return QRect(QPoint(), self._size)
        changed = self._place_of(self._here) | self._place_of(here) | self.hover(None)
        phases = self._phase_of(self._here), self._phase_of(here)
        self._here = here
        if phases[0] is not phases[1]:
            for segment in map(self.plan.segment_of, phases):
                if segment is not None:
                    changed |= segment.rect.toAlignedRect()
        return changed

    def hover(self, index: int | None) -> QRect:
        """Points at a tick; returns what has to be painted again."""
        if index == self._hovered:
            return QRect()
        places = [self._place_of(each) for each in (self._hovered, index) if each is not None]
        self._hovered = index
        return places[0] if len(places) == 1 else places[0] | places[1]

    def tick_centre(self, step: int) -> QPointF:
        """The middle of a Step's tick."""
        left, right = self.plan.slots[step]
        assert self._letters is not None
        return QPointF((left + right) / 2, marks_y(self._letters))

    def stops_at(self, x: float, step: int) -> list[Stop]:
        """The breakpoints that are marked at a Step, or at the phase that begins with it."""
        segment = next(each for each in self.plan.segments if each.rect.right() >= x)
        phase = self._phase_of(step)
        near_gate = segment.phase is phase and x <= segment.rect.left() + 8
        return [
            stop
            for stop in self._stops
            if stop.step == step or (stop.step is None and stop.phase is phase and near_gate)
        ]

    def _phase_of(self, step: int) -> Phase | None:
        assert self._program is not None
        return self._program.steps[step].phase if step >= 0 else None

    def _place_of(self, step: int) -> QRect:
        """What is painted anew where one stands on a Step."""
        slots = self.plan.slots
        if step < 0:
            start = round(self.plan.segments[0].rect.left())
            return QRect(start - _AROUND, 0, 2 * _AROUND + 2, self._size.height())
        first, last = self.plan.cluster_of(step)
        left, right = round(slots[first][0]) - _AROUND, round(slots[last][1]) + _AROUND
        return QRect(left, 0, right - left, self._size.height())

    def _forget(self) -> None:
        self._painter = self._kept = None

    def _current_painter(self) -> StepPainter:
        if self._painter is None:
            assert self._program is not None
            assert self._letters is not None
            width_of = self._letters.metrics.horizontalAdvance
            plan = planned(self._program, self._area, width_of)
            stops = tuple(s for s in self._stops if s.step is None or s.step < len(plan.slots))
            size = QSizeF(self._size)
            self._painter = StepPainter(
                self._program, plan, self._theme, self._letters, size, stops
            )
        return self._painter

    # Painting

    def paint(self, painter: QPainter, dirty: QRect, ratio: float) -> None:
        """Paints what is within `dirty`, to which the painter is clipped."""
        kept = self._kept_for(ratio)
        if kept is None:
            self._paint_anew(painter)
        else:
            self._paint_kept(painter, kept, dirty)
        if self._hovered is not None:
            self._current_painter().pointed_at(painter, self._hovered)
        self._current_painter().cursor(painter, self._here)

    def _paint_anew(self, painter: QPainter) -> None:
        drawn = self._current_painter()
        current = self._phase_of(self._here)
        drawn.base(painter, [segment.phase is current for segment in drawn.plan.segments])
        drawn.steps(painter, 0, len(drawn.plan.slots) - 1, self._here)

    def _kept_for(self, ratio: float) -> _Kept | None:
        """What is kept of the row as it is; None the first time, as while it is being resized."""
        kept = self._kept
        if kept is None or kept.ratio != ratio:
            narrowest = min(right - left for left, right in self.plan.slots)
            keeps = ratio == int(ratio) and narrowest >= _NARROWEST_KEPT
            self._kept = _Kept(ratio) if keeps else None
            return None
        missing = next((each for each in _LAYERS if each not in kept.layers), None)
        if missing is None:
            return kept
        # One at a time: all of them would hold up one step.
        kept.layers[missing] = self._layer(kept.ratio, *missing)
        return None

    def _layer(self, ratio: float, done: bool | None, current: bool) -> QPixmap:
        made = QPixmap(self._size * ratio)
        made.setDevicePixelRatio(ratio)
        drawn = self._current_painter()
        count = len(drawn.plan.slots)
        with QPainter(made) as painter:
            drawn.base(painter, [current] * len(drawn.plan.segments))
            if done is not None:
                drawn.steps(painter, 0, count - 1, count if done else -1)
        return made

    def _paint_kept(self, painter: QPainter, kept: _Kept, dirty: QRect) -> None:
        """Steps done from one pixmap, those to come from another; only the current one anew."""
        plan, here, width = self.plan, self._here, self._size.width()
        if here < 0:
            self._paint_strips(painter, kept, dirty, ((0, width, False),))
            return
        first, last = plan.cluster_of(here)
        left, right = round(plan.slots[first][0]), round(plan.slots[last][1])
        strips = ((0, left, True), (left, right, None), (right, width, False))
        self._paint_strips(painter, kept, dirty, strips)
        if dirty.left() < right + _AROUND and dirty.right() > left - _AROUND:
            self._current_painter().steps(painter, first, last, here)

    def _paint_strips(
        self,
        painter: QPainter,
        kept: _Kept,
        dirty: QRect,
        strips: Sequence[tuple[int, int, bool | None]],
    ) -> None:
        """Strips as (left, right, done), with the current phase standing out."""
        current = self.plan.segment_of(self._phase_of(self._here))
        start, end, ratio = 0, 0, int(kept.ratio)
        if current is not None:
            start, end = round(current.rect.left()) - 1, round(current.rect.right()) + 1
        for left, right, done in strips:
            begin, stop = (min(max(each, left), right) for each in (start, end))
            for start_x, end_x, is_current in (
                (left, begin, False),
                (begin, stop, True),
                (stop, right, False),
            ):
                x = max(start_x, dirty.left())
                width = min(end_x, dirty.right() + 1) - x
                if width > 0:
                    area = QRect(x, 0, width, self._size.height())
                    source = QRect(area.topLeft() * ratio, area.size() * ratio)
                    painter.drawPixmap(area, kept.layers[done, is_current], source)
