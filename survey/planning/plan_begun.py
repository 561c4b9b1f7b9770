"""A plan begun for a school: what its desk knows already, so that only the lessons are missing."""

from __future__ import annotations

from datetime import date, timedelta

from babel.numbers import get_territory_currencies

from estimator.field_checks import Locator
from estimator.plan import N_, Grade, Plan, Problem
from survey.staff.store import School

DAYS_A_WEEK = 7


def plan_begun(school: School, today: date) -> Plan:
    """The school's name, place and grades, for the week that begins next Monday; it has no lesson yet."""
    place = school.bureau.place
    return Plan(
        school=school.name,
        place=place,
        week_of=coming_monday(today),
        currency=currency_of(place),
        grades=tuple(Grade(row.grade, row.pupils, row.teachers) for row in school.enrolment),
        activities=(),
    )


def coming_monday(today: date) -> date:
    """The Monday after this day."""
    return today + timedelta(days=DAYS_A_WEEK - today.weekday())


def week_problems(plan: Plan, locate: Locator) -> tuple[Problem, ...]:
    """What is wrong with the day that the week of a plan begins on: a school's week begins on a Monday."""
    if not plan.week_of.weekday():
        return ()
    monday = plan.week_of - timedelta(days=plan.week_of.weekday())
    where, found = locate("school", None, "week_of"), plan.week_of.isoformat()
    remedy = N_("Write the Monday of that week: %(day)s.")
    return (Problem(where, found, N_("This is no Monday."), remedy, {"day": monday.isoformat()}),)


def currency_of(place: str) -> str:
    """What is paid with in a place; empty where nobody knows, or several currencies circulate."""
    country = place.partition("-")[0]
    known = get_territory_currencies(country)
    return known[0] if len(known) == 1 else ""
