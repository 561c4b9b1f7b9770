"""A plan begun for a school: what its desk knows already, so that only the lessons are missing."""

from __future__ import annotations

from datetime import date, timedelta

from babel.numbers import get_territory_currencies

from estimator.field_checks import Locator
from estimator.plan import N_, Grade, Plan, Problem
from survey import day
from survey.staff.store import School

DAYS_A_WEEK = 7
# Weeks that are taken: schools have taught at a distance by written rules since 2020, and nobody plans further ahead
# than a year. Beyond, the year is a slip of the pen, by which a plan would fall out of nearly all norms. House rules.
FIRST_WEEK = date(2020, 1, 6)
DAYS_AHEAD = 366


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
    """What is wrong with the day that a plan's week begins on: it is a Monday, of a year whose norms can be meant."""
    where, found = locate("school", None, "week_of"), plan.week_of.isoformat()
    last = day.today() + timedelta(days=DAYS_AHEAD)
    if not FIRST_WEEK <= plan.week_of <= last:
        message, remedy = N_("Is this the right year?"), N_("Write a Monday from %(first)s to %(last)s (a house rule).")
        return (Problem(where, found, message, remedy, {"first": FIRST_WEEK.isoformat(), "last": last.isoformat()}),)
    if not plan.week_of.weekday():
        return ()
    monday = plan.week_of - timedelta(days=plan.week_of.weekday())
    remedy = N_("Write the Monday of that week: %(day)s.")
    return (Problem(where, found, N_("This is no Monday."), remedy, {"day": monday.isoformat()}),)


def currency_of(place: str) -> str:
    """What is paid with in a place; empty where nobody knows, or several currencies circulate."""
    country = place.partition("-")[0]
    known = get_territory_currencies(country)
    return known[0] if len(known) == 1 else ""
