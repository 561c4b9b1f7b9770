"""The one door: a plan, its families and the norms in, an assessment out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
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
from estimator.families import Families
from estimator.grade_week import GradeWeek, Reading
from estimator.norms import BY_SCREEN, Norms
from estimator.plan import Plan

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
# Those that depend on what families have and pay, known only roughly: each reads a week once, for any families.
UNCERTAIN: Mapping[str, Callable[[GradeWeek], Callable[[Families], Any]]] = {
    "families_over_budget": budget.over_budget,
    "families_short_of_device": devices.short_of_device,
    "families_out_of_reach": reach.out_of_reach,
}


def assess(
    plan: Plan, families: Families, norms: Norms, *, day: date | None = None, place: str | None = None
) -> Assessment:
    """What the plan asks of each grade's families, held against the norms of `place` on `day` (else the plan's own).

    Raises NormProblems when a price or figure that the plan needs is not known there.
    """
    where, when = place or plan.place, day or plan.week_of
    might_be = uncertainty.draws(families, norms, where, when)
    grades = {}
    for grade in plan.grades:
        week = GradeWeek(plan, grade, families, norms, where, when)
        grades[grade.grade] = _grade_burden(week, might_be)
    return Assessment(where, when, families.name, _school_burden(grades), grades)


def measured(week: GradeWeek) -> dict[str, Measure]:
    """Every measure of one grade beside the norm that limits it; screen by screen only where a norm does so."""
    return {name: _measure(week, name) for name in MEASURES if name != BY_SCREEN or week.minutes_by_screen}


def _grade_burden(week: GradeWeek, might_be: Families) -> GradeBurden:
    measures = measured(week)
    drawn = {name: np.broadcast_to(read(week)(might_be), uncertainty.DRAWS) for name, read in UNCERTAIN.items()}
    flags = tuple(_flag(week, m) for m in measures.values() if m.dose is not None and burden.is_over(m.dose))
    checked = [m for m in measures.values() if m.dose is not None]
    doses = dimension_doses(week.norms, measures)
    low, high = _range(week, measures, drawn)
    of_dose = burden.combined_dose(doses)
    return GradeBurden(
        grade=week.grade.grade,
        pupils=week.grade.pupils,
        score=burden.score(of_dose),
        dose=of_dose,
        low=min(low, burden.score(of_dose)),
        high=max(high, burden.score(of_dose)),
        measures=measures,
        parts=burden.parts(doses),
        flags=flags,
        norms_broken=len(flags),
        norms_checked=len(checked),
        drawn={name: tuple(values.tolist()) for name, values in drawn.items()},
    )


def _measure(week: GradeWeek, name: str) -> Measure:
    reading, norm = MEASURES[name](week), week.norms.measures[name]
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


def _range(
    week: GradeWeek, measures: Mapping[str, Measure], drawn: Mapping[str, NDArray[np.float64]]
) -> tuple[float, float]:
    """The score when families are not quite as assumed: nine draws in ten lie between."""
    certain = dimension_doses(week.norms, {name: m for name, m in measures.items() if name not in UNCERTAIN})
    doses: dict[str, Any] = {dimension: np.full(uncertainty.DRAWS, dose) for dimension, dose in certain.items()}
    for name, values in drawn.items():
        limit, norm = measures[name].limit, week.norms.measures[name]
        if limit is not None:
            with_these: Any = burden.dose(values, limit, norm.zero_step)  # type: ignore[arg-type]
            doses[norm.dimension] = np.maximum(with_these, doses.get(norm.dimension, 0.0))
    rows = np.array(list(doses.values())).reshape(-1, uncertainty.DRAWS)
    scores = np.sort(burden.scores(burden.combined_doses(rows)))
    low, high = (round(share * (len(scores) - 1)) for share in uncertainty.RANGE)
    return float(scores[low]), float(scores[high])


def _school_burden(grades: Mapping[int, GradeBurden]) -> SchoolBurden:
    worst = max(grades.values(), key=lambda g: (g.score, -g.grade))
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
