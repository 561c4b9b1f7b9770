"""The doorman: what he bears, what he keeps of what was sent, whom he lets stand, and that there always is one."""

from __future__ import annotations

import html
import os
import re
import select
import signal
import socket
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask

from survey.door import doorman
from tests.doors import FORM, ask, asking, form, lagging, whole
from tests.processes import Web, environment_of, nursery

MEGABYTE = 2**20
PLACES = 100  # for connections
LONG_WORDS = '"' * 60_000
LONG_FORM = form(urllib.parse.urlencode({"state": "sealed", "comment": LONG_WORDS}).encode())


def filling(size: int) -> bytes:
    """A form whose request has so many bytes in all."""
    head = len(form(b"b" * size)) - size
    return form(b"a=" + b"b" * (size - head - len(b"a=")))


@contextmanager
def at_work(app: Flask, door: socket.socket, *, is_full: bool = False) -> Iterator[doorman.Doorman]:
    """A doorman of this process, at this door."""
    gone, alive = os.pipe()
    door.setblocking(False)
    board = doorman.Board()
    board.say_full(is_full)
    standing = doorman.Doorman(app.extensions["sent_away"], board, door.getsockname(), PLACES)
    thread = threading.Thread(target=standing.work, args=(door, gone))
    thread.start()
    try:
        yield standing
    finally:
        os.close(alive)
        thread.join()
        os.close(gone)


@pytest.mark.parametrize("asked", ["again=" + "9" * 5000, "again=x&again=2", "&&again", "q=%22&\"<b>;'=\\"])
def test_whatever_an_address_says_of_tries_the_page_comes_again_to_it(full_house: Web, asked: str) -> None:
    status, page, headers = ask(full_house, "GET", f"/a?{asked}")
    assert status == 503
    assert "<b>" not in page
    seconds, _, address = headers["Refresh"].partition("; url=")
    assert seconds.isdecimal()
    assert re.fullmatch(r"/a\?[\w=&%]*again=1", address)


def test_whoever_says_nothing_and_has_waited_longest_makes_room(app: Flask) -> None:
    with ExitStack() as held:
        door = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=PLACES))
        held.enter_context(at_work(app, door, is_full=True))
        first, *_ = [
            held.enter_context(socket.create_connection(door.getsockname(), timeout=10)) for _ in range(PLACES + 1)
        ]
        assert first.recv(1) == b""
        with lagging(door.getsockname()[1], b"GET / HTTP/1.1\r\n\r\n") as asked:
            assert whole(asked).startswith("HTTP/1.1 503 ")


@pytest.mark.parametrize("noise", [b"\r\n\r\n", b"\x00\xff\r\n\r\n", b"GET /\r\n\r\n", b"GET " + b"/" * 300_000, b""])
def test_noise_at_the_door_of_a_full_house_is_borne(full_house: Web, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", full_house.port), timeout=10) as connection:
        try:
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""
        except OSError:  # cut off, as noise may be
            pass
    assert ask(full_house, "GET", "/")[0] == 503


def test_a_long_page_at_the_door_arrives_whole_where_the_system_takes_little_at_once(full_house: Web) -> None:
    with lagging(full_house.port, LONG_FORM) as asked:
        page = whole(asked)
    assert html.escape(LONG_WORDS) in page
    assert page.rstrip().endswith("</html>")


@pytest.mark.skipif(sys.platform != "linux", reason="no other system says how many stand there")
def test_those_for_whom_soon_there_is_no_place_before_the_door_are_told_so(app: Flask) -> None:
    places, most_taken = 8, 6
    with socket.create_server(("127.0.0.1", 0), backlog=places) as door, ExitStack() as held:
        come = [held.enter_context(socket.create_connection(door.getsockname(), timeout=10)) for _ in range(places)]
        for each in come:
            each.sendall(b"GET /a?lang=en HTTP/1.1\r\n\r\n")
        assert doorman.too_many(door)
        with at_work(app, door):
            told = [whole(each) for each in come[: places - most_taken]]
        assert all(each.startswith("HTTP/1.1 503 ") for each in told)
        assert select.select(come[places - most_taken :], [], [], 0)[0] == []
        assert not doorman.too_many(door)


def test_a_doorman_that_dies_is_replaced_by_another(full_house: Web) -> None:
    dead = full_house.doorman()
    os.kill(dead, signal.SIGKILL)
    assert ask(full_house, "GET", "/")[0] == 503
    assert full_house.doorman() != dead
    assert "The doorman ended (-9); another takes the place." in full_house.nursery.log.read_text()


@pytest.mark.parametrize("body", [b"a&" * 100_000, b'"=' + b'"' * 150_000])
def test_a_form_that_would_make_a_page_of_many_times_its_size_is_not_put_into_it(full_house: Web, body: bytes) -> None:
    with asking(full_house, form(body)) as asked:
        page = whole(asked)
    assert page.startswith("HTTP/1.1 503 ")
    assert '<input type="hidden"' not in page
    assert len(page) < 50_000


def test_what_is_held_for_those_who_do_not_read_is_bounded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 2 * MEGABYTE
    monkeypatch.setattr(doorman, "MOST_HELD_BYTES", most)
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        at_work(app, door, is_full=True) as standing,
        ExitStack() as held,
    ):
        asked = [held.enter_context(lagging(door.getsockname()[1], LONG_FORM)) for _ in range(20)]
        assert whole(asked[-1]).rstrip().endswith("</html>")
        assert standing.held_bytes <= most
        with suppress(ConnectionResetError):
            assert "</html>" not in whole(asked[0])


@pytest.mark.parametrize(
    "said",
    [
        "Transfer-Encoding: chunked\r\n",
        f"Content-Length: {5_000_000}\r\n",
        "Expect: 100-continue\r\nContent-Length: 9\r\n",
    ],
)
def test_whoever_sends_what_is_not_kept_is_answered_before_all_of_it_came(full_house: Web, said: str) -> None:
    with asking(full_house, f"POST /a?lang=en HTTP/1.1\r\nContent-Type: {FORM}\r\n{said}\r\n") as asked:
        with suppress(ConnectionError):
            for _ in range(20 if "Expect" not in said else 0):
                asked.sendall(b"x" * 100_000)
        page = whole(asked)
    assert page.startswith("HTTP/1.1 503 ")
    assert page.rstrip().endswith("</html>")


def test_empty_lines_before_a_request_are_borne(full_house: Web) -> None:
    with asking(full_house, "\r\n\r\nGET /a HTTP/1.1\r\n\r\n") as asked:
        assert whole(asked).startswith("HTTP/1.1 503 ")


@pytest.mark.parametrize(
    "sent",
    [b"GET /a HTTP/1.1\r\n\r\n" * 2000, form(b"a=b") + b"x" * 20_000, filling(doorman.READ_BYTES) + b"\r\n"],
)
def test_the_page_arrives_whole_though_more_came_than_was_read(full_house: Web, sent: bytes) -> None:
    with asking(full_house, sent) as asked:
        page = whole(asked)
    assert page.startswith("HTTP/1.1 503 ")
    assert page.rstrip().endswith("</html>")


def test_whoever_takes_a_long_page_slowly_is_not_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorman, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(doorman, "GIVE_UP_SECONDS", 0)
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        at_work(app, door, is_full=True),
        lagging(door.getsockname()[1], LONG_FORM) as asked,
    ):
        assert asked.recv(1) == b"H"
        time.sleep(3 * doorman.REQUEST_SECONDS)
        assert whole(asked).rstrip().endswith("</html>")


def test_the_page_comes_again_to_an_address_that_is_not_ascii(full_house: Web) -> None:
    with asking(full_house, "GET /学 HTTP/1.1\r\n\r\n") as asked:
        assert "; url=/%E5%AD%A6?again=1\r\n" in whole(asked)


def test_the_doorman_ends_with_the_pages(app: Flask, tmp_path: Path) -> None:
    with nursery(tmp_path) as born:
        web = Web(born, environment_of(app))
        for _ in range(3):
            web.start()
            doorman = web.doorman()
            web.kill()
            with suppress(FileNotFoundError):  # it is gone, or its number waits to be asked for
                while ") Z " not in Path(f"/proc/{doorman}/stat").read_text():
                    time.sleep(0.01)
