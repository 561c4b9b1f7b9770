"""What day it is: one answer for the whole house, that of the place where the server stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from survey import db
from survey.ballot.groups import take_until
from survey.ballot.store import Group
from survey.day import today
from survey.school.forms import ReplyForm
from tests.rounds import a_group

HOUSE = Path(__file__).parent.parent
DAY_OF_A_CLOCK = re.compile(r"now\([^()]*\)(\.astimezone\(\))?\.date\(\)|date\.today\(\)")


@pytest.fixture
def day(zone: Callable[[str], None]) -> date:
    """The server's, in a zone where it is not UTC's just now: of the two at the world's ends there is always one."""
    for outermost in ("East-14", "West+12"):
        zone(outermost)
        if today() != datetime.now(UTC).date():
            return today()
    raise AssertionError


def test_a_round_ends_with_its_last_day_where_the_server_stands(app: Flask, day: date) -> None:
    with app.app_context():
        group = a_group().id
        for last_day, is_over in ((day, False), (day - timedelta(days=1), True)):
            take_until("c1", last_day)
            assert db.session("ballots").get_one(Group, group).is_over == is_over
            db.session("ballots").expunge_all()


def test_what_a_school_promises_may_be_for_the_day_it_is_where_the_server_stands(app: Flask, day: date) -> None:
    def errors(promised: date) -> list[str]:
        form = ReplyForm(MultiDict({"words": "Less.", "by_when": promised.isoformat()}))
        form.validate()
        return list(form.by_when.errors)

    with app.test_request_context("/school/results?lang=en"):
        app.preprocess_request()
        assert not errors(day)
        assert errors(day - timedelta(days=1))


def test_nothing_else_in_the_house_asks_a_clock_for_the_day() -> None:
    asking = [path for path in (HOUSE / "survey").rglob("*.py") if DAY_OF_A_CLOCK.search(path.read_text("utf-8"))]
    assert [path.name for path in asking] == ["day.py"]
