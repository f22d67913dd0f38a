"""What is pointed at in the network: by mouse, from another view, or with the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt

from engine.expression import Index, Term, quantity
from gui.network.edges import DrawnGap

_MOST_LINES = 400

_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def meets(term: Term, name: str, indices: tuple[Index, ...]) -> bool:
    """Whether a term stands for an element: a letter for an index stands for every one."""
    return (
        term.name == name
        and len(term.indices) == len(indices)
        and all(isinstance(a, str) or a == b for a, b in zip(term.indices, indices, strict=True))
    )


def meets_unit(term: Term, layer: int, unit: int) -> bool:
    """Whether a term is z, a, δ or ∂E/∂a of a unit."""
    what = quantity(term.name)
    of_unit = what.kind in ("z", "a", "delta", "da") and what.layer == layer
    return of_unit and meets(term, term.name, (unit,))


def lines_of(term: Term, gaps: Sequence[DrawnGap]) -> list[tuple[float, float, float, float]]:
    """The drawn edges that a term of weights stands for, each as x1, y1, x2, y2."""
    what = quantity(term.name)
    if not what.is_weight_shaped or len(term.indices) != 2:
        return []
    to, origin = term.indices
    found: list[tuple[float, float, float, float]] = []
    for gap in gaps:
        if gap.gap.layer != what.layer:
            continue
        chosen = np.ones(len(gap.edges), dtype=np.bool_)
        if isinstance(to, int):
            chosen &= gap.gap.to[gap.edges] == to
        if isinstance(origin, int):
            chosen &= gap.gap.origin[gap.edges] == origin
        found += [(a, b, c, d) for a, b, c, d in gap.lines[chosen][:_MOST_LINES].tolist()]
    return found


def moved(
    cursor: tuple[int, int] | None, key: int, shown: Sequence[Sequence[int]]
) -> tuple[int, int] | None:
    """The unit (layer, unit) that an arrow key leads to; the first one, where there was none.

    shown: the drawn units of each layer, top to bottom.
    """
    step = next((move for arrow, move in _MOVES.items() if arrow == key), None)
    if step is None:
        return cursor
    if cursor is None:
        return 0, shown[0][0]
    layer, unit = cursor
    column = shown[layer]
    row = column.index(unit) if unit in column else 0
    to_layer = min(max(layer + step[0], 0), len(shown) - 1)
    if to_layer != layer:
        other = shown[to_layer]
        return to_layer, other[min(row * len(other) // len(column), len(other) - 1)]
    return layer, column[min(max(row + step[1], 0), len(column) - 1)]
