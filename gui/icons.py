"""The bundled icons, drawn in the theme's colours."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.theme import Theme, mixed

_ICONS = Path(__file__).resolve().parent.parent / "resources" / "icons"
# Those of menus and of the toolbar, once and doubled for a dense screen: from any other size they
# are scaled, and blurred.
_SIZES = (16, 22, 32, 44)
_OF_THE_WINDOW = (16, 24, 32, 48, 64, 128, 256)


def icon(name: str, theme: Theme) -> QIcon:
    """An icon of the line set, by its file's name; empty where the file is missing."""
    made = QIcon()
    faded = mixed(theme.muted, theme.window, 0.55).name()
    for mode, colour in ((QIcon.Mode.Normal, theme.text), (QIcon.Mode.Disabled, faded)):
        for pixmap in _pixmaps(name, colour):
            made.addPixmap(pixmap, mode)
    return made


def application_icon() -> QIcon:
    """The program's own icon, in colour."""
    made = QIcon()
    for pixmap in _pixmaps("gradwalk", None, _OF_THE_WINDOW):
        made.addPixmap(pixmap)
    return made


def _pixmaps(name: str, colour: str | None, sizes: tuple[int, ...] = _SIZES) -> list[QPixmap]:
    path = _ICONS / f"{name}.svg"
    if not path.is_file():
        return []
    source = path.read_text(encoding="utf-8")
    if colour is not None:
        source = source.replace("#000000", colour)
    renderer = QSvgRenderer(QByteArray(source.encode("utf-8")))
    return [_drawn(renderer, size) for size in sizes]


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        renderer.render(painter, QRectF(0, 0, size, size))
    return pixmap
