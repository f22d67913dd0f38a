"""Where the views stand in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from gui.shares import HANDLE, TALL_ENOUGH, shares
from gui.study import Study
from gui.translation import tr

QWIDGETSIZE_MAX = 16777215  # Qt's own "no limit", which PySide6 does not name.

# How they share what there is, one above the other; a splitter takes sizes in proportion.
_EQUATION, _MATRICES = 560, 440


class Stage(QSplitter):
    """The experiment or the inspector left, the network, the Step right; time and results below.

    The equation and the matrices stand one above the other where the window is tall, else in tabs.
    """

    def __init__(self, study: Study, experiment: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._study = study
        self._experiment = experiment
        self._experiment_wanted = True
        self._is_presenting = self._is_arranged = False
        self._in_tabs: bool | None = None
        self.left = QStackedWidget()
        self.left.addWidget(experiment)
        self.left.addWidget(study.inspector)

        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._stacked = _splitter(Qt.Orientation.Vertical, (), ())
        self._right = _splitter(
            Qt.Orientation.Vertical, (self.tabs, self._stacked, study.words), (0, 1)
        )
        self._middle = _splitter(
            Qt.Orientation.Horizontal, (self.left, study.network, self._right), (1, 2)
        )
        self._middle.setStretchFactor(1, 3)
        self._middle.setStretchFactor(2, 2)
        self._results = _splitter(
            Qt.Orientation.Horizontal, (study.over_the_run, study.function), (0,)
        )
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
        self.setHandleWidth(HANDLE)
        self._place_step_views(in_tabs=True)

    def arrange(self, width: int, height: int) -> None:
        """Shares out a window of that size."""
        self._is_arranged = True
        self._place_step_views(in_tabs=height < TALL_ENOUGH)
        share = shares(width, height, self.fontMetrics().height())
        bar = self._study.timeline_bar.sizeHint().height()
        below = bar if self._is_presenting else share.below
        upper = height - below
        self.setSizes([upper, below])
        self._middle.setSizes([share.left, width - share.left - share.right, share.right])
        step = upper - share.words
        self._right.setSizes([step, step, share.words])
        self._results.setSizes([share.over_the_run, share.function])

    def _place_step_views(self, *, in_tabs: bool) -> None:
        if in_tabs == self._in_tabs:
            return
        study, self._in_tabs = self._study, in_tabs
        if in_tabs:
            self.tabs.addTab(study.equation, tr("Equation"))
            self.tabs.addTab(study.matrices, tr("Matrices"))
        else:
            self._stacked.addWidget(study.equation)
            self._stacked.addWidget(study.matrices)
            study.equation.show()
            study.matrices.show()
            self._stacked.setSizes([_EQUATION, _MATRICES])
        self.tabs.setVisible(in_tabs)
        self._stacked.setVisible(not in_tabs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A window that has become tall, or low, has the views of the Step where one begun so has.

        The other sizes stay as they were dragged.
        """
        super().resizeEvent(event)
        if self._is_arranged:
            self._place_step_views(in_tabs=event.size().height() < TALL_ENOUGH)

    def show_experiment(self, shown: bool) -> None:
        """Whether the experiment is shown at the left while nothing is inspected."""
        self._experiment_wanted = shown
        self._show_left()

    def show_inspector(self, shown: bool) -> None:
        """The inspector takes the place of the experiment."""
        self.left.setCurrentWidget(self._study.inspector if shown else self._experiment)
        self._show_left()

    @property
    def is_inspecting(self) -> bool:
        """Whether the inspector is shown."""
        return self.left.currentWidget() is self._study.inspector

    def present(self, on: bool) -> None:
        """Hides what is not the lesson: the network, the Step and the phases stay."""
        self._is_presenting = on
        self._results.setVisible(not on)
        bar = self._study.timeline_bar.sizeHint().height()
        self._below.setMaximumHeight(bar if on else QWIDGETSIZE_MAX)
        self._show_left()
        self.arrange(self.width(), self.height())

    def _show_left(self) -> None:
        is_experiment_shown = self._experiment_wanted and not self._is_presenting
        self.left.setVisible(is_experiment_shown or self.is_inspecting)


def _splitter(
    orientation: Qt.Orientation, widgets: tuple[QWidget, ...], stretching: tuple[int, ...]
) -> QSplitter:
    splitter = QSplitter(orientation)
    for widget in widgets:
        splitter.addWidget(widget)
    for index in stretching:
        splitter.setStretchFactor(index, 1)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(HANDLE)
    return splitter
