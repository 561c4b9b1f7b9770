"""Slips and posters for a whole district, a school or a group: what is printed, once and again."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.store import Group
from survey.campaign import sheets
from survey.staff.store import Deed
from tests.campaigns import begin, group_of
from tests.desks import Districts, add_school, send, two_districts
from tests.pages import read
from tests.rounds import a_group

CODE = re.compile(r'<p class="figure">([A-Z0-9-]{14})</p>')


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts; in the first, School has 40 pupils of grade 3, and Village 12 of them."""
    found = two_districts(app)
    add_school(app, found.bureau, "Village", {3: 12}, id="village")
    return found


def printed(clerk: FlaskClient, path: str, *schools: str) -> str:
    """The slips of these schools that were never printed."""
    return send(clerk, f"{path}/slips", school=list(schools)).text


def test_the_slips_of_all_schools_come_at_once_each_school_with_a_covering_sheet(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    assert "Print 124 slips of 2 schools" in clerk.get(f"{path}/slips").text
    page = printed(clerk, path, districts.school, "village")
    seen = read(page)
    assert seen.tables["What is inside: School"][1:] == [
        ["Parents · Grade 3", "40", "44"],
        ["Pupils, grades 3–6 · Grade 3", "40", "44"],
        ["Teachers", "3", "4"],
    ]
    assert "92 slips are inside" in seen.words
    codes = CODE.findall(page)
    assert len(codes) == len(set(codes)) == 92 + 32
    assert "All slips are here." in seen.words
    with app.app_context():
        deeds = db.session("desk").query(Deed).filter(Deed.deed.startswith("printed_slips"))
        assert deeds.count() == 6
        group = slips.normalise(codes[0])
        assert cast(Entry(group_of(app, districts.school), "ack", group), {})


def test_slips_that_were_printed_are_not_printed_again_with_all_others(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    first = CODE.findall(printed(clerk, path, districts.school))
    assert len(CODE.findall(printed(clerk, path, districts.school, "village"))) == 32
    assert "The slips of every group were printed." in clerk.get(f"{path}/slips").text
    again = send(clerk, "/bureau/campaigns", f"{path}/slips", school=[districts.school])
    assert again.status_code == 303
    assert "These slips were printed already." in clerk.get(f"{path}/slips").text
    assert app.test_client().post("/a?lang=en", data={"code": first[0]}).text.count('name="state"')


def test_printing_again_is_asked_and_tells_nothing_of_how_many_were_used(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    path = begin(app)
    group = group_of(app, districts.school)
    at = f"{path}/slips/{group}"
    asked = read(clerk.get(at).text).words
    assert "What printing again means" not in asked
    first = CODE.findall(send(clerk, at, seen="0").text)
    with app.app_context():
        for code in first[:7]:
            assert cast(Entry(group, "ack", slips.normalise(code)), {})
    stale = read(send(clerk, at, seen="0").text).words
    assert "What printing again means" in stale  # somebody printed meanwhile: nothing is ended unasked
    assert "printed once, on" in stale
    second = CODE.findall(send(clerk, at, seen="1").text)
    assert len(second) == len(first) == 44
    assert "not valid" in app.test_client().post("/a?lang=en", data={"code": first[20]}).text
    assert "printed 2 times" in clerk.get(f"{path}/slips").text


def test_a_school_is_printed_again_as_a_whole(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    path = begin(app)
    at = f"{path}/slips/of/village"
    assert len(CODE.findall(send(clerk, at, seen="0").text)) == 32
    assert "What printing again means" in clerk.get(at).text
    assert len(CODE.findall(send(clerk, at, seen="3").text)) == 32
    backs = clerk.get(f"{at}/backs").text
    assert backs.count("/help/") == 14


@pytest.mark.parametrize(("entry", "pages"), [("slips", 2), ("open_link", 6)])
def test_posters_are_one_page_each(
    app: Flask, districts: Districts, clerk: FlaskClient, entry: str, pages: int
) -> None:
    path = begin(app, entry)
    page = clerk.get(f"{path}/posters").text
    assert page.count('class="poster-sheet"') == pages
    own = clerk.get(f"{path}/posters/village").text
    assert own.count('class="poster-sheet"') == pages // 2
    assert "<h2>School</h2>" not in own


def test_a_form_sent_from_elsewhere_prints_nothing(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    path = begin(app)
    assert clerk.post(f"{path}/slips", data={"school": districts.school}).status_code == 404
    with app.app_context():
        assert {group.prints for group in db.session("ballots").query(Group)} == {0}


def test_foreign_schools_and_groups_are_not_there(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    path = begin(app)
    for end in (f"slips/of/{districts.school2}", f"slips/of/{districts.school2}/backs", f"posters/{districts.school2}",
                "slips/foreign", "reminders/foreign"):  # fmt: skip
        assert clerk.get(f"{path}/{end}").status_code == 404
    with app.app_context():
        assert db.session("desk").query(Deed).filter_by(deed="refused").count() == 5


def test_whole_schools_are_put_together_up_to_a_number_of_slips(app: Flask) -> None:
    with app.app_context():
        sizes = (900, 3000, 2000, 9000, 10)
        groups = [a_group("slips", enrolled=size, school=f"s{n}") for n, size in enumerate(sizes)]
    assert [[part[0].school_id for part in parts] for parts in sheets.parts(groups)] == [
        ["s0", "s1"],
        ["s2"],
        ["s3"],
        ["s4"],
    ]
    assert sheets.parts([]) == []


def test_a_first_day_stands_on_the_poster(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    path = begin(app, "open_link")
    assert f"Answers are taken from {date.today()} to" in clerk.get(f"{path}/posters").text  # noqa: DTZ011
