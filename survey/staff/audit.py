"""What staff did: who, what, when. Never anything about a respondent."""

from __future__ import annotations

from datetime import UTC, datetime

from survey import db
from survey.staff.access import current_account
from survey.staff.store import Deed


def record(what: str) -> None:
    """Write down what the current account does; the caller commits."""
    account = current_account()
    db.session("desk").add(Deed(at=datetime.now(UTC), login=account.login if account else "-", what=what))
