"""What there is to know of one unit or weight: its connections, its history, E along it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.checks import GradientCheck, check_element, loss_slice, variable_of
from engine.edits import INPUT, TARGET
from engine.expression import Term, quantity
from engine.frame import Frame, element_of
from engine.program import Phase, Program
from engine.state import State
from engine.timeline import Timeline

_SLICE_POINTS = 81


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


@dataclass(frozen=True, eq=False, slots=True)
class Inspection:
    """Everything an inspector shows of one element at one position.

    check: for a gradient, and for a parameter that of its gradient. edit: what an Edit of this
    element is called, with its element; None where it cannot be typed. before_update: the State
    with all gradients of this iteration, and the parameters that they were computed from.
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


def inspect(timeline: Timeline, term: Term, sample: int, most: int = 100) -> Inspection:
    """Everything there is to show of `term` where the timeline stands."""
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
        history=history(timeline, term, most, sample),
        check=check_term(timeline, gradient, sample),
        loss_slice=slice_along(timeline, term) if is_parameter else None,
        edit=edit_of(term, frame, sample),
    )


def edit_of(term: Term, frame: Frame, sample: int) -> tuple[str, tuple[int, ...]] | None:
    """What an Edit of this element is called, and its element; None where it cannot be typed."""
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


def history(timeline: Timeline, term: Term, most: int, sample: int = 0) -> History:
    """One element at up to `most` iterations of the run so far.

    Parameters as they are when the iteration starts, everything else as computed in it.
    """
    count = max(1, timeline.newest.iteration + 1)
    iterations = np.unique(np.linspace(0, count - 1, min(most, count)).astype(np.int64))
    values = [_value_in(timeline, int(each), term, sample) for each in iterations]
    return History(iterations, np.array(values))


def _value_in(timeline: Timeline, iteration: int, term: Term, sample: int) -> float:
    states = timeline.states_of(iteration)
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
    row, column = (*term.indices, 0)[:2]
    what, state = quantity(term.name), gradient_state(timeline)
    if not what.is_weight_shaped and not what.is_bias_shaped:
        column = min(sample, state[term.name].shape[1] - 1)
    assert isinstance(row, int)
    assert isinstance(column, int)
    return check_element(timeline.program, state, term.name, (row, column))


def slice_along(timeline: Timeline, parameter: Term) -> LossSlice | None:
    """E along one weight or bias, about as far to each side as the update moves it and more."""
    what = quantity(parameter.name)
    if what.slot or what.kind not in ("W", "b") or not parameter.indices:
        return None
    program, state = timeline.program, gradient_state(timeline)
    row, column = (*parameter.indices, 0)[:2]
    assert isinstance(row, int)
    assert isinstance(column, int)
    element = (row, column)
    value = float(state[parameter.name][element])
    after = _last(timeline)[parameter.name][element]
    moves = 2.0 * abs(float(after) - value)
    reach = max(1.0, 0.5 * abs(value), moves if np.isfinite(moves) else 0.0)
    with np.errstate(all="ignore"):  # A run that has left the numbers can still be looked at.
        values = np.linspace(value - reach, value + reach, _SLICE_POINTS)
    errors = loss_slice(program, state, parameter.name, element, values)
    ends = np.array([value, float(after)])
    at_value, at_landing = loss_slice(program, state, parameter.name, element, ends)
    return LossSlice(
        values,
        errors,
        at=(value, float(at_value)),
        slope=float(state[f"d{parameter.name}"][element]),
        lands=(float(after), float(at_landing)),
    )


def _last(timeline: Timeline) -> State:
    *_, last = timeline.states_of(timeline.position.iteration)
    return last
