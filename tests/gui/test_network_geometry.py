"""Where units, labels and edges of the network drawing go."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from gui.network.geometry import (
    MOST_DRAWN,
    Room,
    free_place,
    gaps_of,
    label_places,
    lay_out,
    nearest_edge,
    rows_of,
    tags_of,
)

ROOM = Room(radius=34, tag=16, tag_width=70, names=40, targets=80, top=64, bottom=40)


def rectangles(centres, width, height):
    return [QRectF(x - width / 2, y - height / 2, width, height) for x, y in centres]


def test_a_layer_of_twenty_is_drawn_whole_and_a_wider_one_by_its_ends():
    assert rows_of(MOST_DRAWN, 500) == tuple(range(20))
    assert rows_of(784, 500) == (*range(10), range(10, 774), *range(774, 784))


def test_an_expanded_layer_is_drawn_whole_where_it_fits_and_else_through_a_window():
    assert rows_of(32, 500, 10) == (*range(32), None)
    assert rows_of(32, 300, 10) == (range(10), *range(10, 30), range(30, 32), None)
    assert rows_of(784, 500, 780) == (range(764), *range(764, 784), range(784, 784), None)
    assert rows_of(49, 5000, 0) == (range(0), *range(20), range(20, 49), None)


@pytest.mark.parametrize("first", [None, 0, 100, 764])
def test_every_unit_of_a_wide_layer_has_a_place_or_a_chip(first):
    expanded = {} if first is None else {0: first}
    column = lay_out((784, 10), 900, 700, ROOM, expanded).columns[0]
    assert column.units == 784
    at = [column.y_of(unit) for unit in range(784)]
    assert at == sorted(at)
    assert len(set(at)) == 20 + len(column.elisions)
    assert column.fold is None if first is None else column.fold > at[-1]


@pytest.mark.parametrize("height", [360, 480, 700])
@pytest.mark.parametrize("units", [24, 32, 48, 784])
def test_chips_cover_no_units_and_lie_within_the_drawing(units, height):
    for expanded in ({}, {0: 10}):
        layout = lay_out((units, 10), 900, height, ROOM, expanded)
        column = layout.columns[0]
        chips = [elision.y for elision in column.elisions]
        for chip in (*chips, column.fold or chips[0]):
            nearest = np.abs(np.array(column.ys) - chip).min()
            assert nearest >= column.radius + ROOM.tag / 2 - 1  # whole pixels
            assert chip - ROOM.tag / 2 >= layout.area.top() - 1
            assert chip + ROOM.tag / 2 <= layout.area.bottom() + 1


@pytest.mark.parametrize("sizes", [(2, 3, 2), (784, 128, 10), (1, 8, 1), (10,) * 11])
@pytest.mark.parametrize("size", [(320, 240), (800, 560), (2000, 1400)])
def test_every_unit_lies_within_the_drawing_and_none_touch(sizes, size):
    layout = lay_out(sizes, *size, ROOM)
    for column in layout.columns:
        assert column.x - column.radius >= 0
        assert column.x + column.radius <= size[0]
        assert min(column.ys) - column.radius >= layout.area.top() - 1
        assert max(column.ys) + column.radius <= layout.area.bottom() + 1
        assert all(np.diff(column.ys) >= 2 * column.radius)


def test_units_are_centred_vertically():
    layout = lay_out((2, 5, 1), 900, 700, ROOM)
    for column in layout.columns:
        assert np.mean(column.ys) == pytest.approx(layout.area.center().y(), abs=1)


@pytest.mark.parametrize("sizes", [(2, 2), (2, 3), (5, 6), (6, 5), (1, 8), (3, 10), (4, 7)])
@pytest.mark.parametrize("size", [(420, 360), (800, 560), (1200, 800)])
def test_weight_labels_collide_neither_with_one_another_nor_with_tags(sizes, size):
    layout = lay_out(sizes, *size, ROOM)
    (gap,) = gaps_of(layout)
    tags = [tag for column in layout.columns for tag in tags_of(column, ROOM)]
    centres = label_places(gap, 39, 36, 14, tags)
    if centres is None:
        assert size == (420, 360), "thirty labels fit into all but the smallest drawing"
        return
    assert len(centres) == sizes[0] * sizes[1]
    labels = rectangles(centres, 36, 14)
    assert not any(one.intersects(other) for one, other in combinations(labels, 2))
    assert not any(label.intersects(tag) for label in labels for tag in tags)


def test_a_weight_label_lies_on_its_edge():
    (gap,) = gaps_of(lay_out((3, 4), 800, 560, ROOM))
    centres = label_places(gap, 39, 36, 14)
    for (x, y), (x1, y1, x2, y2) in zip(centres, gap.lines, strict=True):
        assert y == pytest.approx(y1 + (y2 - y1) * (x - x1) / (x2 - x1))


def test_labels_too_wide_for_the_gap_are_refused():
    (gap,) = gaps_of(lay_out((2, 2), 320, 240, ROOM))
    assert label_places(gap, 39, 300, 14) is None


def test_a_free_place_keeps_off_what_is_taken():
    taken = [QRectF(40, -10, 20, 20)]
    place = free_place((0, 0, 100, 0), 10, 10, 5, taken)
    assert not place.intersects(taken[0])
    assert free_place((0, 0, 100, 0), 10, 10, 5, [QRectF(0, -10, 100, 20)]) is None


def test_the_nearest_edge_is_found_with_its_distance():
    lines = np.array([[0.0, 0, 100, 0], [0, 50, 100, 50], [0, 0, 100, 50]])
    assert nearest_edge(lines, 50, 47) == (1, pytest.approx(3))
    index, distance = nearest_edge(lines, 110, 0)
    assert (index, distance) == (0, pytest.approx(10))
