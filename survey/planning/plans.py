"""A school's plan versions: saved, never overwritten; the highest number is in force."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import defer

from estimator.plan import Plan
from estimator.plan_reading import plan_as_dict, plan_from_dict
from survey import db
from survey.planning.store import PlanVersion
from survey.staff.store import School


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
        saved_at=datetime.now(UTC),
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


def in_force(school_ids: Collection[str]) -> dict[str, PlanVersion]:
    """School → its version in force, of those schools that have one, in one query."""
    numbers = (
        select(PlanVersion.school_id, func.max(PlanVersion.number))
        .where(PlanVersion.school_id.in_(school_ids))
        .group_by(PlanVersion.school_id)
    )
    # Most plans were read before; what is stored of them is fetched only for those that were not.
    newest = select(PlanVersion).where(tuple_(PlanVersion.school_id, PlanVersion.number).in_(numbers))
    found = db.session("desk").scalars(newest.options(defer(PlanVersion.plan)))
    return {version.school_id: version for version in found}


def plan_of(version: PlanVersion) -> Plan:
    """The plan of a version; it never changes, so it is read once."""
    return _plan(version.id)


@lru_cache(maxsize=8192)
def _plan(version_id: str) -> Plan:
    return plan_from_dict(db.session("desk").get_one(PlanVersion, version_id).plan)
