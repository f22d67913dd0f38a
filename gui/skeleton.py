"""The window before there is anything in it: its panels, empty."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.shares import HANDLE, TALL_ENOUGH, shares
from gui.theme import Theme
from gui.translation import tr

_ICON = 22
# What Fusion and we put around lines of text, or around an icon.
_AROUND_MENUS, _AROUND_ICONS, _AROUND_TABS, _AROUND_PHASES, _AROUND_STATUS = 5, 15, 11, 7, 5
# What the panels do not go below; the experiment's fields grow with the text.
_LEAST_LEFT, _LEFT_BY_LINE, _LEAST_RIGHT, _LEAST_PLOT = 160, 3.75, 350, 110


class Skeleton(QWidget):
    """Where everything will stand, so that the picture does not jump when it comes.

    painted: the first time it is on its way to the screen.
    """

    painted = Signal()

    def __init__(self, theme: Theme, *, experiment_shown: bool) -> None:
        super().__init__()
        self._theme = theme
        self._experiment_shown = experiment_shown
        self._is_painted = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.window))
            panels = self.panels()
            for panel in panels.values():
                painter.fillRect(panel, QColor(theme.surface))
            self._paint_strips(painter)
            painter.setPen(QColor(theme.muted))
            painter.drawText(panels["network"], Qt.AlignmentFlag.AlignCenter, tr("Gradwalk"))
        if not self._is_painted:
            self._is_painted = True
            self.painted.emit()

    def _paint_strips(self, painter: QPainter) -> None:
        """Below the menus and below the tools, about as the style does: to ask it takes longer."""
        painter.setPen(QColor(self._theme.line))
        menus, tools = self._strips()
        for bottom in (menus - 1, menus + tools - 1):
            painter.drawLine(0, bottom, self.width(), bottom)

    def _strips(self) -> tuple[int, int]:
        line = self.fontMetrics().height()
        return line + _AROUND_MENUS, max(_ICON, line) + _AROUND_ICONS

    def panels(self) -> dict[str, QRect]:
        """Where each view will stand, by its name."""
        line, end, top = self.fontMetrics().height(), self.width(), sum(self._strips())
        height = self.height() - top - line - _AROUND_STATUS
        share, bar = shares(end, height, line), 3 * line + _AROUND_PHASES
        lower = top + height - max(share.below, bar + _LEAST_PLOT)
        upper = lower - HANDLE
        left = max(share.left, _LEAST_LEFT + round(_LEFT_BY_LINE * line)) + HANDLE
        if self._experiment_shown:
            # What it takes more than its share, the network and the Step do without.
            right = max(share.right - (left + HANDLE - share.left) * 2 // 5, _LEAST_RIGHT)
        else:
            right, left = share.right * (end - HANDLE) // (end - share.left), 0
        step, words = end - right, upper - share.words
        results, function = lower + bar, end - share.function
        panels = {
            "network": _between(left, top, step - HANDLE, upper),
            "words": _between(step, words, end, upper),
            "loss": _between(0, results, function - HANDLE, top + height),
            "function": _between(function, results, end, top + height),
        }
        if height < TALL_ENOUGH:
            tabs = top + line + _AROUND_TABS
            return panels | {"equation": _between(step, tabs, end, words - HANDLE)}
        matrices = top + (words - HANDLE - top) * 56 // 100
        return panels | {
            "equation": _between(step, top, end, matrices - HANDLE),
            "matrices": _between(step, matrices, end, words - HANDLE),
        }


def _between(left: int, top: int, right: int, bottom: int) -> QRect:
    return QRect(left, top, right - left, bottom - top)
