"""The Step stood on as a matrix equation with numbers: [z] = [W] [a] + [b]."""

from __future__ import annotations

import math
from copy import copy
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontInfo,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QScrollBar, QToolTip, QWidget

from engine.expression import Term
from engine.frame import Frame
from gui.event_filters import on_event
from gui.matrix import copy as matrix_copy
from gui.matrix.boxes import Page, Placed, Style
from gui.matrix.layout import MARGIN, lay_out
from gui.matrix.model import Kind, Operand, Scalar, Sheet, lit_cells
from gui.matrix.paint import Marks, PagePainter, shown_cell, threads
from gui.matrix.strip import Strip, strip_of
from gui.matrix.words import description, plain_name, shapes_in_words, tip
from gui.matrix.writer import sheet_at, sheet_of
from gui.notation import Notation
from gui.numbers import NOT_COMPUTED, NumberFormat
from gui.painted_ahead import PaintedAhead
from gui.pictures.picture import Picture, on_background, reach_of
from gui.scroll_thumb import ScrollThumb
from gui.theme import LIGHT, Theme
from gui.translation import tr

_NUMBERS_TO_TEXT = 1.15
_DESCRIBED_AFTER_MS = 120
_HIGHEST_START = 200  # pixels: what the words before the first step need at most
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}

Place = tuple[int, int, int]
"""A matrix by its number, and an element of the engine's array."""


class MatricesView(QAbstractScrollArea):
    """Shows the whole layer's equation, and in it what the Step stood on writes and reads.

    hovered: the Term pointed at, or None. picked: the Term clicked on. Indices are numbers.
    """

    hovered = Signal(object)
    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._sheet = Sheet()
        self._page: Page | None = None
        self._strip: Strip | None = None
        self._foreseen: tuple[Frame, Sheet, Page, Strip] | None = None
        self._numbers = NumberFormat()
        self._notation: Notation = "node"
        self._kept_style: Style | None = None
        self._sample = 0
        self._lit: Term | None = None
        self._pointed_at: Place | None = None
        self._term: Term | None = None
        self._focus: Place | None = None
        self._mouse: QPointF | None = None
        self._size = QSize()
        self._thumb = ScrollThumb(self)
        self._painted_ahead = PaintedAhead(self.viewport())
        self._barred = 0.0, 0, QSize()
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        # It paints all of itself: nothing below it has to be painted first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(tr("matrices of this step"))
        on_event(self.viewport(), QEvent.Type.ToolTip, self._show_tip)
        on_event(self.viewport(), QEvent.Type.Leave, self._left)
        self.set_theme(LIGHT)

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        """Shows the Step that `frame` stands on."""
        before, self._frame = self._frame, frame
        foreseen, self._foreseen = self._foreseen, None
        if not _same_step(before, frame):
            self._page = self._focus = None
            if before is None or before.step is not frame.step:
                self.verticalScrollBar().setValue(0)
                self.horizontalScrollBar().setValue(0)
        if foreseen and foreseen[0] is frame:
            _, sheet, self._page, strip = foreseen
            self._take_sheet(sheet, strip)
        elif self._page is None:
            self._take_sheet(sheet_of(frame, self._sample))
        else:
            self._take_sheet(sheet_at(self._sheet, frame))
        self._follow()

    def foresee(self, frame: Frame) -> None:
        """Lays out what is likely to be shown next; what is shown stays."""
        if not self.isVisible():
            return
        style, at = self._style(), self._scrolled
        if _same_step(self._frame, frame):
            sheet, page = sheet_at(self._sheet, frame), copy(self._laid_out())
            page.take(sheet.operands)
        else:
            sheet = sheet_of(frame, self._sample)
            page = lay_out(sheet, style)
            if self._frame is None or self._frame.step is not frame.step:
                at = QPointF()
        strip = strip_of(sheet, page, style, None)
        self._foreseen = frame, sheet, page, strip
        if sheet.items:
            paint = partial(
                self._paint_page, self.viewport().rect(), sheet, page, strip, Marks(), at
            )
            self._painted_ahead.prepare((sheet, page, strip, at.x(), at.y(), self._painter), paint)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self._painter = PagePainter(theme)
        self._background = QColor(theme.surface)
        self._muted = QColor(theme.muted)
        self.viewport().update()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Writes numbers in this format where there is room."""
        self._numbers = numbers
        self._lay_out_anew()

    def set_notation(self, notation: Notation) -> None:
        """Whose letters name the matrices: W, a, δ, η node by node, W, x, δ, α in matrix form."""
        if notation != self._notation:
            self._notation = notation
            self._lay_out_anew()

    def set_sample(self, column: int) -> None:
        """Looks at this column of the batch, counted from 0."""
        if column != self._sample:
            self._sample = column
            self._page = self._foreseen = None
            self._take_sheet(sheet_of(self._frame, column))

    def set_lit(self, term: Term | None) -> None:
        """Marks what stands for `term`, which is pointed at in another view."""
        self._lit = term
        self.viewport().update()

    def lit_elements(self) -> frozenset[tuple[str, tuple[int, ...]]]:
        """Every element that is marked as pointed at, here or in another view, drawn or not.

        As (the quantity's name in the State, indices as a Term has them), of all samples together.
        """
        found = set()
        for number, mask in self._marks().pointed.items():
            operand = self._sheet.operands[number]
            for row, column in np.argwhere(mask).tolist():
                term = operand.term(row, column, self._sheet.sample)
                if term is not None:
                    indices = tuple(index for index in term.indices if isinstance(index, int))
                    found.add((term.name, indices))
        return frozenset(found)

    def lit_cells(self) -> frozenset[tuple[str, int, int]]:
        """The cells that the Step stood on writes or reads, as (name, row, column)."""
        return frozenset(lit_cells(self._sheet))

    def shapes_text(self) -> str:
        """The shapes of the equation: ``3×1 = 3×2 · 2×1 + 3×1``; "" where there are none."""
        return shapes_in_words(self._frame, self._sheet) if self._frame else ""

    def text_of(self, name: str, row: int = 0, column: int = 0) -> str:
        """The element as it is painted: "" if it is not drawn as a number, "–" if it is empty.

        Of a parameter that is being updated, the one that is written.
        """
        scalar = self._scalar_named(name)
        if scalar is not None:
            return NOT_COMPUTED if scalar.value is None else self._numbers.text(scalar.value)
        numbers = (n for n, each in enumerate(self._sheet.operands)
                   if each.name == name and each.kind is Kind.QUANTITY)  # fmt: skip
        return next((text for n in numbers if (text := self._text_at(n, row, column))), "")

    def text_at(self, number: int, row: int, column: int) -> str:
        """The same for the matrix with this number, counted from the left."""
        return self._text_at(number, row, column)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The matrices of the equation, left to right."""
        return self._sheet.operands

    def is_heat_map(self, number: int) -> bool:
        """Whether the matrix with this number is drawn in colours."""
        return self._placed(number).grid.type is None

    def cell_rect(self, number: int, row: int, column: int) -> QRectF | None:
        """Where an element of the engine's array is drawn, in the viewport."""
        rect = self._placed(number).cell(row, column)
        return rect.translated(-self._scrolled) if rect else None

    def thread_ends(self) -> list[tuple[QPointF, QPointF]]:
        """Where threads from a transpose to its stored matrix begin and end, on the page."""
        return threads(self._sheet, self._laid_out(), self._marks())

    # Copying

    def copy_numpy(self, name: str = "") -> str:
        """Copies a matrix, or the whole Step, as NumPy; returns what was copied."""
        return self._copied(name, matrix_copy.numpy_text, matrix_copy.step_as_numpy)

    def copy_csv(self, name: str = "") -> str:
        """Copies a matrix, or the whole Step, as CSV; returns what was copied."""
        return self._copied(name, matrix_copy.csv_text, matrix_copy.step_as_csv)

    def copy_latex(self, name: str = "") -> str:
        """Copies a matrix, or the whole Step, as LaTeX; returns what was copied."""
        return self._copied(
            name,
            partial(matrix_copy.latex_text, numbers=self._numbers),
            partial(matrix_copy.step_as_latex, numbers=self._numbers),
        )

    def _copied(self, name: str, one: matrix_copy.Copier, whole: matrix_copy.StepCopier) -> str:
        operand = self._sheet.operand_named(name) if name else None
        text = one(operand) if operand else whole(self._sheet)
        QGuiApplication.clipboard().setText(text)
        return text

    def _copy(self, copier: matrix_copy.Copier, operand: Operand) -> None:
        QGuiApplication.clipboard().setText(copier(operand))

    def copy_menu(self, point: QPoint | QPointF) -> QMenu:
        """The menu for a point of the widget: copies the matrix there, or the whole Step."""
        menu = QMenu(self)
        placed = self._matrix_at(QPointF(point))
        if placed is not None:
            self._add_copies_of(menu, placed.operand)
            menu.addSeparator()
        menu.addAction(tr("Copy the whole step as NumPy")).triggered.connect(
            partial(self.copy_numpy, "")
        )
        menu.addAction(tr("Copy the whole step as CSV")).triggered.connect(
            partial(self.copy_csv, "")
        )
        menu.addAction(tr("Copy the whole step as LaTeX")).triggered.connect(
            partial(self.copy_latex, "")
        )
        return menu

    def _add_copies_of(self, menu: QMenu, operand: Operand) -> None:
        name = plain_name(operand, self._notation)
        latex = partial(matrix_copy.latex_text, numbers=self._numbers)
        for text, copier in (
            (tr("Copy {name} as NumPy", name=name), matrix_copy.numpy_text),
            (tr("Copy {name} as CSV", name=name), matrix_copy.csv_text),
            (tr("Copy {name} as LaTeX", name=name), latex),
        ):
            menu.addAction(text).triggered.connect(partial(self._copy, copier, operand))

    # Elsewhere

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """The whole equation in the colours of a theme.

        width: in pixels; without one, as much of the width on the screen as it needs.
        """
        style = self._style() if width is None else self._style_within(width - 2 * MARGIN)
        page = lay_out(self._sheet, style)
        strip = strip_of(self._sheet, page, style, None)
        wide = max(page.width + MARGIN, width or self.contentsRect().width())
        within = QSize(math.ceil(wide), math.ceil(page.height + strip.height) + _HIGHEST_START)

        if self._sheet.items:
            paint = partial(_paint_sheet, theme, self._sheet, page, strip)
        else:
            paint = partial(self._paint_start, QRectF(QRect(QPoint(), within)), QColor(theme.muted))

        reach = reach_of(paint, within) + QSize(MARGIN, MARGIN)
        size = QSize(max(reach.width(), width or 0), reach.height())
        return on_background(paint, theme, size, self.logicalDpiX())

    # Layout

    def _take_sheet(self, sheet: Sheet, strip: Strip | None = None) -> None:
        """strip: the numbers below where nothing is pointed at, of a page that has the sheet."""
        self._sheet = sheet
        self._strip = strip if self._pointed_at is None and not self._shows_focus else None
        if self._page is not None and strip is None:
            self._page.take(self._sheet.operands)
        self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)
        was_pointed_at = self._pointed_at is not None
        if not self._is_within(self._pointed_at):
            self._pointed_at = None
        self._settle()
        if self._mouse is not None and was_pointed_at:
            self._point_at(self._place_at(self._mouse))
        if self._pointed_at is None:
            self._tell(self._term_of(self._focus if self._shows_focus else None))

    def _describe(self) -> None:
        self.setAccessibleDescription(description(self._frame, self._sheet))

    def _lay_out_anew(self) -> None:
        self._page = self._strip = self._kept_style = self._foreseen = None
        self._settle()

    def _settle(self) -> None:
        """Lays out now what can be seen: a scroll bar must not come while painting."""
        if self.isVisible():
            self._show_bars()
        self.viewport().update()

    def _style(self) -> Style:
        if self._kept_style is None:
            self._kept_style = self._style_within(self.contentsRect().width() - 2 * MARGIN)
        return self._kept_style

    def _style_within(self, room: int) -> Style:
        em = float(round(QFontInfo(self.font()).pixelSize() * _NUMBERS_TO_TEXT))
        return Style(em, self.font(), self._numbers, room, self._notation)

    def _laid_out(self) -> Page:
        """The page for the present width, made when it is first needed."""
        if self._page is None:
            self._page = lay_out(self._sheet, self._style())
        return self._page

    def _spelled(self) -> Strip:
        """The numbers below: of what is pointed at here or elsewhere, or of what is lit."""
        if self._strip is None:
            pointed = self._drawn(self._focus if self._shows_focus else self._pointed_at)
            self._strip = strip_of(self._sheet, self._laid_out(), self._style(), pointed)
        return self._strip

    def _is_within(self, place: Place | None) -> bool:
        if place is None or place[0] >= len(self._sheet.operands):
            return False
        rows, columns = self._sheet.operands[place[0]].values.shape
        return bool(place[1] < rows and place[2] < columns)

    def _drawn(self, place: Place | None) -> Place | None:
        if place is None or not self._is_within(place):
            return None
        number, row, column = place
        transposed = self._sheet.operands[number].transposed
        return (number, column, row) if transposed else place

    @property
    def _scrolled(self) -> QPointF:
        """What of the page is at the top left."""
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _show_bars(self) -> None:
        """Scrolls as far as the page is larger than the view; only what is wide takes a bar."""
        room, page = self.contentsRect().size(), self._laid_out()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        height = math.ceil(page.height + self._spelled().height)
        if (page.width, height, room) == self._barred:
            return
        self._barred = page.width, height, QSize(room)
        width = round(page.width) + MARGIN  # A line may be longer than its room by half a pixel.
        is_wide = width > room.width()
        if is_wide:
            room.setHeight(room.height() - across.sizeHint().height())
        policies = Qt.ScrollBarPolicy
        wanted = policies.ScrollBarAlwaysOn if is_wide else policies.ScrollBarAlwaysOff
        if self.horizontalScrollBarPolicy() is not wanted:  # Qt lays out anew even for the same.
            self.setHorizontalScrollBarPolicy(wanted)
        for bar, whole, seen in ((across, width, room.width()), (down, height, room.height())):
            bar.setRange(0, max(0, whole - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(round(2 * self._style().em))

    def _placed(self, number: int) -> Placed:
        return next(each for each in self._laid_out().matrices if each.number == number)

    def _scalar_named(self, name: str) -> Scalar | None:
        scalars = (item for item in self._sheet.items if isinstance(item, Scalar))
        return next((each for each in scalars if each.title == Term(name)), None)

    def _text_at(self, number: int, row: int, column: int) -> str:
        placed = self._placed(number)
        if placed.grid.type is None:
            wanted = number, row, column
            spelled = self._spelled().cells
            found = (s for s in spelled if (s.number, s.row, s.column) == wanted)
            return next((each.cell.text for each in found), "")
        if placed.cell(row, column) is None:
            return ""
        return shown_cell(placed, row, column).text

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        page, strip = self._laid_out(), self._spelled()
        sheet, marks, at = self._sheet, self._marks(), self._scrolled
        with QPainter(self.viewport()) as painter:
            if not sheet.items:
                painter.fillRect(event.rect(), self._background)
                self._paint_start(QRectF(self.viewport().rect()), self._muted, painter)
                return
            key = sheet, page, strip, at.x(), at.y(), self._painter
            is_plain = not marks.pointed and marks.focus is None
            if not (is_plain and self._painted_ahead.paint(painter, event.rect(), key)):
                self._paint_page(event.rect(), sheet, page, strip, marks, at, painter)
            self._thumb.paint(painter, self._muted)

    def _paint_page(
        self,
        rect: QRect,
        sheet: Sheet,
        page: Page,
        strip: Strip,
        marks: Marks,
        at: QPointF,
        painter: QPainter,
    ) -> None:
        """A part of the view, of a page that is scrolled to `at`."""
        painter.fillRect(rect, self._background)
        painter.translate(-at)
        top = at.y() + rect.top()
        last = top + rect.height()
        self._painter.paint(painter, sheet, page, marks, (top, last))
        if last > page.height:
            painter.translate(0, page.height)
            self._painter.paint_strip(painter, sheet, strip, marks)
        painter.resetTransform()

    def _paint_start(self, whole: QRectF, ink: QColor, painter: QPainter) -> None:
        rect = whole.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.setPen(ink)
        painter.setFont(self.font())
        text = tr("Nothing has been computed yet in this iteration. → takes the first step.")
        painter.drawText(rect, Qt.TextFlag.TextWordWrap, text)

    def _marks(self) -> Marks:
        pointed = {}
        term = self._term or self._lit
        if term is not None:
            for number, operand in enumerate(self._sheet.operands):
                mask = self._sheet.cells_of(term, operand)
                if mask.any():
                    pointed[number] = mask
        elif self._pointed_at is not None:
            number, row, column = self._pointed_at
            mask = np.zeros(self._sheet.operands[number].values.shape, dtype=np.bool_)
            mask[row, column] = True
            pointed[number] = mask
        return Marks(pointed, self._focus if self._shows_focus else None)

    # Pointing

    @property
    def _shows_focus(self) -> bool:
        return self._focus is not None and self.hasFocus()

    def term_at(self, point: QPoint | QPointF) -> Term | None:
        """The term whose cell is at a point of the widget."""
        return self._term_of(self._place_at(QPointF(point)))

    def _matrix_at(self, point: QPointF) -> Placed | None:
        on_page = point + self._scrolled
        for placed in self._laid_out().matrices:
            if placed.rect.adjusted(-8, -2, 8, 2).contains(on_page):
                return placed
        return None

    def _place_at(self, point: QPointF) -> Place | None:
        placed = self._matrix_at(point)
        if placed is None:
            return self._spelled_at(point)
        found = placed.at(point + self._scrolled)
        return (placed.number, *found) if found else None

    def _spelled_at(self, point: QPointF) -> Place | None:
        here = point + self._scrolled - QPointF(0, self._laid_out().height)
        cells = (each for each in self._spelled().cells if each.rect.contains(here))
        return next(((each.number, each.row, each.column) for each in cells), None)

    def _term_of(self, place: Place | None) -> Term | None:
        if place is None:
            return None
        number, row, column = place
        return self._sheet.operands[number].term(row, column, self._sheet.sample)

    def _point_at(self, place: Place | None) -> None:
        if place == self._pointed_at:
            return
        in_strip = self._mouse is not None and self._matrix_at(self._mouse) is None
        self._pointed_at = place
        if not (in_strip and place is not None):  # The strip stays while the mouse is in it.
            self._strip = None
        self._settle()
        self._tell(self._term_of(place))

    def _tell(self, term: Term | None) -> None:
        if term != self._term:
            self._term = term
            self.hovered.emit(term)

    def tip_at(self, point: QPoint | QPointF) -> str:
        """What is at a point: its name, its whole value, the shape of its matrix."""
        place = self._place_at(QPointF(point))
        if place is None:
            return ""
        number, row, column = place
        operand = self._sheet.operands[number]
        return tip(operand, row, column, self._sheet.sample, self._notation)

    # Events

    def _show_tip(self, event: QEvent) -> bool:
        assert isinstance(event, QHelpEvent)
        QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self.viewport())
        return True

    def _left(self, _event: QEvent) -> bool:
        self._mouse = None
        self._point_at(None)
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if not self._thumb.drag(self._mouse):
            self._point_at(self._place_at(self._mouse))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and self._thumb.press(event.position()):
            return
        place = self._place_at(event.position())
        if is_left and place is not None:
            self._focus = place
            self._pick(place)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._thumb.release()
        event.accept()

    def _pick(self, place: Place | None) -> None:
        term = self._term_of(place)
        if term is not None:
            self.picked.emit(term)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.copy_menu(event.pos()).popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move_focus(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._focus:
            self._pick(self._focus)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if by_tab and self._sheet.operands:
            self._set_focus(self._focus or self._first_place())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._strip = None
        self._settle()
        if self._mouse is None:
            self._tell(None)

    def _first_place(self) -> Place:
        """The element that the Step writes, or the first one."""
        for number, operand in enumerate(self._sheet.operands):
            lit = np.argwhere(self._sheet.lit_mask(number))
            if len(lit) and self._sheet.lit and operand.name == self._sheet.lit[0].name:
                return number, int(lit[0][0]), int(lit[0][1])
        return 0, 0, 0

    def _move_focus(self, down: int, across: int) -> None:
        """Moves by cells as drawn; past a matrix's side on to the next one."""
        if not self._sheet.operands:
            return
        place = self._drawn(self._focus)
        if place is None:
            self._set_focus(self._first_place())
            return
        number, row, column = place
        rows, columns = self._drawn_cells(number)
        column_at = columns.index(column) + across if column in columns else 0
        row_at = rows.index(row) + down if row in rows else 0
        if not 0 <= column_at < len(columns):
            number = min(max(number + across, 0), len(self._sheet.operands) - 1)
            rows, columns = self._drawn_cells(number)
            column_at = 0 if across > 0 else len(columns) - 1
            if number == place[0]:
                column_at = columns.index(column)
        row_at = min(max(row_at, 0), len(rows) - 1)
        row, column = rows[row_at], columns[column_at]
        is_transposed = self._sheet.operands[number].transposed
        self._set_focus((number, column, row) if is_transposed else (number, row, column))

    def _drawn_cells(self, number: int) -> tuple[list[int], list[int]]:
        grid = self._placed(number).grid
        return list(grid.rows.drawn()), list(grid.columns.drawn())

    def _set_focus(self, place: Place) -> None:
        self._focus = place
        self._strip = None
        self._settle()
        self._bring_in(place)
        self._tell(self._term_of(place))

    def _bring_in(self, place: Place) -> None:
        rect = self._placed(place[0]).cell(*place[1:])
        if rect is None:
            return
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        _bring_in(down, rect.top() - 30, rect.bottom() + 10)
        _bring_in(across, rect.left() - 30, rect.right() + 30)

    def _follow(self) -> None:
        """Keeps the element that is written in sight, where there is no room for the whole page."""
        frame, before = self._frame, self._scrolled
        is_longer = self.verticalScrollBar().maximum() or self.horizontalScrollBar().maximum()
        if not self.isVisible() or not is_longer or frame is None or frame.step is None:
            return
        names = [operand.name for operand in self._sheet.operands]
        element = frame.position.element
        if not element or frame.step.writes not in names:
            return
        number = names.index(frame.step.writes)
        beside = self._sheet.sample if self._sheet.operands[number].sampled else 0
        row, column = (*element, beside)[:2]
        self._bring_in((number, row, column))
        if self._mouse is not None and self._scrolled != before:
            self._point_at(self._place_at(self._mouse))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle()
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.contentsRect().size()
        if size != self._size:  # The scroll bar coming and going resizes the viewport only.
            self._size = size
            self._lay_out_anew()
            self.verticalScrollBar().setValue(0)
            self._follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.setAccessibleName(tr("matrices of this step"))
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._lay_out_anew()


def _paint_sheet(theme: Theme, sheet: Sheet, page: Page, strip: Strip, painter: QPainter) -> None:
    """An equation on its own, nothing in it pointed at."""
    pages = PagePainter(theme)  # One that has painted nothing before keeps no pixels yet.
    pages.paint(painter, sheet, page, Marks())
    if strip.cells:
        painter.translate(0, page.height)
        pages.paint_strip(painter, sheet, strip, Marks())
        painter.translate(0, -page.height)


def _bring_in(bar: QScrollBar, first: float, last: float) -> None:
    """Scrolls no further than it takes to see from `first` to `last`."""
    if first < bar.value():
        bar.setValue(math.floor(first))
    elif last > bar.value() + bar.pageStep():
        bar.setValue(math.ceil(last) - bar.pageStep())


def _same_step(before: Frame | None, now: Frame) -> bool:
    """Whether only the place within the Step has changed, so that the page stays as it is."""
    return (
        before is not None
        and now.step is not None
        and before.step is now.step
        and before.after is now.after
    )
