"""The gradient held against finite differences, and E along one parameter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.expression import quantity
from engine.predictions import error_from
from engine.program import Program
from engine.state import State

_VARIABLES = {"dW": "W", "db": "b", "delta": "z", "da": "a"}

# The error of a central difference is least where rounding and curvature balance: at ε^(1/3).
_RELATIVE_STEP = float(np.cbrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """One element of a gradient beside the central difference of E.

    name: of the gradient, such as "dW1" or "delta2"; step: h of (E(x + h) - E(x - h)) / 2h.
    """

    name: str
    element: tuple[int, ...]
    analytic: float
    numeric: float
    step: float

    @property
    def relative_difference(self) -> float:
        """|analytic - numeric| over the larger of the two; 0 where both are 0."""
        size = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / size if size else 0.0


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
    errors = [_error_at(program, state, variable, element, at) for at in (above, below)]
    # What was added is not quite `step`: the sum was rounded.
    numeric = (errors[0] - errors[1]) / (above - below)
    if quantity(variable).kind in ("z", "a"):
        numeric *= state[variable].shape[1]
    return GradientCheck(gradient, element, float(state[gradient][element]), numeric, step)


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
    return np.array([_error_at(program, state, parameter, element, float(at)) for at in values])


def _error_at(
    program: Program, state: State, variable: str, element: tuple[int, int], value: float
) -> float:
    changed = state[variable].copy()
    changed[element] = value
    writer = program.step_writing(variable)
    first = 0
    if quantity(variable).kind in ("z", "a"):
        assert writer is not None
        first = writer.index + 1
    return error_from(program, state.with_value(variable, changed), first)
