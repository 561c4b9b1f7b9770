"""The one door: a plan, its families and the norms in, an assessment out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator import (
    adult_time,
    budget,
    burden,
    data_use,
    devices,
    homework,
    printing,
    reach,
    screen_time,
    staff_load,
    tasks,
    uncertainty,
)
from estimator.assessment import Assessment, Flag, GradeBurden, Measure, SchoolBurden
from estimator.families import NOBODY, Families
from estimator.grade_week import GradeWeek, Reading, share_of_families
from estimator.norms import BY_SCREEN, DIMENSIONS, Norms
from estimator.plan import Activity, Grade, Plan

MEASURES: Mapping[str, Callable[[GradeWeek], Reading]] = {
    "screen_minutes": screen_time.screen_minutes,
    BY_SCREEN: screen_time.screen_dose,
    "longest_run_minutes": screen_time.longest_run_minutes,
    "lesson_minutes": screen_time.lesson_minutes,
    "homework_minutes": homework.homework_minutes,
    "pages_week": printing.pages_week,
    "forced_printing": printing.forced_printing,
    "print_cost_month": printing.print_cost_month,
    "data_gb_month": data_use.data_gb_month,
    "data_cost_month": data_use.data_cost_month,
    "families_over_budget": budget.families_over_budget,
    "families_short_of_device": devices.families_short_of_device,
    "families_out_of_reach": reach.families_out_of_reach,
    "adult_minutes": adult_time.adult_minutes,
    "check_ins": tasks.check_ins,
    "uploads": tasks.uploads,
    "teachers_on_camera": staff_load.teachers_on_camera,
}


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A share of families that depends on what they have and pay, which is known only roughly."""

    share: Callable[[GradeWeek], Callable[[Families], Any]]  # reads a week once, for any families
    causes: Callable[[GradeWeek], tuple[int, ...]]


UNCERTAIN: Mapping[str, Uncertain] = {
    "families_over_budget": Uncertain(budget.over_budget, budget.to_pay),
    "families_short_of_device": Uncertain(devices.short_of_device, devices.timed),
    "families_out_of_reach": Uncertain(reach.out_of_reach, reach.to_receive),
}
# Those that the lessons alone make, whoever learns and teaches.
OF_LESSONS = (
    "screen_minutes",
    BY_SCREEN,
    "longest_run_minutes",
    "lesson_minutes",
    "homework_minutes",
    "pages_week",
    "forced_printing",
    "data_gb_month",
    "adult_minutes",
    "check_ins",
    "uploads",
)


def assess(
    plan: Plan, families: Families, norms: Norms, *, day: date | None = None, place: str | None = None
) -> Assessment:
    """What the plan asks of each grade's families, held against the norms of `place` on `day` (else the plan's own).

    Raises NormProblems when a price or figure that the plan needs is not known there.
    """
    where, when = place or plan.place, day or plan.week_of
    known = _of_lessons(plan.activities, tuple(grade.grade for grade in plan.grades), plan.currency, norms, where, when)
    might_be = uncertainty.draws(families, norms, where, when)
    weeks = [GradeWeek(plan, grade, families, norms, where, when) for grade in plan.grades]
    # At first with the families assumed, then with each of those that might be.
    shares = [{name: of.share(week)(might_be) for name, of in UNCERTAIN.items()} for week in weeks]
    measures = [_measured(week, known[week.grade.grade], of) for week, of in zip(weeks, shares, strict=True)]
    drawn = [{name: values[1:] for name, values in of.items()} for of in shares]
    burdens = map(_grade_burden, weeks, measures, drawn, _ranges(norms, measures, drawn))
    grades = {of_grade.grade: of_grade for of_grade in burdens}
    return Assessment(where, when, families.name, _school_burden(grades), grades)


def measured(week: GradeWeek) -> dict[str, Measure]:
    """Every measure of one grade beside the norm that limits it; screen by screen only where a norm does so."""
    return {name: _measure(week, name, MEASURES[name](week)) for name in _there(week)}


def _there(week: GradeWeek) -> list[str]:
    return [name for name in MEASURES if name != BY_SCREEN or week.minutes_by_screen]


@lru_cache(maxsize=64)  # the schools of a district often follow one timetable
def _of_lessons(
    activities: tuple[Activity, ...], grades: tuple[int, ...], currency: str, norms: Norms, place: str, day: date
) -> Mapping[int, Mapping[str, Measure]]:
    """Grade → what its lessons make, of OF_LESSONS."""
    plan = Plan("", place, day, currency, tuple(Grade(grade, 0, 0) for grade in grades), activities)
    weeks = [GradeWeek(plan, grade, NOBODY, norms, place, day) for grade in plan.grades]
    return {
        week.grade.grade: {
            name: _measure(week, name, MEASURES[name](week)) for name in _there(week) if name in OF_LESSONS
        }
        for week in weeks
    }


def _measured(
    week: GradeWeek, known: Mapping[str, Measure], shares: Mapping[str, NDArray[np.float64]]
) -> dict[str, Measure]:
    """What `measured` finds, of what is found already."""

    def reading(name: str) -> Reading:
        if name in shares:
            return share_of_families(float(shares[name][0]), week, UNCERTAIN[name].causes)
        return MEASURES[name](week)

    return {name: known[name] if name in known else _measure(week, name, reading(name)) for name in _there(week)}


def _grade_burden(
    week: GradeWeek,
    measures: Mapping[str, Measure],
    drawn: Mapping[str, NDArray[np.float64]],
    score_range: tuple[float, float],
) -> GradeBurden:
    checked = [m for m in measures.values() if m.dose is not None]
    flags = tuple(_flag(week, m) for m in checked if m.dose is not None and burden.is_over(m.dose))
    doses = dimension_doses(week.norms, measures)
    of_dose = burden.combined_dose(doses)
    score = burden.score(of_dose)
    return GradeBurden(
        grade=week.grade.grade,
        pupils=week.grade.pupils,
        score=score,
        dose=of_dose,
        low=min(score_range[0], score),
        high=max(score_range[1], score),
        measures=measures,
        parts=burden.parts(doses),
        flags=flags,
        norms_broken=len(flags),
        norms_checked=len(checked),
        drawn={name: tuple(values.tolist()) for name, values in drawn.items()},
    )


def _measure(week: GradeWeek, name: str, reading: Reading) -> Measure:
    norm = week.norms.measures[name]
    said = week.norms.ruling(name, week.place, week.grade.grade, week.day).applies
    unit = norm.unit.replace("currency", week.plan.currency)
    if said is None:
        return Measure(name, reading.value, unit, days=reading.days, activities=reading.activities)
    return Measure(
        name=name,
        value=reading.value,
        unit=unit,
        limit=said.value,
        dose=burden.dose(reading.value, said.value, norm.zero_step),
        norm=said.id,
        house_rule=said.house_rule,
        days=reading.days,
        activities=reading.activities,
    )


def dimension_doses(norms: Norms, measures: Mapping[str, Measure]) -> dict[str, float]:
    """The largest dose of each dimension that some norm limits."""
    largest: dict[str, float] = {}
    for measure in measures.values():
        if measure.dose is not None:
            dimension = norms.measures[measure.name].dimension
            largest[dimension] = max(measure.dose, largest.get(dimension, 0.0))
    return largest


def _flag(week: GradeWeek, measure: Measure) -> Flag:
    assert measure.norm is not None
    assert measure.limit is not None
    said = week.norms.statement(measure.norm)
    return Flag(
        norm=said.id,
        measure=measure.name,
        value=measure.value,
        limit=measure.limit,
        unit=measure.unit,
        source=said.source,
        house_rule=said.house_rule,
        clause=said.clause,
        days=measure.days,
        activities=measure.activities,
    )


def _ranges(
    norms: Norms, measures: Sequence[Mapping[str, Measure]], drawn: Sequence[Mapping[str, NDArray[np.float64]]]
) -> list[tuple[float, float]]:
    """Of each grade, the score when families are not quite as assumed: nine draws in ten lie between."""
    doses = np.zeros((len(DIMENSIONS), len(measures), uncertainty.DRAWS))
    for place, of_grade in enumerate(measures):
        certain = dimension_doses(norms, {name: m for name, m in of_grade.items() if name not in UNCERTAIN})
        for dimension, dose in certain.items():
            doses[DIMENSIONS.index(dimension), place] = dose
        for name, values in drawn[place].items():
            limit, norm = of_grade[name].limit, norms.measures[name]
            if limit is not None:
                there = doses[DIMENSIONS.index(norm.dimension), place]
                np.maximum(burden.dose(values, limit, norm.zero_step), there, out=there)  # type: ignore[arg-type]
    scores = np.sort(burden.scores(burden.combined_doses(doses)))
    low, high = (round(share * (uncertainty.DRAWS - 1)) for share in uncertainty.RANGE)
    return list(zip(scores[:, low].tolist(), scores[:, high].tolist(), strict=True))


def _school_burden(grades: Mapping[int, GradeBurden]) -> SchoolBurden:
    worst = grades[burden.heaviest({grade: grades[grade].score for grade in sorted(grades)})]
    pupils = sum(g.pupils for g in grades.values())
    over = sum(g.pupils for g in grades.values() if burden.is_over(g.dose))
    return SchoolBurden(
        score=worst.score,
        dose=worst.dose,
        grade=worst.grade,
        norms_broken=worst.norms_broken,
        norms_checked=worst.norms_checked,
        pupils=pupils,
        share_over=over / pupils if pupils else 0.0,
    )
