"""What staff did: who, what, when. Never anything about a respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from survey import db
from survey.day import now
from survey.staff.deeds import DEEDS
from survey.staff.sessions import current_account
from survey.staff.store import Account, Deed

DEEDS_A_PAGE = 50
NO_LOGIN = "-"


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some deeds, the newest first; `older` is where the page after this one begins, None on the last."""

    deeds: Sequence[Deed]
    older: int | None


def record(deed: str, **fields: str | int) -> None:
    """Write down what the current account does, by its name in DEEDS; the caller commits."""
    record_of(current_account(), None, deed, **fields)


def note(deed: str, **fields: str | int) -> None:
    """Write down that the current account sees a page that is written down, before it is shown.

    A page that is only read has a reader's sessions, so this takes a writer's turn. Commits this alone: whatever the
    request had half done is dropped.
    """
    db.begin_writing("desk")
    record(deed, **fields)
    db.session("desk").commit()


def record_of(account: Account | None, bureau_id: str | None, deed: str, /, **fields: str | int) -> None:
    """Write down what an account does, or without one somebody at a bureau's door; the caller commits."""
    if deed not in DEEDS:
        raise KeyError(deed)
    made = Deed(at=now(), login=NO_LOGIN, bureau_id=bureau_id, deed=deed, fields=fields)
    if account:
        made.login, made.account_id = account.login, account.id
        made.bureau_id, made.school_id = account.bureau_id, account.school_id
    db.session("desk").add(made)


def trail(account: Account, login: str = "", before: int | None = None) -> TrailPage:
    """What a bureau's staff may read: its district's deeds; what a principal may: those of the own school's desk."""
    chosen = select(Deed).order_by(Deed.id.desc()).limit(DEEDS_A_PAGE + 1)
    if account.school_id:
        chosen = chosen.where(Deed.school_id == account.school_id)
    else:
        # A link that is nobody's is told to every bureau: it may have been meant for any.
        chosen = chosen.where(or_(Deed.bureau_id == account.bureau_id, Deed.bureau_id.is_(None)))
    if login:
        chosen = chosen.where(Deed.login == login)
    if before is not None:
        chosen = chosen.where(Deed.id < before)
    found = list(db.session("desk").scalars(chosen))
    shown = found[:DEEDS_A_PAGE]
    return TrailPage(shown, shown[-1].id if len(found) > DEEDS_A_PAGE else None)
