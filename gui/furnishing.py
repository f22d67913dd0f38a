"""What is in the window: actions, keys, dialogs, and the wires between them and all else."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QKeySequence,
    QPalette,
)
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from engine.bookmarks import Bookmark
from engine.breakpoints import Breakpoint
from engine.edits import LEARNING_RATE
from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.expression import Term
from engine.formats import READABLE_WEIGHTS, experiment_json
from engine.limits import MAX_ITERATIONS
from engine.position import START, Position
from engine.program import Granularity
from gui import dialogs, examples
from gui.actions import Actions, granularity_texts
from gui.controller import Controller, Moment
from gui.document import Document
from gui.elided_label import ElidedLabel
from gui.event_filters import keep_keys, on_event
from gui.exporting import Exporting
from gui.filing import Filing
from gui.foresight import Foresight
from gui.importing import CSV_SUFFIXES, Importing
from gui.journey import Journey
from gui.looks import Looks
from gui.measuring import Measuring
from gui.notation import Notation
from gui.notices import Notice, NoticeBar, Offer
from gui.panels.experiment import ExperimentPanel
from gui.panels.transport import Transport
from gui.pausing import Pausing
from gui.playback import FASTEST, SLOWEST, Direction, Mode, Playback
from gui.plotting import PlottingLoader
from gui.remembered import data_folder
from gui.settings import Settings
from gui.stage import QWIDGETSIZE_MAX, Stage
from gui.status import memory_text, status_text
from gui.study import Study
from gui.theme import Theme
from gui.timeline.marks import Stop
from gui.translation import tr
from gui.window import MainWindow

# Dialogs of this size are imported where they open: the window does not wait for them.
if TYPE_CHECKING:
    from gui.breakpoints.dialog import BreakpointsDialog

_FASTER = 1.5
_PRESENTED = "presentation"
_BACKWARD = ("back", "start", "phase_back", "iteration_back")
_SEPARATORS_BEFORE = {
    "save",
    "import_weights",
    "quit",
    "phase_next",
    "start",
    "train",
    "matrix_notation",
    "larger",
    "about",
    "copy_latex",
}


class Furnishing(QObject):
    """Puts everything into a window that is there already, and wires it."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        settings: Settings,
        version: str,
        log: Path | None = None,
    ) -> None:
        super().__init__(window)
        self.controller = controller
        self.playback = Playback(controller, self)
        self._window = window
        self._settings = settings
        self._version = version
        self._log = log
        self._waits_for_paint = False
        self._arranged = False
        self._said_at: Position | None = None
        self._pinned: Term | None = None
        self._breakpoints: BreakpointsDialog | None = None

        self.looks = Looks(settings, self)
        self.actions_by_name = Actions(window)
        self.study = Study(self.looks, self)
        self.experiment_panel = ExperimentPanel(self.looks.theme)
        self.stage = Stage(self.study, self.experiment_panel)
        self.notices = NoticeBar()
        document = Document(data_folder(), self)
        self.journey = Journey(controller, window)
        self.pausing = Pausing(controller, self.playback, self.study, self.notices, self)
        self.measuring = Measuring(controller, self.playback, self.study.metrics, self)
        self.importing = Importing(controller, self.playback, self.looks, window)
        self.filing = Filing(controller, self.playback, settings, document, self.notices, window)
        self.exporting = Exporting(
            controller, self.playback, self.study, self.looks, self.filing, window
        )
        self.transport = Transport(granularity_texts(), (SLOWEST, FASTEST), examples.titles())
        self._centre = QWidget()
        self._status = ElidedLabel()
        self._edited = QLabel()
        self._memory = QLabel()
        self._memory.setToolTip(
            tr("Memory for the history of the run; beyond the budget, going back takes longer")
        )
        self._memory.setAccessibleName(tr("Memory for the history"))
        self._learning = ElidedLabel()
        self._hint = QLabel(_hint_of(Mode.STOPPED))
        self.foresight = Foresight(controller.foresee, self.study.foreseeing, self)
        self._plotting = PlottingLoader(self)
        # A history replays the run: looked up once the window has nothing else to do.
        self._inspect_later = QTimer(self)
        self._inspect_later.setSingleShot(True)

        self._lay_out()
        self._fill_menus()
        self._wire_actions()
        self._wire_views()
        self._restore()

    # Layout

    def _lay_out(self) -> None:
        self._window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.transport)
        named = self.actions_by_name
        self.transport.fill(
            steps=[named[name] for name in ("start", "back", "step", "run", "newest")],
            running=[named["train"]],
            resets=[named["reset"], named["reseed"]],
            view=named["theme"],
        )
        column = QVBoxLayout(self._centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.stage, 1)
        self._window.setCentralWidget(self._centre)
        bar = self._window.statusBar()
        bar.addWidget(self._status, 3)
        bar.addWidget(self._learning, 2)
        self._learning.setMaximumWidth(0)
        bar.addPermanentWidget(self._edited)
        bar.addPermanentWidget(self._memory)
        bar.addPermanentWidget(self.study.sample_chooser)
        bar.addPermanentWidget(self._hint)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(8, 0, 8, 0)

    def _fill_menus(self) -> None:
        for group in self.actions_by_name.groups():
            menu = self._window.menuBar().addMenu(group.title)
            for name in group.names:
                if name in _SEPARATORS_BEFORE:
                    menu.addSeparator()
                menu.addAction(self.actions_by_name[name])
                if name == "bookmark":
                    self.bookmarks_menu = menu.addMenu(tr("Book&marks"))
                    fill = partial(self.journey.fill_bookmarks, self.bookmarks_menu)
                    self.bookmarks_menu.aboutToShow.connect(fill)
                if name == "open":
                    recent = menu.addMenu(tr("Open &recent"))
                    recent.setToolTipsVisible(True)
                    recent.aboutToShow.connect(partial(self.filing.fill_recent, recent))

    def _wire_actions(self) -> None:
        phase, iteration = Granularity.PHASE, Granularity.ITERATION
        go, controller, looks = self._travel, self.controller, self.looks
        equation = self.study.equation
        for name, slot in (
            ("new", self.filing.new),
            ("open", self.filing.open_asked),
            ("save", self.filing.save),
            ("save_as", self.filing.save_as),
            ("export", self.exporting.export_weights),
            ("export_picture", self.exporting.export_picture),
            ("export_table", self.exporting.export_table),
            ("import_weights", self.importing.import_weights_asked),
            ("samples", self.importing.edit_samples),
            ("built_in", self.importing.choose_set),
            ("import_csv", self.importing.import_csv_asked),
            ("paste_data", self.importing.paste),
            ("quit", self._window.close),
            ("undo", partial(go, controller.undo_stack.undo)),
            ("redo", partial(go, controller.undo_stack.redo)),
            ("copy_latex", equation.copy_latex),
            ("copy_text", equation.copy_text),
            ("copy_picture", equation.copy_picture),
            ("step", partial(go, controller.forward)),
            ("back", partial(go, self.playback.back)),
            ("phase_next", partial(go, controller.forward, phase)),
            ("phase_back", partial(go, self.playback.back, phase)),
            ("iteration_next", partial(go, controller.forward, iteration)),
            ("iteration_back", partial(go, self.playback.back, iteration)),
            ("start", partial(self._jump, controller.seek, START)),
            ("newest", self._to_newest),
            ("run", self._run_or_pause),
            ("run_back", self._run_back_or_pause),
            ("faster", partial(self._change_speed, _FASTER)),
            ("slower", partial(self._change_speed, 1 / _FASTER)),
            ("train", self._train_or_stop),
            ("go_to", self.journey.go_to_iteration),
            ("place_back", self.journey.back),
            ("place_forward", self.journey.forward),
            ("bookmark", self.journey.add_bookmark),
            ("breakpoint", self._toggle_breakpoint),
            ("run_to", self._run_to_here),
            ("search_forward", self._search_forward),
            ("search_back", self._search_back),
            ("breakpoints", self._show_breakpoints),
            ("reset", partial(go, controller.reset)),
            ("reseed", partial(go, controller.reseed)),
            ("check_gradients", self._check_gradients),
            ("theme", looks.switch_theme),
            ("experiment", self._show_experiment_panel),
            ("present", looks.present),
            ("larger", partial(self.scale_text, 1)),
            ("smaller", partial(self.scale_text, -1)),
            ("normal_size", partial(self.scale_text, 0)),
            ("more_digits", partial(self._change_digits, 1)),
            ("fewer_digits", partial(self._change_digits, -1)),
            ("matrix_notation", self._choose_notation),
            ("why", self._show_why),
            ("gradients", self._show_gradients),
            ("find_unit", self._find_unit),
            ("keys", self._show_keys),
            ("about", self._show_about),
        ):
            self.actions_by_name[name].triggered.connect(slot)
        for granularity in Granularity:
            choose = partial(self._choose_granularity, granularity)
            self.actions_by_name[granularity].triggered.connect(choose)

    def _wire_views(self) -> None:
        study, controller = self.study, self.controller
        self.transport.granularity_chosen.connect(self._choose_granularity)
        self.transport.speed_chosen.connect(self._set_speed)
        self.transport.example_chosen.connect(self._open_example)
        self.experiment_panel.rate_committed.connect(partial(self._edit, LEARNING_RATE, ()))
        self.experiment_panel.rates_committed.connect(partial(self._travel, controller.edit_all))
        self.experiment_panel.restart_requested.connect(partial(self._travel, controller.restart))
        self.experiment_panel.text_changed.connect(self._set_text)
        self.experiment_panel.samples_requested.connect(self.importing.edit_samples)
        study.iteration_requested.connect(self._travel_to_iteration)
        study.travel_requested.connect(self._travel_to)
        study.picked.connect(self._pin)
        study.sample_changed.connect(self._sample_changed)
        study.metrics_wanted.connect(self.measuring.begin)
        study.inspector.closed.connect(partial(self._pin, None))
        study.inspector.edit_requested.connect(self._edit_asked)
        self._inspect_later.timeout.connect(self._inspect)
        self.filing.opened.connect(self._opened)
        self.filing.done.connect(self._say)
        for room in (self.importing, self.exporting):
            room.done.connect(self._say)
            room.refused.connect(self._refuse)
        self.filing.document.changed.connect(self._show_document)
        controller.moment_changed.connect(self._show)
        controller.moment_passed.connect(self._show_in_passing)
        controller.experiment_changed.connect(self._show_experiment)
        undo, redo = self.actions_by_name["undo"], self.actions_by_name["redo"]
        controller.undo_stack.canUndoChanged.connect(undo.setEnabled)
        controller.undo_stack.canRedoChanged.connect(redo.setEnabled)
        self.playback.mode_changed.connect(self._show_mode)
        self.pausing.said.connect(self._say_here)
        self.pausing.hinted.connect(self._show_hints)
        self.pausing.refused.connect(self._refuse)
        self.journey.travel_requested.connect(self._travel_to)
        self.journey.changed.connect(self._show_places)
        bar = study.timeline_bar
        bar.bookmark_requested.connect(self.journey.add_bookmark)
        bar.go_to_requested.connect(self.journey.go_to_iteration)
        bar.removal_requested.connect(self._remove_mark)
        self.looks.theme_changed.connect(self._theme_changed)
        self.looks.numbers_changed.connect(self._numbers_changed)
        self.looks.presentation_changed.connect(self._present)
        self._plotting.ready.connect(study.install_plots)
        on_event(study.network, QEvent.Type.Paint, self._painted)
        keep_keys(self._window, self._comes_too_early)

    def _restore(self) -> None:
        settings, named = self._settings, self.actions_by_name
        named["experiment"].setChecked(settings.experiment_shown)
        self.stage.show_experiment(settings.experiment_shown)
        self._set_speed(settings.speed)
        self._choose_granularity(settings.granularity)
        named["matrix_notation"].setChecked(settings.matrix_notation)
        self._choose_notation(settings.matrix_notation)
        named["why"].setChecked(settings.why_shown)
        self._show_why(settings.why_shown)
        self.looks.apply()
        self._show_mode(Mode.STOPPED)
        for name in ("undo", "redo"):
            named[name].setEnabled(False)

    # Which experiment

    @Slot(object)
    def _show_experiment(self, experiment: Experiment) -> None:
        if self._pinned is not None and not self.controller.has_element(self._pinned):
            self._pin(None)
        self.study.show_experiment(experiment, self.controller.moment().iterations_per_epoch)
        self.experiment_panel.show_experiment(self.controller.described)

    @Slot(object)
    def _open_example(self, name: str) -> None:
        self.filing.open_example(name)
        self._show_document()  # The picker goes back where the person thought better of it.

    @Slot()
    def _opened(self) -> None:
        self._pin(None)
        self._window.statusBar().clearMessage()
        self.journey.forget()
        self.pausing.forget()
        self._show_document()

    @Slot()
    def _show_document(self) -> None:
        filing, document = self.filing, self.filing.document
        self.transport.show_example(filing.example, filing.title)
        named = tr("{title} (read only)", title=filing.title)
        title = named if document.is_read_only else filing.title
        shown = tr("{title}[*] – Gradwalk", title=title.replace("[*]", "[* ]"))
        self._window.setWindowTitle(shown)
        self._window.setWindowModified(document.is_modified)
        self._window.setWindowFilePath(str(document.path) if document.path else "")

    # Travel and edits

    def _travel(self, intent: object, *arguments: object) -> None:
        """Stops what runs, then does what was asked; a refusal is told in its one sentence."""
        # QAction.triggered hands `checked` to a partial; an intent's own arguments come first.
        own = [each for each in arguments if not isinstance(each, bool)]
        self.playback.stop()
        assert callable(intent)
        try:
            intent(*own)
        except GradwalkError as error:
            self._tell(str(error))

    def _jump(self, intent: object, *arguments: object) -> None:
        """Travels, and remembers the place that is left."""
        self.journey.leave()
        self._travel(intent, *arguments)

    @Slot(object)
    def _travel_to(self, position: Position) -> None:
        self._jump(self.playback.travel_to, position)

    @Slot(object)
    def _travel_to_iteration(self, iteration: int) -> None:
        self._jump(self.playback.travel_to, self.controller.same_step_in(int(iteration)))

    @Slot()
    def _to_newest(self) -> None:
        self._jump(self.playback.travel_to, self.controller.newest)

    @Slot()
    def _show_places(self) -> None:
        named = self.actions_by_name
        named["place_back"].setEnabled(self.journey.can_go_back)
        named["place_forward"].setEnabled(self.journey.can_go_forward)

    # Breakpoints

    @Slot()
    def _toggle_breakpoint(self) -> None:
        self.pausing.toggle_here(self._pinned)

    @Slot()
    def _run_to_here(self) -> None:
        here = self.pausing.breakpoint_here(self._pinned)
        if here is not None:
            self._run_until(here)

    @Slot(object)
    def _run_until(self, stop: Breakpoint) -> None:
        self._jump(partial(self.playback.search, also=stop))

    @Slot()
    def _search_forward(self) -> None:
        self._jump(self.playback.search)

    @Slot()
    def _search_back(self) -> None:
        self._jump(partial(self.playback.search, forward=False))

    @Slot()
    def _show_breakpoints(self) -> None:
        if self._breakpoints is None:
            from gui.breakpoints.dialog import BreakpointsDialog

            self._breakpoints = BreakpointsDialog(self._window)
            self._breakpoints.changed.connect(self.pausing.set_all)
            self._breakpoints.run_requested.connect(self._run_until)
            self.controller.notes_changed.connect(self._list_breakpoints)
            self.controller.experiment_changed.connect(self._list_breakpoints)
            self.looks.theme_changed.connect(self._breakpoints.set_theme)
            self._breakpoints.set_theme(self.looks.theme)
        self._list_breakpoints()
        self._breakpoints.show()
        self._breakpoints.raise_()

    @Slot()
    def _list_breakpoints(self, *_: object) -> None:
        if self._breakpoints is not None:
            program = self.controller.moment().frame.program
            self._breakpoints.show_run(self.controller.experiment, program)

    @Slot(object)
    def _remove_mark(self, mark: Bookmark | Stop) -> None:
        if isinstance(mark, Bookmark):
            self.journey.remove_bookmark(mark)
        else:
            self.pausing.remove(mark)

    @Slot(object, object)
    def _set_text(self, title: str, notes: str) -> None:
        self.controller.set_text(title, notes)
        self.experiment_panel.show_experiment(self.controller.described)
        self._show_document()

    def _edit(self, what: str, element: tuple[int, ...], value: float) -> None:
        self._travel(self.controller.edit, what, element, value)

    @Slot(object)
    def _edit_asked(self, edit: tuple[str, tuple[int, ...], float]) -> None:
        self._edit(*edit)

    @Slot()
    def _run_or_pause(self) -> None:
        if self.playback.is_stopped:
            self.playback.run()
        else:
            self.playback.stop()

    @Slot()
    def _run_back_or_pause(self) -> None:
        if self.playback.mode is Mode.RUNNING and self.playback.direction is Direction.BACK:
            self.playback.stop()
        else:
            self.playback.run(Direction.BACK)

    @Slot()
    def _train_or_stop(self) -> None:
        if self.playback.mode is Mode.TRAINING:
            self.playback.stop()
        else:
            self.playback.train()

    @Slot(object)
    def _choose_granularity(self, granularity: Granularity, *_: object) -> None:
        self.controller.granularity = granularity
        self._settings.granularity = granularity
        self.actions_by_name[granularity].setChecked(True)
        self.transport.show_granularity(granularity)

    @Slot(object)
    def _set_speed(self, speed: float) -> None:
        self.playback.set_speed(speed)
        self._settings.speed = self.playback.speed
        self.transport.show_speed(self.playback.speed)

    def _change_speed(self, factor: float, *_: object) -> None:
        self._set_speed(self.playback.speed * factor)

    # Looking closer

    @Slot(object)
    def _pin(self, term: Term | None, *_: object) -> None:
        """Opens the inspector on an element, or closes it."""
        self._pinned = term
        self.study.network.set_pinned(term)
        self.stage.show_inspector(term is not None)
        if term is not None:
            self._inspect()

    @Slot()
    def _find_unit(self) -> None:
        from gui import finding

        self.playback.stop()
        frame = self.controller.moment().frame
        at = frame.step.layer if frame.step is not None else None
        found = finding.ask_unit(self._window, frame.program.layer_sizes, at or 0)
        if found is not None:
            layer, unit = found
            self.study.network.show_unit(layer, unit)
            self._pin(Term(f"a{layer}", (unit,)))

    @Slot()
    def _inspect(self) -> None:
        if self._pinned is not None:
            found = self.controller.inspect(self._pinned, self.study.sample)
            self.study.inspector.show_inspection(found)

    @Slot(object)
    def _sample_changed(self, _column: int) -> None:
        self._inspect()

    @Slot()
    def _check_gradients(self) -> None:
        from gui.checking import NetworkCheck

        self.playback.stop()
        NetworkCheck(self.controller, self._window).table.show()

    # What is shown

    @Slot(object)
    def _show(self, moment: Moment) -> None:
        self._waits_for_paint = True
        self.study.show(moment)
        self.foresight.begin()
        if self._said_at not in (None, moment.frame.position):
            self._said_at = None
            self._hint.setText(_hint_of(self.playback.mode))
        self._show_edits()
        self._show_memory()
        self._status.set_text(status_text(moment, self.controller.settings, self.looks.numbers))
        named = self.actions_by_name
        for name in _BACKWARD:
            named[name].setEnabled(not moment.at_start)
        named["newest"].setEnabled(moment.frame.position != moment.newest)
        is_at_limit = moment.completed >= MAX_ITERATIONS
        for name in ("step", "phase_next", "iteration_next", "run", "train"):
            named[name].setEnabled(not is_at_limit)
        if self._pinned is not None and self.playback.is_stopped:
            self._inspect_later.start(0)
        if QAccessible.isActive() and self.playback.is_stopped:
            spoken = QAccessibleAnnouncementEvent(self._window, self.study.words.text())
            QAccessible.updateAccessibility(spoken)

    @Slot(object)
    def _show_in_passing(self, moment: Moment) -> None:
        self.foresight.stop()
        self.study.show_in_passing(moment)
        self._show_memory()
        self._status.set_text(status_text(moment, self.controller.settings, self.looks.numbers))

    @Slot(object)
    def _show_mode(self, mode: Mode) -> None:
        named, theme = self.actions_by_name, self.looks.theme
        if mode in (Mode.RUNNING, Mode.TRAVELLING, Mode.SEARCHING):
            named.set_icon("run", "pause", theme)
            named.set_text("run", tr("&Pause"))
        else:
            named.set_icon("run", "run", theme)
            named.set_text("run", tr("&Run"))
        if mode is Mode.TRAINING:
            named.set_icon("train", "pause", theme)
            named.set_text("train", tr("&Stop training"))
        else:
            named.set_icon("train", "train", theme)
            named.set_text("train", tr("&Train at full speed"))
        if mode is not Mode.STOPPED:
            # What runs has left the start, whether that has been shown yet or not.
            for name in _BACKWARD:
                named[name].setEnabled(True)
        self._said_at = None
        self._hint.setText(_hint_of(mode, self.playback.target.iteration))
        if mode is Mode.STOPPED and self._pinned is not None:
            self._inspect_later.start(0)

    def _show_memory(self) -> None:
        text = memory_text(*self.controller.memory)
        if text != self._memory.text():  # A label asks for a new layout with each text.
            self._memory.setText(text)

    def _show_edits(self) -> None:
        """An edited run says so: its numbers are not those of the experiment as it was opened."""
        count = len(self.controller.noted.edits)
        text = tr("{count} changes by hand", count=count) if count else ""
        if count == 1:
            text = tr("1 change by hand")
        if text != self._edited.text():
            self._edited.setText(text)

    @Slot(object)
    def _show_hints(self, text: str) -> None:
        first = text.partition("\n")[0]
        self._learning.set_text(tr("Hint: {hint}", hint=first) if first else "")
        self._learning.setToolTip(text)
        # Not hidden: a status bar shows its parts again at a time of its own.
        self._learning.setMaximumWidth(QWIDGETSIZE_MAX if first else 0)

    def status_text(self) -> str:
        """The line at the bottom: where one stands."""
        return self._status.text()

    def hint_text(self) -> str:
        """The line of help."""
        return self._hint.text()

    def show_crash(self, details: str) -> None:
        """After a fault of ours: lets the person save."""
        self.playback.stop()
        if not dialogs.ask_after_crash(self._window, details, self._log):
            return
        self.filing.save_as()

    @Slot(object)
    def _say_here(self, text: str) -> None:
        """Says something that holds as long as one stands here."""
        self._said_at = self.controller.position
        self._hint.setText(text)

    @Slot(object)
    def _say(self, sentence: str) -> None:
        self._window.statusBar().showMessage(sentence, 6000)

    @Slot(object)
    def _refuse(self, error: GradwalkError) -> None:
        self._tell(str(error))

    def _tell(self, sentence: str) -> None:
        self.playback.stop()
        dialogs.tell(self._window, sentence)

    def _show_keys(self) -> None:
        dialogs.KeySheet(self.actions_by_name, self._window).open()

    def _show_about(self) -> None:
        dialogs.about(self._window, self._version)

    # Looks

    @Slot(object)
    def _theme_changed(self, theme: Theme) -> None:
        self.experiment_panel.set_theme(theme)
        self.notices.set_theme(theme)
        self.actions_by_name.set_theme(theme)

    @Slot(object)
    def _numbers_changed(self, numbers: object) -> None:
        self.experiment_panel.set_numbers(self.looks.numbers)
        self.pausing.set_numbers(self.looks.numbers)
        self.controller.announce()

    @Slot(object)
    def _present(self, on: bool) -> None:
        if not on:
            self.notices.withdraw(_PRESENTED)
        self.stage.present(on)
        # Again once the phases' bar knows how high it is with the larger text.
        QTimer.singleShot(0, partial(self.stage.present, on))
        self._window.menuBar().setVisible(not on)
        self._window.statusBar().setVisible(not on)

    def _show_experiment_panel(self, shown: bool) -> None:
        self.stage.show_experiment(shown)
        self._settings.experiment_shown = shown

    def _choose_notation(self, matrix: bool) -> None:
        notation: Notation = "matrix" if matrix else "node"
        self.study.equation.set_notation(notation)
        self.study.matrices.set_notation(notation)
        self.study.network.set_notation(notation)
        self._settings.matrix_notation = matrix

    def _show_why(self, shown: bool) -> None:
        self.study.equation.show_why(shown)
        self._settings.why_shown = shown

    def _show_gradients(self, shown: bool) -> None:
        self.study.network.set_shown("gradients" if shown else "values")

    def scale_text(self, direction: int, *_: object) -> None:
        """Larger (1), smaller (-1), or the normal size (0)."""
        self.looks.scale_text(direction)

    def _change_digits(self, by: int, *_: object) -> None:
        self.looks.change_digits(by)

    # What Qt tells

    def _comes_too_early(self, event: QKeyEvent) -> bool:
        # A held key repeats faster than a large network paints: the repeats that come before the
        # last step is on screen are dropped, or the window would go on long after the key is up.
        return event.isAutoRepeat() and self._waits_for_paint

    def _painted(self, _event: QEvent) -> bool:
        self._waits_for_paint = False
        return False

    def come_up(self) -> None:
        """The window is shown."""
        if not self._arranged:
            self._arranged = True
            QTimer.singleShot(0, self._arrange)  # Once the splitters have their sizes.
        # After the first paint: importing the plots takes longer than showing the window.
        QTimer.singleShot(0, self._plotting.start)

    def come_late(self) -> None:
        """The window has been shown empty: everything is where it belongs when it appears."""
        self._arranged = True
        window = self._window
        for part in (window.menuBar(), self.transport, self._centre, window.statusBar()):
            part.show()
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self._arrange()
        QTimer.singleShot(0, self._plotting.start)

    def _arrange(self) -> None:
        self.stage.arrange(self.stage.width(), self.stage.height())
        if self._settings.presenting:
            self._present_again()

    def _present_again(self) -> None:
        """Goes on with a presentation. Who opens the window may be another: the way out is told."""
        action = self.actions_by_name["present"]
        action.trigger()
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        sentence = tr(
            "This is the presentation, as it was left; {keys} shows everything again.", keys=keys
        )
        offers = (Offer(tr("Show everything"), action.trigger),)
        self.notices.tell(Notice(_PRESENTED, sentence, offers))

    def take_file(self, path: Path) -> None:
        """Opens a file for what it is: an experiment, weights or a table."""
        suffix = path.suffix.lower()
        if experiment_json.is_one(path):
            self.filing.open_file(path)
        elif suffix in CSV_SUFFIXES:
            self.importing.import_csv(path)
        elif suffix in READABLE_WEIGHTS:
            self.importing.import_weights(path)
        else:
            self.filing.open_file(path)

    def may_close(self) -> bool:
        """Whether the window may close: asks where something is not saved."""
        self.playback.stop()
        return self.filing.may_go()


def _hint_of(mode: Mode, target: int = 0) -> str:
    """The one line of help: what can be done now."""
    return {
        Mode.STOPPED: tr("→ next step, ← back, Space run"),
        Mode.RUNNING: tr("running; Space pauses, + and − change the speed"),
        Mode.TRAINING: tr("training at full speed; Ctrl+T stops"),
        Mode.SEARCHING: tr("looking for a breakpoint; Space stops"),
        Mode.TRAVELLING: tr("on the way to iteration {iteration}; Space stops", iteration=target),
    }[mode]
