"""Wrong passwords: each one more makes whoever tries that login wait longer; nobody is ever locked out for good.

The counts live in memory alone: a server that starts anew begins anew.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

FREE_TRIES = 3
LONGEST_WAIT_SECONDS = 40.0
MOST_LOGINS_REMEMBERED = 10_000  # logins are typed by strangers; the oldest are forgotten first


@dataclass(frozen=True, slots=True)
class _Wrong:
    tries: int
    until: float  # of the monotonic clock


_wrong: OrderedDict[str, _Wrong] = OrderedDict()
_lock = threading.Lock()


def seconds_to_wait(login: str) -> int:
    """How long this login takes no password; 0 when it may be tried now."""
    with _lock:
        known = _wrong.get(login)
    return max(0, math.ceil(known.until - time.monotonic())) if known else 0


def note_wrong(login: str) -> None:
    """Count a wrong password: after three, the wait doubles from 1 second up to 40."""
    with _lock:
        known = _wrong.pop(login, None)
        tries = known.tries + 1 if known else 1
        beyond = tries - FREE_TRIES
        wait = min(2.0 ** (beyond - 1), LONGEST_WAIT_SECONDS) if beyond > 0 else 0.0
        _wrong[login] = _Wrong(tries, time.monotonic() + wait)
        if len(_wrong) > MOST_LOGINS_REMEMBERED:
            _wrong.popitem(last=False)


def forget(login: str) -> None:
    """A right password ends the count."""
    with _lock:
        _wrong.pop(login, None)
