"""The server between its loop, which hears and sends, and its threads, which make the pages."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from waitress.server import create_server

from survey.serving import Channel, Door


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


def test_all_connections_are_such() -> None:
    assert Door.channel_class is Channel
