"""A roster's workbook: read strictly, every problem by cell; and the template to fill in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from estimator.field_checks import Fields, number, one_of, read_fields
from estimator.plan import GRADES, N_, PlanProblems, Problem, Problems
from estimator.plan_columns import SETTING_WORDS, Column, setting_of
from estimator.plan_workbook import write_table
from estimator.sheet_header import Expected, the_sheet
from estimator.sheet_reading import Row, read_rows, told
from estimator.workbook_safety import open_workbook
from survey.roster.rows import code, contradictions, key_of, name

MOST_PEOPLE = 20_000  # in one grade
CODE_NOTE = "optional: tells schools of one name apart, and knows one that was renamed"
COLUMNS = (
    Column("school", "学校名称", "text", width=28),
    Column("code", "学校标识码", "text", {}, CODE_NOTE, "可不填；用来区分同名学校，也用来认出改了名的学校", 16),
    Column("setting", "城乡", "word", SETTING_WORDS, width=10),
    Column("grade", "年级", "number", note="1–12", width=8),
    Column("pupils", "学生人数", "number"),
    Column("teachers", "教师人数", "number"),
)
FIELDS: Fields = {
    "school": (name, True),
    "code": (code, False),
    "setting": (one_of(tuple(SETTING_WORDS)), True),
    "grade": (number(GRADES[0], GRADES[-1], whole=True), True),
    "pupils": (number(0, MOST_PEOPLE, whole=True), True),
    "teachers": (number(0, MOST_PEOPLE, whole=True), True),
}
# A bureau's own list has columns of its own; they are left alone.
EXPECTED = Expected(COLUMNS, frozenset(key for key, (_, needed) in FIELDS.items() if needed), may_have_others=True)


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of a school."""

    grade: int
    pupils: int
    teachers: int


@dataclass(frozen=True, slots=True)
class ListedSchool:
    """One school as the roster has it."""

    name: str
    code: str | None
    setting: str  # urban | rural
    grades: tuple[Grade, ...]
    where: str  # its first row: «名册!3»


class RosterProblems(Problems):
    """A roster that cannot be used; it carries every problem at once."""


def read(content: bytes, filename: str) -> tuple[ListedSchool, ...]:
    """The schools of a roster, one row a grade. Title rows above the header, columns besides, and sheets without
    such a header do no harm.

    Raises RosterProblems with everything that is wrong, by cell.
    """
    problems: list[Problem] = []
    try:
        book = open_workbook(content, filename)
    except PlanProblems as found:
        raise RosterProblems(found.problems) from None
    message, remedy = N_("This sheet and «%(first)s» both list schools."), N_("Bring all rows onto one sheet.")
    sheet = the_sheet(book, COLUMNS, problems, message, remedy)
    rows = read_rows(sheet, EXPECTED, problems)
    read_in = [_values(row, problems) for row in rows]
    problems += contradictions(list(zip(rows, read_in, strict=True)))
    if not rows and not problems:
        problems.append(Problem(sheet.title, "", N_("There is none."), N_("Add at least one.")))
    if problems:
        raise RosterProblems(told(problems, rows))
    return _schools(rows, read_in)


def template(language: str) -> bytes:
    """An empty roster with drop-downs and notes, in English or Chinese."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    write_table(book.create_sheet("学校" if language == "zh" else "schools"), COLUMNS, [], language)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _values(row: Row, problems: list[Problem]) -> dict[str, Any]:
    said = dict(row.data)
    if isinstance(said.get("setting"), str):
        said["setting"] = setting_of(said["setting"])

    def where(_table: str, _row: int | None, key: str) -> str:
        return row.cells.get(key, f"{row.where}: {key}")

    return read_fields(said, FIELDS, "school", None, where, problems)


def _schools(rows: Sequence[Row], read_in: Sequence[dict[str, Any]]) -> tuple[ListedSchool, ...]:
    together: dict[str, list[dict[str, Any]]] = {}
    first: dict[str, str] = {}
    for row, said in zip(rows, read_in, strict=True):
        together.setdefault(key_of(said), []).append(said)
        first.setdefault(key_of(said), row.where)
    return tuple(
        ListedSchool(
            members[0]["school"],
            members[0].get("code"),
            members[0]["setting"],
            tuple(Grade(m["grade"], m["pupils"], m["teachers"]) for m in sorted(members, key=lambda m: m["grade"])),
            first[key],
        )
        for key, members in together.items()
    )
