"""The gradient of the whole network beside finite differences, element by element."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.checks import GradientCheck
from gui.gradient.rows import Checks, Elements, Summary
from gui.letters import letter, paint_letter
from gui.numbers import NumberFormat
from gui.term_model import TERM
from gui.term_table import PAD, row_height
from gui.translation import tr

_Index = QModelIndex | QPersistentModelIndex
_CSV_COLUMNS = "gradient,row,column,analytic,numeric,h,relative_difference"
_SHOWN_SUMMARIES = 6


class GradientTable(QDialog):
    """Gradient and finite difference of every element, or of an even sample of them.

    Either all at once by `show_checks`, or `begin`, some `add`, and `finish`. cancelled: the person
    wants no more of them; what has been added stays.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checks: list[GradientCheck] = []
        self._total = self._expected = self._wrong = 0
        self._is_running = False
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sampled = QLabel()
        self.sampled.setWordWrap(True)
        self.sampled.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.progress = QProgressBar()
        self.cancel = QPushButton()
        self.cancel.clicked.connect(self._cancel)
        self._summary, self._elements = Summary(self), Elements(self)
        self.summary, self.elements = _view(self._summary), _view(self._elements)
        self.elements.setSortingEnabled(True)
        self.elements.sortByColumn(3, Qt.SortOrder.DescendingOrder)
        self.copy = QPushButton()
        self.copy.clicked.connect(self._copy)
        self.leave = QPushButton()
        self.leave.clicked.connect(self.close)
        for button in (self.cancel, self.copy, self.leave):
            button.setAutoDefault(False)
        self._lay_out()
        self._write_texts()
        self._refresh()

    def _lay_out(self) -> None:
        running = QHBoxLayout()
        running.addWidget(self.progress, 1)
        running.addWidget(self.cancel)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        whole = QVBoxLayout(self)
        whole.setSpacing(8)
        whole.addWidget(self.sentence)
        whole.addWidget(self.sampled)
        whole.addLayout(running)
        whole.addWidget(self.summary)
        whole.addWidget(self.elements, 1)
        whole.addLayout(buttons)
        self.setModal(False)
        self.resize(self.fontMetrics().averageCharWidth() * 110, 600)

    def _write_texts(self) -> None:
        self.setWindowTitle(tr("Gradient check"))
        self.cancel.setText(tr("Stop"))
        self.copy.setText(tr("Copy as CSV"))
        self.leave.setText(tr("Close"))
        self.progress.setAccessibleName(tr("Elements checked"))
        self.summary.setAccessibleName(tr("Worst element of each gradient"))
        self.elements.setAccessibleName(tr("All elements checked"))

    # What is shown

    def show_checks(self, rows: Sequence[GradientCheck], total: int) -> None:
        """Shows checks that are complete; total: how many elements the gradients have."""
        self.begin(total, len(rows))
        self.add(rows)
        self.finish()

    def begin(self, total: int, expected: int | None = None) -> None:
        """Empties the tables. expected: how many of the `total` elements will be checked."""
        self._total, self._expected = total, total if expected is None else expected
        self._checks = []
        self._elements.beginResetModel()
        self._elements.rows = []
        self._elements.endResetModel()
        self._summary.clear()
        self._wrong = 0
        self.progress.setRange(0, max(1, self._expected))
        self._set_running(True)

    def add(self, rows: Iterable[GradientCheck]) -> None:
        """Some more checks."""
        new = list(rows)
        if not new:
            return
        first = len(self._elements.rows)
        self._elements.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self._elements.rows += new
        self._elements.endInsertRows()
        self._checks += new
        self._summary.add(new)
        self._wrong += sum(not check.agrees for check in new)
        self._refresh()

    def finish(self) -> None:
        """There are no more."""
        header = self.elements.horizontalHeader()
        self._elements.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._set_running(False)

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Takes another number of digits."""
        self._summary.numbers = self._elements.numbers = numbers
        for view in (self.summary, self.elements):
            view.viewport().update()

    def csv(self) -> str:
        """What was checked, in the order of the network; rows and columns counted from 1."""
        return "\n".join((_CSV_COLUMNS, *map(_csv_line, self._checks), ""))

    def text(self) -> str:
        """What is shown, in plain text."""
        tables = [
            " · ".join(
                str(model.index(row, column).data()) for column in range(model.columnCount())
            )
            for model in (self._summary, self._elements)
            for row in range(model.rowCount())
        ]
        return "\n".join((self.sentence.text(), self.sampled.text(), *tables))

    def _set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        self.progress.setVisible(is_running)
        self.cancel.setVisible(is_running)
        self._refresh()

    def _refresh(self) -> None:
        count = len(self._checks)
        self.progress.setValue(count)
        self.copy.setEnabled(bool(count) and not self._is_running)
        rows = min(max(len(self._summary.rows), 1), _SHOWN_SUMMARIES)
        height = self.summary.verticalHeader().defaultSectionSize() * rows
        height += self.summary.horizontalHeader().sizeHint().height() + 4
        self.summary.setFixedHeight(height)
        self.sentence.setText(self._what_came_out())
        self.sampled.setText(self._how_many(count))

    def _what_came_out(self) -> str:
        if self._wrong == 1:
            return tr("✗ One element does not agree with its finite difference.")
        if self._wrong:
            return tr(
                "✗ {count} elements do not agree with their finite differences.", count=self._wrong
            )
        if self._is_running or not self._checks:
            return tr("Each element of the gradient beside (E(w + h) − E(w − h)) / 2h.")
        return tr("✓ Every element checked agrees with its finite difference.")

    def _how_many(self, count: int) -> str:
        if count == self._total:
            return tr("All {total} elements of the gradient were checked.", total=self._total)
        if self._is_running:
            return tr(
                "{count} of {expected} checked; the gradient has {total} elements.",
                count=count,
                expected=self._expected,
                total=self._total,
            )
        if count < self._expected:
            return tr(
                "Stopped after {count} of the gradient's {total} elements.",
                count=count,
                total=self._total,
            )
        return tr(
            "{count} of the gradient's {total} elements were checked, evenly spread.",
            count=count,
            total=self._total,
        )

    # What is asked for

    def _cancel(self) -> None:
        if self._is_running:
            self.finish()
            self.cancelled.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.csv())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.copy.isEnabled():
            self._copy()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        self._cancel()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._cancel()
        super().closeEvent(event)


class _Letters(QStyledItemDelegate):
    """Typesets cells that hold a term."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        term = index.data(TERM)
        if term is None:
            super().paint(painter, option, index)
            return
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        QApplication.style().drawPrimitive(panel, option, painter, option.widget)
        drawing = letter(term, option.font)
        rect = option.rect
        x = rect.right() - drawing.width - PAD if index.column() else rect.left() + PAD
        y = rect.center().y() + option.fontMetrics.ascent() * 0.36
        paint_letter(painter, drawing, QPointF(x, y), _text_colour(option))


def _text_colour(option: QStyleOptionViewItem) -> QColor:
    """The colour that the style writes text in, in a cell that may be selected."""
    state, groups, roles = QStyle.StateFlag, QPalette.ColorGroup, QPalette.ColorRole
    group = groups.Active if option.state & state.State_Active else groups.Inactive
    is_selected = bool(option.state & state.State_Selected)
    return option.palette.color(group, roles.HighlightedText if is_selected else roles.Text)


def _csv_line(check: GradientCheck) -> str:
    row, column = (*check.element, 0)[:2]
    place = (check.name, str(row + 1), str(column + 1))
    numbers = (check.analytic, check.numeric, check.step, check.relative_difference)
    return ",".join((*place, *map(repr, map(float, numbers))))


def _view(model: Checks) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(row_height(view.fontMetrics()))
    view.setItemDelegate(_Letters(view))
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    view.horizontalHeader().setHighlightSections(False)
    return view
