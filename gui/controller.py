"""The one owner of a Timeline: intents in, frames out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from engine.experiment import Experiment
from engine.formats import Trained, experiment_json, weights_format
from engine.frame import Frame, NonFinite
from engine.limits import MAX_SEED
from engine.position import START, Position
from engine.program import Granularity
from engine.timeline import Timeline


@dataclass(frozen=True, eq=False)
class Moment:
    """A frame, and what the views need to know of the run around it.

    losses: E of every iteration in which it has been computed so far. completed: how many whole
    iterations lie before the position. newest: the furthest the run has come.
    """

    frame: Frame
    losses: npt.NDArray[np.float64]
    completed: int
    newest: Position
    non_finite: NonFinite | None
    at_start: bool
    iterations_per_epoch: int

    @cached_property
    def can_go_on(self) -> bool:
        """Whether there is anything to compute from here: not once a value is not finite."""
        return self.non_finite is None or self.frame.position != Position(
            self.non_finite.iteration, self.non_finite.step.index
        )


class Controller(QObject):
    """Turns intents into travel, and tells the views what there is to see.

    Every intent may raise a GradwalkError and then changes nothing; whoever sends it shows it.
    """

    moment_changed = Signal(object)
    experiment_changed = Signal(object)

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timeline = Timeline(experiment)
        self._non_finite: NonFinite | None = None
        self.granularity = Granularity.UNIT

    # What there is

    @property
    def experiment(self) -> Experiment:
        """The experiment, standing where one stands."""
        return replace(self._timeline.experiment, position=self._timeline.position)

    @property
    def position(self) -> Position:
        """Where one stands."""
        return self._timeline.position

    @property
    def completed(self) -> int:
        """How many whole iterations lie before the position."""
        return self._timeline.completed

    @property
    def newest(self) -> Position:
        """The furthest the run has come."""
        return self._timeline.newest

    def moment(self) -> Moment:
        """What there is to see now."""
        return Moment(
            frame=self._timeline.frame(),
            losses=self._timeline.losses,
            completed=self._timeline.completed,
            newest=self._timeline.newest,
            non_finite=self._non_finite,
            at_start=self._timeline.position == START,
            iterations_per_epoch=self._timeline.batches.per_epoch,
        )

    def announce(self) -> None:
        """Tells the views again what there is to see."""
        self.moment_changed.emit(self.moment())

    # Which experiment

    def open(self, path: Path) -> None:
        """Opens an experiment file; the run before it is left."""
        self.start(experiment_json.read(path))

    def start(self, experiment: Experiment) -> None:
        """Starts a new run of an experiment, at its start.

        Where the experiment says one stands is only checked: going there may take long.
        """
        timeline = Timeline(experiment)
        timeline.check(experiment.position)
        self._timeline, self._non_finite = timeline, None
        self.experiment_changed.emit(experiment)
        self.announce()

    def reset(self) -> None:
        """Starts the run again from the same seed, and so from the same weights."""
        self.start(replace(self._timeline.experiment, position=START))

    def reseed(self) -> None:
        """Starts again from the next seed: other initial weights and another order of the data."""
        seed = (self._timeline.experiment.seed + 1) % MAX_SEED
        self.start(replace(self._timeline.experiment, seed=seed, position=START))

    # Travel

    def forward(self, granularity: Granularity | None = None) -> None:
        """One step forward, at the chosen granularity or another."""
        self.seek(self._timeline.next_stop(granularity or self.granularity))

    def back(self, granularity: Granularity | None = None) -> None:
        """One step back; nothing happens at the start of the run."""
        stop = self._timeline.previous_stop(granularity or self.granularity)
        if stop is not None:
            self.seek(stop)

    def seek(self, position: Position) -> None:
        """Goes to a position."""
        frame = self._timeline.seek(position)
        self._non_finite = self._non_finite or frame.non_finite
        self.announce()

    def seek_iteration(self, iteration: int) -> None:
        """Goes to another iteration, to the Step one stands on in this one."""
        here = self._timeline.position
        self.seek(replace(here, iteration=max(0, iteration)))

    def train(self, iterations: int) -> NonFinite | None:
        """Completes more iterations; the views are told by `announce`."""
        found = self._timeline.train(iterations)
        self._non_finite = self._non_finite or found
        return found

    # Export

    def trained(self) -> Trained:
        """The weights after the last whole iteration before the position."""
        return Trained(self._timeline.trained_experiment(), self._timeline.completed)

    def export_weights(self, path: Path) -> None:
        """Writes the weights after the last whole iteration, in the format of the file's ending."""
        weights_format(path).write(path, self.trained())

    def save(self, path: Path) -> None:
        """Writes the experiment, standing where one stands."""
        experiment_json.write(path, self.experiment)
