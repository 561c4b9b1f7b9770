"""Two versions of a plan, measure by measure: what each grade is asked by the one and by the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from estimator.assessment import Assessment, Measure

# Beyond this a difference shows on the page, where values are rounded.
SMALLEST_DIFFERENCE = 0.005


@dataclass(frozen=True, slots=True)
class Pair:
    """One quantity in both versions; None where a version has none of it, or not this grade."""

    name: str
    one: Measure | None
    other: Measure | None

    @property
    def differs(self) -> bool:
        """Whether it changed."""
        if self.one is None or self.other is None:
            return self.one is not self.other
        return abs(self.one.value - self.other.value) > SMALLEST_DIFFERENCE

    @property
    def is_better(self) -> bool | None:
        """Whether the other asks less of the limit; None where nothing limits it, or nothing changed."""
        if not self.differs or self.one is None or self.other is None:
            return None
        if self.one.dose is None or self.other.dose is None:
            return None
        return self.other.dose < self.one.dose


@dataclass(frozen=True, slots=True)
class GradePair:
    """A grade's scores and quantities in both versions."""

    scores: tuple[float | None, float | None]
    broken: tuple[int | None, int | None]  # norms
    measures: tuple[Pair, ...]


def compare(one: Assessment, other: Assessment) -> Mapping[int, GradePair]:
    """Grade → both, for every grade that either has."""
    found = {}
    for number in sorted(one.grades.keys() | other.grades.keys()):
        grades = one.grades.get(number), other.grades.get(number)
        names = dict.fromkeys(name for grade in grades if grade for name in grade.measures)
        pairs = (Pair(name, *(grade.measures.get(name) if grade else None for grade in grades)) for name in names)
        found[number] = GradePair(
            scores=(grades[0].score if grades[0] else None, grades[1].score if grades[1] else None),
            broken=(len(grades[0].flags) if grades[0] else None, len(grades[1].flags) if grades[1] else None),
            measures=tuple(pairs),
        )
    return found
