"""The table of samples and the choice of sets, each in a dialog of its own."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from engine.datasets import Data
from gui.data.chooser import BuiltInChooser
from gui.data.table import DataTable
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

_TABLE_SIZE, _CHOOSER_SIZE = QSize(760, 520), QSize(560, 320)


class _DataDialog(QDialog):
    """A widget that holds data, with buttons to take it or leave it."""

    def __init__(self, title: str, content: QWidget, size: QSize, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self.ok = self.buttons.button(kinds.Ok)
        self.ok.setText(tr("Start a new run with it"))
        self.buttons.button(kinds.Cancel).setText(tr("Cancel"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(content, 1)
        layout.addWidget(self.buttons)
        self.resize(size)


class SamplesDialog(_DataDialog):
    """The samples as a table."""

    def __init__(self, data: Data, theme: Theme, parent: QWidget | None = None) -> None:
        self.table = DataTable(data, theme)
        super().__init__(tr("Samples"), self.table, _TABLE_SIZE, parent)
        self._before = data
        self.ok.setEnabled(False)
        self.table.changed.connect(self._changed)

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Takes another number of digits."""
        self.table.set_numbers(numbers)

    def _changed(self, data: Data) -> None:
        self.ok.setEnabled(data is not self._before)

    def data(self) -> Data:
        """What the table holds."""
        return self.table.data()


class BuiltInDialog(_DataDialog):
    """The sets that come with the program."""

    def __init__(self, data: Data, theme: Theme, parent: QWidget | None = None) -> None:
        self.chooser = BuiltInChooser(theme)
        super().__init__(tr("Built-in data"), self.chooser, _CHOOSER_SIZE, parent)
        self.chooser.set_data(data)
        self.chooser.changed.connect(self._changed)
        self._changed(self.chooser.data())

    def _changed(self, data: Data | None) -> None:
        self.ok.setEnabled(data is not None)

    def data(self) -> Data | None:
        """The set as it was chosen."""
        return self.chooser.data()
