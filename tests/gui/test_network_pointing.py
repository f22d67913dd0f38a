"""What a Term that is pointed at stands for, and where the arrow keys lead."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.expression import Term
from gui.network.cursor import Cursor
from gui.network.edges import choose
from gui.network.geometry import Room, gaps_of, lay_out
from gui.network.pointing import edges_of, meets, meets_unit

ROOM = Room(radius=34, tag=16, tag_width=70, names=40, targets=80, top=64, bottom=40)
SHOWN = [(0, 1), (0, 1, 2), (0, 1)]


@pytest.fixture
def layout():
    return lay_out((2, 3, 2), 800, 560, ROOM)


@pytest.fixture
def columns(layout):
    return layout.columns


@pytest.fixture
def drawn(layout):
    gaps = gaps_of(layout)
    return choose(gaps, [np.ones((3, 2)), np.ones((2, 3))], 750)


def test_a_letter_for_an_index_stands_for_every_element():
    assert meets(Term("W1", ("j", 0)), "W1", (2, 0))
    assert not meets(Term("W1", ("j", 0)), "W1", (2, 1))
    assert not meets(Term("W1", ("j", 0)), "W2", (2, 0))
    assert not meets(Term("a1", ("j",)), "a1", (0, 0))


def test_a_unit_is_meant_by_what_is_computed_in_it_but_not_by_its_bias():
    assert meets_unit(Term("delta1", (2,)), 1, 2)
    assert not meets_unit(Term("delta1", (2,)), 1, 1)
    assert not meets_unit(Term("a1", (2,)), 2, 2)
    assert not meets_unit(Term("b1", (2,)), 1, 2)


def test_a_term_without_indices_stands_for_every_element():
    assert meets(Term("W1"), "W1", (2, 0))
    assert not meets(Term("W1"), "W2", (2, 0))
    assert meets(Term("E"), "E", ())


@pytest.mark.parametrize(
    ("term", "pairs"),
    [
        (Term("W1", ("j", "i")), {(to, origin) for to in range(3) for origin in range(2)}),
        (Term("W1"), {(to, origin) for to in range(3) for origin in range(2)}),
        (Term("W1", (1, "i")), {(1, 0), (1, 1)}),
        (Term("dW2", ("j", 0)), {(0, 0), (1, 0)}),
        (Term("W2", (0, 0)), {(0, 0)}),
        (Term("W3", (0, 0)), set()),
        (Term("W2", (0, 9)), set()),
        (Term("a1", ("j",)), set()),
    ],
)
def test_weights_stand_for_their_edges(drawn, columns, term, pairs):
    found = edges_of(term, drawn, columns)
    assert {pair for pair, _ in found} == pairs
    for (to, origin), (x1, y1, x2, y2) in found:
        layer = int(term.name[-1])
        assert (x1, y1) == (columns[layer - 1].x, columns[layer - 1].ys[origin])
        assert (x2, y2) == (columns[layer].x, columns[layer].ys[to])


@pytest.mark.parametrize(
    ("cursor", "key", "to"),
    [
        ((0, 0), Qt.Key.Key_Up, (0, 0)),
        ((0, 0), Qt.Key.Key_Down, (0, 1)),
        ((1, 2), Qt.Key.Key_Right, (2, 1)),
        ((2, 1), Qt.Key.Key_Right, (2, 1)),
        ((1, 1), Qt.Key.Key_Left, (0, 0)),
        ((1, 1), Qt.Key.Key_Space, (1, 1)),
    ],
)
def test_arrow_keys_lead_to_the_neighbour_and_not_beyond_the_drawing(cursor, key, to):
    assert Cursor(*cursor).moved(key, SHOWN) == Cursor(*to)


def test_the_cursor_goes_over_the_edges_into_a_unit_then_its_bias_and_back():
    feeds = [0, 1, None]
    cursor = Cursor(1, 2)
    terms = []
    for key in (Qt.Key.Key_Down,) * 4 + (Qt.Key.Key_Up,) * 4:
        cursor = cursor.over_feeds(key, feeds)
        terms.append(cursor.term(feeds))
    bias, first_edge, second_edge = Term("b1", (2,)), Term("W1", (2, 0)), Term("W1", (2, 1))
    there = [first_edge, second_edge, bias, bias]
    assert terms == [*there, second_edge, first_edge, Term("a1", (2,)), Term("a1", (2,))]


def test_an_edge_leads_to_the_units_at_its_ends():
    feeds = [0, 1, None]
    edge = Cursor(1, 2, 1)
    assert edge.along_edge(Qt.Key.Key_Left, feeds) == Cursor(0, 1)
    assert edge.along_edge(Qt.Key.Key_Right, feeds) == Cursor(1, 2)
