"""A bureau begins a round: whom it asks, from when to when, and what the draft says beforehand."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.ballot import slips
from survey.ballot.store import Group
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.day import today
from tests.campaigns import open_by_hand
from tests.desks import Districts, add_school, send, two_districts
from tests.pages import read, seen_on

PAGE = "/bureau/campaigns"
TERMS: dict[str, Any] = {"title": "Spring", "entry": "slips", "roles": ["parent", "pupil", "teacher"]}


def in_days(number: int) -> str:
    """A day from today on, as a form sends it."""
    return str(today() + timedelta(days=number))


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts; the first has a school in town with 40 pupils of grade 3, and one in a village."""
    found = two_districts(app)
    add_school(app, found.bureau, "Village School", {1: 8, 3: 9, 7: 12}, setting="rural", id="village")
    return found


def draft(clerk: FlaskClient, **terms: Any) -> str:
    """The address of a new draft."""
    made = send(clerk, PAGE, **{**TERMS, "closes_on": str(today() + timedelta(days=7)), **terms})
    assert made.status_code == 303, read(made.text).words
    return str(made.headers["Location"])


def asked(app: Flask) -> set[tuple[str, str, int | None, int]]:
    """Who was asked: school, questionnaire, grade, how many."""
    with app.app_context():
        groups = db.session("ballots").query(Group)
        return {(g.school_name, g.questionnaire, g.grade, g.enrolled) for g in groups}


VILLAGE = {
    ("Village School", "parent", 1, 8),
    ("Village School", "parent", 3, 9),
    ("Village School", "parent", 7, 12),
    ("Village School", "pupil_younger", 3, 9),
    ("Village School", "pupil_older", 7, 12),
    ("Village School", "teacher", None, 9),
}


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"schools": "rural"}, VILLAGE),
        ({"schools": "some", "school_ids": ["village"]}, VILLAGE),
        ({"schools": "rural", "roles": ["pupil"]},
         {("Village School", "pupil_younger", 3, 9), ("Village School", "pupil_older", 7, 12)}),
        ({"schools": "urban", "roles": ["parent", "pupil"], "school_ids": ["village"]},
         {("School", "parent", 3, 40), ("School", "pupil_younger", 3, 40)}),
        ({"roles": ["teacher"]}, {("Village School", "teacher", None, 9), ("School", "teacher", None, 3)}),
    ],
)  # fmt: skip
def test_a_round_asks_the_chosen_roles_of_the_chosen_schools(
    app: Flask, clerk: FlaskClient, terms: dict[str, Any], expected: set[tuple[str, str, int | None, int]]
) -> None:
    path = draft(clerk, **terms)
    open_by_hand(clerk, path)
    assert asked(app) == expected


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"roles": []}, "Choose at least one."),
        ({"roles": ["principal"]}, "none of the choices. Tick again."),
        ({"schools": "some", "school_ids": []}, "Tick at least one school."),
        ({"schools": "some", "school_ids": ["foreign"]}, "none of the choices. Tick again."),
        ({"schools": "moon"}, "Not a valid choice"),
        ({"opens_on": "2000-01-01"}, "This day is over."),
        ({"opens_on": "2098-01-01", "closes_on": "2097-01-01"}, "The first day is after the last one."),
        ({"closes_on": "9999-12-31"}, "Give a last day of at most 90 days after the first one (a house rule)."),
        ({"closes_on": in_days(91)}, "Give a last day of at most 90 days after the first one (a house rule)."),
        ({"opens_on": in_days(9), "closes_on": in_days(100)}, "Give a last day of at most 90 days after the first one"),
        ({"opens_on": "9999-12-31"}, "Give a first day of at most 365 days from today (a house rule)."),
        ({"title": "   "}, "Give it a name."),
        ({"title": "\u200b\u3164"}, "Give it a name."),
        ({"title": "\u202e…"}, "Give it a name."),
        ({"opens_on": "tomorrow"}, "Not a valid date"),
    ],
)
def test_what_is_wrong_with_a_new_round_is_said_and_nothing_is_made(
    app: Flask, clerk: FlaskClient, wrong: dict[str, Any], said: str
) -> None:
    page = send(clerk, PAGE, **{**TERMS, "closes_on": str(today()), **wrong})
    assert page.status_code == 200
    assert said in page.text.replace("value for this field", "choice")
    assert "There is a problem" in page.text
    with app.app_context():
        assert db.session("desk").query(Campaign).count() == 0


def test_a_draft_says_whom_it_would_ask_and_of_which_groups_nothing_could_be_shown(
    app: Flask, clerk: FlaskClient
) -> None:
    seen = read(clerk.get(draft(clerk)).text)
    assert seen.tables["Whom it would ask"][1:] == [
        ["Parents", "2", "4", "69", "2"],
        ["Pupils, grades 7–12", "1", "1", "12", "0"],
        ["Pupils, grades 3–6", "2", "2", "49", "1"],
        ["Teachers", "2", "2", "12", "2"],
    ]
    assert "142 people in 9 groups" in seen.words
    assert "Of 5 groups nothing can be shown by itself" in seen.words
    assert "Village School · Parents · Grade 1 · 8 people" in seen.words
    assert asked(app) == set()


def test_a_round_that_would_ask_nobody_is_not_opened(app: Flask, clerk: FlaskClient) -> None:
    add = draft(clerk, schools="some", school_ids=["village"], roles=["pupil"])
    with app.app_context():
        for group in rounds.would_ask(db.session("desk").query(Campaign).one()):
            assert group.people
        db.session("desk").query(Campaign).one().school_ids = []
        db.session("desk").commit()
    assert "Nobody: the chosen schools" in clerk.get(add).text
    open_by_hand(clerk, add)
    page = clerk.get(add).text
    assert "Nobody would be asked" in page
    assert "Open the round" in page


def test_a_round_that_asks_fewer_than_ten_with_each_questionnaire_is_not_opened(app: Flask, clerk: FlaskClient) -> None:
    path = draft(clerk, schools="rural", roles=["teacher"])
    said = "Fewer than 10 people would be asked with each questionnaire"
    assert said in read(clerk.get(path).text).words
    assert clerk.get(f"{path}/open").status_code == 303
    open_by_hand(clerk, path)
    assert clerk.get(path).text.count(said) == 2  # the draft says it, and so does the refusal
    assert asked(app) == set()


def test_the_page_that_asks_before_opening_says_when_how_whom_and_in_which_schools(
    app: Flask, clerk: FlaskClient
) -> None:
    words = read(clerk.get(f"{draft(clerk, opens_on=in_days(1))}/open").text).words
    assert f"from {in_days(1)} to {in_days(7)}, by printed slips" in words
    assert "142 people in 9 groups" in words
    assert "In which schools: 2 in all" in words
    assert "Parents 2 4 69" in words


@pytest.mark.parametrize("other", [{"title": "Summer"}, {"roles": ["parent"]}, {"schools": "rural"}, {}])
def test_a_draft_that_was_changed_since_it_was_looked_at_is_not_opened(
    app: Flask, clerk: FlaskClient, districts: Districts, other: dict[str, Any]
) -> None:
    path = draft(clerk)
    seen = seen_on(clerk.get(f"{path}/open").text)
    if not other:
        add_school(app, districts.bureau, "Third School", {3: 20})
    else:
        assert send(clerk, f"{path}/change", **{**TERMS, "closes_on": in_days(7), **other}).status_code == 303
    page = send(clerk, f"{path}/open", seen=seen)
    assert page.status_code == 409
    assert "Nothing was opened: please look again." in page.text
    assert other.get("title", "Spring") in page.text
    with app.app_context():
        assert db.session("desk").query(Campaign).one().state == "draft"
        assert not db.session("ballots").query(Group).count()
    assert send(clerk, f"{path}/open", seen=seen_on(page.text)).status_code == 303
    assert "Answers arrive until" in clerk.get(path).text


def test_no_draft_is_opened_that_nobody_has_looked_at(app: Flask, clerk: FlaskClient) -> None:
    assert send(clerk, f"{draft(clerk)}/open").status_code == 409


def test_slips_of_a_round_that_begins_later_are_printed_now_and_work_then(app: Flask, clerk: FlaskClient) -> None:
    first, last = today() + timedelta(days=2), today() + timedelta(days=7)
    path = draft(clerk, opens_on=str(first), closes_on=str(last))
    open_by_hand(clerk, path)
    assert f"Answers are taken from {first} to {last}. Slips and posters can be prepared now." in clerk.get(path).text
    with app.app_context():
        group = next(g.id for g in db.session("ballots").query(Group) if g.enrolled == 40)
        code = slips.issue(group, 44)[0]
    parent = app.test_client()
    early = parent.post("/a?lang=en", data={"code": code})
    assert early.status_code == 200
    assert f"Answers are taken from {first} to {last}." in early.text
    assert "Set-Cookie" not in early.headers
    with app.app_context():
        db.session("ballots").get_one(Group, group).opens_on = today()
        db.session("ballots").commit()
    assert re.search(r'name="state"', parent.post("/a?lang=en", data={"code": code}).text)


def test_a_link_of_a_round_that_begins_later_says_when(app: Flask, clerk: FlaskClient) -> None:
    first = today() + timedelta(days=2)
    path = draft(clerk, opens_on=str(first), entry="open_link")
    open_by_hand(clerk, path)
    with app.app_context():
        link = db.session("ballots").query(Group).first()
        assert link
    page = app.test_client().get(f"/open/{link.id}?lang=en").text
    assert "This questionnaire has not begun yet." in page
    assert str(first) in page
