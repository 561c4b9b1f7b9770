"""The sheets of the schools: made of a release's frozen tables, held against the release and the assessments."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.workbook import Workbook

from survey.workbook import Summary, school_sheets, tables
from survey.workbook.text import LONGEST_SHEET_NAME, sheet_name
from tests.test_workbook import INJECTION, SMALL_SCHOOL, summary

AWKWARD = (
    "Lotus",
    "LOTUS",
    "a/b\\c?d*e[f]g:h",
    "'quoted'",
    "History",
    "历史记录",
    "好" * 60,
    "好" * 60,
    "=1+1",
    "?",
    "𠮷" * 30,
)


def sheets_of(told: Summary, language: str = "en") -> bytes:
    """The workbook of a summary's schools; the caller is within a request."""
    making = school_sheets.build(tables.pack(tables.tables_of(told), told.made_on), language)
    try:
        while True:
            next(making)
    except StopIteration as finished:
        content: bytes = finished.value
        return content


@pytest.fixture
def told() -> Summary:
    """The district of tests/test_workbook.py, with schools of awkward names."""
    one = summary()
    more = tuple(replace(one.schools[0], id=f"more-{n}", name=name) for n, name in enumerate(AWKWARD))
    return replace(one, schools=(*one.schools, *more))


@pytest.fixture(params=["en", "zh"])
def book(request: pytest.FixtureRequest, app: Flask, told: Summary) -> Workbook:
    """The workbook, opened."""
    with app.test_request_context():
        return openpyxl.load_workbook(io.BytesIO(sheets_of(told, request.param)))


def links_of(sheet: Any) -> list[tuple[str, str]]:
    """What is linked, and where to, row by row."""
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return [(str(cell.value), cell.hyperlink.location) for cell in cells]


def rows_under(sheet: Any, header: str) -> list[tuple[Any, ...]]:
    """The rows of the table that has this header."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if header in row)
    found = []
    for row in rows[start + 1 :]:
        if len([cell for cell in row if cell is not None]) < 2:
            break
        found.append(row)
    return found


def test_each_school_has_a_sheet_that_the_index_leads_to(book: Workbook, told: Summary) -> None:
    index, *sheets = book.worksheets
    assert len(sheets) == len(told.schools)
    links = links_of(index)
    assert len(links) == len(sheets)
    for school, sheet, link in zip(told.by_name, sheets, links, strict=True):
        assert sheet["A1"].value == school.name
        assert link == (school.name, "'" + sheet.title.replace("'", "''") + "'!A1")
        assert [place for _words, place in links_of(sheet)] == [f"'{index.title}'!A1"]


def test_names_of_sheets_can_be_opened_by_excel(book: Workbook) -> None:
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    for name in book.sheetnames:
        assert len(name.encode("utf-16-le")) // 2 <= LONGEST_SHEET_NAME
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("' ") == name
        assert name.casefold() not in ("history", "历史记录", "")


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Lotus", ("lotus",), "Lotus (2)"),
        ("Lotus", ("lotus", "Lotus (2)"), "Lotus (3)"),
        ("x" * 40, ("x" * 31,), "x" * 27 + " (2)"),
        ("History", (), "History (2)"),
        ("'a'", (), "a"),
        ("a\x00b\tc", (), "ab c"),
        ("***", (), "–"),
        ("𠮷" * 20, (), "𠮷" * 15),
        ("x" * 30 + "'y", (), "x" * 30),
    ],
)
def test_a_sheet_is_named_after_its_school_as_far_as_a_sheet_can(
    name: str, taken: tuple[str, ...], expected: str
) -> None:
    assert sheet_name(name, taken) == expected


def test_a_long_name_is_read_in_full_in_the_index(app: Flask) -> None:
    one = summary()
    long = replace(one.schools[1], name="青禾县第一中心实验" * 7)
    with app.test_request_context():
        index = openpyxl.load_workbook(io.BytesIO(sheets_of(replace(one, schools=(long,))))).worksheets[0]
    row = next(cell.row for (cell,) in index.iter_rows(max_col=1) if cell.value == long.name)
    wide, lines = 2 * len(long.name), 1.25 * index.row_dimensions[row].height / 20
    assert lines * index.column_dimensions["A"].width >= wide


def test_a_sheet_has_the_score_and_measures_of_the_assessment(app: Flask) -> None:
    told = summary()
    with app.test_request_context():
        sheet = openpyxl.load_workbook(io.BytesIO(sheets_of(told))).worksheets[1]
    assessment = told.schools[0].assessment
    assert assessment is not None
    scores = {row[0]: row for row in rows_under(sheet, "Range")}
    grade = assessment.heaviest
    assert scores[f"Grade {grade.grade}"][3] == round(grade.score, 1)
    measured = rows_under(sheet, "Times the limit")
    assert len(measured) == len(grade.measures)
    for row, measure in zip(measured, grade.measures.values(), strict=True):
        scale = 100 if measure.unit == "share" else 1
        assert row[3] == pytest.approx(round(measure.value, 3) * scale)
        assert row[4] == ("–" if measure.limit is None else pytest.approx(measure.limit * scale))
    flagged = rows_under(sheet, "Caused by")
    scaled = [(round(f.value, 3), f.limit, 100 if f.unit == "share" else 1) for f in grade.flags]
    expected = [(value * scale, limit * scale) for value, limit, scale in scaled]
    assert [(row[3], row[4]) for row in flagged] == [pytest.approx(each) for each in expected]
    assert any("Department of Education of Anhui" in str(row[2]) for row in flagged)


def test_what_is_hidden_of_a_school_is_hidden_on_its_sheet(app: Flask) -> None:
    with app.test_request_context():
        sheet = openpyxl.load_workbook(io.BytesIO(sheets_of(summary()))).worksheets[1]
    answered = rows_under(sheet, "Answer")
    assert len(answered) == 1
    assert "fewer than 10" in answered[0][2]
    (response,) = rows_under(sheet, "Answers received")
    assert "fewer than 10" in response[1]
    assert response[2:4] == (12, "–")


def test_a_shown_answer_stands_with_its_count_share_and_n(app: Flask) -> None:
    told = summary()
    shown = [replace(t, audience=SMALL_SCHOOL) for t in told.release.tables if t.audience.is_district]
    release = replace(told.release, tables=(*told.release.of_district(), *shown))
    with app.test_request_context():
        sheet = openpyxl.load_workbook(io.BytesIO(sheets_of(replace(told, release=release)))).worksheets[1]
    assert [row[1:6] for row in rows_under(sheet, "Answer")] == [
        ("Question?", INJECTION, 9, 0.75, 12),
        ("Question?", "no", 3, 0.25, 12),
    ]


def test_a_school_without_a_plan_says_so(app: Flask) -> None:
    with app.test_request_context():
        sheet = openpyxl.load_workbook(io.BytesIO(sheets_of(summary())))["Without a plan"]
    said = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "This school has not handed in a plan." in said
    assert "No plan breaks a norm." in said


def test_no_name_becomes_a_formula(book: Workbook) -> None:
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert all(cell.quotePrefix for cell in cells if cell.value in ("=1+1", SMALL_SCHOOL.school_name))


def test_the_same_tables_make_the_same_sheets_whenever_they_are_asked_for(app: Flask) -> None:
    with app.test_request_context():
        first = sheets_of(summary())
    with app.test_request_context("/?lang=zh"):
        assert sheets_of(summary()) == first
