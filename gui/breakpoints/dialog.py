"""The list of breakpoints: switched on and off, taken away, changed, and added."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.breakpoints import Breakpoint
from engine.experiment import Experiment
from engine.program import Program
from gui.breakpoints.forms import Form, forms
from gui.breakpoints.words import breakpoint_text
from gui.theme import Theme
from gui.translation import tr

_SIZE = QSize(460, 480)


class BreakpointsDialog(QDialog):
    """Stays open beside the window. changed: all breakpoints, as the person wants them.

    The one chosen in the list is shown in its form, to be changed. run_requested: a Breakpoint to
    run until once, without keeping it.
    """

    changed = Signal(object)
    run_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Breakpoints"))
        self._breakpoints: tuple[Breakpoint, ...] = ()
        self._experiment: Experiment | None = None
        self._shown: Breakpoint | None = None
        self.listed = _Listed()
        self.listed.delete_pressed.connect(self._remove)
        self.listed.setAccessibleName(tr("Breakpoints"))
        self.listed.itemChanged.connect(self._switched)
        self.listed.currentRowChanged.connect(self._show_current)
        self.remove = QPushButton(tr("Remove"))
        self.remove.clicked.connect(self._remove)
        self.clear = QPushButton(tr("Remove all"))
        self.clear.clicked.connect(self._clear)
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Stop at"))
        self.forms: tuple[Form, ...] = forms()
        self._stack = QStackedWidget()
        for form in self.forms:
            self.kind.addItem(form.title)
            self._stack.addWidget(form)
        self.kind.currentIndexChanged.connect(self._stack.setCurrentIndex)
        self.add = QPushButton(tr("Add"))
        self.add.clicked.connect(self._add)
        self.change = QPushButton(tr("Change"))
        self.change.setToolTip(tr("Sets the one chosen in the list to this"))
        self.change.clicked.connect(self._change)
        self.run = QPushButton(tr("Run until"))
        self.run.setToolTip(tr("Runs on until there, once"))
        self.run.clicked.connect(self._run)
        for button in (self.remove, self.clear, self.change, self.run):
            button.setAutoDefault(False)  # Enter adds, and never takes away.
        self.add.setDefault(True)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self._empty = QLabel(tr("None yet. F9 sets one at the Step stood on."))
        self._lay_out()
        self.resize(_SIZE)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.remove)
        buttons.addWidget(self.clear)
        buttons.addStretch(1)
        adding = QGroupBox(tr("Stop at"))
        column = QVBoxLayout(adding)
        column.addWidget(self.kind)
        column.addWidget(self._stack)
        foot = QHBoxLayout()
        foot.addWidget(self.problem, 1)
        for button in (self.run, self.change, self.add):
            foot.addWidget(button)
        column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.addWidget(self._empty)
        whole.addWidget(self.listed, 1)
        whole.addLayout(buttons)
        whole.addWidget(adding)
        closing = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = closing.button(QDialogButtonBox.StandardButton.Close)
        close.setText(tr("Close"))
        close.setAutoDefault(False)
        closing.rejected.connect(self.close)
        whole.addWidget(closing)

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self.problem.setStyleSheet(f"color: {theme.negative}")
        for form in self.forms:
            form.set_theme(theme)

    def show_run(self, experiment: Experiment, program: Program) -> None:
        """Lists the breakpoints of an experiment, and offers what its network has."""
        if experiment.network is not (self._experiment and self._experiment.network):
            for form in self.forms:
                form.show_run(experiment, program)
        self._experiment = experiment
        if self._breakpoints != experiment.breakpoints:
            self._breakpoints = experiment.breakpoints
            self._list()
        self._show_buttons()

    def _list(self) -> None:
        row = self.listed.currentRow()
        self.listed.blockSignals(True)
        self.listed.clear()
        for each in self._breakpoints:
            item = QListWidgetItem(breakpoint_text(each))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = Qt.CheckState.Checked if each.enabled else Qt.CheckState.Unchecked
            item.setCheckState(on)
            self.listed.addItem(item)
        row = min(max(row, 0), len(self._breakpoints) - 1)
        self.listed.setCurrentRow(row)
        self.listed.blockSignals(False)
        if row >= 0 and replace(self._breakpoints[row], enabled=True) != self._shown:
            self._show_current(row)  # What can be changed is always the one in the form.

    def _show_current(self, row: int) -> None:
        """Shows the one chosen in its form."""
        self._show_buttons()
        if 0 <= row < len(self._breakpoints):
            stop = self._breakpoints[row]
            place = next(at for at, each in enumerate(self.forms) if each.kind is type(stop))
            self.kind.setCurrentIndex(place)
            self.forms[place].show_breakpoint(stop)
            self._shown = replace(stop, enabled=True)
            self.problem.setText("")

    def _show_buttons(self) -> None:
        self._empty.setVisible(not self._breakpoints)
        for button in (self.remove, self.change):
            button.setEnabled(self.listed.currentRow() >= 0)
        self.clear.setEnabled(bool(self._breakpoints))

    def _switched(self, item: QListWidgetItem) -> None:
        row = self.listed.row(item)
        on = item.checkState() is Qt.CheckState.Checked
        changed = replace(self._breakpoints[row], enabled=on)
        self.changed.emit((*self._breakpoints[:row], changed, *self._breakpoints[row + 1 :]))

    def _remove(self) -> None:
        row = self.listed.currentRow()
        if row >= 0:
            self.changed.emit((*self._breakpoints[:row], *self._breakpoints[row + 1 :]))

    def _clear(self) -> None:
        self.changed.emit(())

    def _made(self) -> Breakpoint | None:
        """What is set in the form; None, and a sentence beside it, where it is not right."""
        made = self.forms[self.kind.currentIndex()].made()
        if made is None or self._experiment is None:
            return None
        problem = made.problem(self._experiment)
        self.problem.setText(problem or "")
        return made if problem is None else None

    def _is_new(self, made: Breakpoint) -> bool:
        if made in self._breakpoints:
            self.problem.setText(tr("It is in the list already."))
        return made not in self._breakpoints

    def _add(self) -> None:
        made = self._made()
        if made is not None and self._is_new(made):
            self.changed.emit((*self._breakpoints, made))
            self.listed.setCurrentRow(self.listed.count() - 1)

    def _change(self) -> None:
        made, row = self._made(), self.listed.currentRow()
        if made is not None and row >= 0:
            made = replace(made, enabled=self._breakpoints[row].enabled)
            if self._is_new(made):
                self.changed.emit((*self._breakpoints[:row], made, *self._breakpoints[row + 1 :]))

    def _run(self) -> None:
        made = self._made()
        if made is not None:
            self.run_requested.emit(made)
            window = self.parentWidget()
            if window is not None:
                window.activateWindow()  # Its keys can stop the run.


class _Listed(QListWidget):
    """A list in which Delete takes the current line away."""

    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)
