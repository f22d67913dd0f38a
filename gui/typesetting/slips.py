"""What is often got wrong, explained where it comes up. Source: notation.md, the slips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.expression import Expression, Partial, Term, quantity
from engine.frame import Frame
from engine.operations import ActivationBackward
from engine.program import Phase, Program, Step
from gui.notation import italic
from gui.translation import tr
from gui.typesetting.boxes import Box
from gui.typesetting.lines import Formula, Line, Paragraph, sentence
from gui.typesetting.writer import Writer

Part = Expression | str

PREFIX = "slip:"
"""What the action of a slip's link begins with."""


@dataclass(frozen=True)
class Slip:
    """A question, and one to three sentences that answer it.

    parts: what stands in the place of the texts' {names}: letters, or longer expressions.
    in_other_notation: those that are written in matrix form. formula: left and right of an
    equation.
    """

    key: str
    question: str
    text: str
    parts: Mapping[str, Part] = field(default_factory=dict)
    formula: tuple[Expression, Expression] | None = None
    in_other_notation: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """The action of its link."""
        return PREFIX + self.key

    def rows(self, writer: Writer) -> list[Line]:
        """The answer."""
        made: list[Line] = [Paragraph(self._boxes, writer, 0.5, "text")]
        if self.formula is not None:
            left, right = self.formula
            made.append(
                Formula(
                    lambda writer: writer.row(left),
                    lambda writer: [("=", writer.write(right))],
                    writer,
                    0.45,
                )
            )
        return made

    def asked(self, writer: Writer) -> list[Box]:
        """The question."""
        return self._sentence(writer, self.question)

    def _sentence(self, writer: Writer, text: str) -> list[Box]:
        return sentence(writer, text, self._boxes_of_parts(writer, text))

    def _boxes_of_parts(self, writer: Writer, text: str) -> dict[str, list[Box]]:
        """The boxes that stand in the place of each {name} in a text."""
        letters = writer.but(lookup=None, style=1)
        matrix = letters.but(notation="matrix")
        return {
            name: _written(matrix if name in self.in_other_notation else letters, part)
            for name, part in self.parts.items()
            if f"{{{name}}}" in text
        }

    def _boxes(self, writer: Writer) -> list[Box]:
        return self._sentence(writer, self.text)


def _written(writer: Writer, part: Part) -> list[Box]:
    return [writer.symbol(italic(part), part)] if isinstance(part, str) else writer.write(part)


def slips_at(frame: Frame, matrix_rule: bool, in_matrix_form: bool) -> list[Slip]:
    """The questions that come up at the Step stood on. matrix_rule: whether that is shown."""
    step = frame.step
    if step is None or step.layer is None:
        return []
    return list(_Questions(frame, step, matrix_rule, in_matrix_form).all())


@dataclass(frozen=True)
class _Questions:
    frame: Frame
    step: Step
    matrix_rule: bool
    in_matrix_form: bool

    def all(self) -> Iterator[Slip]:
        what = quantity(self.step.writes)
        is_hidden = self.step.layer != self.frame.program.layers
        if is_hidden and what.kind in ("da", "delta"):
            yield self._old_weights()
        if what.kind in ("da", "delta", "dW", "db") and not what.slot:
            yield from self._about_the_sum(what.kind, is_hidden)
        if self.matrix_rule and (what.kind == "dW" or (is_hidden and self._reads_back(what.kind))):
            yield self._transpose_of_a() if what.kind == "dW" else self._transpose_of_w()
        if what.kind == "db":
            yield self._one_for_the_bias()
        names_weights = what.kind in ("z", "dW") or self.step.phase is Phase.UPDATE
        if names_weights and what.kind in ("W", "dW", "z") and not self.in_matrix_form:
            yield self._order_of_indices()

    @staticmethod
    def _reads_back(kind: str) -> bool:
        return kind in ("da", "delta")

    @property
    def _program(self) -> Program:
        return self.frame.program

    @property
    def _layer(self) -> int:
        return self.step.layer or 0

    def _letters(self) -> tuple[str, str, str]:
        letters = self._program.site(self.step, None, self.frame.batch).letters
        return letters.below, letters.unit, letters.above

    def _old_weights(self) -> Slip:
        _, j, k = self._letters()
        w = Term(f"W{self._layer + 1}", (k, j))
        text = tr(
            "Every {delta} is computed before anything is updated, so {w} is still the weight that "
            "led to this {E}. With the updated one it would be the slope of another network; many "
            "published examples make this mistake."
        )
        return Slip("old weights", tr("why old weights?"), text, {"w": w, "E": "E", "delta": "δ"})

    def _about_the_sum(self, kind: str, is_hidden: bool) -> Iterator[Slip]:
        if is_hidden:
            yield self._sum_stays(kind)
        elif kind != "da" and _mixes(self._program):
            yield self._sum_stays_for_softmax()
        elif kind != "delta":
            yield self._sum_goes(kind)

    def _sum_stays(self, kind: str) -> Slip:
        i, j, k = self._letters()
        a, w = Term(f"a{self._layer}", (j,)), Term(f"W{self._layer}", (j, i))
        parts: dict[str, Part] = {"a": a, "j": j, "k": k, "E": "E"}
        if kind == "dW":
            parts["w"] = w
            text = tr(
                "{w} feeds only unit {j}. The sum stays because {a} feeds every unit {k} of the "
                "layer above, and {E} changes through each of them."
            )
        else:
            text = tr(
                "{a} feeds every unit {k} of the layer above, and {E} changes through each of "
                "them: one path for every {k}, and they add up."
            )
        return Slip("sum stays", tr("why does the sum stay?"), text, parts)

    def _sum_stays_for_softmax(self) -> Slip:
        k = self._letters()[1]
        z, a = Term(f"z{self._layer}", (k,)), Term(f"a{self._layer}", ("m",))
        parts: dict[str, Part] = {"z": z, "a": a, "E": "E"}
        text = tr(
            "Softmax divides by a sum over all units, so {z} moves every output {a}. Each output "
            "is a path from {E} back to {z}, and they add up."
        )
        return Slip("sum stays", tr("why does the sum stay?"), text, parts)

    def _sum_goes(self, kind: str) -> Slip:
        below, k, _ = self._letters()
        layer = self._layer
        indices = (k, below) if kind == "dW" else (k,)
        name = {"dW": "W", "db": "b", "da": "a"}[kind]
        text = tr(
            "{E} adds up all outputs {other}, but {part} is only in the term of output {k}. The "
            "other terms do not change with it: only {other} = {k} is left of the sum."
        )
        step = self._program.step_writing("E")
        assert step is not None
        site = self._program.site(step, None, 1)
        site = replace(site, letters=replace(site.letters, unit=f"{k}′"))
        right = step.operation.expression(site, step.reads)
        part = Term(f"{name}{layer}", indices)
        parts: dict[str, Part] = {"part": part, "E": "E", "k": k, "other": f"{k}′"}
        return Slip("sum goes", tr("why does the sum go away?"), text, parts, (Term("E"), right))

    def _transpose_of_w(self) -> Slip:
        _, j, k = self._letters()
        above = self._layer + 1
        W, z, a = Term(f"W{above}"), Term(f"z{above}", (k,)), Term(f"a{self._layer}", (j,))
        parts: dict[str, Part] = {"W": W, "z": z, "a": a, "j": j, "k": k}
        text = tr(
            "Forwards, row {k} of {W} holds the weights into {z}. Backwards, {a} gathers from "
            "every unit it feeds: the weights out of it are column {j} of {W}, a row of the "
            "transpose."
        )
        return Slip("transpose", tr("why the transpose?"), text, parts)

    def _transpose_of_a(self) -> Slip:
        below, unit, _ = self._letters()
        layer = self._layer
        parts: dict[str, Part] = {
            "W": Term(f"W{layer}"),
            "delta": Term(f"delta{layer}", (unit,)),
            "a": Term(f"a{layer - 1}", (below,)),
        }
        text = tr(
            "Each weight's gradient is a product of {delta} where it ends and {a} where it begins. "
            "A column times a row makes all of these products at once, in the shape of {W}: "
            "to × from."
        )
        return Slip("transpose", tr("why the transpose?"), text, parts)

    def _one_for_the_bias(self) -> Slip:
        below, unit, _ = self._letters()
        layer = self._layer
        b, z = Term(f"b{layer}", (unit,)), Term(f"z{layer}", (unit,))
        parts: dict[str, Part] = {
            "slope": Partial(z, b),
            "b": b,
            "z": z,
            "a": Term(f"a{layer - 1}", (below,)),
        }
        text = tr(
            "{b} is added to {z} as it is, so {z} grows by exactly as much: {slope} = 1. The "
            "gradient of a weight has {a} in that place; that of the bias is the same without {a}."
        )
        return Slip("bias", tr("why 1 for the bias?"), text, parts)

    def _order_of_indices(self) -> Slip:
        what = quantity(self.step.writes)
        focus = self.frame.group[0]
        element = focus if len(focus) == 2 else (focus[0], 0)
        w = Term(f"W{what.layer}", element)
        below, unit, _ = self._letters()
        letters = Term(f"W{what.layer}", (unit, below))
        parts: dict[str, Part] = {
            "w": w,
            "W": Term(f"W{what.layer}"),
            "element": w,
            "node": letters,
            "matrix": letters,
        }
        text = tr(
            "{w} goes from unit {source} to unit {to}. In the matrix it stands in row {to}, column "
            "{source}: {W} is to × from, so {element} is the same weight."
        )
        parts |= {"source": str(element[1] + 1), "to": str(element[0] + 1)}
        question = tr("{node} or {matrix}?")
        return Slip("order", question, text, parts, in_other_notation=("element", "matrix"))


def _mixes(program: Program) -> bool:
    step = program.step_writing(f"delta{program.layers}")
    assert step is not None
    operation = step.operation
    return isinstance(operation, ActivationBackward) and not operation.activation.elementwise
