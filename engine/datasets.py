"""Data: built in or a person's own, and the order in which a run takes it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, frozen, shape_text
from engine.errors import ShapeError
from engine.randomness import normal, raw_bits, uniform

_RESOURCES = Path(__file__).resolve().parent.parent / "resources" / "data"

# The order of this many epochs is drawn at once: one generator costs more than a short epoch.
_EPOCHS_A_DRAW = 64
_ORDER_KEY = 0x0DE2
_KEEP_BATCHES_UP_TO = 4096


@dataclass(frozen=True, eq=False, slots=True)
class Data:
    """Samples as rows. inputs: (N, n_0); targets: (N, n_L).

    name: of the built-in set, or None for a person's own. A name for each column; empty tuples
    where there are none.
    """

    inputs: Array
    targets: Array
    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    name: str | None = None

    def __post_init__(self) -> None:
        if self.inputs.ndim != 2 or self.targets.ndim != 2:
            raise ShapeError(
                "data.inputs and data.targets have to be tables, a row for each sample"
            )
        if len(self.inputs) != len(self.targets):
            raise ShapeError(
                f"data.targets: {len(self.targets)} rows, but data.inputs has {len(self.inputs)}"
            )
        for field, names, values in (
            ("input_names", self.input_names, self.inputs),
            ("target_names", self.target_names, self.targets),
        ):
            if names and len(names) != values.shape[1]:
                raise ShapeError(
                    f"data.{field}: {len(names)} names for {values.shape[1]} columns "
                    f"({shape_text(values.shape)})"
                )

    @property
    def samples(self) -> int:
        """N."""
        return len(self.inputs)


@dataclass(frozen=True, slots=True)
class DataSet:
    """A built-in set. description: one sentence, with its units and its source."""

    name: str
    title: str
    description: str
    load: Callable[[], Data]


def batch_order(seed: int, epoch: int, samples: int) -> npt.NDArray[np.intp]:
    """The order of the samples in one epoch: a permutation, a pure function of its arguments."""
    draw, row = divmod(epoch, _EPOCHS_A_DRAW)
    order: npt.NDArray[np.intp] = _orders(seed, draw, samples)[row]
    return order


@lru_cache(maxsize=8)
def _orders(seed: int, draw: int, samples: int) -> npt.NDArray[np.intp]:
    keys = raw_bits(_EPOCHS_A_DRAW * samples, seed, _ORDER_KEY, draw)
    orders: npt.NDArray[np.intp] = keys.reshape(_EPOCHS_A_DRAW, samples).argsort(
        axis=1, kind="stable"
    )
    return orders


Batch = tuple[Array, Array]


class Batches:
    """The batches of a run, by iteration. An epoch's last batch may be smaller.

    A batch is (a0, t): (n_0, B) and (n_L, B), read-only and C-contiguous.
    """

    def __init__(self, data: Data, size: int, shuffle: bool, seed: int) -> None:
        self._data = data
        self._size = size
        self._shuffle = shuffle
        self._seed = seed
        self.per_epoch = -(-data.samples // size)
        small = data.samples <= _KEEP_BATCHES_UP_TO
        # A shuffled epoch is made of the same single columns, but never of the same batches.
        self._kept = (
            [self._gather([row]) for row in range(data.samples)]
            if (small and shuffle and size == 1)
            else None
        )
        self._epoch = (
            [self._gather(self.samples(i)) for i in range(self.per_epoch)]
            if (small and not shuffle)
            else None
        )

    def epoch(self, iteration: int) -> int:
        """The epoch an iteration belongs to, from 0."""
        return iteration // self.per_epoch

    def samples(self, iteration: int) -> npt.NDArray[np.intp]:
        """The row numbers in the data of an iteration's batch, in the order of its columns."""
        epoch, batch = divmod(iteration, self.per_epoch)
        start = batch * self._size
        stop = min(start + self._size, self._data.samples)
        if not self._shuffle:
            return np.arange(start, stop)
        return batch_order(self._seed, epoch, self._data.samples)[start:stop]

    def batch(self, iteration: int) -> Batch:
        """(a0, t) of an iteration."""
        return next(self.run(iteration, 1))

    def sizes(self) -> tuple[int, ...]:
        """The different batch sizes of an epoch: all but the last batch's, then the last's."""
        last = self._data.samples - (self.per_epoch - 1) * self._size
        return (self._size, last) if last != self._size else (self._size,)

    def run(self, first: int, count: int) -> Iterator[Batch]:
        """The batches of `count` iterations from `first` on."""
        while count > 0:
            epoch, start = divmod(first, self.per_epoch)
            stop = min(start + count, self.per_epoch)
            if self._epoch is not None:
                yield from self._epoch[start:stop]
            elif self._kept is not None:
                kept = self._kept
                order = batch_order(self._seed, epoch, self._data.samples)[start:stop]
                yield from [kept[row] for row in order.tolist()]
            else:
                for iteration in range(first, first + stop - start):
                    yield self._gather(self.samples(iteration))
            first += stop - start
            count -= stop - start

    def _gather(self, rows: Sequence[int] | npt.NDArray[np.intp]) -> Batch:
        return frozen(self._data.inputs[rows].T), frozen(self._data.targets[rows].T)


# Built-in sets. Their numbers are pure functions of these seeds: the same on every machine.


def _xor() -> Data:
    return _named(
        [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], ("x1", "x2"), ("x1 xor x2",), "xor"
    )


def _two_moons() -> Data:
    half, noise = 100, 0.1
    angle = np.linspace(0.0, np.pi, half)
    upper = np.column_stack((np.cos(angle), np.sin(angle)))
    lower = np.column_stack((1.0 - np.cos(angle), 0.5 - np.sin(angle)))
    points = np.vstack((upper, lower)) + noise * normal((2 * half, 2), 1)
    return _two_classes(points, half, "lower moon", "two_moons")


def _circles() -> Data:
    half, noise = 100, 0.06
    angle = np.linspace(0.0, 2.0 * np.pi, half, endpoint=False)
    ring = np.column_stack((np.cos(angle), np.sin(angle)))
    points = np.vstack((ring, 0.5 * ring)) + noise * normal((2 * half, 2), 2)
    return _two_classes(points, half, "inner circle", "circles")


def _spiral() -> Data:
    arms, each = 3, 80
    radius = np.linspace(0.05, 1.0, each)
    points, targets = [], []
    for arm in range(arms):
        angle = 2.0 * np.pi * arm / arms + 4.0 * radius + 0.15 * normal((each,), 3, arm)
        points.append(np.column_stack((radius * np.cos(angle), radius * np.sin(angle))))
        targets.append(np.tile(np.eye(arms)[arm], (each, 1)))
    names = tuple(f"arm {arm + 1}" for arm in range(arms))
    return _named(np.vstack(points), np.vstack(targets), ("x1", "x2"), names, "spiral")


def _noisy_sine() -> Data:
    x = 6.0 * uniform((80, 1), 4) - 3.0
    y = np.sin(x) + 0.1 * normal(x.shape, 5)
    return _named(x, y, ("x",), ("y",), "noisy_sine")


def _iris() -> Data:
    header, rows = _read_table("iris.csv")
    classes = sorted({row[-1] for row in rows})
    inputs = [[float(cell) for cell in row[:-1]] for row in rows]
    targets = [[float(row[-1] == each) for each in classes] for row in rows]
    names = tuple(name.replace("_", " ") for name in header[:-1])
    return _named(inputs, targets, names, tuple(classes), "iris")


def _digits() -> Data:
    header, rows = _read_table("digits.csv")
    table = np.array(rows, dtype=np.float64)
    targets = np.eye(10)[table[:, -1].astype(np.intp)]
    names = tuple(name.replace("_", " ") for name in header[:-1])
    return _named(table[:, :-1] / 16.0, targets, names, tuple("0123456789"), "digits")


def _two_classes(points: Array, half: int, target_name: str, name: str) -> Data:
    targets = np.repeat([[0.0], [1.0]], half, axis=0)
    return _named(points, targets, ("x1", "x2"), (target_name,), name)


def _named(
    inputs: npt.ArrayLike,
    targets: npt.ArrayLike,
    input_names: tuple[str, ...],
    target_names: tuple[str, ...],
    name: str,
) -> Data:
    return Data(frozen(inputs), frozen(targets), input_names, target_names, name)


def _read_table(file: str) -> tuple[list[str], list[list[str]]]:
    with (_RESOURCES / file).open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return header, rows


DATASETS: dict[str, DataSet] = {
    each.name: each
    for each in (
        DataSet("xor", "XOR", "The four cases of exclusive or.", _xor),
        DataSet(
            "two_moons", "Two moons", "200 points on two half circles, with noise.", _two_moons
        ),
        DataSet("circles", "Circles", "200 points on two circles, one in the other.", _circles),
        DataSet("spiral", "Spiral", "240 points on three arms of a spiral.", _spiral),
        DataSet("noisy_sine", "Noisy sine", "80 points on sin x, with noise.", _noisy_sine),
        DataSet("iris", "Iris", "150 flowers of three species, lengths in centimetres.", _iris),
        DataSet(
            "digits",
            "Digits",
            "1797 handwritten digits, 8 × 8 grey levels from 0 to 1 in sixteenths.",
            _digits,
        ),
    )
}


@lru_cache(maxsize=4)
def load(name: str) -> Data:
    """The built-in set of that name; KeyError if there is none."""
    return DATASETS[name].load()
