"""The iteration and the epoch in words, at the right end of the timeline bar."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from engine.frame import Frame
from gui.theme import Theme
from gui.timeline.lettering import Lettering
from gui.translation import tr

_MARGIN = 8


def counter_lines(frame: Frame | None, batches_per_epoch: int) -> tuple[str, ...]:
    """The iteration, then the epoch where that is another number."""
    if frame is None:
        return ()
    iteration = frame.position.iteration
    lines = (tr("iteration {iteration}", iteration=iteration),)
    if batches_per_epoch > 1 or iteration > frame.epoch:
        return *lines, tr("epoch {epoch}", epoch=frame.epoch)
    return lines


def counter_width(lines: tuple[str, ...], letters: Lettering) -> float:
    """What the lines take, with room for the digits to come: the bar must not shift in a run."""
    texts = (*lines, tr("iteration {iteration}", iteration="000 000"))
    return max(map(letters.text_metrics.horizontalAdvance, texts)) + 2 * _MARGIN


def paint_counter(
    painter: QPainter, rect: QRect, lines: tuple[str, ...], theme: Theme, letters: Lettering
) -> None:
    """Writes the lines, the first one strong, centred in `rect` and at its right."""
    painter.fillRect(rect, QColor(theme.window))
    painter.setFont(letters.text)
    height, metrics = letters.text_metrics.height(), letters.text_metrics
    room = QRectF(rect).adjusted(0, 0, -_MARGIN, 0)
    top = room.top() + (room.height() - height * len(lines)) / 2
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for row, line in enumerate(lines):
        painter.setPen(QColor(theme.muted if row else theme.text))
        text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRectF(room.left(), top + row * height, room.width(), height), right, text)
