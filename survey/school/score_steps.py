"""How a grade's score is made, step by step, from its own doses."""

from __future__ import annotations

from dataclasses import dataclass

from estimator.assess import UNCERTAIN, dimension_doses
from estimator.assessment import GradeBurden, Measure
from estimator.burden import is_over
from estimator.grade_week import GradeWeek
from estimator.norms import DIMENSIONS, Figure, Norms

SPREADS = ("device_spread", "price_spread")


@dataclass(frozen=True, slots=True)
class Step:
    """One limited measure on its way to the score."""

    dimension: str
    measure: Measure
    zero_step: float  # how much of what is banned makes a dose of 2
    decides: bool  # whether its dose is its dimension's

    @property
    def is_banned(self) -> bool:
        """Whether none of it is allowed."""
        return self.measure.limit == 0


@dataclass(frozen=True, slots=True)
class Worked:
    """A grade's score worked through."""

    steps: tuple[Step, ...]
    doses: dict[str, float]  # dimension → its largest dose
    over: dict[str, float]  # dimension → by how much its dose is over 1
    uncertain: tuple[str, ...]  # limited measures that are redrawn for the range
    spreads: tuple[Figure, ...]
    house_rules: tuple[Measure, ...]  # measures that a house rule limits


def worked(week: GradeWeek, grade: GradeBurden) -> Worked:
    """The steps from the grade's measures to its score."""
    limited = [m for m in grade.measures.values() if m.dose is not None]
    doses = dimension_doses(week.norms, grade.measures)
    return Worked(
        steps=tuple(_steps(week.norms, limited, doses)),
        doses=doses,
        over={name: dose - 1 for name, dose in doses.items() if is_over(dose)},
        uncertain=tuple(m.name for m in limited if m.name in UNCERTAIN),
        spreads=tuple(week.norms.figure(name, week.place, week.day) for name in SPREADS),
        house_rules=tuple(m for m in limited if m.house_rule),
    )


def _steps(norms: Norms, limited: list[Measure], doses: dict[str, float]) -> list[Step]:
    """Dimension by dimension, the largest dose first; it decides."""
    found: list[Step] = []
    for dimension in (name for name in DIMENSIONS if name in doses):
        of_it = [m for m in limited if norms.measures[m.name].dimension == dimension]
        of_it.sort(key=lambda m: -(m.dose or 0.0))
        found += [Step(dimension, m, norms.measures[m.name].zero_step, m is of_it[0]) for m in of_it]
    return found
