"""The parts of the inspector below its head: each with a heading, shown where it applies."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.checks import GradientCheck
from engine.edits import INPUT, TARGET
from engine.expression import quantity
from engine.inspection import Inspection
from gui.gradient.words import agrees, term_of, verdict
from gui.inspector.rows import value_at
from gui.letters import fitted_number
from gui.notation import letter_of
from gui.number_field import NumberField
from gui.numbers import NumberFormat, full
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
    """A field for another value, where the element can be typed."""

    def __init__(self) -> None:
        super().__init__()
        self.field = NumberField()
        self.about = note()
        for widget in (self.field, self.field.message, self.about):
            self.body.addWidget(widget)

    def show_inspection(self, inspection: Inspection) -> None:
        """Offers the value that an edit replaces: the one from the start of the iteration."""
        self.setVisible(inspection.edit is not None)
        if inspection.edit is None:
            return
        what, element = inspection.edit
        along = inspection.loss_slice
        here = value_at(inspection.frame, inspection.sample, inspection.term)
        value = along.at[0] if along is not None else here
        assert value is not None  # Inputs and targets are always known.
        self.field.set_value(value)
        iteration = inspection.frame.position.iteration
        self.set_heading(
            tr("What if it were"),
            tr("from the start of iteration {iteration} on", iteration=iteration),
        )
        self.field.setAccessibleName(tr("New value"))
        self.about.setText(_about_edit(what, element))
        self.field.set_description(self.about.text())

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.field.set_theme(theme)

    def lines(self) -> list[str]:
        lines = [*super().lines(), self.field.text(), self.field.problem(), self.about.text()]
        return [line for line in lines if line]


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
        sign = "✓" if agrees(check) else "✗"
        sentence = verdict(check, inspection.frame.program)
        self.verdict.setText(tr("{sign} {sentence}", sign=sign, sentence=sentence))
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
        colour = self.theme.written if agrees(self._check) else self.theme.negative
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


def _about_edit(what: str, element: tuple[int, ...]) -> str:
    undo = QKeySequence(QKeySequence.StandardKey.Undo).toString(
        QKeySequence.SequenceFormat.NativeText
    )
    if what in (INPUT, TARGET):
        return tr(
            "Enter changes sample {row} of the data; everything from there on is computed anew. "
            "{undo} undoes it.",
            row=element[0] + 1,
            undo=undo,
        )
    return tr(
        "Enter changes it; everything from there on is computed anew. {undo} undoes it.",
        undo=undo,
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
