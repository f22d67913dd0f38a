"""`python -m tests.fuzz.kills --kills N`: kills `train` while it saves, and looks at the files.

Children train the same experiment for one or two iterations, over and over, and save everything
each time; each is killed (SIGKILL) at a random moment after it has begun. Every file then has to
be byte for byte what one of the two runs writes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from engine import commands
from engine.formats import WEIGHTS
from tests.examples import FOLDER

_EXPERIMENT = FOLDER / "digits.gradwalk.json"
# Some saves are over sooner, in seconds; then the kill is between two of them.
_LONGEST = 0.002
_NAMES = ("saved.gradwalk.json", *(f"weights{suffix}" for suffix in WEIGHTS))


def main() -> int:
    """0 if every file was an old or a new one after every kill."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    out = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with tempfile.TemporaryDirectory() as name:
        counts = _kill_often(Path(name), options.kills, random.Random(options.seed))
    os.write(out, (json.dumps(counts) + "\n").encode())
    return int(counts["mixtures"] > 0)


def _kill_often(folder: Path, kills: int, generator: random.Random) -> Counter[str]:
    versions = []
    for iterations in (1, 2):
        _save(folder, iterations)
        versions.append({name: (folder / name).read_bytes() for name in _NAMES})
    counts = Counter({"kills": 0, "mixtures": 0, "in the middle of a save": 0})
    while counts["kills"] < kills:
        _kill_once(folder, generator.randrange(1, 3 * len(_NAMES)), generator.uniform(0, _LONGEST))
        counts["kills"] += 1
        _look(folder, versions, counts)
    return counts


def _save(folder: Path, iterations: int) -> None:
    exports = [word for name in _NAMES[1:] for word in ("--export", str(folder / name))]
    arguments = ["train", str(_EXPERIMENT), "--iterations", str(iterations), *exports]
    if commands.run([*arguments, "--save", str(folder / _NAMES[0])], lambda _: 1):
        raise SystemExit("the program could not save")


def _kill_once(folder: Path, saves: int, after: float) -> None:
    """A child that saves until it is killed, `after` seconds from the start of a certain save."""
    begun, tell = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if not child:
        # Every save begins with a temporary file, which Python's audit hooks are told of.
        sys.addaudithook(lambda event, _: event == "tempfile.mkstemp" and os.write(tell, b"."))
        try:
            while os.getppid() == parent:
                for iterations in (1, 2):
                    _save(folder, iterations)
        finally:
            os._exit(1)
    os.close(tell)
    for _ in range(saves):
        os.read(begun, 1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(begun)


def _look(folder: Path, versions: list[dict[str, bytes]], counts: Counter[str]) -> None:
    """Counts which version each file is; takes what the killed child left out of the way."""
    for name in _NAMES:
        content = (folder / name).read_bytes()
        known = [number for number, each in enumerate(versions, 1) if each[name] == content]
        counts[f"files of run {known[0]}" if known else "mixtures"] += 1
    left = [path for path in folder.iterdir() if path.name not in _NAMES]
    counts["in the middle of a save"] += bool(left)
    for path in left:
        path.unlink()


if __name__ == "__main__":
    sys.exit(main())
