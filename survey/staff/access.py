"""Who is at the desk: logging in and out, and pages for one kind of staff only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, g, redirect, request, session, url_for

from survey import db
from survey.staff.store import Account

View = Callable[..., Any]


def current_account() -> Account | None:
    """The account that is logged in."""
    if "account" not in g:
        known = session.get("account")
        g.account = db.session("desk").get(Account, known) if known else None
    account: Account | None = g.account
    return account


def log_in(account: Account) -> None:
    """Begin a session of its own, with nothing of the one before but the language."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    session["account"] = account.id
    if language:
        session["language"] = language


def bureau_only(view: View) -> View:
    """A page for a bureau's staff; to others it does not exist."""
    return _only(view, lambda account: account.school_id is None)


def principal_only(view: View) -> View:
    """A page for the principal of a school; to others it does not exist."""
    return _only(view, lambda account: account.school_id is not None)


def _only(view: View, may: Callable[[Account], bool]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        account = current_account()
        if account is None:
            return redirect(url_for("staff.login", next=request.path))
        if not may(account):
            abort(404)
        return view(*args, **kwargs)

    return guarded
