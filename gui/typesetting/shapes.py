"""The shape line below a matrix equation: 3×1 = 3×2 · 2×1 + 3×1."""

from __future__ import annotations

from collections.abc import Callable

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
    Sum,
    Term,
    Transpose,
)

ShapeOf = Callable[[str], tuple[int, ...]]


def shape_line(expression: Expression, shape_of: ShapeOf, jacobian: str) -> str:
    """The shapes of the matrices in an expression, and how they are combined; "" without any.

    What is done element by element and changes no shape is not repeated.
    """
    return _shapes(expression, shape_of, jacobian, inside=False)


def shape_text(shape: tuple[int, ...]) -> str:
    """3×2; nothing for a scalar."""
    return "×".join(str(size) for size in shape)


def _shapes(expression: Expression, shape_of: ShapeOf, jacobian: str, inside: bool) -> str:
    def of(part: Expression, inside: bool = True) -> str:
        return _shapes(part, shape_of, jacobian, inside)

    match expression:
        case Number() | Constant():
            return ""
        case Term(name=name):
            return shape_text(shape_of(name))
        case Transpose(part=part):
            return "×".join(reversed(of(part).split("×")))
        case Apply(function="∂a/∂z"):
            return jacobian
        case Negative(part=part) | Power(base=part) | Sum(body=part):
            return of(part, inside)
        case Add(parts=parts):
            first, *rest = (of(part, False) for part in parts)
            signs = (" − " if isinstance(part, Negative) else " + " for part in parts[1:])
            summed = (sign + shape for sign, shape in zip(signs, rest, strict=True) if shape)
            text = (first + "".join(summed)).removeprefix(" + ")
            return f"({text})" if inside and " " in text else text
        case Multiply(parts=parts, kind="hadamard"):
            return _joined([of(part) for part in parts], " ∘ ", inside)
        case Multiply(parts=parts):
            shaped = [part for part in parts if of(part)]
            alone = len(shaped) == 1
            return _joined([of(part, inside or not alone) for part in shaped], " · ", inside)
        case Divide(top=top, bottom=bottom):
            return of(top) or of(bottom)
        case _:
            return next((shape for part in expression.children if (shape := of(part))), "")


def _joined(shapes: list[str], sign: str, inside: bool) -> str:
    shown = [shape for shape in shapes if shape]
    text = sign.join(shown)
    return f"({text})" if inside and len(shown) > 1 else text
