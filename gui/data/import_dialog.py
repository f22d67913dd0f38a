"""CSV becomes data: what was detected, what is wrong, and what a person wants of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from engine.datasets import Data
from engine.errors import GradwalkError
from engine.formats.csv_data import (
    CsvOptions,
    DataOptions,
    Report,
    Role,
    Table,
    check,
    guess_options,
    parse,
    propose_roles,
    to_data,
)
from gui.data.choices import labelled, made_choice
from gui.data.number_choice import MOST_SEED, NumberChoice
from gui.data.preview import PreviewTable
from gui.data.words import (
    MOST_NAME,
    decimal_names,
    encoding_names,
    scaling_meaning,
    scaling_names,
    separator_names,
)
from gui.plain_text import plain
from gui.theme import Theme
from gui.translation import tr

_MOST_CLASSES_NAMED = 8
_MOST_REASON = 300


class ImportDialog(QDialog):
    """Shows CSV, or text from a spreadsheet, as it was detected; all of it can be corrected.

    content: of the file, or the pasted text; name: of the file, for the title. Raises CsvError
    where it is no text at all.
    """

    def __init__(
        self, content: bytes | str, name: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        options = guess_options(content, name)
        super().__init__(parent)
        self._content = content
        self._name = name
        self._theme = theme
        self._table: Table | None = None
        self._roles: tuple[Role, ...] = ()
        self._chosen: dict[int, Role] = {}
        self._unreadable = ""
        self._data: Data | None = None
        self.setWindowTitle(tr("Import data: {name}", name=plain(name, 80)))
        self._make_reading(options)
        self._make_wishes()
        self._make_outcome()
        self._lay_out()
        self._read()
        self.preview.setFocus()
        self.resize(880, 620)

    def data(self) -> Data | None:
        """What was imported; None until the dialog was accepted."""
        return self._data

    def report(self) -> Report | None:
        """What there is to say about the table as it is read; None where it cannot be."""
        if self._table is None:
            return None
        return check(self._table, self._roles, self._wishes())

    # Widgets

    def _make_reading(self, options: CsvOptions) -> None:
        self.encoding = made_choice(encoding_names(), options.encoding, tr("Encoding"))
        self.separator = made_choice(separator_names(), options.separator, tr("Separator"))
        self.decimal = made_choice(decimal_names(), options.decimal, tr("Decimal mark"))
        self.header = QCheckBox(tr("The first row &names the columns"))
        self.header.setChecked(options.header)
        self.found = _wrapped()
        self.preview = PreviewTable(self._theme, self)
        for box in (self.encoding, self.separator, self.decimal):
            box.currentIndexChanged.connect(self._read)
        self.header.toggled.connect(self._read)
        self.preview.preview.role_chosen.connect(self._choose_role)

    def _make_wishes(self) -> None:
        theme = self._theme
        self.held_out = NumberChoice(tr("Held out, in percent"), 0, 0, 100, theme)
        self.seed = NumberChoice(tr("Seed of the draw"), 0, 0, MOST_SEED, theme, whole=True)
        self.input_scaling = made_choice(scaling_names(), None, tr("Scaling of the inputs"))
        self.target_scaling = made_choice(scaling_names(), None, tr("Scaling of the targets"))
        self.meaning = _muted(_wrapped())
        self.faulty = QCheckBox(tr("&Leave out rows with a problem"))
        for field in (self.held_out, self.seed):
            field.changed.connect(self._refresh)
        for box in (self.input_scaling, self.target_scaling):
            box.currentIndexChanged.connect(self._refresh)
        self.faulty.toggled.connect(self._refresh)

    def _make_outcome(self) -> None:
        self.problems = QListWidget()
        self.problems.setAccessibleName(tr("Problems, with row and column"))
        self.problems.setMaximumHeight(6 * self.fontMetrics().lineSpacing())
        self.outcome = _wrapped()
        self.reason = _wrapped()
        self.reason.setAccessibleName(tr("Why this cannot be imported"))
        palette = QPalette(self.reason.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self._theme.negative))
        self.reason.setPalette(palette)
        self.buttons = QDialogButtonBox()
        self.ok = self.buttons.addButton(tr("&Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.ok.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        reading = QHBoxLayout()
        encoding = labelled(tr("&Encoding"), self.encoding)
        for label, box in (
            (encoding, self.encoding),
            (labelled(tr("&Separator"), self.separator), self.separator),
            (labelled(tr("&Decimal mark"), self.decimal), self.decimal),
        ):
            reading.addWidget(label)
            reading.addWidget(box)
            reading.addSpacing(8)
        reading.addWidget(self.header)
        reading.addStretch(1)
        is_text = isinstance(self._content, str)
        encoding.setHidden(is_text)
        self.encoding.setHidden(is_text)
        layout = QVBoxLayout(self)
        layout.addLayout(reading)
        layout.addWidget(self.found)
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.problems)
        layout.addWidget(self.faulty)
        layout.addLayout(self._wishes_layout())
        layout.addWidget(self.outcome)
        last = QHBoxLayout()
        last.addWidget(self.reason, 1)
        last.addWidget(self.buttons)
        layout.addLayout(last)

    def _wishes_layout(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.addWidget(labelled(tr("&Hold out, in %"), self.held_out.field), 0, 0)
        grid.addWidget(self.held_out.field, 0, 1)
        grid.addWidget(labelled(tr("Seed of the dra&w"), self.seed.field), 0, 2)
        grid.addWidget(self.seed.field, 0, 3)
        grid.addWidget(labelled(tr("S&cale inputs"), self.input_scaling), 1, 0)
        grid.addWidget(self.input_scaling, 1, 1)
        grid.addWidget(labelled(tr("Scale &targets"), self.target_scaling), 1, 2)
        grid.addWidget(self.target_scaling, 1, 3)
        grid.addWidget(self.meaning, 0, 4, 2, 1)
        grid.setColumnStretch(4, 1)
        return grid

    # What was chosen

    def _options(self) -> CsvOptions:
        return CsvOptions(
            self.encoding.currentData(),
            self.separator.currentData(),
            self.decimal.currentData(),
            self.header.isChecked(),
        )

    def _wishes(self) -> DataOptions:
        return DataOptions(
            self.held_out.value() / 100,
            int(self.seed.value()),
            self.input_scaling.currentData(),
            self.target_scaling.currentData(),
            self.faulty.isChecked(),
        )

    def _choose_role(self, column: int, role: Role) -> None:
        self._chosen[column] = role
        self._roles = self._with_chosen(self._roles)
        self._refresh()

    def _with_chosen(self, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        return tuple(self._chosen.get(column, role) for column, role in enumerate(roles))

    def _read(self) -> None:
        """Reads the text again, as it is to be read by what was chosen."""
        columns = len(self._roles)
        try:
            with _waiting():
                self._table = parse(self._content, self._options(), self._name)
        except GradwalkError as error:
            self._table, self._roles, self._unreadable = None, (), str(error)
        else:
            if len(self._table.columns) != columns:
                self._chosen = {}
            self._roles, self._unreadable = self._with_chosen(propose_roles(self._table)), ""
        self.preview.show_table(self._table, self._roles)
        self.found.setText(self._found_text())
        self._refresh()

    def _refresh(self) -> None:
        """Says what comes of it."""
        wrong = self.held_out.problem() or self.seed.problem()
        report = None if wrong else self.report()
        if report is not None:
            self.preview.preview.show_roles(self._roles, report.problems)
            self._list_problems(report)
            self.outcome.setText(self._result_text(report))
        elif self._table is None:
            self.problems.hide()
            self.faulty.hide()
        self.outcome.setVisible(report is not None)
        self.meaning.setText(self._meaning_text())
        self._say(wrong or self._unreadable or (report.sentence if report else ""))

    def _list_problems(self, report: Report) -> None:
        self.problems.clear()
        self.problems.addItems([str(each) for each in report.problems])
        if report.count > len(report.problems):
            more = report.count - len(report.problems)
            self.problems.addItem(tr("and {count} more", count=more))
        self.problems.setVisible(bool(report.problems))
        self.faulty.setVisible(bool(report.problems) or self.faulty.isChecked())

    def _say(self, reason: str) -> None:
        self.reason.setText(plain(reason, _MOST_REASON))
        self.reason.setToolTip(reason)
        self.ok.setEnabled(not reason)
        self.ok.setAccessibleDescription(reason)

    # Words

    def _found_text(self) -> str:
        if self._table is None:
            return ""
        return tr(
            "Rows {rows}, columns {columns}. The first row of the preview says what each column is "
            "to be.",
            rows=self._table.rows,
            columns=len(self._table.columns),
        )

    def _meaning_text(self) -> str:
        chosen = self.input_scaling.currentData() or self.target_scaling.currentData()
        said = [scaling_meaning(chosen)]
        if chosen and self.held_out.value():
            said.append(tr("It is fitted on the rows to train on."))
        if self.held_out.value():
            said.append(tr("Held-out rows are never trained on, only looked at."))
        return "\n".join(said)

    def _result_text(self, report: Report) -> str:
        assert self._table is not None
        inputs = self._roles.count(Role.INPUT)
        targets = self._roles.count(Role.TARGET) + sum(map(len, report.classes.values()))
        rows = int(report.usable.sum())
        lines = [
            tr(
                "Inputs {inputs}, targets {targets} · samples to train on {samples}, held out "
                "{held_out}",
                inputs=inputs,
                targets=targets,
                samples=rows - report.held_out,
                held_out=report.held_out,
            )
        ]
        lines += [self._classes_text(column, each) for column, each in report.classes.items()]
        lines += [tr("Note: {warning}.", warning=warning) for warning in report.warnings]
        return "\n".join(lines)

    def _classes_text(self, column: int, classes: tuple[str, ...]) -> str:
        assert self._table is not None
        names = [plain(name, MOST_NAME) for name in classes[:_MOST_CLASSES_NAMED]]
        if len(classes) > _MOST_CLASSES_NAMED:
            names.append("…")
        return tr(
            "{column} becomes {count} targets, 1 for its class and 0 for the others: {names}",
            column=plain(self._table.columns[column].name, MOST_NAME),
            count=len(classes),
            names=", ".join(names),
        )

    def accept(self) -> None:
        """Makes the data, or says why it cannot be made."""
        if not self.ok.isEnabled() or self._table is None:
            return
        try:
            with _waiting():
                self._data = to_data(self._table, self._roles, self._wishes())
        except GradwalkError as error:
            self._say(str(error))
            return
        super().accept()


@contextmanager
def _waiting() -> Iterator[None]:
    """Some seconds, for the largest files."""
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QGuiApplication.restoreOverrideCursor()


def _wrapped() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _muted(label: QLabel) -> QLabel:
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
