"""Where an equation is written: for one element, or with letters for any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.expression import Add, Expression, Index, Sum


@dataclass(frozen=True, slots=True)
class Letters:
    """The index letters of one layer and its neighbours: i → j → k, as in the seed."""

    below: str
    unit: str
    above: str


def letters_of(layer: int, layers: int) -> Letters:
    """Letters for a Step of `layer` in a network of `layers` layers: k is always the top one."""
    if layer == layers and layers > 1:
        return Letters("j", "k", "")
    if layers == 1:
        return Letters("i", "k", "")
    return Letters("i", "j", "k")


@dataclass(frozen=True, slots=True)
class Site:
    """One place at which expressions are built.

    generic: with letters. unit and below: the element's (to, from), numbers or letters.
    units, units_below, units_above: how many there are in the layer and its neighbours.
    """

    generic: bool
    unit: Index
    below: Index
    letters: Letters
    units: int
    units_below: int
    units_above: int
    batch: int

    def sum(self, letter: str, count: int, body: Callable[[Index], Expression]) -> Expression:
        """Σ over `letter`: as such in a rule, else written out in full."""
        if self.generic:
            return Sum(letter, body(letter))
        if count == 1:
            return body(0)
        return Add(tuple(body(index) for index in range(count)), elidable=True)
