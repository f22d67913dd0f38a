"""The equation of the Step stood on: its rule, this element's indices, its numbers, the result."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontInfo,
    QGuiApplication,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QToolTip, QWidget

from engine.expression import Term
from engine.frame import Frame
from gui.event_filters import on_event
from gui.notation import Notation
from gui.numbers import NumberFormat
from gui.painted_ahead import PaintedAhead
from gui.pictures.picture import Picture, on_background
from gui.scroll_thumb import ScrollThumb
from gui.theme import LIGHT, Theme
from gui.translation import tr
from gui.typesetting.drawing import Region
from gui.typesetting.latex import aligned
from gui.typesetting.layout import Layout
from gui.typesetting.lines import INDICES, RESULT, Line, Paragraph
from gui.typesetting.page import ALL_ELEMENTS, FEWER, WHY, Kept, Page
from gui.typesetting.pointing import ARROWS, lit_elements, moved, tip
from gui.typesetting.reasons import ALL_PATHS
from gui.typesetting.setting import set_rows, set_to_fit
from gui.typesetting.slips import PREFIX
from gui.typesetting.writer import ALL_TERMS, LONG_SUM, Writer

_MATHS_TO_TEXT = 1.35
_MARGIN = 14
_MORE_ELEMENTS = 8
_PICTURE_SCALE = 2
_DESCRIBED_AFTER_MS = 120


class EquationView(QAbstractScrollArea):
    """Shows how the Step stood on computes what it writes, and what every letter stands for.

    hovered: the Term below the mouse or the keyboard's cursor, or None. picked: the Term that was
    clicked, or chosen with Enter; its indices are numbers.
    """

    hovered = Signal(object)
    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._numbers = NumberFormat()
        self._sample = 0
        self._lit: Term | None = None
        self._pointed_at: Term | None = None
        self._kept_rows: list[Line] | None = None
        self._kept = Kept()
        self._kept_writer: Writer | None = None
        self._layout: Layout | None = None
        self._foreseen: tuple[Frame, list[Line], Layout] | None = None
        self._aim = RESULT
        self._with_indices = False
        self._pressed: Region | None = None
        self._mouse: QPointF | None = None
        self._thumb = ScrollThumb(self)
        self._painted_ahead = PaintedAhead(self.viewport())
        self._notation: Notation = "node"
        self._why = False
        self._focused: int | None = None
        self._cursor: int | None = None
        self._all_terms = self._all_paths = False
        self._elements_factor = 1
        self._answered: frozenset[str] = frozenset()
        self._describe_later = QTimer(self)
        self._describe_later.setSingleShot(True)
        self._describe_later.timeout.connect(self._describe)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("equation of this step"))
        on_event(self.viewport(), QEvent.Type.ToolTip, self._show_tip)
        on_event(self.viewport(), QEvent.Type.Leave, self._left)
        self.set_theme(LIGHT)

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        """Shows the Step that `frame` stands on."""
        if self._written(frame) != self._written(self._frame):
            self._fold_all()
            self._focused = None
        if self._place(frame) != self._place(self._frame):
            self._with_indices = False
            self._aim = RESULT
            self._cursor = None
        self._frame = frame
        foreseen, self._foreseen = self._foreseen, None
        self._moved()
        if foreseen and foreseen[0] is frame:
            _, self._kept_rows, self._layout = foreseen
            self._scroll_range(self._layout)
        if self.isVisible():
            self._laid_out()  # Before it is painted: to scroll meanwhile would paint it twice.
        if self._pointed_at is not None:  # Something else may be below the resting mouse now.
            self._point()

    def foresee(self, frame: Frame) -> None:
        """Lays out what is likely to be shown next; what is shown stays."""
        if self.isVisible() and not (self.is_unfolded or self._answered):  # Another Step folds it.
            page = self._page_of(frame)
            rows = page.rows()
            layout = self._set(rows, page.with_indices)
            self._foreseen = frame, rows, layout
            down = self._scrolled_to(layout, RESULT)
            paint = partial(self._paint_page, layout=layout, rect=self.viewport().rect(), down=down)
            self._painted_ahead.prepare((layout, down, self._colours), paint)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self._colours = _colours_of(theme)
        self._background = QColor(theme.surface)
        self.viewport().update()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Writes numbers in this format from now on."""
        self._numbers = numbers
        self._changed()

    def set_sample(self, column: int) -> None:
        """Looks at this column of the batch, counted from 0."""
        self._sample = column
        self._changed()

    def set_notation(self, notation: Notation) -> None:
        """Writes node by node (w_ij, a_j, η), or in matrix form (W, x, α)."""
        if notation != self._notation:
            self._notation = notation
            self._aim = RESULT
            self._changed()

    @property
    def notation(self) -> Notation:
        """Whose letters are written."""
        return self._notation

    def set_lit(self, term: Term | None) -> None:
        """Marks what stands for `term`, which is pointed at in another view."""
        self._lit = term
        self.viewport().update()

    def lit_elements(self) -> frozenset[tuple[str, tuple[int, ...]]]:
        """Every element that is marked as pointed at, here or in another view.

        As (the quantity's name in the State, indices as a Term has them). A letter's mark, or a
        matrix's, counts for those of its elements that are pointed at.
        """
        term = self._lit_term()
        if term is None or self._frame is None:
            return frozenset()
        return lit_elements(self._frame, self._lit_regions(), term)

    def lines(self) -> tuple[str, ...]:
        """The panel in plain text, row by row; it does not depend on the width."""
        rows = (row for row in self._rows() if not _is_link(row))
        return tuple(line for row in rows for line in row.plain().split("\n"))

    def plain_text(self) -> str:
        """The panel in plain text."""
        return "\n".join(self.lines())

    def term_at(self, point: QPoint | QPointF) -> Term | None:
        """The term whose letter or number is shown at a point of the widget."""
        region = self._region_at(QPointF(point))
        return region.term if region else None

    # Copying

    def latex(self) -> str:
        """The formulas that are shown, as an `aligned` block for amsmath."""
        return aligned(line for row in self._rows() for line in row.latex())

    def picture(self) -> QImage:
        """What is shown, at twice its size on screen, without scroll bars."""
        layout = set_rows(self._rows(), self.contentsRect().width(), _MARGIN)
        size = QSize(math.ceil(layout.width), math.ceil(layout.height)) * _PICTURE_SCALE
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_PICTURE_SCALE)
        image.fill(self._background)
        with QPainter(image) as painter:
            layout.paint(painter, self._colours)
        return image

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """All that is shown but the links, in the colours of a theme.

        width: in pixels; without one, as much of the width on the screen as there is writing.
        """
        rows = [row for row in self._rows() if not _is_link(row)]
        layout = set_rows(rows, width or self.contentsRect().width(), _MARGIN)
        paint = partial(layout.paint, colours=_colours_of(theme))
        right = max((line.right for _, line in layout.lines), default=0.0) + _MARGIN
        size = QSize(math.ceil(max(right, width or 0)), math.ceil(layout.height))
        return on_background(paint, theme, size, self.logicalDpiX())

    def copy_latex(self) -> None:
        """Puts the formulas on the clipboard as LaTeX."""
        QGuiApplication.clipboard().setText(self.latex())

    def copy_text(self) -> None:
        """Puts the panel on the clipboard as plain text."""
        QGuiApplication.clipboard().setText(self.plain_text())

    def copy_picture(self) -> None:
        """Puts the panel on the clipboard as a picture."""
        QGuiApplication.clipboard().setImage(self.picture())

    # Unfolding

    @property
    def why_shown(self) -> bool:
        """Whether the reasons are unfolded; they stay so from Step to Step."""
        return self._why

    def show_why(self, shown: bool) -> None:
        """Unfolds or folds the reasons."""
        if shown != self._why:
            self._act(WHY)

    def links(self) -> tuple[str, ...]:
        """What can be pressed, by name, in the order of the Tab key."""
        return tuple(link.name for link in self._laid_out().links)

    def press(self, link: int) -> None:
        """Does what a link does, by its place among `links()`."""
        self._act(self._laid_out().links[link].action)

    def show_all_terms(self) -> None:
        """Writes long sums and all paths out in full, and shows more of a long list."""
        for action in (ALL_TERMS, ALL_PATHS, ALL_ELEMENTS):
            self._act(action)

    @property
    def is_unfolded(self) -> bool:
        """Whether more is shown than at first."""
        return self._all_terms or self._all_paths or self._elements_factor > 1

    def _act(self, action: str) -> None:
        if action == WHY:
            self._why = not self._why
        elif action.startswith(PREFIX):
            self._answered = self._answered ^ {action}
        elif action == ALL_PATHS:
            self._all_paths = True
        elif action == ALL_TERMS:
            self._all_terms = True
        elif action == ALL_ELEMENTS:
            self._elements_factor *= _MORE_ELEMENTS
        elif action == FEWER:
            self._fold_sums()
        elif action == INDICES:
            self._with_indices = True
        self._changed()
        self._keep_focus_on(action)
        if (action == WHY and self._why) or action in (*self._answered, INDICES):
            self._aim = action
            self._laid_out()

    def _fold_all(self) -> None:
        if self.is_unfolded or self._answered:
            self._forget_written()
        self._fold_sums()
        self._answered = frozenset()

    def _fold_sums(self) -> None:
        self._all_terms = self._all_paths = False
        self._elements_factor = 1

    @staticmethod
    def _written(frame: Frame | None) -> str | None:
        return frame.step.writes if frame and frame.step else None

    @staticmethod
    def _place(frame: Frame | None) -> object:
        return (frame.program, frame.position) if frame else None

    # Layout

    def _changed(self) -> None:
        self._foreseen = None
        self._forget_written()
        self._moved()

    def _forget_written(self) -> None:
        self._kept.clear()
        self._kept_writer = None

    def _moved(self) -> None:
        """What is shown is another Frame, or the same in another way."""
        self._kept_rows = self._layout = None
        if self.isVisible():
            # Spelling the page out takes longer than painting it: only at once if it is read out.
            self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)
        self.viewport().update()

    def _describe(self) -> None:
        text, link, term = self.plain_text(), self._link_at(self._focused), self._term_at_cursor()
        if link:
            text = tr("link: {name}", name=link.name) + "\n" + text
        if term:
            text = self.tip_of(term) + "\n" + text
        self.setAccessibleDescription(text)

    def _page(self) -> Page:
        return self._page_of(self._frame)

    def _page_of(self, frame: Frame | None) -> Page:
        return Page(
            frame,
            self._sample,
            self._writer(),
            self._elements_factor,
            self.is_unfolded,
            self._why,
            self._all_paths,
            self._answered,
            self._kept,
        )

    def _writer(self) -> Writer:
        """What the page is written with, kept until the way of writing changes."""
        if self._kept_writer is None:
            self._kept_writer = Writer(
                QFontInfo(self.font()).pixelSize() * _MATHS_TO_TEXT,
                self.font(),
                self._numbers,
                longest_sum=None if self._all_terms else LONG_SUM,
                notation=self._notation,
            )
        return self._kept_writer

    def _rows(self) -> list[Line]:
        """What is shown, as rows that are kept until something changes."""
        if self._kept_rows is None:
            self._kept_rows = self._page().rows()
        return self._kept_rows

    def _laid_out(self) -> Layout:
        """The layout for the present width, made when it is first needed."""
        if self._layout is None:
            instead = None if self._with_indices else self._page().with_indices
            self._layout = self._set(self._rows(), instead)
            self._scroll_range(self._layout)
        if self._aim:
            aim, self._aim = self._aim, ""
            self._scroll_to_part(self._layout, aim)
        return self._layout

    def _scroll_to_part(self, layout: Layout, part: str) -> None:
        """Shows a part wholly, or from its top; the results with as much above them as fits."""
        if part in layout.parts or part == RESULT:
            self.verticalScrollBar().setValue(self._scrolled_to(layout, part))

    def _scrolled_to(self, layout: Layout, part: str) -> int:
        """How far down a part is shown.

        Results that do not fit, such as those of a wide layer, leave the rule in sight.
        """
        height = self.contentsRect().height()
        top, bottom = layout.parts.get(part, (0.0, 0.0))
        if part == RESULT and bottom + _MARGIN - top > height:
            top = 0.0
        first, last = math.floor(top), math.ceil(bottom + _MARGIN) - height
        here = 0 if part == RESULT else self.verticalScrollBar().value()
        return min(max(min(max(here, last), first), 0), self._hidden(layout))

    def _set(self, rows: list[Line], instead: Callable[[], Paragraph] | None) -> Layout:
        size = self.contentsRect()
        return set_to_fit(rows, size.width(), size.height(), _MARGIN, instead)

    def _hidden(self, layout: Layout) -> int:
        """How much of the page there is no room for."""
        return max(0, math.ceil(layout.height) - self.contentsRect().height())

    def _scroll_range(self, layout: Layout) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, self._hidden(layout))
        bar.setPageStep(self.contentsRect().height())
        bar.setSingleStep(QFontInfo(self.font()).pixelSize() * 2)

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        layout, rect = self._laid_out(), event.rect()
        down = self.verticalScrollBar().value()
        lit, ringed = self._lit_regions(), self._ringed()
        with QPainter(self.viewport()) as painter:
            is_plain = not lit and ringed is None
            key = layout, down, self._colours
            if not (is_plain and self._painted_ahead.paint(painter, rect, key)):
                self._paint_page(painter, layout, rect, down, lit, ringed)
            self._thumb.paint(painter, self._colours["thumb"])

    def _paint_page(
        self,
        painter: QPainter,
        layout: Layout,
        rect: QRect,
        down: int,
        lit: Sequence[Region] = (),
        ringed: Region | None = None,
    ) -> None:
        band = rect.top() + down, rect.bottom() + 1 + down
        painter.fillRect(rect, self._background)
        painter.translate(0, -down)
        layout.paint(painter, self._colours, lit, ringed, band)
        painter.translate(0, down)

    def _lit_regions(self) -> list[Region]:
        term = self._lit_term()
        if term is None or self._frame is None:
            return []
        return self._laid_out().lit_by(term, min(self._sample, self._frame.batch - 1))

    def _lit_term(self) -> Term | None:
        return self._pointed_at or self._lit

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout = self._foreseen = None
        self._aim = self._aim or RESULT

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._describe()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self.setAccessibleName(tr("equation of this step"))
            self._aim = RESULT
            self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in ARROWS:
            self._set_cursor(moved(self._laid_out().terms, self._cursor, Qt.Key(event.key())))
        elif event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self._set_cursor(None)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_text()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _enter(self) -> None:
        link, term = self._focused_link(), self._term_at_cursor()
        if term:
            self._pick(term)
            return
        elided = {each.action for each in self._laid_out().links} - {WHY, FEWER, INDICES}
        if link:
            self._act(link.action)
        elif self.is_unfolded:
            self._act(FEWER)
        elif any(not action.startswith(PREFIX) for action in elided):
            self.show_all_terms()
        else:
            self._act(WHY)

    # Terms by keyboard

    def _set_cursor(self, cursor: int | None) -> None:
        """Goes to a term, by its place in reading order; None: to none."""
        self._cursor, self._focused = cursor, None
        region = self._region_at_cursor()
        if region and region.term:
            self._scroll_to(region)
            self._say_beside(region, self.tip_of(region.term))
        else:
            QToolTip.hideText()
        self._point()
        self._describe()
        self.viewport().update()

    def _say_beside(self, region: Region, text: str) -> None:
        below = region.rect.bottomLeft().toPoint() + QPoint(0, 4 - self.verticalScrollBar().value())
        QToolTip.showText(self.viewport().mapToGlobal(below), text, self.viewport())

    def _region_at_cursor(self) -> Region | None:
        if self._cursor is None or not self.hasFocus():
            return None
        terms = self._laid_out().terms
        return terms[self._cursor] if self._cursor < len(terms) else None

    def _term_at_cursor(self) -> Term | None:
        region = self._region_at_cursor()
        return region.term if region else None

    def _ringed(self) -> Region | None:
        return self._focused_link() or self._region_at_cursor()

    # Links by keyboard

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from link to link before it leaves the view."""
        last = len(self._laid_out().links) - 1
        here = self._focused
        if here is None:
            following = 0 if forward else -1
        else:
            following = here + 1 if forward else here - 1
        if 0 <= following <= last:
            self._focus_link(following)
            return True
        self._focus_link(None)
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        links = self._laid_out().links
        if event.reason() is Qt.FocusReason.TabFocusReason and links:
            self._focus_link(0)
        elif event.reason() is Qt.FocusReason.BacktabFocusReason and links:
            self._focus_link(len(links) - 1)
        self._point()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point()
        self.viewport().update()

    def _focus_link(self, link: int | None) -> None:
        self._focused, self._cursor = link, None
        region = self._link_at(link)
        if region:
            self._scroll_to(region)
        self._point()
        self._describe()
        self.viewport().update()

    def _keep_focus_on(self, action: str) -> None:
        """After links have come and gone: on the one that was pressed, if any was focused."""
        if self._focused is None:
            return
        actions = [link.action for link in self._laid_out().links]
        here = actions.index(action) if action in actions else None
        if here is None and actions:
            here = min(self._focused, len(actions) - 1)
        self._focus_link(here)

    def _focused_link(self) -> Region | None:
        return self._link_at(self._focused) if self.hasFocus() else None

    def _link_at(self, link: int | None) -> Region | None:
        if link is None:
            return None
        links = self._laid_out().links
        return links[link] if link < len(links) else None

    def _scroll_to(self, region: Region) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        top, bottom = region.rect.top() - _MARGIN, region.rect.bottom() + _MARGIN
        if top < bar.value():
            bar.setValue(round(top))
        elif bottom > bar.value() + height:
            bar.setValue(round(bottom - height))

    # Mouse

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.copy_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def copy_menu(self) -> QMenu:
        """The ways to copy what is shown."""
        menu = QMenu(self)
        menu.addAction(tr("Copy as LaTeX")).triggered.connect(self.copy_latex)
        menu.addAction(tr("Copy as text")).triggered.connect(self.copy_text)
        menu.addAction(tr("Copy as picture")).triggered.connect(self.copy_picture)
        return menu

    def _left(self, _event: QEvent) -> bool:
        self._mouse = None
        self._point()
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if self._thumb.drag(self._mouse):
            return
        region = self._region_at(self._mouse)
        cursor = Qt.CursorShape
        pressable = region is not None and bool(region.action)
        self.viewport().setCursor(cursor.PointingHandCursor if pressable else cursor.ArrowCursor)
        self._point()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._thumb.press(event.position()):
            return
        self._pressed = self._region_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._thumb.release()
        pressed, self._pressed = self._pressed, None
        if event.button() is not Qt.MouseButton.LeftButton or pressed is None:
            return
        if pressed != self._region_at(event.position()):
            return
        if pressed.action:
            self._act(pressed.action)
        elif pressed.term:
            self._pick(pressed.term)

    def _pick(self, term: Term) -> None:
        if _is_one_element(term):
            self.picked.emit(term)

    def _region_at(self, point: QPointF) -> Region | None:
        return self._laid_out().at(point + QPointF(0, self.verticalScrollBar().value()))

    def _point(self) -> None:
        """Points at what is below the mouse, else at what the keyboard's cursor is on."""
        below = self.term_at(self._mouse) if self._mouse is not None else None
        term = below or self._term_at_cursor()
        if term != self._pointed_at:
            self._pointed_at = term
            self.viewport().update()
            self.hovered.emit(term)

    def _show_tip(self, event: QEvent) -> bool:
        assert isinstance(event, QHelpEvent)
        term = self.term_at(event.pos())
        text = self.tip_of(term) if term else ""
        QToolTip.showText(event.globalPos(), text, self.viewport())
        return True

    def tip_of(self, term: Term) -> str:
        """What a term is in words, its whole value where it stands for one number, its shape."""
        return tip(self._page(), term)


def _colours_of(theme: Theme) -> dict[str, QColor]:
    """The colours of a theme by the names that drawings give them."""
    names = "text muted written forward delta gradient update positive line".split()
    colours = {name: QColor(getattr(theme, name)) for name in names}
    colours["link"] = QColor(theme.positive)
    colours["result"] = QColor(theme.written_soft)
    colours["lit"] = QColor(theme.accent_soft)
    colours["thumb"] = QColor(theme.muted)
    return colours


def _is_link(row: Line) -> bool:
    return isinstance(row, Paragraph) and row.is_link


def _is_one_element(term: Term) -> bool:
    return bool(term.indices) and not any(isinstance(each, str) for each in term.indices)
