"""Opening, saving and closing: the conversation about the file that is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.formats import experiment_json
from gui import dialogs, examples
from gui.blank import blank_experiment
from gui.controller import Controller
from gui.document import Document
from gui.notices import Notice, NoticeBar, Offer
from gui.plain_text import file_stem, plain
from gui.playback import Mode, Playback
from gui.settings import Settings
from gui.translation import tr
from gui.unsaved import LeftBehind

_ON_DISK, _LEFT_BEHIND, _READ_ONLY = "on disk", "left behind", "read only"


class Filing(QObject):
    """Asks what there is to ask, and does it to the document.

    opened: another experiment is open. done: a sentence about what has been done.
    """

    opened = Signal()
    done = Signal(object)

    def __init__(
        self,
        controller: Controller,
        playback: Playback,
        settings: Settings,
        document: Document,
        notices: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller, self._playback, self._settings = controller, playback, settings
        self._window, self._notices = window, notices
        self.document = document
        self.example = ""
        self.folder = str(Path.home())
        self._is_opening = False
        controller.experiment_changed.connect(self._take)
        controller.notes_changed.connect(self._take)
        playback.mode_changed.connect(self._moved)
        document.changed_on_disk.connect(self._tell_of_disk)

    @property
    def title(self) -> str:
        """What is open, in a few words."""
        document = self.document
        if document.path is not None:
            return plain(document.path.name.removesuffix(experiment_json.SUFFIX), 80)
        title = plain(self._controller.noted.title, 80)
        return examples.titles().get(self.example) or title or tr("Untitled")

    def _take(self, *_: object) -> None:
        if self._is_opening:
            return
        experiment, saved = self._controller.experiment, self.document.saved
        if saved is not None and experiment.title != saved.title:
            self.example = ""  # It has become something else.
        self.document.take(experiment)

    @Slot(object)
    def _moved(self, mode: Mode) -> None:
        if mode is Mode.STOPPED and not self._is_opening:
            self.document.moved(self._controller.experiment)

    # Opening

    def open_example(self, name: str) -> bool:
        """Opens an experiment that ships, where it is best looked at first."""
        return self.may_go() and self._open(examples.path(name), name)

    def open_file(self, path: Path) -> bool:
        """Opens an experiment file; whether that went well."""
        return self.may_go() and self._open(path)

    def open_at_launch(self, path: Path | None, session: Path | None) -> None:
        """Opens what was asked for, else what was open last, else the first example."""
        asked = path is not None and self._open(path)
        if not asked and (path is not None or session is None or not self._resume(session)):
            self._open(examples.path(examples.FIRST), examples.FIRST)
        self._offer_left_behind()

    def new(self) -> None:
        """A small network to begin with."""
        if self.may_go():
            self._begin(blank_experiment(), None)

    def open_asked(self) -> None:
        """Asks which experiment to open."""
        self._playback.stop()
        path = dialogs.ask_experiment(self._window, self.folder)
        if path is not None:
            self.open_file(path)

    def _open(self, path: Path, example: str = "") -> bool:
        try:
            experiment = experiment_json.read(path)
        except GradwalkError as error:
            self._refuse(error)
            return False
        # However its path was typed: what ships is never written over.
        is_example = path.resolve().parent == examples.FOLDER.resolve()
        if not self._begin(experiment, None if is_example else path, example):
            return False
        if not is_example:
            self.folder = str(path.parent)
            self._settings.note_recent(path)
        return True

    def _begin(
        self, experiment: Experiment, path: Path | None, example: str = "", *, is_saved: bool = True
    ) -> bool:
        self._playback.stop()
        before, self.example = self.example, example if example in examples.titles() else ""
        self._is_opening = True
        try:
            self._controller.start(experiment)
            self._playback.travel_to(experiment.position)
        except GradwalkError as error:
            self.example = before
            self._refuse(error)
            return False
        finally:
            self._is_opening = False
        self.document.begin(self._controller.experiment, path, is_saved=is_saved)
        self._notices.withdraw(_ON_DISK)
        self._tell_read_only()
        self.opened.emit()
        return True

    def _tell_read_only(self) -> None:
        self._notices.withdraw(_READ_ONLY)
        if self.document.is_read_only:
            self._notices.tell(
                Notice(
                    _READ_ONLY,
                    tr(
                        "{name} is open in another window of Gradwalk. Here it can be read, "
                        "changed and saved under another name.",
                        name=self.title,
                    ),
                    (Offer(tr("Save as…"), self.save_as),),
                )
            )

    def _refuse(self, error: GradwalkError) -> None:
        self._playback.stop()
        dialogs.tell(self._window, str(error))

    # Saving

    def save(self) -> bool:
        """Writes the file that is open, asking where if there is none; whether it was written."""
        document = self.document
        if document.path is None or document.is_read_only:
            return self.save_as()
        document.look_at_disk()
        would_lose = document.is_on_disk and not document.is_as_left
        if would_lose and not dialogs.ask_overwrite(self._window, self.title):
            return False
        return self._write(document.path)

    def save_as(self) -> bool:
        """Asks where to write; whether it was written."""
        self._playback.stop()
        path = dialogs.ask_where_to_save(self._window, self._suggested_path())
        return path is not None and self._write(path)

    def _suggested_path(self) -> Path:
        if self.document.path is not None:
            return self.document.path
        name = file_stem(self._controller.experiment.title or self.title)
        return Path(self.folder) / f"{name}{experiment_json.SUFFIX}"

    def _write(self, path: Path) -> bool:
        self._playback.stop()
        example, self.example = self.example, ""
        try:
            self.document.save(self._controller.experiment, path)
        except GradwalkError as error:
            self.example = example
            if dialogs.ask_save_elsewhere(self._window, str(error)):
                return self.save_as()
            return False
        self.folder = str(path.parent)
        self._settings.note_recent(path)
        self._notices.withdraw(_ON_DISK)
        self._tell_read_only()
        self.done.emit(tr("Saved as {name}", name=plain(path.name, 80)))
        return True

    # Leaving

    def may_go(self) -> bool:
        """Whether what is open may be left: asks where something is not saved."""
        self._playback.stop()
        if not self.document.is_modified:
            return True
        answer = dialogs.ask_about_unsaved(self._window, self.title)
        if answer is dialogs.Unsaved.SAVE:
            return self.save()
        if answer is dialogs.Unsaved.DISCARD:
            self.document.discard_changes()
            return True
        return False

    def remember(self) -> None:
        """Notes for the next launch which file or example was open."""
        self._settings.example = self.example
        self._settings.document = self.document.path

    def kept_for_next_launch(self) -> Experiment:
        """What the next launch comes back to: without changes that were given up."""
        document = self.document
        if document.is_given_up and document.saved is not None:
            return document.saved
        return self._controller.experiment

    # What other programs and other windows did

    def _tell_of_disk(self) -> None:
        if not self.document.is_on_disk:
            sentence = tr("{name} is not there any more. Save to write it again.", name=self.title)
            offers: tuple[Offer, ...] = (Offer(tr("Save"), self.save),)
        else:
            sentence = tr("Another program has changed {name}.", name=self.title)
            offers = (
                Offer(tr("Open it anew"), self._reopen),
                Offer(tr("Save as…"), self.save_as),
            )
        self._notices.tell(Notice(_ON_DISK, sentence, offers, is_warning=True))

    def _reopen(self) -> None:
        if self.document.path is not None:
            self.open_file(self.document.path)

    def _resume(self, session: Path) -> bool:
        """Goes on where the last window closed; whether there was such a place."""
        if not session.is_file():
            return False
        try:
            experiment = experiment_json.read(session)
        except GradwalkError:
            return False
        path, example = self._settings.document, self._settings.example
        origin = path if path is not None and path.is_file() else None
        source = origin or (examples.path(example) if example in examples.titles() else None)
        if not self._begin(experiment, origin, example, is_saved=_holds(source, experiment)):
            return False
        for each in self.document.unsaved.left_behind():
            if each.is_same_as(session):  # The same work, which is open again.
                each.discard()
        return True

    def _offer_left_behind(self) -> None:
        found = self.document.unsaved.left_behind()
        if not found:
            self._notices.withdraw(_LEFT_BEHIND)
            return
        first = found[0]
        name = plain(first.origin.name, 80) if first.origin else tr("An experiment without a name")
        sentence = tr(
            "{name} was not saved when Gradwalk ended; it was kept on {when}.",
            name=name,
            when=first.kept_at.strftime("%Y-%m-%d %H:%M"),
        )
        self._notices.tell(
            Notice(
                _LEFT_BEHIND,
                sentence,
                (
                    Offer(tr("Bring it back"), partial(self._bring_back, first)),
                    Offer(tr("Discard it"), partial(self._discard, first)),
                ),
            )
        )

    def _bring_back(self, left: LeftBehind) -> None:
        try:
            experiment = experiment_json.read(left.path)
        except GradwalkError as error:
            self._refuse(error)
            return
        if not self.may_go():
            self._offer_left_behind()
            return
        if self._begin(experiment, left.origin, is_saved=False):
            self.document.keep_unsaved()
            left.discard()
            self._offer_left_behind()

    def _discard(self, left: LeftBehind) -> None:
        left.discard()
        self._offer_left_behind()

    # The menu of files opened before

    def fill_recent(self, menu: QMenu) -> None:
        """Lists the files opened before, each by its name and, where two are alike, its folder."""
        menu.clear()
        paths = self._settings.recent
        names = [path.name for path in paths]
        for path in paths:
            name = plain(path.name.removesuffix(experiment_json.SUFFIX), 60)
            if names.count(path.name) > 1:
                name = tr("{name} in {folder}", name=name, folder=plain(path.parent.name, 40))
            action = menu.addAction(name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(_without_arguments(partial(self._open_recent, path)))
        if not paths:
            menu.addAction(tr("Nothing yet")).setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction(tr("Clear this list")).triggered.connect(self._forget_recent)

    def _open_recent(self, path: Path) -> None:
        if not path.is_file():
            self._settings.forget_recent(path)
        self.open_file(path)

    @Slot()
    def _forget_recent(self) -> None:
        for path in self._settings.recent:
            self._settings.forget_recent(path)


def _holds(path: Path | None, experiment: Experiment) -> bool:
    """Whether a file holds an experiment, wherever in it one stands."""
    if path is None:
        return False
    try:
        found = experiment_json.to_json(experiment_json.read(path))
    except GradwalkError:
        return False
    wanted = experiment_json.to_json(experiment)
    return {**found, "position": None} == {**wanted, "position": None}


def _without_arguments(slot: Callable[[], object]) -> Callable[..., object]:
    return lambda *_: slot()
