import os
import stat
import sys

import pytest

from engine.errors import FileError, FormatError
from engine.formats.files import read_bytes, replacing, write_bytes

CALLS = ("fsync", "fdopen", "replace")


def write_half_of(path):
    with replacing(path) as file:
        file.write(b"half of it")
        file.flush()
        raise ZeroDivisionError


def names(folder):
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("call", CALLS)
def test_a_write_that_fails_leaves_the_old_file_byte_for_byte(tmp_path, monkeypatch, call):
    path = tmp_path / "old.npz"
    path.write_bytes(b"old")

    def full(*_args, **_keywords):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(FileError, match=r"old\.npz cannot be written: no space left on device"):
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["old.npz"]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "old.npz"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        write_half_of(path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["old.npz"]


def test_a_new_file_is_readable_by_those_the_umask_allows(tmp_path):
    path = tmp_path / "new.npz"
    before = os.umask(0o022)
    try:
        write_bytes(path, b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_link_stays_a_link_and_what_it_names_is_written(tmp_path):
    path, link = tmp_path / "real.json", tmp_path / "link.json"
    path.write_bytes(b"old")
    link.symlink_to(path)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_a_file_that_is_to_be_read_only_is_not_written_over(tmp_path, monkeypatch):
    path = tmp_path / "mine.npz"
    path.write_bytes(b"old")
    # Where the tests run as root, every file can be written.
    real = os.access
    monkeypatch.setattr(os, "access", lambda *asked: asked[0] != path and real(*asked))
    with pytest.raises(FileError, match=r"^mine\.npz cannot be written: permission denied$"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["mine.npz"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_no_file_takes_the_place_of_what_is_none(tmp_path):
    pipe = tmp_path / "pipe.npz"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match=r"^pipe\.npz cannot be written: is a device, not a file$"):
        write_bytes(pipe, b"new")
    assert pipe.is_fifo()
    assert names(tmp_path) == ["pipe.npz"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileError, match="cannot be written: no such file or directory"):
        write_bytes(tmp_path / "nowhere" / "new.npz", b"new")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.json"
    path.write_bytes(b"x" * 2049)
    with pytest.raises(FormatError, match=r"large\.json is larger than the limit"):
        read_bytes(path, most=2048)
