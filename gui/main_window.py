"""The window: actions, keys, dialogs, and the wires between them and everything else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCloseEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QMainWindow

from engine.edits import LEARNING_RATE
from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.expression import Term
from engine.formats import experiment_json
from engine.frame import NonFinite
from engine.position import START, Position
from engine.program import Granularity
from gui import dialogs, examples
from gui.actions import Actions, granularity_texts
from gui.checking import NetworkCheck
from gui.controller import Controller, Moment
from gui.looks import Looks
from gui.panels.summary import SummaryPanel
from gui.panels.transport import Transport
from gui.plain_text import file_stem
from gui.playback import FASTEST, SLOWEST, Mode, Playback
from gui.plotting import PlottingLoader
from gui.settings import Settings
from gui.stage import Stage
from gui.status import status_text
from gui.study import Study
from gui.theme import Theme
from gui.translation import tr

DEFAULT_SIZE = QSize(1280, 800)

_FASTER = 1.5
_SEPARATORS_BEFORE = {
    "quit",
    "phase_next",
    "start",
    "train",
    "matrix_notation",
    "larger",
    "about",
    "copy_latex",
}


class MainWindow(QMainWindow):
    """One window on one run."""

    def __init__(
        self, controller: Controller, settings: Settings, version: str, log: Path | None = None
    ) -> None:
        super().__init__()
        self.controller = controller
        self.playback = Playback(controller, self)
        self._settings = settings
        self._version = version
        self._log = log
        self._example = ""
        self._folder = str(Path.home())
        self._waits_for_paint = False
        self._arranged = False
        self._pinned: Term | None = None

        self.looks = Looks(settings, self)
        self.actions_by_name = Actions(self)
        self.study = Study(self.looks, self)
        self.summary = SummaryPanel(self.looks.theme)
        self.stage = Stage(self.study, self.summary)
        self.transport = Transport(granularity_texts(), (SLOWEST, FASTEST), examples.titles(), self)
        self._status = QLabel()
        self._edited = QLabel()
        self._hint = QLabel(_hint_of(Mode.STOPPED))
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
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.transport)
        named = self.actions_by_name
        self.transport.fill(
            steps=[named[name] for name in ("start", "back", "step", "run", "newest")],
            running=[named["train"]],
            resets=[named["reset"], named["reseed"]],
            view=named["theme"],
        )
        self.setCentralWidget(self.stage)
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._edited)
        self.statusBar().addPermanentWidget(self.study.sample_chooser)
        self.statusBar().addPermanentWidget(self._hint)
        self.statusBar().setSizeGripEnabled(False)
        self.setMinimumSize(900, 560)

    def _fill_menus(self) -> None:
        for group in self.actions_by_name.groups():
            menu = self.menuBar().addMenu(group.title)
            for name in group.names:
                if name in _SEPARATORS_BEFORE:
                    menu.addSeparator()
                menu.addAction(self.actions_by_name[name])

    def _wire_actions(self) -> None:
        phase, iteration = Granularity.PHASE, Granularity.ITERATION
        go, controller, looks = self._travel, self.controller, self.looks
        equation = self.study.equation
        for name, slot in (
            ("open", self._open_asked),
            ("export", self._export_asked),
            ("quit", self.close),
            ("undo", partial(go, controller.undo_stack.undo)),
            ("redo", partial(go, controller.undo_stack.redo)),
            ("copy_latex", equation.copy_latex),
            ("copy_text", equation.copy_text),
            ("copy_picture", equation.copy_picture),
            ("step", partial(go, controller.forward)),
            ("back", partial(go, controller.back)),
            ("phase_next", partial(go, controller.forward, phase)),
            ("phase_back", partial(go, controller.back, phase)),
            ("iteration_next", partial(go, controller.forward, iteration)),
            ("iteration_back", partial(go, controller.back, iteration)),
            ("start", partial(go, controller.seek, START)),
            ("newest", self._to_newest),
            ("run", self._run_or_pause),
            ("faster", partial(self._change_speed, _FASTER)),
            ("slower", partial(self._change_speed, 1 / _FASTER)),
            ("train", self._train_or_stop),
            ("reset", partial(go, controller.reset)),
            ("reseed", partial(go, controller.reseed)),
            ("check_gradients", self._check_gradients),
            ("theme", looks.switch_theme),
            ("summary", self._show_summary),
            ("present", looks.present),
            ("larger", partial(self._scale_text, 1)),
            ("smaller", partial(self._scale_text, -1)),
            ("normal_size", partial(self._scale_text, 0)),
            ("more_digits", partial(self._change_digits, 1)),
            ("fewer_digits", partial(self._change_digits, -1)),
            ("matrix_notation", self._choose_notation),
            ("why", self._show_why),
            ("gradients", self._show_gradients),
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
        self.transport.example_chosen.connect(self.open_example)
        self.summary.rate_committed.connect(partial(self._edit, LEARNING_RATE, ()))
        study.iteration_requested.connect(self._travel_to_iteration)
        study.travel_requested.connect(self._travel_to)
        study.picked.connect(self._pin)
        study.sample_changed.connect(self._sample_changed)
        study.inspector.closed.connect(partial(self._pin, None))
        study.inspector.edit_requested.connect(self._edit_asked)
        self._inspect_later.timeout.connect(self._inspect)
        controller.moment_changed.connect(self._show)
        controller.experiment_changed.connect(self._show_experiment)
        controller.undo_stack.indexChanged.connect(self._show_undo)
        self.playback.mode_changed.connect(self._show_mode)
        self.playback.non_finite_met.connect(self._tell_non_finite)
        self.looks.theme_changed.connect(self._theme_changed)
        self.looks.numbers_changed.connect(self._numbers_changed)
        self.looks.presentation_changed.connect(self._present)
        self._plotting.ready.connect(study.install_plots)
        study.network.installEventFilter(self)

    def _restore(self) -> None:
        settings, named = self._settings, self.actions_by_name
        # A size kept from a larger screen would leave the status bar outside of this one.
        self.resize((settings.window_size or DEFAULT_SIZE).boundedTo(self.screen().availableSize()))
        named["summary"].setChecked(settings.summary_shown)
        self.stage.show_summary(settings.summary_shown)
        self._set_speed(settings.speed)
        self._choose_granularity(settings.granularity)
        named["matrix_notation"].setChecked(settings.matrix_notation)
        self._choose_notation(settings.matrix_notation)
        named["why"].setChecked(settings.why_shown)
        self._show_why(settings.why_shown)
        self.looks.apply()
        self._show_mode(Mode.STOPPED)
        self._show_undo()

    # Which experiment

    @Slot(object)
    def open_example(self, name: str) -> bool:
        """Opens an experiment that ships, where it is best looked at first."""
        return self._start(examples.path(name), name)

    def open_file(self, path: Path) -> bool:
        """Opens an experiment file; whether that went well."""
        return self._start(path, "")

    def open_at_launch(self, path: Path | None, session: Path | None) -> None:
        """Opens what was asked for, else what was open last, else the first example."""
        if path is not None and self.open_file(path):
            return
        kept = session if path is None and session is not None and session.is_file() else None
        if kept is not None and self._start(kept, self._settings.example, quietly=True):
            return
        self.open_example(examples.FIRST)

    def _start(self, path: Path, example: str, quietly: bool = False) -> bool:
        self.playback.stop()
        before = self._example
        self._example = example if example in examples.titles() else ""
        try:
            experiment = experiment_json.read(path)
            self.controller.start(experiment)
            self.playback.travel_to(experiment.position)
        except GradwalkError as error:
            self._example = before
            if not quietly:
                self._tell(str(error))
            return False
        self._pin(None)
        if path.parent != examples.FOLDER and not quietly:
            self._folder = str(path.parent)
        return True

    @Slot(object)
    def _show_experiment(self, experiment: Experiment) -> None:
        self.study.show_experiment(experiment, self.controller.moment().iterations_per_epoch)
        self.summary.show_experiment(experiment)
        self.transport.show_example(self._example, experiment.title)
        title = examples.titles().get(self._example) or experiment.title or tr("Untitled")
        self.setWindowTitle(tr("{title} – Gradwalk", title=title))

    @Slot()
    def _open_asked(self) -> None:
        self.playback.stop()
        path = dialogs.ask_experiment(self, self._folder)
        if path is not None:
            self.open_file(path)

    @Slot()
    def _export_asked(self) -> None:
        self.playback.stop()
        name = file_stem(self.controller.experiment.title) + ".npz"
        suggested = Path(self._folder) / name
        path = dialogs.ask_where_to_export(self, suggested, self.controller.completed)
        if path is None:
            return
        self._folder = str(path.parent)
        try:
            self.controller.export_weights(path)
        except GradwalkError as error:
            self._tell(str(error))
            return
        self.statusBar().showMessage(tr("Weights written to {name}", name=path.name), 6000)

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

    @Slot(object)
    def _travel_to(self, position: Position) -> None:
        self._travel(self.playback.travel_to, position)

    @Slot(object)
    def _travel_to_iteration(self, iteration: int) -> None:
        self._travel(self.controller.seek_iteration, int(iteration))

    @Slot()
    def _to_newest(self) -> None:
        self._travel(self.controller.seek, self.controller.newest)

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
    def _inspect(self) -> None:
        if self._pinned is not None:
            found = self.controller.inspect(self._pinned, self.study.sample)
            self.study.inspector.show_inspection(found)

    @Slot(object)
    def _sample_changed(self, _column: int) -> None:
        self._inspect()

    @Slot()
    def _check_gradients(self) -> None:
        self.playback.stop()
        NetworkCheck(self.controller, self).table.show()

    # What is shown

    @Slot(object)
    def _show(self, moment: Moment) -> None:
        self._waits_for_paint = True
        self.study.show(moment)
        self._show_edits()
        self._status.setText(status_text(moment, self.controller.settings, self.looks.numbers))
        named = self.actions_by_name
        for name in ("back", "start", "phase_back", "iteration_back"):
            named[name].setEnabled(not moment.at_start)
        named["newest"].setEnabled(moment.frame.position != moment.newest)
        if self._pinned is not None and self.playback.is_stopped:
            self._inspect_later.start(0)
        if QAccessible.isActive() and self.playback.is_stopped:
            spoken = QAccessibleAnnouncementEvent(self, self.study.words.text())
            QAccessible.updateAccessibility(spoken)

    @Slot(object)
    def _show_mode(self, mode: Mode) -> None:
        named, theme = self.actions_by_name, self.looks.theme
        if mode is Mode.RUNNING or mode is Mode.TRAVELLING:
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
        self._hint.setText(_hint_of(mode))
        if mode is Mode.STOPPED and self._pinned is not None:
            self._inspect_later.start(0)

    def _show_edits(self) -> None:
        """An edited run says so: its numbers are not those of the experiment as it was opened."""
        count = len(self.controller.experiment.edits)
        if count == 1:
            self._edited.setText(tr("1 change by hand"))
        else:
            self._edited.setText(tr("{count} changes by hand", count=count) if count else "")

    @Slot()
    def _show_undo(self, *_: object) -> None:
        stack = self.controller.undo_stack
        self.actions_by_name["undo"].setEnabled(stack.canUndo())
        self.actions_by_name["redo"].setEnabled(stack.canRedo())

    @Slot(object)
    def _tell_non_finite(self, found: NonFinite) -> None:
        self._tell(
            tr(
                "Paused at {where}. The learning rate may be too high; step back to see how it "
                "came to this.",
                where=found.sentence(),
            )
        )

    def status_text(self) -> str:
        """The line at the bottom: where one stands."""
        return self._status.text()

    def hint_text(self) -> str:
        """The line of help."""
        return self._hint.text()

    def show_crash(self, details: str) -> None:
        """After a fault of ours: lets the person save."""
        self.playback.stop()
        if not dialogs.ask_after_crash(self, details, self._log):
            return
        path = dialogs.ask_where_to_save(self, self._folder)
        if path is not None:
            self._travel(self.controller.save, path)

    def _tell(self, sentence: str) -> None:
        self.playback.stop()
        dialogs.tell(self, sentence)

    def _show_keys(self) -> None:
        dialogs.KeySheet(self.actions_by_name, self).open()

    def _show_about(self) -> None:
        dialogs.about(self, self._version)

    # Looks

    @Slot(object)
    def _theme_changed(self, theme: Theme) -> None:
        self.summary.set_theme(theme)
        self.actions_by_name.set_theme(theme)
        self._hint.setStyleSheet(f"color: {theme.muted}; padding-right: 8px")

    @Slot(object)
    def _numbers_changed(self, numbers: object) -> None:
        self.summary.set_numbers(self.looks.numbers)
        self.controller.announce()

    @Slot(object)
    def _present(self, on: bool) -> None:
        self.stage.present(on)
        # Again once the phases' bar knows how high it is with the larger text.
        QTimer.singleShot(0, partial(self.stage.present, on))
        self.menuBar().setVisible(not on)
        self.statusBar().setVisible(not on)

    def _show_summary(self, shown: bool) -> None:
        self.stage.show_summary(shown)
        self._settings.summary_shown = shown

    def _choose_notation(self, matrix: bool) -> None:
        self.study.equation.set_notation("matrix" if matrix else "node")
        self._settings.matrix_notation = matrix

    def _show_why(self, shown: bool) -> None:
        self.study.equation.show_why(shown)
        self._settings.why_shown = shown

    def _show_gradients(self, shown: bool) -> None:
        self.study.network.set_shown("gradients" if shown else "values")

    def _scale_text(self, direction: int, *_: object) -> None:
        self.looks.scale_text(direction)

    def _change_digits(self, by: int, *_: object) -> None:
        self.looks.change_digits(by)

    # What Qt tells

    def event(self, event: QEvent) -> bool:
        # A held key repeats faster than a large network paints: the repeats that come before the
        # last step is on screen are dropped, or the window would go on long after the key is up.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.isAutoRepeat()
            and self._waits_for_paint
        ):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._waits_for_paint = False
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.looks.scale_text(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._arranged:
            self._arranged = True
            QTimer.singleShot(0, self._arrange)  # Once the splitters have their sizes.
        # After the first paint: importing the plots takes longer than showing the window.
        QTimer.singleShot(0, self._plotting.start)

    def _arrange(self) -> None:
        self.stage.arrange(self.stage.width(), self.stage.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.isMaximized():
            self._settings.window_size = event.size()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.playback.stop()
        self._settings.example = self._example
        super().closeEvent(event)


def _hint_of(mode: Mode) -> str:
    """The one line of help: what can be done now."""
    return {
        Mode.STOPPED: tr("→ next step, ← back, Space run"),
        Mode.RUNNING: tr("running; Space pauses, + and − change the speed"),
        Mode.TRAINING: tr("training at full speed; Ctrl+T stops"),
        Mode.TRAVELLING: tr("running on to where the experiment stood; Space stops"),
    }[mode]
