"""`python -m tests.soak --seconds 600 --seed 1`: uses the real window for a long time.

Trains, steps, scrubs, points, edits, undoes and resizes at random, on a small network, on digits
and on 784-128-10 in turn, and reports memory and frames: from an event to all being painted. Exits
with 1 on an exception, or where memory grew by more than `--growth`. Offscreen unless
QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from .frames import Frames
from .memory import Memory

if TYPE_CHECKING:
    from .window import User

_ROUND_SECONDS = 10.0
# How often each network is used before what stays in memory counts as growth.
_WARM = 2


def main() -> int:
    """0 if nothing raised and memory stayed within its bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--growth", type=float, default=64, help="MiB that memory may grow by once all is warm"
    )
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[variable] = home
        return _soak(Path(home), options.seconds, options.seed, options.growth)


def _soak(folder: Path, seconds: float, seed: int, most_growth: float) -> int:
    from .window import User, networks, open_window

    faults: list[str] = []

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        faults.append("".join(traceback.format_exception(kind, error, trace)))

    sys.excepthook = note  # Slots, timers and paint events come here too.
    application, window = open_window()
    frames, memory = Frames(), Memory()
    generator = random.Random(seed)
    users = [User(application, window, generator, frames, path) for path in networks(folder)]
    rounds = _take_turns(users, seconds, memory)
    window.close()
    print(f"seed {seed}, {rounds} rounds, {frames.count} frames, {len(faults)} exceptions")
    print(memory.report())
    print(frames.report())
    for fault in faults:
        print(fault)
    grew = memory.growth is not None and memory.growth > most_growth
    if grew:
        print(f"memory grew by more than {most_growth:g} MiB")
    return int(bool(faults) or grew)


def _take_turns(users: list[User], seconds: float, memory: Memory) -> int:
    """Rounds of some seconds, each on the next network; returns how many."""
    began = time.perf_counter()
    rounds = 0
    while time.perf_counter() - began < seconds:
        user = users[rounds % len(users)]
        user.begin()
        if user is users[0]:
            # What the other networks took is free again, so these can be compared.
            memory.note(time.perf_counter() - began, is_warm=rounds >= _WARM * len(users))
        ends = time.perf_counter() + _ROUND_SECONDS
        while time.perf_counter() < ends:
            user.act()
        rounds += 1
    users[0].begin()
    memory.note(time.perf_counter() - began, is_warm=True)
    return rounds


if __name__ == "__main__":
    sys.exit(main())
