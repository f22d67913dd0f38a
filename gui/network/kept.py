"""Parts of a network drawing that are kept from one Frame to the next while they stay as they are.

A Step changes little of a drawing. What a part is made from is its key; arrays of a State never
change, so they are compared as objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from engine.frame import Frame
from gui.network.items import Scene
from gui.network.text import Label

Key = tuple[object, ...]
Rects = tuple[tuple[float, float, float, float], ...]
_T = TypeVar("_T")
_MOST_REMEMBERED = 500
_LISTS = tuple(each.name for each in fields(Scene))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one maker added to a Scene.

    held: what the key names by its id, which is not given to anything else while it is held; added:
    to the lists of the Scene, by their names; rects: left, top, right and bottom of the labels of
    values.
    """

    key: Key
    held: tuple[object, ...]
    added: dict[str, list[Any]]
    rects: Rects


class KeptParts:
    """The parts of the last Scene, for the making of the next."""

    def __init__(self) -> None:
        self._common: tuple[object, ...] = ()
        self._parts: dict[Key, _Part] = {}
        self._remembered: dict[Key, Any] = {}

    def begin(self, *common: object) -> None:
        """Forgets every part where something has changed that all of them are made from."""
        same = len(common) == len(self._common) and all(
            new is old or (isinstance(new, int | str) and new == old)
            for new, old in zip(common, self._common, strict=True)
        )
        if not same:
            self._common = common
            self._parts.clear()
            self._remembered.clear()

    def remember(self, key: Key, make: Callable[[], _T]) -> _T:
        """What `make` returned for this key, as long as nothing has changed that all is made from.

        Other than a part this comes back: a Step marks the same numbers in turn.
        """
        if key not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = make()
        known: _T = self._remembered[key]
        return known

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
        if part is not None and part.key == key:
            for name, added in part.added.items():
                getattr(scene, name).extend(added)
            return part.rects
        counts = [len(getattr(scene, name)) for name in _LISTS]
        make()
        made: dict[str, list[Any]] = {}
        for name, count in zip(_LISTS, counts, strict=True):
            each = getattr(scene, name)
            if len(each) > count:
                old = part.added.get(name, ()) if part else ()
                each[count:] = made[name] = same_objects(old, each[count:])
        rects = _rects(made.get("labels", ()))
        self._parts[slot] = _Part(key, tuple(held), made, rects)
        return rects


def same_objects(old: Sequence[_T], new: Sequence[_T]) -> list[_T]:
    """`new`, with the old object wherever it equals that in the same place: it stays painted."""
    kept = [was if was == now else now for was, now in zip(old, new, strict=False)]
    return kept + list(new[len(kept) :])


def _rects(labels: Iterable[Label]) -> Rects:
    return tuple(
        (label.rect.left(), label.rect.top(), label.rect.right(), label.rect.bottom())
        for label in labels
        if label.term is not None
    )


class States:
    """What the values of quantities are made from, as keys and what they name."""

    def __init__(self, frame: Frame) -> None:
        self._after, self._before = dict(frame.after), dict(frame.before)
        self._element = frame.position.element
        self._writes = frame.step.writes if frame.step else ""

    def key(self, names: Iterable[str]) -> tuple[Key, list[object]]:
        """A key that differs where a value of these names, or whether it is known, does."""
        key: list[object] = []
        held: list[object] = []
        for name in names:
            array = self._after.get(name)
            key.append(id(array))
            held.append(array)
            if name == self._writes:
                before = self._before.get(name)
                key += (id(before), self._element)
                held.append(before)
        return tuple(key), held
