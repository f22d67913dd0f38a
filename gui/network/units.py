"""The units of a network drawing: what stands in them and beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from math import isfinite, sqrt

from PySide6.QtCore import QRectF

from engine.expression import Term
from engine.program import Phase
from gui.network.chips import ChipWriter
from gui.network.geometry import Column
from gui.network.items import Node, subscript, symbol, term_of
from gui.network.kept import KeptParts, Rects
from gui.network.lit import Mark
from gui.network.text import SCALES, SMALL, SMALLEST, TINY, label_width, shortest
from gui.numbers import NOT_COMPUTED

_TAG_SCALES = tuple(scale for scale in SCALES if scale <= SMALL)


# How far from the unit, the prefix, whether that is on a line of its own, the texts, their scale.
_FittedTags = tuple[float, str, bool, Sequence[str], float]


class UnitWriter(ChipWriter):
    """Adds units, their tags and names to a Scene."""

    kept: KeptParts
    _near: Rects = ()

    def add_units(self, column: Column) -> None:
        """Adds the units of a layer."""
        shown, values = self._standing_in(column)
        marks = self.lit.units(column.layer, column.shown)
        self.scene.nodes += [
            Node(column.layer, unit, column.x, y, column.radius, mark, term, isfinite(value))
            for unit, y, mark, term, value in zip(
                column.shown, column.ys, marks, shown, values, strict=True
            )
        ]

    def _standing_in(self, column: Column) -> tuple[list[Term | None], list[float]]:
        """What stands in each unit: its activation, else its pre-activation, else nothing."""
        layer = column.layer
        names = (f"delta{layer}",) if self._shows_delta(layer) else (f"a{layer}", f"z{layer}")
        shown: list[Term | None] = [None] * len(column.shown)
        values = [0.0] * len(column.shown)
        for name in names if layer else names[:1]:
            known, found = self.of_units(name, column.shown)
            for place, unit in enumerate(column.shown):
                if known[place] and shown[place] is None:
                    shown[place], values[place] = term_of(name, unit), found[place]
            if None not in shown:
                break
        return shown, values

    def _shows_delta(self, layer: int) -> bool:
        return self.gradients and layer > 0

    # Numbers in units

    def add_numbers(self, column: Column) -> None:
        """Adds the numbers in the units of a layer, all with as many digits."""
        radius = column.radius
        if self._across(radius, 0.0, SMALLEST) < self.fonts.width("0.00", SMALLEST):
            return
        shown, values = self._standing_in(column)
        known = tuple(value for term, value in zip(shown, values, strict=True) if term)
        down, chip, texts, scale = self._fit_in_circles(known, radius)
        written = iter(texts)
        for unit, y, term, value in zip(column.shown, column.ys, shown, values, strict=True):
            text = next(written) if term else NOT_COMPUTED
            self._add_number(column, unit, y + down, term, text, scale, chip or not isfinite(value))
            if down:
                self._add_letter(column, unit, y, down, term, scale)

    def _fit_in_circles(
        self, values: tuple[float, ...], radius: float
    ) -> tuple[float, bool, Sequence[str], float]:
        """How far below the middle, whether on a chip, the texts, and their scale."""
        below = 0.14 * radius
        wide = tuple(2 * radius + 6 for _ in SCALES)
        letters = (
            self._across(radius, 0.34 * radius, SMALLEST) > self.fonts.width("a₁", SMALLEST) + 3
        )
        for down, chip, least in (
            (below, False, 3),
            (0.0, False, 3),
            (0.0, True, 2),
            (0.0, True, 1),
        ):
            if down and not letters:
                continue
            rooms = wide if chip else tuple(self._across(radius, down, scale) for scale in SCALES)
            fitted = self.fonts.fit_group(values, rooms, self.numbers, least=least)
            if fitted is not None:
                return down, chip, *fitted
        return 0.0, True, [shortest(value, self.numbers) for value in values], SMALLEST

    def _add_number(
        self,
        column: Column,
        unit: int,
        y: float,
        term: Term | None,
        text: str,
        scale: float,
        chip: bool,
    ) -> None:
        empty = Term(
            f"delta{column.layer}" if self._shows_delta(column.layer) else f"a{column.layer}",
            (unit,),
        )
        if term is None:
            self.write(text, column.x, y, self.theme.muted, term=empty)
            return
        colour = self.sign_colour(self.value(term)) if term.name[0] == "d" else self.theme.text
        # A word on hatching needs a background, as does what is wider than its unit.
        self.write(text, column.x, y, colour, scale, term=term, chip=chip)

    def _add_letter(
        self, column: Column, unit: int, y: float, down: float, term: Term | None, scale: float
    ) -> None:
        """The letter of what stands in a unit, with the unit's number, as in the equations."""
        kind = "delta" if self._shows_delta(column.layer) else term.name[0] if term else "a"
        name = f"{kind}{column.layer}"
        letter = "x" if column.layer == 0 else symbol(name, self.notation)
        small = TINY if column.radius > 24 else SMALLEST
        between = (self.fonts.capitals(scale) + self.fonts.capitals(small)) / 2 + 3.5
        up = y - max(0.46 * column.radius, between - down)
        colour = self.theme.delta if kind == "delta" else self.theme.muted
        self.write(letter + subscript(unit), column.x, up, colour, scale=small)

    def _across(self, radius: float, offset: float, scale: float) -> float:
        """How wide a line of text may be in a circle, `offset` from its middle."""
        far = offset + self.fonts.capitals(scale) / 2
        return 2 * sqrt(max(radius**2 - far**2, 0.0)) - 4

    # Tags

    def add_tags(self, column: Column) -> None:
        """Adds what stands above and below the units of a layer."""
        if not column.layer or not column.tags:
            return
        above, below = [], []
        learning = self.frame.phase in (Phase.DELTA, Phase.GRADIENT)
        biases, deltas = self._bias_tags(column), self._delta_tags(column)
        for bias, delta, y in zip(biases, deltas, column.ys, strict=True):
            if column.tags == 2:
                above.append((bias, y))
                below.append((delta, y))
                continue
            writes_bias = bias and self.mark_of(bias) is Mark.WRITTEN
            # While gradients are shown, but not computed yet, the activation says more.
            waiting = self.gradients and not (bias and bias.name[:2] == "db")
            first = delta if delta and (learning or waiting) and not writes_bias else bias
            above.append((first or delta, y))
        for side, tags in ((-1, above), (1, below)):
            for kind in dict.fromkeys(tag.name for tag, _ in tags if tag):
                group = [(tag, y) for tag, y in tags if tag and tag.name == kind]
                self._add_group(column, group, side)

    def _bias_tags(self, column: Column) -> list[Term | None]:
        """The bias of each unit, or its gradient while those are shown."""
        bias, gradient = f"b{column.layer}", f"db{column.layer}"
        if bias not in self.frame.after:
            return [None] * len(column.shown)
        shows = self.gradients or self.frame.phase is Phase.GRADIENT
        names = (gradient, bias) if shows and gradient in self.frame.after else (bias,)
        return self._first_known(names, column.shown)

    def _delta_tags(self, column: Column) -> list[Term | None]:
        kinds = ("a",) if self.gradients else ("delta", "da")
        return self._first_known([f"{kind}{column.layer}" for kind in kinds], column.shown)

    def _first_known(self, names: Sequence[str], units: Sequence[int]) -> list[Term | None]:
        """For each unit the first of some quantities that has a value."""
        found: list[Term | None] = [None] * len(units)
        for name in reversed(names):
            known, _ = self.of_units(name, units)
            for place, unit in enumerate(units):
                if known[place]:
                    found[place] = term_of(name, unit)
        return found

    def _add_group(self, column: Column, tags: Sequence[tuple[Term, float]], side: int) -> None:
        """The tags of one quantity: all with as many digits, the name as long as there is room."""
        name = tags[0][0].name
        values = tuple(self.value(term) for term, _ in tags)
        ys = tuple(y for _, y in tags)
        key = column.layer, side, name, values, ys, self._near
        fit = partial(self._fit_tags, column, name, values, ys, side)
        away, prefix, stacked, texts, scale = self.kept.remember(key, fit)
        phase = {"d": self.theme.gradient if name[:2] == "db" else self.theme.delta}
        tint = phase.get(name[0], "")
        for (term, y), text, value in zip(tags, texts, values, strict=True):
            colour = self.sign_colour(value) if tint else self.theme.text
            self.write(
                text,
                column.x,
                y + away,
                colour,
                scale,
                prefix,
                term,
                True,
                tint=tint,
                stacked=stacked,
            )

    def _fit_tags(
        self,
        column: Column,
        name: str,
        values: tuple[float, ...],
        ys: tuple[float, ...],
        side: int,
    ) -> _FittedTags:
        """How far from the units tags stand, their prefix, whether on a line of its own, texts."""
        whole = symbol(name, self.notation) + " "
        for prefix, stacked, least in self._forms_of(column, whole):
            height = self.plan.layout.room.tag * (2 if stacked else 1)
            away = side * (column.radius + 2 + height / 2)
            room = min(self._room_at(column, y + away, height) for y in ys) - 10
            scales = _TAG_SCALES
            rooms = tuple(
                room - (0 if stacked else self.fonts.width(prefix, scale)) for scale in scales
            )
            fitted = self.fonts.fit_group(values, rooms, self.numbers, scales, least=least)
            if fitted is not None:
                return away, prefix, stacked, *fitted
        texts = [shortest(value, self.numbers) for value in values]
        return away, prefix, stacked, texts, SMALLEST

    def _forms_of(self, column: Column, whole: str) -> list[tuple[str, bool, int]]:
        """(prefix, whether on a line of its own, least digits), the best first."""
        short = whole.replace("∂E/", "")
        lines = 3 if column.tags == 2 else 2
        height = self.plan.layout.room.tag
        tall = column.pitch - 2 * column.radius >= lines * height + 8
        if len(column.ys) == 1:
            tall = True
        stacked = [(whole, True, 3)] if tall and whole != short else []
        # ∂a alone is no quantity: rather a digit less.
        return [(whole, False, 3), *stacked, (whole, False, 2), (short, False, 2), ("", False, 1)]

    def _reach(self, column: Column) -> float:
        """How far from the middle of a layer its tags go, whatever stands there."""
        if column is self.plan.columns[-1]:
            return min(self.plan.layout.gap / 2 - 2, self.plan.beside - column.x - 4)
        return min(self.plan.layout.gap / 2 - 2, 90.0)

    def rects_near(self, column: Column, parts: Iterable[Rects]) -> Rects:
        """Of the labels of values, those that leave the tags of a layer less room."""
        if not column.tags:
            return ()
        x, far = column.x, self._reach(column) + 2
        self._near = tuple(
            rect for part in parts for rect in part if 0 < max(rect[0] - x, x - rect[2]) < far
        )
        return self._near

    def _room_at(self, column: Column, y: float, height: float) -> float:
        """How wide a tag may be there: up to the weights' labels and to what is beside it."""
        reach, half, x = self._reach(column), height / 2 + 3, column.x
        for left, top, right, bottom in self._near:
            if top < y + half and bottom > y - half:
                reach = min(reach, max(left - x, x - right) - 4)
        return 2 * reach

    def add_callout(self, column: Column) -> None:
        """Beside a unit too small for tags: what the Step writes into it."""
        term = self.lit.written_unit(column.layer)
        if term is None or not self.is_known(term) or not column.draws(self.unit_of(term)):
            return
        if any(label.term is not None and label.term == term for label in self.scene.labels):
            return
        prefix, y = symbol(term.name, self.notation) + " ", column.y_of(self.unit_of(term))
        value, gap = self.value(term), self.plan.layout.gap
        aside = self.fonts.width(prefix, SMALL)
        room = gap - 2 * column.radius - 24 - aside
        text, scale = self.fonts.fit_number(value, room, self.numbers, (SMALL, TINY))
        if self.fonts.width(text, scale) > room:
            room = 2 * (gap - column.radius) - 12 - aside
            text, scale = self.fonts.fit_number(value, room, self.numbers, (TINY,), 4)
        width = label_width(self.fonts, prefix + text, scale)
        free = self._free_beside(column, y, width)
        if free is None:
            return
        place = free.center()
        self.write(text, place.x(), place.y(), self.theme.text, scale, prefix, term, chip=True)

    def _free_beside(self, column: Column, y: float, width: float) -> QRectF | None:
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
        inside = self.plan.layout.area.adjusted(2, -2, -2, 2)
        return next(
            (
                place
                for place in places
                if inside.contains(place) and not any(place.intersects(other) for other in taken)
            ),
            None,
        )

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
        start = plan.beside if plan.stacked else plan.beside + plan.name_width + 2
        room = plan.layout.area.right() - start - 10 - self.fonts.width("t ", scale)
        values = tuple(self.value(Term("t", (unit,))) for unit in column.shown)
        scales = tuple(each for each in SCALES if each <= scale)
        fitted = self.fonts.fit_group(values, (room,) * len(scales), self.numbers, scales)
        texts, scale_t = fitted or ([shortest(value, self.numbers) for value in values], SMALLEST)
        for unit, y, text in zip(column.shown, column.ys, texts, strict=True):
            name = self.fonts.elided(plan.names.of_target(unit), plan.name_width - 8, scale)
            name_y, target_y = (y - half, y + half) if plan.stacked else (y, y)
            self._write_from(plan.beside, name, name_y, scale, colour=self.theme.muted)
            term = Term("t", (unit,))
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
