"""The experiment panel, on the real widgets and a real run."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)

from engine import limits
from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.edits import LEARNING_RATE
from engine.experiment import Layer, Network
from engine.fitting import with_data
from engine.formats import experiment_json
from engine.losses import LOSSES
from engine.scaling import Scaling
from gui import examples
from gui.architecture.rates import RatesDialog
from gui.architecture.words import data_lines
from gui.controller import Controller
from gui.panels.experiment import ExperimentPanel
from gui.theme import DARK, LIGHT

# The offscreen platform cannot do for an opened list what a screen does.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

LEFT, KEYS = Qt.MouseButton.LeftButton, Qt.Key


def example(name):
    return experiment_json.read(examples.path(name))


@pytest.fixture
def panel_on(application, qtbot):
    """The panel beside a run, wired as the window wires it; `restarts` are the runs asked for."""

    def make(experiment):
        panel, controller = ExperimentPanel(LIGHT), Controller(experiment)
        qtbot.addWidget(panel)
        panel.restarts, panel.rates, panel.edits, panel.texts = [], [], [], []
        panel.controller = controller
        controller.experiment_changed.connect(panel.show_experiment)
        panel.restart_requested.connect(panel.restarts.append)
        panel.restart_requested.connect(controller.restart)
        panel.rate_committed.connect(panel.rates.append)
        panel.rate_committed.connect(partial(controller.edit, LEARNING_RATE, ()))
        panel.rates_committed.connect(panel.edits.append)
        panel.rates_committed.connect(controller.edit_all)
        panel.text_changed.connect(lambda *texts: panel.texts.append(texts))
        panel.show_experiment(experiment)
        panel.resize(215, 600)
        panel.show()
        panel.activateWindow()
        qtbot.waitUntil(panel.isActiveWindow)
        return panel

    return make


@pytest.fixture
def panel(panel_on):
    return panel_on(example("2-3-2"))


def click(qtbot, widget):
    qtbot.mouseClick(widget, LEFT)


def click_layer(qtbot, panel, number):
    rows = panel.layers.rows
    qtbot.mouseClick(rows.viewport(), LEFT, pos=rows.visualItemRect(rows.item(number)).center())


def type_in(qtbot, field, text, end=None):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, KEYS.Key_Delete)
    qtbot.keyClicks(field, text)
    if end is not None:
        qtbot.keyClick(field, end)


def enter(qtbot, field, text):
    type_in(qtbot, field, text, KEYS.Key_Return)


def choose(qtbot, box, text):
    box.setFocus()
    qtbot.keyClick(box, KEYS.Key_Down)
    view = box.view()
    assert view.isVisible()
    qtbot.keyClick(view, KEYS.Key_Home)
    while view.currentIndex().data() != text:
        before = view.currentIndex().row()
        qtbot.keyClick(view, KEYS.Key_Down)
        assert view.currentIndex().row() != before
    qtbot.keyClick(view, KEYS.Key_Return)
    assert box.currentText() == text


def sizes(panel):
    return panel.controller.experiment.network.sizes


def lines(panel):
    rows = panel.layers.rows
    return [rows.item(at).text() for at in range(rows.count())]


def said(field):
    return field.message.text() if field.message.isVisible() else ""


# What is shown


def test_it_shows_the_whole_experiment(panel_on):
    panel = panel_on(example("digits"))
    own = example("digits")
    assert panel.title.text() == own.title
    assert "1797 samples" in panel.data.text()
    assert lines(panel)[0] == "0 · 64 inputs"
    assert lines(panel)[-1] == "2 · 10 softmax"
    assert panel.training.loss.currentText() == "cross-entropy"
    assert panel.training.batch_size.text() == "32"
    assert panel.training.seed.text() == str(own.seed)
    assert panel.training.shuffle.isChecked() == own.shuffle
    assert panel.training.rate.value() == own.optimizer.learning_rate


def test_a_click_on_a_layer_shows_its_fields(panel, qtbot):
    assert panel.layer.title.text() == "Layer 1"
    assert panel.layer.units.text() == "3"
    click_layer(qtbot, panel, 2)
    assert panel.layer.title.text() == "Layer 2, the output"
    assert panel.layer.units.text() == "2"
    click_layer(qtbot, panel, 0)
    assert panel.layer.title.text() == "Input"
    assert not panel.layer.activation.isVisible()
    assert panel.restarts == []


# Units


def test_no_units_are_refused_with_the_engines_sentence_while_typing(panel, qtbot):
    type_in(qtbot, panel.layer.units, "0")
    assert said(panel.layer.units) == "0, but it has to be from 1 to 4096"
    assert panel.layer.units.text() == "0"
    assert panel.restarts == []
    qtbot.keyClicks(panel.layer.units, "5")
    assert said(panel.layer.units) == ""


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("2.5", "2.5, but it has to be a whole number"),
        ("-3", "-3, but it has to be from 1 to 4096"),
        ("4097", f"4097, but it has to be from 1 to {limits.MAX_UNITS}"),
        ("nan", "nan is not a finite number."),
        ("1" * 40, "111111111111…, but it has to be from 1 to 4096"),
        ("", "Type a number, such as 0.15 or −2e−3."),
    ],
)
def test_what_cannot_be_is_told_and_kept_as_it_was_typed(panel, qtbot, typed, reason):
    enter(qtbot, panel.layer.units, typed)
    assert said(panel.layer.units) == reason
    assert panel.layer.units.text().replace("−", "-") == typed
    assert panel.layer.units.hasFocus()
    assert panel.restarts == []
    qtbot.keyClick(panel.layer.units, KEYS.Key_Escape)
    assert panel.layer.units.text() == "3"
    assert said(panel.layer.units) == ""
    assert not panel.status.isVisible()


def test_too_many_weights_are_told_beside_the_units(panel_on, qtbot):
    own = example("2-3-2")
    wide = Layer(2000, ACTIVATIONS["relu"])
    network = Network(2, (wide, Layer(3, ACTIVATIONS["relu"]), Layer(2, ACTIVATIONS["sigmoid"])))
    panel = panel_on(replace(own, network=network))
    click_layer(qtbot, panel, 2)
    type_in(qtbot, panel.layer.units, "4000")
    assert "at most 4000000 are allowed" in said(panel.layer.units)


@pytest.mark.parametrize("typed", ["10", "1e1", "1×10¹", "10.0"])
def test_another_number_of_units_is_a_new_run(panel, qtbot, typed):
    panel.controller.forward()
    enter(qtbot, panel.layer.units, typed)
    assert sizes(panel) == (2, 10, 2)
    assert panel.layer.units.text() == "10"
    assert lines(panel)[1] == "1 · 10 sigmoid"
    assert panel.controller.experiment.position.iteration == 0
    assert len(panel.restarts) == 1


def test_what_was_given_for_another_shape_is_left_out_and_that_is_said(panel_on, qtbot):
    rng = np.random.default_rng(3)
    own = example("2-3-2")
    first, last = own.network.layers
    rates = np.full((2, 3), 0.25)
    network = replace(
        own.network,
        layers=(
            replace(first, weights=rng.normal(size=(3, 2)), biases=np.ones((3, 1))),
            replace(last, weight_learning_rate=rates, biases=np.full((2, 1), 0.5)),
        ),
    )
    panel = panel_on(replace(own, network=network))
    enter(qtbot, panel.layer.units, "4")
    first, last = panel.controller.experiment.network.layers
    assert first.weights is None
    assert first.biases is None
    assert last.weight_learning_rate is None
    assert_array_equal(last.biases, np.full((2, 1), 0.5))
    assert panel.status.isVisible()
    assert "layers 1, 2 no longer fits and is left out" in panel.status.text()
    panel.controller.undo_stack.undo()
    first, last = panel.controller.experiment.network.layers
    assert_array_equal(first.biases, np.ones((3, 1)))
    assert_array_equal(last.weight_learning_rate, rates)
    assert panel.layer.units.text() == "3"
    assert not panel.status.isVisible()


def test_other_output_units_than_targets_are_explained_and_can_be_taken_back(panel, qtbot):
    click_layer(qtbot, panel, 2)
    enter(qtbot, panel.layer.units, "3")
    reason = "The data has 2 targets, so the last layer has to have 2 units."
    assert said(panel.layer.units) == reason
    assert panel.status.text() == f"Not in the run yet. {reason}"
    assert lines(panel)[2] == "! 2 · 3 sigmoid"
    assert panel.restarts == []
    click(qtbot, panel.take_back)
    assert panel.layer.units.text() == "2"
    assert said(panel.layer.units) == ""
    assert lines(panel)[2] == "2 · 2 sigmoid"
    assert not panel.status.isVisible()
    assert not panel.take_back.isVisible()


def test_other_inputs_than_the_datas_are_explained(panel, qtbot):
    click_layer(qtbot, panel, 0)
    type_in(qtbot, panel.layer.units, "5")
    assert said(panel.layer.units) == ("The data has 2 inputs, so the network has to have 2.")


def test_a_slip_in_the_units_loses_nothing_that_was_given(panel, qtbot):
    before = panel.controller.experiment.network.layers[1]
    click_layer(qtbot, panel, 2)
    enter(qtbot, panel.layer.units, "3")
    enter(qtbot, panel.layer.units, "2")
    assert panel.restarts == []
    assert panel.controller.experiment.network.layers[1] is before
    assert not panel.status.isVisible()


# Layers


def test_layers_are_added_moved_and_removed_by_buttons(panel, qtbot):
    click(qtbot, panel.layers.add)
    assert sizes(panel) == (2, 3, 3, 2)
    assert panel.layers.number() == 2
    enter(qtbot, panel.layer.units, "5")
    choose(qtbot, panel.layer.activation, "tanh")
    assert lines(panel)[1:] == ["1 · 3 sigmoid", "2 · 5 tanh", "3 · 2 sigmoid"]
    click(qtbot, panel.layers.up)
    assert lines(panel)[1:] == ["1 · 5 tanh", "2 · 3 sigmoid", "3 · 2 sigmoid"]
    assert panel.layers.number() == 1
    assert panel.layer.units.text() == "5"
    click(qtbot, panel.layers.down)
    assert panel.layers.number() == 2
    click(qtbot, panel.layers.remove)
    assert sizes(panel) == (2, 3, 2)
    assert panel.layer.title.text() == "Layer 2, the output"
    assert panel.layer.units.text() == "2"


def test_layers_are_added_moved_and_removed_by_keys(panel, qtbot):
    rows, alt = panel.layers.rows, Qt.KeyboardModifier.AltModifier
    rows.setFocus()
    qtbot.keyClick(rows, KEYS.Key_Up)
    assert panel.layer.title.text() == "Input"
    qtbot.keyClick(rows, KEYS.Key_Insert)
    assert sizes(panel) == (2, 3, 3, 2)
    enter(qtbot, panel.layer.units, "7")
    rows.setFocus()
    qtbot.keyClick(rows, KEYS.Key_Down, alt)
    assert sizes(panel) == (2, 3, 7, 2)
    qtbot.keyClick(rows, KEYS.Key_Up, alt)
    assert sizes(panel) == (2, 7, 3, 2)
    qtbot.keyClick(rows, KEYS.Key_Delete)
    assert sizes(panel) == (2, 3, 2)
    assert rows.hasFocus()


def test_a_layer_added_at_the_output_comes_before_it(panel, qtbot):
    output = panel.controller.experiment.network.layers[-1]
    click_layer(qtbot, panel, 2)
    click(qtbot, panel.layers.add)
    assert sizes(panel) == (2, 3, 3, 2)
    assert panel.layers.number() == 2
    assert panel.controller.experiment.network.layers[-1].activation is output.activation
    assert_array_equal(panel.controller.experiment.network.layers[-1].biases, output.biases)


def test_each_change_of_layers_is_undone_and_redone(panel, qtbot):
    click(qtbot, panel.layers.add)
    click(qtbot, panel.layers.add)
    stack = panel.controller.undo_stack
    stack.undo()
    assert len(lines(panel)) == 4
    stack.undo()
    assert lines(panel) == ["0 · 2 inputs", "1 · 3 sigmoid", "2 · 2 sigmoid"]
    stack.redo()
    assert len(lines(panel)) == 4
    assert len(panel.restarts) == 2


@pytest.mark.parametrize(
    ("layer", "button", "reason"),
    [
        (0, "remove", "The input is where the data comes in: it cannot be removed"),
        (0, "down", "The input is where the data comes in: it cannot be moved"),
        (1, "up", "Only the input is before this layer: it cannot be moved there"),
        (2, "down", "This is the output: there is no layer after it"),
    ],
)
def test_what_cannot_be_done_with_a_layer_is_said(panel, qtbot, layer, button, reason):
    click_layer(qtbot, panel, layer)
    click(qtbot, getattr(panel.layers, button))
    assert panel.status.text() == reason
    assert panel.status.isVisible()
    assert panel.restarts == []


def test_the_only_layer_cannot_be_removed(panel, qtbot):
    click(qtbot, panel.layers.remove)
    assert sizes(panel) == (2, 2)
    click(qtbot, panel.layers.remove)
    assert panel.status.text().startswith("A network has at least one layer")
    assert sizes(panel) == (2, 2)


def test_an_output_that_no_longer_fits_the_data_is_explained(panel, qtbot):
    click_layer(qtbot, panel, 2)
    click(qtbot, panel.layers.remove)
    assert sizes(panel) == (2, 3, 2)
    assert "The data has 2 targets" in said(panel.layer.units)
    enter(qtbot, panel.layer.units, "2")
    assert sizes(panel) == (2, 2)


def test_more_layers_than_the_limit_are_refused_with_the_engines_sentence(panel, qtbot):
    for _ in range(limits.MAX_LAYERS - 1):
        click(qtbot, panel.layers.add)
    assert panel.layers_reason.isVisible()
    assert panel.layers_reason.text() == "17 layers, but it has to be from 1 to 16"
    assert len(sizes(panel)) == 17
    click(qtbot, panel.layers.remove)
    assert not panel.layers_reason.isVisible()


def test_what_is_typed_is_committed_before_the_layer_goes_another_way(panel, qtbot):
    click(qtbot, panel.layers.add)
    type_in(qtbot, panel.layer.units, "9")
    click(qtbot, panel.layers.up)
    assert sizes(panel) == (2, 9, 3, 2)
    type_in(qtbot, panel.layer.units, "x")
    click(qtbot, panel.layers.remove)
    assert panel.layer.units.text() == "3"
    assert said(panel.layer.units) == ""


# A layer's other fields


def test_biases_are_switched_off_and_on_by_keys_and_clicks(panel, qtbot):
    panel.layer.bias.setFocus()
    qtbot.keyClick(panel.layer.bias, KEYS.Key_Space)
    layer = panel.controller.experiment.network.layers[0]
    assert not layer.bias
    assert layer.biases is None
    assert not panel.layer.bias_rate.isVisible()
    qtbot.mouseClick(panel.layer.bias, LEFT, pos=QPoint(6, panel.layer.bias.height() // 2))
    assert panel.controller.experiment.network.layers[0].bias
    assert panel.layer.bias_rate.isVisible()


def test_another_start_leaves_out_the_given_weights(panel_on, qtbot):
    own = example("2-2-2-trained-biases")
    assert own.network.layers[0].weights is not None
    panel = panel_on(own)
    assert panel.layer.initializer.currentText() == "given"
    choose(qtbot, panel.layer.initializer, "zeros")
    run = panel.controller.experiment
    assert_array_equal(run.start_values["W1"], np.zeros((2, 2)))
    assert_array_equal(run.start_values["W2"], own.start_values["W2"])
    assert panel.layer.initializer.findText("given") == -1
    panel.controller.undo_stack.undo()
    assert panel.layer.initializer.currentText() == "given"


def test_a_layers_own_rate_freezes_follows_and_takes_scientific_notation(panel, qtbot):
    field = panel.layer.rate
    assert field.text() == ""
    assert field.placeholderText() == "0.5"
    for typed, rate in (("0", 0.0), ("2.5e-3", 0.0025), ("", None)):
        enter(qtbot, field, typed)
        assert panel.controller.settings.network.layers[0].weight_learning_rate == rate
    # An edit is a number: only to follow the optimizer again takes a new run.
    assert panel.edits == [[("W1.learning_rate", (), 0.0)], [("W1.learning_rate", (), 0.0025)]]
    assert len(panel.restarts) == 1
    enter(qtbot, panel.layer.bias_rate, "0.125")
    assert panel.controller.settings.network.layers[0].bias_learning_rate == 0.125
    type_in(qtbot, field, "inf")
    assert said(field) == "inf is not a finite number."


def test_a_layers_own_rate_goes_on_with_the_run(panel, qtbot):
    controller = panel.controller
    for _ in range(60):
        controller.forward()
    here, steps = controller.position, len(controller.moment().frame.program)
    assert here.iteration > 0
    enter(qtbot, panel.layer.rate, "2.5e-3")
    assert panel.restarts == []
    assert controller.position == here
    assert len(controller.moment().frame.program) == steps
    assert float(controller.settings.rate_of("W1")) == 0.0025
    assert float(controller.settings.rate_of("W2")) == 0.5
    controller.undo_stack.undo()
    assert controller.position == here
    assert controller.settings.network.layers[0].weight_learning_rate is None
    assert panel.layer.rate.text() == ""


def test_rates_of_single_weights_go_on_with_the_run_and_are_undone_as_one(panel, qtbot):
    controller = panel.controller
    for _ in range(60):
        controller.forward()
    here = controller.position
    dialog = rates_dialog(qtbot, panel)
    type_in_cell(qtbot, dialog, 1, 0, "0.75")
    type_in_cell(qtbot, dialog, 2, 2, "0")  # A bias.
    ok(qtbot, dialog)
    assert panel.restarts == []
    assert controller.position == here
    assert_array_equal(controller.settings.rate_of("W1"), [[0.5, 0.5], [0.75, 0.5], [0.5, 0.5]])
    assert_array_equal(controller.settings.rate_of("b1"), [[0.5], [0.5], [0.0]])
    controller.undo_stack.undo()
    assert float(controller.settings.rate_of("W1")) == 0.5


def rates_dialog(qtbot, panel):
    click(qtbot, panel.layer.rates)
    # One that was closed is there until the event loop deletes it.
    dialog = next(each for each in panel.findChildren(RatesDialog) if each.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def editor(dialog):
    fields = dialog.table.viewport().findChildren(QLineEdit)
    return next(field for field in fields if field.isVisible())


def type_in_cell(qtbot, dialog, row, column, text):
    dialog.table.setCurrentIndex(dialog.model.index(row, column))
    qtbot.keyClick(dialog.table, KEYS.Key_Return)
    field = editor(dialog)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, KEYS.Key_Return)
    QApplication.processEvents()  # The field is closed after the key.


def ok(qtbot, dialog):
    click(qtbot, dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))


def test_every_weight_can_have_a_rate_of_its_own(panel, qtbot):
    dialog = rates_dialog(qtbot, panel)
    assert dialog.model.rowCount() == 3
    headers = [
        dialog.model.headerData(at, Qt.Orientation.Horizontal)
        for at in range(dialog.model.columnCount())
    ]
    assert headers == ["from 1", "from 2", "bias"]
    type_in_cell(qtbot, dialog, 0, 1, "1e-2")
    type_in_cell(qtbot, dialog, 2, 2, "0")
    ok(qtbot, dialog)
    layer = panel.controller.settings.network.layers[0]
    assert_array_equal(layer.weight_learning_rate, [[0.5, 0.01], [0.5, 0.5], [0.5, 0.5]])
    assert_array_equal(layer.bias_learning_rate, [[0.5], [0.5], [0.0]])
    assert panel.layer.rate.placeholderText() == "per weight"
    assert panel.restarts == []
    enter(qtbot, panel.layer.rate, "0.5")
    assert panel.controller.settings.network.layers[0].weight_learning_rate == 0.5


@pytest.mark.parametrize("units", ["0", "1e300"])
def test_a_layer_that_cannot_be_has_no_table_of_rates(panel, qtbot, units):
    enter(qtbot, panel.layer.units, units)
    click(qtbot, panel.layer.rates)
    assert panel.findChild(RatesDialog) is None
    assert panel.layer.rates.isVisible()
    click(qtbot, panel.take_back)
    assert rates_dialog(qtbot, panel).isVisible()


def test_chosen_weights_are_frozen_together(panel, qtbot):
    dialog = rates_dialog(qtbot, panel)
    dialog.table.selectColumn(0)
    click(qtbot, dialog.freeze)
    ok(qtbot, dialog)
    layer = panel.controller.settings.network.layers[0]
    assert_array_equal(layer.weight_learning_rate, [[0, 0.5], [0, 0.5], [0, 0.5]])
    assert layer.bias_learning_rate is None


def test_the_table_of_rates_needs_no_mouse(panel, qtbot):
    dialog = rates_dialog(qtbot, panel)
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, KEYS.Key_Down)
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), KEYS.Key_Tab)
    assert dialog.freeze.hasFocus()
    qtbot.keyClick(dialog.freeze, KEYS.Key_Space)
    ok(qtbot, dialog)
    layer = panel.controller.settings.network.layers[0]
    assert_array_equal(layer.weight_learning_rate, [[0.5, 0.5], [0, 0.5], [0.5, 0.5]])


def test_one_rate_for_all_weights_is_shown_as_a_number(panel, qtbot):
    dialog = rates_dialog(qtbot, panel)
    for column in (0, 1):
        for row in range(3):
            type_in_cell(qtbot, dialog, row, column, "0.25")
    ok(qtbot, dialog)
    assert panel.layer.rate.text() == "0.25"
    dialog = rates_dialog(qtbot, panel)
    click(qtbot, dialog.follow)
    ok(qtbot, dialog)
    assert panel.controller.settings.network.layers[0].weight_learning_rate is None


def test_the_rate_of_one_cell_is_given_to_the_selected(panel, qtbot):
    dialog = rates_dialog(qtbot, panel)
    type_in_cell(qtbot, dialog, 1, 0, "0.75")
    dialog.table.setCurrentIndex(dialog.model.index(1, 0))
    dialog.table.selectRow(1)
    click(qtbot, dialog.spread)
    ok(qtbot, dialog)
    layer = panel.controller.settings.network.layers[0]
    assert_array_equal(layer.weight_learning_rate, [[0.5, 0.5], [0.75, 0.75], [0.5, 0.5]])
    assert_array_equal(layer.bias_learning_rate, [[0.5], [0.75], [0.5]])


def test_the_table_refuses_what_is_no_number_and_cancel_changes_nothing(panel, qtbot):
    dialog = rates_dialog(qtbot, panel)
    type_in_cell(qtbot, dialog, 0, 0, "0,5")
    assert dialog.message.text() == "The decimal sign is a point: 0.5. A comma is not taken."
    assert editor(dialog).text() == "0,5"
    qtbot.keyClick(editor(dialog), KEYS.Key_Escape)
    assert dialog.message.text() == ""
    type_in_cell(qtbot, dialog, 0, 0, "0.125")
    assert dialog.message.text() == ""
    click(qtbot, dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel))
    assert panel.restarts == []


# Loss, optimizer, order


def test_a_loss_the_output_cannot_have_is_explained_until_both_fit(panel_on, qtbot):
    panel = panel_on(example("iris"))
    click_layer(qtbot, panel, len(sizes(panel)) - 1)
    choose(qtbot, panel.training.loss, "half squared error")
    choose(qtbot, panel.layer.activation, "sigmoid")
    asked = len(panel.restarts)
    choose(qtbot, panel.training.loss, "cross-entropy")
    reason = (
        "cross_entropy compares probabilities that add up to 1, so the last layer has to be "
        "softmax; it is sigmoid"
    )
    assert panel.training.loss_reason.text() == reason
    assert panel.training.loss_reason.isVisible()
    assert panel.layer.activation_reason.text() == reason
    assert panel.status.text() == f"Not in the run yet. {reason}"
    assert panel.controller.experiment.loss.name != "cross_entropy"
    choose(qtbot, panel.layer.activation, "softmax")
    assert panel.controller.experiment.loss.name == "cross_entropy"
    assert panel.controller.experiment.network.layers[-1].activation.name == "softmax"
    assert len(panel.restarts) == asked + 1
    assert not panel.training.loss_reason.isVisible()


def test_linear_outputs_under_binary_cross_entropy_are_explained(panel_on, qtbot):
    panel = panel_on(replace(example("xor"), loss=LOSSES["binary_cross_entropy"]))
    click_layer(qtbot, panel, len(sizes(panel)) - 1)
    choose(qtbot, panel.layer.activation, "identity")
    assert "(sigmoid or softmax); identity does not" in panel.layer.activation_reason.text()
    assert panel.layer.activation_reason.isVisible()
    assert panel.restarts == []


def test_targets_that_are_no_classes_are_told_beside_the_loss(panel, qtbot):
    click_layer(qtbot, panel, 2)
    choose(qtbot, panel.layer.activation, "softmax")
    choose(qtbot, panel.training.loss, "cross-entropy")
    assert "needs one-hot targets" in panel.training.loss_reason.text()


@pytest.mark.parametrize("typed", ["0.125", "1.25e-1", "+.125"])
def test_the_learning_rate_goes_on_with_the_run(panel, qtbot, typed):
    for _ in range(4):
        panel.controller.forward()
    before = panel.controller.position
    enter(qtbot, panel.training.rate, typed)
    assert panel.rates == [0.125]
    assert panel.restarts == []
    assert panel.controller.settings.optimizer.learning_rate == 0.125
    assert panel.controller.position == before
    panel.controller.undo_stack.undo()
    assert panel.training.rate.text() == "0.5"
    assert panel.layer.rate.placeholderText() == "0.5"


def test_another_optimizer_shows_its_settings_and_keeps_what_both_have(panel, qtbot):
    settings = panel.training.settings
    assert not settings["momentum"].isVisible()
    choose(qtbot, panel.training.optimizer, "momentum")
    assert settings["momentum"].isVisible()
    choose(qtbot, panel.training.optimizer, "Adam")
    assert [name for name, field in settings.items() if field.isVisible()] == [
        "learning_rate",
        "beta1",
        "beta2",
        "epsilon",
    ]
    assert settings["epsilon"].text() == "1e−08"
    optimizer = panel.controller.experiment.optimizer
    assert (optimizer.name, optimizer.learning_rate) == ("adam", 0.5)
    enter(qtbot, settings["beta1"], "0.75")
    assert panel.controller.experiment.optimizer.beta1 == 0.75


@pytest.mark.parametrize(
    ("setting", "typed", "reason"),
    [
        ("beta1", "1", "1, but it has to be from 0 to below 1"),
        ("beta2", "-0.5", "-0.5, but it has to be from 0 to below 1"),
        ("epsilon", "0", "has to be greater than 0"),
    ],
)
def test_a_setting_out_of_range_is_told(panel, qtbot, setting, typed, reason):
    choose(qtbot, panel.training.optimizer, "Adam")
    asked = len(panel.restarts)
    enter(qtbot, panel.training.settings[setting], typed)
    assert said(panel.training.settings[setting]) == reason
    assert len(panel.restarts) == asked


def test_two_fields_that_do_not_do_are_both_told(panel, qtbot):
    enter(qtbot, panel.layer.units, "0")
    type_in(qtbot, panel.training.batch_size, "9")
    assert said(panel.layer.units)
    assert said(panel.training.batch_size) == "9, but the data has only 1 samples"


def test_a_setting_of_an_optimizer_that_waits_can_be_typed(panel, qtbot):
    enter(qtbot, panel.layer.units, "0")
    choose(qtbot, panel.training.optimizer, "momentum")
    enter(qtbot, panel.training.settings["momentum"], "0.25")
    assert panel.restarts == []
    enter(qtbot, panel.layer.units, "3")
    assert panel.controller.experiment.optimizer.momentum == 0.25
    assert len(panel.restarts) == 1


def test_batch_shuffling_and_seed_are_new_runs(panel_on, qtbot):
    panel = panel_on(example("xor"))
    training = panel.training
    enter(qtbot, training.batch_size, "3")
    assert panel.controller.experiment.batch_size == 3
    shuffled = panel.controller.experiment.shuffle
    training.shuffle.setFocus()
    qtbot.keyClick(training.shuffle, KEYS.Key_Space)
    assert panel.controller.experiment.shuffle is not shuffled
    enter(qtbot, training.seed, str(limits.MAX_SEED))
    assert panel.controller.experiment.seed == limits.MAX_SEED
    assert training.seed.text() == str(limits.MAX_SEED)
    type_in(qtbot, training.seed, "-1")
    assert said(training.seed).startswith("-1, but it has to be from 0 to")
    qtbot.keyClick(training.seed, KEYS.Key_Escape)
    type_in(qtbot, training.batch_size, "5")
    assert said(training.batch_size) == "5, but the data has only 4 samples"


# Title and notes


def test_title_and_notes_are_no_new_run(panel, qtbot):
    notes = panel.controller.experiment.notes
    enter(qtbot, panel.title, "A first try")
    assert panel.texts == [("A first try", notes)]
    panel.notes.setFocus()
    panel.notes.selectAll()
    qtbot.keyClicks(panel.notes, "two")
    qtbot.keyClick(panel.notes, KEYS.Key_Return)
    qtbot.keyClicks(panel.notes, "lines")
    panel.title.setFocus()
    assert panel.texts[1:] == [("A first try", "two\nlines")]
    assert panel.restarts == []


def test_escape_brings_the_title_back(panel, qtbot):
    before = panel.title.text()
    type_in(qtbot, panel.title, "never", KEYS.Key_Escape)
    assert panel.title.text() == before
    assert panel.texts == []


def test_a_title_too_long_or_of_odd_characters_is_shown_and_kept(panel_on, qtbot):
    panel = panel_on(replace(example("2-3-2"), title="x\u202e\n" * 3000, notes="n" * 50_000))
    assert panel.title.isReadOnly()
    assert panel.notes.isReadOnly()
    assert "\u202e" not in panel.title.text()
    assert len(panel.title.text()) <= 1000
    enter(qtbot, panel.layer.units, "4")
    assert panel.restarts[0].title == "x\u202e\n" * 3000
    assert panel.restarts[0].notes == "n" * 50_000


# Shown again


def test_showing_the_same_again_keeps_typing_focus_and_place(panel, qtbot):
    panel.area.verticalScrollBar().setValue(40)
    place = panel.area.verticalScrollBar().value()
    type_in(qtbot, panel.layer.units, "12")
    panel.show_experiment(panel.controller.settings)
    panel.show_experiment(example("2-3-2"))
    assert panel.layer.units.text() == "12"
    assert panel.layer.units.hasFocus()
    assert panel.area.verticalScrollBar().value() == place
    assert panel.restarts == []
    qtbot.keyClick(panel.layer.units, KEYS.Key_Return)
    assert sizes(panel) == (2, 12, 2)


def test_a_draft_stays_while_the_learning_rate_is_changed(panel, qtbot):
    click_layer(qtbot, panel, 2)
    enter(qtbot, panel.layer.units, "3")
    enter(qtbot, panel.training.rate, "0.25")
    assert panel.layer.units.text() == "3"
    assert panel.take_back.isVisible()
    click(qtbot, panel.layers.add)
    enter(qtbot, panel.layer.units, "6")
    click_layer(qtbot, panel, 3)
    enter(qtbot, panel.layer.units, "2")
    assert sizes(panel) == (2, 3, 6, 2)
    assert panel.restarts[-1].optimizer.learning_rate == 0.25


def test_another_experiment_takes_the_place_of_a_draft(panel, qtbot):
    click_layer(qtbot, panel, 2)
    enter(qtbot, panel.layer.units, "3")
    panel.controller.start(example("iris"))
    assert not panel.take_back.isVisible()
    assert panel.training.batch_size.text() == str(example("iris").batch_size)


def test_a_restart_that_is_refused_leaves_the_way_back(panel, qtbot):
    panel.restart_requested.disconnect(panel.controller.restart)
    enter(qtbot, panel.layer.units, "4")
    assert panel.status.text().startswith("Not in the run yet.")
    click(qtbot, panel.take_back)
    assert panel.layer.units.text() == "3"


# Keys, wheel, names, looks


def test_the_wheel_over_a_choice_scrolls_the_panel(panel, qtbot):
    box = panel.layer.activation
    before, at = box.currentText(), QPointF(box.rect().center())
    place = panel.area.verticalScrollBar().value()
    wheel = QWheelEvent(
        at,
        QPointF(box.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert box.currentText() == before
    assert panel.restarts == []
    assert panel.area.verticalScrollBar().value() >= place


def test_stepping_keys_stay_with_stepping_after_a_click(panel, qtbot):
    window, stepped = QMainWindow(), []
    qtbot.addWidget(window)
    for key in ("Right", "Space", "Home", "1", "PgDown"):
        action = QAction(window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(partial(stepped.append, key))
        window.addAction(action)
    drawing = QWidget()
    drawing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box = QWidget()
    window.setCentralWidget(drawing)
    panel.setParent(box)
    window.setMenuWidget(box)
    box.setMinimumSize(220, 600)
    panel.show()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    drawing.setFocus()
    click(qtbot, panel.layers.add)
    assert drawing.hasFocus()
    for key in (KEYS.Key_Right, KEYS.Key_Space):
        qtbot.keyClick(drawing, key)
    assert stepped == ["Right", "Space"]
    assert len(panel.restarts) == 1
    panel.title.setFocus()
    panel.title.selectAll()
    for key in (KEYS.Key_1, KEYS.Key_Space, KEYS.Key_1, KEYS.Key_Home, KEYS.Key_Right):
        qtbot.keyClick(panel.title, key)
    assert panel.title.text() == "1 1"
    panel.notes.setFocus()
    for key in (KEYS.Key_1, KEYS.Key_Space, KEYS.Key_PageDown, KEYS.Key_Home, KEYS.Key_Right):
        qtbot.keyClick(panel.notes, key)
    assert panel.notes.toPlainText().startswith("1 ")
    enter(qtbot, panel.layer.units, "1")
    panel.layer.bias.setFocus()
    qtbot.keyClick(panel.layer.bias, KEYS.Key_Space)
    assert stepped == ["Right", "Space"]
    panel.setParent(None)


def test_tab_reaches_every_field_and_each_has_a_name(panel, qtbot):
    panel.title.setFocus()
    reached = []
    for _ in range(60):
        widget = QApplication.focusWidget()
        if widget in reached:
            break
        reached.append(widget)
        qtbot.keyClick(widget, KEYS.Key_Tab)
    kinds = (QLineEdit, QComboBox, QToolButton, QListWidget, QPlainTextEdit)
    fields = [
        each
        for kind in kinds
        for each in panel.findChildren(kind)
        if each.isVisible() and each.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert set(fields) <= set(reached)
    assert all(each.accessibleName() for each in fields)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [170, 215, 260])
def test_nothing_is_wider_than_the_panel(panel_on, qtbot, theme, width):
    panel = panel_on(example("iris"))
    panel.set_theme(theme)
    panel.resize(width, 500)
    enter(qtbot, panel.layer.units, "9" * 60)
    QApplication.processEvents()
    body = panel.area.widget()
    assert body.width() == panel.area.viewport().width()
    for child in body.findChildren(QWidget):
        if child.isVisible() and child.parentWidget().parentWidget() is body:
            assert child.mapTo(body, child.rect().topRight()).x() <= body.width()


def test_data_that_was_scaled_says_how():
    data = Data(
        np.array([[0.0], [1.0]]),
        np.array([[0.0], [1.0]]),
        ("height",),
        ("sold",),
        input_scaling=(Scaling("standardise", 5.84, 0.83),),
    )
    assert "height: (x − 5.84) / 0.83, standardised" in data_lines(
        with_data(experiment_json.read(examples.path("xor")), data)
    )
