"""The drawing of E per iteration; the only place that pyqtgraph's types come to.

pyqtgraph takes a quarter of a second to import, so whoever imports this module does so late.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.arrays import Array
from gui import theme as themes
from gui.decimation import decimated
from gui.scales import Scale, nice_above, scale_of, tick_texts, whole_ticks_to
from gui.theme import Theme
from gui.translation import tr

_FEWEST_ITERATIONS = 10
_DOTS_UP_TO = 40
_PAD_X, _PAD_Y = 0.015, 0.06
_BESIDE_LABELS = 6
# In lines of text: with less, the axes have no titles.
_LINES_FOR_TITLES = 5.5
_LINES_BETWEEN_TICKS = 1.6
_MOST_STEPS = 6


class LossPlot(QWidget):
    """The curve, its cursor and the mark where a run failed.

    hint: what to say of an iteration; travel: called with the iteration clicked.
    """

    def __init__(self, hint: Callable[[int], str], travel: Callable[[int], None]) -> None:
        super().__init__()
        self._hint_of, self._travel = hint, travel
        self.points = 0
        self._newest = 0
        self._hovered: int | None = None
        self._asked: int | None = None
        self._right = 0.0
        self._least = 0.0
        self._scale = Scale(0.0, 0.0, (), False)
        self._theme: Theme | None = None
        self._shown: tuple[Array, int, tuple[int, str] | None, bool] | None = None
        self._widget: Any = pg.PlotWidget()
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
        self._error_title = QLabel(tr("E"), self._widget)
        self._error_title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._widget)

    def _add_items(self) -> None:
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
        self._pointer.hide()

    def sizeHint(self) -> QSize:
        return QSize(400, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 64)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw_again()

    @property
    def has_titles(self) -> bool:
        """Whether there is room for the titles of the axes."""
        return self.height() >= _LINES_FOR_TITLES * self._line

    @property
    def _line(self) -> int:
        return QFontMetrics(self.font()).height()

    def _steps_beside_the_curve(self) -> float:
        """For how many steps from tick to tick the vertical axis has room."""
        room = self.height() - self._bottom_height() - 10
        fitting = room * (1 - 2 * _PAD_Y) / (_LINES_BETWEEN_TICKS * self._line)
        return min(max(fitting, 1.0), _MOST_STEPS if self.has_titles else 2)

    def _bottom_height(self) -> int:
        return self._line * (2 if self.has_titles else 1) + 6

    # Looks

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._theme is not None:
            self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._widget.setBackground(theme.surface)
        for side in ("bottom", "left"):
            axis = self._item.getAxis(side)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, hideOverlappingLabels=False)
        bottom = self._item.getAxis("bottom")
        bottom.setLabel(tr("iteration"), color=theme.muted)
        bottom.label.setFont(self.font())
        self._error_title.setFont(self.font())
        self._error_title.setStyleSheet(f"color: {theme.muted}")
        self._error_title.adjustSize()
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
        self._draw_again()

    # The run

    def show_run(
        self, losses: Array, current: int, failure: tuple[int, str] | None, logarithmic: bool
    ) -> None:
        """Draws the run; where it failed, and what is written there."""
        self._shown = losses, current, failure, logarithmic
        self._make_room()
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
        few = furthest < _FEWEST_ITERATIONS
        self._set_right(max(math.ceil(furthest) + 1, 2) if few else nice_above(furthest))
        self._set_scale(scale_of(y, logarithmic, self._steps_beside_the_curve()))
        self._least = _smallest_above_zero(y) if logarithmic else 0.0
        heights = self._scale.heights(np.maximum(y, self._least))
        self._curve.setData(x, heights, skipFiniteCheck=True)
        few = len(losses) <= _DOTS_UP_TO
        self._dots.setData(x if few else [], heights if few else [])
        self._set_cursor(losses, current)
        self._set_failure(failure)
        if self._hovered is not None:
            self._label.setText(self._hint_of(self._hovered))

    def _draw_again(self) -> None:
        if self._shown is not None:
            self._right, self._scale = 0.0, Scale(0.0, 0.0, (), False)
            self.show_run(*self._shown)

    def _make_room(self) -> None:
        """Gives the axes the titles and the room for labels that the height allows."""
        bottom = self._item.getAxis("bottom")
        if bottom.label.isVisible() != self.has_titles:
            bottom.showLabel(self.has_titles)
        bottom.setHeight(self._bottom_height())
        self._error_title.setVisible(self.has_titles)

    def _set_cursor(self, losses: Array, current: int) -> None:
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
        self._item.getAxis("bottom").setTicks([self._iteration_ticks(right)])

    def _iteration_ticks(self, right: float) -> list[tuple[int, str]]:
        widest = QFontMetrics(self.font()).horizontalAdvance(f"{right:.0f}")
        most = max(1, int((self.width() - 100) / (2.5 * widest)))
        most = min(most, _FEWEST_ITERATIONS if right <= _FEWEST_ITERATIONS else 6)
        return [(tick, str(tick)) for tick in whole_ticks_to(right, most)]

    def _set_scale(self, scale: Scale) -> None:
        if scale == self._scale:
            return
        self._scale = scale
        heights = scale.heights(scale.ticks).tolist()
        texts = tick_texts(scale)
        left = self._item.getAxis("left")
        left.setTicks([list(zip(heights, texts, strict=True))])
        metrics = QFontMetrics(self.font())
        title = metrics.horizontalAdvance("E") + _BESIDE_LABELS if self.has_titles else 0
        left.setWidth(max(map(metrics.horizontalAdvance, texts)) + title + 2 * _BESIDE_LABELS)
        # Level with a label at the top, as pyqtgraph will place it once it is laid out.
        room = self.height() - self._bottom_height() - 10
        top = 8 + room * _PAD_Y / (1 + 2 * _PAD_Y)
        self._error_title.move(_BESIDE_LABELS, round(top - self._error_title.height() / 2))

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


def _smallest_above_zero(values: Array) -> float:
    """The least of the values above 0; 0 if there is none."""
    positive = values[values > 0]
    return float(positive.min()) if len(positive) else 0.0
