"""Whose turn it is at a store that is an SQLite file, among all processes of pages on this machine.

SQLite itself naps between one try and the next, ever longer: whoever waits for a writer of a millisecond may wait for
fifty, and the file lies idle meanwhile. Here others of the same process are woken at once, and other processes soon.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows: there other processes are waited for as SQLite does
    fcntl = None  # type: ignore[assignment]

PATIENCE_SECONDS = 2  # a house rule: beyond it, it tries all the same, and waits as SQLite does
# Shorter than any writing: longer naps left cores idle while the file was free. Each is a little longer than the one
# before, for whoever waits long.
FIRST_NAP_SECONDS, LONGEST_NAP_SECONDS, LONGER = 0.0001, 0.001, 1.1
SUFFIX = ".turn"
GROUPS_FILE = 0o660  # for the user who makes it, and for the group that pages and mixer are in


class Turn:
    """The turns at one store. It decides nothing: SQLite's own locks do."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + SUFFIX)
        self._file: int | None = None  # opened by whoever is the first, and kept
        self._lock = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """While this lasts it is nobody else's, unless somebody is slower than PATIENCE_SECONDS."""
        until = time.monotonic() + PATIENCE_SECONDS
        is_mine = self._lock.acquire(timeout=PATIENCE_SECONDS)
        try:
            file = self._before_others(until) if is_mine and fcntl else None
            try:
                yield
            finally:
                if file is not None:
                    fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            if is_mine:
                self._lock.release()

    def _before_others(self, until: float) -> int | None:
        """The file by which other processes know, once it is ours; None where it does not become so.

        That may be for want of time, of a right, or of a file system that knows such locks.
        """
        nap = FIRST_NAP_SECONDS
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, GROUPS_FILE)
                weakref.finalize(self, os.close, self._file)
            while time.monotonic() < until:
                try:
                    fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(nap)
                    nap = min(nap * LONGER, LONGEST_NAP_SECONDS)
                else:
                    return self._file
        except OSError:
            return None
        return None
