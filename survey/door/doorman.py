"""A small process at the door: while the house or the street is full, it takes whoever comes and says that it is busy.

It does so beside the pages' own process, so that those inside are served at full speed, whatever the crowd outside. It
opens no store and reads no key. Whether the house stands is asked inside even then (`messenger.py`).
"""

from __future__ import annotations

import mmap
import selectors
import socket
import struct
import sys
import time
from typing import Final

from survey.door import wire
from survey.door.busy import SentAway, keeps
from survey.door.messenger import Messenger

LOOK_SECONDS = 0.005  # how often it looks whether the house is full
GIVE_UP_SECONDS = 1  # how often it looks who has said nothing for REQUEST_SECONDS
# Of the places in the system's own queue. Whoever finds none knocks again after one second, then two, then four: they
# are told that it is busy before. A house rule.
MOST_TAKEN_PLACES = 0.75
# Beyond these, whoever has waited longest and said nothing yet makes room. A house rule: a request comes a round trip
# after its connection, so of a crowd of ten thousand a second there are thousands.
MOST_AT_ONCE = 4000
MOST_HELD_BYTES = 64 * 2**20  # of what came and of what is still to be said, all together; beyond it too
TAKEN_AT_ONCE = 100
READ_BYTES = 16_384  # more than nearly all say; room for it is made whether it is filled or not
LARGEST_HEAD_BYTES = 32 * 1024
REQUEST_SECONDS = 30  # for a request to arrive: where its first packets were lost in a crowd, a dozen or more
TAKING_SECONDS = 300  # for the rest of an answer to be taken, since some of it was: a house rule
HEALTH, METRICS = "/healthz", "/metrics"
LOOPBACK = ("127.0.0.1", "::1")
FULL, COUNT = 0, 1  # places in the memory that both processes see
NUMBER: Final = "Q"  # what each place holds, as `struct` writes it
# An answer's last bytes and the end of its connection go out together, where the system can be told to wait for it.
SAYS = sum(getattr(socket, flag, 0) for flag in ("MSG_DONTWAIT", "MSG_MORE"))
# Linux's tcp_info of a socket that listens: how many stand in its queue, and how many may.
QUEUE = struct.Struct("@24xII")


class Board:
    """What both processes see: whether the house is full, and how many the doorman has turned away."""

    def __init__(self) -> None:
        self._places = memoryview(mmap.mmap(-1, 2 * struct.calcsize(NUMBER))).cast(NUMBER)

    def is_full(self) -> bool:
        """Whether whoever comes must be turned away."""
        return bool(self._places[FULL])

    def say_full(self, is_full: bool) -> None:
        """Written inside."""
        self._places[FULL] = is_full

    @property
    def turned_away(self) -> int:
        """How many the doorman has turned away."""
        return int(self._places[COUNT])

    def count(self) -> None:
        """Written at the door."""
        self._places[COUNT] += 1


class Visitor:
    """One connection, what has come in on it, and what is still to be said."""

    __slots__ = "came", "connection", "has_unread_body", "is_told", "unsaid", "until"

    def __init__(self, connection: socket.socket, now: float) -> None:
        self.connection, self.until = connection, now + REQUEST_SECONDS
        self.came, self.unsaid = bytearray(), b""
        self.is_told = self.has_unread_body = False

    @property
    def held_bytes(self) -> int:
        """What it takes of the memory."""
        return len(self.came) + len(self.unsaid)

    def hear(self, part: bytes) -> None:
        """More has come. Empty lines before a request are borne, as RFC 9112 asks; what is too large is not kept."""
        self.came += part
        if self.is_told:
            self.came.clear()
        elif self.came.startswith((b"\r", b"\n")):
            self.came = self.came.lstrip(b"\r\n")

    def request(self) -> tuple[wire.Request, bytes, bytes] | None:
        """What is asked for, the bytes of its head and of its body, once all is here; of what is not kept, no body.

        Raises ValueError for what is no request.
        """
        end = self.came.find(wire.END_OF_HEAD, 0, LARGEST_HEAD_BYTES)
        if end < 0:
            if len(self.came) > LARGEST_HEAD_BYTES:
                raise ValueError
            return None
        head = bytes(self.came[: end + len(wire.END_OF_HEAD)])
        request = wire.read(head)
        if not keeps(request):
            self.has_unread_body = request.length > 0 or "transfer-encoding" in request.told
            return request, head, b""
        whole = len(head) + request.length
        return (request, head, bytes(self.came[len(head) : whole])) if len(self.came) >= whole else None


class Doorman:
    """Takes connections while the house is full."""

    def __init__(self, sent_away: SentAway, board: Board, inside: tuple[str, int], places: int) -> None:
        self.sent_away, self.board, self.messenger, self.places = sent_away, board, Messenger(inside), places
        self.selector = selectors.DefaultSelector()
        self.visitors: dict[Visitor, int] = {}  # and bytes that are held for each; the oldest first
        self.held_bytes, self.gives_up_at = 0, 0.0

    def work(self, door: socket.socket, alive: int) -> None:
        """Until the other process ends, which closes its end of `alive`."""
        self.selector.register(alive, selectors.EVENT_READ)
        is_taking = False
        while True:
            wants = self._wants(door)
            if wants and not is_taking:
                self.selector.register(door, selectors.EVENT_READ)
            elif is_taking and not wants:
                self.selector.unregister(door)
            is_taking = wants
            for key, _events in self.selector.select(LOOK_SECONDS):
                if key.fileobj is door:
                    self._take(door)
                elif key.fileobj == alive:
                    return
                else:
                    self._go_on(key.data)
            self._give_up()

    def _wants(self, door: socket.socket) -> bool:
        return self.board.is_full() or too_many(door) > 0

    def _take(self, door: socket.socket) -> None:
        beyond = too_many(door)
        for number in range(TAKEN_AT_ONCE):
            if number >= beyond and not self.board.is_full():
                return
            try:
                connection, _address = door.accept()
            except OSError:  # somebody else has just taken the last one
                return
            self._go_on(Visitor(connection, time.monotonic()))

    def _go_on(self, visitor: Visitor) -> None:
        """As far as it goes without waiting: mostly to the end, for what is asked is there already."""
        try:
            is_over = self._say(visitor) if visitor.unsaid else self._hear(visitor)
        except BlockingIOError:
            is_over = False
        except (OSError, ValueError):
            is_over = True
        if is_over:
            self._end(visitor)
        else:
            self._wait_for(visitor)

    def _hear(self, visitor: Visitor) -> bool:
        """Whether that was all; so for the others."""
        part = visitor.connection.recv(READ_BYTES, socket.MSG_DONTWAIT)
        visitor.hear(part)
        if not part:
            return True
        if visitor.is_told:
            return False
        request = visitor.request()
        return request is not None and self._tell(visitor, *request)

    def _tell(self, visitor: Visitor, request: wire.Request, head: bytes, body: bytes) -> bool:
        if self._is_for_inside(request.path, visitor) and self.messenger.has_time():
            self.messenger.take(visitor.connection.dup(), head)
            return True
        self.board.count()
        visitor.came.clear()
        visitor.unsaid = self.sent_away.answer(request, body)
        return self._say(visitor)

    def _say(self, visitor: Visitor) -> bool:
        visitor.unsaid = visitor.unsaid[visitor.connection.send(visitor.unsaid, SAYS) :]
        if visitor.unsaid:  # more than the system takes at once
            visitor.until = time.monotonic() + TAKING_SECONDS
            return False
        visitor.is_told = True
        # What was asked beyond it, and not read, would throw away what the system has yet to send.
        visitor.connection.shutdown(socket.SHUT_WR)
        return not visitor.has_unread_body  # which is taken, lest the answer is lost on its way

    def _is_for_inside(self, path: str, visitor: Visitor) -> bool:
        # Inside, everybody who comes by this way seems to be on this machine.
        return path == HEALTH or (path == METRICS and visitor.connection.getpeername()[0] in LOOPBACK)

    def _give_up(self) -> None:
        now = time.monotonic()
        if now < self.gives_up_at:
            return
        self.gives_up_at = now + GIVE_UP_SECONDS
        for visitor in [each for each in self.visitors if each.until < now]:
            self._end(visitor)

    def _wait_for(self, visitor: Visitor) -> None:
        wanted = selectors.EVENT_WRITE if visitor.unsaid else selectors.EVENT_READ
        if visitor in self.visitors:
            self.selector.modify(visitor.connection, wanted, visitor)
        else:
            self.selector.register(visitor.connection, wanted, visitor)
        self.held_bytes += visitor.held_bytes - self.visitors.get(visitor, 0)
        self.visitors[visitor] = visitor.held_bytes
        while len(self.visitors) > self.places or self.held_bytes > MOST_HELD_BYTES:
            self._end(next(iter(self.visitors)))

    def _end(self, visitor: Visitor) -> None:
        if visitor in self.visitors:
            self.held_bytes -= self.visitors.pop(visitor)
            self.selector.unregister(visitor.connection)
        visitor.connection.close()


def too_many(door: socket.socket) -> int:
    """How many stand in the system's queue beyond MOST_TAKEN_PLACES; none where they can stand, and but on Linux."""
    if sys.platform != "linux":
        return 0
    waiting, places = QUEUE.unpack(door.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, QUEUE.size))
    return max(0, int(waiting - places * MOST_TAKEN_PLACES))
