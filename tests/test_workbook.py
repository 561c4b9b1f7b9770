"""The Excel summary read back: hidden stays hidden, words stay words, every sheet prints and says what it is."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from estimator import families, plan_file
from estimator.assess import assess
from estimator.norm_file import load
from survey.release.published import Audience, Comments, Count, QuestionTable, Release, Response
from survey.words import wording
from survey.workbook import LISTINGS, SHEETS, build
from survey.workbook.summary import SchoolRow, Summary
from survey.workbook.text import sheet_name

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "lotus.toml"
INJECTION = '=HYPERLINK("http://elsewhere.example","click")'
DISTRICT = Audience("parent", None, None)
SMALL_SCHOOL = Audience("parent", "s1", "+1 @ 2*3 School")


def in_both(words: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"zh": words, "en": words}


def table(audience: Audience, hidden: bool) -> QuestionTable:
    """One question with 12 answers, or none that may be shown."""
    counts = () if hidden else (Count("yes", in_both(INJECTION), 9), Count("no", in_both("no"), 3))
    return QuestionTable(
        audience, "needs", True, in_both("Question?"), None if hidden else 12, hidden, counts, None, ()
    )


def summary() -> Summary:
    """A district of one school with one flagged plan, and one school without a plan."""
    plan = plan_file.read(EXAMPLE.read_bytes(), EXAMPLE.name)
    norms = load()
    release = Release(
        number=1,
        campaign_id="c1",
        campaign_title="Round & one",
        bureau_name="Bureau",
        entry="open_link",
        published_on=date(2020, 4, 1),
        synthetic=True,
        smallest_group=10,
        questionnaires={"parent": in_both("Parents")},
        responses=(Response(DISTRICT, 300, 12), Response(SMALL_SCHOOL, 12, None)),
        tables=(table(DISTRICT, False), table(SMALL_SCHOOL, True)),
        comments=(Comments("parent", None, ("quiet", "tired")),),
    )
    schools = (
        SchoolRow(
            "s1", SMALL_SCHOOL.school_name or "", "urban", 180, plan, assess(plan, families.load("urban"), norms)
        ),
        SchoolRow("s2", "Without a plan", "rural", 40, None, None),
    )
    return Summary("Bureau", "CN-34", date(2020, 4, 2), True, release, schools, norms)


@pytest.fixture(params=["zh", "en"])
def content(request: pytest.FixtureRequest, app: Flask) -> bytes:
    """The file in each language."""
    with app.test_request_context():
        return build(summary(), request.param)


@pytest.fixture(params=["zh", "en"])
def listings(request: pytest.FixtureRequest, app: Flask) -> Workbook:
    """The listings of every answer in each language, opened."""
    with app.test_request_context():
        return openpyxl.load_workbook(io.BytesIO(build(summary(), request.param, LISTINGS)))


@pytest.fixture
def book(content: bytes) -> Workbook:
    """The file, opened."""
    return openpyxl.load_workbook(io.BytesIO(content))


def test_every_sheet_is_there_and_says_that_the_district_is_made_up(book: Workbook) -> None:
    assert len(book.worksheets) == len(SHEETS)
    for sheet in book.worksheets:
        assert re.search("Synthetic|模拟", str(sheet.cell(2, 1).value)), sheet.title


def test_the_long_listings_are_in_a_book_of_their_own(book: Workbook, listings: Workbook) -> None:
    assert not {*listings.sheetnames} & {*book.sheetnames}
    for sheet in listings.worksheets:
        assert re.search("Synthetic|模拟", str(sheet.cell(2, 1).value)), sheet.title
        assert "Round & one" in str(sheet.cell(3, 1).value)
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows


def test_every_sheet_prints_on_landscape_a4_with_its_header_on_each_page(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows
        footer = sheet.oddFooter
        assert footer
        assert footer.right
        assert footer.left
        assert "&P" in str(footer.right.text)
        assert "Round && one" in str(footer.left.text)


def test_text_that_looks_like_a_formula_stays_text(content: bytes, book: Workbook) -> None:
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    found = [cell for cell in cells if cell.value in (INJECTION, SMALL_SCHOOL.school_name)]
    assert len(found) >= 3
    assert all(cell.quotePrefix for cell in found)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if "worksheets/" in name]
        assert not [name for name in sheets if b"<f>" in archive.read(name)]


def test_a_text_stands_once_in_the_file(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = re.findall("<si>.*?</si>", archive.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    numbers = [int(number) for sheet in sheets for number in re.findall('t="s"><v>(.*?)</v>', sheet)]
    assert len(texts) == len(set(texts)) < len(numbers)
    assert set(numbers) == set(range(len(texts)))
    assert not [sheet for sheet in sheets if "<is>" in sheet]


def test_a_hidden_figure_is_words_and_no_number(app: Flask) -> None:
    with app.test_request_context():
        book = openpyxl.load_workbook(io.BytesIO(build(summary(), "en", LISTINGS)))
    rows = [row for row in book["Answers by school"].iter_rows(values_only=True) if row[0] == SMALL_SCHOOL.school_name]
    assert rows
    for row in rows:
        assert any("fewer than 10" in str(value) for value in row)
        assert not [value for value in row if isinstance(value, int | float)]


def test_the_flag_stands_with_its_value_limit_and_document(app: Flask) -> None:
    with app.test_request_context():
        book = openpyxl.load_workbook(io.BytesIO(build(summary(), "en")))
    rows = list(book["Limits exceeded"].iter_rows(values_only=True))
    row = next(row for row in rows if row[2] == "Longest single lesson" or "without a rest" in str(row[2]))
    assert row[:2] == (SMALL_SCHOOL.school_name, "Grade 3")
    assert row[3:5] == (40, 20)
    assert "Department of Education of Anhui" in str(row[8])
    assert "2020-02-22" in str(row[8])


def test_a_unit_in_brackets_is_not_torn_apart_in_a_header(app: Flask) -> None:
    with app.test_request_context():
        book = openpyxl.load_workbook(io.BytesIO(build(summary(), "zh")))
    heads = {
        str(cell.value): sheet.column_dimensions[cell.column_letter].width
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell, Cell)
        and cell.font.name == "黑体"
        and "（" in str(cell.value)
        and cell.border.bottom.style == "medium"
    }
    assert len(heads) > 5
    for head, width in heads.items():
        assert "\n（" in head or 2 * len(head) <= width, head
    # A unit that is longer than its column is wide has to be broken somewhere.
    short = [head for head, width in heads.items() if 2 * len(head.split("\n")[-1]) <= width - 2]
    assert any("（人）" in head for head in short)


def test_a_sheet_of_one_table_can_be_filtered(book: Workbook) -> None:
    burden, overview = book.worksheets[2], book.worksheets[1]
    header = next(row for row in range(1, 9) if burden.cell(row, 3).value)
    assert burden.auto_filter.ref == f"A{header}:S{header + 2}"
    assert overview.auto_filter.ref is None


def test_a_school_without_a_plan_is_listed_as_such(book: Workbook) -> None:
    rows = list(book.worksheets[2].iter_rows(values_only=True))
    row = next(row for row in rows if row[0] == "Without a plan")
    assert row[3] in ("no plan yet", "还没有计划")


def test_the_same_summary_makes_the_same_bytes(app: Flask) -> None:
    with app.test_request_context():
        assert build(summary(), "zh") == build(summary(), "zh")


def test_any_school_name_can_name_a_sheet() -> None:
    assert sheet_name("a/b\\c?d*e[f]g:" + "x" * 60) == ("a b c d e f g " + "x" * 60)[:31]


def test_grades_that_share_a_flag_are_named_in_few_words(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert wording.grades_words((5, 1, 2, 3)) == "Grades 1–3, 5"
        assert wording.grades_words((4,)) == "Grade 4"
