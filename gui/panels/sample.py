"""Which sample of the batch the views look at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QToolButton, QWidget

from engine.experiment import Experiment
from engine.frame import Frame
from gui.function.reading import Reading, row_reading
from gui.numbers import NumberFormat
from gui.translation import tr

_LONGEST = 28


class SampleChooser(QWidget):
    """sample 3 of 10 (row 57: versicolor): empty where a batch has one sample.

    The spin box is for the keyboard, the buttons are for the mouse: so no arrow key and no Space
    is taken from stepping, except by the spin box while it has the focus.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._reading: Reading | None = None
        self._names: tuple[str, ...] = ()
        self._numbers = NumberFormat()
        self._wanted = 0
        self._inside = QWidget()
        self._before, self._after = QLabel(), QLabel()
        self._spin = QSpinBox()
        self._spin.setRange(1, 1)
        self._spin.setKeyboardTracking(False)
        self._spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._spin.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._spin.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._spin.valueChanged.connect(self._choose_number)
        self._previous = self._button(Qt.ArrowType.LeftArrow)
        self._next = self._button(Qt.ArrowType.RightArrow)
        self._previous.clicked.connect(self._choose_previous)
        self._next.clicked.connect(self._choose_next)
        self._before.setBuddy(self._spin)
        self._lay_out()
        self._write_texts()
        self._inside.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._inside)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(4)
        for part in (self._before, self._previous, self._spin, self._next, self._after):
            row.addWidget(part)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._inside)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def _button(self, arrow: Qt.ArrowType) -> QToolButton:
        button = QToolButton()
        button.setArrowType(arrow)
        button.setAutoRaise(True)
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    # What is shown

    def set_experiment(self, experiment: Experiment) -> None:
        """Whose samples they are; begins at the first of a batch again."""
        self._reading = row_reading(experiment)
        self._names = experiment.data.target_names
        self._wanted = 0
        self._frame = None
        self._after.setMinimumWidth(0)

    def set_names(self, target_names: tuple[str, ...]) -> None:
        """What the targets are called from now on."""
        self._names = target_names
        self._refresh()

    def set_frame(self, frame: Frame) -> None:
        """The batch one stands in. A batch smaller than the column chosen shows its last one."""
        self._frame = frame
        self._refresh()

    def show_sample(self, column: int) -> None:
        """Shows a column as chosen, without choosing it."""
        self._wanted = column
        self._refresh()

    def set_numbers(self, numbers: NumberFormat) -> None:
        """How targets are written from now on."""
        self._numbers = numbers
        self._refresh()

    @property
    def column(self) -> int:
        """The column that is shown: the one chosen, or the last where the batch is smaller."""
        batch = self._frame.batch if self._frame is not None else 1
        return min(self._wanted, batch - 1)

    def is_shown(self) -> bool:
        """Whether there is anything to choose."""
        return self._inside.isVisibleTo(self)

    def text(self) -> str:
        """The whole sentence, as it reads."""
        return f"{self._before.text()} {self._spin.value()} {self._after.text()}"

    def _refresh(self) -> None:
        frame = self._frame
        if frame is None:
            return
        self._inside.setVisible(frame.batch > 1)
        blocked = self._spin.blockSignals(True)
        self._spin.setRange(1, frame.batch)
        self._spin.setValue(self.column + 1)
        self._spin.blockSignals(blocked)
        self._previous.setEnabled(self.column > 0)
        self._next.setEnabled(self.column < frame.batch - 1)
        if frame.batch > 1:
            self._write_sample(frame)

    def _write_sample(self, frame: Frame) -> None:
        row, target = frame.samples[self.column] + 1, self._target_text(frame)
        short = target if len(target) <= _LONGEST else target[: _LONGEST - 1] + "…"
        text = tr("of {count} (row {row}: {target})", count=frame.batch, row=row, target=short)
        whole = tr("of {count} (row {row}: {target})", count=frame.batch, row=row, target=target)
        self._after.setText(text)
        # Never narrower again, or what stands beside it would jump at each batch.
        self._after.setMinimumWidth(self._after.sizeHint().width())
        self._after.setToolTip(whole)
        self._spin.setAccessibleDescription(whole)

    def _target_text(self, frame: Frame) -> str:
        """The name of the target's class, or its numbers."""
        target = frame.after["t"][:, self.column]
        reading = self._reading
        if reading is None:
            return ""
        text = reading.target_text(target, self._numbers)
        named = len(self._names) == 1 and len(target) == 1
        return tr("{name} {value}", name=self._names[0], value=text) if named else text

    # What is asked for

    def _choose(self, column: int) -> None:
        self._wanted = column
        self._refresh()
        self.chosen.emit(column)

    def _choose_number(self, number: int) -> None:
        self._choose(number - 1)

    def _choose_previous(self) -> None:
        self._choose(max(self.column - 1, 0))

    def _choose_next(self) -> None:
        last = self._frame.batch - 1 if self._frame is not None else 0
        self._choose(min(self.column + 1, last))

    # Words

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._write_texts()
            self._refresh()

    def _write_texts(self) -> None:
        self.setAccessibleName(tr("Sample of the batch"))
        self._before.setText(tr("sample"))
        self._spin.setAccessibleName(tr("Sample of the batch that is looked at"))
        self._spin.setToolTip(tr("Which sample of the batch the views look at"))
        self._previous.setToolTip(tr("Previous sample of the batch"))
        self._previous.setAccessibleName(tr("Previous sample of the batch"))
        self._next.setToolTip(tr("Next sample of the batch"))
        self._next.setAccessibleName(tr("Next sample of the batch"))
