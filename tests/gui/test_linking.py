"""What is pointed at in one view is lit in all: the same elements, of those a view shows at all.

The equation shows the elements that its letters and numbers stand for, a letter for an index all of
that axis. The matrices show every element of the matrices of the Step's equation. The network shows
the units that it draws, each with its z, a, δ, ∂E/∂a and bias; the edges that it draws, each with
all that belongs to its weight, and an edge pointed at by itself even where it is not drawn; the
targets and E where they are written; and a unit pointed at that is not drawn at the chip in its
place.
"""

from itertools import product

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from engine.expression import Term, quantity
from engine.formats import experiment_json
from engine.position import Position
from gui.matrix.model import Kind
from tests.examples import EXAMPLES

pytestmark = pytest.mark.window

EXAMPLE_NAMES = [path.name.removesuffix(".gradwalk.json") for path in EXAMPLES]
VIEWS = ("network", "equation", "matrices")
UNIT_KINDS = ("z", "a", "delta", "da", "b", "db")


def move(widget, place):
    """The mouse comes to a place; QTest's own move depends on where the real one is."""
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(widget.mapToGlobal(place)),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def leave(widget):
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def elements_of(term, frame):
    """Every element that a term stands for, of all samples together."""
    shape = frame.program.shape(term.name, frame.batch)
    sizes = shape if quantity(term.name).is_weight_shaped else shape[:1]
    indices = term.indices or ("",) * len(sizes)
    ranges = [
        range(size) if isinstance(index, str) else (index,)
        for index, size in zip(indices, sizes, strict=True)
    ]
    return frozenset((term.name, each) for each in product(*ranges))


def shown_by_network(study, elements):
    network = study.network
    labels = {(label.term.name, label.term.indices) for label in network.labels() if label.term}
    edges = {
        (gap.gap.layer, int(gap.gap.to[edge]), int(gap.gap.origin[edge]))
        for gap in network._drawing.gaps
        for edge in gap.edges
    }

    def is_shown(name, indices):
        what = quantity(name)
        if what.is_weight_shaped:
            return len(elements) == 1 or (what.layer, *indices) in edges
        if what.kind in UNIT_KINDS:
            return len(elements) == 1 or indices[0] in network.drawn_units(what.layer)
        return (name, indices) in labels

    return frozenset(each for each in elements if is_shown(*each))


def shown_by_equation(study, elements):
    frame = study.network._drawing.frame
    regions = {each.term for each in study.equation._laid_out().regions if each.term}
    known = [each for each in regions if is_quantity(each, frame)]
    return elements & frozenset().union(*(elements_of(each, frame) for each in known))


def shown_by_matrices(study, elements):
    # A matrix of slopes g′(z) stands for z; a Jacobian and rates have no element of a State.
    others = Kind.JACOBIAN, Kind.RATE
    names = {each.name for each in study.matrices.operands if each.kind not in others}
    return frozenset(each for each in elements if each[0] in names)


SHOWN = {
    "network": shown_by_network,
    "equation": shown_by_equation,
    "matrices": shown_by_matrices,
}


def is_quantity(term, frame):
    """Whether it is an array of the run: a rate and the like are written in one view alone."""
    try:
        frame.program.shape(term.name, frame.batch)
    except (KeyError, ValueError, AssertionError):
        return False
    return True


def one_of_each(pairs):
    """One place for each quantity and each way of writing its indices."""
    kinds = {
        (term.name, tuple(type(index) for index in term.indices)): (term, place)
        for term, place in pairs
    }
    return list(kinds.values())


def places_in_network(study):
    network = study.network
    found = [(label.term, label.rect.center()) for label in network.labels() if label.term]
    scene = network._drawing.scene
    found += [
        (node.shown or Term(f"a{node.layer}", (node.unit,)), QPointF(node.x, node.y))
        for node in scene.nodes
    ]
    return network, [each for each in one_of_each(found) if network.term_at(each[1]) == each[0]]


def places_in_equation(study):
    view = study.equation
    regions = [each for each in view._laid_out().regions if each.term]
    seen = [
        (each.term, each.rect.center() - QPointF(0, view.verticalScrollBar().value()))
        for each in regions
    ]
    return view.viewport(), [
        each for each in one_of_each(seen) if view.viewport().rect().contains(each[1].toPoint())
    ]


def places_in_matrices(study):
    view, found = study.matrices, []
    for number, operand in enumerate(view.operands):
        if operand.kind is Kind.QUANTITY:
            rect = view.cell_rect(number, 0, 0)
            if rect is not None and view.viewport().rect().contains(rect.center().toPoint()):
                found.append((view.term_at(rect.center()), rect.center()))
    return view.viewport(), [each for each in found if each[0] is not None]


PLACES = {
    "network": places_in_network,
    "equation": places_in_equation,
    "matrices": places_in_matrices,
}


def lit(study):
    return {name: getattr(study, name).lit_elements() for name in VIEWS}


def positions_at(step, program):
    """On the whole layer, and on the last weight or unit of it."""
    shape = program.shape(step.writes, 1)
    sizes = shape if quantity(step.writes).is_weight_shaped else shape[:1]
    last = Position(0, step.index, tuple(size - 1 for size in sizes))
    return dict.fromkeys((Position(0, step.index), last))


@pytest.mark.parametrize("example", EXAMPLE_NAMES)
def test_every_view_lights_the_same_elements_at_every_step(open_window, example):
    window = open_window(example, size=(1500, 1150))
    study, pointed = window.study, set()
    assert study.equation.isVisible()
    assert study.matrices.isVisible()
    study.equation.show_why(True)
    program = window.controller.moment().frame.program
    for position in (each for step in program.steps for each in positions_at(step, program)):
        window.controller.seek(position)
        frame = window.controller.moment().frame
        for source in VIEWS:
            widget, places = PLACES[source](study)
            for term, place in places:
                if not is_quantity(term, frame):
                    continue
                move(widget, place)
                elements = elements_of(term, frame)
                expected = {name: shows(study, elements) for name, shows in SHOWN.items()}
                assert lit(study) == expected, (position, source, term)
                assert expected[source], (position, source, term)
                pointed.add(quantity(term.name).kind)
            leave(widget)
            assert not any(lit(study).values()), (position, source)
    assert pointed >= {"a", "z", "W", "delta", "da", "dW", "t", "E"}


def stand_on(controller, name):
    step = controller.moment().frame.program.step_writing(name)
    controller.seek(Position(0, step.index))


def test_a_smaller_network_has_nothing_of_what_was_pointed_at(open_window):
    window = open_window("iris", size=(1500, 1150))
    study, controller = window.study, window.controller
    stand_on(controller, "z1")
    study.equation.hovered.emit(Term("W1", (5, 3)))
    assert study.matrices.lit_elements() == {("W1", (5, 3))}
    controller.restart(experiment_json.read(next(path for path in EXAMPLES if "xor" in path.name)))
    stand_on(controller, "z1")
    for elements in lit(study).values():
        assert ("W1", (5, 3)) not in elements
