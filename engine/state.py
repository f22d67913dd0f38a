"""State: every quantity of one iteration at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.arrays import Array


class State(Mapping[str, Array]):
    """A read-only mapping from a quantity's name to a read-only array. Columns are samples."""

    __slots__ = ("_arrays",)

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = dict(arrays)
        for array in self._arrays.values():
            array.setflags(write=False)

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def with_value(self, name: str, array: Array) -> State:
        """A new State in which `name` is `array`; everything else is shared."""
        return State({**self._arrays, name: array})

    def __repr__(self) -> str:
        return f"State({', '.join(self._arrays)})"
