"""Data → plan, strictly: every problem at once, each with its place; and a plan → data, ready for JSON or TOML.

The web editor, the TOML file and the Excel file all come through here. Where a value stands is told by a locator, so
that the same check says «activity 3: minutes» of a TOML file and «activities!F4» of a workbook.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from estimator.plan import (
    AREAS,
    DAYS,
    DEVICES,
    DEVICES_BY_KIND,
    GRADES,
    KINDS,
    N_,
    SOURCES,
    TIMED_KINDS,
    UPLOADS,
    Activity,
    Grade,
    Plan,
    PlanProblems,
    Problem,
)

MOST_MINUTES = 300  # of one activity
MOST_PAGES = 100
MOST_PUPILS = 20_000
MOST_MB = 5_000.0
MOST_KBPS = 50_000.0
MOST_MONEY = 1_000_000.0
LONGEST_NAME = 100
MOST_ACTIVITIES = 2_000
PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}")
CURRENCY = re.compile(r"[A-Z]{3}")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:00)?")
MINUTES_AN_HOUR = 60

Locator = Callable[[str, int | None, str], str]  # table, row (from 0), key → where
Check = Callable[[Any], Any]


class Refused(ValueError):
    """A value that will not do: what is wrong, and what would do."""

    def __init__(self, message: str, remedy: str, **values: str | int | float):
        super().__init__(message)
        self.message, self.remedy, self.values = message, remedy, values


def in_data(table: str, row: int | None, key: str) -> str:
    """Where a value stands in a TOML file or a form."""
    return (f"{table} {row + 1}: {key}" if row is not None else key).removesuffix(": ")


def plan_from_dict(data: Mapping[str, Any], locate: Locator = in_data) -> Plan:
    """A plan from the keys of design's TOML: school, place, week_of, currency, grade tables, activity tables.

    Raises PlanProblems with everything that is wrong.
    """
    problems: list[Problem] = []
    head = _read(data, HEAD, "school", None, locate, problems, beside=("grade", "activity"))
    grades = [_row(row, GRADE, "grade", n, locate, problems) for n, row in enumerate(_rows(data, "grade", problems))]
    tasks = [
        _row(row, ACTIVITY, "activity", n, locate, problems) for n, row in enumerate(_rows(data, "activity", problems))
    ]
    problems += _grade_problems(grades, locate)
    problems += _activity_problems(grades, tasks, locate)
    if problems:
        raise PlanProblems(tuple(problems))
    return Plan(**head, grades=tuple(Grade(**g) for g in grades), activities=tuple(_activity(t) for t in tasks))


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


def clock(minute: int | None) -> str | None:
    """Minutes after midnight as 09:05."""
    return None if minute is None else f"{minute // MINUTES_AN_HOUR:02}:{minute % MINUTES_AN_HOUR:02}"


def _activity(said: dict[str, Any]) -> Activity:
    start = said.pop("start", None)
    return Activity(**{"devices": DEVICES_BY_KIND[said["kind"]], **said}, start_minute=start)


# The checks: each takes what stands there and gives the value, or refuses it.


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise Refused(N_("This is no name."), N_("Write 1 to %(most)s characters."), most=LONGEST_NAME)
    return value.strip()


def _place(value: Any) -> str:
    if not isinstance(value, str) or not PLACE.fullmatch(value):
        raise Refused(N_("This is no place."), N_("Write an ISO 3166-2 code such as CN-34."))
    return value


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not CURRENCY.fullmatch(value):
        raise Refused(N_("This is no currency."), N_("Write three capital letters such as CNY."))
    return value


def _date(value: Any) -> date:
    if isinstance(value, date):
        # A date cell of a workbook comes with a time of day.
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refused(N_("This is no date."), N_("Write year-month-day such as 2020-03-09.")) from None


def _number(least: float, most: float, whole: bool) -> Check:
    def check(value: Any) -> int | float:
        allowed = int if whole else (int, float)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, allowed) or not math.isfinite(value):
            raise Refused(
                N_("A number is needed here."),
                N_("Write one from %(least)s to %(most)s."),
                least=least,
                most=most,
            )
        if not least <= value <= most:
            raise Refused(
                N_("The number is out of range."),
                N_("Write one from %(least)s to %(most)s."),
                least=least,
                most=most,
            )
        return value if whole else float(value)

    return check


def _one_of(words: Sequence[str]) -> Check:
    def check(value: Any) -> str:
        if value not in words:
            raise Refused(
                N_("This is none of the words that can stand here."),
                N_("Write one of: %(words)s."),
                words=", ".join(words),
            )
        return str(value)

    return check


def _some_of(words: Sequence[str], *, least: int) -> Check:
    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or len(value) < least or any(v not in words for v in value):
            raise Refused(
                N_("These are not the words that can stand here."),
                N_("Write some of: %(words)s."),
                words=" ".join(words),
            )
        return tuple(word for word in words if word in value)

    return check


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused(N_("Yes or no is needed here."), N_("Write true or false."))
    return value


def _clock(value: Any) -> int:
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Refused(N_("This is no time of day."), N_("Write hours and minutes such as 09:00."))
    return int(found[1]) * MINUTES_AN_HOUR + int(found[2])


_grade_number = _number(GRADES[0], GRADES[-1], whole=True)
HEAD: Mapping[str, tuple[Check, bool]] = {
    "school": (_words, True),
    "place": (_place, True),
    "week_of": (_date, True),
    "currency": (_currency, True),
}
GRADE: Mapping[str, tuple[Check, bool]] = {
    "grade": (_grade_number, True),
    "pupils": (_number(0, MOST_PUPILS, whole=True), True),
    "teachers": (_number(0, MOST_PUPILS, whole=True), True),
    "teachers_on_camera": (_number(0, MOST_PUPILS, whole=True), False),
}
ACTIVITY: Mapping[str, tuple[Check, bool]] = {
    "grade": (_grade_number, True),
    "subject": (_words, True),
    "kind": (_one_of(KINDS), True),
    "days": (_some_of(DAYS, least=1), True),
    "start": (_clock, False),
    "minutes": (_number(1, MOST_MINUTES, whole=True), True),
    "devices": (_some_of(DEVICES, least=0), False),
    "required": (_yes_no, False),
    "kbps": (_number(0, MOST_KBPS, whole=False), False),
    "pages": (_number(0, MOST_PAGES, whole=True), False),
    "colour": (_yes_no, False),
    "homework_minutes": (_number(0, MOST_MINUTES, whole=True), False),
    "adult_minutes": (_number(0, MOST_MINUTES, whole=True), False),
    "check_in": (_yes_no, False),
    "upload": (_one_of(UPLOADS), False),
    "upload_mb": (_number(0, MOST_MB, whole=False), False),
    "buy": (_number(0, MOST_MONEY, whole=False), False),
    "source": (_one_of(SOURCES), False),
    "area": (_one_of(AREAS), False),
}


def _rows(data: Mapping[str, Any], table: str, problems: list[Problem]) -> list[Any]:
    rows = data.get(table)
    if not isinstance(rows, list) or not rows:
        problems.append(Problem(table, "", N_("There is none."), N_("Add at least one.")))
        return []
    if len(rows) > MOST_ACTIVITIES:
        remedy = N_("At most %(most)s can be read.")
        problems.append(Problem(table, str(len(rows)), N_("There are too many."), remedy, {"most": MOST_ACTIVITIES}))
        return []
    return rows


def _row(
    row: Any,
    keys: Mapping[str, tuple[Check, bool]],
    table: str,
    n: int,
    locate: Locator,
    problems: list[Problem],
) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        problems.append(
            Problem(
                locate(table, n, ""),
                repr(row)[:LONGEST_NAME],
                N_("This is no table."),
                N_("See the example."),
            )
        )
        return {}
    return _read(row, keys, table, n, locate, problems)


def _read(
    said: Mapping[str, Any],
    keys: Mapping[str, tuple[Check, bool]],
    table: str,
    n: int | None,
    locate: Locator,
    problems: list[Problem],
    beside: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The values of one table that pass their checks; problems for the others."""
    for key in said:
        if key not in keys and key not in beside:
            where = locate(table, n, str(key)[:LONGEST_NAME])
            problems.append(Problem(where, _shown(said[key]), N_("Nobody knows this key."), N_("Check its spelling.")))
    read = {}
    for key, (check, must) in keys.items():
        if said.get(key) is None:
            if must:
                problems.append(Problem(locate(table, n, key), "", N_("This is missing."), N_("Fill it in.")))
            continue
        try:
            read[key] = check(said[key])
        except Refused as no:
            problems.append(Problem(locate(table, n, key), _shown(said[key]), no.message, no.remedy, no.values))
    return read


def _shown(value: Any) -> str:
    return str(value)[:LONGEST_NAME]


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
            message = N_("More teachers on camera than there are teachers (%(teachers)s).")
            problems.append(
                Problem(where, str(on_camera), message, N_("Correct one of the two."), {"teachers": teachers})
            )
    return problems


def _activity_problems(
    grades: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]], locate: Locator
) -> list[Problem]:
    problems = []
    known = {grade.get("grade") for grade in grades}
    for n, task in enumerate(tasks):
        if task.get("grade") is not None and task["grade"] not in known:
            where = locate("activity", n, "grade")
            problems.append(
                Problem(where, str(task["grade"]), N_("The plan has no such grade."), N_("Add it to the grades."))
            )
        problems += _kind_problems(n, task, locate)
    return problems + _clashes(tasks, locate)


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
        (n, t)
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
        for (_, one), (m, other) in combinations(fixed, 2)
        if one["grade"] == other["grade"]
        and set(one["days"]) & set(other["days"])
        and one["start"] < other["start"] + other["minutes"]
        and other["start"] < one["start"] + one["minutes"]
    ]
