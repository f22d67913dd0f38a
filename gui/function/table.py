"""What the network answers for each sample, as a table that computes only what is looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from engine.arrays import Array
from engine.experiment import Experiment
from engine.function import NO_CLASS
from gui import theme as themes
from gui.function.cells import CellPainter, Index
from gui.function.reading import Reading, input_list, number_list, row_reading
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

SAMPLE, INPUTS, TARGET, OUTPUT, VERDICT, ERROR = range(6)
_BLOCK = 32
_PICTURE = 26
_PIXEL_NAME = "pixel"
_MOST_PICTURES, _MOST_TEXTS = 500, 2000
_BESIDE = 12

_NOWHERE = QModelIndex()


@dataclass(frozen=True, eq=False)
class Answers:
    """The network as it is now. outputs: for rows of inputs; error: E of (output, target)."""

    outputs: Callable[[Array], Array]
    error: Callable[[Array, Array], float]


class PredictionModel(QAbstractTableModel):
    """A row for each sample, in the order of the data."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self._data = experiment.data
        self._experiment = experiment
        self.reading: Reading = row_reading(experiment)
        self._answers: Answers | None = None
        self._blocks: dict[int, Array] = {}
        self._right: dict[int, list[bool]] = {}
        self._pictures: dict[int, QPixmap] = {}
        self._texts: dict[tuple[int, int], str] = {}
        self._answered: dict[tuple[int, int], str] = {}
        self._batch: dict[int, int] = {}
        self._chosen = -1
        self.numbers = NumberFormat()
        self.theme = themes.LIGHT
        self.side = _picture_side(experiment)

    def show_answers(self, answers: Answers) -> None:
        """Other weights: everything is computed anew where it is looked at."""
        self._answers = answers
        self._blocks.clear()
        self._right.clear()
        self._answered.clear()
        self._changed(OUTPUT, ERROR)

    def show_batch(self, rows: Sequence[int], column: int) -> None:
        """Which rows are in the batch, and which of its columns is looked at."""
        batch = {row: each for each, row in enumerate(rows)}
        chosen = rows[column]
        if batch == self._batch and chosen == self._chosen:
            return
        self._batch, self._chosen = batch, chosen
        self._changed(SAMPLE, ERROR)

    def restyle(self, theme: Theme, numbers: NumberFormat) -> None:
        """Other colours or digits."""
        self.theme, self.numbers = theme, numbers
        for kept in (self._pictures, self._texts, self._answered):
            kept.clear()
        self._changed(SAMPLE, ERROR)

    def column_in_batch(self, row: int) -> int | None:
        """Which column of the batch a row is; None if it is in another batch."""
        return self._batch.get(row)

    @property
    def chosen(self) -> int:
        """The row that is looked at."""
        return self._chosen

    def output(self, row: int) -> Array | None:
        """The outputs for one row: (n_L,)."""
        if self._answers is None:
            return None
        block = row // _BLOCK
        if block not in self._blocks:
            rows = slice(block * _BLOCK, (block + 1) * _BLOCK)
            self._blocks[block] = self._answers.outputs(self._data.inputs[rows])
        found: Array = self._blocks[block][row % _BLOCK]
        return found

    def computed_rows(self) -> int:
        """For how many rows outputs have been computed since the weights changed."""
        return sum(len(block) for block in self._blocks.values())

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._data.samples

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else ERROR + 1

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and section == ERROR:
            return tr("E of this sample alone")
        return None

    def _headings(self) -> tuple[str, ...]:
        if self.reading.classes is None:
            answer = tr("output") if self._data.targets.shape[1] == 1 else tr("outputs")
        else:
            answer = tr("network says")
        return tr("row"), tr("inputs"), tr("target"), answer, tr("verdict"), tr("E")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(row, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, column)
        return None

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        if column == SAMPLE:
            mark = "◉ " if row == self._chosen else "○ " if row in self._batch else ""
            return mark + str(row + 1)
        texts = self._texts if column in (INPUTS, TARGET) else self._answered
        if (row, column) not in texts:
            if len(texts) > _MOST_TEXTS:
                texts.clear()
            texts[row, column] = self._text(row, column)
        return texts[row, column]

    def _text(self, row: int, column: int) -> str:
        if column == INPUTS:
            return "" if self.side else number_list(self._data.inputs[row], self.numbers)
        if column == TARGET:
            return self.reading.target_text(self._data.targets[row], self.numbers)
        found = self.output(row)
        if found is None:
            return ""
        if column == OUTPUT:
            return self._answer(found)
        if column == VERDICT:
            right = self.is_right(row)
            return "" if right is None else tr("✓ right") if right else tr("✗ wrong")
        assert self._answers is not None
        error = self._answers.error(found, self._data.targets[row])
        return self.numbers.short(error, 4)

    def _answer(self, found: Array) -> str:
        whole = found[np.newaxis]
        classes = self.reading.classes
        if classes is not None and classes.outputs == 1:
            said = int(self.reading.classes_in(whole)[0])
            value = self.reading.answer(whole, self.numbers)
            if said == NO_CLASS:
                return value
            return tr("{name}, {value}", name=self.reading.names[said], value=value)
        return self.reading.answer(whole, self.numbers)

    def is_right(self, row: int) -> bool | None:
        """Whether the network says the class of the target; None where there are no classes."""
        found, block = self.output(row), row // _BLOCK
        if self.reading.classes is None or found is None:
            return None
        if block not in self._right:
            rows = slice(block * _BLOCK, (block + 1) * _BLOCK)
            wanted = self.reading.classes_in(self._data.targets[rows])
            said = self.reading.classes_in(self._blocks[block])
            self._right[block] = (said == wanted).tolist()
        return self._right[block][row % _BLOCK]

    def ink(self, row: int, column: int) -> QColor:
        """The colour of a cell's text."""
        if column == VERDICT and self.is_right(row) is False:
            return QColor(self.theme.negative)
        return QColor(self.theme.muted if column == INPUTS else self.theme.text)

    def share_of_accent(self, row: int) -> float:
        """How strongly a row is marked: the one looked at, those of the batch, the others."""
        if row == self._chosen:
            return 1.0
        return 0.5 if row in self._batch else 0.0

    def picture_in(self, row: int, column: int) -> QPixmap | None:
        """The picture in a cell; None where there is none."""
        return self._picture(row) if self.side and column == INPUTS else None

    def _tool_tip(self, row: int, column: int) -> str | None:
        if column == SAMPLE and row in self._batch:
            return tr("in the current batch; click to look at it")
        if column == INPUTS and not self.side:
            return input_list(self._experiment, self._data.inputs[row], self.numbers)
        return self.text(row, column) if column in (TARGET, OUTPUT, ERROR) else None

    def _spoken(self, row: int, column: int) -> str:
        if column == SAMPLE and row == self._chosen:
            return tr("row {row}, the sample looked at", row=row + 1)
        if column == SAMPLE and row in self._batch:
            return tr("row {row}, in the current batch", row=row + 1)
        if column == INPUTS and self.side:
            return tr("picture of {side} × {side} pixels", side=self.side)
        return self.text(row, column)

    def widths(self, metrics: QFontMetrics, room: int) -> dict[int, int]:
        """How wide the columns are in `room` pixels; those that find no room have none."""
        width, headings = metrics.horizontalAdvance, self._headings()
        longest = {
            SAMPLE: "◉ " + "0" * len(str(self.rowCount())),
            TARGET: max(self.reading.names, key=len, default="") or self._longest(TARGET),
            OUTPUT: self._longest_answer(),
            VERDICT: tr("✗ wrong") if self.reading.classes is not None else "",
            ERROR: "0.00000",
        }
        wanted = {
            column: max(width(text), width(headings[column])) + _BESIDE if text else 0
            for column, text in longest.items()
        }
        inputs = _PICTURE if self.side else width(self._longest(INPUTS))
        inputs = max(inputs, width(headings[INPUTS])) + _BESIDE
        least = inputs if self.side else min(inputs, 3 * _BESIDE)
        for dropped in ((), (ERROR,)):
            wanted.update(dict.fromkeys(dropped, 0))
            free = room - sum(wanted.values())
            if free >= least:
                return {**wanted, INPUTS: min(inputs, free)}
        wanted[INPUTS] = least if self.side else 0
        lacking = max(0, sum(wanted.values()) - room)
        return {**wanted, OUTPUT: max(wanted[OUTPUT] - lacking, width(headings[OUTPUT]) // 2)}

    def _longest(self, column: int) -> str:
        rows = range(min(self.rowCount(), _BLOCK))
        return max((self.text(row, column) for row in rows), key=len)

    def _longest_answer(self) -> str:
        names, one = self.reading.names, "−0.0000"
        if names:
            return max(names, key=len) + ", 0.000"
        return ", ".join([one] * min(self._data.targets.shape[1], 4))

    def _picture(self, row: int) -> QPixmap:
        if row not in self._pictures:
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            self._pictures[row] = _picture(self._data.inputs[row], self.side, self.theme)
        return self._pictures[row]

    def _changed(self, first: int, last: int) -> None:
        below = self.rowCount() - 1
        self.dataChanged.emit(self.index(0, first), self.index(below, last))


class PredictionTable(QTableView):
    """The table. pick: called with the column of the batch that was clicked or entered."""

    def __init__(self, model: PredictionModel, pick: Callable[[int], None]) -> None:
        super().__init__()
        self._pick, self._shown = pick, model
        self._brought = -1
        model.setParent(self)
        self.setModel(model)
        self.setItemDelegate(CellPainter(model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Predictions"))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionsClickable(False)
        self.clicked.connect(self._pick_row)
        self.activated.connect(self._pick_row)
        self._fit()

    def bring_chosen(self) -> None:
        """Scrolls to the sample that is looked at, if it is another than when last brought."""
        chosen = self._shown.chosen
        if chosen >= 0 and chosen != self._brought and self.isVisible():
            self.scrollTo(self._shown.index(chosen, 0))
            self._brought = chosen

    def show_as_drawn(self, theme: Theme) -> None:
        """Looks as on paper: no scroll bar, and a header without shades of grey."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setStyleSheet(
            f"QHeaderView {{ background: {theme.surface} }}"
            f"QHeaderView::section {{ background: {theme.surface}; color: {theme.muted};"
            f"border: none; border-bottom: 1px solid {theme.line}; padding-left: 3px }}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        line = metrics.height() + 4
        self.verticalHeader().setDefaultSectionSize(
            max(line, _PICTURE + 4) if self._shown.side else line
        )
        room = self.viewport().width()
        for column, width in self._shown.widths(metrics, room).items():
            self.setColumnHidden(column, not width)
            self.setColumnWidth(column, width)

    def _pick_row(self, index: QModelIndex) -> None:
        column = self._shown.column_in_batch(index.row())
        if column is not None:
            self._pick(column)


def _picture_side(experiment: Experiment) -> int:
    """How many pixels a side the inputs are a picture of; 0 if they are none."""
    names, inputs = experiment.data.input_names, experiment.network.inputs
    side = math.isqrt(inputs)
    is_picture = side > 1 and side * side == inputs and len(names) == inputs
    return side if is_picture and all(each.startswith(_PIXEL_NAME) for each in names) else 0


def _picture(values: Array, side: int, theme: Theme) -> QPixmap:
    """Grey levels from 0 to 1 as ink on the surface."""
    ink = np.array([themes.mixed(theme.text, theme.surface, i / 16).rgb() for i in range(17)])
    levels = np.clip(values * 16.0 + 0.5, 0, 16).astype(np.intp).reshape(side, side)
    pixels = ink[levels].astype(np.uint32)
    image = QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_RGB32)
    return QPixmap.fromImage(image).scaled(_PICTURE, _PICTURE)
