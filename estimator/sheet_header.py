"""The row of a sheet that names its columns: found by its headings, in English or Chinese, and what is amiss in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from estimator.cell_flaws import formula_in, is_empty
from estimator.field_checks import LONGEST_NAME
from estimator.plan import N_, Problem
from estimator.plan_columns import LIST_MARKS, Column
from estimator.workbook_safety import rows_of

HEADER_WITHIN = 10  # rows in which the header may stand, below titles
ENOUGH_OF_A_HEADER = 2  # headings known, to tell the header from a title


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sheet should have: its columns, those that must be there, and whether others may stand beside them.

    A sheet made from our template has no others: one that nobody knows is a misspelt one, and its values would be
    lost. A list that somebody keeps for themselves may have any, and they are left alone.
    """

    columns: tuple[Column, ...]
    needed: frozenset[str]
    may_have_others: bool


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns are named, and in which language; rows and columns are counted from 1."""

    row: int
    language: str
    places: Mapping[int, Column]

    def where_missing(self, sheet: str, column: Column) -> str:
        """What to call the place of a column that is not there: «activities!1: minutes»."""
        return f"{sheet}!{self.row}: {column.header(self.language)}"

    def names(self, column: str) -> bool:
        """Whether this column is there."""
        return any(each.name == column for each in self.places.values())

    def missing(self, columns: Sequence[Column]) -> Iterator[Column]:
        """The columns that are not there."""
        return (column for column in columns if not self.names(column.name))


def find_header(rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> Header | None:
    """The row with the most headings that are known, if it has enough of them; rows are of cells, from row 1."""
    known = _headings(columns)
    best: Header | None = None
    for number, row in enumerate(rows[:HEADER_WITHIN], start=1):
        places: dict[int, Column] = {}
        for position, cell in enumerate(row, start=1):
            column = known.get(_plain(cell.value))
            if column and column not in places.values():
                places[position] = column
        if len(places) > (len(best.places) if best else ENOUGH_OF_A_HEADER - 1):
            best = Header(number, _language(row, places), places)
    return best


def the_sheet(
    book: Workbook, columns: Sequence[Column], problems: list[Problem], message: str, remedy: str, known_by: str = ""
) -> Worksheet:
    """The sheet that names these columns, that one above all that it is `known_by`; the first where none does.

    A second one is a problem, told in these words: its rows would be lost.
    """
    headers = [(sheet, find_header(list(rows_of(sheet)), columns)) for sheet in book.worksheets]
    found = [sheet for sheet, header in headers if header and (not known_by or header.names(known_by))]
    problems += [Problem(each.title, "", message, remedy, {"first": found[0].title}) for each in found[1:]]
    return found[0] if found else book.worksheets[0]


def header_problems(sheet: Worksheet, row: Sequence[Any], header: Header, expected: Expected) -> Iterator[Problem]:
    """Columns that are missing, that stand there twice, and, where there may be no others, that nobody knows."""
    known = _headings(expected.columns)
    first = {column.name: get_column_letter(place) for place, column in header.places.items()}
    for place, cell in enumerate(row, start=1):
        where, found = f"{sheet.title}!{cell.coordinate}", str(cell.value)[:LONGEST_NAME]
        if place in header.places or is_empty(cell.value):
            continue
        if column := known.get(_plain(cell.value)):
            message = N_("This column stands here twice; the first is column %(first)s.")
            yield Problem(where, found, message, N_("Keep one of them."), {"first": first[column.name]})
        elif not expected.may_have_others and cell.data_type == "f":
            remedy = N_("Write the name of the column itself.")
            yield Problem(where, formula_in(cell.value), N_("A formula stands here."), remedy)
        elif not expected.may_have_others:
            remedy = N_("Name it as in the template, or delete it.")
            yield Problem(where, found, N_("Nobody knows this column."), remedy)
    for column in header.missing(expected.columns):
        if column.name in expected.needed:
            where, heading = header.where_missing(sheet.title, column), column.header(header.language)
            remedy = N_("Add a column with the heading «%(heading)s».")
            yield Problem(where, "", N_("This column is missing."), remedy, {"heading": heading})


def no_header(sheet: Worksheet, columns: Sequence[Column]) -> Problem:
    """What to say of a sheet in which no row names the columns."""
    language = language_of([sheet.title])
    listed = LIST_MARKS[language].join(column.header(language) for column in columns)
    remedy = N_("Start from the template: its first row names the columns: %(columns)s.")
    message = N_("The row with the names of the columns is not there.")
    return Problem(sheet.title, "", message, remedy, {"columns": listed})


def language_of(titles: Iterable[str]) -> str:
    """Chinese where any of the sheets' titles has a Chinese letter."""
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for title in titles for letter in title) else "en"


def _headings(columns: Sequence[Column]) -> dict[str, Column]:
    return {_plain(heading): column for column in columns for heading in (column.name, column.chinese)}


def _plain(heading: Any) -> str:
    """A heading as it is compared: «Homework minutes», broken over two lines, is still homework_minutes."""
    if not isinstance(heading, str):
        return ""
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split()).replace("_", "")


def _language(row: Sequence[Any], places: Mapping[int, Column]) -> str:
    chinese = sum(_plain(row[place - 1].value) == _plain(column.chinese) for place, column in places.items())
    return "zh" if 2 * chinese >= len(places) else "en"
