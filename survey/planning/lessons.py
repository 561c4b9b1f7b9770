"""Changing a plan lesson by lesson: entered, moved, copied, removed. Every change gives a new plan, or says why not.

A lesson is named by its mark, which is made of what it says: a page that was opened before somebody changed the lesson
names one that is no longer there, and is told so, instead of changing another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from estimator.field_checks import in_data
from estimator.plan import DAYS, Activity, Plan
from estimator.plan_reading import activity_as_dict, plan_as_dict, plan_from_dict

MARK_CHARACTERS = 12


class Gone(LookupError):
    """The lesson is no longer in the plan as it was."""


class NothingThere(LookupError):
    """A day or a week without a lesson: a copy of it would only take away what stands elsewhere."""


def mark(lesson: Activity) -> str:
    """What names a lesson in an address."""
    said = json.dumps(activity_as_dict(lesson), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:MARK_CHARACTERS]


def find(plan: Plan, marked: str) -> Activity:
    """The lesson with this mark. Raises Gone."""
    found = next((lesson for lesson in plan.activities if mark(lesson) == marked), None)
    if found is None:
        raise Gone(marked)
    return found


def entered(
    plan: Plan, data: Mapping[str, Any], grades: Collection[int], instead_of: Activity | None = None, only: str = ""
) -> Plan:
    """The plan with a lesson in each of these grades, in the place of another lesson, or of that one on a day `only`.

    `data` has an activity's keys, all but grade. Raises PlanProblems; what is wrong with the lesson itself is located
    by its key alone.
    """
    others = _without(plan, instead_of, only)
    first = plan.activities.index(instead_of) + bool(only) if instead_of else len(others)
    for place, grade in enumerate(sorted(grades), start=first):
        lesson = _read(replace(plan, activities=tuple(others)), {**data, "grade": grade})
        others = _joined(others, lesson) or [*others[:place], lesson, *others[place:]]
    return replace(plan, activities=tuple(others))


def removed(plan: Plan, lesson: Activity, only: str = "") -> Plan:
    """The plan without a lesson, or without it on a day `only`."""
    return replace(plan, activities=tuple(_without(plan, lesson, only)))


def moved(plan: Plan, lesson: Activity, day: str, to_day: str, start_minute: int | None) -> Plan:
    """The plan with what a lesson is on one day at another time, or on another day. Raises PlanProblems."""
    data = activity_as_dict(replace(lesson, days=(to_day,), start_minute=start_minute))
    return entered(plan, data, [lesson.grade], instead_of=lesson, only=day)


def day_copied(plan: Plan, grade: int, day: str, to_days: Collection[str]) -> Plan:
    """The plan with a grade's day on other days too, instead of what was there. Raises NothingThere."""
    if not any(lesson.grade == grade and day in lesson.days for lesson in plan.activities):
        raise NothingThere
    lessons: list[Activity] = []
    for lesson in plan.activities:
        if lesson.grade == grade:
            days = set(lesson.days) - set(to_days) | (set(to_days) if day in lesson.days else set())
            if days:
                lessons.append(replace(lesson, days=_in_order(days)))
        else:
            lessons.append(lesson)
    return replace(plan, activities=tuple(lessons))


def week_copied(plan: Plan, grade: int, to_grades: Collection[int]) -> Plan:
    """The plan with a grade's week in other grades too, instead of what was there. Raises NothingThere."""
    kept = [lesson for lesson in plan.activities if lesson.grade not in set(to_grades) - {grade}]
    week = [lesson for lesson in plan.activities if lesson.grade == grade]
    if not week:
        raise NothingThere
    copies = [replace(lesson, grade=other) for other in sorted(set(to_grades) - {grade}) for lesson in week]
    return replace(plan, activities=(*kept, *copies))


def _without(plan: Plan, lesson: Activity | None, only: str) -> list[Activity]:
    others = list(plan.activities)
    if lesson is not None:
        place = others.index(lesson)
        rest = _in_order(set(lesson.days) - {only}) if only else ()
        others[place : place + 1] = [replace(lesson, days=rest)] if rest else []
    return others


def _read(others: Plan, said: Mapping[str, Any]) -> Activity:
    """The lesson as the strict reader takes it beside the others; it stands last, so that problems are told of it."""
    data = plan_as_dict(others)
    last = len(data["activity"])

    def locate(table: str, row: int | None, key: str) -> str:
        return key if (table, row) == ("activity", last) else in_data(table, row, key)

    return plan_from_dict({**data, "activity": [*data["activity"], said]}, locate).activities[-1]


def _joined(others: Sequence[Activity], lesson: Activity) -> list[Activity] | None:
    """The others, one of them on this lesson's days too where it is the same but for the days; None where none is."""
    for place, other in enumerate(others):
        is_same = replace(other, days=lesson.days) == lesson
        if is_same and (other == lesson or not set(other.days) & set(lesson.days)):
            return [*others[:place], replace(other, days=_in_order({*other.days, *lesson.days})), *others[place + 1 :]]
    return None


def _in_order(days: Collection[str]) -> tuple[str, ...]:
    return tuple(day for day in DAYS if day in days)
