"""Accounts: adding one, and checking who logs in."""

from __future__ import annotations

from sqlalchemy import select

from survey import db
from survey.staff.passwords import fits, hashed
from survey.staff.store import Account, Bureau, School


def bureau_named(name: str | None) -> Bureau:
    """The bureau of this name, or the only one there is. Raises LookupError when that tells none, or not which."""
    bureaus = list(db.session("desk").scalars(select(Bureau).order_by(Bureau.name)))
    chosen = [bureau for bureau in bureaus if name in (None, bureau.name)]
    if len(chosen) != 1:
        there = ", ".join(bureau.name for bureau in bureaus) or "(there is none)"
        raise LookupError(f"Say which bureau, with --bureau: {there}.")
    return chosen[0]


def school_named(name: str, bureau: Bureau) -> School:
    """The bureau's school of this name. Raises LookupError when there is none."""
    for school in bureau.schools:
        if school.name == name:
            return school
    raise LookupError(f"{bureau.name} has no school named {name}.")


def add(login: str, name: str, password: str, bureau: Bureau, school: School | None = None) -> Account:
    """A new account of a bureau, or of the principal of one of its schools; the caller commits.

    Raises LookupError when the login is taken.
    """
    if db.session("desk").scalar(select(Account).where(Account.login == login)):
        raise LookupError(f"The login {login} is taken.")
    account = Account(login=login, name=name, password_hash=hashed(password), bureau=bureau, school=school)
    db.session("desk").add(account)
    return account


def check(login: str, password: str) -> Account | None:
    """The account of this login and password; None when they do not belong together."""
    account = db.session("desk").scalar(select(Account).where(Account.login == login))
    return account if fits(password, account.password_hash if account else None) else None
