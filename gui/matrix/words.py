"""What the matrices of a Step say in words: tips, captions, and the description of the whole."""

from __future__ import annotations

from engine.expression import Constant, Term
from engine.frame import Frame
from gui.matrix.model import Kind, Operand, Sheet
from gui.notation import Notation, constant_letter, describe, letter_of, subscript
from gui.numbers import full
from gui.translation import tr
from gui.typesetting.shapes import shape_line, shape_text


def activation_name(name: str) -> str:
    """What an activation is called below the arrow from z to a."""
    match name:
        case "identity":
            return tr("identity")
        case "sigmoid":
            return tr("sigmoid")
        case "relu":
            return tr("ReLU")
        case "leaky_relu":
            return tr("leaky ReLU")
        case "softplus":
            return tr("softplus")
        case "softmax":
            return tr("softmax")
        case _:
            return name


def shapes_in_words(frame: Frame, sheet: Sheet) -> str:
    """The shapes of the whole equation: 3×1 = 3×2 · 2×1 + 3×1; "" without any."""
    if sheet.rule is None:
        return ""
    target, rule = sheet.rule

    def shape_of(name: str) -> tuple[int, ...]:
        return frame.program.shape(name, frame.batch)

    written = shape_of(target.name)
    if not written:
        return ""
    line = shape_line(rule, shape_of, shape_text((*written, 1)[:1] * 2))
    return " ".join(part for part in (shape_text(written), sheet.relation, line) if part)


def plain_name(operand: Operand, notation: Notation = "node") -> str:
    """A matrix's name in plain text."""
    name = letter_of(Term(operand.name), notation).plain()
    match operand.kind:
        case Kind.SLOPE if notation == "matrix":
            return tr("f′({z})", z=name)
        case Kind.SLOPE:
            return tr("g′({z})", z=name)
        case Kind.JACOBIAN if notation == "matrix":
            return tr("(∂x/∂z)ᵀ")
        case Kind.JACOBIAN:
            return tr("(∂a/∂z)ᵀ")
        case Kind.RATE:
            rate = constant_letter(Constant("η", 0.0), notation).plain()
            return tr("{rate} of {what}", rate=rate, what=name)
        case _:
            return name + ("^T" if operand.transposed else "")


def tip(operand: Operand, row: int, column: int, sample: int, notation: Notation = "node") -> str:
    """What a cell is, its whole value, and the shape of its matrix."""
    what = _cell_in_words(operand, row, column, sample)
    value = _value_in_words(operand, row, column)
    name = plain_name(operand, notation)
    shape = tr("{name} is {shape}", name=name, shape=shape_text(operand.shape))
    return "\n".join((tr("{what}: {value}", what=what, value=value), shape))


def _cell_in_words(operand: Operand, row: int, column: int, sample: int) -> str:
    match operand.kind:
        case Kind.JACOBIAN:
            return tr("∂a of unit {of} by ∂z of unit {by}", of=column + 1, by=row + 1)
        case Kind.RATE:
            indices = (row, column) if operand.values.shape[1] > 1 else (row,)
            return tr("learning rate of element {element}", element=subscript(indices))
    term = operand.term(row, column, sample)
    what = describe(term) if term else ""
    if operand.kind is Kind.SLOPE:
        return tr("g′ at the {what}", what=what)
    return what


def _value_in_words(operand: Operand, row: int, column: int) -> str:
    if not operand.known[row, column]:
        return tr("not computed yet")
    value = full(float(operand.values[row, column]))
    if operand.before:
        return tr("{value}, before the update", value=value)
    if operand.fresh is None:
        return value
    if operand.fresh[row, column]:
        return tr("{value}, updated", value=value)
    return tr("{value}, not updated yet", value=value)


def description(frame: Frame | None, sheet: Sheet) -> str:
    """The whole Step in a sentence or two, for who cannot see the matrices."""
    if frame is None or frame.step is None:
        return tr("Nothing has been computed yet in this iteration.")
    written = describe(sheet.lit[0]) if sheet.lit else ""
    read = ", ".join(dict.fromkeys(describe(term) for term in sheet.lit[1:]))
    shapes = shapes_in_words(frame, sheet)
    if not shapes:
        return tr("Writes {written}; reads {read}.", written=written, read=read)
    return tr(
        "Shapes: {shapes}. Writes {written}; reads {read}.",
        shapes=shapes,
        written=written,
        read=read,
    )


def line_caption(row: int | None, column: int | None) -> str:
    """What a row or column of a heat map, or a cell, is called where it is spelled out."""
    if row is None:
        return tr("column {column}", column=(column or 0) + 1)
    if column is None:
        return tr("row {row}", row=row + 1)
    return tr("row {row}, column {column}", row=row + 1, column=column + 1)
