"""A bureau watches a round: rounded counts, the groups behind, and reminders to whole groups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.groups import ends
from survey.ballot.store import Group
from survey.campaign import watch
from survey.campaign.store import Campaign, Reminder
from survey.day import today
from tests.campaigns import begin, close, group_of
from tests.desks import Districts, send, with_another_school
from tests.pages import read

BEHIND = "Groups behind"


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts; in the first, School has 40 pupils of grade 3, Big School 200 and 8 of grade 4."""
    return with_another_school(app, "Big School", {3: 200, 4: 8}, "big")


def answers(app: Flask, group: str, number: int) -> None:
    """So many people of a group answer."""
    with app.app_context():
        found = db.session("ballots").get_one(Group, group)
        for code in slips.issue(group, found.enrolled)[:number]:
            assert cast(Entry(group, code, slips.normalise(code)), {})


def night(app: Flask) -> None:
    """Let a night pass."""
    with app.app_context():
        found = db.session("desk").query(Campaign).one()
        assert found.opened_on
        found.opened_on -= timedelta(days=1)
        found.counted_on = None
        for reminder in db.session("desk").query(Reminder):
            reminder.last_on -= timedelta(days=1)
        db.session("desk").commit()


def behind(clerk: FlaskClient, path: str) -> list[list[str]]:
    """The groups behind as the round's page lists them."""
    return read(clerk.get(path).text).tables.get(BEHIND, [[]])[1:]


@pytest.mark.parametrize(("rounded", "least_and_most"), [("<10", (0, 9)), ("10+", (10, 14)), ("45+", (45, 49))])
def test_what_a_rounded_count_may_stand_for(rounded: str, least_and_most: tuple[int, int]) -> None:
    assert ends(rounded) == least_and_most


def test_groups_of_ten_or_more_with_fewer_than_ten_answers_are_listed_from_the_second_day_on(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    answers(app, group_of(app, districts.school), 36)
    answers(app, group_of(app, districts.school, "pupil_younger"), 9)
    answers(app, group_of(app, "big", "pupil_younger"), 60)
    assert "stand here from the second day on" in clerk.get(path).text
    night(app)
    assert behind(clerk, path) == [
        ["Big School · Parents · Grade 3", "200", "<10", "fewer than ten", "not yet"],
        ["School · Pupils, grades 3–6 · Grade 3", "40", "<10", "fewer than ten", "not yet"],
    ]


def test_far_behind_is_what_rounding_cannot_hide(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    path = begin(app)
    parents, big = group_of(app, districts.school), group_of(app, "big")
    answers(app, parents, 40)
    answers(app, big, 10)
    with app.app_context():
        db.session("ballots").get_one(Group, parents).enrolled = 44
        db.session("ballots").commit()
    night(app)
    rows = behind(clerk, path)
    # At least 50 of 252 parents, 20 %; in Big School at most 14 of 200, 7 %.
    assert ["Big School · Parents · Grade 3", "200", "10+", "far behind the district", "not yet"] in rows
    assert not [row for row in rows if "Grade 4" in row[0]]  # of eight people none can come to ten


def test_a_reminder_names_nobody_and_says_so_in_both_languages(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app, "open_link")
    group = group_of(app, districts.school)
    said = read(clerk.get(f"{path}/reminders/{group}").text).words
    assert "Nobody knows who has answered and who has not, neither the school nor the bureau." in said
    assert "学校和教育局都不知道谁填了、谁没填" in said
    assert said.count(f"http://localhost/open/{group}") == 2
    by_slips = begin(app, "slips", "Other round")
    with app.app_context():
        other = db.session("ballots").query(Group).filter_by(entry="slips", questionnaire="teacher").first()
        assert other
        at = f"{by_slips}/reminders/{other.id}"
    assert "Type the code of your slip here: http://localhost/a" in read(clerk.get(at).text).words


def test_that_a_reminder_was_handed_out_is_noted_and_soon_again_is_advised_against(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    answers(app, group_of(app, "big"), 10)
    night(app)
    all_behind = f"{path}/reminders"
    assert "Reminded less than" not in clerk.get(all_behind).text
    assert send(clerk, all_behind).status_code == 303
    page = clerk.get(path).text
    assert "Noted: a reminder was handed out to 3 groups." in page
    assert {row[-1] for row in behind(clerk, path)} == {str(today())}
    trail = read(clerk.get("/staff/trail").text).words
    assert "Handed out a reminder to the whole group: School, Parents, Grade 3." in trail
    assert "Handed out a reminder to the whole group: Big School, Pupils, grades 3–6, Grade 3." in trail
    for days in range(watch.rules().days_between):
        assert ("Reminded less than 3 days ago" in clerk.get(all_behind).text) == (days < 3)
        night(app)
    assert "Reminded less than" not in clerk.get(all_behind).text


def test_no_closed_school_and_no_round_that_is_over_is_reminded(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    group = group_of(app, districts.school)
    night(app)
    close(clerk, districts.school)
    assert {row[0].split(" · ")[0] for row in behind(clerk, path)} == {"Big School"}
    assert "none takes answers today" in clerk.get(f"{path}/reminders/{group}").text
    send(clerk, f"{path}/close")
    assert clerk.get(f"{path}/reminders").status_code == 404


def test_the_groups_behind_do_not_change_while_answers_arrive(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    night(app)
    before = behind(clerk, path)
    answers(app, group_of(app, districts.school), 30)
    assert behind(clerk, path) == before
    night(app)
    assert behind(clerk, path) != before
