"""The parts that the scene of a network drawing is made of, and writing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from math import isfinite

from PySide6.QtCore import QRectF

from engine.arrays import Array
from engine.expression import Term
from engine.frame import Frame, Mask
from gui.network.lit import Mark, lit_of, quantity
from gui.network.plan import Plan
from gui.network.text import NORMAL, Fonts, Label, label_width
from gui.notation import Notation, letter_of
from gui.numbers import NumberFormat
from gui.theme import Theme, mixed

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Node:
    """A unit as painted. shown: the term whose value stands in it, None where it is empty."""

    layer: int
    unit: int
    x: float
    y: float
    radius: float
    mark: Mark
    shown: Term | None
    finite: bool


@dataclass(frozen=True, slots=True)
class LitEdge:
    """An edge that the Step writes or reads. share: |w| as a share of its layer's largest.

    arrow: 1 for a head at the right end, -1 at the left end, 0 for none.
    """

    line: tuple[float, float, float, float]
    weight: float
    share: float
    mark: Mark
    arrow: int
    ends: tuple[float, float]


@dataclass(frozen=True, slots=True)
class LitGap:
    """A gap of many edges, all of which the Step writes or reads. gap: counted from the left."""

    gap: int
    mark: Mark


class Click(Enum):
    """What a click on a Chip does."""

    EXPAND = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    FOLD = auto()


@dataclass(frozen=True, slots=True)
class Chip:
    """What can be clicked in a layer's column. units: those it stands for; all, for the fold."""

    layer: int
    click: Click
    units: range
    rect: QRectF


@dataclass(slots=True)
class Scene:
    """Everything that is painted over the edges."""

    nodes: list[Node] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    edges: list[LitEdge] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    gaps: list[LitGap] = field(default_factory=list)


class SceneWriter:
    """What the makers of a Scene share.

    sample: the column of the batch that is looked at; gradients: whether they are shown in place
    of values; notation: whose letters are written.
    """

    def __init__(
        self,
        frame: Frame,
        plan: Plan,
        fonts: Fonts,
        numbers: NumberFormat,
        theme: Theme,
        sample: int,
        gradients: bool = False,
        notation: Notation = "node",
    ) -> None:
        self.frame = frame
        self.plan = plan
        self.fonts = fonts
        self.numbers = numbers
        self.theme = theme
        self.sample = sample
        self.gradients = gradients
        self.notation = notation
        self.lit = lit_of(frame)
        self._arrays: dict[str, tuple[Array, Mask]] = {}
        self.scene = Scene()

    def sign_colour(self, value: float) -> str:
        """The colour of a number: by its sign, neutral where it has none."""
        if not isfinite(value) or not value:
            return self.theme.text
        return _readable(self.theme.negative if value < 0 else self.theme.positive, self.theme.text)

    def value(self, term: Term) -> float:
        """The value of a term with number indices, in the sample looked at; NaN while unknown."""
        array, _ = self._values(term.name)
        return float(array[self._place(term, array)])

    def is_known(self, term: Term) -> bool:
        """Whether a term with number indices has a value yet."""
        array, known = self._values(term.name)
        return bool(known[self._place(term, array)])

    def of_units(self, name: str, units: Sequence[int]) -> tuple[list[bool], list[float]]:
        """Of some units of a layer, whether their values are known, and the values."""
        array, known = self._values(name)
        place = list(units), min(self.sample, array.shape[1] - 1)
        return known[place].tolist(), array[place].tolist()

    def _values(self, name: str) -> tuple[Array, Mask]:
        if name not in self._arrays:
            self._arrays[name] = self.frame.values(name)
        return self._arrays[name]

    def _place(self, term: Term, array: Array) -> tuple[int, ...]:
        """Where an element stands: (to, from) of weights, (unit, column) of all others."""
        if not array.ndim:
            return ()
        row, column = (*term.indices, self.sample)[:2]
        assert isinstance(row, int)
        assert isinstance(column, int)
        return row, min(column, array.shape[1] - 1)

    @staticmethod
    def unit_of(term: Term) -> int:
        """The unit that a term of one unit stands for."""
        unit = term.indices[0]
        assert isinstance(unit, int)
        return unit

    def write(
        self,
        text: str,
        x: float,
        y: float,
        colour: str,
        scale: float = NORMAL,
        prefix: str = "",
        term: Term | None = None,
        chip: bool = False,
        mark: Mark | None = None,
        button: bool = False,
        tint: str = "",
        stacked: bool = False,
    ) -> None:
        """Adds a label centred on (x, y); an empty text adds nothing."""
        if not text:
            return
        lines = (prefix.strip(), text) if stacked else (prefix + text,)
        width = max(label_width(self.fonts, line, scale) for line in lines)
        height = self.fonts.height(scale) if chip or prefix else self.fonts.capitals(scale) + 3
        height *= len(lines)
        rect = QRectF(x - width / 2, y - height / 2, width, height)
        if mark is None:
            mark = self.mark_of(term) if prefix and term else Mark.NONE
        self.scene.labels.append(
            Label(
                text,
                rect,
                colour,
                scale,
                prefix.strip() if stacked else prefix,
                term,
                chip,
                mark,
                button=button,
                tint=tint,
                stacked=stacked,
            )
        )

    def mark_of(self, term: Term) -> Mark:
        """How a term takes part in the Step stood on."""
        return self.lit.of(term.name, *(index for index in term.indices if isinstance(index, int)))


@lru_cache
def _readable(colour: str, text: str) -> str:
    return mixed(colour, text, 0.8).name()


@lru_cache(4096)
def term_of(name: str, unit: int) -> Term:
    """The term of one unit, always as the same object."""
    return Term(name, (unit,))


def subscript(unit: int) -> str:
    """A unit's number, counted from 1, as an index."""
    return str(unit + 1).translate(_SUBSCRIPTS)


def symbol(name: str, notation: Notation = "node") -> str:
    """The letters of a quantity, as written in front of the value of one element."""
    what = quantity(name)
    indices = ("j", "i") if what.is_weight_shaped else () if what.layer is None else ("j",)
    letter = letter_of(Term(name, indices), notation)
    return f"∂E/∂{letter.letter}" if letter.derivative else letter.letter
