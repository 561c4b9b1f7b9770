"""A plan begun for a school: what its desk knows already, so that only the lessons are missing."""

from __future__ import annotations

from datetime import date, timedelta

from babel.numbers import get_territory_currencies

from estimator.plan import Grade, Plan
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


def currency_of(place: str) -> str:
    """What is paid with in a place; empty where nobody knows, or several currencies circulate."""
    country = place.partition("-")[0]
    known = get_territory_currencies(country)
    return known[0] if len(known) == 1 else ""
