"""The fields of one layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.activations import ACTIVATIONS
from engine.experiment import Layer, Rate
from gui.architecture.controls import Act, Check, Choice, Heading, Reason, narrow_form
from gui.architecture.draft import Change, Draft, fitted, with_inputs, with_layer
from gui.architecture.entry import Entry
from gui.architecture.words import (
    activation_names,
    initializer_descriptions,
    initializer_names,
    layer_title,
)
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

Judging = Callable[[Change, tuple[str, ...]], str]
"""What is wrong with a changed draft, if it is about one of these paths; "" otherwise."""

_GIVEN, _USUAL = "given", "usual"


class LayerForm(QWidget):
    """Units, activation, biases, start and rates of a layer; of the input, its units.

    wanted: a Change of the draft. rate_committed: the layer, the name of a rate of its own, and the
    rate, None for the optimizer's. rates_asked: the person wants a rate for each weight.
    """

    wanted = Signal(object)
    rate_committed = Signal(object, object, object)
    rates_asked = Signal()

    def __init__(self, judging: Judging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judging = judging
        self._draft: Draft | None = None
        self._number = 0
        self._is_other = True
        self.title = Heading("")
        self.units = Entry(self._judge_units, whole=True)
        self.units.setAccessibleName(tr("Units"))
        self.activation = Choice(tr("Activation"))
        self.activation.offer(activation_names(), {})
        self.activation_reason = Reason()
        self.bias = Check(tr("biases"))
        self.initializer = Choice(tr("Start of the weights"))
        self.rate = Entry(partial(self._judge_rate, "weight_learning_rate"), optional=True)
        self.rate.setAccessibleName(tr("Learning rate of the weights"))
        self.bias_rate = Entry(partial(self._judge_rate, "bias_learning_rate"), optional=True)
        self.bias_rate.setAccessibleName(tr("Learning rate of the biases"))
        self.rates = Act(
            tr("Rate per weight…"), tr("A table with a rate for each weight and bias; 0 freezes")
        )
        self._form = narrow_form()
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        form = self._form
        form.addRow(tr("units"), self.units)
        form.addRow(self.units.message)
        form.addRow(tr("activation"), self.activation)
        form.addRow(self.activation_reason)
        form.addRow(self.bias)
        form.addRow(tr("start"), self.initializer)
        form.addRow(tr("rate"), self.rate)
        form.addRow(self.rate.message)
        form.addRow(tr("bias rate"), self.bias_rate)
        form.addRow(self.bias_rate.message)
        form.addRow(self.rates)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.title)
        whole.addLayout(form)

    def _wire(self) -> None:
        self.units.committed.connect(self._units_committed)
        self.activation.currentIndexChanged.connect(self._activation_chosen)
        self.bias.toggled.connect(self._bias_switched)
        self.initializer.currentIndexChanged.connect(self._start_chosen)
        for field, name in (
            (self.rate, "weight_learning_rate"),
            (self.bias_rate, "bias_learning_rate"),
        ):
            field.committed.connect(partial(self._rate_committed, field, name))
        self.rates.clicked.connect(self.rates_asked)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        for field in (self.units, self.rate, self.bias_rate):
            field.set_theme(theme)
        self.activation_reason.set_colour(theme.negative)

    # What is shown

    def show_layer(self, number: int, draft: Draft, numbers: NumberFormat) -> None:
        """The fields of a layer; 0 is the input. What is typed stays while it is the same layer."""
        is_other = self._is_other or number != self._number
        self._number, self._draft, self._is_other = number, draft, False
        self.title.setText(layer_title(number, draft))
        layer = fitted(draft.network).layers[number - 1] if number else None
        units = draft.network.inputs if layer is None else layer.units
        values: list[tuple[Entry, float | None]] = [(self.units, units)]
        if layer is not None:
            values += [
                (self.rate, _number_of(layer.weight_learning_rate)),
                (self.bias_rate, _number_of(layer.bias_learning_rate)),
            ]
            self._show_choices(layer, numbers.text(draft.optimizer.learning_rate))
        for field, value in values:
            if is_other:
                field.start_with(value)
            else:
                field.set_number(value)
        self._show_rows(layer)

    def _show_rows(self, layer: Layer | None) -> None:
        for field in (self.activation, self.bias, self.initializer, self.rate, self.rates):
            self._form.setRowVisible(field, layer is not None)
        self._form.setRowVisible(self.bias_rate, layer is not None and layer.bias)
        if layer is None:
            for field in (self.rate, self.bias_rate):
                field.message.hide()

    def _show_choices(self, layer: Layer, usual_rate: str) -> None:
        self.activation.choose(layer.activation.name)
        self.bias.show_checked(layer.bias)
        names, descriptions = initializer_names(), initializer_descriptions()
        usual = layer.activation.default_initializer
        offered = {_GIVEN: tr("given")} if layer.weights is not None else {}
        offered[_USUAL] = tr("usual: {name}", name=names[usual])
        told = {
            _GIVEN: tr("The experiment gives the weights, and biases where they do not start at 0"),
            _USUAL: descriptions[usual],
        }
        self.initializer.offer(offered | names, told | descriptions)
        given = _GIVEN if layer.weights is not None else layer.initializer
        self.initializer.choose(given or _USUAL)
        self._show_rate(self.rate, layer.weight_learning_rate, usual_rate, tr("per weight"))
        self._show_rate(self.bias_rate, layer.bias_learning_rate, usual_rate, tr("per bias"))

    def _show_rate(self, field: Entry, rate: Rate, usual: str, each: str) -> None:
        if np.ndim(rate):  # type: ignore[arg-type]
            field.setPlaceholderText(each)
            field.set_description(tr("The table has them; a number here takes their place"))
        else:
            field.setPlaceholderText(usual)
            field.set_description(tr("0 freezes; empty takes the optimizer's, {rate}", rate=usual))

    def finish(self) -> None:
        """Commits what is typed; the layer shown next is another, whatever its number."""
        for field in (self.units, self.rate, self.bias_rate):
            field.commit()
        self._is_other = True

    def show_problem(self, path: str, reason: str) -> None:
        """Puts a reason beside the field it is about, if it is one of these."""
        self.units.set_reason(reason if path in self._unit_paths() else "")
        for field, name in (
            (self.rate, "weight_learning_rate"),
            (self.bias_rate, "bias_learning_rate"),
        ):
            field.set_reason(reason if path == self._path(name) else "")
        is_loss = path == "loss" and self._is_last() and "targets" not in reason
        self.activation_reason.say(reason if is_loss else "")

    def _is_last(self) -> bool:
        return self._draft is not None and self._number == self._draft.last

    def _path(self, name: str) -> str:
        return f"network.layers[{self._number - 1}].{name}"

    def _unit_paths(self) -> tuple[str, ...]:
        if self._number == 0:
            return "network.inputs", "data.inputs", "network"
        last = ("data.targets",) if self._is_last() else ()
        return self._path("units"), "network", *last

    # What is asked for

    def _judge_units(self, value: float | None) -> str:
        return self._judging(self._units_change(value), self._unit_paths())

    def _judge_rate(self, name: str, value: float | None) -> str:
        change = partial(with_layer, self._number, {name: value})
        return self._judging(change, (self._path(name),))

    def _units_change(self, value: float | None) -> Change:
        assert isinstance(value, int)
        if self._number == 0:
            return partial(with_inputs, value)
        return partial(with_layer, self._number, {"units": value})

    def _want(self, **changes: object) -> None:
        self.wanted.emit(partial(with_layer, self._number, changes))

    def _units_committed(self, _value: float) -> None:
        self.wanted.emit(self._units_change(self.units.number()))

    def _activation_chosen(self) -> None:
        self._want(activation=ACTIVATIONS[self.activation.currentData()])

    def _bias_switched(self, on: bool) -> None:
        self._want(bias=on)

    def _start_chosen(self) -> None:
        key = self.initializer.currentData()
        if key == _GIVEN:
            return
        changes: dict[str, object] = {"initializer": None if key == _USUAL else key}
        if self.initializer.findData(_GIVEN) >= 0:
            changes |= {"weights": None, "biases": None}
        self._want(**changes)

    def _rate_committed(self, field: Entry, name: str, _value: float) -> None:
        self.rate_committed.emit(self._number, name, field.number())


def _number_of(rate: Rate) -> float | None:
    """The one rate there is; None where there is none, or one for each weight."""
    return None if rate is None or np.ndim(rate) else float(rate)
