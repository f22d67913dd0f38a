"""Accuracy, held-out E, gradient norms: one metric at a time over the run.

pyqtgraph takes a quarter of a second to import, so it is first touched by `install_plot`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QPainter, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.position import START, Position
from gui import theme as themes
from gui.legend import Entry, Legend
from gui.metrics import Metric, look
from gui.numbers import NumberFormat
from gui.pictures.picture import Picture, picture_of, resized
from gui.theme import Theme
from gui.toggle import Toggle
from gui.translation import tr

if TYPE_CHECKING:
    from gui.metrics_plot import MetricsPlot

_DESCRIBED_AFTER_MS = 120


class MetricsView(QWidget):
    """A button for each metric, and its curves. A click or a drag asks to travel there.

    loss_requested: the loss in its place.
    """

    travel_requested = Signal(object)
    loss_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metrics: tuple[Metric, ...] = ()
        self._chosen = 0
        self._was_asked_for = False
        self._position, self._newest = START, 0
        self._numbers = NumberFormat()
        self._theme = themes.LIGHT
        self._plot: MetricsPlot | None = None
        self._logarithmic: dict[str, bool] = {}
        self._choices: list[Toggle] = []
        self._buttons = QButtonGroup(self)
        self._buttons.idToggled.connect(self._choose)
        self._to_loss, self._log = Toggle(checkable=False), Toggle()
        self._to_loss.clicked.connect(self.loss_requested)
        self._log.toggled.connect(self._set_log)
        self._quiet = QLabel()
        self._quiet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._quiet.setWordWrap(True)
        self._quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._current = QLabel()
        self._legend = Legend()
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
        self._lay_out()
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._write_texts()
        self._refresh()

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.setContentsMargins(8, 4, 8, 0)
        self._head.setSpacing(4)
        self._head.addWidget(self._to_loss)
        self._head.addStretch(1)
        self._head.addWidget(self._current)
        self._head.addSpacing(4)
        self._head.addWidget(self._log)
        self._stack = QStackedLayout()
        curves = QHBoxLayout()
        curves.setSpacing(0)
        curves.addLayout(self._stack, 1)
        curves.addWidget(self._legend)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(self._head)
        whole.addLayout(curves, 1)
        # Shown at once, and a window of its own as long as it stands nowhere.
        self._stack.addWidget(self._quiet)

    def _write_texts(self) -> None:
        self.setAccessibleName(tr("Metrics over the run"))
        self._log.setText(tr("log"))
        self._log.setAccessibleName(tr("Logarithmic scale"))
        self._log.setToolTip(tr("Logarithmic scale; 0 is drawn at the smallest value above it"))
        self._to_loss.setText(tr("← E"))
        self._to_loss.setAccessibleName(tr("Back to E"))
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        for button in self._toggles():
            button.set_theme(self._theme)
            button.fit()

    def _toggles(self) -> list[Toggle]:
        return [self._to_loss, *self._choices, self._log]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._write_texts()
            self._refresh()

    @property
    def is_installed(self) -> bool:
        """Whether the plot is in."""
        return self._plot is not None

    def install_plot(self) -> None:
        """Puts the plot in. Imports pyqtgraph, so only after the window's first paint."""
        if self._plot is not None:
            return
        from gui.metrics_plot import MetricsPlot

        self._plot = MetricsPlot(self._text_at)
        self._plot.travel_requested.connect(self.travel_requested)
        self._plot.set_theme(self._theme)
        self._stack.addWidget(self._plot)
        self._refresh()

    # What is shown

    def show_metrics(self, metrics: Sequence[Metric]) -> None:
        """The metrics as far as they have been computed; the one chosen stays, by its name."""
        names = [metric.name for metric in metrics]
        chosen = self._metrics[self._chosen].name if self._metrics else ""
        if names != [metric.name for metric in self._metrics]:
            self._offer(names)
            self._chosen = names.index(chosen) if chosen in names else 0
        self._metrics = tuple(metrics)
        if not self._was_asked_for and _never_comes(metrics[self._chosen]):
            fit = (place for place, each in enumerate(metrics) if not _never_comes(each))
            self._chosen = next(fit, self._chosen)
        self._show_choice()
        self._refresh()

    def show_position(self, position: Position, newest: int) -> None:
        """Where one stands, and the furthest iteration of the run."""
        before = self._position.iteration, self._newest
        self._position, self._newest = position, newest
        if (position.iteration, newest) != before:
            self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        self._fit_buttons()
        self._legend.set_theme(theme)
        if self._plot is not None:
            self._plot.set_theme(theme)
        self._refresh()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """How values are written from now on."""
        self._numbers = numbers
        self._refresh()

    def choose(self, name: str) -> None:
        """Shows another metric."""
        self._chosen = [metric.name for metric in self._metrics].index(name)
        self._show_choice()
        self._refresh()

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """The curves in the colours of a theme, as high as its width asks; width: in pixels."""
        # A view in a stack that does not show it has no size of its own yet.
        shown = self.size() if self.isVisible() or self.parentWidget() is None else QSize(800, 260)
        twin = self._twin(theme, resized(shown, width))
        picture = picture_of(twin)

        def paint(painter: QPainter) -> None:
            assert twin._plot is not None
            twin._plot.draw_as_lines(painter.device().devicePixelRatioF())
            picture.paint(painter)

        return replace(picture, paint=paint)

    def _twin(self, theme: Theme, size: QSize) -> MetricsView:
        """The same once more, to be drawn off screen, without what is only for the hand."""
        twin = MetricsView()
        twin.resize(size)
        twin.setFont(self.font())
        twin.setPalette(themes.palette(theme))
        twin.set_theme(theme)
        twin.set_numbers(self._numbers)
        twin.install_plot()
        twin._logarithmic = dict(self._logarithmic)
        if self._metrics:
            twin.show_metrics(self._metrics)
            twin.choose(self.chosen)
        twin.show_position(self._position, self._newest)
        for button in twin._toggles():
            button.setVisible(button in twin._choices and button.isChecked())
        return twin

    @property
    def chosen(self) -> str:
        """The name of the metric shown; empty where there is none."""
        return self._metrics[self._chosen].name if self._metrics else ""

    def readout(self) -> str:
        """What is read out: the iteration pointed at, or else the current one."""
        hovered = self._plot.hint_text() if self._plot is not None else ""
        return hovered or self._current.text()

    def viewport(self) -> QWidget:
        """What takes the mouse, once the plot is installed."""
        assert self._plot is not None
        return self._plot.viewport

    def place_of(self, iteration: int) -> QPoint:
        """Where an iteration is on the viewport."""
        assert self._plot is not None
        return self._plot.position_of(iteration)

    def _offer(self, names: Sequence[str]) -> None:
        for former in self._choices:
            self._buttons.removeButton(former)
            self._head.removeWidget(former)
            former.deleteLater()
        self._choices = [Toggle() for _ in names]
        for index, (button, name) in enumerate(zip(self._choices, names, strict=True)):
            button.setText(name)
            self._buttons.addButton(button, index)
            self._head.insertWidget(index + 1, button)
        self._fit_buttons()

    def _show_choice(self) -> None:
        button = self._buttons.button(self._chosen)
        if button is not None:
            button.setChecked(True)

    def _choose(self, index: int, on: bool) -> None:
        if on and index != self._chosen:
            self._chosen = index
            self._refresh()

    def _set_log(self, on: bool) -> None:
        if self._metrics:
            self._logarithmic[self.chosen] = on
            self._refresh()

    def _refresh(self) -> None:
        metric = self._metrics[self._chosen] if self._metrics else None
        is_empty = metric is None or metric.is_empty
        self._log.setVisible(metric is not None and not is_empty and metric.highest is None)
        self._current.setText("" if is_empty else self._first_line(self._position.iteration))
        self._show_legend(metric)
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)
        if metric is None or is_empty:
            self._quiet.setText(self._why_empty(metric))
            self._stack.setCurrentWidget(self._quiet)
            return
        logarithmic = self._logarithmic.get(metric.name, metric.logarithmic)
        self._log.blockSignals(True)
        self._log.setChecked(logarithmic)
        self._log.blockSignals(False)
        if self._plot is None:
            self._quiet.setText(tr("The plot is being prepared …"))
            return
        self._stack.setCurrentWidget(self._plot)
        self._plot.show_metric(metric, self._position.iteration, self._newest, logarithmic)

    def _why_empty(self, metric: Metric | None) -> str:
        if metric is not None and metric.missing:
            return metric.missing
        return tr("not computed yet")

    def _show_legend(self, metric: Metric | None) -> None:
        series = metric.series if metric is not None and not metric.is_empty else ()
        looks = [look(index, self._theme) for index in range(len(series))]
        self._legend.show_entries(
            [Entry(each.name, *its) for each, its in zip(series, looks, strict=True)]
        )

    # What is said

    def _first_line(self, iteration: int) -> str:
        """The value in an iteration, where the metric is one curve; else its number only."""
        series = self._metrics[self._chosen].series
        return self._text_at(iteration) if len(series) == 1 else ""

    def _text_at(self, iteration: int) -> str:
        """What was computed in an iteration, a line for each curve."""
        metric = self._metrics[self._chosen]
        if len(metric.series) == 1:
            return tr(
                "{name} in iteration {iteration}: {value}",
                name=metric.name,
                iteration=iteration,
                value=self._value_at(0, iteration),
            )
        lines = [tr("iteration {iteration}", iteration=iteration)]
        for index, series in enumerate(metric.series):
            value = self._value_at(index, iteration)
            lines.append(tr("{name}: {value}", name=series.name, value=value))
        return "\n".join(lines)

    def _value_at(self, index: int, iteration: int) -> str:
        series = self._metrics[self._chosen].series[index]
        at = int(np.searchsorted(series.iterations, iteration))
        if at < len(series.iterations) and series.iterations[at] == iteration:
            return self._numbers.text(float(series.values[at]))
        return tr("not computed")

    def _describe(self) -> None:
        metric = self._metrics[self._chosen] if self._metrics else None
        if metric is None or metric.is_empty:
            self.setAccessibleDescription(self._why_empty(metric))
            return
        said = [self._text_at(self._position.iteration)]
        for series in metric.series:
            finite = series.values[np.isfinite(series.values)]
            if len(finite):
                said.append(
                    tr(
                        "{name} from {least} to {greatest}",
                        name=series.name,
                        least=self._numbers.text(float(finite.min())),
                        greatest=self._numbers.text(float(finite.max())),
                    )
                )
        self.setAccessibleDescription("; ".join("; ".join(said).split("\n")))


def _never_comes(metric: Metric) -> bool:
    """Whether there is nothing to show, and never will be."""
    return metric.is_empty and bool(metric.missing)
