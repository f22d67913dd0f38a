"""The table of all gradients beside finite differences."""

import csv
import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from engine.checks import GradientCheck, check_all
from engine.formats import experiment_json
from engine.inspection import gradient_state
from engine.timeline import Timeline
from gui.gradient.table import GradientTable
from tests.examples import FOLDER


@pytest.fixture(scope="module")
def checks():
    timeline = Timeline(experiment_json.read(FOLDER / "iris.gradwalk.json"))
    timeline.train(5)
    return tuple(check_all(timeline.program, gradient_state(timeline), 1000))


@pytest.fixture
def table(application, qtbot):
    made = GradientTable()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def column(view, number):
    model = view.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_each_gradient_has_its_worst_element(table, checks):
    table.show_checks(checks, len(checks))
    assert column(table.summary, 0) == ["∂E/∂W_1", "∂E/∂b_1", "∂E/∂W_2", "∂E/∂b_2"]
    assert column(table.summary, 1) == ["24", "6", "18", "3"]
    worst = max(
        (each for each in checks if each.name == "dW1"), key=lambda each: each.relative_difference
    )
    to, source = worst.element
    assert column(table.summary, 3)[0] == f"∂E/∂w_{source + 1}{to + 1}^(1)"
    assert "All 51 elements" in table.text()
    assert "✓ Every element checked agrees" in table.text()


def test_a_wrong_element_is_named_and_is_the_worst(table, checks):
    wrong = GradientCheck("dW2", (1, 2), analytic=0.25, numeric=-0.25, step=6e-6)
    rows = [wrong if each.name == "dW2" and each.element == (1, 2) else each for each in checks]
    table.show_checks(rows, len(rows))
    assert table.sentence.text() == "✗ One element does not agree with its finite difference."
    assert column(table.summary, 3)[2] == "∂E/∂w_32^(2)"
    assert column(table.elements, 0)[0] == "∂E/∂w_32^(2)"
    assert column(table.elements, 4)[:2] == ["does not agree", "agrees"]


def test_a_click_on_a_heading_sorts_by_numbers(table, checks, qtbot):
    table.show_checks(checks, len(checks))
    header = table.elements.horizontalHeader()
    table.elements.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    place = header.rect().center()
    place.setX(header.sectionPosition(1) + 20)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    model = table.elements.model()
    shown = [check.analytic for check in model.rows]
    assert shown == sorted((check.analytic for check in checks), reverse=True)


def test_it_says_how_many_of_how_many_were_sampled(table, checks):
    table.show_checks(checks[::3], len(checks))
    assert table.sampled.text() == "17 of the gradient's 51 elements were checked, evenly spread."


def test_it_fills_in_slices_with_its_progress(table, checks):
    table.begin(len(checks))
    assert table.progress.isVisible()
    table.add(checks[:20])
    assert table.progress.value() == 20
    assert "20 of 51 checked" in table.sampled.text()
    assert table.elements.model().rowCount() == 20
    table.add(checks[20:])
    table.finish()
    assert table.progress.isHidden()
    assert column(table.summary, 1) == ["24", "6", "18", "3"]
    table.begin(10)
    assert table.elements.model().rowCount() == table.summary.model().rowCount() == 0


def test_it_can_be_stopped_and_keeps_what_there_is(table, checks, qtbot):
    stopped = []
    table.cancelled.connect(lambda: stopped.append(True))
    table.begin(len(checks))
    table.add(checks[:20])
    qtbot.mouseClick(table.cancel, Qt.MouseButton.LeftButton)
    assert stopped == [True]
    assert table.sampled.text() == "Stopped after 20 of the gradient's 51 elements."
    table.begin(len(checks))
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert stopped == [True, True]
    assert table.isHidden()


def test_the_copy_reads_back_to_the_same_doubles(table, checks, qtbot):
    table.show_checks(checks, len(checks))
    qtbot.mouseClick(table.copy, Qt.MouseButton.LeftButton)
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert len(rows) == len(checks)
    for row, check in zip(rows, checks, strict=True):
        assert row["gradient"] == check.name
        assert (int(row["row"]) - 1, int(row["column"]) - 1) == (*check.element, 0)[:2]
        assert float(row["analytic"]) == check.analytic
        assert float(row["numeric"]) == check.numeric
        assert float(row["relative_difference"]) == check.relative_difference


def test_it_leaves_the_window_usable(table):
    assert not table.isModal()


def test_letters_of_a_selected_row_have_the_colour_of_its_text(table, checks, qtbot):
    palette = table.palette()
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        palette.setColor(group, QPalette.ColorRole.HighlightedText, QColor("#ff0000"))
        palette.setColor(group, QPalette.ColorRole.Highlight, QColor("#0000ff"))
    table.elements.setPalette(palette)
    table.show_checks(checks, len(checks))
    table.elements.selectRow(0)
    cell = table.elements.visualRect(table.elements.model().index(0, 0))
    image = table.elements.viewport().grab(cell).toImage()
    colours = {
        image.pixelColor(x, y).red() for x in range(image.width()) for y in range(image.height())
    }
    assert max(colours) > 200
