"""Export picture: what, in which colours, how large; then as a file or on the clipboard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from engine.errors import GradwalkError
from gui.data.choices import made_choice
from gui.data.number_choice import NumberChoice
from gui.pictures.asking import ask_where
from gui.pictures.picture import Picture, Pictured
from gui.pictures.preview import Preview
from gui.pictures.writing import SCALES, as_image, as_svg, write
from gui.theme import THEMES, Theme
from gui.translation import tr

_NARROWEST, _WIDEST = 320, 4000
_AFTER_TYPING_MS = 120


class Views(Protocol):
    """The views of a Study that can be drawn elsewhere."""

    @property
    def network(self) -> Pictured: ...
    @property
    def equation(self) -> Pictured: ...
    @property
    def matrices(self) -> Pictured: ...
    @property
    def loss(self) -> Pictured: ...
    @property
    def metrics(self) -> Pictured: ...
    @property
    def function(self) -> Pictured: ...


def ask_and_export(
    parent: QWidget, views: Views, theme: Theme, folder: str, stem: str
) -> Path | None:
    """Lets a person export pictures; the file that was written, None if none was.

    theme: that on the screen; folder, stem: where files are suggested, and how their names begin.
    """
    sources = {
        "network": views.network,
        "equation": views.equation,
        "matrices": views.matrices,
        "loss": views.loss,
        "metrics": views.metrics,
        "function": views.function,
    }
    dialog = PictureDialog(sources, theme, Path(folder) / stem, parent)
    dialog.exec()
    dialog.deleteLater()
    return dialog.written


class PictureDialog(QDialog):
    """Shows what is written before it is.

    sources: from "network", "equation", "matrices", "loss", "metrics", "function"; theme: that on
    the screen; suggested: where files are suggested, without an ending. written: the file, once
    there is one.
    """

    def __init__(
        self,
        sources: Mapping[str, Pictured],
        theme: Theme,
        suggested: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sources, self._theme, self._suggested = sources, theme, suggested
        self._picture: Picture | None = None
        self.written: Path | None = None
        self._draw_later = QTimer(self)
        self._draw_later.setSingleShot(True)
        self._draw_later.setInterval(_AFTER_TYPING_MS)
        self._draw_later.timeout.connect(self._draw)
        self.setWindowTitle(tr("Export picture"))
        self._make_choices()
        self._make_outcome()
        self._lay_out()
        self._draw()

    # Widgets

    def _make_choices(self) -> None:
        names = {name: title for name, title in _titles().items() if name in self._sources}
        self.what = made_choice(names, next(iter(names)), tr("What is drawn"))
        self.colours = made_choice(_theme_titles(), "", tr("Colours"))
        self.scale = made_choice(_scale_titles(), 2, tr("Scale of a PNG"))
        self.as_shown = QCheckBox(tr("As wide as on the s&creen"))
        self.as_shown.setChecked(True)
        name = tr("Width in pixels")
        self.width_choice = NumberChoice(name, 800, _NARROWEST, _WIDEST, self._theme, whole=True)
        self.width_choice.field.setEnabled(False)
        self.what.currentIndexChanged.connect(self._draw)
        self.colours.currentIndexChanged.connect(self._draw)
        self.scale.currentIndexChanged.connect(self._tell_size)
        self.as_shown.toggled.connect(self._choose_width)
        self.width_choice.changed.connect(self._draw_later.start)

    def _make_outcome(self) -> None:
        self.preview = Preview(self._theme)
        self.outcome, self.reason = _wrapped(), _wrapped()
        self.reason.setAccessibleName(tr("Why this cannot be exported"))
        palette = QPalette(self.reason.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self._theme.negative))
        self.reason.setPalette(palette)
        roles = QDialogButtonBox.ButtonRole
        self.buttons = QDialogButtonBox()
        self.save_button = self.buttons.addButton(tr("&Save…"), roles.ActionRole)
        self.copy_button = self.buttons.addButton(tr("Copy to clip&board"), roles.ActionRole)
        self.buttons.addButton(tr("Close"), roles.RejectRole)
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        self.copy_button.clicked.connect(self.copy)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(tr("&Picture of"), self.what)
        form.addRow(tr("C&olours"), self.colours)
        form.addRow("", self.as_shown)
        form.addRow(tr("&Width in pixels"), self.width_choice.field)
        form.addRow(tr("Scale of a P&NG"), self.scale)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addWidget(self.outcome)
        left.addWidget(self.reason)
        left.addStretch(1)
        upper = QHBoxLayout()
        upper.addLayout(left)
        upper.addWidget(self.preview, 1)
        whole = QVBoxLayout(self)
        whole.addLayout(upper, 1)
        whole.addWidget(self.buttons)
        self.resize(860, 460)

    # What is chosen

    def picture(self) -> Picture | None:
        """What is written; None where the width cannot be had."""
        if self._draw_later.isActive():
            self._draw()
        return self._picture

    def _choose_width(self, as_shown: bool) -> None:
        field = self.width_choice.field
        field.setEnabled(not as_shown)
        if not as_shown:
            field.setFocus()
            field.selectAll()
        self._draw()

    def _draw(self) -> None:
        self._draw_later.stop()
        problem = "" if self.as_shown.isChecked() else self.width_choice.problem()
        self._picture = None if problem else self._drawn()
        self.preview.show_picture(self._picture)
        self.reason.setText(problem)
        for button in (self.save_button, self.copy_button):
            button.setEnabled(self._picture is not None)
        self._tell_size()

    def _drawn(self) -> Picture:
        theme = THEMES.get(self.colours.currentData(), self._theme)
        width = None if self.as_shown.isChecked() else int(self.width_choice.value())
        return self._sources[self.what.currentData()].as_picture(theme, width)

    def _tell_size(self) -> None:
        if self._picture is None:
            self.outcome.setText("")
            return
        size, scale = self._picture.size, self.scale.currentData()
        self.outcome.setText(
            tr(
                "{width} × {height} pixels; {wide} × {high} as a PNG",
                width=size.width(),
                height=size.height(),
                wide=size.width() * scale,
                high=size.height() * scale,
            )
        )

    # What is done

    def save(self) -> None:
        """Asks where, and writes; the dialog stays where that fails."""
        picture = self.picture()
        if picture is None:
            return
        filters = {
            tr("SVG, to be enlarged at will (*.svg)"): ".svg",
            tr("PDF (*.pdf)"): ".pdf",
            tr("PNG, in pixels (*.png)"): ".png",
        }
        name = f"{self._suggested.name}-{self.what.currentData()}.svg"
        title = tr("Export picture")
        answer = ask_where(self, title, self._suggested.with_name(name), filters)
        if answer is None:
            return
        try:
            write(answer[0], picture, self.scale.currentData())
        except GradwalkError as error:
            self.reason.setText(str(error))
            return
        self.written = answer[0]
        self.accept()

    def copy(self) -> None:
        """Puts the picture on the clipboard, in pixels and as SVG."""
        picture = self.picture()
        if picture is None:
            return
        clipboard = QGuiApplication.clipboard()
        try:
            clipboard.setImage(as_image(picture, self.scale.currentData()))
        except GradwalkError as error:
            self.reason.setText(str(error))
            return
        # Into Qt's own data: a QMimeData of Python's crashes when Qt lets go of it at the exit.
        clipboard.mimeData().setData("image/svg+xml", as_svg(picture))
        self.reason.setText("")
        self.outcome.setText(tr("Copied to the clipboard."))


def _titles() -> dict[str, str]:
    return {
        "network": tr("Network"),
        "equation": tr("Equation"),
        "matrices": tr("Matrices"),
        "loss": tr("E over the run"),
        "metrics": tr("Metrics over the run"),
        "function": tr("What the network computes"),
    }


def _theme_titles() -> dict[str, str]:
    return {"": tr("As on the screen"), "light": tr("Light"), "dark": tr("Dark")}


def _scale_titles() -> dict[int, str]:
    return {scale: tr("{scale}×", scale=scale) for scale in SCALES}


def _wrapped() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
