"""How much room a page takes, and that no more of it is painted than is seen."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from gui.typesetting.setting import Setting, set_rows, set_to_fit
from gui.views.equation import EquationView
from tests.gui.views.test_equation import LAYER, UNIT, run, standing_on

MARGIN, WIDTH = 14, 460
BY_ROOM = (Setting(), Setting(0.5), Setting(0.5, True), Setting(0.3, True))


@pytest.fixture
def view(qtbot):
    made = EquationView()
    qtbot.addWidget(made)
    return made


def height_of(layout, *parts):
    return max(layout.parts[part][1] for part in parts) + MARGIN


@pytest.mark.parametrize(("name", "granularity"), [("delta1", UNIT), ("z1", UNIT), ("dW2", LAYER)])
def test_the_roomiest_setting_that_fits_is_taken(view, name, granularity):
    view.show_frame(standing_on(run(2, 3, 2), name, granularity))
    rows, taken = view._rows(), set()
    settings = [set_rows(rows, WIDTH, MARGIN, setting) for setting in BY_ROOM]
    link = view._page().with_indices
    for height in range(100, 800, 4):
        layout = set_to_fit(rows, WIDTH, height, MARGIN, link)
        whole = [each for each in settings if height_of(each, "result", "links") <= height]
        results = [each for each in settings if height_of(each, "result") <= height]
        wanted = (whole or results or [None])[0]
        if wanted is None:
            assert layout.height <= settings[-1].height
        else:
            assert layout.height == wanted.height
        taken.add(settings.index(wanted) if wanted else None)
    assert {0, None} < taken


def painted(layout, colours, band):
    image = QImage(WIDTH, round(layout.height), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    with QPainter(image) as painter:
        layout.paint(painter, colours, layout.regions[:2], band=band)
    return image


def test_what_is_seen_is_painted_as_on_the_whole_page(view):
    view.show_frame(standing_on(run(2, 9, 3), "z1", LAYER))
    layout = set_rows(view._rows(), WIDTH, MARGIN)
    whole = painted(layout, view._colours, None)
    for top in range(0, round(layout.height) - 90, 7):
        seen = QRect(0, top, WIDTH, 90)
        part = painted(layout, view._colours, (top, top + 90))
        assert part.copy(seen) == whole.copy(seen)


def test_lines_that_are_not_seen_are_not_even_drawn(view):
    view.show_frame(standing_on(run(2, 9, 3), "z1", LAYER))
    layout = set_rows(view._rows(), WIDTH, MARGIN)
    image = QImage(WIDTH, 90, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        layout.paint(painter, view._colours, band=(0.0, 90.0))
    drawn = [line._drawing is not None for _, line in layout.lines]
    assert any(drawn)
    assert not all(drawn)
