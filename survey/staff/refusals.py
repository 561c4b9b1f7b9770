"""What somebody was refused: answered as if it were not there, and written down, though not without end."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

from flask import abort
from sqlalchemy import func, select

from survey import db
from survey.day import now
from survey.staff import audit
from survey.staff.sessions import current_account
from survey.staff.store import Account, Deed

LONGEST_SHOWN = 40  # characters of what was asked for
MOST_RECORDED = 100  # an hour, of one account: a house rule, lest one account fills the disk
SPAN = timedelta(hours=1)
WRONG_PASSWORD = "failed_to_log_in"
REFUSALS = ("refused", "refused_link", "refused_more")


def refuse(thing: str, asked: object) -> NoReturn:
    """Answer 404, and write down what the logged-in account asked for; `thing` has its words in deeds.WORDS.

    Commits this alone: whatever the request had half done is dropped.
    """
    if account := current_account():
        _note(account, account.bureau_id, "refused", thing=thing, asked=_printable(str(asked)))
    abort(404)


def note_link(bureau_id: str | None, why: str) -> None:
    """Write down that a link of invitation was refused, without the link. Commits this alone, as above."""
    _note(None, bureau_id, "refused_link", why=why)


def note_wrong_password(login: str) -> None:
    """Write down that a wrong password was typed for an account, if there is one with this login.

    One line a run: the next failures until a log-in are counted in it. Neither what was typed nor from where is kept.
    Commits this alone, as above.
    """
    desk = db.begin_writing("desk")
    account = desk.scalar(select(Account).where(Account.login == login))
    if account is not None:
        of_run = (Deed.account_id == account.id, Deed.deed.in_(("logged_in", WRONG_PASSWORD)))
        last = desk.scalar(select(Deed).where(*of_run).order_by(Deed.id.desc()).limit(1))
        if last is not None and last.deed == WRONG_PASSWORD:
            last.fields = {"number": int(last.fields["number"]) + 1}
        else:
            audit.record_of(account, None, WRONG_PASSWORD, number=1)
    desk.commit()


def _note(account: Account | None, bureau_id: str | None, deed: str, **fields: str) -> None:
    desk = db.begin_writing("desk")
    whose = (Deed.account_id == (account.id if account else None), Deed.bureau_id == bureau_id)
    recent = select(func.count()).where(*whose, Deed.deed.in_(REFUSALS), Deed.at > now() - SPAN)
    recorded = desk.scalar(recent) or 0
    if recorded < MOST_RECORDED:
        audit.record_of(account, bureau_id, deed, **fields)
    elif recorded == MOST_RECORDED:
        audit.record_of(account, bureau_id, "refused_more")
    desk.commit()


def _printable(asked: str) -> str:
    return "".join(character for character in asked if character.isprintable())[:LONGEST_SHOWN]
