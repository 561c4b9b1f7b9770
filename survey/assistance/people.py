"""Who may see a school's requests: the accounts that its bureau has named for assistance."""

from __future__ import annotations

from sqlalchemy import select

from survey import db
from survey.assistance.store import Helper
from survey.staff.store import Account, School


def is_helper(account: Account) -> bool:
    """Whether this account may see its school's requests."""
    return account.school_id is not None and db.session("desk").get(Helper, account.id) is not None


def helpers(school: School) -> list[Account]:
    """The accounts named for a school, those that are closed left out."""
    chosen = select(Account).join(Helper, Helper.account_id == Account.id)
    return list(db.session("desk").scalars(chosen.where(Account.school_id == school.id, ~Account.closed)))


def schools_with_helpers(bureau_id: str) -> set[str]:
    """The schools of a bureau for which somebody is named, by id."""
    chosen = select(Account.school_id).join(Helper, Helper.account_id == Account.id)
    mine = chosen.where(Account.bureau_id == bureau_id, ~Account.closed, Account.school_id.is_not(None))
    return set(db.session("desk").scalars(mine))


def name(account: Account) -> None:
    """Let an account see its school's requests; the caller commits."""
    db.session("desk").merge(Helper(account_id=account.id))


def take_back(account: Account) -> None:
    """Let it see them no more; the caller commits."""
    if found := db.session("desk").get(Helper, account.id):
        db.session("desk").delete(found)
