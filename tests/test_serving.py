"""The server between its loop, which hears and sends, and its threads, which make the pages."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

from survey.serving import TAKEN_AT_ONCE, Channel, Door


@pytest.fixture
def channel() -> Iterator[Channel]:
    """A connection, with an answer that is not sent yet."""
    here, there = socket.socketpair()
    with here, there, socket.create_server(("127.0.0.1", 0)) as listening:
        server = create_server(Flask("serving"), sockets=[listening], map={})
        made = Channel(server, here, ("127.0.0.1", 0), server.adj, map={})
        made.total_outbufs_len = 1
        yield made
        server.task_dispatcher.shutdown()
        server.close()


@contextmanager
def a_thread_writes_on(channel: Channel) -> Iterator[None]:
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with channel.outbuf_lock:
            begun.set()
            done.wait()

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
    yield
    done.set()
    thread.join()


def test_what_nobody_sends_is_sent_by_the_loop(channel: Channel) -> None:
    assert channel.writable()


def test_what_a_thread_writes_is_left_to_it_until_it_has_done(channel: Channel) -> None:
    with a_thread_writes_on(channel):
        assert not channel.writable()
    assert channel.writable()


def test_a_thread_that_has_written_more_than_is_kept_is_helped_by_the_loop(channel: Channel) -> None:
    channel.total_outbufs_len = channel.adj.outbuf_high_watermark + 1
    with a_thread_writes_on(channel):
        assert channel.writable()


def test_where_no_doorman_stands_everybody_is_let_in() -> None:
    """Else the loop would be told again and again of somebody whom it does not take."""
    dispatcher, connections = ThreadedTaskDispatcher(), dict[int, object]()
    dispatcher.queue.extend([None] * 2 * TAKEN_AT_ONCE)
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        listening.setblocking(False)
        told = (listening.family, listening.type, listening.proto, listening.getsockname())
        adjustments = Adjustments(sockets=[listening])
        door = Door(Flask("serving"), connections, True, listening, dispatcher, adjustments, told, bind_socket=False)
        assert door.readable()
        door.handle_accept()
        taken = [each for each in connections.values() if isinstance(each, Channel)]
        assert len(taken) == 1
        taken[0].close()
        door.close()


def test_all_connections_are_such() -> None:
    assert Door.channel_class is Channel
