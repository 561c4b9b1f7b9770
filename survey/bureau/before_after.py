"""What would become of every school's score if its plan were weighed by other norms, or with other families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from estimator.assessment import Assessment
from survey.planning.assessments import Weighed, weigh_district
from survey.planning.basis import Basis
from survey.staff.district import ListedSchool
from survey.staff.paging import ROWS
from survey.staff.store import Bureau

DIGITS_APART = 9  # scores that differ by less are alike: they were only added up in another order


@dataclass(frozen=True, slots=True)
class Changed:
    """One school: its assessment as it is and as it would be; both None before its first plan."""

    school: ListedSchool
    before: Assessment | None
    after: Assessment | None

    @property
    def step(self) -> float:
        """By how much the score would rise; below 0, fall."""
        if self.before is None or self.after is None:
            return 0.0
        return round(self.after.school.score - self.before.school.score, DIGITS_APART)


@dataclass(frozen=True)
class BeforeAfter:
    """All schools of a district, by name."""

    schools: tuple[Changed, ...]

    @cached_property
    def shown(self) -> Sequence[Changed]:
        """All of them; of a long list those whose score would change most."""
        if len(self.schools) <= ROWS:
            return self.schools
        return sorted(self.schools, key=lambda each: -abs(each.step))[:ROWS]

    @cached_property
    def higher(self) -> int:
        """Schools whose score would rise."""
        return sum(each.step > 0 for each in self.schools)

    @cached_property
    def lower(self) -> int:
        """Schools whose score would fall."""
        return sum(each.step < 0 for each in self.schools)

    @cached_property
    def more_broken(self) -> int:
        """How many more norms would be broken, grade by grade; below 0, fewer."""
        return sum(broken(each.after) - broken(each.before) for each in self.schools)


def broken(assessment: Assessment | None) -> int:
    """How many norms a plan breaks, counted in each grade."""
    return sum([grade.norms_broken for grade in assessment.grades.values()]) if assessment else 0


def before_and_after(
    bureau: Bureau, schools: Sequence[ListedSchool], other: Basis
) -> tuple[BeforeAfter, Mapping[str, Weighed]]:
    """Every school's plan as it is weighed and as it would be by another basis; and what would then be, by school."""
    now, then = weigh_district(bureau), weigh_district(bureau, basis=other)

    def assessed(weighed: Mapping[str, Weighed], school: ListedSchool) -> Assessment | None:
        return weighed[school.id].assessment if school.id in weighed else None

    rows = (Changed(each, assessed(now, each), assessed(then, each)) for each in schools)
    return BeforeAfter(tuple(rows)), then
