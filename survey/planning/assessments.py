"""What each school's plan asks of its families: computed once a version, and the standing among the district's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from estimator import families, norm_file
from estimator.advice import Advice, advise
from estimator.assess import assess
from estimator.assessment import Assessment
from estimator.families import Families
from estimator.grade_week import GradeWeek
from estimator.norms import Norms
from estimator.plan import Plan
from survey.planning.plans import current, plan_of, versions
from survey.planning.store import PlanVersion
from survey.staff.store import Bureau, School


@dataclass(frozen=True, slots=True)
class Weighed:
    """A plan in force with its assessment."""

    number: int
    plan: Plan
    assessment: Assessment


@cache
def norms() -> Norms:
    """The norms in use; read when the program starts, so that a faulty file is refused then."""
    return norm_file.load()


def weigh_school(school: School) -> Weighed | None:
    """The school's plan in force and its assessment; None before the first plan."""
    version = current(school.id)
    return _weigh(version, school.setting) if version else None


def weigh_versions(school: School) -> dict[int, Weighed]:
    """Every version of the school's plan by its number, the newest first, held against the norms of its own week."""
    return {version.number: _weigh(version, school.setting) for version in versions(school.id)}


def weigh_district(bureau: Bureau) -> Mapping[str, Weighed]:
    """School id → plan and assessment, of the schools that have a plan."""
    found = {school.id: weigh_school(school) for school in bureau.schools}
    return {school_id: weighed for school_id, weighed in found.items() if weighed}


def advise_school(weighed: Weighed, setting: str) -> Advice:
    """The smallest change that clears the flags of a plan in force."""
    return _advised(weighed.plan, setting)


def grade_week(weighed: Weighed, school: School, grade: int) -> GradeWeek:
    """One grade's week as it was weighed, to follow its figures to their inputs. Raises KeyError for another grade."""
    grades = {each.grade: each for each in weighed.plan.grades}
    found = weighed.assessment
    return GradeWeek(weighed.plan, grades[grade], families_of(school), norms(), found.place, found.date)


def families_of(school: School) -> Families:
    """The families that a school's plan is weighed with."""
    return _families(school.setting)


def _weigh(version: PlanVersion, setting: str) -> Weighed:
    plan = plan_of(version)
    return Weighed(version.number, plan, _assessed(plan, setting))


@lru_cache(maxsize=4096)
def _assessed(plan: Plan, setting: str) -> Assessment:
    return assess(plan, _families(setting), norms())


@lru_cache(maxsize=256)
def _advised(plan: Plan, setting: str) -> Advice:
    return advise(plan, _families(setting), norms())


@cache
def _families(setting: str) -> Families:
    return families.load(setting)
