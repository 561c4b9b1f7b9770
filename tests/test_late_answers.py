"""A published round takes late answers and is closed again: it is never stuck, whatever came of them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.mixing import mix
from survey.ballot.store import Group
from survey.campaign import days, rounds
from survey.campaign.store import Campaign
from survey.day import today
from tests.campaigns import ANSWERS, begin
from tests.desks import send
from tests.pages import read
from tests.rounds import mixer_key
from tests.test_new_round import draft

LEAVE, LATE, PUBLISH = "Leave it at the last release", "Take late answers", "Publish the results"


def answers(app: Flask, first: int, last: int) -> None:
    """Some of the 40 parents answer, each by a slip of their own."""
    with app.app_context():
        group = db.session("ballots").query(Group).filter_by(questionnaire="parent", enrolled=40).one()
        for code in slips.issue(group.id, 44)[first:last]:
            assert cast(Entry(group.id, code, slips.normalise(code)), ANSWERS)


def press(app: Flask, clerk: FlaskClient, path: str, *steps: str) -> None:
    """The clerk takes these steps, one after another; between them answers are mixed."""
    for step in steps:
        assert send(clerk, f"{path}/{step}").status_code == 303, step
        with app.app_context():
            mix(mixer_key(app))


@pytest.fixture
def path(app: Flask, clerk: FlaskClient) -> str:
    """A round of twelve parents, published, opened for late answers and closed again."""
    found = begin(app)
    answers(app, 0, 12)
    press(app, clerk, found, "close", "publish", "reopen", "close")
    return found


def links(page: str) -> set[str]:
    """What the links of a page say."""
    return {words for _, words in read(page).links}


def state(app: Flask) -> str:
    """The round's state."""
    with app.app_context():
        return db.session("desk").query(Campaign).one().state


def test_a_round_to_which_nobody_new_came_is_left_at_its_last_release(
    app: Flask, clerk: FlaskClient, path: str
) -> None:
    refused = clerk.get(f"{path}/publish")
    assert refused.status_code == 409
    assert {LEAVE, LATE} <= links(refused.text)
    assert {LEAVE, LATE, PUBLISH} <= links(clerk.get(path).text)
    press(app, clerk, path, "leave")
    assert state(app) == "published"
    assert "Release 1, published on" in clerk.get(path).text
    assert "closed again" not in read(clerk.get("/bureau/").text).words
    assert "Left the round «Spring» at its last release." in clerk.get("/staff/trail").text


def test_a_round_to_which_too_few_came_takes_late_answers_again(app: Flask, clerk: FlaskClient, path: str) -> None:
    press(app, clerk, path, "reopen")
    assert state(app) == "open"
    with app.app_context():
        group = db.session("ballots").query(Group).filter_by(questionnaire="parent", enrolled=40).one()
        assert group.is_open
        assert group.closes_on == today() + timedelta(days=days.rules().late)
    answers(app, 12, 30)
    press(app, clerk, path, "close", "publish")
    assert "Release 2, published on" in clerk.get(path).text


def test_the_overview_says_of_a_round_closed_again_that_it_was_published(clerk: FlaskClient, path: str) -> None:
    words = read(clerk.get("/bureau/").text).words
    assert (
        "«Spring» was published before and is closed again: publish what came late, or leave it at the last release."
        in words
    )
    assert "can be published" not in words


def test_a_round_to_which_too_few_came_is_not_said_to_be_publishable_and_takes_late_answers(
    app: Flask, clerk: FlaskClient
) -> None:
    path = begin(app)
    answers(app, 0, 4)
    press(app, clerk, path, "close")
    words = read(clerk.get("/bureau/").text).words
    assert "«Spring» is closed, and too few have answered to publish it: late answers can be taken." in words
    assert "can be published" not in words
    assert {LEAVE, LATE, PUBLISH} & links(clerk.get(path).text) == {LATE}
    refused = clerk.get(f"{path}/publish")
    assert refused.status_code == 409
    assert LATE in links(refused.text)
    assert "What is published" not in clerk.get(f"{path}/reopen").text
    press(app, clerk, path, "reopen")
    assert state(app) == "open"
    answers(app, 4, 20)
    press(app, clerk, path, "close")
    assert {LEAVE, LATE, PUBLISH} & links(clerk.get(path).text) == {PUBLISH}
    assert "«Spring» is closed and can be published." in read(clerk.get("/bureau/").text).words
    press(app, clerk, path, "publish")
    assert "Release 1, published on" in clerk.get(path).text


def test_a_closed_round_that_asked_fewer_than_ten_waits_for_nothing(app: Flask, clerk: FlaskClient) -> None:
    path = begin(app)
    press(app, clerk, path, "close")
    with app.app_context():
        for group in db.session("ballots").query(Group):
            group.enrolled = min(group.enrolled, 9)
        db.session("ballots").commit()
    rounds._asked.cache_clear()
    assert "Spring» is closed" not in read(clerk.get("/bureau/").text).words
    assert "Fewer than 10 people were asked with each questionnaire" in clerk.get(path).text
    assert not {LEAVE, LATE, PUBLISH} & links(clerk.get(path).text)
    assert not {LATE} & links(clerk.get(f"{path}/publish").text)


def test_while_the_last_answers_are_mixed_nothing_is_said_of_publishing(app: Flask, clerk: FlaskClient) -> None:
    path = begin(app)
    answers(app, 0, 12)
    assert send(clerk, f"{path}/close").status_code == 303
    words = read(clerk.get("/bureau/").text).words
    assert "«Spring» is closed; its last answers are still being mixed." in words
    assert clerk.get(f"{path}/publish").status_code == 303
    assert "still being mixed. Please try again" in clerk.get(path).text


@pytest.mark.parametrize("step", ["leave", "reopen"])
def test_a_round_that_can_be_published_for_the_first_time_can_neither_be_left_nor_taken_up_again(
    app: Flask, clerk: FlaskClient, step: str
) -> None:
    path = begin(app)
    answers(app, 0, 12)
    press(app, clerk, path, "close")
    assert not {LEAVE, LATE} & links(clerk.get(path).text)
    send(clerk, "/bureau/campaigns", f"{path}/{step}")
    assert state(app) == "closed"
    assert "That is not possible now: the round is closed." in clerk.get(path).text


@pytest.mark.parametrize("step", ["close", "publish", "reopen", "leave", "last-day"])
def test_of_a_step_that_a_draft_was_never_ready_for_nobody_is_told_that_it_was_taken(
    clerk: FlaskClient, step: str
) -> None:
    path = draft(clerk)
    assert clerk.get(f"{path}/{step}").status_code == 303
    assert "That is not possible now: the round is a draft." in clerk.get(path).text
    send(clerk, "/bureau/campaigns", f"{path}/{step}")
    assert "That is not possible now: the round is a draft." in clerk.get(path).text


@pytest.mark.parametrize("step", ["open", "close", "publish", "reopen"])
def test_whoever_takes_a_step_second_is_told_that_it_was_taken(
    app: Flask, clerk: FlaskClient, path: str, step: str
) -> None:
    if step == "reopen":
        press(app, clerk, path, "reopen")
    if step == "publish":
        press(app, clerk, path, "leave")
    send(clerk, "/bureau/campaigns", f"{path}/{step}")
    assert "That step was taken already." in clerk.get(path).text


def test_remarks_of_the_same_words_are_chosen_with_one_tick(app: Flask, clerk: FlaskClient) -> None:
    path = begin(app)
    with app.app_context():
        group = db.session("ballots").query(Group).filter_by(questionnaire="parent", enrolled=40).one()
        for number, code in enumerate(slips.issue(group.id, 44)[:12]):
            said = ["the same words"] if number else ["other words"]
            assert cast(Entry(group.id, code, slips.normalise(code)), ANSWERS, said)
    press(app, clerk, path, "close")
    page = clerk.get(f"{path}/publish").text
    assert page.count('name="remark"') == 2
    assert "the same words 11 times" in read(page).words
    assert page.count(" checked") == 0
    assert clerk.get(f"{path}/publish?all").text.count(" checked") == 2
    ids = re.findall(r'name="remark" value="([^"]+)"', page)
    assert sorted(len(each.split()) for each in ids) == [1, 11]
    assert send(clerk, f"{path}/publish", remark=ids).status_code == 303
    assert clerk.get(f"{path}/release").text.count("the same words") >= 11
