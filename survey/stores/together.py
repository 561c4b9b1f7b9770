"""What several threads want to write in one file at the same time goes in one transaction: the disk is waited for once.

Writers of a file come one by one, and each waits for the disk five times. On an evening when everyone sends, more come
than get through. Here whoever comes first waits for the turn, and then writes for all who have come meanwhile. Each
one's part is whole or not there, and fails alone; what ends the transaction fails all who are in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

from survey.disturbed import NotNow


class Transaction(Protocol):
    """What is done in it is kept if it is left without an error, and dropped otherwise."""

    @property
    def is_there(self) -> bool:
        """Whether it still stands: some errors, such as a full disk, end it as a whole."""

    def begin_part(self) -> None:
        """What is done from here on can be dropped alone."""

    def end_part(self) -> None:
        """It stands or falls with the whole from now on."""

    def drop_part(self) -> None:
        """As if the part had not been begun."""


Found = TypeVar("Found")


class _Part(Generic[Found]):
    """What one thread wants to write."""

    found: Found  # where there is no failure, once it is over

    def __init__(self, work: Callable[[Any], Found]) -> None:
        self._work = work
        self._is_over: threading.Event | None = None  # for a thread that waits until another has written
        self.failure: Exception | None = None

    def leave_to_another(self) -> None:
        """Another thread will write this one too, and say when it is over."""
        self._is_over = threading.Event()

    def do(self, transaction: Transaction, *, is_only_one: bool) -> None:
        """Called once. Where others are there too, an error is this part's alone."""
        if is_only_one:
            self.found = self._work(transaction)
            return
        transaction.begin_part()
        try:
            self.found = self._work(transaction)
        except Exception as error:
            if not transaction.is_there:
                raise
            transaction.drop_part()
            self.failure = error
        else:
            transaction.end_part()

    def end(self, failure: Exception | None) -> None:
        """The transaction is over: it was kept, or this is why it was not."""
        self.failure = failure or self.failure
        if self._is_over:
            self._is_over.set()

    def outcome(self) -> Found:
        """Wait until it is over. Raises what the work raised, or what ended the transaction."""
        if self._is_over:
            self._is_over.wait()
        if self.failure:
            raise self.failure
        return self.found


class Together:
    """Those who want to write in one file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.waiting: list[_Part[Any]] = []  # the first of them waits for the turn

    def do(self, work: Callable[[Any], Found], begin: Callable[[], AbstractContextManager[Any]]) -> Found:
        """Do work in a transaction, in this thread or in that of whoever was the first: what it found, once it is kept.

        Raises what the work raises, and what beginning or ending the transaction raises.
        """
        part = _Part(work)
        with self._lock:
            is_first = not self.waiting
            if not is_first:
                part.leave_to_another()
            self.waiting.append(part)
        if is_first:
            self._write_for_all(begin)
        return part.outcome()

    def _write_for_all(self, begin: Callable[[], AbstractContextManager[Any]]) -> None:
        parts: list[_Part[Any]] = []
        failure: Exception | None = NotNow("Whoever wrote for others too was interrupted.")
        try:
            with begin() as transaction:
                parts = self._take()
                for part in parts:
                    part.do(transaction, is_only_one=len(parts) == 1)
            failure = None
        except Exception as error:
            failure = error
        finally:
            for part in parts or self._take():
                part.end(failure)

    def _take(self) -> list[_Part[Any]]:
        """All who wait, and nobody waits any more: the next one is a first one again."""
        with self._lock:
            taken, self.waiting = self.waiting, []
        return taken
