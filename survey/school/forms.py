"""The plan as a form: every row a lesson, checked by the same reader as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import DateField, FileField, TextAreaField
from wtforms.validators import InputRequired, Length

from estimator.cell_words import text_of, value_of
from estimator.plan import Plan
from estimator.plan_columns import COLUMNS, TABLES, Column
from estimator.plan_reading import plan_as_dict
from estimator.plan_workbook import ONE_WORD
from survey.staff.forms import SafeForm

ROWS_TO_ADD = 3
LONGEST_REPLY = 400  # characters


class UploadForm(SafeForm):
    """An Excel or TOML file."""

    file = FileField(_l("The plan's file (.xlsx or .toml)"))


class PlanForm(SafeForm):
    """The typed plan; its cells are named sheet-row-column and read by `typed_plan`."""


class ReplyForm(SafeForm):
    """What the school will change, for everybody to read."""

    words = TextAreaField(
        _l("What will the school change?"),
        validators=[InputRequired(_l("Say it in a sentence or two.")), Length(max=LONGEST_REPLY)],
    )
    by_when = DateField(_l("Done by"), validators=[InputRequired(_l("Give the day."))])


def typed_plan(sent: ImmutableMultiDict[str, str]) -> dict[str, Any]:
    """The data of a typed plan, ready for the strict reader; rows without a word are left out."""
    data: dict[str, Any] = dict(_row(sent, "school", 0, COLUMNS["school"]))
    for sheet in ("grades", "activities"):
        numbers = sorted({int(n) for key in sent if (n := _row_number(key, sheet))})
        rows = [_row(sent, sheet, n, COLUMNS[sheet]) for n in numbers]
        data[TABLES[sheet]] = [row for row in rows if row]
    return data


def cells_of(plan: Plan | None, language: str) -> dict[str, list[dict[str, str]]]:
    """The cells of a plan as text, by sheet, with a few empty rows to fill."""
    data = plan_as_dict(plan) if plan else {}
    rows = {"school": [data], "grades": data.get("grade", []), "activities": data.get("activity", [])}
    shown = {sheet: [_shown(row, COLUMNS[sheet], language) for row in listed] for sheet, listed in rows.items()}
    for sheet in ("grades", "activities"):
        shown[sheet] += [{} for _ in range(ROWS_TO_ADD)]
    return shown


def sent_cells(sent: ImmutableMultiDict[str, str]) -> dict[str, list[dict[str, str]]]:
    """What was typed, to be shown again as it was."""
    shown: dict[str, list[dict[str, str]]] = {"school": [_texts(sent, "school", 0)]}
    for sheet in ("grades", "activities"):
        numbers = sorted({int(n) for key in sent if (n := _row_number(key, sheet))})
        shown[sheet] = [_texts(sent, sheet, n) for n in numbers] + [{} for _ in range(ROWS_TO_ADD)]
    return shown


def _row_number(key: str, sheet: str) -> str:
    parts = key.split("-")
    return parts[1] if len(parts) == 3 and parts[0] == sheet and parts[1].isdecimal() and len(parts[1]) < 5 else ""


def _texts(sent: ImmutableMultiDict[str, str], sheet: str, row: int) -> dict[str, str]:
    return {column.name: sent.get(f"{sheet}-{row}-{column.name}", "") for column in COLUMNS[sheet]}


def _row(sent: ImmutableMultiDict[str, str], sheet: str, row: int, columns: tuple[Column, ...]) -> dict[str, Any]:
    typed = _texts(sent, sheet, row)
    return {c.name: value_of(typed[c.name], c) for c in columns if typed[c.name].strip()}


def _shown(row: Mapping[str, Any], columns: tuple[Column, ...], language: str) -> dict[str, str]:
    return {c.name: _field(row[c.name], c, language) for c in columns if row.get(c.name) is not None}


def _field(value: Any, column: Column, language: str) -> str:
    """What a field holds: a drop-down its word as files have it, any other the words people read."""
    return text_of(value, column, "en" if column.holds in ONE_WORD else language)
