"""Accounts: adding one, and checking who logs in."""

from __future__ import annotations

from sqlalchemy import select

from survey import db
from survey.staff.passwords import fits, hashed
from survey.staff.store import Account, Bureau, School


def add(login: str, name: str, password: str, bureau: Bureau, school: School | None = None) -> Account:
    """A new account of a bureau, or of the principal of one of its schools; the caller commits."""
    account = Account(login=login, name=name, password_hash=hashed(password), bureau=bureau, school=school)
    db.session("desk").add(account)
    return account


def check(login: str, password: str) -> Account | None:
    """The account of this login and password; None when they do not belong together."""
    account = db.session("desk").scalar(select(Account).where(Account.login == login))
    return account if fits(password, account.password_hash if account else None) else None
