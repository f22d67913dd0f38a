"""Samples typed and pasted into the real table."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from engine import limits
from engine.datasets import Data, load
from engine.scaling import Scaling
from gui.data.table import DataTable
from gui.theme import LIGHT

KEYS = QKeySequence.StandardKey
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def three():
    """Three samples with two inputs and a target, and one held out."""
    return Data(
        np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        np.array([[0.1], [0.2], [0.3]]),
        ("a", "b"),
        ("y",),
        held_out_inputs=np.array([[7.0, 8.0]]),
        held_out_targets=np.array([[0.4]]),
        input_scaling=(Scaling("standardise", 5.84, 0.83), None),
    )


class Form(QWidget):
    """The table in a window that has shortcuts of its own."""

    def __init__(self, data):
        super().__init__()
        self.table = DataTable(data, LIGHT)
        QVBoxLayout(self).addWidget(self.table)
        self.taken = []
        self.shortcuts = []
        for keys in ("Left", "Right", "Home", "Space", "1", "Ctrl+Z", "Ctrl+C", "F2"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda keys=keys: self.taken.append(keys))
            self.shortcuts.append(shortcut)


@pytest.fixture
def open_table(application, qtbot):
    def opened(data=None):
        form = Form(three() if data is None else data)
        qtbot.addWidget(form)
        form.resize(600, 400)
        form.show()
        qtbot.waitExposed(form)
        form.activateWindow()
        table = form.table
        table.form, table.told = form, []
        table.changed.connect(table.told.append)
        stand_on(table, 1, 0)
        return table

    return opened


@pytest.fixture
def table(open_table):
    return open_table()


def stand_on(table, row, column):
    table.view.setFocus()
    table.view.setCurrentIndex(table.model.index(row, column))


def choose(table, rows, columns):
    """Chooses a block of cells."""
    select = QItemSelectionModel.SelectionFlag
    for row in rows:
        for column in columns:
            table.view.selectionModel().select(table.model.index(row, column), select.Select)


def cells(table):
    model = table.model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def editor(table):
    fields = table.view.viewport().findChildren(QLineEdit)
    return next((field for field in fields if field.isVisible()), None)


def type_in(qtbot, table, text, key=Qt.Key.Key_Return):
    """Types over the current cell."""
    qtbot.keyClick(table.view, Qt.Key.Key_F2)
    field = editor(table)
    field.selectAll()
    qtbot.keyClicks(field, text)
    if key is not None:
        qtbot.keyClick(field, key)
        QApplication.processEvents()  # The field is closed after the key.
    return field


def press(qtbot, table, button):
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def paste(qtbot, table, text):
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(table.view, Qt.Key.Key_V, CONTROL)


def test_samples_are_rows_under_their_names(table):
    assert cells(table) == [
        ["a", "b", "y"],
        ["1", "2", "0.1"],
        ["3", "4", "0.2"],
        ["5", "6", "0.3"],
        ["7", "8", "0.4"],
    ]
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    said = [table.model.headerData(at, across) for at in range(3)]
    assert said == ["input, scaled", "input", "target"]
    rows = [table.model.headerData(at, down) for at in range(5)]
    assert rows == ["name", "1", "2", "3", "held out 1"]


def test_what_a_column_went_through_is_shown(table):
    assert table.about.isVisible()
    assert table.about.text() == "a: (x − 5.84) / 0.83, standardised"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.25", 0.25),
        ("-1e-3", -1e-3),
        ("5e-324", 5e-324),
        ("0.1234567890123456", 0.1234567890123456),
    ],
)
def test_a_number_is_taken_to_the_last_bit(table, qtbot, typed, value):
    type_in(qtbot, table, typed)
    data = table.told[-1]
    assert data.inputs[0, 0] == value
    assert data.inputs[0, 1] == 2.0
    assert data.input_names == ("a", "b")
    assert data.input_scaling == three().input_scaling
    assert data.held_out_inputs.tolist() == [[7, 8]]
    assert table.data() is data


def test_typing_begins_without_a_key_to_open_the_cell(table, qtbot):
    qtbot.keyClicks(table.view, "9")
    qtbot.keyClick(editor(table), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert table.told[-1].inputs[0, 0] == 9.0


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("abc", "“abc” is not a number; 0.15 and −2e−3 are."),
        ("", "Type a number, such as 0.15 or −2e−3."),
        ("1,5", "The decimal sign is a point: 0.5. A comma is not taken."),
        ("nan", "nan is not a finite number."),
        ("1e999", "1e999 is too great: the greatest is about 1.8e308."),
    ],
)
def test_what_is_no_number_stays_in_the_field_with_the_reason(table, qtbot, typed, reason):
    field = type_in(qtbot, table, typed or " ")
    assert editor(table) is field
    assert table.message.isVisible()
    assert table.message.text() == reason
    assert table.view.accessibleDescription() == reason
    assert table.told == []
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert table.told[-1].inputs[0, 0] == 0.5
    assert not table.message.isVisible()


def test_a_field_that_is_left_with_no_number_changes_nothing_and_says_why(table, qtbot):
    type_in(qtbot, table, "abc", key=None)
    table.add_sample.setFocus()
    assert table.told == []
    assert cells(table)[1][0] == "1"
    assert "“abc” is not a number" in table.message.text()


def test_escape_leaves_the_number_as_it_was(table, qtbot):
    type_in(qtbot, table, "9", key=Qt.Key.Key_Escape)
    assert table.told == []
    assert cells(table)[1][0] == "1"


def test_a_held_out_sample_can_be_typed_too(table, qtbot):
    stand_on(table, 4, 2)
    type_in(qtbot, table, "0.5")
    data = table.told[-1]
    assert data.held_out_targets.tolist() == [[0.5]]
    assert_array_equal(data.targets, three().targets)


def test_a_column_is_renamed_in_the_first_row(table, qtbot):
    stand_on(table, 0, 1)
    type_in(qtbot, table, "=weight, in  kg")
    assert table.told[-1].input_names == ("a", "=weight, in kg")
    assert_array_equal(table.told[-1].inputs, three().inputs)


def test_columns_without_names_are_called_x1_and_o1_until_one_is_named(open_table, qtbot):
    table = open_table(Data(np.ones((2, 2)), np.zeros((2, 1))))
    assert cells(table)[0] == ["x1", "x2", "o1"]
    type_in(qtbot, table, "3")
    assert table.told[-1].input_names == ()
    stand_on(table, 0, 1)
    type_in(qtbot, table, "width")
    assert table.told[-1].input_names == ("x1", "width")
    assert table.told[-1].target_names == ()


def test_a_sample_is_added_as_a_copy_and_removed(table, qtbot):
    stand_on(table, 2, 1)
    press(qtbot, table, table.add_sample)
    assert table.told[-1].inputs.tolist() == [[1, 2], [3, 4], [3, 4], [5, 6]]
    assert table.view.currentIndex().row() == 3
    press(qtbot, table, table.remove_samples)
    assert table.told[-1].inputs.tolist() == three().inputs.tolist()
    assert table.told[-1].held_out_samples == 1


def test_a_copy_of_the_last_sample_to_train_on_is_trained_on(table, qtbot):
    stand_on(table, 3, 0)
    press(qtbot, table, table.add_sample)
    assert table.told[-1].samples == 4
    stand_on(table, 5, 0)
    press(qtbot, table, table.add_sample)
    assert (table.told[-1].samples, table.told[-1].held_out_samples) == (4, 2)


def test_several_samples_are_removed_at_once_but_one_has_to_stay(table, qtbot):
    choose(table, [1, 2, 4], [0])
    press(qtbot, table, table.remove_samples)
    data = table.told[-1]
    assert (data.inputs.tolist(), data.held_out_inputs) == ([[5, 6]], None)
    stand_on(table, 1, 0)
    assert not table.remove_samples.isEnabled()
    assert table.remove_samples.toolTip() == "One sample to train on has to stay"


def test_the_row_of_names_is_no_sample(table):
    stand_on(table, 0, 0)
    assert not table.remove_samples.isEnabled()


def test_columns_are_added_and_removed(table, qtbot):
    press(qtbot, table, table.add_input)
    data = table.told[-1]
    assert data.inputs.tolist() == [[1, 2, 0], [3, 4, 0], [5, 6, 0]]
    assert data.input_names == ("a", "b", "x3")
    assert data.input_scaling == (*three().input_scaling, None)
    press(qtbot, table, table.add_target)
    assert table.told[-1].target_names == ("y", "o2")
    assert table.told[-1].held_out_targets.tolist() == [[0.4, 0]]
    stand_on(table, 1, 0)
    press(qtbot, table, table.remove_column)
    data = table.told[-1]
    assert data.inputs.tolist() == [[2, 0], [4, 0], [6, 0]]
    assert data.input_names == ("b", "x2")
    assert not data.is_scaled
    assert not table.about.isVisible()


def test_the_last_input_and_the_last_target_have_to_stay(table, qtbot):
    stand_on(table, 1, 2)
    assert not table.remove_column.isEnabled()
    assert table.remove_column.toolTip() == "One input and one target have to stay"
    stand_on(table, 1, 0)
    press(qtbot, table, table.remove_column)
    assert not table.remove_column.isEnabled()


def test_no_more_is_added_than_the_limits_allow(table, monkeypatch, qtbot):
    monkeypatch.setattr(limits, "MAX_SAMPLES", 4)
    monkeypatch.setattr(limits, "MAX_UNITS", 2)
    stand_on(table, 2, 1)
    assert not table.add_sample.isEnabled()
    assert not table.add_input.isEnabled()
    assert table.add_target.isEnabled()
    paste(qtbot, table, "1\n2\n3\n")
    assert table.message.text() == "5 samples are more than the limit of 4"
    assert table.told == []


# Clipboard


def test_numbers_are_pasted_at_the_current_cell(table, qtbot):
    stand_on(table, 2, 1)
    paste(qtbot, table, "10\t20\r\n30\t−4e1\r\n")
    data = table.told[-1]
    assert data.inputs.tolist() == [[1, 2], [3, 10], [5, 30]]
    assert data.targets.tolist() == [[0.1], [20], [-40]]
    assert len(table.told) == 1


def test_pasting_beyond_the_last_sample_adds_samples_and_leaves_the_held_out_ones(table, qtbot):
    stand_on(table, 3, 0)
    paste(qtbot, table, "10\n20\n30\n")
    data = table.told[-1]
    assert data.inputs.tolist() == [[1, 2], [3, 4], [10, 6], [20, 0], [30, 0]]
    assert data.held_out_inputs.tolist() == [[7, 8]]
    stand_on(table, 6, 0)
    paste(qtbot, table, "40\n50\n")
    assert table.told[-1].held_out_inputs.tolist() == [[40, 8], [50, 0]]
    assert table.told[-1].samples == 5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1\t2\t3", "3 columns, but there is room for 2 from here"),
        ("1\t2\n3", "Row 2 of what was copied has 1 cells, the first 2"),
        ("1\t2\n3\tx", "Row 2, column 2 of what was copied: “x” is not a number; 0.15 and"),
        ("1\n1,5", "Row 2, column 1 of what was copied: The decimal sign is a point"),
        ("1\t\n", "Row 1, column 2 of what was copied: Type a number"),
        ("", "What was copied is empty"),
        ('"1\n2', "What was copied, row 1: a quotation mark is not closed"),
    ],
)
def test_what_cannot_be_pasted_changes_nothing_and_says_where(table, qtbot, text, reason):
    stand_on(table, 1, 1)
    paste(qtbot, table, text)
    assert table.message.text().startswith(reason)
    assert table.told == []


def test_chosen_cells_are_copied_as_a_spreadsheet_takes_them(table, qtbot):
    choose(table, [1, 2], [0, 1])
    qtbot.keyClick(table.view, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "1.0\t2.0\n3.0\t4.0\n"
    stand_on(table, 1, 1)
    qtbot.keyClick(table.view, Qt.Key.Key_V, CONTROL)
    assert table.told[-1].inputs.tolist() == [[1, 1], [3, 3], [5, 6]]


def test_names_are_copied_with_their_column_and_never_as_formulas(table, qtbot):
    stand_on(table, 0, 0)
    type_in(qtbot, table, "=A1")
    stand_on(table, 3, 0)
    type_in(qtbot, table, "-5")
    stand_on(table, 0, 0)
    choose(table, [0, 3], [0])
    qtbot.keyClick(table.view, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "'=A1\n-5.0\n"


# Undo


def test_every_change_is_undone_and_redone(table, qtbot):
    states = [table.data()]
    type_in(qtbot, table, "9")
    states.append(table.data())
    press(qtbot, table, table.add_input)
    states.append(table.data())
    stand_on(table, 0, 0)
    type_in(qtbot, table, "name")
    states.append(table.data())
    press(qtbot, table, table.add_sample)
    states.append(table.data())
    table.view.setFocus()
    for wanted in reversed(states[:-1]):
        qtbot.keyClick(table.view, Qt.Key.Key_Z, CONTROL)
        assert_array_equal(table.data().inputs, wanted.inputs)
        assert table.data().input_names == wanted.input_names
    assert not table.stack.canUndo()
    for wanted in states[1:]:
        qtbot.keyClick(table.view, Qt.Key.Key_Z, CONTROL | SHIFT)
        assert_array_equal(table.data().inputs, wanted.inputs)
    assert len(table.told) == 12


def test_typing_the_same_number_is_no_change(table, qtbot):
    type_in(qtbot, table, "1.0")
    assert table.told == []
    assert not table.stack.canUndo()


def test_other_data_begins_anew_and_the_tables_own_goes_on(table, qtbot):
    type_in(qtbot, table, "9")
    table.set_data(table.data())
    assert table.stack.canUndo()
    table.set_data(load("xor"))
    assert not table.stack.canUndo()
    assert cells(table)[1] == ["0", "0", "0"]
    type_in(qtbot, table, "0.5")
    assert table.told[-1].name is None


def test_large_data_keeps_fewer_changes(open_table):
    small, large = open_table(), open_table(load("digits"))
    assert small.stack.undoLimit() == 100
    assert large.stack.undoLimit() == 64 * 2**20 // (1797 * 74 * 8)


# Keys


def test_keys_of_the_table_never_reach_the_window(table, qtbot):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home):
        qtbot.keyClick(table.view, key)
    qtbot.keyClick(table.view, Qt.Key.Key_C, CONTROL)
    type_in(qtbot, table, "11")
    qtbot.keyClick(table.view, Qt.Key.Key_F2)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_1):
        qtbot.keyClick(editor(table), key)
    qtbot.keyClick(editor(table), Qt.Key.Key_Escape)
    qtbot.keyClick(table.view, Qt.Key.Key_Z, CONTROL)
    assert table.form.taken == []
    assert cells(table)[1][0] == "1"
    # With nothing to undo in the table the key is the window's.
    qtbot.keyClick(table.view, Qt.Key.Key_Z, CONTROL)
    assert table.form.taken == ["Ctrl+Z"]


def test_tab_leaves_the_table(table, qtbot):
    qtbot.keyClick(table.view, Qt.Key.Key_Tab)
    assert not table.view.hasFocus()


def test_a_cell_is_read_out_with_its_column_and_sample(table):
    said = table.model.index(4, 2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "y of held out 1: 0.4"
    assert table.view.accessibleName()
