"""The error over the run: its curve, other runs behind it, and travel by a click.

pyqtgraph takes a quarter of a second to import, so it is first touched by `install_plot`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QContextMenuEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.arrays import Array
from engine.formats.losses_csv import losses_csv
from engine.frame import NonFinite
from engine.position import START, Position
from gui import theme as themes
from gui.branches import Branch, Shown
from gui.decimation import EpochMeans
from gui.elided_label import ElidedLabel
from gui.legend import Entry, Legend
from gui.numbers import NumberFormat
from gui.pictures.picture import Picture, picture_of, resized
from gui.steady_label import SteadyLabel
from gui.theme import Theme
from gui.timeline.symbols import symbol
from gui.toggle import Toggle
from gui.translation import tr

if TYPE_CHECKING:
    from gui.loss_plot import LossPlot

_NO_LOSSES: Array = np.empty(0)
_DESCRIBED_AFTER_MS = 120


class LossView(QWidget):
    """E of every iteration so far, or its mean in each epoch, and the runs kept for comparison.

    A click or a drag asks to travel to an iteration. metrics_requested: the metrics in its place.
    """

    travel_requested = Signal(object)
    metrics_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses: Array = _NO_LOSSES
        self._position = START
        self._non_finite: NonFinite | None = None
        self._numbers = NumberFormat()
        self._theme = themes.LIGHT
        self._batch, self._per_epoch = 1, 1
        self._means: EpochMeans | None = None
        self._branches: tuple[Branch, ...] = ()
        self._plot: LossPlot | None = None
        self._title = QLabel()
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._caption = ElidedLabel()
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._current = SteadyLabel()
        self._to_metrics = Toggle(checkable=False)
        self._by_epoch, self._log = Toggle(), Toggle()
        self._buttons = (self._to_metrics, self._by_epoch, self._log)
        for button in self._buttons:
            button.set_theme(self._theme)
        self._to_metrics.clicked.connect(self.metrics_requested)
        self._to_metrics.hide()
        self._log.toggled.connect(self._refresh)
        self._by_epoch.toggled.connect(self._count_by)
        self._by_epoch.hide()
        self._legend = Legend()
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
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
        for button in self._buttons:
            head.addWidget(button)
        self._stack = QStackedLayout()
        curves = QHBoxLayout()
        curves.setSpacing(0)
        curves.addLayout(self._stack, 1)
        curves.addWidget(self._legend)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(head)
        whole.addLayout(curves, 1)
        # Shown at once, and a window of its own as long as it stands nowhere.
        self._stack.addWidget(self._quiet)

    def _write_texts(self) -> None:
        self._name()
        self._log.setText(tr("log"))
        self._log.setAccessibleName(tr("Logarithmic scale for E"))
        self._log.setToolTip(
            tr(
                "Logarithmic scale for E; 0 has no logarithm and is drawn at the smallest E above "
                "0 that is shown"
            )
        )
        self._by_epoch.setText(tr("per epoch"))
        self._by_epoch.setAccessibleName(tr("Mean E per epoch"))
        self._by_epoch.setToolTip(
            tr("The mean of E over the iterations of each whole epoch, in place of every iteration")
        )
        self._to_metrics.setText(tr("metrics"))
        self._to_metrics.setToolTip(tr("Accuracy, held-out E and gradient norms over the run"))
        for button in self._buttons:
            button.fit()

    def _name(self) -> None:
        name = tr("E per iteration") if self._means is None else tr("Mean E per epoch")
        self.setAccessibleName(name)
        self._title.setText(name)

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

        self._plot = LossPlot(self._hint)
        self._plot.travel_requested.connect(self.travel_requested)
        self._plot.menu_requested.connect(self._show_menu)
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
        same_end = non_finite is self._non_finite
        before = self._position.iteration, self._is_before_failure()
        self._losses, self._position, self._non_finite = losses, position, non_finite
        same_place = before == (position.iteration, self._is_before_failure())
        # Most steps stay within an iteration and compute no E: then nothing has changed here.
        if not (same_run and losses.base is not None and same_place and same_end):
            self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        self._legend.set_theme(theme)
        for button in self._buttons:
            button.set_theme(theme)
        if self._plot is not None:
            self._plot.set_theme(theme)
        self._show_legend()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """How E is written from now on."""
        self._numbers = numbers
        self._refresh()
        self._current.make_room()

    def set_batch(self, size: int) -> None:
        """How many samples E is the mean of."""
        self._batch = size
        self._refresh()

    def set_epochs(self, iterations: int) -> None:
        """How many iterations an epoch takes; with one, there is no mean to show."""
        if iterations == self._per_epoch:
            return
        self._per_epoch = iterations
        self._by_epoch.setVisible(iterations > 1)
        self._count_by()

    def set_branches(self, branches: Sequence[Branch]) -> None:
        """The runs kept for comparison, up to five."""
        self._branches = tuple(branches)
        self._show_legend()
        self._refresh()

    def offer_metrics(self, on: bool) -> None:
        """Whether there is a button that asks for the metrics."""
        self._to_metrics.setVisible(on)

    def set_by_epoch(self, on: bool) -> None:
        """Whether the mean of E in each epoch is shown, where an epoch takes several iterations."""
        self._by_epoch.setChecked(on)

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
        return hovered or self._text_here()

    def viewport(self) -> QWidget:
        """What takes the mouse, once the plot is installed."""
        assert self._plot is not None
        return self._plot.viewport

    def place_of(self, iteration: int) -> QPoint:
        """Where an iteration is on the viewport."""
        assert self._plot is not None
        return self._plot.position_of(iteration)

    # Elsewhere

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """The plot in the colours of a theme, as high as its width asks; width: in pixels."""
        twin = self._twin(theme, resized(self.size(), width))
        picture = picture_of(twin)

        def paint(painter: QPainter) -> None:
            assert twin._plot is not None
            twin._plot.draw_as_lines(painter.device().devicePixelRatioF())
            picture.paint(painter)

        return replace(picture, paint=paint)

    def _twin(self, theme: Theme, size: QSize) -> LossView:
        """The same once more, to be drawn off screen, without what is only for the hand."""
        twin = LossView()
        twin.resize(size)
        twin.setFont(self.font())
        twin.setPalette(themes.palette(theme))
        twin.set_theme(theme)
        twin.set_numbers(self._numbers)
        twin.set_batch(self._batch)
        twin.set_epochs(self._per_epoch)
        twin.set_by_epoch(self._by_epoch.isChecked())
        twin.set_logarithmic(self.is_logarithmic())
        twin.set_branches(self._branches)
        twin.install_plot()
        twin.show_run(self._losses, self._position, self._non_finite)
        for button in twin._buttons:
            button.hide()
        return twin

    # What is shown

    def _count_by(self) -> None:
        on = self._by_epoch.isChecked() and self._per_epoch > 1
        self._means = EpochMeans(self._per_epoch) if on else None
        self._name()
        self._refresh()
        self._current.make_room()

    def _show_legend(self) -> None:
        own = Entry(tr("this run"), self._theme.positive)
        others = [Entry(each.name, each.colour(self._theme), each.dash) for each in self._branches]
        self._legend.show_entries((own, *others))

    def _refresh(self) -> None:
        self._caption.set_text(self._caption_text())
        current = self._text_here()
        empty = not len(self._losses) and self._non_finite is None
        # Once is enough: below it is said that there is no E at all.
        self._current.setText("" if empty else current)
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)
        if self._plot is None:
            self._quiet.setText(tr("The plot is being prepared …"))
            return
        self._quiet.setText(tr("no E computed yet"))
        self._stack.setCurrentWidget(self._quiet if empty else self._plot)
        self._plot.show_run(
            Shown(
                losses=self._losses,
                current=self._position.iteration,
                failure=self._failure(),
                logarithmic=self.is_logarithmic(),
                means=self._means,
                branches=self._branches,
            )
        )

    def _caption_text(self) -> str:
        if self._batch > 1:
            return tr("E, mean over each batch of {batch}", batch=self._batch)
        return ""

    def _text_at(self, iteration: int) -> str:
        if not len(self._losses) and self._non_finite is None:
            return tr("no E computed yet")
        if self._means is not None:
            epoch = iteration // self._per_epoch
            value = self._mean_of(self._means.of(self._losses), epoch)
            return tr("mean E in epoch {epoch}: {value}", epoch=epoch, value=value)
        failed = self._non_finite
        if failed is not None and iteration == failed.iteration and not self._is_known(iteration):
            return self._failure_text(failed)
        return tr(
            "E in iteration {iteration}: {value}",
            iteration=iteration,
            value=self._value_at(iteration),
        )

    def _text_here(self) -> str:
        """Of the place stood on, of which nothing is said that comes to be only after it."""
        iteration = self._position.iteration
        by_iteration = self._means is None
        if by_iteration and self._is_before_failure() and not self._is_known(iteration):
            return tr("E in iteration {iteration}: not computed yet", iteration=iteration)
        return self._text_at(iteration)

    def _is_before_failure(self) -> bool:
        """Whether the place stood on is in the iteration that failed, before it did."""
        failed, here = self._non_finite, self._position
        if failed is None or here.iteration != failed.iteration:
            return False
        return here.step < failed.step.index

    def _is_known(self, iteration: int) -> bool:
        """Whether E of an iteration has been computed, and is a finite number."""
        return iteration < len(self._losses) and math.isfinite(self._losses[iteration])

    def _failure_text(self, failed: NonFinite) -> str:
        return tr(
            "{what} became {value} in iteration {iteration}",
            what=symbol(failed.quantity),
            value=self._numbers.text(failed.value),
            iteration=failed.iteration,
        )

    def _mean_of(self, means: Array, epoch: int) -> str:
        if epoch < len(means):
            return self._numbers.text(float(means[epoch]))
        return tr("the epoch is not over yet")

    def _value_at(self, iteration: int) -> str:
        if iteration < len(self._losses):
            return self._numbers.text(float(self._losses[iteration]))
        return tr("not computed yet")

    def _describe(self) -> None:
        """The curve in words, for those who cannot see it."""
        said = [self._text_here()]
        finite = self._losses[np.isfinite(self._losses)]
        if len(finite):
            said.append(
                tr(
                    "{count} iterations, E from {least} to {greatest}",
                    count=len(self._losses),
                    least=self._numbers.text(float(finite.min())),
                    greatest=self._numbers.text(float(finite.max())),
                )
            )
        failed = self._non_finite
        if failed is not None:
            said.append(self._failure_text(failed))
        said += [
            tr(
                "compared with {name}, apart from iteration {iteration} on",
                name=each.name,
                iteration=each.left_at,
            )
            for each in self._branches
        ]
        self.setAccessibleDescription("; ".join(said))

    def _failure(self) -> tuple[int, str] | None:
        failed = self._non_finite
        if failed is None:
            return None
        value = self._numbers.text(failed.value)
        return failed.iteration, tr("{what} = {value}", what=symbol(failed.quantity), value=value)

    # What is asked for

    def _hint(self, iteration: int) -> str:
        lines = [self._text_at(iteration)]
        for branch in self._branches:
            value = self._branch_value(branch, iteration)
            if value:
                lines.append(tr("{name}: {value}", name=branch.name, value=value))
        return "\n".join(lines)

    def _branch_value(self, branch: Branch, iteration: int) -> str:
        """What another run has there; empty after its end."""
        if self._means is None:
            there = branch.losses[iteration : iteration + 1]
        else:
            first = iteration - iteration % self._per_epoch
            epoch = branch.losses[first : first + self._per_epoch]
            there = EpochMeans(self._per_epoch).of(epoch)
        return self._numbers.text(float(there[0])) if len(there) else ""

    # The menu

    def menu(self) -> QMenu:
        """What can be done with the curve."""
        menu = QMenu(self)
        copy = menu.addAction(tr("Copy E of every iteration as &CSV"))
        copy.setEnabled(len(self._losses) > 0)
        copy.triggered.connect(self._copy_csv)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _copy_csv(self) -> None:
        QApplication.clipboard().setText(losses_csv(self._losses, self._per_epoch))
