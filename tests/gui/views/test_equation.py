import math
import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont

from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.expression import Term
from engine.frame import Frame
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent, Momentum
from engine.program import Granularity
from engine.timeline import Timeline
from gui.fonts import load_fonts
from gui.numbers import NumberFormat
from gui.theme import DARK, LIGHT
from gui.views.equation import EquationView

WEIGHT, UNIT, LAYER = Granularity.WEIGHT, Granularity.UNIT, Granularity.LAYER


def run(*sizes, hidden="sigmoid", top=None, loss="half_squared_error", batch=1, optimizer=None):
    random = np.random.default_rng(0)
    targets = random.random((batch, sizes[-1]))
    if loss == "cross_entropy":
        targets = np.eye(sizes[-1])[random.integers(0, sizes[-1], batch)]
    names = [hidden] * (len(sizes) - 2) + [top or hidden]
    layers = tuple(
        Layer(size, ACTIVATIONS[name]) for size, name in zip(sizes[1:], names, strict=True)
    )
    return Timeline(
        Experiment(
            Network(sizes[0], layers),
            LOSSES[loss],
            Data(random.random((batch, sizes[0])), targets),
            optimizer or GradientDescent(0.5),
            batch_size=batch,
            shuffle=False,
            seed=0,
        )
    )


RUNS = {
    "sigmoid": lambda: run(2, 3, 2),
    "relu": lambda: run(2, 3, 2, hidden="relu", top="leaky_relu"),
    "softmax": lambda: run(2, 3, 2, hidden="tanh", top="softmax", loss="cross_entropy", batch=3),
    "yes or no": lambda: run(2, 3, 2, top="sigmoid", loss="binary_cross_entropy"),
    "momentum": lambda: run(2, 2, 1, hidden="softplus", top="identity", optimizer=Momentum(0.1)),
    "adam": lambda: run(2, 2, 1, optimizer=Adam(0.01)),
}


def stops(timeline, granularity, iterations=1):
    """Every stop of the last of `iterations`: the optimizers' slots are then not all zero."""
    for _ in range(iterations - 1):
        timeline.forward(Granularity.ITERATION)
    timeline.forward(granularity)
    first = timeline.position.iteration
    while timeline.position.iteration == first:
        yield timeline.frame()
        timeline.forward(granularity)


def standing_on(timeline, name, granularity=UNIT, nth=0):
    frames = [frame for frame in stops(timeline, granularity) if frame.step.writes == name]
    return frames[nth]


@pytest.fixture
def view(qtbot):
    load_fonts()
    made = EquationView()
    qtbot.addWidget(made)
    made.resize(420, 900)
    made.show()
    return made


def computed(line):
    """The value of a shown line of numbers, worked out by Python from its characters alone."""
    text = line.lstrip("=← ")
    text = re.sub(r"×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda power: "e" + power[1], text)
    text = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−·", "-0123456789-*"))
    text = re.sub(r"\{(.+?) if (.+?) > 0; (.+?) otherwise\}", r"((\1) if (\2) > 0 else (\3))", text)
    text = re.sub(r"\b(ln|tanh) (\S+?)(?=[) ]|$)", r"\1(\2)", text)
    text = text.replace("√", "sqrt").replace("^", "**").replace("e**", "E**")
    names = {"ln": math.log, "tanh": math.tanh, "sqrt": math.sqrt, "max": max, "E": math.e}
    return eval(text, {"__builtins__": {}}, names)


@pytest.mark.parametrize("name", RUNS)
def test_the_numbers_shown_give_the_engines_result_by_hand(view, name):
    view.set_numbers(NumberFormat(12))
    for frame in stops(RUNS[name](), WEIGHT, iterations=3):
        view.show_frame(frame)
        equation = frame.equation(frame.focus[0])
        value = frame.result(equation.target)
        numbers, result = view.lines()[-2:]
        assert result == f"= {NumberFormat(12).text(value)}"
        if not isinstance(equation.indexed, Term):
            # 12 digits are shown of each number; a difference of near ones loses some of them.
            assert computed(numbers) == pytest.approx(value, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("name", RUNS)
def test_each_element_of_a_whole_layer_has_its_numbers_and_its_result(view, name):
    view.set_numbers(NumberFormat(12))
    for frame in stops(RUNS[name](), LAYER, iterations=3):
        if len(frame.focus) == 1:
            continue
        view.show_frame(frame)
        elements = view.lines()[-len(frame.focus) :]
        for element, line in zip(frame.focus, elements, strict=True):
            value = frame.result(Term(frame.step.writes, element))
            relation = frame.equation(element).relation
            *numbers, result = line.split(f" {relation} ", 1)[1].split(" = ")
            assert result == NumberFormat(12).text(value)
            if numbers:
                assert computed(numbers[0]) == pytest.approx(value, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("name", RUNS)
def test_no_minus_follows_an_operator_without_parentheses(view, name):
    for frame in stops(RUNS[name](), WEIGHT, iterations=3):
        view.show_frame(frame)
        for line in view.lines():
            assert not re.search(r"[+·−∘/] ?−", line), line


def test_a_rule_has_letters_then_indices_then_numbers_then_the_result(qtbot, view):
    frame = standing_on(run(2, 3, 2), "delta1", nth=1)
    view.show_frame(frame)
    a, d1, d2 = (frame.value(*at) for at in (("a1", 1), ("delta2", 0), ("delta2", 1)))
    w1, w2 = frame.value("W2", 0, 1), frame.value("W2", 1, 1)
    shown = NumberFormat().text

    def factor(value):
        return f"({shown(value)})" if value < 0 else shown(value)

    assert view.lines() == (
        "II Delta · layer 1 · unit 2",
        "δ_j = g′(z_j) Σ_k δ_k w_jk",
        "where g′(z_j) = a_j (1 − a_j)",
        "δ_2^(1) = a_2^(1) (1 − a_2^(1)) (δ_1^(2) w_21^(2) + δ_2^(2) w_22^(2))",
        f"= {shown(a)} · (1 − {shown(a)}) · "
        f"({shown(d1)} · {factor(w1)} + {factor(d2)} · {factor(w2)})",
        f"= {shown(a * (1 - a) * (d1 * w1 + d2 * w2))}",
    )
    qtbot.waitUntil(lambda: view.accessibleDescription() == view.plain_text())


def test_a_weight_is_written_from_where_it_comes_to_where_it_goes(view):
    view.show_frame(standing_on(run(2, 3, 2), "dW1", WEIGHT, nth=2))
    assert view.lines()[0] == "III Gradient · layer 1 · weight 1 → 2"
    assert "∂E/∂w_12^(1) = δ_2^(1) x_1" in view.lines()
    assert "where a_i = x_i" in view.lines()


def test_at_the_start_of_an_iteration_nothing_is_claimed(view):
    view.show_frame(run(2, 3, 2).frame())
    assert "Nothing has been computed yet in this iteration" in view.plain_text()
    assert "=" not in view.plain_text()


def test_a_whole_layer_shows_the_matrix_rule_with_its_shapes(view):
    view.show_frame(standing_on(run(2, 3, 2), "z1", LAYER))
    assert view.lines()[1:3] == ("z_1 = W_1 x + b_1", "3×1 = 3×2 · 2×1 + 3×1")
    view.show_frame(standing_on(run(2, 3, 2, batch=3), "dW2", LAYER))
    assert view.lines()[1:3] == ("∂E/∂W_2 = 1/B δ_2 a_1^T", "2×3 = 2×3 · 3×3")


def test_a_long_sum_is_elided_until_one_asks_for_all_of_it(view, qtbot):
    view.show_frame(standing_on(run(20, 2, 1), "z1"))
    numbers = view.lines()[-2]
    assert "⋯(16 more terms)⋯" in numbers.replace(" ⋯", "⋯").replace("⋯ ", "⋯")
    assert numbers.count("·") == 4
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.is_unfolded
    assert view.lines()[-3].count("·") == 20
    assert view.lines()[-1] == "show fewer"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.lines()[-2] == numbers


def test_a_click_on_what_is_left_out_unfolds_it(view, qtbot):
    view.show_frame(standing_on(run(20, 2, 1), "z1"))
    link = next(region for region in view._laid_out().regions if region.action)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=link.rect.center().toPoint())
    assert view.lines()[-3].count("·") == 20


def test_another_step_is_folded_again(view):
    timeline = run(20, 2, 1)
    view.show_frame(standing_on(timeline, "z1"))
    view.show_all_terms()
    view.show_frame(standing_on(timeline, "dW1", LAYER))
    assert not view.is_unfolded


def test_a_wide_layer_lists_eight_elements_and_says_how_many_more_there_are(view):
    view.show_frame(standing_on(run(2, 30, 1), "z1", LAYER))
    lines = view.lines()
    assert "⋮ 23 more" in lines
    assert sum(line.startswith("z_") for line in lines) == 2 + 7  # the matrix rule, the rule
    assert lines[-1].startswith("z_30^(1) = ")
    view.show_all_terms()
    assert sum(line.startswith("z_") for line in view.lines()) == 2 + 30


@pytest.mark.parametrize("granularity", [WEIGHT, LAYER])
@pytest.mark.parametrize("name", RUNS)
def test_at_300_pixels_nothing_reaches_the_edge_of_the_panel(view, name, granularity):
    view.resize(300, 4000)
    background = QColor(LIGHT.surface).rgb()
    for frame in stops(RUNS[name](), granularity, iterations=2):
        view.show_frame(frame)
        image = view.viewport().grab().toImage()
        assert image.width() == 300
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
        assert (pixels[:, -8:] == background).all()
        assert (pixels[:, :8] == background).all()
        assert (pixels != background).any()


def test_a_panel_too_short_scrolls_to_the_last_line(view):
    view.resize(300, 120)
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    view.grab()
    bar = view.verticalScrollBar()
    assert bar.maximum() > 0
    layout = view._laid_out()
    bar.setValue(bar.maximum())
    result = [region for region in layout.regions if region.term][-1].rect.center()
    assert view.term_at(result - QPointF(0, bar.value())) == Term("delta1", (0,))


def test_pointing_at_a_number_names_its_term_and_marks_it_everywhere(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    heard = []
    view.hovered.connect(heard.append)
    regions = [each for each in view._laid_out().regions if each.term == Term("W2", (0, 1))]
    assert len(regions) == 2  # with its indices, and as a number
    chip = QColor(LIGHT.accent_soft).rgb()
    corners = [region.rect.bottomLeft().toPoint() for region in regions]
    before = view.viewport().grab().toImage()
    assert all(before.pixel(corner) != chip for corner in corners)
    middle = regions[1].rect.center().toPoint()
    assert view.term_at(middle) == Term("W2", (0, 1))
    qtbot.mouseMove(view.viewport(), middle)
    after = view.viewport().grab().toImage()
    assert all(after.pixel(corner) == chip for corner in corners)
    qtbot.mouseMove(view.viewport(), QPoint(410, 890))
    assert heard == [Term("W2", (0, 1)), None]


def test_a_resting_mouse_points_at_what_comes_below_it(view, qtbot):
    timeline = run(2, 3, 2)
    view.show_frame(standing_on(timeline, "delta1", nth=1))
    rects = [each.rect for each in view._laid_out().regions if each.term == Term("W2", (0, 1))]
    qtbot.mouseMove(view.viewport(), rects[1].center().toPoint())
    heard = []
    view.hovered.connect(heard.append)
    view.show_frame(timeline.frame())
    assert heard == [view.term_at(rects[1].center().toPoint())]
    assert heard != [Term("W2", (0, 1))]


def test_what_another_view_points_at_is_marked_here(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    before = view.viewport().grab().toImage()
    view.set_lit(Term("a1", (1,)))
    assert view.viewport().grab().toImage() != before


def test_a_letter_of_the_rule_stands_for_this_element(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    terms = [region.term for region in view._laid_out().regions]
    assert terms[:4] == [
        Term("delta1", (1,)),
        Term("z1", (1,)),
        Term("delta2", ("k",)),
        Term("W2", ("k", 1)),
    ]


def test_the_tip_gives_the_whole_double_and_what_it_is(view):
    frame = standing_on(run(2, 3, 2), "delta1", nth=1)
    view.show_frame(frame)
    value = repr(frame.value("W2", 1, 1)).replace("-", "−")
    tip = view.tip_of(Term("W2", (1, 1)))
    assert tip == f"w from unit 2 of layer 1 to unit 2 of layer 2: {value}\nW_2 is 2×3"
    assert view.tip_of(Term("W2", ("k", 1))) == "weights into layer 2\nW_2 is 2×3"


def test_the_tip_of_an_updated_weight_gives_the_old_and_the_new_value(view):
    frame = standing_on(run(2, 3, 2), "W1", WEIGHT, nth=1)
    view.show_frame(frame)
    old, new = (repr(float(state["W1"][0, 1])) for state in (frame.before, frame.after))
    assert old != new
    tip, _ = view.tip_of(Term("W1", (0, 1))).split("\n")
    assert tip.endswith(f": {old} → {new}".replace("-", "−"))


def test_the_sample_looked_at_is_the_one_whose_numbers_are_shown(view):
    frame = standing_on(run(2, 3, 2, batch=3), "a1")
    view.set_sample(2)
    view.show_frame(frame)
    assert view.lines()[0].endswith("sample 3 of 3")
    assert view.lines()[-1] == f"= {NumberFormat().text(float(frame.after['a1'][0, 2]))}"
    assert frame.after["a1"][0, 2] != frame.after["a1"][0, 0]


def test_the_digits_are_those_of_the_number_format(view):
    frame = standing_on(run(2, 3, 2), "a1")
    view.show_frame(frame)
    view.set_numbers(NumberFormat(3))
    assert view.lines()[-1] == f"= {NumberFormat(3).text(frame.value('a1', 0))}"


def test_another_theme_repaints_background_and_letters(view):
    view.show_frame(standing_on(run(2, 3, 2), "a1"))
    view.set_theme(DARK)
    image = view.viewport().grab().toImage()
    assert image.pixelColor(2, 2) == QColor(DARK.surface)
    lightest = max(image.pixelColor(x, y).lightness() for x in range(0, 300) for y in range(200))
    assert lightest > 200


def test_what_is_written_has_the_colour_of_writing(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    image = view.viewport().grab().toImage()
    target, operand = (region.rect.toRect() for region in view._laid_out().regions[:2])
    written, text = QColor(LIGHT.written), QColor(LIGHT.text)

    def inks(rect):
        xs = range(rect.left(), rect.right())
        return {image.pixel(x, y) for x in xs for y in range(rect.top(), rect.bottom())}

    assert written.rgb() in inks(target)
    assert written.rgb() not in inks(operand)
    assert text.rgb() in inks(operand)


def test_the_mathematics_grows_with_the_text(view):
    view.show_frame(standing_on(run(2, 3, 2), "a1"))
    small = view._laid_out().height
    view.setFont(QFont("Gradwalk Sans", 20))
    assert view._laid_out().height > 1.5 * small


def test_resizing_lays_the_same_lines_out_again(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    view.resize(700, 900)
    wide, lines = view._laid_out().height, view.lines()
    view.resize(300, 900)
    assert view._laid_out().height > wide
    assert view.lines() == lines


def test_arrows_and_space_are_left_to_the_window(view, qtbot):
    view.show_frame(standing_on(run(20, 2, 1), "z1"))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Plus):
        qtbot.keyClick(view, key)
    assert not view.is_unfolded


@pytest.mark.parametrize("notation", ["node", "matrix"])
def test_a_short_equation_reads_like_one_whose_sums_were_shortened_here(
    view, notation, monkeypatch
):
    view.set_notation(notation)
    timeline = run(20, 9, 10, top="softmax", loss="cross_entropy", batch=12)
    frames = [frame for kind in (UNIT, LAYER) for frame in stops(timeline, kind)]
    short = [shown_by(view, frame) for frame in frames]
    monkeypatch.setattr(Frame, "short_equation", Frame.equation)
    view.set_notation("node")
    fresh = EquationView()
    fresh.resize(view.size())
    fresh.set_notation(notation)
    assert [shown_by(fresh, frame) for frame in frames] == short


def test_rows_kept_from_an_earlier_iteration_are_those_of_a_new_view(view):
    for name in ("softmax", "adam"):
        timeline = RUNS[name]()
        for frame in [each for _ in range(3) for each in stops(timeline, UNIT)]:
            fresh = EquationView()
            fresh.resize(view.size())
            assert shown_by(view, frame) == shown_by(fresh, frame)


def shown_by(view, frame):
    view.show_frame(frame)
    return view.lines(), view.links(), view.latex()
