"""A store is full, only read, locked or away: a plain page keeps what was sent, a second try works, nothing is half."""

from __future__ import annotations

import html
import logging
import random
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse
from wtforms import Form, PasswordField

from survey import create_app, db, logs, try_again
from survey.ballot import casting, slips, store
from survey.ballot.store import Slip
from survey.day import today
from survey.staff import forms
from survey.staff.store import Account
from tests import mounts
from tests.desk import a_lesson, a_plan, log_in, make_school, save
from tests.desks import two_districts
from tests.pages import token
from tests.people import QUESTIONNAIRE, Crowd, Person
from tests.processes import Web, nursery
from tests.rounds import a_group, ballots, mixer_key
from tests.test_answering import press, state_of
from tests.test_plan_editor import TYPED

MEGABYTE = 2**20


@contextmanager
def told(engine: Engine, *statements: str) -> Iterator[None]:
    """Every connection of the engine is told something while this lasts."""

    def tell(raw: Any, *_: object) -> None:
        for statement in statements:
            raw.execute(statement)

    engine.dispose()
    event.listen(engine, "connect", tell)
    try:
        yield
    finally:
        event.remove(engine, "connect", tell)
        engine.dispose()


@contextmanager
def full(app: Flask, name: str) -> Iterator[None]:
    """No page more fits on the disk."""
    with told(app.extensions["stores"][name], "pragma max_page_count = 1"):
        yield


@contextmanager
def only_read(app: Flask, name: str) -> Iterator[None]:
    """The disk was mounted again, to be read only."""
    with told(app.extensions["stores"][name], "pragma query_only = on"):
        yield


@contextmanager
def locked(app: Flask, name: str) -> Iterator[None]:
    """Somebody else writes, and does not end."""
    engine = app.extensions["stores"][name]
    with sqlite3.connect(str(engine.url.database), isolation_level=None) as other:
        other.execute("begin immediate")
        with told(engine, "pragma busy_timeout = 0"):
            yield
        other.execute("rollback")
    other.close()


@contextmanager
def mounted_to_be_read(app: Flask, name: str) -> Iterator[None]:
    """The file system takes no writing from anybody."""
    engine = app.extensions["stores"][name]
    close_all(app)
    with mounts.only_read(Path(str(engine.url.database)).parent):
        yield
        close_all(app)


FAULTS = {"full": full, "only read": only_read, "locked": locked, "mounted to be read": mounted_to_be_read}


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest, on_files: None) -> Callable[[Flask, str], AbstractContextManager[None]]:
    """One thing that can be wrong with a file."""
    return FAULTS[request.param]


def kept(page: TestResponse) -> tuple[str, list[tuple[str, str]]]:
    """Where the page's button leads, and what it sends."""
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action, page.text[-1500:]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return html.unescape(action[1]), [(html.unescape(n), html.unescape(v)) for n, v in fields]


def send_again(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Press the page's button."""
    address, fields = kept(page)
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    return client.post(address, data=sent)


def is_plain(page: TestResponse, language: str = "zh") -> bool:
    """Whether it is the page that tries again, whole, and no other word of what was wrong."""
    assert page.status_code == 503
    assert 0 < int(page.headers["Retry-After"]) <= try_again.LONGEST_WAIT_SECONDS * (1 + try_again.SPREAD)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search("sqlite|psycopg|Traceback|disk|database", page.text)
    said = {"zh": "我们这边暂时出了点问题。", "en": "Something at our end does not work at this moment."}
    return said[language] in page.text


def last_page(client: FlaskClient, link: str, **typed: str) -> TestResponse:
    """A questionnaire at its last page."""
    page = client.post(link, data=typed)
    while 'value="send"' not in page.text:
        page = press(client, page)
    return page


def last_page_of_a_slip(app: Flask, client: FlaskClient) -> TestResponse:
    """The same, of whoever came with a slip."""
    with app.app_context():
        code = slips.issue(a_group("slips").id, 1)[0]
    return last_page(client, "/a", code=code)


def test_an_answer_that_cannot_be_stored_stays_on_the_page_and_counts_once_when_sent_again(
    app: Flask, client: FlaskClient, fault: Callable[[Flask, str], AbstractContextManager[None]]
) -> None:
    with app.app_context():
        link = f"/open/{a_group().id}?lang=en"
    page = last_page(client, link)
    with fault(app, "ballots"):
        refused = press(client, page, "send", comment="my own words & more")
        assert is_plain(refused, "en")
        assert ("comment", "my own words & more") in kept(refused)[1]
        assert is_plain(send_again(client, refused), "en")
    assert ballots(app) == 0
    for _ in range(2):
        assert send_again(client, refused).status_code == 303
    assert ballots(app) == 1


def test_a_slip_is_not_burnt_by_an_answer_that_was_not_stored(
    app: Flask, client: FlaskClient, fault: Callable[[Flask, str], AbstractContextManager[None]]
) -> None:
    page = last_page_of_a_slip(app, client)
    with fault(app, "ballots"):
        assert is_plain(press(client, page, "send"))
    with app.app_context():
        assert db.session("ballots").scalars(select(Slip.receipt_hash)).all() == [None]
    assert press(client, page, "send").status_code == 303


# A lesson finds room on a page that is there, so that a full disk takes it.
@pytest.mark.parametrize("fault", ["only read", "locked", "mounted to be read"], indirect=True)
def test_a_principals_lesson_is_kept_until_it_can_be_stored(
    app: Flask, fault: Callable[[Flask, str], AbstractContextManager[None]]
) -> None:
    make_school(app)
    save(app, a_plan(a_lesson()))
    desk = log_in(app)
    form = token(desk.get("/school/plan/lesson").text)
    with fault(app, "desk"):
        refused = desk.post("/school/plan/lesson", data={"csrf_token": form, **TYPED})
        assert is_plain(refused, "en")
    subject = str(TYPED["subject"])
    assert subject not in desk.get("/school/plan").text
    assert send_again(desk, refused).status_code == 303
    assert subject in desk.get("/school/plan").text


def test_a_page_that_was_only_asked_for_comes_again_by_itself_and_ever_less_often(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda least, _most: least)
    with app.app_context():
        address = f"/open/{a_group().id}?lang=zh&from=a%26b"
    waits = []
    with away(app, "ballots"):
        for _ in range(7):
            page = client.get(address)
            assert is_plain(page)
            wait, address = page.headers["Refresh"].split("; url=")
            waits.append(int(wait))
    assert waits == [3, 6, 12, 24, 48, 60, 60]
    assert address.endswith("?lang=zh&from=a%26b&again=7")
    assert client.get(address).status_code == 200


@contextmanager
def away(app: Flask, name: str) -> Iterator[None]:
    """A store that cannot be opened."""
    engine = app.extensions["stores"][name]

    def refuse(*_: object) -> None:
        raise engine.dialect.loaded_dbapi.OperationalError("unable to open database file")

    engine.dispose()
    event.listen(engine, "do_connect", refuse)
    yield
    event.remove(engine, "do_connect", refuse)


def test_the_page_that_tries_again_leads_to_no_other_site(app: Flask, client: FlaskClient) -> None:
    pages = app.extensions["try_again"]
    for path in ("//elsewhere.example/a", "///elsewhere.example", "/\\elsewhere.example"):
        answer = pages.answer(try_again.Asked("GET", path, ""), try_again.DISTURBED, "zh", None)
        for address in (dict(answer.headers)["Refresh"].split("url=")[1], answer.body.decode().split('href="/')[1]):
            assert re.match(r"/?[\w%]", address), address


def test_a_password_is_never_put_into_a_page(app: Flask) -> None:
    kinds = [kind for kind in vars(forms).values() if isinstance(kind, type) and issubclass(kind, Form)]
    with app.test_request_context():
        app.preprocess_request()
        passwords = {field.name for kind in kinds for field in kind() if isinstance(field, PasswordField)}
    assert passwords
    assert passwords <= try_again.NOT_KEPT


def test_of_a_store_that_is_away_a_log_tells_once_a_minute_and_how_often_it_was_met(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        page = last_page(client, f"/open/{a_group().id}")
    with away(app, "ballots"):
        for _ in range(3):
            press(client, page, "send")
        assert len(caplog.messages) == 1
        monkeypatch.setattr(logs, "SECONDS_BETWEEN", 0)
        press(client, page, "send")
    assert caplog.messages[1] == f"{caplog.messages[0]} (2 more times since this was last said)"


def test_whoever_logs_in_while_the_desk_is_away_is_asked_to_go_back(app: Flask, client: FlaskClient) -> None:
    make_school(app)
    sent = {"csrf_token": token(client.get("/staff/login").text), "login": "one", "password": "secret words"}
    with away(app, "desk"):
        page = client.post("/staff/login", data=sent)
    assert is_plain(page)
    assert "secret words" not in page.text
    assert "<form" not in page.text


def test_the_house_says_which_store_does_not_answer_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    with away(app, "answers"):
        sick = client.get("/healthz")
    assert (sick.status_code, sick.json) == (503, {"stores": "do not answer: answers"})
    assert client.get("/healthz").json == {"stores": "answer"}


def test_before_the_mixer_has_started_an_answer_waits_on_its_page(tmp_path: Path) -> None:
    app = create_app(instance=tmp_path / "young")
    with app.app_context():
        link = f"/open/{a_group().id}"
    client = app.test_client()
    refused = press(client, last_page(client, link), "send")
    assert is_plain(refused)
    mixer_key(app)
    assert send_again(client, refused).status_code == 303


def test_a_log_says_what_was_wrong_in_one_line_and_nothing_of_the_answer(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        page = last_page(client, f"/open/{a_group().id}")
    with away(app, "ballots"), caplog.at_level(logging.DEBUG):
        press(client, page, "send", comment="my own words")
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert line.endswith("OperationalError: unable to open database file")
    assert "my own words" not in caplog.text
    assert state_of(page) not in caplog.text


def test_a_log_names_nobody_where_a_store_refuses_a_row(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    two_districts(app)
    with app.app_context():
        login, bureau = db.session("desk").execute(select(Account.login, Account.bureau_id)).first() or ("", "")
        named = {"name": "王小明", "login": login, "password_hash": "$argon2$", "bureau_id": bureau}
        for refused in (named, {**named, "login": "xiaoming", "bureau_id": None}):
            with pytest.raises(IntegrityError) as problem:
                db.session("desk").execute(insert(Account).values(refused))
            app.log_exception((problem.type, problem.value, problem.tb))
            db.session("desk").rollback()
    assert caplog.text.count("IntegrityError") > 1
    assert not [each for each in ("王小明", login, "xiaoming", "$argon2$") if each in caplog.text]


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_jumps_while_somebody_answers_leaves_nothing_half(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    page = last_page_of_a_slip(app, client)
    now, real_day = time.time(), today()
    with monkeypatch.context() as jumped:
        jumped.setattr(time, "time", lambda: now + days * 86_400)
        for room in (casting, store):
            jumped.setattr(room, "today", lambda: real_day + timedelta(days=days))
        during = press(client, page, "send")
    assert (during.status_code == 303) == (days <= 1)  # a page of 400 days ago is too old
    after = press(client, page, "send")
    assert after.status_code == 303
    assert ballots(app) == 1


def close_all(app: Flask) -> None:
    """No connection is left, as when a server was started anew."""
    for engine in app.extensions["stores"].values():
        engine.dispose()


@pytest.mark.usefixtures("on_files")
def test_pages_that_run_into_a_full_disk_go_on_when_there_is_room(tmp_path: Path) -> None:
    app = create_app(instance=tmp_path / "instance")
    mixer_key(app)
    with app.app_context():
        door = f"/open/{a_group(questionnaire=QUESTIONNAIRE.name).id}"
    with nursery(tmp_path) as born:
        web = Web(born, {"JIANFU_INSTANCE": str(tmp_path / "instance")})
        web.start()
        crowd = Crowd(web.port)
        people = (Person(number, (door, {})) for number in range(8))
        threads = crowd.answer(people, connections=2)
        crowd.wait_for(9)
        web.most_bytes_a_file(0)
        while crowd.statuses.get(503, 0) < 5:
            time.sleep(0.01)
        web.most_bytes_a_file(-1)
        for thread in threads:
            thread.join()
    assert not crowd.failures
    assert len(crowd.thanked) == 8
    assert set(crowd.statuses) == {200, 303, 503}
    assert ballots(app) == 8


@pytest.mark.usefixtures("on_files")
def test_a_log_names_nobody_whose_upload_no_disk_takes(tmp_path: Path) -> None:
    with nursery(tmp_path) as born:
        web = Web(born, {"JIANFU_INSTANCE": str(tmp_path / "instance")})
        web.start()
        web.most_bytes_a_file(MEGABYTE)
        with socket.create_connection(("127.0.0.1", web.port), timeout=10) as connection:
            host, port = connection.getsockname()
            with suppress(ConnectionError):
                connection.sendall(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (2 * MEGABYTE))
                connection.sendall(bytes(2 * MEGABYTE))
                assert connection.recv(1) == b""
        assert web.answers()
        said = born.log.read_text(encoding="utf-8")
    assert "What came could not be taken" in said
    assert "File too large" in said
    assert not [each for each in (host, str(port)) if each in said]
