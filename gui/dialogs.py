"""The dialogs: which file, all keys, about, and what went wrong."""

from __future__ import annotations

from enum import StrEnum
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from engine.formats import WEIGHTS
from engine.formats.experiment_json import SUFFIX
from gui.actions import Actions
from gui.data.number_choice import NumberChoice
from gui.event_filters import on_event
from gui.pictures.asking import ask_where
from gui.theme import theme_of
from gui.translation import tr


def ask_experiment(parent: QWidget, folder: str) -> Path | None:
    """Which experiment to open; None if none."""
    chosen, _ = QFileDialog.getOpenFileName(
        parent, tr("Open experiment"), folder, _experiment_filter()
    )
    return Path(chosen) if chosen else None


class Unsaved(StrEnum):
    """What to do about work that is not saved."""

    SAVE = "save"
    DISCARD = "discard"
    STAY = "stay"


def ask_about_unsaved(parent: QWidget, title: str) -> Unsaved:
    """Whether to save what would be lost."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Gradwalk"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Save the changes to “{title}”?", title=title))
    box.setInformativeText(tr("Otherwise they are lost."))
    save = box.addButton(tr("&Save"), QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton(tr("&Don’t save"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(tr("&Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(stay)
    box.exec()
    answers = {id(save): Unsaved.SAVE, id(discard): Unsaved.DISCARD}
    return answers.get(id(box.clickedButton()), Unsaved.STAY)


def ask_overwrite(parent: QWidget, title: str) -> bool:
    """Whether to write over what another program has written in the meantime."""
    return _ask(
        parent,
        tr("Another program has changed “{title}” since it was opened.", title=title),
        tr("Write over it"),
    )


def ask_save_elsewhere(parent: QWidget, sentence: str) -> bool:
    """Tells why a file could not be written; whether to write another."""
    return _ask(parent, sentence, tr("Save as…"))


def _ask(parent: QWidget, sentence: str, yes: str) -> bool:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(tr("Gradwalk"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    button = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setEscapeButton(box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is button


def ask_where_to_save(parent: QWidget, suggested: Path) -> Path | None:
    """Where to write an experiment; None if nowhere."""
    answer = ask_where(parent, tr("Save experiment"), suggested, {_experiment_filter(): SUFFIX})
    return None if answer is None else answer[0]


def ask_data(parent: QWidget, folder: str) -> Path | None:
    """Which file of comma-separated values to import; None if none."""
    named = tr("Tables as text (*.csv *.tsv *.txt)") + ";;" + tr("All files (*)")
    chosen, _ = QFileDialog.getOpenFileName(parent, tr("Import data"), folder, named)
    return Path(chosen) if chosen else None


def ask_weights(parent: QWidget, folder: str, suffixes: tuple[str, ...]) -> Path | None:
    """Which file of weights to import; None if none."""
    endings = " ".join(f"*{suffix}" for suffix in suffixes)
    named = tr("Weights ({endings})", endings=endings) + ";;" + tr("All files (*)")
    chosen, _ = QFileDialog.getOpenFileName(parent, tr("Import weights"), folder, named)
    return Path(chosen) if chosen else None


def ask_new_network(parent: QWidget, sentence: str, sizes: tuple[int, ...]) -> bool:
    """Tells why weights do not fit; whether to make the network that they are of."""
    made = "-".join(map(str, sizes))
    return _ask(parent, sentence, tr("New network {sizes}", sizes=made))


def ask_where_to_export(parent: QWidget, suggested: Path, iterations: int) -> Path | None:
    """Where to write the weights; None if nowhere. The title says which weights they are."""
    if iterations == 1:
        title = tr("Export the weights after 1 iteration")
    else:
        title = tr("Export the weights after {count} iterations", count=iterations)
    filters = {f"{each.name} (*{suffix})": suffix for suffix, each in WEIGHTS.items()}
    answer = ask_where(parent, title, suggested, filters)
    return None if answer is None else answer[0]


def ask_iteration(parent: QWidget, here: int, newest: int, most: int) -> int | None:
    """Which iteration to go to; None if none. It may lie ahead of what has been run."""
    asked = IterationDialog(here, newest, most, parent)
    return int(asked.choice.value()) if asked.exec() else None


class IterationDialog(QDialog):
    """Asks for an iteration; what cannot be one is said as it is typed, and Enter goes there."""

    def __init__(self, here: int, newest: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Go to iteration"))
        theme = theme_of(self.palette())
        self.choice = NumberChoice(tr("Iteration"), here, 0, most, theme, whole=True)
        self.choice.changed.connect(self._tell)
        on_event(self.choice.field, QEvent.Type.KeyPress, self._goes)
        label = QLabel(
            tr("&Iteration (the run has come to {newest}; further is run on):", newest=newest)
        )
        label.setBuddy(self.choice.field)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setStyleSheet(f"color: {theme.negative}")
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(tr("Go"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        for part in (label, self.choice.field, self.reason, buttons):
            layout.addWidget(part)
        self.choice.field.selectAll()
        self.choice.field.setFocus()

    def _tell(self) -> None:
        problem = self.choice.problem()
        self.reason.setText(problem)
        self.go.setEnabled(not problem)

    def _goes(self, event: QEvent) -> bool:
        """Enter goes at once; the field alone would only take the number."""
        assert isinstance(event, QKeyEvent)
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if self.go.isEnabled():
            self.accept()
        return True


def ask_name(parent: QWidget, title: str, suggested: str, longest: int) -> str:
    """A short name; empty if none."""
    asked = QInputDialog(parent)
    asked.setWindowTitle(title)
    asked.setLabelText(tr("Name:"))
    asked.setTextValue(suggested)
    asked.setOkButtonText(tr("Add"))
    asked.setCancelButtonText(tr("Cancel"))
    field = asked.findChild(QLineEdit)
    if field is not None:
        field.setMaxLength(longest)
        field.selectAll()
    return asked.textValue().strip() if asked.exec() else ""


def tell(parent: QWidget, sentence: str) -> None:
    """One sentence about what could not be done."""
    box = QMessageBox(QMessageBox.Icon.Warning, tr("Gradwalk"), sentence, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.exec()


def ask_after_crash(parent: QWidget, details: str, log: Path | None) -> bool:
    """Tells of a fault of ours; whether the person wants to save the experiment."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle(tr("Gradwalk"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Something went wrong inside Gradwalk. Your experiment is still here."))
    if log is None:
        box.setInformativeText(tr("You can save it now, or go on."))
    else:
        box.setInformativeText(
            tr("You can save it now, or go on. The details are in the log: {path}", path=log)
        )
    box.setDetailedText(details)
    save = box.addButton(tr("Save experiment…"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Go on"), QMessageBox.ButtonRole.RejectRole)
    box.exec()
    return box.clickedButton() is save


class KeySheet(QDialog):
    """All keys, read from the actions themselves."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("All keys"))
        self.sheet = QTextBrowser()
        self.sheet.setHtml(_key_table(actions))
        self.sheet.setAccessibleName(tr("All keys"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sheet)
        layout.addWidget(buttons)
        self.resize(520, 620)


def _key_table(actions: Actions) -> str:
    rows: list[str] = []
    for group in actions.groups():
        entries = [
            (actions[name].text().replace("&", "").rstrip("…"), _keys(actions, name))
            for name in group.names
        ]
        shown = [(text, keys) for text, keys in entries if keys]
        if not shown:
            continue
        title = escape(group.title.replace("&", ""))
        rows.append(f'<tr><td colspan="2" style="padding-top:10px"><b>{title}</b></td></tr>')
        rows += [
            f'<tr><td style="padding-right:24px">{escape(text)}</td><td>{escape(keys)}</td></tr>'
            for text, keys in shown
        ]
    return f'<table cellpadding="3">{"".join(rows)}</table>'


def _keys(actions: Actions, name: str) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return "  ·  ".join(key.toString(native) for key in actions[name].shortcuts())


def _experiment_filter() -> str:
    return tr("Gradwalk experiments (*{suffix})", suffix=SUFFIX)


def about(parent: QWidget, version: str) -> None:
    """The version and the licence."""
    QMessageBox.about(
        parent,
        tr("About Gradwalk"),
        tr(
            "Gradwalk {version}\n\nWalks a neural network through back-propagation, one step at a "
            "time, forward and back.\n\nMIT licence. Fonts: STIX Two Math and Gradwalk Sans (from "
            "Inter), under the SIL Open Font License.",
            version=version,
        ),
    )
