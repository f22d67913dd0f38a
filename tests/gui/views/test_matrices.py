import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication

from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.expression import Term, quantity
from engine.formats import experiment_json
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent, Momentum
from engine.position import Position
from engine.program import Granularity
from engine.timeline import Timeline
from gui.fonts import load_fonts
from gui.matrix.model import Face, Kind
from gui.numbers import NOT_COMPUTED, NumberFormat
from gui.theme import DARK, LIGHT
from gui.views.matrices import MatricesView
from tests.examples import EXAMPLES

WEIGHT, UNIT, LAYER = Granularity.WEIGHT, Granularity.UNIT, Granularity.LAYER
NAMES = [path.name.removesuffix(".gradwalk.json") for path in EXAMPLES]


def run(*sizes, top="sigmoid", loss="half_squared_error", batch=1, optimizer=None):
    random = np.random.default_rng(0)
    targets = random.random((batch, sizes[-1]))
    if loss == "cross_entropy":
        targets = np.eye(sizes[-1])[random.integers(0, sizes[-1], batch)]
    names = ["sigmoid"] * (len(sizes) - 2) + [top]
    layers = tuple(
        Layer(size, ACTIVATIONS[name]) for size, name in zip(sizes[1:], names, strict=True)
    )
    data = Data(random.random((batch, sizes[0])), targets)
    optimizer = optimizer or GradientDescent(0.5)
    return Timeline(
        Experiment(
            Network(sizes[0], layers), LOSSES[loss], data, optimizer, batch_size=batch,
            shuffle=False, seed=0,
        )
    )  # fmt: skip


def example(name):
    path = next(each for each in EXAMPLES if each.name == f"{name}.gradwalk.json")
    return Timeline(experiment_json.read(path))


def standing_on(timeline, name, element=(), iteration=0):
    step = timeline.program.step_writing(name)
    timeline.seek(Position(iteration, step.index, element))
    return timeline.frame()


def stops(timeline, granularity):
    """Every stop of the second iteration: the optimizers' slots are then not all zero."""
    timeline.forward(Granularity.ITERATION)
    timeline.forward(granularity)
    while timeline.position.iteration == 1:
        yield timeline.frame()
        timeline.forward(granularity)


@pytest.fixture
def view(qtbot):
    load_fonts()
    made = MatricesView()
    qtbot.addWidget(made)
    made.resize(440, 700)
    made.show()
    return made


def number_of(view, name, **wanted):
    """Which matrix, from the left, is the one with these properties."""
    return next(
        number
        for number, operand in enumerate(view.operands)
        if operand.name == name and all(getattr(operand, k) == v for k, v in wanted.items())
    )


def expected(frame, operand, row, column):
    """The number a cell has to show, from the frame alone."""
    if operand.face is Face.WRITTEN:
        known = frame.is_known(operand.name, row, column)
        return frame.value(operand.name, row, column) if known else None
    return float(frame.before[operand.name][row, column])


@pytest.mark.parametrize("name", NAMES)
def test_every_number_shown_is_the_engines_to_the_digits_shown(view, name):
    view.set_numbers(NumberFormat(6))
    shown = 0
    for frame in stops(example(name), LAYER if name == "digits" else UNIT):
        view.show_frame(frame)
        for number, operand in enumerate(view.operands):
            if operand.kind is not Kind.QUANTITY:
                continue
            for row, column in np.ndindex(operand.values.shape):
                text = view.text_at(number, row, column)
                if not text:
                    continue
                value = expected(frame, operand, row, column)
                formats = [NumberFormat(digits).text(value) for digits in range(3, 7)
                           if value is not None]  # fmt: skip
                assert text in (formats or [NOT_COMPUTED])
                shown += 1
    assert shown > 50


@pytest.mark.parametrize("name", NAMES)
def test_the_lit_cells_are_those_the_frame_lights(view, name):
    for frame in stops(example(name), LAYER if name == "digits" else UNIT):
        view.set_sample(1)
        view.show_frame(frame)
        column = min(1, frame.batch - 1)
        drawn = {each.name for each in view.operands if each.kind in (Kind.QUANTITY, Kind.SLOPE)}
        wanted = set()
        for term in frame.lit:
            if term.name in drawn:
                wanted |= expanded(term, frame.program.shape(term.name, frame.batch), column)
        assert view.lit_cells() == wanted


def expanded(term, shape, column):
    """Every element a term stands for, a letter standing for all of its axis."""
    what = quantity(term.name)
    row_index = term.indices[0]
    if what.is_weight_shaped:
        column_index = term.indices[1]
    elif what.is_bias_shaped:
        column_index = 0
    else:
        column_index = column if term.sample is None else term.sample
    rows = range(shape[0]) if isinstance(row_index, str) else [row_index]
    columns = range(shape[1]) if isinstance(column_index, str) else [column_index]
    return {(term.name, row, col) for row in rows for col in columns}


def test_for_one_unit_its_row_of_weights_and_all_inputs_are_lit(view):
    view.show_frame(standing_on(run(2, 3, 2), "z2", (1,)))
    assert view.lit_cells() == {
        ("z2", 1, 0), ("b2", 1, 0), *(("W2", 1, i) for i in range(3)),
        *(("a1", i, 0) for i in range(3)),
    }  # fmt: skip


def test_what_is_not_computed_is_empty_and_never_zero(view):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    assert view.text_of("z1", 1) not in ("", NOT_COMPUTED)
    assert view.text_of("z1", 2) == NOT_COMPUTED


def test_an_update_shows_the_new_numbers_beside_the_old_ones(view):
    frame = standing_on(run(2, 2, 1), "W1", (0, 1))
    view.resize(700, 500)
    view.show_frame(frame)
    old = number_of(view, "W1", before=True)
    new = number_of(view, "W1", face=Face.WRITTEN)
    shown = NumberFormat().text
    for place in ((0, 0), (0, 1)):
        assert view.text_at(new, *place) == shown(float(frame.after["W1"][place]))
        assert view.text_at(old, *place) == shown(float(frame.before["W1"][place]))
    assert view.text_at(new, 1, 0) == shown(float(frame.before["W1"][1, 0]))
    assert view.text_of("W1", 0, 1) == view.text_at(new, 0, 1)


def test_a_transpose_is_drawn_as_one_and_a_thread_leads_to_the_stored_matrix(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", (1,)))
    number = number_of(view, "W2", transposed=True)
    cells = {place: view.cell_rect(number, *place) for place in np.ndindex(2, 3)}
    assert cells[0, 1].top() > cells[0, 0].top()  # from unit 2 is below from unit 1
    assert cells[0, 1].left() == cells[0, 0].left()
    assert cells[1, 0].left() > cells[0, 0].left()
    ((start, end),) = view.thread_ends()
    assert start.y() == pytest.approx(cells[0, 1].center().y(), abs=1)
    ghost = next(each for each in view._laid_out().matrices if each.ghost)
    column = ghost.cell(0, 1).united(ghost.cell(1, 1))
    assert ghost.cell(1, 1).top() > ghost.cell(0, 1).top()
    assert end.x() == pytest.approx(column.center().x(), abs=1)
    assert end.y() == pytest.approx(column.top(), abs=3)


def test_the_thread_follows_the_element_pointed_at(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", (1,)))
    view.set_lit(Term("W2", (1, 2)))
    ((start, end),) = view.thread_ends()
    cell = view.cell_rect(number_of(view, "W2", transposed=True), 1, 2)
    ghost = next(each for each in view._laid_out().matrices if each.ghost)
    assert start.y() == pytest.approx(cell.center().y(), abs=1)
    assert end.x() == pytest.approx(ghost.cell(1, 2).center().x(), abs=1)


def test_an_outer_product_has_a_column_at_the_left_and_a_row_on_top(view):
    view.show_frame(standing_on(run(2, 3, 2), "dW1", (1, 0)))
    delta, row, product = (number_of(view, name) for name in ("delta1", "a0", "dW1"))
    for j, i in np.ndindex(3, 2):
        cell = view.cell_rect(product, j, i)
        assert cell.center().y() == view.cell_rect(delta, j, 0).center().y()
        assert view.cell_rect(delta, j, 0).right() < cell.left()
        assert view.cell_rect(row, i, 0).bottom() < cell.top()
    assert view.cell_rect(row, 1, 0).left() > view.cell_rect(row, 0, 0).left()


def test_the_shapes_show_how_inner_sizes_meet(view):
    view.show_frame(standing_on(run(2, 3, 2), "z1"))
    assert view.shapes_text() == "3×1 = 3×2 · 2×1 + 3×1"
    assert len(view._laid_out().links) == 1
    view.show_frame(standing_on(run(2, 3, 2, batch=4), "dW2"))
    assert view.shapes_text() == "2×3 = 2×4 · 4×3"


def test_slopes_and_the_jacobian_are_the_engines(view):
    frame = standing_on(run(2, 3, 2), "delta1")
    view.show_frame(frame)
    a = frame.before["a1"]
    np.testing.assert_allclose(view.operands[-1].values, a * (1 - a), rtol=1e-15)
    frame = standing_on(run(2, 3, top="softmax", loss="cross_entropy", batch=3), "delta1")
    view.set_sample(2)
    view.show_frame(frame)
    a = frame.before["a1"][:, 2]
    jacobian = next(each for each in view.operands if each.kind is Kind.JACOBIAN)
    np.testing.assert_allclose(jacobian.values, np.diag(a) - np.outer(a, a), atol=1e-15)


def test_a_rate_for_each_weight_is_a_matrix(view):
    experiment = run(2, 2, 1).experiment
    rates = np.array([[0.1, 0.2], [0.3, 0.4]])
    first = replace(experiment.network.layers[0], weight_learning_rate=rates)
    layers = (first, *experiment.network.layers[1:])
    network = replace(experiment.network, layers=layers)
    view.show_frame(standing_on(Timeline(replace(experiment, network=network)), "W1"))
    (number,) = (n for n, each in enumerate(view.operands) if each.kind is Kind.RATE)
    assert [view.text_at(number, *at) for at in np.ndindex(2, 2)] == ["0.1", "0.2", "0.3", "0.4"]


@pytest.mark.parametrize("width", [300, 420, 700])
@pytest.mark.parametrize("name", ["2-3-2", "4-5-3-2", "iris", "xor", "digits"])
def test_nothing_is_clipped(view, name, width):
    view.resize(width, 4000)
    view.set_numbers(NumberFormat(12))
    background = QColor(LIGHT.surface).rgb()
    for frame in stops(example(name), LAYER):
        view.show_frame(frame)
        where, bar = frame.step.writes, view.horizontalScrollBar()
        assert (pixels_of(view)[:, :3] == background).all(), where
        bar.setValue(bar.maximum())
        pixels = pixels_of(view)
        assert (pixels[:, -4:] == background).all(), where
        assert (pixels[-4:] == background).all(), where
        assert (pixels != background).any()


def pixels_of(view):
    image = view.viewport().grab().toImage()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1).copy()


@pytest.mark.parametrize(("name", "sizes"), [("z1", (8, 3, 2)), ("dW1", (12, 3, 2))])
def test_a_short_row_keeps_its_numbers_in_a_narrow_panel_and_scrolls(view, qtbot, name, sizes):
    view.resize(300, 700)
    view.show_frame(standing_on(run(*sizes), name))
    assert not any(view.is_heat_map(number) for number in range(len(view.operands)))
    bar = view.horizontalScrollBar()
    assert bar.maximum() > 0
    number = number_of(view, "W1" if name == "z1" else "dW1")
    assert view.text_at(number, 0, sizes[0] - 1)
    bar.setValue(bar.maximum())
    last = view.cell_rect(number, 2, sizes[0] - 1)
    assert view.viewport().rect().contains(last.toRect())
    assert view.term_at(last.center()).indices == (2, sizes[0] - 1)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=last.center().toPoint())
    for _ in range(sizes[0] - 1):
        qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    first = view.cell_rect(number, 2, 0)
    assert view.viewport().rect().contains(first.toRect())


def test_a_matrix_too_wide_for_numbers_is_a_heat_map_and_needs_no_scrolling(view):
    view.resize(300, 700)
    view.show_frame(standing_on(run(30, 3, 2), "z1"))
    assert view.is_heat_map(number_of(view, "W1"))
    assert view.horizontalScrollBar().maximum() == 0


def test_matrix_form_has_letters_of_its_own(view):
    frame = standing_on(run(2, 3, 2), "z2")
    view.show_frame(frame)
    number = number_of(view, "a1")

    def tip_of(number):
        return view.tip_at(view.cell_rect(number, 0, 0).center())

    assert "a_1 is 3×1" in tip_of(number)
    before = pixels_of(view)
    view.set_notation("matrix")
    assert "x_1 is 3×1" in tip_of(number)
    assert not np.array_equal(before, pixels_of(view))
    view.set_notation("node")
    assert np.array_equal(before, pixels_of(view))


@pytest.mark.parametrize(
    ("name", "node", "matrix"),
    [("delta1", "g′(z_1)", "f′(z_1)"), ("da1", "δ_2", "δ_2"), ("db1", "∂E/∂b_1", "∂E/∂b_1")],
)
def test_names_are_those_of_the_notation(view, name, node, matrix):
    view.show_frame(standing_on(run(2, 3, 2), name))
    last = len(view.operands) - 1
    for notation, wanted in (("node", node), ("matrix", matrix)):
        view.set_notation(notation)
        names = [view.tip_at(view.cell_rect(number, 0, 0).center()) for number in range(last + 1)]
        assert any(f"\n{wanted} is" in text for text in names), names


@pytest.mark.parametrize(
    ("term", "name", "wanted"),
    [
        (Term("W1", (2, 1)), "z1", {("W1", (2, 1))}),
        (Term("W1", (1, "i")), "z1", {("W1", (1, 0)), ("W1", (1, 1))}),
        (Term("b1", (0,)), "z1", {("b1", (0,))}),
        (Term("a0", ("i",)), "dW1", {("a0", (0,)), ("a0", (1,))}),
        (Term("z1", (2,)), "delta1", {("z1", (2,))}),
        (Term("t", (0,)), "z1", set()),
        (None, "z1", set()),
    ],
)
@pytest.mark.parametrize("batch", [1, 4])
def test_the_elements_lit_are_those_another_view_points_at(view, term, name, wanted, batch):
    view.show_frame(standing_on(run(2, 3, 2, batch=batch), name))
    view.set_lit(term)
    assert view.lit_elements() == wanted


def test_elements_of_a_heat_map_are_lit_though_none_is_drawn_on_its_own(view):
    view.show_frame(standing_on(run(30, 3, 2), "z1"))
    view.set_lit(Term("W1", (2, "i")))
    assert view.lit_elements() == {("W1", (2, each)) for each in range(30)}


def test_the_element_under_the_mouse_is_lit_here_too(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1"))
    at = view.cell_rect(number_of(view, "W1"), 1, 0).center().toPoint()
    qtbot.mouseMove(view.viewport(), at)
    assert view.lit_elements() == {("W1", (1, 0))}


@pytest.mark.parametrize("width", range(300, 440, 10))
def test_the_pages_width_does_not_depend_on_the_scroll_bar(view, width):
    def places(height):
        view.resize(width, height)
        view.set_numbers(NumberFormat(12))
        view.set_numbers(NumberFormat(6))  # Laid out anew, with or without the bar.
        view.verticalScrollBar().setValue(0)
        return [view.cell_rect(number, 0, 0) for number in range(len(view.operands))]

    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    tall = places(900)
    assert not view.verticalScrollBar().maximum()
    assert places(60) == tall
    assert view.verticalScrollBar().maximum()


def test_a_low_panel_shows_a_handle_that_scrolls_it_when_dragged(view, qtbot):
    view.resize(300, 150)
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    bar, viewport = view.verticalScrollBar(), view.viewport()
    right = viewport.width() - 5
    assert (pixels_of(view)[:20, right] == QColor(LIGHT.muted).rgb()).any()
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, pos=QPoint(right, 10))
    qtbot.mouseMove(viewport, QPoint(right, 400))
    qtbot.mouseRelease(viewport, left, pos=QPoint(right, 400))
    assert bar.value() == bar.maximum()
    assert (pixels_of(view)[-20:, right] == QColor(LIGHT.muted).rgb()).any()
    qtbot.mouseMove(viewport, QPoint(right, 20))
    assert bar.value() == bar.maximum()


@pytest.mark.parametrize(("name", "sizes"), [("dW1", (3, 8, 2)), ("z1", (30, 6, 2))])
def test_what_is_scrolled_into_sight_is_what_a_tall_panel_shows_there(view, name, sizes):
    beside = 12  # The handle.
    timeline = run(*sizes)
    view.resize(300, 900)
    view.show_frame(standing_on(timeline, name, (1,)))
    tall = pixels_of(view)
    view.resize(300, 90)
    bar = view.verticalScrollBar()
    assert bar.maximum() > 100
    for down in range(0, bar.maximum() + 1, 7):
        bar.setValue(down)
        seen = pixels_of(view)[:, :-beside]
        assert (seen == tall[down : down + len(seen), :-beside]).all(), down


def test_a_low_panel_scrolls_to_its_end(view):
    view.resize(300, 150)
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    view.grab()
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    last = view.cell_rect(len(view.operands) - 1, 2, 0)
    assert bar.maximum() > 0
    assert view.viewport().rect().contains(last.toRect())
    assert view.term_at(last.center()) == Term("z1", (2,))


def test_pointing_at_a_number_names_its_element(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    heard = []
    view.hovered.connect(heard.append)
    cell = view.cell_rect(number_of(view, "W1"), 2, 1)
    qtbot.mouseMove(view.viewport(), cell.center().toPoint())
    qtbot.mouseMove(view.viewport(), QPoint(430, 690))
    assert heard == [Term("W1", (2, 1)), None]


def test_pointing_at_a_slope_names_its_pre_activation(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    cell = view.cell_rect(number_of(view, "z1", kind=Kind.SLOPE), 1, 0)
    assert view.term_at(cell.center()) == Term("z1", (1,))


def test_pointing_into_a_heat_map_names_its_element_and_spells_it_out(view, qtbot):
    frame = standing_on(example("digits"), "z1", (3,))
    view.resize(440, 1200)
    view.show_frame(frame)
    number = number_of(view, "W1")
    assert view.is_heat_map(number)
    heard = []
    view.hovered.connect(heard.append)
    cell = view.cell_rect(number, 20, 41)
    assert view.text_of("W1", 20, 41) == ""
    qtbot.mouseMove(view.viewport(), cell.center().toPoint())
    assert heard == [Term("W1", (20, 41))]
    value = float(frame.before["W1"][20, 41])
    assert view.text_of("W1", 20, 41) == NumberFormat(4).text(value)
    for beside in ((20, 40), (21, 41)):  # its row and its column
        neighbour = float(frame.before["W1"][beside])
        assert view.text_of("W1", *beside) == NumberFormat(4).text(neighbour)
    assert view.text_of("W1", 21, 40) == ""
    assert repr(value).replace("-", "−") in view.tip_at(cell.center())


def test_a_column_of_another_sample_is_named_with_it(view):
    view.resize(700, 500)
    view.set_sample(1)
    view.show_frame(standing_on(run(2, 3, 2, batch=3), "a1", (0,)))
    number = number_of(view, "z1")
    assert view.term_at(view.cell_rect(number, 2, 1).center()) == Term("z1", (2,))
    assert view.term_at(view.cell_rect(number, 2, 0).center()) == Term("z1", (2,), 0)


def test_a_wide_batch_keeps_the_sample_looked_at_in_view(view):
    view.resize(300, 900)
    view.set_sample(7)
    view.show_frame(standing_on(example("iris"), "a1"))
    shown = [column for column in range(10) if view.text_of("a1", 0, column)]
    assert 7 in shown
    assert len(shown) < 10


def test_the_tip_tells_the_name_the_whole_double_and_the_shape(view):
    frame = standing_on(run(2, 3, 2), "z1", (1,))
    view.show_frame(frame)
    tip = view.tip_at(view.cell_rect(number_of(view, "W1"), 2, 1).center())
    value = repr(float(frame.before["W1"][2, 1])).replace("-", "−")
    first = f"w from unit 2 of layer 0 to unit 3 of layer 1: {value}"
    assert tip.splitlines() == [first, "W_1 is 3×2"]


def test_what_another_view_points_at_is_outlined_here(view):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    before = view.viewport().grab().toImage()
    view.set_lit(Term("W1", ("j", 1)))
    assert view.viewport().grab().toImage() != before
    view.set_lit(None)
    assert view.viewport().grab().toImage() == before


def test_a_click_picks_and_so_does_enter(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    picked = []
    view.picked.connect(picked.append)
    cell = view.cell_rect(number_of(view, "b1"), 0, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell.center().toPoint())
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked == [Term("b1", (0,)), Term("b1", (0,))]


def test_alt_and_arrows_move_from_cell_to_cell_and_matrix_to_matrix(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    heard = []
    view.hovered.connect(heard.append)
    alt = Qt.KeyboardModifier.AltModifier
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(view, key, alt)
    assert heard == [
        Term("z1", (1,)), Term("W1", (1, 0)), Term("W1", (1, 1)), Term("W1", (0, 1)),
    ]  # fmt: skip


def test_what_is_pointed_at_elsewhere_and_is_not_in_the_network_marks_nothing(view):
    view.show_frame(standing_on(run(2, 3, 2, batch=3), "z1", (2,)))
    for term in (Term("W1", (2, 1)), Term("z1", (2,)), Term("z1", (0,), 2)):
        view.set_lit(term)
        assert view.lit_elements()
        view.show_frame(standing_on(run(2, 1, 2, batch=2), "z1", (0,)))
        assert view.lit_elements() == frozenset()
        view.show_frame(standing_on(run(2, 3, 2, batch=3), "z1", (2,)))


def test_a_number_below_the_mouse_that_is_gone_is_pointed_at_no_more(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    heard = []
    view.hovered.connect(heard.append)
    cell = view.cell_rect(number_of(view, "W1"), 2, 1)
    qtbot.mouseMove(view.viewport(), cell.center().toPoint())
    view.show_frame(standing_on(run(1, 1, 1), "z1", (0,)))
    assert heard[0] == Term("W1", (2, 1))
    assert heard[-1] != heard[0]
    assert Term("W1", (2, 1)) not in view.lit_elements()


@pytest.mark.parametrize(("wide", "tall"), [(2, 3), (3, 2), (4, 1)])
def test_the_keyboard_goes_over_every_number_of_a_transpose(view, qtbot, wide, tall):
    alt = Qt.KeyboardModifier.AltModifier
    view.show_frame(standing_on(run(2, tall, wide), "da1"))
    picked = []
    view.picked.connect(picked.append)
    qtbot.keyClick(view, Qt.Key.Key_Up, alt)
    qtbot.keyClick(view, Qt.Key.Key_Right, alt)  # From ∂E/∂a1 to the transpose, then to and fro.
    for row in range(tall):
        columns = list(range(wide))[:: -1 if row % 2 else 1]
        for column in columns:
            qtbot.keyClick(view, Qt.Key.Key_Return)
            assert picked[-1] == Term("W2", (column, row))
            if column != columns[-1]:
                qtbot.keyClick(view, Qt.Key.Key_Left if row % 2 else Qt.Key.Key_Right, alt)
        qtbot.keyClick(view, Qt.Key.Key_Down, alt)


def test_another_step_takes_the_keyboard_off_the_number(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    heard = []
    view.hovered.connect(heard.append)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    view.show_frame(standing_on(run(2, 3, 2), "a1", (1,)))
    assert heard == [Term("z1", (1,)), None]
    assert view.lit_elements() == frozenset()


def test_plain_arrows_and_space_are_left_to_the_window(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    heard = []
    view.hovered.connect(heard.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Space):
        qtbot.keyClick(view, key)
    assert heard == []


def test_a_copy_for_numpy_is_the_same_array_bit_for_bit(view):
    frame = standing_on(run(2, 3, 2), "z1", (1,))
    view.show_frame(frame)
    for name in ("W1", "a0", "b1"):
        text = view.copy_numpy(name)
        assert QGuiApplication.clipboard().text() == text
        np.testing.assert_array_equal(eval(text, {"np": np}), frame.before[name])
    np.testing.assert_array_equal(eval(view.copy_numpy("z1"), {"np": np}), frame.values("z1")[0])


def test_the_whole_step_copied_for_numpy_runs(view):
    view.show_frame(standing_on(run(2, 3, 2), "W1"))
    names = {}
    exec(view.copy_numpy(), names)
    np.testing.assert_array_equal(names["old_W1"] - 0.5 * names["dW1"], names["W1"])


def test_copies_as_csv_and_latex(view):
    frame = standing_on(run(2, 3, 2), "z1", (1,))
    view.show_frame(frame)
    rows = list(csv.reader(io.StringIO(view.copy_csv("W1"))))
    np.testing.assert_array_equal(np.array(rows, dtype=float), frame.before["W1"])
    assert view.copy_csv("z1").splitlines()[2] == ""
    latex = view.copy_latex("b1")
    assert latex.startswith("\\begin{bmatrix}\n")
    assert latex.endswith("\n\\end{bmatrix}")
    assert latex.count(r"\\") == 2


def test_the_menu_copies_the_matrix_below_the_pointer(view):
    frame = standing_on(run(2, 3, 2), "z1", (1,))
    view.show_frame(frame)
    menu = view.copy_menu(view.cell_rect(number_of(view, "W1"), 0, 0).center())
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[0] == "Copy W_1 as NumPy"
    menu.actions()[0].trigger()
    copied = eval(QGuiApplication.clipboard().text(), {"np": np})
    np.testing.assert_array_equal(copied, frame.before["W1"])
    assert len(view.copy_menu(QPointF(430, 690)).actions()) == 3


def test_all_numbers_of_a_matrix_have_the_same_digits(view):
    view.resize(360, 700)
    view.show_frame(standing_on(run(2, 3, 2), "z1"))
    number = number_of(view, "W1")
    texts = [view.text_at(number, *place) for place in np.ndindex(3, 2)]
    digits = {len(text.lstrip("−0.").replace(".", "")) for text in texts}
    assert len(digits) == 1
    assert digits.pop() < 6


def test_at_the_start_of_an_iteration_nothing_is_claimed(view, qtbot):
    view.show_frame(run(2, 3, 2).frame())
    assert view.lit_cells() == frozenset()
    assert view.shapes_text() == ""
    qtbot.waitUntil(lambda: "Nothing has been computed" in view.accessibleDescription())
    view.grab()


def test_the_description_tells_shapes_and_what_is_read(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    qtbot.waitUntil(lambda: view.accessibleDescription() != "")
    said = view.accessibleDescription()
    assert said.startswith("Shapes: 3×1 = 3×2 · 2×1 + 3×1.")
    assert "pre-activation z of unit 2 of layer 1" in said


def test_another_theme_repaints(view):
    view.show_frame(standing_on(run(2, 3, 2), "z1", (1,)))
    view.set_theme(DARK)
    assert view.viewport().grab().toImage().pixelColor(2, 2) == QColor(DARK.surface)


@pytest.mark.parametrize("optimizer", [Momentum(0.1), Adam(0.01)])
def test_every_update_of_other_optimizers_is_drawn(view, optimizer):
    for frame in stops(run(2, 2, 1, optimizer=optimizer), WEIGHT):
        view.show_frame(frame)
        view.grab()
        name = frame.step.writes
        value = float(np.ravel(frame.values(name)[0])[0])
        text = view.text_of(name)
        assert text in [NumberFormat(digits).text(value) for digits in range(3, 7)]


def test_a_number_that_is_none_is_named_and_hatched(view):
    experiment = run(2, 2, 1).experiment
    data = replace(experiment.data, inputs=np.array([[1e308, 1e308]]))
    frame = standing_on(Timeline(replace(experiment, data=data)), "dW1")
    view.show_frame(frame)
    view.grab()
    values = frame.values("dW1")[0]
    assert view.text_of("dW1", 0, 0) in ("NaN", "∞", "−∞") or np.isfinite(values).all()


@pytest.mark.parametrize("granularity", [WEIGHT, UNIT])
@pytest.mark.parametrize("name", ["iris", "sine", "digits"])
def test_the_element_that_is_written_is_in_sight_however_small_the_panel(view, name, granularity):
    view.resize(330, 180)
    timeline, scrolled = example(name), 0
    for step in timeline.program.steps:
        rows, *columns = timeline.program.shape(step.writes, 1) or (0,)
        wide = granularity is WEIGHT and quantity(step.writes).is_weight_shaped
        for row in (0, rows // 2, rows - 1) if rows else ():
            element = (row, columns[0] - 1) if wide else (row,)
            view.show_frame(timeline.seek(Position(0, step.index, element)))
            number = next(n for n, each in enumerate(view.operands) if each.name == step.writes)
            rect = view.cell_rect(number, *(*element, 0)[:2])
            assert QRectF(view.viewport().rect()).contains(rect), (step.writes, element)
            scrolled += view.verticalScrollBar().value() > 0
        view.show_frame(timeline.seek(Position(0, step.index)))
    assert scrolled


def test_another_step_begins_at_its_top(view):
    view.resize(330, 180)
    timeline = example("sine")
    view.show_frame(standing_on(timeline, "da1", (7,)))
    assert view.verticalScrollBar().value() > 0
    view.show_frame(standing_on(timeline, "delta1"))
    assert view.verticalScrollBar().value() == 0
