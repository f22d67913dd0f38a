"""The inspector's plots with what is written around them; pyqtgraph comes late."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.expression import Term, quantity
from engine.inspection import History, Inspection, LossSlice, close_up, close_up_reach
from gui.inspector.choosing import TextButton
from gui.inspector.rows import value_at
from gui.inspector.sections import Section, note
from gui.notation import letter_of
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

if TYPE_CHECKING:
    from gui.small_plot import HistoryPlot, SlicePlot

_REACH_DIGITS = 3


class SliceSection(Section):
    """E along the parameter, with the tangent and where the update lands."""

    def __init__(self) -> None:
        super().__init__()
        self.plot: SlicePlot | None = None
        self._inspection: Inspection | None = None
        self._numbers = NumberFormat()
        self._is_near = False
        self._words = ("", "", "")
        self._quiet = _placeholder()
        self.nearer = TextButton()
        self.nearer.clicked.connect(self._switch)
        self.legend = _selectable()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        for widget in (self._quiet, self.nearer, self.legend):
            self.body.addWidget(widget)

    def install_plot(self) -> None:
        """Puts the plot in."""
        if self.plot is None:
            from gui.small_plot import SlicePlot

            self.plot = SlicePlot()
            _put_in_place_of(self._quiet, self.plot, self.body)

    def show_inspection(self, inspection: Inspection, numbers: NumberFormat) -> None:
        """Shows the slice, where there is one; near the point, where that was asked for."""
        self._inspection, self._numbers = inspection, numbers
        whole = inspection.loss_slice
        self.setVisible(whole is not None)
        if whole is None:
            return
        near = close_up(inspection) if self._is_near else None
        self._show_slice(near or whole)
        self.nearer.setVisible(close_up_reach(whole) is not None)
        self.nearer.setText(tr("Whole view") if near else tr("Close-up"))

    def _show_slice(self, along: LossSlice) -> None:
        assert self._inspection is not None
        letter = letter_of(self._inspection.term).letter
        self.set_heading(
            tr("E along {letter}", letter=letter),
            tr(
                "{value} ± {reach}; everything else stays as it is; this iteration's samples",
                value=self._numbers.text(along.at[0]),
                reach=NumberFormat(_REACH_DIGITS).text(along.reach),
            ),
        )
        self._words = _slice_words(along, letter, self._numbers)
        self._write_legend()
        if self.plot is not None:
            self.plot.show_slice(along)
            self.plot.setAccessibleName(self.heading.text())
            self.plot.setAccessibleDescription("\n".join(self._words))

    def _switch(self) -> None:
        self._is_near = not self._is_near
        if self._inspection is not None:
            self.show_inspection(self._inspection, self._numbers)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.nearer.set_theme(theme)
        self._write_legend()
        if self.plot is not None:
            self.plot.set_theme(theme)

    def lines(self) -> list[str]:
        button = [] if self.nearer.isHidden() else [self.nearer.text()]
        return [*super().lines(), *button, *self._words]

    def _write_legend(self) -> None:
        signs = (
            ("○", self.theme.negative),
            ("┄", self.theme.gradient),
            ("▼", self.theme.update),
        )
        rows = "".join(
            f'<tr><td style="color:{colour}; padding-right:4px">{sign}</td><td>{words}</td></tr>'
            for (sign, colour), words in zip(signs, self._words, strict=True)
        )
        legend = f"<table cellspacing=0 cellpadding=0>{rows}</table>"
        self.legend.setText(legend)


class HistorySection(Section):
    """The element over the run so far."""

    travel_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.plot: HistoryPlot | None = None
        self._quiet = _placeholder()
        self.body.addWidget(self._quiet)

    def install_plot(self) -> None:
        """Puts the plot in."""
        if self.plot is None:
            from gui.small_plot import HistoryPlot

            self.plot = HistoryPlot()
            self.plot.travel_requested.connect(self.travel_requested)
            _put_in_place_of(self._quiet, self.plot, self.body)

    def show_inspection(self, inspection: Inspection, numbers: NumberFormat) -> None:
        """Shows the history."""
        history, iteration = _computed(inspection), inspection.frame.position.iteration
        self.set_heading(tr("Over the run"), _what_history(inspection.term, inspection))
        if self.plot is not None:
            changed = tuple(each.iteration for each in inspection.changes)
            self.plot.show_history(history, iteration, numbers, changed)
            self.plot.setAccessibleName(tr("Value over the run"))
            self.plot.setAccessibleDescription(_said_of_history(history, numbers))

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        if self.plot is not None:
            self.plot.set_theme(theme)


def _selectable() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _placeholder() -> QLabel:
    label = note()
    label.setText(tr("The plot is being prepared …"))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMinimumHeight(label.fontMetrics().height() * 4)
    return label


def _put_in_place_of(placeholder: QLabel, plot: QWidget, layout: QVBoxLayout) -> None:
    layout.insertWidget(layout.indexOf(placeholder), plot)
    layout.removeWidget(placeholder)
    placeholder.hide()


def _slice_words(along: LossSlice, letter: str, numbers: NumberFormat) -> tuple[str, str, str]:
    here = tr(
        "here: {letter} = {value}, E = {error}",
        letter=letter,
        value=numbers.text(along.at[0]),
        error=numbers.text(along.at[1]),
    )
    slope = tr(
        "tangent, slope {slope} = ∂E/∂{letter}", slope=numbers.text(along.slope), letter=letter
    )
    if along.lands[0] == along.at[0]:
        return here, slope, tr("this iteration's update leaves it where it is")
    if not math.isfinite(along.lands[0]):
        return here, slope, tr("the update does not lead to a finite number")
    lands = tr(
        "after the update: {letter} = {value}, E = {error}",
        letter=letter,
        value=numbers.text(along.lands[0]),
        error=numbers.text(along.lands[1]),
    )
    return here, slope, lands


def _what_history(term: Term, inspection: Inspection) -> str:
    what = quantity(term.name)
    if not len(_computed(inspection).iterations):
        return tr("not computed yet")
    if len(inspection.history.iterations) < 2:
        return tr("one iteration so far")
    if what.kind in ("W", "b"):
        return tr("at the start of each iteration; a click goes there")
    if inspection.frame.batch > 1 and what.kind in ("z", "a", "da", "delta", "t"):
        return tr(
            "column {column} of each iteration's batch; a click goes there",
            column=min(inspection.sample, inspection.frame.batch - 1) + 1,
        )
    if what.kind in ("z", "a", "da", "delta", "t"):
        return tr("each iteration's own sample; a click goes there")
    return tr("as computed in each iteration; a click goes there")


def _computed(inspection: Inspection) -> History:
    """The history without its end, while this iteration has not come to the element yet."""
    history = inspection.history
    is_newest = int(history.iterations[-1]) == inspection.frame.position.iteration
    if not is_newest or value_at(inspection.frame, inspection.sample, inspection.term) is not None:
        return history
    return History(history.iterations[:-1], history.values[:-1])


def _said_of_history(history: History, numbers: NumberFormat) -> str:
    if not len(history.iterations):
        return tr("not computed yet")
    return tr(
        "from {first} in iteration {start} to {last} in iteration {end}",
        first=numbers.text(float(history.values[0])),
        start=int(history.iterations[0]),
        last=numbers.text(float(history.values[-1])),
        end=int(history.iterations[-1]),
    )
