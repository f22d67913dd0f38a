"""Training at speed: the same Steps through the same Operations, on buffers allocated once.

The calls of every Operation (see engine.kernels) are bound to buffers and written out as one
straight-line function, because at 2-3-2 a call to NumPy takes 0.3 µs and a loop over a list of
calls would add a third to it. What the numbers are is decided by the calls alone, so they are
bitwise those of stepping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

import numpy as np

from engine.arrays import Array, frozen
from engine.datasets import Batch, Batches
from engine.expression import quantity
from engine.kernels import Call, Transposed
from engine.optimizers import Descend
from engine.program import Phase, Program, Step

_Run = Callable[[Iterable[Batch], Callable[[bytes], None]], None]

# Up to this many numbers are cheaper copied after each iteration than looked through in it.
_COPIED = 64


class Runner:
    """Runs whole iterations as fast as NumPy goes.

    carried: a flat vector that holds every carried quantity, in the program's order; `constants`
    are the parameters that no Step writes.

    Each iteration leaves a row of `width` numbers behind, E first. If all of the row is finite,
    and `carried` is so in the end, then every value of every Step was. For what is infinite or not
    a number goes on into E, into a z, or through the gradients into what is carried, and there it
    stays; only a z (which a sigmoid makes finite again) and a gradient that nothing learns from
    can go unseen, so these are watched.
    """

    def __init__(self, program: Program, batches: Batches, constants: Mapping[str, Array]) -> None:
        self._program = program
        self._batches = batches
        self._constants = dict(constants)
        shapes = {name: program.shape(name, 1) for name in program.carried}
        self.carried = np.zeros(sum(int(np.prod(shape)) for shape in shapes.values()))
        self.views: dict[str, Array] = {}
        start = 0
        for name, shape in shapes.items():
            size = int(np.prod(shape))
            self.views[name] = self.carried[start : start + size].reshape(shape)
            start += size
        sizes = batches.sizes()
        watched = max(self._count(self._watched(size), size) for size in sizes)
        self.width = 2 + (watched if watched <= _COPIED else 0)
        self._runs = {size: self._compile(size) for size in sizes}

    def run(self, first: int, count: int, rows: list[bytes]) -> None:
        """Runs `count` iterations from `first` on, and adds their `rows`. `carried` is changed."""
        batches = self._batches.run(first, count)
        with np.errstate(all="ignore"):
            if len(self._runs) == 1:
                (run,) = self._runs.values()
                run(batches, rows.append)
            else:
                for size, group in groupby(batches, key=_batch_size):
                    self._runs[size](group, rows.append)

    def table(self, rows: list[bytes]) -> Array:
        """The rows of some iterations as one array: (iterations, width)."""
        return np.frombuffer(b"".join(rows)).reshape(-1, self.width)

    def _watched(self, batch: int) -> list[str]:
        """The quantities that may lose what is not finite, besides E and what is carried."""
        names = [f"z{l}" for l in range(1, self._program.layers + 1)]
        for step in self._program.steps:
            if step.phase is not Phase.GRADIENT or step.writes[1:] in self._program.carried:
                continue
            # With one sample ∂E/∂b is δ itself.
            shared = batch == 1 and quantity(step.writes).is_bias_shaped
            names.append(f"delta{step.layer}" if shared else step.writes)
        return names

    def _count(self, names: Iterable[str], batch: int) -> int:
        return sum(int(np.prod(self._program.shape(name, batch))) for name in names)

    def _watch(self, batch: int) -> tuple[Array, dict[str, Array]]:
        """A vector of E, room for one number more, and all that is watched; and its parts."""
        names = self._watched(batch)
        vector = np.zeros(max(self.width, 2 + self._count(names, batch)))
        parts = {"E": vector[0:1].reshape(())}
        start = 2
        for name in names:
            shape = self._program.shape(name, batch)
            parts[name] = vector[start : start + int(np.prod(shape))].reshape(shape)
            start += int(np.prod(shape))
        return vector, parts

    def _compile(self, batch: int) -> _Run:
        buffers: dict[str, Array] = {**self._constants, **self.views}
        inputs = {
            "a0": np.zeros(self._program.shape("a0", batch)),
            "t": np.zeros(self._program.shape("t", batch)),
        }
        buffers.update(inputs)
        descent, gradients = self._joined_descent(batch)
        buffers.update(gradients)
        watched, parts = self._watch(batch)
        buffers.update(parts)
        calls: list[Call] = []
        for step in self._program.steps:
            if descent and step.phase is Phase.UPDATE:
                continue
            operands = [buffers[name] for name in step.reads]
            same = step.operation.alias(*operands)
            if same is not None and buffers.get(step.writes, same) is same:
                buffers[step.writes] = same
                continue
            if step.writes not in buffers:
                buffers[step.writes] = np.zeros(self._program.shape(step.writes, batch))
            calls += step.operation.calls(buffers[step.writes], *operands)
        if len(watched) > self.width:
            # 0 times what is not finite is not a number, so one sum tells of all that is watched.
            zeros, total = np.zeros(len(watched) - 2), watched[1:2].reshape(())
            descent.append((watched[2:].dot, (zeros, total)))
        return _straight_line(calls + descent, inputs, watched[: self.width])

    def _joined_descent(self, batch: int) -> tuple[list[Call], dict[str, Array]]:
        """All updates as one, and the gradients it reads, where every update is a plain descent.

        Descent goes element by element, so one rate for all parameters makes it two calls on flat
        vectors; without that, nothing is joined.
        """
        updates = [step for step in self._program.steps if step.phase is Phase.UPDATE]
        rates = {_plain_rate(step) for step in updates}
        rate = rates.pop() if len(rates) == 1 else None
        if rate is None:
            return [], {}
        vector = np.zeros_like(self.carried)
        gradients: dict[str, Array] = {}
        start = 0
        for name, view in self.views.items():
            gradients[f"d{name}"] = vector[start : start + view.size].reshape(view.shape)
            start += view.size
            if batch == 1 and quantity(name).is_bias_shaped:
                # With one sample δ is ∂E/∂b itself, so it is written where that is read.
                gradients[f"delta{quantity(name).layer}"] = gradients[f"d{name}"]
        # In place: the gradients are not read again, and large ones would leave the cache.
        descent: list[Call] = [
            (np.multiply, (vector, frozen(rate), vector)),
            (np.subtract, (self.carried, vector, self.carried)),
        ]
        return descent, gradients


def _plain_rate(step: Step) -> float | None:
    """The rate of W ← W - α ∂E/∂W with one α; None for any other update."""
    operation = step.operation
    plain = isinstance(operation, Descend) and step.reads == (step.writes, f"d{step.writes}")
    if not plain or not isinstance(operation, Descend) or operation.rate.ndim:
        return None
    return float(operation.rate)


def _batch_size(batch: Batch) -> int:
    return int(batch[0].shape[1])


class _Names:
    """What arrays and functions are called in a straight line; inputs: named by the line itself.

    constants: all others, by their names.
    """

    def __init__(self, inputs: Mapping[str, Array]) -> None:
        self._names: dict[int, str] = {id(array): name for name, array in inputs.items()}
        self.constants: dict[str, Any] = {}

    def of(self, thing: Any) -> str:
        """The source for an argument."""
        if isinstance(thing, Transposed):
            return f"{self.of(thing.array)}.T"
        if thing is None or isinstance(thing, (int, bool)):
            return repr(thing)
        if id(thing) not in self._names:
            self._names[id(thing)] = f"c{len(self.constants)}"
            self.constants[self._names[id(thing)]] = thing
        return self._names[id(thing)]


def _straight_line(calls: list[Call], inputs: Mapping[str, Array], row: Array) -> _Run:
    """One function that makes all the calls for each batch, and reports `row` after each."""
    names = _Names(inputs)
    lines = [
        f"{names.of(function)}({', '.join(names.of(each) for each in arguments)})"
        for function, arguments in calls
    ]
    parameters = ", ".join(("batches", "report", f"row={names.of(row.tobytes)}"))
    bound = ", ".join(f"{name}={name}" for name in names.constants)
    source = "\n".join(
        (
            f"def run({parameters}, {bound}):",
            f"    for {', '.join(inputs)} in batches:",
            *(f"        {line}" for line in lines),
            "        report(row())",
        )
    )
    namespace = dict(names.constants)
    exec(compile(source, "<iteration>", "exec"), namespace)
    # Taken out: a function in its own globals is a cycle, and would keep the buffers of every run
    # that is over until the garbage collector comes by.
    run: _Run = namespace.pop("run")
    return run
