"""The network drawing, on the real widget: what is shown is what the engine holds."""

from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.expression import Term
from engine.formats import experiment_json
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent, Momentum
from engine.position import Position
from engine.program import Granularity
from engine.timeline import Timeline
from gui import fonts
from gui.network import strengths
from gui.network.lit import Mark
from gui.numbers import NOT_COMPUTED, NumberFormat
from gui.theme import DARK, LIGHT
from gui.views.network import NetworkView

SIZES = [(320, 240), (420, 360), (640, 480), (800, 560), (1200, 800), (2000, 1400)]
SHAPES = [(2, 3, 2), (4, 5, 3, 2), (2, 2, 1), (1, 8, 1), (5, 6, 5), (2, 1, 1, 1, 1, 1, 2)]
WIDE = (64, 32, 10)
EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"


@pytest.fixture(autouse=True)
def _bundled_font(qapp):
    fonts.load_fonts()
    before = qapp.font()
    qapp.setFont(fonts.text_font(9.5))
    yield
    qapp.setFont(before)


def run_of(*sizes, rate=0.5, activation="sigmoid", samples=3, batch=1, bias=True):
    random = np.random.default_rng(7)
    layers = tuple(Layer(units, ACTIVATIONS[activation], bias=bias) for units in sizes[1:])
    data = Data(random.random((samples, sizes[0])), random.random((samples, sizes[-1])))
    loss = LOSSES["half_squared_error"]
    network = Network(sizes[0], layers)
    experiment = Experiment(network, loss, data, GradientDescent(rate), batch, seed=3)
    return Timeline(experiment)


def at(timeline, name, element=(), iteration=0):
    step = timeline.program.step_writing(name)
    return timeline.seek(Position(iteration, step.index, element))


@pytest.fixture
def view_of(qtbot):
    def make(timeline, size=(800, 560)):
        view = NetworkView()
        qtbot.addWidget(view)
        view.set_experiment(timeline.experiment)
        view.resize(*size)
        view.show_frame(timeline.frame())
        view.show()
        return view

    return make


def number(text):
    return float(text.replace("−", "-"))


def shown_close(text, value):
    """Whether a text is a value rounded to at least three significant digits."""
    return number(text) == pytest.approx(value, rel=5e-3)


def pixels(view):
    image = view.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).copy()


def test_units_show_the_activations_that_the_engine_computed(view_of):
    timeline = run_of(2, 3, 2)
    frame = at(timeline, "E")
    view = view_of(timeline)
    for layer, units in enumerate((2, 3, 2)):
        for unit in range(units):
            value = frame.value(f"a{layer}", unit)
            assert view.text_of(f"a{layer}", unit) == NumberFormat(6).text(value)
    assert view.text_of("E") == NumberFormat(6).text(frame.error)


def test_weights_biases_and_targets_are_shown_where_there_is_room(view_of):
    timeline = run_of(2, 3, 2)
    view, frame = view_of(timeline), timeline.frame()
    for to in range(3):
        for origin in range(2):
            assert shown_close(view.text_of("W1", to, origin), frame.value("W1", to, origin))
    assert view.text_of("b1", 2) == "0"
    assert shown_close(view.text_of("t", 1), frame.value("t", 1))


def test_what_is_not_computed_yet_stands_empty_and_is_never_zero(view_of):
    view = view_of(run_of(2, 3, 2))
    assert view.text_of("a1", 0) == NOT_COMPUTED
    assert view.text_of("z1", 0) == NOT_COMPUTED
    assert view.text_of("E") == NOT_COMPUTED
    assert view.text_of("delta1", 0) == ""


def test_a_unit_shows_z_until_its_activation_is_known(view_of):
    timeline = run_of(2, 3, 2)
    frame = at(timeline, "z1", (1,))
    view = view_of(timeline)
    assert shown_close(view.text_of("z1", 0), frame.value("z1", 0))
    assert view.text_of("z1", 2) == NOT_COMPUTED
    assert {"x₁", "x₂", "z₁", "z₂", "a₃"} <= texts_of(view)


def test_deltas_are_shown_unit_by_unit(view_of):
    timeline = run_of(2, 3, 2)
    frame = at(timeline, "delta1", (1,))
    view = view_of(timeline)
    assert shown_close(view.text_of("delta1", 1), frame.value("delta1", 1))
    assert view.text_of("delta1", 2) == ""
    assert view.text_of("da1", 2) != ""


def test_half_updated_weights_show_new_and_old(view_of):
    timeline = run_of(2, 3, 2, rate=5.0)
    frame = at(timeline, "W2", (0, 1))
    view = view_of(timeline)
    old, new = frame.before["W2"], frame.after["W2"]
    assert shown_close(view.text_of("W2", 0, 1), new[0, 1])
    assert shown_close(view.text_of("W2", 0, 2), old[0, 2])
    assert not shown_close(view.text_of("W2", 0, 2), new[0, 2])


def test_known_gradients_stand_in_place_of_the_weights_in_their_phase(view_of):
    timeline = run_of(2, 3, 2)
    frame = at(timeline, "dW2", (1, 0))
    view = view_of(timeline, (630, 515))
    for to, origin in ((0, 0), (0, 2), (1, 0)):
        assert shown_close(view.text_of("dW2", to, origin), frame.value("dW2", to, origin))
        assert view.text_of("W2", to, origin) == ""
    assert shown_close(view.text_of("W2", 1, 1), frame.value("W2", 1, 1))
    lit = [label for label in view.labels() if label.mark is Mark.WRITTEN]
    assert [label.term.name for label in lit] == ["dW2"]
    assert lit[0].prefix in ("", "∂E/∂w ")
    assert "∂E/∂w" in texts_of(view)


def test_the_update_phase_writes_the_new_weight(view_of):
    timeline = run_of(2, 3, 2, rate=5.0)
    frame = at(timeline, "W2", (1, 0))
    view = view_of(timeline, (630, 515))
    assert shown_close(view.text_of("W2", 1, 0), frame.after["W2"][1, 0])
    assert view.text_of("dW2", 1, 0) == ""


def test_gradients_can_be_shown_in_any_phase_and_unknown_ones_stand_empty(view_of):
    timeline = run_of(2, 3, 2)
    view = view_of(timeline)
    view.set_shown("gradients")
    assert view.text_of("delta1", 0) == NOT_COMPUTED
    assert view.text_of("dW1", 0, 0) == ""
    assert any("not computed yet" in text for text in texts_of(view))
    view.show_frame(at(timeline, "E"))
    assert shown_close(view.text_of("a1", 0), timeline.frame().value("a1", 0))
    frame = at(timeline, "b2")
    view.show_frame(frame)
    assert shown_close(view.text_of("delta1", 1), frame.value("delta1", 1))
    assert shown_close(view.text_of("dW1", 2, 1), frame.value("dW1", 2, 1))
    assert "δ₂" in texts_of(view)
    view.set_shown("values")
    assert view.text_of("dW1", 2, 1) == ""
    with pytest.raises(ValueError, match="sideways"):
        view.set_shown("sideways")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("example", ["2-3-2", "sine", "digits", "iris"])
def test_no_number_is_an_ellipsis_however_small_it_is(view_of, example, size):
    timeline = Timeline(experiment_json.read(EXAMPLES / f"{example}.gradwalk.json"))
    timeline.train(300)
    for name in ("E", "delta1", "dW1", "db1", "W1"):
        at(timeline, name, (0,) if name != "E" else (), iteration=299)
        view = view_of(timeline, size)
        for shown in ("values", "gradients"):
            view.set_shown(shown)
            values = [label.text for label in view.labels() if label.term is not None]
            assert not any("…" in text or not text for text in values)


@pytest.mark.parametrize(
    ("size", "points"), [((375, 350), 9.5), ((630, 515), 16), ((630, 515), 24)]
)
@pytest.mark.parametrize("sizes", [(2, 3, 2), (2, 2, 2)])
def test_small_networks_show_all_weights_and_values_whatever_the_room(view_of, sizes, size, points):
    QApplication.setFont(fonts.text_font(points))
    timeline = run_of(*sizes)
    frame = at(timeline, "E")
    view = view_of(timeline, size)
    for layer, (below, units) in enumerate(pairwise(sizes), 1):
        for to in range(units):
            assert shown_close(view.text_of(f"a{layer}", to), frame.value(f"a{layer}", to))
            for origin in range(below):
                value = frame.value(f"W{layer}", to, origin)
                text = view.text_of(f"W{layer}", to, origin)
                assert number(text) == pytest.approx(value, rel=0.05)


@pytest.mark.parametrize("size", [(452, 370), (600, 530)])
@pytest.mark.parametrize("points", [11, 12.1])
def test_an_error_on_an_activation_is_called_so_where_two_digits_leave_room(view_of, size, points):
    QApplication.setFont(fonts.text_font(points))
    timeline = Timeline(experiment_json.read(EXAMPLES / "2-3-2.gradwalk.json"))
    at(timeline, "delta1", (1,))
    tags = [each for each in view_of(timeline, size).labels() if each.term == Term("da1", (2,))]
    assert [each.prefix.strip() for each in tags] == ["∂E/∂a"]


def test_numbers_of_a_group_have_as_many_digits(view_of):
    timeline = run_of(2, 3, 2)
    at(timeline, "delta1")
    for size in SIZES[1:]:
        view = view_of(timeline, size)
        for name, count in (("delta1", 3), ("a1", 3), ("W1", 3)):
            texts = [view.text_of(name, row) for row in range(count)]
            digits = {
                len(t.partition("e")[0].strip("−").replace(".", "").lstrip("0")) for t in texts
            }
            assert len(digits) == 1, texts


def test_the_number_of_a_delta_has_the_colour_of_its_sign(view_of):
    timeline = run_of(2, 3, 2)
    frame = at(timeline, "delta1")
    view = view_of(timeline)
    colours = {
        frame.value("delta1", label.term.indices[0]) < 0: label.colour
        for label in view.labels()
        if label.term and label.term.name == "delta1"
    }
    assert LIGHT.delta not in colours.values()
    assert len(set(colours.values())) == len(colours)


def test_the_sample_chosen_is_the_one_shown(view_of):
    timeline = run_of(2, 3, 2, batch=3)
    frame = at(timeline, "E")
    view = view_of(timeline)
    view.set_sample(2)
    assert shown_close(view.text_of("a1", 0), frame.value("a1", 0, 2))
    view.set_sample(9)
    assert view.sample == 2


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize("size", SIZES)
def test_no_texts_collide_and_none_lies_outside(view_of, sizes, size):
    timeline = run_of(*sizes)
    for name in ("z1", "delta1", "dW1", "W1"):
        at(timeline, name, (0,))
        view = view_of(timeline, size)
        labels = view.labels()
        for one, other in combinations(labels, 2):
            assert not one.rect.intersects(other.rect), (name, one, other)
        inside = QRectF(view.rect())
        assert all(inside.contains(label.rect) for label in view.labels())


@pytest.mark.parametrize("granularity", [Granularity.UNIT, Granularity.WEIGHT])
@pytest.mark.parametrize("size", [(630, 515), (710, 515)])
def test_no_label_touches_a_tag_at_any_stop_and_powers_are_written_one_way(
    view_of, size, granularity
):
    QApplication.setFont(fonts.text_font(10))
    timeline = Timeline(experiment_json.read(EXAMPLES / "2-3-2.gradwalk.json"))
    view = view_of(timeline, size)
    while timeline.forward(granularity).position.iteration == 0:
        view.show_frame(timeline.frame())
        for shown in ("gradients", "values"):
            view.set_shown(shown)
            labels = view.labels()
            for one, other in combinations(labels, 2):
                assert not one.rect.intersects(other.rect), (one, other)
            inner = [label for label in labels if label.term and label.term.name not in "Et"]
            for one, other in combinations(inner, 2):
                if one.chip and other.chip:
                    assert not one.rect.adjusted(-2, -2, 2, 2).intersects(other.rect), (one, other)
            texts = "".join(label.text for label in labels)
            assert not ("×10" in texts and "e−" in texts)


def test_biases_stand_on_one_side_of_every_unit(view_of):
    for sizes in ((2, 3, 2), (4, 5, 3, 2), (1, 8, 1)):
        view = view_of(run_of(*sizes), (710, 515))
        biases = [label for label in view.labels() if label.term and label.term.name[0] == "b"]
        for label in biases:
            at_unit = Term(label.term.name.replace("b", "a"), label.term.indices)
            unit = next(other for other in view.labels() if other.term == at_unit)
            assert label.rect.bottom() < unit.rect.top()


@pytest.mark.parametrize(
    ("name", "element", "said"),
    [
        ("dW2", (0, 0), "where computed"),
        ("db2", (0,), "∂E/∂b of every unit"),
        ("b2", (0,), "every bias"),
        ("W2", (0, 0), "every weight"),
    ],
)
def test_the_banner_says_what_the_step_computes(view_of, name, element, said):
    timeline = run_of(2, 3, 2)
    at(timeline, name, element)
    assert any(said in text for text in texts_of(view_of(timeline)))


@pytest.mark.parametrize(
    ("optimizer", "name", "said"),
    [
        (Momentum(0.1, 0.9), "velocity_W1", "velocity of every weight"),
        (Momentum(0.1, 0.9), "velocity_b2", "velocity of every bias"),
        (Momentum(0.1, 0.9), "W1", "update of every weight"),
        (Adam(0.1), "k", "count of the updates"),
        (Adam(0.1), "m_W1", "running mean of every ∂E/∂w"),
        (Adam(0.1), "v_b2", "running mean of every squared ∂E/∂b"),
        (Adam(0.1), "b2", "update of every bias"),
    ],
)
def test_the_banner_names_what_an_optimizer_remembers_before_the_update(
    view_of, optimizer, name, said
):
    timeline = Timeline(replace(run_of(2, 3, 2).experiment, optimizer=optimizer))
    at(timeline, name)
    texts = texts_of(view_of(timeline))
    assert said in texts
    assert sum("every" in text or "count" in text for text in texts) == 1


@pytest.mark.parametrize("optimizer", [Momentum(0.1, 0.9), Adam(0.1)])
@pytest.mark.parametrize("sizes", [(2, 3, 2), (4, 6, 3)])
def test_what_an_optimizer_remembers_stands_on_the_edge_it_is_written_for(
    view_of, optimizer, sizes
):
    timeline = Timeline(replace(run_of(*sizes).experiment, optimizer=optimizer))
    view = view_of(timeline)
    slots = ("m_W2", "v_W2") if isinstance(optimizer, Adam) else ("velocity_W2",)
    for iteration in (0, 1, 2):
        for name in slots:
            frame = at(timeline, name, (1, 2), iteration)
            view.show_frame(frame)
            assert shown_close(view.text_of(name, 1, 2), frame.value(name, 1, 2))
            written = [label.term for label in view.labels() if label.mark is Mark.WRITTEN]
            assert written == [Term(name, (1, 2))]
            assert view.text_of("W2", 1, 2) == ""
        view.show_frame(at(timeline, "W2", (1, 2), iteration))
        assert not any(view.text_of(name, 1, 2) for name in slots)
        value = timeline.frame().value("W2", 1, 2)
        assert shown_close(view.text_of("W2", 1, 2), value)


@pytest.mark.parametrize("term", [Term("W1", (0, 1)), Term("a1", (1,)), Term("b1", (0,))])
def test_what_is_pinned_is_marked_until_it_no_longer_is(view_of, term):
    view = view_of(run_of(2, 3, 2))
    before = pixels(view)
    view.set_pinned(term)
    marked = pixels(view)
    assert not np.array_equal(marked, before)
    view.set_lit(Term("W2", (0, 1)))
    view.set_lit(None)
    assert np.array_equal(pixels(view), marked)
    view.set_pinned(None)
    assert np.array_equal(pixels(view), before)


def test_the_lines_along_an_edge_leave_the_numbers_as_they_are(view_of):
    timeline = run_of(2, 3, 2)
    at(timeline, "E")
    view = view_of(timeline)
    rects = [
        label.rect.toRect() for label in view.labels() if label.term and label.term.name[0] == "a"
    ]
    before = view.grab().toImage()
    view.set_lit(Term("W1", ("j", "i")))
    after = view.grab().toImage()
    assert before != after
    assert all(before.copy(rect) == after.copy(rect) for rect in rects)


def test_a_wide_layer_says_how_many_units_and_edges_are_left_out(view_of):
    view = view_of(run_of(*WIDE))
    texts = [label.text for label in view.labels()]
    assert "⋮ 44 more" in texts
    assert "⋮ 12 more" in texts
    assert view.drawn_edges() == 20 * 20 + 20 * 10
    assert any("600" in text and "2,368" in text for text in texts)


def test_the_step_is_seen_even_on_a_unit_that_is_not_drawn(view_of):
    timeline = run_of(*WIDE)
    frame = at(timeline, "z1", (15,))
    view = view_of(timeline)
    assert shown_close(view.text_of("z1", 15), frame.value("z1", 15))


def test_at_most_about_750_edges_are_drawn_the_strongest(view_of):
    timeline = run_of(20, 20, 20)
    view = view_of(timeline)
    assert 748 <= view.drawn_edges() <= 750
    sizes = np.sort(np.abs(timeline.frame().after["W1"]), axis=None)
    hovered = {view.term_at(QPointF(250, y)) for y in range(100, 500)}
    shares = [abs(timeline.frame().value("W1", *term.indices)) for term in hovered if term]
    assert shares
    assert min(shares) >= sizes[25]


def texts_of(view):
    return {label.text for label in view.labels()}


def chip_of(view, text):
    return next(label.rect for label in view.labels() if label.text == text).center().toPoint()


def point_at(qtbot, view, place):
    qtbot.mouseMove(view, QPoint(3, 3))  # or nothing is sent where an earlier test left the mouse
    qtbot.mouseMove(view, place)


def click(qtbot, view, text):
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip_of(view, text))


def turn_wheel(view, place, angle, modifiers=Qt.KeyboardModifier.NoModifier):
    """Whether the view took it."""
    here, nothing = QPointF(place), QPoint()
    button, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(here, here, nothing, QPoint(0, angle), button, modifiers, phase, False)
    event.ignore()
    view.wheelEvent(event)
    return event.isAccepted()


def press(view, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Whether the view took it."""
    event = QKeyEvent(QKeyEvent.Type.KeyPress, key, modifiers)
    view.keyPressEvent(event)
    return event.isAccepted()


def test_a_click_on_more_draws_all_units_where_they_fit_and_on_fold_the_ends_again(view_of, qtbot):
    view = view_of(run_of(*WIDE))
    ends = (*range(10), *range(22, 32))
    assert view.drawn_units(1) == ends
    click(qtbot, view, "⋮ 12 more")
    assert view.drawn_units(1) == tuple(range(32))
    assert "⋮ 12 more" not in texts_of(view)
    assert view.drawn_edges() == 750  # 20 × 32 + 32 × 10 = 960 edges are too many
    assert any("2,368" in text and "strongest" in text for text in texts_of(view))
    click(qtbot, view, "⋯ fold")
    assert view.drawn_units(1) == ends


def test_where_not_all_units_fit_twenty_are_drawn_and_a_click_on_a_chip_pages(view_of, qtbot):
    view = view_of(run_of(784, 4, 2))
    click(qtbot, view, "⋮ 764 more")
    assert view.drawn_units(0) == tuple(range(10, 30))
    assert {"⋮ 10 above", "⋮ 754 below", "⋯ fold"} <= texts_of(view)
    assert {"x11", "x30"} <= texts_of(view)
    click(qtbot, view, "⋮ 754 below")
    assert view.drawn_units(0) == tuple(range(30, 50))
    click(qtbot, view, "⋮ 30 above")
    click(qtbot, view, "⋮ 10 above")
    assert view.drawn_units(0) == tuple(range(20))
    assert not any("above" in text for text in texts_of(view))
    assert "⋮ 764 below" in texts_of(view)


def test_expanded_layers_have_edges_of_the_units_that_are_drawn(view_of):
    timeline = run_of(784, 2, 2)
    view = view_of(timeline)
    view.expand(0)
    hovered = {view.term_at(QPointF(300, y)) for y in range(80, 500)} - {None}
    origins = {term.indices[1] for term in hovered if term.name == "W1"}
    assert origins
    assert origins <= set(range(10, 30))


def test_the_mouse_wheel_scrolls_an_expanded_layer_and_nothing_else(view_of):
    view = view_of(run_of(784, 32, 2))
    place = chip_of(view, "⋮ 764 more")
    assert not turn_wheel(view, place, -120)
    view.expand(0)
    assert turn_wheel(view, place, -120)
    assert view.drawn_units(0) == tuple(range(13, 33))
    for _ in range(4):  # of a wheel without notches
        assert turn_wheel(view, place, 30)
    assert view.drawn_units(0) == tuple(range(10, 30))
    assert turn_wheel(view, place, 1200)
    assert view.drawn_units(0) == tuple(range(20))
    assert not turn_wheel(view, place, -120, Qt.KeyboardModifier.ControlModifier)
    beside = QPointF(place) + QPointF(120, 0)
    assert not turn_wheel(view, beside, -120)
    assert view.drawn_units(0) == tuple(range(20))


def test_enter_expands_and_folds_the_layer_of_the_step_or_the_one_pointed_at(view_of, qtbot):
    timeline = run_of(784, 128, 30)
    at(timeline, "z2", (3,))
    view = view_of(timeline)
    assert press(view, Qt.Key.Key_Return)
    assert view.drawn_units(2) == tuple(range(30))
    assert press(view, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert len(view.drawn_units(2)) == 20
    point_at(qtbot, view, chip_of(view, "⋮ 764 more"))
    assert press(view, Qt.Key.Key_Return)
    assert view.drawn_units(0) == tuple(range(10, 30))
    assert press(view, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    assert view.drawn_units(0) == tuple(range(30, 50))
    assert press(view, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    assert view.drawn_units(0) == tuple(range(10, 30))
    assert not press(view, Qt.Key.Key_PageDown)
    assert not press(view, Qt.Key.Key_Down)
    assert not press(view_of(run_of(2, 3, 2)), Qt.Key.Key_Return)


def test_an_expanded_layer_shows_the_unit_stood_on(view_of):
    timeline = run_of(100, 128, 2)
    at(timeline, "z1", (50,))
    view = view_of(timeline)
    view.expand(1)
    assert view.drawn_units(1) == tuple(range(40, 60))
    for unit, first in ((59, 40), (60, 60), (127, 108), (3, 0)):
        view.show_frame(at(timeline, "z1", (unit,)))
        assert view.drawn_units(1) == tuple(range(first, first + 20))
        assert shown_close(view.text_of("z1", unit), timeline.frame().value("z1", unit))
    view.expand(0)
    view.show_frame(at(timeline, "dW1", (70, 95)))
    assert 70 in view.drawn_units(1)
    assert 95 in view.drawn_units(0)


def test_what_is_expanded_stays_so_until_the_architecture_is_another(view_of):
    timeline = run_of(*WIDE)
    view = view_of(timeline)
    view.expand(1)
    view.show_frame(timeline.forward(Granularity.ITERATION))
    view.set_experiment(timeline.experiment)
    assert len(view.drawn_units(1)) == 32
    view.set_experiment(run_of(2, 3, 2).experiment)
    view.set_experiment(timeline.experiment)
    assert len(view.drawn_units(1)) == 20


def test_what_can_be_clicked_has_a_hand_and_says_what_a_click_does(view_of, qtbot):
    view = view_of(run_of(784, 32, 2))
    for text, said in (
        ("⋮ 764 more", "units 11 to 774: click to see twenty at a time"),
        ("⋮ 12 more", "units 11 to 22: click to draw them too"),
    ):
        place = chip_of(view, text)
        point_at(qtbot, view, place)
        assert view.cursor().shape() is Qt.CursorShape.PointingHandCursor
        assert view.tooltip_at(QPointF(place)) == said
    qtbot.mouseMove(view, QPoint(3, 3))
    assert view.cursor().shape() is Qt.CursorShape.ArrowCursor
    view.expand(0)
    for text, said in (
        ("⋮ 10 above", "units 1 to 10: click to page up"),
        ("⋮ 754 below", "units 31 to 784: click to page down"),
        ("⋯ fold", "click to draw only the first and the last ten units"),
    ):
        assert view.tooltip_at(QPointF(chip_of(view, text))) == said


def test_no_texts_collide_in_expanded_layers(view_of):
    for size in SIZES[1:]:
        timeline = run_of(784, 48, 24)
        at(timeline, "delta1", (30,))
        view = view_of(timeline, size)
        for layer in (0, 1, 2):
            view.expand(layer)
        assert len(view.drawn_units(1)) in (20, 48)
        for one, other in combinations(view.labels(), 2):
            assert not one.rect.intersects(other.rect), (size, one, other)


@pytest.mark.parametrize(
    ("sizes", "size"),
    [
        *((each, (1600, 1000)) for each in [(2, 6, 5), (5, 6), (4, 5, 3, 2), (3, 5, 5, 2)]),
        ((4, 6, 3), (597, 529)),  # Iris and the matrix form in a window of 1280 × 800.
        ((4, 5, 3, 2), (597, 529)),
    ],
)
def test_up_to_thirty_weights_a_gap_are_written_where_they_find_room(view_of, sizes, size):
    timeline = run_of(*sizes)
    view = view_of(timeline, size)
    for layer in range(1, len(sizes)):
        for to in range(sizes[layer]):
            assert view.text_of(f"W{layer}", to, sizes[layer - 1] - 1)


def test_where_the_weights_would_hide_the_edges_only_those_of_the_step_are_written(view_of):
    timeline = run_of(4, 9, 3)
    frame = at(timeline, "W1", (2,))
    view = view_of(timeline, (630, 515))
    written = {label.term for label in view.labels() if label.term and label.term.name == "W1"}
    assert written == {Term("W1", (2, origin)) for origin in range(4)}
    assert shown_close(view.text_of("W1", 2, 1), frame.value("W1", 2, 1))


def test_the_keyboard_moves_from_unit_to_unit_and_enter_picks(view_of):
    view = view_of(run_of(2, 3, 2))
    hovered, picked = [], []
    view.hovered.connect(hovered.append)
    view.picked.connect(picked.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down):
        assert press(view, key, Qt.KeyboardModifier.AltModifier)
    assert hovered == [Term("a0", (0,)), Term("a1", (0,)), Term("a1", (1,))]
    assert press(view, Qt.Key.Key_Return)
    assert picked == [Term("a1", (1,))]


ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


def test_the_keyboard_goes_over_the_edges_into_a_unit_and_its_bias_and_enter_picks(view_of):
    view = view_of(run_of(2, 3, 2))
    hovered, picked = [], []
    view.hovered.connect(hovered.append)
    view.picked.connect(picked.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right):
        press(view, key, Qt.KeyboardModifier.AltModifier)
    for _ in range(3):
        assert press(view, Qt.Key.Key_Down, ALT_SHIFT)
        assert press(view, Qt.Key.Key_Return)
    assert hovered[2:] == [Term("W1", (0, 0)), Term("W1", (0, 1)), Term("b1", (0,))]
    assert picked == hovered[2:]
    press(view, Qt.Key.Key_Up, ALT_SHIFT)
    press(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert hovered[-2:] == [Term("W1", (0, 1)), Term("a0", (1,))]


def test_without_biases_only_edges_feed_a_unit(view_of):
    timeline = run_of(2, 3, 2, bias=False)
    view = view_of(timeline)
    press(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    press(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    for _ in range(5):
        press(view, Qt.Key.Key_Down, ALT_SHIFT)
    assert view.lit_elements() == {("W1", (0, 1))}


def test_a_wide_layer_is_expanded_paged_and_folded_by_keys_alone(view_of):
    view = view_of(run_of(784, 128, 10))
    alt = Qt.KeyboardModifier.AltModifier
    for _ in range(11):
        press(view, Qt.Key.Key_Down, alt)
    assert view.lit_elements() == set()  # on the chip below the tenth unit
    assert press(view, Qt.Key.Key_Return)
    assert view.drawn_units(0) == tuple(range(10, 30))
    assert view.lit_elements() == {("a0", (10,))}
    for _ in range(20):
        press(view, Qt.Key.Key_Down, alt)
    press(view, Qt.Key.Key_Return)
    assert view.drawn_units(0) == tuple(range(30, 50))
    press(view, Qt.Key.Key_Return)
    assert view.drawn_units(0) == tuple(range(50, 70))
    press(view, Qt.Key.Key_Down, alt)
    press(view, Qt.Key.Key_Return)
    assert view.drawn_units(0) == (*range(10), *range(774, 784))


def test_what_the_cursor_is_on_and_the_keys_are_described(view_of, qtbot):
    timeline = run_of(784, 3, 2)
    view = view_of(timeline)
    assert "Alt" in view.tooltip_at(QPointF(1, 1))
    for _ in range(2):
        press(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    press(view, Qt.Key.Key_Down, ALT_SHIFT)
    value = repr(timeline.frame().value("W1", 0, 0)).replace("-", "−")
    qtbot.waitUntil(lambda: value in view.accessibleDescription())
    assert "Alt with Shift" in view.accessibleDescription()
    press(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    for _ in range(10):
        press(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "units 11 to 774" in view.accessibleDescription())


@pytest.mark.parametrize(
    ("term", "elements"),
    [
        (Term("W1", (1, 0)), {("W1", (1, 0))}),
        (Term("W1", (1, "i")), {("W1", (1, 0)), ("W1", (1, 1))}),
        (Term("dW2", ("j", 0)), {("dW2", (0, 0)), ("dW2", (1, 0))}),
        (Term("W2"), {("W2", (to, origin)) for to in range(2) for origin in range(3)}),
        (Term("a1", ("j",)), {("a1", (0,)), ("a1", (1,)), ("a1", (2,))}),
        (Term("delta2", (1,)), {("delta2", (1,))}),
        (Term("b1", (2,)), {("b1", (2,))}),
        (Term("db2", (0,)), {("db2", (0,))}),
        (Term("t", (1,)), {("t", (1,))}),
        (Term("E"), {("E", ())}),
        (Term("W9", (0, 0)), set()),
        (None, set()),
    ],
)
def test_what_another_view_points_at_is_lit_element_by_element(view_of, term, elements):
    view = view_of(run_of(2, 3, 2))
    before = pixels(view)
    view.set_lit(term)
    assert view.lit_elements() == elements
    assert np.array_equal(pixels(view), before) is not bool(elements)


@pytest.mark.parametrize("term", [Term("a0", (400,)), Term("W1", (3, 400)), Term("b1", (3,))])
def test_what_has_no_place_of_its_own_is_marked_where_it_stands(view_of, term):
    view = view_of(run_of(784, 128, 10))
    before = pixels(view)
    view.set_lit(term)
    assert view.lit_elements() == {(term.name, term.indices)}
    assert not np.array_equal(pixels(view), before)


def test_pointing_with_the_mouse_lights_here_too(view_of, qtbot):
    view = view_of(run_of(2, 3, 2))
    rect = next(label.rect for label in view.labels() if label.term == Term("W1", (1, 0)))
    point_at(qtbot, view, rect.center().toPoint())
    assert view.lit_elements() == {("W1", (1, 0))}


def test_letters_follow_the_notation(view_of):
    timeline = run_of(2, 3, 2)
    at(timeline, "E")
    view = view_of(timeline)
    assert {"a₁", "x₂"} <= texts_of(view)
    view.set_notation("matrix")
    assert "a₁" not in texts_of(view)
    assert "x₃" in texts_of(view)
    centre = next(label.rect for label in view.labels() if label.term == Term("a1", (2,))).center()
    assert "x1[3] = " in view.tooltip_at(centre)
    view.show_frame(at(timeline, "dW2", (1, 0)))
    assert "∂E/∂W" in texts_of(view)
    assert not any(
        "∂E/∂w" in text + label.prefix for label in view.labels() for text in [label.text]
    )
    view.set_notation("node")
    assert "∂E/∂w" in texts_of(view)


def test_a_click_picks_what_is_drawn_there(view_of, qtbot):
    view = view_of(run_of(2, 3, 2))
    rect = next(label.rect for label in view.labels() if label.term == Term("W1", (1, 0)))
    with qtbot.waitSignal(view.picked) as heard:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert heard.args == [Term("W1", (1, 0))]


@pytest.mark.parametrize("term", [Term("W1", ("j", "i")), Term("a1", ("j",)), Term("W2", (0, 1))])
def test_what_another_view_points_at_is_ringed_until_it_no_longer_is(view_of, term):
    view = view_of(run_of(2, 3, 2))
    before = pixels(view)
    view.set_lit(term)
    assert not np.array_equal(pixels(view), before)
    view.set_lit(None)
    assert np.array_equal(pixels(view), before)


def test_hovering_an_empty_unit_emits_its_activation(view_of, qtbot):
    view = view_of(run_of(64, 3, 40))
    view.expand(2)  # units too small for a "–" that would be hovered instead
    assert not any(label.term == Term("a2", (17,)) for label in view.labels())
    column = view._drawing.columns[2]
    heard = []
    view.hovered.connect(heard.append)
    point_at(qtbot, view, QPoint(round(column.x), round(column.ys[17])))
    assert heard[-1] == Term("a2", (17,))


def test_hovering_an_edge_emits_its_weight_and_leaving_it_nothing(view_of, qtbot):
    timeline = run_of(2, 2, 2)
    view = view_of(timeline)
    heard = []
    view.hovered.connect(heard.append)
    rects = {label.term: label.rect for label in view.labels() if label.term}
    one, two = (rects[Term(f"a{layer}", (0,))].center() for layer in (0, 1))
    beside_label = QPoint(round(two.x()) - 50, round(two.y()) - 4)
    qtbot.mouseMove(view, beside_label)
    assert heard == [Term("W1", (0, 0))]
    assert one.x() < beside_label.x()
    qtbot.mouseMove(view, QPoint(2, view.height() // 2))
    assert heard == [Term("W1", (0, 0)), None]


def test_hovering_a_unit_emits_it_and_its_tooltip_tells_what_is_known(view_of, qtbot):
    timeline = run_of(2, 3, 2)
    frame = at(timeline, "a1")
    view = view_of(timeline)
    centre = next(label.rect for label in view.labels() if label.term == Term("a1", (2,))).center()
    with qtbot.waitSignal(view.hovered) as heard:
        qtbot.mouseMove(view, centre.toPoint() + QPoint(0, 14))  # beside the number
    assert heard.args == [Term("a1", (2,))]
    tooltip = view.tooltip_at(QPointF(centre))
    assert repr(frame.value("a1", 2)).replace("-", "−") in tooltip
    assert "δ1[3]: not computed yet" in tooltip
    assert "∂E/∂a1[3]: not computed yet" in tooltip


def test_a_value_that_is_not_finite_is_a_word(view_of):
    timeline = run_of(2, 3, 2, rate=1e200, activation="identity")
    assert timeline.train(50) is not None
    frame = timeline.frame()
    row = frame.non_finite.element[0]
    view = view_of(timeline)
    words = {"nan": "NaN", "inf": "∞", "-inf": "−∞"}
    assert view.text_of(frame.step.writes, row) == words[str(frame.non_finite.value)]
    pixels(view)


def test_arrow_keys_are_left_to_the_window(view_of, qtbot):
    view = view_of(run_of(2, 3, 2))
    taken = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space):
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        view.keyPressEvent(event)
        taken.append(event.isAccepted())
    assert taken == [False, False, False]
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_edges_are_painted_again_when_weights_theme_or_size_change_and_not_otherwise(
    view_of, monkeypatch
):
    painted = []
    paint = strengths.paint_edges
    monkeypatch.setattr(strengths, "paint_edges", lambda *args: (painted.append(1), paint(*args)))
    timeline = run_of(2, 3, 2, rate=50.0)
    view = view_of(timeline)
    pixels(view)
    first = len(painted)
    view.show_frame(timeline.forward(Granularity.UNIT))
    pixels(view)
    assert len(painted) == first
    view.show_frame(timeline.forward(Granularity.ITERATION))
    pixels(view)
    assert len(painted) == first + 2  # once for each gap
    view.set_theme(DARK)
    pixels(view)
    assert len(painted) == first + 2  # the colours come from a table
    view.resize(700, 500)
    pixels(view)
    assert len(painted) == first + 4


def test_the_picture_is_the_same_however_one_came_there(view_of):
    timeline = run_of(2, 3, 2)
    stepped = view_of(timeline)
    for _ in range(9):
        stepped.show_frame(timeline.forward(Granularity.UNIT))
        pixels(stepped)
    assert np.array_equal(pixels(stepped), pixels(view_of(timeline)))


def test_names_and_activations_come_from_the_experiment(view_of):
    view = view_of(run_of(2, 3, 2))
    texts = [label.text for label in view.labels()]
    assert {"x1", "x2", "o1", "o2"} <= set(texts)
    assert any("sigmoid" in text for text in texts)
    view.set_names(("height", "weight"), ("yes", "no"))
    assert {"height", "weight", "yes", "no"} <= {label.text for label in view.labels()}


def test_fewer_digits_are_shown_where_fewer_are_asked_for(view_of):
    timeline = run_of(2, 3, 2)
    frame = at(timeline, "E")
    view = view_of(timeline)
    view.set_numbers(NumberFormat(3))
    assert view.text_of("a1", 0) == NumberFormat(3).text(frame.value("a1", 0))


def test_every_theme_paints_and_each_step_is_described(view_of, qtbot):
    timeline = run_of(2, 3, 2)
    view = view_of(timeline)
    for theme in (LIGHT, DARK):
        view.set_theme(theme)
        pixels(view)
    view.show_frame(timeline.forward(Granularity.UNIT))
    assert view.accessibleName()
    qtbot.waitUntil(lambda: "z1[1]" in view.accessibleDescription())


@pytest.mark.parametrize("granularity", [Granularity.UNIT, Granularity.LAYER])
def test_what_is_kept_from_step_to_step_looks_as_if_made_anew(view_of, granularity):
    timeline = run_of(2, 3, 2)
    view = view_of(timeline)
    for _ in range(30):
        view.show_frame(timeline.forward(granularity))
        assert view.labels() == view_of(timeline).labels()
