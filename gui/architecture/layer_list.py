"""The layers of a network as a list, with the acts on them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui.architecture.controls import Act
from gui.architecture.draft import Draft
from gui.architecture.words import layer_line, layer_title
from gui.event_filters import keep_keys
from gui.theme import Theme
from gui.translation import tr

_MOST_ROWS = 8
ADD, REMOVE, UP, DOWN = "add", "remove", "up", "down"
_MARK = "! "


class LayerList(QWidget):
    """Input first, output last. Row l is layer l.

    chosen: the number of another layer. asked: ADD, REMOVE, UP or DOWN, for the layer chosen.
    """

    chosen = Signal(object)
    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = _Rows()
        self.rows.asked.connect(self.asked)
        self.rows.currentRowChanged.connect(self._row_chosen)
        self.add = self._button(ADD, tr("Add"), tr("Add a hidden layer after this one (Insert)"))
        self.remove = self._button(REMOVE, "✕", tr("Remove this layer (Delete)"))
        self.up = self._button(UP, "↑", tr("Move this layer towards the input (Alt+Up)"))
        self.down = self._button(DOWN, "↓", tr("Move this layer towards the output (Alt+Down)"))
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for button in (self.add, self.remove, self.up, self.down):
            buttons.addWidget(button)
        buttons.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.rows)
        whole.addLayout(buttons)

    def number(self) -> int:
        """The layer chosen; 0 is the input."""
        return max(0, self.rows.currentRow())

    def choose(self, number: int) -> None:
        """Chooses a layer."""
        self.rows.setCurrentRow(number)

    def show_layers(self, draft: Draft, wrong: int | None, theme: Theme) -> None:
        """Lists the layers of a draft; wrong: the one with a problem."""
        blocked = self.rows.blockSignals(True)
        while self.rows.count() > draft.last + 1:
            self.rows.takeItem(self.rows.count() - 1)
        while self.rows.count() < draft.last + 1:
            self.rows.addItem(QListWidgetItem())
        for number in range(draft.last + 1):
            self._show_layer(self.rows.item(number), number, draft, number == wrong, theme)
        self.rows.blockSignals(blocked)
        self.rows.fit()

    def _show_layer(
        self, item: QListWidgetItem, number: int, draft: Draft, is_wrong: bool, theme: Theme
    ) -> None:
        title, line = layer_title(number, draft), layer_line(number, draft)
        item.setText(_MARK + line if is_wrong else line)
        item.setForeground(QColor(theme.negative if is_wrong else theme.text))
        item.setToolTip(title)
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole, tr("{title}: {line}", title=title, line=line)
        )

    def _button(self, act: str, text: str, description: str) -> Act:
        button = Act(text, description)
        button.setProperty("act", act)
        button.clicked.connect(self._press)
        return button

    def _row_chosen(self, row: int) -> None:
        self.chosen.emit(row)

    def _press(self) -> None:
        sender = self.sender()
        assert sender is not None
        self.asked.emit(sender.property("act"))


class _Rows(QListWidget):
    """The list itself: its keys are its own while it has the focus."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Layers"))
        self.setAccessibleDescription(
            tr("Insert adds a layer, Delete removes it, Alt+Up and Alt+Down move it")
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        keep_keys(self, _is_own)

    def fit(self) -> None:
        """As high as its rows, up to a number of them."""
        row = max(self.fontMetrics().height(), self.sizeHintForRow(0))
        self.setFixedHeight(row * min(max(self.count(), 2), _MOST_ROWS) + 2 * self.frameWidth())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = _act_of(event)
        if act:
            self.asked.emit(act)
        else:
            super().keyPressEvent(event)


def _is_own(event: QKeyEvent) -> bool:
    moves = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers()
    return moves or bool(_act_of(event))


def _act_of(event: QKeyEvent) -> str:
    """What a key asks for; empty where it only moves in the list, or does nothing."""
    key, alt = event.key(), event.modifiers() == Qt.KeyboardModifier.AltModifier
    if alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        return UP if key == Qt.Key.Key_Up else DOWN
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return ""
    return {Qt.Key.Key_Insert: ADD, Qt.Key.Key_Delete: REMOVE}.get(Qt.Key(key), "")
