"""Wrong codes: whoever types many of them must wait. Counted in memory, by a key that is made anew each day.

A code has 54 random bits and carries no mark of its group, so a guess cannot be laid to a group; two counts take that
place, one for each connection and one for all together. Only a well-formed code that was never issued counts: a
mistyped one fails its check letter, a slip that is scanned again is known, and the right codes of a whole class behind
one address are not counted at all. At FREE_TRIES in each window, finding one of a million codes takes some 1,600
years. Nothing about an address is written anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections import Counter
from time import monotonic

WINDOW_SECONDS = 600
FREE_TRIES = 300  # in one window, of one connection
FREE_TRIES_UNDER_ATTACK = 60
ATTACK = 20_000  # wrong codes in one window, of all together
SECONDS_A_DAY = 86_400
IPV6_PREFIX = 64  # what one household or school is given
KEY_BYTES = 32


class WrongCodes:
    """The wrong codes of the present window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = self._day = -1
        self._key = b""
        self._wrong: Counter[bytes] = Counter()
        self._all = 0

    def must_wait(self, address: str | None) -> bool:
        """Whether so many wrong codes came from this connection that it must wait for the next window."""
        with self._lock:
            self._turn()
            free = FREE_TRIES_UNDER_ATTACK if self._all >= ATTACK else FREE_TRIES
            return self._wrong[self._client(address)] >= free

    def note(self, address: str | None) -> None:
        """Count a wrong code."""
        with self._lock:
            self._turn()
            self._all += 1
            self._wrong[self._client(address)] += 1

    def _turn(self) -> None:
        now = monotonic()
        window, day = int(now // WINDOW_SECONDS), int(now // SECONDS_A_DAY)
        if day != self._day:
            self._key = secrets.token_bytes(KEY_BYTES)
        if window != self._window:
            self._wrong, self._all = Counter(), 0
        self._window, self._day = window, day

    def _client(self, address: str | None) -> bytes:
        return hmac.new(self._key, _network(address).encode(), hashlib.sha256).digest()


def _network(address: str | None) -> str:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False)) if found.version == 6 else str(found)
