"""Carries inside what is asked there even while the house is full, one question after the other.

One thread does it, and few wait for it: a crowd that asks nothing else takes no more of the machine than anybody.
"""

from __future__ import annotations

import queue
import re
import socket
import threading
from contextlib import suppress

MOST_WAITING = 20  # a house rule: those who watch a server ask once in some seconds
SECONDS = 10  # for an answer, and for whoever asked to take it
READ_BYTES = 65_536
# What a head says of its connection or of a body: the question goes on another connection, and without a body.
OF_ITS_OWN_WAY = re.compile(
    rb"\r\n(?:connection|keep-alive|proxy-connection|upgrade|te|trailer|expect|transfer-encoding|content-length):[^\r\n]*",
    re.IGNORECASE,
)


class Messenger:
    """Asks the process inside, at its own address."""

    def __init__(self, inside: tuple[str, int]) -> None:
        self._inside = inside
        self._waiting = queue.SimpleQueue[tuple[socket.socket, bytes]]()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def has_time(self) -> bool:
        """Whether it takes one question more."""
        return self._thread.is_alive() and self._waiting.qsize() < MOST_WAITING

    def take(self, connection: socket.socket, head: bytes) -> None:
        """Ask with this head of a request, and answer on the connection, which is closed then."""
        self._waiting.put((connection, head))

    def _carry(self) -> None:
        while True:
            connection, head = self._waiting.get()
            with suppress(OSError), connection, socket.create_connection(self._inside, SECONDS) as inside:
                connection.settimeout(SECONDS)
                inside.sendall(OF_ITS_OWN_WAY.sub(b"", head).removesuffix(b"\r\n") + b"Connection: close\r\n\r\n")
                while part := inside.recv(READ_BYTES):
                    connection.sendall(part)
