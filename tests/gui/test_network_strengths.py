"""The kept picture of the edges: tables of colours over strengths."""

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.network import strengths
from gui.network.edges import Stroke, choose
from gui.network.geometry import Room, gaps_of, lay_out
from gui.network.lit import Mark
from gui.network.strengths import EdgePicture
from gui.network.text import chip_colours
from gui.theme import DARK, LIGHT, mixed

ROOM = Room(radius=34, tag=16, tag_width=70, names=40, targets=80, top=64, bottom=40)
SIZE = QSize(800, 560)
CROWDED, FEW = Stroke(1.0, 1.0, crowded=True), Stroke(1.0, 1.0, crowded=False)


def drawn_of(sizes, weights):
    gaps = gaps_of(lay_out(sizes, SIZE.width(), SIZE.height(), ROOM))
    return choose(gaps, weights, 750)


def shown_by(picture, *drawn):
    picture.renew(*drawn)
    return picture.pixmap


def colours_of(pixmap):
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return pixels.copy()


def middle(gap, edge):
    x1, y1, x2, y2 = gap.gap.lines[edge]
    return round((x1 + x2) / 2), round((y1 + y2) / 2)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_an_edge_has_the_colour_of_its_sign_as_if_painted_in_it(qapp, theme):
    for weight, colour in ((0.8, theme.positive), (-0.8, theme.negative)):
        drawn = drawn_of((1, 1), [np.full((1, 1), weight)])
        found = colours_of(shown_by(EdgePicture(), SIZE, 1.0, drawn, [FEW], theme))
        x, y = middle(drawn[0], 0)
        column = {QColor(int(pixel)).name() for pixel in found[y - 1 : y + 2, x - 40 : x + 40].flat}
        share = 7.5 / 8
        wanted = mixed(colour, theme.surface, FEW.strength(share)).getRgb()
        nearest = min(np.abs(np.subtract(QColor(c).getRgb(), wanted)).max() for c in column)
        assert nearest <= 2  # strengths have 255 steps


def test_painting_in_colours_and_through_the_table_look_alike(qapp):
    drawn = drawn_of((9, 9), [np.random.default_rng(3).normal(size=(9, 9))])
    through = colours_of(shown_by(EdgePicture(), SIZE, 1.0, drawn, [CROWDED], LIGHT))
    batches = strengths.Batches.of(drawn[0])
    direct = QImage(SIZE, QImage.Format.Format_RGB32)
    direct.fill(QColor(LIGHT.surface))

    def in_colours(painter, pen):
        strength = max(pen.color().blue(), pen.color().green()) / 255
        sign = LIGHT.positive if pen.color().blue() else LIGHT.negative
        coloured = QPen(pen)
        coloured.setColor(mixed(sign, LIGHT.surface, strength))
        painter.setPen(coloured)

    class InColours:
        def __init__(self, painter):
            self.painter = painter

        def setPen(self, pen):
            in_colours(self.painter, pen)

        def drawLines(self, *args):
            self.painter.drawLines(*args)

    with QPainter(direct) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strengths.paint_edges(InColours(painter), drawn[0].gap, batches, CROWDED)
    wanted = np.frombuffer(direct.constBits(), np.uint8).astype(int)
    got = through.view(np.uint8).ravel().astype(int)
    # Each of the edges that cross rounds once.
    assert np.abs(got - wanted).max() <= 10
    assert np.abs(got - wanted).mean() < 0.2


def test_a_marked_gap_has_the_colour_of_the_mark_and_no_other(qapp):
    drawn = drawn_of((9, 9), [np.random.default_rng(3).normal(size=(9, 9))])
    picture = EdgePicture()
    pixmap = shown_by(picture, SIZE, 1.0, drawn, [CROWDED], LIGHT)
    with QPainter(pixmap) as painter:
        picture.paint_marked(painter, 0, Mark.WRITTEN, LIGHT)
    away = np.subtract(
        colours_of(pixmap).view(np.uint8).reshape(-1, 4)[:, 2::-1].astype(float),
        QColor(LIGHT.surface).getRgb()[:3],
    )
    mark = QColor(chip_colours(Mark.WRITTEN, LIGHT)[1]).getRgb()[:3]
    way = np.subtract(mark, QColor(LIGHT.surface).getRgb()[:3]).astype(float)
    along = np.outer(away @ way / (way @ way), way)
    assert np.abs(away - along).max() <= 1.5
    assert away.any()


def test_values_that_are_not_finite_are_grey(qapp):
    drawn = drawn_of((1, 1), [np.array([[np.nan]])])
    found = colours_of(shown_by(EdgePicture(), SIZE, 2.0, drawn, [FEW], LIGHT))
    assert QColor(LIGHT.muted).rgb() in found


def test_a_gap_is_painted_again_only_where_it_looks_different(qapp, monkeypatch):
    painted = []
    paint = strengths.paint_edges
    monkeypatch.setattr(strengths, "paint_edges", lambda *args: (painted.append(1), paint(*args)))
    weights = [np.random.default_rng(3).normal(size=(9, 9)), np.ones((9, 9))]
    strokes = [CROWDED, CROWDED]
    picture = EdgePicture()
    before = colours_of(shown_by(picture, SIZE, 1.0, drawn_of((9, 9, 9), weights), strokes, LIGHT))
    assert len(painted) == 2
    hardly = [weights[0] * (1 + 1e-12), weights[1]]
    same = colours_of(shown_by(picture, SIZE, 1.0, drawn_of((9, 9, 9), hardly), strokes, LIGHT))
    assert len(painted) == 2
    assert np.array_equal(before, same)
    turned = drawn_of((9, 9, 9), [-weights[0], weights[1]])
    after = colours_of(shown_by(picture, SIZE, 1.0, turned, strokes, LIGHT))
    assert len(painted) == 3
    fresh = colours_of(shown_by(EdgePicture(), SIZE, 1.0, turned, strokes, LIGHT))
    assert np.array_equal(after, fresh)
