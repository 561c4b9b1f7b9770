"""A draft is changed or thrown away, an open round's last day is moved, and no two rounds look alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.ballot import slips
from survey.ballot.store import Group
from survey.campaign import days, drafts, rounds
from survey.campaign.store import Campaign
from survey.day import today
from survey.staff.store import Deed
from tests.campaigns import begin, open_by_hand
from tests.desks import send
from tests.pages import read
from tests.test_new_round import PAGE, TERMS, draft, in_days


def deeds(app: Flask) -> list[str]:
    """What was done with rounds."""
    with app.app_context():
        return [deed.deed for deed in db.session("desk").query(Deed).order_by(Deed.id) if deed.deed != "logged_in"]


def test_a_draft_is_changed_with_the_form_it_was_made_with(app: Flask, clerk: FlaskClient) -> None:
    path = draft(clerk, roles=["teacher"], opens_on=in_days(1))
    form = clerk.get(f"{path}/change").text
    for said in ('value="Spring"', 'value="teacher" checked', f'value="{in_days(1)}"', f'value="{in_days(7)}"'):
        assert said in form
    assert 'value="parent" checked' not in form
    other: dict[str, Any] = {"title": "Summer", "entry": "open_link", "roles": ["parent"], "closes_on": in_days(3)}
    assert send(clerk, f"{path}/change", **other).status_code == 303
    words = read(clerk.get(path).text).words
    assert "Summer" in words
    assert f"to {in_days(3)}, by open links" in words
    assert [row[0] for row in read(clerk.get(path).text).tables["Whom it would ask"][1:]] == ["Parents"]
    assert deeds(app) == ["created_round", "changed_draft"]


def test_a_draft_is_thrown_away_after_a_question_and_the_trail_keeps_it(app: Flask, clerk: FlaskClient) -> None:
    path = draft(clerk)
    assert "It cannot be taken back." in clerk.get(f"{path}/throw-away").text
    assert clerk.get(path).status_code == 200
    assert send(clerk, f"{path}/throw-away").headers["Location"] == PAGE
    assert "The draft «Spring» is thrown away." in clerk.get(PAGE).text
    assert clerk.get(path).status_code == 404
    assert deeds(app)[:2] == ["created_round", "threw_draft_away"]


@pytest.mark.parametrize("page", ["change", "throw-away"])
def test_an_open_round_is_neither_changed_nor_thrown_away(app: Flask, clerk: FlaskClient, page: str) -> None:
    path = begin(app)
    assert clerk.get(f"{path}/{page}").status_code == 303
    told = {**TERMS, "title": "Other", "closes_on": in_days(3)}
    assert send(clerk, PAGE, f"{path}/{page}", **told).status_code == 303
    assert "That is not possible now: the round is open." in clerk.get(path).text
    with app.app_context():
        assert db.session("desk").query(Campaign).one().title == "Spring"


def test_a_draft_whose_opening_was_cut_off_keeps_its_groups(app: Flask, clerk: FlaskClient) -> None:
    path = begin(app)
    with app.app_context():
        found = db.session("desk").query(Campaign).one()
        found.state = "draft"
        db.session("desk").commit()
        with pytest.raises(rounds.WrongState):
            drafts.throw_away(found)
        assert rounds.groups_of(db.session("desk").query(Campaign).one())
    send(clerk, f"{path}/throw-away")
    assert "The opening of this round was cut off. Open it again." in clerk.get(path).text
    assert open_by_hand(clerk, path).status_code == 303
    assert "Answers arrive until" in clerk.get(path).text


@pytest.mark.parametrize("title", ["Spring", " spring ", "Spr\u200bing", "Spr\u00adi\nng".replace("\n", "")])
def test_two_rounds_of_one_title_are_refused_in_words(app: Flask, clerk: FlaskClient, title: str) -> None:
    draft(clerk)
    page = send(clerk, PAGE, **{**TERMS, "title": title, "closes_on": in_days(7)})
    assert page.status_code == 200
    assert "Another round has this name. Give it one that tells the two apart." in page.text
    with app.app_context():
        assert db.session("desk").query(Campaign).count() == 1


def test_a_title_is_kept_as_it_is_seen_on_one_line(app: Flask, clerk: FlaskClient) -> None:
    draft(clerk, title=" a\nb\x01c\u3000 d\u202e ")
    with app.app_context():
        assert db.session("desk").query(Campaign).one().title == "a bc d"


def test_an_open_rounds_last_day_is_moved_and_the_respondents_pages_go_by_it(app: Flask, clerk: FlaskClient) -> None:
    path = begin(app)
    assert f'value="{in_days(7)}"' in clerk.get(f"{path}/last-day").text
    assert send(clerk, f"{path}/last-day", closes_on=in_days(30)).status_code == 303
    assert f"Answers arrive until {in_days(30)}." in clerk.get(path).text
    assert f"from {in_days(7)} to {in_days(30)}." in clerk.get("/staff/trail").text
    with app.app_context():
        group = db.session("ballots").query(Group).filter_by(questionnaire="parent").one()
        assert {each.closes_on for each in db.session("ballots").query(Group)} == {date.fromisoformat(in_days(30))}
        code = slips.issue(group.id, 44)[0]
        group.closes_on = today() - timedelta(days=1)
        db.session("ballots").commit()
    assert 'name="state"' not in app.test_client().post("/a", data={"code": code}).text
    send(clerk, f"{path}/last-day", closes_on=in_days(2))
    assert 'name="state"' in app.test_client().post("/a", data={"code": code}).text


@pytest.mark.parametrize("days_from_today", [-1, 91])
def test_a_last_day_beyond_the_house_rule_is_refused_in_words(
    app: Flask, clerk: FlaskClient, days_from_today: int
) -> None:
    path = begin(app)
    page = send(clerk, f"{path}/last-day", closes_on=in_days(days_from_today)).text
    assert f"Give a day from {in_days(0)} to {in_days(days.rules().most_days_open)}." in page
    assert f"Answers arrive until {in_days(7)}." in clerk.get(path).text


def test_a_round_is_as_long_when_it_is_made_as_its_last_day_can_be_moved_to(app: Flask, clerk: FlaskClient) -> None:
    assert "At most 90 days after the first one (a house rule)." in read(clerk.get(PAGE).text).words
    path = draft(clerk, opens_on=in_days(9), closes_on=in_days(99))
    too_long = {**TERMS, "opens_on": in_days(9), "closes_on": in_days(100)}
    assert "Give a last day of at most 90 days after the first one" in send(clerk, f"{path}/change", **too_long).text
    open_by_hand(clerk, path)
    words = read(clerk.get(f"{path}/last-day").text).words
    assert "The last day is at most 90 days after the first one." in words
    assert f"From {in_days(9)} to {in_days(99)}." in words


def test_a_draft_from_before_the_rule_is_not_opened_for_longer(app: Flask, clerk: FlaskClient) -> None:
    path = draft(clerk)
    with app.app_context():
        db.session("desk").query(Campaign).one().closes_on = today() + timedelta(days=186)
        db.session("desk").commit()
    open_by_hand(clerk, path)
    assert "Give a last day of at most 90 days after the first one (a house rule)." in clerk.get(path).text
    with app.app_context():
        assert db.session("desk").query(Campaign).one().state == "draft"
        assert not db.session("ballots").query(Group).count()


def test_no_last_day_of_a_closed_round_is_moved(app: Flask, clerk: FlaskClient) -> None:
    path = begin(app)
    send(clerk, f"{path}/close")
    assert send(clerk, PAGE, f"{path}/last-day", closes_on=in_days(3)).status_code == 303
    assert "That is not possible now: the round is closed." in clerk.get(path).text
    with app.app_context():
        assert not db.session("ballots").query(Group).filter_by(is_open=True).count()
