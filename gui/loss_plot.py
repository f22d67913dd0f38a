"""The drawing of E over the run, and of the runs kept for comparison.

pyqtgraph takes a quarter of a second to import, so whoever imports this module does so late.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg

from engine.arrays import Array
from gui.branches import MOST_BRANCHES, Branch, Shown
from gui.decimation import Envelope, EpochMeans
from gui.run_plot import RunPlot, heights_of
from gui.scales import Scale, scale_of
from gui.theme import Theme
from gui.translation import tr

_DOTS_UP_TO = 40
# A run that went far above the one shown would press that flat on a linear scale.
_HIGHEST_BRANCH = 2.0
_OUT_OF_SIGHT = 1.2


class LossPlot(RunPlot):
    """The curve, its cursor, the mark where a run failed, and other runs behind it."""

    def __init__(self, hint: Callable[[int], str]) -> None:
        super().__init__(hint, tr("E"))
        self.points = 0
        self._least = 0.0
        self._shown: Shown | None = None
        self._envelope = Envelope(100)
        self._traced: tuple[_Trace, ...] = ()
        self._traced_for: object = None
        self._curve: Any = pg.PlotCurveItem(antialias=False, skipFiniteCheck=True)
        self._dots: Any = pg.ScatterPlotItem(size=5, pxMode=True)
        self._mark: Any = pg.ScatterPlotItem(size=9, pxMode=True)
        self._others: list[Any] = [
            pg.PlotCurveItem(antialias=False, skipFiniteCheck=True) for _ in range(MOST_BRANCHES)
        ]
        for other in self._others:
            other.setZValue(-5)
        self._add(*self._others, self._curve, self._dots, self._mark)

    def set_theme(self, theme: Theme) -> None:
        self._curve.setPen(self._pen(theme.positive))
        self._dots.setBrush(pg.mkBrush(theme.positive))
        self._dots.setPen(None)
        self._mark.setBrush(pg.mkBrush(theme.negative))
        self._mark.setPen(pg.mkPen(theme.surface, width=1))
        super().set_theme(theme)

    def show_run(self, shown: Shown) -> None:
        """Draws the run. What is only longer than before costs what is added to it."""
        self._shown = shown
        self._make_room()
        losses, envelope = shown.losses, self._envelope
        x, y = self._points(losses, shown.means, envelope)
        self.points = envelope.finite
        traces = self._traces(shown)
        longest = max((len(each.losses) for each in shown.branches), default=0)
        self._set_reach(max(len(losses) - 1, 0), shown.current, shown.failure, longest - 1)
        self._set_scale(self._scale_for([envelope, *(each.envelope for each in traces)]))
        heights = heights_of(self._scale, y, self._least)
        self._curve.setData(x, heights, skipFiniteCheck=True)
        few = len(y) <= _DOTS_UP_TO
        self._dots.setVisible(few)
        if few:
            self._dots.setData(x, heights)
        self._draw_others(traces)
        self._set_mark(shown)
        self._say_again()

    def _points(
        self, losses: Array, means: EpochMeans | None, envelope: Envelope
    ) -> tuple[Array, Array]:
        if means is None:
            return envelope.show(losses)
        epochs, y = envelope.show(means.of(losses))
        return middle_of(epochs, means.per_epoch), y

    def _scale_for(self, envelopes: list[Envelope]) -> Scale:
        """Room for the run, and for the others as far as these leave it to be seen."""
        assert self._shown is not None
        known = [each for each in envelopes if each.finite]
        self._least = 0.0
        if self._shown.logarithmic:
            positive = [each for each in known if math.isfinite(each.least_above_zero)]
            self._least = min((each.least_above_zero for each in positive), default=0.0)
            extremes = [self._least, *(each.greatest for each in positive)]
        else:
            own = [each.greatest for each in known if each is envelopes[0]]
            highest = _HIGHEST_BRANCH * own[0] if own and own[0] > 0 else math.inf
            extremes = [min(each.greatest, highest) for each in known]
        steps = self._steps_beside_the_curve()
        return scale_of(np.array(extremes), self._shown.logarithmic, steps)

    def _set_mark(self, shown: Shown) -> None:
        at: float = shown.current
        series, means = shown.losses, shown.means
        index = shown.current
        if means is not None:
            series, index = means.of(shown.losses), shown.current // means.per_epoch
            at = float(middle_of(np.array(float(index)), means.per_epoch))
        if index >= len(series) or not math.isfinite(series[index]):
            self._mark.setData([], [])
            return
        self._mark.setData([at], heights_of(self._scale, series[index : index + 1], self._least))

    # The other runs

    def _traces(self, shown: Shown) -> tuple[_Trace, ...]:
        """The other runs, looked at once: they grow no more."""
        per_epoch = shown.means.per_epoch if shown.means is not None else 1
        key = shown.branches, per_epoch, self._buckets
        if key != self._traced_for:
            self._traced_for = key
            self._traced = tuple(_trace(each, *key[1:]) for each in shown.branches)
        return self._traced

    def _draw_others(self, traces: Sequence[_Trace]) -> None:
        for index, other in enumerate(self._others):
            if index >= len(traces):
                other.setVisible(False)
                continue
            trace = traces[index]
            colour = trace.branch.colour(self._theme)
            other.setPen(self._pen(colour, trace.branch.dash))
            heights = heights_of(self._scale, trace.y, self._least)
            other.setData(trace.x, np.minimum(heights, _OUT_OF_SIGHT), skipFiniteCheck=True)
            other.setVisible(True)

    def _draw_again(self) -> None:
        super()._draw_again()
        self._envelope = Envelope(self._buckets)
        if self._shown is not None:
            self.show_run(self._shown)


@dataclass(frozen=True, eq=False, slots=True)
class _Trace:
    """The points of another run, from where it left."""

    branch: Branch
    envelope: Envelope
    x: Array
    y: Array


def _trace(branch: Branch, per_epoch: int, buckets: int) -> _Trace:
    values = EpochMeans(per_epoch).of(branch.losses) if per_epoch > 1 else branch.losses
    # From the last place that both runs share, so that they are seen to part there.
    start = max(branch.left_at // per_epoch - 1, 0)
    envelope = Envelope(buckets)
    x, y = envelope.show(values[start:].copy())
    return _Trace(branch, envelope, middle_of(x + start, per_epoch), y)


def middle_of(epochs: Array, per_epoch: int) -> Array:
    """The iteration in the middle of an epoch, where its mean is drawn."""
    return (epochs + 0.5) * per_epoch - 0.5
