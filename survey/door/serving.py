"""The server: waitress with bounds on what strangers may take of it, and a doorman beside it."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence, Set
from typing import Any

import click
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ErrorTask, Task, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import RequestEntityTooLarge

from survey import db, disturbed, page_style
from survey.config import LARGEST_POST_BYTES, REQUESTS_AT_ONCE, Settings
from survey.door import door_process, doorman

BACKLOG = 4096  # as many as Linux lets stand there (net.core.somaxconn); who finds no place knocks again after a second
TAKEN_AT_ONCE = 100
# At the inner door, beyond all that strangers hold: the messenger's, and those it gave up while no thread was free.
INNER_CONNECTIONS = 20
HELD_UP_SECONDS = 5  # by the mixer that writes all slips anew; after that the page says so, and tries again by itself
# For a whole request, from its first byte: waitress's own `channel_timeout` begins anew with each byte. A house rule.
REQUEST_SECONDS = 60
NOT_UNDERSTOOD = "This is no request that can be answered. 这不是可以回答的请求。"  # in no language: nobody said theirs
# Beyond these, connections wait in the system's own queue, from which the doorman takes them while the house is full.
BOUNDS: Mapping[str, Any] = {
    "ident": None,
    "connection_limit": 800,
    "backlog": BACKLOG,
    "asyncore_use_poll": True,
    "channel_timeout": 60,
    "cleanup_interval": 10,
    "max_request_header_size": doorman.LARGEST_HEAD_BYTES,
    # Who asked is told by our own proxies, of whom ProxyFix knows the number. waitress would drop what they say, and
    # all who come by them would be one client: for the wrong codes of one, everybody would have to wait.
    "clear_untrusted_proxy_headers": False,
    # Above our own bound, so that who is a little beyond it reads our page and not the server's.
    "max_request_body_size": 4 * LARGEST_POST_BYTES,
}


class TooMuch(WSGITask):
    """Answers who sent more than waitress takes: by our page, as who is a little beyond our own bound is answered.

    The application is told how much it was, and reads nothing of it. waitress's own says it in bare English.
    """

    def execute(self) -> None:
        """Answer; called in a thread."""
        self.set_close_on_finish()  # what still comes of the body is no next request
        super().execute()

    def get_environment(self) -> dict[str, Any]:
        """What the application is told."""
        environ: dict[str, Any] = super().get_environment()
        request = self.request  # in chunks, it does not say how long it will be
        environ["CONTENT_LENGTH"] = str(max(request.content_length, request.body_bytes_received))
        return environ


class NotUnderstood(ErrorTask):
    """Answers what is no request, which no browser sends: with every page's headers, and nothing of what was sent."""

    def execute(self) -> None:
        """Answer; called in a thread."""
        error, body = self.request.error, f"{NOT_UNDERSTOOD}\n".encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [("Content-Type", "text/plain; charset=utf-8"), *self.channel.server.headers]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


def refusal(channel: Channel, request: HTTPRequestParser) -> Task:
    """What answers a request that waitress does not take."""
    task = TooMuch if isinstance(request.error, RequestEntityTooLarge) else NotUnderstood
    return task(channel, request)


class Channel(HTTPChannel):
    """A connection. While a thread writes its answer and sends it, the loop does not try to send it too.

    waitress's own asks again and again, as fast as it can, until that thread is done. It takes the interpreter from the
    thread by asking, so that on two cores a page took three times as long as on one.
    """

    error_task_class = staticmethod(refusal)
    begun_at: float | None = None  # when the first byte came of a request that is not whole yet

    def writable(self) -> bool:
        """Whether there is anything for the loop to send or to close; called at each of its turns."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            return True  # the thread is about to wait until the loop has sent some of it
        if not super().writable() or not self.outbuf_lock.acquire(blocking=False):
            return False  # whoever has it wakes the loop when the answer is written
        self.outbuf_lock.release()
        return True

    def received(self, data: bytes) -> bool:
        """Called with what came; whether it was taken."""
        self.begun_at = self.begun_at or time.time()
        return bool(super().received(data))

    def service(self) -> None:
        """Answer the first request that is whole; called in a thread."""
        self.begun_at = None
        super().service()

    def is_too_slow(self, now: float) -> bool:
        """Whether its request should be whole by now."""
        return not self.requests and self.begun_at is not None and self.begun_at < now - REQUEST_SECONDS

    def handle_error(self) -> None:
        """Called when something broke while the loop heard or sent. waitress's own line would say who was connected."""
        error = sys.exception()
        assert error
        said = "What came could not be taken, and its connection is closed: %s"
        self.logger.error(said, disturbed.said(error), exc_info=None if disturbed.passes(error) else error)
        self.handle_close()


class Door(TcpWSGIServer):
    """Takes everybody who stands before the door, not one at each turn of the loop: else nobody sees how many wait."""

    channel_class = Channel
    most_waiting = TAKEN_AT_ONCE  # requests that wait for a thread; at more, others are left to the doorman
    board: doorman.Board | None = None
    headers: Sequence[tuple[str, str]] = ()  # every answer's
    just_taken = 0  # connections whose requests have not been read yet

    def readable(self) -> bool:
        """Whether more are taken now; called at each turn of the loop."""
        is_open = bool(super().readable())
        waiting, self.just_taken = len(self.task_dispatcher.queue) + self.just_taken, 0
        if self.board is None:
            return is_open
        if waiting >= self.most_waiting or not is_open:  # not open: as many connections as there may be
            self.board.say_full(True)
        elif waiting <= self.most_waiting // 2:  # not sooner, lest it be full and not full at every request
            self.board.say_full(False)
        return is_open and not self.board.is_full()

    def maintenance(self, now: float) -> None:
        """Close what is silent, and what does not come to its end; called every `cleanup_interval`."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_too_slow(now):
                channel.will_close = True

    def handle_accept(self) -> None:
        """Called when somebody stands there."""
        # Without a doorman who would take the others, all are taken: else the loop would ask for ever.
        room = self.most_waiting - len(self.task_dispatcher.queue) if self.board else TAKEN_AT_ONCE
        for _ in range(min(TAKEN_AT_ONCE, room, self.adj.connection_limit - len(self._map))):
            before = len(self._map)
            super().handle_accept()
            if len(self._map) == before:
                return
            self.just_taken += 1


def cores() -> Set[int]:
    """The cores that this process may stay on; none where the system does not let it choose."""
    return os.sched_getaffinity(0) if sys.platform == "linux" else set()


def serve(app: Flask, port: int, core: int | None = None) -> None:
    """Serve the pages until the process is told to end; on this core, if one is told.

    Of one Python only one thread runs at a time: on a core of their own they do not wait until another core has woken.
    """
    settings: Settings = app.config["SETTINGS"]
    db.wait_at_most(app, HELD_UP_SECONDS)
    public, inner = _listening(settings.host, port), _listening("127.0.0.1", 0)
    # What all processes have from here on is not looked through again for what nobody holds: everybody stood still for
    # an eighth of a second while it was. And they share it.
    gc.freeze()
    board = door_process.stand(app, public, inner.getsockname())
    if core is not None:  # not the doorman: he is there when this core has no time
        os.sched_setaffinity(0, {core})
    bounds = Adjustments(sockets=[public], threads=REQUESTS_AT_ONCE, **BOUNDS)
    # Both doors count the connections of both.
    wider = {**BOUNDS, "connection_limit": bounds.connection_limit + INNER_CONNECTIONS}
    inner_bounds = Adjustments(sockets=[inner], threads=REQUESTS_AT_ONCE, **wider)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # one line a request is what a full house cannot spare
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(REQUESTS_AT_ONCE)
    watched: dict[int, Any] = {}
    for each, adjustments in ((public, bounds), (inner, inner_bounds)):
        told = (each.family, each.type, each.proto, each.getsockname())
        door = Door(app, watched, True, each, dispatcher, adjustments, told, bind_socket=False)
        door.headers = page_style.every_answers(https=settings.https)
        if each is public:
            door.board, door.most_waiting = board, settings.most_waiting
    MultiSocketServer(watched, bounds, [], dispatcher).run()


def _listening(host: str, port: int) -> socket.socket:
    try:
        made = socket.create_server((host, port), family=family_of(host), backlog=BACKLOG)
    except OSError as error:
        raise click.ClickException(
            f"Nobody can listen on {host}, port {port}: {os.strerror(error.errno or 0)}. Choose another port (--port), "
            "end what has it, or set JIANFU_HOST to an address of this machine."
        ) from None
    made.setblocking(False)
    return made


def family_of(host: str) -> socket.AddressFamily:
    """Of which kind an address to listen on is."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET
