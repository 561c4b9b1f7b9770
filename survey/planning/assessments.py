"""What each school's plan asks of its families: computed once a version, and the standing among the district's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from estimator.advice import Advice, advise
from estimator.assess import assess
from estimator.assessment import Assessment
from estimator.devices import Moment, worst_moment
from estimator.field_checks import Locator, in_data
from estimator.grade_week import GradeWeek
from estimator.norms import NormProblems
from estimator.plan import N_, Plan, PlanProblems, Problem
from survey.planning import kept_assessments
from survey.planning.basis import Basis, basis_of
from survey.planning.fit import Fit, by_id, by_release, families_of, fit_of, fits, newest_by_slips
from survey.planning.own_norms import OwnNorm, norms_with
from survey.planning.plan_begun import currency_of
from survey.planning.plans import current, in_force, plan_with, versions
from survey.planning.store import PlanVersion
from survey.release.published import Release
from survey.staff.district import District, district_of, plans_stamp
from survey.staff.store import Bureau, School

KEPT = 4096  # versions of plans with what is worked out of each


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A version of a plan with its assessment, and the norms and families it was weighed by; one object for one and
    the same.

    What is worked out of it is kept by the object: to compare plans, or to hash them, takes longer than a page may.
    """

    version_id: str
    number: int
    assessment: Assessment
    basis: Basis
    fit: Fit
    made_of: str  # of all this, by which the assessment is kept

    @property
    def plan(self) -> Plan:
        """The plan itself; lists that show what it was weighed at never read it."""
        return plan_with(self.version_id)


@dataclass(frozen=True, slots=True, eq=False)
class WeighedDistrict:
    """A district and the plans of its open schools, by id; what is worked out of all of them is kept by the object."""

    district: District
    plans: Mapping[str, Weighed]


def weigh_school(school: School) -> Weighed | None:
    """The school's plan in force and its assessment; None before the first plan."""
    version, basis = current(school.id), basis_of(school.bureau)
    if version is None:
        return None
    found = _weigh(version, basis, fit_of(school, basis.families))
    _keep_school(school.id, found)
    return found


def weigh_plan(plan: Plan, school: School, locate: Locator = in_data) -> Assessment:
    """What a plan that is not in force would ask of the school's families.

    Raises PlanProblems where prices are not known in its currency.
    """
    basis = basis_of(school.bureau)
    try:
        return _assessed(plan, fit_of(school, basis.families), basis.own_norms)
    except NormProblems as found:
        raise PlanProblems((_unknown_currency(plan, found, locate),)) from None


def weigh_versions(school: School) -> dict[int, Weighed]:
    """Every version of the school's plan by its number, the newest first, held against the norms of its own week."""
    basis = basis_of(school.bureau)
    fit = fit_of(school, basis.families)
    return {version.number: _weigh(version, basis, fit) for version in versions(school.id)}


def weigh_district(bureau: Bureau, release: Release | None = None, basis: Basis | None = None) -> Mapping[str, Weighed]:
    """School id → plan and assessment, of the schools that have a plan and are not closed.

    Families by this release, else by the newest; by what the bureau has chosen, or by what it might choose instead.
    """
    if release is None:
        return weighed_district(bureau, basis).plans
    basis, district = basis or basis_of(bureau), district_of(bureau)
    return _weigh_all(bureau.id, district, basis, fits(district, basis.families, by_release(release, bureau, district)))


def weighed_district(bureau: Bureau, basis: Basis | None = None) -> WeighedDistrict:
    """The same by the newest release, with the list of schools; one object until one of these or a plan changes."""
    newest = newest_by_slips(bureau.id)
    stamped = bureau.id, district_of(bureau), plans_stamp(bureau.id)
    if basis:
        return _weighed_district(*stamped, basis, newest)
    found = _weighed_district(*stamped, basis_of(bureau), newest)
    _keep_district(found)
    return found


@lru_cache(maxsize=8)
def _weighed_district(
    bureau_id: str, district: District, _stamp: str, basis: Basis, newest: str | None
) -> WeighedDistrict:
    found = fits(district, basis.families, by_id(newest, district.settings) if newest else {})
    return WeighedDistrict(district, _weigh_all(bureau_id, district, basis, found))


def _weigh_all(bureau_id: str, district: District, basis: Basis, found: Mapping[str, Fit]) -> Mapping[str, Weighed]:
    versions_in_force = in_force(bureau_id)
    listed = [school.id for school in district.open if school.id in versions_in_force]
    return {school: _weighed(school, *versions_in_force[school], basis, found[school]) for school in listed}


def weigh_with_usual_families(weighed: Weighed) -> Assessment:
    """The same plan, if the families were the usual ones of its setting."""
    return _assessed(weighed.plan, Fit(weighed.fit.setting), weighed.basis.own_norms)


def advise_school(weighed: Weighed) -> Advice:
    """The smallest change that clears the flags of a plan in force."""
    return _advised(weighed.plan, weighed.fit, weighed.basis.own_norms)


@lru_cache(maxsize=1024)
def worst_moment_of(weighed: Weighed, grade: int) -> Moment | None:
    """The moment at which the largest share of a grade's families is short of devices; None without one."""
    return worst_moment(grade_week(weighed, grade))


def grade_week(weighed: Weighed, grade: int) -> GradeWeek:
    """One grade's week as it was weighed, to follow its figures to their inputs. Raises KeyError for another grade."""
    grades = {each.grade: each for each in weighed.plan.grades}
    found = weighed.assessment
    return GradeWeek(
        weighed.plan, grades[grade], families_of(weighed.fit), weighed.basis.norms, found.place, found.date
    )


def _unknown_currency(plan: Plan, found: NormProblems, locate: Locator) -> Problem:
    """What to mend in a plan whose prices are not known: they are known in another currency, or of no such place."""
    units = [str(problem.values["unit"]) for problem in found.problems if "unit" in problem.values]
    where, message = locate("school", None, "currency"), N_("No prices are known here in this currency.")
    known = units[0].partition("/")[0] if units else currency_of(plan.place)
    if known != plan.currency:
        return Problem(where, plan.currency, message, N_("Write %(currency)s."), {"currency": known})
    remedy = N_("Whoever runs this program adds them to its norm files, with their source.")
    return Problem(where, plan.currency, N_("No prices are known here for %(place)s."), remedy, {"place": plan.place})


def _weigh(version: PlanVersion, basis: Basis, fit: Fit) -> Weighed:
    return _weighed(version.school_id, version.id, version.number, basis, fit)


@lru_cache(maxsize=KEPT)
def _weighed(school_id: str, version_id: str, number: int, basis: Basis, fit: Fit) -> Weighed:
    made_of = kept_assessments.made_of(version_id, fit, basis.own_norms)
    found = kept_assessments.read(school_id, made_of) or _assessed(plan_with(version_id), fit, basis.own_norms)
    return Weighed(version_id, number, found, basis, fit, made_of)


# What is in force is kept for other processes, once by each; what a bureau only tries would be written over it.
@lru_cache(maxsize=8)
def _keep_district(found: WeighedDistrict) -> None:
    kept_assessments.keep({school: (each.made_of, each.assessment) for school, each in found.plans.items()})


@lru_cache(maxsize=KEPT)
def _keep_school(school_id: str, found: Weighed) -> None:
    kept_assessments.keep({school_id: (found.made_of, found.assessment)})


@lru_cache(maxsize=KEPT)
def _assessed(plan: Plan, fit: Fit, own: tuple[OwnNorm, ...]) -> Assessment:
    return assess(plan, families_of(fit), norms_with(own))


@lru_cache(maxsize=256)
def _advised(plan: Plan, fit: Fit, own: tuple[OwnNorm, ...]) -> Advice:
    return advise(plan, families_of(fit), norms_with(own))
