"""The error per iteration: one curve, a cursor on it, and travel by a click.

pyqtgraph takes a quarter of a second to import, so it is first touched by `install_plot`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.frame import NonFinite
from engine.position import START, Position
from gui import theme as themes
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

Values = npt.NDArray[np.float64]

_NONE: Values = np.empty(0)
_FEWEST_ITERATIONS = 10
_DOTS_UP_TO = 40
_AXIS_DIGITS = 4
_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_STEPS = (1.0, 2.0, 5.0, 10.0)
_TINIEST, _GREATEST = 1e-300, 1e300
_PAD_X, _PAD_Y = 0.015, 0.06


class LossView(QWidget):
    """E of every iteration so far. A click or a drag asks to travel to an iteration."""

    travel_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses: Values = _NONE
        self._position = START
        self._non_finite: NonFinite | None = None
        self._numbers = NumberFormat()
        self._theme = themes.LIGHT
        self._batch = 1
        self._plot: _Plot | None = None
        self._title = QLabel()
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._caption = _Elided()
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

    def install_plot(self) -> None:
        """Puts the plot in. Imports pyqtgraph: better already imported by another thread."""
        if self._plot is not None:
            return
        self._plot = _Plot(self._hint, self._travel)
        self._plot.set_theme(self._theme)
        self._stack.addWidget(self._plot)
        self._refresh()

    def show_run(
        self, losses: Values, position: Position, non_finite: NonFinite | None = None
    ) -> None:
        """Shows the run: `losses` holds E of iterations 0, 1, …; it is not copied.

        non_finite: where the run stopped being finite, if it did.
        """
        self._losses, self._position, self._non_finite = losses, position, non_finite
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
        self._current.setText(self._value_at(self._position.iteration))
        self._current.setToolTip(current)
        self.setAccessibleDescription(self._description(current))
        if self._plot is None:
            self._quiet.setText(tr("The plot is being prepared …"))
            return
        empty = not len(self._losses) and self._non_finite is None
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
        value = self._value_at(iteration)
        return tr("iteration {iteration} · {value}", iteration=iteration, value=value)

    def _value_at(self, iteration: int) -> str:
        failed = self._non_finite
        if iteration < len(self._losses) and math.isfinite(self._losses[iteration]):
            value = self._numbers.text(float(self._losses[iteration]))
            return tr("E {value}", value=value)
        if failed is not None and iteration >= failed.iteration:
            return self._numbers.text(failed.value)
        return tr("E not computed yet")

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


class _Elided(QLabel):
    """A line of text that ends in … where there is no room; it never asks for any."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        self.setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            metrics = QFontMetricsF(self.font())
            text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


# What is drawn: fewer points, and scales with round limits


def decimated(values: Values, buckets: int) -> tuple[Values, Values]:
    """(x, y) of a curve that looks the same: the greatest and the least of each bucket.

    Every peak survives, and the first and the last point are always there.
    """
    each = len(values) // buckets
    if each < 4:
        return np.arange(len(values), dtype=np.float64), values
    whole = len(values) // each
    cut = whole * each
    table, rest = values[:cut].reshape(whole, each), values[cut:]
    x, y = np.empty(2 * whole + 4), np.empty(2 * whole + 4)
    pairs = slice(1, 2 * whole, 2), slice(2, 2 * whole + 1, 2)
    x[pairs[0]] = x[pairs[1]] = np.arange(whole) * each
    np.maximum.reduce(table, axis=1, out=y[pairs[0]])
    np.minimum.reduce(table, axis=1, out=y[pairs[1]])
    x[0], x[-3:] = 0, (cut, cut, len(values) - 1)
    y[0], y[-1] = values[0], values[-1]
    y[-3:-1] = (rest.max(), rest.min()) if len(rest) else (values[-1], values[-1])
    return np.minimum(x, len(values) - 1), y


def nice_above(value: float) -> float:
    """The first round number that is not below `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(nice * power for nice in _NICE if nice * power >= value * (1 - 1e-12))


def ticks_to(limit: float, most: int) -> list[float]:
    """Round numbers from 0 to `limit`, about `most` of them."""
    rough = limit / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in _STEPS if nice * power >= rough * (1 - 1e-12))
    count = int(limit / step * (1 + 1e-12)) + 1
    return [_rounded(index * step) for index in range(count)]


def _rounded(value: float) -> float:
    """Without the last digits, where 3 · 0.2 is not 0.6."""
    return float(f"{value:.9g}")


def decades(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers around [low, high] for a logarithmic scale, two at least."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    if last - first > 2:
        stride = -(-(last - first) // most)
        return [10.0**power for power in range(first, last + stride, stride)]
    fine = [nice * 10.0**power for power in range(first, last) for nice in _STEPS[:3]]
    fine = [_rounded(value) for value in fine]
    fine.append(10.0**last)
    start = max(index for index, value in enumerate(fine[:-1]) if index == 0 or value <= low)
    stop = next(index for index, value in enumerate(fine) if value >= high and index > start)
    return fine[start : stop + 1]


@dataclass(frozen=True, slots=True)
class _Scale:
    """The vertical axis: from bottom to top, with ticks; drawn as heights from 0 to 1.

    pyqtgraph only ever gets heights: it cannot draw an E of 1e-300 or 1e300.
    """

    bottom: float
    top: float
    ticks: tuple[float, ...]
    logarithmic: bool

    def heights(self, values: npt.ArrayLike) -> Values:
        if self.logarithmic:
            low, high = math.log10(self.bottom), math.log10(self.top)
            clipped = np.clip(values, self.bottom, self.top)
            return np.asarray((np.log10(clipped) - low) / (high - low))
        return np.asarray(values) / self.top


def _scale(values: Values, logarithmic: bool) -> _Scale:
    """The scale for finite values, none below 0."""
    if logarithmic:
        positive = values[values > 0]
        low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
        low, high = np.clip((low, high), _TINIEST, _GREATEST).tolist()
        ticks = decades(low, high)
        return _Scale(ticks[0], ticks[-1], tuple(ticks), True)
    highest = float(values.max()) if len(values) else 0.0
    top = nice_above(max(min(highest, _GREATEST) * 1.02, _TINIEST)) if highest > 0 else 1.0
    return _Scale(0.0, top, tuple(ticks_to(top, 5)), False)


class _Plot(QWidget):
    """The drawing itself; the only place that pyqtgraph's types come to.

    hint: what to say of an iteration; travel: called with the iteration clicked.
    """

    def __init__(self, hint: Callable[[int], str], travel: Callable[[int], None]) -> None:
        super().__init__()
        import pyqtgraph

        self._pg: Any = pyqtgraph
        self._hint_of, self._travel = hint, travel
        self.points = 0
        self._newest = 0
        self._hovered: int | None = None
        self._asked: int | None = None
        self._right = 0.0
        self._least = 0.0
        self._scale = _Scale(0.0, 0.0, (), False)
        self._widget: Any = pyqtgraph.PlotWidget()
        self._item: Any = self._widget.getPlotItem()
        self._item.setMenuEnabled(False)
        self._item.hideButtons()
        # Room for half of the last label of either axis.
        self._item.layout.setContentsMargins(4, 8, 28, 2)
        self._item.setMouseEnabled(x=False, y=False)
        self._item.disableAutoRange()
        self._item.setYRange(-_PAD_Y, 1 + _PAD_Y, padding=0)
        self._widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._add_items()
        viewport = self._widget.viewport()
        viewport.setMouseTracking(True)
        viewport.setCursor(Qt.CursorShape.CrossCursor)
        viewport.installEventFilter(self)
        self._label = QLabel(self._widget)
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._widget)

    def _add_items(self) -> None:
        pg = self._pg
        self._curve: Any = pg.PlotDataItem(antialias=False, skipFiniteCheck=True)
        self._curve.setDownsampling(auto=True, method="peak")
        self._curve.setClipToView(True)
        self._failed: Any = pg.LinearRegionItem(movable=False)
        self._failed.setZValue(-10)
        self._failed_text: Any = pg.TextItem(anchor=(0.5, 0.5))
        self._cursor: Any = pg.InfiniteLine(angle=90)
        self._pointer: Any = pg.InfiniteLine(angle=90)
        self._dots: Any = pg.ScatterPlotItem(size=5, pxMode=True)
        self._mark: Any = pg.ScatterPlotItem(size=9, pxMode=True)
        for item in (
            self._failed,
            self._pointer,
            self._cursor,
            self._curve,
            self._dots,
            self._mark,
            self._failed_text,
        ):
            self._item.addItem(item, ignoreBounds=True)
        self._item.getAxis("left").label.setRotation(0)
        self._pointer.hide()

    def sizeHint(self) -> QSize:
        return QSize(400, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    # Looks

    def set_theme(self, theme: Theme) -> None:
        pg = self._pg
        self._widget.setBackground(theme.surface)
        for side, text in (("bottom", tr("iteration")), ("left", "E")):
            axis = self._item.getAxis(side)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setLabel(text, color=theme.muted)
            axis.label.setFont(self.font())
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, hideOverlappingLabels=False)
        grid = themes.mixed(theme.line, theme.surface, 0.6)
        self._item.getAxis("left").setTickPen(pg.mkPen(grid))
        self._curve.setPen(pg.mkPen(theme.positive, width=1))
        self._dots.setBrush(pg.mkBrush(theme.positive))
        self._dots.setPen(None)
        self._cursor.setPen(pg.mkPen(themes.mixed(theme.text, theme.surface, 0.55)))
        self._pointer.setPen(pg.mkPen(theme.muted, style=Qt.PenStyle.DotLine))
        self._mark.setBrush(pg.mkBrush(theme.negative))
        self._mark.setPen(pg.mkPen(theme.surface, width=1))
        hatch = QBrush(themes.mixed(theme.muted, theme.surface, 0.55), Qt.BrushStyle.BDiagPattern)
        self._failed.setBrush(hatch)
        for line in self._failed.lines:
            line.setPen(pg.mkPen(theme.muted))
        self._failed_text.setColor(theme.text)
        self._failed_text.fill = pg.mkBrush(theme.surface)
        self._label.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; padding: 2px 6px;"
            f"border: 1px solid {theme.line}; border-radius: 3px"
        )

    # The run

    def show_run(
        self, losses: Values, current: int, failure: tuple[int, str] | None, logarithmic: bool
    ) -> None:
        """Draws the run; where it failed, and what is written there."""
        # Segments shorter than a pixel are not drawn, so no more buckets than there are pixels.
        x, y = decimated(losses, max(100, round(self._item.vb.width())))
        self.points = len(losses)
        if not np.isfinite(y).all():
            finite = np.isfinite(losses)
            self.points = int(np.count_nonzero(finite))
            x, y = np.flatnonzero(finite).astype(np.float64), losses[finite]
        self._newest = max(len(losses) - 1, failure[0] if failure else 0)
        # Room for the mark where a run failed at its end.
        furthest = max(self._newest, current) * (1.1 if failure else 1.0)
        self._set_right(nice_above(max(furthest, _FEWEST_ITERATIONS)))
        self._set_scale(_scale(y, logarithmic))
        self._least = _smallest_above_zero(y) if logarithmic else 0.0
        heights = self._scale.heights(np.maximum(y, self._least))
        self._curve.setData(x, heights, skipFiniteCheck=True)
        few = len(losses) <= _DOTS_UP_TO
        self._dots.setData(x if few else [], heights if few else [])
        self._set_cursor(losses, current)
        self._set_failure(failure)
        if self._hovered is not None:
            self._label.setText(self._hint_of(self._hovered))

    def _set_cursor(self, losses: Values, current: int) -> None:
        self._cursor.setValue(current)
        known = current < len(losses) and math.isfinite(losses[current])
        if not known:
            self._mark.setData([], [])
            return
        value = np.maximum(losses[current : current + 1], self._least)
        self._mark.setData([current], self._scale.heights(value))

    def _set_failure(self, failure: tuple[int, str] | None) -> None:
        self._failed.setVisible(failure is not None)
        self._failed_text.setVisible(failure is not None)
        if failure is None:
            return
        right = self._right * (1 + _PAD_X)
        self._failed.setRegion((failure[0], right))
        self._failed_text.setText(failure[1])
        self._failed_text.setPos((failure[0] + right) / 2, 0.5)

    def _set_right(self, right: float) -> None:
        if right == self._right:
            return
        self._right = right
        self._item.setXRange(-_PAD_X * right, (1 + _PAD_X) * right, padding=0)
        ticks = [(tick, str(round(tick))) for tick in ticks_to(right, 6)]
        self._item.getAxis("bottom").setTicks([ticks])

    def _set_scale(self, scale: _Scale) -> None:
        if scale == self._scale:
            return
        self._scale = scale
        heights = scale.heights(scale.ticks).tolist()
        texts = [NumberFormat(_AXIS_DIGITS).text(tick) for tick in scale.ticks]
        self._item.getAxis("left").setTicks([list(zip(heights, texts, strict=True))])

    # The mouse

    def position_of(self, iteration: int) -> QPoint:
        """Where an iteration is, on the viewport."""
        scene = self._item.vb.mapViewToScene(QPointF(iteration, 0.5))
        return QPoint(self._widget.mapFromScene(scene))

    @property
    def viewport(self) -> QWidget:
        """What takes the mouse."""
        widget: QWidget = self._widget.viewport()
        return widget

    def hint_text(self) -> str:
        """What is said of the iteration pointed at; empty where none is."""
        return "" if self._hovered is None else self._label.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes every mouse event: pyqtgraph would move the view, and lose it."""
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseMove if isinstance(
                event, QMouseEvent
            ):
                self._mouse(event)
            case QEvent.Type.MouseButtonRelease:
                self._asked = None
            case QEvent.Type.Leave:
                self._point_at(None, QPointF())
                return False
            case QEvent.Type.MouseButtonDblClick | QEvent.Type.ContextMenu:
                pass
            case QEvent.Type.Wheel:
                event.ignore()
            case _:
                return super().eventFilter(watched, event)
        return True

    def _mouse(self, event: QMouseEvent) -> None:
        iteration = self._iteration_at(event.position())
        self._point_at(iteration, event.position())
        pressed = event.type() == QEvent.Type.MouseButtonPress
        left = Qt.MouseButton.LeftButton
        held = event.button() == left if pressed else bool(event.buttons() & left)
        if held and iteration != self._asked:
            self._asked = iteration
            self._travel(iteration)

    def _iteration_at(self, place: QPointF) -> int:
        scene = self._widget.mapToScene(place.toPoint())
        x = self._item.vb.mapSceneToView(scene).x()
        return int(min(max(round(x), 0), self._newest))

    def _point_at(self, iteration: int | None, place: QPointF) -> None:
        self._hovered = iteration
        self._label.setVisible(iteration is not None)
        self._pointer.setVisible(iteration is not None)
        if iteration is None:
            return
        self._pointer.setValue(iteration)
        self._label.setText(self._hint_of(iteration))
        self._label.adjustSize()
        beside = self.position_of(iteration).x() + 10
        if beside + self._label.width() > self._widget.width() - 4:
            beside -= self._label.width() + 20
        above = max(4, round(place.y()) - self._label.height() - 8)
        self._label.move(beside, above)


def _smallest_above_zero(values: Values) -> float:
    """The least of the values above 0; 0 if there is none."""
    positive = values[values > 0]
    return float(positive.min()) if len(positive) else 0.0
