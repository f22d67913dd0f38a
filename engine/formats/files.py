"""Reading whole files within limits, and writing them all or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from engine import limits
from engine.errors import FileError, FormatError


def read_bytes(path: Path, most: int = limits.MAX_FILE_BYTES) -> bytes:
    """The content of a file.

    Raises FileError where it cannot be read, FormatError where it is empty or too large.
    """
    try:
        with path.open("rb") as file:
            # Size first: a file of many gigabytes is refused before anything is allocated.
            if os.fstat(file.fileno()).st_size > most:
                raise FormatError(f"{path.name} is larger than the limit of {most // 2**20} MiB")
            content = file.read(most + 1)
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {reason_of(error)}") from error
    if not content:
        raise FormatError(f"{path.name} is empty")
    if len(content) > most:
        raise FormatError(f"{path.name} is larger than the limit of {most // 2**20} MiB")
    return content


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` at once when the block ends without error.

    Until then, and after any failure, the old file stands byte for byte. Raises FileError.
    """
    check_target(path)
    # Through a link, so that the link stays and what it names is written.
    target = Path(os.path.realpath(path))
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise FileError(f"{path.name} cannot be written: {reason_of(error)}") from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):  # Not every file system keeps permissions.
            temporary.chmod(_mode_for(target))
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"{path.name} cannot be written: {reason_of(error)}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def check_target(path: Path) -> None:
    """Raises FileError where no file may be written, or none take the place of what is there.

    A rename asks for neither: it writes over files that are to be read only, and puts a file where
    a device was.
    """
    target = Path(os.path.realpath(path))
    reason = ""
    if target.exists() and not target.is_file() and not target.is_dir():
        reason = "is a device, not a file"
    elif target.parent.is_dir():
        places = (each for each in (target, target.parent) if each.exists())
        if not all(os.access(each, os.W_OK) for each in places):
            reason = os.strerror(errno.EACCES).lower()
    if reason:
        raise FileError(f"{path.name} cannot be written: {reason}")


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a whole file, or leaves the old one. Raises FileError."""
    with replacing(path) as file:
        file.write(content)


def reason_of(error: OSError) -> str:
    """The operating system's reason, without the path and in lower case."""
    return (error.strerror or str(error)).lower()


def _mode_for(target: Path) -> int:
    with suppress(OSError):
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    # The new name has to reach the disk too; not every system can open a folder.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
