"""Headers and cookies of every page that there is, found in the application's own list."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from survey.page_style import SECURITY_HEADERS
from tests.addresses import address_of
from tests.desks import PASSWORD, log_in, send, two_districts
from tests.visitors import a_house

KNOWN = {"number": 1, "grade": 3, "filename": "tokens.css"}
WITHOUT_COOKIE = {"answering", "home", "promise", "help", "metrics", None}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An installation behind TLS, with staff and an open round."""
    monkeypatch.setenv("JIANFU_HTTPS", "1")
    return a_house(tmp_path / "instance")


def rules(app: Flask) -> list[Rule]:
    """Every address that can be asked for."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def test_every_page_carries_every_header(house: Flask) -> None:
    for visitor in (house.test_client(), secure(house, "clerk"), secure(house, "principal")):
        for rule in rules(house):
            answer = visitor.get(address_of(house, rule, KNOWN), base_url="https://localhost", buffered=True)
            assert answer.status_code < 500, rule
            for name, value in SECURITY_HEADERS.items():
                assert answer.headers.get(name) == value, (rule, name)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "form-action 'self'" in policy
            assert "unsafe-eval" not in policy
            assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
            assert answer.headers["Cache-Control"], rule
            assert "Server" not in answer.headers


def test_who_answers_or_asks_for_help_is_given_no_cookie(house: Flask) -> None:
    visitor = house.test_client()
    for rule in rules(house):
        blueprint = rule.endpoint.rpartition(".")[0] or None
        if blueprint in WITHOUT_COOKIE:
            assert (
                "Set-Cookie"
                not in visitor.get(address_of(house, rule, KNOWN), base_url="https://localhost", buffered=True).headers
            ), rule


def test_every_cookie_is_bound_to_this_site_and_out_of_reach_of_scripts(house: Flask) -> None:
    visitor = house.test_client()
    given = [
        cookie
        for rule in rules(house)
        for cookie in visitor.get(
            address_of(house, rule, KNOWN), base_url="https://localhost", buffered=True
        ).headers.getlist("Set-Cookie")
    ]
    given += send(house.test_client(), "/staff/login", login="clerk", password=PASSWORD).headers.getlist("Set-Cookie")
    assert given
    for cookie in given:
        assert cookie.startswith("__Host-desk=")
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert not any(part.startswith("Domain") for part in parts)


def test_logging_in_begins_a_session_of_its_own(app: Flask) -> None:
    two_districts(app)
    visitor = app.test_client()
    visitor.get("/staff/login?lang=en")
    before = visitor.get_cookie("desk")
    assert before
    assert send(visitor, "/staff/login", login="clerk", password=PASSWORD).status_code == 303
    after = visitor.get_cookie("desk")
    assert after
    assert after.value != before.value
    thief = app.test_client()
    thief.set_cookie("desk", before.value)  # what was known before the log-in opens nothing
    assert thief.get("/bureau/").status_code == 302
    with visitor.session_transaction() as session:
        assert session["account"]
        assert session["language"] == "en"


def test_logging_out_and_another_password_end_a_session(app: Flask) -> None:
    two_districts(app)
    visitor, elsewhere = log_in(app, "clerk"), log_in(app, "clerk")
    send(visitor, "/staff/account", password=PASSWORD, new="another long password", again="another long password")
    assert visitor.get("/bureau/").status_code == 200
    assert elsewhere.get("/bureau/").status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_logging_out(app: Flask) -> None:
    two_districts(app)
    visitor, thief = log_in(app, "clerk"), app.test_client()
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = visitor.get_cookie(name)
    assert cookie
    thief.set_cookie(name, cookie.value)
    assert thief.get("/bureau/").status_code == 200
    assert send(visitor, "/staff/account", "/staff/logout").status_code == 302
    assert thief.get("/bureau/").status_code == 302


def secure(house: Flask, login: str) -> FlaskClient:
    """Somebody at a desk, over TLS."""
    visitor = house.test_client()
    visitor.environ_base["wsgi.url_scheme"] = "https"
    assert send(visitor, "https://localhost/staff/login", login=login, password=PASSWORD).status_code == 303
    return visitor
