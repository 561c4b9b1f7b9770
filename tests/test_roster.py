"""The roster: schools come in from a workbook whole, or not at all."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from survey import create_app, db
from survey.roster.file import COLUMNS, RosterProblems, read, template
from survey.staff import accounts
from survey.staff.store import Bureau, School
from tests.broken_workbooks import done_to, saved
from tests.pages import read as read_page
from tests.pages import token

CHINESE = [column.chinese for column in COLUMNS]
PASSWORD = "correct horse battery"
FIELD = re.compile(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"')


USUAL = ["学校名称", "城乡", "年级", "学生人数", "教师人数"]  # of a list without school codes
CODED = ["学校名称", "学校标识码", "城乡", "年级", "学生人数", "教师人数"]


def workbook(*rows: Sequence[object], title: bool = True, header: list[str] = USUAL) -> bytes:
    """A roster as a clerk would send it, a title above the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "名册"
    if title:
        sheet.append(["青禾县学校名册"])
        sheet.merge_cells("A1:E1")
    sheet.append(header)
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def problems(content: bytes) -> dict[str, str]:
    """Where → what is wrong."""
    with pytest.raises(RosterProblems) as found:
        read(content, "roster.xlsx")
    return {p.where: p.message % dict(p.values) for p in found.value.problems}


def test_a_roster_with_a_title_above_its_header_is_read() -> None:
    schools = read(
        workbook(["一小", "城镇", 2, 40, 3], ["一小", "城镇", "１", "38", 3], ["村小", "乡村", 1, 6, 1]), "r"
    )
    assert [(s.name, s.setting) for s in schools] == [("一小", "urban"), ("村小", "rural")]
    assert [(g.grade, g.pupils, g.teachers) for g in schools[0].grades] == [(1, 38, 3), (2, 40, 3)]


def test_every_wrong_cell_is_told_at_once() -> None:
    rows: list[list[object]] = [
        ["一小", "城里", 1, 40, 3],
        ["", "城镇", 13, -1, "many"],
        ["一小", "城镇", 1, 40, 3],
        ["二小", "城镇", 1, "=1+1", 3],
        ["二小", "乡村", 2, 30, 3],
    ]
    assert problems(workbook(*rows)) == {
        "名册!B3": "This is none of the words that can stand here.",
        "名册!A4": "This is missing.",
        "名册!C4": "The number is out of range.",
        "名册!D4": "The number is out of range.",
        "名册!E4": "A whole number is needed here.",
        "名册!C5": "This grade stands here twice.",
        "名册!D6": "A formula stands here.",
        "名册!B7": "The school is said to be in town and in the countryside.",
    }


def test_forty_wrong_rows_among_five_thousand_are_forty_problems() -> None:
    found = problems(workbook(*five_thousand(wrong=40)))
    assert found == {f"名册!D{3 + 100 * n}": "A whole number is needed here." for n in range(40)}


def five_thousand(wrong: int) -> list[list[object]]:
    """The rows of a large district, in some of which the number of pupils is a word."""
    rows: list[list[object]] = [[f"校{n // 6}", "城镇", n % 6 + 1, 40, 3] for n in range(5000)]
    for n in range(wrong):
        rows[100 * n][3] = "四十"
    return rows


def test_a_roster_of_five_thousand_rows_is_told_taken_over_and_listed(app: Flask, clerk: FlaskClient) -> None:
    refused = look(clerk, workbook(*five_thousand(wrong=40)))
    assert "roster.xlsx has 40 problems" in refused
    assert refused.count("名册!D") == 40
    assert listed(app) == {}
    shown = look(clerk, workbook(*five_thousand(wrong=0)))
    assert "New schools: 834." in shown
    assert listed(app) == {}
    assert "Schools added: 834; renewed: 0; not listed and left as they are: 0" in press(clerk, shown)
    assert sum(map(len, listed(app).values())) == 5000


def test_two_schools_of_one_name_without_codes_are_told_what_would_do() -> None:
    with pytest.raises(RosterProblems) as found:
        read(workbook(["城关小学", "城镇", 1, 40, 3], ["城关小学", "乡村", 1, 30, 3]), "roster.xlsx")
    assert [(p.where, "give each its school code" in p.remedy) for p in found.value.problems] == [
        ("名册!B4", True),
        ("名册!C4", True),
    ]


def test_schools_of_one_name_are_told_apart_by_their_codes_kept_as_text() -> None:
    rows: list[list[object]] = [
        ["城关小学", "0134000001", "城镇", 1, 40, 3],
        ["城关小学", 2134000002, "乡村", 1, 30, 3],
        ["城关小学", "２１３４０００００２", "乡村", 2, 31, 3],
    ]
    schools = read(workbook(*rows, header=CODED), "roster.xlsx")
    assert [(s.name, s.code, s.setting, len(s.grades)) for s in schools] == [
        ("城关小学", "0134000001", "urban", 1),
        ("城关小学", "2134000002", "rural", 2),
    ]


def test_codes_that_contradict_the_names_are_told_by_cell() -> None:
    rows: list[list[object]] = [
        ["一小", "01", "城镇", 1, 40, 3],
        ["二小", "01", "城镇", 2, 40, 3],
        ["一小", "", "城镇", 3, 40, 3],
        ["三小", "第三", "城镇", 1, 40, 3],
    ]
    assert problems(workbook(*rows, header=CODED)) == {
        "名册!A4": "The code 01 stands with another name above: «一小».",
        "名册!B5": "Other lines of this name have a school code.",
        "名册!B6": "This is no school code.",
    }


def test_a_word_of_the_roster_that_will_not_do_is_quoted_as_it_was_written() -> None:
    rows: list[list[object]] = [["一小", "城镇", 1, 40, 3], ["一小", "乡村", 2, 40, 3], ["二小", " 城里 ", 1, 9, 1]]
    with pytest.raises(RosterProblems) as found:
        read(workbook(*rows), "roster.xlsx")
    assert {p.where: p.found for p in found.value.problems} == {"名册!B4": "乡村", "名册!B5": "城里"}


def test_what_nobody_sees_in_a_name_tells_no_schools_apart_and_what_is_seen_does() -> None:
    rows: list[list[object]] = [
        ["第一\u3000小学", "城镇", 1, 40, 3],
        ["第一  小学\u200b ", "城镇", 2, 40, 3],
        ["第1小学", "城镇", 1, 40, 3],
        ["第１小学", "城镇", 1, 40, 3],
        ["第1小学（东）", "城镇", 1, 40, 3],
        ["第1小学(东)", "城镇", 1, 40, 3],
    ]
    assert [school.name for school in read(workbook(*rows), "roster.xlsx")] == [
        "第一 小学",
        "第1小学",
        "第１小学",
        "第1小学（东）",
        "第1小学(东)",
    ]


def test_a_school_is_known_again_by_its_code_when_it_is_renamed(app: Flask, clerk: FlaskClient) -> None:
    upload(clerk, workbook(["一小", "01", "城镇", 1, 40, 3], ["村小", "", "乡村", 1, 9, 1], header=CODED))
    page = look(clerk, workbook(["实验小学", "01", "乡村", 1, 44, 3], ["村小", "02", "乡村", 1, 9, 1], header=CODED))
    said = read_page(page).words
    assert (
        "New schools: 0. Known ones of which something changes: 2; that stay the same: 0; that are not listed and are "
        "left as they are: 0" in said
    )
    assert "一小 01 It is called «实验小学» from now on." in said
    assert "Grade 1: 40 pupils, 3 teachers → 44 pupils, 3 teachers" in said
    assert "It gets the school code 02." in said
    press(clerk, page)
    assert listed(app) == {"实验小学": {1: 44}, "村小": {1: 9}}


def test_a_second_school_of_a_known_name_comes_in_by_its_code(app: Flask, clerk: FlaskClient) -> None:
    upload(clerk, workbook(["城关小学", "01", "城镇", 1, 40, 3], header=CODED))
    upload(clerk, workbook(["城关小学", "02", "乡村", 1, 30, 3], header=CODED))
    page = read_page(clerk.get("/bureau/schools").text).words
    assert "城关小学 · 01" in page
    assert "城关小学 · 02" in page
    assert "2 schools of this name are known." in look(clerk, workbook(["城关小学", "城镇", 1, 50, 3]))
    said = app.test_cli_runner().invoke(args=["staff", "add", "head", "--school", "城关小学"]).output
    assert "Give a school code: 01, 02." in said
    assert app.test_cli_runner().invoke(args=["staff", "add", "head", "--school", "02"]).exit_code == 0


def test_a_school_listed_by_its_code_and_again_by_its_name_is_one_too_many(app: Flask, clerk: FlaskClient) -> None:
    upload(clerk, workbook(["一小", "01", "城镇", 1, 40, 3], header=CODED))
    rows: list[list[object]] = [["实验小学", "01", "城镇", 1, 40, 3], ["一小", "", "城镇", 2, 40, 3]]
    assert "lists already, in the line 名册!3" in look(clerk, workbook(*rows, header=CODED))


def test_what_was_shown_is_what_is_taken_over(app: Flask, clerk: FlaskClient) -> None:
    first = look(clerk, workbook(["一小", "城镇", 1, 40, 3]))
    upload(clerk, workbook(["一小", "城镇", 1, 44, 3]))
    again = press(clerk, first)
    assert "The schools have changed since this page was shown." in again
    assert listed(app) == {"一小": {1: 44}}
    assert "Schools added: 0; renewed: 1" in press(clerk, again)
    assert listed(app) == {"一小": {1: 40}}
    for forged in ("", "x", first.replace("sealed", "sealed2")):
        page = clerk.post(
            "/bureau/schools/roster/take-over",
            data={"csrf_token": token(clerk.get("/bureau/schools/roster").text), "sealed": forged},
            follow_redirects=True,
        )
        assert "This page was open for too long." in page.text


def test_a_preview_needs_no_memory_of_the_process_that_made_it(app: Flask, clerk: FlaskClient) -> None:
    page = look(clerk, workbook(["一小", "城镇", 1, 40, 3]))
    other = create_app(instance=app.config["SETTINGS"].instance).test_client()
    cookie = clerk.get_cookie("desk")
    assert cookie
    other.set_cookie("desk", cookie.value)
    assert "Schools added: 1" in press(other, page)


ODD = [
    "=SUM(A1)小学",
    "+1小学",
    "@校",
    "青禾县/第一\\小学?*[东]",
    "很" * 60,
    "<b>小学</b>",
    "'小学",
]


def test_names_that_a_spreadsheet_could_take_for_something_else_are_names(app: Flask, clerk: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(*([name, "城镇", 3, 40, 3] for name in ODD))))
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=3, max_col=1):
        row[0].data_type = "s"
    assert "Schools added: 7" in upload(clerk, saved(book))
    assert set(listed(app)) == set(ODD)
    page = clerk.get("/bureau/schools").text
    for name in ODD:
        assert f">{escape(name)}</a>" in page


ROWS: list[list[object]] = [["一小", "城镇", 1, 40, 3], ["一小", "城镇", 2, 41, 3], ["村小", "乡村", 1, 6, 1]]


@pytest.mark.parametrize(
    ("done", "told"),
    [
        ({"cells": {"名册!F2": "校长", "名册!F3": "=A3", "名册!H9": "备注"}, "merge": ["名册!F4:F5"]}, {}),
        ({"cells": {"名册!F2": "校长", "名册!F3": "王"}, "hide": ["名册!F", "名册!9"]}, {}),
        ({"copy": {"名册": "旧"}}, {"旧": "This sheet and «名册» both list schools."}),
        ({"hide": ["名册!4"]}, {"名册!4": "Row 4 is hidden, but something stands in it."}),
        ({"hide": ["名册!D"]}, {"名册!D": "Column D is hidden, but something stands in it."}),
        ({"merge": ["名册!A3:A4"]}, {"名册!A3:A4": "Cells are merged here."}),
        ({"cells": {"名册!F2": "年级"}}, {"名册!F2": "This column stands here twice; the first is column C."}),
        ({"columns": ["名册!D"]}, {"名册!2: 学生人数": "This column is missing."}),
        ({"cells": {"名册!D3": date(2020, 2, 9)}}, {"名册!D3": "Excel has made a date of this."}),
        ({"cells": {"名册!A5": ""}}, {"名册!A5": "This is missing."}),
    ],
)
def test_what_an_office_does_to_a_roster_is_told_and_columns_of_its_own_are_left_alone(
    done: dict[str, Any], told: dict[str, str]
) -> None:
    content = done_to(workbook(*ROWS), done)
    assert (problems(content) if told else len(read(content, "roster.xlsx"))) == (told or 2)


def test_a_cover_sheet_before_the_roster_does_no_harm() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(*ROWS)))
    book.create_sheet("封面", 0)["A1"] = "二〇二〇年春"
    assert len(read(saved(book), "roster.xlsx")) == 2


def test_a_file_that_names_no_columns_is_no_roster() -> None:
    assert problems(workbook(header=["甲", "乙", "丙"])) == {
        "名册": "The row with the names of the columns is not there."
    }


@pytest.mark.parametrize(
    ("language", "header", "offered"),
    [("en", [c.name for c in COLUMNS], '"urban,rural"'), ("zh", CHINESE, '"城镇,乡村"')],
)
def test_the_template_names_every_column_and_offers_the_settings(
    language: str, header: list[str], offered: str
) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(language))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == header
    assert [choice.formula1 for choice in sheet.data_validations.dataValidation] == [offered]


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    """A bureau's clerk, logged in."""
    with app.app_context():
        bureau = Bureau(name="Bureau", place="CN-34")
        db.session("desk").add(bureau)
        accounts.add("clerk", "Clerk", PASSWORD, bureau)
        db.session("desk").commit()
    client = app.test_client()
    sent = {"csrf_token": token(client.get("/staff/login?lang=en").text), "login": "clerk", "password": PASSWORD}
    assert client.post("/staff/login", data=sent).status_code == 303
    return client


def look(client: FlaskClient, content: bytes) -> str:
    """Send a roster: the page that says what it would change, or what is wrong."""
    sent = {
        "csrf_token": token(client.get("/bureau/schools/roster").text),
        "file": (io.BytesIO(content), "roster.xlsx"),
    }
    return client.post("/bureau/schools/roster", data=sent).text


def press(client: FlaskClient, page: str) -> str:
    """Press the button that takes over what a page has shown, and follow."""
    fields = {name: value for name, value in FIELD.findall(page) if name in ("csrf_token", "sealed")}
    return client.post("/bureau/schools/roster/take-over", data=fields, follow_redirects=True).text


def upload(client: FlaskClient, content: bytes) -> str:
    """Send a roster, take over what it would change, and follow."""
    return press(client, look(client, content))


def listed(app: Flask) -> dict[str, dict[int, int]]:
    """School → grade → pupils, as the desk has them."""
    with app.app_context():
        schools = db.session("desk").query(School)
        return {school.name: {row.grade: row.pupils for row in school.enrolment} for school in schools}


def test_a_second_roster_renews_and_adds_and_removes_no_school(app: Flask, clerk: FlaskClient) -> None:
    upload(clerk, workbook(["一小", "城镇", 1, 40, 3], ["一小", "城镇", 2, 41, 3], ["二小", "乡村", 1, 9, 1]))
    page = upload(clerk, workbook(["一小", "城镇", 1, 44, 3], ["三小", "乡村", 1, 7, 1]))
    assert "Schools added: 1; renewed: 1; not listed and left as they are: 1" in page
    assert listed(app) == {"一小": {1: 44}, "二小": {1: 9}, "三小": {1: 7}}


def test_grades_of_a_listed_school_that_have_no_row_are_counted_before_they_are_removed(
    app: Flask, clerk: FlaskClient
) -> None:
    assert "a grade of it that has no row is removed" in read_page(clerk.get("/bureau/schools/roster").text).words
    grades = [["一小", "城镇", grade, 40, 3] for grade in (1, 2, 3)]
    assert "would be removed" not in look(clerk, workbook(*grades, ["二小", "乡村", 1, 9, 1]))
    upload(clerk, workbook(*grades, ["二小", "乡村", 1, 9, 1]))
    words = read_page(look(clerk, workbook(["一小", "城镇", 1, 40, 3]))).words
    assert "because their school is listed and they have no row: 2." in words
    assert "Grade 3: 40 pupils, 3 teachers → removed, for it has no row" in words
    assert "would be removed" not in look(clerk, workbook(*grades, ["一小", "城镇", 4, 40, 3]))


def test_the_command_says_how_many_grades_a_roster_removed(app: Flask, clerk: FlaskClient, tmp_path: Path) -> None:
    upload(clerk, workbook(["一小", "城镇", 1, 40, 3], ["一小", "城镇", 2, 40, 3]))
    file = tmp_path / "roster.xlsx"
    file.write_bytes(workbook(["一小", "城镇", 1, 40, 3]))
    run = app.test_cli_runner().invoke
    assert "1 grades of listed schools had no row and are removed." in run(args=["school", "import", str(file)]).output
    assert "no row" not in run(args=["school", "import", str(file)]).output
    assert listed(app) == {"一小": {1: 40}}


def test_one_wrong_cell_and_nothing_is_saved(app: Flask, clerk: FlaskClient) -> None:
    page = look(clerk, workbook(["一小", "城镇", 1, 40, 3], ["二小", "乡村", 0, 9, 1]))
    assert "名册!C4" in page
    assert listed(app) == {}


def test_a_roster_from_the_command_line(app: Flask, clerk: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(workbook(["一小", "城镇", 1, 40, 3]))
    run = app.test_cli_runner().invoke
    assert "Schools added: 1" in run(args=["school", "import", str(file)]).output
    assert listed(app) == {"一小": {1: 40}}
    said = run(args=["staff", "add", "head", "--school", "一小"]).output
    assert "shown once" in said
    assert run(args=["staff", "add", "head", "--school", "一小"]).exit_code == 1
    assert "no school named 九小" in run(args=["staff", "add", "other", "--school", "九小"]).output
