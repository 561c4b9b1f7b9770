"""The figures of a grade's plan that a clause may rest on besides the estimator's measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from estimator.plan import Activity, Plan

PlanFigure = Callable[[Plan, int], float | None]
SHARED_SOURCES: Final = ("national", "local")


def life_minutes(plan: Plan, grade: int) -> float | None:
    """Minutes a week of life, safety, health and mind."""
    return sum(_minutes(a) for a in _of(plan, grade) if a.area == "life")


def share_without_network(plan: Plan, grade: int) -> float | None:
    """Which part of the required lessons' time can be had on television or away from the screen; None without any."""
    return _share([a for a in _of(plan, grade) if a.required], lambda a: not a.devices or "tv" in a.devices)


def share_of_shared_lessons(plan: Plan, grade: int) -> float | None:
    """Which part of the time is of national or local resources, and not of the school's making; None without any."""
    return _share(_of(plan, grade), lambda a: a.source in SHARED_SOURCES)


def to_buy(plan: Plan, grade: int) -> float | None:
    """What a family must buy for the grade's required lessons, in the plan's currency."""
    return sum(a.buy for a in _of(plan, grade) if a.required)


PLAN_FIGURES: Mapping[str, PlanFigure] = {
    "life_minutes": life_minutes,
    "share_without_network": share_without_network,
    "share_of_shared_lessons": share_of_shared_lessons,
    "to_buy": to_buy,
}


def _of(plan: Plan, grade: int) -> list[Activity]:
    return [activity for _, activity in plan.of_grade(grade)]


def _minutes(activity: Activity) -> int:
    return activity.minutes * len(activity.days)


def _share(activities: list[Activity], counts: Callable[[Activity], bool]) -> float | None:
    whole = sum(_minutes(a) for a in activities)
    return sum(_minutes(a) for a in activities if counts(a)) / whole if whole else None
