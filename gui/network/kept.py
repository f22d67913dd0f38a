"""Parts of a network drawing that are kept from one Frame to the next while they stay as they are.

A Step changes little of a drawing. What a part is made from is its key; arrays of a State never
change, so they are compared as objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.frame import Frame
from gui.network.items import Chip, LitEdge, Node, Scene
from gui.network.text import Label

Key = tuple[object, ...]
Rects = tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one maker added to a Scene.

    held: what the key names by its id, which is not given to anything else while it is held; rects:
    left, top, right and bottom of the labels of values.
    """

    key: Key
    held: tuple[object, ...]
    nodes: tuple[Node, ...]
    labels: tuple[Label, ...]
    edges: tuple[LitEdge, ...]
    chips: tuple[Chip, ...]
    rects: Rects


class KeptParts:
    """The parts of the last Scene, for the making of the next."""

    def __init__(self) -> None:
        self._common: tuple[object, ...] = ()
        self._parts: dict[Key, _Part] = {}

    def begin(self, *common: object) -> None:
        """Forgets every part where something has changed that all of them are made from."""
        same = len(common) == len(self._common) and all(
            new is old or (isinstance(new, int) and new == old)
            for new, old in zip(common, self._common, strict=True)
        )
        if not same:
            self._common = common
            self._parts.clear()

    def add(
        self,
        scene: Scene,
        slot: Key,
        key: Key,
        held: Iterable[object],
        make: Callable[[], None],
    ) -> Rects:
        """Adds to a Scene what `make` adds to it, made only where the key is another."""
        part = self._parts.get(slot)
        if part is None or part.key != key:
            counts = [len(each) for each in (scene.nodes, scene.labels, scene.edges, scene.chips)]
            make()
            if part is not None:
                # A label that has come out the same is the same object: it stays laid out.
                old = part.labels
                for at, label in enumerate(scene.labels[counts[1] :]):
                    if at < len(old) and old[at] == label:
                        scene.labels[counts[1] + at] = old[at]
            labels = tuple(scene.labels[counts[1] :])
            part = self._parts[slot] = _Part(
                key,
                tuple(held),
                tuple(scene.nodes[counts[0] :]),
                labels,
                tuple(scene.edges[counts[2] :]),
                tuple(scene.chips[counts[3] :]),
                _rects(labels),
            )
        else:
            scene.nodes.extend(part.nodes)
            scene.labels.extend(part.labels)
            scene.edges.extend(part.edges)
            scene.chips.extend(part.chips)
        return part.rects


def _rects(labels: Iterable[Label]) -> Rects:
    return tuple(
        (label.rect.left(), label.rect.top(), label.rect.right(), label.rect.bottom())
        for label in labels
        if label.term is not None
    )


class States:
    """What the values of quantities are made from, as keys and what they name."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._writes = frame.step.writes if frame.step else ""

    def key(self, names: Iterable[str]) -> tuple[Key, list[object]]:
        """A key that differs where a value of these names, or whether it is known, does."""
        key: list[object] = []
        held: list[object] = []
        for name in names:
            array = self._frame.after.get(name)
            key.append(id(array))
            held.append(array)
            if name == self._writes:
                before = self._frame.before.get(name)
                key += (id(before), self._frame.position.element)
                held.append(before)
        return tuple(key), held
