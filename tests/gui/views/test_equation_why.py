"""The reasons, the two notations, the links, the copies: what the equation view unfolds."""

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from engine.derivation import derive
from engine.expression import Term
from engine.formats import experiment_json
from engine.optimizers import Adam, Momentum
from engine.position import Position
from engine.timeline import Timeline
from gui.fonts import load_fonts
from gui.notation import agree
from gui.numbers import NumberFormat
from gui.theme import LIGHT
from gui.typesetting.metrics import maths_font
from gui.views.equation import EquationView
from tests.examples import EXAMPLES
from tests.gui.test_typesetting import glyphs
from tests.gui.views.test_equation import (
    LAYER,
    RUNS,
    UNIT,
    WEIGHT,
    computed,
    run,
    standing_on,
    stops,
)

DIGITS = 10


@pytest.fixture
def view(qtbot):
    load_fonts()
    made = EquationView()
    qtbot.addWidget(made)
    made.resize(420, 900)
    made.show()
    return made


def example(name):
    (path,) = (path for path in EXAMPLES if path.name == f"{name}.gradwalk.json")
    return Timeline(experiment_json.read(path))


def reasons(view, frame):
    """The lines that `why` adds."""
    view.show_frame(frame)
    view.show_why(False)
    folded = len(view.lines())
    view.show_why(True)
    return view.lines()[folded:]


def near(value, digits=DIGITS):
    return pytest.approx(value, rel=30 * 10.0**-digits, abs=1e-14)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.partition(".")[0])
def test_the_numbers_shown_multiply_and_add_up_to_the_gradient(view, path):
    view.set_numbers(NumberFormat(DIGITS))
    timeline = Timeline(experiment_json.read(path))
    text = NumberFormat(DIGITS).text
    granularity = LAYER if "digits" in path.name else UNIT
    seen = set()
    for frame in stops(timeline, granularity):
        chain = derive(frame.program, frame.step, frame.focus[0], frame.batch)
        if chain is None:
            continue
        view.show_frame(frame)
        view.show_all_terms()
        lines = reasons(view, frame)
        lookup = frame.operands()
        paths = [line for line in lines if re.match("[km] = [0-9]+: ", line)]
        product = 1.0
        if len(chain.paths) > 1:
            assert len(paths) == len(chain.paths)
            products = []
            for line, way in zip(paths, chain.paths, strict=True):
                *_, numbers, shown = line.split(" = ")
                assert shown == text(way.evaluate(lookup))
                assert computed(numbers) == near(way.evaluate(lookup))
                products.append(computed(shown))
            (total,) = (line for line in lines if line.startswith("sum of the paths = "))
            product = computed(total.split(" = ")[1])
            assert product == pytest.approx(sum(products), abs=1e-8 * max(map(abs, products)))
        for line in lines:
            if line.startswith("∂") and ", " in line:
                product *= computed(line.partition(", ")[0].rsplit(" = ", 1)[1])
        assert product == pytest.approx(chain.evaluate(lookup), rel=1e-7, abs=1e-10)
        seen.add(len(chain.paths) > 1)
        result = text(frame.result(chain.target))
        assert result == lines[-1].rpartition("= ")[2].partition(", ")[0]
        if chain.of_one_sample:
            share = lines[lines.index("This sample's share:") + 1]
            assert share.endswith(f"= {text(chain.evaluate(lookup))}")
            assert f"mean of the shares of the {frame.batch} samples" in "\n".join(lines)
            mean = lines[-1].split(" = ")[1]
            assert computed(mean) == pytest.approx(frame.result(chain.target), rel=1e-6, abs=1e-9)
    assert True in seen or "2-3-1" in path.name or "sine" in path.name or "xor" in path.name


def test_the_chain_is_written_with_letters_first(view):
    assert reasons(view, standing_on(run(2, 3, 2), "dW2", WEIGHT))[0] == (
        "∂E/∂w_jk = ∂E/∂a_k · ∂a_k/∂z_k · ∂z_k/∂w_jk"
    )
    assert reasons(view, standing_on(run(2, 3, 2), "dW1", WEIGHT))[0] == (
        "∂E/∂w_ij = (Σ_k ∂E/∂a_k · ∂a_k/∂z_k · ∂z_k/∂a_j) · ∂a_j/∂z_j · ∂z_j/∂w_ij"
    )
    assert reasons(view, standing_on(RUNS["softmax"](), "delta2"))[0] == (
        "δ_k = ∂E/∂z_k = Σ_m ∂E/∂a_m · ∂a_m/∂z_k"
    )


def test_every_number_of_the_table_is_painted_and_stands_for_its_quantity(view):
    view.resize(900, 900)
    frame = standing_on(run(2, 3, 2), "dW1", WEIGHT)
    view.show_frame(frame)
    view.show_why(True)
    font = maths_font(round(QFontInfo(view.font()).pixelSize() * 1.35, 2))
    layout = view._laid_out()
    runs = [run for _, run in glyphs(layout)]
    chain = derive(frame.program, frame.step, (0, 0), 1)
    lookup, text = frame.operands(), NumberFormat().text
    for way in chain.paths:
        values = [each.formula.evaluate(lookup) for each in way.factors]
        for value in (*values, way.evaluate(lookup)):
            assert any(each == font.glyphs(text(value)).run for each in runs)
    total = text(sum(way.evaluate(lookup) for way in chain.paths))
    assert sum(each == font.glyphs(total).run for each in runs) == 2  # the sum, and the last line
    (number,) = (each for each in layout.regions if each.term == Term("da2", (1,)))
    assert view.term_at(number.rect.center()) == Term("da2", (1,))


def test_each_factor_is_named(view):
    text = "\n".join(reasons(view, standing_on(run(2, 3, 1), "dW1", WEIGHT)))
    for name in (
        "how wrong the output is",
        "slope of the activation",
        "the weight on the way back, from before the update",
        "what the weight carries",
    ):
        assert name in text


def test_why_stays_as_it_is_from_step_to_step(view):
    timeline = run(2, 3, 2)
    view.show_frame(standing_on(timeline, "dW2", WEIGHT))
    view.show_why(True)
    view.show_frame(standing_on(timeline, "delta1"))
    assert view.why_shown
    assert "sum of the paths" in view.plain_text()
    view.show_why(False)
    assert "sum of the paths" not in view.plain_text()


@pytest.mark.parametrize("name", ["z1", "a1", "E"])
def test_forward_steps_have_no_why(view, name):
    assert reasons(view, standing_on(run(2, 3, 2), name)) == ()
    assert not any("why\u00a0" in link for link in view.links())


@pytest.mark.parametrize("optimizer", [None, Adam(0.01), Momentum(0.1, 0.9)])
def test_why_of_an_update_says_which_way_it_goes(view, optimizer):
    ways = set()
    for frame in stops(run(2, 3, 2, optimizer=optimizer), WEIGHT, iterations=2):
        if frame.step.writes != "W1":
            continue
        (sentence,) = reasons(view, frame)
        assert "downhill" in sentence
        term = Term("W1", frame.focus[0])
        change = frame.result(term) - frame.operands()(term)
        assert ("becomes smaller" in sentence) == (change < 0)
        assert ("becomes larger" in sentence) == (change > 0)
        assert ("mean" in sentence) == isinstance(optimizer, Adam)
        assert ("velocity" in sentence) == isinstance(optimizer, Momentum)
        ways.add(change < 0)
    assert ways == {True, False}


def test_many_paths_are_elided_in_the_middle_until_asked_for(view):
    frame = standing_on(run(2, 2, 9), "dW1", WEIGHT)
    lines = reasons(view, frame)
    labels = [line.partition(":")[0] for line in lines if line.startswith(("k = ", "⋮"))]
    assert labels == ["k = 1", "k = 2", "k = 3", "⋮ 4 more paths", "k = 8", "k = 9"]
    link = next(n for n, name in enumerate(view.links()) if "more paths" in name)
    view.press(link)
    assert sum(line.startswith("k = ") for line in view.lines()) == 9


@pytest.mark.parametrize("width", [300, 420, 600])
@pytest.mark.parametrize("notation", ["node", "matrix"])
@pytest.mark.parametrize("name", RUNS)
def test_whatever_is_unfolded_stays_within_the_panel(view, name, notation, width):
    view.resize(width, 300)
    view.set_notation(notation)
    view.show_why(True)
    for frame in stops(RUNS[name](), UNIT, iterations=2):
        view.show_frame(frame)
        for number in range(len(view.links())):
            if view._laid_out().links[number].action.startswith("slip:"):
                view.press(number)
        layout = view._laid_out()
        for region in layout.regions:
            assert region.rect.right() <= layout.width - 8
        for point, run_of_glyphs in glyphs(layout):
            assert point.x() + run_of_glyphs.boundingRect().right() <= layout.width - 4


# Two notations


def test_matrix_form_leads_with_the_matrix_rule_in_its_own_letters(view):
    view.set_notation("matrix")
    view.show_frame(standing_on(example("4-5-3-2"), "z2"))
    assert view.lines()[1:3] == ("z_2 = W_2 x_1", "3×1 = 3×5 · 5×1")
    assert view.lines()[4].startswith("(z_2)_1 = (W_2)_(1,1) (x_1)_1 + (W_2)_(1,2) (x_1)_2")
    view.show_frame(standing_on(example("4-5-3-2"), "a2"))
    assert view.lines()[1] == "x_2 = f_2(z_2) = f_2(W_2 x_1)"
    view.show_frame(standing_on(example("4-5-3-2"), "delta3"))
    assert view.lines()[1] == "δ_3 = (x_3 − t) ∘ f_3′(z_3)"
    assert "z_3 = W_3 x_2" in view.plain_text()
    view.show_frame(standing_on(example("4-5-3-2"), "W2", WEIGHT, nth=10))
    assert view.lines()[1] == "W_2 ← W_2 − α ∂E/∂W_2"
    assert "W is to × from: (W_2)_(3,1) is w_13^(2)." in view.lines()


def test_both_notations_show_the_same_numbers(view):
    for frame in stops(run(2, 3, 2), WEIGHT):
        shown = []
        for notation in ("node", "matrix"):
            view.set_notation(notation)
            view.show_frame(frame)
            shown.append([line for line in view.lines() if line.startswith("= ")])
        assert shown[0] == shown[1]


def test_node_by_node_is_what_a_view_begins_with_and_comes_back_to(view):
    view.show_frame(standing_on(run(2, 3, 2), "dW1", WEIGHT))
    before = view.lines()
    view.set_notation("matrix")
    assert view.notation == "matrix"
    assert view.lines() != before
    view.set_notation("node")
    assert view.lines() == before


def test_the_size_of_the_batch_is_named(view):
    view.show_frame(standing_on(run(2, 3, 2, batch=3), "E"))
    assert "where B = 3, the samples of the batch" in view.lines()


# Links by keyboard


@pytest.fixture
def between(qtbot):
    """A view between two fields."""
    load_fonts()
    window = QWidget()
    layout = QVBoxLayout(window)
    window.before, window.view, window.after = QLineEdit(), EquationView(), QLineEdit()
    for each in (window.before, window.view, window.after):
        layout.addWidget(each)
    window.resize(420, 900)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def focused(view):
    link = view._focused_link()
    return link and link.name.replace("\u00a0", " ")


def test_tab_goes_through_the_links_and_then_leaves(between, qtbot):
    view = between.view
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    between.before.setFocus()
    order = []
    for _ in range(4):
        qtbot.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab)
        order.append(focused(view) if view.hasFocus() else between.focusWidget())
    assert order == ["why ▸", "why old weights? ▸", "why does the sum stay? ▸", between.after]
    qtbot.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert focused(view) == "why does the sum stay? ▸"


def test_enter_presses_the_focused_link_which_keeps_the_focus(between, qtbot):
    view = between.view
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    between.before.setFocus()
    qtbot.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.why_shown
    assert focused(view) == "why ▾"
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert "is still the weight that led to this E" in view.plain_text()
    assert view.accessibleDescription().startswith("link: why old weights?")


def test_the_focused_link_has_a_ring(between, qtbot):
    view = between.view
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    between.before.setFocus()
    qtbot.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab)
    rect = view._laid_out().links[0].rect
    left = QPoint(round(rect.left() - 4), round(rect.center().y()))
    assert view.viewport().grab().toImage().pixelColor(left) == QColor(LIGHT.positive)
    between.after.setFocus()
    assert view.viewport().grab().toImage().pixelColor(left) == QColor(LIGHT.surface)


def test_enter_without_a_focused_link_unfolds_why(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.why_shown
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert not view.why_shown


# What is often got wrong


@pytest.mark.parametrize(
    ("make", "name", "granularity", "questions"),
    [
        (lambda: run(2, 3, 2), "z1", UNIT, ["w_ij or (W_1)_(j,i)?"]),
        (lambda: run(2, 3, 2), "a1", UNIT, []),
        (lambda: run(2, 3, 2), "E", UNIT, []),
        (lambda: run(2, 3, 2), "da2", UNIT, ["why", "why does the sum go away?"]),
        (lambda: run(2, 3, 2), "delta2", UNIT, ["why"]),
        (lambda: run(2, 3, 2), "delta1", UNIT,
         ["why", "why old weights?", "why does the sum stay?"]),
        (lambda: run(2, 3, 2), "delta1", LAYER,
         ["why", "why old weights?", "why does the sum stay?", "why the transpose?"]),
        (lambda: run(2, 3, 2), "dW1", WEIGHT,
         ["why", "why does the sum stay?", "w_ij or (W_1)_(j,i)?"]),
        (lambda: run(2, 3, 2), "dW2", WEIGHT,
         ["why", "why does the sum go away?", "w_jk or (W_2)_(k,j)?"]),
        (lambda: run(2, 3, 2), "db2", UNIT,
         ["why", "why does the sum go away?", "why 1 for the bias?"]),
        (lambda: run(2, 3, 2), "W1", WEIGHT, ["why", "w_ij or (W_1)_(j,i)?"]),
        (RUNS["softmax"], "dW2", WEIGHT,
         ["why", "why does the sum stay?", "w_jk or (W_2)_(k,j)?"]),
    ],
)  # fmt: skip
def test_a_question_is_offered_where_it_comes_up(view, make, name, granularity, questions):
    view.show_frame(standing_on(make(), name, granularity))
    asked = [link.rstrip("\u00a0▸▾") for link in view.links() if "more" not in link]
    assert asked == questions


def test_an_answer_is_folded_again_by_the_same_link(view):
    view.show_frame(standing_on(run(2, 3, 2), "dW2", WEIGHT))
    before = view.lines()
    view.press(1)
    assert any("only k′ = k is left of the sum" in line for line in view.lines())
    assert "E = 1/2 Σ_k′ (a_(k′) − t_(k′))^2" in view.lines()
    view.press(1)
    assert view.lines() == before


# Linking


def test_a_letter_stands_for_each_number_and_a_matrix_for_each_element():
    assert agree(Term("delta2", ("k",)), Term("delta2", (0,)))
    assert agree(Term("W2"), Term("W2", (1, 0)))
    assert agree(Term("W2", ("k", 1)), Term("W2", (0, 1)))
    assert not agree(Term("W2", ("k", 1)), Term("W2", (0, 0)))
    assert not agree(Term("W2", (0, 1)), Term("W1", (0, 1)))
    assert agree(Term("a1", (0,), 2), Term("a1", (0,)), column=2)
    assert not agree(Term("a1", (0,), 1), Term("a1", (0,)), column=2)
    assert agree(Term("a1", ("i",), "s"), Term("a1", (0,), 1))


def test_a_delta_pointed_at_in_the_network_lights_its_letter_and_its_number(view):
    frame = standing_on(run(2, 3, 2), "delta1", nth=1)
    view.show_frame(frame)
    view.set_lit(Term("delta2", (0,)))
    lit = {region.term for region in view._lit_regions()}
    assert lit == {Term("delta2", ("k",)), Term("delta2", (0,))}
    assert len(view._lit_regions()) == 3  # the rule, the indices, the numbers
    chip = QColor(LIGHT.accent_soft).rgb()
    image = view.viewport().grab().toImage()
    for region in view._lit_regions():
        assert image.pixel(region.rect.bottomLeft().toPoint()) == chip


def test_in_a_batch_the_column_looked_at_is_lit_and_no_other(view):
    view.set_sample(2)
    view.show_frame(standing_on(run(2, 3, 2, batch=3), "dW1", WEIGHT))
    view.set_lit(Term("delta1", (0,)))
    samples = [region.term.sample for region in view._lit_regions()]
    assert samples == ["s", 2, 2]


def test_a_click_on_a_number_picks_its_term_and_one_on_a_link_does_not(view, qtbot):
    view.show_frame(standing_on(run(2, 3, 2), "delta1", nth=1))
    picked = []
    view.picked.connect(picked.append)

    def click(region):
        middle = region.rect.center().toPoint()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)

    regions = view._laid_out().regions
    click([each for each in regions if each.term == Term("W2", (0, 1))][-1])
    click(next(each for each in regions if each.term == Term("delta2", ("k",))))
    click(view._laid_out().links[0])
    assert picked == [Term("W2", (0, 1))]
    assert view.why_shown


# Copying


def test_text_and_picture_are_what_is_shown(view, qtbot):
    view.resize(300, 100)
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == view.plain_text()
    view.copy_picture()
    image = QGuiApplication.clipboard().image()
    assert image.width() == 600
    assert image.height() > 2 * view.height()
    assert image.pixelColor(1, 1) == QColor(LIGHT.surface)


def test_the_menu_offers_all_three(view):
    view.show_frame(standing_on(run(2, 3, 2), "delta1"))
    latex, text, picture = view.copy_menu().actions()
    latex.trigger()
    assert QGuiApplication.clipboard().text().startswith(r"\begin{aligned}")
    text.trigger()
    assert QGuiApplication.clipboard().text() == view.plain_text()
    picture.trigger()
    assert not QGuiApplication.clipboard().image().isNull()


# Little room


def in_sight(view, part):
    top, bottom = view._laid_out().parts[part]
    here = view.verticalScrollBar().value()
    return here <= top and bottom <= here + view.height()


def begins_in_sight(view, part):
    top, _ = view._laid_out().parts[part]
    here = view.verticalScrollBar().value()
    return here <= top < here + 2 or in_sight(view, part)


@pytest.mark.parametrize("notation", ["node", "matrix"])
@pytest.mark.parametrize("why", [False, True])
@pytest.mark.parametrize("granularity", [WEIGHT, UNIT])
def test_in_a_small_panel_the_result_of_every_step_is_in_sight(view, granularity, why, notation):
    view.resize(450, 300)
    view.set_notation(notation)
    view.show_why(why)
    for frame in stops(example("2-3-2"), granularity):
        view.show_frame(frame)
        assert in_sight(view, "result"), view.lines()[0]
        bar = view.verticalScrollBar()
        bar.setValue(bar.maximum())


def test_rule_numbers_and_result_of_a_hidden_error_are_in_sight_together(view):
    frame = standing_on(run(2, 3, 2), "delta1")
    for size in ((340, 240), (450, 300), (450, 460)):
        view.resize(*size)
        view.show_frame(frame)
        assert in_sight(view, "rule")
        assert in_sight(view, "result")
        assert view.verticalScrollBar().value() == 0


def test_all_weights_into_a_unit_are_in_sight_together(view):
    view.resize(450, 300)
    timeline = example("2-3-2")
    view.show_frame(standing_on(timeline, "dW2"))
    top, bottom = view._laid_out().parts["result"]
    assert bottom - top < 300
    assert in_sight(view, "result")


def test_where_the_results_of_a_whole_layer_have_no_room_their_rule_is_in_sight(view):
    view.resize(450, 400)
    timeline = example("iris")
    for name in ("z1", "da1", "delta1", "dW1"):
        step = timeline.program.step_writing(name)
        view.show_frame(timeline.seek(Position(0, step.index)))
        assert not in_sight(view, "result")
        assert in_sight(view, "rule")
        assert view.verticalScrollBar().value() == 0


def test_what_is_unfolded_in_a_small_panel_begins_in_sight(view):
    view.resize(450, 300)
    for name in ("delta1", "dW1", "W1"):
        view.show_why(False)
        view.show_frame(standing_on(run(2, 3, 2), name))
        view.show_why(True)
        assert begins_in_sight(view, "why")
        links = view._laid_out().links
        for number, link in enumerate(links):
            if link.action.startswith("slip:"):
                view.press(number)
                assert begins_in_sight(view, link.action)


def test_a_very_short_panel_leaves_out_the_indices_until_one_asks_for_them(view):
    frame = standing_on(run(2, 3, 2), "delta1")
    view.show_frame(frame)
    lines = view.lines()
    view.resize(420, 170)
    view.show_frame(frame)
    assert in_sight(view, "result")
    assert "indices" not in view._laid_out().parts
    assert view.lines() == lines
    assert view.links()[0] == "with indices"
    view.press(0)
    assert begins_in_sight(view, "indices")
    assert "with indices" not in view.links()
    view.show_frame(standing_on(run(2, 3, 2), "delta2"))
    assert in_sight(view, "result")


def test_a_note_stands_beside_its_rule_where_rows_have_no_room(view):
    view.resize(450, 900)
    frame = standing_on(run(2, 3, 2), "delta1")
    view.show_frame(frame)
    parts = view._laid_out().parts
    assert parts["note"][1] > parts["rule"][1] + 10
    view.resize(450, 170)
    parts = view._laid_out().parts
    assert parts["note"][1] < parts["rule"][1] + 4
