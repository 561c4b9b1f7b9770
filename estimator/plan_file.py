"""A plan's file → plan: TOML or Excel, every problem named by sheet and cell."""

from __future__ import annotations

import tomllib
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from estimator.field_checks import in_data
from estimator.plan import N_, Plan, PlanProblems, Problem
from estimator.plan_columns import COLUMNS, SHEETS, TABLES
from estimator.plan_reading import plan_from_dict
from estimator.sheet_reading import read_rows, told_once
from estimator.workbook_safety import check_size, open_workbook, refuse


def read(content: bytes, filename: str) -> Plan:
    """The plan in a file: TOML by its ending, else a workbook. Raises PlanProblems with everything that is wrong."""
    check_size(content, filename)
    if filename.lower().endswith(".toml"):
        return plan_from_dict(_toml(content, filename), in_data)
    return _from_workbook(open_workbook(content, filename))


def _toml(content: bytes, filename: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found = str(error)
        problem = Problem(filename, found, N_("The file cannot be read."), N_("Write it as TOML in UTF-8."))
        raise PlanProblems((problem,)) from None
    except RecursionError:
        raise refuse(filename, N_("The file cannot be read."), N_("Write it as TOML in UTF-8.")) from None


class _Reader:
    """Reads the sheets and remembers where each value stood."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.cells: dict[tuple[str, int | None, str], str] = {}

    def locate(self, table: str, row: int | None, key: str) -> str:
        """Sheet and cell of a value."""
        found = self.cells.get((table, row, key)) or self.cells.get((table, row, ""))
        return found if found and key in _names(table) else f"{found or table}: {key}"

    def rows(self, sheet: Worksheet, name: str) -> list[dict[str, Any]]:
        """The sheet's rows as data, by the names in its header."""
        table = TABLES[name]
        found = read_rows(sheet, COLUMNS[name], self.problems)
        for n, row in enumerate(found):
            key_row = None if table == "school" else n
            self.cells[(table, key_row, "")] = row.where
            self.cells.update({(table, key_row, column): cell for column, cell in row.cells.items()})
        return [dict(row.data) for row in found]


def _from_workbook(book: Workbook) -> Plan:
    reader = _Reader()
    by_name = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
    data: dict[str, Any] = {}
    for name, chinese in SHEETS.items():
        sheet = by_name.get(name) or by_name.get(chinese)
        if sheet is None:
            remedy = N_("Start from the template: it has the sheets school, grades and activities.")
            reader.problems.append(Problem(name, "", N_("This sheet is not there."), remedy))
            continue
        rows = reader.rows(sheet, name)
        if name == "school":
            data.update(rows[0] if rows else {})
        else:
            data[TABLES[name]] = rows
    if any(problem.where in (*SHEETS, *SHEETS.values()) for problem in reader.problems):
        raise PlanProblems(tuple(reader.problems))
    try:
        plan = plan_from_dict(data, reader.locate)
    except PlanProblems as found:
        raise PlanProblems(told_once((*reader.problems, *found.problems))) from None
    if reader.problems:
        raise PlanProblems(tuple(reader.problems))
    return plan


def _names(table: str) -> set[str]:
    return {column.name for name, columns in COLUMNS.items() if TABLES[name] == table for column in columns}
