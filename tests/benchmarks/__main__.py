"""`python -m tests.benchmarks [--write]`: measures, prints one table, and writes it if asked."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from . import launch, running, training, travel, window
from .machine import description
from .table import as_markdown

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
_TOPICS = (training, travel, window, running, launch)

_INTRODUCTION = """\
# Benchmarks

Written by `python -m tests.benchmarks --write` (`make bench ARGS=--write`). Everything is float64
on the CPU with default threads. Training: sigmoid units, half squared error, gradient descent, the
same starting weights and batches for all; before timing, the contenders' losses are held against
one another. Contenders take turns in short rounds, in changing order, and a ratio is the
median of the rounds' ratios. Ours is `Timeline.train`, with E of
every iteration and the marks for travelling back. The
hand-written NumPy loop reuses every buffer, computes E each iteration, and updates all parameters
in two calls; the same loop without E is for information. Rows without a wanted value are, too.
scikit-learn's MLPRegressor takes one `partial_fit` a batch; its outputs are identities, and ours
beside it too. The window is the real one at 1600 × 1050, all views visible, offscreen and under
Xvfb. Keys come as a held key repeats, thirty times a second, and are timed from when they are due;
steps back to back, which leave no time to draw the next one ahead, are beside them. A launch is
timed as a second one finds it, modules compiled, after the X server is up; the first paint is that
of the window, still empty, and the rows after it tell when everything in it is painted.
"""


def main() -> int:
    """0 if every row with a wanted value has it, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="also write docs/benchmarks.md")
    parser.add_argument("--only", choices=[_name(topic) for topic in _TOPICS], help="one topic")
    arguments = parser.parse_args()
    if find_spec("torch") is None:
        print(training.NO_TORCH, file=sys.stderr)
    topics = [topic for topic in _TOPICS if arguments.only in (None, _name(topic))]
    rows = [row for topic in topics for row in topic.rows()]
    table, machine = as_markdown(rows), f"Measured on: {description()}"
    print(f"{table}\n\n{machine}")
    if arguments.write:
        _PAGE.write_text(f"{_INTRODUCTION}\n{machine}\n\n{table}\n", encoding="utf-8")
    return int(any(row.ok is False for row in rows))


def _name(topic: object) -> str:
    return str(topic.__name__).rpartition(".")[2]  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
