"""The fonts of the timeline bar and what they measure, looked up once for a text size."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontMetricsF

_SMALLER = 0.85
_TIGHT = 0.88


@dataclass(frozen=True, slots=True)
class Lettering:
    """The bar's own font and the smaller ones of its rows."""

    text: QFont
    small: QFont
    bold: QFont
    text_metrics: QFontMetricsF
    metrics: QFontMetricsF
    bold_metrics: QFontMetricsF

    @property
    def line(self) -> float:
        """The height of a line of small text, without the room above accents."""
        return self.metrics.height() * _TIGHT


def lettering(font: QFont) -> Lettering:
    """The fonts that go with a text size."""
    small, bold = QFont(font), QFont(font)
    for each in (small, bold):
        each.setPointSizeF(font.pointSizeF() * _SMALLER)
    bold.setBold(True)
    metrics = (QFontMetricsF(each) for each in (font, small, bold))
    return Lettering(font, small, bold, *metrics)
