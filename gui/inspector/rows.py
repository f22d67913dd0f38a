"""Which elements the inspector lists around a unit or a weight, and their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.expression import Term, quantity
from engine.frame import Frame, element_of
from engine.inspection import Connections, Inspection
from engine.program import Phase, Program

Cells = tuple[Term | None, ...]
"""A row of the list: one element, or a weight and the unit at its other end."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The rows: other quantities of the same unit or weight, what it reads, and what reads it."""

    own: tuple[Cells, ...]
    incoming: tuple[Cells, ...]
    outgoing: tuple[Cells, ...]


def groups_of(term: Term, connections: Connections, program: Program) -> Groups:
    """Everything listed around `term`."""
    what = quantity(term.name)
    outgoing = connections.outgoing
    if what.is_weight_shaped or what.is_bias_shaped:
        outgoing = (*outgoing, *(_delta(each) for each in outgoing))
    else:
        # What comes back along a weight is the δ above; z is what the weight goes into.
        outgoing = tuple(_delta(each) if _is_above(each) else each for each in outgoing)
    return Groups(
        tuple((each,) for each in _own(term, program)),
        tuple(_rows(connections.incoming, program)),
        tuple(_rows(outgoing, program)),
    )


def value_at(frame: Frame, sample: int, term: Term) -> float | None:
    """The value of an element; None while it is not computed."""
    row, column = (*(index for index in term.indices if isinstance(index, int)), 0, 0)[:2]
    what = quantity(term.name)
    if not what.is_weight_shaped:
        column = 0 if what.is_bias_shaped else min(sample, frame.batch - 1)
    if not frame.is_known(term.name, row, column):
        return None
    return frame.value(term.name, row, column)


def multiplied_at(inspection: Inspection, term: Term) -> float | None:
    """The value of an element as this iteration multiplies it: no parameter is updated yet."""
    if is_parameter(term):
        return element_of(inspection.before_update, term)
    return value_at(inspection.frame, inspection.sample, term)


def is_parameter(term: Term) -> bool:
    """Whether it is a weight or a bias, which an update changes."""
    what = quantity(term.name)
    return not what.slot and what.kind in ("W", "b")


def is_new(inspection: Inspection, term: Term) -> bool:
    """Whether it is a weight or bias that this iteration's update has changed already."""
    if inspection.frame.phase is not Phase.UPDATE or not is_parameter(term):
        return False
    old = element_of(inspection.before_update, term)
    return value_at(inspection.frame, inspection.sample, term) != old


def _is_above(term: Term) -> bool:
    return quantity(term.name).kind == "z"


def _delta(term: Term) -> Term:
    return Term(f"delta{quantity(term.name).layer}", term.indices)


def _own(term: Term, program: Program) -> Iterator[Term]:
    what = quantity(term.name)
    layer = what.layer
    if what.is_weight_shaped or what.is_bias_shaped:
        parameter = f"{'W' if what.is_weight_shaped else 'b'}{layer}"
        names = [parameter, f"d{parameter}"]
        names += [f"{slot}_{parameter}" for slot in ("velocity", "m", "v")]
    elif what.kind == "t":
        names = ["t", f"a{program.layers}", f"delta{program.layers}"]
    elif layer:
        names = [f"{kind}{layer}" for kind in ("z", "a", "da", "delta")]
    else:
        return
    for name in names:
        if name in (names[0], "t", term.name) or program.step_writing(name) is not None:
            yield Term(name, term.indices)


def _rows(terms: Sequence[Term], program: Program) -> Iterator[Cells]:
    """Single elements one a row; those over a whole axis side by side, one row an index."""
    whole = [each for each in terms if any(isinstance(index, str) for index in each.indices)]
    for term in terms:
        if term not in whole:
            yield (term, None) if whole else (term,)
    if not whole:
        return
    for index in range(min(_axis(term, program) for term in whole)):
        yield tuple(_at(term, index) for term in whole)


def _axis(term: Term, program: Program) -> int:
    shape = program.shape(term.name, 1)
    return next(
        size for size, index in zip(shape, term.indices, strict=False) if isinstance(index, str)
    )


def _at(term: Term, number: int) -> Term:
    indices = tuple(number if isinstance(index, str) else index for index in term.indices)
    return Term(term.name, indices, term.sample)
