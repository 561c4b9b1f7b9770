"""Lessons of one grade that stand at one time where that is possible: what is recorded can be watched later.

Two of which each has its own hour, on television or live, are refused when a plan is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from estimator.plan import Activity, Plan, Slot


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lessons, and the days on which they stand at one time."""

    days: tuple[str, ...]
    one: Activity
    other: Activity


def overlaps(plan: Plan) -> Mapping[int, Sequence[Overlap]]:
    """Grade → what stands at one time there; grades without any are left out."""
    found = {grade.grade: _of([lesson for _, lesson in plan.of_grade(grade.grade)]) for grade in plan.grades}
    return {grade: pairs for grade, pairs in found.items() if pairs}


def _of(lessons: Sequence[Activity]) -> list[Overlap]:
    timed = [
        (lesson, Slot(lesson.days, lesson.start_minute, lesson.minutes))
        for lesson in lessons
        if lesson.start_minute is not None
    ]
    return [
        Overlap(days, one, other)
        for (one, slot), (other, other_slot) in combinations(timed, 2)
        if (days := slot.days_shared(other_slot))
    ]
