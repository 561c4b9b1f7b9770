"""The groups of a campaign as the respondents' pages know them, and how many have answered, rounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select, update

from survey import db
from survey.ballot.store import Ballot, Group, OpenReceipt, Slip, today
from survey.name_order import Place, name_order

SMALLEST_COUNT = 10  # fewer than this is all that staff learn before publication
STEP = 5  # above it, counts are rounded down to a multiple of this


def open_groups(groups: Sequence[Group]) -> None:
    """Let these groups answer."""
    session = db.session("ballots")
    session.add_all(groups)
    session.commit()


def take_until(campaign_id: str, last_day: date) -> None:
    """Take answers in a campaign, up to a day."""
    _change(campaign_id, is_open=True, closes_on=last_day)


def take_no_more(campaign_id: str) -> None:
    """Take no more answers in a campaign."""
    _change(campaign_id, is_open=False)


def mark_school(school_id: str, *, closed: bool) -> None:
    """Say of every group of a school, in rounds of any state, that the school is closed or is not."""
    session = db.session("ballots")
    session.execute(update(Group).where(Group.school_id == school_id).values(school_closed=closed))
    session.commit()


def campaigns_of_school(school_id: str) -> dict[str, int]:
    """Campaign → people of a school whom it asks, of those that are not over."""
    asked = select(Group.campaign_id, func.sum(Group.enrolled)).where(Group.school_id == school_id)
    still_open = asked.where(Group.is_open, Group.closes_on >= today()).group_by(Group.campaign_id)
    found = {campaign: int(people) for campaign, people in db.session("ballots").execute(still_open)}
    db.session("ballots").rollback()
    return found


def _change(campaign_id: str, **values: object) -> None:
    session = db.session("ballots")
    session.execute(update(Group).where(Group.campaign_id == campaign_id).values(**values))
    session.commit()


def groups_of(campaign_id: str) -> list[Group]:
    """The groups of a campaign, by school, questionnaire and grade."""
    listed = db.session("ballots").scalars(select(Group).where(Group.campaign_id == campaign_id))
    return sorted(listed, key=lambda group: (*_school(group), group.questionnaire, group.grade or 0))


def _school(group: Group) -> tuple[Place, str]:
    return name_order(group.school_name), group.school_id


def received(campaign_id: str) -> dict[str, dict[str, str]]:
    """School → questionnaire → how many answered, rounded down: "<10", "10+", "15+" …"""
    counts: dict[str, dict[str, int]] = {}
    for group in groups_of(campaign_id):
        of_school = counts.setdefault(group.school_id, {})
        of_school[group.questionnaire] = of_school.get(group.questionnaire, 0) + answered(group)
    return {school: {name: _rounded(n) for name, n in of_school.items()} for school, of_school in counts.items()}


def received_by_group(campaign_id: str) -> dict[str, str]:
    """Group → how many answered, rounded in the same way."""
    return {group.id: _rounded(answered(group)) for group in groups_of(campaign_id)}


def ends(rounded: str) -> tuple[int, int]:
    """The least and the most that a rounded count may stand for."""
    if rounded.startswith("<"):
        return 0, SMALLEST_COUNT - 1
    least = int(rounded.removesuffix("+"))
    return least, least + STEP - 1


def answered(group: Group) -> int:
    """Exactly how many have answered in a group; for the cap of an open link, never for staff."""
    session = db.session("ballots")
    if group.entry == "slips":
        mine = Slip.school_id == group.school_id, Slip.group_id == group.id
        return session.scalar(select(func.count()).where(*mine, Slip.receipt_hash.is_not(None))) or 0
    came = OpenReceipt.school_id == group.school_id, OpenReceipt.group_id == group.id
    return session.scalar(select(func.count()).where(*came)) or 0


def waiting(campaign_id: str) -> int:
    """Sealed ballots of a campaign that the mixer has not opened yet."""
    ballots = select(func.count()).select_from(Ballot).join(Group).where(Group.campaign_id == campaign_id)
    return db.session("ballots").scalar(ballots) or 0


def _rounded(count: int) -> str:
    return f"<{SMALLEST_COUNT}" if count < SMALLEST_COUNT else f"{count // STEP * STEP}+"
