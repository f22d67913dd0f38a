"""Data: built in or a person's own, and the order in which a run takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine import generators, limits
from engine.arrays import Array, frozen
from engine.errors import ExperimentError, ShapeError
from engine.generators import Samples
from engine.randomness import raw_bits
from engine.scaling import Scaling

MAX_NOISE = 10.0

# The order of this many epochs is drawn at once: one generator costs more than a short epoch.
_EPOCHS_A_DRAW = 64
_ORDER_KEY = 0x0DE2
_KEEP_BATCHES_UP_TO = 4096


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What a built-in set was made with: samples and noise are None where it has no choice.

    noise: a standard deviation, in the unit of what it is added to.
    """

    samples: int | None = None
    noise: float | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Data:
    """Samples as rows. inputs: (N, n_0); targets: (N, n_L).

    name: of the built-in set, made with `settings`, or None for a person's own. A name for each
    column; for classes, theirs. held_out_inputs: (M, n_0) and held_out_targets: (M, n_L) are
    samples that are never trained on; None where nothing was held out. input_scaling and
    target_scaling: what each column went through before it became these numbers, None for a column
    as it was. Empty tuples where there are no names, or no scaling.

    Raises ShapeError, a sentence that starts with the path to the field, where the parts do not fit
    together.
    """

    inputs: Array
    targets: Array
    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    name: str | None = None
    settings: DataSettings | None = None
    held_out_inputs: Array | None = None
    held_out_targets: Array | None = None
    input_scaling: tuple[Scaling | None, ...] = ()
    target_scaling: tuple[Scaling | None, ...] = ()

    def __post_init__(self) -> None:
        _check_tables("data.inputs", self.inputs, "data.targets", self.targets)
        for field, given, noun, values in (
            ("input_names", self.input_names, "names", self.inputs),
            ("target_names", self.target_names, "names", self.targets),
            ("scaling.inputs", self.input_scaling, "scalings", self.inputs),
            ("scaling.targets", self.target_scaling, "scalings", self.targets),
        ):
            if given and len(given) != values.shape[1]:
                raise ShapeError(
                    f"data.{field}: {len(given)} {noun}, but there are {values.shape[1]} columns"
                )
        self._check_held_out()

    def _check_held_out(self) -> None:
        inputs, targets = self.held_out_inputs, self.held_out_targets
        if inputs is None and targets is None:
            return
        if inputs is None or targets is None:
            raise ShapeError("data.held_out: has to have inputs and targets")
        _check_tables("data.held_out.inputs", inputs, "data.held_out.targets", targets)
        for field, held_out, values in (
            ("inputs", inputs, self.inputs),
            ("targets", targets, self.targets),
        ):
            if held_out.shape[1] != values.shape[1]:
                raise ShapeError(
                    f"data.held_out.{field}: {held_out.shape[1]} columns, "
                    f"but data.{field} has {values.shape[1]}"
                )

    @property
    def samples(self) -> int:
        """N."""
        return len(self.inputs)

    @property
    def held_out_samples(self) -> int:
        """M; 0 where nothing was held out."""
        return 0 if self.held_out_inputs is None else len(self.held_out_inputs)

    @property
    def is_scaled(self) -> bool:
        """Whether any column is shown in another unit than its own."""
        return any((*self.input_scaling, *self.target_scaling))


def _check_tables(inputs_path: str, inputs: Array, targets_path: str, targets: Array) -> None:
    if inputs.ndim != 2 or targets.ndim != 2:
        raise ShapeError(
            f"{inputs_path} and {targets_path} have to be tables, a row for each sample"
        )
    if len(inputs) != len(targets):
        raise ShapeError(
            f"{targets_path}: {len(targets)} rows, but {inputs_path} has {len(inputs)}"
        )


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


# Built-in sets


class Sizes(NamedTuple):
    """How many samples a built-in set may have."""

    least: int
    usual: int
    most: int


@dataclass(frozen=True, slots=True)
class DataSet:
    """A built-in set. description: one sentence, with its units and its source.

    samples: how many it may have, noise: what it has unless another is asked for; None where there
    is no choice.
    """

    name: str
    title: str
    description: str
    generate: Callable[[int, float, int], Samples]
    samples: Sizes | None = None
    noise: float | None = None

    def load(self, settings: DataSettings | None = None) -> Data:
        """The set, made with `settings`; what they leave open is as usual.

        Raises ExperimentError, a sentence that starts with the path to the field.
        """
        used = self.settings(settings)
        made = self.generate(used.samples or 0, used.noise or 0.0, used.seed)
        return Data(
            frozen(made.inputs),
            frozen(made.targets),
            made.input_names,
            made.target_names,
            self.name,
            used,
        )

    def settings(self, asked: DataSettings | None = None) -> DataSettings:
        """`asked`, with what it leaves open filled in. Raises ExperimentError."""
        asked = asked or DataSettings()
        for field, value, choice in (
            ("samples", asked.samples, self.samples),
            ("noise", asked.noise, self.noise),
        ):
            if value is not None and choice is None:
                raise ExperimentError(f"data.{field}: the set {self.name} has no choice of it")
        if not 0 <= asked.seed <= limits.MAX_SEED:
            raise ExperimentError(f"data.seed: has to be from 0 to {limits.MAX_SEED}")
        if not (self._has_seed or asked.seed == 0):
            raise ExperimentError(f"data.seed: the set {self.name} has no choice of it")
        return replace(asked, samples=self._samples(asked), noise=self._noise(asked))

    @property
    def _has_seed(self) -> bool:
        return self.noise is not None

    def _samples(self, asked: DataSettings) -> int | None:
        if self.samples is None or asked.samples is None:
            return self.samples.usual if self.samples else None
        if not self.samples.least <= asked.samples <= self.samples.most:
            raise ExperimentError(
                f"data.samples: {asked.samples}, but it has to be "
                f"from {self.samples.least} to {self.samples.most}"
            )
        return asked.samples

    def _noise(self, asked: DataSettings) -> float | None:
        if asked.noise is None:
            return self.noise
        if not 0 <= asked.noise <= MAX_NOISE:
            raise ExperimentError(
                f"data.noise: {asked.noise:g}, but it has to be from 0 to {MAX_NOISE:g}"
            )
        return asked.noise


def _sizes(least: int, usual: int) -> Sizes:
    return Sizes(least, usual, limits.MAX_SAMPLES)


DATASETS: dict[str, DataSet] = {
    each.name: each
    for each in (
        DataSet("and", "AND", "The four cases of and.", generators.logical_and),
        DataSet("or", "OR", "The four cases of or.", generators.logical_or),
        DataSet("xor", "XOR", "The four cases of exclusive or.", generators.xor),
        DataSet(
            "encoder",
            "Encoder",
            "One input of many is 1, and the target is the same again.",
            generators.encoder,
            Sizes(2, 8, 64),
        ),
        DataSet(
            "two_moons",
            "Two moons",
            "Points on two half circles, with noise.",
            generators.two_moons,
            _sizes(2, 200),
            0.1,
        ),
        DataSet(
            "circles",
            "Circles",
            "Points on two circles, one in the other.",
            generators.circles,
            _sizes(2, 200),
            0.06,
        ),
        DataSet(
            "quadrants",
            "Quadrants",
            "Points of a square, 1 where the signs of x1 and x2 differ.",
            generators.quadrants,
            _sizes(2, 200),
            0.05,
        ),
        DataSet(
            "clouds",
            "Clouds",
            "Points in three clouds around the corners of a triangle.",
            generators.clouds,
            _sizes(3, 150),
            0.3,
        ),
        DataSet(
            "spiral",
            "Spiral",
            "Points on three arms of a spiral.",
            generators.spiral,
            _sizes(3, 240),
            0.15,
        ),
        DataSet("line", "Line", "Points on a straight line.", generators.line, _sizes(2, 40), 0.1),
        DataSet(
            "noisy_sine",
            "Noisy sine",
            "Points on sin x, with noise.",
            generators.noisy_sine,
            _sizes(2, 80),
            0.1,
        ),
        DataSet(
            "plane",
            "Plane",
            "A height over two inputs, on a tilted plane.",
            generators.plane,
            _sizes(3, 100),
            0.05,
        ),
        DataSet(
            "iris",
            "Iris",
            "150 flowers of three species, lengths in centimetres.",
            generators.iris,
        ),
        DataSet(
            "digits",
            "Digits",
            "1797 handwritten digits, 8 × 8 grey levels from 0 to 1 in sixteenths.",
            generators.digits,
        ),
    )
}


@lru_cache(maxsize=4)
def load(name: str, settings: DataSettings | None = None) -> Data:
    """The built-in set of that name; KeyError if there is none.

    Raises ExperimentError where it cannot be made with such settings.
    """
    return DATASETS[name].load(settings)
