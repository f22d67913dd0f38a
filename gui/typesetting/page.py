"""The rows that the equation panel shows of a Frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from engine.expression import Constant, Equation, Expression, Term, quantity
from engine.frame import Frame
from engine.position import Element
from engine.program import Program, Step
from engine.state import State
from gui.notation import Notation, letter_of
from gui.phases import phase_title
from gui.translation import tr
from gui.typesetting.boxes import Box, Inked, Pressed, Row, Space, Standing
from gui.typesetting.lines import (
    INDICES,
    LINKS,
    NOTE,
    RESULT,
    RULE,
    Formula,
    Line,
    Paragraph,
    Segment,
    sentence,
    words,
)
from gui.typesetting.reasons import has_reasons, reasons
from gui.typesetting.shapes import shape_line, shape_text
from gui.typesetting.slips import Slip, slips_at
from gui.typesetting.writer import SHORT_SUM, Writer

ALL_ELEMENTS = "elements"
"""The action of an elided list: show more of it."""
FEWER = "fewer"
"""The action that folds everything again."""
WHY = "why"
"""The action that unfolds the reasons, and folds them again."""

_ELEMENTS = 8
_MOST_KEPT = 500
_NO_STATE = State({})
_SAMPLED = ("z", "a", "da", "delta")


@dataclass(frozen=True)
class Lettered:
    """The rows of a Step that are the same in every iteration: all but those with its numbers."""

    above: list[Line]
    below: list[Line]


@dataclass(frozen=True)
class Kept:
    """Rows of Pages that differ in nothing but their Frame.

    lettered: by Program, Step, place of the cursor, batch and column. links: by Program, Step and
    whether there is one element: what is asked at a Step is the same for all of its elements.
    lefts: the left sides of the elements in a list.
    """

    lettered: dict[tuple[Program, int, Element, int, int], Lettered] = field(default_factory=dict)
    links: dict[tuple[Program, int, bool], list[Line]] = field(default_factory=dict)
    lefts: dict[Term, Box] = field(default_factory=dict)

    def clear(self) -> None:
        """Forgets them all."""
        self.lettered.clear()
        self.links.clear()
        self.lefts.clear()


@dataclass(frozen=True)
class Page:
    """What is shown of one Frame.

    sample: the column of the batch that is looked at. more_elements: how many times more elements
    are listed than at first. unfolded: whether there is something to fold again. why: whether the
    reasons are shown, all_paths: without leaving any out; answered: the slips that are explained.
    kept: rows of other Pages that differ from this one in nothing but their Frame.
    """

    frame: Frame | None
    sample: int
    writer: Writer
    more_elements: int = 1
    unfolded: bool = False
    why: bool = False
    all_paths: bool = False
    answered: frozenset[str] = frozenset()
    kept: Kept = field(default_factory=Kept)

    def rows(self) -> list[Line]:
        """All rows, from the top."""
        frame = self.frame
        if frame is None:
            return []
        if frame.step is None:
            return self._start()
        step, group = frame.step, frame.group
        key = frame.program, step.index, frame.position.element, frame.batch, self._column
        lettered = self.kept.lettered.get(key)
        if lettered is None:
            if len(self.kept.lettered) >= _MOST_KEPT:
                self.kept.clear()
            # Without its numbers: no kept row holds on to the arrays of an iteration.
            bare = replace(frame, before=_NO_STATE, after=_NO_STATE)
            lettered = replace(self, frame=bare)._lettered(bare, step)
            self.kept.lettered[key] = lettered
        rows = list(lettered.above)
        if len(group) == 1:
            rows += self._worked(frame, self._equation(frame, group[0]))
        else:
            rows += self._elements(frame, group)
        rows += lettered.below
        if self.why and has_reasons(step):
            why = reasons(frame, group[0], self._column, self.writer, self.all_paths)
            rows += [replace(row, part=WHY) for row in why]
        return rows

    def _lettered(self, frame: Frame, step: Step) -> Lettered:
        group = frame.group
        equation = self._equation(frame, group[0])
        above: list[Line] = [self._heading(frame, step)]
        above += (
            self._one_element(frame, equation)
            if len(group) == 1
            else self._several(frame, equation, group)
        )
        below: list[Line] = []
        if self.unfolded:
            below.append(self._link(tr("show fewer"), FEWER))
        return Lettered(above, below + self._explanations(frame, step))

    def _equation(self, frame: Frame, element: Element) -> Equation:
        in_full = self.writer.longest_sum is None
        return frame.equation(element) if in_full else frame.short_equation(element)

    def _explanations(self, frame: Frame, step: Step) -> list[Line]:
        """The links below the equation, and the slips they have unfolded."""
        if self.answered:
            return self._asked(frame, step)
        key = frame.program, step.index, len(frame.group) == 1
        links = self.kept.links.get(key)
        if links is None:
            links = self.kept.links[key] = self._asked(frame, step)
        return links

    def _asked(self, frame: Frame, step: Step) -> list[Line]:
        in_matrix_form = self._is_in_matrix_form
        slips = slips_at(frame, in_matrix_form or len(frame.group) > 1, in_matrix_form)
        rows: list[Line] = []
        if slips or has_reasons(step):
            rows.append(self._links(slips, has_reasons(step)))
        for slip in slips:
            if slip.action in self.answered:
                rows += [replace(row, part=slip.action) for row in slip.rows(self.writer)]
        return rows

    def _links(self, slips: list[Slip], why: bool) -> Paragraph:
        def boxes(writer: Writer) -> list[Box]:
            links: list[tuple[list[Box], str, bool]] = []
            links += [([writer.text(tr("why"))], WHY, self.why)] if why else []
            for slip in slips:
                links.append((slip.asked(writer), slip.action, slip.action in self.answered))
            made: list[Box] = []
            for text, action, is_open in links:
                made += [writer.space(1.0, 0)] if made else []
                mark = writer.text("\u00a0▾" if is_open else "\u00a0▸")
                made.append(Pressed(Row((*text, mark)), action))
            return made

        return Paragraph(boxes, self.writer, 1.0, is_link=True, part=LINKS)

    @property
    def _is_in_matrix_form(self) -> bool:
        return self.writer.notation == "matrix"

    def value_of(self, term: Term) -> float | None:
        """The value a term has here; None if it stands for several, or is not known yet."""
        frame = self.frame
        if frame is None or any(isinstance(index, str) for index in (*term.indices, term.sample)):
            return None
        if not term.indices and term.name not in ("E", "k"):
            return None
        if frame.step is not None and term.name not in frame.before:
            return frame.result(term, self._column) if term.name == frame.step.writes else None
        return frame.operands(self._column)(term)

    def new_value_of(self, term: Term) -> float | None:
        """What the Step stood on put in the place of a term's value; None if it did not."""
        frame = self.frame
        if frame is None or frame.step is None or term.name != frame.step.writes:
            return None
        if term.name not in frame.before or term.indices not in frame.group:
            return None
        return frame.result(term, self._column)

    @property
    def _column(self) -> int:
        return min(self.sample, self.frame.batch - 1) if self.frame else 0

    def with_indices(self) -> Paragraph:
        """The link that brings back the row with indices, where a short page leaves it out."""
        return self._link(tr("with indices"), INDICES)

    # Headings and notes

    def _start(self) -> list[Line]:
        text = tr("Nothing has been computed yet in this iteration. → takes the first step.")
        title = tr("Start of the iteration")
        return [
            Paragraph(partial(words, text=title), self.writer.in_bold, 0.0, ink="text"),
            Paragraph(partial(words, text=text), self.writer),
        ]

    def _heading(self, frame: Frame, step: Step) -> Line:
        def boxes(writer: Writer) -> list[Box]:
            made = words(writer, phase_title(step.phase))
            light = writer.but(words=self.writer.words)
            for part in self._place(frame, step):
                made += [writer.space(0.3), writer.text("·"), writer.space(0.3, 0)]
                made += words(light, part, "muted")
            return made

        return Paragraph(boxes, self.writer.in_bold, 0.0, ink=step.phase.value)

    def _place(self, frame: Frame, step: Step) -> Iterator[str]:
        if step.layer is None:
            yield tr("count of updates")
            return
        what = quantity(step.writes)
        if what.layer is None:
            yield tr("error E")
            return
        yield tr("layer {layer}", layer=step.layer)
        yield _element_name(frame.position.element, what.is_weight_shaped)
        if frame.batch > 1 and what.kind in _SAMPLED:
            column = self._column + 1
            yield tr("sample {column} of {batch}", column=column, batch=frame.batch)

    def _link(self, text: str, action: str) -> Paragraph:
        return Paragraph(
            lambda writer: [Pressed(writer.text(text), action)], self.writer, at_relation=True
        )

    # One element

    def _one_element(self, frame: Frame, equation: Equation) -> list[Line]:
        """The rows with letters."""
        target = equation.target
        letters = self.writer.but(indices=_bound(equation, (target.indices,)))
        rule = self._rule(equation, letters, 0.75)
        indexed = Formula(
            partial(_left, term=target),
            partial(_sides, sides=((equation.relation, equation.indexed),)),
            letters,
            0.95,
            part=INDICES,
        )
        rows: list[Line] = [rule, *self._notes(equation, letters)]
        if self._is_in_matrix_form:
            rows = self._in_matrix_form(frame, equation, letters)
        if target.indices:
            rows.append(indexed)
        return rows

    def _worked(self, frame: Frame, equation: Equation) -> list[Line]:
        """The rows with numbers."""
        numbers = self.writer.but(lookup=frame.operands(self._column))
        result = partial(self._result, frame, equation.target, chip=True)
        rows: list[Line] = []
        if not isinstance(equation.indexed, Term):
            worked = partial(_sides, sides=(("=", equation.indexed),))
            rows.append(Formula(None, worked, numbers, 0.6))
        return [*rows, Formula(None, result, numbers, 0.65, part=RESULT)]

    def _in_matrix_form(self, frame: Frame, equation: Equation, letters: Writer) -> list[Line]:
        """The matrix rule and what there is to say about it."""
        rows = self._matrix(frame, equation) + self._notes(equation, letters)
        if equation.target.indices:
            rows.append(self._in_other_letters(equation.target))
        return rows

    def _in_other_letters(self, target: Term) -> Line:
        """How an element of the matrix form is written node by node."""
        what = quantity(target.name)
        if what.kind in ("dW", "db", "da"):
            target = Term(f"{what.kind[1:]}{what.layer}", target.indices)

        def boxes(writer: Writer) -> list[Box]:
            small = replace(writer, style=1, lookup=None)
            text = tr("Node by node, {element} is {letter}.")
            if what.is_weight_shaped:
                text = tr("W is to × from: {element} is {letter}.")
            letter = replace(small, notation="node").term(target)
            return sentence(writer, text, {"element": small.term(target), "letter": letter})

        return Paragraph(boxes, self.writer, 0.5, at_relation=True, part=INDICES)

    def _rule(self, equation: Equation, letters: Writer, gap: float) -> Formula:
        return Formula(
            partial(_left, term=equation.rule_target),
            partial(_sides, sides=((equation.relation, equation.rule),)),
            letters,
            gap,
            part=RULE,
        )

    def _result(self, frame: Frame, target: Term, writer: Writer, chip: bool) -> list[Segment]:
        value = frame.result(target, self._column)
        box: Box = Standing(writer.number(value, strong=True), target)
        pad = 0.2 * writer.em if chip else 0.0
        return [("=", [Inked(box, "written", "result" if chip else "", pad)])]

    def _notes(self, equation: Equation, letters: Writer) -> list[Line]:
        """What the rule's own names stand for."""
        notes: list[Callable[[Writer], list[Box]]] = [
            partial(_definition, left=left, right=right) for left, right in equation.where
        ]
        if self._is_in_matrix_form:
            notes += self._pre_activation(equation)
        named = dict.fromkeys(term.name for term in equation.rule.terms())
        for name in named:
            notes += _remarks(name, equation.rule, letters.notation)
        batches = (each for each in _constants(equation.rule) if each.symbol == "B")
        notes += [partial(_size_of_batch, batch=each) for each in batches]
        return [
            Paragraph(
                partial(_where, note=note, first=not number),
                letters,
                0.4,
                at_relation=True,
                is_formula=True,
                part=NOTE,
            )
            for number, note in enumerate(notes)
        ]

    def _pre_activation(self, equation: Equation) -> Iterator[Callable[[Writer], list[Box]]]:
        """Z = W x + b, beside a matrix rule with f′(z)."""
        assert self.frame is not None
        if not equation.where:
            return
        z = Term(next(equation.where[0][0].terms()).name)
        yield partial(_definition, left=z, right=_matrix_of(self.frame, z.name))

    # A row of weights, or a whole layer

    def _several(self, frame: Frame, equation: Equation, focus: Sequence[Element]) -> list[Line]:
        letters = self.writer.but(indices=_bound(equation, focus))
        if self._is_in_matrix_form:
            return self._in_matrix_form(frame, equation, letters)
        return [
            *self._matrix(frame, equation),
            self._rule(equation, letters, 1.0),
            *self._notes(equation, letters),
        ]

    def _matrix(self, frame: Frame, equation: Equation) -> list[Line]:
        def shape_of(name: str) -> tuple[int, ...]:
            return frame.program.shape(name, frame.batch)

        target = shape_of(equation.matrix_target.name)
        sides = [(equation.relation, equation.matrix)]
        if self._is_in_matrix_form and quantity(equation.target.name).kind == "a":
            sides.append(("=", _with_pre_activation(frame, equation.matrix)))
        rule = Formula(
            partial(_left, term=equation.matrix_target),
            partial(_sides, sides=tuple(sides)),
            self.writer,
            0.75,
            part=RULE,
        )
        if not target:
            return [rule]
        jacobian = shape_text((target[0], target[0]))
        shapes = shape_line(equation.matrix, shape_of, jacobian)
        return [
            rule,
            Formula(
                partial(_shape, text=shape_text(target)),
                lambda writer: [(equation.relation, _shape_boxes(writer, shapes))],
                replace(self.writer, pixels=self.writer.pixels * 0.78),
                0.3,
                "muted",
            ),
        ]

    def _elements(self, frame: Frame, focus: Sequence[Element]) -> list[Line]:
        most = _ELEMENTS * self.more_elements
        longest = self.writer.longest_sum and SHORT_SUM
        writer = self.writer.but(lookup=frame.operands(self._column), longest_sum=longest)
        at_end = 2
        is_long = len(focus) > most
        shown = [*focus[: most - at_end - 1], *focus[-at_end:]] if is_long else focus
        rows: list[Line] = [
            self._element(frame, each, writer, not place) for place, each in enumerate(shown)
        ]
        if not is_long:
            return rows
        left_out = tr("⋮ {count} more", count=len(focus) - len(shown))
        rows.insert(len(shown) - at_end, self._link(left_out, ALL_ELEMENTS))
        return rows

    def _element(self, frame: Frame, element: Element, writer: Writer, first: bool) -> Line:
        equation = self._equation(frame, element)

        def segments(writer: Writer) -> list[Segment]:
            result = self._result(frame, equation.target, writer, chip=False)
            if isinstance(equation.indexed, Term):
                return [(equation.relation, result[0][1])]
            return [(equation.relation, writer.write(equation.indexed)), *result]

        def left(_: Writer) -> Box:
            return self._left_of(equation.target)

        gap = 1.0 if first else 0.75
        return Formula(left, segments, writer, gap, joined=True, part=RESULT)

    def _left_of(self, target: Term) -> Box:
        lefts = self.kept.lefts
        found = lefts.get(target)
        if found is None:
            if len(lefts) >= _MOST_KEPT:
                lefts.clear()
            letters = self.writer.small_letters
            found = lefts[target] = Inked(letters.term(target)[0], "written")
        return found


def _element_name(element: Element, weight_shaped: bool) -> str:
    if not element:
        return tr("all weights") if weight_shaped else tr("all units")
    if len(element) == 2:
        return tr("weight {source} → {to}", source=element[1] + 1, to=element[0] + 1)
    if weight_shaped:
        return tr("weights into unit {unit}", unit=element[0] + 1)
    return tr("unit {unit}", unit=element[0] + 1)


def _bound(equation: Equation, focus: Sequence[tuple[object, ...]]) -> dict[str, int]:
    """What the rule's letters stand for, where all elements of the focus agree on it."""
    bound: dict[str, int] = {}
    for place, letter in enumerate(equation.rule_target.indices):
        numbers = {element[place] for element in (focus[0], focus[-1])}
        number = numbers.pop()
        if not numbers and isinstance(letter, str) and isinstance(number, int):
            bound[letter] = number
    return bound


def _left(writer: Writer, term: Term) -> Box:
    letters = writer.but(lookup=None)
    return Inked(letters.term(term)[0], "written")


def _sides(writer: Writer, sides: tuple[tuple[str, Expression], ...]) -> list[Segment]:
    return [(sign, writer.write(side)) for sign, side in sides]


def _shape(writer: Writer, text: str) -> Box:
    return writer.symbol(text)


def _shape_boxes(writer: Writer, shapes: str) -> list[Box]:
    boxes: list[Box] = []
    for place, part in enumerate(shapes.split(" ")):
        if place:
            boxes.append(writer.space(0.28, 0 if place % 2 == 0 else None))
        boxes.append(writer.symbol(part))
    return boxes


def _definition(writer: Writer, left: Expression, right: Expression) -> list[Box]:
    style = writer.but(style=1)
    return [*style.write(left), style.relation("="), *style.write(right)]


def _where(writer: Writer, note: Callable[[Writer], list[Box]], first: bool) -> list[Box]:
    where = writer.text(tr("where"))
    lead = where if first else Space(where.width)
    return [lead, writer.space(0.4), *note(writer)]


def _size_of_batch(writer: Writer, batch: Constant) -> list[Box]:
    number = writer.number(batch.value)
    return [*writer.write(batch), writer.relation("="), number, writer.text(","),
            writer.space(0.25), *words(writer, tr("the samples of the batch"))]  # fmt: skip


def _constants(expression: Expression) -> Iterator[Constant]:
    if isinstance(expression, Constant):
        yield expression
    for child in expression.children:
        yield from _constants(child)


def _matrix_of(frame: Frame, name: str) -> Expression:
    """The matrix rule of the Step that writes `name`."""
    step = frame.program.step_writing(name)
    assert step is not None
    return step.operation.matrix(step.reads, frame.program.site(step, None, frame.batch))


def _with_pre_activation(frame: Frame, activation: Expression) -> Expression:
    """f(z) with z written out: f(W x + b)."""
    return activation.substitute(lambda term: _matrix_of(frame, term.name))


def _remarks(
    name: str, rule: Expression, notation: Notation
) -> Iterator[Callable[[Writer], list[Box]]]:
    """Notes on a letter that explains itself badly."""
    term = next(each for each in rule.terms() if each.name == name)
    what = quantity(name)
    if what.kind == "a" and what.layer == 0 and notation == "node":
        yield partial(_input_is_x, term=term)
    if what.slot or name == "k":
        yield partial(_letter_means, term=term, text=_meaning(what.slot))


def _meaning(slot: str) -> str:
    match slot:
        case "velocity":
            return tr("velocity")
        case "m":
            return tr("running mean of the gradient")
        case "v":
            return tr("running mean of the squared gradient")
        case _:
            return tr("updates so far")


def _input_is_x(writer: Writer, term: Term) -> list[Box]:
    x = letter_of(Term(term.name, (0,), term.sample))
    named = replace(x, sub=letter_of(term).sub)
    return [*writer.term(term), writer.relation("="), writer.letter(named)]


def _letter_means(writer: Writer, term: Term, text: str) -> list[Box]:
    return [*writer.term(term), writer.text(":"), writer.space(0.25), *words(writer, text)]
