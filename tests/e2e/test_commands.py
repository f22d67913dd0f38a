"""The commands, as a person types them."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import main
from engine import commands
from engine.edits import Edit
from engine.formats import WEIGHTS, Trained, experiment_json
from engine.position import Position
from engine.timeline import Timeline
from tests.examples import FOLDER

ROOT = Path(__file__).resolve().parent.parent.parent
HAND = FOLDER / "2-2-2-frozen-biases.gradwalk.json"


def run(*arguments):
    return subprocess.run(
        [sys.executable, "main.py", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def test_trace_writes_every_step_of_one_iteration():
    done = run("trace", HAND)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["step"] for line in lines] == list(range(15))
    assert lines[4]["name"] == "E"
    assert lines[4]["value"] == pytest.approx(0.298371108760, abs=1e-12)


def test_trace_to_a_file_writes_what_it_prints(tmp_path):
    out = tmp_path / "trace.csv"
    printed = run("trace", HAND, "--format", "csv", "--iterations", "2")
    written = run("trace", HAND, "--format", "csv", "--iterations", "2", "--output", out)
    assert (written.returncode, written.stdout) == (0, "")
    assert out.read_text(encoding="utf-8") == printed.stdout


def test_train_prints_the_last_error_and_writes_what_was_asked(tmp_path):
    saved, npz, weights = (tmp_path / name for name in ("s.gradwalk.json", "w.npz", "w.json"))
    done = run(
        "train", HAND, "--iterations", 10001, "--save", saved, "--export", npz, "--export", weights
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    # notation.md: E after 10,000 updates, to the ten digits given there.
    assert float(done.stdout.split("E ")[1].split(" ")[0]) == pytest.approx(
        3.510187783e-5, rel=1e-9
    )
    reference = Timeline(experiment_json.read(HAND))
    reference.train(10001)
    with np.load(npz, allow_pickle=False) as file:
        np.testing.assert_array_equal(file["W1"], reference.state_at(10001)["W1"])
    again = json.loads(weights.read_text(encoding="utf-8"))
    assert again["layers"][1]["weights"] == reference.state_at(10001)["W2"].tolist()
    assert experiment_json.read(saved).position.iteration == 10000


def test_a_saved_run_is_taken_up_bitwise_where_it_stopped(tmp_path):
    xor = FOLDER / "xor.gradwalk.json"
    half, whole, straight = (tmp_path / f"{name}.npz" for name in ("half", "whole", "straight"))
    saved = tmp_path / "half.gradwalk.json"
    assert run("train", xor, "--iterations", 40, "--save", saved, "--export", half).returncode == 0
    assert run("train", saved, "--iterations", 60, "--export", whole).returncode == 0
    assert run("train", xor, "--iterations", 100, "--export", straight).returncode == 0
    with np.load(whole) as resumed, np.load(straight) as uninterrupted, np.load(half) as before:
        np.testing.assert_array_equal(resumed["W1"], uninterrupted["W1"])
        assert not np.array_equal(before["W1"], resumed["W1"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("trace", "none.gradwalk.json"), "none.gradwalk.json cannot be read: no such file"),
        (("train", "README.md", "--iterations", "1"), "README.md is not JSON: line 1, column 1"),
        (("train", HAND, "--iterations", "1", "--export", "w.xyz"), "w.xyz: weights are exported"),
        (
            ("train", HAND, "--iterations", "1", "--save", "no/such/folder/s.gradwalk.json"),
            "there is no such folder",
        ),
        (("trace", HAND, "--output", "no/such/folder/t"), "there is no such folder to write to"),
        (("trace", HAND, "--output", HAND), "is the experiment itself, which would be lost"),
        (("train", HAND, "--iterations", "1", "--export", "no/w.npz"), "there is no such folder"),
        (
            ("train", HAND, "--iterations", "1", "--save", "w.json", "--export", "./w.json"),
            "w.json is to be written twice: one would be lost",
        ),
    ],
)
def test_bad_input_gets_one_sentence_and_status_1(arguments, sentence):
    done = run(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert sentence in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", HAND),
        ("train", HAND, "--iterations", "0"),
        ("train", HAND, "--iterations", "many"),
        ("trace", HAND, "--format", "xml"),
        ("trace",),
        ("--colour",),
    ],
)
def test_bad_usage_gets_status_2(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_run_that_leaves_the_numbers_writes_nothing(tmp_path):
    experiment = json.loads((FOLDER / "sine.gradwalk.json").read_text(encoding="utf-8"))
    experiment["optimizer"]["learning_rate"] = 1e200
    source, out = tmp_path / "wild.gradwalk.json", tmp_path / "out.npz"
    source.write_text(json.dumps(experiment), encoding="utf-8")
    done = run("train", source, "--iterations", 1000, "--export", out)
    assert done.returncode == 1
    assert "became" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_a_failed_trace_leaves_the_old_file(tmp_path):
    experiment = json.loads((FOLDER / "sine.gradwalk.json").read_text(encoding="utf-8"))
    experiment["optimizer"]["learning_rate"] = 1e200
    source, out = tmp_path / "wild.gradwalk.json", tmp_path / "out.jsonl"
    source.write_text(json.dumps(experiment), encoding="utf-8")
    out.write_text("old", encoding="utf-8")
    assert run("trace", source, "--iterations", 100, "--output", out).returncode == 1
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.jsonl", "wild.gradwalk.json"]


# Makes the program tell, by a file, that it has called a method of Timeline so many times.
TELLING = """
import sys
from dataclasses import replace
from pathlib import Path
from engine import commands
from engine.timeline import Timeline

name, times, ready, *arguments = sys.argv[1:]
real, calls = getattr(Timeline, name), []

def told(self, argument):
    calls.append(1)
    if len(calls) == int(times):
        Path(ready).touch()
    return real(self, argument)

setattr(Timeline, name, told)
sys.exit(commands.run(arguments, None))
"""
no_sigint = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no SIGINT to send to one process"
)


def interrupted(tmp_path, method, times, *arguments):
    """(status, standard output, standard error) after Ctrl+C, once the program is under way."""
    ready = tmp_path / "ready"
    child = subprocess.Popen(
        [sys.executable, "-c", TELLING, method, str(times), str(ready), *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not ready.exists():
            assert child.poll() is None, child.communicate()
            os.sched_yield()
        child.send_signal(signal.SIGINT)
        printed, complained = child.communicate(timeout=30)
    finally:
        child.kill()
    ready.unlink()
    return child.returncode, printed, complained


def far_away(tmp_path):
    """An experiment that stands further on than anyone waits for."""
    value = json.loads(HAND.read_text(encoding="utf-8"))
    value["position"] = {"iteration": 900_000_000, "step": 0}
    path = tmp_path / "far.gradwalk.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


@no_sigint
def test_ctrl_c_stops_training_cleanly_and_still_saves(tmp_path):
    npz, saved = tmp_path / "w.npz", tmp_path / "s.gradwalk.json"
    arguments = ("--iterations", 900_000_000, "--export", npz, "--save", saved)
    status, printed, complained = interrupted(tmp_path, "train", 3, "train", HAND, *arguments)
    assert (status, complained) == (0, "")
    assert "iterations (stopped): E " in printed
    done = int(printed.split()[0])
    with np.load(npz, allow_pickle=False) as file:
        assert json.loads(str(file["meta"]))["iteration"] == done
    assert experiment_json.read(saved).position.iteration == done - 1


@no_sigint
def test_ctrl_c_stops_a_trace_after_a_whole_step_and_keeps_the_file(tmp_path):
    out = tmp_path / "t.jsonl"
    arguments = ("trace", HAND, "--iterations", 900_000_000, "--output", out)
    status, printed, complained = interrupted(tmp_path, "seek", 40, *arguments)
    assert (status, printed) == (0, "")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["iteration"], row["step"]) for row in rows] == [
        divmod(count, 15) for count in range(len(rows))
    ]
    assert len(rows) >= 39
    iteration, step = divmod(len(rows) - 1, 15)
    assert complained == f"stopped after iteration {iteration}, step {step}\n"


@no_sigint
@pytest.mark.parametrize("command", ["trace", "train"])
def test_ctrl_c_on_the_way_to_where_an_experiment_stands_writes_nothing(tmp_path, command):
    far, out = far_away(tmp_path), tmp_path / "out.npz"
    target = "--output" if command == "trace" else "--export"
    arguments = (command, far, "--iterations", 5, target, out)
    status, printed, complained = interrupted(tmp_path, "train", 3, *arguments)
    assert (status, printed) == (1, "")
    assert complained.startswith("gradwalk: stopped in iteration ")
    assert complained.endswith("before the experiment's own place; nothing is written\n")
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [far.name]


def test_ctrl_c_before_a_command_has_begun_shows_no_traceback(monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "run", interrupt)
    monkeypatch.setattr(sys, "argv", ["main.py", "train"])
    assert main.main() == 1


def on_a_terminal(*arguments):
    """What a terminal shows of standard error; standard output goes to a pipe."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    with os.fdopen(ours, "rb", buffering=0) as screen:
        done = subprocess.Popen(
            [sys.executable, "main.py", *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        while chunk := _read(screen):
            shown += chunk
        assert done.wait(timeout=60) == 0
    return shown.decode("utf-8")


def _read(screen):
    try:
        return screen.read(4096)
    except OSError:  # Linux says so when the program has closed the terminal.
        return b""


@no_sigint
def test_on_a_terminal_every_long_stretch_has_a_bar(tmp_path):
    value = json.loads(HAND.read_text(encoding="utf-8"))
    value["position"] = {"iteration": 2000, "step": 0}
    path = tmp_path / "on.gradwalk.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    shown = on_a_terminal("train", path, "--iterations", 2000)
    assert "going to where the experiment stands: 100%" in shown
    assert "training: 100%" in shown
    shown = on_a_terminal("trace", HAND, "--iterations", 200)
    assert "tracing: 100%" in shown


def test_an_edited_run_is_taken_up_bitwise_where_it_stood(tmp_path):
    edits = (Edit(3, "W1", (0, 1), 0.5), Edit(9, "learning_rate", (), 0.1))
    edited = replace(experiment_json.read(HAND), edits=edits, position=Position(14, 3))
    path, out = tmp_path / "edited.gradwalk.json", tmp_path / "w.npz"
    experiment_json.write(path, edited)
    done = run("train", path, "--iterations", 6, "--export", out)
    assert done.returncode == 0, done.stderr
    reference = Timeline(edited)
    reference.train(20)
    with np.load(out, allow_pickle=False) as file:
        np.testing.assert_array_equal(file["W1"], reference.state_at(20)["W1"])


def test_a_position_that_is_none_is_told(tmp_path):
    value = json.loads(HAND.read_text(encoding="utf-8"))
    value["position"] = {"iteration": 2, "step": 99}
    path = tmp_path / "mine.gradwalk.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    done = run("trace", path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "gradwalk: mine.gradwalk.json: position: step 99: an iteration has Steps 0 to 14\n"
    )


def test_trace_in_markdown_is_a_table_for_each_iteration():
    done = run("trace", HAND, "--format", "markdown", "--iterations", 2)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# Trace",
        "## Iteration 0",
        "## Iteration 1",
    ]
    rows = [line.split(" | ") for line in lines if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == 30
    assert rows[0][:5] == ["| 0", "forward", "1", "z1", "2×1"]
    assert [float(value) for value in rows[0][5].strip(" |").split("<br>")] == pytest.approx(
        [0.3775, 0.3925], rel=1e-15
    )


def test_train_exports_every_format_at_once(tmp_path):
    paths = [tmp_path / f"w{suffix}" for suffix in WEIGHTS]
    exports = [word for path in paths for word in ("--export", path)]
    assert run("train", HAND, "--iterations", 12, *exports).returncode == 0
    reference = Timeline(experiment_json.read(HAND))
    reference.train(12)
    trained = Trained(reference.trained_experiment(), 12)
    for path in paths:
        assert path.read_bytes() == WEIGHTS[path.suffix].encode(trained)


def test_what_cannot_be_written_keeps_nothing_else_from_being_written(tmp_path):
    for name in ("a.npz", "c.npz"):
        (tmp_path / name).write_bytes(b"old")
    # A name of 250 characters may exist, but not with what a temporary file adds to it.
    long = tmp_path / f"{250 * 'b'}.npz"
    done = run("train", HAND, "--iterations", 1, "--export", tmp_path / "a.npz", "--export", long)
    assert done.returncode == 1
    assert done.stdout.startswith("1 iteration: E ")
    assert done.stderr.endswith(".npz cannot be written: file name too long\n")
    assert (tmp_path / "a.npz").read_bytes() != b"old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
@pytest.mark.parametrize("command", ["trace", "train"])
def test_a_full_standard_output_gets_one_sentence(command):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "main.py", command, str(HAND), "--iterations", "3"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == ("gradwalk: standard output cannot be written: no space left on device\n")


def test_the_reader_of_a_trace_may_go_away():
    first = subprocess.run(
        f'"{sys.executable}" main.py trace "{HAND}" --iterations 2000 | head -n 1',
        cwd=ROOT,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(first.stdout)["name"] == "z1"
    assert first.stderr == ""


def test_a_folder_is_no_file_to_write(tmp_path):
    done = run(
        "train", HAND, "--iterations", "1", "--export", tmp_path / "w.npz", "--save", tmp_path
    )
    assert done.returncode == 1
    assert done.stderr == f"gradwalk: {tmp_path} is a folder, not a file to write\n"
    assert list(tmp_path.iterdir()) == []
