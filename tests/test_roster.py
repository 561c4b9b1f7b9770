"""The roster: schools come in from a workbook whole, or not at all."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.roster.file import COLUMNS, RosterProblems, read, template
from survey.staff import accounts
from survey.staff.store import Bureau, School
from tests.broken_workbooks import done_to, saved

CHINESE = [column.chinese for column in COLUMNS]
PASSWORD = "correct horse battery"


def workbook(*rows: list[object], title: bool = True, header: list[str] = CHINESE) -> bytes:
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
        sheet.append(row)
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
        "名册!E4": "A number is needed here.",
        "名册!C5": "This grade stands here twice.",
        "名册!D6": "A formula stands here.",
        "名册!B7": "The school is said to be in town and in the countryside.",
    }


def test_forty_wrong_rows_among_five_thousand_are_forty_problems() -> None:
    rows: list[list[object]] = [[f"校{n // 6}", "城镇", n % 6 + 1, 40, 3] for n in range(4900)]
    for n in range(0, 4000, 100):
        rows[n][3] = "四十"
    assert len(problems(workbook(*rows))) == 40


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
    sent = {"csrf_token": token(client, "/staff/login?lang=en"), "login": "clerk", "password": PASSWORD}
    assert client.post("/staff/login", data=sent).status_code == 303
    return client


def token(client: FlaskClient, path: str) -> str:
    """The page's own token."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def upload(client: FlaskClient, content: bytes) -> str:
    """Send a roster and follow."""
    sent = {"csrf_token": token(client, "/bureau/schools/roster"), "file": (io.BytesIO(content), "roster.xlsx")}
    return client.post("/bureau/schools/roster", data=sent, follow_redirects=True).text


def listed(app: Flask) -> dict[str, dict[int, int]]:
    """School → grade → pupils, as the desk has them."""
    with app.app_context():
        schools = db.session("desk").query(School)
        return {school.name: {row.grade: row.pupils for row in school.enrolment} for school in schools}


def test_a_second_roster_renews_and_adds_and_removes_no_school(app: Flask, clerk: FlaskClient) -> None:
    upload(clerk, workbook(["一小", "城镇", 1, 40, 3], ["一小", "城镇", 2, 41, 3], ["二小", "乡村", 1, 9, 1]))
    page = upload(clerk, workbook(["一小", "城镇", 1, 44, 3], ["三小", "乡村", 1, 7, 1]))
    assert "1 schools added, 1 renewed, 1 not listed" in page
    assert listed(app) == {"一小": {1: 44}, "二小": {1: 9}, "三小": {1: 7}}


def test_one_wrong_cell_and_nothing_is_saved(app: Flask, clerk: FlaskClient) -> None:
    page = upload(clerk, workbook(["一小", "城镇", 1, 40, 3], ["二小", "乡村", 0, 9, 1]))
    assert "名册!C4" in page
    assert listed(app) == {}


def test_a_roster_from_the_command_line(app: Flask, clerk: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(workbook(["一小", "城镇", 1, 40, 3]))
    run = app.test_cli_runner().invoke
    assert "1 schools added" in run(args=["school", "import", str(file)]).output
    assert listed(app) == {"一小": {1: 40}}
    said = run(args=["staff", "add", "head", "--school", "一小"]).output
    assert "shown once" in said
    assert run(args=["staff", "add", "head", "--school", "一小"]).exit_code == 1
    assert "no school named 九小" in run(args=["staff", "add", "other", "--school", "九小"]).output
