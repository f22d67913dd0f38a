"""What the metrics view is given: series over the run, a few for each metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt

from engine.arrays import Array
from engine.metrics import Point
from gui.theme import Theme
from gui.translation import tr

_COLOURS = ("positive", "delta", "update", "gradient", "accent", "negative")
_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
)


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """One curve: `values` at `iterations`, two arrays of the same length, iterations ascending."""

    name: str
    iterations: Array
    values: Array


@dataclass(frozen=True, eq=False, slots=True)
class Metric:
    """One or several curves that share an axis.

    symbol: what stands at the vertical axis. highest: the end of the axis, where it has one by
    nature, as 1 for an accuracy. logarithmic: how it is first shown. missing: a sentence on why
    there is nothing to show, if there never will be.
    """

    name: str
    symbol: str
    series: Sequence[Series]
    highest: float | None = None
    logarithmic: bool = False
    missing: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no value has been computed yet."""
        return not any(len(each.values) for each in self.series)


def look(index: int, theme: Theme) -> tuple[str, Qt.PenStyle]:
    """The colour and the dash of a metric's curve, by its place in the metric."""
    colour: str = getattr(theme, _COLOURS[index % len(_COLOURS)])
    return colour, _DASHES[index % len(_DASHES)]


def metrics_of(points: Sequence[Point]) -> tuple[Metric, ...]:
    """The metrics of a run: accuracy, held-out E, and the norm of each layer's gradient."""
    return _accuracy(points), _held_out_error(points), _gradient_norms(points)


def _series(name: str, points: Sequence[Point], values: Sequence[float | None]) -> Series:
    known = [(point.iteration, value) for point, value in zip(points, values, strict=True)]
    table = np.array([each for each in known if each[1] is not None], dtype=np.float64)
    table = table.reshape(-1, 2)
    return Series(name, table[:, 0].astype(np.int64), table[:, 1].copy())


def _accuracy(points: Sequence[Point]) -> Metric:
    own = _series(tr("all samples"), points, [each.accuracy for each in points])
    held = _series(tr("held-out samples"), points, [each.held_out_accuracy for each in points])
    series = [each for each in (own, held) if len(each.values)]
    missing = tr("The targets are no classes, so there is no accuracy.") if points else ""
    name, symbol = tr("Accuracy"), ""
    return Metric(name, symbol, series, highest=1.0, missing=missing)


def _held_out_error(points: Sequence[Point]) -> Metric:
    series = _series(tr("held-out E"), points, [each.held_out_error for each in points])
    missing = tr("No samples are held out in this experiment.") if points else ""
    return Metric(tr("Held-out E"), tr("E"), [series], missing=missing)


def _gradient_norms(points: Sequence[Point]) -> Metric:
    layers = len(points[0].gradient_norms) if points else 0
    series = [
        _series(
            tr("layer {layer}", layer=layer + 1),
            points,
            [each.gradient_norms[layer] for each in points],
        )
        for layer in range(layers)
    ]
    return Metric(tr("Gradient norms"), "‖∇E‖", series, logarithmic=True)
