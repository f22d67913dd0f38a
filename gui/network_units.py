"""The units of a network drawing: what stands in them and beside them."""

from __future__ import annotations

from math import isfinite, sqrt

from PySide6.QtCore import QRectF

from engine.expression import Term
from engine.program import Phase
from gui.network_chips import ChipWriter
from gui.network_geometry import Column
from gui.network_items import Node, symbol
from gui.network_lit import Mark
from gui.network_text import NORMAL, SCALES, SMALL, TINY, TOO_LONG, label_width
from gui.numbers import NOT_COMPUTED

_DELTA_PREFIXES = {"delta": "δ ", "da": "∂E/∂a "}


class UnitWriter(ChipWriter):
    """Adds units, their tags and names to a Scene."""

    def add_column(self, column: Column) -> None:
        """Adds the units of a layer with what belongs to them."""
        for unit, y in zip(column.shown, column.ys, strict=True):
            self._add_node(column, unit, y)
        self.add_chips(column)

    def _add_node(self, column: Column, unit: int, y: float) -> None:
        shown = self._shown_in(column.layer, unit)
        value = self.value(shown) if shown else 0.0
        mark = self.lit.unit(column.layer, unit)
        self.scene.nodes.append(
            Node(column.layer, unit, column.x, y, column.radius, mark, shown, isfinite(value))
        )
        self._add_number(column, unit, y, shown, value)
        if column.layer and column.tags:
            self._add_tags(column, unit, y)

    def _shown_in(self, layer: int, unit: int) -> Term | None:
        """What stands in a unit: its activation, else its pre-activation, else nothing."""
        for name in (f"a{layer}", f"z{layer}"):
            if name != "z0" and self.frame.is_known(name, unit, self.sample):
                return Term(name, (unit,))
        return None

    def _add_number(
        self, column: Column, unit: int, y: float, shown: Term | None, value: float
    ) -> None:
        radius = column.radius
        if self._across(radius, 0.0, SCALES[-1]) < self.fonts.width("0.00", SCALES[-1]):
            return
        if shown is None:
            empty = Term(f"a{column.layer}", (unit,))
            self.write(NOT_COMPUTED, column.x, y, self.theme.muted, term=empty)
            return
        letter = isfinite(value) and self._across(radius, 0.34 * radius, SCALES[-1]) > 6
        down = 0.14 * radius if letter else 0.0
        text, scale = self._number_in_circle(value, radius, down)
        if text == TOO_LONG and letter:
            letter, down = False, 0.0
            text, scale = self._number_in_circle(value, radius, down)
        # A word on hatching needs a background.
        chip, colour = not isfinite(value), self.theme.text
        self.write(text, column.x, y + down, colour, scale, term=shown, chip=chip)
        if letter:
            name = shown.name[0]
            small = TINY if radius > 24 else SCALES[-1]
            between = (self.fonts.capitals(scale) + self.fonts.capitals(small)) / 2 + 3.5
            up = y - max(0.46 * radius, between - down)
            self.write(name, column.x, up, self.theme.muted, scale=small)

    def _number_in_circle(self, value: float, radius: float, down: float) -> tuple[str, float]:
        room = self._across(radius, down, NORMAL)
        return self.fonts.fit_number(value, room, self.numbers)

    def _across(self, radius: float, offset: float, scale: float) -> float:
        """How wide a line of text may be in a circle, `offset` from its middle."""
        far = offset + self.fonts.capitals(scale) / 2
        return 2 * sqrt(max(radius**2 - far**2, 0.0)) - 4

    # Tags

    def _add_tags(self, column: Column, unit: int, y: float) -> None:
        away = column.radius + self.plan.layout.room.tag / 2 + 2
        bias, delta = self._bias_tag(column.layer, unit), self._delta_tag(column.layer, unit)
        if column.tags == 2:
            self._add_tag(bias, column, y - away)
            self._add_tag(delta, column, y + away)
            return
        learning = self.frame.phase in (Phase.DELTA, Phase.GRADIENT)
        writes_bias = bias and bias[0].name != f"b{column.layer}"
        first = delta if delta and learning and not writes_bias else bias
        self._add_tag(first or delta, column, y + away)

    def _bias_tag(self, layer: int, unit: int) -> tuple[Term, str] | None:
        """The bias, or its gradient at the moment that is written."""
        if self.lit.of(f"db{layer}", unit) is Mark.WRITTEN:
            return Term(f"db{layer}", (unit,)), "∂E/∂b "
        if f"b{layer}" in self.frame.after:
            return Term(f"b{layer}", (unit,)), "b "
        return None

    def _delta_tag(self, layer: int, unit: int) -> tuple[Term, str] | None:
        for kind, prefix in _DELTA_PREFIXES.items():
            if self.frame.is_known(f"{kind}{layer}", unit, self.sample):
                return Term(f"{kind}{layer}", (unit,)), prefix
        return None

    def _add_tag(self, tag: tuple[Term, str] | None, column: Column, y: float) -> None:
        if tag is None:
            return
        term, whole = tag
        value, width = self.value(term), self.plan.layout.room.tag_width - 8
        for prefix in (whole, whole.replace("∂E/", "")):
            room = width - self.fonts.width(prefix, SMALL)
            text, scale = self.fonts.fit_number(value, room, self.numbers, (SMALL,))
            if text != TOO_LONG:
                break
        colour = self.theme.text if prefix == "b " else self.theme.delta
        self.write(text, column.x, y, colour, scale, prefix, term, chip=True)

    def add_callout(self, column: Column) -> None:
        """Beside a unit too small for tags: what the Step writes into it."""
        term = self.lit.written_unit(column.layer)
        if term is None or not self.is_known(term) or not column.draws(self.unit_of(term)):
            return
        if self.scene.label_of(term.name, (self.unit_of(term),)):
            return
        prefix, y = symbol(term.name) + " ", column.y_of(self.unit_of(term))
        value, gap = self.value(term), self.plan.layout.gap
        aside = self.fonts.width(prefix, SMALL)
        room = gap - 2 * column.radius - 24 - aside
        text, scale = self.fonts.fit_number(value, room, self.numbers, (SMALL, TINY))
        if text == TOO_LONG:
            room = 2 * (gap - column.radius) - 12 - aside
            text, scale = self.fonts.fit_number(value, room, self.numbers, (TINY,), 4)
            y += column.radius + self.fonts.height(TINY) / 2 - 0.5
            self.write(text, column.x, y, self.theme.text, scale, prefix, term, chip=True)
            return
        width = label_width(self.fonts, prefix + text, scale)
        place = self._free_beside(column, y, width).center()
        self.write(text, place.x(), place.y(), self.theme.text, scale, prefix, term, chip=True)

    def _free_beside(self, column: Column, y: float, width: float) -> QRectF:
        """A place for a callout near a unit that covers no other label, where there is one."""
        taken = [label.rect for label in self.scene.labels]
        height = self.plan.line
        away = column.radius + 6 + width / 2
        sides = (-1,) if column is self.plan.columns[-1] else (1, -1)
        places = [
            QRectF(column.x + side * away - width / 2, y + (down - 0.5) * height, width, height)
            for down in (0.0, -0.8, 0.8, -1.5, 1.5)
            for side in sides
        ]
        above = column.radius + height / 2 + 2
        places += [
            QRectF(column.x - width / 2 + shift, y + way * above - height / 2, width, height)
            for shift in (0.0, width / 3, -width / 3)
            for way in (1, -1)
        ]
        free = (place for place in places if not any(place.intersects(other) for other in taken))
        return next(free, places[0])

    # Beside the network

    def add_inputs(self) -> None:
        """Adds the names of the inputs."""
        column, room = self.plan.columns[0], self.plan.layout.room
        # Units stand on whole pixels, so some are nearer to one another than the pitch.
        if int(column.pitch) < self.fonts.capitals(TINY) + 3:
            return
        scale = SMALL if column.pitch > self.plan.line else TINY
        right = column.x - column.radius - 8
        for unit, y in zip(column.shown, column.ys, strict=True):
            text = self.fonts.elided(self.plan.names.of_input(unit), room.names - 20, scale)
            x = right - label_width(self.fonts, text, scale) / 2
            self.write(text, x, y, self.theme.muted, scale)

    def add_outputs(self) -> None:
        """Adds the names of the outputs and their targets."""
        column, plan = self.plan.columns[-1], self.plan
        if int(column.pitch) < self.fonts.capitals(TINY) + 3:
            return
        scale = SMALL if column.pitch > plan.line else TINY
        half = plan.line / 2 + 1
        for unit, y in zip(column.shown, column.ys, strict=True):
            name = self.fonts.elided(plan.names.of_target(unit), plan.name_width - 8, scale)
            name_y, target_y = (y - half, y + half) if plan.stacked else (y, y)
            self._write_from(plan.beside, name, name_y, scale, colour=self.theme.muted)
            start = plan.beside if plan.stacked else plan.beside + plan.name_width + 2
            term = Term("t", (unit,))
            room = plan.layout.area.right() - start - 10 - self.fonts.width("t ", scale)
            text, scale_t = self.fonts.fit_number(self.value(term), room, self.numbers, (scale,))
            self._write_from(start, text, target_y, scale_t, "t ", term)

    def _write_from(
        self,
        left: float,
        text: str,
        y: float,
        scale: float,
        prefix: str = "",
        term: Term | None = None,
        colour: str = "",
    ) -> None:
        x = left + label_width(self.fonts, prefix + text, scale) / 2
        self.write(text, x, y, colour or self.theme.text, scale, prefix, term)
