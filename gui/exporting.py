"""What leaves the window as a file of another kind: weights, pictures, tables."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import GradwalkError
from gui import dialogs
from gui.controller import Controller
from gui.filing import Filing
from gui.looks import Looks
from gui.plain_text import file_stem, plain
from gui.playback import Playback
from gui.study import Study
from gui.translation import tr


class Exporting(QObject):
    """Asks where to write, and writes.

    done: a sentence about what has been done. refused: a GradwalkError.
    """

    done = Signal(object)
    refused = Signal(object)

    def __init__(
        self,
        controller: Controller,
        playback: Playback,
        study: Study,
        looks: Looks,
        filing: Filing,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller, self._playback = controller, playback
        self._study, self._looks = study, looks
        self._filing, self._window = filing, window

    def export_weights(self) -> None:
        """Asks where to write the weights, and writes them."""
        self._playback.stop()
        controller = self._controller
        suggested = Path(self._filing.folder) / f"{file_stem(self._filing.title)}.npz"
        path = dialogs.ask_where_to_export(self._window, suggested, controller.completed)
        if path is None:
            return
        self._filing.folder = str(path.parent)
        try:
            controller.export_weights(path)
        except GradwalkError as error:
            self.refused.emit(error)
            return
        self.done.emit(tr("Weights written to {name}", name=plain(path.name, 80)))

    def export_picture(self) -> None:
        """Asks for a picture of a view, and writes it."""
        # Seldom asked for: not imported at launch.
        from gui.pictures.dialog import ask_and_export

        self._playback.stop()
        stem, theme = file_stem(self._filing.title), self._looks.theme
        self._note(ask_and_export(self._window, self._study, theme, self._filing.folder, stem))

    def export_table(self) -> None:
        """Asks for the losses or the trace of this iteration, and writes them."""
        from gui.pictures.tables import export_table

        self._playback.stop()
        stem = file_stem(self._filing.title)
        self._note(export_table(self._window, self._controller, self._filing.folder, stem))

    def _note(self, path: Path | None) -> None:
        if path is not None:
            self._filing.folder = str(path.parent)
            self.done.emit(tr("Written to {name}", name=plain(path.name, 80)))
