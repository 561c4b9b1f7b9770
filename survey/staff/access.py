"""Pages for staff, or for one kind of staff only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, redirect, request, url_for

from survey.staff.refusals import refuse
from survey.staff.sessions import current_account
from survey.staff.store import Account

View = Callable[..., Any]


def staff_only(view: View) -> View:
    """A page for whoever is logged in."""
    return _only(view, lambda _: True)


def bureau_only(view: View) -> View:
    """A page for a bureau's staff; to others it does not exist."""
    return _only(view, lambda account: account.school_id is None)


def principal_only(view: View) -> View:
    """A page for the principal of a school; to others it does not exist."""
    return _only(view, lambda account: account.school_id is not None)


def is_second_step_missing(account: Account) -> bool:
    """Whether this installation asks for a second step, and the account has none."""
    return bool(current_app.config["SETTINGS"].demands_second_step) and account.second_step is None


def _only(view: View, may: Callable[[Account], bool]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        account = current_account()
        if account is None:
            return redirect(url_for("staff.login", next=request.path))
        if is_second_step_missing(account) and request.endpoint != "staff.second_step":
            return redirect(url_for("staff.second_step"))
        if not may(account):
            refuse("page", request.path)
        return view(*args, **kwargs)

    return guarded
