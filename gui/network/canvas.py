"""The picture of a network drawing, kept: a Step changes little of it, and only that is painted."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QRegion

from gui.network.drawing import Drawing
from gui.network.items import Node, Scene
from gui.network.lines import paint_lines
from gui.network.margins import Direction, Swatch
from gui.network.marks import Marks, Shown
from gui.network.overlay import Overlay, Painted
from gui.network.paint import (
    DrawnNode,
    NodePainter,
    PaintedDirection,
    PaintedSwatch,
    paint_lit_edges,
)
from gui.network.regions import rects_of
from gui.network.text import Label, lay_label
from gui.network.underlay import Lit, Underlay
from gui.theme import Theme

_Part = Node | Swatch | Direction | Label


class Canvas:
    """What a widget shows of a Drawing, in two pixmaps: the edges, and what stands over them."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._under, self._over = Underlay(), Overlay()
        self._laid: dict[int, Painted] = {}
        self._nodes: NodePainter | None = None
        self._above: tuple[Shown, ...] = ()
        self._painted: tuple[Scene, Marks] | None = None

    def forget(self) -> None:
        """Paints everything again: places or sizes are others."""
        self._under.forget()
        self.forget_colours()

    def forget_colours(self) -> None:
        """Paints all again but the edges, which take their colours from a table."""
        self._over.forget()
        self._laid.clear()
        self._nodes = None
        self._painted = None

    def renew(self, marks: Marks) -> QRegion:
        """Paints what differs from the last time. Returns where that is, in the widget."""
        drawing, widget = self._drawing, self._drawing.device
        size, ratio = widget.size(), widget.devicePixelRatioF()
        scene = drawing.scene
        if self._painted and self._painted[0] is scene and self._painted[1] == marks:
            return QRegion()
        self._painted = scene, marks
        lit = Lit(scene.gaps, scene.edges, marks.below)
        below = self._under.renew(size, ratio, drawing.gaps, drawing.strokes, drawing.theme, lit)
        over = self._over.renew(size, ratio, self._things(ratio))
        changed = below + over
        for mark in (*self._above, *marks.above):
            if mark not in self._above or mark not in marks.above:
                changed += mark.region
        self._above = marks.above
        # Of a fraction of a pixel of the screen a clip would leave traces.
        return QRegion(widget.rect()) if ratio % 1 and not changed.isEmpty() else changed

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """Paints a region of the picture."""
        for rect in rects_of(region):
            painter.setClipRect(rect)
            painter.drawPixmap(0, 0, self._under.pixmap)
            painter.drawPixmap(0, 0, self._over.pixmap)
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._above:
            mark.paint(painter)

    def _things(self, ratio: float) -> list[Painted]:
        nodes = self._nodes = self._nodes or NodePainter(self._drawing.theme, ratio)
        self._laid = _laid(self._drawing, nodes, self._laid)
        return list(self._laid.values())


def paint_as_lines(painter: QPainter, area: QRect, drawing: Drawing) -> None:
    """A Drawing as lines and letters, of which nothing is kept as pixels."""
    scene, theme, strokes = drawing.scene, drawing.theme, drawing.strokes
    painter.fillRect(area, QColor(theme.surface))
    paint_lines(painter, drawing.gaps, strokes, {lit.gap: lit.mark for lit in scene.gaps}, theme)
    crowded = [stroke for stroke in strokes if stroke.crowded]
    paint_lit_edges(painter, scene.edges, (*crowded, *strokes)[0], theme)
    for thing in _laid(drawing, None, {}).values():
        thing.paint(painter)


def _laid(
    drawing: Drawing, nodes: NodePainter | None, old: dict[int, Painted]
) -> dict[int, Painted]:
    """All that stands over the edges, by the ids of what it was made from.

    nodes: makes units from pixmaps; without it they are lines. old: what stood there before, most
    of which is the same.
    """
    scene, margins, theme = drawing.scene, drawing.margins, drawing.theme
    parts: tuple[_Part, ...] = (
        *scene.nodes,
        *margins.swatches,
        margins.direction,
        *scene.labels,
        *margins.labels,
    )
    laid: dict[int, Painted] = {}
    for part in parts:
        known = old.get(id(part))
        laid[id(part)] = known or _lay(part, drawing, theme, nodes)
    return laid


def _lay(part: _Part, drawing: Drawing, theme: Theme, nodes: NodePainter | None) -> Painted:
    if isinstance(part, Label):
        return lay_label(part, drawing.plan.fonts, theme)
    if isinstance(part, Node):
        return nodes.lay(part) if nodes else DrawnNode(part, theme)
    if isinstance(part, Swatch):
        return PaintedSwatch(part, drawing.strokes[part.gap], theme)
    return PaintedDirection(part, theme)
