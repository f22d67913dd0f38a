"""The experiment at the left of the window: shown, and changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine import limits
from engine.experiment import Experiment, Rate
from gui.architecture.controls import Act, Heading, Reason, muted
from gui.architecture.draft import (
    Change,
    Draft,
    added,
    draft_of,
    experiment_of,
    fitted,
    left_out,
    moved,
    problem_with,
    removed,
    with_layer,
    with_setting,
)
from gui.architecture.layer_form import LayerForm
from gui.architecture.layer_list import ADD, DOWN, REMOVE, UP, LayerList
from gui.architecture.rate_edits import BIAS_RATE, WEIGHT_RATE, rate_edits
from gui.architecture.rates import RatesDialog
from gui.architecture.text_form import NotesField, TitleField
from gui.architecture.training_form import TrainingForm
from gui.architecture.words import data_lines, layer_title, told, where
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr


class _Area(QScrollArea):
    """Scrolls down only: so it is never narrower than what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        hint, body = super().minimumSizeHint(), self.widget()
        if body is None:
            return hint
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(body.minimumSizeHint().width() + bar, hint.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class ExperimentPanel(QWidget):
    """What the run is made of, so that nothing about it is hidden; all of it can be changed.

    rate_committed: the learning rate, which the run takes over as it goes. rates_committed: so many
    (what, element, value), of layers and weights with rates of their own. restart_requested: the
    Experiment of a new run, from the start. text_changed: title and notes. samples_requested: the
    table of samples. While what has been chosen is no valid experiment, the run stays as it is and
    the panel says why.
    """

    rate_committed = Signal(object)
    rates_committed = Signal(object)
    restart_requested = Signal(object)
    text_changed = Signal(object, object)
    samples_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._numbers = NumberFormat()
        self._base: Experiment | None = None
        self._draft: Draft | None = None
        self._note = ""
        self.title = TitleField()
        self.data = QLabel()
        self.data.setWordWrap(True)
        self.data.setTextFormat(Qt.TextFormat.PlainText)
        self.samples = Act(tr("Samples…"), tr("Opens the samples as a table (Ctrl+K)"))
        self.layers = LayerList()
        self.layers_reason = Reason()
        self.layer = LayerForm(self._judge)
        self.training = TrainingForm(self._judge)
        self.notes = NotesField()
        self.status = Reason()
        self.take_back = Act(tr("Take back"), tr("Shows the experiment that runs again"))
        self.take_back.hide()
        self.area = _Area()
        self._foot = QFrame()
        self._foot.setObjectName("foot")
        self._foot.hide()
        self._lay_out()
        self._wire()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(4)
        for part in (
            self.title,
            Heading(tr("Data")),
            self.data,
            self.samples,
            Heading(tr("Network")),
            self.layers,
            self.layers_reason,
            self.layer,
            self.training,
            Heading(tr("Notes")),
            self.notes,
        ):
            if isinstance(part, Heading | TrainingForm | LayerForm):
                layout.addSpacing(6)
            is_button = isinstance(part, Act)
            left = Qt.AlignmentFlag.AlignLeft if is_button else Qt.AlignmentFlag(0)
            layout.addWidget(part, 0, left)
        layout.addStretch(1)
        self.area.setWidget(body)
        below = QVBoxLayout(self._foot)
        below.setContentsMargins(10, 4, 10, 6)
        below.setSpacing(4)
        below.addWidget(self.status)
        below.addWidget(self.take_back, 0, Qt.AlignmentFlag.AlignLeft)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(self._foot)
        self.setAccessibleName(tr("Experiment"))

    def _wire(self) -> None:
        self.samples.clicked.connect(self.samples_requested)
        self.title.committed.connect(self._text_committed)
        self.notes.committed.connect(self._text_committed)
        self.notes.refused.connect(self._say)
        self.layers.chosen.connect(self._layer_chosen)
        self.layers.asked.connect(self._layers_asked)
        self.layer.wanted.connect(self._change)
        self.layer.rate_committed.connect(self._layer_rate_committed)
        self.layer.rates_asked.connect(self._ask_rates)
        self.training.wanted.connect(self._change)
        self.training.rate_committed.connect(self._rate_committed)
        self.take_back.clicked.connect(self._take_back)

    def set_theme(self, theme: Theme) -> None:
        """Takes the theme's colours."""
        self._theme = theme
        self.layer.set_theme(theme)
        self.training.set_theme(theme)
        self.layers_reason.set_colour(theme.negative)
        muted(self.data, theme)
        self._foot.setStyleSheet(f"#foot {{ border-top: 1px solid {theme.line} }}")
        self._refresh()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Takes another number of digits."""
        self._numbers = numbers
        self._refresh()

    # What is shown

    def show_experiment(self, experiment: Experiment) -> None:
        """Shows the experiment that runs. What is typed stays; the same again changes nothing.

        A draft that is not in the run yet stays while the run is of the same experiment.
        """
        shown, base = draft_of(experiment), self._base
        self._base = experiment
        first = self._draft is None
        if self._draft is not None and base is not None and shown.is_same(draft_of(base)):
            rate = experiment.optimizer.learning_rate
            self._draft = with_setting("learning_rate", rate, self._draft)
        else:
            self._draft, self._note = shown, ""
        self._refresh()
        if first:
            self.layers.choose(1)

    def _refresh(self) -> None:
        base, draft = self._base, self._draft
        if base is None or draft is None:
            return
        # The data of what runs has been checked: that takes long where there is much of it.
        is_pending = not draft.is_same(draft_of(base))
        problem = problem_with(draft, base) if is_pending else None
        path = problem.path if problem else ""
        reason = told(problem, _columns(base)) if problem else ""
        self.title.show_title(base.title)
        self.notes.show_notes(base.notes)
        self.data.setText("\n".join(data_lines(base)))
        self.layers.show_layers(draft, _layer_of(path, draft), self._theme)
        self.layers_reason.say(reason if path in ("network.layers", "network") else "")
        self.layer.show_layer(self.layers.number(), draft, self._numbers)
        self.layer.show_problem(path, reason)
        self.training.show_draft(draft)
        self.training.show_problem(path, reason)
        self._show_status(is_pending, where(problem) if problem else "", reason)

    def _show_status(self, is_pending: bool, place: str, reason: str) -> None:
        text = self._note
        if is_pending and place:
            text = tr("Not in the run yet. {place}: {reason}", place=place, reason=reason)
        elif is_pending:
            text = tr("Not in the run yet. {reason}", reason=reason)
        self.status.set_colour(self._theme.negative if is_pending else self._theme.muted)
        self.status.say(text)
        self.status.setToolTip(text)
        self.setAccessibleDescription(text)
        self.take_back.setVisible(is_pending)
        self._foot.setVisible(bool(text))

    def _say(self, note: str) -> None:
        self._note = note
        self._refresh()

    def _judge(self, change: Change, paths: tuple[str, ...]) -> str:
        """What is wrong with one change: beside the others that wait, or for itself."""
        base, draft = self._base, self._draft
        if base is None or draft is None:
            return ""
        for before in (draft, draft_of(base)):
            problem = problem_with(change(before), base)
            if problem is not None and problem.path in paths:
                return told(problem, _columns(base))
        return ""

    # What is asked for

    def _change(self, change: Change) -> None:
        """Takes a change into the draft; a valid one is a new run."""
        if self._draft is None or self._base is None:
            return
        self._draft, self._note = change(self._draft), ""
        self._refresh()
        base, draft = self._base, self._draft
        if problem_with(draft, base) is None and not draft.is_same(draft_of(base)):
            note = _left_out_text(left_out(draft))
            self.restart_requested.emit(experiment_of(draft, base))
            self._say(note)

    def _rate_committed(self, rate: float) -> None:
        self.rate_committed.emit(rate)
        self._refresh()  # What the run did not take is not shown as if it had.

    def _layer_rate_committed(self, number: int, name: str, rate: Rate) -> None:
        self._change_rates(number, {name: rate})

    def _change_rates(self, number: int, rates: Mapping[str, Rate]) -> None:
        """The run takes rates over as it goes, where it is of the network that is shown here."""
        change = partial(with_layer, number, dict[str, object](rates))
        base, draft = self._base, self._draft
        if base is None or draft is None:
            return
        is_pending = not draft.is_same(draft_of(base))
        edits = rate_edits(base, number, rates)
        if is_pending or edits is None or problem_with(change(draft), base) is not None:
            self._change(change)
            return
        if edits:
            self.rates_committed.emit(edits)
        self._refresh()

    def _take_back(self) -> None:
        if self._base is not None:
            self._draft, self._note = draft_of(self._base), ""
            self._refresh()

    def _layer_chosen(self, _number: int) -> None:
        self.layer.finish()
        self._refresh()

    def _layers_asked(self, act: str) -> None:
        self.layer.finish()
        number, draft = self.layers.number(), self._draft
        if draft is None:
            return
        refusal = _refusal(act, number, draft)
        if refusal:
            self._say(refusal)
            return
        change, then = _layers_change(act, number, draft)
        self._change(change)
        self.layers.choose(then)

    def _ask_rates(self) -> None:
        draft, number = self._draft, self.layers.number()
        if draft is None or number == 0:
            return
        n_in, n_out = draft.network.sizes[number - 1 : number + 1]
        if min(n_in, n_out) < 1 or n_in * n_out > limits.MAX_WEIGHTS:
            self._say(tr("A table of rates has to wait for units that the layer can have"))
            return
        dialog = RatesDialog(
            layer_title(number, draft),
            fitted(draft.network).layers[number - 1],
            n_in,
            draft.optimizer.learning_rate,
            self._theme,
            self,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(partial(self._rates_taken, number))
        dialog.open()

    def _rates_taken(self, number: int, weights: Rate, biases: Rate) -> None:
        self._change_rates(number, {WEIGHT_RATE: weights, BIAS_RATE: biases})

    def _text_committed(self, _text: str) -> None:
        self.text_changed.emit(self.title.title(), self.notes.notes())


def _columns(experiment: Experiment) -> tuple[int, int]:
    """How many inputs and targets the data has."""
    return experiment.data.inputs.shape[1], experiment.data.targets.shape[1]


def _layer_of(path: str, draft: Draft) -> int | None:
    """The layer a path leads to; 0 is the input."""
    if path in ("network.inputs", "data.inputs"):
        return 0
    if path == "data.targets":
        return draft.last
    if path.startswith("network.layers["):
        return int(path.removeprefix("network.layers[").partition("]")[0]) + 1
    return None


def _refusal(act: str, number: int, draft: Draft) -> str:
    """Why an act on a layer cannot be had; empty where it can."""
    if number == 0 and act == REMOVE:
        return tr("The input is where the data comes in: it cannot be removed")
    if number == 0 and act in (UP, DOWN):
        return tr("The input is where the data comes in: it cannot be moved")
    if act == REMOVE and draft.last == 1:
        return tr("A network has at least one layer: this one cannot be removed")
    if act == UP and number == 1:
        return tr("Only the input is before this layer: it cannot be moved there")
    if act == DOWN and number == draft.last:
        return tr("This is the output: there is no layer after it")
    return ""


def _layers_change(act: str, number: int, draft: Draft) -> tuple[Change, int]:
    """The change an act makes, and the layer to stand on then."""
    if act == ADD:
        return partial(added, number), min(number + 1, draft.last)
    if act == REMOVE:
        return partial(removed, number), min(number, draft.last - 1)
    by = -1 if act == UP else 1
    return partial(moved, number, by), number + by


def _left_out_text(layers: tuple[int, ...]) -> str:
    if not layers:
        return ""
    if len(layers) == 1:
        return tr(
            "What was given for layer {number} no longer fits and is left out: it starts anew.",
            number=layers[0],
        )
    return tr(
        "What was given for layers {numbers} no longer fits and is left out: they start anew.",
        numbers=", ".join(map(str, layers)),
    )
