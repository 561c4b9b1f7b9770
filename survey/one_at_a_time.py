"""What must not be done twice at once, by any process: held by a lock that ends with whoever held it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from survey.within_reach import OWNER_ONLY


@contextmanager
def held(file: Path, otherwise: Exception) -> Iterator[None]:
    """While this lasts nobody else holds this file, an empty one that stays. Raises `otherwise` where somebody does.

    Raises OSError where the file cannot be written.

    It is an SQLite file, for its locks: they are known on every system.
    """
    try:
        lock = sqlite3.connect(file, timeout=0, isolation_level=None)
    except sqlite3.OperationalError:
        raise _hindrance(file) from None  # SQLite does not say which file, nor why
    with closing(lock):
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise otherwise from None
            if problem.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file)) from None
            if os.access(file, os.W_OK):
                raise
            raise _hindrance(file) from None
        yield


def _hindrance(file: Path) -> OSError:
    """Why the file cannot be opened to write, as the system says it."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    except OSError as error:
        return error
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
