"""What is chosen in a list arrives as what it is: Qt keeps a StrEnum as a plain str."""

import pytest
from PySide6.QtCore import Qt

from engine.breakpoints import LayerEntered
from engine.program import Granularity, Phase
from gui.breakpoints.forms import LayerForm, PhaseForm

pytestmark = pytest.mark.window


def test_a_granularity_chosen_in_the_tool_bar_is_the_one_stepped_by(qtbot, window):
    box = window.transport.granularity
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert window.controller.granularity is Granularity.LAYER
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert window.controller.granularity is Granularity.UNIT
    assert window.actions_by_name[Granularity.UNIT].isChecked()


def test_a_phase_chosen_for_a_breakpoint_is_that_phase(qtbot, window):
    form = PhaseForm()
    qtbot.addWidget(form)
    form.phase.setCurrentIndex(1)
    assert form.made().phase is Phase.DELTA


def test_a_layer_breakpoint_can_be_of_any_phase_or_of_one(qtbot, window):
    form = LayerForm()
    qtbot.addWidget(form)
    form.show_run(window.controller.experiment, window.controller.moment().frame.program)
    assert form.made() == LayerEntered(1)
    form.phase.setCurrentIndex(2)
    assert form.made().phase is Phase.DELTA
