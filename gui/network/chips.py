"""The chips in a layer's column that stand for units not drawn, and what a click on them does."""

from __future__ import annotations

from engine.expression import quantity
from gui.network.geometry import MOST_DRAWN, Column, Elision, fits_whole
from gui.network.items import Chip, Click, SceneWriter, symbol
from gui.network.lit import Mark
from gui.network.text import TINY
from gui.translation import tr


class ChipWriter(SceneWriter):
    """Adds the chips of a layer to a Scene."""

    def add_chips(self, column: Column) -> None:
        """Adds a chip for units that are not drawn, and one that folds an expanded layer."""
        for elision in column.elisions:
            self._add_elision(column, elision)
        if column.fold is not None:
            texts = (tr("⋯ fold"), "⋯")
            text = self.fonts.first_fitting(texts, self._room, TINY)
            self.write(text, column.x, column.fold, self.theme.muted, TINY, chip=True, button=True)
            self._make_clickable(text, column.layer, Click.FOLD, range(column.units))

    @property
    def _room(self) -> float:
        return self.plan.layout.gap - 14

    def _make_clickable(self, text: str, layer: int, click: Click, units: range) -> None:
        if text:
            self.scene.chips.append(Chip(layer, click, units, self.scene.labels[-1].rect))

    def _add_elision(self, column: Column, elision: Elision) -> None:
        """The mark that stands for some units, and for the one among them the Step is on."""
        click = _click_on(column, elision)
        text = self.fonts.first_fitting(_texts(click, elision), self._room, TINY)
        prefix, term = "", None
        mark = max(self.lit.units(column.layer, self._named(column, elision)), default=Mark.NONE)
        written = self.lit.written_unit(column.layer)
        if written and self.unit_of(written) in elision.units and self.is_known(written):
            unit, letters = self.unit_of(written) + 1, symbol(written.name, self.notation)
            text = self.numbers.short(self.value(written), 4)
            prefixes = (tr("⋮ unit {unit}: {symbol} ", unit=unit, symbol=letters), "")
            room = self._room - self.fonts.width(text, TINY)
            prefix = self.fonts.first_fitting(prefixes, room, TINY)
            term, mark = written, Mark.WRITTEN
        colour = self.theme.muted if term is None else self.theme.text
        self.write(text, column.x, elision.y, colour, TINY, prefix, term, True, mark, True)
        self._make_clickable(text, column.layer, click, elision.units)

    def _named(self, column: Column, elision: Elision) -> list[int]:
        """The elided units that a term names, or one for a term that means all of them."""
        named = [
            index
            for term in self.lit.terms
            for index in term.indices[:1]
            if quantity(term.name).layer == column.layer and isinstance(index, int)
        ]
        return [unit for unit in (*named, elision.units[0]) if unit in elision.units]


def _click_on(column: Column, elision: Elision) -> Click:
    if column.fold is None:
        return Click.EXPAND
    return Click.PAGE_UP if elision.units[0] < column.shown[0] else Click.PAGE_DOWN


def _texts(click: Click, elision: Elision) -> tuple[str, ...]:
    """What a chip says, in fewer and fewer words."""
    count = f"{len(elision.units):,}"
    texts = {
        Click.PAGE_UP: tr("⋮ {count} above", count=count),
        Click.PAGE_DOWN: tr("⋮ {count} below", count=count),
    }
    return texts.get(click, tr("⋮ {count} more", count=count)), f"⋮ {count}", "⋮"


def describe_click(chip: Chip, height: float) -> str:
    """What a click on a chip does. height: of the drawing."""
    if chip.click is Click.FOLD:
        return tr("click to draw only the first and the last ten units")
    ends = {"first": chip.units[0] + 1, "last": chip.units[-1] + 1}
    if chip.click is Click.PAGE_UP:
        return tr("units {first} to {last}: click to page up", **ends)
    if chip.click is Click.PAGE_DOWN:
        return tr("units {first} to {last}: click to page down", **ends)
    if fits_whole(MOST_DRAWN + len(chip.units), height):
        return tr("units {first} to {last}: click to draw them too", **ends)
    return tr("units {first} to {last}: click to see twenty at a time", **ends)
