"""Which layers of a network drawing are expanded, and which of their units are looked at."""

from __future__ import annotations

from collections.abc import Sequence

from gui.network.geometry import MOST_DRAWN, Column

_HIDDEN_FIRST = MOST_DRAWN // 2
_NOTCH = 120  # of a mouse wheel, in the unit of QWheelEvent.angleDelta
_UNITS_OF_NOTCH = 3


class ExpandedLayers:
    """The expanded layers of one architecture. first: the unit that each one's window begins with.

    Every method that changes something says whether it did.
    """

    def __init__(self) -> None:
        self.first: dict[int, int] = {}
        self._sizes: tuple[int, ...] = ()
        self._turned = 0

    def copy(self) -> ExpandedLayers:
        """The same once more, to be changed on its own."""
        copied = ExpandedLayers()
        copied.first, copied._sizes = dict(self.first), self._sizes
        return copied

    def set_sizes(self, sizes: Sequence[int]) -> None:
        """Forgets everything where the architecture is another one."""
        if tuple(sizes) != self._sizes:
            self.first.clear()
            self._sizes = tuple(sizes)

    def can_expand(self, layer: int) -> bool:
        """Whether a layer has units that are not drawn while it is folded."""
        return 0 <= layer < len(self._sizes) and self._sizes[layer] > MOST_DRAWN

    def expand(self, layer: int, unit: int | None = None) -> bool:
        """Expands a layer where `unit` is, or at the first unit that was not drawn."""
        if not self.can_expand(layer) or layer in self.first:
            return False
        self.first[layer] = _HIDDEN_FIRST
        if unit is not None and not 0 <= unit - _HIDDEN_FIRST < MOST_DRAWN:
            self.first[layer] = self._page_of(layer, unit)
        return True

    def fold(self, layer: int) -> bool:
        """Restores the first ten and the last ten units."""
        return self.first.pop(layer, None) is not None

    def scroll(self, layer: int, units: int) -> bool:
        """Moves a window down, or up by a negative number, as far as there are units."""
        before = self.first[layer]
        self.first[layer] = self._within(layer, before + units)
        return self.first[layer] != before

    def turn_wheel(self, layer: int, angle: int) -> bool:
        """Moves a window three units for each notch. Parts of a notch add up."""
        self._turned -= angle * _UNITS_OF_NOTCH
        units = int(self._turned / _NOTCH)
        self._turned -= units * _NOTCH
        return self.scroll(layer, units)

    def bring_in(self, column: Column, unit: int) -> bool:
        """Turns to the page of a unit where a window does not show it."""
        if not column.is_window or column.draws(unit):
            return False
        self.first[column.layer] = self._page_of(column.layer, unit)
        return True

    def _page_of(self, layer: int, unit: int) -> int:
        return self._within(layer, unit // MOST_DRAWN * MOST_DRAWN)

    def _within(self, layer: int, first: int) -> int:
        return min(max(first, 0), self._sizes[layer] - MOST_DRAWN)
