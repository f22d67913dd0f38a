"""Writes the matrix rule of a Step as a Sheet: every letter becomes its matrix with numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from engine.expression import (
    Add,
    Apply,
    Constant,
    Divide,
    Equation,
    Expression,
    Multiply,
    Negative,
    Number,
    Power,
    SquaredNorm,
    Sum,
    Term,
    Transpose,
    quantity,
)
from engine.frame import Frame
from engine.operations import Activate, ActivationBackward, WeightGradient
from engine.optimizers import AdamDescend, Descend
from engine.program import Program, Step
from engine.slopes import slopes, transposed_jacobian
from gui.matrix.model import (
    Arrow,
    Face,
    Fence,
    Item,
    Kind,
    Matrix,
    Operand,
    Scalar,
    Sheet,
    Sigma,
    Sign,
    Symbol,
    derived_operand,
    read_operand,
    written_operand,
)
from gui.matrix.words import activation_name
from gui.numbers import MINUS

_HALF = Divide(Number(1.0), Number(2.0))


def sheet_of(frame: Frame | None, sample: int) -> Sheet:
    """The matrix equation of the Step stood on; empty at the start of an iteration."""
    if frame is None or frame.step is None:
        return Sheet()
    step = frame.step
    equation = _equation(frame.program, step.index, frame.batch)
    writer = _SheetWriter(frame, step, min(sample, frame.batch - 1))
    target = writer.target()
    items = writer.write(equation.matrix)
    if isinstance(items[-1], Arrow):
        items.append(target)
    else:
        shown = equation.relation if isinstance(target, Matrix) else ""
        items[:0] = target, Sign(equation.relation, 0, shown)
    return Sheet(
        items=tuple(items),
        relation=equation.relation,
        crossing=isinstance(step.operation, WeightGradient) and frame.batch == 1,
        sample=writer.sample,
        one_column=writer.mixes_units,
        lit=frame.lit,
        part=bool(frame.position.element),
        rule=(equation.matrix_target, equation.matrix),
    )


def sheet_at(sheet: Sheet, frame: Frame) -> Sheet:
    """The same at another stop of its Step: only what is written and what is lit are others."""
    assert frame.step is not None
    target = _SheetWriter(frame, frame.step, sheet.sample).target()
    return replace(
        sheet,
        items=tuple(target if _is_written(item) else item for item in sheet.items),
        lit=frame.lit,
        part=bool(frame.position.element),
    )


def _is_written(item: Item) -> bool:
    face = item.operand.face if isinstance(item, Matrix) else getattr(item, "face", None)
    return face is Face.WRITTEN


@lru_cache(maxsize=64)
def _equation(program: Program, step: int, batch: int) -> Equation:
    """The Step's equation, of which the matrix form is the same for all elements.

    Kept, since that of one element writes out a sum as long as the layer below is wide.
    """
    what = program.steps[step]
    rank = 2 if quantity(what.writes).is_weight_shaped else len(program.shape(what.writes, 1)[:1])
    return program.equation(what, (0,) * rank, batch)


@dataclass(frozen=True)
class _SheetWriter:
    """Writes the expressions of one Step; a method for every kind of node."""

    frame: Frame
    step: Step
    sample: int

    @property
    def mixes_units(self) -> bool:
        """Whether the Step multiplies by a Jacobian, of which each sample has its own."""
        operation = self.step.operation
        return isinstance(operation, ActivationBackward) and not operation.activation.elementwise

    def target(self) -> Item:
        """What the Step writes."""
        name = self.step.writes
        if self._is_scalar(Term(name)):
            value = self.frame.value(name) if self.frame.is_known(name) else None
            return Scalar(Term(name), value, Face.WRITTEN)
        return Matrix(written_operand(self.frame, self.step))

    def write(self, expression: Expression, depth: int = 0) -> list[Item]:
        """An expression as items side by side."""
        counts = isinstance(expression, Add) and expression.parts[0] == Term(self.step.writes)
        if self._is_scalar(expression) and not counts:
            return [self._scalar(expression)]
        match expression:
            case Term(name=name):
                return [Matrix(read_operand(self.frame, name, Term(name)))]
            case Constant():
                return [Matrix(self._rates(expression))]
            case Negative(part=part):
                return [Sign(MINUS), *self._summed(part, depth)]
            case Add(parts=parts):
                return self._add(parts, depth)
            case Multiply():
                return self._multiply(expression, depth)
            case Divide(top=top, bottom=bottom):
                over = Sign("/", 2 * depth + 1, "/")
                return [*self._factor(top, depth), over, *self._factor(bottom, depth)]
            case Power(base=base):
                return self._squared(base, depth)
            case SquaredNorm(part=part):
                inner = self.write(part, depth + 1)
                return [Fence("‖", True), *inner, Fence("‖", False, "2")]
            case Sum(index=index, body=body):
                return [Sigma(index), *self._summed(body, depth)]
            case Transpose(part=part):
                return [self._transposed(part)]
            case Apply():
                return self._apply(expression, depth)
        raise TypeError(f"a matrix rule has no {type(expression).__name__}")

    # Leaves

    def _is_scalar(self, expression: Expression) -> bool:
        if isinstance(expression, Constant):
            return not self._is_matrix_of_rates(expression)
        if isinstance(expression, Term):
            return not self.frame.program.shape(expression.name, self.frame.batch)
        if isinstance(expression, Apply) and expression.function == "∂a/∂z":
            return False
        return all(self._is_scalar(child) for child in expression.children)

    def _is_matrix_of_rates(self, constant: Constant) -> bool:
        operation = self.step.operation
        has_rate = constant.symbol == "η" and isinstance(operation, Descend | AdamDescend)
        return has_rate and bool(operation.rate.ndim)  # type: ignore[attr-defined]

    def _scalar(self, expression: Expression) -> Item:
        if expression == _HALF:
            return Symbol("½")
        if isinstance(expression, Number):
            return Symbol(f"{expression.value:g}".replace("-", MINUS))
        before = expression == Term(self.step.writes)
        value = expression.evaluate(self.frame.operands(self.sample))
        return Scalar(expression, value, before=before)

    def _rates(self, constant: Constant) -> Operand:
        operation = self.step.operation
        assert isinstance(operation, Descend | AdamDescend)
        layer = quantity(self.step.writes).layer
        title = Constant(constant.symbol, constant.value, (), layer)
        return derived_operand(self.step.writes, operation.rate, title, Kind.RATE)

    def _transposed(self, part: Expression) -> Matrix:
        if isinstance(part, Term):
            return Matrix(read_operand(self.frame, part.name, Transpose(part), transposed=True))
        operation, before = self.step.operation, self.frame.before
        assert isinstance(operation, ActivationBackward)
        column = slice(self.sample, self.sample + 1)
        z, a = (before[name][:, column] for name in self.step.reads[1:])
        jacobian = transposed_jacobian(operation, z, a)
        name = self.step.writes
        return Matrix(derived_operand(name, jacobian, Transpose(part), Kind.JACOBIAN))

    def _slopes(self, apply: Apply) -> Matrix:
        operation, before = self.step.operation, self.frame.before
        assert isinstance(operation, ActivationBackward)
        _, z, a = self.step.reads
        return Matrix(
            derived_operand(z, slopes(operation, before[z], before[a]), apply, Kind.SLOPE)
        )

    # Sums, products, functions

    def _add(self, parts: tuple[Expression, ...], depth: int) -> list[Item]:
        items = self.write(parts[0], depth)
        for part in parts[1:]:
            negative = isinstance(part, Negative)
            sign = MINUS if negative else "+"
            inner = part.part if isinstance(part, Negative) else part
            items.append(Sign(sign, 2 * depth, sign))
            items += self._summed(inner, depth)
        return items

    def _multiply(self, multiply: Multiply, depth: int) -> list[Item]:
        items: list[Item] = []
        for part in multiply.parts:
            fraction_at_end = isinstance(part, Divide) and part is multiply.parts[-1]
            if fraction_at_end and multiply.kind == "scalar":
                factor = self.write(part, depth)
            else:
                factor = self._factor(part, depth, multiply.kind)
            if items and multiply.kind == "matrix":
                _let_meet(items[-1], factor[0])
            if items:
                items.append(_times(items[-1], factor[0], multiply.kind, depth))
            items += factor
        return items

    def _factor(self, part: Expression, depth: int, kind: str = "scalar") -> list[Item]:
        mixed = isinstance(part, Multiply) and part.kind == "matrix" and kind == "hadamard"
        composite = isinstance(part, Add | Multiply | Divide) and kind != "matrix"
        whole_product = isinstance(part, Multiply) and part.kind == "matrix" and kind == "scalar"
        if self._is_scalar(part) or not (mixed or composite) or whole_product:
            return self.write(part, depth)
        return self._closed(part, depth)

    def _squared(self, base: Expression, depth: int) -> list[Item]:
        inner = self.write(base, depth + 1)
        return [Fence("(", True), *inner, Fence(")", False, "∘2")]

    def _apply(self, apply: Apply, depth: int) -> list[Item]:
        argument = apply.arguments[0]
        match apply.function:
            case "g′":
                return [self._slopes(apply)]
            case "g":
                operation = self.step.operation
                assert isinstance(operation, Activate)
                layer = quantity(self.step.writes).layer or 0
                arrow = Arrow(layer, activation_name(operation.activation.name))
                return [*self.write(argument, depth), arrow]
            case "sqrt":
                return [Symbol("√"), *self._summed(argument, depth)]
            case name:
                return [Symbol(name), *self._summed(argument, depth)]

    def _summed(self, part: Expression, depth: int) -> list[Item]:
        """A part to which a sign before it applies as a whole."""
        open_ended = isinstance(part, Add | Negative | Divide) and not self._is_scalar(part)
        return self._closed(part, depth) if open_ended else self.write(part, depth)

    def _closed(self, part: Expression, depth: int) -> list[Item]:
        return [Fence("(", True), *self.write(part, depth + 1), Fence(")", False)]


def _let_meet(left: Item, right: Item) -> None:
    if isinstance(left, Matrix) and isinstance(right, Matrix):
        left.meets_right = True
        right.meets_left = True


def _times(left: Item, right: Item, kind: str, depth: int) -> Sign:
    at = 2 * depth + 1
    if kind == "matrix":
        return Sign("", at, "·", "·")
    matrices = isinstance(left, Matrix | Fence) and isinstance(right, Matrix | Fence | Symbol)
    if kind == "hadamard" or matrices:
        return Sign("∘", at, "∘")
    if isinstance(right, Sigma) or isinstance(left, Symbol):
        return Sign("", None)
    return Sign("·", at)
