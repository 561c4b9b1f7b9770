"""One grade's week as the measures see it: its activities, its families, the figures that hold there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from estimator.families import Families
from estimator.norms import BY_SCREEN, NormProblems, Norms
from estimator.plan import DAYS, N_, Activity, Grade, Plan, Problem

WEEKS_A_MONTH = 52 / 12
Quantity = float | NDArray[np.float64]  # of one grade and its families; or of many, of each


@dataclass(frozen=True, eq=False)
class GradeWeek:
    """What a plan asks of one grade, and of whom; what several measures begin with is kept by the object."""

    plan: Plan
    grade: Grade
    families: Families
    norms: Norms
    place: str
    day: date

    @cached_property
    def activities(self) -> tuple[tuple[int, Activity], ...]:
        """The grade's activities, each with its place in the plan."""
        return self.plan.of_grade(self.grade.grade)

    def on(self, day: str) -> list[tuple[int, Activity]]:
        """Those of one weekday."""
        return [(index, a) for index, a in self.activities if day in a.days]

    @property
    def minutes_by_screen(self) -> Mapping[str, float] | None:
        """Minutes a day for each kind of screen, where the norm that applies here tells them apart."""
        said = self.norms.ruling(BY_SCREEN, self.place, self.grade.grade, self.day).applies
        return said.minutes_by_screen if said else None

    def figure(self, name: str) -> float:
        """A figure that has no currency."""
        return self.norms.figure(name, self.place, self.day).value

    def price(self, name: str) -> float:
        """A price in the plan's currency: the district's own, else the norms'.

        Raises NormProblems when the price known for the place is in another currency.
        """
        own = self.families.prices.get(name)
        if own is not None:
            return own
        figure = self.norms.figure(name, self.place, self.day)
        if not figure.unit.startswith(self.plan.currency):
            raise NormProblems((_other_currency(name, figure.unit, self.plan.currency),))
        return figure.value

    def purchase_month(self, bought: Quantity) -> Quantity:
        """What is bought once, spread over the months for which it is used [currency/month]."""
        return bought / self.figure("purchase_months")


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured quantity: its value, the weekdays on which it is worst, and the activities that make it."""

    value: float
    days: tuple[str, ...] = ()
    activities: tuple[int, ...] = ()


def share_of_families(share: float, week: GradeWeek, causes: Callable[[GradeWeek], tuple[int, ...]]) -> Reading:
    """A share of families, made by these activities where it is any."""
    return Reading(share, (), causes(week) if share else ())


def worst_day(week: GradeWeek, minutes: Callable[[Activity], float]) -> Reading:
    """The most that an activity's minutes add up to on a weekday [min/day]; all the days on which they do."""
    taken = [(index, each, a.days) for index, a in week.activities if (each := minutes(a))]
    on_days = ((day, [(index, each) for index, each, days in taken if day in days]) for day in DAYS)
    return worst_of(
        Reading(sum(each for _, each in those), (day,), tuple(index for index, _ in those))
        for day, those in on_days
        if those
    )


def worst_of(readings: Iterable[Reading]) -> Reading:
    """The largest reading, with the days and activities of all that are as large."""
    listed = list(readings)
    most = max((r.value for r in listed), default=0.0)
    if not most:
        return Reading(0.0)
    # Equal days may add up their shares in another order.
    worst = [r for r in listed if math.isclose(r.value, most, rel_tol=1e-9)]
    days = dict.fromkeys(day for r in worst for day in r.days)
    return Reading(most, tuple(days), tuple(dict.fromkeys(index for r in worst for index in r.activities)))


def times_a_week(chosen: Iterable[tuple[int, Activity]], each: Callable[[Activity], float] = lambda _: 1) -> Reading:
    """What activities add up to over their days."""
    listed = list(chosen)
    return Reading(sum(each(a) * len(a.days) for _, a in listed), (), tuple(index for index, _ in listed))


def _other_currency(name: str, unit: str, currency: str) -> Problem:
    values: Mapping[str, str] = {"unit": unit, "currency": currency}
    return Problem(
        where=f"[{name}]",
        found=unit,
        message=N_("The price is in %(unit)s, the plan in %(currency)s."),
        remedy=N_("Give the district's own price in a families file."),
        values=values,
    )
