"""A school's plan versions: saved, never overwritten; the highest number is in force."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from estimator.plan import Plan
from estimator.plan_reading import plan_as_dict, plan_from_dict
from survey import db
from survey.planning.store import PlanVersion
from survey.staff.store import School


def save_plan(school: School, plan: Plan, login: str) -> PlanVersion:
    """A new version of the school's plan; the caller commits."""
    before = current(school.id)
    version = PlanVersion(
        school_id=school.id,
        number=before.number + 1 if before else 1,
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


def plan_of(version: PlanVersion) -> Plan:
    """The plan of a version."""
    return plan_from_dict(version.plan)
