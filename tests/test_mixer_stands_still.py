"""A mixer that was stopped, or cannot go on, is seen by whoever watches the server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Date, event, inspect, update

from survey import db
from survey.ballot import last_turn, seal_key
from survey.ballot.casting import Entry, cast
from survey.ballot.groups import take_no_more
from survey.ballot.store import SealKey
from survey.day import today
from tests.rounds import a_group

NEEDED = "A round is open or ballots wait, and the mixer has completed no turn"


def mix(app: Flask) -> int:
    """A turn of the mixer; how it ends."""
    return app.test_cli_runner().invoke(args=["mix"]).exit_code


def stood_still(app: Flask, days: int) -> None:
    """The mixer completed its last turn so many days ago."""
    with app.app_context():
        db.session("ballots").execute(update(SealKey).values(last_turn_on=today() - timedelta(days=days)))
        db.session("ballots").commit()


def checked(app: Flask) -> str:
    """What the check says."""
    return app.test_cli_runner().invoke(args=["check"]).output


@pytest.mark.parametrize(("days", "said"), [(0, False), (2, False), (3, True)])
def test_a_mixer_that_stands_still_while_a_round_is_open_is_named(app: Flask, days: int, said: bool) -> None:
    with app.app_context():
        a_group()
    stood_still(app, days)
    assert (f"{NEEDED} for {days} days" in checked(app)) == said
    assert ("ok     the mixer's turns" in checked(app)) != said


def test_a_mixer_that_stands_still_while_ballots_wait_is_named(app: Flask) -> None:
    with app.app_context():
        assert cast(Entry(a_group().id, "ack", None), {})
        take_no_more("c1")
    stood_still(app, 3)
    assert f"{NEEDED} for 3 days" in checked(app)


def test_a_mixer_that_is_not_needed_may_stand_still(app: Flask) -> None:
    assert "ok     the mixer's turns" in checked(app)
    stood_still(app, 300)
    assert "ok     the mixer's turns" in checked(app)
    with app.app_context():
        a_group()
        take_no_more("c1")
    assert "ok     the mixer's turns" in checked(app)


def test_a_mixer_that_never_completed_a_turn_is_named_once_a_round_is_open(app: Flask) -> None:
    with app.app_context():
        a_group()
    assert f"{NEEDED} yet" in checked(app)
    assert mix(app) == 0
    assert "ok     the mixer's turns" in checked(app)


def test_a_turn_that_could_not_be_completed_is_none(app: Flask) -> None:
    stood_still(app, 3)
    (app.config["SETTINGS"].mixer_keys / seal_key.FILE).unlink()
    assert mix(app) == 1
    with app.app_context():
        assert last_turn.days_since() == 3


def test_of_the_mixers_turns_the_day_alone_is_kept(app: Flask) -> None:
    assert mix(app) == 0
    with app.app_context():
        assert last_turn.days_since() == 0
        kinds = {each["name"]: each["type"] for each in inspect(db.engine("ballots")).get_columns("seal_key")}
    assert set(kinds) == {"id", "public", "used", "rewriting_owed", "last_turn_on"}
    assert isinstance(kinds["last_turn_on"], Date)


def test_the_day_of_a_turn_is_written_once_a_day(app: Flask) -> None:
    written = list[str]()
    stood_still(app, 1)
    with app.app_context():
        event.listen(db.engine("ballots"), "before_cursor_execute", lambda *told: written.append(told[2]))
    for _ in range(3):
        assert mix(app) == 0
    assert [each for each in written if each.lower().startswith(("update", "insert", "delete"))] == [
        each for each in written if "SET last_turn_on" in each
    ]
    assert len([each for each in written if "SET last_turn_on" in each]) == 1


def test_days_since_the_mixers_last_turn_are_told_in_the_metrics(app: Flask, client: FlaskClient) -> None:
    assert "jianfu_mixer_idle_days" not in client.get("/metrics").text
    assert mix(app) == 0
    assert "\njianfu_mixer_idle_days 0\n" in client.get("/metrics").text
    stood_still(app, 5)
    assert "\njianfu_mixer_idle_days 5\n" in client.get("/metrics").text
