"""One line above the views: what happened, and what can be done about it. Never in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.icons import icon
from gui.theme import LIGHT, Theme
from gui.translation import tr

_STRIPE = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done, as a button."""

    text: str
    act: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence and its offers. about: what it is about; a newer notice takes its place."""

    about: str
    sentence: str
    offers: tuple[Offer, ...] = ()
    is_warning: bool = False
    on_dismiss: Callable[[], object] | None = None


class NoticeBar(QWidget):
    """Shows one notice after another; hidden where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[Notice] = []
        self._theme = LIGHT
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._dismiss = QToolButton()
        self._dismiss.setAutoRaise(True)
        self._dismiss.setToolTip(tr("Dismiss"))
        self._dismiss.setAccessibleName(tr("Dismiss"))
        self._dismiss.clicked.connect(self.dismiss)
        self._buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12 + _STRIPE, 5, 8, 5)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._dismiss)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Takes the colours of a theme."""
        self._theme = theme
        self._dismiss.setIcon(icon("close", theme))
        self.update()

    def tell(self, notice: Notice) -> None:
        """Shows a notice; one about the same thing goes."""
        self._notices = [each for each in self._notices if each.about != notice.about]
        self._notices.append(notice)
        self._show()

    def withdraw(self, about: str) -> None:
        """There is no more reason for the notice about something."""
        left = [each for each in self._notices if each.about != about]
        if len(left) != len(self._notices):
            self._notices = left
            self._show()

    def dismiss(self) -> None:
        """The person has read the notice that is shown."""
        if self._notices:
            notice = self._notices.pop()
            if notice.on_dismiss is not None:
                notice.on_dismiss()
            self._show()

    @property
    def sentence(self) -> str:
        """What is shown; empty if nothing is."""
        return self._notices[-1].sentence if self._notices else ""

    def offers(self) -> Sequence[QPushButton]:
        """The buttons of the notice that is shown."""
        return tuple(self._buttons)

    def _show(self) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        self.setVisible(bool(self._notices))
        if not self._notices:
            return
        notice = self._notices[-1]
        self._text.setText(notice.sentence)
        self.setAccessibleName(notice.sentence)
        for offer in notice.offers:
            button = QPushButton(offer.text)
            button.clicked.connect(lambda _=False, offer=offer: self._take(notice, offer))
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons.append(button)
        self.update()

    def _take(self, notice: Notice, offer: Offer) -> None:
        self._notices = [each for each in self._notices if each is not notice]
        self._show()
        offer.act()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        is_warning = bool(self._notices) and self._notices[-1].is_warning
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self._theme.accent_soft))
            stripe = self._theme.negative if is_warning else self._theme.accent
            painter.fillRect(0, 0, _STRIPE, self.height(), QColor(stripe))
