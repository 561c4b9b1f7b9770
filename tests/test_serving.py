"""The server between its loop, which hears and sends, and its threads, which make the pages."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

from survey import page_style
from survey.door import serving
from survey.door.serving import BOUNDS, REQUEST_SECONDS, TAKEN_AT_ONCE, Channel, Door
from tests.doors import asking, whole
from tests.processes import Web, environment_of, nursery


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


@contextmanager
def a_door(dispatcher: ThreadedTaskDispatcher, app: Flask | None = None) -> Iterator[tuple[Door, socket.socket]]:
    """One without a doorman, and somebody who stands before it."""
    house = app or Flask("serving")
    connections = dict[int, Any]()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        told = (listening.family, listening.type, listening.proto, listening.getsockname())
        adjustments = Adjustments(sockets=[listening], **BOUNDS)
        door = Door(house, connections, True, listening, dispatcher, adjustments, told, bind_socket=False)
        with socket.create_connection(listening.getsockname()) as somebody:
            yield door, somebody
        for each in list(door.active_channels.values()):
            each.close()
        door.close()


def test_where_no_doorman_stands_everybody_is_let_in() -> None:
    """Else the loop would be told again and again of somebody whom it does not take."""
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.queue.extend([None] * 2 * TAKEN_AT_ONCE)
    with a_door(dispatcher) as (door, _):
        assert door.readable()
        door.handle_accept()
        assert len(door.active_channels) == 1


@pytest.mark.parametrize("begun", [b"\r\n", b"GET /a HT", b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"])
def test_whoever_says_a_little_now_and_then_is_not_heard_for_ever(begun: bytes) -> None:
    with a_door(ThreadedTaskDispatcher()) as (door, _):
        door.handle_accept()
        (channel,) = door.active_channels.values()
        channel.received(begun)
        first = channel.begun_at
        channel.received(b"\r\n" if begun == b"\r\n" else b"x")
        channel.last_activity = first + REQUEST_SECONDS
        door.maintenance(first + REQUEST_SECONDS)
        assert not channel.will_close
        door.maintenance(first + REQUEST_SECONDS + 1)
        assert channel.will_close


def test_a_request_that_is_whole_takes_as_long_as_its_answer_and_the_next_has_a_time_of_its_own() -> None:
    dispatcher = ThreadedTaskDispatcher()
    with a_door(dispatcher) as (door, _):
        door.handle_accept()
        (channel,) = door.active_channels.values()
        channel.received(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        channel.last_activity = later = channel.begun_at + 2 * REQUEST_SECONDS
        door.maintenance(later)
        assert not channel.will_close
        dispatcher.queue.popleft().service()
        assert channel.begun_at is None
        assert not channel.will_close


MUCH = BOUNDS["max_request_body_size"]


@pytest.mark.parametrize(
    ("told", "body"),
    [
        (f"Content-Length: {MUCH}", b"csrf_token=1"),
        ("Transfer-Encoding: chunked", b"%x\r\n%s" % (MUCH + 1, b"x" * MUCH)),
    ],
)
@pytest.mark.parametrize(("language", "said"), [("zh", "提交的内容太大。"), ("en", "What was sent is too large.")])
def test_whoever_sends_far_too_much_reads_our_page_in_their_language(
    app: Flask, told: str, body: bytes, language: str, said: str
) -> None:
    head = f"POST /a HTTP/1.1\r\nHost: x\r\nAccept-Language: {language}\r\n{told}\r\n\r\n"
    answer = answered(app, head.encode() + body)
    assert answer.startswith("HTTP/1.1 413 ")
    assert "Connection: close" in answer
    assert said in answer
    assert "generated by" not in answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", "400 Bad Request"),
        (b"GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"),
        (b"GET /a HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", "400 Bad Request"),
        (b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "501 Not Implemented"),
    ],
    ids=["a length that is none", "a line that is none", "a name with a blank", "an unknown encoding"],
)
def test_what_is_no_request_is_answered_with_every_pages_headers_and_nothing_of_the_server(
    app: Flask, tmp_path: Path, sent: bytes, status: str
) -> None:
    with nursery(tmp_path) as born:
        web = Web(born, {**environment_of(app), "JIANFU_HTTPS": "1"})
        web.start()
        with asking(web, sent) as connection:
            answer = whole(connection)
    head, _, body = answer.partition("\r\n\r\n")
    assert head.splitlines()[0].partition(" ")[2] == status
    every = page_style.every_answers(https=True)
    assert {f"{name}: {value}".lower() for name, value in every} <= set(head.lower().splitlines())
    assert body.strip() == serving.NOT_UNDERSTOOD
    assert "waitress" not in answer


def answered(app: Flask, request: bytes) -> str:
    """What a house with our bounds answers, until it closes the connection."""
    dispatcher = ThreadedTaskDispatcher()
    with a_door(dispatcher, app) as (door, somebody):
        door.handle_accept()
        (channel,) = door.active_channels.values()
        channel.received(request)
        dispatcher.queue.popleft().service()
        while channel.total_outbufs_len:
            channel.handle_write()
        channel.handle_write()
        assert not channel.connected
        somebody.settimeout(REQUEST_SECONDS)
        return b"".join(iter(lambda: somebody.recv(MUCH), b"")).decode()


def test_all_connections_are_such() -> None:
    assert Door.channel_class is Channel


@pytest.mark.skipif(not serving.cores(), reason="the system does not let a process choose")
def test_pages_stay_on_the_core_that_was_told_and_the_doorman_goes_where_there_is_time(
    app: Flask, tmp_path: Path
) -> None:
    core = min(serving.cores())
    with nursery(tmp_path) as born:
        web = Web(born, environment_of(app))
        web.start("--core", str(core))
        threads = Path(f"/proc/{web.pid}/task").iterdir()
        assert all(os.sched_getaffinity(int(each.name)) == {core} for each in threads)
        assert os.sched_getaffinity(web.doorman()) == serving.cores()


def test_a_core_that_there_is_not_is_named_with_those_that_there_are(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["serve", "--core", "99999"])
    assert said.exit_code == 2
    assert ", ".join(map(str, sorted(serving.cores()))) in said.output
