"""The timetable's pages: a plan changed lesson by lesson, in a draft of one's own, and put in force."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from estimator import plan_file, plan_workbook
from estimator.plan import Plan
from survey import db
from survey.day import today
from survey.planning import drafts, lessons
from survey.planning.assessments import weigh_plan, weigh_school
from survey.planning.plan_begun import coming_monday
from survey.planning.plans import current, plan_of
from survey.staff.store import School
from tests.desk import SCHOOL, a_lesson, a_plan, log_in, make_school, save
from tests.pages import token

WEEK = ["mon", "tue", "wed", "thu", "fri"]
UNDO = "Undo the last change"
REDO = "Do again what was undone"
# What a browser sends of the form as it opens, with the subject typed.
TYPED = {
    "subject": "Maths", "kind": "recorded", "grades": ["3"], "days": WEEK, "minutes": "20", "required": "y",
    "upload": "none", "source": "school", "area": "curriculum",
}  # fmt: skip


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """The first of two people at a school's desk, in English."""
    make_school(app)
    return log_in(app)


def in_force(app: Flask) -> tuple[int, Plan]:
    """The version in force."""
    with app.app_context():
        version = current(SCHOOL)
        assert version
        return version.number, plan_of(version)


def press(desk: FlaskClient, path: str, **sent: object) -> str:
    """Press a button, and follow where it leads."""
    form = token(desk.get("/school/plan").text)
    return desk.post(f"/school/plan/{path}", data={"csrf_token": form, **sent}, follow_redirects=True).text


def enter(desk: FlaskClient, lesson: str = "", address: str = "", **other: object) -> str:
    """Fill in a lesson's form and keep it."""
    page = desk.get("/school/plan/lesson" + (f"/{lesson}" if lesson else "") + address).text
    sent = {"csrf_token": token(page), **TYPED, **other}
    return desk.post(f"/school/plan/lesson{lesson and '/'}{lesson}{address}", data=sent, follow_redirects=True).text


def marks(page: str) -> list[str]:
    """The lessons on a timetable, each once."""
    return list(dict.fromkeys(re.findall(r'data-mark="([0-9a-f]+)"', page)))


def test_a_first_plan_is_typed_lesson_by_lesson_and_put_in_force(app: Flask, desk: FlaskClient) -> None:
    assert "No plan is in force yet" in desk.get("/school/plan").text
    page = enter(desk, kind="live", start="9:00", homework_minutes="１５")
    assert "A draft with one change, not in force yet" in page
    assert "There is no plan yet." in desk.get("/school/").text
    assert "Saved as version 1." in press(desk, "in-force")
    number, plan = in_force(app)
    lesson = plan.activities[0]
    assert (number, lesson.start_minute, lesson.homework_minutes, lesson.days) == (1, 540, 15, tuple(WEEK))
    assert [(grade.grade, grade.pupils) for grade in plan.grades] == [(3, 180), (4, 170)]


def test_every_field_of_a_lesson_is_shown_and_kept(app: Flask, desk: FlaskClient) -> None:
    full = a_lesson(
        kind="tv", start="08:05", devices=["tv", "phone"], required=False, kbps=0.0, pages=3, colour=True,
        homework_minutes=5, adult_minutes=7, check_in=True, upload="photo", upload_mb=2.5, buy=123456.75,
        source="local", area="life",
    )  # fmt: skip
    save(app, a_plan(full, a_lesson()))
    mark = marks(desk.get("/school/plan").text)[0]
    page = desk.get(f"/school/plan/lesson/{mark}").text
    fields = re.findall(r'<input type="text" id="\w+" name="(\w+)" value="([^"]*)"', page)
    ticked = re.findall(r'name="(\w+)" value="([^"]*)" checked', page)
    chosen = re.findall(r'<select id="\w+" name="(\w+)">.*?<option selected value="(\w+)"', page)
    sent: dict[str, list[str]] = {}
    for name, value in (*fields, *ticked, *chosen):
        sent.setdefault(name, []).append(value)
    answer = desk.post(f"/school/plan/lesson/{mark}", data={"csrf_token": token(page), **sent})
    assert answer.status_code == 303
    assert "not in force yet" not in desk.get("/school/plan").text  # the form as it opens changes nothing
    press(desk, "in-force")
    assert in_force(app)[1] == a_plan(full, a_lesson())


def test_a_lesson_over_a_line_of_nothing_is_refused_beside_its_field(app: Flask, desk: FlaskClient) -> None:
    for kind in ("live", "recorded"):
        page = enter(desk, kind=kind, start="9:00", kbps="0")
        assert '<p class="error" id="kbps-error">A live or recorded lesson comes over a line, and 0 is none.' in page
    assert "A draft with one change" in enter(desk, kind="tv", start="9:00", kbps="0")


def test_a_plan_that_was_kept_with_a_line_of_nothing_is_still_shown(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(kbps=0), a_lesson(subject="Art")))
    chinese, _art = marks(desk.get("/school/plan").text)
    assert desk.get("/school/").status_code == 200
    enter(desk, chinese, kbps="600")
    press(desk, "in-force")
    assert in_force(app)[1].activities[0].kbps == 600


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk: FlaskClient) -> None:
    page = enter(desk, minutes="many", kind="live", subject="Maths <b>")
    assert '<p class="error" id="minutes-error">A whole number is needed here.' in page
    assert "Maths &lt;b&gt;" in page
    assert 'value="many"' in page
    assert "not in force yet" not in desk.get("/school/plan").text
    assert "Tick one grade at least." in enter(desk, grades=[])
    assert "A lesson on television or live needs a beginning." in enter(desk, kind="tv")


def test_what_is_to_be_bought_is_asked_in_the_words_for_the_plans_money(desk: FlaskClient) -> None:
    for language, currency in (("zh", "元"), ("en", "yuan")):
        page = desk.get(f"/school/plan/lesson?lang={language}").text
        assert f'id="buy-hint">{currency}</p>' in page
        assert "CNY" not in page


@pytest.mark.parametrize(
    ("language", "typed", "said"),
    [
        ("en", {"minutes": "30.5"}, "A whole number is needed here. Write one from 1 to 300."),
        ("zh", {"minutes": "30.5"}, "这里应填整数。请写 1 到 300 之间的数。"),
        ("en", {"buy": "many"}, "A number is needed here. Write one from 0 to 1,000,000."),
        ("zh", {"upload_mb": "5001"}, "数字超出范围。请写 0 到 5,000 之间的数。"),
    ],
)
def test_a_number_that_will_not_do_is_told_with_the_reason_and_the_range(
    desk: FlaskClient, language: str, typed: dict[str, str], said: str
) -> None:
    desk.get(f"/school/plan?lang={language}")
    assert said in enter(desk, **typed)


def test_a_lesson_is_changed_on_one_day_alone(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    mark = marks(desk.get("/school/plan").text)[0]
    enter(desk, mark, "?day=tue&grade=3", subject="Chinese", minutes="5", scope="this")
    press(desk, "in-force")
    assert [(a.minutes, a.days) for a in in_force(app)[1].activities] == [
        (20, ("mon", "wed", "thu", "fri")),
        (5, ("tue",)),
    ]


def test_a_kind_that_is_changed_brings_its_usual_devices(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(kind="tv", start="09:00")))
    mark = marks(desk.get("/school/plan").text)[0]
    enter(desk, mark, kind="live", start="09:00", devices=["tv"])
    press(desk, "in-force")
    assert in_force(app)[1].activities[0].devices == ("computer", "tablet", "phone")


def test_removed_copied_moved_and_taken_back(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(), a_lesson(subject="Art", days=["mon"])))
    chinese, art = marks(desk.get("/school/plan").text)
    press(desk, "move", mark=art, day="mon", to_day="fri", start="")
    assert "Mon" in press(desk, "copy-day", grade="3", day="fri", to_days=["mon", "sat"])
    press(desk, "copy-week", grade="3", to_grades=["4"])
    page = desk.get(f"/school/plan/lesson/{chinese}").text
    assert "meanwhile" in desk.get("/school/plan").text  # the mark of before the copy is none any more
    chinese = marks(desk.get("/school/plan?grade=4").text)[0]
    page = desk.get(f"/school/plan/lesson/{chinese}").text
    sent = {"csrf_token": token(page), **TYPED, "grades": ["4"], "remove": "1"}
    assert "is removed" in desk.post(f"/school/plan/lesson/{chinese}", data=sent, follow_redirects=True).text
    assert chinese not in marks(desk.get("/school/plan?grade=4").text)
    press(desk, "undo")
    assert chinese in marks(desk.get("/school/plan?grade=4").text)
    press(desk, "drop")
    assert "not in force yet" not in desk.get("/school/plan").text
    assert in_force(app)[1] == a_plan(a_lesson(), a_lesson(subject="Art", days=["mon"]))


def test_days_that_a_draft_changes_are_told_by_their_names(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    page = enter(desk, marks(desk.get("/school/plan").text)[0], subject="Chinese", days=WEEK[1:])
    assert "Weekdays Monday–Friday → Tuesday–Friday" in page
    assert "星期一–星期五 → 星期二–星期五" in desk.get("/school/plan?lang=zh").text


def test_undo_goes_back_step_by_step(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    enter(desk, subject="Maths")
    assert "A draft with 2 changes" in enter(desk, subject="Art")
    page = press(desk, "undo")
    assert "Undone." in page
    assert "A draft with one change" in page
    assert "<strong>Art</strong>" not in page
    page = press(desk, "undo")
    assert "That was the first change; there is no draft any more." in page
    assert "not in force yet" not in page
    assert UNDO not in page
    assert "There is nothing left to undo." in press(desk, "undo")
    assert "A draft with one change" in enter(desk, subject="Art")


def test_what_was_undone_is_done_again_step_by_step(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    for subject in ("Maths", "Art", "Music"):
        assert REDO not in enter(desk, subject=subject)
    for _ in range(3):
        page = press(desk, "undo")
        assert REDO in page
    assert "there is no draft any more" in page
    assert "Done again." in press(desk, "redo")
    page = press(desk, "redo")
    assert [f"<strong>{subject}</strong>" in page for subject in ("Maths", "Art", "Music")] == [True, True, False]
    assert "A draft with 2 changes" in page
    page = press(desk, "redo")
    assert "A draft with 3 changes" in page
    assert REDO not in page
    assert "There is nothing to do again." in press(desk, "redo")
    assert "A draft with 2 changes" in press(desk, "undo")


@pytest.mark.parametrize("ended_by", ["another change", "drop", "in-force"])
def test_nothing_is_done_again_in_another_plan(app: Flask, desk: FlaskClient, ended_by: str) -> None:
    save(app, a_plan(a_lesson()))
    enter(desk, subject="Maths")
    enter(desk, subject="Art")
    press(desk, "undo")
    page = enter(desk, subject="Music") if ended_by == "another change" else press(desk, ended_by)
    assert REDO not in page
    assert "There is nothing to do again." in press(desk, "redo")
    assert "<strong>Art</strong>" not in desk.get("/school/plan").text


def test_what_is_done_again_after_somebody_elses_version_is_shown_beside_it(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(), a_lesson(subject="Maths")))
    enter(desk, subject="Art")
    press(desk, "undo")
    save(app, a_plan(a_lesson(), a_lesson(subject="Maths", minutes=5)))
    assert "one put version 2 in force" in press(desk, "redo")
    assert "What version 2 changed" in press(desk, "in-force")


def test_what_changes_nothing_is_no_step_to_undo(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    enter(desk)
    chinese = marks(desk.get("/school/plan").text)[0]
    page = press(desk, "copy-day", grade="3", day="mon")
    assert "Tick the days to copy to." in page
    assert "Nothing was changed." in page
    press(desk, "copy-day", grade="3", day="mon", to_days=["mon", "tue"])
    press(desk, "copy-week", grade="3")
    press(desk, "move", mark=chinese, day="mon", to_day="mon", start="")
    enter(desk, chinese, subject="Chinese")
    page = press(desk, "undo")
    assert "That was the first change" in page
    assert "<strong>Maths</strong>" not in page


def test_an_empty_day_or_week_is_not_offered_to_be_copied_and_wipes_nothing(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(days=["mon"])))
    page = desk.get("/school/plan?grade=3").text
    offered = page.partition('id="copy-day"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\w+)"', offered) == ["mon"]
    for said in (
        press(desk, "copy-day", grade="3", day="tue", to_days=["mon"]),
        press(desk, "copy-week", grade="4", to_grades=["3"]),
    ):
        assert "Nothing was changed: no lesson stands there that could be copied." in said
    assert marks(desk.get("/school/plan?grade=3").text) == marks(page)


def test_where_no_earlier_step_is_kept_it_is_said(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_STEPS", 2)
    for subject in ("Maths", "Art", "Music"):
        enter(desk, subject=subject)
    assert UNDO in press(desk, "undo")
    page = press(desk, "undo")
    assert "No earlier step is kept; at most 2 are (a house rule)." in page
    assert "A draft with one change" in page
    assert UNDO not in page
    assert "There is nothing left to undo." in press(desk, "undo")
    assert "A draft with one change" in desk.get("/school/plan").text


def test_what_is_sent_twice_at_once_is_one_step(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    both = [desk, log_in(app)]
    tokens = [token(each.get("/school/plan/lesson").text) for each in both]

    def send(number: int) -> int:
        return both[number].post("/school/plan/lesson", data={"csrf_token": tokens[number], **TYPED}).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(send, range(2))) == [303, 303]
    assert "A draft with one change" in desk.get("/school/plan").text
    assert "That was the first change" in press(desk, "undo")


def test_a_grade_that_goes_with_what_is_undone_leads_to_one_that_is_there(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    typed = {
        "school-0-place": "CN-34", "school-0-week_of": "2020-03-09", "school-0-currency": "CNY",
        "grades-0-grade": "3", "grades-0-pupils": "180", "grades-0-teachers": "12",
        "grades-1-grade": "5", "grades-1-pupils": "160", "grades-1-teachers": "10",
    }  # fmt: skip
    press(desk, "week", **typed)
    assert desk.get("/school/plan?grade=5").status_code == 200
    assert "That was the first change" in press(desk, "undo", grade="5")


def test_dropping_the_draft_is_asked_once_more(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    enter(desk)
    enter(desk, subject="Art")
    assert '<a href="/school/plan/drop?grade=3">Drop the draft</a>' in desk.get("/school/plan").text
    asked = desk.get("/school/plan/drop?grade=3").text
    assert "2 changes that are not in force yet are lost; nothing brings them back." in asked
    assert "Version 1 stays in force." in asked
    desk.head("/school/plan/drop")
    assert "A draft with 2 changes" in desk.get("/school/plan").text
    page = press(desk, "drop", grade="3")
    assert "The draft is gone." in page
    assert "not in force yet" not in page
    for again in (press(desk, "drop"), desk.get("/school/plan/drop", follow_redirects=True).text):
        assert "There is no draft to drop." in again
    enter(desk)
    assert "there is no draft any more" in press(desk, "undo")  # the steps went with the draft


def test_a_draft_that_changes_nothing_is_dropped_without_a_loss(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    enter(desk)
    maths = marks(desk.get("/school/plan").text)[1]
    enter(desk, maths, remove="1")
    assert "The draft changes nothing, so nothing is lost." in desk.get("/school/plan/drop").text


def test_a_lesson_that_another_tab_changed_is_not_written_over(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    mark = marks(desk.get("/school/plan").text)[0]
    enter(desk, mark, subject="Chinese", minutes="15")
    form = token(desk.get("/school/plan").text)
    late = desk.post(f"/school/plan/lesson/{mark}", data={"csrf_token": form, **TYPED, "minutes": "5"}).text
    assert "Somebody changed or removed this lesson meanwhile." in late
    assert 'value="5"' in late
    press(desk, "in-force")
    assert [a.minutes for a in in_force(app)[1].activities] == [15]


def test_the_week_its_pupils_and_teachers(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(), a_lesson(grade=4)))
    typed = {
        "school-0-place": "CN-34", "school-0-week_of": "2020-03-16", "school-0-currency": "CNY",
        "grades-0-grade": "3", "grades-0-pupils": "200", "grades-0-teachers": "12", "grades-0-teachers_on_camera": "2",
    }  # fmt: skip
    wrong = press(desk, "week", **{**typed, "grades-0-teachers_on_camera": "13"})
    assert "More teachers who stream or record than there are teachers (12)." in wrong
    assert 'value="13"' in wrong
    assert "No prices are known here in this currency." in press(desk, "week", **{**typed, "school-0-currency": "USD"})
    assert "This is no Monday." in press(desk, "week", **{**typed, "school-0-week_of": "2020-03-17"})
    for monday in ("1900-01-01", "9999-12-27"):
        mistyped = press(desk, "week", **{**typed, "school-0-week_of": monday})
        assert "Is this the right year?" in mistyped
        assert "Write a Monday from 2020-01-06 to " in mistyped
    assert "row 1: Teachers who stream or record" in wrong
    page = press(desk, "week", **typed)
    assert "With the grades that went, 1 lesson went too." in page
    assert "2020-03-09 → 2020-03-16" in page
    press(desk, "in-force")
    plan = in_force(app)[1]
    assert (plan.school, plan.week_of.isoformat(), plan.grades[0].pupils) == ("Lotus Primary", "2020-03-16", 200)


def test_while_it_is_typed_a_lesson_is_weighed_as_assess_weighs_it_and_not_kept(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    form = token(desk.get("/school/plan/lesson").text)
    sent = {"csrf_token": form, **TYPED, "kind": "live", "start": "10:00", "minutes": "40"}
    fragment = desk.post("/school/plan/weigh?grade=3", data=sent).text
    with app.app_context():
        school = db.session("desk").get_one(School, SCHOOL)
        heavier = a_plan(a_lesson(), a_lesson(subject="Maths", kind="live", start="10:00", minutes=40))
        burden, was = (weigh_plan(plan, school).grades[3] for plan in (heavier, a_plan(a_lesson())))
    assert f'<span class="score">{round(burden.score)} ' in fragment
    assert f"Before the changes: {round(was.score)}." in fragment
    assert len(burden.flags) == fragment.count("<strong>") > 0
    assert "<html" not in fragment
    unread = desk.post("/school/plan/weigh?grade=3", data={**sent, "minutes": "x"}).text
    assert "A whole number is needed here." in unread
    assert "not in force yet" not in desk.get("/school/plan").text


def test_a_file_is_seen_before_it_is_in_force(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/school/plan.xlsx").data))
    book["activities"]["F2"] = 15
    content = io.BytesIO()
    book.save(content)
    page = press(desk, "upload", file=(io.BytesIO(content.getvalue()), "plan.xlsx"))
    assert "Minutes 20 → 15" in page
    assert in_force(app) == (1, a_plan(a_lesson()))
    press(desk, "in-force")
    assert in_force(app) == (2, a_plan(a_lesson(minutes=15)))
    same = press(desk, "upload", file=(io.BytesIO(desk.get("/school/plan.xlsx").data), "plan.xlsx"))
    assert "The file says what stands here already." in same


def test_two_lessons_at_one_time_are_told_beside_the_timetable_and_may_be_put_in_force(
    app: Flask, desk: FlaskClient
) -> None:
    twice = a_plan(a_lesson(start="09:00", minutes=40), a_lesson(subject="Maths", start="09:20", days=["tue", "fri"]))
    page = press(desk, "upload", file=(io.BytesIO(plan_workbook.write(twice)), "plan.xlsx"))
    assert 'Two lessons stand at one time in: <a href="/school/plan?grade=3#overlaps">Grade 3</a></p>' in page
    said = "Tuesday, Friday: Chinese (Recorded lesson, 09:00, 40 min) and Maths (Recorded lesson, 09:20, 20 min)"
    assert said in page
    of_another = desk.get("/school/plan?grade=4").text
    assert "Two lessons stand at one time in:" in of_another
    assert said not in of_another
    assert "Saved as version 1." in press(desk, "in-force")


def test_while_it_is_typed_a_lesson_at_another_ones_time_is_told(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(start="09:00", minutes=40)))
    sent = {"csrf_token": token(desk.get("/school/plan/lesson").text), **TYPED, "kind": "live", "minutes": "20"}
    at = {
        start: desk.post("/school/plan/weigh?grade=3", data={**sent, "start": start}).text
        for start in ("09:39", "09:40")
    }
    assert [start for start, page in at.items() if "Two lessons at one time" in page] == ["09:39"]


def test_what_goes_down_as_a_file_is_what_stands_on_the_page(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    enter(desk)
    down = plan_file.read(desk.get("/school/plan.xlsx").data, "plan.xlsx")
    assert [a.subject for a in down.activities] == ["Chinese", "Maths"]
    assert plan_file.read(plan_workbook.write(down, "zh"), "plan.xlsx") == down


def test_a_plans_file_is_named_by_its_school_its_week_and_its_version(app: Flask, desk: FlaskClient) -> None:
    def named(path: str) -> str:
        said = desk.get(path).headers["Content-Disposition"]
        return unquote(re.split(r"filename(?:\*=UTF-8''|=)", said)[-1].strip('"'))

    with app.app_context():
        db.session("desk").get_one(School, SCHOOL).name = "Lotus/莲"
        db.session("desk").commit()
    save(app, a_plan(a_lesson()))
    assert named("/school/plan.xlsx") == "Plan, Lotus 莲, week of 2020-03-09, version 1.xlsx"
    assert named("/school/plan.xlsx?lang=zh") == "计划_Lotus 莲_2020-03-09起一周_第1版.xlsx"
    enter(desk)
    assert named("/school/plan.xlsx?lang=en") == "Plan, Lotus 莲, week of 2020-03-09, draft.xlsx"
    monday = coming_monday(today())
    assert named("/school/plan/template.xlsx") == f"Plan template, Lotus 莲, week of {monday}.xlsx"


def test_an_earlier_week_begins_the_coming_one(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    save(app, a_plan(a_lesson(minutes=5)))
    form = token(desk.get("/school/versions").text)
    desk.post("/school/versions/1/begin", data={"csrf_token": form})
    press(desk, "in-force")
    number, plan = in_force(app)
    assert (number, plan.week_of, plan.activities[0].minutes) == (3, coming_monday(today()), 20)
    assert desk.post("/school/versions/9/begin", data={"csrf_token": form}).status_code == 404


def two_drafts(app: Flask, desk: FlaskClient, mine: dict[str, str], theirs: dict[str, str]) -> str:
    """Both change version 1; the other puts theirs in force first. The page that the first then sees."""
    save(app, a_plan(a_lesson(), a_lesson(subject="Maths")))
    other = log_in(app, "two")
    for client, changed in ((desk, mine), (other, theirs)):
        with app.app_context():
            plan = in_force(app)[1]
            lesson = next(a for a in plan.activities if a.subject == changed["subject"])
        enter(client, lessons.mark(lesson), "", **changed)
    assert "Saved as version 2." in press(other, "in-force")
    return press(desk, "in-force")


def test_of_two_who_change_one_plan_the_second_is_shown_both(app: Flask, desk: FlaskClient) -> None:
    page = two_drafts(app, desk, {"subject": "Chinese", "minutes": "15"}, {"subject": "Maths", "minutes": "5"})
    assert "two put version 2 in force" in page
    assert "Minutes 20 → 15" in page
    assert "Minutes 20 → 5" in page
    assert in_force(app)[0] == 2
    with app.app_context():
        school = db.session("desk").get_one(School, SCHOOL)
        both = a_plan(a_lesson(minutes=15), a_lesson(subject="Maths", minutes=5))
        assert f"the score would be {round(weigh_plan(both, school).school.score)}." in page
    assert "Saved as version 3." in press(desk, "in-force", seen="2", both="1")
    assert sorted((a.subject, a.minutes) for a in in_force(app)[1].activities) == [("Chinese", 15), ("Maths", 5)]


def test_where_both_changed_one_lesson_they_choose(app: Flask, desk: FlaskClient) -> None:
    page = two_drafts(app, desk, {"subject": "Chinese", "minutes": "15"}, {"subject": "Chinese", "minutes": "5"})
    assert "both change this, each in another way" in page
    assert 'name="both"' not in page
    assert 'href="/school/plan/drop">Version 2; drop your draft' in page
    assert "each in another way" in press(desk, "in-force", seen="2", both="1")
    assert "Saved as version 3." in press(desk, "in-force", seen="2", mine="1")
    assert in_force(app)[1].activities[0].minutes == 15
    with app.app_context():
        school = db.session("desk").get_one(School, SCHOOL)
        weighed = weigh_school(school)
        assert weighed
        assert weighed.number == 3


def test_a_third_who_comes_between_is_shown_too(app: Flask, desk: FlaskClient) -> None:
    two_drafts(app, desk, {"subject": "Chinese", "minutes": "15"}, {"subject": "Maths", "minutes": "5"})
    save(app, a_plan(a_lesson(minutes=1)))
    assert "version 3 in force" in press(desk, "in-force", seen="2", mine="1")
    assert in_force(app)[0] == 3


def test_a_file_of_an_earlier_version_does_not_undo_what_a_colleague_did_since(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson(), a_lesson(subject="Maths")))
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/school/plan.xlsx").data))
    save(app, a_plan(a_lesson(), a_lesson(subject="Maths", minutes=5)))
    book["activities"]["F2"] = 15
    content = io.BytesIO()
    book.save(content)
    page = press(desk, "upload", file=(io.BytesIO(content.getvalue()), "plan.xlsx"))
    assert "Minutes 20 → 15" in page
    assert "20 → 5" not in page
    assert "one put version 2 in force" in page
    assert "What version 2 changed" in press(desk, "in-force")
    press(desk, "in-force", seen="2", both="1")
    assert sorted((a.subject, a.minutes) for a in in_force(app)[1].activities) == [("Chinese", 15), ("Maths", 5)]


def test_what_an_upload_replaced_comes_back_with_undo(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    enter(desk)
    press(desk, "upload", file=(io.BytesIO(plan_workbook.write(a_plan(a_lesson(minutes=7)))), "plan.xlsx"))
    assert "Minutes 20 → 7" in desk.get("/school/plan").text
    assert "Maths" in press(desk, "undo")


def test_without_a_draft_nothing_is_put_in_force(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    assert "There is no draft to put in force" in press(desk, "in-force", seen="1")
    assert in_force(app)[0] == 1


def test_a_page_that_lay_open_too_long_changes_nothing(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    mark = marks(desk.get("/school/plan").text)[0]
    for path in ("move", "copy-day", "copy-week", "undo", "redo", "drop", "in-force"):
        page = desk.post(f"/school/plan/{path}", data={"mark": mark, "day": "mon", "to_day": "fri"})
        assert page.status_code == 303
        assert "had been open too long" in desk.get("/school/plan").text
    assert "open for too long" in desk.post(f"/school/plan/lesson/{mark}", data=TYPED).text
    assert in_force(app) == (1, a_plan(a_lesson()))


def test_nonsense_in_an_address_is_no_page(app: Flask, desk: FlaskClient) -> None:
    save(app, a_plan(a_lesson()))
    form = token(desk.get("/school/plan").text)
    for path in ("/school/plan?grade=9", "/school/plan/lesson?grade=9", "/school/plan/sideways"):
        assert desk.get(path).status_code == 404
    assert desk.post("/school/plan/move", data={"csrf_token": form, "mark": "x", "day": "noday"}).status_code == 404
    assert desk.post("/school/plan/weigh?grade=9", data={"csrf_token": form, **TYPED}).status_code == 404
    gone = desk.get("/school/plan/lesson/0123456789ab", follow_redirects=True).text
    assert "That lesson was changed meanwhile" in gone
