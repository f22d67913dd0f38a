"""How a cell of the prediction table is painted: in one call, where a model's roles take eight."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme as themes
from gui.theme import Theme

_MARGIN = 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex


class Cells(Protocol):
    """What the painter has to know of a cell."""

    theme: Theme

    def text(self, row: int, column: int) -> str:
        """What stands in it."""

    def picture_in(self, row: int, column: int) -> QPixmap | None:
        """What is drawn in it."""

    def ink(self, row: int, column: int) -> QColor:
        """In which colour."""

    def share_of_accent(self, row: int) -> float:
        """How strongly the row is marked, from 0 to 1."""


class CellPainter(QStyledItemDelegate):
    """Paints the cells of one table."""

    def __init__(self, cells: Cells, parent: QObject) -> None:
        super().__init__(parent)
        self._cells = cells

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cells, row, column = self._cells, index.row(), index.column()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme, share = cells.theme, cells.share_of_accent(row)
        if share:
            painter.fillRect(rect, themes.mixed(theme.accent_soft, theme.surface, share))
        inner = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        picture = cells.picture_in(row, column)
        if picture is not None:
            painter.drawPixmap(inner.left(), inner.center().y() - picture.height() // 2, picture)
        else:
            metrics = option.fontMetrics
            text = cells.text(row, column)
            painter.setPen(cells.ink(row, column))
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, _LEFT, elided)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
            painter.drawLine(rect.topLeft(), rect.topRight())
