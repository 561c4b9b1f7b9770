"""The tables for analysing, read back cell by cell from the workbook and from the CSV files, beside the release."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask

from estimator import burden
from survey.notice.district import of_district
from survey.notice.facts import Facts
from survey.questionnaire import built_in
from survey.workbook import Summary, tables
from survey.workbook.tables import Unpacked
from survey.workbook.tables.csv_files import ENCODING
from tests.test_workbook import INJECTION, SMALL_SCHOOL, summary

Records = Mapping[str, list[dict[str, Any]]]  # table → its rows
DAY = date(2020, 4, 2)
NAMES = (
    "release",
    "schools",
    "grades",
    "measures",
    "flags",
    "norms",
    "notice",
    "notice_schools",
    "responses",
    "answers",
    "answers_school_grades",
    "codebook",
)


@pytest.fixture
def told() -> Summary:
    """The district of tests/test_workbook.py, with what the notice's clauses are found to be."""
    one = summary()
    facts = [Facts(school.id, school.name, school.plan, school.assessment) for school in one.schools]
    return replace(one, notice=of_district(facts, one.release))


@pytest.fixture
def workbook(app: Flask, told: Summary) -> bytes:
    """The workbook for analysing."""
    with app.test_request_context():
        return tables.build(tables.tables_of(told), "Round", DAY, "Round & one")


@pytest.fixture
def archive(app: Flask, told: Summary) -> bytes:
    """The archive of CSV files."""
    with app.test_request_context():
        return tables.pack(tables.tables_of(told), DAY)


@pytest.fixture(params=["workbook", "archive"])
def found(request: pytest.FixtureRequest) -> Records:
    """The tables as a program reads them, from either file."""
    content: bytes = request.getfixturevalue(request.param)
    if request.param == "archive":
        unpacked = Unpacked(content)
        return {name: [dict(row) for row in unpacked.rows(name)] for name in NAMES}
    return {sheet.title: _records(sheet) for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets}


def _records(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows()
    names = [cell.value for cell in header]
    return [dict(zip(names, (_value(cell) for cell in row), strict=True)) for row in rows]


def _value(cell: Any) -> Any:
    return cell.value.date() if cell.is_date and cell.value else cell.value


def test_every_table_is_there_with_one_header_row_and_nothing_merged(workbook: bytes, archive: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert tuple(book.sheetnames) == NAMES
    assert not [sheet.title for sheet in book.worksheets if sheet.merged_cells]
    for sheet in book.worksheets:
        assert all(cell.value and str(cell.value).isascii() and " " not in str(cell.value) for cell in sheet[1])
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes == "A2"
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert set(files.namelist()) == {
            "README.txt",
            "dictionary.csv",
            *(f"{n}.csv" for n in NAMES if n != "codebook"),
        }


def test_both_files_hold_the_same(workbook: bytes, archive: bytes) -> None:
    unpacked = Unpacked(archive)
    for sheet in openpyxl.load_workbook(io.BytesIO(workbook)).worksheets:
        assert [dict(row) for row in unpacked.rows(sheet.title)] == _records(sheet), sheet.title


def test_the_schools_stand_as_they_were_assessed(found: Records, told: Summary) -> None:
    (with_plan, without) = sorted(found["schools"], key=lambda row: row["school_id"])
    assessment = told.schools[0].assessment
    assert assessment is not None
    assert with_plan["school"] == SMALL_SCHOOL.school_name
    assert with_plan["score"] == round(assessment.school.score, 1)
    assert with_plan["burden_word"] == burden.word(assessment.school.score)
    assert (with_plan["norms_broken"], with_plan["norms_checked"]) == (
        assessment.school.norms_broken,
        assessment.school.norms_checked,
    )
    assert with_plan["week_of"] == date(2020, 3, 9)
    assert (without["has_plan"], without["score"], without["week_of"]) == (False, None, None)


def test_no_figure_has_more_digits_than_are_shown_and_the_codebook_says_how_many(found: Records) -> None:
    digits = {"score": 1, "score_low": 0, "score_high": 0, "dose": 2, "share_over": 2, "value": 3}
    book = {row["column"]: row for row in found["codebook"] if row["kind"] == "column"}
    for table in ("schools", "grades", "measures", "flags"):
        for row in found[table]:
            for name in digits.keys() & row.keys():
                assert row[name] is None or row[name] == round(row[name], digits[name]), (table, name, row[name])
    for name, number in digits.items():
        said = "whole points" if number == 0 else f"to {number} digit"
        assert said in book[name]["meaning_en"], name


def test_the_notice_is_counted_word_by_word_and_each_count_has_its_schools(found: Records, told: Summary) -> None:
    expected = [
        {"clause": each.clause.id, "side": side, "word": word, "schools": len(schools)}
        for each in told.notice
        for side in ("seen", "heard")
        for word, schools in each.schools.get(side, {}).items()
    ]
    assert found["notice"] == expected
    assert {row["word"] for row in found["notice"] if row["schools"]} > {"not_known"}
    for row in found["notice"]:
        of_word = [
            each for each in found["notice_schools"] if all(each[k] == row[k] for k in ("clause", "side", "word"))
        ]
        assert len(of_word) == row["schools"]
    assert {row["school_id"] for row in found["notice_schools"]} == {row["school_id"] for row in found["schools"]}


def test_every_measure_and_flag_stands_as_it_was_assessed(found: Records, told: Summary) -> None:
    assessment = told.schools[0].assessment
    assert assessment is not None
    measures = {(row["grade"], row["measure"]): row for row in found["measures"]}
    expected = [m for grade in assessment.grades.values() for m in grade.measures.values()]
    assert len(measures) == len(expected) > 10
    for grade in assessment.grades.values():
        for m in grade.measures.values():
            row = measures[grade.grade, m.name]
            assert (row["value"], row["limit"]) == (round(m.value, 3), m.limit)
            assert row["over"] == (None if m.dose is None else burden.is_over(m.dose))
    flags = [(row["grade"], row["norm"], row["value"]) for row in found["flags"]]
    assert flags == [(g.grade, f.norm, round(f.value, 3)) for g in assessment.grades.values() for f in g.flags]
    assert {row["norm"] for row in found["norms"]} >= {row["norm"] for row in found["flags"]}


def test_the_answers_stand_as_they_were_released(found: Records, told: Summary) -> None:
    rows = [row for row in found["answers"] if row["level"] == "district"]
    assert [(row["choice"], row["count"], row["at_least"], row["at_most"], row["n"]) for row in rows] == [
        ("yes", 9, 9, 9, 12),
        ("no", 3, 3, 3, 12),
    ]
    assert not any(row["hidden"] for row in rows)
    responses = {(row["level"], row["school_id"]): row for row in found["responses"]}
    assert responses["district", None]["answered"] == 12
    assert responses["school", "s1"]["answered"] is None
    assert responses["school", "s1"]["hidden"] is True


def test_a_hidden_figure_is_an_empty_cell_beside_the_word_hidden(found: Records) -> None:
    rows = [row for row in found["answers"] if row["school_id"] == "s1"]
    assert {row["choice"] for row in rows} >= {
        choice.name
        for question in built_in()["parent"].questions
        if question.name == "needs"
        for choice in question.choices
    }
    for row in rows:
        assert row["hidden"] is True
        assert [row[name] for name in ("count", "at_least", "at_most", "answered", "n")] == [None] * 5


def test_the_codebook_explains_every_column_and_every_code_in_both_languages(found: Records) -> None:
    book = found["codebook"]
    columns = {(row["table"], row["column"]): row for row in book if row["kind"] == "column"}
    for name, rows in found.items():
        assert {column for table, column in columns if table == name} == set(rows[0] if rows else ()) or not rows
    assert all(row["meaning_en"] and row["meaning_zh"] for row in book)
    assert all(row["type"] and row["source_en"] and row["source_zh"] for row in columns.values())
    explained = {(row["questionnaire"], row["question"], row["code"]) for row in book if row["kind"] == "choice"}
    assert {(r["questionnaire"], r["question"], r["choice"]) for r in found["answers"]} <= explained
    measures = {row["code"] for row in book if row["kind"] == "code" and row["column"] == "measure"}
    assert {row["measure"] for row in found["measures"]} <= measures


def test_every_column_is_of_one_type(workbook: bytes) -> None:
    kinds = {"text": "s", "whole": "n", "number": "n", "yes_no": "b", "day": "d"}
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    types = {(r["table"], r["column"]): r["type"] for r in _records(book["codebook"]) if r["kind"] == "column"}
    for sheet in book.worksheets:
        header, *rows = sheet.iter_rows()
        for place, head in enumerate(header):
            held = {row[place].data_type for row in rows if row[place].value is not None}
            assert held <= {kinds[types[sheet.title, str(head.value)]]}, (sheet.title, head.value)


def test_text_that_looks_like_a_formula_is_text_in_the_workbook(workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    found = [cell for cell in cells if cell.value in (INJECTION, SMALL_SCHOOL.school_name)]
    assert len(found) >= 3
    assert all(cell.quotePrefix for cell in found)


def test_no_cell_of_a_csv_file_begins_like_a_formula(archive: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for name in files.namelist():
            content = files.read(name)
            assert content.startswith(b"\xef\xbb\xbf"), name
            assert b"\n" not in content.replace(b"\r\n", b""), name
            if name.endswith(".csv"):
                lines = csv.reader(io.StringIO(content.decode(ENCODING), newline=""))
                assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@", "\t", "\r"))]
        assert "'+1 @ 2*3 School" in files.read("schools.csv").decode(ENCODING)
        readme = files.read("README.txt").decode(ENCODING)
    assert "an apostrophe has one apostrophe put before it" in readme
    assert "单引号" in readme


@pytest.mark.parametrize(
    "name", ["=1+1", "'quoted", "''", "-5", "@SUM(A1)", "+cmd|' /C calc'!A0", "“学校”,\n二行", "一行\n二行", "a\rb"]
)
def test_what_was_guarded_in_a_csv_file_is_read_back_as_it_was(app: Flask, told: Summary, name: str) -> None:
    field = tables.Field("school", "text", "name", "roster")
    one = tables.Table("schools", "about", (field,), lambda: iter(((name,),)))
    kind, code = "column", "text"
    explained = {"kind": kind, "table": "schools", "column": "school", "type": code}
    fields = tuple(tables.Field(column, "text", "", "") for column in explained)
    book = tables.Table("codebook", "about", fields, lambda: iter((tuple(explained.values()),)))
    with app.test_request_context():
        packed = tables.pack((one, book), DAY)
    assert [row["school"] for row in Unpacked(packed).rows("schools")] == [name]


def test_the_same_summary_makes_the_same_files(app: Flask, told: Summary, workbook: bytes, archive: bytes) -> None:
    with app.test_request_context("/?lang=en"):
        assert tables.build(tables.tables_of(told), "Round", DAY, "Round & one") == workbook
        assert tables.pack(tables.tables_of(told), DAY) == archive


def test_a_table_longer_than_a_sheet_goes_on_in_a_second_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.workbook.tables.analysis.MOST_ROWS", 4)
    field = tables.Field("n", "whole", "", "")
    long = tables.Table("long", "about", (field,), lambda: ((number,) for number in range(9)))
    with app.test_request_context():
        book = openpyxl.load_workbook(io.BytesIO(tables.build((long,), "", DAY, "")))
    assert book.sheetnames == ["long", "long_2", "long_3"]
    assert [row["n"] for name in book.sheetnames for row in _records(book[name])] == list(range(9))
