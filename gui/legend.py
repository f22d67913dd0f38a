"""Which curve is which: beside the plot, where it covers none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme as themes
from gui.theme import Theme
from gui.translation import tr

_SAMPLE = 26.0
_MARGIN = 6.0
_WIDEST = 190


@dataclass(frozen=True, slots=True)
class Entry:
    """A curve: its name, colour (#rrggbb) and dash."""

    name: str
    colour: str
    dash: Qt.PenStyle = Qt.PenStyle.SolidLine


class Legend(QWidget):
    """A line of each kind with its name; what has no room is counted, and in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._theme = themes.LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Curves"))
        self.hide()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The curves, from above."""
        return self._entries

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Which curves there are; a single one needs no legend."""
        shown = tuple(entries)
        if shown == self._entries:
            return
        self._entries = shown
        names = "\n".join(entry.name for entry in shown)
        self.setToolTip(names)
        self.setAccessibleDescription(names)
        self.setVisible(len(shown) > 1)
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        self.update()

    def written(self) -> list[str]:
        """The lines that have room."""
        room = max(1, int((self.height() - _MARGIN) / self._line))
        names = [entry.name for entry in self._entries]
        if len(names) <= room:
            return names
        left_out = len(names) - room + 1
        return [*names[: room - 1], tr("{count} more …", count=left_out)]

    @property
    def _line(self) -> float:
        return QFontMetricsF(self.font()).height()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(each.name) for each in self._entries), default=0)
        return QSize(min(round(_SAMPLE + widest + 3 * _MARGIN), _WIDEST), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics, lines = QFontMetricsF(self.font()), self.written()
        room = self.width() - _SAMPLE - 2 * _MARGIN
        with QPainter(self) as painter:
            for row, text in enumerate(lines):
                top = _MARGIN + row * self._line
                if text == self._entries[row].name:
                    _paint_sample(painter, self._entries[row], top + self._line / 2)
                painter.setPen(QColor(self._theme.text))
                place = QRectF(_SAMPLE + _MARGIN, top, room, self._line)
                fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, fitting)


def _paint_sample(painter: QPainter, entry: Entry, y: float) -> None:
    painter.setPen(QPen(QColor(entry.colour), 1.6, entry.dash))
    painter.drawLine(QPointF(0, y), QPointF(_SAMPLE, y))
