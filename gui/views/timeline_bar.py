"""The four phases of the iteration shown, with a tick for each Step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.expression import quantity
from engine.frame import Frame
from engine.position import Position
from engine.program import Phase, Program, Step
from gui import theme as themes
from gui.phases import phase_title
from gui.sentences import title
from gui.theme import Theme
from gui.translation import tr

_SMALLER = 0.85
_MARGIN = 8.0
_GAP = 4.0
_PAD = 5.0
_MARK_ROOM = 13.0
_ROOM_FOR_A_CHECK = 13.0
_ROOM_FOR_A_DOT = 6.0
_LEAST_SLOT = 18.0
_LEAST_IN_CLUSTER = 9.0
_BETWEEN_CLUSTERS = 5.0
_NARROWEST_KEPT = 2.0
_DESCRIBED_AFTER_MS = 120
_LAYERS = [(done, current) for done in (False, True, None) for current in (False, True)]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LETTERS = {
    "z": "z",
    "a": "a",
    "da": "∂E/∂a",
    "delta": "δ",
    "dW": "∂E/∂W",
    "db": "∂E/∂b",
    "W": "W",
    "b": "b",
}
# As the equations write them: Adam's counter would be mistaken for an output's index.
_WITHOUT_LAYER = {"k": "n"}
_SLOTS = {"velocity": "v"}


def symbol(name: str) -> str:
    """A quantity as it is written in the bar, such as ∂E/∂W₁; the slots as m(W₁)."""
    what = quantity(name)
    if what.layer is None:
        return _WITHOUT_LAYER.get(what.kind, what.kind)
    plain = _LETTERS[what.kind] + str(what.layer).translate(_SUBSCRIPTS)
    return f"{what.slot}({plain})" if what.slot else plain


def _in_cluster(name: str) -> str:
    """The same beside its parameter, whose cluster it is in: m rather than m(W₁)."""
    slot = quantity(name).slot
    return _SLOTS.get(slot, slot) or symbol(name)


def _short(name: str) -> str:
    """The same where room is scarce: ∂W₁."""
    return _in_cluster(name).replace("∂E/", "")


def _only_parameter(name: str) -> str:
    """The same where a cluster has room for one symbol only."""
    return "" if quantity(name).slot else _short(name)


@dataclass(frozen=True, slots=True)
class _Group:
    """The Steps of one layer within a phase, and how far they reach."""

    layer: int | None
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Segment:
    """One phase: its frame, and its layers in their order."""

    phase: Phase
    rect: QRectF
    groups: tuple[_Group, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands.

    slots: (left, right) of each Step; labels: below each, or empty; clusters: the Steps of each
    parameter that takes more than one, first and last.
    """

    segments: tuple[_Segment, ...]
    slots: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]
    clusters: tuple[tuple[int, int], ...]

    @property
    def is_labelled(self) -> bool:
        """Whether symbols are written at all."""
        return any(self.labels)

    def labelled_steps(self, index: int) -> tuple[int, int]:
        """The Steps that a label stands for: its own, or a cluster that has no other label."""
        for first, last in self.clusters:
            if index == last and not self.labels[first]:
                return first, last
        return index, index

    def cluster_of(self, index: int) -> tuple[int, int]:
        """The Steps that are painted together with one: its cluster, or itself alone."""
        found = (each for each in self.clusters if each[0] <= index <= each[1])
        return next(found, (index, index))

    def step_at(self, x: float) -> int | None:
        """The Step whose tick is nearest, within a segment."""
        if not any(seg.rect.left() <= x <= seg.rect.right() for seg in self.segments):
            return None
        return min(range(len(self.slots)), key=lambda index: abs(sum(self.slots[index]) / 2 - x))


@dataclass(frozen=True, slots=True)
class _Ink:
    """What all ticks of one painting share. done: each Step's colour; y: of the marks' middle.

    marks_hovered: whether the Step pointed at stands out; not in what is kept.
    """

    here: int
    y: float
    done: tuple[QColor, ...]
    faint: QColor
    marks_hovered: bool = True


@dataclass(eq=False, slots=True)
class _Kept:
    """The whole bar as pixmaps, of which a painting takes its strips.

    layers: by whether all Steps are done (None: without ticks), and all phases current.
    """

    plan: _Plan
    theme: Theme
    size: QSize
    ratio: float
    ink: _Ink
    layers: dict[tuple[bool | None, bool], QPixmap]

    def fits(self, plan: _Plan, theme: Theme, size: QSize, ratio: float) -> bool:
        """Whether nothing but the place in the iteration is another one."""
        same = self.plan is plan and self.theme is theme
        return same and self.size == size and self.ratio == ratio


def _clusters(program: Program) -> tuple[tuple[int, int], ...]:
    """The Steps of each parameter that is updated in more than one, first and last."""
    found: list[tuple[int, int]] = []
    updates = (step for step in program.steps if step.phase is Phase.UPDATE)
    for _, same in groupby(updates, key=_parameter):
        steps = list(same)
        if len(steps) > 1:
            found.append((steps[0].index, steps[-1].index))
    return tuple(found)


def _parameter(step: Step) -> tuple[str, int | None]:
    what = quantity(step.writes)
    return what.kind, what.layer


def _planned(program: Program, area: QRectF, width_of: Callable[[str], float]) -> _Plan:
    """Slots as wide as their symbols where these fit, else all alike and without symbols."""
    runs = [list(steps) for _, steps in groupby(program.steps, key=lambda step: step.phase)]
    clusters = _clusters(program)
    # Half as much outside of the first and the last one.
    gaps = _BETWEEN_CLUSTERS * (len(clusters) + 1)
    room = area.width() - _GAP * (len(runs) - 1) - 2 * _PAD * len(runs) - gaps
    for write in (_in_cluster, _short, _only_parameter):
        labels = tuple(write(step.writes) for step in program.steps)
        wanted = [max(width_of(label) + 8, _LEAST_SLOT) if label else 0.0 for label in labels]
        if write is _only_parameter:
            _share_within(clusters, wanted)
        if sum(wanted) <= room:
            break
    else:
        clusters, room = (), room + gaps
        labels, wanted = ("",) * len(program), [0.0] * len(program)
    extra = max(0.0, room - sum(wanted)) / max(1, len(program))
    return _placed(runs, area, [each + extra for each in wanted], labels, clusters)


def _share_within(clusters: Sequence[tuple[int, int]], wanted: list[float]) -> None:
    """Gives all Steps of a cluster the same width."""
    for first, last in clusters:
        count = last - first + 1
        each = max(wanted[last] / count, _LEAST_IN_CLUSTER)
        wanted[first : last + 1] = [each] * count


def _placed(
    runs: Sequence[list[Step]],
    area: QRectF,
    widths: Sequence[float],
    labels: tuple[str, ...],
    clusters: tuple[tuple[int, int], ...],
) -> _Plan:
    segments: list[_Segment] = []
    slots: list[tuple[float, float]] = []
    before, after = {first for first, _ in clusters}, {last for _, last in clusters}
    x = area.left()
    for steps in runs:
        left, x = x, x + _PAD
        for step in steps:
            x += _BETWEEN_CLUSTERS / 2 * (step.index in before)
            slots.append((x, x + widths[step.index]))
            x += widths[step.index]
            x += _BETWEEN_CLUSTERS / 2 * (step.index in after)
        x += _PAD
        groups = tuple(
            _Group(layer, slots[ours[0].index][0], slots[ours[-1].index][1])
            for layer, ours in (
                (layer, list(same)) for layer, same in groupby(steps, key=lambda step: step.layer)
            )
        )
        rect = QRectF(left, area.top(), x - left, area.height())
        segments.append(_Segment(steps[0].phase, rect, groups))
        x += _GAP
    return _Plan(tuple(segments), tuple(slots), labels, clusters)


class TimelineBar(QWidget):
    """A strip with a tick a Step: done, current, or to come. A click on a tick travels there."""

    travel_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = themes.LIGHT
        self._frame: Frame | None = None
        self._batches_per_epoch = 1
        self._plan: _Plan | None = None
        self._planned_for: Program | None = None
        self._hovered: int | None = None
        self._kept: _Kept | None = None
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAccessibleName(tr("Steps of this iteration"))

    def show_frame(self, frame: Frame) -> None:
        """Shows where in its iteration the Frame stands."""
        self._frame = frame
        # What was pointed at before a key was pressed would look like a second current Step.
        self._hovered = None
        if frame.program is not self._planned_for:
            self._plan = None
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        self.update()

    def set_batches_per_epoch(self, batches: int) -> None:
        """The epoch is shown where it takes more than one batch."""
        self._batches_per_epoch = batches
        self._plan = None
        self.update()

    def tick_centre(self, step: int) -> QPoint:
        """The middle of a Step's tick."""
        left, right = self._current_plan().slots[step]
        return QPointF((left + right) / 2, self._marks_y()).toPoint()

    def labels(self) -> tuple[str, ...]:
        """What is written below the ticks; empty texts where there is no room."""
        return self._current_plan().labels

    def hovered(self) -> int | None:
        """The Step whose tick is shown as pointed at."""
        return self._hovered

    def counter_text(self) -> str:
        """The iteration, and the epoch where that is another number."""
        return " · ".join(reversed(self._counter()))

    # Measures

    def sizeHint(self) -> QSize:
        return QSize(600, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._height())

    def _height(self) -> int:
        return round(QFontMetricsF(self._small()).height() * 2 + _MARK_ROOM + 6)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * _SMALLER)
        return font

    def _marks_y(self) -> float:
        return 3 + QFontMetricsF(self._small()).height() + _MARK_ROOM / 2

    def _counter_width(self) -> float:
        metrics = QFontMetricsF(self.font())
        # Room for the digits to come: the segments must not shift while a run goes on.
        widest = max(
            metrics.horizontalAdvance(text)
            for text in (*self._counter(), tr("iteration {iteration}", iteration="000 000"))
        )
        return min(widest + 2 * _MARGIN, self.width() * 0.35)

    def _area(self) -> QRectF:
        right = self.width() - self._counter_width()
        return QRectF(_MARGIN, 1, max(40.0, right - _MARGIN), self.height() - 2)

    def _current_plan(self) -> _Plan:
        assert self._frame is not None
        if self._plan is None:
            metrics = QFontMetricsF(self._small())
            self._plan = _planned(self._frame.program, self._area(), metrics.horizontalAdvance)
            self._planned_for = self._frame.program
        return self._plan

    # Words

    def _counter(self) -> tuple[str, ...]:
        if self._frame is None:
            return ()
        iteration = self._frame.position.iteration
        lines = (tr("iteration {iteration}", iteration=iteration),)
        if self._batches_per_epoch > 1 or iteration > self._frame.epoch:
            return *lines, tr("epoch {epoch}", epoch=self._frame.epoch)
        return lines

    def _describe(self) -> None:
        if self._frame is not None:
            self.setAccessibleDescription(self._description(self._frame))

    def _description(self, frame: Frame) -> str:
        if frame.step is None:
            return tr(
                "Start of iteration {iteration}; {count} steps to come",
                iteration=frame.position.iteration,
                count=len(frame.program),
            )
        return tr(
            "iteration {iteration}, {phase}, step {step} of {count}: {title}",
            iteration=frame.position.iteration,
            phase=phase_title(frame.phase),
            step=frame.step.index + 1,
            count=len(frame.program),
            title=title(frame.program, frame.step),
        )

    def _tooltip(self, frame: Frame, index: int) -> str:
        step = frame.program.steps[index]
        return tr(
            "{phase}, step {step} of {count}\n{symbol}: {title}",
            phase=phase_title(step.phase),
            step=index + 1,
            count=len(frame.program),
            symbol=symbol(step.writes),
            title=title(frame.program, step),
        )

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._plan = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._hover(None)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(tr("Steps of this iteration"))
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._plan = None
            self.update()
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._step_at(event.pos().x())
            if self._frame is not None and index is not None:
                QToolTip.showText(event.globalPos(), self._tooltip(self._frame, index), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._step_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._step_at(event.position().x())
        if event.button() is Qt.MouseButton.LeftButton and self._frame and index is not None:
            self.travel_requested.emit(Position(self._frame.position.iteration, index))

    def _step_at(self, x: float) -> int | None:
        return self._current_plan().step_at(x) if self._frame is not None else None

    def _hover(self, index: int | None) -> None:
        if index is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if index != self._hovered:
            self._hovered = index
            self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._frame is None:
                painter.fillRect(self.rect(), QColor(self._theme.window))
                return
            kept = self._kept_for(self._frame)
            if kept is not None and self._hovered is None:
                self._paint_kept(painter, kept, self._frame)
            else:
                self._paint_anew(painter, self._frame)
            self._paint_counter(painter)

    def _paint_anew(self, painter: QPainter, frame: Frame) -> None:
        plan, ink = self._current_plan(), self._ink(frame)
        current = frame.phase if frame.step is not None else None
        self._paint_base(painter, plan, [segment.phase is current for segment in plan.segments])
        for index in range(len(plan.slots)):
            self._paint_step(painter, plan, index, ink)
        self._paint_cursor(painter, plan, frame)

    def _paint_base(self, painter: QPainter, plan: _Plan, current: Sequence[bool]) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.window))
        for segment, is_current in zip(plan.segments, current, strict=True):
            self._paint_segment(painter, segment, is_current, plan.is_labelled)
        self._paint_clusters(painter, plan)

    # Painting from what is kept

    def _kept_for(self, frame: Frame) -> _Kept | None:
        """What is kept of the bar as it is; None the first time, as while it is being resized."""
        plan, ratio = self._current_plan(), self.devicePixelRatioF()
        kept = self._kept
        if kept is not None and kept.fits(plan, self._theme, self.size(), ratio):
            missing = next((each for each in _LAYERS if each not in kept.layers), None)
            if missing is None:
                return kept
            # One at a time: all of them would hold up one step.
            kept.layers[missing] = self._layer(kept, *missing)
            return None
        self._kept = None
        narrowest = min(right - left for left, right in plan.slots)
        if ratio == int(ratio) and narrowest >= _NARROWEST_KEPT:
            self._kept = _Kept(plan, self._theme, self.size(), ratio, self._ink(frame), {})
        return None

    def _paint_kept(self, painter: QPainter, kept: _Kept, frame: Frame) -> None:
        """Steps done from one pixmap, those to come from another; only the current one anew."""
        plan, here = kept.plan, frame.position.step
        if here < 0:
            self._paint_strips(painter, kept, None, ((0, self.width(), False),))
            self._paint_cursor(painter, plan, frame)
            return
        first, last = plan.cluster_of(here)
        left, right = round(plan.slots[first][0]), round(plan.slots[last][1])
        strips = ((0, left, True), (left, right, None), (right, self.width(), False))
        current = next(each.rect for each in plan.segments if each.phase is frame.phase)
        self._paint_strips(painter, kept, current, strips)
        ink = replace(kept.ink, here=here)
        for index in range(first, last + 1):
            self._paint_step(painter, plan, index, ink)
        self._paint_cursor(painter, plan, frame)

    def _paint_strips(
        self,
        painter: QPainter,
        kept: _Kept,
        current: QRectF | None,
        strips: Sequence[tuple[int, int, bool | None]],
    ) -> None:
        """Strips as (left, right, done), with the current phase standing out."""
        start, end = (0, 0) if current is None else (round(current.left()), round(current.right()))
        for left, right, done in strips:
            begin, stop = (min(max(each, left), right) for each in (start - 1, end + 1))
            for x, to, is_current in (
                (left, begin, False),
                (begin, stop, True),
                (stop, right, False),
            ):
                if to > x:
                    layer = kept.layers[done, is_current]
                    ratio = int(kept.ratio)
                    source = QRect(x * ratio, 0, (to - x) * ratio, layer.height())
                    painter.drawPixmap(QRect(x, 0, to - x, self.height()), layer, source)

    def _layer(self, kept: _Kept, done: bool | None, current: bool) -> QPixmap:
        made = QPixmap(kept.size * kept.ratio)
        made.setDevicePixelRatio(kept.ratio)
        made.fill(QColor(self._theme.window))
        plan = kept.plan
        with QPainter(made) as painter:
            self._paint_base(painter, plan, [current] * len(plan.segments))
            if done is not None:
                here = len(plan.slots) if done else -1
                ink = replace(kept.ink, here=here, marks_hovered=False)
                for index in range(len(plan.slots)):
                    self._paint_step(painter, plan, index, ink)
        return made

    def _ink(self, frame: Frame) -> _Ink:
        colours = {phase: QColor(self._theme.phase_colour(phase)) for phase in Phase}
        return _Ink(
            here=frame.position.step,
            y=self._marks_y(),
            done=tuple(colours[step.phase] for step in frame.program.steps),
            faint=themes.mixed(self._theme.muted, self._theme.surface, 0.6),
        )

    def _paint_segment(
        self, painter: QPainter, segment: _Segment, current: bool, labelled: bool
    ) -> None:
        theme, rect = self._theme, segment.rect
        colour = theme.phase_colour(segment.phase)
        painter.fillRect(rect, themes.mixed(colour, theme.surface, 0.16 if current else 0.07))
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), QColor(colour))
        font = self._small()
        font.setBold(current)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        metrics = QFontMetricsF(font)
        inner = rect.adjusted(_PAD + 1, 3, -_PAD, 0)
        text = _fitted(phase_title(segment.phase), metrics, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, text)
        if not labelled:
            self._paint_layers(painter, segment)

    def _paint_layers(self, painter: QPainter, segment: _Segment) -> None:
        painter.setFont(self._small())
        metrics = QFontMetricsF(self._small())
        y = self._marks_y() + _MARK_ROOM / 2
        painter.setPen(QColor(self._theme.muted))
        groups = [group for group in segment.groups if group.layer is not None]
        texts = [tr("layer {layer}", layer=group.layer) for group in groups]
        if not _fit(texts, groups, metrics):
            texts = [str(group.layer) for group in groups]
        stride = next((n for n in (1, 2, 4, 8) if _fit(texts[::n], groups, metrics, n)), 0)
        if not stride:
            return
        for text, group in zip(texts[::stride], groups[::stride], strict=True):
            middle, width = (group.left + group.right) / 2, metrics.horizontalAdvance(text) + 2
            room = QRectF(middle - width / 2, y, width, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        if stride > 1:
            return
        painter.setPen(themes.mixed(self._theme.muted, self._theme.surface, 0.4))
        for group in groups[1:]:
            painter.drawLine(QPointF(group.left, y + 3), QPointF(group.left, y + metrics.height()))

    def _paint_clusters(self, painter: QPainter, plan: _Plan) -> None:
        top = self._marks_y() - _MARK_ROOM / 2
        colour = QColor(self._theme.surface)
        for first, last in plan.clusters:
            left, right = plan.slots[first][0], plan.slots[last][1]
            painter.fillRect(QRectF(left, top, right - left, self.height() - 2 - top), colour)

    def _paint_step(self, painter: QPainter, plan: _Plan, index: int, ink: _Ink) -> None:
        left, right = plan.slots[index]
        room = QRectF(left, ink.y - 6, right - left, 12)
        if index == self._hovered and ink.marks_hovered:
            place = QRectF(left, room.top() - 1, right - left, self.height() - room.top() - 1)
            painter.setPen(QColor(self._theme.muted))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        colour = ink.done[index]
        if room.width() < _ROOM_FOR_A_DOT:
            is_done = index <= ink.here
            _paint_bar(painter, room, colour if is_done else ink.faint, is_done)
        elif index < ink.here:
            _paint_done(painter, room, colour)
        elif index > ink.here:
            _paint_dot(painter, room.center(), 1.6, ink.faint)
        if plan.labels[index]:
            self._paint_label(painter, plan, index, ink.here)

    def _paint_label(self, painter: QPainter, plan: _Plan, index: int, here: int) -> None:
        first, last = plan.labelled_steps(index)
        left, right = plan.slots[first][0], plan.slots[last][1]
        font = self._small()
        font.setBold(first <= here <= last)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text if first <= here else self._theme.muted))
        top = self._marks_y() + _MARK_ROOM / 2
        room = QRectF(left - 2, top, right - left + 4, QFontMetricsF(font).height())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, plan.labels[index])

    def _paint_cursor(self, painter: QPainter, plan: _Plan, frame: Frame) -> None:
        painter.setPen(QPen(QColor(self._theme.text), 2))
        here = frame.position.step
        if here < 0:
            x = plan.segments[0].rect.left() + 1
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
            return
        left, right = plan.slots[here]
        centre = QPointF((left + right) / 2, self._marks_y())
        if right - left < _ROOM_FOR_A_DOT:
            painter.drawLine(
                QPointF(centre.x(), centre.y() - 8), QPointF(centre.x(), centre.y() + 8)
            )
            return
        colour = QColor(self._theme.phase_colour(frame.phase))
        radius = min(5.0, (right - left) / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.text), 1.5))
        painter.setBrush(colour)
        painter.drawEllipse(centre, radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_counter(self, painter: QPainter) -> None:
        area = self._area()
        room = QRectF(area.right(), 0, self.width() - area.right() - _MARGIN, self.height())
        lines = self._counter()
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        top = (self.height() - metrics.height() * len(lines)) / 2
        for row, line in enumerate(lines):
            painter.setPen(QColor(self._theme.muted if row else self._theme.text))
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room.width())
            place = QRectF(
                room.left(), top + row * metrics.height(), room.width(), metrics.height()
            )
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )


def _fitted(text: str, metrics: QFontMetricsF, width: float) -> str:
    """The text, else its first word (the phase's number), else nothing."""
    for candidate in (text, text.split()[0]):
        if metrics.horizontalAdvance(candidate) <= width:
            return candidate
    return ""


def _fit(
    texts: Sequence[str], groups: Sequence[_Group], metrics: QFontMetricsF, stride: int = 1
) -> bool:
    """Whether the texts, one for every `stride` groups, have room side by side."""
    room = min((group.right - group.left for group in groups), default=0.0) * stride
    return all(metrics.horizontalAdvance(text) + 3 <= room for text in texts)


def _paint_bar(painter: QPainter, room: QRectF, colour: QColor, done: bool) -> None:
    height = 9.0 if done else 4.0
    width = max(1.0, room.width() - 1)
    painter.fillRect(QRectF(room.left(), room.center().y() - height / 2, width, height), colour)


def _paint_done(painter: QPainter, room: QRectF, colour: QColor) -> None:
    if room.width() < _ROOM_FOR_A_CHECK:
        _paint_dot(painter, room.center(), min(3.0, room.width() / 2 - 1), colour)
        return
    middle = room.center()
    check = [QPointF(-3.5, 0.0), QPointF(-1.0, 2.8), QPointF(4.0, -3.2)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.8))
    painter.drawPolyline(QPolygonF([middle + point for point in check]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_dot(painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(centre, radius, radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
