"""What a proposed plan breaks that is no sum, exactly measured, and the rows that forbid it.

A row may only forbid plans that break the norm too. Shares of families short of a device never fall when a lesson is
added, lasts longer or suits fewer devices; so a combination that is too much stays too much with whatever is at least
as demanding. It is made as small as it can be first: the fewer lessons it names, the more the row forbids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from estimator import burden
from estimator.advice_model import AdviceModel, Choice, Demanding, combined
from estimator.assess import measured
from estimator.devices import families_short_of_device
from estimator.grade_week import GradeWeek
from estimator.plan import DAYS, TIMED_KINDS, Activity, Plan
from estimator.reach import share_out_of_reach, way_of
from estimator.variants import KEPT, Variant

Moment = tuple[str, int]  # weekday, minute
Chosen = Mapping[Choice, Variant]
T = TypeVar("T")


def forbid_breaches(model: AdviceModel, chosen: Chosen, weeks: Mapping[int, GradeWeek]) -> bool:
    """Forbid what is broken and not given up; whether anything was.

    Of each measure, the grade that breaks it most: what helps it often helps its siblings' grades.
    """
    worst: dict[str, tuple[float, int]] = {}
    for number, week in weeks.items():
        for measure in measured(week).values():
            over = measure.dose is not None and burden.is_over(measure.dose)
            if over and measure.name not in SETTLED and not model.is_given_up(number, measure.name):
                worst[measure.name] = max(worst.get(measure.name, (0.0, 0)), (measure.dose or 0.0, number))
    for name, (_, number) in worst.items():
        FORBID.get(name, _forbid_choice)(model, chosen, weeks[number], model.limits[(number, name)])
    return bool(worst)


def _forbid_choice(model: AdviceModel, chosen: Chosen, _week: GradeWeek, _limit: float) -> None:
    """Nothing better is known of this norm than that it is broken by just this choice."""
    model.forbid_exactly(chosen)


def _forbid_ways(model: AdviceModel, _chosen: Chosen, week: GradeWeek, limit: float) -> None:
    ways = list(dict.fromkeys(way_of(a) for _, a in week.activities if a.required and a.on_screen))
    guilty = _smallest(ways, lambda some: share_out_of_reach(some, week.families), limit)
    model.forbid_ways(week.grade.grade, "families_out_of_reach", guilty)


def _forbid_lessons(model: AdviceModel, chosen: Chosen, week: GradeWeek, limit: float) -> None:
    """Forbid the lessons of each moment at which too many families are short; else those of the whole week."""
    number, plan = week.grade.grade, week.plan

    def short(placed: Iterable[int], moment: Moment | None = None) -> float:
        return families_short_of_device(replace(week, plan=_only(plan, placed, moment))).value

    found = False
    for moment, placed in _moments(plan):
        if _too_many(short(placed, moment), limit):
            guilty = _smallest(placed, lambda some, now=moment: short(some, now), limit)  # type: ignore[misc]
            model.forbid_together(
                number, "families_short_of_device", {i: _at_moment(model.plan, chosen, i, moment) for i in guilty}
            )
            found = True
    if not found:
        timed = [i for i, a in enumerate(plan.activities) if _timed(a)]
        guilty = _smallest(timed, short, limit)
        model.forbid_together(
            number, "families_short_of_device", {i: _throughout(model.plan, chosen, i) for i in guilty}
        )


SETTLED = ("teachers_on_camera",)  # before the search
FORBID = {"families_out_of_reach": _forbid_ways, "families_short_of_device": _forbid_lessons}


def _smallest(whole: Sequence[T], share: Callable[[Sequence[T]], float], limit: float) -> list[T]:
    """What is left when everything is taken out without which the limit is still broken."""
    left = list(whole)
    for each in reversed(whole):
        without = [other for other in left if other != each]
        if without and _too_many(share(without), limit):
            left = without
    return left


def _too_many(share: float, limit: float) -> bool:
    return burden.is_over(burden.dose(share, limit, zero_step=1.0))


def _moments(plan: Plan) -> list[tuple[Moment, tuple[int, ...]]]:
    """The beginnings of lessons with the lessons on at that time, each set of lessons once."""
    timed = [(i, a) for i, a in enumerate(plan.activities) if _timed(a)]
    found: dict[tuple[int, ...], Moment] = {}
    for day in DAYS:
        for minute in sorted({a.start_minute or 0 for _, a in timed if day in a.days}):
            found.setdefault(tuple(i for i, a in timed if _is_on(a, (day, minute))), (day, minute))
    return [(moment, placed) for placed, moment in found.items()]


def _only(plan: Plan, placed: Iterable[int], moment: Moment | None) -> Plan:
    """The plan with these lessons alone, at one moment or throughout."""
    lessons = [plan.activities[i] for i in placed]
    if moment is not None:
        day, minute = moment
        lessons = [replace(a, days=(day,), start_minute=minute, minutes=1) for a in lessons]
    return replace(plan, activities=tuple(lessons))


def _at_moment(plan: Plan, chosen: Chosen, index: int, moment: Moment) -> Demanding:
    """A delivery and beginning is as demanding if it is on then, of the same kind, for no more devices."""
    now = _chosen_activity(plan, chosen, index)

    def is_demanding(delivery: Variant, start: Variant) -> bool:
        a = combined(plan.activities[index], delivery, start)
        return _is_on(a, moment) and a.kind == now.kind and set(a.devices) <= set(now.devices)

    return is_demanding, chosen.get((index, "start"), KEPT)


def _throughout(plan: Plan, chosen: Chosen, index: int) -> Demanding:
    """The same for its whole time."""
    now = _chosen_activity(plan, chosen, index)
    begin = now.start_minute or 0

    def is_demanding(delivery: Variant, start: Variant) -> bool:
        a = combined(plan.activities[index], delivery, start)
        covers = a.start_minute is not None and a.start_minute <= begin and _end(a) >= begin + now.minutes
        return _timed(a) and covers and a.kind == now.kind and set(a.devices) <= set(now.devices)

    return is_demanding, chosen.get((index, "start"), KEPT)


def _chosen_activity(plan: Plan, chosen: Chosen, index: int) -> Activity:
    return combined(plan.activities[index], chosen[(index, "delivery")], chosen.get((index, "start"), KEPT))


def _timed(a: Activity) -> bool:
    return a.required and a.kind in TIMED_KINDS and a.start_minute is not None


def _is_on(a: Activity, moment: Moment) -> bool:
    day, minute = moment
    return _timed(a) and day in a.days and (a.start_minute or 0) <= minute < _end(a)


def _end(a: Activity) -> int:
    return (a.start_minute or 0) + a.minutes
