"""A picture as it will be, as large as there is room for it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.pictures.picture import Picture
from gui.pictures.writing import as_image
from gui.theme import Theme
from gui.translation import tr

_MARGIN = 8


class Preview(QWidget):
    """Shows a Picture, never larger than on the screen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._picture: Picture | None = None
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Preview"))

    def show_picture(self, picture: Picture | None) -> None:
        """Which picture; None for none."""
        self._picture, self._image = picture, None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.window))
            if self._picture is None:
                return
            scale = self._scale(self._picture)
            ratio = self.devicePixelRatioF()
            shown = QRectF(QPointF(), self._picture.size.toSizeF() * scale)
            shown.moveCenter(QRectF(self.rect()).center())
            if self._image is None or not _fits(self._image, shown, ratio):
                self._image = as_image(self._picture, scale * ratio)
            painter.drawImage(shown.toAlignedRect(), self._image)
            painter.setPen(QPen(QColor(self._theme.line), 1))
            painter.drawRect(shown.toAlignedRect().adjusted(-1, -1, 0, 0))

    def _scale(self, picture: Picture) -> float:
        """Of the picture's size, so that all of it has room."""
        across = (self.width() - 2 * _MARGIN) / max(picture.size.width(), 1)
        down = (self.height() - 2 * _MARGIN) / max(picture.size.height(), 1)
        return max(min(across, down, 1.0), 0.01)


def _fits(image: QImage, shown: QRectF, ratio: float) -> bool:
    return abs(image.width() - shown.width() * ratio) < 1.0
