"""What of a network drawing the Step stood on writes and reads."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from engine.expression import Quantity, Term
from engine.expression import quantity as _quantity
from engine.frame import Frame


@lru_cache(1024)
def quantity(name: str) -> Quantity:
    """The quantity a name stands for, taken apart once."""
    return _quantity(name)


class Mark(IntEnum):
    """How an element takes part in the Step stood on; the higher one wins."""

    NONE = 0
    READ = 1
    WRITTEN = 2


UNIT_KINDS = ("z", "a", "delta", "da")


class Lit:
    """The marks of one Frame. A letter for an index stands for all of that axis."""

    def __init__(self, frame: Frame) -> None:
        self.terms = frame.lit
        self._marked = [
            (quantity(term.name), term, Mark.READ if place else Mark.WRITTEN)
            for place, term in enumerate(self.terms)
        ]
        self._weights: dict[int | None, list[tuple[Term, Mark]]] = {}
        for what, term, mark in self._marked:
            if what.is_weight_shaped:
                self._weights.setdefault(what.layer, []).append((term, mark))

    def of(self, name: str, *indices: int) -> Mark:
        """The mark of one element of one quantity."""
        marks = (
            mark
            for _, term, mark in self._marked
            if term.name == name and _stands_for(term, indices)
        )
        return max(marks, default=Mark.NONE)

    def units(self, layer: int, units: Sequence[int]) -> list[Mark]:
        """The marks of some units of a layer: of their z, a, δ or ∂E/∂a."""
        marks = [Mark.NONE] * len(units)
        for what, term, mark in self._marked:
            if what.layer == layer and what.kind in UNIT_KINDS and len(term.indices) == 1:
                index = term.indices[0]
                for place, unit in enumerate(units):
                    if isinstance(index, str) or index == unit:
                        marks[place] = max(marks[place], mark)
        return marks

    def edge(self, layer: int, to: int, origin: int) -> Mark:
        """The mark of an edge that feeds `layer`: of its weight, or of what belongs to it."""
        marks = (mark for term, mark in self.weight_terms(layer) if _stands_for(term, (to, origin)))
        return max(marks, default=Mark.NONE)

    def of_layer(self, layer: int) -> tuple[tuple[Term, Mark], ...]:
        """All that is marked of a layer, its weights among it."""
        return tuple((term, mark) for what, term, mark in self._marked if what.layer == layer)

    def weight_terms(self, layer: int) -> list[tuple[Term, Mark]]:
        """The terms that stand for weights which feed `layer`, the written one first."""
        return self._weights.get(layer, [])

    def written_unit(self, layer: int) -> Term | None:
        """The one element of a layer's units that is written, if it is one."""
        for what, term, mark in self._marked:
            if mark is Mark.WRITTEN and what.layer == layer and len(term.indices) == 1:
                return term if isinstance(term.indices[0], int) else None
        return None


@lru_cache(2)
def lit_of(frame: Frame) -> Lit:
    """The marks of a Frame, which several makers of a drawing ask for."""
    return Lit(frame)


def units_stood_on(frame: Frame) -> dict[int, int]:
    """The unit of a layer that the Step stood on is at; for a single weight one of two layers."""
    written = frame.lit[0] if frame.lit else Term("E")
    layer = quantity(written.name).layer
    if layer is None:
        return {}
    places = zip((layer, layer - 1), written.indices, strict=False)
    return {at: index for at, index in places if isinstance(index, int)}


def _stands_for(term: Term, indices: tuple[int, ...]) -> bool:
    return len(term.indices) == len(indices) and all(
        isinstance(index, str) or index == at
        for index, at in zip(term.indices, indices, strict=True)
    )
