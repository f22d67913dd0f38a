"""The bands around a network drawing: captions, direction, scale, and what is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from PySide6.QtCore import QRectF

from engine.expression import Term
from engine.frame import Frame
from engine.program import Phase, Step
from gui.network.edges import DrawnGap
from gui.network.items import symbol
from gui.network.kept import same_objects
from gui.network.lit import Mark, lit_of, quantity
from gui.network.plan import Plan
from gui.network.text import NORMAL, SMALL, TINY, Fonts, Label, label_width
from gui.notation import Notation
from gui.numbers import NOT_COMPUTED, NumberFormat
from gui.theme import Theme
from gui.translation import tr

_SWATCH = 72.0
_EDGE = 10.0  # from the border of the widget


_T = TypeVar("_T")
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """The line above the drawing that says which way the phase runs.

    heads: 1 for an arrowhead at the right end, -1 at the left end, 0 for none.
    """

    left: float
    right: float
    y: float
    heads: int
    colour: str


@dataclass(frozen=True, slots=True)
class Swatch:
    """A sample of edges from −largest to +largest, at the scale of one gap."""

    rect: QRectF
    gap: int


@dataclass(frozen=True, slots=True)
class Margins:
    """All that is painted around the drawing."""

    labels: tuple[Label, ...]
    direction: Direction
    swatches: tuple[Swatch, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the labels and what else was made with them, as long as the key is the same.

    held: what the key names by its id, which is not given to anything else while it is held.
    """

    key: _Key
    held: tuple[object, ...]
    labels: Sequence[Label]
    result: Any


class KeptMargins:
    """The parts of the last Margins, for the making of the next."""

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}

    def add(
        self,
        labels: list[Label],
        name: str,
        key: _Key,
        held: Sequence[object],
        make: Callable[[], _T],
    ) -> _T:
        """What `make` returns; it adds labels. Made only where key or held are others."""
        old, whole = self._parts.get(name), (*key, *map(id, held))
        if old is None or old.key != whole:
            count = len(labels)
            result = make()
            made = same_objects(old.labels if old else (), labels[count:])
            del labels[count:]
            old = self._parts[name] = _Part(whole, tuple(held), made, result)
        labels += old.labels
        kept: _T = old.result
        return kept


class MarginBuilder:
    """Makes the Margins of one Frame."""

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
        self._labels: list[Label] = []

    def build(self, drawn: Sequence[DrawnGap], kept: KeptMargins) -> Margins:
        """Captions and direction above, scale and notes below; kept: of the last Margins."""
        frame, looks = self.frame, (self.plan, self.theme)
        texts = _phase_texts(frame, self.gradients, self.notation)
        step = frame.phase, frame.step is None, self.sample, frame.batch, texts
        error = frame.error, lit_of(frame).of("E")
        numbers = *looks, self.numbers
        of_edges = partial(self._add_below, drawn)
        direction = kept.add(self._labels, "direction", step, looks, self._direction)
        kept.add(self._labels, "captions", (), looks, self._add_captions)
        kept.add(self._labels, "error", error, numbers, self._add_error)
        swatches = kept.add(self._labels, "edges", (), (*numbers, *drawn), of_edges)
        return Margins(tuple(self._labels), direction, swatches)

    def _add_captions(self) -> None:
        for layer in range(len(self.plan.columns)):
            self._add_caption(layer)

    def _add_below(self, drawn: Sequence[DrawnGap]) -> tuple[Swatch, ...]:
        swatches = self._scales(drawn)
        self._add_notes(drawn, bool(swatches))
        return swatches

    # Above

    def _direction(self) -> Direction:
        columns, line = self.plan.columns, self.plan.line
        left, right = columns[0].x - columns[0].radius, columns[-1].x + columns[-1].radius
        y = 0.75 * line + 2
        phase = self.frame.phase
        colour = self.theme.phase_colour(phase)
        text = self.fonts.first_fitting(
            _phase_texts(self.frame, self.gradients, self.notation), right - left - 44, SMALL
        )
        if text:
            self._write(text, (left + right) / 2, y, colour, SMALL, chip=True, bold=True)
        if self.frame.batch > 1:
            self._add_sample(right, y)
        heads = {Phase.FORWARD: 1, Phase.DELTA: -1}.get(phase, 0) if self.frame.step else 0
        return Direction(left, right, y, heads, colour)

    def _add_sample(self, right: float, y: float) -> None:
        sample, batch = self.sample + 1, self.frame.batch
        texts = (
            tr("sample {sample} of {batch}", sample=sample, batch=batch),
            f"{sample}/{batch}",
        )
        room = self.plan.layout.area.right() - right - _EDGE - 8
        text = self.fonts.first_fitting(texts, room, TINY)
        if text:
            x = right + 8 + label_width(self.fonts, text, TINY) / 2
            self._write(text, x, y, self.theme.muted, TINY)

    def _add_caption(self, layer: int) -> None:
        column, line = self.plan.columns[layer], self.plan.line
        room = self.plan.layout.gap - 6
        if layer == 0:
            room = min(room, 2 * column.x - 4)
        if layer == len(self.plan.columns) - 1:
            room = min(room, 2 * (self.plan.beside - column.x) - 8)
        y = 2.05 * line + 2
        title = self.fonts.first_fitting(self._titles(layer), room - 8, SMALL, bold=True)
        self._write(title, column.x, y, self.theme.text, SMALL, bold=True)
        detail = self.fonts.first_fitting(self._details(layer), room - 8, TINY)
        self._write(detail, column.x, y + 0.95 * line, self.theme.muted, TINY)

    def _titles(self, layer: int) -> tuple[str, ...]:
        if layer == 0:
            return tr("input"), tr("in"), "0"
        plain = tr("layer {layer}", layer=layer)
        if layer == len(self.plan.columns) - 1:
            return tr("layer {layer} · output", layer=layer), tr("output"), plain, f"{layer}"
        return plain, f"{layer}"

    def _details(self, layer: int) -> tuple[str, ...]:
        units = self.plan.columns[layer].units
        count = tr("1 unit") if units == 1 else tr("{count} units", count=f"{units:,}")
        known = self.plan.names.activations
        if layer == 0 or layer > len(known):
            return count, f"{units:,}"
        return f"{known[layer - 1]} · {count}", known[layer - 1], count, f"{units:,}"

    def _add_error(self) -> None:
        """E above the targets, always in the same place."""
        left, right = self.plan.beside, self.plan.layout.area.right() - 6
        y = 3.0 * self.plan.line + 2
        term = Term("E")
        error = self.frame.error
        room = right - left - 8 - self.fonts.width("E ", SMALL)
        text, scale = (
            (NOT_COMPUTED, SMALL)
            if error is None
            else self.fonts.fit_number(error, room, self.numbers, (SMALL, TINY))
        )
        width = label_width(self.fonts, "E " + text, scale)
        mark = lit_of(self.frame).of("E")
        x = left + width / 2
        self._write(text, x, y, self.theme.text, scale, "E ", term, chip=True, mark=mark)
        title = self.fonts.first_fitting((tr("error"),), right - left - 8, SMALL)
        if title:
            x = left + label_width(self.fonts, title, SMALL, bold=True) / 2
            self._write(title, x, 2.05 * self.plan.line + 2, self.theme.text, SMALL, bold=True)

    # Below

    def _scales(self, drawn: Sequence[DrawnGap]) -> tuple[Swatch, ...]:
        """Below every gap what its widest edge stands for, if that fits below every one."""
        texts = [self.numbers.short(gap.largest, 3) for gap in drawn]
        room = self.plan.layout.gap - 12
        widest = max(self.fonts.width("−" + text, TINY) for text in texts)
        y = self.plan.layout.area.bottom() + 0.65 * self.plan.line
        if 2 * (widest + 8) + _SWATCH > room:
            return ()
        swatches = []
        for index, text in enumerate(texts):
            left, right = self.plan.columns[index : index + 2]
            x = (left.x + right.x) / 2
            swatches.append(Swatch(QRectF(x - _SWATCH / 2, y - 5, _SWATCH, 10), index))
            away = _SWATCH / 2 + 2 + label_width(self.fonts, "−" + text, TINY) / 2
            minus, plus = ("−", "+") if drawn[index].largest else ("", "")
            self._write(minus + text, x - away, y, self.theme.muted, TINY)
            self._write(plus + text, x + away, y, self.theme.muted, TINY)
        return tuple(swatches)

    def _add_notes(self, drawn: Sequence[DrawnGap], has_scales: bool) -> None:
        """What is not drawn, on the left; how to read an edge, on the right."""
        area = self.plan.layout.area
        y = area.bottom() + 1.65 * self.plan.line
        room = area.width() - 2 * _EDGE - 8
        if not has_scales:
            self._add_plain_scale(drawn, y - self.plan.line, room)
        legend_texts = (
            tr("dashed: negative · width: size, scaled by layer"),
            tr("dashed: negative · width: size"),
            tr("dashed: negative"),
        )
        note_texts = _notes(drawn)
        note = self.fonts.first_fitting(note_texts, room, TINY)
        for text in (note, *note_texts):
            used = self.fonts.width(text, TINY) + 24 if text else 0
            legend = self.fonts.first_fitting(legend_texts, room - used, TINY)
            if legend and text in ("", note, note_texts[-1]):
                break
        self._write_left(text, y)
        x = area.right() - _EDGE - label_width(self.fonts, legend, TINY) / 2
        self._write(legend, x, y, self.theme.muted, TINY)

    def _add_plain_scale(self, drawn: Sequence[DrawnGap], y: float, room: float) -> None:
        """The range of all layers' largest weights, where the gaps are too narrow for their own."""
        sizes = [gap.largest for gap in drawn]
        low, high = (self.numbers.short(size, 3) for size in (min(sizes), max(sizes)))
        texts = (
            tr("widest edge of a layer: ±{low} … ±{high}", low=low, high=high),
            tr("widest: ±{low} … ±{high}", low=low, high=high),
        )
        text = self.fonts.first_fitting(texts, room, TINY)
        x = self.plan.layout.area.right() - _EDGE - label_width(self.fonts, text, TINY) / 2
        self._write(text, x, y, self.theme.muted, TINY)

    def _write_left(self, text: str, y: float) -> None:
        x = _EDGE + label_width(self.fonts, text, TINY) / 2
        self._write(text, x, y, self.theme.muted, TINY)

    def _write(
        self,
        text: str,
        x: float,
        y: float,
        colour: str,
        scale: float = NORMAL,
        prefix: str = "",
        term: Term | None = None,
        chip: bool = False,
        mark: Mark = Mark.NONE,
        bold: bool = False,
    ) -> None:
        if not text:
            return
        width = label_width(self.fonts, prefix + text, scale, bold)
        height = self.fonts.height(scale) if chip else self.fonts.capitals(scale) + 4
        rect = QRectF(x - width / 2, y - height / 2, width, height)
        self._labels.append(Label(text, rect, colour, scale, prefix, term, chip, mark, bold))


def _phase_texts(frame: Frame, gradients: bool, notation: Notation) -> tuple[str, ...]:
    """What the phase does, in fewer and fewer words. gradients: shown in place of values."""
    texts = _plain_phase_texts(frame, notation)
    if not gradients or _computed(frame, first=True):
        return texts
    missing = tr("{gradient} not computed yet", gradient=symbol("dW1", notation))
    return f"{texts[0]} · {missing}", missing, *texts[1:]


def _plain_phase_texts(frame: Frame, notation: Notation) -> tuple[str, ...]:
    if frame.step is None:
        return tr("start of the iteration"), tr("start")
    if frame.phase is Phase.FORWARD:
        return tr("forward"), ""
    if frame.phase is Phase.DELTA:
        return tr("back-propagated error δ"), tr("δ")
    of_bias = quantity(frame.step.writes).kind in ("b", "db")
    if frame.phase is not Phase.GRADIENT:
        return _update_texts(frame.step, of_bias, notation)
    gradient = symbol("db1" if of_bias else "dW1", notation)
    short = tr("gradient {gradient}", gradient=gradient), tr("gradient")
    if of_bias:
        return tr("gradient {gradient} of every unit", gradient=gradient), *short
    if _computed(frame, first=False):
        return tr("gradient {gradient} of every edge", gradient=gradient), *short
    whole = tr("gradients: {gradient} where computed, grey weights elsewhere", gradient=gradient)
    return whole, *short


def _update_texts(step: Step, of_bias: bool, notation: Notation) -> tuple[str, ...]:
    """What an update's Step writes: the weights, or first what an optimizer remembers of them."""
    gradient = symbol("db1" if of_bias else "dW1", notation)
    if step.layer is None:
        return tr("count of the updates"), tr("update")
    match quantity(step.writes).slot:
        case "velocity":
            each = tr("velocity of every bias") if of_bias else tr("velocity of every weight")
        case "m":
            each = tr("running mean of every {gradient}", gradient=gradient)
        case "v":
            each = tr("running mean of every squared {gradient}", gradient=gradient)
        case _:
            each = tr("update of every bias") if of_bias else tr("update of every weight")
    return each, tr("update")


def _computed(frame: Frame, first: bool) -> bool:
    """Whether some ∂E/∂w has a value yet (first), or all of them have."""
    sizes = frame.program.layer_sizes
    known = (
        frame.is_known(f"dW{layer}", *((0, 0) if first else (to - 1, origin - 1)))
        for layer, (origin, to) in enumerate(pairwise(sizes), 1)
    )
    return any(known) if first else all(known)


def _notes(drawn: Sequence[DrawnGap]) -> tuple[str, ...]:
    """What is left out, in fewer and fewer words; one empty text if nothing is."""
    shown = sum(len(gap.edges) for gap in drawn)
    between = sum(gap.gap.count for gap in drawn)
    total = sum(gap.total for gap in drawn)
    if shown == total:
        return ("",)
    counts = {"shown": f"{shown:,}", "total": f"{total:,}"}
    short = tr("{shown} of {total} edges", **counts)
    if between == total:
        return tr("showing {shown} of {total} edges: the strongest", **counts), short
    if shown == between:
        return (
            tr("showing {shown} of {total} edges: those between the units drawn", **counts),
            short,
        )
    long = tr("showing {shown} of {total} edges: the strongest between the units drawn", **counts)
    return long, short
