"""Painting the four phases and the ticks of their Steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.program import Program
from gui import theme as themes
from gui.phases import phase_title
from gui.theme import Theme
from gui.timeline.lettering import Lettering
from gui.timeline.marks import Stop
from gui.timeline.plan import PAD, Group, Plan, Segment
from gui.translation import tr

MARK_ROOM = 13.0
_ROOM_FOR_A_CHECK = 13.0
_ROOM_FOR_A_DOT = 6.0
_GATE = 3.0
_CLOSER = 2.0  # Letters have room above them.


@dataclass(frozen=True, slots=True)
class StepPainter:
    """Draws the phases of one program as they are planned, in one look.

    size: of the whole row; stops: the breakpoints that have their place in it.
    """

    program: Program
    plan: Plan
    theme: Theme
    letters: Lettering
    size: QSizeF
    stops: tuple[Stop, ...]

    @property
    def marks_y(self) -> float:
        """The middle of the ticks."""
        return marks_y(self.letters)

    def base(self, painter: QPainter, current: Sequence[bool]) -> None:
        """Everything but the ticks; current: for each phase, whether it stands out."""
        painter.fillRect(QRectF(QPointF(), self.size), QColor(self.theme.window))
        for segment, is_current in zip(self.plan.segments, current, strict=True):
            self._segment(painter, segment, is_current)
        self._clusters(painter)
        for stop in self.stops:
            self._stop(painter, stop)

    def _segment(self, painter: QPainter, segment: Segment, current: bool) -> None:
        theme, rect = self.theme, segment.rect
        colour = theme.phase_colour(segment.phase)
        painter.fillRect(rect, themes.mixed(colour, theme.surface, 0.16 if current else 0.07))
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), QColor(colour))
        letters = self.letters
        painter.setFont(letters.bold if current else letters.small)
        painter.setPen(QColor(colour))
        metrics = letters.bold_metrics if current else letters.metrics
        inner = rect.adjusted(PAD + 1, 1, -PAD, 0)
        text = _fitted(phase_title(segment.phase), metrics, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, text)
        if not self.plan.is_labelled:
            self._layers(painter, segment)

    def _layers(self, painter: QPainter, segment: Segment) -> None:
        metrics = self.letters.metrics
        painter.setFont(self.letters.small)
        y = self.marks_y + MARK_ROOM / 2 - _CLOSER
        painter.setPen(QColor(self.theme.muted))
        groups = [group for group in segment.groups if group.layer is not None]
        texts = [tr("layer {layer}", layer=group.layer) for group in groups]
        if not _fit(texts, groups, metrics):
            texts = [str(group.layer) for group in groups]
        stride = next((n for n in (1, 2, 4, 8) if _fit(texts[::n], groups, metrics, n)), 0)
        if not stride:
            return
        for text, group in zip(texts[::stride], groups[::stride], strict=True):
            middle, width = (group.left + group.right) / 2, metrics.horizontalAdvance(text) + 2
            room = QRectF(middle - width / 2, y, width, self.letters.line)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        if stride > 1:
            return
        painter.setPen(themes.mixed(self.theme.muted, self.theme.surface, 0.4))
        for group in groups[1:]:
            painter.drawLine(QPointF(group.left, y + 3), QPointF(group.left, self._bottom - 2))

    def _clusters(self, painter: QPainter) -> None:
        top = self.marks_y - MARK_ROOM / 2
        colour = QColor(self.theme.surface)
        for first, last in self.plan.clusters:
            left, right = self.plan.slots[first][0], self.plan.slots[last][1]
            painter.fillRect(QRectF(left, top, right - left, self._bottom - top), colour)

    def _stop(self, painter: QPainter, stop: Stop) -> None:
        """A breakpoint: a gate before its phase, or a frame around its tick."""
        colour = QColor(self.theme.negative)
        pen = QPen(colour, 1, Qt.PenStyle.SolidLine if stop.enabled else Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        segment = self.plan.segment_of(stop.phase)
        if stop.step is not None:
            left, right = self.plan.slots[stop.step]
            top = self.marks_y - MARK_ROOM / 2
            frame = QRectF(left, top, right - left, self._bottom - top)
            painter.drawRect(frame.adjusted(0.5, 0.5, -1.5, -0.5))
            head = QRectF(left, top, right - left, _GATE)
        elif segment is not None:
            rect = segment.rect
            painter.drawLine(rect.topLeft(), rect.bottomLeft())
            head = QRectF(rect.left(), rect.top(), _GATE, rect.height())
        else:
            return
        if stop.enabled:
            painter.fillRect(head, colour)

    @property
    def _bottom(self) -> float:
        return self.size.height() - 1

    def steps(self, painter: QPainter, first: int, last: int, here: int) -> None:
        """The ticks from one Step to another, where one stands at `here`."""
        for index in range(first, last + 1):
            self._step(painter, index, here)

    def _step(self, painter: QPainter, index: int, here: int) -> None:
        left, right = self.plan.slots[index]
        room = QRectF(left, self.marks_y - 6, right - left, 12)
        colour = QColor(self.theme.phase_colour(self.program.steps[index].phase))
        faint = themes.mixed(self.theme.muted, self.theme.surface, 0.6)
        if room.width() < _ROOM_FOR_A_DOT:
            is_done = index <= here
            _paint_bar(painter, room, colour if is_done else faint, is_done)
        elif index < here:
            _paint_done(painter, room, colour)
        elif index > here:
            _paint_dot(painter, room.center(), 1.6, faint)
        if self.plan.labels[index]:
            self._label(painter, index, here)

    def _label(self, painter: QPainter, index: int, here: int) -> None:
        first, last = self.plan.labelled_steps(index)
        left, right = self.plan.slots[first][0], self.plan.slots[last][1]
        letters = self.letters
        painter.setFont(letters.bold if first <= here <= last else letters.small)
        painter.setPen(QColor(self.theme.text if first <= here else self.theme.muted))
        top = self.marks_y + MARK_ROOM / 2 - _CLOSER
        room = QRectF(left - 2, top, right - left + 4, letters.line)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.plan.labels[index])

    def pointed_at(self, painter: QPainter, index: int) -> None:
        """The frame around a tick that the mouse is on."""
        left, right = self.plan.slots[index]
        top = self.marks_y - MARK_ROOM / 2
        painter.setPen(QColor(self.theme.muted))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        place = QRectF(left, top, right - left, self._bottom - top)
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def cursor(self, painter: QPainter, here: int) -> None:
        """Where one stands; −1: at the start of the iteration."""
        painter.setPen(QPen(QColor(self.theme.text), 2))
        if here < 0:
            x = self.plan.segments[0].rect.left() + 1
            painter.drawLine(QPointF(x, 1), QPointF(x, self._bottom))
            return
        left, right = self.plan.slots[here]
        centre = QPointF((left + right) / 2, self.marks_y)
        if right - left < _ROOM_FOR_A_DOT:
            reach = QPointF(0, 8)
            painter.drawLine(centre - reach, centre + reach)
            return
        colour = QColor(self.theme.phase_colour(self.program.steps[here].phase))
        radius = min(5.0, (right - left) / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.text), 1.5))
        painter.setBrush(colour)
        painter.drawEllipse(centre, radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def marks_y(letters: Lettering) -> float:
    """The middle of the ticks, below the phases' titles."""
    return 2 + letters.line + MARK_ROOM / 2


def row_height(letters: Lettering) -> int:
    """What the titles, the ticks and the symbols take."""
    return round(letters.line * 2 + MARK_ROOM + 4)


def _fitted(text: str, metrics: QFontMetricsF, width: float) -> str:
    """The text, else its first word (the phase's number), else nothing."""
    for candidate in (text, text.split()[0]):
        if metrics.horizontalAdvance(candidate) <= width:
            return candidate
    return ""


def _fit(
    texts: Sequence[str], groups: Sequence[Group], metrics: QFontMetricsF, stride: int = 1
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
