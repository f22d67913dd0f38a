"""The inspector's two plots. Imports pyqtgraph, so whoever imports this module does so late."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.arrays import Array
from engine.inspection import History, LossSlice
from gui import theme as themes
from gui.numbers import NumberFormat
from gui.theme import LIGHT, Theme
from gui.translation import tr

_PAD = 0.06
_DOTS_UP_TO = 30
_AXIS_DIGITS = 4
_HEIGHT_IN_LINES = 9


@dataclass(frozen=True, slots=True)
class Span:
    """What an axis shows; pyqtgraph gets 0 to 1 only: it cannot draw 1e-300 or 1e300."""

    low: float
    high: float

    def places(self, values: Array) -> Array:
        """Where values are: 0 at `low`, 1 at `high`."""
        # Halved, so that the distance of the two greatest doubles is still finite.
        return np.asarray((values / 2 - self.low / 2) / (self.high / 2 - self.low / 2))

    def ticks(self, most: int, whole: bool = False) -> list[tuple[float, str]]:
        """Round numbers within, about `most`, with their places."""
        width = self.high / 2 - self.low / 2
        power = 10.0 ** math.floor(math.log10(2 * width / most)) if 2 * width < 1e308 else 1e308
        step = next((n * power for n in (1, 2, 5, 10) if n * power * most >= 2 * width), power)
        if whole:
            step = max(1.0, round(step))
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        texts = NumberFormat(max(_AXIS_DIGITS, self._digits(step)))
        values = [
            float(f"{index * step:.12g}") for index in range(first, min(last, first + 12) + 1)
        ]
        places = self.places(np.array(values)).tolist() if values else []
        return [(place, texts.text(value)) for place, value in zip(places, values, strict=True)]

    def _digits(self, step: float) -> int:
        greatest = max(abs(self.low), abs(self.high))
        return min(12, math.ceil(math.log10(greatest / step)) + 1) if greatest > step else 1


def span_of(values: Array) -> Span:
    """From the least to the greatest of finite values, with room where they are all the same."""
    if not len(values):
        return Span(0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if high / 2 - low / 2 <= abs(high) * 1e-9 or high - low < 1e-300:
        room = max(abs(high) * 0.1, 1e-300) if high else 1.0
        return Span(max(low - room, -1.7e308), min(high + room, 1.7e308))
    return Span(low, high)


class SmallPlot(QWidget):
    """One curve in 1 px, without a menu, a zoom or buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT
        self._x, self._y = Span(0.0, 1.0), Span(0.0, 1.0)
        self._widget: Any = pg.PlotWidget()
        self._item: Any = self._widget.getPlotItem()
        self._item.setMenuEnabled(False)
        self._item.hideButtons()
        self._item.layout.setContentsMargins(2, 6, 14, 2)
        self._item.setMouseEnabled(x=False, y=False)
        self._item.disableAutoRange()
        self._item.setXRange(-_PAD, 1 + _PAD, padding=0)
        self._item.setYRange(-2 * _PAD, 1 + 2 * _PAD, padding=0)
        self._widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._curve: Any = pg.PlotDataItem(antialias=False, skipFiniteCheck=True)
        self._dots: Any = pg.ScatterPlotItem(size=4, pxMode=True)
        for item in (self._curve, self._dots):
            self._item.addItem(item, ignoreBounds=True)
        self.viewport.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._widget)

    @property
    def viewport(self) -> QWidget:
        """What takes the mouse."""
        widget: QWidget = self._widget.viewport()
        return widget

    def sizeHint(self) -> QSize:
        return QSize(220, self.fontMetrics().height() * _HEIGHT_IN_LINES)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() * _HEIGHT_IN_LINES)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme: pyqtgraph asks no palette."""
        self.theme = theme
        self._widget.setBackground(theme.surface)
        for side in ("bottom", "left"):
            axis = self._item.getAxis(side)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, hideOverlappingLabels=True, tickTextOffset=3)
        grid = themes.mixed(theme.line, theme.surface, 0.6)
        self._item.getAxis("left").setTickPen(pg.mkPen(grid))
        self._curve.setPen(pg.mkPen(theme.positive, width=1))
        self._dots.setBrush(pg.mkBrush(theme.positive))
        self._dots.setPen(None)

    def curve(self) -> tuple[Array, Array]:
        """The points of the curve, from 0 to 1 along either axis."""
        x, y = self._curve.getData()
        return x, y

    def _span(self, x: Span, y: Span, whole: bool) -> None:
        self._x, self._y = x, y
        wide = self.width() > 300
        self._item.getAxis("bottom").setTicks([x.ticks(5 if wide else 3, whole)])
        self._item.getAxis("left").setTicks([y.ticks(4)])

    def place_of(self, x: float, y: float | None = None) -> QPoint:
        """Where a value is, on the viewport."""
        across = float(self._x.places(np.array(x)))
        up = 0.5 if y is None else float(self._y.places(np.array(y)))
        scene = self._item.vb.mapViewToScene(QPointF(across, up))
        return QPoint(self._widget.mapFromScene(scene))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes every mouse event: pyqtgraph would move the view, and lose it."""
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseMove if isinstance(
                event, QMouseEvent
            ):
                self._mouse(event)
            case QEvent.Type.Leave:
                self._left()
                return False
            case (
                QEvent.Type.MouseButtonRelease
                | QEvent.Type.MouseButtonDblClick
                | QEvent.Type.ContextMenu
            ):
                pass
            case QEvent.Type.Wheel:
                event.ignore()
            case _:
                return super().eventFilter(watched, event)
        return True

    def _mouse(self, event: QMouseEvent) -> None:
        """Moved, or pressed."""

    def _left(self) -> None:
        """No longer pointed at."""


class HistoryPlot(SmallPlot):
    """One element over the run; a click asks to travel to an iteration that is drawn."""

    travel_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._iterations: Array = np.zeros(0)
        self._values: Array = np.zeros(0)
        self._numbers = NumberFormat()
        self._cursor: Any = pg.InfiniteLine(angle=90)
        self._pointer: Any = pg.InfiniteLine(angle=90)
        self._pointer.hide()
        self._changed: frozenset[int] = frozenset()
        self._changes: Any = pg.PlotDataItem(antialias=False, skipFiniteCheck=True)
        for line in (self._pointer, self._cursor, self._changes):
            line.setZValue(-5)
            self._item.addItem(line, ignoreBounds=True)
        self._label = QLabel(self._widget)
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label.hide()
        self.viewport.setMouseTracking(True)
        self.viewport.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._cursor.setPen(pg.mkPen(themes.mixed(theme.text, theme.surface, 0.55)))
        self._pointer.setPen(pg.mkPen(theme.muted, style=Qt.PenStyle.DotLine))
        self._changes.setPen(pg.mkPen(theme.accent, style=Qt.PenStyle.DashLine))
        self._label.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; padding: 1px 5px;"
            f"border: 1px solid {theme.line}; border-radius: 3px"
        )

    def show_history(
        self,
        history: History,
        current: int,
        numbers: NumberFormat,
        changed: tuple[int, ...] = (),
    ) -> None:
        """Draws the finite values, with the cursor on iteration `current`.

        changed: the iterations from which on a person made it another; each has a line.
        """
        finite = np.isfinite(history.values)
        self._iterations = history.iterations[finite].astype(np.float64)
        self._values, self._numbers = history.values[finite], numbers
        newest = max(float(history.iterations.max(initial=0)), float(current), 1.0)
        self._span(Span(0.0, newest), span_of(self._values), whole=True)
        x, y = self._x.places(self._iterations), self._y.places(self._values)
        self._curve.setData(x, y, skipFiniteCheck=True)
        few = len(x) <= _DOTS_UP_TO
        self._dots.setData(x if few else [], y if few else [])
        self._cursor.setValue(float(self._x.places(np.array(float(current)))))
        self._changed = frozenset(changed)
        at = np.repeat(self._x.places(np.array(sorted(self._changed), dtype=np.float64)), 2)
        self._changes.setData(at, np.tile([-1.0, 2.0], len(at) // 2), connect="pairs")

    def hint_text(self) -> str:
        """What is said of the iteration pointed at; empty where none is."""
        return "" if self._label.isHidden() else self._label.text()

    def _nearest(self, place: QPointF) -> int | None:
        if not len(self._iterations):
            return None
        scene = self._widget.mapToScene(place.toPoint())
        x = self._item.vb.mapSceneToView(scene).x()
        return int(np.abs(self._x.places(self._iterations) - x).argmin())

    def _mouse(self, event: QMouseEvent) -> None:
        at = self._nearest(event.position())
        if at is None:
            return
        iteration = int(self._iterations[at])
        self._pointer.setValue(float(self._x.places(self._iterations[at : at + 1])[0]))
        self._pointer.show()
        value = self._numbers.text(float(self._values[at]))
        text = tr("iteration {iteration} · {value}", iteration=iteration, value=value)
        if iteration in self._changed:
            text = tr("{text} · changed by hand", text=text)
        self._label.setText(text)
        self._label.adjustSize()
        right = self._widget.width() - self._label.width() - 2
        self._label.move(max(2, min(round(event.position().x()) + 8, right)), 2)
        self._label.show()
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and event.button() == Qt.MouseButton.LeftButton
        ):
            self.travel_requested.emit(iteration)

    def _left(self) -> None:
        self._label.hide()
        self._pointer.hide()


class SlicePlot(SmallPlot):
    """E along one parameter: the point, the tangent there, and where the update lands."""

    def __init__(self) -> None:
        super().__init__()
        self._tangent: Any = pg.PlotDataItem(antialias=False, skipFiniteCheck=True)
        # A ring, so that an update that lands within it is seen too.
        self._here: Any = pg.ScatterPlotItem(size=14, pxMode=True, brush=None)
        self._lands: Any = pg.ScatterPlotItem(size=8, pxMode=True, symbol="t")
        self._landing_text: Any = pg.TextItem(anchor=(0, 0))
        self._landing: Any = pg.InfiniteLine(angle=90)
        self._landing.setZValue(-5)
        for item in (
            self._landing,
            self._tangent,
            self._here,
            self._lands,
            self._landing_text,
        ):
            self._item.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._tangent.setPen(pg.mkPen(theme.gradient, width=1, style=Qt.PenStyle.DashLine))
        self._here.setPen(pg.mkPen(theme.negative, width=1))
        self._lands.setBrush(pg.mkBrush(theme.update))
        self._lands.setPen(pg.mkPen(theme.surface, width=1))
        self._landing_text.setColor(theme.update)
        self._landing_text.setFont(self.font())
        self._landing.setPen(pg.mkPen(theme.update, width=1, style=Qt.PenStyle.DotLine))

    def show_slice(self, along: LossSlice) -> None:
        """Draws the curve, what is not finite left out."""
        finite = np.isfinite(along.errors)
        values, errors = along.values[finite], along.errors[finite]
        self._span(span_of(along.values), span_of(errors), whole=False)
        x, y = self._x.places(values), self._y.places(errors)
        self._curve.setData(x, y, skipFiniteCheck=True)
        self._dots.setData([], [])
        self._mark(self._here, along.at)
        self._mark(self._lands, along.lands)
        for item in (self._lands, self._landing, self._landing_text):
            item.setVisible(along.moves)
        if along.moves:
            self._label_landing(float(self._x.places(np.array(along.lands[0]))))
        drawn = bool(np.isfinite(along.tangent).all())
        self._tangent.setVisible(drawn)
        if drawn:
            x, y = self._x.places(along.values), self._y.places(along.tangent)
            self._tangent.setData(x[[0, -1]], y[[0, -1]], skipFiniteCheck=True)

    def _label_landing(self, x: float) -> None:
        self._landing.setValue(x)
        self._landing_text.setText(tr("update"))
        self._landing_text.setAnchor((0 if x <= 0.5 else 1, 0))
        self._landing_text.setPos(x, 1 + 2 * _PAD)

    def _mark(self, mark: Any, point: tuple[float, float]) -> None:
        x = float(self._x.places(np.array(point[0])))
        y = float(self._y.places(np.array(point[1])))
        mark.setData(*(([x], [y]) if math.isfinite(x) and math.isfinite(y) else ([], [])))
