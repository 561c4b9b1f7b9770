"""A school that is closed or becomes part of another one, also while a round is open; and taking that back.

Nothing of it is thrown away. Its groups take no more answers, and whoever comes with a slip or a link is told so. What
was answered before waits for the end of the round like all else: a group of fewer than ten is mixed with others then,
and not before, when there would be nobody to mix it with.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select

from survey import db
from survey.ballot import groups
from survey.campaign.rounds import WrongState
from survey.campaign.store import Campaign
from survey.day import today
from survey.staff import invitations
from survey.staff.store import School

FILE = Path(__file__).parent / "closing.toml"


@cache
def most_days_back() -> int:
    """The house rule of how long ago a school that is closed today may have ended, in days."""
    days: int = tomllib.loads(FILE.read_text(encoding="utf-8"))["closed"]["most_days_back"]
    return days


def first_day() -> date:
    """The earliest day as of which a school can be closed today."""
    return today() - timedelta(days=most_days_back())


def close_school(school: School, day: date, into: School | None = None) -> None:
    """Close a school as of a day, or say which one it became part of. The caller commits.

    The ballots store comes first, so that no answer comes to a school that is said to be closed, and a step that was
    cut off can be taken again. Raises WrongState where the school is closed already, or the other one is, or is itself.
    """
    if school.is_closed or (into and (into.is_closed or into.id == school.id)):
        raise WrongState(school.id)
    groups.mark_school(school.id, closed=True)
    invitations.end(school, invitations.SCHOOL_CLOSED)
    school.closed_on, school.merged_into_id = day, into.id if into else None


def reopen_school(school: School) -> None:
    """Take the closing back: rounds that are still open take its answers again. The caller commits.

    Raises WrongState where the school is not closed.
    """
    if not school.is_closed:
        raise WrongState(school.id)
    groups.mark_school(school.id, closed=False)
    school.closed_on = school.merged_into_id = None


def rounds_asking(school: School) -> Mapping[Campaign, int]:
    """The open rounds that ask a school, and how many of its people."""
    asked = groups.campaigns_of_school(school.id)
    found = db.session("desk").scalars(select(Campaign).where(Campaign.id.in_(asked), Campaign.state == "open"))
    return {campaign: asked[campaign.id] for campaign in found}
