"""Norms of a bureau's own: what is refused, what they do to every score, and whose schools they concern.

The program's own command line, given the same limit in a file, is the referee.
"""

from __future__ import annotations

import io
import json
import re
import tomllib
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from estimator import families, norm_file, plan_workbook
from estimator.__main__ import main
from estimator.assess import assess
from survey import create_app, db
from survey.bureau.before_after import before_and_after
from survey.bureau.limits import limits
from survey.bureau.publishing import summary_of
from survey.planning import own_norms
from survey.planning.assessments import advise_school, weigh_district, weigh_school
from survey.planning.basis import Basis, basis_of
from survey.planning.own_norms import OwnNorm
from survey.planning.plans import current, plan_of
from survey.planning.store import NormOfBureau
from survey.staff.deeds import told
from survey.staff.district import district_of
from survey.staff.store import Bureau, Deed, School
from survey.words import wording
from survey.workbook import build
from tests.desk import a_plan
from tests.desks import Districts, log_in, two_districts
from tests.equal_plans import LESSONS, with_plans
from tests.pages import read, token
from tests.published import a_release, people

HERE = Path(__file__).resolve().parent.parent
CASES = tomllib.loads((HERE / "tests/cases/own_norms.toml").read_text(encoding="utf-8"))
SOUND: dict[str, str] = CASES["sound"]
AS_A_FILE = """
[document.LOTUS]
issuer = "Education Bureau of Lotus County"
title = "Notice on screens"
date = 2020-03-01
place = "CN-34"
url = "Lotus Education (2020) 3"
confidence = "verified"
checked_on = 2026-11-26
[[screen_minutes.statement]]
document = "LOTUS"
grades = [1, 6]
value = 40
quote = "40 minutes"
"""


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two bureaus of one place, each with a school that has the same plan: 60 minutes a day, where 80 may be."""
    return with_plans(app)


def post(clerk: FlaskClient, button: str = "", **other: str) -> Any:
    """Send the form, all as in [sound] but what is other; the page that answers."""
    form = {**SOUND, **other, "csrf_token": token(clerk.get("/bureau/norms/new?lang=en").text)}
    return clerk.post("/bureau/norms/new", data={**form, button: "y"} if button else form)


def add(clerk: FlaskClient, **other: str) -> None:
    """Put a norm in force."""
    answer = post(clerk, "in_force", **other)
    assert answer.status_code == 303, read(answer.text).words


def score(app: Flask, school: str) -> float:
    """What a school's plan scores now."""
    with app.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, school))
        assert weighed
        return weighed.assessment.school.score


def stored(app: Flask) -> list[NormOfBureau]:
    """Every norm of every bureau."""
    with app.app_context():
        return list(db.session("desk").query(NormOfBureau))


def by_command(tmp_path: Path, app: Flask, school: str, own: str) -> dict[str, Any]:
    """What the command line makes of a school's plan, with a norm file."""
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    with app.app_context():
        version = current(school)
        assert version
        (tmp_path / "plan.xlsx").write_bytes(plan_workbook.write(plan_of(version), "en"))
    said = ["assess", str(tmp_path / "plan.xlsx"), "--json", "--norms", str(tmp_path / "own.toml")]
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()) as complained:
        main(said)
    assert not complained.getvalue()
    found: dict[str, Any] = json.loads(printed.getvalue())
    return found


@pytest.mark.parametrize("case", CASES["wrong"], ids=lambda case: case["why"])
def test_what_cannot_be_a_norm_is_told_plainly_and_nothing_is_saved(
    unchanged: Flask, typist: FlaskClient, case: dict[str, str]
) -> None:
    typed = {name: value for name, value in case.items() if name not in ("why", "says")}
    for button in ("", "in_force"):
        answer = post(typist, button, **typed)
        assert answer.status_code == 200
        assert case["says"] in read(answer.text).words
        assert "<script>alert" not in answer.text
        assert stored(unchanged) == []


def test_every_problem_leads_to_its_field_and_what_was_typed_stays(typist: FlaskClient) -> None:
    page = post(typist, limit="1e9", since="2020-02-01", last_day="2020-01-01").text
    assert {"#limit", "#since", "#last_day"} <= {address for address, _ in read(page).links}
    assert 'value="1e9"' in page


def test_before_a_norm_is_in_force_every_school_is_shown_before_and_after_and_nothing_is_saved(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    seen = read(post(clerk).text)
    before, after = score(app, districts.school), 66.7
    assert seen.tables["Before and after"][1] == ["School", f"{before:.1f}", f"{after} ▲", "over the limit", "0", "1"]
    assert "Schools with a higher score: 1, with a lower one: 0. 1 more norm is broken" in seen.words
    assert "So this norm speaks in 1 of 1 plan." in seen.words
    assert stored(app) == []
    assert score(app, districts.school) == before


def test_a_stricter_norm_raises_the_score_to_what_the_command_line_says_with_the_same_norm_in_a_file(
    app: Flask, clerk: FlaskClient, districts: Districts, tmp_path: Path
) -> None:
    add(clerk)
    told = by_command(tmp_path, app, districts.school, AS_A_FILE)
    with app.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, districts.school))
        assert weighed
    found = weighed.assessment
    assert found.school.score == told["school"]["score"] == pytest.approx(100 - 50 / 1.5)
    for number, grade in found.grades.items():
        said = told["grades"][str(number)]
        assert (grade.score, grade.low, grade.high) == (said["score"], said["low"], said["high"])
        assert [(f.measure, f.value, f.limit) for f in grade.flags] == [
            (f["measure"], f["value"], f["limit"]) for f in said["flags"]
        ]
    assert {grade.flags[0].source.issuer for grade in found.grades.values() if grade.flags} == {SOUND["issuer"]}


def test_the_neighbouring_bureau_of_the_same_place_never_sees_it(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    before = score(app, districts.school2)
    add(clerk)
    assert score(app, districts.school2) == before != score(app, districts.school)
    for login, path in (("principal2", "/school/"), ("clerk2", "/bureau/norms"), ("clerk2", "/bureau/trail")):
        assert SOUND["issuer"] not in log_in(app, login).get(f"{path}?lang=en").text
    row = stored(app)[0]
    stranger = log_in(app, "clerk2")
    assert stranger.get(f"/bureau/norms/{row.id}/take-back").status_code == 404
    assert stranger.post(f"/bureau/norms/{row.id}/take-back").status_code == 404
    assert stored(app)[0].taken_back_at is None


def test_a_principal_has_no_page_of_norms(app: Flask, districts: Districts) -> None:
    principal = log_in(app, "principal")
    for path in ("norms", "norms/new", "families"):
        assert principal.get(f"/bureau/{path}").status_code == 404


def test_the_principal_reads_on_every_page_who_says_so(app: Flask, clerk: FlaskClient, districts: Districts) -> None:
    add(clerk)
    principal = log_in(app, "principal")
    for path in ("", "verdict", "measures/3/screen_minutes", "plan"):
        assert SOUND["title"] in principal.get(f"/school/{path}?lang=en").text, path
    assert SOUND["title"] in clerk.get(f"/bureau/schools/{districts.school}?lang=en").text
    with app.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, districts.school))
        assert weighed
        assert advise_school(weighed).after.school.norms_broken == 0
        assert advise_school(weighed).after.grades[3].measures["screen_minutes"].value <= 40


def test_the_excel_summary_names_it_among_its_sources(app: Flask, clerk: FlaskClient, districts: Districts) -> None:
    add(clerk)
    with app.test_request_context():
        bureau = db.session("desk").get_one(Bureau, districts.bureau)
        release = a_release({districts.school: people(30, 9)}, {districts.school: "School"})
        book = openpyxl.load_workbook(io.BytesIO(build(summary_of(bureau, release), "en")))
    rows = [
        row
        for row in book["Sources and method"].iter_rows(values_only=True)
        if row[0] == "Screen time on the longest day"
    ]
    assert [(row[1], row[3], row[4], row[9]) for row in rows] == [
        (40, "1–6", f"{SOUND['issuer']}: {SOUND['title']}", 1)
    ]


def test_taking_it_back_restores_every_score_and_the_norm_stays_listed(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    before = score(app, districts.school)
    add(clerk)
    address = f"/bureau/norms/{stored(app)[0].id}/take-back"
    page = clerk.get(address).text
    assert "Schools with a higher score: 0, with a lower one: 1. 1 fewer norm is broken" in read(page).words
    assert clerk.post(address, data={"csrf_token": token(page)}).status_code == 303
    assert score(app, districts.school) == before
    seen = read(clerk.get("/bureau/norms").text)
    assert seen.tables["Norms that were taken back"][1][3].startswith(f"{SOUND['issuer']}: {SOUND['title']}")
    assert "Norms of our own" not in seen.tables
    assert clerk.get(address).status_code == 303
    with app.test_request_context():
        deeds = [told(deed) for deed in db.session("desk").query(Deed) if "norm" in deed.deed]
    assert len(deeds) == 2
    assert "40" in deeds[0]


def test_the_trail_says_what_was_limited_and_by_whom(app: Flask, clerk: FlaskClient) -> None:
    add(clerk)
    add(clerk, measure="families_over_budget", limit="2.5", issuer="Another")
    add(clerk, measure="teachers_on_camera", limit="25", issuer="A third")
    add(clerk, measure="print_cost_month", limit="12.5", issuer="A fourth")
    words = read(clerk.get("/staff/trail?lang=en").text).words
    for said in (
        f"Screen time on the longest day, grades 1–6, at most 40 minutes a day ({SOUND['issuer']}).",
        "Families for whom it costs too much, grades 1–6, at most 2.5 % of families (Another).",
        "Teachers who must stream or record, grades 1–6, at most 25 % of teachers (A third).",
        "Cost of printing, grades 1–6, at most 12.5 in money a month (A fourth).",
    ):
        assert said in words


def test_a_share_is_typed_in_per_cent_and_a_ban_is_ticked(app: Flask, clerk: FlaskClient) -> None:
    add(clerk, measure="families_short_of_device", limit="2.3")
    add(clerk, measure="uploads", limit="", forbids="y", issuer="Another")
    assert {row.measure: row.value for row in stored(app)} == {"families_short_of_device": 0.023, "uploads": 0}


def test_the_last_day_is_a_day_on_which_it_still_holds(app: Flask, clerk: FlaskClient, districts: Districts) -> None:
    before = score(app, districts.school)
    add(clerk, last_day="2020-03-08")
    assert score(app, districts.school) == before
    add(clerk, last_day="2020-03-09", issuer="Another")
    assert score(app, districts.school) > before


def test_a_norm_that_holds_in_no_plans_week_says_so(clerk: FlaskClient) -> None:
    seen = read(post(clerk, dated="2020-09-01").text)
    assert "No school's score changes. As many norms are broken as before." in seen.words
    assert "In 1 plan it does not: it is not in force yet." in seen.words
    older = read(post(clerk, dated="2020-02-01").text)
    assert "In 1 plan it does not: a newer or stricter limit comes first." in older.words


def test_a_norm_laxer_than_the_nations_may_stand_and_says_so(app: Flask, clerk: FlaskClient) -> None:
    seen = read(post(clerk, limit="200").text)
    assert "This norm allows more than others that hold here:" in seen.words
    assert "120 minutes a day, Grades 1–6 · Ministry of Education, China" in seen.words
    assert "80 minutes a day, Grades 3–6 · Department of Education of Anhui" in seen.words
    assert "This norm allows more" not in read(post(clerk).text).words
    add(clerk, limit="200")
    assert "allows more than others" in read(clerk.get("/bureau/norms").text).words


def test_two_norms_of_one_issuer_for_the_same_grades_and_days_are_refused_with_the_name_of_the_other(
    app: Flask, clerk: FlaskClient
) -> None:
    add(clerk)
    words = read(post(clerk, "in_force", limit="30", title="Another notice", first_grade="4").text).words
    assert "overlap in grades and dates. «Notice on screens», Grades 1–6. Say with until when" in words
    assert len(stored(app)) == 1
    add(clerk, limit="30", title="Another notice", first_grade="7", last_grade="9")


def test_who_puts_the_same_norm_in_force_a_second_time_reads_that_it_is(app: Flask, clerk: FlaskClient) -> None:
    add(clerk)
    assert "Just this norm is in force already." in read(post(clerk, "in_force").text).words
    assert len(stored(app)) == 1


def test_another_norm_is_named_as_the_language_of_the_page_names_documents(app: Flask, clerk: FlaskClient) -> None:
    add(clerk)
    form = {**SOUND, "title": "Another notice", "in_force": "y"}
    form["csrf_token"] = token(clerk.get("/bureau/norms/new?lang=zh").text)
    words = read(clerk.post("/bureau/norms/new", data=form).text).words
    assert "《Notice on screens》，1–6 年级。" in words


def test_a_form_that_another_site_sends_changes_nothing(app: Flask, clerk: FlaskClient) -> None:
    clerk.get("/bureau/norms/new")
    assert clerk.post("/bureau/norms/new", data={**SOUND, "in_force": "y"}).status_code == 200
    assert stored(app) == []
    add(clerk)
    assert clerk.post(f"/bureau/norms/{stored(app)[0].id}/take-back").status_code == 200
    assert stored(app)[0].taken_back_at is None


def test_another_process_weighs_with_the_same_norms_at_once(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    score(app, districts.school)
    other = create_app(instance=app.config["SETTINGS"].instance)
    before = score(other, districts.school)
    add(clerk)
    assert score(other, districts.school) == score(app, districts.school) > before


def test_the_page_says_for_each_grade_who_limits_it_and_why_the_others_do_not(clerk: FlaskClient) -> None:
    add(clerk)
    seen = read(clerk.get("/bureau/norms?day=2020-03-09").text)
    rows = seen.tables["Screen time on the longest day"]
    assert rows[1][:2] == ["Grades 1–6", "40 minutes a day"]
    assert rows[1][2].startswith("Education Bureau of Lotus County: Notice on screens, 2020-03-01")
    assert rows[2][:2] == ["Grades 7–8", "150 minutes a day"]
    assert rows[3][1:] == ["–", "nobody, on this day"]
    assert "Grades 3–6, 80 minutes a day: a newer or stricter limit comes first. Department of Education" in seen.words
    assert "Grades 1–6, 120 minutes a day: it is not in force yet. Ministry of Education" in seen.words
    assert clerk.get("/bureau/norms?day=2020-13-99").status_code == 200


def test_every_grade_of_every_measure_stands_once_on_the_page_and_as_the_norms_have_it() -> None:
    norms, day = norm_file.load(), date(2020, 3, 9)
    for measure in limits(norms, "CN-34", day, "CNY"):
        grades = [grade for limit in measure.limits for grade in limit.grades]
        assert grades == [*range(1, 13)]
        for limit in measure.limits:
            for grade in limit.grades:
                assert norms.ruling(measure.measure, "CN-34", grade, day).applies == limit.applies


def own(number: int, **other: Any) -> OwnNorm:
    """A norm of a bureau's own."""
    day = date(2020, 3, 1)
    usual = {"grades": (1, 6), "value": 40.0, "place": "CN-34", "issuer": f"Issuer {number}", "title": "Notice"}
    dates = {"dated": day, "since": day, "until": None, "read_on": date(2026, 11, 26)}
    rest = {"measure": "screen_minutes", "chinese_title": "", "read_at": "here", "confidence": "verified"}
    return OwnNorm(id=str(number), **{**usual, **dates, **rest, **other})


def test_the_newest_document_speaks_whenever_it_came_into_force() -> None:
    earlier = own(1, dated=date(2020, 3, 1), since=date(2020, 3, 8), value=30.0)
    later = own(2, dated=date(2020, 3, 5), since=date(2020, 3, 5), value=50.0)
    norms = own_norms.read_with([earlier, later])
    speaks = {day: norms.ruling("screen_minutes", "CN-34", 3, date(2020, 3, day)).applies for day in (4, 6, 9)}
    assert [s.value for s in speaks.values() if s] == [80, 50, 50]


def test_a_norm_that_the_program_no_longer_takes_rests_and_the_others_stand() -> None:
    taken = own(2, issuer="Department of Education of Anhui", dated=date(2020, 2, 22), since=date(2020, 2, 22))
    both = (own(1), taken, own(3, measure="gone"))
    assert own_norms.asleep(both) == both[1:]
    applies = own_norms.norms_with(both).ruling("screen_minutes", "CN-34", 3, date(2020, 3, 9)).applies
    assert applies
    assert applies.id == own(1).statement_id


def test_norms_that_differ_in_anything_are_not_taken_for_each_other() -> None:
    found = {Basis((own(1),)), Basis((own(1, title="Other"),)), Basis((own(1, value=41.0),)), Basis()}
    assert len(found) == 4
    plan, usual = a_plan(*LESSONS), families.load("urban")
    limits_ = {assess(plan, usual, basis.norms).grades[3].measures["screen_minutes"].limit for basis in found}
    assert limits_ == {40, 41, 80}


def test_a_district_without_a_plan_or_a_school_is_told_so(app: Flask) -> None:
    two_districts(app)
    seen = read(post(log_in(app, "clerk")).text)
    assert "No school has a plan yet, so nothing changes today." in seen.words
    with app.app_context():
        bureau = db.session("desk").query(Bureau).filter_by(name="Bureau").one()
        changed, then = before_and_after(bureau, district_of(bureau).schools, basis_of(bureau))
        assert (changed.higher, changed.lower, changed.more_broken, dict(then)) == (0, 0, 0, {})
        assert dict(weigh_district(bureau)) == {}


def test_every_measure_but_screens_one_by_one_is_offered_with_its_unit(typist: FlaskClient) -> None:
    page = typist.get("/bureau/norms/new?lang=en").text
    offered = dict(re.findall(r'<option value="([a-z_]+)">([^<]+)</option>', page))
    assert {*offered, "screen_dose"} == set(wording.MEASURE_LABELS)
    assert offered["print_cost_month"] == "Cost of printing · yuan a month"
    assert offered["teachers_on_camera"].endswith("% of teachers")
