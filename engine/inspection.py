"""What there is to know of one unit or weight: its connections, its history, E along it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.checks import GradientCheck, check_element, loss_slice, variable_of
from engine.edits import INPUT, TARGET
from engine.expression import Term, quantity
from engine.frame import Frame, element_of
from engine.operations import Activate, LossValue
from engine.program import Phase, Program
from engine.segment import Replay
from engine.state import State
from engine.timeline import Timeline

MOST_CHANGES = 20
"""How many edits of one element an Inspection has at most: the latest."""

_SLICE_POINTS = 81
_REPLAYED_AT_ONCE = 256
_CLOSE_UP = 3.0
# Nearer than this, E changes by so few of its last bits that its curve is a staircase.
_LEAST_REACH = 1e-6


@dataclass(frozen=True, slots=True)
class Connections:
    """The elements an element is made from, and those that are made from it.

    For a unit: what it reads of the layer below, with the weights on the way, and its bias; and the
    weights and units that read it. For a weight: the unit at either end. Letters stand for a whole
    axis, as in Frame.lit.
    """

    incoming: tuple[Term, ...]
    outgoing: tuple[Term, ...]


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """One element over the run: value at each of some iterations, evenly spread."""

    iterations: npt.NDArray[np.int64]
    values: Array


@dataclass(frozen=True, eq=False, slots=True)
class LossSlice:
    """E while one parameter varies and everything else stays.

    at: where the parameter stands, with E there; slope: ∂E/∂w; lands: where the update of this
    iteration puts it, with E there (all other parameters as before).
    """

    values: Array
    errors: Array
    at: tuple[float, float]
    slope: float
    lands: tuple[float, float]

    @property
    def reach(self) -> float:
        """How far to each side it goes."""
        return float(self.values[-1] / 2 - self.values[0] / 2)

    @property
    def moves(self) -> bool:
        """Whether the update lands on another number."""
        return math.isfinite(self.lands[0]) and self.lands[0] != self.at[0]

    @property
    def tangent(self) -> Array:
        """The line through `at` whose slope is ∂E/∂w, at each of `values`."""
        with np.errstate(all="ignore"):  # A slope of 1e300 leaves the numbers on the way.
            return self.at[1] + self.slope * (self.values - self.at[0])


@dataclass(frozen=True, slots=True)
class Change:
    """One number changed by hand: what it was at the start of `iteration`, and is from there on."""

    iteration: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class SampleClass:
    """A sample whose target is one-hot: its row of the data, and the column of the 1."""

    row: int
    column: int


@dataclass(frozen=True, eq=False, slots=True)
class Inspection:
    """Everything an inspector shows of one element at one position.

    check: for a gradient, and for a parameter that of its gradient. edit: what an Edit of this
    element is called, with its element; None where it cannot be typed. sample_class: of a one-hot
    target, whose class can be chosen. changes: the latest of the edits of this element, in their
    order. before_update: the State with all gradients of this iteration, and the parameters that
    they were computed from.
    """

    term: Term
    frame: Frame
    before_update: State
    sample: int
    connections: Connections
    history: History
    check: GradientCheck | None
    loss_slice: LossSlice | None
    edit: tuple[str, tuple[int, ...]] | None
    sample_class: SampleClass | None
    changes: tuple[Change, ...]


def inspect(
    timeline: Timeline, term: Term, sample: int, most: int = 100, *, cheaply: bool = False
) -> Inspection:
    """Everything there is to show of `term` where the timeline stands; see `history`."""
    frame = timeline.frame()
    what = quantity(term.name)
    is_parameter = not what.slot and what.kind in ("W", "b")
    gradient = Term(f"d{term.name}", term.indices) if is_parameter else term
    return Inspection(
        term=term,
        frame=frame,
        before_update=gradient_state(timeline),
        sample=sample,
        connections=connections(timeline.program, term),
        history=history(timeline, term, most, sample, cheaply=cheaply),
        check=check_term(timeline, gradient, sample),
        loss_slice=slice_along(timeline, term) if is_parameter else None,
        edit=edit_of(term, frame, sample),
        sample_class=class_of(term, frame, sample),
        changes=changes(timeline, term, sample),
    )


def edit_of(term: Term, frame: Frame, sample: int) -> tuple[str, tuple[int, ...]] | None:
    """What an Edit of this element is called, and its element; None where it cannot be typed.

    A target that has to be one-hot cannot be typed number by number: see class_of.
    """
    if term.name == "t" and _wants_one_hot(frame.program):
        return None
    return _edited_as(term, frame, sample)


def _edited_as(term: Term, frame: Frame, sample: int) -> tuple[str, tuple[int, ...]] | None:
    what = quantity(term.name)
    numbers = tuple(index for index in term.indices if isinstance(index, int))
    if len(numbers) < len(term.indices) or not numbers:
        return None
    if not what.slot and what.kind in ("W", "b"):
        return term.name, numbers
    row = frame.samples[min(sample, frame.batch - 1)]
    if term.name == "a0":
        return INPUT, (row, numbers[0])
    return (TARGET, (row, numbers[0])) if term.name == "t" else None


def _wants_one_hot(program: Program) -> bool:
    """Whether the loss refuses a target that is not one-hot, such as one of halves."""
    error, top = program.step_writing("E"), program.step_writing(f"a{program.layers}")
    assert error is not None
    assert top is not None
    assert isinstance(error.operation, LossValue)
    assert isinstance(top.operation, Activate)
    halves = np.full((1, program.layer_sizes[-1]), 0.5)
    return error.operation.loss.problem_with(top.operation.activation, halves) is not None


def class_of(term: Term, frame: Frame, sample: int) -> SampleClass | None:
    """The class of the sample that a target is of; None for other elements and other targets."""
    if term.name != "t" or not term.indices:
        return None
    column = min(sample, frame.batch - 1)
    target = frame.after["t"][:, column]
    one_hot = np.isin(target, (0.0, 1.0)).all() and target.sum() == 1.0
    if len(target) < 2 or not one_hot:
        return None
    return SampleClass(frame.samples[column], int(target.argmax()))


def changes(
    timeline: Timeline, term: Term, sample: int, most: int = MOST_CHANGES
) -> tuple[Change, ...]:
    """The last `most` edits of one element in this run, with what each replaced."""
    edited = _edited_as(term, timeline.frame(), sample)
    if edited is None:
        return ()
    made = [
        (edit.iteration, value)
        for edit in timeline.experiment.edits
        if (value := edit.value_for(*edited)) is not None
    ]
    found: list[Change] = []
    for index in range(max(len(made) - most, 0), len(made)):
        iteration, value = made[index]
        earlier = made[index - 1] if index else None
        if earlier is not None and (earlier[0] == iteration or edited[0] in (INPUT, TARGET)):
            before = earlier[1]  # Data stay as they were put, and so do edits of one iteration.
        else:
            before = _unedited(timeline, iteration, *edited)
        if before != value:
            found.append(Change(iteration, before, value))
    return tuple(found)


def _unedited(timeline: Timeline, iteration: int, what: str, element: tuple[int, ...]) -> float:
    """An element at the start of `iteration`, without the edits there."""
    if what in (INPUT, TARGET):
        data = timeline.experiment.data
        return float((data.inputs if what == INPUT else data.targets)[element])
    if iteration == 0:
        values = timeline.experiment.start_values[what]
    else:
        *_, last = timeline.states_of(iteration - 1)
        values = last[what]
    return float(values[(*element, 0)[:2]])


def connections(program: Program, term: Term) -> Connections:
    """What a unit or weight reads and feeds. term: with number indices."""
    what = quantity(term.name)
    layer = what.layer
    if layer is None or not term.indices:
        return Connections((), ())
    if what.is_weight_shaped:
        to, below = term.indices
        ends = (Term(f"a{layer - 1}", (below,)),), (Term(f"z{layer}", (to,)),)
        return Connections(*ends)
    unit = term.indices[0]
    if what.is_bias_shaped:
        return Connections((), (Term(f"z{layer}", (unit,)),))
    incoming: tuple[Term, ...] = ()
    if layer > 0:
        incoming = (Term(f"W{layer}", (unit, "i")), Term(f"a{layer - 1}", ("i",)))
        if program.has_bias(layer):
            incoming = (Term(f"b{layer}", (unit,)), *incoming)
    if layer == program.layers:
        return Connections(incoming, (Term("t", (unit,)), Term("E")))
    above = layer + 1
    return Connections(incoming, (Term(f"W{above}", ("k", unit)), Term(f"z{above}", ("k",))))


def history(
    timeline: Timeline, term: Term, most: int, sample: int = 0, *, cheaply: bool = False
) -> History:
    """One element at up to `most` iterations of the run so far.

    Parameters as they are when the iteration starts, everything else as computed in it. cheaply: at
    iterations that need no replay, as far as there are such.
    """
    count = max(1, timeline.newest.iteration + 1)
    iterations = np.unique(np.linspace(0, count - 1, min(most, count)).astype(np.int64))
    states_of = timeline.states_of
    if cheaply:
        iterations = np.unique([timeline.marked_before(each) for each in iterations.tolist()])
        states_of = _Aside(timeline).states_of
    values = [_value_in(states_of(each), term, sample) for each in iterations.tolist()]
    return History(iterations, np.array(values))


class _Aside:
    """Looks at iterations of a run by a traveller of its own: the run stays where it is."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._replay: Replay | None = None

    def states_of(self, iteration: int) -> Iterator[State]:
        """As the Timeline's."""
        if iteration == self._timeline.position.iteration:
            yield from self._timeline.states_of(iteration)
            return
        replay, program = self._replay, self._timeline.program_of(iteration)
        if replay is None or replay.program is not program:
            replay = self._replay = self._timeline.replay_of(iteration)
        while not replay.approach(iteration, _REPLAYED_AT_ONCE):
            pass
        state = replay.state()
        yield state
        for step in program.steps:
            state = step.apply(state)
            yield state


def _value_in(states: Iterator[State], term: Term, sample: int) -> float:
    state = next((each for each in states if term.name in each), None)
    if state is None:
        return float("nan")
    columns = state["a0"].shape[1]
    return element_of(state, term, min(sample, columns - 1))


def gradient_state(timeline: Timeline) -> State:
    """The State of the iteration stood in with all gradients computed and nothing updated."""
    position = timeline.position
    program = timeline.program
    before_updates = sum(step.phase is not Phase.UPDATE for step in program.steps)
    return next(islice(timeline.states_of(position.iteration), before_updates, None))


def check_term(timeline: Timeline, term: Term, sample: int = 0) -> GradientCheck | None:
    """The central difference beside a gradient's element; None where it is no gradient."""
    if variable_of(term.name) is None or not term.indices:
        return None
    row, column = _place(term)
    what, state = quantity(term.name), gradient_state(timeline)
    if not what.is_weight_shaped and not what.is_bias_shaped:
        column = min(sample, state[term.name].shape[1] - 1)
    return check_element(timeline.program, state, term.name, (row, column))


def slice_along(timeline: Timeline, parameter: Term) -> LossSlice | None:
    """E along one weight or bias, about as far to each side as the update moves it and more."""
    what = quantity(parameter.name)
    if what.slot or what.kind not in ("W", "b") or not parameter.indices:
        return None
    program, state = timeline.program, gradient_state(timeline)
    element = _place(parameter)
    value = float(state[parameter.name][element])
    after = float(_last(timeline)[parameter.name][element])
    moves = 2.0 * abs(after - value)
    reach = max(1.0, 0.5 * abs(value), moves if np.isfinite(moves) else 0.0)
    at_value, at_landing = loss_slice(
        program, state, parameter.name, element, np.array([value, after])
    )
    return LossSlice(
        *_curve(program, state, parameter, value, reach),
        at=(value, float(at_value)),
        slope=float(state[f"d{parameter.name}"][element]),
        lands=(after, float(at_landing)),
    )


def close_up_reach(along: LossSlice) -> float | None:
    """How far to each side a close-up of the update goes: three times as far as it moves.

    None where there is no update, where it does not land on a number, and where it is long enough
    to be seen beside the point as it is.
    """
    if not along.moves:
        return None
    reach = max(
        _CLOSE_UP * abs(along.lands[0] - along.at[0]), _LEAST_REACH * max(1.0, abs(along.at[0]))
    )
    return reach if reach < along.reach / 2 else None


def close_up(inspection: Inspection) -> LossSlice | None:
    """The slice again, near the point; None where close_up_reach is."""
    along = inspection.loss_slice
    reach = None if along is None else close_up_reach(along)
    if along is None or reach is None:
        return None
    values, errors = _curve(
        inspection.frame.program, inspection.before_update, inspection.term, along.at[0], reach
    )
    return replace(along, values=values, errors=errors)


def _curve(
    program: Program, state: State, parameter: Term, value: float, reach: float
) -> tuple[Array, Array]:
    """Values around `value`, and E at each."""
    with np.errstate(all="ignore"):  # A run that has left the numbers can still be looked at.
        values = np.linspace(value - reach, value + reach, _SLICE_POINTS)
    return values, loss_slice(program, state, parameter.name, _place(parameter), values)


def _place(term: Term) -> tuple[int, int]:
    """Where an element with number indices stands in its array."""
    row, column = (*term.indices, 0)[:2]
    assert isinstance(row, int)
    assert isinstance(column, int)
    return row, column


def _last(timeline: Timeline) -> State:
    *_, last = timeline.states_of(timeline.position.iteration)
    return last
