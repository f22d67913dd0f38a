"""Breakpoints: what a person wants a run to stop at. engine.search finds where that is.

A breakpoint holds at some of the stops that a cursor comes by, and nothing is remembered between
them: whether it holds at a stop is a property of the run alone, so that a search finds the same
places forward and backward, and in any order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import MISSING, dataclass, fields
from math import isfinite
from typing import TYPE_CHECKING, ClassVar

from engine import limits
from engine.bookmarks import programs
from engine.errors import ExperimentError
from engine.expression import quantity
from engine.places import element_shape, is_inside
from engine.position import Element
from engine.program import Phase, Program

if TYPE_CHECKING:  # An experiment holds its breakpoints.
    from engine.experiment import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakpoint(ABC):
    """What to stop at. enabled: whether a run does."""

    kind: ClassVar[str]

    enabled: bool = True

    @classmethod
    def settings(cls) -> tuple[str, ...]:
        """The names of what can be set, besides `enabled`."""
        return tuple(each.name for each in fields(cls) if each.name != "enabled")

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """Those of the settings that cannot be left out."""
        given = {each.name for each in fields(cls) if each.default is not MISSING}
        return tuple(name for name in cls.settings() if name not in given)

    @abstractmethod
    def problem(self, experiment: Experiment) -> str | None:
        """What is wrong with a setting, its name in front; None if the network has all this."""

    def check(self, path: str, experiment: Experiment) -> None:
        """Raises ExperimentError, with `path` in front, where the network has no such thing."""
        problem = self.problem(experiment)
        if problem:
            raise ExperimentError(f"{path}.{problem}")


@dataclass(frozen=True, slots=True)
class PhaseEntered(Breakpoint):
    """The first stop of a phase, in every iteration."""

    phase: Phase

    kind = "phase"

    def problem(self, experiment: Experiment) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class LayerEntered(Breakpoint):
    """The first stop of a layer in each phase, or in one; layers count from 1."""

    layer: int
    phase: Phase | None = None

    kind = "layer"

    def problem(self, experiment: Experiment) -> str | None:
        return _layer_problem(self.layer, experiment)


@dataclass(frozen=True, slots=True)
class Written(Breakpoint):
    """The stop at which an element of a quantity is written, in every iteration.

    element: (unit,), (to, from), or () for the first of the whole quantity; a weight-shaped
    quantity's (unit,) is the first of that unit's weights. Where a stop covers several elements,
    the first stop that covers this one.
    """

    quantity: str
    element: Element = ()

    kind = "written"

    def problem(self, experiment: Experiment) -> str | None:
        layers = experiment.network.layers
        program = next(
            (each for each in programs(experiment) if each.step_writing(self.quantity)), None
        )
        what = quantity(self.quantity)
        if program is None:
            frozen_here = (
                what.kind in ("W", "b")
                and what.layer is not None
                and 1 <= what.layer <= len(layers)
                and self.quantity in experiment.parameters_of(what.layer)
            )
            said = "is frozen" if frozen_here else "no Step of this network writes it"
            return f"quantity: {self.quantity[:40]!r}, but {said}"
        if not is_inside(self.element, element_shape(program, self.quantity)):
            return f"element: {self.quantity} has no element {list(self.element)}"
        return None

    def first_element(self, program: Program) -> Element:
        """The element at which this is first met: () for a scalar."""
        return (*self.element, 0, 0)[: len(element_shape(program, self.quantity))]


@dataclass(frozen=True, slots=True)
class LossBelow(Breakpoint):
    """E comes below a value: it is below in this iteration, and was not in the one before.

    So a run that stays below stops once, where E crosses the value (and again after each time E
    has risen above it). Holds at the Step that writes E.
    """

    value: float

    kind = "loss_below"

    def problem(self, experiment: Experiment) -> str | None:
        return None if isfinite(self.value) else f"value: {self.value} is not a finite number"


@dataclass(frozen=True, slots=True)
class _Gradient(Breakpoint):
    """The L2 norm of the gradient: √ of the sum of all squares of ∂E/∂W and ∂E/∂b.

    layer: that of one layer, counted from 1; None for the gradient of all parameters, frozen ones
    included. It holds where the norm crosses the value, from one iteration to the next, at the
    last stop of the last Step that the norm is of.
    """

    value: float
    layer: int | None = None

    def problem(self, experiment: Experiment) -> str | None:
        if not isfinite(self.value) or self.value < 0:
            return f"value: {self.value}, but a norm is a finite number, and not below 0"
        return None if self.layer is None else _layer_problem(self.layer, experiment)


@dataclass(frozen=True, slots=True)
class GradientBelow(_Gradient):
    """The norm of the gradient comes below a value: it is, and was not an iteration before."""

    kind = "gradient_below"


@dataclass(frozen=True, slots=True)
class GradientAbove(_Gradient):
    """The norm of the gradient comes above a value: it is, and was not an iteration before."""

    kind = "gradient_above"


@dataclass(frozen=True, slots=True)
class IterationReached(Breakpoint):
    """The first stop of an iteration, counted from 0."""

    iteration: int

    kind = "iteration"

    def problem(self, experiment: Experiment) -> str | None:
        return _count_problem("iteration", self.iteration)


@dataclass(frozen=True, slots=True)
class EpochReached(Breakpoint):
    """The first stop of an epoch, counted from 0."""

    epoch: int

    kind = "epoch"

    def problem(self, experiment: Experiment) -> str | None:
        return _count_problem("epoch", self.epoch)


@dataclass(frozen=True, slots=True)
class Misclassified(Breakpoint):
    """A sample of the batch is put into the wrong class, as engine.classification tells it.

    Holds in every iteration with such a sample, where the last output has been computed: the
    search then meets them one after another. Where the targets are no classes, never.
    """

    kind = "misclassified"

    def problem(self, experiment: Experiment) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class NonFiniteMet(Breakpoint):
    """The first value of the run that is not a finite number, at the stop that shows it."""

    kind = "non_finite"

    def problem(self, experiment: Experiment) -> str | None:
        return None


BREAKPOINTS: dict[str, type[Breakpoint]] = {
    each.kind: each
    for each in (
        PhaseEntered,
        LayerEntered,
        Written,
        LossBelow,
        GradientBelow,
        GradientAbove,
        IterationReached,
        EpochReached,
        Misclassified,
        NonFiniteMet,
    )
}


def _layer_problem(layer: int, experiment: Experiment) -> str | None:
    most = len(experiment.network.layers)
    if 1 <= layer <= most:
        return None
    return f"layer: {layer}, but the network has layers 1 to {most}"


def _count_problem(name: str, value: int) -> str | None:
    if 0 <= value <= limits.MAX_ITERATIONS:
        return None
    return f"{name}: {value}, but it has to be from 0 to {limits.MAX_ITERATIONS}"
