"""More people come than can be served: some are served at full speed, the others told so, and nothing breaks."""

from __future__ import annotations

import html
import os
import re
import select
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from benchmarks import wrk
from benchmarks.overload import Refused, by_status, first_page_answered, sent
from survey.door import messenger
from survey.door.serving import BOUNDS, INNER_CONNECTIONS
from tests.doors import ask, asking, whole
from tests.processes import Web, environment_of, nursery
from tests.rounds import a_group

MEGABYTE = 2**20


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


def wait_to_be_let_in(web: Web) -> None:
    """Until the house has seen that it is not full any more."""
    while ask(web, "GET", "/")[0] == 503:
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("refused", "at_the_door", "inside", "amiss"),
    [(50, 50, 0, 0), (50, 53, 0, 0), (50, 49, 0, 1), (50, 52, 2, 2)],
    ids=["all at the door", "some did not stay to hear it", "one by nobody", "two inside"],
)
def test_the_bench_takes_whoever_was_not_turned_away_at_the_door_for_amiss(
    refused: int, at_the_door: int, inside: int, amiss: int
) -> None:
    told = wrk.Told(1, Counter(answered=10, refused=refused), 0, 0, 3)
    found = by_status(told, Refused(7, 1), Refused(7 + at_the_door, 1 + inside))
    expected = {"200": 10, "503": refused - amiss, "refused inside": amiss, "cut off": 3}
    assert found == Counter({status: number for status, number in expected.items() if number})


def test_the_server_counts_whom_it_turns_away_at_the_door(full_house: Web) -> None:
    before = Refused.so_far(full_house)
    for _ in range(3):
        assert ask(full_house, "GET", "/a?lang=zh")[0] == 503
    after = Refused.so_far(full_house)
    assert (after.at_the_door - before.at_the_door, after.inside - before.inside) == (3, 0)


def test_whoever_comes_to_a_full_house_is_told_so_and_the_page_comes_again(full_house: Web) -> None:
    status, page, headers = ask(full_house, "GET", "/a?lang=zh")
    assert status == 503
    assert "现在使用的人很多。" in page
    assert headers["Refresh"] == f"{headers['Retry-After']}; url=/a?lang=zh&again=1"
    assert "Many people are here at this moment." in ask(full_house, "GET", "/", Accept_Language="en-GB,en;q=0.9")[1]


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
