"""The commands that need no window. Source: formats.md, "Commands"."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

from engine import limits
from engine.errors import FileError, GradwalkError, NonFiniteError
from engine.formats import TRACES, WEIGHTS, Trained, experiment_json, weights_format
from engine.formats.files import check_target, reason_of, replacing
from engine.formats.trace import TraceFormat, rows
from engine.timeline import Timeline

if TYPE_CHECKING:
    from tqdm import tqdm

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
        _forget_standard_output()
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
        help=f"write the trained weights ({', '.join(WEIGHTS)}); may be given several times",
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
    targets = () if options.output is None else (options.output,)
    _check_targets(targets, options.experiment)
    with _stop_on_interrupt() as stop:
        timeline = _timeline(options.experiment, stop)
        # On one terminal, a bar between the lines would spoil both.
        hidden = options.output is None and sys.stdout.isatty()
        with _bar(options.iterations, "tracing", hidden=hidden) as bar:
            lines = _trace_lines(timeline, options, stop, bar)
            if options.output is None:
                with _standard_output() as out:
                    out.writelines(lines)
            else:
                with replacing(options.output) as file:
                    file.writelines(line.encode("utf-8") for line in lines)
    if stop.is_set():
        here = timeline.position
        print(f"stopped after iteration {here.iteration}, step {here.step}", file=sys.stderr)


def _trace_lines(
    timeline: Timeline, options: argparse.Namespace, stop: threading.Event, bar: tqdm[NoReturn]
) -> Iterator[str]:
    form: TraceFormat = TRACES[options.format]
    for line in form.header():
        yield line + "\n"
    last = timeline.program.last
    for row in rows(timeline, options.iterations):
        for line in form.lines(row):
            yield line + "\n"
        bar.update(row.step.index == last)
        if stop.is_set():
            return


# train


def _train(options: argparse.Namespace) -> None:
    for path in options.export:
        weights_format(path)
    targets = (*options.export, *filter(None, (options.save,)))
    _check_targets(targets, options.experiment, may_replace=options.save)
    with _stop_on_interrupt() as stop:
        timeline = _timeline(options.experiment, stop)
        first = timeline.completed
        _advance(timeline, first + options.iterations, stop, "training")
        done = timeline.completed - first
        failures = _save(timeline, options)
    with _standard_output() as out:
        out.write(_result(timeline, done, options.iterations) + "\n")
    if failures:
        raise FileError("; ".join(failures))


def _result(timeline: Timeline, done: int, wanted: int) -> str:
    """How far training came, and the last error."""
    count = "1 iteration" if done == 1 else f"{done} iterations"
    stopped = "" if done == wanted else " (stopped)"
    if not done:
        return f"{count}{stopped}"
    # E belongs to the weights an iteration starts from, so the last one is named with it.
    last = timeline.completed - 1
    return f"{count}{stopped}: E {float(timeline.losses[last])!r} in iteration {last}"


def _save(timeline: Timeline, options: argparse.Namespace) -> list[str]:
    """Writes what was asked, all that can be; returns what could not be written, and why."""
    failures = []
    trained = Trained(timeline.trained_experiment(), timeline.completed)
    writes = [partial(weights_format(path).write, path, trained) for path in options.export]
    if options.save is not None:
        experiment = replace(timeline.experiment, position=timeline.position)
        writes.insert(0, partial(experiment_json.write, options.save, experiment))
    for write in writes:
        try:
            write()
        except FileError as error:
            failures.append(str(error))
    return failures


def _check_targets(
    paths: Iterable[Path], experiment: Path, may_replace: Path | None = None
) -> None:
    """Complains about files that could not be written before hours of training, not after."""
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise FileError(f"{path} is to be written twice: one would be lost")
        seen.add(path.resolve())
        if path.is_dir():
            raise FileError(f"{path} is a folder, not a file to write")
        if not path.resolve().parent.is_dir():
            raise FileError(f"{path}: there is no such folder to write to")
        check_target(path)
        both = path.exists() and experiment.exists()
        if both and path != may_replace and path.samefile(experiment):
            raise FileError(f"{path} is the experiment itself, which would be lost")


# Running


def _timeline(path: Path, stop: threading.Event) -> Timeline:
    """The run of an experiment, standing where its file says; with a bar, for it may be far."""
    experiment = experiment_json.read(path)
    timeline = Timeline(replace(experiment, edits=()))
    for edit in experiment.edits:
        _travel(timeline, edit.iteration, stop)
        timeline = timeline.edited(edit)
    _travel(timeline, experiment.position.iteration, stop)
    try:
        timeline.seek(experiment.position)
    except GradwalkError as error:
        raise GradwalkError(f"{path.name}: position: {error}") from error
    return timeline


def _travel(timeline: Timeline, iteration: int, stop: threading.Event) -> None:
    _advance(timeline, iteration, stop, "going to where the experiment stands")
    if stop.is_set():
        raise GradwalkError(
            f"stopped in iteration {timeline.completed}, before the experiment's own place; "
            "nothing is written"
        )


def _advance(timeline: Timeline, iteration: int, stop: threading.Event, what: str) -> None:
    """Trains until `iteration` iterations are complete, or until it is to stop."""
    left, chunk = iteration - timeline.completed, 1
    with _bar(left, what, hidden=left == 0) as bar:
        while timeline.completed < iteration and not stop.is_set():
            chunk = min(chunk, iteration - timeline.completed)
            began = time.perf_counter()
            found = timeline.train(chunk)
            if found:
                raise NonFiniteError(found.sentence())
            bar.update(chunk)
            took = time.perf_counter() - began
            chunk = max(1, min(2 * chunk, int(chunk * _CHUNK_SECONDS / max(took, 1e-9))))


def _bar(total: int, what: str, *, hidden: bool = False) -> tqdm[NoReturn]:
    """A progress bar on standard error, where that is a terminal."""
    from tqdm import tqdm

    off = hidden or not sys.stderr.isatty()
    return tqdm(total=total, desc=what, unit="it", disable=off)


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


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Standard output, written to the last character. Raises FileError, or BrokenPipeError."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_standard_output()
        raise FileError(f"standard output cannot be written: {reason_of(error)}") from error


def _forget_standard_output() -> None:
    """What could not be written is not to be tried again at the end of the program."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
