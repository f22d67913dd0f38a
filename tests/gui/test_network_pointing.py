"""What a Term that is pointed at stands for, and where the arrow keys lead."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.expression import Term
from gui.network.edges import choose
from gui.network.geometry import Room, gaps_of, lay_out
from gui.network.pointing import lines_of, meets, meets_unit, moved

ROOM = Room(radius=34, tag=16, tag_width=70, names=40, targets=80, top=64, bottom=40)
SHOWN = [(0, 1), (0, 1, 2), (0, 1)]


@pytest.fixture
def drawn():
    gaps = gaps_of(lay_out((2, 3, 2), 800, 560, ROOM))
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


@pytest.mark.parametrize(
    ("term", "count"),
    [
        (Term("W1", ("j", "i")), 6),
        (Term("W1", (1, "i")), 2),
        (Term("dW2", ("j", 0)), 2),
        (Term("W2", (0, 0)), 1),
        (Term("a1", ("j",)), 0),
    ],
)
def test_weights_stand_for_their_edges(drawn, term, count):
    assert len(lines_of(term, drawn)) == count


@pytest.mark.parametrize(
    ("cursor", "key", "to"),
    [
        (None, Qt.Key.Key_Up, (0, 0)),
        ((0, 0), Qt.Key.Key_Up, (0, 0)),
        ((0, 0), Qt.Key.Key_Down, (0, 1)),
        ((1, 2), Qt.Key.Key_Right, (2, 1)),
        ((2, 1), Qt.Key.Key_Right, (2, 1)),
        ((1, 1), Qt.Key.Key_Left, (0, 0)),
        ((1, 1), Qt.Key.Key_Space, (1, 1)),
    ],
)
def test_arrow_keys_lead_to_the_neighbour_and_not_beyond_the_drawing(cursor, key, to):
    assert moved(cursor, key, SHOWN) == to
