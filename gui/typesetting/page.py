"""The rows that the equation panel shows of a Frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from engine.expression import Equation, Expression, Term, quantity
from engine.frame import Frame
from engine.position import Element
from engine.program import Phase, Step
from gui.notation import letter_of
from gui.translation import tr
from gui.typesetting.boxes import Box, Inked, Pressed, Space, Standing
from gui.typesetting.lines import Formula, Paragraph, Segment, words
from gui.typesetting.shapes import shape_line, shape_text
from gui.typesetting.writer import SHORT_SUM, Writer

ALL_ELEMENTS = "elements"
"""The action of an elided list: show more of it."""
FEWER = "fewer"
"""The action that folds everything again."""

_ELEMENTS = 8

Line = Formula | Paragraph
_SAMPLED = ("z", "a", "da", "delta")


@dataclass(frozen=True)
class Page:
    """What is shown of one Frame.

    sample: the column of the batch that is looked at. more_elements: how many times more elements
    are listed than at first. unfolded: whether there is something to fold again.
    """

    frame: Frame | None
    sample: int
    writer: Writer
    more_elements: int = 1
    unfolded: bool = False

    def rows(self) -> list[Line]:
        """All rows, from the top."""
        frame = self.frame
        if frame is None:
            return []
        if frame.step is None:
            return self._start()
        focus = frame.focus
        equation = frame.equation(focus[0])
        rows: list[Line] = [self._heading(frame, frame.step)]
        if len(focus) == 1:
            rows += self._one_element(frame, equation)
        else:
            rows += self._several(frame, equation, focus)
        if self.unfolded:
            rows.append(self._link(tr("show fewer"), FEWER))
        return rows

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
        if term.name not in frame.before or term.indices not in frame.focus:
            return None
        return frame.result(term, self._column)

    @property
    def _column(self) -> int:
        return min(self.sample, self.frame.batch - 1) if self.frame else 0

    # Headings and notes

    def _start(self) -> list[Line]:
        text = tr("Nothing has been computed yet in this iteration. → takes the first step.")
        title = tr("Start of the iteration")
        return [
            Paragraph(partial(words, text=title), _bold(self.writer), 0.0, ink="text"),
            Paragraph(partial(words, text=text), self.writer),
        ]

    def _heading(self, frame: Frame, step: Step) -> Line:
        def boxes(writer: Writer) -> list[Box]:
            made = words(writer, _phase_name(step.phase))
            for part in self._place(frame, step):
                made += [writer.space(0.3), writer.text("·"), writer.space(0.3, 0)]
                made += words(replace(writer, words=self.writer.words), part, "muted")
            return made

        return Paragraph(boxes, _bold(self.writer), 0.0, ink=step.phase.value)

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
        target = equation.target
        letters = replace(self.writer, indices=_bound(equation, (target.indices,)))
        numbers = replace(self.writer, lookup=frame.operands(self._column))
        rule = self._rule(equation, letters, 0.75)
        indexed = Formula(
            partial(_left, term=target),
            partial(_sides, sides=((equation.relation, equation.indexed),)),
            letters,
            0.95,
        )
        worked = Formula(None, partial(_sides, sides=(("=", equation.indexed),)), numbers, 0.6)
        result = Formula(None, partial(self._result, frame, target, chip=True), numbers, 0.65)
        rows: list[Line] = [rule, *self._notes(equation, letters)]
        if target.indices:
            rows.append(indexed)
        if not isinstance(equation.indexed, Term):
            rows.append(worked)
        return [*rows, result]

    def _rule(self, equation: Equation, letters: Writer, gap: float) -> Formula:
        return Formula(
            partial(_left, term=equation.rule_target),
            partial(_sides, sides=((equation.relation, equation.rule),)),
            letters,
            gap,
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
        named = dict.fromkeys(term.name for term in equation.rule.terms())
        notes += [note for name in named for note in _remarks(name, equation.rule)]
        return [
            Paragraph(partial(_where, note=note, first=not number), letters, 0.4, at_relation=True)
            for number, note in enumerate(notes)
        ]

    # A row of weights, or a whole layer

    def _several(self, frame: Frame, equation: Equation, focus: tuple[Element, ...]) -> list[Line]:
        letters = replace(self.writer, indices=_bound(equation, focus))
        return [
            *self._matrix(frame, equation),
            self._rule(equation, letters, 1.0),
            *self._notes(equation, letters),
            *self._elements(frame, focus),
        ]

    def _matrix(self, frame: Frame, equation: Equation) -> list[Line]:
        def shape_of(name: str) -> tuple[int, ...]:
            return frame.program.shape(name, frame.batch)

        target = shape_of(equation.matrix_target.name)
        jacobian = shape_text((target[0], target[0]))
        shapes = shape_line(equation.matrix, shape_of, jacobian)
        return [
            Formula(
                partial(_left, term=equation.matrix_target),
                partial(_sides, sides=((equation.relation, equation.matrix),)),
                self.writer,
                0.75,
            ),
            Formula(
                partial(_shape, text=shape_text(target)),
                lambda writer: [(equation.relation, _shape_boxes(writer, shapes))],
                replace(self.writer, pixels=self.writer.pixels * 0.78),
                0.3,
                "muted",
            ),
        ]

    def _elements(self, frame: Frame, focus: tuple[Element, ...]) -> list[Line]:
        most = _ELEMENTS * self.more_elements
        if len(focus) <= most:
            return [self._element(frame, each, not place) for place, each in enumerate(focus)]
        at_end = 2
        shown = [*focus[: most - at_end - 1], *focus[-at_end:]]
        rows: list[Line] = [
            self._element(frame, each, not place) for place, each in enumerate(shown)
        ]
        left_out = tr("⋮ {count} more", count=len(focus) - len(shown))
        rows.insert(len(shown) - at_end, self._link(left_out, ALL_ELEMENTS))
        return rows

    def _element(self, frame: Frame, element: Element, first: bool) -> Line:
        equation = frame.equation(element)
        longest = self.writer.longest_sum and SHORT_SUM
        writer = replace(self.writer, lookup=frame.operands(self._column), longest_sum=longest)

        def segments(writer: Writer) -> list[Segment]:
            result = self._result(frame, equation.target, writer, chip=False)
            if isinstance(equation.indexed, Term):
                return [(equation.relation, result[0][1])]
            return [(equation.relation, writer.write(equation.indexed)), *result]

        left = partial(_small_left, term=equation.target)
        return Formula(left, segments, writer, 1.0 if first else 0.75, joined=True)


def _bold(writer: Writer) -> Writer:
    font = type(writer.words)(writer.words)
    font.setBold(True)
    return replace(writer, words=font)


def _phase_name(phase: Phase) -> str:
    match phase:
        case Phase.FORWARD:
            return tr("I Forward")
        case Phase.DELTA:
            return tr("II Delta")
        case Phase.GRADIENT:
            return tr("III Gradient")
        case Phase.UPDATE:
            return tr("IV Update")


def _element_name(element: Element, weight_shaped: bool) -> str:
    if not element:
        return tr("all weights") if weight_shaped else tr("all units")
    if len(element) == 2:
        return tr("weight {source} → {to}", source=element[1] + 1, to=element[0] + 1)
    if weight_shaped:
        return tr("weights into unit {unit}", unit=element[0] + 1)
    return tr("unit {unit}", unit=element[0] + 1)


def _bound(equation: Equation, focus: tuple[tuple[object, ...], ...]) -> dict[str, int]:
    """What the rule's letters stand for, where all elements of the focus agree on it."""
    bound: dict[str, int] = {}
    for place, letter in enumerate(equation.rule_target.indices):
        numbers = {element[place] for element in focus[:1] + focus[-1:]}
        number = numbers.pop()
        if not numbers and isinstance(letter, str) and isinstance(number, int):
            bound[letter] = number
    return bound


def _left(writer: Writer, term: Term) -> Box:
    letters = replace(writer, lookup=None)
    return Inked(letters.term(term)[0], "written")


def _small_left(writer: Writer, term: Term) -> Box:
    return _left(replace(writer, style=1), term)


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
    style = replace(writer, style=1)
    return [*style.write(left), style.relation("="), *style.write(right)]


def _where(writer: Writer, note: Callable[[Writer], list[Box]], first: bool) -> list[Box]:
    where = writer.text(tr("where"))
    lead = where if first else Space(where.width)
    return [lead, writer.space(0.4), *note(writer)]


def _remarks(name: str, rule: Expression) -> Iterator[Callable[[Writer], list[Box]]]:
    """Notes on a letter that explains itself badly."""
    term = next(each for each in rule.terms() if each.name == name)
    what = quantity(name)
    if what.kind == "a" and what.layer == 0:
        yield partial(_input_is_x, term=term)
    elif what.slot or name == "k":
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
