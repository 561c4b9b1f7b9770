"""Files that are there whole or not at all: each is on the disk before it gets its name.

Until then it is a draft beside it, on which whoever writes it holds a lock that ends with the process: by that the next
write in the folder knows what was left by one that was killed, and takes it away.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey.within_reach import OWNER_ONLY

try:
    import fcntl
except ImportError:  # Windows, which renames no file that is open: there nothing is locked, nor taken away
    fcntl = None  # type: ignore[assignment]

DRAFT = re.compile(r"\..+-[0-9a-f]{8}\.draft")  # no name that somebody gives a copy of a key, as `pepper-20200309`


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
    take_away_left(path.parent)
    unfinished, descriptor = _begun(path)
    lock = os.dup(descriptor) if fcntl else None  # writing closes the other one
    try:
        _write(descriptor, content, path)
        yield unfinished
        note_names(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def _begun(path: Path) -> tuple[Path, int]:
    """A new draft, locked."""
    while True:
        draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}.draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        if fcntl:
            with suppress(OSError):  # where files cannot be locked nobody else can either, and all drafts stay
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return draft, descriptor
        os.close(descriptor)  # before it was locked somebody took it for one that was left


def take_away_left(folder: Path) -> None:
    """The drafts in a folder that nobody is writing; those that this user may not touch stay."""
    with suppress(OSError):
        for draft in [each for each in folder.iterdir() if DRAFT.fullmatch(each.name)]:
            _take_away(draft)


def _take_away(draft: Path) -> None:
    if not fcntl:
        return
    with suppress(OSError):
        descriptor = os.open(draft, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.unlink()
        finally:
            os.close(descriptor)


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
