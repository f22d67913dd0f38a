"""What is pointed at in the network: by mouse, from another view, or with the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.expression import Index, Term, quantity
from gui.network.edges import DrawnGap
from gui.network.geometry import Column
from gui.network.items import Chip, Node, Scene
from gui.network.lit import UNIT_KINDS
from gui.network.text import Label

_MOST_LINES = 400

Element = tuple[str, tuple[int, ...]]
Line = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Pointed:
    """The marks on what a term stands for.

    elements: each as (name, indices); nodes: units to be ringed; labels and chips: to be framed;
    lines: edges, each as x1, y1, x2, y2.
    """

    elements: frozenset[Element]
    nodes: tuple[Node, ...]
    labels: tuple[Label, ...]
    chips: tuple[Chip, ...]
    lines: tuple[Line, ...]


def pointed_at(
    term: Term,
    scene: Scene,
    labels: Iterable[Label],
    gaps: Sequence[DrawnGap],
    columns: Sequence[Column],
) -> Pointed:
    """Finds what a term stands for among what is drawn.

    An element that is not drawn stands at the chip in its place, and a bias without a label of its
    own at its unit.
    """
    framed = tuple(
        label
        for label in labels
        if label.term is not None
        and (label.chip or label.term.name == "t")
        and meets(term, label.term.name, label.term.indices)
    )
    nodes = tuple(node for node in scene.nodes if meets_unit(term, node.layer, node.unit))
    if quantity(term.name).kind in ("b", "db") and not framed:
        at_unit = Term(f"a{quantity(term.name).layer}", term.indices)
        nodes = tuple(node for node in scene.nodes if meets_unit(at_unit, node.layer, node.unit))
    edges = edges_of(term, gaps, columns)
    chips = () if framed or nodes or edges else tuple(_chips_of(term, scene.chips))
    elements = {(term.name, _numbers(label.term)) for label in framed if label.term is not None}
    elements |= {(term.name, (node.unit,)) for node in nodes}
    elements |= {(term.name, indices) for indices, _ in edges}
    elements |= {(term.name, _numbers(term)) for _ in chips}
    lines = tuple(line for _, line in edges)
    return Pointed(frozenset(elements), nodes, framed, chips, lines)


def meets(term: Term, name: str, indices: tuple[Index, ...]) -> bool:
    """Whether a term stands for an element.

    A letter for an index stands for every one, and so does a term without indices.
    """
    if term.name != name:
        return False
    return not term.indices or (
        len(term.indices) == len(indices)
        and all(isinstance(a, str) or a == b for a, b in zip(term.indices, indices, strict=True))
    )


def meets_unit(term: Term, layer: int, unit: int) -> bool:
    """Whether a term is z, a, δ or ∂E/∂a of a unit."""
    what = quantity(term.name)
    of_unit = what.kind in UNIT_KINDS and what.layer == layer
    return of_unit and meets(term, term.name, (unit,))


def edges_of(
    term: Term, gaps: Sequence[DrawnGap], columns: Sequence[Column]
) -> list[tuple[tuple[int, int], Line]]:
    """The edges that a term of weights stands for, each with its (to, from).

    Of several, those that are drawn; a single one, whether it is drawn or not.
    """
    what = quantity(term.name)
    if not what.is_weight_shaped or what.layer is None or len(term.indices) not in (0, 2):
        return []
    to, origin = term.indices or ("j", "i")
    if isinstance(to, int) and isinstance(origin, int):
        if what.layer >= len(columns):  # pointed at before the network became another
            return []
        left, right = columns[what.layer - 1], columns[what.layer]
        if to >= right.units or origin >= left.units:
            return []
        return [((to, origin), (left.x, left.y_of(origin), right.x, right.y_of(to)))]
    found: list[tuple[tuple[int, int], Line]] = []
    for drawn in gaps:
        gap = drawn.gap
        if gap.layer == what.layer:
            chosen = drawn.edges[gap.meant_by((to, origin))[drawn.edges]][:_MOST_LINES]
            pairs = zip(gap.to[chosen].tolist(), gap.origin[chosen].tolist(), strict=True)
            lines = ((a, b, c, d) for a, b, c, d in gap.lines[chosen].tolist())
            found += zip(pairs, lines, strict=True)
    return found


def _chips_of(term: Term, chips: Iterable[Chip]) -> Iterable[Chip]:
    """The chip that stands for a single unit which is not drawn."""
    what, unit = quantity(term.name), _numbers(term)
    if what.kind not in (*UNIT_KINDS, "b", "db") or len(unit) != 1:
        return ()
    return (
        chip
        for chip in chips
        if chip.layer == what.layer and chip.click is not chip.click.FOLD and unit[0] in chip.units
    )


def _numbers(term: Term) -> tuple[int, ...]:
    return tuple(index for index in term.indices if isinstance(index, int))
