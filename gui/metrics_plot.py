"""The drawing of one metric over the run.

pyqtgraph takes a quarter of a second to import, so whoever imports this module does so late.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF

from engine.arrays import Array
from gui.decimation import Envelope
from gui.metrics import Metric, Series, look
from gui.run_plot import RunPlot, heights_of
from gui.scales import Scale, scale_of, ticks_to
from gui.theme import Theme

_DOTS_UP_TO = 40


class MetricsPlot(RunPlot):
    """The curves of one metric; a click goes to an iteration in which it was computed."""

    def __init__(self, hint: Callable[[int], str]) -> None:
        super().__init__(hint, "")
        self._shown: tuple[Metric, int, int, bool] | None = None
        self._known: Array = np.empty(0)
        self._curves: list[Any] = []
        self._dots: Any = pg.ScatterPlotItem(size=5, pxMode=True, pen=None)
        self._mark: Any = pg.ScatterPlotItem(size=9, pxMode=True)
        self._add(self._dots, self._mark)

    def set_theme(self, theme: Theme) -> None:
        self._mark.setBrush(pg.mkBrush(theme.negative))
        self._mark.setPen(pg.mkPen(theme.surface, width=1))
        super().set_theme(theme)

    def show_metric(self, metric: Metric, current: int, newest: int, logarithmic: bool) -> None:
        """Draws the finite values of a metric, with the cursor on an iteration."""
        before = self._shown[0].symbol if self._shown is not None else None
        self._shown = metric, current, newest, logarithmic
        if metric.symbol != before:
            self._set_title(metric.symbol)
        self._make_room()
        self._set_reach(newest, current, None)
        known = [each.iterations for each in metric.series]
        self._known = np.unique(np.concatenate(known)) if known else np.empty(0)
        traces = [(Envelope(self._buckets), each) for each in metric.series]
        points = [_points(envelope, each) for envelope, each in traces]
        envelopes = [envelope for envelope, _ in traces if envelope.finite]
        least = self._measure(metric, envelopes, logarithmic)
        drawn = [(x, heights_of(self._scale, y, least)) for x, y in points]
        self._draw(drawn)
        marked = [_value_at(each, current) for each in metric.series]
        finite = np.array([value for value in marked if value is not None])
        heights = heights_of(self._scale, finite, least)
        self._mark.setData(np.full(len(finite), current), heights)
        self._say_again()

    def _measure(self, metric: Metric, envelopes: list[Envelope], logarithmic: bool) -> float:
        """Gives the axis its scale; returns the smallest value that has a place on it."""
        steps = self._steps_beside_the_curve()
        if logarithmic:
            least = min((each.least_above_zero for each in envelopes), default=math.inf)
            least = least if math.isfinite(least) else 0.0
            extremes = [least, *(each.greatest for each in envelopes)]
            self._set_scale(scale_of(np.array(extremes), True, steps))
            return least
        if metric.highest is not None:
            ticks = ticks_to(metric.highest, steps) if steps >= 2 else [0.0, metric.highest]
            self._set_scale(Scale(0.0, metric.highest, tuple(ticks), False))
        else:
            extremes = [each.greatest for each in envelopes]
            self._set_scale(scale_of(np.array(extremes), False, steps))
        return 0.0

    def _draw(self, drawn: list[tuple[Array, Array]]) -> None:
        while len(self._curves) < len(drawn):
            curve = pg.PlotCurveItem(antialias=False, skipFiniteCheck=True)
            self._curves.append(curve)
            self._add(curve)
        for index, curve in enumerate(self._curves):
            curve.setVisible(index < len(drawn))
            if index < len(drawn):
                colour, dash = look(index, self._theme)
                curve.setPen(pg.mkPen(colour, width=1, style=dash))
                curve.setData(*drawn[index], skipFiniteCheck=True)
        few = [(index, *each) for index, each in enumerate(drawn) if len(each[0]) <= _DOTS_UP_TO]
        brushes = [pg.mkBrush(look(i, self._theme)[0]) for i, x, _ in few for _ in range(len(x))]
        none: Array = np.empty(0)
        across = np.concatenate([none, *(x for _, x, _ in few)])
        up = np.concatenate([none, *(y for _, _, y in few)])
        self._dots.setData(across, up, brush=brushes)

    def _iteration_at(self, place: QPointF) -> int:
        """The nearest iteration in which the metric was computed."""
        pointed = super()._iteration_at(place)
        if not len(self._known):
            return pointed
        return int(self._known[np.abs(self._known - pointed).argmin()])

    def _draw_again(self) -> None:
        super()._draw_again()
        if self._shown is not None:
            self.show_metric(*self._shown)


def _points(envelope: Envelope, series: Series) -> tuple[Array, Array]:
    at, y = envelope.show(series.values)
    return series.iterations[at.astype(np.intp)].astype(np.float64), y


def _value_at(series: Series, iteration: int) -> float | None:
    """The value in an iteration; None where it was not computed or is not finite."""
    at = int(np.searchsorted(series.iterations, iteration))
    if at == len(series.iterations) or series.iterations[at] != iteration:
        return None
    value = float(series.values[at])
    return value if math.isfinite(value) else None
