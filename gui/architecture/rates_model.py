"""The rows and columns of a table of learning rates: to each unit, from each unit below."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QWidget

from engine.arrays import Array, frozen
from engine.experiment import Rate
from gui.number_field import number_in, problem_with
from gui.numbers import NumberFormat, full
from gui.theme import Theme
from gui.translation import tr

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RatesModel(QAbstractTableModel):
    """α of every weight of one layer, a row for each unit; the biases' in the last column.

    shape: (units, units below). refused: why what was typed is not taken; "" where it was.
    """

    refused = Signal(object)

    def __init__(
        self,
        shape: tuple[int, int],
        weight_rate: Rate,
        bias_rate: Rate,
        usual: float,
        has_biases: bool,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._rates = np.full((shape[0], shape[1] + has_biases), usual)
        self._has_biases, self._usual, self._theme = has_biases, usual, theme
        self._numbers = NumberFormat()
        self._own = [weight_rate is not None, bias_rate is not None]
        if weight_rate is not None:
            self._weights[:] = weight_rate
        if has_biases and bias_rate is not None:
            self._rates[:, -1:] = bias_rate

    @property
    def _weights(self) -> Array:
        return self._rates[:, :-1] if self._has_biases else self._rates

    def weight_rate(self) -> Rate:
        """None for the optimizer's, a number where all are the same, else (units, units below)."""
        return _shortest(self._weights) if self._own[0] else None

    def bias_rate(self) -> Rate:
        """None for the optimizer's, a number where all are the same, else (units, 1)."""
        return _shortest(self._rates[:, -1:]) if self._has_biases and self._own[1] else None

    def rate_at(self, index: Index) -> float:
        """The rate in one cell."""
        return float(self._rates[index.row(), index.column()])

    def set_rates(self, chosen: QItemSelection, value: float) -> None:
        """Gives many weights or biases one rate."""
        # By whole blocks: a table may have millions of cells.
        for at in range(chosen.count()):
            block = chosen.at(at)
            self._rates[block.top() : block.bottom() + 1, block.left() : block.right() + 1] = value
            self._own[0] |= not self._is_bias(block.left())
            self._own[1] |= self._is_bias(block.right())
        self._refresh()

    def follow_optimizer(self) -> None:
        """No rate of its own for any of them."""
        self._rates[:] = self._usual
        self._own = [False, False]
        self._refresh()

    def _refresh(self) -> None:
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def _is_bias(self, column: int) -> bool:
        return self._has_biases and column == self.columnCount() - 1

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._rates.shape[0]

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._rates.shape[1]

    def flags(self, _index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        return flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        roles = Qt.ItemDataRole
        value = self.rate_at(index)
        if role == roles.DisplayRole:
            return self._numbers.text(value)
        if role == roles.EditRole:
            return full(value)
        if role in (roles.ToolTipRole, roles.AccessibleTextRole):
            return self._about(index.row() + 1, index.column() + 1, value)
        if role == roles.TextAlignmentRole:
            return _RIGHT
        if role == roles.ForegroundRole and value == 0:
            return QBrush(QColor(self._theme.muted))
        return None

    def _about(self, to: int, source: int, value: float) -> str:
        rate = full(value) if value else tr("0, frozen")
        if self._is_bias(source - 1):
            return tr("bias of unit {to}: {rate}", to=to, rate=rate)
        return tr("to unit {to} from unit {source}: {rate}", to=to, source=source, rate=rate)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return tr("to {unit}", unit=section + 1)
        if self._is_bias(section):
            return tr("bias")
        return tr("from {unit}", unit=section + 1)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        problem = problem_with(str(value))
        self.refused.emit(problem)
        if problem:
            return False
        number = number_in(str(value))
        if repr(number) != repr(self.rate_at(index)):
            self._rates[index.row(), index.column()] = number
            self._own[self._is_bias(index.column())] = True
            self.dataChanged.emit(index, index)
        return True


def _shortest(rates: Array) -> Rate:
    first = float(rates[0, 0])
    return first if (rates == first).all() else frozen(rates)
