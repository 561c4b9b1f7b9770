"""Flags that several grades share: told once, with the grades, instead of once a grade."""

from __future__ import annotations

from dataclasses import dataclass

from estimator.assessment import Assessment, Flag
from estimator.plan import Plan

DIGITS_SHOWN = 3  # values that read alike on a page are one: 0.111 and 0.1112 of families


@dataclass(frozen=True, slots=True)
class SharedFlag:
    """One norm that these grades break in the same way; `flag` is the first grade's."""

    grades: tuple[int, ...]
    flag: Flag
    subjects: tuple[str, ...]  # of the activities that break it, each once


def shared_flags(assessment: Assessment, plan: Plan) -> list[SharedFlag]:
    """The flags of an assessment; those of equal norm, shown value, weekdays and subjects are told together."""
    together: dict[tuple[object, ...], list[tuple[int, Flag]]] = {}
    for number, grade in assessment.grades.items():
        for flag in grade.flags:
            key = (flag.norm, round(flag.value, DIGITS_SHOWN), flag.days, _subjects(plan, flag))
            together.setdefault(key, []).append((number, flag))
    return [
        SharedFlag(tuple(number for number, _ in members), members[0][1], _subjects(plan, members[0][1]))
        for members in together.values()
    ]


def _subjects(plan: Plan, flag: Flag) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plan.activities[place].subject for place in flag.activities))
