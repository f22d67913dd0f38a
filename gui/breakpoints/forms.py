"""One small form for each kind of breakpoint: what can be set, and the breakpoint it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from engine import limits
from engine.breakpoints import (
    Breakpoint,
    EpochReached,
    GradientAbove,
    GradientBelow,
    IterationReached,
    LayerEntered,
    LossBelow,
    Misclassified,
    NonFiniteMet,
    PhaseEntered,
    Written,
)
from engine.experiment import Experiment
from engine.expression import Term
from engine.places import element_shape
from engine.program import Phase, Program
from gui.data.number_choice import NumberChoice
from gui.notation import describe
from gui.number_field import NumberField
from gui.phases import phase_title
from gui.theme import LIGHT, Theme
from gui.translation import tr


class Form(QWidget):
    """The settings of one kind; `made` is the breakpoint, or None while a field is not right."""

    def __init__(self, title: str, kind: type[Breakpoint]) -> None:
        super().__init__()
        self.title, self.kind = title, kind
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)

    def add_row(self, label: str, field: QWidget) -> None:
        """Adds a field; its label is its accessible name too."""
        field.setAccessibleName(label)
        self._rows.addRow(label, field)

    def show_run(self, experiment: Experiment, program: Program) -> None:
        """Offers what this network has."""

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""

    def made(self) -> Breakpoint | None:
        """The breakpoint as it is set."""
        raise NotImplementedError

    def show_breakpoint(self, stop: Any) -> None:
        """Sets the fields as in a breakpoint of this kind."""


class PlainForm(Form):
    """A kind that has nothing to set."""

    def __init__(self, title: str, make: type[Misclassified | NonFiniteMet], remark: str) -> None:
        super().__init__(title, make)
        self._make = make
        said = QLabel(remark)
        said.setWordWrap(True)
        self._rows.addRow(said)

    def made(self) -> Breakpoint:
        return self._make()


class PhaseForm(Form):
    """The start of a phase."""

    def __init__(self) -> None:
        super().__init__(tr("Start of a phase"), PhaseEntered)
        self.phase = _phases()
        self.add_row(tr("Phase"), self.phase)

    def made(self) -> Breakpoint:
        return PhaseEntered(Phase(self.phase.currentData()))

    def show_breakpoint(self, stop: PhaseEntered) -> None:
        _choose(self.phase, stop.phase)


class LayerForm(Form):
    """The start of a layer."""

    def __init__(self) -> None:
        super().__init__(tr("Start of a layer"), LayerEntered)
        self.layer, self.phase = QComboBox(), _phases(tr("any phase"))
        self.add_row(tr("Layer"), self.layer)
        self.add_row(tr("Phase"), self.phase)

    def show_run(self, experiment: Experiment, program: Program) -> None:
        _refill(self.layer, [(str(l), l) for l in range(1, program.layers + 1)])

    def made(self) -> Breakpoint:
        phase = self.phase.currentData()
        return LayerEntered(self.layer.currentData(), Phase(phase) if phase else None)

    def show_breakpoint(self, stop: LayerEntered) -> None:
        _choose(self.layer, stop.layer)
        _choose(self.phase, stop.phase)


class WrittenForm(Form):
    """A unit or a weight being computed."""

    def __init__(self) -> None:
        super().__init__(tr("A unit, weight or bias is computed"), Written)
        self._shapes: dict[str, tuple[int, ...]] = {}
        self.quantity, self.to, self.source = QComboBox(), QSpinBox(), QSpinBox()
        for field in (self.to, self.source):
            field.setMinimum(0)
            field.setSpecialValueText(tr("any"))
        self.add_row(tr("Quantity"), self.quantity)
        self.add_row(tr("Unit (to)"), self.to)
        self.add_row(tr("From unit"), self.source)
        self.quantity.currentIndexChanged.connect(self._fit)

    def show_run(self, experiment: Experiment, program: Program) -> None:
        names = [step.writes for step in program.steps]
        self._shapes = {name: element_shape(program, name) for name in names}
        _refill(self.quantity, [(f"{name}: {describe(Term(name))}", name) for name in names])
        self._fit()

    def _fit(self, _index: int = 0) -> None:
        shape = self._shapes.get(self.quantity.currentData(), ())
        for place, field in enumerate((self.to, self.source)):
            field.setMaximum(shape[place] if place < len(shape) else 0)
            field.setEnabled(place < len(shape))

    def made(self) -> Breakpoint:
        chosen = [field.value() - 1 for field in (self.to, self.source) if field.isEnabled()]
        element: tuple[int, ...] = ()
        for index in chosen:
            if index < 0:
                break
            element = (*element, index)
        return Written(self.quantity.currentData(), element)

    def show_breakpoint(self, stop: Written) -> None:
        _choose(self.quantity, stop.quantity)
        for place, field in enumerate((self.to, self.source)):
            field.setValue(stop.element[place] + 1 if place < len(stop.element) else 0)


class CountForm(Form):
    """An iteration or an epoch, by its number."""

    def __init__(self, title: str, label: str, make: type[IterationReached | EpochReached]) -> None:
        super().__init__(title, make)
        self._make = make
        self._choice = NumberChoice(label, 0, 0, limits.MAX_ITERATIONS, LIGHT, whole=True)
        self._choice.changed.connect(self._tell)
        self.count = self._choice.field
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        column = QWidget()
        below = QVBoxLayout(column)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.count)
        below.addWidget(self.reason)
        self.add_row(label, column)
        self._tell()

    def _tell(self) -> None:
        self.reason.setText(self._choice.problem())
        self.reason.setVisible(bool(self.reason.text()))

    def set_theme(self, theme: Theme) -> None:
        self.count.set_theme(theme)
        self.reason.setStyleSheet(f"color: {theme.negative}")

    def made(self) -> Breakpoint | None:
        return None if self._choice.problem() else self._make(int(self._choice.value()))

    def show_breakpoint(self, stop: IterationReached | EpochReached) -> None:
        self.count.set_value(stop.iteration if isinstance(stop, IterationReached) else stop.epoch)


class ValueForm(Form):
    """A value that something comes below or above; of a gradient, of one layer or all."""

    def __init__(
        self,
        title: str,
        label: str,
        make: type[LossBelow | GradientBelow | GradientAbove],
        *,
        has_layer: bool,
    ) -> None:
        super().__init__(title, make)
        self._make: Callable[..., Breakpoint] = make
        self.value = NumberField()
        self.value.set_value(0.01)
        column = QWidget()
        below = QVBoxLayout(column)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.value)
        below.addWidget(self.value.message)
        self.value.setAccessibleName(label)
        self.layer = QComboBox() if has_layer else None
        self.add_row(label, column)
        if self.layer is not None:
            self.add_row(tr("Of"), self.layer)

    def show_run(self, experiment: Experiment, program: Program) -> None:
        if self.layer is not None:
            layers = [(tr("layer {layer}", layer=l), l) for l in range(1, program.layers + 1)]
            _refill(self.layer, [(tr("all layers"), None), *layers])

    def set_theme(self, theme: Theme) -> None:
        self.value.set_theme(theme)

    def made(self) -> Breakpoint | None:
        self.value.commit()
        if self.value.problem():
            return None
        if self.layer is None:
            return self._make(self.value.value())
        return self._make(self.value.value(), self.layer.currentData())

    def show_breakpoint(self, stop: LossBelow | GradientBelow | GradientAbove) -> None:
        self.value.set_value(stop.value)
        if self.layer is not None and not isinstance(stop, LossBelow):
            _choose(self.layer, stop.layer)


def forms() -> tuple[Form, ...]:
    """One form a kind, in the order they are offered."""
    return (
        PhaseForm(),
        LayerForm(),
        WrittenForm(),
        ValueForm(tr("E below a value"), tr("E below"), LossBelow, has_layer=False),
        ValueForm(tr("|gradient| below a value"), tr("Norm below"), GradientBelow, has_layer=True),
        ValueForm(tr("|gradient| above a value"), tr("Norm above"), GradientAbove, has_layer=True),
        CountForm(tr("An iteration"), tr("Iteration"), IterationReached),
        CountForm(tr("An epoch"), tr("Epoch"), EpochReached),
        PlainForm(
            tr("A misclassified sample"),
            Misclassified,
            tr("Stops wherever a sample of the batch is put into the wrong class."),
        ),
        PlainForm(
            tr("A value that is not finite"),
            NonFiniteMet,
            tr("A run forward always pauses there; this also stops one that runs backward."),
        ),
    )


def _phases(any_text: str = "") -> QComboBox:
    box = QComboBox()
    if any_text:
        box.addItem(any_text, None)
    for phase in Phase:
        box.addItem(phase_title(phase), phase)  # Qt keeps a StrEnum as a plain str.
    return box


def _choose(box: QComboBox, data: object) -> None:
    """The choice with these data; Qt keeps a StrEnum as a plain str."""
    found = (index for index in range(box.count()) if box.itemData(index) == data)
    box.setCurrentIndex(next(found, 0))


def _refill(box: QComboBox, items: list[tuple[str, object]]) -> None:
    """Other choices; the one that was chosen stays if it is among them."""
    chosen = box.currentText()
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    box.setCurrentIndex(max(0, box.findText(chosen)))
