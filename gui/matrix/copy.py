"""A matrix as text for other programs: NumPy, CSV, LaTeX."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from engine.expression import Term
from gui.matrix.model import Kind, Operand, Scalar, Sheet
from gui.notation import letter_of
from gui.numbers import MINUS, NumberFormat

Copier = Callable[[Operand], str]
StepCopier = Callable[[Sheet], str]


def numpy_text(operand: Operand) -> str:
    """``np.array([...])`` in full precision; what is not computed yet is NaN."""
    rows = (
        "[" + ", ".join(_python(value) for value in row) + "]" for row in operand.values.tolist()
    )
    return "np.array([" + ",\n          ".join(rows) + "])"


def csv_text(operand: Operand) -> str:
    """A line for each row, in full precision; what is not computed yet is left empty."""
    lines = (
        ",".join(repr(value) if known else "" for value, known in zip(row, mask, strict=True))
        for row, mask in zip(operand.values.tolist(), operand.known.tolist(), strict=True)
    )
    return "\n".join(lines) + "\n"


def latex_text(operand: Operand, numbers: NumberFormat) -> str:
    """A ``bmatrix`` with as many digits as are shown."""
    lines = (
        " & ".join(
            _latex(value, numbers) if known else r"\cdot"
            for value, known in zip(row, mask, strict=True)
        )
        for row, mask in zip(operand.values.tolist(), operand.known.tolist(), strict=True)
    )
    return "\\begin{bmatrix}\n" + " \\\\\n".join(lines) + "\n\\end{bmatrix}"


def variable(operand: Operand) -> str:
    """What a matrix is called in Python."""
    match operand.kind:
        case Kind.SLOPE:
            return f"slope_{operand.name}"
        case Kind.JACOBIAN:
            return "jacobian_transposed"
        case Kind.RATE:
            return f"rate_{operand.name}"
        case _:
            return f"old_{operand.name}" if operand.before else operand.name


def step_as_numpy(sheet: Sheet) -> str:
    """Every matrix of the Step as an assignment."""
    scalars = (
        f"{item.title.name} = {_python(item.value)}"
        for item in sheet.items
        if isinstance(item, Scalar) and isinstance(item.title, Term) and item.value is not None
        and not item.before
    )  # fmt: skip
    arrays = (f"{variable(each)} = {numpy_text(each)}" for each in sheet.operands)
    return "\n".join(["import numpy as np", "", *scalars, *_unique(arrays), ""])


def step_as_csv(sheet: Sheet) -> str:
    """Every matrix below its name."""
    return "\n".join(_unique(f"{variable(each)}\n{csv_text(each)}" for each in sheet.operands))


def step_as_latex(sheet: Sheet, numbers: NumberFormat) -> str:
    """Every matrix after its name."""
    lines = (f"{_latex_name(each)} = {latex_text(each, numbers)}" for each in sheet.operands)
    return "\n\n".join(_unique(lines)) + "\n"


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _python(value: float) -> str:
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return repr(value)


def _latex(value: float, numbers: NumberFormat) -> str:
    digits, power = numbers.parts(value)
    text = digits.replace(MINUS, "-").replace("∞", r"\infty").replace("NaN", r"\mathrm{NaN}")
    return text if power is None else rf"{text} \times 10^{{{power}}}"


def _latex_name(operand: Operand) -> str:
    letter = letter_of(Term(operand.name))
    base = letter.letter.replace("δ", r"\delta")
    name = rf"\boldsymbol{{{base}}}" + (f"_{{{letter.sub}}}" if letter.sub else "")
    if letter.derivative:
        name = rf"\partial E / \partial {name}"
    match operand.kind:
        case Kind.SLOPE:
            return f"g'({name})"
        case Kind.JACOBIAN:
            return r"(\partial \boldsymbol{a} / \partial \boldsymbol{z})^{\mathsf T}"
        case Kind.RATE:
            return r"\boldsymbol{\eta}" + f"_{{{letter.sub}}}"
    if operand.before:
        return name + r"^{\mathrm{old}}"
    return name
