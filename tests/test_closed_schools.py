"""A school is closed or merged in the middle of a round: what its people see, what is counted, and taking it back."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.assistance import doors
from survey.ballot.mixing import mix
from survey.ballot.store import Ballot, Group
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.day import today
from survey.planning.assessments import weigh_district
from survey.planning.plans import save_plan
from survey.release import freeze
from survey.staff import guessing
from survey.staff.store import School
from tests.campaigns import answer, begin, close, codes_of, group_of
from tests.desk import a_lesson, a_plan
from tests.desks import PASSWORD, Districts, add_school, log_in, send, with_another_school
from tests.pages import read, token
from tests.rounds import mixer_key

GONE = "This school's questionnaire has ended early."


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts; in the first, School has 40 pupils of grade 3, Other School 60, and 30 of grade 4."""
    return with_another_school(app, "Other School", {3: 60, 4: 30}, "other")


def test_a_clerk_reads_what_follows_before_a_school_is_closed(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    begin(app)
    said = read(clerk.get(f"/bureau/schools/{districts.school}/close").text).words
    assert "«Spring» asks 83 people of this school." in said
    assert "1 account of the school can no longer log in." in said
    assert "It can be taken back" in said
    with app.app_context():
        assert not db.session("desk").get_one(School, districts.school).is_closed


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": ""}, "Give the day."),
        ({"day": "2999-01-01"}, "This day is still to come."),
        ({"day": "1900-01-01"}, "Give a day at most 366 days ago (a house rule)."),
        ({"into": "foreign"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_with_a_closing_is_said_and_nothing_is_closed(
    app: Flask, districts: Districts, clerk: FlaskClient, fields: dict[str, str], said: str
) -> None:
    page = send(clerk, f"/bureau/schools/{districts.school}/close", **{"day": str(today()), "into": "", **fields})
    assert said in page.text
    with app.app_context():
        assert not db.session("desk").get_one(School, districts.school).is_closed


def test_whoever_holds_a_slip_of_a_closed_school_reads_so_whether_it_was_used_or_not(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    begin(app)
    group = group_of(app, districts.school)
    used, unused, begun = codes_of(app, group)[:3]
    assert answer(app, group, [used]) == [True]
    parent = app.test_client()
    page = parent.post("/a?lang=en", data={"code": begun})
    state = re.search(r'name="state" value="([^"]+)"', page.text)
    assert state
    close(clerk, districts.school)
    with app.app_context():
        app.extensions.pop("open_groups", None)
    pages = {parent.post("/a?lang=en", data={"code": code}).text for code in (used, unused)}
    assert len(pages) == 1
    assert GONE in pages.pop()
    assert GONE in parent.post("/answer", data={"state": state[1], "do": "next"}).text
    assert answer(app, group, [unused]) == [False]


def test_an_open_link_of_a_closed_school_says_so_and_the_others_go_on(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app, "open_link")
    close(clerk, districts.school, into="other")
    own, other = group_of(app, districts.school), group_of(app, "other")
    assert GONE in app.test_client().get(f"/open/{own}?lang=en").text
    assert "<h1>" in app.test_client().get(f"/open/{other}?lang=en").text
    posters = clerk.get(f"{path}/links").text
    assert own not in posters
    assert other in posters


def test_answers_sent_before_count_under_the_schools_name_and_few_wait_to_be_mixed_with_others(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    parents, pupils = group_of(app, districts.school), group_of(app, districts.school, "pupil_younger")
    elsewhere = group_of(app, "other", "pupil_younger")
    answer(app, parents, codes_of(app, parents)[:12])
    answer(app, pupils, codes_of(app, pupils)[:4], {})
    close(clerk, districts.school)
    with app.app_context():
        mix(mixer_key(app))  # the round goes on: nobody could hide among the four
        assert db.session("ballots").query(Ballot).count() == 16
        db.session("ballots").rollback()
    answer(app, elsewhere, codes_of(app, elsewhere, 66)[:8], {})
    send(clerk, f"{path}/close")
    with app.app_context():
        assert mix(mixer_key(app)) == 24
    send(clerk, f"{path}/publish")
    with app.app_context():
        frozen = freeze.of_campaign(path.rsplit("/", 1)[1])
        assert frozen
        release = freeze.read(frozen)
    told = release.response("parent", districts.school)
    assert (told.audience.school_name, told.answered) == ("School", 12)
    assert release.response("pupil_younger", districts.school).answered is None
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/summary.xlsx").data))
    cells = {cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert "School" in cells
    assert "School" in clerk.get("/bureau/measures").text


def test_every_file_of_the_release_lists_a_school_that_was_closed_or_merged_in_the_round(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    with app.app_context():
        for name in ("Left", "Never Asked"):
            add_school(app, db.session("desk").get_one(School, districts.school).bureau_id, name, {3: 40}, id=name)
    close(clerk, "Never Asked")
    path = begin(app)
    for school in (districts.school, "Left"):
        parents = group_of(app, school)
        answer(app, parents, codes_of(app, parents)[:12])
    close(clerk, districts.school, into="other")
    close(clerk, "Left")
    send(clerk, f"{path}/close")
    with app.app_context():
        mix(mixer_key(app))
    send(clerk, f"{path}/publish")
    with zipfile.ZipFile(io.BytesIO(clerk.get(f"{path}/tables.zip").data)) as archive:
        tables = {
            name: list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode("utf-8-sig"))))
            for name in ("schools", "responses", "answers")
        }
    told = {row["school_id"]: (row["closed_on"], row["merged_into"]) for row in tables["schools"]}
    day = str(today())
    assert told == {districts.school: (day, "Other School"), "Left": (day, ""), "other": ("", "")}
    for name in ("responses", "answers"):
        assert {row["school_id"] for row in tables[name]} - {""} <= set(told), name
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/summary.xlsx").data))
    cover, _overview, burden = ([*sheet.iter_rows(values_only=True)] for sheet in book.worksheets[:3])
    said = " ".join(str(cell) for row in cover for cell in row)
    assert re.search(
        "Schools listed: 3; of them asked, and closed or part of another school by now: 2|共列出 3 所学校，其中 2 所",
        said,
    )
    rows = {row[0]: row[3] for row in burden}
    assert rows["School"] in (f"became part of Other School on {day}", f"{day} 并入 Other School")
    assert rows["Left"] in (f"closed on {day}", f"{day} 撤销")
    page = clerk.get(f"{path}/release").text
    sent = {"csrf_token": token(page[page.index('id="files"') :])}
    assert clerk.post(f"{path}/release/1/schools", data=sent).text
    sheets = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/schools.xlsx").data))
    assert sheets.sheetnames[1:] == ["Left", "Other School", "School"]
    assert day in str(list(sheets["School"].iter_rows(values_only=True)))
    page = clerk.get("/bureau/notice?lang=en").text
    assert "Each bar is all 3 schools" in page


def test_a_closed_schools_people_cannot_log_in_and_its_door_and_plan_are_out(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    principal = log_in(app, "principal")
    link = re.search(r"(/staff/invitation/[\w-]+)<", send(clerk, f"/bureau/schools/{districts.school}").text)
    assert link
    close(clerk, districts.school, into="other")
    assert principal.get("/school/").status_code == 302
    told = send(app.test_client(), "/staff/login?lang=en", login="principal", password=PASSWORD)
    assert "School was closed as of" in told.text
    assert "Ask Bureau." in told.text
    assert principal.get("/school/").status_code == 302
    guessed = send(app.test_client(), "/staff/login?lang=en", login="principal", password="a guess")
    assert "do not belong together" in guessed.text
    guessing.forget("principal")
    assert app.test_client().get(link[1]).status_code == 404
    with app.app_context():
        door = doors.of_school(districts.school)
        assert door.closed
    assert "takes no new requests" in app.test_client().get(f"/help/{door.id}?lang=en").text
    page = clerk.get(f"/bureau/schools/{districts.school}").text
    assert "This school became part of Other School" in page
    assert "Invite the principal" not in page
    assert "School became part of this school" in clerk.get("/bureau/schools/other").text
    assert "Closed schools" in clerk.get("/bureau/schools").text
    assert "of Other School" in clerk.get("/staff/trail").text.replace("part of Other", "of Other")


def test_a_closed_schools_plan_is_not_weighed_and_rounds_to_come_do_not_ask_it(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    with app.app_context():
        school = db.session("desk").get_one(School, districts.school)
        save_plan(school, a_plan(a_lesson()), "principal")
        db.session("desk").commit()
        assert set(weigh_district(school.bureau)) == {school.id}
    close(clerk, districts.school)
    begin(app, title="Autumn")
    with app.app_context():
        school = db.session("desk").get_one(School, districts.school)
        assert weigh_district(school.bureau) == {}
        assert {group.school_id for group in db.session("ballots").query(Group)} == {"other"}
    for page in ("", "schools", "measures", "gaps", "standouts", "needs", f"schools/{districts.school}"):
        assert clerk.get(f"/bureau/{page}").status_code == 200


def test_a_closing_is_taken_back_and_everything_is_as_it_was(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    group = group_of(app, districts.school)
    code = codes_of(app, group)[0]
    close(clerk, districts.school)
    assert "school closed" in clerk.get(path).text
    again = f"/bureau/schools/{districts.school}/reopen"
    assert "takes answers of its 83 people again" in clerk.get(again).text
    assert send(clerk, again).status_code == 303
    assert "school closed" not in clerk.get(path).text
    assert answer(app, group, [code]) == [True]
    log_in(app, "principal")
    with app.app_context():
        assert not doors.of_school(districts.school).closed
    trail = clerk.get("/staff/trail").text
    assert "Closed the school School, as of" in trail
    assert "Took back that the school School was closed." in trail


def test_a_school_is_closed_once_and_opened_once(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    page = f"/bureau/schools/{districts.school}"
    form = "/bureau/campaigns"
    close(clerk, districts.school)
    send(clerk, form, f"{page}/close", day=str(today()), into="")
    assert "That step was taken already." in clerk.get(page).text
    send(clerk, form, f"{page}/reopen")
    send(clerk, form, f"{page}/reopen")
    assert "That step was taken already." in clerk.get(page).text


def test_late_answers_are_not_taken_of_a_school_that_was_closed_after_the_round(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    group = group_of(app, districts.school)
    code = codes_of(app, group)[0]
    with app.app_context():
        found = db.session("desk").query(Campaign).one()
        rounds.close_campaign(found)
        found.state, found.was_published = "published", True
        db.session("desk").commit()
    close(clerk, districts.school)
    send(clerk, f"{path}/reopen")
    assert "Answers arrive until" in clerk.get(path).text
    assert answer(app, group, [code]) == [False]


def test_a_closed_school_has_no_poster_and_that_is_said(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    path = begin(app)
    close(clerk, districts.school)
    page = clerk.get(f"{path}/posters/{districts.school}")
    assert page.status_code == 303
    assert "This school is closed: its groups take no answers." in clerk.get(path).text
