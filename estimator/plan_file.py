"""A plan's file → plan: TOML or Excel, every problem named by sheet and cell."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from estimator import data_rate, plan_workbook
from estimator.field_checks import Locator, in_data
from estimator.plan import N_, Plan, PlanProblems, Problem
from estimator.plan_columns import COLUMNS, LIST_MARKS, SHEETS, TABLES
from estimator.plan_reading import FIELDS, plan_from_dict
from estimator.sheet_header import Expected, language_of
from estimator.sheet_reading import Row, read_rows, told
from estimator.toml_flaws import flaw
from estimator.workbook_safety import check_size, open_workbook, refuse

EXPECTED = {
    name: Expected(
        columns, frozenset(key for key, (_, must) in FIELDS[TABLES[name]].items() if must), may_have_others=False
    )
    for name, columns in COLUMNS.items()
}


def read(content: bytes, filename: str) -> Plan:
    """The plan in a file: TOML by its ending, else a workbook. Raises PlanProblems with everything that is wrong."""
    return read_located(content, filename).plan


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a file holds: its plan, where in it each value stands, and the version it was taken from, if it says so."""

    plan: Plan
    locate: Locator
    version: int | None


def read_located(content: bytes, filename: str) -> PlanFile:
    """The plan in a file as `read` gives it, with what further checks need."""
    check_size(content, filename)
    if filename.lower().endswith(".toml"):
        plan = plan_from_dict(_toml(content, filename), in_data)
        if problems := data_rate.problems(plan, in_data):
            raise PlanProblems(tuple(problems))
        return PlanFile(plan, in_data, None)
    book = open_workbook(content, filename)
    reader = _Reader(book)
    return PlanFile(reader.plan(), reader.locate, plan_workbook.version_of(book))


def _toml(content: bytes, filename: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanProblems((flaw(filename, content, error),)) from None
    except RecursionError:
        raise refuse(filename, N_("The file cannot be read."), N_("Write it as TOML in UTF-8.")) from None


class _Reader:
    """Reads the sheets and remembers where each value stood."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.problems: list[Problem] = []
        self.sheets: dict[str, str] = {}  # table → the sheet it was read from, or should be
        self.rows: dict[tuple[str, int | None], Row] = {}

    def plan(self) -> Plan:
        """The plan of the workbook. Raises PlanProblems."""
        data: dict[str, Any] = {}
        for name in SHEETS:
            sheet = self._sheet(name)
            rows = self._rows(name, sheet) if sheet else []
            if name == "school":
                data.update(rows[0] if rows else {})
            else:
                data[TABLES[name]] = rows
        try:
            plan = plan_from_dict(data, self.locate)
            self.problems += data_rate.problems(plan, self.locate)
        except PlanProblems as found:
            self.problems += found.problems
        if self.problems:
            raise PlanProblems(told(self.problems, self.rows.values()))
        return plan

    def locate(self, table: str, row: int | None, key: str) -> str:
        """Sheet and cell of a value; of a row or a table that is not there, the sheet."""
        found = self.rows.get((table, row))
        return found.cells.get(key, found.where) if found else self.sheets[table]

    def _sheet(self, name: str) -> Worksheet | None:
        """The sheet of this name, in either language."""
        found = [sheet for sheet in self.book.worksheets if _plain(sheet.title) in (name, SHEETS[name])]
        self.sheets[TABLES[name]] = found[0].title if found else self._in_their_language(name)
        if not found:
            titles = [sheet.title for sheet in self.book.worksheets]
            mark = LIST_MARKS[language_of(titles)]
            remedy = N_("Rename the sheet that is meant, or start from the template: its sheets are %(sheets)s.")
            values = {"there": mark.join(titles), "sheets": mark.join(map(self._in_their_language, SHEETS))}
            message = N_("This sheet is not there. The file has: %(there)s.")
            self.problems.append(Problem(self.sheets[TABLES[name]], "", message, remedy, values))
        for second in found[1:]:
            message, remedy = N_("This sheet and «%(first)s» could both be meant."), N_("Delete one of them.")
            self.problems.append(Problem(second.title, "", message, remedy, {"first": found[0].title}))
        return found[0] if found else None

    def _in_their_language(self, name: str) -> str:
        """A sheet's name in Chinese where the file has Chinese sheets."""
        return SHEETS[name] if language_of(sheet.title for sheet in self.book.worksheets) == "zh" else name

    def _rows(self, name: str, sheet: Worksheet) -> list[dict[str, Any]]:
        """The sheet's rows as data, by the names in its header."""
        found = read_rows(sheet, EXPECTED[name], self.problems)
        if name == "school":
            for row in found[1:]:
                message, remedy = N_("There is a second row."), N_("Keep the one row about the school.")
                self.problems.append(Problem(row.where, "", message, remedy))
            found = found[:1]
            self.problems += [] if found else [Problem(sheet.title, "", N_("There is none."), N_("Add at least one."))]
        self.rows |= {(TABLES[name], None if name == "school" else n): row for n, row in enumerate(found)}
        return [dict(row.data) for row in found]


def _plain(title: str) -> str:
    return unicodedata.normalize("NFKC", title).strip().lower()
