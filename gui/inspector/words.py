"""What the inspector calls an element: by its ends, and by the names that the data gives."""

from __future__ import annotations

from engine.arrays import shape_text
from engine.expression import Index, Term, quantity
from engine.frame import Frame
from engine.program import Program
from gui.sentences.naming import Names, quoted
from gui.translation import tr


def title_of(term: Term, program: Program, names: Names) -> str:
    """What an element is, such as "w from hidden unit 1 to output o1"."""
    what = quantity(term.name)
    plain = _plain_title(term, program, names)
    if what.slot == "velocity":
        return tr("velocity of {what}", what=plain)
    if what.slot == "m":
        return tr("running mean of the gradient of {what}", what=plain)
    if what.slot == "v":
        return tr("running mean of the squared gradient of {what}", what=plain)
    if what.kind in ("dW", "db"):
        return tr("gradient of {what}", what=plain)
    return plain


def _plain_title(term: Term, program: Program, names: Names) -> str:
    what = quantity(term.name)
    if what.is_weight_shaped:
        to, below = term.indices
        layer = what.layer or 0
        return tr(
            "w from {below} to {to}",
            below=unit_name(layer - 1, below, program, names),
            to=unit_name(layer, to, program, names),
        )
    if what.kind == "E" or not term.indices:
        return tr("error E of this iteration")
    if what.kind == "t":
        return tr(
            "target of {unit}", unit=unit_name(program.layers, term.indices[0], program, names)
        )
    unit = unit_name(what.layer or 0, term.indices[0], program, names)
    match what.kind:
        case "z":
            return tr("pre-activation z of {unit}", unit=unit)
        case "a" if what.layer == 0:
            return unit
        case "a":
            return tr("activation a of {unit}", unit=unit)
        case "delta":
            return tr("error signal δ of {unit}", unit=unit)
        case "da":
            return tr("∂E/∂a of {unit}", unit=unit)
        case _:
            return tr("bias b of {unit}", unit=unit)


def unit_name(layer: int, unit: Index, program: Program, names: Names) -> str:
    """What a unit is called: input x1, hidden unit 2 of layer 1, output o1."""
    assert isinstance(unit, int)
    if layer == 0:
        return tr("input {name}", name=_named(names.input_names, unit, "x"))
    if layer == program.layers:
        return tr("output {name}", name=_named(names.target_names, unit, "o"))
    if program.layers == 2:
        return tr("hidden unit {unit}", unit=unit + 1)
    return tr("unit {unit} of layer {layer}", unit=unit + 1, layer=layer)


def class_name(column: int, names: Names) -> str:
    """What the class is called whose one-hot target has its 1 in `column`."""
    is_named = column < len(names.target_names)
    return names.target_names[column] if is_named else f"o{column + 1}"


def kind_of(term: Term) -> str:
    """What sort of quantity an element is, for a list about one unit or weight."""
    what = quantity(term.name)
    if what.slot:
        return {
            "velocity": tr("velocity"),
            "m": tr("running mean of the gradient"),
            "v": tr("running mean of its square"),
        }[what.slot]
    match what.kind:
        case "W":
            return tr("weight")
        case "b":
            return tr("bias")
        case "dW" | "db":
            return tr("gradient")
        case "z":
            return tr("pre-activation")
        case "a":
            return tr("activation")
        case "da":
            return tr("error on the activation")
        case "delta":
            return tr("error signal")
        case "t":
            return tr("target")
        case _:
            return ""


def end_of(term: Term, program: Program, names: Names) -> str:
    """Which unit an element belongs to, for a list of connections; empty for a weight."""
    what = quantity(term.name)
    if what.is_weight_shaped or not term.indices:
        return ""
    if what.is_bias_shaped or what.kind == "t":
        return kind_of(term)
    return unit_name(what.layer or 0, term.indices[0], program, names)


def _named(given: tuple[str, ...], unit: int, letter: str) -> str:
    name = given[unit] if unit < len(given) else f"{letter}{unit + 1}"
    return quoted(name)


def place_of(term: Term, frame: Frame, sample: int) -> str:
    """Which array an element is in, its shape, and the column that is looked at."""
    what = quantity(term.name)
    shape = frame.program.shape(term.name, frame.batch)
    if not shape:
        return tr("one number for the whole batch")
    text = shape_text(shape)
    if what.is_weight_shaped:
        return tr("shape {shape}: to × from", shape=text)
    if what.is_bias_shaped:
        return tr("shape {shape}: one number a unit", shape=text)
    if frame.batch == 1:
        row = frame.samples[0] + 1
        return tr("shape {shape}: one number a unit; sample {row}", shape=text, row=row)
    column = min(sample, frame.batch - 1)
    return tr(
        "shape {shape}: units × batch; column {column} is sample {row}",
        shape=text,
        column=column + 1,
        row=frame.samples[column] + 1,
    )
