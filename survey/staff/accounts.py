"""Accounts: adding and closing one, and checking who logs in."""

from __future__ import annotations

from sqlalchemy import select

from survey import db
from survey.db import new_id
from survey.staff.passwords import fits, hashed
from survey.staff.store import Account, Bureau, School


class LoginTaken(LookupError):
    """Somebody else has this login, or had it."""


class BureauThere(LookupError):
    """There is a bureau of this name already: commands tell bureaus by their names."""


class SchoolClosed(ValueError):
    """Login and password are right, but the account's school is closed."""

    def __init__(self, school: School):
        super().__init__(school.id)
        self.school = school


class LastAccount(ValueError):
    """The only account of a bureau: without it nobody could invite or close any more."""


def add_bureau(name: str, place: str) -> Bureau:
    """A new bureau, without schools and accounts; the caller commits. Raises BureauThere."""
    desk = db.session("desk")
    if desk.scalar(select(Bureau.id).where(Bureau.name == name)):
        raise BureauThere(f"There is a bureau {name} already.")
    made = Bureau(name=name, place=place)
    desk.add(made)
    desk.flush()
    return made


def bureau_named(name: str | None) -> Bureau:
    """The bureau of this name, or the only one there is. Raises LookupError when that tells none, or not which."""
    bureaus = list(db.session("desk").scalars(select(Bureau).order_by(Bureau.name)))
    chosen = [bureau for bureau in bureaus if name in (None, bureau.name)]
    if len(chosen) != 1:
        there = ", ".join(bureau.name for bureau in bureaus) or "(none)"
        if name is None:
            raise LookupError(f"Say which bureau, with --bureau: {there}.")
        raise LookupError(f"There is no bureau «{name}». There are: {there}.")
    return chosen[0]


def school_named(name: str, bureau: Bureau) -> School:
    """The bureau's school of this name or school code. Raises LookupError when there is none, or several."""
    found = [school for school in bureau.schools if name in (school.name, school.code)]
    if len(found) > 1:
        codes = ", ".join(school.code or "(none)" for school in found)
        raise LookupError(f"{bureau.name} has {len(found)} schools named {name}. Give a school code: {codes}.")
    if not found:
        raise LookupError(f"{bureau.name} has no school named {name}.")
    return found[0]


def add(login: str, name: str, password: str, bureau: Bureau, school: School | None = None) -> Account:
    """A new account of a bureau, or of the principal of one of its schools; the caller commits.

    Raises LoginTaken.
    """
    if db.session("desk").scalar(select(Account).where(Account.login == login)):
        raise LoginTaken(f"The login {login} is taken.")
    account = Account(login=login, name=name, password_hash=hashed(password), bureau=bureau, school=school)
    db.session("desk").add(account)
    return account


def check(login: str, password: str) -> Account | None:
    """The account of this login and password; None when they do not belong together, or it is closed.

    Raises SchoolClosed, to whoever knows the password alone.
    """
    account = db.session("desk").scalar(select(Account).where(Account.login == login))
    account = account if account and not account.closed else None
    if not fits(password, account.password_hash if account else None) or account is None:
        return None
    if account.school and account.school.is_closed:
        raise SchoolClosed(account.school)
    return account


def of_login(login: str) -> Account:
    """The account of this login. Raises LookupError when there is none."""
    account = db.session("desk").scalar(select(Account).where(Account.login == login))
    if account is None:
        raise LookupError(f"There is no account with the login {login}.")
    return account


def give_password(account: Account, password: str) -> None:
    """Another password for an account; its sessions end. The caller commits."""
    account.password_hash, account.stamp = hashed(password), new_id()


def open_of(bureau_id: str, school_id: str | None) -> list[Account]:
    """The accounts of a school, or those of the bureau itself, that are not closed."""
    whose = (Account.bureau_id == bureau_id, Account.school_id == school_id)
    return list(db.session("desk").scalars(select(Account).where(*whose, ~Account.closed).order_by(Account.login)))


def close(account: Account) -> None:
    """Close an account for good and end its sessions; the caller commits. Raises LastAccount.

    Of a bureau's last two that close each other, one stays.
    """
    desk = db.begin_writing("desk")
    desk.execute(select(Bureau.id).where(Bureau.id == account.bureau_id).with_for_update())
    if account.school_id is None and open_of(account.bureau_id, None) == [account]:
        raise LastAccount(account.login)
    account.closed, account.stamp = True, new_id()
