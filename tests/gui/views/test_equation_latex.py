"""What is copied as LaTeX, read by a strict reader of the little LaTeX that amsmath needs here."""

import re

import pytest

from engine.formats import experiment_json
from engine.timeline import Timeline
from gui.fonts import load_fonts
from gui.numbers import NumberFormat
from gui.typesetting.latex import of_words, tidied
from gui.views.equation import EquationView
from tests.examples import EXAMPLES
from tests.gui.views.test_equation import LAYER, RUNS, UNIT, WEIGHT, run, standing_on, stops

# Of LaTeX itself and of amsmath; nothing else may occur.
COMMANDS = set(
    "alpha approx begin beta boldsymbol cdot cdots circ delta end eta frac infty langle left "
    "leftarrow ln lVert mathrm max mu partial quad rangle right rVert sqrt sum tanh text "
    "textstyle times varepsilon vdots".split()
)
TOKEN = re.compile(r"\\\\|\\[A-Za-z]+|\\.|[{}&^_$]|\s+|[^\\{}&^_$\s]")


def read(latex):
    """Fails on anything that LaTeX would stumble over."""
    assert latex.isascii(), [each for each in latex if not each.isascii()]
    assert "".join(TOKEN.findall(latex)) == latex
    tokens = [each for each in TOKEN.findall(latex) if not each.isspace()]
    open_groups, tabs, place = [], [0], 0
    while place < len(tokens):
        token = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if token.startswith("\\") and token[1:].isalpha():
            assert token[1:] in COMMANDS, token
        if token in (r"\begin", r"\end"):
            name = "".join(tokens[place + 2 : tokens.index("}", place)])
            if token == r"\begin":
                open_groups.append(name)
                tabs.append(0)
            else:
                assert open_groups.pop() == name
                assert tabs.pop() <= 1
            place = tokens.index("}", place)
        elif token in ("{", r"\left"):
            open_groups.append(token)
        elif token in ("}", r"\right"):
            assert open_groups
            assert open_groups.pop() == {"}": "{", r"\right": r"\left"}[token]
        elif token in "^_" and len(token) == 1:
            assert following == "{"
            assert tokens[place - 1] not in ("^", "_", "&")
        elif token == "&":
            assert open_groups[-1] in ("aligned", "cases")
            tabs[-1] += 1
        elif token == r"\\":
            assert tabs[-1] == 1, "a line without its &"
            tabs[-1] = 0
        elif token in (r"\frac", r"\sqrt", r"\text", r"\boldsymbol", r"\mathrm"):
            assert following == "{"
        place += 1
    assert open_groups == []
    # Twice a script of the same kind is an error of TeX's.
    assert not re.search(r"\^\{[^{}]*\}\^|_\{[^{}]*\}_", latex)


@pytest.fixture
def view(qtbot):
    load_fonts()
    made = EquationView()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("notation", ["node", "matrix"])
@pytest.mark.parametrize("name", RUNS)
def test_every_step_copies_as_latex_that_can_be_set(view, name, notation):
    view.set_notation(notation)
    view.show_why(True)
    for granularity in (WEIGHT, LAYER):
        for frame in stops(RUNS[name](), granularity, iterations=2):
            view.show_frame(frame)
            read(view.latex())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.partition(".")[0])
def test_every_shipped_example_copies_as_latex_that_can_be_set(view, path):
    view.show_why(True)
    for frame in stops(Timeline(experiment_json.read(path)), LAYER):
        view.show_frame(frame)
        read(view.latex())


@pytest.mark.parametrize(
    "broken",
    [
        r"\begin{aligned} a &= {b \end{aligned}",
        r"\begin{aligned} a &= b \\ c \end{aligned} }",
        r"\begin{aligned} δ &= 1 \end{aligned}",
        r"\begin{aligned} a &= \nosuch b \end{aligned}",
        r"\begin{aligned} a &= \left( b \end{aligned}",
        r"\begin{aligned} a &= b^{1}^{2} \end{aligned}",
        r"\begin{aligned} a &= b &= c \end{aligned}",
        r"\begin{aligned} a^&= b \end{aligned}",
    ],
)
def test_the_reader_stumbles_over_what_latex_would(broken):
    with pytest.raises(AssertionError):
        read(broken)


def test_a_rule_reads_as_one_would_type_it(view):
    view.set_numbers(NumberFormat(3))
    view.show_frame(standing_on(run(2, 3, 2), "delta1", UNIT, nth=1))
    lines = view.latex().splitlines()
    assert lines[0] == r"\begin{aligned}"
    assert lines[1] == r"  \delta_{j} &= g'(z_{j}) \sum_{k} \delta_{k} w_{jk} \\"
    assert lines[2] == r"  &\text{where}\ g'(z_{j}) = a_{j} (1 - a_{j}) \\"
    assert lines[-1] == r"\end{aligned}"


def test_matrix_form_has_bold_letters_and_its_products(view):
    view.set_notation("matrix")
    view.show_frame(standing_on(run(2, 3, 2), "delta1", UNIT))
    assert (
        r"\boldsymbol{\delta}_{1} &= (\boldsymbol{W}_{2}^{T} \boldsymbol{\delta}_{2}) \circ "
        r"f_{1}'(\boldsymbol{z}_{1})"
    ) in view.latex()


def test_words_are_escaped():
    assert of_words("50 % of a_b & c") == r"\text{50 \% of a\_b \& c}"
    assert of_words("δ of") == r"\text{$\delta$ of}"
    assert tidied(r"\text{the}\  \text{whole}\ ") == r"\text{the whole}"
