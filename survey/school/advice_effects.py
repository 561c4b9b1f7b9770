"""What advised changes do to each flag: its value now and then, and whether it is cleared."""

from __future__ import annotations

from dataclasses import dataclass

from estimator.advice import Advice
from estimator.assessment import Flag, Measure
from estimator.plan import Plan
from estimator.shared_flags import SharedFlag, shared_flags


@dataclass(frozen=True, slots=True)
class Effect:
    """A flag that several grades share, and what becomes of it in each of them."""

    grades: tuple[int, ...]
    flag: Flag  # the first grade's
    after: tuple[Measure, ...]  # of each grade, with the changes
    is_cleared: bool


def effects(advice: Advice, plan: Plan) -> list[Effect]:
    """The flags of the plan before the advice, the furthest beyond its limit first."""
    still = {(grade, flag.measure) for grade, flag in advice.remaining}
    found = [
        Effect(grades, shared.flag, tuple(_then(advice, grade, shared) for grade in grades), is_cleared)
        for shared in shared_flags(advice.before, plan)
        for is_cleared in (False, True)
        if (grades := tuple(g for g in shared.grades if ((g, shared.flag.measure) not in still) == is_cleared))
    ]
    return sorted(found, key=lambda effect: -effect.flag.dose)


def _then(advice: Advice, grade: int, shared: SharedFlag) -> Measure:
    return advice.after.grades[grade].measures[shared.flag.measure]
