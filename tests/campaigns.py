"""Rounds as a bureau runs them, and the people who answer in them."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.store import Group
from survey.campaign import rounds
from survey.day import today
from survey.questionnaire.model import Answers
from survey.staff import accounts
from tests.desks import send
from tests.pages import seen_on

ANSWERS: Answers = {"screen_yesterday": "120_180"}


def begin(app: Flask, entry: str = "slips", title: str = "Spring") -> str:
    """An open round of the first district; its address."""
    with app.app_context():
        made = rounds.create_campaign(accounts.bureau_named("Bureau"), title, entry, today() + timedelta(days=7))
        rounds.open_campaign(made)
        return f"/bureau/campaigns/{made.id}"


def open_by_hand(clerk: FlaskClient, path: str) -> TestResponse:
    """The clerk opens a draft, having looked at the page that asks."""
    return send(clerk, "/bureau/campaigns", f"{path}/open", seen=seen_on(clerk.get(f"{path}/open").text))


def group_of(app: Flask, school: str, questionnaire: str = "parent", grade: int | None = 3) -> str:
    """The id of a group."""
    with app.app_context():
        found = db.session("ballots").query(Group).filter_by(school_id=school, questionnaire=questionnaire, grade=grade)
        return str(found.one().id)


def codes_of(app: Flask, group: str, number: int = 44) -> list[str]:
    """Slips of a group."""
    with app.app_context():
        return slips.issue(group, number)


def answer(app: Flask, group: str, codes: list[str], said: Answers = ANSWERS) -> list[bool]:
    """People send what they answered; whether each was taken."""
    with app.app_context():
        return [cast(Entry(group, f"ack-{code}", slips.normalise(code)), said) for code in codes]


def close(clerk: FlaskClient, school: str, **fields: str) -> None:
    """The clerk closes a school."""
    told = {"day": str(today()), "into": "", **fields}
    assert send(clerk, f"/bureau/schools/{school}/close", **told).status_code == 303
