"""Who is at the desk. A session names an account and its stamp, and is over once the account has another stamp."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from survey import db
from survey.db import new_id
from survey.staff.store import Account

# House rules: how long a session and its pages last without being used, and how long the second step is waited for.
SESSION_LASTS, CODE_AWAITED = timedelta(hours=8), timedelta(minutes=10)
DESKS = ("/school", "/bureau", "/staff", "/assistance")


class DeskSessions(SecureCookieSessionInterface):
    """Sessions that are prolonged at a desk alone: a page for respondents sets no cookie, whoever else logged in here.

    The cookie's path is / all the same, because its prefix __Host- demands it. Who brings no cookie, as respondents do,
    has an empty session without the keys that one would be signed with; one that nobody touched is not kept.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says."""
        return super().open_session(app, request) if "HTTP_COOKIE" in request.environ else self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie along, or take it away, where that is due."""
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether this answer carries the cookie."""
        return session.modified or (request.path.startswith(DESKS) and super().should_set_cookie(app, session))


def current_account() -> Account | None:
    """The account that is logged in."""
    if "account" not in g:
        g.account = _of(session.get("account"), session.get("stamp"))
    account: Account | None = g.account
    return account


def log_in(account: Account) -> None:
    """Begin a session of its own, with nothing of the one before but the language."""
    _begin(account=account.id, stamp=account.stamp)
    g.account = account


def log_in_half(account: Account) -> None:
    """Remember that the password was right. Nobody is at the desk before the code is, too."""
    _begin(half=account.id, stamp=account.stamp, since=int(time.time()))
    g.account = None


def awaiting_code() -> Account | None:
    """The account whose password was right a short while ago, and whose code is still to come."""
    if time.time() - session.get("since", 0) > CODE_AWAITED.total_seconds():
        return None
    return _of(session.get("half"), session.get("stamp"))


def end_others(account: Account) -> None:
    """End every session of the logged-in account but this one; the caller commits."""
    account.stamp = new_id()
    log_in(account)


def end_all() -> None:
    """End every session of whoever is logged in: a copy of the cookie opens nothing any more. Commits."""
    account = current_account()
    if account:
        account.stamp = new_id()
        db.session("desk").commit()
    session.clear()


def _of(account_id: str | None, stamp: str | None) -> Account | None:
    account = db.session("desk").get(Account, account_id) if account_id else None
    return account if account and account.stamp == stamp and account.may_work else None


def _begin(**known: str | int) -> None:
    language = session.get("language")
    session.clear()
    session.permanent = True
    session.update(known)
    if language:
        session["language"] = language
