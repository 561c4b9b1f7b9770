"""Whose plan it is: a school's own, in its own district, where the norms are that it must keep."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from estimator.field_checks import Locator, in_data
from estimator.norms import covers
from estimator.plan import N_, Plan, Problem


def foreign_problems(plan: Plan, school: str, place: str, locate: Locator = in_data) -> tuple[Problem, ...]:
    """Why a plan cannot be this school's: it bears another's name, or lies outside the district's place."""
    return tuple(_foreign(plan, school, place, locate))


def _foreign(plan: Plan, school: str, place: str, locate: Locator) -> Iterator[Problem]:
    if _plain(plan.school) != _plain(school):
        remedy = N_("This desk is of «%(school)s»: upload its own plan, or write its name here.")
        where = locate("school", None, "school")
        yield Problem(where, plan.school, N_("This is the plan of another school."), remedy, {"school": school})
    if not covers(place, plan.place):
        # Elsewhere milder norms may hold.
        remedy = N_("Write %(place)s, or the code of a place within it.")
        where = locate("school", None, "place")
        yield Problem(where, plan.place, N_("This place is not in the district."), remedy, {"place": place})


def _plain(name: str) -> str:
    """A name as it is compared: full-width brackets and doubled spaces tell no schools apart."""
    return " ".join(unicodedata.normalize("NFKC", name).split())
