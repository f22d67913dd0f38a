"""Terms by keyboard, what they say and what they mark; the handle that scrolls the panel."""

from itertools import product

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QVBoxLayout, QWidget

from engine.expression import Term
from gui.fonts import load_fonts
from gui.theme import LIGHT
from gui.views.equation import EquationView
from tests.gui.views.test_equation import LAYER, WEIGHT, run, standing_on

pytestmark = pytest.mark.qt_log_ignore("does not support raise")  # the tooltip, offscreen

ALT = Qt.KeyboardModifier.AltModifier
LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


@pytest.fixture
def beside(qtbot):
    """A view with the focus, and a field beside it."""
    load_fonts()
    window = QWidget()
    layout = QVBoxLayout(window)
    window.field, window.view = QLineEdit(), EquationView()
    for each in (window.field, window.view):
        layout.addWidget(each)
    window.resize(420, 700)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.view.setFocus()
    yield window
    QToolTip.hideText()


@pytest.fixture
def view(beside):
    return beside.view


def heard(signal):
    terms = []
    signal.connect(terms.append)
    return terms


def test_alt_and_right_go_from_term_to_term_in_reading_order(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    hovered = heard(view.hovered)
    for _ in range(4):
        qtbot.keyClick(view, RIGHT, ALT)
    rule = [Term("delta1", (1,)), Term("z1", (1,)), Term("delta2", ("k",)), Term("W2", ("k", 1))]
    assert hovered == rule
    qtbot.keyClick(view, LEFT, ALT)
    assert hovered[-1] == Term("delta2", ("k",))


def test_every_term_is_reached_and_the_last_one_stays(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", LAYER))
    hovered = heard(view.hovered)
    terms = [region.term for region in view._laid_out().regions if region.term]
    for _ in range(len(terms) + 3):
        qtbot.keyClick(view, RIGHT, ALT)
    assert hovered[-1] == terms[-1]
    assert set(hovered) == set(terms) > {Term("W1"), Term("W1", ("j", "i")), Term("W1", (2, 1))}


def test_alt_and_down_go_to_the_line_below_and_up_comes_back(beside, view, qtbot):
    beside.resize(700, 700)
    view.show_frame(standing_on(run(2, 3, 2), "z1", LAYER))
    hovered = heard(view.hovered)
    qtbot.keyClick(view, DOWN, ALT)
    for _ in range(5):
        qtbot.keyClick(view, DOWN, ALT)
    # The matrix rule, the rule, "where a_i = x_i", the line for each of the units.
    rules = [Term("z1"), Term("z1", ("j",)), Term("a0", ("i",))]
    assert hovered[:3] == rules
    assert [term.indices[0] for term in hovered[3:]] == [0, 1, 2]
    qtbot.keyClick(view, UP, ALT)
    assert hovered[-1].indices[0] == 1


def test_plain_arrows_are_left_to_the_stepper(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    hovered = heard(view.hovered)
    for key in (RIGHT, LEFT, DOWN, UP):
        qtbot.keyClick(view, key)
    assert hovered == []


def test_the_focused_term_is_framed_lit_and_explained(view, qtbot):
    frame = standing_on(run(2, 3, 2), "delta1", nth=1)
    view.show_frame(frame)
    for _ in range(4):
        qtbot.keyClick(view, RIGHT, ALT)
    rect = view._laid_out().terms[3].rect
    image, y = view.viewport().grab().toImage(), round(rect.center().y())
    beside = [image.pixelColor(round(rect.left()) - away, y) for away in range(4)]
    ring = max(beside, key=QColor.saturation)  # Between two pixels it is paler, but of its hue.
    assert abs(ring.hue() - QColor(LIGHT.positive).hue()) <= 3
    assert view.lit_elements() == {("W2", (0, 1)), ("W2", (1, 1))}
    assert QToolTip.text() == "weights into layer 2\nW_2 is 2×3"
    assert view.accessibleDescription().startswith(QToolTip.text() + "\nII Delta")


def test_the_tip_of_a_focused_number_has_all_its_digits(view, qtbot):
    frame = standing_on(run(2, 3, 2), "z1")
    view.show_frame(frame)
    terms = [region.term for region in view._laid_out().terms]
    result = max(place for place, term in enumerate(terms) if term == Term("z1", (0,)))
    for _ in range(result + 1):
        qtbot.keyClick(view, RIGHT, ALT)
    value = repr(frame.value("z1", 0)).replace("-", "−")
    assert QToolTip.text() == f"pre-activation z of unit 1 of layer 1: {value}\nz_1 is 3×1"


def test_enter_picks_the_focused_element_and_not_a_letter_for_many(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    picked = heard(view.picked)
    qtbot.keyClick(view, RIGHT, ALT)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    for _ in range(2):
        qtbot.keyClick(view, RIGHT, ALT)
    qtbot.keyClick(view, Qt.Key.Key_Enter)  # on δ_k: any unit of the layer above
    assert picked == [Term("delta1", (1,))]
    assert not view.why_shown


def test_escape_leaves_the_terms_and_is_otherwise_for_the_window(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    qtbot.keyClick(view, RIGHT, ALT)
    hovered = heard(view.hovered)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert hovered == [None]
    assert view.lit_elements() == frozenset()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.why_shown


def test_tab_goes_on_to_the_links_and_takes_the_frame_along(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    qtbot.keyClick(view, RIGHT, ALT)
    hovered = heard(view.hovered)
    qtbot.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab)
    assert hovered == [None]
    assert view.accessibleDescription().startswith("link: why")
    qtbot.keyClick(view, RIGHT, ALT)
    assert hovered[-1] == Term("delta1", (1,))
    assert not view.accessibleDescription().startswith("link:")


def test_a_term_is_lit_only_as_long_as_the_view_has_the_focus(beside, qtbot):
    view = beside.view
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    qtbot.keyClick(view, RIGHT, ALT)
    hovered = heard(view.hovered)
    beside.field.setFocus()
    view.setFocus()
    assert hovered == [None, Term("delta1", (1,))]


def test_another_step_has_no_term_focused(view, qtbot):
    timeline = run(2, 3, 2)
    view.show_frame(standing_on(timeline, "delta1", nth=1))
    qtbot.keyClick(view, RIGHT, ALT)
    hovered = heard(view.hovered)
    view.show_frame(timeline.frame())
    assert hovered == [None]
    qtbot.keyClick(view, LEFT, ALT)
    assert hovered[-1] == view._laid_out().terms[0].term


def test_a_term_below_the_panel_is_scrolled_into_view(beside, qtbot):
    beside.resize(420, 200)
    view = beside.view
    view.show_frame(standing_on(run(2, 30, 1), "z1", LAYER))
    for _ in range(60):
        qtbot.keyClick(view, RIGHT, ALT)
        rect, down = view._region_at_cursor().rect, view.verticalScrollBar().value()
        assert rect.top() >= down - 1
        assert rect.bottom() <= down + view.viewport().height() + 1
    assert view.verticalScrollBar().value() > 0


# What is marked


def test_what_is_lit_elsewhere_marks_its_elements_here_and_no_others(view):
    view.show_frame(standing_on(run(2, 3, 2), "z1", LAYER))
    view.set_lit(Term("W1", (1, 0)))
    assert view.lit_elements() == {("W1", (1, 0))}
    view.set_lit(Term("W1"))
    assert view.lit_elements() == {("W1", each) for each in product(range(3), range(2))}
    view.set_lit(Term("a0", (1,)))
    assert view.lit_elements() == {("a0", (1,))}
    view.set_lit(Term("W2", (0, 0)))  # nothing on this page
    assert view.lit_elements() == frozenset()


def test_only_the_elements_that_are_written_here_are_marked(view):
    view.show_frame(standing_on(run(2, 3, 2), "dW1", WEIGHT, nth=2))
    view.set_lit(Term("delta1"))
    assert view.lit_elements() == {("delta1", (1,))}
    view.show_frame(standing_on(run(2, 3, 2), "E"))
    view.set_lit(Term("E"))
    assert view.lit_elements() == {("E", ())}


def test_each_marked_element_is_below_a_chip(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    view.set_lit(Term("delta2", ("k",)))
    chip = QColor(LIGHT.accent_soft).rgb()
    image = view.viewport().grab().toImage()
    lit = {
        (region.term.name, region.term.indices)
        for region in view._laid_out().terms
        if image.pixel(region.rect.bottomLeft().toPoint()) == chip
        if "k" not in region.term.indices
    }
    assert lit == view.lit_elements() == {("delta2", (0,)), ("delta2", (1,))}


# The handle that scrolls


@pytest.fixture
def tall(beside):
    beside.resize(420, 200)
    view = beside.view
    view.show_frame(standing_on(run(2, 30, 1), "z1", LAYER))
    view.grab()
    view.verticalScrollBar().setValue(0)
    return view


def handle(view):
    """The painted handle's pixels: its first and last row."""
    image = view.viewport().grab().toImage()
    x = image.width() - 4
    painted = [y for y in range(image.height()) if image.pixelColor(x, y) == QColor(LIGHT.muted)]
    return (painted[0], painted[-1]) if painted else None


def test_a_page_that_fits_has_no_handle_and_its_lines_have_the_same_room(beside, tall):
    bar = tall.verticalScrollBar()
    assert handle(tall)
    width = tall.viewport().width()
    beside.resize(420, 1200)
    tall.grab()
    assert bar.maximum() == 0
    assert handle(tall) is None
    assert tall.viewport().width() == width == tall.width()


def test_the_handle_follows_the_page(tall):
    bar = tall.verticalScrollBar()
    top, bottom = handle(tall)
    assert top <= 2
    assert bottom < tall.viewport().height() - 20
    bar.setValue(bar.maximum())
    assert handle(tall)[1] >= tall.viewport().height() - 3


def test_the_handle_can_be_dragged_and_is_let_go(tall, qtbot):
    viewport, bar = tall.viewport(), tall.verticalScrollBar()
    start = QPoint(viewport.width() - 4, handle(tall)[0] + 8)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewport, QPoint(start.x(), start.y() + 400))
    assert bar.value() == bar.maximum()
    qtbot.mouseMove(viewport, start)
    assert bar.value() == 0
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewport, QPoint(start.x(), start.y() + 30))
    assert bar.value() == 0


def test_a_press_beside_the_handle_goes_a_page(tall, qtbot):
    viewport, bar = tall.viewport(), tall.verticalScrollBar()
    below = QPoint(viewport.width() - 4, viewport.height() - 3)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=below)
    assert bar.value() == min(viewport.height(), bar.maximum())


def test_keys_and_the_wheel_scroll_without_a_scroll_bar(tall, qtbot):
    bar = tall.verticalScrollBar()
    qtbot.keyClick(tall, DOWN)
    by_key = bar.value()
    assert by_key > 0
    middle = QPointF(tall.viewport().rect().center())
    turned = QWheelEvent(
        middle,
        tall.viewport().mapToGlobal(middle),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(tall.viewport(), turned)
    assert bar.value() > by_key
