"""Carries inside what is asked there even while the house is full, one question after the other.

One thread does it, and few wait for it: a crowd that asks nothing else takes no more of the machine than anybody.
"""

from __future__ import annotations

import queue
import re
import socket
import threading
import time
from contextlib import suppress

from survey.door import wire
from survey.try_again import STATUS

MOST_WAITING = 20  # a house rule: those who watch a server ask once in some seconds
SECONDS = 10  # from the question to an answer, and for whoever asked to take it
READ_BYTES = 65_536
# What a head says of its connection or of a body: the question goes on another connection, and without a body.
OF_ITS_OWN_WAY = re.compile(
    rb"\r\n(?:connection|keep-alive|proxy-connection|upgrade|te|trailer|expect|transfer-encoding|content-length):[^\r\n]*",
    re.IGNORECASE,
)
NOBODY = b"Nobody inside answers at this moment.\n"
UNHEARD = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(NOBODY))),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]


class Messenger:
    """Asks the process inside, at its own address."""

    def __init__(self, inside: tuple[str, int]) -> None:
        self._inside = inside
        self._waiting = queue.SimpleQueue[tuple[socket.socket, bytes, float]]()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def has_time(self) -> bool:
        """Whether it takes one question more."""
        return self._thread.is_alive() and self._waiting.qsize() < MOST_WAITING

    def take(self, connection: socket.socket, head: bytes) -> None:
        """Ask with this head of a request, and answer on the connection, which is closed then: 503 if nobody does."""
        self._waiting.put((connection, head, time.monotonic() + SECONDS))

    def _carry(self) -> None:
        while True:
            connection, head, until = self._waiting.get()
            with suppress(OSError), connection:
                connection.settimeout(SECONDS)
                connection.sendall(self._heard(head, until) or unheard(head))

    def _heard(self, head: bytes, until: float) -> bytes:
        """All that is said inside; nothing where it is not all said in time."""
        heard = bytearray()
        # Who waited too long behind others whom nobody answered waits no more: with 0, whatever is not there yet fails.
        patience = max(0, until - time.monotonic())
        with suppress(OSError), socket.create_connection(self._inside, patience) as inside:
            inside.sendall(OF_ITS_OWN_WAY.sub(b"", head).removesuffix(b"\r\n") + b"Connection: close\r\n\r\n")
            while part := inside.recv(READ_BYTES):
                heard += part
            return bytes(heard)
        return b""


def unheard(head: bytes) -> bytes:
    """What is said to whoever asked with this head, and whom nobody inside answers."""
    return wire.answer(wire.beginning(STATUS, UNHEARD), (), b"" if head.startswith(b"HEAD ") else NOBODY)
