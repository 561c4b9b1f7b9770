"""Files that are there whole or not at all: each is on the disk before it gets its name."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.within_reach import OWNER_ONLY


def make(path: Path, content: bytes) -> None:
    """A new file that its owner alone reads. Raises FileExistsError where there is one, and OSError."""
    with _beside(path, content) as unfinished:
        path.hardlink_to(unfinished)


def put(path: Path, content: bytes) -> None:
    """The same, in the place of one that may be there: at any moment it is that one or this. Raises OSError."""
    with _beside(path, content) as unfinished:
        unfinished.replace(path)


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    unfinished = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        _write(descriptor, content, path)
        yield unfinished
        note_names(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(descriptor: int, content: bytes, path: Path) -> None:
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:  # which does not say where
        raise OSError(error.errno, error.strerror, str(path)) from None


def note_names(folder: Path) -> None:
    """The folder's names are on the disk too: a key that was published must not be gone with the power."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
