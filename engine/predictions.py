"""What a network answers, and how wrong that is, without training it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.arrays import Array
from engine.program import Phase, Program
from engine.state import State


def outputs(program: Program, values: Mapping[str, Array], inputs: Array) -> Array:
    """The outputs for rows of inputs: (N, n_0) gives (N, n_L).

    values: the parameters by name, such as a State.
    """
    top = f"a{program.layers}"
    state = State({**_parameters(program, values), "a0": inputs.T})
    for step in program.steps:
        state = step.apply(state)
        if step.writes == top:
            break
    return state[top].T


def forward_from(program: Program, state: State, first: int = 0) -> State:
    """The State with E, computed anew from Step `first` of the forward phase on."""
    for step in program.steps[first:]:
        if step.phase is not Phase.FORWARD:
            break
        state = step.apply(state)
    return state


def _parameters(program: Program, values: Mapping[str, Array]) -> dict[str, Array]:
    names = (f"{kind}{layer}" for layer in range(1, program.layers + 1) for kind in "Wb")
    return {name: values[name] for name in names if name in values}
