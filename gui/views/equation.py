"""The equation of the Step stood on: its rule, this element's indices, its numbers, the result."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from engine.expression import Term
from engine.frame import Frame
from gui.notation import describe
from gui.numbers import NumberFormat, full
from gui.theme import LIGHT, Theme
from gui.translation import tr
from gui.typesetting.drawing import Drawing, Region
from gui.typesetting.lines import set_rows
from gui.typesetting.page import ALL_ELEMENTS, FEWER, Line, Page
from gui.typesetting.writer import ALL_TERMS, LONG_SUM, Writer

_MATHS_TO_TEXT = 1.35
_MARGIN = 14
_MORE_ELEMENTS = 8


class EquationView(QAbstractScrollArea):
    """Shows how the Step stood on computes what it writes, and what every letter stands for.

    hovered: the Term pointed at, or None.
    """

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._numbers = NumberFormat()
        self._sample = 0
        self._lit: Term | None = None
        self._pointed_at: Term | None = None
        self._kept_rows: list[Line] | None = None
        self._drawing: Drawing | None = None
        self._is_scrolled = False
        self._pressed: Region | None = None
        self._mouse = QPointF()
        self._size = QSize()
        self._unfold_nothing()
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
            self._unfold_nothing()
            self.verticalScrollBar().setValue(0)
        self._frame = frame
        self._changed()
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

    def set_lit(self, term: Term | None) -> None:
        """Marks what stands for `term`, which is pointed at in another view."""
        self._lit = term
        self.viewport().update()

    def lines(self) -> tuple[str, ...]:
        """The panel in plain text, row by row; it does not depend on the width."""
        return tuple(row.plain() for row in self._rows())

    def plain_text(self) -> str:
        """The panel in plain text."""
        return "\n".join(self.lines())

    def term_at(self, point: QPoint | QPointF) -> Term | None:
        """The term whose letter or number is shown at a point of the widget."""
        region = self._region_at(QPointF(point))
        return region.term if region else None

    # Unfolding

    def show_all_terms(self) -> None:
        """Writes long sums out in full, and shows more of a long list of elements."""
        self._act(ALL_TERMS)
        self._act(ALL_ELEMENTS)

    @property
    def is_unfolded(self) -> bool:
        """Whether more is shown than at first."""
        return self._all_terms or self._elements_factor > 1

    def _act(self, action: str) -> None:
        if action == ALL_TERMS:
            self._all_terms = True
        elif action == ALL_ELEMENTS:
            self._elements_factor *= _MORE_ELEMENTS
        elif action == FEWER:
            self._unfold_nothing()
        self._changed()

    def _unfold_nothing(self) -> None:
        self._all_terms = False
        self._elements_factor = 1

    @staticmethod
    def _written(frame: Frame | None) -> str | None:
        return frame.step.writes if frame and frame.step else None

    # Layout

    def _changed(self) -> None:
        self._kept_rows = self._drawing = None
        if self.isVisible():
            self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.plain_text())

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
            ),
            self._elements_factor,
            self.is_unfolded,
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
        return self._drawing

    def _set(self, beside_a_bar: bool) -> Drawing:
        width = self.contentsRect().width()
        if beside_a_bar:
            width -= self.verticalScrollBar().sizeHint().width()
        return set_rows(self._rows(), width, _MARGIN)

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
            drawing.paint(painter, self._colours, self._pointed_at or self._lit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.contentsRect().size()
        if size != self._size:  # The scroll bar coming and going resizes the viewport only.
            self._size = size
            self._drawing = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._describe()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self.setAccessibleName(tr("equation of this step"))
            self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._act(FEWER) if self.is_unfolded else self.show_all_terms()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        else:
            event.ignore()

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
        if pressed and pressed.action and pressed == self._region_at(event.position()):
            self._act(pressed.action)

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
