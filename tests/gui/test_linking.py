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
from PySide6.QtCore import QEvent, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent
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


# By keyboard


def is_elsewhere(term, study):
    """Whether it is of a sample that is not looked at: only some column of the matrices is."""
    return term.sample not in (None, study.sample)


_ALT, _SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
_ALONG = [(Qt.Key.Key_Right, _ALT), (Qt.Key.Key_Down, _ALT)]
KEYS = {
    "network": [*_ALONG, (Qt.Key.Key_Down, _ALT | _SHIFT), (Qt.Key.Key_Down, _ALT | _SHIFT)],
    "equation": 4 * _ALONG,
    "matrices": [*3 * _ALONG, (Qt.Key.Key_Down, _ALT), (Qt.Key.Key_Right, _ALT)],
}


@pytest.mark.parametrize("source", VIEWS)
@pytest.mark.parametrize("example", ["2-3-2", "iris"])
def test_the_keyboards_cursor_lights_the_same_elements_in_every_view(
    qtbot, open_window, example, source
):
    window = open_window(example, size=(1500, 1150))
    study, program, pointed = window.study, window.controller.moment().frame.program, set()
    widget, heard = getattr(study, source), []
    widget.hovered.connect(heard.append)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for step in program.steps:
        window.controller.seek(Position(0, step.index))
        frame = window.controller.moment().frame
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(widget.hasFocus)
        for key, modifiers in KEYS[source]:
            qtbot.keyClick(widget, key, modifiers)
            term = heard[-1]
            if term is None or not is_quantity(term, frame) or is_elsewhere(term, study):
                continue
            elements = elements_of(term, frame)
            expected = {name: shows(study, elements) for name, shows in SHOWN.items()}
            assert lit(study) == expected, (step.writes, term)
            assert expected[source], (step.writes, term)
            pointed.add(quantity(term.name).kind)
        widget.clearFocus()
        assert not any(lit(study).values()), step.writes
    assert pointed >= {"a", "W", *(["delta"] if source != "network" else [])}, pointed


# As painted


def pixels_of(widget):
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def is_another(before, after, rect):
    """Whether anything within a rectangle has been painted differently."""
    area = rect.toAlignedRect().adjusted(-2, -2, 2, 2).intersected(before.rect())
    return before.copy(area) != after.copy(area)


def rects_in_network(study, element):
    name, indices = element
    network = study.network
    nodes = network._drawing.scene.nodes
    unit = (quantity(name).layer, *indices)
    at_unit = [
        QRectF(node.x, node.y, 0, 0) + QMarginsF(*[node.radius + 4] * 4)
        for node in nodes
        if (node.layer, node.unit) == unit
    ]
    written = [label.rect for label in network.labels() if label.term == Term(name, indices)]
    # A unit's ring is around it; the number in it stays as it is.
    return at_unit or written


def rects_in_equation(study, element):
    view = study.equation
    down = QPointF(0, view.verticalScrollBar().value())
    regions = [each for each in view._laid_out().regions if each.term == Term(*element)]
    return [each.rect.translated(-down) for each in regions]


def rects_in_matrices(study, element):
    view, (name, indices) = study.matrices, element
    number = next(
        n for n, each in enumerate(view.operands)
        if each.name == name and each.kind is Kind.QUANTITY
    )  # fmt: skip
    what = quantity(name)
    sampled = not (what.is_weight_shaped or what.is_bias_shaped)
    place = indices if what.is_weight_shaped else (*indices, study.sample if sampled else 0)
    rect = view.cell_rect(number, *place)
    return [rect] if rect is not None else []


PAINTED = {
    "network": (rects_in_network, lambda study: study.network),
    "equation": (rects_in_equation, lambda study: study.equation.viewport()),
    "matrices": (rects_in_matrices, lambda study: study.matrices.viewport()),
}


@pytest.mark.parametrize("example", ["2-3-2", "iris"])
def test_what_is_lit_is_painted_so_in_the_views_that_are_not_pointed_at(open_window, example):
    window = open_window(example, size=(1500, 1150))
    study, program = window.study, window.controller.moment().frame.program
    seen = dict.fromkeys(VIEWS, 0)
    for step in program.steps:
        window.controller.seek(Position(0, step.index))
        frame = window.controller.moment().frame
        before = {name: pixels_of(widget(study)) for name, (_, widget) in PAINTED.items()}
        for source in VIEWS:
            widget, places = PLACES[source](study)
            for term, place in places:
                if not is_quantity(term, frame) or is_elsewhere(term, study):
                    continue
                if len(elements_of(term, frame)) != 1:
                    continue
                move(widget, place)
                shown = lit(study)
                for name in set(VIEWS) - {source}:
                    rects_of, painted = PAINTED[name]
                    after = pixels_of(painted(study))
                    for element in shown[name]:
                        for rect in rects_of(study, element):
                            if before[name].rect().contains(rect.center().toPoint()):
                                assert is_another(before[name], after, rect), (term, name)
                                seen[name] += 1
            leave(widget)
            for name, (_, painted) in PAINTED.items():
                assert pixels_of(painted(study)) == before[name], (step.writes, source, name)
    assert all(count > 20 for count in seen.values()), seen
