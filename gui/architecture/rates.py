"""A table to give every weight of a layer its own learning rate."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.experiment import Layer
from gui.architecture.controls import Reason
from gui.architecture.rates_model import Index, RatesModel
from gui.number_field import problem_with
from gui.theme import Theme
from gui.translation import tr

_ROOM = 24
_MARGINS = 60


class _Delegate(QStyledItemDelegate):
    """A field over the cell; it stays open while what was typed is no number."""

    refused = Signal(object)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setFrame(False)
        field.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        field.textEdited.connect(self._judge)
        return field

    def _judge(self, text: str) -> None:
        self.refused.emit(problem_with(text))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        keys = Qt.Key
        if (
            isinstance(editor, QLineEdit)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (keys.Key_Return, keys.Key_Enter, keys.Key_Tab, keys.Key_Backtab)
            and problem_with(editor.text())
        ):
            self._judge(editor.text())
            return True
        return super().eventFilter(editor, event)


class _View(QTableView):
    """Enter types in the cell instead of closing the dialog; Tab leaves the table."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabKeyNavigation(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.state() != QAbstractItemView.State.EditingState:
            self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)
        if is_enter:
            event.accept()


class RatesDialog(QDialog):
    """The learning rates of one layer. Nothing is changed before OK.

    taken: the weights' Rate and the biases' Rate.
    """

    taken = Signal(object, object)

    def __init__(
        self,
        title: str,
        layer: Layer,
        n_in: int,
        usual: float,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Learning rates: {layer}", layer=title))
        self.model = RatesModel(
            (layer.units, n_in),
            layer.weight_learning_rate,
            layer.bias_learning_rate,
            usual,
            layer.bias,
            theme,
            self,
        )
        self.table = _View()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Learning rates: to each unit, from each unit below"))
        delegate = _Delegate(self)
        self.table.setItemDelegate(delegate)
        self.message = Reason()
        self.message.set_colour(theme.negative)
        self.spread = _button(
            tr("&Same for the selected"), tr("They all get the rate of the current cell")
        )
        self.freeze = _button(tr("&Freeze the selected"), tr("Their rate becomes 0"))
        self.follow = _button(tr("As the &optimizer's"), tr("No rates of their own"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self.model.refused.connect(self.message.say)
        delegate.refused.connect(self.message.say)
        delegate.closeEditor.connect(self._typing_ended)
        self.freeze.clicked.connect(self._freeze)
        self.spread.clicked.connect(self._spread)
        self.follow.clicked.connect(self.model.follow_optimizer)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.table.setCurrentIndex(self.model.index(0, 0))

    def _lay_out(self) -> None:
        about = QLabel(
            tr("A row for each unit of the layer, a column for each unit below. 0 freezes.")
        )
        about.setWordWrap(True)
        acts = QHBoxLayout()
        for button in (self.spread, self.freeze, self.follow):
            acts.addWidget(button)
        acts.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addWidget(about)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.message)
        whole.addLayout(acts)
        whole.addWidget(self.buttons)
        header = self.table.horizontalHeader()
        header.setDefaultSectionSize(self.fontMetrics().horizontalAdvance("0.000000") + _ROOM)
        # All columns are in sight where the screen has room for them.
        columns = (self.model.columnCount() + 1) * header.defaultSectionSize()
        self.resize(min(max(480, columns + _MARGINS), 900), 320)

    def _typing_ended(self) -> None:
        self.message.say("")

    def _freeze(self) -> None:
        self.model.set_rates(self.table.selectionModel().selection(), 0.0)

    def _spread(self) -> None:
        value = self.model.rate_at(self.table.currentIndex())
        self.model.set_rates(self.table.selectionModel().selection(), value)

    def accept(self) -> None:
        super().accept()
        self.taken.emit(self.model.weight_rate(), self.model.bias_rate())


def _button(text: str, description: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(description)
    button.setAutoDefault(False)
    return button
