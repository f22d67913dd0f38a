"""Whether there is such a place in a run."""

from __future__ import annotations

from engine import limits
from engine.errors import GradwalkError
from engine.expression import quantity
from engine.position import Element, Position
from engine.program import Program


def check_iteration(iteration: int) -> None:
    """Raises GradwalkError, one sentence, if no run has such an iteration."""
    if not 0 <= iteration <= limits.MAX_ITERATIONS:
        raise GradwalkError(f"iteration {iteration}: a run goes from 0 to {limits.MAX_ITERATIONS}")


def check_place(program: Program, position: Position) -> None:
    """Raises GradwalkError, one sentence, if an iteration of `program` has no such position."""
    if not -1 <= position.step <= program.last:
        raise GradwalkError(f"step {position.step}: an iteration has Steps 0 to {program.last}")
    if not position.element:
        return
    writes = program.steps[position.step].writes if position.step >= 0 else "the start"
    shape = element_shape(program, writes) if position.step >= 0 else ()
    if not is_inside(position.element, shape):
        raise GradwalkError(f"element {list(position.element)}: {writes} has no such element")


def element_shape(program: Program, name: str) -> tuple[int, ...]:
    """How many values each index of a quantity's elements has: none, units, or to and from."""
    shape = program.shape(name, 1)
    return shape if quantity(name).is_weight_shaped else shape[:1]


def is_inside(element: Element, shape: tuple[int, ...]) -> bool:
    """Whether there is such an element, or such a group of elements for fewer indices."""
    inside = all(0 <= at < size for at, size in zip(element, shape, strict=False))
    return inside and len(element) <= len(shape)
