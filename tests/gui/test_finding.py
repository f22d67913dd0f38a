"""A unit is found by its number, drawn or not, in the real window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QPushButton

from engine.experiment import Layer
from engine.expression import Term
from engine.fitting import resized
from gui.finding import UnitDialog
from tests.gui.test_main_window import press, reads_as

pytestmark = pytest.mark.window


@pytest.fixture
def wide(open_window):
    """64 inputs, 50 hidden units, 10 outputs."""
    window = open_window("digits")
    network = window.controller.described.network
    layers = (replace(network.layers[0], units=50, weights=None, biases=None), network.layers[1])
    layers = tuple(Layer(each.units, each.activation) for each in layers)
    made = resized(replace(network, layers=layers), 64, 10)
    window.controller.restart(replace(window.controller.described, network=made))
    return window


def find(qtbot, window, layer, unit):
    """Asks for a unit by the keyboard, in the dialog that Ctrl+F opens."""

    def fill():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, UnitDialog)
        dialog.layer.setCurrentIndex(layer)
        dialog.unit.selectAll()
        qtbot.keyClicks(dialog.unit, str(unit))
        role = QDialogButtonBox.ButtonRole.AcceptRole
        box = dialog.findChild(QDialogButtonBox)
        button = next(each for each in box.buttons() if box.buttonRole(each) is role)
        assert isinstance(button, QPushButton)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTimer.singleShot(0, fill)  # Once the dialog has its own loop.
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize(("layer", "unit"), [(0, 33), (0, 64), (1, 25), (1, 1), (2, 7)])
def test_a_unit_is_drawn_and_inspected_wherever_it_is(qtbot, wide, layer, unit):
    press(qtbot, wide, "PgDown")
    find(qtbot, wide, layer, unit)
    network = wide.study.network
    assert unit - 1 in network.drawn_units(layer)
    assert wide._pinned == Term(f"a{layer}", (unit - 1,))
    assert wide.study.inspector.isVisible()
    value = wide.controller.moment().frame.after[f"a{layer}"][unit - 1, wide.study.sample]
    assert reads_as(network.text_of(f"a{layer}", unit - 1) or "–", value) or not value


def test_another_page_of_an_expanded_layer_is_turned_to(qtbot, wide):
    wide.resize(1024, 640)
    find(qtbot, wide, 0, 25)
    find(qtbot, wide, 0, 61)
    assert 60 in wide.study.network.drawn_units(0)


def test_a_number_that_the_layer_does_not_have_cannot_be_asked_for(qtbot, application):
    dialog = UnitDialog((64, 50, 10), 0)
    qtbot.addWidget(dialog)
    dialog.unit.setValue(64)
    dialog.layer.setCurrentIndex(2)
    assert dialog.found == (2, 9)
    qtbot.keyClick(dialog.unit, Qt.Key.Key_Up)
    assert dialog.found == (2, 9)


def test_thinking_better_of_it_changes_nothing(qtbot, wide, monkeypatch):
    monkeypatch.setattr("gui.finding.ask_unit", lambda *_: None)
    before = wide.study.network.drawn_units(0)
    press(qtbot, wide, "Ctrl+F")
    assert wide.study.network.drawn_units(0) == before
    assert wide._pinned is None
