"""Pictures for other programs: lines and letters, in any size and colours, all or nothing."""

import errno
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from engine.errors import FileError
from engine.formats import experiment_json
from gui.controller import Controller
from gui.looks import Looks
from gui.pictures.dialog import PictureDialog, ask_and_export
from gui.pictures.svg import portable
from gui.pictures.writing import FORMATS, as_image, as_pdf, as_png, as_svg, write
from gui.settings import Settings
from gui.study import Study
from gui.theme import DARK, LIGHT
from tests.examples import FOLDER

SOURCES = ("network", "equation", "matrices", "loss", "function")
SVG = "{http://www.w3.org/2000/svg}"
OLD = b"the old file"


@pytest.fixture
def make_study(application, qtbot):
    """The views of a run, none of them on the screen, some steps into an iteration."""

    def made(example="2-3-2", steps=8):
        study = Study(Looks(Settings()))
        for name in (*SOURCES, "words", "timeline_bar", "inspector", "sample_chooser"):
            qtbot.addWidget(getattr(study, name))
        study.install_plots()
        controller = Controller(experiment_json.read(FOLDER / f"{example}.gradwalk.json"))
        study.show_experiment(controller.experiment, controller.moment().iterations_per_epoch)
        if steps:
            controller.train(12)
        for _ in range(steps):
            controller.forward()
        study.show(controller.moment())
        for name in SOURCES:
            getattr(study, name).resize(600, 340)
        return study

    return made


@pytest.fixture
def study(make_study):
    return make_study()


@pytest.fixture
def dialog(study, qtbot, tmp_path):
    made = PictureDialog({each: getattr(study, each) for each in SOURCES}, LIGHT, tmp_path / "run")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def answer(monkeypatch):
    """Answers the dialog of the desktop that asks where to save; returns what it was asked."""
    asked, answers = [], []

    def choose(_parent, _title, suggested, filters):
        asked.append((suggested, filters.split(";;")))
        return answers.pop(0) if answers else ("", "")

    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getSaveFileName", choose)
    return answers, asked


def tags(svg):
    return [element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()]


def grey(image):
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(float)


def rendered(svg, size):
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    with QPainter(image) as painter:
        QSvgRenderer(QByteArray(svg)).render(painter)
    return image


# Lines and letters


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("source", SOURCES)
def test_an_svg_looks_like_the_png(study, source, theme):
    picture = getattr(study, source).as_picture(theme)
    image = as_image(picture, 2)
    there, here = grey(rendered(as_svg(picture), image.size())), grey(image)
    ink = np.abs(here - here[0, 0]) > 60
    # Only rims may differ: two ways of smoothing them.
    assert ink.mean() > 0.005
    assert np.mean(np.abs(there - here) > 100) < 0.1 * ink.mean()


@pytest.mark.parametrize("source", ["network", "equation", "matrices", "loss"])
def test_vector_formats_hold_no_pixels_and_need_no_fonts(study, source):
    picture = getattr(study, source).as_picture(LIGHT)
    assert not {"image", "text"} & set(tags(as_svg(picture)))
    pdf = as_pdf(picture)
    assert b"/Subtype /Image" not in pdf
    described = pdf.count(b"/Type /FontDescriptor")
    assert described == len(re.findall(rb"/FontFile\d? \d", pdf)) > 0


def test_a_wide_network_is_lines_too(make_study):
    picture = make_study("digits").network.as_picture(LIGHT)
    found = tags(as_svg(picture))
    assert "image" not in found
    assert found.count("polyline") + found.count("path") > 600


def test_only_heat_maps_are_images(make_study):
    study = make_study("digits")
    assert tags(as_svg(study.matrices.as_picture(LIGHT))).count("image") == 4
    assert "image" not in tags(as_svg(study.equation.as_picture(LIGHT)))


@pytest.mark.parametrize("example", ["2-3-2", "sine", "iris"])
def test_a_map_a_curve_and_a_table_are_drawn_without_what_is_for_the_hand(make_study, example):
    view = make_study(example).function
    pdf, svg = as_pdf(view.as_picture(DARK)), as_svg(view.as_picture(DARK))
    assert pdf.startswith(b"%PDF-")
    # Of the map: the map itself and the key beside it.
    assert tags(svg).count("image") == (2 if example == "2-3-2" else 0)


def test_a_pdf_is_one_page_of_the_pictures_size(study):
    picture = study.equation.as_picture(LIGHT)
    pdf = as_pdf(picture)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    box = [float(each) for each in re.search(rb"/MediaBox \[([^]]*)\]", pdf)[1].split()]
    points = [side * 72 / picture.dpi for side in (picture.size.width(), picture.size.height())]
    assert box == pytest.approx([0, 0, *points], abs=1)


def test_pens_that_do_not_grow_are_put_into_place_beforehand():
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg">'
        b'<g transform="matrix(2,0,0,-10,5,50)"><polyline vector-effect="non-scaling-stroke"'
        b' points="0,0 1,1e-1"/><rect vector-effect="non-scaling-stroke" x="0" y="1" width="2"'
        b' height="3"/></g><g transform="matrix(1,0,0,1,7,0)">'
        b'<path vector-effect="non-scaling-stroke" d="M1,2 C3,4 5,6 7,8"/></g></svg>'
    )
    stretched, shifted = ElementTree.fromstring(portable(svg, 96))
    assert [each.get("points") for each in stretched] == ["5,50 7,49", "5,40 9,40 9,10 5,10"]
    assert stretched.get("transform") is None
    assert shifted.get("transform") == "matrix(1,0,0,1,7,0)"
    assert b"vector-effect" not in portable(svg, 96)


# Size and colours


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_a_png_has_so_many_pixels_for_each_of_the_picture_and_the_same_size_on_paper(study, scale):
    picture = study.network.as_picture(LIGHT)
    image = QImage.fromData(as_png(picture, scale), "PNG")
    assert image.size() == picture.size * scale
    assert image.width() / image.dotsPerMeterX() == pytest.approx(600 / 96 * 0.0254, rel=1e-3)


@pytest.mark.parametrize("source", SOURCES)
def test_a_picture_has_the_colours_of_its_theme(study, source):
    for theme in (LIGHT, DARK):
        image = as_image(getattr(study, source).as_picture(theme))
        corner = image.pixelColor(image.width() - 1, image.height() - 1)
        assert corner.name() == theme.surface


def test_lines_of_a_plot_are_as_wide_for_each_pixel_of_the_picture_at_every_scale(study):
    picture = study.loss.as_picture(LIGHT)
    shares = [np.mean(np.abs(grey(as_image(picture, scale)) - 255) > 60) for scale in (1, 4)]
    assert shares[0] == pytest.approx(shares[1], rel=0.25)


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_on_the_screen_stays_as_it_is(window, source):
    view = getattr(window.study, source)
    before = view.grab().toImage()
    write(Path(window.filing.folder) / "away.png", view.as_picture(DARK, 900), 2)
    view.update()
    assert view.grab().toImage() == before


@pytest.mark.parametrize("source", SOURCES)
def test_another_width_is_another_layout_of_the_same(study, source):
    view = getattr(study, source)
    picture = view.as_picture(LIGHT, 900)
    assert picture.size.width() == 900
    if source not in ("equation", "matrices"):
        assert picture.size.height() == 510
    assert view.size().width() == 600


def test_without_a_width_formulas_take_what_they_need(study):
    for source in ("equation", "matrices"):
        view = getattr(study, source)
        view.resize(1200, 340)
        assert 200 < view.as_picture(LIGHT).size.width() < 800


def test_at_the_start_of_a_run_there_is_something_to_see_too(make_study):
    study = make_study(steps=0)
    for source in SOURCES:
        assert np.ptp(grey(as_image(getattr(study, source).as_picture(LIGHT)))) > 60


def test_a_picture_shows_what_the_view_was_told_to_show(make_study):
    study = make_study("digits")
    before = as_svg(study.network.as_picture(LIGHT))
    study.network.expand(0)
    expanded = as_svg(study.network.as_picture(LIGHT))
    study.network.set_shown("gradients")
    assert len({before, expanded, as_svg(study.network.as_picture(LIGHT))}) == 3


# Files


def test_the_ending_chooses_the_format(study, tmp_path):
    picture = study.equation.as_picture(LIGHT)
    starts = {".svg": b"<?xml", ".pdf": b"%PDF", ".png": b"\x89PNG"}
    assert set(starts) == set(FORMATS)
    for ending, start in starts.items():
        path = tmp_path / f"picture{ending.upper()}"
        write(path, picture)
        assert path.read_bytes().startswith(start)


def test_another_ending_is_refused(study, tmp_path):
    with pytest.raises(FileError, match=r"^picture\.gif: pictures are written to files ending in"):
        write(tmp_path / "picture.gif", study.equation.as_picture(LIGHT))


def test_too_many_pixels_are_refused_before_they_are_painted(study, tmp_path):
    picture = study.network.as_picture(LIGHT, 4000)
    path = tmp_path / "large.png"
    path.write_bytes(OLD)
    with pytest.raises(FileError, match=r"^large\.png: 16000 × 9068 pixels are too many"):
        write(path, picture, 4)
    assert path.read_bytes() == OLD


# The dialog


def press(qtbot, dialog, *keys):
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget() or dialog, key)


def test_the_keyboard_chooses_all_and_saves(dialog, qtbot, tmp_path, answer):
    path = tmp_path / "saved.png"
    answers, asked = answer
    answers.append((str(path), ""))
    assert dialog.what.hasFocus()
    press(qtbot, dialog, Qt.Key.Key_Down)
    assert dialog.what.currentData() == "equation"
    press(qtbot, dialog, Qt.Key.Key_Tab, Qt.Key.Key_End)
    assert dialog.colours.currentData() == "dark"
    press(qtbot, dialog, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert dialog.width_choice.field.hasFocus()
    qtbot.keyClicks(dialog.width_choice.field, "700")
    press(qtbot, dialog, Qt.Key.Key_Tab, Qt.Key.Key_End)
    assert dialog.scale.currentData() == 4
    press(qtbot, dialog, Qt.Key.Key_Return)
    assert asked[0][0] == str(tmp_path / "run-equation.svg")
    assert dialog.written == path
    assert dialog.isHidden()
    image = QImage(str(path))
    assert image.width() == 2800
    assert image.pixelColor(0, 0).name() == DARK.surface


def test_a_width_that_cannot_be_had_is_explained_and_not_written(dialog, qtbot):
    qtbot.mouseClick(dialog.as_shown, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(dialog.width_choice.field, "12")
    qtbot.waitUntil(lambda: not dialog.save_button.isEnabled())
    assert "12" in dialog.reason.text()
    assert dialog.picture() is None
    dialog.width_choice.field.selectAll()
    qtbot.keyClicks(dialog.width_choice.field, "1e3")
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert dialog.picture().size.width() == 1000
    assert dialog.reason.text() == ""


def test_the_sizes_are_told_before(dialog):
    assert dialog.outcome.text() == "600 × 340 pixels; 1200 × 680 as a PNG"
    dialog.scale.setCurrentIndex(0)
    assert dialog.outcome.text() == "600 × 340 pixels; 600 × 340 as a PNG"


def test_the_preview_follows(dialog, qtbot):
    before = dialog.preview.grab().toImage()
    dialog.colours.setCurrentIndex(dialog.colours.findData("dark"))
    middle = dialog.preview.grab().toImage().pixelColor(dialog.preview.rect().center())
    assert dialog.preview.grab().toImage() != before
    assert middle.lightnessF() < 0.5


def test_a_copy_is_pixels_for_some_programs_and_svg_for_others(dialog, qtbot):
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    data = QGuiApplication.clipboard().mimeData()
    assert data.imageData().size() == dialog.picture().size * 2
    assert QSvgRenderer(data.data("image/svg+xml")).isValid()
    assert dialog.isVisible()
    assert dialog.outcome.text() == "Copied to the clipboard."


def test_a_name_without_an_ending_gets_that_of_the_filter(dialog, tmp_path, answer):
    answers, asked = answer
    answers.append((str(tmp_path / "net"), "PDF (*.pdf)"))
    dialog.save_button.click()
    assert (tmp_path / "net.pdf").read_bytes().startswith(b"%PDF")
    assert len(asked) == 1


def test_what_is_there_under_that_name_is_asked_about(dialog, tmp_path, answer):
    path = tmp_path / "net.pdf"
    path.write_bytes(OLD)
    answers, asked = answer
    answers.append((str(tmp_path / "net"), "PDF (*.pdf)"))
    dialog.save_button.click()
    assert [each for each, _ in asked] == [str(tmp_path / "run-network.svg"), str(path)]
    assert path.read_bytes() == OLD
    assert dialog.isVisible()


@pytest.mark.parametrize("ending", FORMATS)
def test_a_disk_that_is_full_keeps_the_old_file_and_the_dialog(
    dialog, tmp_path, answer, monkeypatch, ending
):
    path = tmp_path / f"old{ending}"
    path.write_bytes(OLD)
    answer[0].append((str(path), ""))

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    dialog.save_button.click()
    assert path.read_bytes() == OLD
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [path.name]
    assert dialog.reason.text() == f"{path.name} cannot be written: no space left on device"
    assert dialog.isVisible()
    assert dialog.written is None


def test_the_window_asks_by_one_call(study, qtbot, tmp_path, answer, monkeypatch):
    path = tmp_path / "loss.svg"
    answer[0].append((str(path), ""))

    def act(dialog):
        dialog.what.setCurrentIndex(dialog.what.findData("loss"))
        dialog.save_button.click()

    monkeypatch.setattr(PictureDialog, "exec", act)
    assert ask_and_export(study.network, study, LIGHT, str(tmp_path), "iris") == path
    assert path.exists()
    monkeypatch.setattr(PictureDialog, "exec", PictureDialog.reject)
    assert ask_and_export(study.network, study, LIGHT, str(tmp_path), "iris") is None


def test_every_field_has_a_name_for_a_screen_reader(dialog):
    named = (dialog.what, dialog.colours, dialog.scale, dialog.width_choice.field, dialog.preview)
    assert all(each.accessibleName() for each in named)
    assert dialog.as_shown.text()
    assert all(each.text() for each in dialog.findChild(QDialogButtonBox).buttons())
