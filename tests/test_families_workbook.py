"""Families as a workbook: what goes down comes back the same, and what is wrong in it is told by its cell."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet

from estimator import families, families_template, families_workbook
from estimator.families import DISTRIBUTIONS, NUMBERS, PRICES, FamiliesProblems
from estimator.families_columns import FIGURES, YEARLY
from estimator.families_template import LINE_POINTS
from estimator.plan import Problem
from tests.pages import read
from tests.test_families_chosen import COUNTRY, POOR, TOWN, send

LANGUAGES = ("en", "zh")
UNSEEN = "A line break or an invisible sign stands in this name."
# Places in the template: rows in the order of FIGURES, columns as COLUMNS; above them whose they are.
ROW = {name: number for number, name in enumerate(FIGURES, start=3)}


def workbook(text: str = TOWN, language: str = "en", change: Callable[[Worksheet], Any] | None = None) -> bytes:
    """A families file as a workbook, with what somebody changed in its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(families_template.write(tomllib.loads(text), language)))
    if change:
        change(book.worksheets[0])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def found_in(change: Callable[[Worksheet], Any], language: str = "en") -> tuple[Problem, ...]:
    """What is wrong with the usual workbook after somebody's change."""
    with pytest.raises(FamiliesProblems) as found:
        families_workbook.read(workbook(TOWN, language, change), "own.xlsx", "urban")
    return found.value.problems


def problems(change: Callable[[Worksheet], Any]) -> dict[str, str]:
    """Where → what is wrong there."""
    return {problem.where: problem.message for problem in found_in(change)}


def test_every_figure_of_a_families_file_has_a_row() -> None:
    assert set(FIGURES) == {*DISTRIBUTIONS, *NUMBERS, *PRICES, "income", YEARLY}


@pytest.mark.parametrize("text", [TOWN, COUNTRY, POOR], ids=["town", "countryside", "with a price"])
def test_a_workbook_says_what_its_file_says(text: str) -> None:
    back = tomllib.loads(families_workbook.read(workbook(text), "own.xlsx", tomllib.loads(text)["name"]))
    said = tomllib.loads(text)
    for figure in (said[key] for key in said if key not in ("name", "prices")):
        for key in ("chinese_issuer", "chinese_title"):  # the workbook has one language
            figure["source"].pop(key, None)
    assert back == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_is_read_in_either_language(language: str) -> None:
    text = families_workbook.read(workbook(TOWN, language), "own.xlsx", "urban")
    found, usual = families.read(text.encode(), "own.toml"), families.load("urban")
    assert (found.counts, found.income, found.households) == (usual.counts, usual.income, usual.households)
    source = usual.sources["tv"]
    assert found.sources["tv"].issuer == (source.chinese_issuer if language == "zh" else source.issuer)


def test_what_is_wrong_is_told_by_its_cell() -> None:
    computer, printer, price = ROW["computer"], ROW["printer"], ROW["price_gb"]

    def change(sheet: Worksheet) -> None:
        sheet[f"D{computer}"] = 38
        sheet[f"C{printer}"] = 0.5
        sheet[f"J{printer}"] = None
        sheet[f"N{printer}"] = "hearsay"
        sheet[f"I{price}"] = 5

    assert problems(change) == {
        f"families!D{computer}": "The number is out of range.",
        f"families!C{printer}": "Nothing stands here for this figure.",
        f"families!J{printer}": "This is missing.",
        f"families!N{printer}": "This is none of the words that can stand here.",
        **{f"families!{column}{price}": "This is missing." for column in "JKLN"},
    }


def test_shares_that_do_not_add_up_are_told_by_their_cells_with_their_sum() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[f"D{ROW['households']}"], sheet[f"E{ROW['households']}"] = 0.3, 0.58

    (problem,) = found_in(change)
    assert problem.where == f"families!D{ROW['households']}:F{ROW['households']}"
    assert (problem.message, problem.found) == ("The shares do not add up to 1.", "0.9")


@pytest.mark.parametrize(
    ("income", "says"), [(None, "Each share needs an income."), (0, "The number is out of range.")]
)
def test_an_income_that_is_empty_or_nothing_is_told_by_its_cell(income: int | None, says: str) -> None:
    cell = f"H{ROW[YEARLY]}"
    assert problems(lambda sheet: setattr(sheet[cell], "value", income)) == {f"families!{cell}": says}


def test_an_income_without_its_share_is_told_by_the_cell_of_the_share() -> None:
    cell = f"H{ROW['income']}"
    found = problems(lambda sheet: setattr(sheet[cell], "value", None))
    assert found == {f"families!{cell}": "Each income needs its share of families."}


@pytest.mark.parametrize("wrong", [80, "80", "180%"])
def test_eighty_for_a_share_is_told_what_it_may_have_meant(wrong: int | str) -> None:
    (problem,) = found_in(lambda sheet: setattr(sheet[f"I{ROW['printer']}"], "value", wrong))
    assert problem.remedy == "Write a number from 0 to 1: eighty of a hundred are 0.8."


def test_a_share_may_be_written_in_per_cent() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[f"I{ROW['printer']}"], sheet[f"I{ROW['broadband']}"] = "80%", "７.５ ％"

    back = tomllib.loads(families_workbook.read(workbook(change=change), "own.xlsx", "urban"))
    assert (back["printer"]["value"], back["broadband"]["value"]) == (0.8, 0.075)


def test_a_row_that_is_missing_twice_there_or_of_nothing_known_is_told() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A5"] = "persons"
        sheet[f"A{ROW['price_gb']}"] = "price_bread"

    assert problems(change) == {
        "families": "These rows are missing: %(figures)s.",
        "families!5": "This row stands here twice; the first is %(first)s.",
        f"families!A{ROW['price_gb']}": "This is none of the words that can stand here.",
    }


@pytest.mark.parametrize(("language", "named"), [("en", "households, persons"), ("zh", "上学孩子数、家庭人数")])
def test_rows_that_are_missing_are_named_as_the_sheet_names_them(language: str, named: str) -> None:
    (problem,) = found_in(lambda sheet: sheet.delete_rows(ROW["households"], 2), language)
    assert problem.values == {"figures": named}


def test_a_workbook_with_nothing_below_its_header_is_told_to_have_no_row() -> None:
    assert problems(lambda sheet: sheet.delete_rows(2, sheet.max_row)) == {"families": "There is none."}


def test_a_text_with_every_sign_is_kept_as_it_is() -> None:
    odd = 'a "b" \\u0041 \\ 汉 😀'
    text = families_workbook.read(workbook(change=lambda sheet: sheet.__setitem__("K3", odd)), "own.xlsx", "urban")
    assert families.read(text.encode(), "own.toml").sources["households"].title == odd


UNSOUND: dict[str, tuple[str, Any, str]] = {
    "a fifth of a person": (f"I{ROW['persons']}", 0.2, "The number is out of range."),
    "a document of tomorrow": (f"L{ROW['tv']}", date(2026, 3, 2), "This day lies in the future."),
    "an issuer that turns the line about": (f"J{ROW['tv']}", "County\u202e", UNSEEN),
    "a title on two lines": (f"K{ROW['tv']}", "Year\nbook", UNSEEN),
    "a source of incomes beside that of their shares": (f"J{ROW[YEARLY]}", "County", "Nothing stands here for this"),
}


@pytest.mark.parametrize(("cell", "written", "says"), UNSOUND.values(), ids=UNSOUND)
def test_what_cannot_be_is_refused_at_its_cell(cell: str, written: Any, says: str) -> None:
    changed = workbook(change=lambda sheet: setattr(sheet[cell], "value", written))
    with pytest.raises(FamiliesProblems) as found:
        families_workbook.read(changed, "own.xlsx", "urban", date(2026, 3, 1))
    told = {problem.where: problem for problem in found.value.problems}
    assert told[f"families!{cell}"].message.startswith(says)
    assert all("\u202e" not in problem.found for problem in told.values())


def test_a_second_sheet_of_families_is_told_by_its_name() -> None:
    def change(sheet: Worksheet) -> None:
        book = sheet.parent
        assert book
        book.copy_worksheet(sheet).title = "families of 2025"

    assert problems(change) == {"families of 2025": "This sheet and «%(first)s» could both be meant."}


def test_a_list_of_documents_that_somebody_keeps_on_a_sheet_before_it_does_no_harm() -> None:
    def change(sheet: Worksheet) -> None:
        book = sheet.parent
        assert book
        book.create_sheet("documents", 0).append(["issuer", "title", "date"])

    assert tomllib.loads(families_workbook.read(workbook(change=change), "own.xlsx", "urban"))["name"] == "urban"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_fills_in_the_template_and_sees_what_it_would_do(typist: FlaskClient, language: str) -> None:
    sent = typist.get(f"/bureau/families/usual-urban.xlsx?lang={language}")
    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    book.worksheets[0][f"I{ROW['persons']}"] = 3.1
    content = io.BytesIO()
    book.save(content)
    assert "Before it is put in force" in send(typist, urban=content.getvalue(), ending="xlsx").text


def test_two_workbooks_are_told_apart_by_their_names_and_by_the_kind_of_place(typist: FlaskClient) -> None:
    wrong = workbook(change=lambda sheet: sheet.__setitem__(f"I{ROW['persons']}", "many"))
    words = read(send(typist, urban=wrong, rural=workbook(TOWN), ending="xlsx").text).words
    assert f"urban.xlsx: families!I{ROW['persons']}" in words
    assert "rural.xlsx: families!I2" in words
    assert "The file says that it is for another kind of place." in words


@pytest.mark.parametrize(("language", "written", "to_write"), [("en", "rural", "urban"), ("zh", "乡村", "城镇")])
def test_a_workbook_of_the_other_kind_of_place_says_in_its_own_words_what_to_write_in_which_cell(
    language: str, written: str, to_write: str
) -> None:
    with pytest.raises(FamiliesProblems) as found:
        families_workbook.read(workbook(COUNTRY, language), "own.xlsx", "urban")
    (problem,) = found.value.problems
    assert (problem.where.rpartition("!")[2], problem.found) == ("I2", written)
    assert problem.values == {"setting": to_write}

    def corrected(sheet: Worksheet) -> None:
        sheet["I2"] = to_write

    back = families_workbook.read(workbook(COUNTRY, language, corrected), "own.xlsx", "urban")
    assert tomllib.loads(back)["name"] == "urban"


@pytest.mark.parametrize(("written", "name"), [("Lotus County", "Lotus County"), ("农村", "rural"), (None, "rural")])
def test_whose_families_a_workbook_tells_of_may_be_named_as_people_do(written: str | None, name: str) -> None:
    changed = workbook(COUNTRY, change=lambda sheet: sheet.__setitem__("I2", written))
    assert tomllib.loads(families_workbook.read(changed, "own.xlsx", "rural"))["name"] == name


def test_what_is_no_workbook_is_refused(typist: FlaskClient) -> None:
    assert (
        "The file is no workbook that can be read." in send(typist, urban=b"PK\x03\x04" + b"x" * 99, ending="xlsx").text
    )


@pytest.mark.parametrize("ending", ["xls", "csv", "txt"])
def test_a_file_of_another_kind_is_told_to_be_saved_as_a_workbook(typist: FlaskClient, ending: str) -> None:
    words = read(send(typist, urban=b"households,0.8,0.2", ending=ending).text).words
    assert "Save it as .xlsx and send it again." in words
    assert "TOML" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_colours_what_is_to_be_filled_in_and_holds_numbers_to_what_is_read(language: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(TOWN, language))).worksheets[0]

    def coloured(row: int) -> str:
        return "".join(cell.coordinate[0] for cell in sheet[row] if cell.fill.fill_type == "solid")

    assert coloured(2) == "I"
    assert [coloured(ROW[name]) for name in ("households", "computer", "price_gb", YEARLY)] == [
        "DEFJKLMN",
        "CDEFGHJKLMN",
        "IJKLMN",
        "DEFGH",
    ]
    held = {str(each.sqref): (each.formula1, each.formula2) for each in sheet.data_validations.dataValidation}
    assert (held[f"I{ROW['printer']}"], held[f"I{ROW['persons']}"]) == (("0", "1"), ("1", "20"))


def test_the_template_is_printed_on_the_width_of_a_sheet_with_its_words_in_full() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook())).worksheets[0]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row)
    assert (sheet.row_dimensions[ROW["broadband"]].height or 0) >= 3 * LINE_POINTS


def test_a_file_with_more_income_groups_than_a_workbook_has_room_for_stays_toml() -> None:
    many = TOWN.replace("[0.2, 0.2, 0.2, 0.2, 0.2]", str([0.125] * 8)).replace(
        "[10172, 21745, 34506, 54070, 105303]", str([10_000] * 8)
    )
    assert families_template.fits(families.read(TOWN.encode(), "own.toml"))
    assert not families_template.fits(families.read(many.encode(), "own.toml"))
