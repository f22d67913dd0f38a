"""Time, full width: the whole run, and below it the four phases of the iteration shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from engine.bookmarks import Bookmark
from engine.frame import Frame
from engine.position import Position
from gui import theme as themes
from gui.event_filters import keep_keys, on_event
from gui.hint_label import HintLabel
from gui.scrubbing import Scrub
from gui.theme import Theme
from gui.timeline.counter import counter_lines, counter_width, paint_counter
from gui.timeline.drag import RunDrag, StepDrag
from gui.timeline.lettering import lettering
from gui.timeline.marks import Change, Failure, Marks, Stop
from gui.timeline.run_row import RunRow, iteration_of
from gui.timeline.step_paint import row_height
from gui.timeline.step_row import StepRow
from gui.timeline.words import describe_iteration, describe_mark, describe_place, describe_step
from gui.translation import tr

_MARGIN = 8
_KNOB = 4  # Half as wide as the run's cursor, which is whole at either end.
_ABOVE_AND_BELOW_NUMBERS = 3
_DESCRIBED_AFTER_MS = 120
_NOTCH = 120
_ALT = Qt.KeyboardModifier.AltModifier
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ITERATIONS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_MARKS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class TimelineBar(QWidget):
    """Two rows to travel in: a click or a drag on the run asks for an iteration, below for a Step.

    The wheel goes one iteration or Step at a time; Shift slows a drag to one iteration a pixel.
    With the focus: Alt+Left/Right a Step, Alt+Up/Down an iteration, Alt+PageUp/PageDown to what
    is marked. travel_requested, bookmark_requested, breakpoint_requested: a Position;
    iteration_requested, iteration_breakpoint_requested: an int; removal_requested: the Bookmark or
    Stop to take away.
    """

    travel_requested = Signal(object)
    iteration_requested = Signal(object)
    bookmark_requested = Signal(object)
    breakpoint_requested = Signal(object)
    iteration_breakpoint_requested = Signal(object)
    removal_requested = Signal(object)
    go_to_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = themes.LIGHT
        self._frame: Frame | None = None
        self._batches_per_epoch = 1
        self._letters = lettering(self.font())
        self._run, self._steps = RunRow(), StepRow()
        self._drag: RunDrag | StepDrag | None = None
        self._dragged_to: object = None
        self._turned = 0
        self._scrub = Scrub(self)
        self._scrub.asked.connect(self._ask)
        self._hint = HintLabel(self)
        self._hint.set_theme(self._theme)
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Timeline"))
        on_event(self, QEvent.Type.ToolTip, self._show_tooltip)
        # The window may use these keys too, while the focus is elsewhere.
        keep_keys(self, self._is_ours)
        self._arrange()

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        """Shows where in the run and in its iteration the Frame stands."""
        if self._frame is None:
            self.update()
        counter = self._counter()
        self._frame = frame
        iteration = frame.position.iteration
        changed = self._steps.show(frame.program, frame.position.step)
        self.update(changed.translated(0, self._run_height))
        if iteration > self._run.newest:
            self.update(self._run.set_newest(iteration))
        self.update(self._run.show(iteration))
        if self._counter() != counter:
            self._refit_counter()
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)

    def set_run(self, newest_iteration: int, batches_per_epoch: int) -> None:
        """How far the run has come, and how many iterations an epoch takes."""
        self.update(self._run.set_newest(newest_iteration))
        if batches_per_epoch != self._batches_per_epoch:
            self._batches_per_epoch = batches_per_epoch
            self._run.set_batches(batches_per_epoch)
            self._arrange()

    def set_bookmarks(self, bookmarks: Sequence[Bookmark]) -> None:
        """The bookmarks of the run."""
        self._mark(replace(self._run.marks, bookmarks=tuple(bookmarks)))

    def set_breakpoints(self, breakpoints: Sequence[Stop]) -> None:
        """The breakpoints that have a place: an iteration, a phase or a Step."""
        self._mark(replace(self._run.marks, stops=tuple(breakpoints)))
        self._steps.set_stops(tuple(breakpoints))

    def set_edits(self, edits: Sequence[Change]) -> None:
        """What was changed by hand in the run."""
        self._mark(replace(self._run.marks, changes=tuple(edits)))

    def set_non_finite(self, failure: Failure | None) -> None:
        """Where the run stopped being finite, if it did."""
        self._mark(replace(self._run.marks, failure=failure))

    def _mark(self, marks: Marks) -> None:
        if marks != self._run.marks:
            self._run.set_marks(marks)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        self._run.set_theme(theme)
        self._steps.set_theme(theme)
        self._hint.set_theme(theme)
        self.update()

    # What there is to see

    def tick_centre(self, step: int) -> QPoint:
        """The middle of a Step's tick."""
        return self._steps.tick_centre(step).toPoint() + QPoint(0, self._run_height)

    def place_of(self, iteration: int) -> QPoint:
        """Where an iteration is on the run."""
        return QPoint(round(self._run.x_of(iteration)), self._run_height // 2)

    def labels(self) -> tuple[str, ...]:
        """What is written below the ticks; empty texts where there is no room."""
        return self._steps.plan.labels

    def hovered(self) -> int | None:
        """The Step whose tick is shown as pointed at."""
        return self._steps.hovered

    def hint(self) -> str:
        """What is said of the iteration pointed at or dragged to; empty where none is."""
        return self._hint.said()

    def counter_text(self) -> str:
        """The iteration, and the epoch where that is another number."""
        return " · ".join(reversed(self._counter()))

    def _counter(self) -> tuple[str, ...]:
        return counter_lines(self._frame, self._batches_per_epoch)

    def _describe(self) -> None:
        if self._frame is None:
            return
        here = self._frame.position.iteration
        marks = self._run.marks_at(self._run.x_of(here))
        said = [describe_mark(mark) for mark in marks if iteration_of(mark) == here]
        self.setAccessibleDescription("; ".join((describe_place(self._frame), *said)))

    # Measures

    def sizeHint(self) -> QSize:
        return QSize(600, self._run_height + row_height(self._letters))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    @property
    def _run_height(self) -> int:
        return round(self._letters.line) + _ABOVE_AND_BELOW_NUMBERS

    def _counter_width(self) -> int:
        wanted = counter_width(self._counter(), self._letters)
        return round(min(wanted, self.width() * 0.35))

    def _arrange(self) -> None:
        """Gives the rows their places."""
        self._rows_width = max(50, self.width() - self._counter_width())
        run, steps = self._run_rect().size(), self._steps_rect().size()
        self._run.lay_out(run, _MARGIN + _KNOB, run.width() - _KNOB - 1, self._letters)
        self._steps.lay_out(steps, _MARGIN, steps.width() - 1, self._letters)
        self.update()

    def _refit_counter(self) -> None:
        if self._rows_width != max(50, self.width() - self._counter_width()):
            self._arrange()
        self.update(self._counter_rect())

    def _run_rect(self) -> QRect:
        return QRect(0, 0, self._rows_width, self._run_height)

    def _steps_rect(self) -> QRect:
        return QRect(0, self._run_height, self._rows_width, self.height() - self._run_height)

    def _counter_rect(self) -> QRect:
        return QRect(self._rows_width, 0, self.width() - self._rows_width, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._point_at_nothing()
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(tr("Timeline"))
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._letters = lettering(self.font())
            self._arrange()
            self.updateGeometry()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            region = event.region()
            for part, paint in (
                (self._run_rect(), self._paint_run),
                (self._steps_rect(), self._paint_steps),
                (self._counter_rect(), self._paint_counter),
            ):
                # Two small places in two rows, not the large one around both.
                dirty = region.intersected(part).boundingRect()
                if not dirty.isEmpty():
                    painter.setClipRect(dirty)
                    paint(painter, dirty)
            painter.setClipping(False)
            if self.hasFocus():
                painter.setPen(QColor(self._theme.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_run(self, painter: QPainter, dirty: QRect) -> None:
        if self._frame is None:
            painter.fillRect(dirty, QColor(self._theme.window))
        else:
            self._run.paint(painter, dirty, self.devicePixelRatioF())

    def _paint_steps(self, painter: QPainter, dirty: QRect) -> None:
        if self._frame is None:
            painter.fillRect(dirty, QColor(self._theme.window))
            return
        top = self._steps_rect().top()
        painter.translate(0, top)
        self._steps.paint(painter, dirty.translated(0, -top), self.devicePixelRatioF())
        painter.translate(0, -top)

    def _paint_counter(self, painter: QPainter, _dirty: QRect) -> None:
        rect, lines = self._counter_rect(), self._counter()
        paint_counter(painter, rect, lines, self._theme, self._letters)

    # The mouse

    def _show_tooltip(self, event: QEvent) -> bool:
        assert isinstance(event, QHelpEvent)
        x, index = event.pos().x(), self._step_at(event.pos())
        if self._frame is None or index is None:
            QToolTip.hideText()
            return True
        said = describe_step(self._frame, index, self._steps.stops_at(x, index))
        QToolTip.showText(event.globalPos(), said, self)
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._drag is not None:
            self._drag_to(event.position().x(), event.modifiers())
            return
        self._hover_step(self._step_at(place))
        if self._is_on_run(place):
            self._show_hint(place.x(), self._run.iteration_at(place.x()))
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self._hint.hide()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at_nothing()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton or self._frame is None:
            super().mousePressEvent(event)
            return
        flag = self._flag_at(place.x()) if self._is_on_run(place) else None
        if flag is not None:
            self.travel_requested.emit(flag.position)
        elif self._is_on_run(place):
            self._begin(RunDrag(self._run), event)
        elif self._step_at(place) is not None:
            self._begin(StepDrag(self._steps, self._frame.position.iteration), event)

    def _begin(self, drag: RunDrag | StepDrag, event: QMouseEvent) -> None:
        self._drag, self._dragged_to = drag, None
        self._drag_to(event.position().x(), event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag = None
            self._scrub.end()

    def _drag_to(self, x: float, modifiers: Qt.KeyboardModifier) -> None:
        assert self._drag is not None
        place = self._drag.to(x, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        if isinstance(place, int):
            self._show_hint(round(x), place)
        if place != self._dragged_to:
            self._dragged_to = place
            self._scrub.to(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if ctrl or self._frame is None:
            super().wheelEvent(event)
            return
        self._turned += event.angleDelta().y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches and self._is_on_run(event.position().toPoint()):
            self._go_iterations(notches)
            self._hint.hide()
        elif notches:
            self._go_steps(notches)
        event.accept()

    def _ask(self, place: object) -> None:
        if isinstance(place, Position):
            self.travel_requested.emit(place)
        else:
            self.iteration_requested.emit(place)

    def _go_iterations(self, by: int) -> None:
        waiting = self._scrub.waiting
        start = waiting if isinstance(waiting, int) else self._run.here
        to = min(max(start + by, 0), self._run.newest)
        if to != start:
            self._scrub.to(to)

    def _go_steps(self, by: int) -> None:
        assert self._frame is not None
        waiting = self._scrub.waiting
        start = waiting if isinstance(waiting, Position) else self._frame.position
        step = min(max(start.step + by, -1), self._frame.program.last)
        if step != start.step:
            self._scrub.to(Position(start.iteration, step))

    def _is_on_run(self, place: QPoint) -> bool:
        on_row = 0 <= place.y() < self._run_height and place.x() < self._rows_width
        return on_row and self._frame is not None

    def _step_at(self, place: QPoint) -> int | None:
        if self._frame is None or place.y() < self._run_height:
            return None
        return self._steps.plan.step_at(place.x())

    def _flag_at(self, x: float) -> Bookmark | None:
        return next((each for each in self._run.marks_at(x) if isinstance(each, Bookmark)), None)

    def _hover_step(self, index: int | None) -> None:
        if index is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if not self._steps.is_empty:
            self.update(self._steps.hover(index).translated(0, self._run_height))

    def _point_at_nothing(self) -> None:
        self._hover_step(None)
        self._hint.hide()

    def _show_hint(self, x: int, iteration: int) -> None:
        marks = self._run.marks_at(x) if self._drag is None else []
        said = describe_iteration(iteration, self._batches_per_epoch, marks)
        if self._drag is not None and self._run.iterations_per_pixel > 1:
            said = "\n".join((said, tr("Shift: one iteration a pixel")))
        self._hint.say(said, QPoint(x, self._run_height + 1))

    # The keyboard

    def _is_ours(self, event: QKeyEvent) -> bool:
        ours = {**_STEPS, **_ITERATIONS, **_MARKS}
        return bool(event.modifiers() & _ALT) and event.key() in ours

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._frame is None or not self._is_ours(event):
            super().keyPressEvent(event)
            return
        for moves, go in (
            (_STEPS, self._go_steps),
            (_ITERATIONS, self._go_iterations),
            (_MARKS, self._go_to_mark),
        ):
            by = next((by for key, by in moves.items() if key == event.key()), 0)
            if by:
                go(by)

    def _go_to_mark(self, by: int) -> None:
        """To the next place that is marked, or the one before."""
        here = self._run.here
        ahead = [each for each in self._run.marks.iterations if (each - here) * by > 0]
        if ahead:
            self._scrub.to(min(ahead) if by > 0 else max(ahead))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # The menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._frame is None:
            return
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self.tick_centre(max(self._frame.position.step, 0)) if by_key else event.pos()
        menu = self.menu_at(place)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(place))

    def menu_at(self, place: QPoint) -> QMenu:
        """What can be done with a place: a bookmark, a breakpoint, going to an iteration."""
        assert self._frame is not None
        here, menu = self._frame.position, QMenu(self)
        if self._is_on_run(place):
            here = replace(here, iteration=self._run.iteration_at(place.x()))
            text = tr("B&reakpoint at iteration {iteration}", iteration=here.iteration)
            self._offer(menu, text, self.iteration_breakpoint_requested, here.iteration)
        else:
            index = self._step_at(place)
            here = here if index is None else Position(here.iteration, index)
            self._offer(menu, tr("B&reakpoint here"), self.breakpoint_requested, here)
        self._offer(menu, tr("Add &bookmark here…"), self.bookmark_requested, here)
        self._offer(menu, tr("&Go to iteration…"), self.go_to_requested)
        marked = self._marked_at(place)
        if marked:
            menu.addSeparator()
        for mark in marked:
            text = tr("Remove the {mark}", mark=describe_mark(mark).replace("&", "&&"))
            self._offer(menu, text, self.removal_requested, mark)
        return menu

    def _marked_at(self, place: QPoint) -> list[Bookmark | Stop]:
        """The bookmarks and breakpoints at a place of either row."""
        if self._is_on_run(place):
            marks = self._run.marks_at(place.x())
            return [mark for mark in marks if isinstance(mark, Bookmark | Stop)]
        index = self._step_at(place)
        return [] if index is None else [*self._steps.stops_at(place.x(), index)]

    def _offer(self, menu: QMenu, text: str, signal: SignalInstance, *what: object) -> None:
        menu.addAction(text).triggered.connect(partial(_emit, signal, what))


def _emit(signal: SignalInstance, what: tuple[object, ...], *_checked: bool) -> None:
    signal.emit(*what)
