"""What a Step shows is what it computed: indexed, as a rule with letters, and in matrix form.

Expressions add with fsum and multiply in another order than BLAS; at values near 1 that is a few
units in the last place, and 1e-12 leaves room for the cancellations of softmax and of 1 - a.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import Array, frozen
from engine.experiment import Experiment, Layer, Network
from engine.expression import (
    Add,
    Apply,
    Constant,
    Divide,
    Expression,
    Multiply,
    Negative,
    Number,
    Power,
    SquaredNorm,
    Sum,
    Term,
    Transpose,
    WherePositive,
    quantity,
)
from engine.frame import Frame
from engine.operations import Activate
from engine.position import Element, Position
from engine.program import Granularity, Phase, Program, Step
from engine.timeline import Timeline
from tests.engine.building import (
    OPTIMIZERS,
    PAIRS,
    all_elements,
    all_stops,
    experiment,
)

TOLERANCE = 1e-12

CASES = [
    *(((2, 3, 2), "tanh", *pair, "gradient_descent", 1) for pair in PAIRS),
    *(((2, 3, 2), "tanh", *pair, "gradient_descent", 3) for pair in PAIRS),
    *(
        ((3, 2, 2), hidden, "sigmoid", "half_squared_error", "gradient_descent", 2)
        for hidden in ACTIVATIONS
    ),
    *(
        ((2, 2, 3), "sigmoid", "softmax", "cross_entropy", optimizer, batch)
        for optimizer in OPTIMIZERS
        for batch in (1, 2)
    ),
    ((2, 3, 2, 3, 2), "sigmoid", "sigmoid", "half_squared_error", "gradient_descent", 2),
    ((1, 1), "sigmoid", "sigmoid", "half_squared_error", "gradient_descent", 1),
    ((1, 1, 1), "sigmoid", "sigmoid", "binary_cross_entropy", "adam", 2),
]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def frames(request: pytest.FixtureRequest) -> list[Frame]:
    """A Frame for each Step of the third iteration, when slots are no longer 0."""
    sizes, hidden, output, loss, optimizer, batch = request.param
    described = experiment(
        sizes, hidden, output, loss, OPTIMIZERS[optimizer], samples=2 * batch, batch=batch, seed=9
    )
    return frames_of(described)


def frames_of(described: Experiment) -> list[Frame]:
    timeline = Timeline(described)
    return [timeline.seek(Position(2, step.index)) for step in timeline.program.steps]


def _columns(frame: Frame) -> range:
    """The sample columns in which the Step's value differs."""
    name = frame.program.steps[frame.position.step].writes
    what = quantity(name)
    per_sample = what.layer is not None and not what.is_weight_shaped and not what.is_bias_shaped
    return range(frame.batch if per_sample else 1)


def _close(found: float, expected: float) -> bool:
    return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def test_every_indexed_equation_evaluates_to_what_compute_gave(frames: list[Frame]) -> None:
    for frame in frames:
        for element in all_elements(frame.program, frame.position.step):
            equation = frame.equation(element)
            for sample in _columns(frame):
                shown = equation.indexed.evaluate(frame.operands(sample))
                assert _close(shown, frame.result(equation.target, sample)), equation


def test_an_arrow_is_written_where_a_value_is_replaced_and_nowhere_else(
    frames: list[Frame],
) -> None:
    for frame in frames:
        step = _step(frame)
        equation = frame.equation(all_elements(frame.program, step.index)[0])
        assert equation.relation == ("←" if step.phase is Phase.UPDATE else "=")


# Rules: the same formula, its letters bound and its sums taken here.

_FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "ln": math.log,
    "tanh": math.tanh,
    "sqrt": math.sqrt,
    "max": max,
}


class _Bound:
    """Evaluates a rule for one element: letters stand for indices, g′ for its own formula."""

    def __init__(self, frame: Frame, element: Element, sample: int) -> None:
        step, site = _step(frame), frame.program.site(_step(frame), None, frame.batch)
        self.lookup = frame.operands(sample)
        self.batch = frame.batch
        self.letters: dict[str, int] = dict(
            zip((str(site.unit), str(site.below)), element, strict=False)
        )
        self.sizes = {"m": site.units, "s": site.batch}
        self.sizes |= {site.letters.below: site.units_below, site.letters.above: site.units_above}
        if step.writes == "E":
            self.sizes |= {site.letters.unit: site.units}
        equation = frame.equation(element)
        self.where = dict(equation.where)
        self.rates = _rates(equation.indexed)

    def evaluate(self, tree: Expression) -> float:
        if tree in self.where:
            return self.evaluate(self.where[tree])
        match tree:
            case Term(name, indices, sample):
                bound = Term(name, tuple(map(self._bind, indices)), self._bind(sample))
                return self.lookup(bound)
            case Constant(value=value):
                return value if not math.isnan(value) else self.rates[0]
            case Number(value):
                return value
            case Sum(letter, body):
                return math.fsum(self._with(letter, at, body) for at in range(self.sizes[letter]))
            case Add(parts):
                return math.fsum(map(self.evaluate, parts))
            case Multiply(parts, "scalar"):
                return math.prod(map(self.evaluate, parts))
            case Negative(part):
                return -self.evaluate(part)
            case Divide(top, bottom):
                return self.evaluate(top) / self.evaluate(bottom)
            case Power(base, exponent):
                return float(self.evaluate(base) ** self.evaluate(exponent))
            case Apply(function, arguments):
                return _FUNCTIONS[function](*map(self.evaluate, arguments))
            case WherePositive(condition, positive, otherwise):
                return self.evaluate(positive if self.evaluate(condition) > 0 else otherwise)
        raise AssertionError(f"{tree} has no place in a rule")

    def _bind(self, index: object) -> int | None:
        if index is None:
            return None
        assert isinstance(index, str), f"a rule has letters only, not {index!r}"
        return self.letters[index]

    def _with(self, letter: str, at: int, body: Expression) -> float:
        assert letter not in self.letters, f"{letter} is both fixed and summed over"
        self.letters[letter] = at
        value = self.evaluate(body)
        del self.letters[letter]
        return value


def _rates(tree: Expression) -> list[float]:
    own = [tree.value] if isinstance(tree, Constant) and tree.symbol == "η" else []
    return own + [rate for child in tree.children for rate in _rates(child)]


def _step(frame: Frame) -> Step:
    assert frame.step is not None
    return frame.step


def test_every_rule_with_its_letters_bound_evaluates_to_what_compute_gave(
    frames: list[Frame],
) -> None:
    for frame in frames:
        for element in all_elements(frame.program, frame.position.step):
            equation = frame.equation(element)
            for sample in _columns(frame):
                shown = _Bound(frame, element, sample).evaluate(equation.rule)
                assert _close(shown, frame.result(equation.target, sample)), equation.rule


def test_a_rule_is_the_same_for_every_element_and_its_target_has_letters(
    frames: list[Frame],
) -> None:
    for frame in frames:
        equations = [
            frame.equation(element) for element in all_elements(frame.program, frame.position.step)
        ]
        # A rate of its own for each weight is NaN in the rule, and NaN equals nothing: repr.
        assert len({repr((each.rule_target, each.rule, each.where)) for each in equations}) == 1
        assert all(isinstance(index, str) for index in equations[0].rule_target.indices)
        assert len({each.target for each in equations}) == len(equations)


# Matrix forms, with whole arrays.

_MATRIX_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sqrt": np.sqrt,
    "ln": np.log,
}


def _activation(name: str, z: Array) -> Array:
    exponents = np.exp(z)
    values: dict[str, Array] = {
        "identity": z,
        "sigmoid": 1 / (1 + np.exp(-z)),
        "tanh": np.tanh(z),
        "relu": np.where(z > 0, z, 0),
        "leaky_relu": np.where(z > 0, z, 0.01 * z),
        "softplus": np.log(1 + exponents),
        "softmax": exponents / exponents.sum(axis=0),
    }
    return values[name]


def _slope(name: str, z: Array) -> Array:
    a = _activation(name, z)
    values: dict[str, Array] = {
        "identity": np.ones_like(z),
        "sigmoid": a * (1 - a),
        "tanh": 1 - a**2,
        "relu": np.where(z > 0, 1.0, 0.0),
        "leaky_relu": np.where(z > 0, 1.0, 0.01),
        "softplus": 1 / (1 + np.exp(-z)),
    }
    return values[name]


class _Whole:
    """Evaluates a matrix form; rate: what η stands for."""

    def __init__(self, frame: Frame, activation: str, rate: Array | float) -> None:
        self.frame, self.activation, self.rate = frame, activation, rate

    def evaluate(self, tree: Expression) -> Array:
        match tree:
            case Term(name, (), _):
                return self.frame.before[name]
            case Constant("η"):
                return np.asarray(self.rate)
            case Constant(value=value) | Number(value):
                return np.asarray(value)
            case Sum("s", body):
                return self.evaluate(body).sum(axis=1, keepdims=True)
            case Add(parts):
                return np.asarray(sum(self.evaluate(part) for part in parts))
            case Multiply(parts, "matrix"):
                left, right = map(self.evaluate, parts)
                return self._jacobian_product(right) if left.size == 0 else left @ right
            case Multiply(parts, _):
                return np.asarray(math.prod(self.evaluate(part) for part in parts))
            case Negative(part):
                return -self.evaluate(part)
            case Divide(top, bottom):
                return self.evaluate(top) / self.evaluate(bottom)
            case Power(base, exponent):
                return np.asarray(self.evaluate(base) ** self.evaluate(exponent))
            case Transpose(Apply("∂a/∂z")):
                return np.empty(0)
            case Transpose(part):
                return self.evaluate(part).T
            case SquaredNorm(part):
                return np.asarray((self.evaluate(part) ** 2).sum())
            case Apply("g", (z,)):
                return _activation(self.activation, self.evaluate(z))
            case Apply("g′", (z,)):
                return _slope(self.activation, self.evaluate(z))
            case Apply(function, (argument,)):
                return _MATRIX_FUNCTIONS[function](self.evaluate(argument))
        raise AssertionError(f"{tree} has no place in a matrix form")

    def _jacobian_product(self, da: Array) -> Array:
        """(∂a/∂z)ᵀ da of softmax, column by column, from the Jacobian written out in full."""
        z = self.frame.before[_step(self.frame).reads[1]]
        a = _activation("softmax", z)
        jacobians = [np.diag(column) - np.outer(column, column) for column in a.T]
        return np.column_stack([J.T @ d for J, d in zip(jacobians, da.T, strict=True)])


def _matrix_value(frame: Frame, rate: Array | float) -> Array:
    step = _step(frame)
    activation = getattr(step.operation, "activation", None)
    matrix = frame.equation(all_elements(frame.program, step.index)[0]).matrix
    return _Whole(frame, activation.name if activation else "", rate).evaluate(matrix)


def _has_letters(tree: Expression) -> bool:
    return any(term.indices for term in tree.terms())


def test_every_matrix_form_evaluates_to_the_whole_of_what_compute_gave(
    frames: list[Frame],
) -> None:
    for frame in frames:
        step = _step(frame)
        equation = frame.equation(all_elements(frame.program, step.index)[0])
        assert equation.matrix_target == Term(step.writes)
        if _has_letters(equation.matrix):
            # The cross-entropies have no shorter matrix form; theirs is the rule.
            assert step.writes == "E"
            assert equation.matrix == equation.rule
            continue
        rate = 0.5 if step.layer is None else _rates(equation.indexed)[0:1] or 0.5
        np.testing.assert_allclose(
            _matrix_value(frame, np.asarray(rate)),
            frame.after[step.writes],
            rtol=TOLERANCE,
            atol=TOLERANCE,
        )


# What is lit: the elements the equation reads, and no others.


def _expanded(term: Term, program: Program, batch: int) -> Iterator[tuple[object, ...]]:
    """The elements a term stands for when a letter stands for all of its axis."""
    shape = program.shape(term.name, batch)
    axes = [
        range(size) if isinstance(index, str) else (index,)
        for index, size in zip(term.indices, shape, strict=False)
    ]
    samples = range(batch) if isinstance(term.sample, str) else (term.sample,)
    assert len(term.indices) == (
        len(shape) if quantity(term.name).is_weight_shaped else min(1, len(shape))
    )
    tables: list[tuple[object, ...]] = [()]
    for axis in axes:
        tables = [(*so_far, index) for so_far in tables for index in axis]
    for indices in tables:
        for sample in samples:
            yield term.name, indices, sample


def _elements(terms: tuple[Term, ...], frame: Frame) -> set[tuple[object, ...]]:
    return {each for term in terms for each in _expanded(term, frame.program, frame.batch)}


def _read(frame: Frame, element: Element) -> set[tuple[object, ...]]:
    """What the indexed equation of an element reads, and the z at which a slope is taken."""
    equation, step = frame.equation(element), _step(frame)
    read = _elements(tuple(equation.indexed.terms()), frame)
    if equation.where:
        read |= {(step.reads[1], element, None)}
    return read


@pytest.mark.parametrize("granularity", [Granularity.WEIGHT, Granularity.UNIT, Granularity.LAYER])
def test_what_is_lit_is_exactly_what_the_equations_of_the_stop_read(
    frames: list[Frame], granularity: Granularity
) -> None:
    program = frames[0].program
    for step, element in all_stops(program, granularity):
        here = frames[step]
        written, *read = program.lit(program.steps[step], element, here.batch)
        focus = [each for each in all_elements(program, step) if each[: len(element)] == element]
        assert _elements((written,), here) == {(written.name, each, None) for each in focus}
        expected = set.union(*(_read(here, each) for each in focus))
        assert _elements(tuple(read), here) == expected


def test_the_lit_terms_of_a_frame_are_those_of_its_stop(frames: list[Frame]) -> None:
    for frame in frames:
        assert frame.lit == frame.program.lit(_step(frame), (), frame.batch)


def test_what_is_lit_stays_short_however_wide_the_layer_is() -> None:
    timeline = Timeline(experiment((300, 200, 2), samples=1))
    for step in timeline.program.steps:
        assert len(timeline.program.lit(step, (), 1)) < 8


# A few forms pinned as the text of notation.md has them.


def _text(tree: Expression) -> str:
    match tree:
        case Term(name, indices, sample):
            inside = ",".join(map(str, indices)) + (f";{sample}" if sample is not None else "")
            return f"{name}[{inside}]" if inside else name
        case Constant(symbol, _, indices):
            return symbol + (f"[{','.join(map(str, indices))}]" if indices else "")
        case Number(value):
            return f"{value:g}"
        case Add(parts):
            return "(" + " + ".join(map(_text, parts)).replace("+ -", "- ") + ")"
        case Negative(part):
            return f"-{_text(part)}"
        case Multiply(parts, kind):
            sign = {"scalar": "·", "matrix": " ", "hadamard": " ∘ "}[kind]
            return sign.join(map(_text, parts))
        case Divide(top, bottom):
            return f"{_text(top)}/{_text(bottom)}"
        case Power(base, exponent):
            return f"{_text(base)}^{_text(exponent)}"
        case Apply(function, arguments):
            return f"{function}({', '.join(map(_text, arguments))})"
        case Sum(letter, body):
            return f"Σ{letter} {_text(body)}"
        case Transpose(part):
            return f"{_text(part)}ᵀ"
        case SquaredNorm(part):
            return f"‖{_text(part)}‖²"
    raise AssertionError(tree)


RULES = {
    "z1": ("z1[j]", "(b1[j] + Σi W1[j,i]·a0[i])", "(W1 a0 + b1)"),
    "z2": ("z2[k]", "(b2[k] + Σj W2[k,j]·a1[j])", "(W2 a1 + b2)"),
    "a1": ("a1[j]", "1/(1 + exp(-z1[j]))", "g(z1)"),
    "E": ("E", "1/2·Σk (a2[k] - t[k])^2", "1/2·‖(a2 - t)‖²"),
    "da2": ("da2[k]", "(a2[k] - t[k])", "(a2 - t)"),
    "delta2": ("delta2[k]", "(a2[k] - t[k])·g′(z2[k])", "(a2 - t) ∘ g′(z2)"),
    "da1": ("da1[j]", "Σk delta2[k]·W2[k,j]", "W2ᵀ delta2"),
    "delta1": ("delta1[j]", "g′(z1[j])·Σk delta2[k]·W2[k,j]", "W2ᵀ delta2 ∘ g′(z1)"),
    "dW2": ("dW2[k,j]", "delta2[k]·a1[j]", "delta2 a1ᵀ"),
    "dW1": ("dW1[j,i]", "delta1[j]·a0[i]", "delta1 a0ᵀ"),
    "db2": ("db2[k]", "delta2[k]", "delta2"),
    "W2": ("W2[k,j]", "(W2[k,j] - η·dW2[k,j])", "(W2 - η·dW2)"),
    "b1": ("b1[j]", "(b1[j] - η·db1[j])", "(b1 - η·db1)"),
}


@pytest.mark.parametrize("name", RULES)
def test_rules_read_as_in_the_notation(name: str) -> None:
    program = Timeline(experiment((2, 3, 2))).program
    step = program.step_writing(name)
    assert step is not None
    equation = program.equation(step, (0, 0), 1)
    texts = tuple(map(_text, (equation.rule_target, equation.rule, equation.matrix)))
    assert texts == RULES[name]


def test_indices_are_written_out_for_one_element() -> None:
    program = Timeline(experiment((2, 3, 2))).program
    hidden = program.step_writing("delta1")
    assert hidden is not None
    text = _text(program.equation(hidden, (1,), 1).indexed)
    assert text == "a1[1]·(1 - a1[1])·(delta2[0]·W2[0,1] + delta2[1]·W2[1,1])"


def test_a_rate_for_each_weight_is_shown_with_that_weights_own_number() -> None:
    rates = frozen([[0.1, 0.2], [0.3, 0.0], [0.5, 0.6]])
    bias_rates = frozen([[0.7], [0.8], [0.9]])
    sigmoid = ACTIVATIONS["sigmoid"]
    layers = (
        Layer(3, sigmoid, weight_learning_rate=rates, bias_learning_rate=bias_rates),
        Layer(2, sigmoid),
    )
    frames = frames_of(experiment((2, 3, 2), layers=layers))
    program = frames[0].program
    for name, table in (("W1", rates), ("b1", bias_rates)):
        step = program.step_writing(name)
        assert step is not None
        frame = frames[step.index]
        for element in all_elements(program, step.index):
            equation = frame.equation(element)
            (rate,) = _rates(equation.indexed)
            assert rate == table[element if len(element) == 2 else (*element, 0)]
            shown = equation.indexed.evaluate(frame.operands())
            assert _close(shown, frame.result(equation.target))
            assert _close(_Bound(frame, element, 0).evaluate(equation.rule), shown)
        assert _text(frame.equation((0, 0)).rule).count("η[j") == 1
        np.testing.assert_allclose(
            _matrix_value(frame, table), frame.after[name], rtol=TOLERANCE, atol=TOLERANCE
        )


def test_activations_stand_in_the_program_as_the_experiment_says() -> None:
    program = Timeline(experiment((2, 3, 2), "tanh", "softmax")).program
    names = [
        step.operation.activation.name
        for step in program.steps
        if isinstance(step.operation, Activate)
    ]
    assert names == ["tanh", "softmax"]


def test_a_network_of_one_layer_calls_its_units_k_and_its_inputs_i() -> None:
    described = experiment((2, 1))
    program = Timeline(
        Experiment(Network(2, described.network.layers), described.loss, described.data)
    ).program
    step = program.step_writing("z1")
    assert step is not None
    assert _text(program.equation(step, (0,), 1).rule) == "(b1[k] + Σi W1[k,i]·a0[i])"


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (Apply("exp", (Number(1000.0),)), math.inf),
        (Apply("ln", (Number(0.0),)), -math.inf),
        (Apply("ln", (Number(-1.0),)), math.nan),
        (Apply("sqrt", (Number(-1.0),)), math.nan),
        (Divide(Number(-1.0), Number(0.0)), -math.inf),
        (Divide(Number(0.0), Number(0.0)), math.nan),
        (Power(Number(1e200), Number(2.0)), math.inf),
        (Add((Number(math.inf), Number(-math.inf))), math.nan),
        (Add((Number(1e308), Number(1e308))), math.inf),
    ],
)
def test_an_equation_that_leaves_the_numbers_says_so_and_does_not_fail(tree, value) -> None:
    np.testing.assert_equal(tree.evaluate(lambda term: 0.0), value)
