"""The plan that somebody is changing: begun from a version, changed lesson by lesson, put in force or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from estimator.plan import Plan
from estimator.plan_reading import plan_as_dict, plan_from_dict
from survey import db
from survey.day import today
from survey.planning.plan_begun import plan_begun
from survey.planning.plans import current, plan_of, save_plan, versions
from survey.planning.store import PlanDraft, PlanDraftStep, PlanDraftUndone, PlanVersion
from survey.staff.store import Account, School

MOST_STEPS = 20  # of a draft that can be undone; a house rule


class Overtaken(ValueError):
    """Another version was put in force since the draft was begun."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan on the desk: what is being changed, or the plan in force where nothing is."""

    plan: Plan
    base: int  # number of the version it began from; 0 before the first
    is_changed: bool  # whether there is anything to put in force
    can_undo: bool = False
    can_redo: bool = False


def draft_of(account: Account, school: School) -> Draft:
    """What this account is changing; the plan in force, or an empty timetable, where it changes nothing."""
    can_redo = _last_undone(account, school) is not None
    if kept := _kept(account, school):
        can_undo = _last_number(PlanDraftStep, account) > 0
        return Draft(_read(kept), kept.base, is_changed=True, can_undo=can_undo, can_redo=can_redo)
    version = current(school.id)
    if version is None:
        return Draft(plan_begun(school, today()), 0, is_changed=False, can_redo=can_redo)
    return Draft(plan_of(version), version.number, is_changed=False, can_redo=can_redo)


def keep(account: Account, school: School, plan: Plan, base: int | None = None) -> bool:
    """Change the draft to this plan, and whether that changed anything: if not, there is no step to undo.

    What was undone cannot be done again after that: it was a change of another plan.
    `base` is the version that the plan began from, where that is not the draft's: a file may have been taken from an
    earlier one. The caller commits.
    """
    _wait_for_other_presses(account)
    began = draft_of(account, school)
    if plan == began.plan:
        return False
    _delete(account, PlanDraftUndone)
    _change(account, school, began, plan_as_dict(plan), began.base if base is None else base)
    return True


def undo(account: Account, school: School) -> bool:
    """Take the last change back, and whether there was one; before the first there was no draft. The caller commits."""
    _wait_for_other_presses(account)
    desk, kept = db.session("desk"), _kept(account, school)
    step = desk.get(PlanDraftStep, (account.id, _last_number(PlanDraftStep, account)))
    if kept is None or step is None:
        return False
    number = _last_number(PlanDraftUndone, account) + 1
    said = {"school_id": school.id, "base": kept.base, "plan": kept.plan}
    desk.add(PlanDraftUndone(account_id=account.id, number=number, **said))
    if step.plan is None:
        desk.delete(kept)
    else:
        kept.plan, kept.base = step.plan, step.base
    desk.delete(step)
    return True


def redo(account: Account, school: School) -> bool:
    """Do again what was undone last, and whether there was any. The caller commits."""
    _wait_for_other_presses(account)
    undone = _last_undone(account, school)
    if undone is None:
        return False
    _change(account, school, draft_of(account, school), undone.plan, undone.base)
    db.session("desk").delete(undone)
    return True


def drop(account: Account) -> None:
    """Throw the draft away, what it was before, and what was undone of it; the caller commits."""
    _delete(account, PlanDraft, PlanDraftStep, PlanDraftUndone)


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


def _kept(account: Account, school: School) -> PlanDraft | None:
    """The account's draft, where it is of this school."""
    kept = db.session("desk").get(PlanDraft, account.id)
    return kept if kept and kept.school_id == school.id else None


def _wait_for_other_presses(account: Account) -> None:
    """A button that is pressed twice at once: the second sees what the first did. On SQLite writers wait anyway."""
    desk = db.session("desk")
    desk.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    desk.get(PlanDraft, account.id, populate_existing=True)


def _delete(account: Account, *tables: type[PlanDraft | PlanDraftStep | PlanDraftUndone]) -> None:
    for table in tables:
        db.session("desk").execute(delete(table).where(table.account_id == account.id))


def _change(account: Account, school: School, began: Draft, plan: dict[str, Any], base: int) -> None:
    """Make this plan the draft; what there was is a step that can be undone."""
    _keep_step(account, began)
    db.session("desk").merge(PlanDraft(account_id=account.id, school_id=school.id, base=base, plan=plan))


def _keep_step(account: Account, began: Draft) -> None:
    desk, number = db.session("desk"), _last_number(PlanDraftStep, account) + 1
    plan = plan_as_dict(began.plan) if began.is_changed else None
    desk.add(PlanDraftStep(account_id=account.id, number=number, base=began.base, plan=plan))
    too_old = PlanDraftStep.number <= number - MOST_STEPS
    desk.execute(delete(PlanDraftStep).where(PlanDraftStep.account_id == account.id, too_old))


def _last_number(table: type[PlanDraftStep | PlanDraftUndone], account: Account) -> int:
    """The number of the last step that is kept; 0 where none is."""
    return db.session("desk").scalar(select(func.max(table.number)).where(table.account_id == account.id)) or 0


def _last_undone(account: Account, school: School) -> PlanDraftUndone | None:
    """What was undone last, where it is of this school."""
    found = db.session("desk").get(PlanDraftUndone, (account.id, _last_number(PlanDraftUndone, account)))
    return found if found and found.school_id == school.id else None


def _read(kept: PlanDraft) -> Plan:
    return plan_from_dict(kept.plan, unfinished=True)
