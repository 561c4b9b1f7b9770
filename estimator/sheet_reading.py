"""A sheet that people filled in → rows of data: header found by name, every value with the cell it stood in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from estimator.cell_flaws import flaw_of, is_empty
from estimator.cell_words import text_of, value_of
from estimator.field_checks import LONGEST_NAME
from estimator.plan import Problem
from estimator.plan_columns import LIST_MARKS, Column
from estimator.sheet_flaws import hidden_problems, merged_cells, merged_problems, stray_problems
from estimator.sheet_header import Expected, Header, find_header, header_problems, no_header
from estimator.workbook_safety import rows_of

PLACE = re.compile(r"([A-Z]{0,3})(\d*)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column name in their own terms, and where each stood («activities!F7»).

    A column that is not there has a place as well («activities!1: minutes»): every row tells of it alike.
    """

    where: str
    data: Mapping[str, Any]
    cells: Mapping[str, str]
    offered: Mapping[str, str]  # where only some words can stand → those words, in the language of the header
    written: Mapping[str, str]  # and what stands there, as it was written


def read_rows(sheet: Worksheet, expected: Expected, problems: list[Problem]) -> list[Row]:
    """The rows beneath the header that names the columns, in English or Chinese; empty rows are left out.

    What is wrong with the sheet itself (no header, columns nobody knows, merged or hidden cells, formulas, dates that
    were to be numbers) is added to `problems`; what a value should be is for the strict reader to say.
    """
    listed = list(rows_of(sheet))
    header = find_header(listed, expected.columns)
    if header is None:
        problems.append(no_header(sheet, expected.columns))
        return []
    # In a list of somebody's own, only what is read can be wrong.
    read = set(header.places) if expected.may_have_others else None
    below = listed[header.row :]
    filled = [row for row in below if any(not is_empty(c.value) for c in row if read is None or c.column in read)]
    problems += header_problems(sheet, listed[header.row - 1], header, expected)
    problems += merged_problems(sheet, header.row, read)
    problems += hidden_problems(sheet, filled, sorted(header.places))
    if not expected.may_have_others:
        problems += stray_problems(sheet, header.row)
    return _Rows(sheet, header, expected.columns, problems).read(filled)


def told(problems: Iterable[Problem], rows: Iterable[Row]) -> tuple[Problem, ...]:
    """The problems as people mend them: sheet by sheet from the top, of each place only the first, for a formula is not
    also a missing value; and where only some words can stand, those words in the language of the sheet, and what was
    written there.
    """
    offered: dict[str, str] = {}
    written: dict[str, str] = {}
    sheets: dict[str, int] = {}  # in the order in which they are read
    for row in rows:
        offered |= row.offered
        written |= row.written
        sheets.setdefault(_in_order(row.where)[0], len(sheets))
    first: dict[str, Problem] = {}
    for problem in problems:
        words = {"words": offered[problem.where]} if "words" in problem.values and problem.where in offered else {}
        found = written.get(problem.where, problem.found)
        first.setdefault(problem.where, replace(problem, found=found, values={**problem.values, **words}))

    def in_order(problem: Problem) -> tuple[int, int, int]:
        sheet, row, column = _in_order(problem.where)
        return sheets.get(sheet, -1), row, column

    return tuple(sorted(first.values(), key=in_order))


def _in_order(where: str) -> tuple[str, int, int]:
    """Sheet, row and column of «activities!F7»; 0 where it names none."""
    sheet, _, cell = where.rpartition("!")
    found = PLACE.match(cell) if sheet else None
    if not found:
        return sheet or where, 0, 0
    return sheet, int(found[2] or 0), column_index_from_string(found[1]) if found[1] else 0


class _Rows:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Worksheet, header: Header, columns: Sequence[Column], problems: list[Problem]):
        self.title, self.header, self.problems = sheet.title, header, problems
        self.merged = merged_cells(sheet, header.row)
        self.missing = {column.name: header.where_missing(sheet.title, column) for column in header.missing(columns)}
        self.words = {column.name: _words_for(column, header.language) for column in columns}

    def read(self, rows: Iterable[Sequence[Any]]) -> list[Row]:
        return [self._row(row) for row in rows]

    def _row(self, row: Sequence[Any]) -> Row:
        data, cells, written = {}, dict(self.missing), {}
        for place, column in self.header.places.items():
            cell = row[place - 1]
            where = cells[column.name] = self._where(cell)
            if flaw := flaw_of(cell, where, column):
                self.problems.append(flaw)
            elif not is_empty(cell.value):
                data[column.name] = value_of(cell.value, column)
                if self.words[column.name]:
                    written[where] = str(cell.value).strip()[:LONGEST_NAME]
        offered = {where: words for name, where in cells.items() if (words := self.words[name])}
        return Row(f"{self.title}!{row[0].row}", data, cells, offered, written)

    def _where(self, cell: Any) -> str:
        """The cell; of cells that are merged, all of them, so that none is told to be empty besides."""
        range_ = self.merged.get((cell.row, cell.column), f"{get_column_letter(cell.column)}{cell.row}")
        return f"{self.title}!{range_}"


def _words_for(column: Column, language: str) -> str:
    """The words that can stand in a column, listed; none where anything can."""
    return LIST_MARKS[language].join(text_of(word, column, language) for word in column.words)
