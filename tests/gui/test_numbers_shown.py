"""Every Step of every shipped example in the real window: its numbers are the engine's.

A text is read back as a number, with as many digits as it shows, and has to be what Python makes of
the engine's double with so many: not what the program's own formatting makes of it.
"""

import re

import numpy as np
import pytest

from engine.expression import Term, quantity
from engine.position import Position
from gui.matrix.model import Face, Kind
from tests.examples import EXAMPLES
from tests.gui.views.test_equation import computed

pytestmark = pytest.mark.window

NAMES = [path.name.removesuffix(".gradwalk.json") for path in EXAMPLES]
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?![\w.])")


def read(text):
    """The number that a text is, and how many significant digits it shows."""
    plain = text.translate(PLAIN).replace("×10", "e")
    digits = plain.partition("e")[0].lstrip("-").replace(".", "").lstrip("0")
    return float(plain), max(len(digits), 1)


def is_rounded(text, value):
    """Whether a text is a value, rounded to the digits that it shows.

    A short number may stand for a double that is exactly it, so trailing zeros tell nothing.
    """
    shown, digits = read(text)
    return shown == value or shown == float(f"{value:.{digits - 1}e}")


def stops_of(program):
    """The first and the last element of every Step, and the whole of it."""
    for step in program.steps:
        shape = program.shape(step.writes, 1)
        sizes = shape if quantity(step.writes).is_weight_shaped else shape[:1]
        last = tuple(size - 1 for size in sizes)
        for element in dict.fromkeys(((0,) * len(sizes), last, ())):
            yield Position(1, step.index, element)


def place_of(term, sample):
    what = quantity(term.name)
    row, column = (*term.indices, 0, 0)[:2]
    return (row, column) if what.is_weight_shaped or what.is_bias_shaped else (row, sample)


@pytest.fixture
def walk(open_window):
    """Goes through an example's second iteration: the optimizers' slots are then not 0."""

    def stand(name):
        window = open_window(name, size=(1500, 1150))
        for position in stops_of(window.controller.moment().frame.program):
            window.controller.seek(position)
            yield window, window.controller.moment().frame

    return stand


def check_network(network, frame, sample):
    checked = 0
    for label in network.labels():
        if label.term is None:
            continue
        row, column = place_of(label.term, sample)
        if not frame.is_known(label.term.name, row, column):
            assert label.text == "–", label
            continue
        value = frame.value(label.term.name, row, column)
        assert is_rounded(label.text, value), (frame.position, label, value)
        checked += 1
    return checked


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_the_network_is_the_engines(walk, name):
    checked = 0
    for window, frame in walk(name):
        sample = min(1, frame.batch - 1)
        window.study.set_sample(sample)
        for shown in ("gradients", "values"):
            window.study.network.set_shown(shown)
            checked += check_network(window.study.network, frame, sample)
    assert checked > 500


def check_matrix(matrices, number, operand, frame):
    """What the Step writes, as far as it has come; else what it reads, from before it."""
    is_written, checked = operand.face is Face.WRITTEN, 0
    for row, column in np.ndindex(operand.values.shape):
        text = matrices.text_at(number, row, column)
        if not text:
            continue
        if is_written and not frame.is_known(operand.name, row, column):
            assert text == "–", (frame.position, operand.name, row, column)
            continue
        before = frame.before.get(operand.name)
        value = frame.value(operand.name, row, column) if is_written else before[row, column]
        assert is_rounded(text, value), (frame.position, operand.name, row, column, text)
        checked += 1
    return checked


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_the_matrices_is_the_engines(walk, name):
    checked = 0
    for window, frame in walk(name):
        for number, operand in enumerate(window.study.matrices.operands):
            if operand.kind is Kind.QUANTITY:
                checked += check_matrix(window.study.matrices, number, operand, frame)
    assert checked > 100


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_the_equation_is_the_engines_and_they_give_the_result(walk, name):
    checked = 0
    for window, frame in walk(name):
        if len(frame.group) != 1:
            continue
        equation, sample = window.study.equation, window.study.sample
        equation.show_all_terms()
        written = frame.equation(frame.focus[0])
        lines = [line for line in equation.lines() if line[0] in "=←"]
        value = frame.result(written.target, sample)
        assert is_rounded(lines[-1].lstrip("=← "), value), (frame.position, lines)
        if isinstance(written.indexed, Term):
            continue  # There is no number but the result.
        numbers = lines[-2]
        shown = [(each, *read(each)) for each in NUMBER.findall(numbers)]
        for term in written.indexed.terms():
            double = abs(frame.operands(sample)(term))
            assert any(is_rounded(text, double) for text, *_ in shown), (frame.position, term)
        # Six digits are shown of each number: what large ones add up to has fewer.
        largest = max(1.0, *(each for _, each, _ in shown))
        assert computed(numbers) == pytest.approx(value, rel=1e-3, abs=1e-4 * largest)
        checked += 1
    assert checked > 20
