"""A plan's file → plan: TOML or Excel, every problem named by sheet and cell."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from estimator.plan import DAYS, DEVICES, N_, Plan, PlanProblems, Problem
from estimator.plan_columns import CHINESE_DAYS, COLUMNS, SHEETS, TABLES, Column
from estimator.plan_reading import in_data, plan_from_dict
from estimator.workbook_safety import check_size, open_workbook, refuse, rows_of

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
DAY_RANGE = re.compile(r"([1-7])-([1-7])")
YES = {"yes", "y", "true", "1", "是", "有"}
NO = {"no", "n", "false", "0", "否", "无"}
HEADER_WITHIN = 10  # rows in which the header may stand, below titles


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
        listed = [list(row) for row in rows_of(sheet)]
        for merged in sheet.merged_cells.ranges:
            if merged.max_row > HEADER_WITHIN:
                where = f"{sheet.title}!{merged.coord}"
                self.problems.append(
                    Problem(where, "", N_("Cells are merged here."), N_("Unmerge them and fill in each."))
                )
        header_row, columns = _header(listed, COLUMNS[name])
        if header_row is None:
            remedy = N_("Start from the template: its first row names the columns.")
            self.problems.append(
                Problem(sheet.title, "", N_("The row with the names of the columns is not there."), remedy)
            )
            return []
        table = TABLES[name]
        found: list[dict[str, Any]] = []
        for number, row in enumerate(listed[header_row + 1 :], start=header_row + 2):
            if any(cell.value not in (None, "") for cell in row):
                found.append(self._row(sheet.title, table, len(found), number, row, columns))
        return found

    def _row(
        self, sheet: str, table: str, n: int, number: int, row: list[Any], columns: Mapping[int, Column]
    ) -> dict[str, Any]:
        key_row = None if table == "school" else n
        self.cells[(table, key_row, "")] = f"{sheet}!{number}"
        data = {}
        for position, column in columns.items():
            cell = f"{sheet}!{get_column_letter(position + 1)}{number}"
            self.cells[(table, key_row, column.name)] = cell
            value = row[position].value if position < len(row) else None
            # A name may begin with «=»; what the program would compute is marked as a formula.
            if value is not None and row[position].data_type == "f":
                self.problems.append(
                    Problem(cell, str(value)[:60], N_("A formula stands here."), N_("Write the value itself."))
                )
            elif value not in (None, ""):
                data[column.name] = value_of(value, column.holds)
        return data


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
        raise PlanProblems((*reader.problems, *found.problems)) from None
    if reader.problems:
        raise PlanProblems(tuple(reader.problems))
    return plan


def _names(table: str) -> set[str]:
    return {column.name for name, columns in COLUMNS.items() if TABLES[name] == table for column in columns}


def _header(rows: list[list[Any]], columns: tuple[Column, ...]) -> tuple[int | None, dict[int, Column]]:
    """Which row names the columns, and which column stands where."""
    known = {column.name: column for column in columns} | {column.chinese: column for column in columns}
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        found = {n: known[name] for n, cell in enumerate(row) if (name := str(cell.value).strip()) in known}
        if len(found) >= min(3, len(columns)):
            return number, found
    return None, {}


def value_of(value: Any, holds: str) -> Any:
    """A cell's value in the plan's own terms; what cannot be told is passed on for the strict reader to refuse."""
    if isinstance(value, str) and holds != "text":
        # Full-width digits and letters, as a Chinese keyboard writes them.
        value = unicodedata.normalize("NFKC", value).strip()
    return {
        "text": _text,
        "number": _number,
        "yes_no": _yes_no,
        "date": _date,
        "time": _time,
        "days": _days,
        "devices": _devices,
    }[holds](value)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _number(value: Any) -> Any:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _yes_no(value: Any) -> Any:
    said = str(value).lower()
    return True if said in YES else False if said in NO else value


def _date(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else str(value)


def _time(value: Any) -> Any:
    if isinstance(value, (time, datetime)):
        return f"{value.hour:02}:{value.minute:02}"
    return str(value)


def _days(value: Any) -> Any:
    said = str(value).lower().replace("星期", " ").replace("周", " ").replace("、", " ").replace(",", " ")
    if span := DAY_RANGE.fullmatch(said.strip()):
        return list(DAYS[int(span[1]) - 1 : int(span[2])])
    names = [CHINESE_DAYS.get(word, word) for word in said.split()]
    return [DAYS[int(n) - 1] if n in "1234567" else n for n in names]


def _devices(value: Any) -> Any:
    chinese = {"电视": "tv", "电脑": "computer", "平板": "tablet", "手机": "phone"}
    words = str(value).lower().replace("、", " ").replace(",", " ").split()
    named = [chinese.get(word, word) for word in words]
    return named if set(named) <= set(DEVICES) else words
