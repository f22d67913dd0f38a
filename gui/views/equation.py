"""The equation of the Step stood on: its rule, this element's indices, its numbers, the result."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal
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
from gui.notation import Notation, describe
from gui.numbers import NumberFormat, full
from gui.theme import LIGHT, Theme
from gui.translation import tr
from gui.typesetting.drawing import Drawing, Region
from gui.typesetting.latex import aligned
from gui.typesetting.lines import INDICES, RESULT, Line, Paragraph, fitting, set_rows
from gui.typesetting.page import ALL_ELEMENTS, FEWER, WHY, Kept, Page
from gui.typesetting.reasons import ALL_PATHS
from gui.typesetting.slips import PREFIX
from gui.typesetting.writer import ALL_TERMS, LONG_SUM, Writer

_MATHS_TO_TEXT = 1.35
_MARGIN = 14
_MORE_ELEMENTS = 8
_PICTURE_SCALE = 2
_DESCRIBED_AFTER_MS = 120


class EquationView(QAbstractScrollArea):
    """Shows how the Step stood on computes what it writes, and what every letter stands for.

    hovered: the Term pointed at, or None. picked: the Term clicked on; its indices are numbers.
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
        self._kept: Kept = {}
        self._drawing: Drawing | None = None
        self._is_scrolled = False
        self._aim = RESULT
        self._with_indices = False
        self._pressed: Region | None = None
        self._mouse = QPointF()
        self._size = QSize()
        self._notation: Notation = "node"
        self._why = False
        self._focused: int | None = None
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
        self.setAccessibleName(tr("equation of this step"))
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
        self._frame = frame
        self._moved()
        if self._pointed_at is not None:  # Something else may be below the resting mouse now.
            self._point_at(self.term_at(self._mouse))

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        names = "text muted written forward delta gradient update positive line".split()
        self._colours = {name: QColor(getattr(theme, name)) for name in names}
        self._colours["link"] = QColor(theme.positive)
        self._colours["result"] = QColor(theme.written_soft)
        self._colours["lit"] = QColor(theme.accent_soft)
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

    def lines(self) -> tuple[str, ...]:
        """The panel in plain text, row by row; it does not depend on the width."""
        rows = (row for row in self._rows() if not (isinstance(row, Paragraph) and row.is_link))
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
        drawing = set_rows(self._rows(), self.contentsRect().width(), _MARGIN)
        size = QSize(math.ceil(drawing.width), math.ceil(drawing.height)) * _PICTURE_SCALE
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_PICTURE_SCALE)
        image.fill(self._background)
        with QPainter(image) as painter:
            drawing.paint(painter, self._colours)
        return image

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
            self._kept.clear()
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
        self._kept.clear()
        self._moved()

    def _moved(self) -> None:
        """What is shown is another Frame, or the same in another way."""
        self._kept_rows = self._drawing = None
        if self.isVisible():
            # Spelling the page out takes longer than painting it: only at once if it is read out.
            self._describe_later.start(0 if QAccessible.isActive() else _DESCRIBED_AFTER_MS)
        self.viewport().update()

    def _describe(self) -> None:
        text, link = self.plain_text(), self._link_at(self._focused)
        if link:
            text = tr("link: {name}", name=link.name) + "\n" + text
        self.setAccessibleDescription(text)

    def _page(self) -> Page:
        pixels = QFontInfo(self.font()).pixelSize()
        return Page(
            self._frame,
            self._sample,
            Writer(
                pixels * _MATHS_TO_TEXT,
                self.font(),
                self._numbers,
                longest_sum=None if self._all_terms else LONG_SUM,
                notation=self._notation,
            ),
            self._elements_factor,
            self.is_unfolded,
            self._why,
            self._all_paths,
            self._answered,
            self._kept,
        )

    def _rows(self) -> list[Line]:
        """What is shown, as rows that are kept until something changes."""
        if self._kept_rows is None:
            self._kept_rows = self._page().rows()
        return self._kept_rows

    def _laid_out(self) -> Drawing:
        """The drawing for the present width, made when it is first needed."""
        if self._drawing is None:
            self._drawing = self._set(self._is_scrolled)
            is_tall = self._drawing.height > self.contentsRect().height()
            if is_tall is not self._is_scrolled:
                self._is_scrolled = is_tall
                self._drawing = self._set(is_tall)
            self._scroll_range(self._drawing)
        if self._aim:
            aim, self._aim = self._aim, ""
            self._scroll_to_part(self._drawing, aim)
        return self._drawing

    def _scroll_to_part(self, drawing: Drawing, part: str) -> None:
        """Shows a part wholly, or from its top; the results with as much above them as fits."""
        bar, height = self.verticalScrollBar(), self.contentsRect().height()
        if part not in drawing.parts and part != RESULT:
            return
        top, bottom = drawing.parts.get(part, (0.0, 0.0))
        first, last = math.floor(top), math.ceil(bottom + _MARGIN) - height
        here = 0 if part == RESULT else bar.value()
        bar.setValue(min(max(here, last), first))

    def _set(self, beside_a_bar: bool) -> Drawing:
        width = self.contentsRect().width()
        if beside_a_bar:
            width -= self.verticalScrollBar().sizeHint().width()
        rows, height = self._rows(), self.contentsRect().height()
        instead = None if self._with_indices else self._page().with_indices()
        return set_rows(rows, width, _MARGIN, fitting(rows, width, height, _MARGIN, instead))

    def _scroll_range(self, drawing: Drawing) -> None:
        height = self.contentsRect().height()
        hidden = max(0, math.ceil(drawing.height) - height)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if self._is_scrolled else policy.ScrollBarAlwaysOff
        )
        bar = self.verticalScrollBar()
        bar.setRange(0, hidden)
        bar.setPageStep(height)
        bar.setSingleStep(QFontInfo(self.font()).pixelSize() * 2)

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        drawing = self._laid_out()
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), self._background)
            painter.translate(0, -self.verticalScrollBar().value())
            drawing.paint(painter, self._colours, self._lit_regions(), self._focused_link())

    def _lit_regions(self) -> list[Region]:
        term = self._pointed_at or self._lit
        if term is None or self._frame is None:
            return []
        return self._laid_out().lit_by(term, min(self._sample, self._frame.batch - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.contentsRect().size()
        if size != self._size:  # The scroll bar coming and going resizes the viewport only.
            self._size = size
            self._drawing = None
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
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_text()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _enter(self) -> None:
        link = self._focused_link()
        elided = {each.action for each in self._laid_out().links} - {WHY, FEWER, INDICES}
        if link:
            self._act(link.action)
        elif self.is_unfolded:
            self._act(FEWER)
        elif any(not action.startswith(PREFIX) for action in elided):
            self.show_all_terms()
        else:
            self._act(WHY)

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
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _focus_link(self, link: int | None) -> None:
        self._focused = link
        region = self._link_at(link)
        if region:
            self._scroll_to(region)
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
        links = self._laid_out().links
        return links[link] if link is not None and link < len(links) else None

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

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        if event.type() is QEvent.Type.Leave:
            self._point_at(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        region = self._region_at(self._mouse)
        cursor = Qt.CursorShape
        pressable = region is not None and bool(region.action)
        self.viewport().setCursor(cursor.PointingHandCursor if pressable else cursor.ArrowCursor)
        self._point_at(region.term if region else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._region_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if event.button() is not Qt.MouseButton.LeftButton or pressed is None:
            return
        if pressed != self._region_at(event.position()):
            return
        if pressed.action:
            self._act(pressed.action)
        elif pressed.term and _is_one_element(pressed.term):
            self.picked.emit(pressed.term)

    def _region_at(self, point: QPointF) -> Region | None:
        return self._laid_out().at(point + QPointF(0, self.verticalScrollBar().value()))

    def _point_at(self, term: Term | None) -> None:
        if term != self._pointed_at:
            self._pointed_at = term
            self.viewport().update()
            self.hovered.emit(term)

    def _show_tip(self, event: QHelpEvent) -> None:
        term = self.term_at(event.pos())
        text = self.tip_of(term) if term else ""
        QToolTip.showText(event.globalPos(), text, self.viewport())

    def tip_of(self, term: Term) -> str:
        """What a term is in words, with its whole value where it stands for one number."""
        page, what = self._page(), describe(term)
        value, new = page.value_of(term), page.new_value_of(term)
        if value is None:
            return what
        if new is None:
            return tr("{what}: {value}", what=what, value=full(value))
        return tr("{what}: {old} → {new}", what=what, old=full(value), new=full(new))


def _is_one_element(term: Term) -> bool:
    return bool(term.indices) and not any(isinstance(each, str) for each in term.indices)
