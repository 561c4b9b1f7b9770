"""Wrong passwords and codes: each one more makes whoever tries that login wait longer; nobody is locked out for good.

A try counts as wrong from its beginning, so that many at once are no way around the wait. The counts are by the login
as it was typed, whether there is such an account or not, and live in memory alone: a server that starts anew begins
anew.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

FREE_TRIES = 3
LONGEST_WAIT_SECONDS = 40.0
MOST_DOUBLINGS = 10  # far beyond the longest wait, and far below what a power can hold
MOST_LOGINS_REMEMBERED = 10_000  # logins are typed by strangers; the oldest are forgotten first


@dataclass(frozen=True, slots=True)
class _Wrong:
    tries: int
    until: float  # of the monotonic clock


_wrong: OrderedDict[str, _Wrong] = OrderedDict()
_lock = threading.Lock()


def begin_try(login: str) -> int:
    """How long this login takes nothing; 0 when it may be tried now, and then the try has begun and counts.

    After three tries the wait doubles from 1 second up to 40.
    """
    now = time.monotonic()
    with _lock:
        known = _wrong.get(login, _Wrong(0, now))
        if known.until > now:
            return math.ceil(known.until - now)
        tries = known.tries + 1
        _note(login, _Wrong(tries, now + _wait_after(tries)))
    return 0


def take_back(login: str) -> None:
    """The try that began last was right, but the log-in is not through: it does not count, those before it still do."""
    with _lock:
        if known := _wrong.get(login):
            _note(login, _Wrong(known.tries - 1, time.monotonic()))


def forget(login: str) -> None:
    """A log-in that is through ends the count."""
    with _lock:
        _wrong.pop(login, None)


def _wait_after(tries: int) -> float:
    beyond = min(tries - FREE_TRIES, MOST_DOUBLINGS)
    return min(2.0 ** (beyond - 1), LONGEST_WAIT_SECONDS) if beyond > 0 else 0.0


def _note(login: str, wrong: _Wrong) -> None:
    _wrong[login] = wrong
    _wrong.move_to_end(login)
    if len(_wrong) > MOST_LOGINS_REMEMBERED:
        _wrong.popitem(last=False)
