"""CSV imported in the real dialog, by keys and clicks."""

import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog

from engine.datasets import load
from engine.formats.csv_data import CsvError, Role, read
from engine.generators import _RESOURCES
from gui.data.import_dialog import ImportDialog
from gui.theme import LIGHT

ANIMALS = "weight,legs,kind\n4.5,4,cat\n30,4,dog\n0.05,2,bird\n5,4,cat\n25,4,dog\n0.1,2,bird\n"
FAULTY = "이름,키,몸무게\n김,170.5,60\n이,,50.5\n박,180,팔십\n최,165\n정,165,66\n"


# The offscreen platform's word on the list that a box drops down.
POPUP = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def open_dialog(application, qtbot):
    def opened(content, name="animals.csv"):
        dialog = ImportDialog(content, name, LIGHT)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        return dialog

    return opened


@pytest.fixture
def choose(qtbot):
    """Chooses in a box with the arrows, by how the choice begins."""

    def choose_in(box, start):
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Home)
        while not box.currentText().startswith(start):
            qtbot.keyClick(box, Qt.Key.Key_Down)

    return choose_in


@pytest.fixture
def use_as(qtbot):
    """Chooses what a column is to be with the arrows, Space and Enter."""

    def chosen(dialog, column, role):
        preview = dialog.preview
        preview.setFocus()
        qtbot.keyClick(preview, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        for _ in range(column):
            qtbot.keyClick(preview, Qt.Key.Key_Right)
        qtbot.keyClick(preview, Qt.Key.Key_Space)
        offered = preview.viewport().findChild(QComboBox).view()
        qtbot.keyClick(offered, Qt.Key.Key_Home)
        for _ in range(list(Role).index(role)):
            qtbot.keyClick(offered, Qt.Key.Key_Down)
        qtbot.keyClick(offered, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: preview.viewport().findChild(QComboBox) is None)

    return chosen


def shown(dialog, row, column):
    return dialog.preview.preview.index(row, column).data()


def headers(dialog):
    model = dialog.preview.preview
    return [
        model.headerData(at, Qt.Orientation.Horizontal).split("\n")
        for at in range(model.columnCount())
    ]


def test_what_was_detected_is_shown_and_imported(open_dialog, qtbot):
    dialog = open_dialog(read(_RESOURCES / "iris.csv"), "iris.csv")
    assert dialog.encoding.currentText() == "UTF-8"
    assert dialog.separator.currentText() == "comma"
    assert dialog.header.isChecked()
    assert headers(dialog)[0] == ["sepal_length", "numbers"]
    assert headers(dialog)[4] == ["species", "text"]
    assert [shown(dialog, 0, at) for at in range(5)] == ["input"] * 4 + ["classes"]
    assert [shown(dialog, 1, at) for at in range(5)] == ["5.1", "3.5", "1.4", "0.2", "setosa"]
    assert "setosa, versicolor, virginica" in dialog.outcome.text()
    qtbot.keyClick(dialog.preview, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.preview, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert_array_equal(dialog.data().inputs, load("iris").inputs)
    assert_array_equal(dialog.data().targets, load("iris").targets)


def test_cancelling_makes_no_data(open_dialog, qtbot):
    dialog = open_dialog(ANIMALS)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.data() is None


def test_the_preview_follows_the_separator_and_the_decimal_mark(open_dialog, choose):
    dialog = open_dialog(b"a;b\n1,5;2,5\n3,5;4\n")
    assert dialog.separator.currentText() == "semicolon"
    choose(dialog.separator, "comma")
    assert shown(dialog, 1, 0) == "1"
    assert not dialog.ok.isEnabled()
    choose(dialog.separator, "semi")
    assert shown(dialog, 1, 0) == "1,5"
    assert dialog.ok.isEnabled()
    choose(dialog.decimal, "point")
    assert headers(dialog)[0] == ["a", "text"]
    assert not dialog.ok.isEnabled()
    choose(dialog.decimal, "comma")
    assert headers(dialog)[0] == ["a", "numbers"]
    assert dialog.ok.isEnabled()


def test_the_preview_follows_the_encoding(open_dialog, choose):
    dialog = open_dialog("이름,키\n김,1\n이,2\n".encode("cp949"))
    assert headers(dialog)[0][0] == "이름"
    choose(dialog.encoding, "UTF-8")
    assert dialog.reason.text() == "animals.csv is not UTF-8 text (byte 0)"
    assert dialog.preview.preview.columnCount() == 0
    assert not dialog.ok.isEnabled()
    choose(dialog.encoding, "CP949")
    assert headers(dialog)[0][0] == "이름"
    assert dialog.reason.text() == ""


def test_the_first_row_can_be_taken_as_data(open_dialog, qtbot):
    dialog = open_dialog("7,8\n1,2\n")
    assert not dialog.header.isChecked()
    dialog.header.setFocus()
    qtbot.keyClick(dialog.header, Qt.Key.Key_Space)
    assert headers(dialog)[0][0] == "7"
    qtbot.keyClick(dialog.header, Qt.Key.Key_Space)
    assert headers(dialog)[0][0] == "column 1"
    assert shown(dialog, 1, 0) == "7"


@POPUP
def test_what_a_column_is_to_be_is_chosen_by_keyboard(open_dialog, use_as):
    dialog = open_dialog(ANIMALS)
    use_as(dialog, 1, Role.TARGET)
    use_as(dialog, 2, Role.LEFT_OUT)
    assert [shown(dialog, 0, at) for at in range(3)] == ["input", "target", "left out"]
    dialog.accept()
    data = dialog.data()
    assert (data.input_names, data.target_names) == (("weight",), ("legs",))


@POPUP
def test_what_a_column_is_to_be_is_chosen_by_mouse(open_dialog, qtbot):
    dialog = open_dialog(ANIMALS)
    preview = dialog.preview
    place = preview.visualRect(preview.preview.index(0, 1)).center()
    qtbot.mouseClick(preview.viewport(), Qt.MouseButton.LeftButton, pos=place)
    box = preview.viewport().findChild(QComboBox)
    qtbot.keyClick(box.view(), Qt.Key.Key_End)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert shown(dialog, 0, 1) == "left out"


@POPUP
def test_a_choice_survives_another_reading_with_as_many_columns(open_dialog, use_as, qtbot):
    dialog = open_dialog(ANIMALS)
    use_as(dialog, 0, Role.LEFT_OUT)
    dialog.header.setFocus()
    qtbot.keyClick(dialog.header, Qt.Key.Key_Space)
    assert shown(dialog, 0, 0) == "left out"


def test_problems_are_listed_with_row_and_column_and_hold_the_import_up(open_dialog, qtbot):
    dialog = open_dialog(FAULTY.encode("cp949"))
    listed = [dialog.problems.item(at).text() for at in range(dialog.problems.count())]
    assert listed == [
        "row 3, column “키” is blank",
        "row 4, column “몸무게”: “팔십” is not a number",
        "row 5 has 2 cells, but there are 3 columns",
    ]
    assert dialog.problems.isVisible()
    assert not dialog.ok.isEnabled()
    assert dialog.reason.text().startswith("row 3, column “키” is blank")
    cell = dialog.preview.preview.index(3, 2)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == listed[1]
    dialog.accept()
    assert dialog.data() is None
    dialog.faulty.setFocus()
    qtbot.keyClick(dialog.faulty, Qt.Key.Key_Space)
    assert "3 rows with a problem are left out" in dialog.outcome.text()
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert_array_equal(dialog.data().inputs, [[170.5], [165]])


def test_many_problems_are_counted(open_dialog):
    dialog = open_dialog("a,b\n" + "1,2\n" * 60 + "x,2\n" * 50)
    assert dialog.problems.count() == 21
    assert dialog.problems.item(20).text() == "and 30 more"
    assert dialog.reason.text().endswith("and 47 more")


def type_in(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_a_share_is_held_out_and_scaling_fitted_on_the_rest(open_dialog, choose, qtbot):
    dialog = open_dialog(read(_RESOURCES / "iris.csv"))
    assert not dialog.seed.problem()
    type_in(qtbot, dialog.held_out.field, "20")
    choose(dialog.input_scaling, "standard")
    assert "samples to train on 120, held out 30" in dialog.outcome.text()
    assert "over its standard deviation" in dialog.meaning.text()
    assert "fitted on the rows to train on" in dialog.meaning.text()
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    data = dialog.data()
    assert (data.samples, data.held_out_samples) == (120, 30)
    assert data.input_scaling[0].method == "standardise"
    assert abs(data.inputs.mean()) < 1e-12


def test_nothing_is_scaled_or_held_out_unasked(open_dialog, qtbot):
    dialog = open_dialog(ANIMALS)
    assert dialog.input_scaling.currentText() == "none"
    assert dialog.meaning.text() == "The numbers stay as they are."
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert not dialog.data().is_scaled
    assert dialog.data().held_out_samples == 0


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("held_out", "120", "Held out, in percent: 120, but it has to be from 0 to 100"),
        ("held_out", "-5", "Held out, in percent: −5, but it has to be from 0 to 100"),
        ("held_out", "abc", "Held out, in percent: “abc” is not a number; 0.15 and −2e−3 are."),
        ("held_out", "5", "5 % of 6 rows is none to hold out"),
        ("held_out", "100", "100 % of 6 rows leaves none to train on"),
        ("seed", "1.5", "Seed of the draw: 1.5, but it has to be a whole number"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_while_it_is_typed(
    open_dialog, qtbot, field, typed, reason
):
    dialog = open_dialog(ANIMALS)
    choice = getattr(dialog, field)
    type_in(qtbot, choice.field, typed)
    assert dialog.reason.text() == reason
    assert not dialog.ok.isEnabled()
    assert choice.field.text() == typed
    type_in(qtbot, choice.field, "0")
    assert dialog.ok.isEnabled()


def test_what_cannot_be_scaled_is_told_and_the_dialog_stays(open_dialog, choose, qtbot):
    dialog = open_dialog("x,y\n1e308,1\n-1e308,2\n")
    choose(dialog.input_scaling, "from")
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert "too far apart" in dialog.reason.text()
    assert dialog.isVisible()
    assert dialog.data() is None


def test_pasted_text_has_no_encoding_to_choose(open_dialog):
    dialog = open_dialog("x\ty\n1\t2\n3\t4\n", "the clipboard")
    assert not dialog.encoding.isVisible()
    assert dialog.separator.currentText() == "tab"
    assert open_dialog(ANIMALS.encode()).encoding.isVisible()


def test_what_is_no_text_is_refused_before_there_is_a_dialog(application):
    with pytest.raises(CsvError, match=r"photo\.png is not a text file"):
        ImportDialog(b"\x89PNG\r\n\x1a\n\0\0", "photo.png", LIGHT)


def test_names_with_markup_or_formulas_are_shown_as_they_are(open_dialog):
    dialog = open_dialog("=A1,<b>y</b>\n1,2\n2,5\n")
    assert [each[0] for each in headers(dialog)] == ["=A1", "<b>y</b>"]
    dialog.accept()
    assert dialog.data().input_names == ("=A1",)


def test_every_control_has_a_name_and_is_reached_by_tab(open_dialog, qtbot):
    dialog = open_dialog(FAULTY.encode())
    wanted = {
        *(dialog.encoding, dialog.separator, dialog.decimal, dialog.header, dialog.preview),
        *(dialog.held_out.field, dialog.seed.field, dialog.input_scaling, dialog.target_scaling),
        *(dialog.problems, dialog.faulty),
    }
    assert all(each.accessibleName() or each.text() for each in wanted)
    reached = set()
    for _ in range(20):
        reached.add(dialog.focusWidget())
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert wanted <= reached
