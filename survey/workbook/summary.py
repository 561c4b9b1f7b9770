"""What the summary is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from estimator.assessment import Assessment, Source
from estimator.norms import Norms
from estimator.plan import Plan
from survey.notice.district import OfClause
from survey.release.published import Release


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school with its plan and what it asks; both None before the first plan."""

    name: str
    setting: str
    pupils: int
    plan: Plan | None
    assessment: Assessment | None


@dataclass(frozen=True, slots=True)
class Summary:
    """One district's release beside its schools' plans."""

    bureau_name: str
    place: str
    made_on: date
    synthetic: bool
    release: Release
    schools: tuple[SchoolRow, ...]
    norms: Norms
    notice: tuple[OfClause, ...] = ()
    families: str = "reported"  # the bureau's way (wording.FAMILIES_WAYS)
    families_sources: tuple[Source, ...] = ()  # of its own files

    @property
    def by_name(self) -> tuple[SchoolRow, ...]:
        """The schools by name, so that no table reads as a ranking."""
        return tuple(sorted(self.schools, key=lambda school: school.name))
