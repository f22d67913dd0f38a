"""What is minimised, how, and in which order the data comes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.losses import LOSSES
from gui.architecture.controls import Check, Choice, Heading, Reason, muted, narrow_form
from gui.architecture.draft import Change, Draft, with_optimizer, with_part, with_setting
from gui.architecture.entry import Entry
from gui.architecture.layer_form import Judging
from gui.architecture.words import (
    loss_formulas,
    loss_names,
    optimizer_names,
    setting_descriptions,
    setting_names,
)
from gui.theme import Theme
from gui.translation import tr

_RATE = "learning_rate"


class TrainingForm(QWidget):
    """Loss, optimizer with its settings, batch size, shuffling and seed.

    wanted: a Change of the draft. rate_committed: another learning rate for all layers, which the
    run takes over as it goes.
    """

    wanted = Signal(object)
    rate_committed = Signal(object)

    def __init__(self, judging: Judging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judging = judging
        self.loss = Choice(tr("Error E"))
        self.loss.offer(loss_names(), loss_formulas())
        self.formula = QLabel()
        self.formula.setWordWrap(True)
        self.loss_reason = Reason()
        self.optimizer = Choice(tr("Optimizer"))
        self.optimizer.offer(optimizer_names(), {})
        self.settings = {name: self._setting(name) for name in setting_names()}
        self.batch_size = Entry(partial(self._judge_part, "batch_size", "batch.size"), whole=True)
        self.batch_size.setAccessibleName(tr("Batch size"))
        self.batch_size.set_description(tr("Samples an iteration; E is their mean"))
        self.shuffle = Check(tr("shuffled each epoch"))
        self.seed = Entry(partial(self._judge_part, "seed", "seed"), whole=True)
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.set_description(tr("Of the initial weights, and of the order of the data"))
        self._update = narrow_form()
        self._lay_out()
        self._wire()

    @property
    def rate(self) -> Entry:
        """The learning rate of all layers that have none of their own."""
        return self.settings[_RATE]

    def _setting(self, name: str) -> Entry:
        field = Entry(partial(self._judge_setting, name))
        field.setAccessibleName(setting_names()[name])
        field.set_description(setting_descriptions()[name])
        return field

    def _lay_out(self) -> None:
        update = self._update
        update.addRow(self.optimizer)
        for name, text in setting_names().items():
            update.addRow(text, self.settings[name])
            update.addRow(self.settings[name].message)
        order = narrow_form()
        order.addRow(tr("batch size"), self.batch_size)
        order.addRow(self.batch_size.message)
        order.addRow(self.shuffle)
        order.addRow(tr("seed"), self.seed)
        order.addRow(self.seed.message)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        for part in (Heading(tr("Error E")), self.loss, self.formula, self.loss_reason):
            whole.addWidget(part)
        for title, form in ((tr("Update"), update), (tr("Iterations"), order)):
            whole.addSpacing(6)
            whole.addWidget(Heading(title))
            whole.addLayout(form)

    def _wire(self) -> None:
        self.loss.currentIndexChanged.connect(self._loss_chosen)
        self.optimizer.currentIndexChanged.connect(self._optimizer_chosen)
        for name, field in self.settings.items():
            if name == _RATE:
                field.committed.connect(self.rate_committed)
            else:
                field.committed.connect(partial(self._setting_committed, name))
        self.batch_size.committed.connect(self._batch_size_committed)
        self.shuffle.toggled.connect(self._shuffle_switched)
        self.seed.committed.connect(self._seed_committed)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        for field in (*self.settings.values(), self.batch_size, self.seed):
            field.set_theme(theme)
        self.loss_reason.set_colour(theme.negative)
        muted(self.formula, theme)

    # What is shown

    def show_draft(self, draft: Draft) -> None:
        """Shows a draft; what is typed stays."""
        self.loss.choose(draft.loss.name)
        self.formula.setText(loss_formulas()[draft.loss.name])
        self.optimizer.choose(draft.optimizer.name)
        for name, field in self.settings.items():
            has = name in draft.optimizer.settings()
            self._update.setRowVisible(field, has)
            if has:
                field.set_number(getattr(draft.optimizer, name))
            else:
                field.message.hide()
        self.batch_size.set_number(draft.batch_size)
        self.shuffle.show_checked(draft.shuffle)
        self.seed.set_number(draft.seed)

    def show_problem(self, path: str, reason: str) -> None:
        """Puts a reason beside the field it is about, if it is one of these."""
        self.loss_reason.say(reason if path == "loss" else "")
        for name, field in self.settings.items():
            field.set_reason(reason if path == f"optimizer.{name}" else "")
        self.batch_size.set_reason(reason if path == "batch.size" else "")
        self.seed.set_reason(reason if path == "seed" else "")

    # What is asked for

    def _judge_setting(self, name: str, value: float | None) -> str:
        assert value is not None
        return self._judging(partial(with_setting, name, value), (f"optimizer.{name}",))

    def _judge_part(self, name: str, path: str, value: float | None) -> str:
        return self._judging(partial(with_part, name, value), (path,))

    def _want(self, change: Change) -> None:
        self.wanted.emit(change)

    def _loss_chosen(self) -> None:
        self._want(partial(with_part, "loss", LOSSES[self.loss.currentData()]))

    def _optimizer_chosen(self) -> None:
        self._want(partial(with_optimizer, self.optimizer.currentData()))

    def _setting_committed(self, name: str, value: float) -> None:
        self._want(partial(with_setting, name, value))

    def _batch_size_committed(self, value: int) -> None:
        self._want(partial(with_part, "batch_size", value))

    def _shuffle_switched(self, on: bool) -> None:
        self._want(partial(with_part, "shuffle", on))

    def _seed_committed(self, value: int) -> None:
        self._want(partial(with_part, "seed", value))
