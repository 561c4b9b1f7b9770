"""A school's plan versions: saved, never overwritten; the highest number is in force."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import String, bindparam, cast, func, select, tuple_

from estimator.plan import Plan
from estimator.plan_reading import plan_as_dict, plan_from_json
from survey import db
from survey.day import now
from survey.planning.store import PlanVersion
from survey.staff.store import School

TEXT = select(cast(PlanVersion.plan, String)).where(PlanVersion.id == bindparam("version_id"))


def save_plan(school: School, plan: Plan, login: str, follows: int | None = None) -> PlanVersion:
    """A new version of the school's plan; the caller commits.

    `follows` is the number of the version that it comes after, the one in force unless it is told: the commit fails
    where another one came after that meanwhile.
    """
    if follows is None:
        before = current(school.id)
        follows = before.number if before else 0
    version = PlanVersion(
        school_id=school.id,
        number=follows + 1,
        saved_at=now(),
        saved_by=login,
        plan=plan_as_dict(plan),
    )
    db.session("desk").add(version)
    return version


def versions(school_id: str) -> list[PlanVersion]:
    """Every version, the newest first."""
    mine = select(PlanVersion).where(PlanVersion.school_id == school_id).order_by(PlanVersion.number.desc())
    return list(db.session("desk").scalars(mine))


def current(school_id: str) -> PlanVersion | None:
    """The version in force; None before the first."""
    newest = select(PlanVersion).where(PlanVersion.school_id == school_id).order_by(PlanVersion.number.desc()).limit(1)
    return db.session("desk").scalar(newest)


def in_force(bureau_id: str) -> dict[str, tuple[str, int]]:
    """School → id and number of its version in force, of those schools of a bureau that have one, in one query."""
    newest = (
        select(PlanVersion.school_id, func.max(PlanVersion.number))
        .join(School, School.id == PlanVersion.school_id)
        .where(School.bureau_id == bureau_id)
        .group_by(PlanVersion.school_id)
    )
    columns = PlanVersion.school_id, PlanVersion.id, PlanVersion.number
    mine = select(*columns).where(tuple_(PlanVersion.school_id, PlanVersion.number).in_(newest))
    return {school: (version, number) for school, version, number in db.session("desk").execute(mine)}


def plan_of(version: PlanVersion) -> Plan:
    """The plan of a version."""
    return plan_with(version.id)


@lru_cache(maxsize=8192)
def plan_with(version_id: str) -> Plan:
    """The plan of the version with this id; it never changes, so it is read once."""
    return plan_from_json(db.session("desk").execute(TEXT, {"version_id": version_id}).scalar_one())
