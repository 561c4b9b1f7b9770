"""The plan that somebody is changing: begun from a version, changed lesson by lesson, put in force or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from estimator.plan import Plan
from estimator.plan_reading import plan_as_dict, plan_from_dict
from survey import db
from survey.day import today
from survey.planning.plan_begun import plan_begun
from survey.planning.plans import current, plan_of, save_plan, versions
from survey.planning.store import PlanDraft, PlanVersion
from survey.staff.store import Account, School


class Overtaken(ValueError):
    """Another version was put in force since the draft was begun."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan on the desk: what is being changed, or the plan in force where nothing is."""

    plan: Plan
    base: int  # number of the version it began from; 0 before the first
    is_changed: bool  # whether there is anything to put in force
    can_undo: bool = False


def draft_of(account: Account, school: School) -> Draft:
    """What this account is changing; the plan in force, or an empty timetable, where it changes nothing."""
    kept = db.session("desk").get(PlanDraft, account.id)
    if kept and kept.school_id == school.id:
        return Draft(_read(kept), kept.base, is_changed=True, can_undo=kept.before is not None)
    version = current(school.id)
    if version is None:
        return Draft(plan_begun(school, today()), 0, is_changed=False)
    return Draft(plan_of(version), version.number, is_changed=False)


def keep(account: Account, school: School, plan: Plan, base: int | None = None) -> None:
    """Change the draft to this plan; the caller commits.

    `base` is the version that the plan began from, where that is not the draft's: a file may have been taken from an
    earlier one.
    """
    began, now, data = draft_of(account, school), datetime.now(UTC), plan_as_dict(plan)
    db.session("desk").merge(
        PlanDraft(
            account_id=account.id,
            school_id=school.id,
            base=began.base if base is None else base,
            changed_at=now,
            plan=data,
            before=plan_as_dict(began.plan),
            base_before=began.base,
        )
    )


def undo(account: Account) -> None:
    """Take the last change back; a second time, it is made again. The caller commits."""
    kept = db.session("desk").get(PlanDraft, account.id)
    if kept and kept.before is not None:
        kept.plan, kept.before = kept.before, kept.plan
        kept.base, kept.base_before = kept.base_before, kept.base


def drop(account: Account) -> None:
    """Throw the draft away; the caller commits."""
    kept = db.session("desk").get(PlanDraft, account.id)
    if kept:
        db.session("desk").delete(kept)


def put_in_force(account: Account, school: School, plan: Plan, seen: int, *, ends_draft: bool = False) -> PlanVersion:
    """The plan as the next version; where it was the account's draft, that ends. Commits.

    `seen` is the number of the version in force that the person has seen. Raises Overtaken when it is another by now,
    also when somebody was quicker by a moment.
    """
    desk = db.session("desk")
    in_force = current(school.id)
    if (in_force.number if in_force else 0) != seen:
        raise Overtaken(seen)
    try:
        version = save_plan(school, plan, account.login, follows=seen)
        if ends_draft:
            drop(account)
        desk.commit()
    except IntegrityError:
        desk.rollback()
        raise Overtaken(seen) from None
    return version


def base_plan(school: School, number: int) -> Plan:
    """The plan of a version by its number; an empty one before the first."""
    found = next((version for version in versions(school.id) if version.number == number), None)
    return plan_of(found) if found else plan_begun(school, today())


def _read(kept: PlanDraft) -> Plan:
    return plan_from_dict(kept.plan, unfinished=True)
