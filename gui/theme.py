"""Colours, pens and palettes, light and dark."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one look, as #rrggbb.

    window: behind panels; surface: behind the drawings; raised: node and chip fill; line: borders;
    text and muted: writing; positive and negative: the sign of a number (never colour alone: the
    sign is written, negative edges are dashed); accent: what the current Step reads; written: what
    it writes; forward, delta, gradient, update: the four phases.
    """

    name: str
    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    positive: str
    negative: str
    accent: str
    accent_soft: str
    written: str
    written_soft: str
    forward: str
    delta: str
    gradient: str
    update: str

    @property
    def is_dark(self) -> bool:
        """Whether the background is dark."""
        return QColor(self.window).lightnessF() < 0.5

    def phase_colour(self, phase: str) -> str:
        """The colour of a phase, by its name in the engine."""
        colour: str = getattr(self, phase)
        return colour


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    surface="#ffffff",
    raised="#ffffff",
    line="#d0d5dd",
    text="#16181d",
    muted="#5b6472",
    positive="#0072b2",
    negative="#d55e00",
    accent="#7a4fbf",
    accent_soft="#efe7fb",
    written="#0f7b4f",
    written_soft="#dcf3e7",
    forward="#0f6cbd",
    delta="#a8186b",
    gradient="#7a6000",
    update="#0f7b4f",
)

DARK = Theme(
    name="dark",
    window="#16181c",
    surface="#1e1e1e",
    raised="#282b31",
    line="#41464f",
    text="#eceef2",
    muted="#a0a8b5",
    positive="#4aa8e0",
    negative="#f0883e",
    accent="#bb9af0",
    accent_soft="#3a2f52",
    written="#5fd0a0",
    written_soft="#1e4234",
    forward="#6cb4f5",
    delta="#f27fbd",
    gradient="#e0c25a",
    update="#5fd0a0",
)

CONTROLS = ("QCheckBox", "QRadioButton", "QLineEdit", "QComboBox", "QAbstractSpinBox")
"""The classes of the controls with a frame that `control_palette` is for."""

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def mixed(colour: str, background: str, share: float) -> QColor:
    """`share` of `colour` over `background`, opaque: alpha costs twenty times as much to paint."""
    a, b = QColor(colour), QColor(background)
    return QColor(
        round(b.red() + (a.red() - b.red()) * share),
        round(b.green() + (a.green() - b.green()) * share),
        round(b.blue() + (a.blue() - b.blue()) * share),
    )


def palette(theme: Theme) -> QPalette:
    """The Fusion palette of a theme; the platform's own colour scheme is not asked."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.window),
        (roles.WindowText, theme.text),
        (roles.Base, theme.surface),
        (roles.AlternateBase, theme.window),
        (roles.ToolTipBase, theme.raised),
        (roles.ToolTipText, theme.text),
        (roles.PlaceholderText, theme.muted),
        (roles.Text, theme.text),
        (roles.Button, theme.raised),
        (roles.ButtonText, theme.text),
        (roles.BrightText, theme.negative),
        (roles.Link, theme.positive),
        (roles.Highlight, theme.positive),
        (roles.HighlightedText, theme.surface if not theme.is_dark else "#0b0c0e"),
        (roles.Light, theme.raised),
        (roles.Midlight, theme.line),
        (roles.Mid, theme.line),
        (roles.Dark, theme.line),
        (roles.Shadow, "#000000"),
    ):
        made.setColor(role, QColor(colour))
    faded = mixed(theme.muted, theme.window, 0.6)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return made


def theme_of(colours: QPalette) -> Theme:
    """The theme whose palette it is, for what is shown for a moment and told of no change."""
    is_dark = colours.color(QPalette.ColorRole.Window).lightness() < 128
    return DARK if is_dark else LIGHT


def control_palette(theme: Theme) -> QPalette:
    """The palette of `CONTROLS`, whose frames Fusion paints in a darker shade of Window.

    On a dark window no such shade can be seen. These controls leave what is behind them alone, so
    with them Window is free to be lighter.
    """
    made = palette(theme)
    if theme.is_dark:
        made.setColor(QPalette.ColorRole.Window, QColor(theme.muted))
    return made


def wear(theme: Theme) -> None:
    """Gives all widgets the palettes of a theme."""
    QApplication.setPalette(palette(theme))
    for name in CONTROLS:  # In both themes: the palette of a class outlives the general one.
        # The stubs want bytes, which Qt refuses.
        QApplication.setPalette(control_palette(theme), name)  # type: ignore[arg-type]
