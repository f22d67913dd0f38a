"""The bundled fonts. A machine may have none of its own, and not the one for mathematics."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

TEXT_FAMILY = "Gradwalk Sans"
MATHS_FAMILY = "STIX Two Math"

_FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
_log = logging.getLogger(__name__)


def load_fonts() -> None:
    """Makes the bundled fonts known to Qt; a missing one is logged, and Qt falls back."""
    for path in sorted(_FONTS.glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            _log.warning("the font %s could not be loaded", path.name)


def text_font(points: float) -> QFont:
    """The font of labels and controls."""
    font = QFont(TEXT_FAMILY)
    font.setPointSizeF(points)
    return font
