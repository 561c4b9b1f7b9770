"""Inviting the principal of a school: a link that makes one account, once. Of the link only a hash is stored.

Only sending the form uses a link up: chat apps open links by themselves, to show what is behind them.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import NoReturn

from sqlalchemy import ColumnElement, select, update

from survey import db
from survey.day import today
from survey.staff import accounts, audit, refusals
from survey.staff.store import Account, Invitation, School

DAYS_VALID = 14  # a house rule
TOKEN_BYTES = 32


class LinkOver(ValueError):
    """A link that was used, replaced, is past its last day or never was."""


def invite(school: School) -> tuple[str, Invitation]:
    """A new token, told this once, and its invitation; it ends the school's older ones. The caller commits."""
    desk, token = db.begin_writing("desk"), secrets.token_urlsafe(TOKEN_BYTES)
    desk.execute(select(School.id).where(School.id == school.id).with_for_update())
    older = (Invitation.school_id == school.id, Invitation.state == "open")
    desk.execute(update(Invitation).where(*older).values(state="replaced"))
    last_day = today() + timedelta(days=DAYS_VALID)
    made = Invitation(token_hash=_hash(token), bureau_id=school.bureau_id, school=school, last_day=last_day)
    desk.add(made)
    audit.record("invited_principal", school=school.label)
    return token, made


def end(school: School) -> None:
    """Let no invitation of a school that is being closed be used any more; the caller commits."""
    still_open = (Invitation.school_id == school.id, Invitation.state == "open")
    db.session("desk").execute(update(Invitation).where(*still_open).values(state="school_closed"))


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
