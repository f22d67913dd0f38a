"""`python -m tests.fuzz.readers READER --seconds N`: a coverage-guided fuzzer on one reader.

Needs atheris (`pip install atheris`), which the suite does not. A finding is any exception but a
GradwalkError of one line, or more memory than the reader is to take; the input is then written to
the working folder as crash-…, and the exit status is not 0.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["engine.formats"]):
    from engine import formats
    from engine.formats import csv_data, experiment_json, strict_json
    from engine.formats.architecture import network_with
    from engine.formats.csv_check import DataOptions

from engine.errors import GradwalkError
from tests.engine.formats.bad_weights import ARRAYS, BAD, JSON, META, NPZ, SAFETENSORS, npy, npz
from tests.examples import EXAMPLES

_MEMORY = 3 * 2**30
_REPORTED_EVERY = 10_000


def _experiment(content: bytes) -> object:
    return experiment_json.from_json(strict_json.parse(content, "fuzzed"))


def _weights(content: bytes) -> object:
    return formats.parse_weights(content, "fuzzed")


def _array(content: bytes) -> object:
    """One array in an archive whose checksums are right, which a fuzzer does not find."""
    return formats.parse_weights(npz(W1=content), "fuzzed")


def _architecture(content: bytes) -> object:
    return network_with(content, ARRAYS, "fuzzed")


def _csv(content: bytes) -> object:
    guess = csv_data.sniff(content, "fuzzed")
    return csv_data.to_data(guess.table, guess.roles, DataOptions())


def _seeds(suffix: str, good: bytes) -> list[bytes]:
    return [good, *(content for name, (content, _) in BAD.items() if name.endswith(suffix))]


READERS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "experiment": (_experiment, [path.read_bytes() for path in EXAMPLES]),
    "npz": (_weights, _seeds(".npz", NPZ)),
    "npz-array": (_array, [npy(ARRAYS["W1"]), npy(ARRAYS["W1"].astype(">f4").T.copy().T)]),
    "npz-meta": (_architecture, [json.dumps(META).encode()]),
    "json": (_weights, _seeds(".json", JSON)),
    "safetensors": (_weights, _seeds(".safetensors", SAFETENSORS)),
    "csv": (_csv, [b"x,y,kind\n1,2.5,a\n2,3e4,b\n", "x;y\n1,5;-2\n".encode("utf-16")]),
}


def main() -> None:
    """Fuzzes until the time is over or something is found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.readers", description=__doc__)
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("--seconds", type=int, default=120)
    options = parser.parse_args()
    read, seeds = READERS[options.reader]
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    counts: Counter[str] = Counter()

    def run_once(content: bytes) -> None:
        try:
            read(content)
            counts["read"] += 1
        except GradwalkError as error:
            counts["refused"] += 1
            if len(str(error).splitlines()) != 1:
                raise AssertionError(repr(error)) from error
        if sum(counts.values()) % _REPORTED_EVERY == 0:
            print(f"{options.reader}: {dict(counts)}", file=sys.stderr)

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            if len(seed) < 100_000:
                Path(folder, str(number)).write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], f"-max_total_time={options.seconds}", "-max_len=6000", folder],
            run_once,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
