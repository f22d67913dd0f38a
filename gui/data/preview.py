"""The first rows of a CSV table, and above each column what it is to be."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.formats.csv_data import Problem, Role, Table
from gui.data.words import MOST_NAME, kind_name, role_names
from gui.plain_text import plain
from gui.theme import Theme
from gui.translation import tr

Index = QModelIndex | QPersistentModelIndex

SHOWN_ROWS = 20
ROLES_ROW = 0
_WIDEST = 220


class PreviewModel(QAbstractTableModel):
    """Row 0 holds the roles; the rows of the file follow.

    role_chosen: a column and the Role a person chose for it.
    """

    role_chosen = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table: Table | None = None
        self._roles: tuple[Role, ...] = ()
        self._problems: dict[tuple[int, int | None], str] = {}

    def show_table(self, table: Table | None, roles: tuple[Role, ...]) -> None:
        """Another table, or None where nothing could be read."""
        self.beginResetModel()
        self._table, self._roles, self._problems = table, roles, {}
        self.endResetModel()

    def show_roles(self, roles: tuple[Role, ...], problems: tuple[Problem, ...]) -> None:
        """The same table with other roles, and what is wrong with it."""
        self._roles = roles
        self._problems = {(each.row, each.column): each.sentence for each in problems}
        if self._table is not None:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def rowCount(self, parent: Index | None = None) -> int:
        if self._table is None or (parent is not None and parent.isValid()):
            return 0
        return 1 + min(len(self._table.head), SHOWN_ROWS)

    def columnCount(self, parent: Index | None = None) -> int:
        if self._table is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._table.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.row() == ROLES_ROW else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.row() == ROLES_ROW:
            return self._role_data(index.column(), role)
        return self._cell_data(index.row() - 1, index.column(), role)

    def _role_data(self, column: int, role: int) -> object:
        roles, own = Qt.ItemDataRole, self._roles[column]
        if role == roles.EditRole:
            return own
        if role == roles.DisplayRole:
            return role_names()[own]
        if role == roles.AccessibleTextRole:
            name = self._name(column)
            return tr("{name}, used as: {role}", name=name, role=role_names()[own])
        if role == roles.ToolTipRole:
            return tr("What this column is to be: press Space or click to choose")
        return None

    def _cell_data(self, row: int, column: int, role: int) -> object:
        assert self._table is not None
        roles, cells = Qt.ItemDataRole, self._table.head[row]
        problem = self._problem(row, column)
        if role == roles.DisplayRole:
            return plain(cells[column], MOST_NAME) if column < len(cells) else ""
        if role in (roles.ToolTipRole, roles.AccessibleDescriptionRole) and problem:
            return problem
        if role == roles.ForegroundRole:
            left_out = self._roles[column] is Role.LEFT_OUT
            colour = self._theme.muted if left_out else self._theme.text
            return QBrush(QColor(self._theme.negative if problem else colour))
        if role == roles.BackgroundRole and problem:
            faint = QColor(self._theme.negative)
            faint.setAlphaF(0.14)
            return QBrush(faint)
        if role == roles.FontRole and problem:
            font = QFont()
            font.setUnderline(True)
            return font
        return None

    def _problem(self, row: int, column: int) -> str:
        assert self._table is not None
        number = int(self._table.row_numbers[row])
        return self._problems.get((number, column)) or self._problems.get((number, None), "")

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if self._table is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            kind = kind_name(self._table.columns[section].kind)
            return "\n".join((self._name(section), kind))
        return tr("use as") if section == 0 else str(self._table.row_numbers[section - 1])

    def _name(self, column: int) -> str:
        assert self._table is not None
        own = self._table.columns[column]
        name = plain(own.name, MOST_NAME) if own.named else ""
        return name or tr("column {number}", number=column + 1)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if index.row() != ROLES_ROW or not isinstance(value, Role):
            return False
        self.role_chosen.emit(index.column(), value)
        return True


class _RoleDelegate(QStyledItemDelegate):
    """Draws the roles as boxes to choose from, and offers the choice."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        if index.row() != ROLES_ROW:
            return size
        metrics = option.fontMetrics
        widest = max(metrics.horizontalAdvance(name) for name in role_names().values())
        return QSize(max(size.width(), widest + 40), metrics.height() + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.row() != ROLES_ROW:
            super().paint(painter, option, index)
            return
        box = QStyleOptionComboBox()
        box.rect = option.rect.adjusted(2, 2, -2, -2)
        box.state = option.state | QStyle.StateFlag.State_Enabled
        box.state &= ~QStyle.StateFlag.State_Selected
        box.palette = option.palette
        box.fontMetrics = option.fontMetrics
        box.currentText = str(index.data())
        style = QApplication.style()
        style.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, box, painter)
        style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, box, painter)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        box.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        for role, name in role_names().items():
            box.addItem(name, role)
        box.activated.connect(self._commit)
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(list(Role).index(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, list(Role)[editor.currentIndex()], Qt.ItemDataRole.EditRole)

    def _commit(self) -> None:
        editor = self.sender()
        assert isinstance(editor, QComboBox)
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)


class PreviewTable(QTableView):
    """Arrows move; Space, Enter, F2 or a click on the first row chooses what a column is to be."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.preview = PreviewModel(theme, self)
        self.setModel(self.preview)
        self.setItemDelegate(_RoleDelegate(self))
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setWordWrap(False)
        self.setAccessibleName(tr("Preview: what each column is to be, then the first rows"))
        self.horizontalHeader().setMaximumSectionSize(_WIDEST)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(self._choose)

    def show_table(self, table: Table | None, roles: tuple[Role, ...]) -> None:
        """Another table; the cell one stands on stays where it can."""
        at = self.currentIndex().column(), self.currentIndex().row()
        self.preview.show_table(table, roles)
        self.resizeColumnsToContents()
        column = max(0, min(at[0], self.preview.columnCount() - 1))
        row = max(0, min(at[1], self.preview.rowCount() - 1))
        self.setCurrentIndex(self.preview.index(row, column))

    def _choose(self, index: Index) -> None:
        if index.row() != ROLES_ROW:
            return
        self.edit(self.preview.index(index.row(), index.column()))
        for box in self.viewport().findChildren(QComboBox):
            box.showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        on_roles = self.currentIndex().row() == ROLES_ROW
        if event.key() in (keys.Key_Space, keys.Key_Return, keys.Key_Enter) and on_roles:
            self._choose(self.currentIndex())
        elif event.key() in (keys.Key_Return, keys.Key_Enter):
            event.ignore()  # The dialog's own button takes it.
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters do nothing: the rows are not to be searched."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.resizeColumnsToContents()
