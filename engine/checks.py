"""The gradient held against finite differences, and E along one parameter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import Array
from engine.expression import quantity
from engine.operations import Activate
from engine.predictions import forward_from
from engine.program import Program
from engine.slopes import has_kink
from engine.state import State

_VARIABLES = {"dW": "W", "db": "b", "delta": "z", "da": "a"}

# The error of a central difference is least where rounding and curvature balance: at ε^(1/3).
_EPSILON = float(np.finfo(np.float64).eps)
_RELATIVE_STEP = float(np.cbrt(_EPSILON))

# Where h = 6e-6, curvature leaves a right gradient some 1e-9 of itself from its difference, and a
# fit so close that E is all but 0 some 1e-6; a wrong rule is off in the first digits. The source
# calls 1e-7 and less good for doubles, and 1e-4 too much for an E without kinks.
# Source: Stanford CS231n, course notes "Neural Networks 3", section "Gradient checks".
_CLOSE = 1e-5

# E is a sum of rounded terms: its last few bits are chance.
_BITS_OF_CHANCE = 8


class Verdict(Enum):
    """What a gradient beside its central difference tells."""

    AGREES = "agrees"
    LOST_IN_ROUNDING = "lost in rounding"
    KINK = "kink"
    DISAGREES = "disagrees"
    NOT_FINITE = "not finite"


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """One element of a gradient beside the central difference of E.

    name: of the gradient, such as "dW1" or "delta2"; step: h of (E(x + h) - E(x - h)) / 2h.
    rounding: how far the rounding of both E may put the difference off. crosses_kink: between
    x - h and x + h a unit's z passes a kink of its activation; there E has one slope to the left
    and another to the right, and the difference mixes them.
    """

    name: str
    element: tuple[int, ...]
    analytic: float
    numeric: float
    step: float
    rounding: float = 0.0
    crosses_kink: bool = False

    @property
    def relative_difference(self) -> float:
        """|analytic - numeric| over the larger of the two; 0 where both are 0."""
        size = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / size if size else 0.0

    @property
    def verdict(self) -> Verdict:
        """Whether the two can be called the same, and what hinders that where they cannot."""
        if not math.isfinite(self.analytic) or not math.isfinite(self.numeric):
            return Verdict.NOT_FINITE
        if self.relative_difference <= _CLOSE:
            return Verdict.AGREES
        if abs(self.analytic - self.numeric) <= self.rounding:
            return Verdict.LOST_IN_ROUNDING
        return Verdict.KINK if self.crosses_kink else Verdict.DISAGREES

    @property
    def agrees(self) -> bool:
        """Whether no disagreement can be seen."""
        return self.verdict in (Verdict.AGREES, Verdict.LOST_IN_ROUNDING)


def variable_of(gradient: str) -> str | None:
    """What a gradient is taken by: "W1" for "dW1", "z2" for "delta2"; None for other names."""
    what = quantity(gradient)
    if what.slot or what.kind not in _VARIABLES:
        return None
    return f"{_VARIABLES[what.kind]}{what.layer}"


def check_element(
    program: Program, state: State, gradient: str, element: tuple[int, int]
) -> GradientCheck:
    """One element (row, column) of a gradient that `state` holds, and its central difference.

    state: after the gradient was computed and before any update. The columns of δ and ∂E/∂a are
    those of each sample's own error, so there the difference of the mean E counts B times.
    """
    variable = variable_of(gradient)
    assert variable is not None
    value = float(state[variable][element])
    step = _RELATIVE_STEP * max(1.0, abs(value))
    above, below = value + step, value - step
    states = [_state_at(program, state, variable, element, at) for at in (above, below)]
    errors = [float(each["E"]) for each in states]
    # The columns of δ and ∂E/∂a are not divided by B, as E is.
    columns = state[variable].shape[1] if quantity(variable).kind in ("z", "a") else 1
    # What was added is not quite `step`: the sum was rounded.
    numeric = columns * (errors[0] - errors[1]) / (above - below)
    return GradientCheck(
        gradient,
        element,
        float(state[gradient][element]),
        numeric,
        step,
        rounding=columns * _BITS_OF_CHANCE * _EPSILON * max(map(abs, errors)) / step,
        crosses_kink=_crosses_kink(program, *states),
    )


def check_all(program: Program, state: State, most: int) -> Iterator[GradientCheck]:
    """Every element of every ∂E/∂W and ∂E/∂b, or an even sample of about `most` of them."""
    names = [name for name in state if quantity(name).kind in ("dW", "db")]
    total = sum(state[name].size for name in names)
    stride = max(1, -(-total // most))
    for name in names:
        columns = state[name].shape[1]
        for flat in range(0, state[name].size, stride):
            yield check_element(program, state, name, divmod(flat, columns))


def loss_slice(
    program: Program, state: State, parameter: str, element: tuple[int, int], values: Array
) -> Array:
    """E where one weight or bias takes each of `values`, everything else as in `state`."""
    return np.array(
        [float(_state_at(program, state, parameter, element, at)["E"]) for at in map(float, values)]
    )


def _state_at(
    program: Program, state: State, variable: str, element: tuple[int, int], value: float
) -> State:
    """The State after the forward phase, with one number changed and all that it goes into."""
    changed = state[variable].copy()
    changed[element] = value
    writer = program.step_writing(variable)
    is_computed = quantity(variable).kind in ("z", "a")
    first = writer.index + 1 if is_computed and writer is not None else 0
    return forward_from(program, state.with_value(variable, changed), first)


def _crosses_kink(program: Program, above: State, below: State) -> bool:
    return any(
        bool(((above[step.reads[0]] > 0) != (below[step.reads[0]] > 0)).any())
        for step in program.steps
        if isinstance(step.operation, Activate) and has_kink(step.operation.activation)
    )
