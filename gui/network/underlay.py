"""The edges with what is marked of them, kept: what the units stand over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

from gui.network.edges import DrawnGap, Stroke
from gui.network.items import LitEdge, LitGap
from gui.network.marks import Shown
from gui.network.paint import paint_lit_edges
from gui.network.regions import along_lines, rects_of
from gui.network.strengths import EdgePicture
from gui.theme import Theme

_REACH = 12.0  # from the middle of an edge to the border of its casing, or of its head


@dataclass(frozen=True, slots=True)
class Lit:
    """What is painted over the edges: gaps and edges of the Step, and marks."""

    gaps: Sequence[LitGap] = ()
    edges: Sequence[LitEdge] = ()
    marks: Sequence[Shown] = ()

    def without(self, other: Lit) -> Lit:
        """What is not in another."""
        known = set(map(id, other.edges))
        return Lit(
            [gap for gap in self.gaps if gap not in other.gaps],
            [edge for edge in self.edges if id(edge) not in known],
            [mark for mark in self.marks if mark not in other.marks],
        )


class Underlay:
    """An opaque pixmap of all edges, those of the Step over them."""

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self._edges = EdgePicture()
        self._lit = Lit()

    def forget(self) -> None:
        """Paints everything again."""
        self._edges.forget()

    def renew(
        self,
        size: QSize,
        ratio: float,
        drawn: Sequence[DrawnGap],
        strokes: Sequence[Stroke],
        theme: Theme,
        lit: Lit,
    ) -> QRegion:
        """Paints what differs again. Returns where that is.

        size: in pixels of the widget, each `ratio` pixels of the screen.
        """
        changed = self._edges.renew(size, ratio, drawn, strokes, theme)
        come, gone = lit.without(self._lit), self._lit.without(lit)
        changed += self._covered(come) + self._covered(gone)
        if changed.isEmpty():
            return changed
        # A line under a clip may be rounded in another way, so all of them are painted whole.
        below = changed + self._covered(self._lit)
        if self.pixmap.size() != self._edges.pixmap.size() or ratio % 1:
            changed = below = QRegion(QRect(0, 0, size.width(), size.height()))
            self.pixmap = QPixmap(self._edges.pixmap.size())
            self.pixmap.setDevicePixelRatio(ratio)
        self._lit = lit
        crowded = [stroke for stroke in strokes if stroke.crowded]
        with QPainter(self.pixmap) as painter:
            for rect in rects_of(below):
                painter.setClipRect(rect)
                painter.drawPixmap(0, 0, self._edges.pixmap)
            painter.setClipping(False)
            for gap in lit.gaps:
                self._edges.paint_marked(painter, gap.gap, gap.mark, theme)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_lit_edges(painter, lit.edges, (*crowded, *strokes)[0], theme)
            for mark in lit.marks:
                mark.paint(painter)
        return changed

    def _covered(self, lit: Lit) -> QRegion:
        region = along_edges(lit.edges)
        for gap in lit.gaps:
            region += self._edges.bounds_of(gap.gap)
        for mark in lit.marks:
            region += mark.region
        return region


def along_edges(edges: Iterable[LitEdge]) -> QRegion:
    """All that edges of the Step cover, gap by gap."""
    lines: dict[float, list[tuple[float, float, float, float]]] = {}
    for edge in edges:
        lines.setdefault(edge.line[0], []).append(edge.line)
    region = QRegion()
    for gap in lines.values():
        region += along_lines(gap, _REACH)
    return region
