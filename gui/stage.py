"""Where the views stand in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui.study import Study

_HANDLE = 5


class Stage(QSplitter):
    """The experiment or the inspector left, the network, the Step right; time and results below."""

    def __init__(self, study: Study, summary: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._study = study
        self._summary = summary
        self._summary_wanted = True
        self.left = QStackedWidget()
        self.left.addWidget(summary)
        self.left.addWidget(study.inspector)

        self._right = _splitter(
            Qt.Orientation.Vertical, (study.equation, study.matrices, study.words), (0, 1)
        )
        self._middle = _splitter(
            Qt.Orientation.Horizontal, (self.left, study.network, self._right), (1,)
        )
        self._results = _splitter(Qt.Orientation.Horizontal, (study.loss, study.function), (0,))
        self._below = QWidget()
        stack = QVBoxLayout(self._below)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(study.timeline_bar)
        stack.addWidget(self._results, 1)

        self.addWidget(self._middle)
        self.addWidget(self._below)
        self.setStretchFactor(0, 1)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(_HANDLE)

    def arrange(self, width: int, height: int) -> None:
        """Shares out a window of that size."""
        below = min(max(height // 4, 165), 230)
        left = min(max(width // 6, 180), 260)
        right = min(max(width * 35 // 100, 340), 620)
        self.setSizes([height - below, below])
        self._middle.setSizes([left, width - left - right, right])
        upper = height - below
        self._right.setSizes([upper * 46 // 100, upper * 36 // 100, upper * 18 // 100])
        self._results.setSizes([width * 62 // 100, width * 38 // 100])

    def show_summary(self, shown: bool) -> None:
        """Whether the experiment is shown at the left while nothing is inspected."""
        self._summary_wanted = shown
        self._show_left()

    def show_inspector(self, shown: bool) -> None:
        """The inspector takes the place of the experiment."""
        self.left.setCurrentWidget(self._study.inspector if shown else self._summary)
        self._show_left()

    @property
    def is_inspecting(self) -> bool:
        """Whether the inspector is shown."""
        return self.left.currentWidget() is self._study.inspector

    def present(self, on: bool) -> None:
        """Hides what is not the lesson: the network, the equation and the words stay."""
        self._results.setVisible(not on)
        self._study.matrices.setVisible(not on)
        self.left.setVisible(not on and (self._summary_wanted or self.is_inspecting))

    def _show_left(self) -> None:
        self.left.setVisible(self._summary_wanted or self.is_inspecting)


def _splitter(
    orientation: Qt.Orientation, widgets: tuple[QWidget, ...], stretching: tuple[int, ...]
) -> QSplitter:
    splitter = QSplitter(orientation)
    for widget in widgets:
        splitter.addWidget(widget)
    for index in stretching:
        splitter.setStretchFactor(index, 1)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(_HANDLE)
    return splitter
