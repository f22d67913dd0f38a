"""The rows of a TermTable."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from engine.expression import Term
from gui.inspector.rows import Cells
from gui.numbers import full
from gui.translation import tr

Index = QModelIndex | QPersistentModelIndex
TERM = Qt.ItemDataRole.UserRole
ValueOf = Callable[[Term], float | None]
WordsOf = Callable[[Term], str]


def _no_value(_term: Term) -> float | None:
    return None


class TermModel(QAbstractTableModel):
    """Rows of terms; values are asked for when they are painted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[Cells, ...] = ()
        self.value_of: ValueOf = _no_value
        self.name_of: WordsOf = str

    def show_rows(self, rows: tuple[Cells, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def refresh(self) -> None:
        if self.rows:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return max(map(len, self.rows), default=0)

    def term_at(self, index: Index) -> Term | None:
        cells = self.rows[index.row()]
        return cells[index.column()] if index.column() < len(cells) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        term = self.term_at(index)
        if term is None:
            return None
        roles = Qt.ItemDataRole
        if role == TERM:
            return term
        if role in (roles.DisplayRole, roles.ToolTipRole, roles.AccessibleTextRole):
            value = self.value_of(term)
            said = tr("not computed yet") if value is None else full(value)
            return tr("{what}: {value}", what=self.name_of(term), value=said)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.term_at(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
