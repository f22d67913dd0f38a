import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont

from engine.expression import (
    Add,
    Apply,
    Constant,
    Divide,
    Multiply,
    Negative,
    Number,
    Power,
    SquaredNorm,
    Sum,
    Term,
    Transpose,
    WherePositive,
    subtract,
)
from gui.fonts import load_fonts
from gui.notation import bold, constant_letter, describe, italic, letter_of
from gui.numbers import NumberFormat
from gui.typesetting.boxes import Fraction, Row, Scripts, Symbol, plain
from gui.typesetting.drawing import Drawing
from gui.typesetting.lines import Formula, broken
from gui.typesetting.metrics import AXIS, MathsFont, maths_font
from gui.typesetting.setting import set_rows
from gui.typesetting.shapes import shape_line
from gui.typesetting.writer import Writer

A, B = Term("a1", ("j",)), Term("b1", ("j",))
EM = 20.0


@pytest.fixture
def letters(qapp):
    load_fonts()
    return Writer(EM, QFont("Gradwalk Sans"), NumberFormat())


def numbers(letters, **values):
    return Writer(EM, letters.words, letters.numbers, lookup=lambda term: values[term.name])


def glyphs(layout):
    """Every run of glyphs of a page, and where on the page it begins."""
    return [
        (point + QPointF(0, baseline), run)
        for baseline, line in layout.lines
        for point, run, _ in line.drawing.glyphs
    ]


def rules(layout):
    return [rule for _, line in layout.lines for rule, _ in line.drawing.rules]


def said(writer, expression):
    return plain(writer.write(expression))


@pytest.mark.parametrize(
    ("term", "written"),
    [
        (Term("W1", (1, 0)), "w_12^(1)"),
        (Term("W2", (9, 0)), "w_1,10^(2)"),
        (Term("W1", ("j", "i")), "w_ij"),
        (Term("dW2", (1, 2)), "∂E/∂w_32^(2)"),
        (Term("da1", ("j",)), "∂E/∂a_j"),
        (Term("a0", (1,)), "x_2"),
        (Term("a0", ("i",)), "a_i"),
        (Term("a0"), "x"),
        (Term("delta2", (0,)), "δ_1^(2)"),
        (Term("delta2", ("k",), "s"), "δ_k^⟨s⟩"),
        (Term("a1", (0,), 3), "a_1^(1)⟨4⟩"),
        (Term("W2"), "W_2"),
        (Term("velocity_W1", (1, 0)), "v_12^(1)"),
        (Term("m_b1", ("j",)), "m_j"),
        (Term("E"), "E"),
        (Term("k"), "n"),
    ],
)
def test_a_quantity_is_written_as_in_the_field(term, written):
    assert letter_of(term).plain() == written


def test_a_rate_of_its_own_carries_its_weights_indices():
    assert constant_letter(Constant("η", 0.5)).plain() == "η"
    assert constant_letter(Constant("β₁", 0.9)).plain() == "β_1"
    assert constant_letter(Constant("η", 0.5, (1, 0), 1)).plain() == "η_12^(1)"


def test_letters_are_mathematical_italic_and_digits_upright():
    assert italic("wh1δ") == "𝑤ℎ1𝛿"
    assert bold("W1δ") == "𝑾𝟏𝜹"


def test_a_slot_is_described_as_what_it_remembers():
    assert describe(Term("velocity_W1", (1, 0))) == (
        "velocity of w from unit 1 of layer 0 to unit 2 of layer 1"
    )


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (subtract(A, B), "a_j − b_j"),
        (Add((A, Negative(Negative(B)))), "a_j − (−b_j)"),
        (subtract(A, Add((A, B))), "a_j − (a_j + b_j)"),
        (Multiply((A, Add((A, B)))), "a_j (a_j + b_j)"),
        (Multiply((Sum("j", A), B)), "(Σ_j a_j) b_j"),
        (Multiply((B, Sum("j", A))), "b_j Σ_j a_j"),
        (Add((Sum("j", A), B)), "(Σ_j a_j) + b_j"),
        (Multiply((A, Negative(B))), "a_j (−b_j)"),
        (Power(A, Number(2.0)), "a_j^2"),
        (Power(subtract(A, B), Number(2.0)), "(a_j − b_j)^2"),
        (Divide(subtract(A, B), Number(2.0)), "(a_j − b_j)/2"),
        (Apply("exp", (Negative(A),)), "e^(−a_j)"),
        (Apply("ln", (subtract(Number(1.0), A),)), "ln(1 − a_j)"),
        (Apply("sqrt", (A,)), "√(a_j)"),
        (Multiply((Transpose(Term("W2")), Term("delta2")), "matrix"), "W_2^T δ_2"),
        (Multiply((Term("da1"), Apply("g′", (Term("z1"),))), "hadamard"), "∂E/∂a_1 ∘ g′(z_1)"),
        (SquaredNorm(subtract(Term("a2"), Term("t"))), "‖a_2 − t‖^2"),
        (WherePositive(A, Number(1.0), Number(0.0)), "{1 if a_j > 0; 0 otherwise}"),
        (Multiply((WherePositive(A, Number(1.0), Number(0.0)), B)),
         "({1 if a_j > 0; 0 otherwise}) b_j"),
    ],
)  # fmt: skip
def test_an_expression_is_written_with_the_parentheses_it_needs(letters, expression, written):
    assert said(letters, expression) == written


def test_negative_numbers_stand_in_parentheses_except_at_the_beginning(letters):
    writer = numbers(letters, a1=-0.5, b1=-2e-9)
    assert said(writer, Multiply((A, B))) == "−0.5 · (−2×10⁻⁹)"
    assert said(writer, subtract(A, B)) == "−0.5 − (−2×10⁻⁹)"
    assert said(writer, Power(A, Number(2.0))) == "(−0.5)^2"
    assert said(writer, Apply("max", (Number(0.0), A))) == "max(0, −0.5)"


def test_a_power_of_a_number_in_scientific_form_is_unambiguous(letters):
    writer = numbers(letters, a1=2e-9)
    assert said(writer, Power(A, Number(2.0))) == "(2×10⁻⁹)^2"


def test_only_a_sum_that_came_from_a_sigma_is_elided(letters):
    parts = tuple(Term("a1", (number,)) for number in range(20))
    assert "more terms" not in said(letters, Add(parts))
    assert "(15 more terms)" in said(letters, Add(parts, elidable=True))


def test_parentheses_grow_with_what_they_enclose(letters):
    tall = Multiply((A, Add((Divide(A, B), B))))
    left = next(box for box in letters.write(tall) if box.plain() == "(")
    fraction = Row(letters.write(Divide(A, B)))
    assert left.ascent >= 0.9 * fraction.ascent
    assert left.descent >= 0.9 * fraction.descent


def test_a_fractions_rule_lies_on_the_axis(letters):
    one = letters.symbol("1")
    drawing = Drawing()
    Fraction(one, one, EM).place(drawing, 0.0, 100.0, "text")
    ((rule, _),) = drawing.rules
    assert rule.center().y() == pytest.approx(100.0 - AXIS * EM)
    (above, _, _), (below, _, _) = drawing.glyphs
    assert above.y() < rule.top()
    assert below.y() - one.ascent > rule.bottom()


def test_a_subscript_never_touches_the_superscript_above_it(letters):
    small = maths_font(EM * 0.7)
    tall = Symbol(small.glyphs("("), "(")
    drawing = Drawing()
    Scripts(letters.symbol("𝑎"), tall, tall, EM).place(drawing, 0.0, 100.0, "text")
    (_, _, _), (up, _, _), (down, _, _) = drawing.glyphs
    assert down.y() - tall.ascent > up.y() + tall.descent


def test_a_box_is_as_high_as_its_ink_not_as_the_fonts_line(letters):
    box = letters.symbol("𝑎")
    assert 0.3 * EM < box.ascent + box.descent < 0.8 * EM


def test_a_line_breaks_after_the_outermost_operator_that_fits(letters):
    inner = Add((A, B, A, B))
    boxes = letters.write(Add((A, B, B, Multiply((A, inner)))))
    # More would fit on the first line, but only by a break inside the parentheses.
    lines = [plain(line) for line in broken(boxes, 0.7 * Row(boxes).width)]
    assert lines == ["a_j + b_j + b_j +", "a_j (a_j + b_j + a_j + b_j)"]
    narrow = [Row(line) for line in broken(letters.write(inner), 60.0)]
    assert len(narrow) > 1
    assert all(line.width <= 60 for line in narrow)


def test_a_fraction_too_wide_for_its_line_is_written_with_a_slash(letters):
    wide = Divide(Number(1.0), Add((A,) * 12))
    row = Formula(None, lambda writer: [("=", writer.write(wide))], letters)
    assert len(rules(set_rows([row], 900.0, 10.0))) == 1
    narrow = set_rows([row], 200.0, 10.0)
    assert rules(narrow) == []
    edges = [point.x() + run.boundingRect().right() for point, run in glyphs(narrow)]
    assert max(edges) <= 200.0


def test_relations_stand_below_one_another(letters):
    def row(term):
        return Formula(
            lambda writer: Row(writer.term(term)),
            lambda writer: [("=", writer.write(A))],
            letters,
        )

    layout = set_rows([row(B), row(Term("dW1", (1, 0)))], 300.0, 10.0)

    def places(character):
        run = maths_font(EM).glyphs(character).run
        return [point.x() for point, each in glyphs(layout) if each is run]

    first, second = places("=")
    assert first == second
    assert all(x > first + maths_font(EM).glyphs("=").width for x in places("𝑎"))
    b = maths_font(EM).glyphs("𝑏")
    assert first - 3 * b.width < places("𝑏")[0] < first - b.width


def test_a_result_stands_beside_its_numbers_where_there_is_room(letters):
    def segments(writer):
        return [("=", writer.write(Add((A, A, A)))), ("=", writer.write(B))]

    row = Formula(None, segments, letters, joined=True)
    run = maths_font(EM).glyphs("=").run
    for width, lines in ((400.0, 1), (160.0, 2)):
        layout = set_rows([row], width, 10.0)
        assert len({point.y() for point, each in glyphs(layout) if each is run}) == lines


def test_shapes_follow_the_matrices():
    shapes = {"W2": (2, 3), "delta2": (2, 4), "a1": (3, 4), "b2": (2, 1), "dW2": (2, 3)}

    def line(expression):
        return shape_line(expression, shapes.__getitem__, "2×2")

    product = Multiply((Transpose(Term("W2")), Term("delta2")), "matrix")
    assert line(product) == "3×2 · 2×4"
    assert line(Multiply((product, Term("a1")), "hadamard")) == "(3×2 · 2×4) ∘ 3×4"
    eta = Constant("η", 0.5)
    assert line(subtract(Term("W2"), Multiply((eta, Term("dW2"))))) == "2×3 − 2×3"


@pytest.mark.parametrize("character", "(){√∑")
def test_another_font_in_the_place_of_ours_keeps_the_sign_and_makes_it_tall(
    letters, monkeypatch, character
):
    # Its glyph of our number is another letter: a bracket came out as a V.
    monkeypatch.setattr("gui.typesetting.metrics.MATHS_FAMILY", "Gradwalk Sans")
    font = MathsFont(EM)
    sign = font.glyphs(character)
    tall = font.stretched(character, 3 * EM)
    assert tall.run.glyphIndexes() == sign.run.glyphIndexes()
    assert tall.ascent + tall.descent == pytest.approx(3 * EM, rel=0.05)
    assert font.stretched(character, 1.0).run.glyphIndexes() == sign.run.glyphIndexes()


def test_our_own_font_has_its_sizes(letters):
    font = maths_font(EM)
    assert font.stretched("(", 1.0).run.glyphIndexes() == font.glyphs("(").run.glyphIndexes()
    taller = font.stretched("(", 3 * EM)
    assert taller.run.glyphIndexes() != font.glyphs("(").run.glyphIndexes()
    assert taller.ascent + taller.descent >= 3 * EM
