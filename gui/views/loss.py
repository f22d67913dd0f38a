"""The error per iteration: one curve, a cursor on it, and travel by a click.

pyqtgraph takes a quarter of a second to import, so it is first touched by `install_plot`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from engine.arrays import Array
from engine.frame import NonFinite
from engine.position import START, Position
from gui import theme as themes
from gui.elided_label import ElidedLabel
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

if TYPE_CHECKING:
    from gui.loss_plot import LossPlot

_NO_LOSSES: Array = np.empty(0)


class LossView(QWidget):
    """E of every iteration so far. A click or a drag asks to travel to an iteration."""

    travel_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses: Array = _NO_LOSSES
        self._position = START
        self._non_finite: NonFinite | None = None
        self._numbers = NumberFormat()
        self._theme = themes.LIGHT
        self._batch = 1
        self._plot: LossPlot | None = None
        self._title = QLabel()
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._caption = ElidedLabel()
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._current = QLabel()
        self._log = QPushButton()
        self._log.setCheckable(True)
        self._log.toggled.connect(self._refresh)
        self._quiet = QLabel()
        self._quiet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._lay_out()
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._write_texts()
        self._refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 8, 0)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._caption, 1)
        head.addWidget(self._current)
        head.addWidget(self._log)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._quiet)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(head)
        whole.addLayout(self._stack, 1)

    def _write_texts(self) -> None:
        self.setAccessibleName(tr("E per iteration"))
        self._title.setText(tr("E per iteration"))
        self._log.setText(tr("log"))
        self._log.setAccessibleName(tr("Logarithmic scale for E"))
        self._log.setToolTip(
            tr(
                "Logarithmic scale for E; 0 has no logarithm and is drawn at the smallest E above "
                "0 that is shown"
            )
        )
        metrics = self._log.fontMetrics()
        self._log.setFixedSize(
            metrics.horizontalAdvance(self._log.text()) + 24, metrics.height() + 6
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() not in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            return
        self._write_texts()
        if self._plot is not None:
            self._plot.set_theme(self._theme)
        self._refresh()

    @property
    def is_installed(self) -> bool:
        """Whether the plot is in."""
        return self._plot is not None

    def install_plot(self) -> None:
        """Puts the plot in. Imports pyqtgraph, so only after the window's first paint."""
        if self._plot is not None:
            return
        from gui.loss_plot import LossPlot

        self._plot = LossPlot(self._hint, self._travel)
        self._plot.set_theme(self._theme)
        self._stack.addWidget(self._plot)
        self._refresh()

    def show_run(
        self, losses: Array, position: Position, non_finite: NonFinite | None = None
    ) -> None:
        """Shows the run: `losses` holds E of iterations 0, 1, …; it is not copied.

        non_finite: where the run stopped being finite, if it did.
        """
        same_run = len(losses) == len(self._losses) and losses.base is self._losses.base
        same_place = position.iteration == self._position.iteration
        same_end = non_finite is self._non_finite
        self._losses, self._position, self._non_finite = losses, position, non_finite
        # Most steps stay within an iteration and compute no E: then nothing has changed here.
        if not (same_run and losses.base is not None and same_place and same_end):
            self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        if self._plot is not None:
            self._plot.set_theme(theme)

    def set_numbers(self, numbers: NumberFormat) -> None:
        """How E is written from now on."""
        self._numbers = numbers
        self._refresh()

    def set_batch(self, size: int) -> None:
        """How many samples E is the mean of."""
        self._batch = size
        self._refresh()

    def set_logarithmic(self, on: bool) -> None:
        """Whether E has a logarithmic scale."""
        self._log.setChecked(on)

    def is_logarithmic(self) -> bool:
        """Whether E has a logarithmic scale."""
        return self._log.isChecked()

    def shown_points(self) -> int:
        """How many iterations the curve stands for; 0 before the plot is installed."""
        return self._plot.points if self._plot is not None else 0

    def readout(self) -> str:
        """What is read out: the iteration pointed at, or else the current one."""
        hovered = self._plot.hint_text() if self._plot is not None else ""
        return hovered or self._text_at(self._position.iteration)

    def viewport(self) -> QWidget:
        """What takes the mouse, once the plot is installed."""
        assert self._plot is not None
        return self._plot.viewport

    def place_of(self, iteration: int) -> QPoint:
        """Where an iteration is on the viewport."""
        assert self._plot is not None
        return self._plot.position_of(iteration)

    # What is shown

    def _refresh(self) -> None:
        self._caption.set_text(self._caption_text())
        current = self._text_at(self._position.iteration)
        empty = not len(self._losses) and self._non_finite is None
        # Once is enough: below it is said that there is no E at all.
        self._current.setText("" if empty else current)
        self.setAccessibleDescription(self._description(current))
        if self._plot is None:
            self._quiet.setText(tr("The plot is being prepared …"))
            return
        self._quiet.setText(tr("no E computed yet"))
        self._stack.setCurrentWidget(self._quiet if empty else self._plot)
        self._plot.show_run(
            self._losses, self._position.iteration, self._failure(), self.is_logarithmic()
        )

    def _caption_text(self) -> str:
        if self._batch > 1:
            return tr("E, mean over each batch of {batch}", batch=self._batch)
        return ""

    def _text_at(self, iteration: int) -> str:
        if not len(self._losses) and self._non_finite is None:
            return tr("no E computed yet")
        value = self._value_at(iteration)
        return tr("E in iteration {iteration}: {value}", iteration=iteration, value=value)

    def _value_at(self, iteration: int) -> str:
        failed = self._non_finite
        if iteration < len(self._losses) and math.isfinite(self._losses[iteration]):
            return self._numbers.text(float(self._losses[iteration]))
        if failed is not None and iteration >= failed.iteration:
            return self._numbers.text(failed.value)
        return tr("not computed yet")

    def _description(self, current: str) -> str:
        if self._non_finite is None:
            return current
        return tr(
            "{current}; {value} from iteration {iteration} on",
            current=current,
            value=self._numbers.text(self._non_finite.value),
            iteration=self._non_finite.iteration,
        )

    def _failure(self) -> tuple[int, str] | None:
        failed = self._non_finite
        if failed is None:
            return None
        return failed.iteration, self._numbers.text(failed.value)

    # What is asked for

    def _hint(self, iteration: int) -> str:
        return self._text_at(iteration)

    def _travel(self, iteration: int) -> None:
        self.travel_requested.emit(iteration)
