"""What a network drawing shows of one Frame: units, edges of the Step, and every label.

The scene is made once for a Frame and painted as it is; it is also what text is read from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from math import isfinite

import numpy as np
from PySide6.QtCore import QRectF

from engine.arrays import Array
from engine.expression import Term
from engine.program import Phase
from gui.network.edges import DrawnGap
from gui.network.geometry import Gap, free_place
from gui.network.items import LitEdge, LitGap, Scene, symbol
from gui.network.kept import KeptParts, Key, Rects, States
from gui.network.lit import UNIT_KINDS, Mark, quantity
from gui.network.plan import WeightLabels, kept_free
from gui.network.text import SCALES, SMALL, SMALLEST, TINY, Label, label_width, shortest
from gui.network.units import UnitWriter

_ARROWS_UP_TO = 45
_MOST_AROUND = 80
_MOST_LIT_LABELS = 6


class SceneBuilder(UnitWriter):
    """Makes the Scene of one Frame."""

    def build(self, drawn: Sequence[DrawnGap], weights: Sequence[Array], kept: KeptParts) -> Scene:
        """The units and edges with all that is written at them; kept: of the last Scene."""
        self.kept = kept
        common = self.plan, self.theme, self.numbers, self.sample, self.gradients
        self.kept.begin(*common, self.notation)
        states = States(self.frame)
        phase = self.frame.phase
        rects: list[Rects] = []

        def add(slot: Key, names: Sequence[str], key: Key, make: Callable[[], None]) -> None:
            of_values, held = states.key(names)
            held += drawn
            rects.append(self.kept.add(self.scene, slot, (of_values, key), held, make))

        for index, gap in enumerate(self.plan.gaps):
            layer = gap.layer
            names = f"W{layer}", f"dW{layer}"
            lit = tuple(self.lit.weight_terms(layer))
            lines = partial(self._add_lit_edges, index, gap, drawn[index], weights[index])
            add(("edges", layer), names, (lit, phase, id(drawn[index])), lines)
            texts = partial(self._add_edge_labels, index, gap)
            slot = self._slot(layer)
            shown = (*names, slot) if slot else names
            add(("weights", layer), shown, (lit, phase, slot), texts)
        for column in self.plan.columns:
            layer = column.layer
            lit = self.lit.of_layer(layer)
            inside = f"a{layer}", f"z{layer}", f"delta{layer}"
            marked = tuple(pair for pair in lit if quantity(pair[0].name).kind in UNIT_KINDS)
            add(("units", layer), inside, (marked,), partial(self.add_units, column))
            add(("numbers", layer), inside, (), partial(self.add_numbers, column))
            beside = f"b{layer}", f"db{layer}", f"delta{layer}", f"da{layer}", f"a{layer}"
            marked = tuple(pair for pair in lit if pair[0].name in beside)
            learning = phase if phase in (Phase.DELTA, Phase.GRADIENT) else None
            key = marked, learning, self.rects_near(column, rects)
            add(("tags", layer), beside, key, partial(self.add_tags, column))
            written = self.lit.written_unit(layer)
            chips = (written.name,) if written else ()
            add(("chips", layer), chips, (lit,), partial(self.add_chips, column))
        for index, gap in enumerate(self.plan.gaps):
            if self.plan.weights[index] is None:
                self._add_lit_labels(index, gap, weights[index])
            self._add_gap_caption(index)
        add(("inputs",), (), (), self.add_inputs)
        targets = tuple(term for term in self.lit.terms if term.name == "t")
        add(("outputs",), ("t",), targets, self.add_outputs)
        for column in self.plan.columns[1:]:
            self.add_callout(column)
        return self.scene

    # Edges

    def _add_lit_edges(self, index: int, gap: Gap, drawn: DrawnGap, weights: Array) -> None:
        lit = self.lit.weight_terms(gap.layer)
        whole = [mark for term, mark in lit if not any(isinstance(i, int) for i in term.indices)]
        if whole and drawn.crowded:
            self.scene.gaps.append(LitGap(index, max(whole)))
        for term, mark in reversed(lit):
            if drawn.crowded and not any(isinstance(i, int) for i in term.indices):
                continue
            pairs = self._pairs(term, gap, drawn)
            arrow = self._arrow() if len(pairs) <= _ARROWS_UP_TO else 0
            for to, origin in pairs:
                self.scene.edges.append(
                    self._lit_edge(index, to, origin, mark, arrow, weights, drawn.largest)
                )

    def _pairs(self, term: Term, gap: Gap, drawn: DrawnGap) -> list[tuple[int, int]]:
        """The (to, from) that a term stands for, of what is drawn."""
        to, origin = term.indices
        left, right = self.plan.columns[gap.layer - 1 : gap.layer + 1]
        if isinstance(to, str) and isinstance(origin, str):
            edges = drawn.edges
            return list(zip(gap.to[edges].tolist(), gap.origin[edges].tolist(), strict=True))
        rows = right.shown if isinstance(to, str) else (to,)
        columns = left.shown if isinstance(origin, str) else (origin,)
        return [(j, i) for j in rows for i in columns]

    def _arrow(self) -> int:
        return {Phase.FORWARD: 1, Phase.DELTA: -1}.get(self.frame.phase, 0)

    def _lit_edge(
        self,
        index: int,
        to: int,
        origin: int,
        mark: Mark,
        arrow: int,
        weights: Array,
        largest: float,
    ) -> LitEdge:
        left, right = self.plan.columns[index : index + 2]
        line = left.x, left.y_of(origin), right.x, right.y_of(to)
        weight = float(weights[to, origin])
        share = abs(weight) / largest if largest and isfinite(weight) else 1.0
        ends = left.radius if left.draws(origin) else 8.0, right.radius if right.draws(to) else 8.0
        return LitEdge(line, weight, share, mark, arrow, ends)

    def _slot(self, layer: int) -> str:
        """What the Step writes that an optimizer remembers of a layer's weights, if it does."""
        step = self.frame.step
        if step is None or step.layer != layer or self.gradients:
            return ""
        what = quantity(step.writes)
        return step.writes if what.slot and what.is_weight_shaped else ""

    @property
    def _shows_gradients(self) -> bool:
        return self.gradients or self.frame.phase is Phase.GRADIENT

    def _add_edge_labels(self, index: int, gap: Gap) -> None:
        """The weight of every edge, or in the gradient phase ∂E/∂w where it is known.

        Where an optimizer's velocity or running mean is written, that.
        """
        places = self.plan.weights[index]
        if places is None:
            return
        pairs = list(zip(gap.to.tolist(), gap.origin.tolist(), strict=True))
        slot = self._slot(gap.layer)
        if slot:
            known = [self.lit.edge(gap.layer, *pair) is Mark.WRITTEN for pair in pairs]
        else:
            known = [self._shows_gradient(gap.layer, to, origin) for to, origin in pairs]
        instead = slot or f"dW{gap.layer}"
        naming = symbol(instead, self.notation) + " "
        terms = [
            Term(instead if has or self.gradients else f"W{gap.layer}", pair)
            for has, pair in zip(known, pairs, strict=True)
        ]
        values = [
            self.value(term) if has or not self.gradients else 0.0
            for has, term in zip(known, terms, strict=True)
        ]
        own: list[tuple[int, str, float]] = []
        for kind in (True, False):
            if self.gradients and not kind:
                continue
            members = [edge for edge, has in enumerate(known) if has is kind]
            room = places.width - 6
            texts, scale = self._group_texts([values[edge] for edge in members], room, places)
            if kind:
                own = [
                    (edge, text, scale)
                    for edge, text in zip(members, texts, strict=True)
                    if self.lit.edge(gap.layer, *pairs[edge]) is Mark.WRITTEN
                ]
            fit = kind and self._names_fit(own, index, places, naming)
            named = {edge for edge, _, _ in own} if fit else set()
            for edge, text in zip(members, texts, strict=True):
                prefix = naming if edge in named else ""
                term, value = terms[edge], values[edge]
                self._add_edge_label(term, value, text, scale, places, edge, kind, prefix)

    def _names_fit(
        self, own: Sequence[tuple[int, str, float]], index: int, places: WeightLabels, naming: str
    ) -> bool:
        """Whether the edges of the Step have room for ∂E/∂w or the like before their numbers."""
        if not 0 < len(own) <= _MOST_LIT_LABELS:
            return False
        left, right = self.plan.columns[index : index + 2]
        edges = {edge for edge, _, _ in own}
        others = [edge for edge in range(len(places.centres)) if edge not in edges]
        taken = kept_free(left, right, self.plan.layout.room)
        taken += [places.rect(edge, places.width + 4) for edge in others]
        for edge, text, scale in own:
            rect = places.rect(edge, self.fonts.width(naming + text, scale) + 10)
            if any(rect.intersects(other) for other in taken):
                return False
            taken.append(rect)
        return True

    def _shows_gradient(self, layer: int, to: int, origin: int) -> bool:
        return self._shows_gradients and self.is_known(Term(f"dW{layer}", (to, origin)))

    def _group_texts(
        self, values: Sequence[float], room: float, places: WeightLabels
    ) -> tuple[Sequence[str], float]:
        scales = tuple(scale for scale in SCALES if scale <= places.scale)
        rooms = (room,) * len(scales)
        group = tuple(values)
        fitted = self.fonts.fit_group(group, rooms, self.numbers, scales, places.digits)
        return fitted or ([shortest(value, self.numbers) for value in values], SMALLEST)

    def _add_edge_label(
        self,
        term: Term,
        value: float,
        text: str,
        scale: float,
        places: WeightLabels,
        edge: int,
        known: bool,
        prefix: str,
    ) -> None:
        to, origin = term.indices
        assert isinstance(to, int)
        assert isinstance(origin, int)
        mark = self.lit.edge(quantity(term.name).layer or 0, to, origin)
        colour, tint = self.sign_colour(value), ""
        if known:
            tint = self.theme.gradient
        elif self._shows_gradients:
            colour = self.theme.muted
        x, y = places.centres[edge].tolist()
        width = self.fonts.width(prefix + text, scale) + 6
        rect = QRectF(x - width / 2, y - places.height / 2, width, places.height)
        self.scene.labels.append(
            Label(text, rect, colour, scale, prefix, term, True, mark, tint=tint)
        )

    def _add_lit_labels(self, index: int, gap: Gap, weights: Array) -> None:
        """Where there are too many edges to write on all: on the few that the Step is about."""
        lit = self.lit.weight_terms(gap.layer)
        if not lit or gap.count > _MOST_AROUND:
            return
        marked = np.zeros(gap.count, dtype=np.bool_)
        for term, _ in lit:
            marked |= gap.meant_by(term.indices)
        if not 0 < marked.sum() <= _MOST_LIT_LABELS:
            return
        left, right = gap.lines[0, 0], gap.lines[0, 2]
        taken = [
            label.rect.adjusted(-1, -1, 1, 1)
            for label in self.scene.labels
            if label.rect.right() > left and label.rect.left() < right
        ]
        for edge in np.flatnonzero(marked).tolist():
            to, origin = int(gap.to[edge]), int(gap.origin[edge])
            slot = self._slot(gap.layer)
            known = bool(slot) or self._shows_gradient(gap.layer, to, origin)
            name = slot or f"dW{gap.layer}"
            term = Term(name if known else f"W{gap.layer}", (to, origin))
            value = self.value(term)
            sizes = (SMALL, 4), (TINY, 3), (SMALLEST, 2)
            prefixes = (symbol(name, self.notation) + " ", "") if known else ("",)
            for prefix, (scale, digits) in product(prefixes, sizes):
                text = self.numbers.short(value, digits)
                width = self.fonts.width(prefix + text, scale) + 6
                height = self.fonts.height(scale)
                line = gap.lines[edge].tolist()
                rect = free_place(line, width, height, self.plan.clear_of(index), taken)
                if rect is not None:
                    break
            else:
                continue
            taken.append(rect)
            tint = self.theme.gradient if known else ""
            mark = self.lit.edge(gap.layer, to, origin)
            colour = self.sign_colour(value)
            self.scene.labels.append(
                Label(text, rect, colour, scale, prefix, term, True, mark, tint=tint)
            )

    def _add_gap_caption(self, index: int) -> None:
        """Above the edges of a gap, what the numbers on them are, where they are gradients."""
        if not self._shows_gradients or f"dW{index + 1}" not in self.frame.after:
            return
        left, right = self.plan.columns[index : index + 2]
        text, y = (
            symbol(f"dW{index + 1}", self.notation),
            self.plan.layout.area.top() + 0.3 * self.plan.line,
        )
        width, height = label_width(self.fonts, text, TINY), self.fonts.height(TINY)
        for x in (
            (left.x + right.x) / 2,
            0.4 * left.x + 0.6 * right.x,
            0.6 * left.x + 0.4 * right.x,
        ):
            rect = QRectF(x - width / 2, y - height / 2, width, height)
            if not any(rect.intersects(label.rect) for label in self.scene.labels):
                label = Label(
                    text, rect, self.theme.gradient, TINY, chip=True, tint=self.theme.gradient
                )
                self.scene.labels.append(label)
                return
