"""Inviting the principal of a school: a link that makes one account, once. Of the link only a hash is stored.

Only sending the form uses a link up: chat apps open links by themselves, to show what is behind them.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import NoReturn

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from survey import db
from survey.day import today
from survey.staff import accounts, audit, refusals
from survey.staff.store import Account, Invitation, School

DAYS_VALID = 14  # a house rule
REPLACED, SCHOOL_CLOSED = "replaced", "school_closed"  # why one ended that nobody used
TOKEN_BYTES = 32


class LinkOver(ValueError):
    """A link that was used, replaced, is past its last day or never was."""


def invite(school: School) -> tuple[str, Invitation]:
    """A new token, told this once, and its invitation; it ends the school's older ones. The caller commits."""
    begin(School.id == school.id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, make(school, token)


def begin(*schools: ColumnElement[bool]) -> Session:
    """A writer's session on the desk: of two who invite for the same schools, the second sees what the first did."""
    desk = db.begin_writing("desk")
    desk.execute(select(School.id).where(*schools).order_by(School.id).with_for_update())
    return desk


def make(school: School, token: str) -> Invitation:
    """The invitation behind a token; it ends the school's older ones. The caller has begun, and commits."""
    last_day = today() + timedelta(days=DAYS_VALID)
    made = Invitation(token_hash=hash_of(token), bureau_id=school.bureau_id, school=school, last_day=last_day)
    if end(school, REPLACED):
        audit.record("invited_principal_anew", school=school.label)
    else:
        audit.record("invited_principal", school=school.label)
    db.session("desk").add(made)
    return made


def end(school: School, why: str) -> int:
    """Let no invitation of a school be used any more, since it is closed or a new one is made; the caller commits.

    How many that were.
    """
    still_open = (Invitation.school_id == school.id, Invitation.state == "open")
    ended = db.session("desk").execute(
        update(Invitation).where(*still_open).values(state=why).returning(Invitation.school_id)
    )
    return len(ended.all())


def waiting(school: School) -> Invitation | None:
    """The school's invitation that can still be used."""
    return db.session("desk").scalar(select(Invitation).where(Invitation.school_id == school.id, *usable()))


def of_link(token: str) -> Invitation:
    """The invitation behind a link, as long as it can be used. Raises LinkOver, and then writes it down."""
    found = db.session("desk").get(Invitation, hash_of(token))
    if found is None or found.state != "open" or found.last_day < today():
        _refuse(found)
    return found


def accept(token: str, login: str, name: str, password: str) -> Account:
    """Use a link up for a new account. Commits. Of two at once, one wins.

    Raises LinkOver, and accounts.LoginTaken: then the link can still be used.
    """
    desk = db.begin_writing("desk")
    first = update(Invitation).where(Invitation.token_hash == hash_of(token), *usable()).values(state="used")
    invitation = desk.scalar(first.returning(Invitation))
    if invitation is None:
        _refuse(desk.get(Invitation, hash_of(token)))
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


def usable() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """For a query: an invitation can still be used."""
    return (Invitation.state == "open", Invitation.last_day >= today())


def hash_of(token: str) -> str:
    """What is stored of a token."""
    # A token is random enough that its hash needs neither salt nor slowness.
    return hashlib.sha256(token.encode()).hexdigest()
