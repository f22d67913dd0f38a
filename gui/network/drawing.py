"""A network drawing laid out: what stands where, at one Frame. Painting it is not done here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from weakref import ref

import numpy as np
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QWidget

from engine.arrays import Array
from engine.expression import Term, quantity
from engine.frame import Frame
from gui.network.edges import MOST_EDGES, DrawnGap, Stroke, choose
from gui.network.expanded import ExpandedLayers
from gui.network.geometry import Column, nearest_edge
from gui.network.items import Chip, Scene
from gui.network.kept import KeptParts
from gui.network.lit import units_stood_on
from gui.network.margins import KeptMargins, MarginBuilder, Margins
from gui.network.plan import Names, Plan, make_plan
from gui.network.pointing import Pointed, pointed_at
from gui.network.scene import SceneBuilder
from gui.network.text import Fonts, Label, one_notation
from gui.notation import Notation
from gui.numbers import NumberFormat
from gui.theme import LIGHT

_SHRUNK = 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4
_LEAST_POINTS = 7.5
_NEAR = 6.0  # pixels from an edge at which it is still meant
_COLUMN_REACH = 60.0  # pixels from the middle of a layer at which the wheel still scrolls it


class Drawing:
    """What is drawn of a Frame. Every part is made when it is asked for, and then kept.

    device: the widget whose size, font and pixel ratio the drawing has. What is chosen may be set
    at any time, `forget_plan` or `forget_scene` has to be told then.
    """

    def __init__(self, device: QWidget) -> None:
        self.theme = LIGHT
        self.numbers = NumberFormat()
        self.names = Names()
        self.chosen_sample = 0
        self.gradients = False
        self.notation: Notation = "node"
        self.expanded = ExpandedLayers()
        self.frame: Frame | None = None
        # A widget in a cycle would live on until some later time, half taken apart.
        self._device = ref(device)
        self._weights: list[Array] = []
        self._fonts: dict[float, Fonts] = {}
        self._plan: Plan | None = None
        self._gaps: tuple[DrawnGap, ...] | None = None
        self._strokes: list[Stroke] = []
        self._scene: Scene | None = None
        self._margins: Margins | None = None
        self._kept = KeptParts()
        self._kept_margins = KeptMargins()

    def twin(self, device: QWidget) -> Drawing:
        """The same once more, for another widget."""
        twin = Drawing(device)
        twin.theme, twin.numbers, twin.names = self.theme, self.numbers, self.names
        twin.chosen_sample, twin.gradients = self.chosen_sample, self.gradients
        twin.notation, twin.expanded = self.notation, self.expanded.copy()
        twin.frame, twin._weights = self.frame, self._weights
        return twin

    # What is forgotten

    def take(self, frame: Frame) -> None:
        """Another Frame, of this architecture or of another."""
        if self.frame is None or self.frame.program.layer_sizes != frame.program.layer_sizes:
            self._plan = None
            self.expanded.set_sizes(frame.program.layer_sizes)
        self.frame = frame
        layers = range(1, frame.program.layers + 1)
        weights = [frame.values(f"W{layer}")[0] for layer in layers]
        same = len(weights) == len(self._weights) and all(
            new is old or np.array_equal(new, old)
            for new, old in zip(weights, self._weights, strict=True)
        )
        self._weights = weights
        if not same or self._plan is None:
            self._gaps = None
        self.forget_scene()

    def stood_on(self) -> dict[int, int]:
        """The unit of each layer that the Step stood on is at."""
        return units_stood_on(self.frame) if self.frame else {}

    def bring_step_in(self) -> bool:
        """Turns windows to the unit stood on. Returns whether there is another plan for that."""
        is_turned = False
        for layer, unit in self.stood_on().items() if self.expanded.first else ():
            is_turned |= self.expanded.bring_in(self.columns[layer], unit)
        if is_turned:
            self.forget_plan()
        return is_turned

    def forget_fonts(self) -> None:
        """The font of the widget, or the pixels of the screen, are others."""
        self._fonts.clear()
        self.forget_plan()

    def forget_plan(self) -> None:
        """What stands where is to be laid out again."""
        self._plan = None
        self._gaps = None
        self.forget_scene()

    def forget_scene(self) -> None:
        """What is written is to be made again."""
        self._scene = None
        self._margins = None

    # What is drawn

    @property
    def device(self) -> QWidget:
        """The widget it is drawn for."""
        device = self._device()
        assert device is not None
        return device

    @property
    def sample(self) -> int:
        """The column shown: the one chosen, or the last of a smaller batch."""
        chosen = self.chosen_sample
        return min(chosen, self.frame.batch - 1) if self.frame else chosen

    @property
    def plan(self) -> Plan:
        """Places and sizes. Needs a Frame, as all that follows does."""
        assert self.frame is not None
        if self._plan is None:
            sizes = self.frame.program.layer_sizes
            size = QSizeF(self.device.size())
            fonts = self._smaller_and_smaller()
            first = self.expanded.first
            self._plan = make_plan(sizes, size, fonts, self.numbers, self.names, first)
        return self._plan

    @property
    def columns(self) -> tuple[Column, ...]:
        """The layers from left to right."""
        return self.plan.columns

    @property
    def gaps(self) -> tuple[DrawnGap, ...]:
        """The edges that are drawn, from left to right."""
        if self._gaps is None:
            ratio = self.device.devicePixelRatioF()
            self._gaps = choose(self.plan.gaps, self._weights, int(MOST_EDGES / ratio**2))
            scale = self.plan.edge_scale
            self._strokes = [Stroke(scale, 1 / ratio, gap.crowded) for gap in self._gaps]
        return self._gaps

    @property
    def strokes(self) -> list[Stroke]:
        """How the edges of each gap are drawn."""
        assert len(self.gaps) == len(self._strokes)
        return self._strokes

    @property
    def scene(self) -> Scene:
        """Everything that stands over the edges."""
        return self._written()[0]

    @property
    def margins(self) -> Margins:
        """Everything around the drawing."""
        return self._written()[1]

    @property
    def labels(self) -> tuple[Label, ...]:
        """Every text as it is painted, with what it covers."""
        if self.frame is None:
            return ()
        scene, margins = self._written()
        return (*scene.labels, *margins.labels)

    def _smaller_and_smaller(self) -> Iterator[Fonts]:
        """The font of the widget, then smaller ones down to what is legible."""
        device = self.device
        font = device.font()
        whole = QFontInfo(font).pointSizeF()
        for shrunk in _SHRUNK:
            points = max(whole * shrunk, min(whole, _LEAST_POINTS))
            if points not in self._fonts:
                smaller = QFont(font)
                smaller.setPointSizeF(points)
                self._fonts[points] = Fonts(smaller, device)
            yield self._fonts[points]
            if points <= _LEAST_POINTS:
                return

    def _written(self) -> tuple[Scene, Margins]:
        if self._scene is None or self._margins is None:
            assert self.frame is not None
            fonts = self.plan.fonts
            common = (
                self.frame,
                self.plan,
                fonts,
                self.numbers,
                self.theme,
                self.sample,
                self.gradients,
                self.notation,
            )
            scene = SceneBuilder(*common).build(self.gaps, self._weights, self._kept)
            margins = MarginBuilder(*common).build(self.gaps, self._kept_margins)
            scene.labels, others = one_notation((scene.labels, margins.labels), fonts)
            self._scene, self._margins = scene, replace(margins, labels=tuple(others))
        return self._scene, self._margins

    # What is where

    def pointed_at(self, term: Term) -> Pointed:
        """What a term stands for among what is drawn."""
        return pointed_at(term, self.scene, self.labels, self.gaps, self.columns)

    def label_of(self, name: str, row: int, column: int) -> Label | None:
        """The label that shows an element; row, column: (to, from) for weights."""
        what = quantity(name)
        if what.is_weight_shaped:
            wanted = Term(name, (row, column))
        else:
            wanted = Term(name) if what.layer is None and name != "t" else Term(name, (row,))
        found = [label for label in self.labels if label.term == wanted]
        if not found and what.kind == "z" and self.frame and not self._is_known(wanted):
            return self.label_of(f"a{what.layer}", row, 0)
        return found[0] if found else None

    def _is_known(self, term: Term) -> bool:
        assert self.frame is not None
        row, column = (*term.indices, self.sample, 0)[:2] if term.indices else (0, 0)
        return self.frame.is_known(term.name, int(row), int(column))

    def term_at(self, place: QPointF) -> Term | None:
        """What is drawn at a place: a label, else a unit, else the nearest edge."""
        if self.frame is None:
            return None
        for label in self.labels:
            if label.term is not None and label.rect.contains(place):
                return label.term
        x, y = place.x(), place.y()
        for node in self.scene.nodes:
            if (node.x - x) ** 2 + (node.y - y) ** 2 <= max(node.radius, 5) ** 2:
                return node.shown or Term(f"a{node.layer}", (node.unit,))
        return self._edge_at(x, y)

    def _edge_at(self, x: float, y: float) -> Term | None:
        columns = self.columns
        for gap, left, right in zip(self.gaps, columns, columns[1:], strict=False):
            if left.x <= x <= right.x:
                index, distance = nearest_edge(gap.lines, x, y)
                edge = int(gap.edges[index])
                if distance <= _NEAR:
                    to, origin = int(gap.gap.to[edge]), int(gap.gap.origin[edge])
                    return Term(f"W{gap.gap.layer}", (to, origin))
        return None

    def chip_at(self, place: QPointF) -> Chip | None:
        """The chip at a place."""
        if self.frame is None:
            return None
        return next((chip for chip in self.scene.chips if chip.rect.contains(place)), None)

    def column_at(self, place: QPointF) -> Column | None:
        """The layer whose column a place is in: nearer to it than to its neighbours."""
        if self.frame is None:
            return None
        reach = min(self.plan.layout.gap / 2, _COLUMN_REACH)
        return next((c for c in self.columns if abs(c.x - place.x()) <= reach), None)
