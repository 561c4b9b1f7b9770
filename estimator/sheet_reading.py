"""A sheet that people filled in → rows of data: header found by name, every value with the cell it stood in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from estimator.field_checks import LONGEST_NAME
from estimator.plan import DAYS, DEVICES, N_, Problem
from estimator.plan_columns import CHINESE_DAYS, Column
from estimator.workbook_safety import rows_of

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
DAY_RANGE = re.compile(r"([1-7])-([1-7])")
YES = {"yes", "y", "true", "1", "是", "有"}
NO = {"no", "n", "false", "0", "否", "无"}
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
            data[column.name] = value_of(value, column.holds)
    return Row(f"{sheet}!{number}", data, cells)


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
