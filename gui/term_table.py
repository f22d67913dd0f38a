"""A list of elements with their letters and values: pointed at, picked, lit."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.expression import Term
from gui import theme as themes
from gui.event_filters import on_event
from gui.inspector.choosing import TextButton
from gui.inspector.rows import Cells
from gui.letters import fitted_number, letter, paint_letter
from gui.numbers import NOT_COMPUTED, NumberFormat
from gui.term_model import TERM, Index, TermModel, ValueOf, WordsOf
from gui.theme import LIGHT, Theme
from gui.translation import tr

PAD = 6
"""What a row has around it, left and right."""

_FIRST = 8
_USUAL = "−0.000000"
"""A number that should have room beside its letter; where it has none, it stands below it."""


class _Delegate(QStyledItemDelegate):
    """Letter on the left, value on the right, and the words between where there is room.

    In a table that is stacked the value has a line of its own.
    """

    def __init__(self, table: TermTable) -> None:
        super().__init__(table)
        self.table = table

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        font: QFontMetrics = option.fontMetrics
        return QSize(40, row_height(font) + (font.height() if self.table.is_stacked else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        term = index.data(TERM)
        rect: QRect = option.rect
        if term is not None:
            painter.save()
            self._paint(painter, rect, term, index.column())
            painter.restore()

    def _paint(self, painter: QPainter, rect: QRect, term: Term, column: int) -> None:
        table, theme = self.table, self.table.theme
        table.paint_ground(painter, rect, term)
        painter.setFont(table.font())
        metrics = painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        room, text = self.value_in(rect, term, column)
        line = rect.adjusted(PAD, 0, -PAD, 0)
        if table.is_stacked:
            line.setHeight(row_height(metrics))
        if column and table.between:
            painter.setPen(QColor(theme.muted))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, table.between)
            line.adjust(metrics.horizontalAdvance(table.between) + PAD, 0, 0, 0)
        drawing = letter(term, table.font())
        baseline = QPointF(line.left(), line.center().y() + metrics.ascent() * 0.36)
        paint_letter(painter, drawing, baseline, QColor(theme.text))
        painter.setPen(QColor(theme.muted if table.value_of(term) is None else theme.text))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, text)
        line.adjust(round(drawing.width) + 2 * PAD, 0, 0, 0)
        if not table.is_stacked:
            line.adjust(0, 0, -metrics.horizontalAdvance(text) - 2 * PAD, 0)
        words = table.words_of(term)
        if metrics.horizontalAdvance(words) <= line.width():
            painter.setPen(QColor(theme.muted))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, words)

    def value_in(self, rect: QRect, term: Term, column: int) -> tuple[QRect, str]:
        """Where the value stands in a cell, and as what."""
        table = self.table
        metrics = QFontMetrics(table.font())
        room = rect.adjusted(PAD, 0, -PAD, 0)
        if table.is_stacked:
            room.setTop(room.top() + row_height(metrics) - round(metrics.height() * 0.3))
        else:
            room.adjust(table.beside_value(term, column), 0, 0, 0)
        return room, self._fitted(table.value_of(term), metrics, room.width())

    def _fitted(self, value: float | None, metrics: QFontMetrics, width: int) -> str:
        """The value with as many of the digits as there is room for; its tooltip has them all."""
        if value is None:
            text = tr("not computed yet")
            return text if metrics.horizontalAdvance(text) <= width else NOT_COMPUTED
        return fitted_number(value, self.table.numbers, metrics, width)


class _View(QTableView):
    """As high as its rows; arrows up and down move in it, Enter picks."""

    def __init__(self, table: TermTable) -> None:
        super().__init__(table)
        self._table = table
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.verticalHeader().setMinimumSectionSize(10)
        on_event(self.viewport(), QEvent.Type.Leave, self._left)

    def keyboardSearch(self, _search: str) -> None:
        """Letters do nothing: there is nothing to type here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        if event.key() in (keys.Key_Return, keys.Key_Enter):
            self._table.pick(self.currentIndex())
        elif event.key() in (keys.Key_Up, keys.Key_Down, keys.Key_Left, keys.Key_Right):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._table.point_at(current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            if not self.currentIndex().isValid():
                self.setCurrentIndex(self.model().index(0, 0))
            self._table.point_at(self.currentIndex())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._table.point_at(QModelIndex())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._table.point_at(self.indexAt(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._table.pick(self.indexAt(event.position().toPoint()))

    def _left(self, _event: QEvent) -> bool:
        self._table.point_at(QModelIndex())
        return False


class TermTable(QWidget):
    """The list, its first rows, and a button for the rest.

    is_stacked: values stand below their letters, as there is no room beside them.
    hovered: the Term pointed at or reached by keyboard, or None. picked: a Term clicked, or Enter
    pressed on it. between: a sign between the cells of a row.
    """

    hovered = Signal(object)
    picked = Signal(object)

    def __init__(self, between: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.between = between
        self.words_of: WordsOf = str
        self.theme = LIGHT
        self.numbers = NumberFormat()
        self._all_rows: tuple[Cells, ...] = ()
        self._is_unfolded = False
        self.is_stacked = False
        self._lit: Term | None = None
        self._pointed_at: Term | None = None
        self._model = TermModel(self)
        self.view = _View(self)
        self.view.setModel(self._model)
        self._delegate = _Delegate(self)
        self.view.setItemDelegate(self._delegate)
        self.more = TextButton()
        self.more.clicked.connect(self._toggle)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view)
        layout.addWidget(self.more)

    def show_rows(
        self, rows: tuple[Cells, ...], value_of: ValueOf, name_of: WordsOf, words_of: WordsOf
    ) -> None:
        """Shows these elements.

        value_of: None where one is not computed yet; name_of: what it is called in full; words_of:
        what stands beside its letter where there is room.
        """
        self._model.value_of, self._model.name_of = value_of, name_of
        self.words_of = words_of
        if rows != self._all_rows:
            self._all_rows, self._is_unfolded = rows, False
            self._lay_out_rows()
        else:
            self._model.refresh()

    def value_of(self, term: Term) -> float | None:
        """The value shown of a term."""
        return self._model.value_of(term)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self.theme = theme
        self.more.set_theme(theme)
        self.view.viewport().update()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Takes another number of digits."""
        self.numbers = numbers
        self.view.viewport().update()

    def set_lit(self, term: Term | None) -> None:
        """Lights the rows of `term`; a letter for an index stands for all of that axis."""
        if term != self._lit:
            self._lit = term
            self.view.viewport().update()

    def is_lit(self, term: Term) -> bool:
        """Whether a row is lit."""
        return self._lit is not None and _stands_for(self._lit, term)

    def is_paired(self) -> bool:
        """Whether the rows are a weight and the unit at its other end."""
        return any(len(cells) > 1 for cells in self._all_rows)

    def place_of(self, term: Term) -> QRect:
        """Where a term is, on the view's viewport."""
        for row, cells in enumerate(self._model.rows):
            if term in cells:
                return self.view.visualRect(self._model.index(row, cells.index(term)))
        return QRect()

    def painted_value(self, term: Term) -> tuple[QRect, str]:
        """Where the value of a term shown is painted, and as what."""
        column = next(cells.index(term) for cells in self._model.rows if term in cells)
        return self._delegate.value_in(self.place_of(term), term, column)

    def lines(self) -> list[str]:
        """The rows shown, in plain text."""
        texts = [
            " · ".join(
                str(self._model.index(row, column).data())
                for column, term in enumerate(cells)
                if term is not None
            )
            for row, cells in enumerate(self._model.rows)
        ]
        return texts + ([self.more.text()] if not self.more.isHidden() else [])

    def paint_ground(self, painter: QPainter, rect: QRect, term: Term) -> None:
        """What lies behind an element: lit, pointed at, or nothing."""
        inner = rect.adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if term == self._pointed_at or self.is_lit(term):
            painter.setBrush(QColor(self.theme.accent_soft))
            painter.drawRoundedRect(inner, 3, 3)
        if term == self._pointed_at:
            painter.setPen(themes.mixed(self.theme.accent, self.theme.accent_soft, 0.7))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner, 3, 3)

    # What the view tells

    def point_at(self, index: Index) -> None:
        """The element pointed at now, which may be none."""
        term = self._model.term_at(index) if index.isValid() else None
        shape = Qt.CursorShape.PointingHandCursor if term else Qt.CursorShape.ArrowCursor
        self.view.viewport().setCursor(shape)
        if term != self._pointed_at:
            self._pointed_at = term
            self.view.viewport().update()
            self.hovered.emit(term)

    def pick(self, index: Index) -> None:
        """Clicked, or Enter pressed."""
        term = self._model.term_at(index) if index.isValid() else None
        if term is not None:
            self.picked.emit(term)

    # Rows

    def _toggle(self) -> None:
        self._is_unfolded = not self._is_unfolded
        self._lay_out_rows()

    def _lay_out_rows(self) -> None:
        count = len(self._all_rows)
        folds = count > _FIRST + 2
        shown = self._all_rows if self._is_unfolded or not folds else self._all_rows[:_FIRST]
        self._pointed_at = None
        self._model.show_rows(shown)
        if self._is_unfolded:
            self.more.setText(tr("show fewer"))
        else:
            self.more.setText(tr("⋮ {count} more", count=count - len(shown)))
        self.more.setVisible(folds)
        self._fit()

    def _fit(self) -> None:
        metrics = self.view.fontMetrics()
        self.is_stacked = self._needs_stacking(metrics)
        height = row_height(metrics) + (metrics.height() if self.is_stacked else 0)
        self.view.verticalHeader().setDefaultSectionSize(height)
        self.view.setFixedHeight(height * len(self._model.rows))

    def _needs_stacking(self, metrics: QFontMetrics) -> bool:
        columns = self._model.columnCount()
        if not columns:
            return False
        room = self.width() // columns - 2 * PAD - metrics.horizontalAdvance(_USUAL)
        return any(
            self.beside_value(term, column) > room
            for cells in self._model.rows
            for column, term in enumerate(cells)
            if term is not None
        )

    def beside_value(self, term: Term, column: int) -> int:
        """How wide what stands left of a value is, with the space between."""
        sign = QFontMetrics(self.font()).horizontalAdvance(self.between) + PAD
        width = round(letter(term, self.font()).width) + PAD
        return width + (sign if column and self.between else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def set_name(self, name: str) -> None:
        """What the list is called, for a screen reader."""
        self.view.setAccessibleName(name)
        self.more.setAccessibleName(tr("more or fewer of: {name}", name=name))


def row_height(metrics: QFontMetrics) -> int:
    """Room for a letter with an index above and below."""
    return round(metrics.height() * 1.65)


def _stands_for(lit: Term, term: Term) -> bool:
    return lit.name == term.name and (
        not lit.indices
        or all(
            isinstance(mine, str) or mine == other
            for mine, other in zip(lit.indices, term.indices, strict=False)
        )
    )
