"""Numbers typed into a real field."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from gui.number_field import NumberField
from gui.numbers import full


class Form(QWidget):
    """A field with its message, another field, and shortcuts as the window has them."""

    def __init__(self):
        super().__init__()
        self.field, self.other = NumberField(), QLineEdit()
        layout = QVBoxLayout(self)
        for widget in (self.field, self.field.message, self.other):
            layout.addWidget(widget)
        self.taken = []
        self.shortcuts = []
        for keys in ("Left", "Right", "Ctrl+Right", "Space", "1", ".", "Home", "Up", "Ctrl+Z", "-"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda keys=keys: self.taken.append(keys))
            self.shortcuts.append(shortcut)


@pytest.fixture
def form(application, qtbot):
    made = Form()
    qtbot.addWidget(made)
    made.field.set_value(0.5)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.field.setFocus()
    made.committed = []
    made.field.committed.connect(made.committed.append)
    return made


@pytest.fixture
def enter(form, qtbot):
    def type_in(text, key=Qt.Key.Key_Return):
        form.field.selectAll()
        for character in text:  # QTest knows the keys of ASCII only.
            event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character)
            QApplication.sendEvent(form.field, event)
        if key is not None:
            qtbot.keyClick(form.field, key)

    return type_in


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.25", 0.25),
        ("0e99999999999999999999", 0.0),
        ("−0.25", -0.25),
        ("-.25", -0.25),
        ("1e-5", 1e-5),
        ("−2.5E−3", -2.5e-3),
        ("3.51019×10⁻⁵", 3.51019e-5),
        (" 7 ", 7.0),
        ("0.1234567890123456", 0.1234567890123456),
        ("5e-324", 5e-324),
        ("1.7976931348623157e308", 1.7976931348623157e308),
    ],
)
def test_a_number_is_taken_to_the_last_bit(form, enter, typed, value):
    enter(typed)
    assert form.committed == [value]
    assert form.field.value() == value
    assert form.field.problem() == ""


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("nan", "not a finite number"),
        ("-inf", "not a finite number"),
        ("∞", "not a finite number"),
        ("0,5", "comma"),
        ("abc", "not a number"),
        ("0.5.1", "not a number"),
        ("1_000", "not a number"),
        ("٣", "not a number"),
        ("1e999", "too great"),
        ("1e-999", "too close to 0"),
        ("1e-99999999999999999999", "too close to 0"),
        ("", "Type a number"),
    ],
)
def test_what_is_not_a_number_is_refused_with_the_reason(form, enter, qtbot, typed, reason):
    enter(typed, None)
    if not typed:
        qtbot.keyClick(form.field, Qt.Key.Key_Delete)
    qtbot.keyClick(form.field, Qt.Key.Key_Return)
    assert reason in form.field.problem()
    assert form.field.message.isVisible()
    assert form.field.message.text() == form.field.problem()
    assert form.field.toolTip() == form.field.accessibleDescription() == form.field.problem()
    assert form.committed == []
    assert form.field.value() == 0.5
    assert form.field.text() == typed  # What was typed stays, to be corrected.


def test_a_problem_goes_away_while_it_is_corrected(form, enter, qtbot):
    enter("0.5x")
    assert form.field.problem()
    qtbot.keyClick(form.field, Qt.Key.Key_Backspace)
    assert form.field.problem() == ""
    assert form.field.message.isHidden()


def test_the_outline_of_a_refused_number_is_in_the_warning_colour(form, enter):
    enter("x")
    warned = form.field.grab().toImage()
    colours = {warned.pixelColor(x, 1).name() for x in range(warned.width())}
    assert "#d55e00" in colours


def test_escape_brings_back_what_was_there(form, enter):
    enter("0.75", Qt.Key.Key_Escape)
    assert form.field.text() == "0.5"
    enter("nonsense")
    enter("", Qt.Key.Key_Escape)
    assert (form.field.text(), form.field.problem()) == ("0.5", "")
    assert form.committed == []


def test_leaving_the_field_commits(form, enter):
    enter("0.75", None)
    form.other.setFocus()
    assert form.committed == [0.75]


def test_the_same_number_is_not_committed_again(form, enter):
    enter("0.50")
    enter("5e-1")
    assert form.committed == []
    assert form.field.text() == "0.5"


def test_the_whole_double_is_shown(form):
    form.field.set_value(-0.1 - 0.2)
    assert form.field.text() == "−0.30000000000000004"


def test_digits_that_a_double_cannot_hold_are_not_dropped_in_silence(form, enter):
    enter("0.12345678901234567891")
    assert form.field.value() == 0.12345678901234567891
    assert form.field.message.text() == "kept as 0.12345678901234568, the nearest double"
    assert form.field.problem() == ""


def test_a_new_value_does_not_overwrite_what_is_being_typed(form, enter, qtbot):
    enter("0.7", None)
    form.field.set_value(0.6)
    assert form.field.text() == "0.7"
    qtbot.keyClick(form.field, Qt.Key.Key_Escape)
    assert form.field.text() == "0.6"


def test_keys_for_typing_never_reach_the_window(form, qtbot):
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Up):
        qtbot.keyClick(form.field, key)
    qtbot.keyClick(form.field, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(form.field, "1.-")
    assert form.taken == []


def test_undo_is_the_fields_while_typing_and_the_windows_after(form, enter, qtbot):
    control = Qt.KeyboardModifier.ControlModifier
    enter("0.75", None)
    qtbot.keyClick(form.field, Qt.Key.Key_Z, control)
    assert form.taken == []
    enter("0.75")
    qtbot.keyClick(form.field, Qt.Key.Key_Z, control)
    assert form.taken == ["Ctrl+Z"]
    assert form.field.text() == "0.75"


def test_after_enter_on_another_number_the_arrows_are_the_windows(form, enter, qtbot):
    enter("0.75")
    assert not form.field.hasFocus()
    qtbot.keyClick(form, Qt.Key.Key_Right)
    assert form.taken == ["Right"]


def test_enter_on_the_same_or_a_refused_number_stays_in_the_field(form, enter):
    for typed in ("0.50", "nonsense"):
        enter(typed)
        assert form.field.hasFocus()


def test_escape_takes_back_and_then_leaves_the_field(form, enter, qtbot):
    enter("0.75", Qt.Key.Key_Escape)
    assert form.field.hasFocus()
    qtbot.keyClick(form.field, Qt.Key.Key_Escape)
    assert not form.field.hasFocus()


LONGEST = [-2.2250738585072014e-308, -0.00012345678901234567, 1.2345678901234567e-10]


@pytest.mark.parametrize("value", LONGEST)
@pytest.mark.parametrize("width", [182, 240])
def test_the_whole_number_is_in_sight_in_a_narrow_field(form, value, width):
    form.field.setFixedWidth(width)
    form.field.set_value(value)
    QApplication.processEvents()
    needed = form.field.fontMetrics().horizontalAdvance(full(value))
    assert needed <= form.field.text_room()
    # The last letter is painted: what is right of it is the frame's.
    form.field.setCursorPosition(len(form.field.text()))
    end = form.field.cursorRect().center().x()
    form.field.setCursorPosition(0)
    begin = form.field.cursorRect().center().x()
    assert 0 < begin < end < width
    assert end - begin == pytest.approx(needed, abs=2)


def test_letters_are_smaller_only_where_they_have_to_be(form):
    form.field.setFixedWidth(182)
    form.field.set_value(LONGEST[0])
    QApplication.processEvents()
    assert form.field.font().pointSizeF() < form.font().pointSizeF()
    form.field.set_value(0.5)
    assert form.field.font().pointSizeF() == form.font().pointSizeF()
    form.field.set_value(LONGEST[0])
    form.field.setFixedWidth(400)
    QApplication.processEvents()
    assert form.field.font().pointSizeF() == form.font().pointSizeF()
    larger = form.font()
    larger.setPointSizeF(larger.pointSizeF() * 1.5)
    form.setFont(larger)
    assert form.field.font().pointSizeF() == larger.pointSizeF()
