"""The bundled fonts. A machine may have none of its own, and not the one for mathematics."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

TEXT_FAMILY = "Gradwalk Sans"
MATHS_FAMILY = "STIX Two Math"

_PLAIN = "GradwalkSans-Regular.ttf"
_FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
_log = logging.getLogger(__name__)


def load_text_font() -> None:
    """Makes the font of plain writing known to Qt: the first paint needs no other."""
    _load(_FONTS / _PLAIN)


def load_fonts() -> None:
    """Makes all of the bundled fonts known to Qt."""
    for path in sorted(_FONTS.glob("*.ttf")):
        _load(path)


@cache
def _load(path: Path) -> None:
    """A missing one is logged, and Qt falls back."""
    if QFontDatabase.addApplicationFont(str(path)) < 0:
        _log.warning("the font %s could not be loaded", path.name)


def text_font(points: float) -> QFont:
    """The font of labels and controls."""
    font = QFont(TEXT_FAMILY)
    font.setPointSizeF(points)
    return font
