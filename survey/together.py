"""What several threads want to write in one file at the same time goes in one transaction: the disk is waited for once.

Writers of a file come one by one, and each waits for the disk five times. On an evening when everyone sends, more come
than get through. Here whoever comes first waits for the turn, and then writes for all who have come meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar


class Transaction(Protocol):
    """What is done in it is kept once it is committed, and dropped otherwise."""

    def commit(self) -> None:
        """Keep what was done."""


Writer = TypeVar("Writer", bound=Transaction)
Outcome = TypeVar("Outcome")
Work = Callable[[Writer], Outcome]
Begin = Callable[[], AbstractContextManager[Writer]]


class _Part(Generic[Writer, Outcome]):
    """What one thread wants to write."""

    def __init__(self, work: Work[Writer, Outcome]) -> None:
        self.work, self.is_over = work, threading.Event()
        self.outcomes: list[Outcome] = []  # one, once it is on the disk


class Together:
    """Those who want to write in one file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: list[_Part[Any, Any]] = []

    def do(self, work: Work[Writer, Outcome], begin: Begin[Writer]) -> Outcome:
        """What `alone` does, with others' work where there is some: what fails for one of them is done alone by each.

        `work` may be called in another thread, and once more where all of them failed.
        """
        part = _Part(work)
        with self._lock:
            self._coming.append(part)
            is_first = len(self._coming) == 1
        if is_first:
            self._for_all(begin)
        part.is_over.wait()
        return part.outcomes[0] if part.outcomes else alone(work, begin)

    def _for_all(self, begin: Begin[Any]) -> None:
        parts: list[_Part[Any, Any]] = []
        try:
            with begin() as writer:
                parts = self._come()
                outcomes = [part.work(writer) for part in parts]
                writer.commit()
            for part, outcome in zip(parts, outcomes, strict=True):
                part.outcomes.append(outcome)
        except Exception:
            parts = parts or self._come()
            if len(parts) == 1:  # else each tries alone, and meets what it meets
                raise
        finally:
            for part in parts:
                part.is_over.set()

    def _come(self) -> list[_Part[Any, Any]]:
        """All who have come so far; the next one is a first one again."""
        with self._lock:
            parts, self._coming = self._coming, []
        return parts


def alone(work: Work[Writer, Outcome], begin: Begin[Writer]) -> Outcome:
    """Do work in a transaction of its own: it is committed at the end."""
    with begin() as writer:
        outcome = work(writer)
        writer.commit()
    return outcome
