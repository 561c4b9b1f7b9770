"""The day on which the mixer last completed a turn, so that one that stands still is seen.

The day alone, written at most once on each: an hour would say when ballots were opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select, update

from survey import db
from survey.ballot.seal_key import is_needed
from survey.ballot.store import SealKey
from survey.day import today

MOST_DAYS = 2  # a house rule: one that mixes at night may miss a night


def note() -> None:
    """A turn is completed, on a day that is believed. Commits."""
    if _day() == today():
        return
    session = db.session("ballots")
    session.execute(update(SealKey).values(last_turn_on=today()), execution_options={"synchronize_session": False})
    session.commit()


def days_since() -> int | None:
    """How many days ago that was; None where no turn was completed yet."""
    day = _day()
    return None if day is None else max((today() - day).days, 0)  # days of machines may differ


def amiss() -> Iterator[str]:
    """That answers wait, or may come, and no mixer has been at work for too long."""
    with db.reading("ballots") as connection:
        if not is_needed(connection):
            return
    days = days_since()
    if days is None or days > MOST_DAYS:
        since = "yet" if days is None else f"for {days} days"
        yield (
            f"A round is open or ballots wait, and the mixer has completed no turn {since}: what is sent stays sealed "
            "and is no answer until it does. Start it, or look at what it says: journalctl --unit jianfu-mixer (or "
            "jianfu-mix-at-night)"
        )


def _day() -> date | None:
    with db.reading("ballots") as connection:
        return connection.execute(select(SealKey.last_turn_on)).scalar()
