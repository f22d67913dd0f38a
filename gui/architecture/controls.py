"""The controls of a panel beside the run: what they do is never done by a stray key or wheel.

They take the focus by the Tab key alone, so that Space and the arrows go on stepping after a click.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QSizePolicy, QToolButton

from gui.event_filters import keep_keys
from gui.theme import Theme

_FEWEST_LETTERS = 6
_PRESSING = (
    Qt.Key.Key_Space,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
)


class Choice(QComboBox):
    """A box to choose from: its keys open the list, so that a choice is made once, not on the way.

    The wheel scrolls the panel and leaves the choice alone.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, _presses)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_FEWEST_LETTERS)

    def offer(self, names: Mapping[str, str], descriptions: Mapping[str, str]) -> None:
        """What can be chosen, by key; the same again changes nothing."""
        if [self.itemData(at) for at in range(self.count())] == list(names) and all(
            self.itemText(at) == name for at, name in enumerate(names.values())
        ):
            return
        blocked = self.blockSignals(True)
        self.clear()
        for at, (key, name) in enumerate(names.items()):
            self.addItem(name, key)
            self.setItemData(at, descriptions.get(key, ""), Qt.ItemDataRole.ToolTipRole)
        self.blockSignals(blocked)

    def choose(self, key: str) -> None:
        """Shows what is chosen; nobody is told."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(self.findData(key))
        self.blockSignals(blocked)
        self.setToolTip(str(self.currentData(Qt.ItemDataRole.ToolTipRole) or ""))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (*_PRESSING, Qt.Key.Key_F4):
            self.showPopup()
        else:
            event.ignore()


class Check(QCheckBox):
    """On or off; Space switches it while it has the focus."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, _presses)

    def show_checked(self, checked: bool) -> None:
        """Shows whether it is on; nobody is told."""
        blocked = self.blockSignals(True)
        self.setChecked(checked)
        self.blockSignals(blocked)


class Act(QToolButton):
    """A button for one act; Space and Enter press it while it has the focus."""

    def __init__(self, text: str, description: str) -> None:
        super().__init__()
        self.setText(text)
        self.setToolTip(description)
        self.setAccessibleName(description)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, _presses)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Reason(QLabel):
    """Why something does not do; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        # QLabel's own is the height in the narrowest column; here the width decides it.
        return QSize(0, self.fontMetrics().height())

    def say(self, text: str) -> None:
        """The reason from now on."""
        self.setText(text)
        self.setVisible(bool(text))

    def set_colour(self, colour: str) -> None:
        """The colour of the letters."""
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.setPalette(palette)


class Heading(QLabel):
    """The title of a part of the panel."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        font = QFont()  # Only what is set here; the size follows the parent's.
        font.setBold(True)
        self.setFont(font)


def narrow_form() -> QFormLayout:
    """Labels beside their fields, or above them where there is too little room."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(6)
    form.setVerticalSpacing(4)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def muted(label: QLabel, theme: Theme) -> None:
    """Writes a label in the theme's muted colour."""
    palette = QPalette(label.palette())
    palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.muted))
    label.setPalette(palette)


def _presses(event: QKeyEvent) -> bool:
    return event.key() in _PRESSING and not event.modifiers()
