"""The rows and columns of a DataTable: the names first, then a row for each sample."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QWidget

from gui.data.sheet import Sheet
from gui.data.words import MOST_NAME, scaling_text
from gui.number_field import number_in, problem_with
from gui.numbers import NumberFormat, full
from gui.plain_text import plain
from gui.theme import LIGHT, Theme
from gui.translation import tr

Index = QModelIndex | QPersistentModelIndex

NAMES_ROW = 0
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SheetModel(QAbstractTableModel):
    """Shows a Sheet, and asks for another when a cell was typed.

    wanted: the Sheet that what was typed asks for, and a word for the undo list. refused: why what
    was typed is not taken.
    """

    wanted = Signal(object, object)
    refused = Signal(object)

    def __init__(self, sheet: Sheet, parent: QWidget) -> None:
        super().__init__(parent)
        self.sheet = sheet
        self.numbers = NumberFormat()
        self.theme: Theme = LIGHT

    def show_sheet(self, sheet: Sheet) -> None:
        """Another Sheet; where one stands is kept if it has as many rows and columns."""
        same = sheet.values.shape == self.sheet.values.shape and sheet.inputs == self.sheet.inputs
        if not same:
            self.beginResetModel()
        self.sheet = sheet
        if not same:
            self.endResetModel()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Shows everything again."""
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.sheet.rows + 1

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.sheet.columns

    def flags(self, _index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        return flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.row() == NAMES_ROW:
            return self._name_data(index.column(), role)
        return self._value_data(index.row() - 1, index.column(), role)

    def _name_data(self, column: int, role: int) -> object:
        roles = Qt.ItemDataRole
        name = self.sheet.name(column)
        if role == roles.DisplayRole:
            return plain(name, MOST_NAME)
        if role == roles.EditRole:
            return name
        if role == roles.FontRole:
            font = QFont()
            font.setBold(True)
            return font
        if role == roles.TextAlignmentRole:
            return _RIGHT
        if role == roles.ToolTipRole:
            return self._about(column)
        return None

    def _about(self, column: int) -> str:
        name, scaling = plain(self.sheet.name(column), MOST_NAME), self.sheet.scalings[column]
        if scaling is None:
            return tr("{name}, not scaled", name=name)
        return scaling_text(name, scaling, self.numbers)

    def _value_data(self, row: int, column: int, role: int) -> object:
        roles = Qt.ItemDataRole
        value = float(self.sheet.values[row, column])
        if role == roles.DisplayRole:
            return self.numbers.text(value)
        if role in (roles.EditRole, roles.ToolTipRole):
            return full(value)
        if role == roles.TextAlignmentRole:
            return _RIGHT
        if role == roles.AccessibleTextRole:
            return tr(
                "{name} of {sample}: {value}",
                name=plain(self.sheet.name(column), MOST_NAME),
                sample=self._row_name(row),
                value=full(value),
            )
        if role == roles.ForegroundRole and row >= self.sheet.trained:
            return QBrush(QColor(self.theme.muted))
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            return self._about(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            said = tr("input") if section < self.sheet.inputs else tr("target")
            return tr("{part}, scaled", part=said) if self.sheet.scalings[section] else said
        return tr("name") if section == NAMES_ROW else self._row_name(section - 1)

    def _row_name(self, row: int) -> str:
        if row < self.sheet.trained:
            return str(row + 1)
        return tr("held out {number}", number=row - self.sheet.trained + 1)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        text = str(value)
        if index.row() == NAMES_ROW:
            return self._rename(index.column(), " ".join(text.split()))
        return self._type(index.row() - 1, index.column(), text)

    def _rename(self, column: int, name: str) -> bool:
        if name != self.sheet.name(column):
            self.wanted.emit(self.sheet.renamed(column, name), tr("Rename a column"))
        return True

    def _type(self, row: int, column: int, text: str) -> bool:
        problem = problem_with(text)
        if problem:
            self.refused.emit(problem)
            return False
        self.refused.emit("")
        typed = number_in(text)
        if repr(typed) != repr(float(self.sheet.values[row, column])):
            cell = np.array([[typed]])
            self.wanted.emit(self.sheet.with_cells(row, column, cell), tr("Type a number"))
        return True
