"""Logging in: guessing is slowed, and a page that asked for a log-in is reached after it."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app, db
from survey.staff import accounts, guessing
from survey.staff.store import Bureau

PASSWORD = "correct horse battery"


@pytest.fixture
def desk(app: Flask) -> Iterator[FlaskClient]:
    """A visitor of an installation with one bureau account, `clerk`."""
    with app.app_context():
        bureau = Bureau(name="Bureau", place="CN-34")
        db.session("desk").add(bureau)
        accounts.add("clerk", "Clerk", PASSWORD, bureau)
        db.session("desk").commit()
    yield app.test_client()
    guessing.forget("clerk")


def send(client: FlaskClient, password: str, address: str = "/staff/login", token: str | None = None):  # type: ignore[no-untyped-def]
    """Type the clerk's login with a password."""
    if token is None:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/login?lang=en").text)
        assert found
        token = found[1]
    return client.post(address, data={"csrf_token": token, "login": "clerk", "password": password})


def test_nobody_else_on_the_machine_reads_the_installation(tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"
    create_app(instance=instance)
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert {stat.S_IMODE(key.stat().st_mode) for key in (instance / "keys").iterdir()} == {0o600}


def test_after_three_wrong_passwords_the_next_must_wait(desk: FlaskClient) -> None:
    for _ in range(guessing.FREE_TRIES + 1):
        assert "do not belong together" in send(desk, "a guess").text
    refused = send(desk, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= guessing.LONGEST_WAIT_SECONDS


def test_the_wait_doubles_and_ends_with_the_right_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing.time, "monotonic", lambda: 1000.0)
    waits = []
    for _ in range(11):
        guessing.note_wrong("someone")
        waits.append(guessing.seconds_to_wait("someone"))
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 40, 40]
    guessing.forget("someone")
    assert guessing.seconds_to_wait("someone") == 0


def test_strangers_logins_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "MOST_LOGINS_REMEMBERED", 3)
    monkeypatch.setattr(guessing, "_wrong", type(guessing._wrong)())
    for number in range(5):
        guessing.note_wrong(f"stranger {number}")
    assert list(guessing._wrong) == ["stranger 2", "stranger 3", "stranger 4"]


def test_a_log_in_without_this_sessions_token_is_refused(desk: FlaskClient) -> None:
    assert desk.get("/bureau/").status_code == 302
    send(desk, PASSWORD, token="forged")
    assert desk.get("/bureau/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/bureau/schools", "/bureau/schools"),
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
