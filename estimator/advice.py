"""The smallest change of a plan that clears its flags, confirmed by `assess()`.

The programme of `advice_model` holds every norm that is a sum. What it proposes is measured exactly; where families
are short of a device or out of reach after all, the combination that does it is forbidden and the programme solved
again. Every such row forbids only plans that break the norm, so what remains is the cheapest of those that keep it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from estimator import advice_model, burden, change_costs
from estimator.advice_cuts import forbid_breaches
from estimator.advice_model import AdviceModel, Choice
from estimator.assess import assess
from estimator.assessment import Assessment, Flag, Measure
from estimator.change_costs import ChangeCosts
from estimator.families import Families
from estimator.grade_week import GradeWeek
from estimator.integer_programme import NoSolution
from estimator.norms import Norms
from estimator.plan import Plan
from estimator.variants import Variant

MOST_ROUNDS = 200
SEARCH_SECONDS = 20.0  # of the whole search: somebody waits before a page
HAIR = 1e-9
ON_CAMERA = "teachers_on_camera"
# What depends on other grades' lessons: siblings share devices.
SHARED_BETWEEN_GRADES = "families_short_of_device"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to change. Without an activity it is the grade's own: its teachers on camera."""

    grade: int
    activity: int | None  # place in Plan.activities
    aspect: str  # delivery | start | printing | homework | adult | check_in | upload | buy | staff
    before: Mapping[str, Any]  # field → value
    after: Mapping[str, Any]
    cost: int

    @property
    def is_lesson(self) -> bool:
        """Whether it changes an activity, not who teaches."""
        return self.activity is not None


@dataclass(frozen=True, slots=True)
class Advice:
    """A plan with fewer flags, what to change for it, and both assessments."""

    plan: Plan
    changes: tuple[Change, ...]
    before: Assessment
    after: Assessment
    is_proven: bool = True  # that no smaller change does as much; False: the time did not suffice to tell

    @property
    def cost(self) -> int:
        """The weights of all changes."""
        return sum(change.cost for change in self.changes)

    @property
    def cleared(self) -> tuple[tuple[int, Flag], ...]:
        """Grade and flag of every norm that was broken and is kept now."""
        still = {(grade, flag.measure) for grade, flag in self.remaining}
        return tuple(pair for pair in _flags(self.before) if (pair[0], pair[1].measure) not in still)

    @property
    def remaining(self) -> tuple[tuple[int, Flag], ...]:
        """Grade and flag of what no change listed in change_costs.toml clears, or none was found in time to clear."""
        return _flags(self.after)

    @property
    def lessons(self) -> tuple[int, ...]:
        """The places in Plan.activities of what is changed, each once."""
        return tuple(dict.fromkeys(change.activity for change in self.changes if change.activity is not None))

    @property
    def lessons_a_week(self) -> int:
        """How many lessons of the week are changed: a lesson of five days is five."""
        return sum(len(self.plan.activities[index].days) for index in self.lessons)

    @property
    def teachers(self) -> int:
        """How many teachers need no longer stream or record."""
        return sum(
            change.before[ON_CAMERA] - change.after[ON_CAMERA] for change in self.changes if not change.is_lesson
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: the plan, what was chosen for it, whether nothing smaller does as much."""

    plan: Plan
    chosen: Mapping[Choice, Variant]
    is_proven: bool


def advise(
    plan: Plan,
    families: Families,
    norms: Norms,
    *,
    day: date | None = None,
    place: str | None = None,
    costs: ChangeCosts | None = None,
    seconds: float = SEARCH_SECONDS,
) -> Advice:
    """The smallest change that clears the plan's flags, or the best found in so many seconds; without flags none.

    Raises NormProblems as `assess` does.
    """
    before = assess(plan, families, norms, day=day, place=place)
    if not _flags(before):
        return Advice(plan, (), before, before)
    weighed = costs or change_costs.load()
    eased, staff_changes = _fewer_on_camera(plan, before, weighed)
    found = _search(eased, _weeks(eased, families, norms, before), before, weighed, seconds)
    after = assess(found.plan, families, norms, day=day, place=place)
    return Advice(found.plan, (*staff_changes, *_changes(plan, found.chosen)), before, after, found.is_proven)


def _search(
    plan: Plan, weeks: Mapping[int, GradeWeek], before: Assessment, costs: ChangeCosts, seconds: float
) -> Found:
    """Solve, measure exactly, forbid what breaks a norm after all; until nothing does, or time is up.

    What is found when time is up may break a norm that is no sum; the assessment afterwards says so.
    """
    end = time.monotonic() + seconds
    limits = {
        (number, m.name): m.limit
        for number, grade in before.grades.items()
        for m in grade.measures.values()
        if m.limit is not None
    }
    model = AdviceModel(plan, weeks, limits, _free_grades(before), costs)
    found = Found(plan, {}, is_proven=False)
    for _ in range(MOST_ROUNDS):
        try:
            chosen = model.solve(max(0.0, end - time.monotonic()))
        except NoSolution:
            break
        candidate = advice_model.changed(plan, chosen)
        found = Found(candidate, chosen, is_proven=False)
        now = {number: replace(week, plan=candidate) for number, week in weeks.items()}
        if not forbid_breaches(model, chosen, now):
            return replace(found, is_proven=model.is_proven)
    return found


def _free_grades(before: Assessment) -> frozenset[int]:
    """The grades that may change: those with a flag; all of them where siblings of several grades share devices."""
    flags = _flags(before)
    if any(flag.measure == SHARED_BETWEEN_GRADES for _, flag in flags):
        return frozenset(before.grades)
    return frozenset(grade for grade, _ in flags)


def _weeks(plan: Plan, families: Families, norms: Norms, before: Assessment) -> dict[int, GradeWeek]:
    return {g.grade: GradeWeek(plan, g, families, norms, before.place, before.date) for g in plan.grades}


def _fewer_on_camera(plan: Plan, before: Assessment, costs: ChangeCosts) -> tuple[Plan, tuple[Change, ...]]:
    """As many teachers on camera as the norm allows; nothing else depends on them."""
    grades, changes = [], []
    for grade in plan.grades:
        measure: Measure = before.grades[grade.grade].measures[ON_CAMERA]
        if measure.dose is not None and burden.is_over(measure.dose) and measure.limit is not None:
            allowed = math.floor(measure.limit * grade.teachers + HAIR)
            fewer = grade.teachers_on_camera - allowed
            changes.append(
                Change(
                    grade.grade,
                    None,
                    "staff",
                    {ON_CAMERA: grade.teachers_on_camera},
                    {ON_CAMERA: allowed},
                    fewer * costs.off_camera_each,
                )
            )
            grades.append(replace(grade, teachers_on_camera=allowed))
        else:
            grades.append(grade)
    return replace(plan, grades=tuple(grades)), tuple(changes)


def _changes(plan: Plan, chosen: Mapping[Choice, Variant]) -> list[Change]:
    """What was chosen, in the plan's order, in its own fields."""
    changes = []
    for (index, aspect), variant in sorted(chosen.items(), key=lambda item: item[0][0]):
        if variant.fields:
            activity = plan.activities[index]
            before = {name: getattr(activity, name) for name in variant.fields}
            kept = {name for name, value in variant.fields.items() if before[name] == value}
            after = {name: value for name, value in variant.fields.items() if name not in kept}
            before = {name: value for name, value in before.items() if name not in kept}
            changes.append(Change(activity.grade, index, aspect, before, after, variant.cost))
    return changes


def _flags(assessment: Assessment) -> tuple[tuple[int, Flag], ...]:
    return tuple((number, flag) for number, grade in assessment.grades.items() for flag in grade.flags)
