"""What must not be done twice at once, by any process: held by a lock that ends with whoever held it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def held(file: Path, otherwise: Exception) -> Iterator[None]:
    """While this lasts nobody else holds this file, an empty one that stays. Raises `otherwise` where somebody does.

    It is an SQLite file, for its locks: they are known on every system.
    """
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise otherwise from None
        yield
