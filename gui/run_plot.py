"""A plot over the iterations of a run, with a cursor; the frame of the loss and the metrics.

pyqtgraph takes a quarter of a second to import, so whoever imports this module does so late.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QContextMenuEvent, QFontMetrics, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui import theme as themes
from gui.hint_label import HintLabel
from gui.scales import Scale, nice_above, tick_texts, whole_ticks_to
from gui.scrubbing import Scrub
from gui.theme import LIGHT, Theme
from gui.translation import tr

_FEWEST_ITERATIONS = 10
_PAD_X, _PAD_Y = 0.015, 0.06
_BESIDE_LABELS = 6
# In lines of text: with less, the axes have no titles.
_LINES_FOR_TITLES = 5.5
_LINES_BETWEEN_TICKS = 1.6
_MOST_STEPS = 6
_NO_SCALE = Scale(0.0, 0.0, (), False)


class RunPlot(QWidget):
    """Axes, a cursor on the current iteration, travel by a click or a drag.

    hint: what to say of an iteration. travel_requested: an int, at most once a frame.
    menu_requested: where, on the screen.
    """

    travel_requested = Signal(object)
    menu_requested = Signal(object)

    def __init__(self, hint: Callable[[int], str], title: str) -> None:
        super().__init__()
        self._hint_of = hint
        # The last iteration that can be travelled to, and the last one that can be pointed at.
        self._newest, self._last = 0, 0
        self._hovered: int | None = None
        self._asked: int | None = None
        self._right = 0.0
        self._scale = _NO_SCALE
        self._theme: Theme = LIGHT
        self._line_width = 1.0
        self._scrub = Scrub(self)
        self._scrub.asked.connect(self.travel_requested)
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
        self._add_frame()
        viewport = self._widget.viewport()
        viewport.setMouseTracking(True)
        viewport.setCursor(Qt.CursorShape.CrossCursor)
        viewport.installEventFilter(self)
        self._label = HintLabel(self._widget)
        self._value_title = QLabel(title, self._widget)
        self._value_title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._widget)

    def _add_frame(self) -> None:
        self._failed: Any = pg.LinearRegionItem(movable=False)
        self._failed.setZValue(-10)
        self._failed_text: Any = pg.TextItem(anchor=(0.5, 0.5))
        self._cursor: Any = pg.InfiniteLine(angle=90)
        self._pointer: Any = pg.InfiniteLine(angle=90)
        self._pointer.hide()
        self._failed_text.setZValue(10)
        self._add(self._failed, self._pointer, self._cursor, self._failed_text)
        self._set_failure(None)

    def _add(self, *items: Any) -> None:
        for item in items:
            self._item.addItem(item, ignoreBounds=True)

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

    @property
    def _buckets(self) -> int:
        """How many points a curve needs: segments shorter than a pixel are not drawn."""
        width: float = self._item.vb.width()
        return max(100, round(width))

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
        if event.type() == QEvent.Type.FontChange:
            self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme: pyqtgraph asks no palette."""
        self._theme = theme
        self._widget.setBackground(theme.surface)
        for side in ("bottom", "left"):
            axis = self._item.getAxis(side)
            axis.setPen(self._pen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, hideOverlappingLabels=False)
        bottom = self._item.getAxis("bottom")
        bottom.setLabel(tr("iteration"), color=theme.muted)
        bottom.label.setFont(self.font())
        self._value_title.setFont(self.font())
        self._value_title.setStyleSheet(f"color: {theme.muted}")
        grid = themes.mixed(theme.line, theme.surface, 0.6)
        self._item.getAxis("left").setTickPen(self._pen(grid))
        self._cursor.setPen(self._pen(themes.mixed(theme.text, theme.surface, 0.55)))
        self._pointer.setPen(pg.mkPen(theme.muted, style=Qt.PenStyle.DotLine))
        hatch = QBrush(themes.mixed(theme.muted, theme.surface, 0.55), Qt.BrushStyle.BDiagPattern)
        self._failed.setBrush(hatch)
        for line in self._failed.lines:
            line.setPen(self._pen(theme.muted))
        self._failed_text.setColor(theme.text)
        self._failed_text.fill = pg.mkBrush(theme.surface)
        self._label.set_theme(theme)
        self._draw_again()

    def draw_as_lines(self, width: float) -> None:
        """From now on nothing is kept as pixels: the plot stays lines wherever it is drawn.

        width: of a line, in pixels of the device; pyqtgraph's pens do not grow with a drawing.
        """
        self._widget.setCacheMode(self._widget.CacheModeFlag.CacheNone)
        for item in self._item.items:
            item.setExportMode(True)
        if width != self._line_width:
            self._line_width = width
            self.set_theme(self._theme)

    def _pen(self, colour: QColor | str, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> Any:
        return pg.mkPen(colour, width=self._line_width, style=style)

    def _draw_again(self) -> None:
        """Draws what is shown once more, as after a change of size or colours."""
        self._right, self._scale = 0.0, _NO_SCALE

    # Axes and cursor

    def _make_room(self) -> None:
        """Gives the axes the titles and the room for labels that the height allows."""
        bottom = self._item.getAxis("bottom")
        if bottom.label.isVisible() != self.has_titles:
            bottom.showLabel(self.has_titles)
        if bottom.fixedHeight != self._bottom_height():
            bottom.setHeight(self._bottom_height())
        self._value_title.setVisible(self.has_titles)

    def _set_reach(
        self, newest: int, current: int, failure: tuple[int, str] | None, last: int = 0
    ) -> None:
        """Makes room for the run, in round steps, so that the axis stands still while it grows.

        last: where other runs end.
        """
        self._newest = max(newest, failure[0] if failure else 0)
        self._last = max(self._newest, last)
        # Room for the mark where a run failed at its end.
        furthest = max(self._last, current) * (1.1 if failure else 1.0)
        few = furthest < _FEWEST_ITERATIONS
        self._set_right(max(math.ceil(furthest) + 1, 2) if few else nice_above(furthest))
        self._cursor.setValue(current)
        self._set_failure(failure)

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

    def _set_title(self, title: str) -> None:
        """What the vertical axis counts."""
        self._value_title.setText(title)
        self._scale = _NO_SCALE

    def _set_scale(self, scale: Scale) -> None:
        if scale == self._scale:
            return
        self._scale = scale
        heights = scale.heights(scale.ticks).tolist()
        texts = tick_texts(scale)
        left = self._item.getAxis("left")
        left.setTicks([list(zip(heights, texts, strict=True))])
        metrics = QFontMetrics(self.font())
        beside = metrics.horizontalAdvance(self._value_title.text()) + _BESIDE_LABELS
        title = beside if self.has_titles else 0
        left.setWidth(max(map(metrics.horizontalAdvance, texts)) + title + 2 * _BESIDE_LABELS)
        self._value_title.adjustSize()
        # Level with a label at the top, as pyqtgraph will place it once it is laid out.
        room = self.height() - self._bottom_height() - 10
        top = 8 + room * _PAD_Y / (1 + 2 * _PAD_Y)
        self._value_title.move(_BESIDE_LABELS, round(top - self._value_title.height() / 2))

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
                self._scrub.end()
            case QEvent.Type.Leave:
                self._point_at(None, QPointF())
                return False
            case QEvent.Type.ContextMenu if isinstance(event, QContextMenuEvent):
                self.menu_requested.emit(event.globalPos())
            case QEvent.Type.MouseButtonDblClick:
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
        to = min(iteration, self._newest)
        if held and to != self._asked:
            self._asked = to
            self._scrub.to(to)

    def _iteration_at(self, place: QPointF) -> int:
        scene = self._widget.mapToScene(place.toPoint())
        x = self._item.vb.mapSceneToView(scene).x()
        return int(min(max(round(x), 0), self._last))

    def _point_at(self, iteration: int | None, place: QPointF) -> None:
        self._hovered = iteration
        self._pointer.setVisible(iteration is not None)
        if iteration is None:
            self._label.hide()
            return
        self._pointer.setValue(iteration)
        x = self.position_of(iteration).x()
        self._label.say(self._hint_of(iteration), QPoint(x, 0))
        above = round(place.y()) - self._label.height() - 8
        self._label.move(self._label.x(), max(4, above))

    def _say_again(self) -> None:
        """What is said of the iteration pointed at may have changed."""
        if self._hovered is not None:
            self._label.say(self._hint_of(self._hovered), self._label_place())

    def _label_place(self) -> QPoint:
        assert self._hovered is not None
        return QPoint(self.position_of(self._hovered).x(), self._label.y())


def heights_of(scale: Scale, values: Any, least: float) -> Any:
    """Where values are drawn; none lower than `least`, the smallest that has a place."""
    return scale.heights(np.maximum(values, least))
