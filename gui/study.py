"""The views of one Step, linked: what is pointed at in one is lit in all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.experiment import Experiment, Network
from engine.expression import Term
from engine.frame import NonFinite
from gui import controller
from gui.branches import MOST_BRANCHES, Branch
from gui.controller import Moment
from gui.event_filters import on_event
from gui.looks import Looks
from gui.numbers import NumberFormat
from gui.panels.inspector import InspectorPanel
from gui.panels.sample import SampleChooser
from gui.sentences import Names
from gui.timeline.marks import Failure
from gui.translation import tr
from gui.views.equation import EquationView
from gui.views.function import FunctionView
from gui.views.loss import LossView
from gui.views.matrices import MatricesView
from gui.views.metrics import MetricsView
from gui.views.network import NetworkView
from gui.views.timeline_bar import TimelineBar
from gui.views.words import WordsView

# While a run goes on at full speed: what is looked at most comes up most.
_TURNS = ("network", "loss", "step", "function", "network", "loss", "step", "matrices")


class Study(QObject):
    """Owns the views and shows every one the same Frame.

    picked: a Term to look closer at. travel_requested: a Position. iteration_requested: an int.
    """

    picked = Signal(object)
    travel_requested = Signal(object)
    iteration_requested = Signal(object)
    sample_changed = Signal(object)
    metrics_wanted = Signal()

    def __init__(self, looks: Looks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.network = NetworkView()
        self.equation = EquationView()
        self.matrices = MatricesView()
        self.words = WordsView()
        self.loss = LossView()
        self.metrics = MetricsView()
        self.over_the_run = QStackedWidget()
        self.over_the_run.addWidget(self.loss)
        self.over_the_run.addWidget(self.metrics)
        self.function = FunctionView()
        self.timeline_bar = TimelineBar()
        self.inspector = InspectorPanel()
        self.sample_chooser = SampleChooser()
        self.sample = 0
        self._turns = cycle(_TURNS)
        self._branches: tuple[controller.Branch, ...] = ()
        self._network: Network | None = None
        self.foreseeing = (self.network, self.equation, self.matrices)
        self._linked = (self.network, self.equation, self.matrices, self.inspector)
        self._wanting: list[tuple[QWidget, Callable[[], None]]] = []
        self._wire(looks)

    def _wire(self, looks: Looks) -> None:
        for view in self._linked:
            view.hovered.connect(partial(self._light, view))
            view.picked.connect(self.picked)
        self.loss.travel_requested.connect(self.iteration_requested)
        self.metrics.travel_requested.connect(self.iteration_requested)
        self.loss.offer_metrics(True)
        self.loss.metrics_requested.connect(partial(self._show_over_the_run, self.metrics))
        self.metrics.loss_requested.connect(partial(self._show_over_the_run, self.loss))
        self.inspector.travel_requested.connect(self.iteration_requested)
        self.timeline_bar.travel_requested.connect(self.travel_requested)
        self.timeline_bar.iteration_requested.connect(self.iteration_requested)
        self.sample_chooser.chosen.connect(self.set_sample)
        self.function.sample_picked.connect(self.set_sample)
        for drawn in (*self._linked, self.loss, self.metrics, self.function, self.timeline_bar):
            looks.theme_changed.connect(drawn.set_theme)
        for counted in (*self._linked, self.words, self.loss, self.metrics, self.function):
            looks.numbers_changed.connect(counted.set_numbers)

    def _show_over_the_run(self, view: QWidget) -> None:
        self.over_the_run.setCurrentWidget(view)
        if view is self.metrics:
            self.metrics_wanted.emit()

    def _light(self, source: object, term: Term | None) -> None:
        for view in self._linked:
            if view is not source:
                view.set_lit(term)

    def install_plots(self) -> None:
        """Puts the plots in, once pyqtgraph has been imported; those of hidden views later."""
        self.loss.install_plot()
        self._wanting = [
            (self.metrics, self.metrics.install_plot),
            (self.inspector, self.inspector.install_plots),
        ]
        for view, _ in self._wanting:
            on_event(view, QEvent.Type.Show, self._install_where_shown)
        self._install_where_shown()

    def _install_where_shown(self, _event: QEvent | None = None) -> bool:
        for view, install in tuple(self._wanting):
            if view.isVisible():
                self._wanting.remove((view, install))
                install()
        return False

    def show_experiment(self, experiment: Experiment, iterations_per_epoch: int) -> None:
        """Takes the names, sizes and data of a run."""
        if experiment.network is not self._network:  # It may not have what was pointed at.
            self._network = experiment.network
            self._light(None, None)
        names = Names(experiment.data.input_names, experiment.data.target_names)
        self.network.set_experiment(experiment)
        self.function.set_experiment(experiment)
        self.words.set_names(names)
        self.inspector.set_names(names.input_names, names.target_names)
        self.sample_chooser.set_experiment(experiment)
        self.sample_chooser.set_names(names.target_names)
        self.loss.set_batch(experiment.batch_size)
        self.loss.set_epochs(iterations_per_epoch)

    def show(self, moment: Moment) -> None:
        """Shows a moment in every view."""
        frame = moment.frame
        self.timeline_bar.set_run(moment.newest.iteration, moment.iterations_per_epoch)
        self.timeline_bar.set_non_finite(_failure(moment.non_finite))
        self.sample_chooser.set_frame(frame)
        if self.sample_chooser.column != self.sample:  # The last batch of an epoch is smaller.
            self._look_at(self.sample_chooser.column)
        for view in (
            self.network,
            self.equation,
            self.matrices,
            self.words,
            self.timeline_bar,
            self.function,
        ):
            view.show_frame(frame)
        self._show_branches(moment.branches)
        self.loss.show_run(moment.losses, frame.position, moment.non_finite)
        if self.metrics.isVisible():
            self.metrics.show_position(frame.position, moment.newest.iteration)

    def _show_branches(self, branches: tuple[controller.Branch, ...]) -> None:
        if branches is self._branches:
            return
        self._branches = branches
        self.loss.set_branches(
            [
                Branch(
                    tr("run {number}", number=each.number),
                    each.losses,
                    each.left_at,
                    (each.number - 1) % MOST_BRANCHES,
                )
                for each in branches
            ]
        )

    def show_in_passing(self, moment: Moment) -> None:
        """Shows a moment of a run that goes on in the views whose turn it is."""
        frame = moment.frame
        turn = next(self._turns)
        if turn == "network":
            self.network.show_frame(frame)
        elif turn == "loss":
            self.loss.show_run(moment.losses, frame.position, moment.non_finite)
        elif turn == "step":
            self.equation.show_frame(frame)
            self.words.show_frame(frame)
        elif turn == "matrices":
            self.matrices.show_frame(frame)
            self.timeline_bar.show_frame(frame)
        else:
            self.function.show_frame(frame)

    def set_sample(self, column: int) -> None:
        """Which column of the batch is looked at."""
        self._look_at(column)
        self.sample_chooser.show_sample(column)
        self.sample_changed.emit(column)

    def _look_at(self, column: int) -> None:
        self.sample = column
        for view in (self.network, self.equation, self.matrices, self.words, self.function):
            view.set_sample(column)


def _failure(found: NonFinite | None) -> Failure | None:
    if found is None:
        return None
    return Failure(found.iteration, NumberFormat().text(found.value))
