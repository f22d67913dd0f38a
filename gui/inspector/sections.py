"""The parts of the inspector below its head: each with a heading, shown where it applies."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.checks import GradientCheck
from engine.edits import INPUT, TARGET
from engine.expression import quantity
from engine.inspection import MOST_CHANGES, Change, Inspection, SampleClass
from gui.gradient.words import said_of, term_of
from gui.inspector.choosing import Choice
from gui.inspector.rows import value_at
from gui.inspector.words import class_name
from gui.letters import fitted_number
from gui.notation import letter_of
from gui.number_field import NumberField
from gui.numbers import NumberFormat, full
from gui.sentences.naming import Names
from gui.term_table import PAD, TermTable
from gui.theme import LIGHT, Theme
from gui.translation import tr

_CHECK_DIGITS = 12
_MARGIN = 12
_GAP = 10
_WIDEST = "−1.23456789012×10⁻¹⁰"


class Section(QWidget):
    """A heading with a caption, and what stands below it."""

    def __init__(self, table: TermTable | None = None) -> None:
        super().__init__()
        self.theme = LIGHT
        self._table = table
        self.heading = QLabel()
        self.caption = note()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        self.body.setSpacing(3)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.caption)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 12, 0, 0)
        whole.setSpacing(3)
        whole.addLayout(self.body)
        if table is not None:
            # Its rows have room around them for what lights them, so the letters line up.
            beside = QVBoxLayout()
            beside.setContentsMargins(_MARGIN - PAD, 0, _MARGIN - PAD, 0)
            beside.addWidget(table)
            whole.addLayout(beside)
        self._style_fonts()

    def set_heading(self, heading: str, caption: str = "") -> None:
        """What the section is called, and a line about it."""
        self.heading.setText(heading)
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self.theme = theme

    def lines(self) -> list[str]:
        """What is shown, in plain text."""
        lines = [self.heading.text(), self.caption.text()]
        return lines + (self._table.lines() if self._table is not None else [])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._style_fonts()

    def _style_fonts(self) -> None:
        self.heading.setFont(bold(self.font()))


class EditSection(Section):
    """A field for another value, and a list of classes, each where the element has such.

    class_chosen: the column that is to have the 1 of a one-hot target.
    """

    class_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.field = NumberField()
        self.about = note()
        self.classes = Choice()
        self.classes.activated.connect(self._chosen)
        self._class_heading, self._class_about = QLabel(), note()
        self._names = Names()
        self._chosen_class: SampleClass | None = None
        self._typed = (self.field, self.field.message, self.about)
        self._class_parts = (self._class_heading, self.classes, self._class_about)
        for widget in (*self._typed, *self._class_parts):
            self.body.addWidget(widget)

    def set_names(self, names: Names) -> None:
        """What the data calls its columns."""
        self._names = names

    def show_inspection(self, inspection: Inspection) -> None:
        """Offers the value that an edit replaces: the one from the start of the iteration."""
        iteration = inspection.frame.position.iteration
        from_then = tr("from the start of iteration {iteration} on", iteration=iteration)
        typed, chosen = inspection.edit, inspection.sample_class
        self.setVisible(typed is not None or chosen is not None)
        for widget in (self.field, self.about):
            widget.setVisible(typed is not None)
        for part in self._class_parts:
            part.setVisible(chosen is not None)
        self._class_heading.setVisible(chosen is not None and typed is not None)
        if typed is not None:
            self._show_value(inspection, *typed)
            self.set_heading(tr("What if it were"), from_then)
        if chosen is not None:
            self._show_class(inspection, chosen)
            if typed is None:
                self.set_heading(tr("What if the class were"), from_then)

    def _show_value(self, inspection: Inspection, what: str, element: tuple[int, ...]) -> None:
        along = inspection.loss_slice
        here = value_at(inspection.frame, inspection.sample, inspection.term)
        value = along.at[0] if along is not None else here
        assert value is not None  # Inputs and targets are always known.
        self.field.set_value(value)
        self.field.setAccessibleName(tr("New value"))
        self.about.setText(_about_edit(what, element))
        self.field.set_description(self.about.text())

    def _show_class(self, inspection: Inspection, chosen: SampleClass) -> None:
        self._chosen_class = chosen
        count = inspection.frame.program.layer_sizes[-1]
        names = [class_name(column, self._names) for column in range(count)]
        if [self.classes.itemText(index) for index in range(self.classes.count())] != names:
            self.classes.clear()
            self.classes.addItems(names)
        self.classes.setCurrentIndex(chosen.column)
        self._class_heading.setText(tr("or the class of the sample"))
        self._class_heading.setFont(bold(self.font()))
        self._class_about.setText(
            tr(
                "Another class puts the 1 of sample {row}'s target elsewhere: the whole one-hot "
                "target in one change. {undo} undoes it.",
                row=chosen.row + 1,
                undo=_undo_key(),
            )
        )
        self.classes.setAccessibleName(tr("Class of the sample"))
        self.classes.setAccessibleDescription(self._class_about.text())

    def _chosen(self, column: int) -> None:
        if self._chosen_class is not None and column != self._chosen_class.column:
            self.class_chosen.emit(column)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.field.set_theme(theme)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.field.fit()

    def lines(self) -> list[str]:
        lines = super().lines()
        if not self.field.isHidden():
            lines += [self.field.text(), self.field.problem(), self.about.text()]
        if not self.classes.isHidden():
            lines += [self.classes.currentText(), self._class_about.text()]
        return [line for line in lines if line]


class ChangesSection(Section):
    """What was changed of the element by hand, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.list = QLabel()
        self.list.setWordWrap(True)
        self.list.setTextFormat(Qt.TextFormat.PlainText)
        self.list.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self.list)

    def show_inspection(self, inspection: Inspection, numbers: NumberFormat) -> None:
        """Shows the changes, where there are any."""
        changes = inspection.changes
        self.setVisible(bool(changes))
        is_all = len(changes) < MOST_CHANGES
        self.set_heading(
            tr("Changed by hand"),
            "" if is_all else tr("the latest {count} changes", count=MOST_CHANGES),
        )
        self.list.setText("\n".join(_said_of(each, numbers.text) for each in changes))
        self.list.setToolTip("\n".join(_said_of(each, full) for each in changes))

    def lines(self) -> list[str]:
        return [line for line in (*super().lines(), *self.list.text().splitlines()) if line]


class CheckSection(Section):
    """The gradient beside the central difference."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(2)
        self._names = [note() for _ in range(4)]
        self._values = [FittedNumber() for _ in range(4)]
        for name in self._names:
            name.setWordWrap(False)
        self._grid.setColumnStretch(1, 1)
        self._is_stacked = False
        self._place_numbers()
        self.body.addLayout(self._grid)
        self.verdict = note()
        self.body.addWidget(self.verdict)
        self._check: GradientCheck | None = None

    def show_inspection(self, inspection: Inspection) -> None:
        """Shows the check, where there is a gradient to check."""
        check = self._check = inspection.check
        self.setVisible(check is not None)
        if check is None:
            return
        self.set_heading(tr("Gradient check"), _what_is_checked(check, inspection))
        numbers = NumberFormat(_CHECK_DIGITS)
        rows = (
            (tr("by the rules"), check.analytic, numbers),
            (tr("by difference"), check.numeric, numbers),
            (tr("with h"), check.step, NumberFormat(3)),
            (tr("relative difference"), check.relative_difference, NumberFormat(3)),
        )
        for name, value, (said, number, form) in zip(self._names, self._values, rows, strict=True):
            name.setText(said)
            value.show_number(number, form)
            value.setAccessibleName(tr("{name}: {value}", name=said, value=full(number)))
        self._arrange()
        sign = "✓" if check.agrees else "✗"
        self.verdict.setText(tr("{sign} {sentence}", sign=sign, sentence=said_of(check)))
        self._colour()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._colour()

    def lines(self) -> list[str]:
        rows = [
            f"{name.text()} {value.text()}"
            for name, value in zip(self._names, self._values, strict=True)
        ]
        return [*super().lines(), *rows, self.verdict.text()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        """Numbers beside their names, or below them where all digits have no room there."""
        metrics = self.fontMetrics()
        names = max(name.fontMetrics().horizontalAdvance(name.text()) for name in self._names)
        needed = names + _GAP + metrics.horizontalAdvance(_WIDEST) + 2 * _MARGIN
        if self._is_stacked != (needed > self.width()):
            self._is_stacked = not self._is_stacked
            self._place_numbers()

    def _place_numbers(self) -> None:
        for row, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            self._grid.removeWidget(name)
            self._grid.removeWidget(value)
            if self._is_stacked:
                self._grid.addWidget(name, 2 * row, 0, 1, 2)
                self._grid.addWidget(value, 2 * row + 1, 0, 1, 2)
            else:
                self._grid.addWidget(name, row, 0)
                self._grid.addWidget(value, row, 1)

    def numbers(self) -> list[FittedNumber]:
        """The numbers shown, from top to bottom."""
        return self._values

    def _colour(self) -> None:
        if self._check is None:
            return
        colour = self.theme.written if self._check.agrees else self.theme.negative
        palette = QPalette(self.verdict.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.verdict.setForegroundRole(QPalette.ColorRole.WindowText)
        self.verdict.setPalette(palette)


class FittedNumber(QLabel):
    """A number with as many of its digits as there is room for; the tooltip has them all."""

    def __init__(self) -> None:
        super().__init__()
        self._value, self._numbers = 0.0, NumberFormat()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_number(self, value: float, numbers: NumberFormat) -> None:
        """Shows a number, with no more digits than `numbers` has."""
        self._value, self._numbers = value, numbers
        self.setToolTip(full(value))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(fitted_number(self._value, self._numbers, self.fontMetrics(), self.width()))


def note() -> QLabel:
    """Smaller words, in grey."""
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def bold(font: QFont) -> QFont:
    """The same font, bold."""
    made = QFont(font)
    made.setBold(True)
    return made


def _undo_key() -> str:
    return QKeySequence(QKeySequence.StandardKey.Undo).toString(
        QKeySequence.SequenceFormat.NativeText
    )


def _about_edit(what: str, element: tuple[int, ...]) -> str:
    if what in (INPUT, TARGET):
        return tr(
            "Enter changes sample {row} of the data; everything from there on is computed anew. "
            "{undo} undoes it.",
            row=element[0] + 1,
            undo=_undo_key(),
        )
    return tr(
        "Enter changes it; everything from there on is computed anew. {undo} undoes it.",
        undo=_undo_key(),
    )


def _said_of(change: Change, written: Callable[[float], str]) -> str:
    return tr(
        "iteration {iteration}: {before} → {after}",
        iteration=change.iteration,
        before=written(change.before),
        after=written(change.after),
    )


def _what_is_checked(check: GradientCheck, inspection: Inspection) -> str:
    letter = letter_of(term_of(check)).letter
    if quantity(check.name).kind == "delta":
        what = tr("δ = ∂E/∂z beside (E(z + h) − E(z − h)) / 2h")
    else:
        what = tr("∂E/∂{letter} beside (E({letter} + h) − E({letter} − h)) / 2h", letter=letter)
    if value_at(inspection.frame, inspection.sample, term_of(check)) is not None:
        return what
    return tr("{what}, computed ahead of where you stand", what=what)
