"""Terms pointed at by keyboard or mouse: which one is next, what is said of it, what it marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from PySide6.QtCore import QRectF, Qt

from engine.expression import Term, quantity
from engine.frame import Frame
from gui.notation import describe, letter_of
from gui.numbers import full
from gui.translation import tr
from gui.typesetting.drawing import Region
from gui.typesetting.page import Page
from gui.typesetting.shapes import shape_text

_ASIDE = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_UP_OR_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
ARROWS = (*_ASIDE, *_UP_OR_DOWN)


def moved(terms: Sequence[Region], here: int | None, key: Qt.Key) -> int | None:
    """The place of the term that an arrow leads to from `here`; the same one at an end.

    terms: in reading order. Left and right follow it; up and down go to the nearest term above or
    below. From nowhere any arrow leads to the first one; None where there is none.
    """
    if here is None or here >= len(terms):
        return 0 if terms else None
    if key in _ASIDE:
        return min(max(here + _ASIDE[key], 0), len(terms) - 1)
    return _nearest(terms, here, _UP_OR_DOWN[key])


def _nearest(terms: Sequence[Region], here: int, way: int) -> int:
    rects = [term.rect for term in terms]
    rect = rects[here]

    def away(place: int) -> float:
        return way * (rects[place].center().y() - rect.center().y())

    beyond = [
        place
        for place, each in enumerate(rects)
        if away(place) > 0 and not _are_on_one_line(each, rect)
    ]
    if not beyond:
        return here
    nearest = rects[min(beyond, key=away)]
    line = [place for place in beyond if _are_on_one_line(rects[place], nearest)]
    return min(line, key=lambda place: abs(rects[place].center().x() - rect.center().x()))


def _are_on_one_line(one: QRectF, other: QRectF) -> bool:
    """Whether the middle of one is beside the other: scripts make some terms taller than others."""
    return (
        other.top() <= one.center().y() <= other.bottom()
        or one.top() <= other.center().y() <= one.bottom()
    )


def tip(page: Page, term: Term) -> str:
    """What a term is in words, its whole value if it stands for one number, and its shape."""
    lines = [_named(page, term)]
    shape = _shape(page.frame, term.name)
    if shape:
        name = letter_of(Term(term.name), page.writer.notation).plain()
        lines.append(tr("{name} is {shape}", name=name, shape=shape_text(shape)))
    return "\n".join(lines)


def _named(page: Page, term: Term) -> str:
    what, value, new = describe(term), page.value_of(term), page.new_value_of(term)
    if value is None:
        return what
    if new is None:
        return tr("{what}: {value}", what=what, value=full(value))
    return tr("{what}: {old} → {new}", what=what, old=full(value), new=full(new))


def _shape(frame: Frame | None, name: str) -> tuple[int, ...]:
    return frame.program.shape(name, frame.batch) if frame else ()


def lit_elements(
    frame: Frame, marks: Iterable[Region], term: Term
) -> frozenset[tuple[str, tuple[int, ...]]]:
    """Of the elements that `term` stands for, those that a mark stands for too.

    As (the quantity's name in the State, indices as a Term has them), of all samples together.
    """
    pointed = _elements(frame, term)
    marked = (_elements(frame, mark.term) for mark in marks if mark.term)
    return frozenset((term.name, each) for each in pointed & frozenset().union(*marked))


def _elements(frame: Frame, term: Term) -> frozenset[tuple[int, ...]]:
    """The indices of every element that a term stands for: a letter counts for all numbers."""
    shape = _shape(frame, term.name)
    sizes = shape if quantity(term.name).is_weight_shaped else shape[:1]
    indices = term.indices or ("",) * len(sizes)
    ranges = [
        range(size) if isinstance(index, str) else (index,)
        for index, size in zip(indices, sizes, strict=True)
    ]
    return frozenset(product(*ranges))
