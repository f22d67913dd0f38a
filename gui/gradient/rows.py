"""The rows of the gradient table: every element, and the worst of each gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from engine.checks import GradientCheck
from engine.expression import Term
from gui.gradient.words import short_verdict, term_of
from gui.notation import letter_of
from gui.numbers import NumberFormat, full
from gui.term_model import TERM
from gui.translation import tr

_Index = QModelIndex | QPersistentModelIndex
_Key = Callable[[GradientCheck], object]


class Checks(QAbstractTableModel):
    """Rows of cells; the tooltip has a number's whole double."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.numbers = NumberFormat()

    def headings(self) -> tuple[str, ...]:
        """What the columns are called."""
        raise NotImplementedError

    def cell(self, row: int, column: int) -> str | float | Term:
        """What stands in a cell."""
        raise NotImplementedError

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.headings())

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings()[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        roles = Qt.ItemDataRole
        if role == roles.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role not in (roles.DisplayRole, roles.ToolTipRole, TERM):
            return None
        cell = self.cell(index.row(), index.column())
        if isinstance(cell, Term):
            return cell if role == TERM else letter_of(cell).plain()
        if role == TERM:
            return None
        if isinstance(cell, float):
            return full(cell) if role == roles.ToolTipRole else self.numbers.text(cell)
        return cell if role == roles.DisplayRole else None


class Elements(Checks):
    """Every element that was checked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[GradientCheck] = []

    def headings(self) -> tuple[str, ...]:
        return (
            tr("element"),
            tr("by the rules"),
            tr("by difference"),
            tr("relative difference"),
            tr("verdict"),
        )

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def cell(self, row: int, column: int) -> str | float | Term:
        check = self.rows[row]
        match column:
            case 0:
                return term_of(check)
            case 1:
                return check.analytic
            case 2:
                return check.numeric
            case 3:
                return check.relative_difference
            case _:
                return short_verdict(check)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        keys: tuple[_Key, ...] = (
            lambda check: (check.name[-1:], check.name, check.element),
            lambda check: check.analytic,
            lambda check: check.numeric,
            lambda check: check.relative_difference,
            lambda check: check.agrees,
        )
        if not 0 <= column < len(keys):
            return
        self.layoutAboutToBeChanged.emit()
        key: Callable[[GradientCheck], tuple[float]] = keys[column]  # type: ignore[assignment]
        self.rows.sort(key=key, reverse=order == Qt.SortOrder.DescendingOrder)
        self.layoutChanged.emit()


class Summary(Checks):
    """One row for each gradient, with its worst element."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, int, GradientCheck]] = []

    def add(self, checks: Iterable[GradientCheck]) -> None:
        """Counts some more checks, and keeps the worst of each gradient."""
        tally = {name: (count, worst) for name, count, worst in self.rows}
        for check in checks:
            count, worst = tally.get(check.name, (0, check))
            tally[check.name] = count + 1, max(worst, check, key=_badness)
        self._put([(name, *each) for name, each in tally.items()])

    def clear(self) -> None:
        """No checks."""
        self._put([])

    def _put(self, rows: list[tuple[str, int, GradientCheck]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def headings(self) -> tuple[str, ...]:
        return tr("gradient"), tr("checked"), tr("worst relative difference"), tr("at")

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def cell(self, row: int, column: int) -> str | float | Term:
        name, count, worst = self.rows[row]
        match column:
            case 0:
                return Term(name)
            case 1:
                return str(count)
            case 2:
                return worst.relative_difference
            case _:
                return term_of(worst)


def _badness(check: GradientCheck) -> tuple[bool, float]:
    return not check.agrees, check.relative_difference
