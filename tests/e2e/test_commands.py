"""The commands, as a person types them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.formats import experiment_json
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
        (("trace", HAND, "--output", "no/such/folder/t"), "cannot be written: no such file"),
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_stops_cleanly_and_still_saves(tmp_path):
    out = tmp_path / "w.npz"
    ready = tmp_path / "ready"
    # The child tells when it trains, so that the signal does not come before the handler.
    script = (
        "import sys; sys.path.insert(0, '.'); from pathlib import Path\n"
        "from engine import commands; from engine.timeline import Timeline\n"
        "train = Timeline.train\n"
        f"def told(self, n):\n    Path({str(ready)!r}).touch(); return train(self, n)\n"
        "Timeline.train = told\n"
        f"sys.exit(commands.run(['train', {str(HAND)!r}, '--iterations', '900000000',"
        f" '--export', {str(out)!r}], None))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        while not ready.exists():
            assert child.poll() is None, child.communicate()
            os.sched_yield()
        child.send_signal(signal.SIGINT)
        printed, complained = child.communicate(timeout=30)
    finally:
        child.kill()
    assert child.returncode == 0, complained
    assert b"iterations (stopped): E " in printed
    assert complained == b""
    with np.load(out, allow_pickle=False) as file:
        assert json.loads(str(file["meta"]))["iteration"] == int(printed.split()[0])


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
