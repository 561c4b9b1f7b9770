"""A sheet that people filled in → rows of data: header found by name, every value with the cell it stood in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from estimator.cell_words import value_of
from estimator.field_checks import LONGEST_NAME
from estimator.plan import N_, Problem
from estimator.plan_columns import Column
from estimator.workbook_safety import rows_of

HEADER_WITHIN = 10  # rows in which the header may stand, below titles
ENOUGH_OF_A_HEADER = 3  # names known, to tell the header from a title


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column name in their own terms, and where each stood («activities!F7»)."""

    where: str
    data: Mapping[str, Any]
    cells: Mapping[str, str]


def read_rows(sheet: Worksheet, columns: tuple[Column, ...], problems: list[Problem]) -> list[Row]:
    """The rows beneath the header that names the columns, in English or Chinese; empty rows are left out.

    What is wrong with the sheet itself (no header, merged cells, formulas) is added to `problems`; what a value
    should be is for the strict reader to say.
    """
    listed = [list(row) for row in rows_of(sheet)]
    for merged in sheet.merged_cells.ranges:
        if merged.max_row > HEADER_WITHIN:
            where = f"{sheet.title}!{merged.coord}"
            problems.append(Problem(where, "", N_("Cells are merged here."), N_("Unmerge them and fill in each.")))
    header_row, places = _header(listed, columns)
    if header_row is None:
        remedy = N_("Start from the template: its first row names the columns.")
        problems.append(Problem(sheet.title, "", N_("The row with the names of the columns is not there."), remedy))
        return []
    below = enumerate(listed[header_row + 1 :], start=header_row + 2)
    filled = ((number, row) for number, row in below if any(cell.value not in (None, "") for cell in row))
    return [_row(sheet.title, number, row, places, problems) for number, row in filled]


def told_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, of each cell only the first: a formula is not also a missing value."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.where, problem)
    return tuple(first.values())


def _header(rows: list[list[Any]], columns: tuple[Column, ...]) -> tuple[int | None, dict[int, Column]]:
    """Which row names the columns, and which column stands where."""
    known = {column.name: column for column in columns} | {column.chinese: column for column in columns}
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        found = {n: known[name] for n, cell in enumerate(row) if (name := str(cell.value).strip()) in known}
        if len(found) >= min(ENOUGH_OF_A_HEADER, len(columns)):
            return number, found
    return None, {}


def _row(sheet: str, number: int, row: list[Any], places: Mapping[int, Column], problems: list[Problem]) -> Row:
    data, cells = {}, {}
    for position, column in places.items():
        where = f"{sheet}!{get_column_letter(position + 1)}{number}"
        cells[column.name] = where
        value = row[position].value if position < len(row) else None
        # A name may begin with «=»; what the program would compute is marked as a formula.
        if value is not None and row[position].data_type == "f":
            found = str(value)[:LONGEST_NAME]
            problems.append(Problem(where, found, N_("A formula stands here."), N_("Write the value itself.")))
        elif value not in (None, ""):
            data[column.name] = value_of(value, column)
    return Row(f"{sheet}!{number}", data, cells)
