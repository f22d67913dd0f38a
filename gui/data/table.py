"""A table to type samples by hand, or to paste them from a spreadsheet."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QUndoCommand,
    QUndoStack,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine import limits
from engine.datasets import Data
from engine.errors import GradwalkError
from gui.data.clipboard import block_in, text_for
from gui.data.sheet import Sheet, sheet_of
from gui.data.sheet_model import NAMES_ROW, Index, SheetModel
from gui.data.words import scaling_lines
from gui.event_filters import keep_keys
from gui.number_field import problem_with
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

_MOST_LINES = 2
_MOST_UNDO, _UNDO_BYTES = 100, 64 * 2**20
_STANDARD = QKeySequence.StandardKey


class _Change(QUndoCommand):
    """From one Sheet to another."""

    def __init__(self, table: DataTable, before: Sheet, after: Sheet, text: str) -> None:
        super().__init__(text)
        self._table, self._before, self._after = table, before, after

    def redo(self) -> None:
        self._table.show_sheet(self._after)

    def undo(self) -> None:
        self._table.show_sheet(self._before)


class _Delegate(QStyledItemDelegate):
    """A field over the cell; it stays open while what was typed is no number."""

    refused = Signal(object)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setFrame(False)
        field.setProperty("is_name", index.row() == NAMES_ROW)
        field.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole) or tr("Name")))
        return field

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        keys = Qt.Key
        if (
            isinstance(editor, QLineEdit)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (keys.Key_Return, keys.Key_Enter, keys.Key_Tab, keys.Key_Backtab)
            and not editor.property("is_name")
        ):
            problem = problem_with(editor.text())
            self.refused.emit(problem)
            if problem:
                return True
        return super().eventFilter(editor, event)


class _View(QTableView):
    """Keys of a table: they are its own while it has the focus, not the window's."""

    def __init__(self, table: DataTable) -> None:
        super().__init__(table)
        self._table = table
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setAccessibleName(tr("Samples: the names, then a row for each"))
        keep_keys(self, self._is_own)
        self._fit_rows()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_rows()

    def _is_own(self, event: QKeyEvent) -> bool:
        return self._act_of(event) is not None or _moves_or_types(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._act_of(event)
        if act is not None:
            act()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._is_typing():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _is_typing(self) -> bool:
        # The Enter that ends typing comes here too, before the field is closed.
        return self.state() == QAbstractItemView.State.EditingState

    def _act_of(self, event: QKeyEvent) -> partial[None] | None:
        """What a key does here, beside moving and typing."""
        table = self._table
        stack = table.stack
        for key, act, works in (
            (_STANDARD.Copy, table.copy, True),
            (_STANDARD.Paste, table.paste, True),
            (_STANDARD.Undo, stack.undo, stack.canUndo()),
            (_STANDARD.Redo, stack.redo, stack.canRedo()),
        ):
            if works and event.matches(key):
                return partial(act)
        return None


class DataTable(QWidget):
    """Samples as rows, inputs and targets as columns; every number can be typed.

    changed: the Data after each change, undo and redo included. What cannot be taken changes
    nothing, and is told under the table.
    """

    changed = Signal(object)

    def __init__(self, data: Data, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.stack = QUndoStack(self)
        self.model = SheetModel(sheet_of(data), self)
        self.view = _View(self)
        self.view.setModel(self.model)
        delegate = _Delegate(self)
        self.view.setItemDelegate(delegate)
        self.about = _line()
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.message = _line()
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for row in self._button_rows():
            layout.addLayout(row)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.about)
        layout.addWidget(self.message)
        self.view.selectionModel().selectionChanged.connect(self.refresh_buttons)
        delegate.refused.connect(self.say)
        self.model.refused.connect(self.say)
        self.model.wanted.connect(self._change)
        self.set_theme(theme)
        self.set_data(data)

    def data(self) -> Data:
        """What the table holds."""
        return self._data

    def set_data(self, data: Data) -> None:
        """Other data; what was done before cannot be undone then. The same data changes nothing."""
        if data is self._data and self.stack.count():
            return
        self._data = data
        self.stack.clear()
        sheet = sheet_of(data)
        self.stack.setUndoLimit(min(_MOST_UNDO, max(2, _UNDO_BYTES // max(1, sheet.values.nbytes))))
        self.model.show_sheet(sheet)
        self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self.model.theme = theme
        self.model.refresh()
        palette = QPalette(self.message.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.negative))
        self.message.setPalette(palette)

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Takes another number of digits."""
        self.model.numbers = numbers
        self.model.refresh()
        self._tell()

    def _tell(self) -> None:
        """Says what the columns went through, and what can be done."""
        lines = scaling_lines(self._data, self.model.numbers)
        shown = lines[:_MOST_LINES]
        if len(lines) > _MOST_LINES:
            shown.append(tr("and {count} more", count=len(lines) - _MOST_LINES))
        self.about.setText("\n".join(shown))
        self.about.setToolTip("\n".join(lines))
        self.about.setVisible(bool(lines))
        self.say("")
        self.refresh_buttons()

    def show_sheet(self, sheet: Sheet) -> None:
        """For the undo stack: shows a Sheet and tells what it holds."""
        at = self.view.currentIndex()
        row, column = at.row(), at.column()
        self.model.show_sheet(sheet)
        if not self.view.currentIndex().isValid():
            self._make_current(row, column)
        self._data = sheet.data()
        self._tell()
        self.changed.emit(self._data)

    def say(self, problem: str) -> None:
        """Why something was not taken; empty to say nothing."""
        self.message.setText(problem)
        self.message.setVisible(bool(problem))
        self.view.setAccessibleDescription(problem)

    # Buttons

    def _make_buttons(self) -> None:
        self.add_sample = self._button(tr("Add sample"), self._add_sample)
        self.remove_samples = self._button(tr("Remove sample"), self._remove_samples)
        self.add_input = self._button(tr("Add input"), partial(self._add_column, True))
        self.add_target = self._button(tr("Add target"), partial(self._add_column, False))
        self.remove_column = self._button(tr("Remove column"), self._remove_column)
        self.add_sample.setToolTip(tr("A copy of this row, below it"))

    def _button(self, text: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _button_rows(self) -> list[QHBoxLayout]:
        rows = []
        for buttons in (
            (self.add_sample, self.remove_samples),
            (self.add_input, self.add_target, self.remove_column),
        ):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            rows.append(row)
        return rows

    def refresh_buttons(self) -> None:
        """Enables what can be done where one stands; the tooltip tells why it cannot."""
        sheet, column = self.model.sheet, self._column()
        rows = self._selected_rows()
        left = sheet.trained - sum(row < sheet.trained for row in rows)
        self.remove_samples.setEnabled(bool(rows) and left > 0)
        self.remove_samples.setToolTip(
            tr("One sample to train on has to stay") if rows and not left else ""
        )
        same_part = sheet.inputs if column < sheet.inputs else sheet.columns - sheet.inputs
        self.remove_column.setEnabled(same_part > 1)
        self.remove_column.setToolTip(
            "" if same_part > 1 else tr("One input and one target have to stay")
        )
        self.add_sample.setEnabled(sheet.rows < limits.MAX_SAMPLES)
        self.add_input.setEnabled(sheet.inputs < limits.MAX_UNITS)
        self.add_target.setEnabled(sheet.columns - sheet.inputs < limits.MAX_UNITS)

    def _column(self) -> int:
        return max(0, self.view.currentIndex().column())

    def _selected_rows(self) -> list[int]:
        """Of the sheet, so without the row of names."""
        rows = {index.row() - 1 for index in self.view.selectedIndexes()}
        return sorted(rows - {NAMES_ROW - 1})

    # Acts

    def _change(self, sheet: Sheet, text: str) -> None:
        self.stack.push(_Change(self, self.model.sheet, sheet, text))

    def _add_sample(self) -> None:
        sheet = self.model.sheet
        row = max(0, self.view.currentIndex().row() - 1)
        added = sheet.with_rows(row + 1, sheet.values[row : row + 1], held_out=row >= sheet.trained)
        self._change(added, tr("Add sample"))
        self._stand_on(row + 2, self._column())

    def _remove_samples(self) -> None:
        rows, column = self._selected_rows(), self._column()
        self._change(self.model.sheet.without_rows(rows), tr("Remove sample"))
        self._stand_on(rows[0] + 1, column)

    def _add_column(self, is_input: bool) -> None:
        sheet = self.model.sheet
        at = sheet.inputs if is_input else sheet.columns
        self._change(sheet.with_column(at, is_input), tr("Add column"))
        self._stand_on(NAMES_ROW, at)

    def _remove_column(self) -> None:
        column, row = self._column(), self.view.currentIndex().row()
        self._change(self.model.sheet.without_column(column), tr("Remove column"))
        self._stand_on(row, column)

    def _stand_on(self, row: int, column: int) -> None:
        self._make_current(row, column)
        self.view.setFocus()

    def _make_current(self, row: int, column: int) -> None:
        row = max(0, min(row, self.model.rowCount() - 1))
        column = max(0, min(column, self.model.columnCount() - 1))
        self.view.setCurrentIndex(self.model.index(row, column))

    def copy(self) -> None:
        """Copies the chosen cells; with their names where the names are among them."""
        chosen = self.view.selectedIndexes()
        if not chosen:
            return
        rows = np.array(self._selected_rows(), dtype=np.intp)
        columns = np.array(sorted({index.column() for index in chosen}))
        sheet = self.model.sheet
        with_names = any(index.row() == NAMES_ROW for index in chosen)
        names = [sheet.name(column) for column in columns.tolist()] if with_names else []
        QGuiApplication.clipboard().setText(text_for(names, sheet.values[np.ix_(rows, columns)]))

    def paste(self) -> None:
        """Pastes numbers from the current cell on; samples are added where there are too few."""
        sheet, at = self.model.sheet, self.view.currentIndex()
        row, column = max(0, at.row() - 1), self._column()
        try:
            block = block_in(QGuiApplication.clipboard().text(), sheet.columns - column)
        except GradwalkError as error:
            self.say(str(error))
            return
        pasted = sheet.with_cells(row, column, block)
        if pasted.rows > limits.MAX_SAMPLES:
            self.say(
                tr(
                    "{count} samples are more than the limit of {most}",
                    count=pasted.rows,
                    most=limits.MAX_SAMPLES,
                )
            )
            return
        self._change(pasted, tr("Paste"))


def _line() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.hide()
    return label


def _moves_or_types(event: QKeyEvent) -> bool:
    """Keys that move in the table or begin to type: they are never the window's while it is on."""
    keys, modifiers = Qt.Key, Qt.KeyboardModifier
    if event.modifiers() & ~(modifiers.ShiftModifier | modifiers.KeypadModifier):
        return False
    moves = (keys.Key_Left, keys.Key_Right, keys.Key_Up, keys.Key_Down, keys.Key_Home, keys.Key_End)
    if event.key() in (*moves, keys.Key_PageUp, keys.Key_PageDown, keys.Key_F2, keys.Key_Return):
        return True
    return bool(event.text()) and event.text().isprintable()
