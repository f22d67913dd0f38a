"""The keyboard's cursor in the network: from unit to unit, and over what feeds a unit.

In a layer's column it stops at the units and at the chips; at a unit it goes over the edges into
it, then to its bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from PySide6.QtCore import Qt

from engine.expression import Term
from gui.network.drawing import Drawing
from gui.network.items import Chip, Click

_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

Row = int | Click  # a unit, or a chip by what a click on it does
Feed = int | None  # the unit that an edge comes from; None is the bias
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Cursor:
    """A stop of the cursor. feed: what feeds the unit, by its place among `feeds`; −1 for none."""

    layer: int
    row: Row
    feed: int = _NOWHERE

    def moved(self, key: int, rows: Sequence[Sequence[Row]]) -> Cursor:
        """Where an arrow leads. rows: of each layer, from top to bottom."""
        across, down = _MOVES.get(Qt.Key(key), (0, 0))
        column = rows[self.layer]
        place = column.index(self.row) if self.row in column else 0
        layer = min(max(self.layer + across, 0), len(rows) - 1)
        if layer != self.layer:
            other = rows[layer]
            return Cursor(layer, other[min(place * len(other) // len(column), len(other) - 1)])
        if not down:
            return self
        return Cursor(layer, column[min(max(place + down, 0), len(column) - 1)])

    def over_feeds(self, key: int, feeds: Sequence[Feed]) -> Cursor:
        """Where an arrow leads among what feeds the unit; before the first is the unit itself."""
        _, down = _MOVES.get(Qt.Key(key), (0, 0))
        return replace(self, feed=min(max(self.feed + down, _NOWHERE), len(feeds) - 1))

    def along_edge(self, key: int, feeds: Sequence[Feed]) -> Cursor:
        """From an edge to the unit at its left or right end."""
        origin = feeds[self.feed] if 0 <= self.feed < len(feeds) else None
        if key == Qt.Key.Key_Left and origin is not None:
            return Cursor(self.layer - 1, origin)
        return Cursor(self.layer, self.row)

    def term(self, feeds: Sequence[Feed]) -> Term | None:
        """What the cursor stands on; None for a chip."""
        if not isinstance(self.row, int):
            return None
        if not 0 <= self.feed < len(feeds):
            return Term(f"a{self.layer}", (self.row,))
        origin = feeds[self.feed]
        if origin is None:
            return Term(f"b{self.layer}", (self.row,))
        return Term(f"W{self.layer}", (self.row, origin))


def first(rows: Sequence[Sequence[Row]]) -> Cursor:
    """The first unit of the drawing."""
    return Cursor(0, rows[0][0])


class KeyboardCursor:
    """The cursor in one drawing. at: where it stands, None before it was moved."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.at: Cursor | None = None

    def move(self, key: int, over_feeds: bool) -> Cursor:
        """Where an arrow leads. over_feeds: over what feeds the unit, rather than to the next."""
        if self.at is None:
            return first(self.rows())
        if over_feeds and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self.at.over_feeds(key, self._feeds())
        if self.at.feed >= 0:
            return self.at.along_edge(key, self._feeds())
        return self.at.moved(key, self.rows())

    def rows(self) -> list[list[Row]]:
        """What the cursor stops at in each layer, from top to bottom."""
        rows: list[list[Row]] = []
        for column in self.drawing.columns:
            places: list[tuple[float, Row]] = list(zip(column.ys, column.shown, strict=True))
            chips = (chip for chip in self.drawing.scene.chips if chip.layer == column.layer)
            places += [(chip.rect.center().y(), chip.click) for chip in chips]
            rows.append([row for _, row in sorted(places, key=itemgetter(0))])
        return rows

    def term(self) -> Term | None:
        """What the cursor stands on; None for a chip."""
        return None if self.at is None else self.at.term(self._feeds())

    def chip(self) -> Chip | None:
        """The chip that the cursor is on."""
        if self.drawing.frame is None or self.at is None:
            return None
        at = self.at.layer, self.at.row
        chips = self.drawing.scene.chips
        return next((chip for chip in chips if (chip.layer, chip.click) == at), None)

    def _feeds(self) -> list[Feed]:
        """The units whose edges lead into that of the cursor, then None for the bias."""
        at, frame = self.at, self.drawing.frame
        if at is None or frame is None or not at.layer or not isinstance(at.row, int):
            return []
        bias = [None] if f"b{at.layer}" in frame.after else []
        return [*self.drawing.columns[at.layer - 1].shown, *bias]
