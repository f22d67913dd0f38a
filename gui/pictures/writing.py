"""Pictures as files: SVG, PDF and PNG, each written all or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from engine.errors import FileError
from engine.formats.files import write_bytes
from gui.pictures.picture import Picture
from gui.pictures.svg import portable
from gui.translation import tr

SCALES = (1, 2, 3, 4)
_MOST_PIXELS = 100_000_000
_LONGEST_SIDE = 32_767  # Qt paints no further.
_MILLIMETRES_PER_INCH = 25.4
_POINTS_PER_INCH = 72


def write(path: Path, picture: Picture, scale: int = 1) -> None:
    """Writes a picture in the format of the file's ending. scale: of a PNG.

    Raises FileError.
    """
    encode = _encoder(path)
    try:
        content = encode(picture, scale)
    except FileError as error:
        raise FileError(f"{path.name}: {error}") from error
    write_bytes(path, content)


def _encoder(path: Path) -> Callable[[Picture, int], bytes]:
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(FORMATS)
        raise FileError(f"{path.name}: pictures are written to files ending in {known}") from None


def as_image(picture: Picture, scale: float = 1) -> QImage:
    """A picture in pixels, `scale` of them for each of its own.

    Raises FileError where there would be too many.
    """
    size = (QSizeF(picture.size) * scale).toSize().expandedTo(QSize(1, 1))
    wide, high = size.width(), size.height()
    is_too_large = wide * high > _MOST_PIXELS or max(wide, high) > _LONGEST_SIDE
    image = QImage() if is_too_large else QImage(size, QImage.Format.Format_RGB32)
    if image.isNull():  # Also where there is not so much memory.
        raise FileError(f"{wide} × {high} pixels are too many; choose a smaller scale or width")
    _set_dpi(image, picture.dpi)
    image.setDevicePixelRatio(scale)
    with QPainter(image) as painter:
        picture.paint(painter)
    # As large on paper as on the screen, whatever the scale.
    image.setDevicePixelRatio(1)
    _set_dpi(image, picture.dpi * scale)
    return image


def _set_dpi(image: QImage, dpi: float) -> None:
    dots = round(dpi * 1000 / _MILLIMETRES_PER_INCH)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)


def as_png(picture: Picture, scale: int) -> bytes:
    """A PNG. Raises FileError where it would have too many pixels."""
    buffer = _opened()
    as_image(picture, scale).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def as_svg(picture: Picture, _scale: int = 1) -> bytes:
    """An SVG without fonts: letters are outlines."""
    buffer = _opened()
    device = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    device.setOutputDevice(buffer)
    device.setTitle(tr("Gradwalk"))
    device.setDescription("")
    device.setSize(picture.size)
    device.setViewBox(QRectF(0, 0, picture.size.width(), picture.size.height()))
    device.setResolution(picture.dpi)
    with QPainter(device) as painter:
        picture.paint(painter)
    return portable(bytes(buffer.data().data()), picture.dpi)


def as_pdf(picture: Picture, _scale: int = 1) -> bytes:
    """A PDF of one page of the picture's size, with its fonts in it."""
    buffer = _opened()
    device = QPdfWriter(buffer)
    device.setTitle(tr("Gradwalk"))
    device.setCreator("Gradwalk")
    device.setResolution(picture.dpi)
    points = QSizeF(picture.size) * _POINTS_PER_INCH / picture.dpi
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    device.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", exact))
    device.setPageMargins(QMarginsF())
    with QPainter(device) as painter:
        # A page has whole points: without this, some of it might stay white at two edges.
        across = device.width() / picture.size.width()
        painter.scale(across, device.height() / picture.size.height())
        picture.paint(painter)
    return bytes(buffer.data().data())


def _opened() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


FORMATS: dict[str, Callable[[Picture, int], bytes]] = {
    ".svg": as_svg,
    ".pdf": as_pdf,
    ".png": as_png,
}
