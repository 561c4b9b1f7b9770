"""Inviting the principal of a school: a link that makes one account, once. Of the link only a hash is stored.

Only sending the form uses a link up: chat apps open links by themselves, to show what is behind them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from survey import db
from survey.day import today
from survey.staff import accounts, audit, refusals
from survey.staff.store import Account, Bureau, Invitation, School

DAYS_VALID = 14  # a house rule
REPLACED, SCHOOL_CLOSED = "replaced", "school_closed"  # why one ended that nobody used
TOKEN_BYTES = 32


class LinkOver(ValueError):
    """A link that was used, replaced, is past its last day or never was."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many schools of a bureau nobody logs in for, closed ones aside."""

    uninvited: int  # no invitation of theirs can be used
    invited: int


def invite(school: School) -> tuple[str, Invitation]:
    """A new token, told this once, and its invitation; it ends the school's older ones. The caller commits."""
    _begin(School.id == school.id)
    return _made(school)


def lacking(bureau: Bureau) -> Lacking:
    """What `invite_lacking` would find."""
    numbers = (
        select(func.count()).select_from(School).where(*_lacks(bureau.id, is_invited=it)) for it in (False, True)
    )
    return Lacking(*(db.session("desk").scalars(number).one() for number in numbers))


def invite_lacking(bureau: Bureau, *, anew: bool) -> Sequence[tuple[str, Invitation]]:
    """The same for each school of a bureau that nobody logs in for and that has no invitation. The caller commits.

    `anew`: for each that has one, which ends.
    """
    bureau_id = bureau.id
    desk = _begin(School.bureau_id == bureau_id)
    return [_made(school) for school in desk.scalars(select(School).where(*_lacks(bureau_id, is_invited=anew)))]


def _begin(*schools: ColumnElement[bool]) -> Session:
    """A writer's session on the desk: of two who invite for the same schools, the second sees what the first did."""
    desk = db.begin_writing("desk")
    desk.execute(select(School.id).where(*schools).order_by(School.id).with_for_update())
    return desk


def _made(school: School) -> tuple[str, Invitation]:
    desk, token = db.session("desk"), secrets.token_urlsafe(TOKEN_BYTES)
    end(school, REPLACED)
    last_day = today() + timedelta(days=DAYS_VALID)
    made = Invitation(token_hash=_hash(token), bureau_id=school.bureau_id, school=school, last_day=last_day)
    desk.add(made)
    audit.record("invited_principal", school=school.label)
    return token, made


def _number(bureau: Bureau, *, is_invited: bool) -> int:
    lacking = select(func.count()).select_from(School).where(*_lacks(bureau.id, is_invited=is_invited))
    return db.session("desk").scalars(lacking).one()


def _lacks(bureau_id: str, *, is_invited: bool) -> Sequence[ColumnElement[bool]]:
    logs_in = exists().where(Account.school_id == School.id, ~Account.closed)
    out = exists().where(Invitation.school_id == School.id, *_usable())
    return School.bureau_id == bureau_id, School.closed_on.is_(None), ~logs_in, out if is_invited else ~out


def end(school: School, why: str) -> None:
    """Let no invitation of a school be used any more, since it is closed or a new one is made; the caller commits."""
    still_open = (Invitation.school_id == school.id, Invitation.state == "open")
    db.session("desk").execute(update(Invitation).where(*still_open).values(state=why))


def waiting(school: School) -> Invitation | None:
    """The school's invitation that can still be used."""
    return db.session("desk").scalar(select(Invitation).where(Invitation.school_id == school.id, *_usable()))


def of_link(token: str) -> Invitation:
    """The invitation behind a link, as long as it can be used. Raises LinkOver, and then writes it down."""
    found = db.session("desk").get(Invitation, _hash(token))
    if found is None or found.state != "open" or found.last_day < today():
        _refuse(found)
    return found


def accept(token: str, login: str, name: str, password: str) -> Account:
    """Use a link up for a new account. Commits. Of two at once, one wins.

    Raises LinkOver, and accounts.LoginTaken: then the link can still be used.
    """
    desk = db.begin_writing("desk")
    first = update(Invitation).where(Invitation.token_hash == _hash(token), *_usable()).values(state="used")
    invitation = desk.scalar(first.returning(Invitation))
    if invitation is None:
        _refuse(desk.get(Invitation, _hash(token)))
    try:
        school = invitation.school
        account = accounts.add(login, name, password, school.bureau, school)
    except accounts.LoginTaken:
        desk.rollback()
        raise
    desk.flush()
    audit.record_of(account, None, "accepted_invitation")
    desk.commit()
    return account


def _refuse(found: Invitation | None) -> NoReturn:
    why = "unknown" if found is None else "over" if found.state == "open" else found.state
    refusals.note_link(found.bureau_id if found else None, why)
    raise LinkOver(why)


def _usable() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (Invitation.state == "open", Invitation.last_day >= today())


def _hash(token: str) -> str:
    # A token is random enough that its hash needs neither salt nor slowness.
    return hashlib.sha256(token.encode()).hexdigest()
