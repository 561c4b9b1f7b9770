"""A families file as a workbook of one sheet, a row a figure: read with each flaw by cell."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from estimator.families import OTHER_PLACE, FamiliesProblems, problems_of
from estimator.families_columns import (
    COLUMNS,
    COUNTS,
    FIGURE_WORDS,
    FIGURES,
    NAME,
    OPTIONAL,
    VALUE,
    YEARLY,
)
from estimator.field_checks import Fields, Refused, day, day_by, number, one_of, read_fields, seen, words
from estimator.norms import CONFIDENCES
from estimator.plan import N_, PlanProblems, Problem
from estimator.plan_columns import LIST_MARKS, SETTING_WORDS, setting_of
from estimator.sheet_header import Expected, find_header, the_sheet
from estimator.sheet_reading import Row, read_rows, told
from estimator.workbook_safety import open_workbook, rows_of

NUMBERS = (*COUNTS, *VALUE)
SOURCE: Fields = {
    "issuer": (seen, True),
    "title": (seen, True),
    "date": (day, True),
    "url": (seen, False),
    "confidence": (one_of(CONFIDENCES), True),
}
EXPECTED = Expected(COLUMNS, frozenset({"figure", *NUMBERS, *SOURCE}), may_have_others=False)
BOTH_MEANT = N_("This sheet and «%(first)s» could both be meant.")
PER_CENT = re.compile(r"\d{1,3}(\.\d{1,9})? ?%")
KEY = re.compile(r"\[(?:prices\.)?(\w+)\]")  # of a figure, as `problems_of` tells where it stands


def read(content: bytes, filename: str, setting: str, today: date = date.max) -> str:
    """The families file, as TOML, that a workbook tells for schools in one kind of place; no source is yet to come.

    Raises FamiliesProblems with everything that is wrong, by cell.
    """
    problems: list[Problem] = []
    try:
        book = open_workbook(content, filename)
    except PlanProblems as found:
        raise FamiliesProblems(found.problems) from None
    sheet = the_sheet(book, COLUMNS, problems, BOTH_MEANT, N_("Delete one of them."), known_by="figure")
    rows = read_rows(sheet, EXPECTED, problems)
    there = _by_figure(rows, problems)
    name = _name(there.pop(NAME), setting, problems) if NAME in there else setting
    said = {figure: _figure(figure, row, today, problems) for figure, row in there.items()}
    _in_pairs(there, problems)
    problems += _missing_rows(sheet, rows, there, problems)
    made = {} if problems else _content(said, name)
    problems += [] if problems else [_in_its_cells(problem, there) for problem in problems_of(sheet.title, made)]
    if problems:
        raise FamiliesProblems(told(problems, rows))
    return "".join(_toml(made))


def _by_figure(rows: Sequence[Row], problems: list[Problem]) -> dict[str, Row]:
    """Figure → its row. A price of which nothing is filled in is not there."""
    found: dict[str, Row] = {}
    for row in rows:
        figure = _checked(row, {"figure": (one_of(tuple(FIGURE_WORDS)), True)}, problems).get("figure")
        if figure in found:
            message = N_("This row stands here twice; the first is %(first)s.")
            problems.append(Problem(row.where, "", message, N_("Keep one row."), {"first": found[figure].where}))
        elif figure and (figure not in OPTIONAL or row.data.keys() & {*NUMBERS, *SOURCE}):
            found[figure] = row
    return found


def _name(row: Row, setting: str, problems: list[Problem]) -> str:
    """Whose families these are, as the file names them; of this kind of place, where nothing is written."""
    _leave_empty(row, VALUE, problems)
    written = _checked(row, {"value": (words, False)}, problems).get("value", setting)
    said = setting_of(written)
    if said in SETTING_WORDS and said != setting:
        remedy = N_("Choose it in the other field; or write «%(setting)s» here if its figures are meant for there.")
        is_chinese = written in SETTING_WORDS.values()
        values = {"setting": SETTING_WORDS[setting] if is_chinese else setting}
        problems.append(Problem(row.cells["value"], written, OTHER_PLACE, remedy, values))
    return said


def _figure(name: str, row: Row, today: date, problems: list[Problem]) -> dict[str, Any]:
    """What a figure's row says, checked; the columns that it does not fill must be empty."""
    figure = FIGURES[name]
    check = _share if figure.is_of_shares else number(figure.least, figure.most, whole=False)
    fields = {key: (check, key == figure.columns[0]) for key in figure.columns}
    fields |= {} if name == YEARLY else {**SOURCE, "date": (day_by(today), True)}
    _leave_empty(row, tuple(fields), problems)
    read_in = _checked(row, fields, problems)
    filled = max((place for place, key in enumerate(figure.columns, start=1) if key in read_in), default=0)
    values = [read_in.get(key, 0.0) for key in figure.columns[:filled]]
    source = {"url": "", **{key: read_in[key] for key in SOURCE if key in read_in}}
    return {**({"value": values[0]} if values and figure.columns == VALUE else {"shares": values}), "source": source}


def _leave_empty(row: Row, filled: Collection[str], problems: list[Problem]) -> None:
    """What stands in other columns than those that a row fills is a problem."""
    for key in (*NUMBERS, *SOURCE):
        if key in row.data and key not in filled:
            message, remedy = N_("Nothing stands here for this figure."), N_("Leave it empty.")
            problems.append(Problem(row.cells[key], str(row.data[key]), message, remedy))


def _content(said: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    """The content of a families file in which each figure has its row."""
    income = {**said["income"], YEARLY: said[YEARLY]["shares"]}
    figures = {key: table for key, table in said.items() if key not in {*OPTIONAL, YEARLY}}
    prices = {key: said[key] for key in OPTIONAL if key in said}
    return {"name": name, **figures, "income": income, **({"prices": prices} if prices else {})}


def _checked(row: Row, fields: Fields, problems: list[Problem]) -> dict[str, Any]:
    def where(_table: str, _row: int | None, key: str) -> str:
        return row.cells.get(key, row.where)

    return read_fields(row.data, fields, "", None, where, problems, beside=tuple(row.data))


def _missing_rows(
    sheet: Worksheet, rows: Sequence[Row], there: Collection[str], problems: Collection[Problem]
) -> Iterator[Problem]:
    """That there is no row at all; else those that are missing, as the sheet's language calls them."""
    missing = [figure for figure in FIGURES if figure not in {*there, *OPTIONAL}]
    if rows and missing:
        header = find_header(list(rows_of(sheet)), COLUMNS)
        language = header.language if header else "en"
        named = LIST_MARKS[language].join(FIGURE_WORDS[each] if language == "zh" else each for each in missing)
        message = N_("These rows are missing: %(figures)s.")
        yield Problem(sheet.title, "", message, N_("Add them as in the template."), {"figures": named})
    elif not rows and not problems:
        remedy = N_("Begin from the template: it has a row for each figure.")
        yield Problem(sheet.title, "", N_("There is none."), remedy)


def _share(value: Any) -> float:
    """A share of families; 80 % is understood. Raises Refused."""
    if isinstance(value, str) and PER_CENT.fullmatch(value):
        value = float(value.rstrip("% ")) / 100
    try:
        return float(number(0, 1, whole=False)(value))
    except Refused as no:
        raise Refused(no.message, N_("Write a number from 0 to 1: eighty of a hundred are 0.8.")) from None


def _in_pairs(there: Mapping[str, Row], problems: list[Problem]) -> None:
    """Where an income group's share stands without its income, or the other way, its cell is a problem."""
    if "income" not in there or YEARLY not in there:
        return
    shares, yearly = there["income"], there[YEARLY]
    for key in FIGURES[YEARLY].columns:
        if key in shares.data and key not in yearly.data:
            message, remedy = N_("Each share needs an income."), N_("Write a number above 0, or leave both out.")
            problems.append(Problem(yearly.cells[key], "", message, remedy))
        elif key in yearly.data and key not in shares.data:
            message, remedy = N_("Each income needs its share of families."), N_("Write it, or leave both out.")
            problems.append(Problem(shares.cells[key], "", message, remedy))


def _in_its_cells(problem: Problem, there: Mapping[str, Row]) -> Problem:
    """A problem of a whole figure, at the cells that it fills."""
    named = KEY.search(problem.where)
    if named is None or named[1] not in there:
        return problem
    cells, columns = there[named[1]].cells, FIGURES[named[1]].columns
    first, last = cells[columns[0]], cells[columns[-1]].rpartition("!")[2]
    return replace(problem, where=first if len(columns) == 1 else f"{first}:{last}")


def _toml(content: Mapping[str, Any]) -> Iterator[str]:
    """A file's content as TOML that says the same."""
    yield f"name = {_word(content['name'])}\n"
    for key, table in content.items():
        for name, said in {"name": {}, "prices": table}.get(key, {key: table}).items():
            yield f"\n[{'prices.' if key == 'prices' else ''}{name}]\n"
            yield from (f"{each} = {value!r}\n" for each, value in said.items() if each != "source")
            yield f"source = {{ {', '.join(f'{each} = {_word(value)}' for each, value in said['source'].items())} }}\n"


def _word(value: str | date) -> str:
    """A text without signs that nobody sees, or a day, in TOML."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
