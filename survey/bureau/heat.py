"""Measures × schools: what each school's plan asks beside the limits, and what its families report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from estimator.assess import MEASURES
from estimator.assessment import Measure
from estimator.burden import HAIR, furthest, is_over
from survey.bureau.order import NAME, Order, Value
from survey.planning.assessments import KEPT, Weighed, WeighedDistrict
from survey.release import freeze
from survey.release.findings import Share
from survey.results.quantities import asked_in, share_of
from survey.staff.district import District, ListedSchool
from survey.words import amount_words
from survey.words.name_order import name_order

SCORE, PEOPLE = "score", "people"
BANNED = "†"
LEAST_WITH_ONE_DIGIT = 1.05
DISTRICTS, ORDERS = 8, 32  # whose rows are kept, and in how many orders
# From which multiple of the limit, and from which share, a cell is so much darker.
DARKER_FROM_DOSE = (0.5, 0.8, 1 + HAIR, 1.5, 3.0)
DARKER_FROM_SHARE = (0.1, 0.25, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True)
class Cell:
    """One measure of a school, of the grade in which it is furthest up to or beyond its limit."""

    grade: int
    measure: Measure
    strength: int  # how dark it is, from 0

    @property
    def is_over(self) -> bool:
        """Whether it breaks its limit."""
        return is_over(self.measure.dose or 0.0)

    def said(self, language: str) -> str:
        """The multiple of the limit; of what is banned, how much is asked, with a dagger."""
        dose = self.measure.dose or 0.0
        if self.measure.limit:
            # What is over by a hair must not read as if it were at the limit.
            return f"{dose:.2f}" if 1 < dose < LEAST_WITH_ONE_DIGIT and self.is_over else f"{dose:.1f}"
        asked = amount_words.number_text(self.measure.value, self.measure.unit, language)
        return f"{asked}{'%' * (self.measure.unit == 'share')}{BANNED * bool(self.measure.value)}"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A school and what its plan asks; without a plan no cells."""

    school: ListedSchool
    weighed: Weighed | None
    cells: Mapping[str, Cell]

    def value(self, column: str) -> Value | None:
        """What a column sorts by."""
        if column == NAME:
            return name_order(self.school.label)
        if column == PEOPLE:
            return self.school.pupils
        if column == SCORE:
            return self.weighed.assessment.school.score if self.weighed else None
        cell = self.cells.get(column)
        return cell.measure.dose if cell else None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A school and what its people report; None where that is hidden, or nobody was asked."""

    school_id: str
    name: str
    answered: int | None
    shares: Mapping[str, Share | None]

    def value(self, column: str) -> Value | None:
        """What a column sorts by."""
        if column == NAME:
            return name_order(self.name)
        if column == PEOPLE:
            return self.answered
        share = self.shares.get(column)
        return share.share if share else None


@lru_cache(maxsize=ORDERS)
def plan_rows(found: WeighedDistrict, order: Order) -> Sequence[PlanRow]:
    """A row for every school."""
    return order.sort(_plan_rows(found), PlanRow.value)


@lru_cache(maxsize=DISTRICTS)
def measures_limited(found: WeighedDistrict) -> list[str]:
    """The measures that some school's plan is held to a limit in, as they are listed."""
    limited = {name for each in found.plans.values() for name in _cells(each)}
    return [name for name in MEASURES if name in limited]


@lru_cache(maxsize=ORDERS)
def report_rows(release_id: str, questionnaire: str, district: District, order: Order) -> Sequence[ReportRow]:
    """A row for every school that the round asked, with every quantity of this questionnaire."""
    return order.sort(_report_rows(release_id, questionnaire, district), ReportRow.value)


@lru_cache(maxsize=DISTRICTS)
def _plan_rows(found: WeighedDistrict) -> Sequence[PlanRow]:
    plans = [(school, found.plans.get(school.id)) for school in found.district.open]
    return [PlanRow(school, weighed, _cells(weighed) if weighed else {}) for school, weighed in plans]


@lru_cache(maxsize=DISTRICTS)
def _report_rows(release_id: str, questionnaire: str, district: District) -> Sequence[ReportRow]:
    release = freeze.of_district(release_id)
    told = [each for each in asked_in(release) if each.questionnaire == questionnaire]
    asked = [r for r in release.responses if r.audience.questionnaire == questionnaire and r.audience.is_school]
    return [
        ReportRow(
            school,
            district.by_id[school].label,
            response.answered,
            {each.name: share_of(release, each, school) for each in told},
        )
        for response in asked
        if (school := response.audience.school_id) in district.by_id and school
    ]


def strength_of_share(share: Share) -> int:
    """How dark the cell of a share is, from 0."""
    return sum(share.share >= least for least in DARKER_FROM_SHARE)


@lru_cache(maxsize=KEPT)
def _cells(weighed: Weighed) -> Mapping[str, Cell]:
    grades = weighed.assessment.grades
    named = dict.fromkeys(name for grade in grades.values() for name in grade.measures)
    worst = {name: furthest(grades, name) for name in named}
    found = {name: (grade, grades[grade].measures[name]) for name, grade in worst.items()}
    return {
        name: Cell(grade, measure, _strength(measure.dose))
        for name, (grade, measure) in found.items()
        if measure.dose is not None
    }


def _strength(dose: float) -> int:
    return sum(dose >= least for least in DARKER_FROM_DOSE)
