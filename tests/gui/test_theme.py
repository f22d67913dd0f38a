"""Palettes: what Fusion paints with them can be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import CONTROLS, THEMES, Theme, control_palette, palette

KINDS = (QCheckBox, QRadioButton, QLineEdit, QComboBox, QDoubleSpinBox)
# Of the frame against what is around it. The light frames are Fusion's own.
LEAST_CONTRAST = {"light": 1.5, "dark": 3.0}


def luminance(colour: QColor) -> float:
    """The relative luminance of the contrast rules for the web."""
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """From 1 for the same colour to 21 for black on white."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_frame_of_a_control_can_be_seen(qtbot, qapp, kind: type[QWidget], theme: Theme) -> None:
    qapp.setStyle("Fusion")
    window = QWidget()
    qtbot.addWidget(window)
    window.setPalette(palette(theme))
    control = kind()
    control.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # The focus has a frame of its own.
    control.setPalette(control_palette(theme))
    QVBoxLayout(window).addWidget(control)
    window.show()
    qtbot.waitExposed(window)
    image = window.grab().toImage()
    middle = control.geometry().center().y()
    row = [image.pixelColor(x, middle) for x in range(control.x() - 2, control.x() + 3)]
    strongest = max(contrast(each, QColor(theme.window)) for each in row)
    assert strongest > LEAST_CONTRAST[theme.name]
    assert any(control.inherits(name) for name in CONTROLS)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_control_keeps_the_colours_of_its_writing(theme: Theme) -> None:
    ordinary, own = palette(theme), control_palette(theme)
    for part in ("windowText", "base", "text", "button", "buttonText", "highlight"):
        assert getattr(own, part)() == getattr(ordinary, part)()
