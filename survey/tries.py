"""Tries of one connection: whoever makes many must wait. Counted in memory, by a key that is made anew each day.

Nothing about an address is written anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections import Counter
from dataclasses import dataclass
from time import monotonic

SECONDS_A_MINUTE, SECONDS_A_DAY = 60, 86_400
IPV6_PREFIX = 64  # what one household or school is given
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much is free in each window, for one connection; less while all together make an attack of it."""

    window_seconds: int
    free: int
    free_under_attack: int
    attack: int  # tries in one window, of all together


class Counted:
    """How often each connection came in the present window, about each of several things."""

    def __init__(self, window_seconds: int) -> None:
        self._window_seconds = window_seconds
        self._lock = threading.Lock()
        self._window = self._day = -1
        self._key = b""
        self._counts: Counter[bytes] = Counter()
        self._all = 0

    def of(self, address: str | None, about: str = "") -> int:
        """How often this connection came."""
        with self._lock:
            self._turn()
            return self._counts[self._client(address, about)]

    def of_all(self) -> int:
        """How often all came together."""
        with self._lock:
            self._turn()
            return self._all

    def note(self, address: str | None, about: str = "") -> None:
        """Count one."""
        with self._lock:
            self._turn()
            self._all += 1
            self._counts[self._client(address, about)] += 1

    def _turn(self) -> None:
        now = monotonic()
        window, day = int(now // self._window_seconds), int(now // SECONDS_A_DAY)
        if day != self._day:
            self._key = secrets.token_bytes(KEY_BYTES)
        if window != self._window:
            self._counts, self._all = Counter(), 0
        self._window, self._day = window, day

    def _client(self, address: str | None, about: str) -> bytes:
        return hmac.new(self._key, f"{_network(address)}\0{about}".encode(), hashlib.sha256).digest()


class Tries:
    """The tries of the present window."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._counted = Counted(allowance.window_seconds)

    @property
    def wait_minutes(self) -> int:
        """How long who must wait is to wait, at most."""
        return self._allowance.window_seconds // SECONDS_A_MINUTE

    def must_wait(self, address: str | None) -> bool:
        """Whether so many came from this connection that it must wait for the next window."""
        allowed = self._allowance
        free = allowed.free_under_attack if self._counted.of_all() >= allowed.attack else allowed.free
        return self._counted.of(address) >= free

    def note(self, address: str | None) -> None:
        """Count one."""
        self._counted.note(address)


def _network(address: str | None) -> str:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        # Where a server listens for both, IPv4 comes as ::ffff:192.0.2.1; all of that is one /64.
        whole = ipaddress.ip_network((found, IPV6_PREFIX), strict=False)
        return str(found.ipv4_mapped or whole)
    return str(found)
