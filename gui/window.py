"""The window as Qt knows it: painted before NumPy, the engine and what is put into it are imported.

So nothing that is imported here may import those; `furnishing` puts the rest in.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QMimeData, QSize, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow

from gui.fonts import text_font
from gui.remembered import Remembered
from gui.skeleton import Skeleton
from gui.theme import LIGHT, THEMES, wear
from gui.translation import tr

DEFAULT_SIZE = QSize(1280, 800)


class Contents(Protocol):
    """What the window passes on of what Qt tells it."""

    def may_close(self) -> bool:
        """Whether the window may close: asks where something is not saved."""

    def take_file(self, path: Path) -> None:
        """Opens a file that was dropped."""

    def scale_text(self, direction: int) -> None:
        """Larger (1), or smaller (-1)."""

    def come_up(self) -> None:
        """The window is shown."""

    def come_late(self) -> None:
        """The window has been shown before there was anything in it."""


class MainWindow(QMainWindow):
    """One window on one run. Until it is furnished, it shows where everything will stand.

    painted: the first time, while it is empty.
    """

    painted = Signal()
    _contents: Contents | None = None

    def __init__(self, remembered: Remembered) -> None:
        # First of all: what is made afterwards has them from the start.
        wear(THEMES.get(remembered.theme, LIGHT))
        QApplication.setFont(text_font(remembered.points))
        super().__init__()
        self._remembered = remembered
        self.setWindowTitle(tr("Gradwalk"))
        self.setMinimumSize(900, 560)
        # A size kept from a larger screen would leave the status bar outside of this one.
        size = remembered.window_size or DEFAULT_SIZE
        self.resize(size.boundedTo(self.screen().availableSize()))
        skeleton = Skeleton(experiment_shown=remembered.experiment_shown)
        skeleton.painted.connect(self.painted)
        self.setCentralWidget(skeleton)

    def furnish(self, contents: Contents) -> None:
        """From now on there is something in the window that hears what Qt tells it."""
        self._contents = contents
        self.setAcceptDrops(True)
        if self.isVisible():
            contents.come_late()

    def __getattr__(self, name: str) -> Any:
        """What is in the window is the window's: `window.study`, `window.filing`."""
        if self._contents is None:
            raise AttributeError(f"the window is not furnished yet, and has no {name}")
        return getattr(self._contents, name)

    # What Qt tells

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._contents is not None:
            self._contents.come_up()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.isMaximized():
            self._remembered.window_size = event.size()

    def wheelEvent(self, event: QWheelEvent) -> None:
        from PySide6.QtCore import Qt  # Its enumerations take long to make: see Skeleton.

        if self._contents is None or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._contents.scale_text(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event.mimeData())
        if path is not None and self._contents is not None:
            event.acceptProposedAction()
            # Once the other program has its drag and drop behind it: a question may follow.
            QTimer.singleShot(0, partial(self._contents.take_file, path))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._contents is not None and not self._contents.may_close():
            event.ignore()
            return
        super().closeEvent(event)


def _dropped_file(data: QMimeData) -> Path | None:
    """The one file that is dragged, if it is one."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
