"""Families that ask for help and whoever works their requests, for tests. Every name here is invented."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import db
from survey.assistance import asking, doors, people
from survey.assistance.receipts import read
from survey.staff import accounts
from tests.desks import Districts, log_in, two_districts

HIDDEN = re.compile(r'name="(csrf_token|version|once)"[^>]* value="([^"]*)"')
WHO, REACH, WORDS = "Synthetic parent Zwq", "phone 000-0000-0042", "One telephone for two children, Xyv."


def a_district(app: Flask) -> Districts:
    """Two districts; `principal` is named for assistance at the first one's school."""
    districts = two_districts(app)
    name_helper(app, "principal")
    return districts


def name_helper(app: Flask, login: str) -> None:
    """Let an account see its school's requests."""
    with app.app_context():
        people.name(accounts.of_login(login))
        db.session("desk").commit()


def page_of(app: Flask, school: str) -> str:
    """The address of a school's page for families, in English."""
    with app.app_context():
        return f"/help/{doors.of_school(school).id}?lang=en"


def form_of(page: TestResponse) -> str:
    """What tells one form from another."""
    found = re.search(r'name="form" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def fill(client: FlaskClient, page: str, address: str | None = None, **fields: str | list[str]) -> TestResponse:
    """Fill in the forms of a desk's page, with what they carry unseen, and send it there or to another address."""
    unseen = dict(HIDDEN.findall(client.get(page).text))
    return client.post(address or page, data={**unseen, **fields})


def ask(
    client: FlaskClient,
    page: str,
    form: str | None = None,
    needs: Sequence[str] = ("device",),
    headers: dict[str, str] | None = None,
    **other: str,
) -> TestResponse:
    """Fill in a school's page and send it."""
    written = {"who": WHO, "reach": REACH, "grade": "3", "words": WORDS, "needs": list(needs), **other}
    return client.post(page, data={"form": form or form_of(client.get(page)), **written}, headers=headers)


def code_in(page: TestResponse) -> str:
    """The receipt code that a page tells."""
    found = re.search(r"<strong>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){3})</strong>", page.text)
    assert found, page.text
    return found[1]


def look_up(client: FlaskClient, code: str, do: str = "") -> TestResponse:
    """What a code opens."""
    return client.post("/help/mine?lang=en", data={"code": code, "do": do})


def id_of(app: Flask, code: str) -> str:
    """The request with a receipt code."""
    with app.app_context():
        plain = read(code)
        assert plain
        found = asking.of_code(plain)
        assert found
        return found.id


def at_desk(app: Flask, login: str = "principal") -> FlaskClient:
    """Somebody at a desk, in English."""
    return log_in(app, login)
