"""How far ahead a round may begin, how long it may be open, and moving its last day while it is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import update

from survey import db
from survey.ballot import groups
from survey.campaign.store import Campaign, WrongState
from survey.day import today

FILE = Path(__file__).parent / "lasting.toml"


@dataclass(frozen=True, slots=True)
class Rules:
    """The house rules of how long a round may last, in days."""

    most_days_ahead: int
    most_days_open: int
    late: int


@cache
def rules() -> Rules:
    """The rules as they are written down."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Rules(told["first_day"]["most_days_ahead"], told["last_day"]["most_days_open"], told["late"]["days"])


def is_too_far_ahead(first_day: date) -> bool:
    """Whether a draft that is written today may not name this first day."""
    return (first_day - today()).days > rules().most_days_ahead


def is_too_long(first_day: date | None, last_day: date) -> bool:
    """Whether a round that begins then, but not before today, would be open for longer than the house rule allows."""
    return (last_day - max(today(), first_day or today())).days > rules().most_days_open


def last_of_late() -> date:
    """The last day on which late answers are taken, if they are from today on."""
    return today() + timedelta(days=rules().late)


def may_move_to(campaign: Campaign) -> tuple[date, date]:
    """The first and the last day to which an open round's last day can be moved."""
    first_day = campaign.opened_on or today()
    most = last_of_late() if campaign.was_published else first_day + timedelta(days=rules().most_days_open)
    least = max(today(), first_day)
    return least, max(least, most)


def move_last_day(campaign: Campaign, day: date) -> None:
    """Take answers in an open round up to another day, which `may_move_to` allows. Commits.

    Of the two stores the ballots come first, so that a step that was cut off can be taken again. Raises WrongState
    where the round is not open any more.
    """
    desk = db.session("desk")
    one = update(Campaign).where(Campaign.id == campaign.id, Campaign.state == "open").values(closes_on=day)
    moved = desk.execute(one.returning(Campaign.id), execution_options={"synchronize_session": False}).all()
    desk.refresh(campaign)
    if not moved:
        raise WrongState(campaign.state)
    groups.take_until(campaign.id, day)
    desk.commit()
