"""Where the Steps of an iteration stand in the timeline bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QRectF

from engine.expression import quantity
from engine.program import Phase, Program, Step
from gui.timeline.symbols import in_cluster, only_parameter, short

PAD = 5.0
_GAP = 4.0
_LEAST_SLOT = 18.0
_LEAST_IN_CLUSTER = 9.0
_BETWEEN_CLUSTERS = 5.0


@dataclass(frozen=True, slots=True)
class Group:
    """The Steps of one layer within a phase, and how far they reach."""

    layer: int | None
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One phase: its frame, and its layers in their order."""

    phase: Phase
    rect: QRectF
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything stands.

    slots: (left, right) of each Step; labels: below each, or empty; clusters: the Steps of each
    parameter that takes more than one, first and last.
    """

    segments: tuple[Segment, ...]
    slots: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]
    clusters: tuple[tuple[int, int], ...]

    @property
    def is_labelled(self) -> bool:
        """Whether symbols are written at all."""
        return any(self.labels)

    def labelled_steps(self, index: int) -> tuple[int, int]:
        """The Steps that a label stands for: its own, or a cluster that has no other label."""
        for first, last in self.clusters:
            if index == last and not self.labels[first]:
                return first, last
        return index, index

    def cluster_of(self, index: int) -> tuple[int, int]:
        """The Steps that are painted together with one: its cluster, or itself alone."""
        found = (each for each in self.clusters if each[0] <= index <= each[1])
        return next(found, (index, index))

    def segment_of(self, phase: Phase | None) -> Segment | None:
        """A phase's segment; None where the iteration has none."""
        return next((each for each in self.segments if each.phase is phase), None)

    def nearest_step(self, x: float) -> int:
        """The Step whose tick is nearest."""
        return min(range(len(self.slots)), key=lambda index: abs(sum(self.slots[index]) / 2 - x))

    def step_at(self, x: float) -> int | None:
        """The Step whose tick is nearest, within a segment."""
        if any(each.rect.left() <= x <= each.rect.right() for each in self.segments):
            return self.nearest_step(x)
        return None


def planned(program: Program, area: QRectF, width_of: Callable[[str], float]) -> Plan:
    """Slots as wide as their symbols where these fit, else all alike and without symbols."""
    runs = [list(steps) for _, steps in groupby(program.steps, key=lambda step: step.phase)]
    clusters = _clusters(program)
    # Half as much outside of the first and the last one.
    gaps = _BETWEEN_CLUSTERS * (len(clusters) + 1)
    room = area.width() - _GAP * (len(runs) - 1) - 2 * PAD * len(runs) - gaps
    for write in (in_cluster, short, only_parameter):
        labels = tuple(write(step.writes) for step in program.steps)
        wanted = [max(width_of(label) + 8, _LEAST_SLOT) if label else 0.0 for label in labels]
        if write is only_parameter:
            _share_within(clusters, wanted)
        if sum(wanted) <= room:
            break
    else:
        clusters, room = (), room + gaps
        labels, wanted = ("",) * len(program), [0.0] * len(program)
    extra = max(0.0, room - sum(wanted)) / max(1, len(program))
    return _placed(runs, area, [each + extra for each in wanted], labels, clusters)


def _clusters(program: Program) -> tuple[tuple[int, int], ...]:
    """The Steps of each parameter that is updated in more than one, first and last."""
    found: list[tuple[int, int]] = []
    updates = (step for step in program.steps if step.phase is Phase.UPDATE)
    for _, same in groupby(updates, key=_parameter):
        steps = list(same)
        if len(steps) > 1:
            found.append((steps[0].index, steps[-1].index))
    return tuple(found)


def _parameter(step: Step) -> tuple[str, int | None]:
    what = quantity(step.writes)
    return what.kind, what.layer


def _share_within(clusters: Sequence[tuple[int, int]], wanted: list[float]) -> None:
    """Gives all Steps of a cluster the same width."""
    for first, last in clusters:
        count = last - first + 1
        each = max(wanted[last] / count, _LEAST_IN_CLUSTER)
        wanted[first : last + 1] = [each] * count


def _placed(
    runs: Sequence[list[Step]],
    area: QRectF,
    widths: Sequence[float],
    labels: tuple[str, ...],
    clusters: tuple[tuple[int, int], ...],
) -> Plan:
    segments: list[Segment] = []
    slots: list[tuple[float, float]] = []
    before, after = {first for first, _ in clusters}, {last for _, last in clusters}
    x = area.left()
    for steps in runs:
        left, x = x, x + PAD
        for step in steps:
            x += _BETWEEN_CLUSTERS / 2 * (step.index in before)
            slots.append((x, x + widths[step.index]))
            x += widths[step.index]
            x += _BETWEEN_CLUSTERS / 2 * (step.index in after)
        x += PAD
        rect = QRectF(left, area.top(), x - left, area.height())
        segments.append(Segment(steps[0].phase, rect, _groups(steps, slots)))
        x += _GAP
    return Plan(tuple(segments), tuple(slots), labels, clusters)


def _groups(steps: Sequence[Step], slots: Sequence[tuple[float, float]]) -> tuple[Group, ...]:
    found: list[Group] = []
    for layer, same in groupby(steps, key=lambda step: step.layer):
        ours = list(same)
        found.append(Group(layer, slots[ours[0].index][0], slots[ours[-1].index][1]))
    return tuple(found)
