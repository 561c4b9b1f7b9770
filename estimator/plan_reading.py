"""Data → plan, strictly: every problem at once, each with its place; and a plan → data, ready for JSON or TOML.

The web editor, the TOML file and the Excel file all come through here. Where a value stands is told by a locator, so
that the same check says «activity 3: minutes» of a TOML file and «activities!F4» of a workbook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import msgspec

from estimator.field_checks import (
    Fields,
    Locator,
    clock,
    currency,
    day,
    in_data,
    number,
    one_of,
    place,
    read_fields,
    read_row,
    some_of,
    time_of_day,
    words,
    yes_no,
)
from estimator.plan import (
    AREAS,
    DAYS,
    DEVICES,
    DEVICES_BY_KIND,
    GRADES,
    KINDS,
    MINUTES_A_DAY,
    N_,
    SOURCES,
    TIMED_KINDS,
    UPLOADS,
    Activity,
    Grade,
    Plan,
    PlanProblems,
    Problem,
    Slot,
)

MOST_MINUTES = 300  # of one activity
MOST_PAGES = 100
MOST_PUPILS = 20_000
MOST_MB = 5_000
MOST_KBPS = 50_000
MOST_MONEY = 1_000_000
MOST_ACTIVITIES = 2_000
LESSONS_KEPT = 2048  # a timetable has some forty, and the schools of a district often follow one


def plan_from_dict(data: Mapping[str, Any], locate: Locator = in_data, *, unfinished: bool = False) -> Plan:
    """A plan from the keys of design's TOML: school, place, week_of, currency, grade tables, activity tables.

    An unfinished one may have no activity yet. Raises PlanProblems with everything that is wrong.
    """
    problems: list[Problem] = []
    head, grades = _head(data, locate, problems)
    listed = () if unfinished and data.get("activity") == [] else _rows(data, "activity", locate, problems)
    tasks = [read_row(row, ACTIVITY, "activity", n, locate, problems) for n, row in enumerate(listed)]
    problems += _grade_problems(grades, locate)
    problems += _activity_problems(grades, tasks, locate)
    if problems:
        raise PlanProblems(tuple(problems))
    return _plan(head, grades, map(_activity, tasks))


def plan_from_json(text: str) -> Plan:
    """What `plan_from_dict` makes of the same data as JSON; a lesson that stands in many plans is read once."""
    return _of_known_lessons(text) or plan_from_dict(json.loads(text))


def plan_as_dict(plan: Plan) -> dict[str, Any]:
    """The plan as plain data that `plan_from_dict` reads back to an equal plan; dates as text, for JSON."""
    return {
        "school": plan.school,
        "place": plan.place,
        "week_of": plan.week_of.isoformat(),
        "currency": plan.currency,
        "grade": [{key: getattr(grade, key) for key in GRADE} for grade in plan.grades],
        "activity": [activity_as_dict(a) for a in plan.activities],
    }


def activity_as_dict(a: Activity) -> dict[str, Any]:
    """One activity as plain data; what was not given is left out."""
    said = {key: getattr(a, key) for key in ACTIVITY if key != "start"}
    said |= {"days": list(a.days), "devices": list(a.devices), "start": clock(a.start_minute)}
    return {key: value for key, value in said.items() if value is not None}


class _Parts(msgspec.Struct, forbid_unknown_fields=True):
    """A plan's JSON, with its lessons as they are written."""

    school: Any
    place: Any
    week_of: Any
    currency: Any
    grade: Any
    activity: list[msgspec.Raw]


PARTS = msgspec.json.Decoder(_Parts)


def _of_known_lessons(text: str) -> Plan | None:
    """None where anything is wrong: what it is, only the whole tells."""
    try:
        parts = PARTS.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    lessons = [lesson for row in parts.activity if (lesson := _lesson(bytes(row)))]
    if not 0 < len(lessons) == len(parts.activity) <= MOST_ACTIVITIES:
        return None
    problems: list[Problem] = []
    head, grades = _head({key: getattr(parts, key) for key in (*HEAD, "grade")}, in_data, problems)
    problems += _grade_problems(grades, in_data)
    problems += _activity_problems(grades, [task for task, _ in lessons], in_data)
    return None if problems else _plan(head, grades, (activity for _, activity in lessons))


@lru_cache(maxsize=LESSONS_KEPT)
def _lesson(row: bytes) -> tuple[Mapping[str, Any], Activity] | None:
    problems: list[Problem] = []
    try:
        data = msgspec.json.decode(row)
    except msgspec.DecodeError:  # a number beyond any, which whoever reads the whole takes as infinite
        return None
    task = read_row(data, ACTIVITY, "activity", 0, in_data, problems)
    return None if problems else (task, _activity(task))


def _head(
    data: Mapping[str, Any], locate: Locator, problems: list[Problem]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The fields of the plan itself, and of each grade."""
    head = read_fields(data, HEAD, "school", None, locate, problems, beside=("grade", "activity"))
    rows = _rows(data, "grade", locate, problems)
    return head, [read_row(row, GRADE, "grade", n, locate, problems) for n, row in enumerate(rows)]


def _plan(head: Mapping[str, Any], grades: Iterable[Mapping[str, Any]], activities: Iterable[Activity]) -> Plan:
    return Plan(**head, grades=tuple(Grade(**grade) for grade in grades), activities=tuple(activities))


def _activity(task: Mapping[str, Any]) -> Activity:
    said = {key: value for key, value in task.items() if key != "start"}
    return Activity(**{"devices": DEVICES_BY_KIND[said["kind"]], **said}, start_minute=task.get("start"))


_grade_number = number(GRADES[0], GRADES[-1], whole=True)
HEAD: Fields = {
    "school": (words, True),
    "place": (place, True),
    "week_of": (day, True),
    "currency": (currency, True),
}
GRADE: Fields = {
    "grade": (_grade_number, True),
    "pupils": (number(0, MOST_PUPILS, whole=True), True),
    "teachers": (number(0, MOST_PUPILS, whole=True), True),
    "teachers_on_camera": (number(0, MOST_PUPILS, whole=True), False),
}
ACTIVITY: Fields = {
    "grade": (_grade_number, True),
    "subject": (words, True),
    "kind": (one_of(KINDS), True),
    "days": (some_of(DAYS, least=1), True),
    "start": (time_of_day, False),
    "minutes": (number(1, MOST_MINUTES, whole=True), True),
    "devices": (some_of(DEVICES, least=0), False),
    "required": (yes_no, False),
    "kbps": (number(0, MOST_KBPS, whole=False), False),
    "pages": (number(0, MOST_PAGES, whole=True), False),
    "colour": (yes_no, False),
    "homework_minutes": (number(0, MOST_MINUTES, whole=True), False),
    "adult_minutes": (number(0, MOST_MINUTES, whole=True), False),
    "check_in": (yes_no, False),
    "upload": (one_of(UPLOADS), False),
    "upload_mb": (number(0, MOST_MB, whole=False), False),
    "buy": (number(0, MOST_MONEY, whole=False), False),
    "source": (one_of(SOURCES), False),
    "area": (one_of(AREAS), False),
}


FIELDS: Mapping[str, Fields] = {"school": HEAD, "grade": GRADE, "activity": ACTIVITY}


def _rows(data: Mapping[str, Any], table: str, locate: Locator, problems: list[Problem]) -> list[Any]:
    rows, where = data.get(table), locate(table, None, "")
    if not isinstance(rows, list) or not rows:
        problems.append(Problem(where, "", N_("There is none."), N_("Add at least one.")))
        return []
    if len(rows) > MOST_ACTIVITIES:
        remedy = N_("At most %(most)s can be read.")
        problems.append(Problem(where, str(len(rows)), N_("There are too many."), remedy, {"most": MOST_ACTIVITIES}))
        return []
    return rows


def _grade_problems(grades: Sequence[Mapping[str, Any]], locate: Locator) -> list[Problem]:
    problems, seen = [], set()
    for n, grade in enumerate(grades):
        number = grade.get("grade")
        if number is not None and number in seen:
            where = locate("grade", n, "grade")
            problems.append(
                Problem(where, str(number), N_("This grade stands here twice."), N_("Keep one line of it."))
            )
        seen.add(number)
        on_camera, teachers = grade.get("teachers_on_camera", 0), grade.get("teachers")
        if teachers is not None and on_camera > teachers:
            where = locate("grade", n, "teachers_on_camera")
            message = N_("More teachers who stream or record than there are teachers (%(teachers)s).")
            problems.append(
                Problem(where, str(on_camera), message, N_("Correct one of the two."), {"teachers": teachers})
            )
    return problems


def _activity_problems(
    grades: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]], locate: Locator
) -> list[Problem]:
    problems = []
    known = {grade.get("grade") for grade in grades}
    # A grade that could not be read may be the one that is meant.
    all_read = bool(known) and None not in known
    for n, task in enumerate(tasks):
        if all_read and task.get("grade") is not None and task["grade"] not in known:
            where = locate("activity", n, "grade")
            problems.append(
                Problem(where, str(task["grade"]), N_("The plan has no such grade."), N_("Add it to the grades."))
            )
        problems += _kind_problems(n, task, locate) + _midnight_problems(n, task, locate)
    return problems + _clashes(tasks, locate)


def _midnight_problems(n: int, task: Mapping[str, Any], locate: Locator) -> list[Problem]:
    """A lesson that begins on a day is over when that day is."""
    if "start" not in task or "minutes" not in task or task["start"] + task["minutes"] <= MINUTES_A_DAY:
        return []
    message = N_("This lesson would end after midnight: it begins at %(start)s.")
    remedy = N_("Shorten it, or let it begin earlier. Minutes left of that day: %(most)s.")
    values = {"start": clock(task["start"]) or "", "most": MINUTES_A_DAY - task["start"]}
    return [Problem(locate("activity", n, "minutes"), str(task["minutes"]), message, remedy, values)]


def _kind_problems(n: int, task: Mapping[str, Any], locate: Locator) -> list[Problem]:
    problems = []
    if task.get("kind") in TIMED_KINDS and "start" not in task:
        message = N_("A lesson on television or live needs a beginning.")
        problems.append(Problem(locate("activity", n, "start"), "", message, N_("Write a time such as 09:00.")))
    if task.get("kind") in KINDS and task["kind"] != "offline" and task.get("devices", DEVICES) == ():
        problems.append(
            Problem(
                locate("activity", n, "devices"),
                "",
                N_("A lesson on a screen needs a device."),
                N_("Name one that suffices."),
            )
        )
    return problems


def _clashes(tasks: Sequence[Mapping[str, Any]], locate: Locator) -> list[Problem]:
    """Two lessons with a fixed time, of one grade, at one moment."""
    fixed = [
        (n, t, Slot(t["days"], t["start"], t["minutes"]))
        for n, t in enumerate(tasks)
        if t.get("kind") in TIMED_KINDS and {"grade", "days", "start", "minutes"} <= set(t)
    ]
    return [
        Problem(
            locate("activity", m, "start"),
            f"{clock(other['start'])} {other.get('subject', '')}",
            N_("This lesson overlaps with «%(subject)s» of the same grade."),
            N_("Move or shorten one of the two."),
            {"subject": one.get("subject", "")},
        )
        for (_, one, slot), (m, other, other_slot) in combinations(fixed, 2)
        if one["grade"] == other["grade"] and slot.days_shared(other_slot)
    ]
