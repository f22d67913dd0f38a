"""What a network drawing shows of one Frame: units, edges of the Step, and every label.

The scene is made once for a Frame and painted as it is; it is also what text is read from.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from engine.arrays import Array
from engine.expression import Term
from engine.program import Phase
from gui.network_edges import DrawnGap
from gui.network_geometry import Gap, free_place
from gui.network_items import LitEdge, Scene
from gui.network_lit import Mark
from gui.network_plan import WeightLabels
from gui.network_text import NORMAL, SCALES, TOO_LONG, Label
from gui.network_units import UnitWriter

_ARROWS_UP_TO = 45


class SceneBuilder(UnitWriter):
    """Makes the Scene of one Frame."""

    def build(self, drawn: Sequence[DrawnGap], weights: Sequence[Array]) -> Scene:
        """The units and edges with all that is written at them."""
        for column in self.plan.columns:
            self.add_column(column)
        for index, gap in enumerate(self.plan.gaps):
            self._add_lit_edges(index, gap, drawn[index], weights[index])
            self._add_weights(index, gap, weights[index])
        self.add_inputs()
        self.add_outputs()
        for column in self.plan.columns[1:]:
            self.add_callout(column)
        return self.scene

    # Edges

    def _add_lit_edges(self, index: int, gap: Gap, drawn: DrawnGap, weights: Array) -> None:
        for term, mark in reversed(self.lit.weight_terms(gap.layer)):
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

    def _add_weights(self, index: int, gap: Gap, weights: Array) -> None:
        places = self.plan.weights[index]
        if places is None:
            return
        values = weights[gap.to, gap.origin].tolist()
        written: list[tuple[int, Term]] = []
        for edge, value in enumerate(values):
            to, origin = int(gap.to[edge]), int(gap.origin[edge])
            text, scale = self._weight_text(value, places)
            rect = places.rect(edge, self.fonts.width(text, scale) + 6)
            term = Term(f"W{gap.layer}", (to, origin))
            mark = self.lit.edge(gap.layer, to, origin)
            colour = self.sign_colours[value < 0] if isfinite(value) else self.theme.text
            self.scene.labels.append(
                Label(text, rect, colour, scale, term=term, chip=True, mark=mark)
            )
            if mark and self.frame.phase is Phase.GRADIENT:
                written.append((edge, term))
        self._add_gradients(index, gap, written)

    def _weight_text(self, value: float, places: WeightLabels) -> tuple[str, float]:
        """A number at the size of its gap's labels; smaller only where it would not fit at all."""
        text, scale = TOO_LONG, NORMAL
        for size in (places.scale, SCALES[-1]):
            if text == TOO_LONG:
                text, scale = self.fonts.fit_number(
                    value, places.width - 6, self.numbers, (size,), places.digits
                )
        return text, scale

    def _add_gradients(self, index: int, gap: Gap, edges: Sequence[tuple[int, Term]]) -> None:
        """∂E/∂w on the edges of the Step, where there is room beside the weights."""
        places = self.plan.weights[index]
        assert places is not None
        taken = [label.rect.adjusted(-1, -1, 1, 1) for label in self.scene.labels]
        clear = self.plan.clear_of(index)
        for edge, weight in edges:
            term = Term(f"dW{gap.layer}", weight.indices)
            if not self.frame.is_known(term.name, int(gap.to[edge]), int(gap.origin[edge])):
                continue
            text, scale = self._weight_text(self.value(term), places)
            if text == TOO_LONG:
                continue
            prefix = "∂ "
            width = self.fonts.width(prefix + text, scale) + 6
            rect = free_place(gap.lines[edge].tolist(), width, places.height, clear, taken)
            if rect is None:
                continue
            taken.append(rect)
            self.scene.labels.append(
                Label(text, rect, self.theme.gradient, scale, prefix, term, True, Mark.WRITTEN)
            )
