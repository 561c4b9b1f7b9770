"""One lesson as a form: its fields by subject, filled from a lesson, read by the same reader as a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from estimator.cell_words import text_of, value_of
from estimator.field_checks import LONGEST_NAME
from estimator.plan import AREAS, DAYS, DEVICES, DEVICES_BY_KIND, KINDS, SOURCES, UPLOADS, Activity
from estimator.plan_columns import COLUMNS, Column
from estimator.plan_reading import activity_as_dict
from survey.planning.timetable import SCHOOL_DAYS
from survey.staff.forms import TOO_LONG, SafeForm, TicksField
from survey.words import wording

COLUMN: Mapping[str, Column] = {column.name: column for column in COLUMNS["activities"]}
USUAL_MINUTES = "20"
ALL_DAYS, THIS_DAY = "all", "this"


def _choices(names: Collection[str], words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(name, wording.alone(words[name])) for name in names]


class LessonForm(SafeForm):
    """A lesson or task of the week. Fields are named as in a plan's file; `grades` and `scope` are the form's own."""

    subject = StringField(_l("Subject or task"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)])
    kind = RadioField(_l("How it reaches the pupils"), choices=_choices(KINDS, wording.KIND_LABELS), default="recorded")
    grades = TicksField(_l("Grades"), coerce=int, validators=[InputRequired(_l("Tick one grade at least."))])
    scope = RadioField(
        _l("What is to change"),
        choices=[
            SelectChoice(ALL_DAYS, _l("The lesson on all its days")),
            SelectChoice(THIS_DAY, _l("This day alone")),
        ],
        default=ALL_DAYS,
    )
    days = TicksField(
        _l("Days"),
        choices=_choices(DAYS, wording.DAY_LABELS),
        default=SCHOOL_DAYS,
        validators=[InputRequired(_l("Tick one day at least."))],
    )
    start = StringField(_l("Begins at"))
    minutes = StringField(_l("Minutes"), default=USUAL_MINUTES)
    homework_minutes = StringField(_l("Written homework after it, minutes"))
    adult_minutes = StringField(_l("An adult's help, minutes each time"))
    pages = StringField(_l("Pages to print at home, each time"))
    colour = BooleanField(_l("In colour"))
    check_in = BooleanField(_l("A daily check-in goes with it"))
    upload = SelectField(
        _l("What must be uploaded"), choices=_choices(UPLOADS, wording.UPLOAD_LABELS), default=UPLOADS[0]
    )
    upload_mb = StringField(_l("Size of the upload, MB"))
    buy = StringField(_l("What a family must buy for it, once"))
    required = BooleanField(_l("Every pupil must take part"), default=True)
    devices = TicksField(_l("Devices, any one of which suffices"), choices=_choices(DEVICES, wording.DEVICE_LABELS))
    kbps = StringField(_l("Data rate, kbit/s"))
    source = SelectField(_l("Whose resource"), choices=_choices(SOURCES, wording.SOURCE_LABELS), default="school")
    area = SelectField(_l("What it is about"), choices=_choices(AREAS, wording.AREA_LABELS), default=AREAS[0])


# How the page lays the fields out: what everybody fills in, then what a lesson asks besides, then the rest.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "lesson": ("subject", "kind", "minutes", "start", "days", "grades"),
    "besides": ("homework_minutes", "adult_minutes", "pages", "colour", "check_in", "upload", "upload_mb", "buy"),
    "rest": ("required", "devices", "kbps", "source", "area"),
}


def values_of(lesson: Activity) -> dict[str, Any]:
    """What the form's fields hold for a lesson."""
    found: dict[str, Any] = {"grades": [lesson.grade]}
    for name, value in activity_as_dict(lesson).items():
        if name != "grade":
            is_kept = isinstance(value, (bool, list)) or COLUMN[name].holds == "word"
            # An empty field is a 0, but not for the data rate: empty, it is the usual one of its kind.
            is_empty = value == 0 and name != "kbps"
            found[name] = value if is_kept else "" if is_empty else text_of(value, COLUMN[name], "en")
    return found


def lesson_data(form: LessonForm, before: Activity | None) -> dict[str, Any]:
    """What was typed, ready for the strict reader; `before` is the lesson that is changed."""
    typed = {name: form.data[name] for name in COLUMN if name != "grade"}
    data = {
        name: value if isinstance(value, (bool, list)) else value_of(value, COLUMN[name])
        for name, value in typed.items()
        if isinstance(value, (bool, list)) or (value or "").strip()
    }
    if not _devices_chosen(data, before):
        del data["devices"]
    return data


def _devices_chosen(data: Mapping[str, Any], before: Activity | None) -> bool:
    """Whether the devices were chosen, and are not just left over from the lesson's former kind."""
    if not data["devices"]:
        return False
    was_usual = before is not None and tuple(data["devices"]) == DEVICES_BY_KIND[before.kind] == before.devices
    return not (was_usual and before is not None and data["kind"] != before.kind)
