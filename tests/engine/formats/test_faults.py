"""Disks that fail: the old file stands byte for byte, and nothing else is left."""

import errno
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from engine import commands
from engine.errors import FileError
from engine.formats import WEIGHTS, Trained, experiment_json
from tests.engine.building import experiment
from tests.examples import FOLDER

ROOT = Path(__file__).resolve().parent.parent.parent.parent
HAND = FOLDER / "2-2-2-frozen-biases.gradwalk.json"
OLD = b"the old file"
DESCRIBED = experiment()


class FailingDisk:
    """The operating system's calls, the n-th of which fails: n = 1 is the first."""

    def __init__(self, monkeypatch, n):
        self.left = n
        for name in ("open", "fsync", "chmod", "replace", "rename", "unlink"):
            monkeypatch.setattr(os, name, partial(self.call, getattr(os, name)))
        real = os.fdopen
        monkeypatch.setattr(os, "fdopen", lambda *args: FailingFile(self, real(*args)))

    def call(self, real, *arguments, **keywords):
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **keywords)

    @property
    def has_failed(self):
        return self.left <= 0


class FailingFile:
    """A file on a failing disk: of a write that fails, half is on the disk."""

    def __init__(self, disk, file):
        self.disk, self.file = disk, file

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def write(self, data):
        try:
            return self.disk.call(self.file.write, data)
        except OSError:
            self.file.write(data[: len(data) // 2])
            raise

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        self.disk.call(self.file.flush)

    def close(self):
        self.file.close()
        self.disk.call(lambda: None)

    def fileno(self):
        return self.file.fileno()


def run_trace(path):
    if commands.run(["trace", str(HAND), "--output", str(path)], None):
        raise FileError("the sentence is on standard error")


WRITERS = {
    "experiment": partial(experiment_json.write, experiment=DESCRIBED),
    "trace": run_trace,
    **{
        suffix: partial(form.write, trained=Trained(DESCRIBED, 3))
        for suffix, form in WEIGHTS.items()
    },
}


@pytest.mark.parametrize("existing", [True, False], ids=["over a file", "a new file"])
@pytest.mark.parametrize("writer", WRITERS)
def test_whichever_call_fails_the_file_is_the_old_or_the_new_and_alone(
    tmp_path, monkeypatch, writer, existing
):
    path, write = tmp_path / "file", WRITERS[writer]
    write(path)
    new = path.read_bytes()
    refused = 0
    for n in range(1, 200):
        path.unlink()
        if existing:
            path.write_bytes(OLD)
        with monkeypatch.context() as patch:
            disk = FailingDisk(patch, n)
            try:
                write(path)
                expected = new
            except FileError:
                expected = OLD if existing else None
                refused += 1
            failed = disk.has_failed
        assert (path.read_bytes() if path.exists() else None) == expected, f"call {n}"
        assert len(list(tmp_path.iterdir())) == (expected is not None), f"call {n}"
        path.touch()
        if not failed:
            break
    assert not failed
    # To open the temporary file, write, flush, sync, close and rename it: each can fail.
    assert refused >= 6


def test_the_reason_is_one_sentence(tmp_path, monkeypatch):
    FailingDisk(monkeypatch, 3)
    with pytest.raises(FileError, match=r"^w\.npz cannot be written: no space left on device$"):
        WEIGHTS[".npz"].write(tmp_path / "w.npz", Trained(DESCRIBED, 3))


def test_permissions_that_a_file_system_does_not_keep_are_no_failure(tmp_path, monkeypatch):
    def denied(*_args, **_keywords):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", denied)
    experiment_json.write(tmp_path / "mine.gradwalk.json", DESCRIBED)
    assert experiment_json.read(tmp_path / "mine.gradwalk.json").network.sizes == (2, 3, 2)


posix = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has neither limits to set nor SIGKILL"
)
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from engine import commands
sys.exit(commands.run(sys.argv[1:], None))
"""


@posix
def test_on_a_full_disk_the_old_file_stands_and_what_fits_is_written(tmp_path):
    large, small = tmp_path / "w.npz", tmp_path / "s.gradwalk.json"
    large.write_bytes(OLD)
    digits = str(FOLDER / "digits.gradwalk.json")
    arguments = ["train", digits, "--iterations", "2", "--export", str(large), "--save", str(small)]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "gradwalk: w.npz cannot be written: file too large\n"
    assert large.read_bytes() == OLD
    assert experiment_json.read(small).position.iteration == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == [small.name, large.name]


@posix
def test_killed_at_any_moment_of_a_save_every_file_is_an_old_or_a_new_one():
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.kills", "--kills", "30"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout)
    assert counts["kills"] == 30
    assert counts["mixtures"] == 0
    # A kill in the middle of a save leaves its temporary file: so the test has hit what it is for.
    assert counts["in the middle of a save"] > 0
