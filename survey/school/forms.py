"""The forms of a principal's desk that are no lesson: a file, the week and its grades, a reply, a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FileField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from estimator.cell_words import text_of, value_of
from estimator.plan import Plan
from estimator.plan_columns import COLUMNS, Column
from estimator.plan_reading import plan_as_dict
from survey.day import today
from survey.staff.forms import SafeForm

ROWS_TO_ADD = 2
LONGEST_REPLY = 400  # characters
# The school's name is the roster's; nobody types it.
GIVEN = "school"


class UploadForm(SafeForm):
    """An Excel or TOML file."""

    file = FileField(_l("The plan's file (.xlsx or .toml)"))


class FrameForm(SafeForm):
    """The week and its grades; its cells are named sheet-row-column and read by `frame_data`."""


class ReplyForm(SafeForm):
    """What the school will change, for everybody to read."""

    words = TextAreaField(
        _l("What will the school change?"),
        validators=[InputRequired(_l("Say it in a sentence or two.")), Length(max=LONGEST_REPLY)],
    )
    by_when = DateField(_l("Done by"), validators=[InputRequired(_l("Give the day."))])

    def validate_by_when(self, field: DateField) -> None:
        """Nothing is promised for a day that is over; one promised before stays as it was."""
        if field.data and field.data != field.object_data and field.data < today():
            raise ValidationError(str(_l("That day is over. Give today or a later day.")))


def frame_data(sent: MultiDict[str, str]) -> dict[str, Any]:
    """The week and its grades, ready for the strict reader; rows without a word are left out."""
    rows = [_row(sent, "grades", n) for n in range(_rows_sent(sent))]
    return {**_row(sent, "school", 0), "grade": [row for row in rows if row]}


def frame_cells(plan: Plan) -> dict[str, list[dict[str, str]]]:
    """The cells of a plan's week and grades as text, with a few empty rows to fill."""
    data = plan_as_dict(plan)
    rows = {"school": [data], "grades": data["grade"]}
    shown = {sheet: [_shown(row, frame_columns(sheet)) for row in listed] for sheet, listed in rows.items()}
    shown["grades"] += [{} for _ in range(ROWS_TO_ADD)]
    return shown


def sent_cells(sent: MultiDict[str, str]) -> dict[str, list[dict[str, str]]]:
    """What was typed, to be shown again as it was."""
    grades = [_texts(sent, "grades", n) for n in range(_rows_sent(sent))]
    return {"school": [_texts(sent, "school", 0)], "grades": grades + [{} for _ in range(ROWS_TO_ADD)]}


def frame_columns(sheet: str) -> tuple[Column, ...]:
    """What is typed of a sheet."""
    return tuple(column for column in COLUMNS[sheet] if column.name != GIVEN)


def _rows_sent(sent: MultiDict[str, str]) -> int:
    """How many rows of grades may be in what was sent."""
    numbers = [parts[1] for key in sent if (parts := key.split("-"))[0] == "grades" and len(parts) == len("abc")]
    return 1 + max((int(n) for n in numbers if n.isdecimal() and len(n) <= 2), default=-1)


def _texts(sent: MultiDict[str, str], sheet: str, row: int) -> dict[str, str]:
    return {column.name: sent.get(f"{sheet}-{row}-{column.name}", "") for column in frame_columns(sheet)}


def _row(sent: MultiDict[str, str], sheet: str, row: int) -> dict[str, Any]:
    typed = _texts(sent, sheet, row)
    return {c.name: value_of(typed[c.name], c) for c in frame_columns(sheet) if typed[c.name].strip()}


def _shown(row: Mapping[str, Any], columns: tuple[Column, ...]) -> dict[str, str]:
    return {c.name: text_of(row[c.name], c, "en") for c in columns if row.get(c.name) is not None}
