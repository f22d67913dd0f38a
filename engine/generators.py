"""The numbers of the built-in sets: pure functions of their arguments, the same on every machine.

Each takes (samples, noise, seed) and gives inputs (N, n_0) and targets (N, n_L). samples: N, as
near as the set's own divisions allow it exactly; noise: a standard deviation; what a set has no
use for, it leaves alone.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.arrays import Array
from engine.randomness import normal, uniform

_RESOURCES = Path(__file__).resolve().parent.parent / "resources" / "data"
_ARMS = 3


class Samples(NamedTuple):
    """Samples as rows, and a name for each column."""

    inputs: npt.ArrayLike
    targets: npt.ArrayLike
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]


def xor(_samples: int, _noise: float, _seed: int) -> Samples:
    """The four cases of exclusive or."""
    return _gate((0, 1, 1, 0), "x1 xor x2")


def logical_and(_samples: int, _noise: float, _seed: int) -> Samples:
    """The four cases of and."""
    return _gate((0, 0, 0, 1), "x1 and x2")


def logical_or(_samples: int, _noise: float, _seed: int) -> Samples:
    """The four cases of or."""
    return _gate((0, 1, 1, 1), "x1 or x2")


def encoder(samples: int, _noise: float, _seed: int) -> Samples:
    """As many inputs as samples, of which one is 1; the target is the input.

    Source: Ackley, Hinton and Sejnowski, 1985; Rumelhart, Hinton and Williams, 1986 (8-3-8).
    """
    names = tuple(str(number) for number in range(1, samples + 1))
    return Samples(np.eye(samples), np.eye(samples), tuple(f"x{name}" for name in names), names)


def two_moons(samples: int, noise: float, seed: int) -> Samples:
    """Two half circles of radius 1, the lower one moved by (1, ½)."""
    first = samples - samples // 2
    angle = np.linspace(0.0, np.pi, first)
    upper = np.column_stack((np.cos(angle), np.sin(angle)))
    angle = np.linspace(0.0, np.pi, samples - first)
    lower = np.column_stack((1.0 - np.cos(angle), 0.5 - np.sin(angle)))
    points = np.vstack((upper, lower)) + noise * normal((samples, 2), 1, seed)
    return _two_classes(points, first, "lower moon")


def circles(samples: int, noise: float, seed: int) -> Samples:
    """Circles of radius 1 and ½."""
    first = samples - samples // 2
    points = np.vstack((_ring(first), 0.5 * _ring(samples - first)))
    return _two_classes(points + noise * normal((samples, 2), 2, seed), first, "inner circle")


def spiral(samples: int, noise: float, seed: int) -> Samples:
    """Three arms, from radius 0.05 to 1 over 4 rad; the noise is on the angle."""
    points, targets = [], []
    for arm, count in enumerate(_parts(samples, _ARMS)):
        radius = np.linspace(0.05, 1.0, count)
        start = 2.0 * np.pi * arm / _ARMS
        angle = start + 4.0 * radius + noise * normal((count,), 3, arm, seed)
        points.append(np.column_stack((radius * np.cos(angle), radius * np.sin(angle))))
        targets.append(np.tile(np.eye(_ARMS)[arm], (count, 1)))
    names = tuple(f"arm {arm + 1}" for arm in range(_ARMS))
    return Samples(np.vstack(points), np.vstack(targets), ("x1", "x2"), names)


def clouds(samples: int, noise: float, seed: int) -> Samples:
    """Three normal distributions around the corners of a triangle on the unit circle."""
    counts = _parts(samples, 3)
    angle = np.repeat(2.0 * np.pi * np.arange(3) / 3 + np.pi / 2, counts)
    points = np.column_stack((np.cos(angle), np.sin(angle)))
    targets = np.repeat(np.eye(3), counts, axis=0)
    names = ("cloud 1", "cloud 2", "cloud 3")
    return Samples(points + noise * normal((samples, 2), 6, seed), targets, ("x1", "x2"), names)


def quadrants(samples: int, noise: float, seed: int) -> Samples:
    """Even over [-1, 1]²; the noise moves the points after the classes are set."""
    points = 2.0 * uniform((samples, 2), 7, seed) - 1.0
    targets = (points[:, :1] * points[:, 1:] < 0).astype(np.float64)
    points = points + noise * normal(points.shape, 8, seed)
    return Samples(points, targets, ("x1", "x2"), ("signs differ",))


def noisy_sine(samples: int, noise: float, seed: int) -> Samples:
    """The curve y = sin x for x in [-3, 3); the noise is on y."""
    x = 6.0 * uniform((samples, 1), 4, seed) - 3.0
    return Samples(x, np.sin(x) + noise * normal(x.shape, 5, seed), ("x",), ("y",))


def line(samples: int, noise: float, seed: int) -> Samples:
    """The line y = 0.8 x - 0.3 for x in [-1, 1); the noise is on y."""
    x = 2.0 * uniform((samples, 1), 9, seed) - 1.0
    return Samples(x, 0.8 * x - 0.3 + noise * normal(x.shape, 10, seed), ("x",), ("y",))


def plane(samples: int, noise: float, seed: int) -> Samples:
    """The plane y = 0.6 x1 - 0.4 x2 + 0.2 over [-1, 1)²; the noise is on y."""
    x = 2.0 * uniform((samples, 2), 11, seed) - 1.0
    y = 0.6 * x[:, :1] - 0.4 * x[:, 1:] + 0.2
    return Samples(x, y + noise * normal(y.shape, 12, seed), ("x1", "x2"), ("y",))


def iris(_samples: int, _noise: float, _seed: int) -> Samples:
    """Fisher's table, 1936."""
    header, rows = _read_table("iris.csv")
    classes = sorted({row[-1] for row in rows})
    inputs = [[float(cell) for cell in row[:-1]] for row in rows]
    targets = [[float(row[-1] == each) for each in classes] for row in rows]
    names = tuple(name.replace("_", " ") for name in header[:-1])
    return Samples(inputs, targets, names, tuple(classes))


def digits(_samples: int, _noise: float, _seed: int) -> Samples:
    """8 × 8 grey levels from 0 to 1."""
    header, rows = _read_table("digits.csv")
    table = np.array(rows, dtype=np.float64)
    targets = np.eye(10)[table[:, -1].astype(np.intp)]
    names = tuple(name.replace("_", " ") for name in header[:-1])
    return Samples(table[:, :-1] / 16.0, targets, names, tuple("0123456789"))


def _gate(targets: tuple[int, ...], name: str) -> Samples:
    cases = [[0, 0], [0, 1], [1, 0], [1, 1]]
    return Samples(cases, [[target] for target in targets], ("x1", "x2"), (name,))


def _two_classes(points: Array, first: int, target_name: str) -> Samples:
    targets = (np.arange(len(points)) >= first).astype(np.float64).reshape(-1, 1)
    return Samples(points, targets, ("x1", "x2"), (target_name,))


def _ring(count: int) -> Array:
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    return np.column_stack((np.cos(angle), np.sin(angle)))


def _parts(samples: int, parts: int) -> list[int]:
    """`samples` in so many parts that differ by 1 at most."""
    return [samples // parts + (part < samples % parts) for part in range(parts)]


def _read_table(file: str) -> tuple[list[str], list[list[str]]]:
    with (_RESOURCES / file).open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return header, rows
