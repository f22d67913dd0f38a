"""Travel: what a million iterations of 2-3-2 add in memory, and how long a seek in them takes.

Each measurement has an interpreter of its own, so that neither the other's memory nor what
tracemalloc keeps about itself is counted. `python -m tests.benchmarks.travel rss` runs one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from time import perf_counter

import numpy as np

from engine.position import Position
from engine.timeline import Timeline

from .networks import TASKS
from .table import Row, at_most

_ITERATIONS = 1_000_000
_SEEKS = 200
_MIB = 2.0**20
_STATUS = Path("/proc/self/status")


def rows() -> list[Row]:
    """Memory by tracemalloc and, where the system tells it, by resident size; then the seeks."""
    traced = _measured("tracemalloc")
    found = _measured("rss")
    added = "added by 1,000,000 iterations of 2-3-2"
    made = [
        at_most(f"memory {added} (tracemalloc)", traced["added"] / _MIB, "MiB", 64),
        at_most(f"memory {added} (tracemalloc, peak)", traced["peak"] / _MIB, "MiB", None),
    ]
    if "added" in found:
        made += [
            at_most(f"memory {added} (resident)", found["added"] / _MIB, "MiB", 64),
            at_most(f"memory {added} (resident, peak)", found["peak"] / _MIB, "MiB", None),
        ]
    seeks = f"seek to a random one of them ({_SEEKS} seeks"
    return [
        *made,
        at_most(f"{seeks}, median)", 1e3 * found["p50"], "ms", None),
        at_most(f"{seeks}, 99th percentile)", 1e3 * found["p99"], "ms", 50),
        at_most(f"{seeks}, slowest)", 1e3 * found["slowest"], "ms", None),
    ]


def _measured(what: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.travel", what]
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True).stdout
    )
    return found


def _by_tracemalloc() -> dict[str, float]:
    timeline = _started()
    tracemalloc.start()
    timeline.train(_ITERATIONS)
    added, peak = tracemalloc.get_traced_memory()
    return {"added": added, "peak": peak}


def _by_resident_size() -> dict[str, float]:
    timeline = _started()
    before = _resident()
    timeline.train(_ITERATIONS)
    after = _resident()
    found = _seek_times(timeline)
    if before and after:
        found |= {
            "added": after["VmRSS"] - before["VmRSS"],
            "peak": after["VmHWM"] - before["VmRSS"],
        }
    return found


def _started() -> Timeline:
    """A Timeline that has run and sought once, so that only what the run adds is measured."""
    timeline = Timeline(TASKS[0].experiment())
    timeline.train(1000)
    timeline.seek(Position(3, 2))
    timeline.seek(Position(999, timeline.program.last))
    return timeline


def _resident() -> dict[str, float]:
    """Resident size now and at its highest, in bytes; empty where the system has no such file."""
    if not _STATUS.exists():
        return {}
    lines = (line.split() for line in _STATUS.read_text(encoding="ascii").splitlines())
    return {line[0].rstrip(":"): 1024.0 * int(line[1]) for line in lines if line[-1:] == ["kB"]}


def _seek_times(timeline: Timeline) -> dict[str, float]:
    generator = np.random.default_rng(11)
    taken = []
    for _ in range(_SEEKS):
        position = Position(
            int(generator.integers(_ITERATIONS)), int(generator.integers(len(timeline.program)))
        )
        start = perf_counter()
        timeline.seek(position)
        taken.append(perf_counter() - start)
    p50, p99 = np.percentile(taken, (50, 99))
    return {"p50": float(p50), "p99": float(p99), "slowest": max(taken)}


if __name__ == "__main__":
    measure = {"tracemalloc": _by_tracemalloc, "rss": _by_resident_size}[sys.argv[1]]
    print(json.dumps(measure()))
