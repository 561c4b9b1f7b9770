"""What the summary is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from estimator.assessment import Assessment, Source
from estimator.norms import Norms, Statement
from estimator.plan import Plan
from survey.notice.district import OfClause
from survey.release.published import Release
from survey.words.name_order import name_order


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school with its plan and what it asks; both None before the first plan, and of a school that is closed."""

    id: str
    name: str
    setting: str
    pupils: int
    plan: Plan | None
    assessment: Assessment | None
    closed_on: date | None = None
    merged_into: str | None = None  # the name of the school that it became part of


@dataclass(frozen=True, slots=True)
class Summary:
    """One district's release beside its schools' plans."""

    bureau_name: str
    place: str
    made_on: date
    synthetic: bool
    release: Release
    schools: tuple[SchoolRow, ...]  # those that the round asked, and those that are open
    norms: Norms
    notice: tuple[OfClause, ...] = ()
    families: str = "reported"  # the bureau's way (wording.FAMILIES_WAYS)
    families_sources: tuple[Source, ...] = ()  # of its own files

    @property
    def by_name(self) -> tuple[SchoolRow, ...]:
        """The schools by name, so that no table reads as a ranking."""
        return tuple(sorted(self.schools, key=lambda school: (name_order(school.name), school.id)))

    @property
    def open_schools(self) -> tuple[SchoolRow, ...]:
        """Those that are not closed."""
        return tuple(school for school in self.schools if school.closed_on is None)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The limits that some grade was held against, in the order of the measures."""
        grades = [grade for school in self.schools if school.assessment for grade in school.assessment.grades.values()]
        used = {measure.norm for grade in grades for measure in grade.measures.values() if measure.norm}
        order = list(self.norms.measures)
        found = (self.norms.statement(norm) for norm in used)
        return tuple(sorted(found, key=lambda said: (order.index(said.measure), said.id)))
