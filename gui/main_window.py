"""The window: layout, and the wires between actions, controller, playback and views."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QSplitter,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from engine.errors import GradwalkError
from engine.experiment import Experiment
from engine.formats import experiment_json
from engine.frame import NonFinite
from engine.position import START, Position
from engine.program import Granularity
from gui import dialogs, examples
from gui.actions import Actions, granularity_texts
from gui.controller import Controller, Moment
from gui.fonts import text_font
from gui.numbers import NumberFormat
from gui.panels.summary import SummaryPanel
from gui.panels.transport import Transport
from gui.playback import FASTEST, SLOWEST, Mode, Playback
from gui.plotting import PlottingLoader
from gui.sentences import Names
from gui.settings import DEFAULT_POINTS, LEAST_POINTS, MOST_POINTS, Settings
from gui.status import status_text
from gui.theme import LIGHT, THEMES, palette
from gui.translation import tr
from gui.views.equation import EquationView
from gui.views.loss import LossView
from gui.views.network import NetworkView
from gui.views.timeline_bar import TimelineBar
from gui.views.words import WordsView

_FASTER = 1.5
_SEPARATORS_BEFORE = {"quit", "phase_next", "start", "train", "larger", "about"}


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
        self._theme = THEMES.get(settings.theme, LIGHT)
        self._example = ""
        self._folder = str(Path.home())
        self._waits_for_paint = False

        self.actions_by_name = Actions(self)
        self.network = NetworkView()
        self.equation = EquationView()
        self.words = WordsView()
        self.loss = LossView()
        self.timeline_bar = TimelineBar()
        self.summary = SummaryPanel(self._theme)
        self.transport = Transport(granularity_texts(), (SLOWEST, FASTEST), examples.titles(), self)
        self._status = QLabel()
        self._hint = QLabel(tr("→ next step, ← back, Space run"))
        self._plotting = PlottingLoader(self)

        self._lay_out()
        self._fill_menus()
        self._wire()
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
        self._right = QSplitter(Qt.Orientation.Vertical)
        self._right.addWidget(self.equation)
        self._right.addWidget(self.words)
        self._right.setSizes([540, 110])
        self._right.setStretchFactor(0, 1)

        self._middle = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.summary, self.network, self._right):
            self._middle.addWidget(widget)
        self._middle.setSizes([200, 640, 440])
        self._middle.setStretchFactor(1, 1)

        below = QWidget()
        stack = QVBoxLayout(below)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.timeline_bar)
        stack.addWidget(self.loss, 1)

        self._whole = QSplitter(Qt.Orientation.Vertical)
        self._whole.addWidget(self._middle)
        self._whole.addWidget(below)
        self._whole.setStretchFactor(0, 1)
        for splitter in (self._right, self._middle, self._whole):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(5)
        self.setCentralWidget(self._whole)
        self.statusBar().addWidget(self._status, 1)
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

    def _wire(self) -> None:
        named, playback = self.actions_by_name, self.playback
        phase, iteration = Granularity.PHASE, Granularity.ITERATION
        for name, slot in (
            ("open", self._open_asked),
            ("export", self._export_asked),
            ("quit", self.close),
            ("step", partial(self._travel, self.controller.forward)),
            ("back", partial(self._travel, self.controller.back)),
            ("phase_next", partial(self._travel, self.controller.forward, phase)),
            ("phase_back", partial(self._travel, self.controller.back, phase)),
            ("iteration_next", partial(self._travel, self.controller.forward, iteration)),
            ("iteration_back", partial(self._travel, self.controller.back, iteration)),
            ("start", partial(self._travel, self.controller.seek, START)),
            ("newest", self._to_newest),
            ("run", self._run_or_pause),
            ("faster", partial(self._change_speed, _FASTER)),
            ("slower", partial(self._change_speed, 1 / _FASTER)),
            ("train", self._train_or_stop),
            ("reset", partial(self._travel, self.controller.reset)),
            ("reseed", partial(self._travel, self.controller.reseed)),
            ("theme", self._switch_theme),
            ("summary", self._show_summary),
            ("larger", partial(self._scale_text, 1)),
            ("smaller", partial(self._scale_text, -1)),
            ("normal_size", partial(self._scale_text, 0)),
            ("keys", self._show_keys),
            ("about", self._show_about),
        ):
            named[name].triggered.connect(slot)
        for granularity in Granularity:
            named[granularity].triggered.connect(partial(self._choose_granularity, granularity))
        self.transport.granularity_chosen.connect(self._choose_granularity)
        self.transport.speed_chosen.connect(self._set_speed)
        self.transport.example_chosen.connect(self.open_example)
        self.equation.hovered.connect(self.network.set_lit)
        self.network.hovered.connect(self.equation.set_lit)
        self.loss.travel_requested.connect(self._travel_to_iteration)
        self.timeline_bar.travel_requested.connect(self._travel_to)
        self.controller.moment_changed.connect(self._show)
        self.controller.experiment_changed.connect(self._show_experiment)
        playback.mode_changed.connect(self._show_mode)
        playback.non_finite_met.connect(self._tell_non_finite)
        self._plotting.ready.connect(self.loss.install_plot)
        self.network.installEventFilter(self)

    def _restore(self) -> None:
        settings = self._settings
        self.resize(settings.window_size or self.size().expandedTo(self.minimumSize()))
        if settings.window_size is None:
            self.resize(1280, 800)
        below = min(max(self.height() // 4, 165), 220)
        self._whole.setSizes([self.height() - below, below])
        self.summary.setVisible(settings.summary_shown)
        self.actions_by_name["summary"].setChecked(settings.summary_shown)
        self._set_speed(settings.speed)
        self._choose_granularity(settings.granularity)
        self._apply_text_size()
        self._apply_theme()
        self._apply_numbers()
        self._show_mode(Mode.STOPPED)

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
        if path.parent != examples.FOLDER and not quietly:
            self._folder = str(path.parent)
        return True

    @Slot(object)
    def _show_experiment(self, experiment: Experiment) -> None:
        self.network.set_experiment(experiment)
        self.words.set_names(Names(experiment.data.input_names, experiment.data.target_names))
        self.loss.set_batch(experiment.batch_size)
        per_epoch = self.controller.moment().iterations_per_epoch
        self.timeline_bar.set_batches_per_epoch(per_epoch)
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
        path = dialogs.ask_where_to_export(
            self, Path(self._folder) / "network.npz", self.controller.completed
        )
        if path is None:
            return
        self._folder = str(path.parent)
        try:
            self.controller.export_weights(path)
        except GradwalkError as error:
            self._tell(str(error))
            return
        self.statusBar().showMessage(tr("Weights written to {name}", name=path.name), 6000)

    # Travel

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

    # What is shown

    @Slot(object)
    def _show(self, moment: Moment) -> None:
        self._waits_for_paint = True
        frame = moment.frame
        self.network.show_frame(frame)
        self.equation.show_frame(frame)
        self.words.show_frame(frame)
        self.timeline_bar.show_frame(frame)
        self.loss.show_run(moment.losses, frame.position, moment.non_finite)
        self._status.setText(status_text(moment, self.controller.experiment, self._numbers()))
        named = self.actions_by_name
        for name in ("back", "start", "phase_back", "iteration_back"):
            named[name].setEnabled(not moment.at_start)
        named["newest"].setEnabled(frame.position != moment.newest)

    @Slot(object)
    def _show_mode(self, mode: Mode) -> None:
        named = self.actions_by_name
        if mode is Mode.RUNNING or mode is Mode.TRAVELLING:
            named.set_icon("run", "pause", self._theme)
            named.set_text("run", tr("&Pause"))
        else:
            named.set_icon("run", "run", self._theme)
            named.set_text("run", tr("&Run"))
        if mode is Mode.TRAINING:
            named.set_icon("train", "pause", self._theme)
            named.set_text("train", tr("&Stop training"))
        else:
            named.set_icon("train", "train", self._theme)
            named.set_text("train", tr("&Train at full speed"))

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

    def _numbers(self) -> NumberFormat:
        return NumberFormat(self._settings.digits)

    def _apply_numbers(self) -> None:
        for view in (self.network, self.equation, self.words, self.loss, self.summary):
            view.set_numbers(self._numbers())

    def _apply_theme(self) -> None:
        QApplication.setPalette(palette(self._theme))
        for view in (self.network, self.equation, self.loss, self.timeline_bar, self.summary):
            view.set_theme(self._theme)
        self.actions_by_name.set_theme(self._theme)
        self._hint.setStyleSheet(f"color: {self._theme.muted}; padding-right: 8px")

    @Slot()
    def _switch_theme(self) -> None:
        names = list(THEMES)
        self._theme = THEMES[names[(names.index(self._theme.name) + 1) % len(names)]]
        self._settings.theme = self._theme.name
        self._apply_theme()

    def _show_summary(self, shown: bool) -> None:
        self.summary.setVisible(shown)
        self._settings.summary_shown = shown

    def _scale_text(self, direction: int, *_: object) -> None:
        points = self._settings.points * 1.1**direction if direction else DEFAULT_POINTS
        self._settings.points = min(max(points, LEAST_POINTS), MOST_POINTS)
        self._apply_text_size()

    def _apply_text_size(self) -> None:
        QApplication.setFont(text_font(self._settings.points))
        for bar in self.findChildren(QToolBar):
            bar.setFont(QApplication.font())

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
            self._scale_text(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # After the first paint: importing the plots takes longer than showing the window.
        QTimer.singleShot(0, self._plotting.start)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.isMaximized():
            self._settings.window_size = event.size()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.playback.stop()
        self._settings.example = self._example
        super().closeEvent(event)
