"""The second step of a log-in: a code works once, guessing it is slowed, its secret is nowhere in the clear."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app, db
from survey.staff import accounts, guessing, second_step
from survey.staff.store import Account
from tests.desks import PASSWORD, log_in, send, two_districts

PAGE = "/staff/account/second-step"
LOGIN = "/staff/login?lang=en"
CODE = "/staff/login/code"


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some time steps away."""
    return pyotp.TOTP(secret).at(time.time(), counter_offset=steps)


def turn_on(clerk: FlaskClient) -> str:
    """Turn the second step on; its secret."""
    page = clerk.get(PAGE).text
    found, sealed = re.search(r"<code[^>]*>([A-Z2-7 ]+)<", page), re.search(r'name="sealed" value="([^"]+)"', page)
    assert found
    assert sealed
    secret = found[1].replace(" ", "")
    answer = send(clerk, PAGE, sealed=sealed[1], password=PASSWORD, code=code_of(secret))
    assert answer.status_code == 303
    return secret


def half(app: Flask) -> FlaskClient:
    """Somebody who has typed the clerk's right password, and no code yet."""
    client = app.test_client()
    assert send(client, LOGIN, login="clerk", password=PASSWORD).headers["Location"] == CODE
    return client


def test_it_is_in_force_only_after_a_right_code(app: Flask, clerk: FlaskClient) -> None:
    page = clerk.get(PAGE).text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed
    wrong = send(clerk, PAGE, sealed=sealed[1], password=PASSWORD, code="000000")
    assert "This code is not right" in wrong.text
    assert sealed[1] in wrong.text  # the picture that was read already stays
    log_in(app, "clerk")
    turn_on(clerk)
    assert half(app).get("/bureau/").status_code == 302


def test_who_has_the_password_alone_sees_no_page_of_the_desk(app: Flask, clerk: FlaskClient) -> None:
    turn_on(clerk)
    client = half(app)
    for page in ("/bureau/", "/bureau/schools", "/staff/account", "/staff/trail", PAGE):
        assert client.get(page).status_code == 302
    assert "current_account" not in client.get(CODE).text
    assert "Log out" not in client.get(CODE).text


def test_a_code_works_once(app: Flask, clerk: FlaskClient) -> None:
    secret = turn_on(clerk)
    first, second = half(app), half(app)
    code = code_of(secret, 1)
    assert send(first, CODE, code=f"{code[:3]} {code[3:]}").headers["Location"] == "/bureau/"
    assert first.get("/bureau/").status_code == 200
    assert "was used already" in send(second, CODE, code=code).text
    # Nor does one that came before it, such as the one that turned the step on.
    assert "was used already" in send(second, CODE, code=code_of(secret)).text
    assert second.get("/bureau/").status_code == 302


def test_of_two_posts_of_one_code_the_store_lets_one_through(app: Flask, clerk: FlaskClient) -> None:
    code = code_of(turn_on(clerk), 1)
    with app.app_context():
        account = accounts.of_login("clerk")
        with app.app_context():  # another request, which has read the account before the first used the code
            other = accounts.of_login("clerk")
            assert other.second_step_used == account.second_step_used
            db.session("desk").commit()
            assert second_step.use(other, code)
        db.session("desk").commit()
        assert not second_step.use(account, code)


def test_wrong_codes_count_like_wrong_passwords_and_the_password_ends_no_count(app: Flask, clerk: FlaskClient) -> None:
    secret = turn_on(clerk)
    for _ in range(guessing.FREE_TRIES):
        send(half(app), CODE, code="000000")
    client = half(app)
    assert "This code is not right" in send(client, CODE, code="000000").text
    assert send(client, CODE, code=code_of(secret, 1)).status_code == 429
    assert send(app.test_client(), LOGIN, login="clerk", password=PASSWORD).status_code == 429
    guessing.forget("clerk")


def test_half_a_log_in_is_over_after_some_minutes_and_when_the_account_changes(app: Flask, clerk: FlaskClient) -> None:
    turn_on(clerk)
    stale, outdated = half(app), half(app)
    with stale.session_transaction() as session:
        session["since"] -= 60 * 60
    assert stale.get(CODE).headers["Location"] == "/staff/login"
    with app.app_context():
        accounts.of_login("clerk").stamp = "another"
        db.session("desk").commit()
    assert outdated.get(CODE).headers["Location"] == "/staff/login"


def test_turning_it_on_or_off_ends_the_other_sessions_and_off_takes_password_and_code(
    app: Flask, clerk: FlaskClient
) -> None:
    elsewhere = log_in(app, "clerk")
    secret = turn_on(clerk)
    assert clerk.get("/bureau/").status_code == 200
    assert elsewhere.get("/bureau/").status_code == 302
    code = code_of(secret, 1)
    assert "This is not your password" in send(clerk, PAGE, password="a guess", code=code).text
    assert "This code is not right" in send(clerk, PAGE, password=PASSWORD, code="000000").text
    assert send(clerk, PAGE, password=PASSWORD, code=code).status_code == 303
    log_in(app, "clerk")


def test_the_secret_is_nowhere_in_the_store_nor_in_the_session(app: Flask, clerk: FlaskClient) -> None:
    secret = turn_on(clerk)
    with clerk.session_transaction() as session:
        assert secret not in str(dict(session))
    for file in app.config["SETTINGS"].instance.glob("desk.db*"):
        assert secret.encode() not in file.read_bytes()


def test_a_sealed_secret_serves_its_own_account_alone(app: Flask, clerk: FlaskClient) -> None:
    secret = turn_on(clerk)
    with app.app_context():
        mine, other = accounts.of_login("clerk"), accounts.of_login("clerk2")
        other.second_step = mine.second_step
        with pytest.raises(second_step.SecretLost, match="reset-second-step clerk2"):
            second_step.use(other, code_of(secret, 1))


def test_whoever_runs_the_server_takes_it_off_when_the_phone_is_lost(app: Flask, clerk: FlaskClient) -> None:
    turn_on(clerk)
    done = app.test_cli_runner().invoke(args=["staff", "reset-second-step", "clerk"])
    assert done.exit_code == 0, done.output
    assert clerk.get("/bureau/").status_code == 302
    again = log_in(app, "clerk")
    assert "The second step of clerk was taken off on the server." in again.get("/staff/trail").text
    unknown = app.test_cli_runner().invoke(args=["staff", "reset-second-step", "nobody"])
    assert unknown.exit_code == 1
    assert "There is no account with the login nobody." in unknown.output


def test_a_principal_may_turn_it_on_too(app: Flask, clerk: FlaskClient) -> None:
    principal = log_in(app, "principal")
    assert "second-step" in principal.get("/staff/account").text
    turn_on(principal)
    with app.app_context():
        assert [each.login for each in db.session("desk").query(Account) if each.second_step] == ["principal"]


@pytest.mark.parametrize("login", ["clerk", "principal"])
def test_where_it_is_demanded_no_page_of_a_desk_opens_without_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, login: str
) -> None:
    monkeypatch.setenv("JIANFU_SECOND_STEP", "1")
    app = create_app(instance=tmp_path / "strict")
    two_districts(app)
    staff = log_in(app, login)
    for page in ("/bureau/", "/school/", "/assistance/", "/staff/account", "/staff/trail"):
        assert staff.get(page).headers["Location"] == PAGE
    assert "Turn it on first." in staff.get(PAGE).text
    turn_on(staff)
    assert staff.get("/staff/account").status_code == 200
    assert "Turn it on first." not in staff.get(PAGE).text
