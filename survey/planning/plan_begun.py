"""A plan begun for a school: what its desk knows already, so that only the lessons are missing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from babel.numbers import get_territory_currencies

from survey.staff.store import School

DAYS_A_WEEK = 7


def plan_begun(school: School, today: date) -> dict[str, Any]:
    """The school's name, place and grades as `plan_as_dict` would give them, for the week that begins next Monday."""
    place = school.bureau.place
    return {
        "school": school.name,
        "place": place,
        "week_of": coming_monday(today).isoformat(),
        "currency": currency_of(place),
        "grade": [{"grade": row.grade, "pupils": row.pupils, "teachers": row.teachers} for row in school.enrolment],
    }


def coming_monday(today: date) -> date:
    """The Monday after this day."""
    return today + timedelta(days=DAYS_A_WEEK - today.weekday())


def currency_of(place: str) -> str | None:
    """What is paid with in a place; None where nobody knows, or several currencies circulate."""
    country = place.partition("-")[0]
    known = get_territory_currencies(country)
    return known[0] if len(known) == 1 else None
