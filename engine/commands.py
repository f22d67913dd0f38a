"""The commands that need no window. Source: formats.md, "Commands"."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType

from engine import limits
from engine.errors import FileError, GradwalkError, NonFiniteError
from engine.formats import TRACES, Trained, experiment_json, weights_format
from engine.formats.files import replacing
from engine.formats.trace import TraceFormat, rows
from engine.timeline import Timeline

# A chunk of training is about this long, so that Ctrl+C and the progress bar feel immediate.
_CHUNK_SECONDS = 0.05

_DESCRIPTION = "Steps a neural network through back-propagation, forwards and backwards."


def run(arguments: Sequence[str], open_window: Callable[[str | None], int]) -> int:
    """Does what the command line asks. Exit status: 0 done, 1 a GradwalkError, 2 bad usage."""
    commands = {"trace": (_trace_parser, _trace), "train": (_train_parser, _train)}
    try:
        if arguments and arguments[0] in commands:
            parser, command = commands[arguments[0]]
            command(parser().parse_args(arguments[1:]))
            return 0
        return open_window(_window_parser().parse_args(arguments).experiment)
    except GradwalkError as error:
        print(f"gradwalk: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does; there is nobody to complain to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def version() -> str:
    """The version, from pyproject.toml: the project is never installed as a package."""
    with (Path(__file__).resolve().parent.parent / "pyproject.toml").open("rb") as file:
        found: str = tomllib.load(file)["project"]["version"]
    return found


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py",
        description=_DESCRIPTION,
        epilog="Without a window: main.py trace --help, main.py train --help.",
    )
    parser.add_argument("experiment", nargs="?", help="an experiment to open (*.gradwalk.json)")
    parser.add_argument("--version", action="version", version=f"Gradwalk {version()}")
    return parser


def _trace_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py trace", description="Writes every Step of the next iterations."
    )
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--iterations", type=_count, default=1, metavar="N", help="default: 1")
    parser.add_argument("--format", choices=tuple(TRACES), default="jsonl")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    return parser


def _train_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py train",
        description="Trains an experiment from where it stands. Ctrl+C stops cleanly and saves.",
    )
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--iterations", type=_count, required=True, metavar="N")
    parser.add_argument(
        "--save",
        type=Path,
        metavar="FILE",
        help="write the experiment, standing where training stopped (*.gradwalk.json)",
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="write the trained weights (.npz, .json); may be given several times",
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= limits.MAX_ITERATIONS:
        raise argparse.ArgumentTypeError(
            f"{text} is not a whole number from 1 to {limits.MAX_ITERATIONS}"
        )
    return int(text)


# trace


def _trace(options: argparse.Namespace) -> None:
    timeline = _timeline(options.experiment)
    lines = _trace_lines(timeline, options.iterations, TRACES[options.format])
    if options.output is None:
        for line in lines:
            sys.stdout.write(line)
        sys.stdout.flush()
        return
    with replacing(options.output) as file:
        for line in lines:
            file.write(line.encode("utf-8"))


def _trace_lines(timeline: Timeline, iterations: int, form: TraceFormat) -> Iterator[str]:
    for line in form.header():
        yield line + "\n"
    for row in rows(timeline, iterations):
        for line in form.lines(row):
            yield line + "\n"


# train


def _train(options: argparse.Namespace) -> None:
    _check_targets(options)
    timeline = _timeline(options.experiment)
    first = timeline.completed
    with _stop_on_interrupt() as stop:
        _train_in_chunks(timeline, options.iterations, stop)
    done = timeline.completed - first
    stopped = "" if done == options.iterations else " (stopped)"
    # E belongs to the weights an iteration starts from, so the last one is named with it.
    print(
        f"{done} iterations{stopped}: E {float(timeline.losses[timeline.completed - 1])!r} "
        f"in iteration {timeline.completed - 1}"
        if done
        else f"0 iterations{stopped}"
    )
    if options.save is not None:
        experiment = replace(timeline.experiment, position=timeline.position)
        experiment_json.write(options.save, experiment)
    trained = Trained(timeline.trained_experiment(), timeline.completed)
    for path in options.export:
        weights_format(path).write(path, trained)


def _check_targets(options: argparse.Namespace) -> None:
    """Complains about files that could not be written before hours of training, not after."""
    for path in options.export:
        weights_format(path)
    for path in (*options.export, *filter(None, (options.save,))):
        if path.is_dir():
            raise FileError(f"{path} is a folder, not a file to write")
        if not path.resolve().parent.is_dir():
            raise FileError(f"{path}: there is no such folder to write to")


def _train_in_chunks(timeline: Timeline, iterations: int, stop: threading.Event) -> None:
    from tqdm import tqdm

    left, chunk = iterations, 1
    shown = sys.stderr.isatty()
    with tqdm(total=iterations, unit="it", disable=not shown) as bar:
        while left and not stop.is_set():
            chunk = min(chunk, left)
            began = time.perf_counter()
            found = timeline.train(chunk)
            if found:
                raise NonFiniteError(found.sentence())
            left -= chunk
            bar.update(chunk)
            took = time.perf_counter() - began
            chunk = max(1, min(2 * chunk, int(chunk * _CHUNK_SECONDS / max(took, 1e-9))))


@contextmanager
def _stop_on_interrupt() -> Iterator[threading.Event]:
    """While it lasts, Ctrl+C sets the event instead of breaking off in the middle of a Step."""
    stop = threading.Event()

    def request(event: threading.Event, _signal: int, _frame: FrameType | None) -> None:
        event.set()

    before = signal.signal(signal.SIGINT, partial(request, stop))
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _timeline(path: Path) -> Timeline:
    experiment = experiment_json.read(path)
    timeline = Timeline(experiment)
    try:
        timeline.seek(experiment.position)
    except GradwalkError as error:
        raise GradwalkError(f"{path.name}: position: {error}") from error
    return timeline
