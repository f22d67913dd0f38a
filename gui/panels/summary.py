"""The experiment in words: data, architecture, what is minimised and how."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.datasets import DATASETS
from engine.experiment import Experiment, Layer
from gui.number_field import NumberField
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

_MOST_TEXT = 600


class SummaryPanel(QScrollArea):
    """What the run is made of, so that nothing about it is hidden."""

    rate_committed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._numbers = NumberFormat()
        self._experiment: Experiment | None = None
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.addWidget(self._label)
        self.rate = NumberField()
        self.rate.setAccessibleName(tr("Learning rate η"))
        self.rate.setToolTip(tr("Takes effect from the start of this iteration; Ctrl+Z undoes it"))
        self.rate.committed.connect(self.rate_committed)
        rate = QFormLayout()
        rate.addRow(tr("learning rate η"), self.rate)
        rate.addRow(self.rate.message)
        layout.addLayout(rate)
        layout.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(170)
        self.setAccessibleName(tr("Experiment"))

    def set_theme(self, theme: Theme) -> None:
        """Takes the theme's colours."""
        self._theme = theme
        self.rate.set_theme(theme)
        self._refresh()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Takes another number of digits."""
        self._numbers = numbers
        self._refresh()

    def show_experiment(self, experiment: Experiment) -> None:
        """Describes an experiment."""
        self._experiment = experiment
        self.rate.set_value(experiment.optimizer.learning_rate)
        self._refresh()

    def text(self) -> str:
        """What is shown, as HTML."""
        return self._label.text()

    def _refresh(self) -> None:
        if self._experiment is None:
            return
        experiment = self._experiment
        sections = (
            (experiment.title or tr("Untitled"), [_elided(experiment.notes)]),
            (tr("Data"), self._data(experiment)),
            (tr("Network"), self._network(experiment)),
            (tr("Error E"), [_loss(experiment)]),
            (tr("Update"), self._update(experiment)),
            (tr("Seed"), [str(experiment.seed)]),
        )
        self._label.setText("".join(self._section(*each) for each in sections))

    def _section(self, title: str, lines: list[str]) -> str:
        rows = (escape(line) for line in lines if line)
        body = "".join(f'<div style="margin-top:2px">{row}</div>' for row in rows)
        heading = f'<p style="margin-bottom:2px; margin-top:10px"><b>{escape(title)}</b></p>'
        return f'{heading}<div style="color:{self._theme.muted}">{body}</div>'

    def _data(self, experiment: Experiment) -> list[str]:
        data = experiment.data
        known = DATASETS.get(data.name or "")
        lines = [known.description] if known else []
        if data.samples == 1:
            lines.append(tr("1 sample"))
        else:
            lines.append(tr("{count} samples", count=data.samples))
        if experiment.batch_size == 1:
            lines.append(tr("one sample an iteration"))
        else:
            lines.append(tr("batches of {size}; E is their mean", size=experiment.batch_size))
        if data.samples > experiment.batch_size:
            lines.append(
                tr("shuffled anew each epoch") if experiment.shuffle else tr("always in this order")
            )
        return lines

    def _network(self, experiment: Experiment) -> list[str]:
        network = experiment.network
        lines = [tr("input: {units} units", units=network.inputs)]
        if network.inputs == 1:
            lines = [tr("input: 1 unit")]
        return lines + [
            self._layer(number, layer) for number, layer in enumerate(network.layers, start=1)
        ]

    def _layer(self, number: int, layer: Layer) -> str:
        name = activation_names()[layer.activation.name]
        text = tr("layer {number}: {units} {name}", number=number, units=layer.units, name=name)
        if not layer.bias:
            return tr("{layer}, no biases", layer=text)
        if layer.bias_learning_rate is not None and not self._is_trained(layer):
            return tr("{layer}, biases frozen", layer=text)
        return text

    @staticmethod
    def _is_trained(layer: Layer) -> bool:
        rate = layer.bias_learning_rate
        return bool(rate if isinstance(rate, (int, float)) else rate is None or rate.any())

    def _update(self, experiment: Experiment) -> list[str]:
        optimizer = experiment.optimizer
        lines = [optimizer_names()[optimizer.name]]
        symbols = {
            "learning_rate": "η",
            "momentum": "μ",
            "beta1": "β₁",
            "beta2": "β₂",
            "epsilon": "ε",
        }
        lines += [
            f"{symbols[name]} = {self._numbers.text(getattr(optimizer, name))}"
            for name in optimizer.settings()
        ]
        if any(layer.weight_learning_rate is not None for layer in experiment.network.layers):
            lines.append(tr("some weights have rates of their own"))
        return lines


def activation_names() -> dict[str, str]:
    """The activations' names, for people."""
    return {
        "identity": tr("identity"),
        "sigmoid": tr("sigmoid"),
        "tanh": tr("tanh"),
        "relu": tr("ReLU"),
        "leaky_relu": tr("leaky ReLU"),
        "softplus": tr("softplus"),
        "softmax": tr("softmax"),
    }


def optimizer_names() -> dict[str, str]:
    """The optimizers' names, for people."""
    return {
        "gradient_descent": tr("gradient descent"),
        "momentum": tr("momentum"),
        "adam": tr("Adam"),
    }


def _loss(experiment: Experiment) -> str:
    return {
        "half_squared_error": tr("half squared error, ½ Σ (a − t)²"),
        "binary_cross_entropy": tr("binary cross-entropy, −Σ [t ln a + (1 − t) ln(1 − a)]"),
        "cross_entropy": tr("cross-entropy, −Σ t ln a"),
    }[experiment.loss.name]


def _elided(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"
