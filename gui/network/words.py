"""What is said about an element of a network: in a tooltip, and to a screen reader."""

from __future__ import annotations

from collections.abc import Iterable

from engine.expression import Term, quantity
from engine.frame import Frame
from engine.program import Phase
from gui.network.items import symbol
from gui.network.plan import Names
from gui.notation import Notation
from gui.numbers import NumberFormat, full
from gui.translation import tr


def describe(frame: Frame, numbers: NumberFormat, sample: int, notation: Notation = "node") -> str:
    """One short sentence for each Frame: sizes, phase, and what was written."""
    sizes = "-".join(str(size) for size in frame.program.layer_sizes)
    if frame.step is None:
        return tr("{sizes}, start of the iteration", sizes=sizes)
    term, phase = frame.lit[0], _phase_name(frame.phase)
    indices = [index for index in term.indices if isinstance(index, int)]
    if len(indices) < len(term.indices):
        what = _whole_name(term, notation)
        return tr("{sizes}, {phase} phase: {what} computed", sizes=sizes, phase=phase, what=what)
    return tr(
        "{sizes}, {phase} phase: {what} = {value}",
        sizes=sizes,
        phase=phase,
        what=name_of(term, notation),
        value=numbers.text(_value(frame, term, sample)),
    )


def describe_term(
    frame: Frame, term: Term, sample: int, names: Names, notation: Notation = "node"
) -> str:
    """The lines of a tooltip: name, full value, and everything else known about the same place."""
    layer = quantity(term.name).layer
    if quantity(term.name).is_weight_shaped:
        related: Iterable[str] = (f"W{layer}", f"dW{layer}")
    elif layer == 0:
        related = ("a0",)
    elif layer is not None:
        related = (f"z{layer}", f"a{layer}", f"b{layer}", f"da{layer}", f"delta{layer}")
    else:
        related = (term.name,)
    lines = [
        _line(frame, Term(name, term.indices), sample, notation)
        for name in related
        if not (name[0] == "b" and name not in frame.after)
    ]
    return "\n".join((_heading(frame, term, names), *lines))


def name_of(term: Term, notation: Notation = "node") -> str:
    """A quantity with its layer and indices counted from 1, such as z1[2] or w2[1, 3]."""
    indices = ", ".join(
        str(index + 1) if isinstance(index, int) else index for index in term.indices
    )
    return _whole_name(term, notation) + (f"[{indices}]" if indices else "")


def _whole_name(term: Term, notation: Notation) -> str:
    layer = quantity(term.name).layer
    return symbol(term.name, notation) + ("" if layer is None else str(layer))


def _heading(frame: Frame, term: Term, names: Names) -> str:
    what = quantity(term.name)
    first, second = (*(index + 1 for index in term.indices if isinstance(index, int)), 0, 0)[:2]
    if what.is_weight_shaped:
        assert what.layer is not None
        return tr(
            "weight into layer {layer}: from unit {below} to unit {unit}",
            layer=what.layer,
            below=second,
            unit=first,
        )
    if term.name == "E":
        return tr("error")
    if term.name == "t":
        return tr("target of {name}", name=names.of_target(first - 1))
    if what.layer == 0:
        return tr("input {unit}: {name}", unit=first, name=names.of_input(first - 1))
    if what.layer == frame.program.layers:
        name = names.of_target(first - 1)
        return tr("output {unit}: {name}", unit=first, name=name)
    return tr("layer {layer}, unit {unit}", layer=what.layer, unit=first)


def _line(frame: Frame, term: Term, sample: int, notation: Notation) -> str:
    name = name_of(term, notation)
    if not _is_known(frame, term, sample):
        return tr("{name}: not computed yet", name=name)
    return tr("{name} = {value}", name=name, value=full(_value(frame, term, sample)))


def _place(term: Term, sample: int) -> tuple[int, int]:
    numbers = [index for index in term.indices if isinstance(index, int)]
    row, column = (*numbers, sample, 0)[:2] if numbers else (0, 0)
    return row, column


def _is_known(frame: Frame, term: Term, sample: int) -> bool:
    return frame.is_known(term.name, *_place(term, sample))


def _value(frame: Frame, term: Term, sample: int) -> float:
    return frame.value(term.name, *_place(term, sample))


def _phase_name(phase: Phase) -> str:
    return {
        Phase.FORWARD: tr("forward"),
        Phase.DELTA: tr("delta"),
        Phase.GRADIENT: tr("gradient"),
        Phase.UPDATE: tr("update"),
    }[phase]
