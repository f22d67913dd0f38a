"""Data and weights brought in: from files, the clipboard, the keyboard and the built-in sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from engine.datasets import Data
from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.fitting import with_data, with_network
from engine.formats import (
    READABLE_WEIGHTS,
    Weights,
    WeightsMismatchError,
    network_from,
    read_weights,
    weights_for,
)
from gui import dialogs
from gui.controller import Controller
from gui.looks import Looks
from gui.plain_text import plain
from gui.playback import Playback
from gui.translation import tr

# The dialogs, and what reads CSV, are imported where they open: the first paint waits for neither.
if TYPE_CHECKING:
    from gui.data.dialogs import BuiltInDialog, SamplesDialog
    from gui.data.import_dialog import ImportDialog

CSV_SUFFIXES = (".csv", ".tsv", ".txt")


class Importing(QObject):
    """Asks what there is to ask, and starts a new run with it, which can be undone.

    done: a sentence about what has been done. refused: a GradwalkError.
    """

    done = Signal(object)
    refused = Signal(object)

    def __init__(
        self, controller: Controller, playback: Playback, looks: Looks, window: QWidget
    ) -> None:
        super().__init__(window)
        self._controller, self._playback = controller, playback
        self._looks, self._window = looks, window
        self.folder = str(Path.home())

    # Data

    def edit_samples(self) -> None:
        """Opens the table of samples."""
        from gui.data.dialogs import SamplesDialog

        self._playback.stop()
        dialog = SamplesDialog(self._controller.settings.data, self._looks.theme, self._window)
        dialog.set_numbers(self._looks.numbers)
        self._take_answer(dialog)

    def choose_set(self) -> None:
        """Opens the choice of built-in sets."""
        from gui.data.dialogs import BuiltInDialog

        self._playback.stop()
        dialog = BuiltInDialog(self._controller.settings.data, self._looks.theme, self._window)
        self._take_answer(dialog, lambda: dialog.chooser.sets.currentText())

    def import_csv_asked(self) -> None:
        """Asks for a file of comma-separated values."""
        self._playback.stop()
        path = dialogs.ask_data(self._window, self.folder)
        if path is not None:
            self.import_csv(path)

    def import_csv(self, path: Path) -> None:
        """Opens the preview of a file."""
        from engine.formats import csv_data

        self._playback.stop()
        try:
            content = csv_data.read(path)
            self._preview(content, plain(path.name, 80))
        except GradwalkError as error:
            self.refused.emit(error)
            return
        self.folder = str(path.parent)

    def paste(self) -> None:
        """Opens the preview of what has been copied from a spreadsheet."""
        self._playback.stop()
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            dialogs.tell(self._window, tr("There is no text on the clipboard."))
            return
        try:
            self._preview(text, tr("pasted data"))
        except GradwalkError as error:
            self.refused.emit(error)

    def _preview(self, content: bytes | str, name: str) -> None:
        from gui.data.import_dialog import ImportDialog

        dialog = ImportDialog(content, name, self._looks.theme, self._window)
        self._take_answer(dialog, lambda: name)

    def _take_answer(
        self,
        dialog: SamplesDialog | BuiltInDialog | ImportDialog,
        title: Callable[[], str] = str,
    ) -> None:
        taken = dialog.exec()
        if taken:
            self._take_data(dialog.data(), title())
        dialog.deleteLater()

    def _take_data(self, data: Data | None, title: str = "") -> None:
        if data is None or data is self._controller.settings.data:
            return
        before = self._controller.settings
        try:
            after = with_data(before, data)
            if title:  # What was written about the data before does not hold of these.
                after = replace(after, title=title, notes="")
            self._controller.restart(after)
        except GradwalkError as error:
            self.refused.emit(error)
            return
        self.done.emit(_what_changed(before, after))

    # Weights

    def import_weights_asked(self) -> None:
        """Asks for a file of weights."""
        self._playback.stop()
        path = dialogs.ask_weights(self._window, self.folder, tuple(READABLE_WEIGHTS))
        if path is not None:
            self.import_weights(path)

    def import_weights(self, path: Path) -> None:
        """Starts a new run from the weights in a file."""
        self._playback.stop()
        experiment = self._controller.settings
        try:
            weights = read_weights(path)
            self.folder = str(path.parent)
            self._controller.restart(weights_for(experiment, weights))
        except WeightsMismatchError as error:
            self._offer_network(error.weights, str(error))
            return
        except GradwalkError as error:
            self.refused.emit(error)
            return
        self.done.emit(tr("A new run from the weights in {name}", name=plain(path.name, 80)))

    def _offer_network(self, weights: Weights, sentence: str) -> None:
        if not dialogs.ask_new_network(self._window, sentence, weights.sizes):
            return
        experiment = self._controller.settings
        try:
            network = network_from(weights, experiment.network)
            self._controller.restart(with_network(experiment, network))
        except GradwalkError as error:
            self.refused.emit(error)
            return
        sizes = "-".join(map(str, weights.sizes))
        self.done.emit(tr("A new network {sizes} from the file", sizes=sizes))


def _what_changed(before: Experiment, after: Experiment) -> str:
    sizes = "-".join(map(str, after.network.sizes))
    if before.network.sizes != after.network.sizes:
        return tr("New data; the network is {sizes} now", sizes=sizes)
    if before.loss is not after.loss:
        return tr("New data; the last layer and the loss were changed to suit its targets")
    return tr("New data, and a new run from the start")
