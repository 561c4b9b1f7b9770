"""What advised changes do to each flag: its value now and then, and whether it is cleared."""

from __future__ import annotations

from dataclasses import dataclass

from estimator.advice import Advice
from estimator.assessment import Flag, Measure
from estimator.shared_flags import DIGITS_SHOWN


@dataclass(frozen=True, slots=True)
class Effect:
    """A flag that several grades have alike, and what becomes of it in each of them."""

    grades: tuple[int, ...]
    flag: Flag  # the first grade's
    after: tuple[Measure, ...]  # of each grade, with the changes
    is_cleared: bool


def effects(advice: Advice) -> list[Effect]:
    """The flags of the plan before the advice, the furthest beyond its limit first."""
    still = {(grade, flag.measure) for grade, flag in advice.remaining}
    together: dict[tuple[object, ...], list[tuple[int, Flag]]] = {}
    for number, grade in advice.before.grades.items():
        for flag in grade.flags:
            read = flag.measure, round(flag.value, DIGITS_SHOWN), flag.limit, flag.days, flag.source
            together.setdefault((*read, (number, flag.measure) in still), []).append((number, flag))
    found = [
        Effect(
            grades=tuple(number for number, _ in members),
            flag=members[0][1],
            after=tuple(advice.after.grades[number].measures[flag.measure] for number, flag in members),
            is_cleared=(members[0][0], members[0][1].measure) not in still,
        )
        for members in together.values()
    ]
    return sorted(found, key=lambda effect: -effect.flag.dose)
