"""Paints a page of matrices: bands, numbers, heat maps, brackets, threads and marks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap

from engine.frame import Mask
from gui.matrix.boxes import Page, Placed
from gui.matrix.cells import Cell, Type, cell_of, empty_cell
from gui.matrix.heat import HeatMaps, paint_scale
from gui.matrix.model import Face, Sheet
from gui.matrix.strip import Strip
from gui.theme import Theme, mixed
from gui.typesetting.drawing import Drawing
from gui.typesetting.metrics import AXIS

_CORNER = 4.0
_BRACKET = 1.3
_TALLEST_KEPT = 2000
_OUTSIDE = 16.0
"""How far brackets, bands and marks may reach out of a matrix, in pixels."""

Band = tuple[float, float]
ALL: Band = (-math.inf, math.inf)


@dataclass
class Marks:
    """What is pointed at: masks by the number of a matrix; and the cell with the focus."""

    pointed: dict[int, Mask] = field(default_factory=dict)
    focus: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A matrix of numbers as lists, which are faster to read one by one than arrays are."""

    type: Type
    values: list[list[float]]
    known: list[list[bool]]
    fresh: list[list[bool]] | None
    lit: list[list[bool]]
    ghost: bool
    written: bool
    part: bool

    @classmethod
    def of(cls, placed: Placed, sheet: Sheet) -> _Numbers:
        """Those of a matrix on the page."""
        operand, type_ = placed.operand, placed.grid.type
        assert type_ is not None
        return cls(
            type_,
            operand.values.tolist(),
            operand.known.tolist(),
            None if operand.fresh is None else operand.fresh.tolist(),
            sheet.lit_mask(placed.number).tolist(),
            placed.ghost,
            operand.face is Face.WRITTEN,
            sheet.part,
        )

    def ink(self, row: int, column: int) -> str:
        """The colour of a number."""
        lit = self.lit[row][column]
        if self.ghost:
            return "accent" if lit and self.part else "muted"
        if not self.known[row][column] or (self.fresh and not self.fresh[row][column]):
            return "muted"
        return "written" if self.written and (lit or not self.part) else "text"


@dataclass(eq=False, slots=True)
class _Ground:
    """What is behind the cells of a page, kept: also of one whose cells alone are others."""

    drawing: Drawing
    size: QSize
    ratio: float
    pixmap: QPixmap | None = None


class PagePainter:
    """Paints in the colours of one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._heat = HeatMaps(theme)
        self._ground: _Ground | None = None
        names = "text muted written accent".split()
        self._colours = {name: QColor(getattr(theme, name)) for name in names}
        self._colours["badge"] = QColor(theme.muted)
        self._colours["link"] = QColor(theme.positive)
        self._colours["lit"] = QColor(theme.accent_soft)

    def paint(
        self, painter: QPainter, sheet: Sheet, page: Page, marks: Marks, band: Band = ALL
    ) -> None:
        """The page. band: from where to where, down from its top, it is seen."""
        ground = self._ground_for(painter, page)
        if ground is None:
            self._paint_ground(painter, page)
        else:
            painter.drawPixmap(0, 0, ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = [placed for placed in page.matrices if _is_seen(placed, band)]
        for placed in seen:
            self._paint_behind(painter, sheet, placed, marks)
        for placed in seen:
            self._paint_cells(painter, sheet, placed, band)
            self._paint_pointed(painter, placed, marks)
        self._paint_threads(painter, sheet, page, marks)
        self._paint_focus(painter, page, marks)

    def _paint_ground(self, painter: QPainter, page: Page) -> None:
        """What stays while one goes through a Step: all but the cells and what marks them."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ghost, ink in ((False, self._theme.text), (True, self._theme.muted)):
            brackets = QPainterPath()
            for placed in page.matrices:
                if placed.ghost is ghost:
                    _add_brackets(brackets, placed)
            if not brackets.isEmpty():
                painter.strokePath(brackets, QPen(QColor(ink), _BRACKET))
        self._paint_ink(painter, page.drawing)
        self._paint_fences(painter, page)
        self._paint_links(painter, page)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for _, rect in page.scales:
            paint_scale(painter, rect, self._theme)

    def _ground_for(self, painter: QPainter, page: Page) -> QPixmap | None:
        """The same as a pixmap, from the second time on that a page is painted."""
        device, kept = painter.device(), self._ground
        ratio = device.devicePixelRatioF()
        size = QSize(max(device.width(), math.ceil(page.width)), math.ceil(page.height))
        if ratio != int(ratio) or size.height() > _TALLEST_KEPT:
            return None
        if (
            kept is None
            or kept.drawing is not page.drawing
            or (kept.size, kept.ratio) != (size, ratio)
        ):
            self._ground = _Ground(page.drawing, size, ratio)
            return None
        if kept.pixmap is None:
            kept.pixmap = QPixmap(size * ratio)
            kept.pixmap.setDevicePixelRatio(ratio)
            kept.pixmap.fill(QColor(self._theme.surface))
            with QPainter(kept.pixmap) as ground:
                self._paint_ground(ground, page)
        return kept.pixmap

    def paint_strip(self, painter: QPainter, sheet: Sheet, strip: Strip, marks: Marks) -> None:
        """The numbers below, the painter standing at their top."""
        self._paint_ink(painter, strip.drawing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for spelled in strip.cells:
            lit = bool(sheet.lit_mask(spelled.number)[spelled.row, spelled.column])
            mask = marks.pointed.get(spelled.number)
            if mask is not None and mask[spelled.row, spelled.column]:
                self._outline(painter, spelled.rect.adjusted(-3, 1, 3, -1))
            face = sheet.operands[spelled.number].face
            ink = "written" if lit and face is Face.WRITTEN else "text"
            painter.setPen(self._colours[ink if lit or not sheet.part else "muted"])
            at = QPointF(spelled.rect.right() - spelled.cell.width, spelled.rect.bottom() - 6)
            painter.drawGlyphRun(at, strip.font.glyphs(spelled.cell.text).run)

    def _paint_ink(self, painter: QPainter, drawing: Drawing) -> None:
        for rule, ink in drawing.rules:
            painter.fillRect(rule, self._colours[ink])
        pen = ""
        for point, run, ink in drawing.glyphs:
            if ink != pen:
                painter.setPen(self._colours[ink])
                pen = ink
            painter.drawGlyphRun(point, run)
        for point, text, font, ink in drawing.texts:
            painter.setPen(self._colours[ink])
            painter.setFont(font)
            painter.drawText(point, text)

    # Behind the numbers

    def _paint_behind(self, painter: QPainter, sheet: Sheet, placed: Placed, marks: Marks) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if placed.grid.type is None:
            self._paint_heat(painter, placed)
        band = self._band(sheet, placed)
        if band is not None:
            self._paint_band(painter, placed, band)
        if placed.operand.sampled and placed.operand.values.shape[1] > 1:
            self._mark_sample(painter, sheet, placed)

    def _band(self, sheet: Sheet, placed: Placed) -> QRectF | None:
        """Around the lit cells; None where all of a whole Step are, or none is."""
        mask = sheet.lit_mask(placed.number)
        if not mask.any() or (mask.all() and not sheet.part):
            return None
        return band_of(placed, mask)

    def _paint_band(self, painter: QPainter, placed: Placed, band: QRectF) -> None:
        written = placed.operand.face is Face.WRITTEN
        if placed.grid.type is not None:
            soft = self._theme.written_soft if written else self._theme.accent_soft
            painter.setBrush(QColor(soft))
            painter.drawRoundedRect(band.adjusted(-4, 1, 4, -1), _CORNER, _CORNER)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.surface), 4.0))
        around = _at_least(band, 4.0).adjusted(-1, -1, 1, 1)
        painter.drawRect(around)
        painter.setPen(QPen(QColor(self._theme.written if written else self._theme.accent), 2.0))
        painter.drawRect(around)

    def _mark_sample(self, painter: QPainter, sheet: Sheet, placed: Placed) -> None:
        axis = placed.grid.rows if placed.operand.transposed else placed.grid.columns
        at = axis.start(sheet.sample)
        if at is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.muted))
        rect, half = placed.rect, 3.5
        if placed.operand.transposed:
            x, y = rect.left() - 14, rect.top() + at + axis.each / 2
            corners = [QPointF(x, y - half), QPointF(x, y + half), QPointF(x + half + 1, y)]
        else:
            x, y = rect.left() + at + axis.each / 2, rect.top() - 7
            corners = [QPointF(x - half, y), QPointF(x + half, y), QPointF(x, y + half + 1)]
        painter.drawPolygon(corners)

    # Heat maps

    def _paint_heat(self, painter: QPainter, placed: Placed) -> None:
        operand, rect = placed.operand, placed.rect
        ratio = painter.device().devicePixelRatio()
        size = QSize(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
        image, _ = self._heat.image(operand, size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(rect, image)
        self._heat.paint_minuses(painter, operand, rect)
        if not operand.known.all():
            self._cover(painter, placed, ~operand.known)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(mixed(self._theme.muted, self._theme.surface, 0.4), 1.0))
        painter.drawRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _cover(self, painter: QPainter, placed: Placed, empty: Mask) -> None:
        """Paints over what is not computed yet: whole rows at once."""
        drawn = empty.T if placed.operand.transposed else empty
        fill = QBrush(
            mixed(self._theme.muted, self._theme.surface, 0.35), Qt.BrushStyle.Dense7Pattern
        )
        whole: Mask = np.asarray(drawn.all(axis=1))
        for mask in (drawn & whole[:, np.newaxis], *_rows_in_part(drawn, whole)):
            rect = band_of(placed, mask.T if placed.operand.transposed else mask)
            if rect is not None:
                painter.fillRect(rect, QColor(self._theme.surface))
                painter.fillRect(rect, fill)

    # Numbers

    def _paint_cells(self, painter: QPainter, sheet: Sheet, placed: Placed, band: Band) -> None:
        type_ = placed.grid.type
        if type_ is None:
            return
        baseline = type_.row / 2 + AXIS * type_.font.pixels + 0.07 * type_.font.pixels
        slots, pen = list(placed.grid.columns.slots()), ""
        left, top = placed.origin.x(), placed.origin.y() + baseline
        numbers = _Numbers.of(placed, sheet)
        first, last = band[0] - placed.origin.y() - type_.row, band[1] - placed.origin.y()
        for row, y in placed.grid.rows.slots():
            if not first <= y <= last:
                continue
            for column, x in slots:
                if row is None or column is None:
                    at = QPointF(left + x, top + y)
                    self._paint_dots(painter, placed, type_, at, row is None)
                    pen = ""
                    continue
                place = (column, row) if placed.operand.transposed else (row, column)
                ink = numbers.ink(*place)
                if ink != pen:
                    painter.setPen(self._colours[ink])
                    pen = ink
                self._paint_number(painter, placed, numbers, place, QPointF(left + x, top + y))

    def _paint_dots(
        self, painter: QPainter, placed: Placed, type_: Type, at: QPointF, stand: bool
    ) -> None:
        painter.setPen(self._colours["badge"])
        dots = type_.font.glyphs("⋮" if stand else "⋯")
        middle = (placed.grid.columns.each - dots.width) / 2 if stand else 0.0
        painter.drawGlyphRun(at + QPointF(middle, 0), dots.run)

    def _paint_number(
        self,
        painter: QPainter,
        placed: Placed,
        numbers: _Numbers,
        place: tuple[int, int],
        at: QPointF,
    ) -> None:
        row, column = place
        value, known = numbers.values[row][column], numbers.known[row][column]
        grid, type_ = placed.grid, numbers.type
        cell = cell_of(value, type_) if known else empty_cell(type_)
        if known and math.isfinite(value):
            at.setX(at.x() + (grid.left - cell.left))
        else:
            at.setX(at.x() + (grid.columns.each - cell.width) / 2)
            if known:
                self._hatch(painter, placed.cell(row, column))
        painter.drawGlyphRun(at, type_.font.glyphs(cell.text).run)

    def _hatch(self, painter: QPainter, rect: QRectF | None) -> None:
        if rect is not None:
            grey = mixed(self._theme.muted, self._theme.surface, 0.4)
            painter.fillRect(rect.adjusted(-2, 2, 2, -2), QBrush(grey, Qt.BrushStyle.BDiagPattern))

    # Lines

    def _paint_fences(self, painter: QPainter, page: Page) -> None:
        painter.setPen(QPen(self._colours["text"], 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for rect, text, opens in page.fences:
            if text == "‖":
                for share in (0.35, 0.7):
                    x = rect.left() + share * rect.width()
                    painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()))
            else:
                painter.drawPath(_parenthesis(rect, opens))
        for left, right, y in page.arrows:
            painter.drawLine(QLineF(left, y, right, y))
            painter.drawPolyline([
                QPointF(right - 6, y - 4), QPointF(right, y), QPointF(right - 6, y + 4)
            ])  # fmt: skip

    def _paint_links(self, painter: QPainter, page: Page) -> None:
        """Below two sizes that meet."""
        painter.setPen(QPen(self._colours["accent"], 1.3))
        for left, right, y in page.links:
            path = QPainterPath(QPointF(left, y + 3))
            path.cubicTo(left + 2, y + 9, right - 2, y + 9, right, y + 3)
            painter.drawPath(path)

    def _paint_threads(self, painter: QPainter, sheet: Sheet, page: Page, marks: Marks) -> None:
        """From what is lit in a transpose to the same in the matrix as it is stored."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for start, end in threads(sheet, page, marks):
            painter.setPen(QPen(self._colours["accent"], 1.3, Qt.PenStyle.DotLine))
            painter.drawPath(_thread(start, end))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colours["accent"])
            painter.drawEllipse(start, 2.5, 2.5)
            painter.drawEllipse(end, 2.5, 2.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    # What is pointed at

    def _paint_pointed(self, painter: QPainter, placed: Placed, marks: Marks) -> None:
        mask = marks.pointed.get(placed.number)
        if mask is None or not mask.any():
            return
        band = band_of(placed, mask)
        if band is not None:
            self._outline(painter, _at_least(band, 5.0).adjusted(-4, 1, 4, -1))

    def _outline(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(QPen(self._colours["accent"], 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, _CORNER, _CORNER)

    def _paint_focus(self, painter: QPainter, page: Page, marks: Marks) -> None:
        if marks.focus is None:
            return
        number, row, column = marks.focus
        for placed in page.matrices:
            rect = placed.cell(row, column) if placed.number == number else None
            if rect is not None and not placed.ghost:
                painter.setPen(QPen(self._colours["text"], 1.4, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(_at_least(rect, 5.0).adjusted(-5, 0, 5, 0), 4, 4)


def _is_seen(placed: Placed, band: Band) -> bool:
    top = placed.origin.y()
    return top - _OUTSIDE <= band[1] and top + placed.grid.height + _OUTSIDE >= band[0]


def shown_cell(placed: Placed, row: int, column: int) -> Cell:
    """An element of a matrix of numbers as it is painted."""
    type_ = placed.grid.type
    assert type_ is not None
    if not placed.operand.known[row, column]:
        return empty_cell(type_)
    return cell_of(float(placed.operand.values[row, column]), type_)


def band_of(placed: Placed, mask: Mask) -> QRectF | None:
    """From the first to the last drawn cell of a mask, in a block; None if none is drawn."""
    drawn = mask.T if placed.operand.transposed else mask
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not rows.size:
        return None
    down = placed.grid.rows.span(int(rows[0]), int(rows[-1]))
    across = placed.grid.columns.span(int(columns[0]), int(columns[-1]))
    if down is None or across is None:
        return None
    top_left = placed.origin + QPointF(across[0], down[0])
    return QRectF(top_left, placed.origin + QPointF(across[1], down[1]))


def threads(sheet: Sheet, page: Page, marks: Marks) -> list[tuple[QPointF, QPointF]]:
    """From a transpose to its ghost, as points: where a thread begins and ends."""
    found = []
    for ghost in [each for each in page.matrices if each.ghost]:
        placed = next(each for each in page.matrices if each.number == ghost.number)
        mask = marks.pointed.get(ghost.number)
        if mask is None or not mask.any():
            mask = sheet.lit_mask(ghost.number)
            if mask.all() and not sheet.part:
                continue
        start, end = band_of(placed, mask), band_of(ghost, mask)
        if start is not None and end is not None:
            out = 0.5 * placed.grid.type.font.pixels if placed.grid.type else 2.0
            left = start.left() - out if start.left() - placed.rect.left() < 1 else start.left() - 3
            begin = QPointF(left, start.center().y())
            found.append((begin, QPointF(end.center().x(), end.top() - 2)))
    return found


def _at_least(rect: QRectF, side: float) -> QRectF:
    """The rectangle, made larger about its middle where it is too small to be seen."""
    across, down = max(0.0, side - rect.width()) / 2, max(0.0, side - rect.height()) / 2
    return rect.adjusted(-across, -down, across, down)


def _rows_in_part(drawn: Mask, whole: Mask) -> Iterator[Mask]:
    """Each row of a mask that is neither empty nor full, on its own."""
    for row in np.flatnonzero(drawn.any(axis=1) & ~whole).tolist():
        alone = np.zeros_like(drawn)
        alone[row] = drawn[row]
        yield alone


def _thread(start: QPointF, end: QPointF) -> QPainterPath:
    """Close down along the bracket, then over to the ghost."""
    beside, drop = start.x() - 7, end.y() - start.y()
    path = QPainterPath(start)
    path.cubicTo(beside - 2, start.y(), beside, start.y() + 4, beside, start.y() + 0.4 * drop)
    path.cubicTo(beside, end.y() - 6, end.x(), end.y() - 0.45 * drop, end.x(), end.y())
    return path


def _add_brackets(path: QPainterPath, placed: Placed) -> None:
    type_ = placed.grid.type
    if type_ is None:
        return
    out, foot = 0.5 * type_.font.pixels, 0.32 * type_.font.pixels
    left, top = placed.origin.x() - out, placed.origin.y() - 1
    right, bottom = left + placed.grid.width + 2 * out, top + placed.grid.height + 2
    for x, step in ((left, foot), (right, -foot)):
        path.moveTo(x + step, top)
        path.lineTo(x, top)
        path.lineTo(x, bottom)
        path.lineTo(x + step, bottom)


def _parenthesis(rect: QRectF, opens: bool) -> QPainterPath:
    outer, inner = rect.left() + 0.15 * rect.width(), rect.left() + 0.85 * rect.width()
    if not opens:
        outer, inner = inner, outer
    bend = min(14.0, 0.3 * rect.height())
    path = QPainterPath(QPointF(inner, rect.top()))
    path.quadTo(outer, rect.top() + 0.4 * bend, outer, rect.top() + bend + 2)
    path.lineTo(outer, rect.bottom() - bend - 2)
    path.quadTo(outer, rect.bottom() - 0.4 * bend, inner, rect.bottom())
    return path
