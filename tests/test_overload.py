"""More people come than can be served: some are served at full speed, the others told so, and nothing breaks."""

from __future__ import annotations

import html
import http.client
import os
import re
import select
import signal
import socket
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.overload import first_page_answered, sent
from survey import create_app, doorman, messenger
from survey.serving import BOUNDS, INNER_CONNECTIONS
from tests.processes import Web, environment_of, nursery
from tests.rounds import a_group

FORM = "application/x-www-form-urlencoded"
MEGABYTE = 2**20
LONG_WORDS = '"' * 60_000


def form(body: bytes) -> bytes:
    """A request that sends a form."""
    return f"POST /a?lang=en HTTP/1.1\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


LONG_FORM = form(urllib.parse.urlencode({"state": "sealed", "comment": LONG_WORDS}).encode())


@pytest.fixture(scope="module")
def full_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Pages that let nobody in."""
    folder = tmp_path_factory.mktemp("full")
    environment = environment_of(create_app(instance=folder / "instance"))
    with nursery(folder) as born:
        web = Web(born, {**environment, "JIANFU_WAITING": "0"})
        web.start()
        yield web


HeldHouse = tuple[Web, ExitStack]


@pytest.fixture
def held_house(app: Flask, tmp_path: Path) -> Iterator[HeldHouse]:
    """Pages all of whose connections are held by people who say nothing, until the stack of them is closed."""
    with nursery(tmp_path) as born, ExitStack() as held:
        web = Web(born, environment_of(app))
        web.start()
        for _ in range(BOUNDS["connection_limit"]):
            held.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=10))
        yield web, held


def ask(
    web: Web, method: str, path: str, fields: dict[str, str] | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Status, page and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    body = urllib.parse.urlencode(fields) if fields is not None else None
    told = {"Content-Type": FORM} if fields is not None else {}
    connection.request(
        method, path, body, {**told, **{name.replace("_", "-"): value for name, value in headers.items()}}
    )
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page, dict(answer.headers)


def asking(web: Web, request: str | bytes) -> socket.socket:
    """A connection on which this was asked."""
    connection = socket.create_connection(("127.0.0.1", web.port), timeout=10)
    connection.sendall(request if isinstance(request, bytes) else request.encode())
    return connection


def lagging(port: int, request: bytes) -> socket.socket:
    """The same, on a connection to which the system gives little at once: a network's, not this machine's own."""
    connection = socket.socket()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    connection.sendall(request)
    return connection


@contextmanager
def at_work(app: Flask, door: socket.socket, *, is_full: bool = False) -> Iterator[doorman.Doorman]:
    """A doorman of this process, at this door."""
    gone, alive = os.pipe()
    door.setblocking(False)
    board = doorman.Board()
    board.say_full(is_full)
    standing = doorman.Doorman(app.extensions["sent_away"], board, door.getsockname(), places=100)
    thread = threading.Thread(target=standing.work, args=(door, gone))
    thread.start()
    try:
        yield standing
    finally:
        os.close(alive)
        thread.join()
        os.close(gone)


def wait_to_be_let_in(web: Web) -> None:
    """Until the house has seen that it is not full any more."""
    while ask(web, "GET", "/")[0] == 503:
        time.sleep(0.01)


def whole(connection: socket.socket) -> str:
    """All that is said on it, to the end."""
    heard = b""
    while part := connection.recv(65_536):
        heard += part
    return heard.decode()


def test_whoever_comes_to_a_full_house_is_told_so_and_the_page_comes_again(full_house: Web) -> None:
    status, page, headers = ask(full_house, "GET", "/a?lang=zh")
    assert status == 503
    assert "现在使用的人很多。" in page
    assert headers["Refresh"] == f"{headers['Retry-After']}; url=/a?lang=zh&again=1"
    assert "Many people are here at this moment." in ask(full_house, "GET", "/", Accept_Language="en-GB,en;q=0.9")[1]


@pytest.mark.parametrize("asked", ["again=" + "9" * 5000, "again=x&again=2", "&&again", "q=%22&\"<b>;'=\\"])
def test_whatever_an_address_says_of_tries_the_page_comes_again_to_it(full_house: Web, asked: str) -> None:
    status, page, headers = ask(full_house, "GET", f"/a?{asked}")
    assert status == 503
    assert "<b>" not in page
    seconds, _, address = headers["Refresh"].partition("; url=")
    assert seconds.isdecimal()
    assert re.fullmatch(r"/a\?[\w=&%]*again=1", address)


def test_whoever_asks_a_full_house_is_answered_however_many_others_say_nothing(full_house: Web) -> None:
    with ExitStack() as held:
        first, *_ = [
            held.enter_context(socket.create_connection(("127.0.0.1", full_house.port), timeout=10))
            for _ in range(doorman.MOST_AT_ONCE + 1)
        ]
        assert first.recv(1) == b""
        assert ask(full_house, "GET", "/")[0] == 503
        assert ask(full_house, "GET", "/healthz")[0] == 200


def test_what_was_sent_to_a_full_house_stands_on_the_page_behind_a_button(full_house: Web) -> None:
    typed = {"state": "sealed", "comment": '<b>汉字 & "quotes"', "do": "send"}
    status, page, headers = ask(full_house, "POST", "/answer?lang=en", typed)
    assert status == 503
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page))
    assert {name: html.unescape(value) for name, value in fields.items()} == typed
    assert '<form method="post" action="/answer?lang=en&amp;again=1">' in page
    for name in ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"):
        assert headers[name]
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_a_password_and_a_file_are_not_put_into_the_page(full_house: Web) -> None:
    _, page, _ = ask(full_house, "POST", "/staff/login?lang=en", {"login": "one", "password": "secret words"})
    assert "secret words" not in page
    assert "go back" in page
    _, page, _ = ask(full_house, "POST", "/school/plan/file?lang=en", {"file": "x" * 1_000_000})
    assert "go back" in page


def test_a_full_house_still_says_that_it_stands(full_house: Web) -> None:
    status, said, _ = ask(full_house, "GET", "/healthz")
    assert (status, said.strip()) == (200, '{"stores":"answer"}')


@pytest.mark.parametrize("said", ["", "Connection: close\r\n", "connection: keep-alive\r\nContent-Length: 5\r\n"])
def test_whoever_asks_a_full_house_whether_it_stands_is_answered_at_once_and_hung_up_on_once(
    full_house: Web, said: str
) -> None:
    with asking(full_house, f"GET /healthz HTTP/1.1\r\nHost: x\r\n{said}\r\nhello") as connection:
        connection.settimeout(messenger.SECONDS / 2)
        heard = whole(connection)
    assert heard.startswith("HTTP/1.1 200 ")
    assert re.findall(r"(?im)^connection:.*$", heard) == ["Connection: close\r"]


def test_a_crowd_that_asks_whether_a_full_house_stands_takes_one_thread(full_house: Web) -> None:
    doorman = full_house.doorman()
    with ExitStack() as crowd:
        os.kill(full_house.pid, signal.SIGSTOP)  # nobody is answered inside
        try:
            asked = [
                crowd.enter_context(asking(full_house, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
                for _ in range(3 * messenger.MOST_WAITING)
            ]
            beyond = len(asked) - messenger.MOST_WAITING - 1  # one is being asked for, and so many wait
            end = time.monotonic() + 10
            while len(select.select(asked, [], [], 0)[0]) < beyond and time.monotonic() < end:
                time.sleep(0.01)
            assert len(list(Path(f"/proc/{doorman}/task").iterdir())) == 2
        finally:
            os.kill(full_house.pid, signal.SIGCONT)
        statuses = Counter(whole(connection).split(" ")[1] for connection in asked)
    assert set(statuses) == {"200", "503"}
    assert messenger.MOST_WAITING <= statuses["200"] <= messenger.MOST_WAITING + 1
    assert ask(full_house, "GET", "/healthz")[0] == 200


def test_where_nobody_inside_answers_whoever_asks_whether_the_house_stands_is_told_so(full_house: Web) -> None:
    with ExitStack() as open_until_here:
        os.kill(full_house.pid, signal.SIGSTOP)  # nobody is answered inside
        try:
            asked = [
                open_until_here.enter_context(asking(full_house, f"{method} /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
                for method in ("GET", "HEAD", "GET")
            ]
            for connection in asked:
                connection.settimeout(3 * messenger.SECONDS)
            heard = [whole(connection) for connection in asked]
        finally:
            os.kill(full_house.pid, signal.SIGCONT)
    assert all(said.startswith("HTTP/1.1 503 ") for said in heard)
    nobody = messenger.NOBODY.decode()
    assert [said.partition("\r\n\r\n")[2] for said in heard] == [nobody, "", nobody]
    assert ask(full_house, "GET", "/healthz")[0] == 200


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


def test_who_comes_while_all_connections_are_held_is_told_so_and_need_not_wait(held_house: HeldHouse) -> None:
    web, held = held_house
    assert ask(web, "GET", "/")[0] == 503
    held.close()
    wait_to_be_let_in(web)


def test_while_all_connections_are_held_the_house_says_that_it_stands(held_house: HeldHouse) -> None:
    web, _ = held_house
    assert ask(web, "GET", "/")[0] == 503
    for _ in range(2 * INNER_CONNECTIONS):
        assert ask(web, "GET", "/healthz")[0] == 200


@pytest.mark.skipif(sys.platform != "linux", reason="no other system says how many stand there")
def test_those_for_whom_soon_there_is_no_place_before_the_door_are_told_so(app: Flask) -> None:
    places, most_taken = 8, 6
    with socket.create_server(("127.0.0.1", 0), backlog=places) as door, ExitStack() as held:
        come = [held.enter_context(socket.create_connection(door.getsockname(), timeout=10)) for _ in range(places)]
        for each in come:
            each.sendall(b"GET /a?lang=en HTTP/1.1\r\n\r\n")
        assert doorman.is_crowded(door)
        with at_work(app, door):
            told = [whole(each) for each in come[: places - most_taken]]
        assert all(each.startswith("HTTP/1.1 503 ") for each in told)
        assert select.select(come[places - most_taken :], [], [], 0)[0] == []
        assert not doorman.is_crowded(door)


def test_under_a_crowd_nothing_breaks_and_afterwards_all_is_as_before(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        link = a_group(enrolled=10_000).id
    with nursery(tmp_path) as born:
        web = Web(born, {**environment_of(app), "JIANFU_WAITING": "10"})
        web.start()
        what = first_page_answered(web.port, link)
        before = web.memory()
        during = sent(web, what, 3, most=200)
        assert set(during.statuses) == {"200", "503"}
        assert during.most_memory - before < 50 * MEGABYTE
        assert web.answers()
        wait_to_be_let_in(web)
        assert ask(web, "POST", f"/open/{link}", {})[0] == 200
        assert set(sent(web, what, 1, most=2).statuses) == {"200"}
        log = born.log.read_text()
    assert "Traceback" not in log
    assert len(log) < 10_000


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
