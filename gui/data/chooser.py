"""A built-in set: which, how many samples, how much noise."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.datasets import DATASETS, MAX_NOISE, Data, DataSet, DataSettings
from engine.errors import GradwalkError
from gui.data.number_choice import MOST_SEED, NumberChoice
from gui.data.scatter import Scatter
from gui.data.set_words import set_descriptions, set_titles
from gui.theme import Theme
from gui.translation import tr


class BuiltInChooser(QWidget):
    """One of the built-in sets, with what can be chosen of it, and a small picture.

    changed: the Data, or None where what was typed cannot be had; `message` says why.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sets = QComboBox()
        self.sets.setAccessibleName(tr("Built-in set"))
        for name, title in set_titles().items():
            self.sets.addItem(title, name)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.samples = NumberChoice(tr("Samples"), 1, 1, 1, theme, whole=True)
        self.noise = NumberChoice(tr("Noise"), 0, 0, MAX_NOISE, theme)
        self.seed = NumberChoice(tr("Seed of the noise"), 0, 0, MOST_SEED, theme, whole=True)
        self.noise.field.set_description(tr("Its standard deviation; 0 for none"))
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.picture = Scatter(theme)
        self._form = QFormLayout()
        self._lay_out()
        self.set_theme(theme)
        self._choose_set()
        self.sets.currentIndexChanged.connect(self._choose_set)
        for each in (self.samples, self.noise, self.seed):
            each.changed.connect(self._refresh)

    def data(self) -> Data | None:
        """The set as it was chosen; None where it cannot be had."""
        return None if self._problem() else self._set().load(self._settings())

    def set_data(self, data: Data) -> None:
        """Shows which set it is, if it is one."""
        if data.name not in DATASETS:
            return
        self.sets.setCurrentIndex(self.sets.findData(data.name))
        settings = self._set().settings(data.settings)
        for field, value in (
            (self.samples, settings.samples),
            (self.noise, settings.noise),
            (self.seed, settings.seed),
        ):
            if value is not None:
                field.field.set_value(value)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self.picture.set_theme(theme)
        for each in (self.samples, self.noise, self.seed):
            each.field.set_theme(theme)
        palette = QPalette(self.message.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.negative))
        self.message.setPalette(palette)

    def _lay_out(self) -> None:
        self._form.addRow(tr("&Set"), self.sets)
        self._form.addRow(self.about)
        self._form.addRow(tr("Sa&mples"), self.samples.field)
        self._form.addRow(tr("&Noise"), self.noise.field)
        self._form.addRow(tr("See&d"), self.seed.field)
        self._form.addRow(self.message)
        beside = QHBoxLayout(self)
        beside.setContentsMargins(0, 0, 0, 0)
        left = QVBoxLayout()
        left.addLayout(self._form)
        left.addStretch(1)
        beside.addLayout(left, 1)
        beside.addWidget(self.picture, 1)

    def _set(self) -> DataSet:
        return DATASETS[self.sets.currentData()]

    def _settings(self) -> DataSettings:
        chosen = self._set()
        return DataSettings(
            int(self.samples.value()) if chosen.samples else None,
            self.noise.value() if chosen.noise is not None else None,
            int(self.seed.value()) if chosen.noise is not None else 0,
        )

    def _choose_set(self) -> None:
        """Another set begins with what is usual for it."""
        chosen = self._set()
        usual = chosen.settings()
        if chosen.samples:
            self.samples.set_range(chosen.samples.least, chosen.samples.most)
        for field, value in (
            (self.samples, usual.samples),
            (self.noise, usual.noise),
            (self.seed, usual.seed if usual.noise is not None else None),
        ):
            field.field.restore()
            if value is not None:
                field.field.set_value(value)
            self._form.setRowVisible(field.field, value is not None)
        self.about.setText(set_descriptions()[chosen.name])
        self._refresh()

    def _problem(self) -> str:
        chosen = self._set()
        problem = ""
        if chosen.samples:
            problem = self.samples.problem()
        if chosen.noise is not None:
            problem = problem or self.noise.problem() or self.seed.problem()
        if not problem:
            try:
                chosen.settings(self._settings())
            except GradwalkError as error:
                problem = str(error)
        return problem

    def _refresh(self) -> None:
        problem, data = self._problem(), self.data()
        self.message.setText(problem)
        self.message.setVisible(bool(problem))
        self.picture.show_data(data)
        self.changed.emit(data)
