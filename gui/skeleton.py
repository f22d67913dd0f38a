"""The window before there is anything in it: its panels, empty."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from gui.shares import HANDLE, TALL_ENOUGH, shares
from gui.translation import tr

_ICON = 22
# What Fusion and we put around lines of text, or around an icon.
_AROUND_MENUS, _AROUND_ICONS, _AROUND_TABS, _AROUND_PHASES, _AROUND_STATUS = 5, 15, 11, 7, 5
# What the panels do not go below; the experiment's fields grow with the text.
_LEAST_LEFT, _LEFT_BY_LINE, _LEAST_RIGHT, _LEAST_PLOT = 160, 3.75, 350, 110


class Skeleton(QWidget):
    """Where everything will stand, so that the picture does not jump when it comes.

    Made of widgets that Qt fills: to paint with colours takes Qt's own enumerations, and Python a
    fifth of a bare widget's first paint to make them. painted: the first time it is on its way to
    the screen.
    """

    painted = Signal()

    def __init__(self, *, experiment_shown: bool) -> None:
        super().__init__()
        self._experiment_shown = experiment_shown
        self._is_painted = False
        self._name = QLabel(tr("Gradwalk"))
        self._name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._filled: dict[str, QWidget] = {}

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_painted:
            self._is_painted = True
            self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        roles, panels = QPalette.ColorRole, self.panels()
        for name in self._filled.keys() - panels.keys():
            self._filled[name].hide()
        for name, place in panels.items():
            self._fill(name, place, roles.Base)
        menus, tools = self._strips()
        for name, bottom in (("menus", menus), ("tools", menus + tools)):
            self._fill(name, QRect(0, bottom - 1, self.width(), 1), roles.Mid)
        self._name.setParent(self._filled["network"])
        size = self._name.sizeHint()
        middle = panels["network"].size() - size
        self._name.setGeometry(QRect(QPoint(middle.width() // 2, middle.height() // 2), size))
        self._name.show()

    def _fill(self, name: str, place: QRect, role: QPalette.ColorRole) -> None:
        if name not in self._filled:
            self._filled[name] = QWidget(self)
            self._filled[name].setAutoFillBackground(True)
            self._filled[name].setBackgroundRole(role)
        self._filled[name].setGeometry(place)
        self._filled[name].show()

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
