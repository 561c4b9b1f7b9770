"""Logging in: guessing is slowed, a page that asked for a log-in is reached after it, a new password ends sessions."""

from __future__ import annotations

import re
import stat
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from nacl import pwhash
from werkzeug.test import TestResponse

from survey import create_app, db
from survey.staff import guessing, passwords
from survey.staff.passwords import is_tried_first
from survey.staff.store import Deed
from tests import pages
from tests.desks import PASSWORD, log_in, two_districts
from tests.desks import send as send_form

NEW_PASSWORD = "another horse battery"


@pytest.fixture
def desk(app: Flask) -> Iterator[FlaskClient]:
    """A visitor of an installation that has an account `clerk`."""
    two_districts(app)
    yield app.test_client()
    guessing.forget("clerk")


def send(client: FlaskClient, password: str, address: str = "/staff/login", token: str | None = None) -> TestResponse:
    """Type the clerk's login with a password."""
    if token is None:
        token = pages.token(client.get("/staff/login?lang=en").text)
    return client.post(address, data={"csrf_token": token, "login": "clerk", "password": password})


def test_nobody_else_on_the_machine_reads_the_installation(tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"
    create_app(instance=instance)
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert {stat.S_IMODE(key.stat().st_mode) for key in (instance / "keys").iterdir()} == {0o600}


@pytest.fixture
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time goes by, so that on a machine with much to do no wait is over before the next try."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)


@pytest.mark.usefixtures("all_at_once")
def test_after_three_wrong_passwords_the_next_must_wait(desk: FlaskClient) -> None:
    for _ in range(guessing.FREE_TRIES + 1):
        assert "do not belong together" in send(desk, "a guess").text
    refused = send(desk, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= guessing.LONGEST_WAIT_SECONDS


@pytest.mark.usefixtures("all_at_once")
def test_a_login_that_does_not_exist_is_answered_word_for_word_like_one_that_does(desk: FlaskClient) -> None:
    def answers(login: str) -> list[tuple[int, str]]:
        told = []
        for _ in range(guessing.FREE_TRIES + 2):
            answer = send_form(desk, "/staff/login?lang=en", login=login, password="a guess")
            page = re.sub(r'name="csrf_token"[^>]*|\b\d+ seconds', "", answer.text).replace(login, "")
            told.append((answer.status_code, page))
        guessing.forget(login)
        return told

    assert answers("clerk") == answers("nobody")


def test_the_same_hashing_is_done_for_a_login_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def parameters(password_hash: str | None) -> tuple[int, list[str]]:
        checked: list[bytes] = []

        def verify(password_hash: bytes, password: bytes) -> bool:
            checked.append(password_hash)
            return bool(verified(password_hash, password))

        monkeypatch.setattr(pwhash, "verify", verify)
        passwords._nobody.cache_clear()
        assert not passwords.fits("a guess", password_hash)
        # What takes the time of the first call of all is done whichever login it is.
        return passwords._nobody.cache_info().currsize, [each.decode().rsplit("$", 2)[0] for each in checked]

    verified, known = pwhash.verify, passwords.hashed(PASSWORD)
    assert parameters(known) == parameters(None)


def test_a_new_password_that_was_not_sent_at_all_is_refused_in_words(app: Flask, desk: FlaskClient) -> None:
    page = send_form(log_in(app, "clerk"), "/staff/account?lang=en", password=PASSWORD)
    assert "Type a password of at least 10 characters." in page.text


def test_a_password_is_hashed_at_the_cost_that_libsodium_advises(
    usual_cost: passwords.Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "COST", usual_cost)
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=65536,t=2,p=1$")


def test_a_try_counts_from_its_beginning_and_the_wait_doubles_until_one_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    waits = []
    for _ in range(1200):
        assert guessing.begin_try("someone") == 0
        # A second one at the same time finds the wait that the first began.
        if wait := guessing._wrong["someone"].until - now[0]:
            assert guessing.begin_try("someone") == wait
        waits.append(wait)
        now[0] += wait
    assert waits[:11] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 40, 40]
    assert waits[-1] == guessing.LONGEST_WAIT_SECONDS
    guessing.begin_try("someone")
    guessing.forget("someone")
    assert guessing.begin_try("someone") == 0
    guessing.forget("someone")


def test_a_right_password_whose_code_is_still_to_come_ends_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for _ in range(guessing.FREE_TRIES + 2):
        now[0] += guessing.begin_try("someone") + guessing.LONGEST_WAIT_SECONDS
    assert guessing.begin_try("someone") == 0
    guessing.take_back("someone")
    assert guessing.begin_try("someone") == 0
    assert guessing.begin_try("someone") == 4
    guessing.forget("someone")


def test_strangers_logins_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "MOST_LOGINS_REMEMBERED", 3)
    monkeypatch.setattr(guessing, "_wrong", type(guessing._wrong)())
    for number in range(5):
        guessing.begin_try(f"stranger {number}")
    assert list(guessing._wrong) == ["stranger 2", "stranger 3", "stranger 4"]


def test_a_log_in_without_this_sessions_token_is_refused(desk: FlaskClient) -> None:
    assert desk.get("/bureau/").status_code == 302
    send(desk, PASSWORD, token="forged")
    assert desk.get("/bureau/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/bureau/schools", "/bureau/schools"),
        ("/staff/account", "/staff/account"),
        ("//elsewhere.example/bureau", "/bureau/"),
        ("https://elsewhere.example/", "/bureau/"),
        ("/school\\..", "/bureau/"),
    ],
)
def test_the_page_asked_for_is_reached_after_the_log_in_if_it_is_ours(
    desk: FlaskClient, asked: str, reached: str
) -> None:
    answer = send(desk, PASSWORD, f"/staff/login?next={asked}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == reached


def test_a_new_password_takes_the_old_one_and_ends_the_other_sessions(app: Flask, desk: FlaskClient) -> None:
    here, elsewhere = log_in(app, "clerk"), log_in(app, "clerk")
    new = {"new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert "This is not your password" in send_form(here, "/staff/account", password="a guess", **new).text
    assert elsewhere.get("/bureau/").status_code == 200
    assert send_form(here, "/staff/account", password=PASSWORD, **new).status_code == 303
    assert here.get("/bureau/").status_code == 200
    assert elsewhere.get("/bureau/").status_code == 302
    assert "do not belong together" in send(app.test_client(), PASSWORD).text
    log_in(app, "clerk", NEW_PASSWORD)


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [("short", "short", "at least 10 characters"), (NEW_PASSWORD, "another one", "are not the same")],
)
def test_a_new_password_is_long_enough_and_typed_alike_twice(
    app: Flask, desk: FlaskClient, new: str, again: str, said: str
) -> None:
    here = log_in(app, "principal")
    assert said in send_form(here, "/staff/account", password=PASSWORD, new=new, again=again).text
    log_in(app, "principal")


def test_wrong_present_passwords_make_one_wait_as_at_the_log_in(app: Flask, desk: FlaskClient) -> None:
    here, new = log_in(app, "clerk"), {"new": NEW_PASSWORD, "again": NEW_PASSWORD}
    for _ in range(guessing.FREE_TRIES + 1):
        send_form(here, "/staff/account", password="a guess", **new)
    assert "Too many wrong tries" in send_form(here, "/staff/account", password=PASSWORD, **new).text


def test_wrong_passwords_stand_in_the_trail_once_a_run_and_never_for_a_login_that_is_nobodys(
    app: Flask, desk: FlaskClient
) -> None:
    for _ in range(2):
        send(desk, "a guess")
    send_form(desk, "/staff/login?lang=en", login="nobody", password="a guess")
    clerk = log_in(app, "clerk")
    send(app.test_client(), "another guess")
    with app.app_context():
        deeds = [(deed.login, deed.deed, deed.fields) for deed in db.session("desk").query(Deed).order_by(Deed.id)]
    wrong = "failed_to_log_in"
    assert deeds == [
        ("clerk", wrong, {"number": 2}),
        ("clerk", "logged_in", {}),
        ("clerk", wrong, {"number": 1}),
    ]
    trail = clerk.get("/staff/trail").text
    assert "A wrong password was typed for this account; in a row: 2." in trail
    assert "guess" not in trail


def test_the_trail_says_in_which_zone_its_times_are(app: Flask, desk: FlaskClient, zone: Callable[[str], None]) -> None:
    clerk = log_in(app, "clerk")
    with app.app_context():
        db.session("desk").query(Deed).one().at = datetime.fromisoformat("2020-03-09 16:30")
        db.session("desk").commit()
    shown = {}
    for name in ("Asia/Shanghai", "UTC"):
        zone(name)
        (table,) = pages.read(clerk.get("/staff/trail").text).tables.values()
        shown[name] = table[0][0], table[1][0]
    assert shown == {
        "Asia/Shanghai": ("When (UTC+08:00)", "2020-03-10 00:30"),
        "UTC": ("When (UTC)", "2020-03-09 16:30"),
    }


@pytest.mark.parametrize(
    "password",
    [
        "Password123",
        "qwertyuiop",
        "1234567890123",
        "aaaaaaaaaaab",
        "abcdefghijkl",
        "xx-principal-xx",
        "0987654321",
        "my Jianfu 2020",
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str) -> None:
    assert is_tried_first(password, "principal")


@pytest.mark.parametrize("password", ["correct horse battery", "春眠不觉晓，处处闻啼鸟", "t7-Kd9.mQ2x"])
def test_any_other_password_is_taken(password: str) -> None:
    assert not is_tried_first(password, "principal", "Li")


def test_whoever_chooses_a_password_is_told_that_it_is_tried_first(app: Flask) -> None:
    two_districts(app)
    desk = log_in(app, "clerk")
    answer = send_form(desk, "/staff/account", password=PASSWORD, new="the clerk's own", again="the clerk's own")
    assert "one of the first that are tried" in answer.text
    assert log_in(app, "clerk").get("/bureau/").status_code == 200
