"""The inspector: one unit or weight, pinned, with everything that is known about it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.edits import CLASS
from engine.expression import Term, quantity
from engine.frame import element_of
from engine.inspection import Inspection
from engine.program import Phase
from gui.inspector.plots import HistorySection, SliceSection
from gui.inspector.rows import groups_of, is_new, multiplied_at, value_at
from gui.inspector.sections import ChangesSection, CheckSection, EditSection, Section
from gui.inspector.words import end_of, kind_of, place_of, title_of
from gui.letters import LetterLabel, fitted_number
from gui.numbers import MAX_DIGITS, NumberFormat, full
from gui.sentences.naming import Names
from gui.term_table import TermTable
from gui.theme import LIGHT, Theme
from gui.translation import tr

_HEAD_LEFT, _HEAD_RIGHT = 12, 6
_WIDE_LETTER = 0.25
"""As a share of the panel's width."""


class InspectorPanel(QWidget):
    """Shows an Inspection; asks for travel, edits and other elements by its signals.

    picked and hovered: a Term of a list, hovered None where none is. travel_requested: an
    iteration. edit_requested: (what, element, value) as engine.edits.Edit has them.
    """

    picked = Signal(object)
    hovered = Signal(object)
    travel_requested = Signal(object)
    edit_requested = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._names = Names()
        self._theme = LIGHT
        self._numbers = NumberFormat()
        self._head()
        self.edit = EditSection()
        self.own, self.incoming, self.outgoing = TermTable(), TermTable("×"), TermTable("×")
        self.own_section = Section(self.own)
        self.incoming_section = Section(self.incoming)
        self.outgoing_section = Section(self.outgoing)
        self.slice, self.check, self.history = SliceSection(), CheckSection(), HistorySection()
        self.changes = ChangesSection()
        self._lay_out()
        for table in self._tables:
            table.hovered.connect(self.hovered)
            table.picked.connect(self.picked)
        self.history.travel_requested.connect(self.travel_requested)
        self.edit.field.committed.connect(self._committed)
        self.edit.class_chosen.connect(self._class_chosen)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setMinimumWidth(220)
        self.set_theme(LIGHT)
        self._style_fonts()
        self._write_texts()
        self._refresh()

    @property
    def _tables(self) -> tuple[TermTable, ...]:
        return self.own, self.incoming, self.outgoing

    @property
    def _sections(self) -> tuple[Section, ...]:
        return (
            self.edit,
            self.own_section,
            self.incoming_section,
            self.outgoing_section,
            self.slice,
            self.check,
            self.history,
            self.changes,
        )

    def _head(self) -> None:
        self._letter = LetterLabel()
        self._title = _wrapped()
        self._value = _wrapped()
        self._value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._place = _wrapped()
        self._place.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Escape is its key.
        self._close.clicked.connect(self.closed)
        self._quiet = _wrapped()
        self._quiet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        self._name = QGridLayout()
        self._name.setHorizontalSpacing(8)
        self._name.setVerticalSpacing(2)
        self._name.setColumnStretch(1, 1)
        self._name.addWidget(self._letter, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._name.addWidget(self._title, 0, 1)
        self._name.addWidget(self._close, 0, 2, Qt.AlignmentFlag.AlignTop)
        head = QVBoxLayout()
        head.setContentsMargins(_HEAD_LEFT, 8, _HEAD_RIGHT, 8)
        head.setSpacing(3)
        head.addLayout(self._name)
        head.addWidget(self._value)
        head.addWidget(self._place)
        self._headed = QWidget()
        self._headed.setLayout(head)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        for section in self._sections:
            column.addWidget(section)
        column.addStretch(1)
        body.setBackgroundRole(QPalette.ColorRole.Base)
        self.area = QScrollArea()
        self.area.setWidget(body)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._headed)
        whole.addWidget(self.area, 1)
        whole.addWidget(self._quiet, 1)

    # What is shown

    def show_inspection(self, inspection: Inspection | None) -> None:
        """Shows one element where the run stands; None: nothing is pinned."""
        before, self._inspection = self._inspection, inspection
        if before is None or inspection is None or before.term != inspection.term:
            self.edit.field.restore()
            self.area.verticalScrollBar().setValue(0)
        self._refresh()

    def set_names(self, input_names: tuple[str, ...], target_names: tuple[str, ...]) -> None:
        """What the data calls its columns."""
        self._names = Names(input_names, target_names)
        self.edit.set_names(self._names)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self._theme = theme
        self._letter.set_theme(theme)
        for table in self._tables:
            table.set_theme(theme)
        for section in self._sections:
            section.set_theme(theme)

    def set_numbers(self, numbers: NumberFormat) -> None:
        """Takes another number of digits."""
        self._numbers = numbers
        for table in self._tables:
            table.set_numbers(numbers)
        self._refresh()

    def set_lit(self, term: Term | None) -> None:
        """Lights the rows of a term that is pointed at elsewhere."""
        for table in self._tables:
            table.set_lit(term)

    def install_plots(self) -> None:
        """Puts the plots in. Imports pyqtgraph, so only after the window's first paint."""
        self.history.install_plot()
        self.slice.install_plot()
        self.set_theme(self._theme)
        self._refresh()

    def text(self) -> str:
        """Everything that is shown, in plain text."""
        if self._inspection is None:
            return self._quiet.text()
        lines = [self._title.text(), self._value.text(), self._place.text()]
        lines += [
            line for section in self._sections if not section.isHidden() for line in section.lines()
        ]
        return "\n".join(lines)

    def _refresh(self) -> None:
        inspection = self._inspection
        self._quiet.setVisible(inspection is None)
        self._headed.setVisible(inspection is not None)
        self.area.setVisible(inspection is not None)
        if inspection is None:
            return
        self._show_head(inspection)
        self._show_lists(inspection)
        self.edit.show_inspection(inspection)
        self.slice.show_inspection(inspection, self._numbers)
        self.check.show_inspection(inspection)
        self.history.show_inspection(inspection, self._numbers)
        self.changes.show_inspection(inspection, self._numbers)

    def _show_head(self, inspection: Inspection) -> None:
        term, frame = inspection.term, inspection.frame
        title = title_of(term, frame.program, self._names)
        self._letter.set_term(term)
        self._title.setText(title)
        self._place_title()
        value = value_at(frame, inspection.sample, term)
        self._fit_value()
        self._value.setAccessibleName(tr("value of {what}", what=title))
        self._value.setForegroundRole(
            QPalette.ColorRole.PlaceholderText if value is None else QPalette.ColorRole.WindowText
        )
        place = place_of(term, frame, inspection.sample)
        if is_new(inspection, term):
            old = self._numbers.text(element_of(inspection.before_update, term))
            place = tr("{place}\nnew; {value} before the update", value=old, place=place)
        self._place.setText(place)
        said = tr("not computed yet") if value is None else full(value)
        self.setAccessibleDescription(tr("{what}: {value}", what=title, value=said))

    def _place_title(self) -> None:
        """Beside the letter, or below one that would leave it little room."""
        is_wide = self._letter.sizeHint().width() > self.width() * _WIDE_LETTER
        row, column, columns = (1, 0, 3) if is_wide else (0, 1, 1)
        self._name.removeWidget(self._title)
        self._name.addWidget(self._title, row, column, 1, columns)

    def _fit_value(self) -> None:
        """The whole double, smaller where it has no room: rounded rather than cut."""
        inspection = self._inspection
        if inspection is None:
            return
        value = value_at(inspection.frame, inspection.sample, inspection.term)
        text = tr("not computed yet") if value is None else full(value)
        margins = self._headed.contentsMargins()
        room = self.width() - _HEAD_LEFT - _HEAD_RIGHT - margins.left() - margins.right()
        font = _larger(self.font())
        if QFontMetrics(font).horizontalAdvance(text) > room:
            font = self.font()
        metrics = QFontMetrics(font)
        if value is not None and metrics.horizontalAdvance(text) > room:
            text = fitted_number(value, NumberFormat(MAX_DIGITS), metrics, room)
        self._value.setFont(font)
        self._value.setText(text)
        self._value.setToolTip("" if value is None else full(value))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_title()
        self._fit_value()

    def _show_lists(self, inspection: Inspection) -> None:
        term, program = inspection.term, inspection.frame.program
        value_of = partial(value_at, inspection.frame, inspection.sample)
        multiplied = partial(multiplied_at, inspection)
        name_of = partial(title_of, program=program, names=self._names)

        def old_name(each: Term) -> str:
            name = name_of(each)
            if not is_new(inspection, each):
                return name
            return tr("{what} before the update", what=name)

        end = partial(end_of, program=program, names=self._names)
        groups = groups_of(term, inspection.connections, program)
        own_words = partial(_own_words, inspection)
        self.own.show_rows(groups.own, value_of, name_of, own_words)
        self.incoming.show_rows(groups.incoming, multiplied, old_name, end)
        self.outgoing.show_rows(groups.outgoing, multiplied, old_name, end)
        for section, rows in (
            (self.own_section, groups.own),
            (self.incoming_section, groups.incoming),
            (self.outgoing_section, groups.outgoing),
        ):
            section.setVisible(bool(rows))
        self._write_headings(term, inspection.frame.phase is Phase.UPDATE)

    def _write_headings(self, term: Term, is_update: bool) -> None:
        what = quantity(term.name)
        is_parameter = what.is_weight_shaped or what.is_bias_shaped
        if is_parameter:
            headings = tr("Its quantities"), tr("From"), tr("To")
            captions = "", "", ""
        else:
            headings = tr("This unit"), tr("Inputs"), tr("Outputs")
            captions = (
                "",
                tr("each weight × what comes in along it"),
                tr("each weight × the δ that comes back along it"),
            )
        if not self.outgoing.is_paired():
            captions = (*captions[:2], "")
        if is_update:
            captions = captions[0], _from_before(captions[1]), _from_before(captions[2])
        sections = self.own_section, self.incoming_section, self.outgoing_section
        for section, table, heading, caption in zip(
            sections, self._tables, headings, captions, strict=True
        ):
            section.set_heading(heading, caption)
            table.set_name(heading)

    def _write_texts(self) -> None:
        self.setAccessibleName(tr("Inspector"))
        self._close.setToolTip(tr("Close the inspector (Esc)"))
        self._close.setAccessibleName(tr("Close the inspector"))
        self._quiet.setText(tr("Click a unit or a weight to see everything about it."))

    # What is asked for

    def _committed(self, value: float) -> None:
        inspection = self._inspection
        if inspection is not None and inspection.edit is not None:
            what, element = inspection.edit
            self.edit_requested.emit((what, element, value))

    def _class_chosen(self, column: int) -> None:
        inspection = self._inspection
        if inspection is not None and inspection.sample_class is not None:
            self.edit_requested.emit((CLASS, (inspection.sample_class.row,), float(column)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._inspection is not None:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._style_fonts()
            self._write_texts()
            self._refresh()

    def _style_fonts(self) -> None:
        self._letter.setFont(_larger(self.font()))
        bold = self.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._fit_value()


def _larger(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(made.pointSizeF() * 1.25)
    return made


def _own_words(inspection: Inspection, term: Term) -> str:
    return tr("new") if is_new(inspection, term) else kind_of(term)  # Short: it must have room.


def _from_before(caption: str) -> str:
    if not caption:
        return ""
    return tr("{caption}; weights from before the update", caption=caption)


def _wrapped() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
