"""The transport: step, run, travel, granularity, speed, and which example."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolBar,
    QToolButton,
    QWidget,
)

from engine.program import Granularity
from gui.translation import tr

_SLIDER_STEPS = 200


class Transport(QToolBar):
    """The toolbar. It shows the actions it is given, and emits what is chosen."""

    granularity_chosen = Signal(object)
    speed_chosen = Signal(object)
    example_chosen = Signal(object)

    def __init__(
        self,
        granularities: dict[Granularity, str],
        speeds: tuple[float, float],
        examples: dict[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Transport"), parent)
        self.setObjectName("transport")
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(22, 22))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._slowest, self._fastest = speeds
        self.granularity = self._make_granularity(granularities)
        self.speed = self._make_speed()
        self._speed_label = QLabel()
        self.example = self._make_example(examples)

    def fill(
        self, steps: list[QAction], running: list[QAction], resets: list[QAction], view: QAction
    ) -> None:
        """Lays out the actions and the controls, left to right."""
        for action in steps:
            self.addAction(action)
        self.addSeparator()
        self.addWidget(_labelled(tr("step by"), self.granularity))
        self.addSeparator()
        self.addWidget(_labelled(tr("speed"), self.speed))
        self.addWidget(self._speed_label)
        for action in running:
            self.addAction(action)
        self.addSeparator()
        self.addWidget(_labelled(tr("example"), self.example))
        for action in resets:
            self.addAction(action)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        self.addAction(view)
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_granularity(self, granularity: Granularity) -> None:
        """Shows what is chosen, without choosing it again."""
        self.granularity.setCurrentIndex(self.granularity.findData(granularity))

    def show_speed(self, speed: float) -> None:
        """Shows how many steps a second are taken."""
        share = math.log(speed / self._slowest) / math.log(self._fastest / self._slowest)
        blocked = self.speed.blockSignals(True)
        self.speed.setValue(round(share * _SLIDER_STEPS))
        self.speed.blockSignals(blocked)
        self._speed_label.setText(tr("{speed}/s", speed=_short(speed)))

    def show_example(self, name: str, title: str) -> None:
        """Shows which example is open; a file of one's own by its title."""
        own = self.example.findData("")
        if own >= 0:
            self.example.removeItem(own)
        if not name:
            self.example.insertItem(0, title or tr("Untitled"), "")
        self.example.setCurrentIndex(self.example.findData(name))

    def _make_granularity(self, granularities: dict[Granularity, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("How far one step goes"))
        box.setToolTip(tr("How far one step goes (keys 1 to 6)"))
        for granularity, text in granularities.items():
            box.addItem(text, granularity)
        box.activated.connect(self._choose_granularity)
        return box

    def _make_speed(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, _SLIDER_STEPS)
        slider.setFixedWidth(90)
        slider.setPageStep(20)
        slider.setAccessibleName(tr("Steps a second"))
        slider.setToolTip(tr("Steps a second while running (keys + and −)"))
        slider.valueChanged.connect(self._choose_speed)
        return slider

    def _make_example(self, examples: dict[str, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Example"))
        box.setToolTip(tr("Open an experiment that ships with Gradwalk"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(19)
        for name, title in examples.items():
            box.addItem(title, name)
        box.activated.connect(self._choose_example)
        return box

    def _choose_granularity(self, index: int) -> None:
        # Qt keeps a StrEnum as a plain str.
        self.granularity_chosen.emit(Granularity(self.granularity.itemData(index)))

    def _choose_speed(self, value: int) -> None:
        share = value / _SLIDER_STEPS
        self.speed_chosen.emit(self._slowest * (self._fastest / self._slowest) ** share)

    def _choose_example(self, index: int) -> None:
        name = self.example.itemData(index)
        if name:
            self.example_chosen.emit(name)


def _short(speed: float) -> str:
    return f"{speed:.1f}" if speed < 9.95 else f"{speed:.0f}"


def _labelled(text: str, control: QWidget) -> QWidget:
    both = QWidget()
    layout = QHBoxLayout(both)
    layout.setContentsMargins(6, 0, 6, 0)
    layout.setSpacing(6)
    both.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    label = QLabel(text)
    label.setBuddy(control)
    layout.addWidget(label)
    layout.addWidget(control)
    return both
