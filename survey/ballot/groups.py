"""The groups of a campaign as the respondents' pages know them, and how many have answered, rounded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Update, func, select, update

from survey import db
from survey.ballot.seal_key import hold_up_senders
from survey.ballot.store import Ballot, Group, OpenReceipt, Slip, takes_answers
from survey.day import today
from survey.words.name_order import Place, name_order

SMALLEST_COUNT = 10  # fewer than this is all that staff learn before publication
STEP = 5  # above it, counts are rounded down to a multiple of this


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group as lists have it."""

    id: str
    school_id: str
    school_name: str
    questionnaire: str
    grade: int | None
    enrolled: int
    school_closed: bool
    takes_answers: bool  # on the day it was read


def open_groups(groups: Sequence[Group]) -> None:
    """Let these groups answer."""
    session = db.session("ballots")
    session.add_all(groups)
    session.commit()


def take_until(campaign_id: str, last_day: date) -> None:
    """Take answers in a campaign, up to a day."""
    session = db.session("ballots")
    session.execute(_changed(campaign_id, is_open=True, closes_on=last_day))
    session.commit()


def take_no_more(campaign_id: str) -> None:
    """Take no more answers in a campaign. When this is done, nobody is sending one: what the mixer finds is all."""
    session = db.session("ballots")
    session.execute(_changed(campaign_id, is_open=False))
    hold_up_senders(session)
    session.commit()


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


def _changed(campaign_id: str, **values: object) -> Update:
    return update(Group).where(Group.campaign_id == campaign_id).values(**values)


def groups_of(campaign_id: str, *, schools: Collection[str] = (), ids: Collection[str] = ()) -> list[Group]:
    """The groups of a campaign, by school, questionnaire and grade; of some schools, or some by their ids, alone."""
    chosen = select(Group).where(Group.campaign_id == campaign_id)
    chosen = chosen.where(Group.school_id.in_(schools)) if schools else chosen
    chosen = chosen.where(Group.id.in_(ids)) if ids else chosen
    listed = db.session("ballots").scalars(chosen)
    return sorted(listed, key=lambda group: (*_school(group), group.questionnaire, group.grade or 0))


def one(campaign_id: str, group_id: str) -> Group | None:
    """One group of a campaign; None where it has none such."""
    found = db.session("ballots").get(Group, group_id)
    return found if found and found.campaign_id == campaign_id else None


def listed(campaign_id: str) -> list[ListedGroup]:
    """All groups as lists have them, in the same order; nothing of what is printed and answered meanwhile."""
    names = [field.name for field in fields(ListedGroup) if field.name != "takes_answers"]
    columns = [*(getattr(Group, name) for name in names), takes_answers().label("takes_answers")]
    rows = db.session("ballots").execute(select(*columns).where(Group.campaign_id == campaign_id)).mappings()
    found = [ListedGroup(**row) for row in rows]
    return sorted(found, key=lambda group: (*_school(group), group.questionnaire, group.grade or 0))


def asks_of(campaign_id: str) -> list[tuple[str, str | None]]:
    """Each questionnaire that a campaign asks, with its fingerprint when it opened."""
    asked = select(Group.questionnaire, Group.asks).where(Group.campaign_id == campaign_id).distinct()
    return [(name, asks) for name, asks in db.session("ballots").execute(asked)]


def schools_to_print(campaign_id: str) -> set[str]:
    """The schools with a group whose slips were never printed."""
    fresh = select(Group.school_id).where(Group.campaign_id == campaign_id, Group.prints == 0).distinct()
    return set(db.session("ballots").scalars(fresh))


def _school(group: Group | ListedGroup) -> tuple[Place, str]:
    return name_order(group.school_name), group.school_id


def received(campaign_id: str) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """How many answered, rounded down ("<10", "10+", "15+" …): school → questionnaire, and group by group."""
    exact, counts = _answered(campaign_id), dict[str, dict[str, int]]()
    groups = listed(campaign_id)
    for group in groups:
        of_school = counts.setdefault(group.school_id, {})
        of_school[group.questionnaire] = of_school.get(group.questionnaire, 0) + exact.get(group.id, 0)
    of_schools = {school: {name: _rounded(n) for name, n in told.items()} for school, told in counts.items()}
    return of_schools, {group.id: _rounded(exact.get(group.id, 0)) for group in groups}


def _answered(campaign_id: str) -> dict[str, int]:
    """Group → exactly how many have answered, of the groups with any."""
    found: dict[str, int] = {}
    for table, is_answer in ((Slip, Slip.receipt_hash.is_not(None)), (OpenReceipt, OpenReceipt.group_id.is_not(None))):
        counted = select(table.group_id, func.count()).join(Group, Group.id == table.group_id)
        counted = counted.where(Group.campaign_id == campaign_id, is_answer, _is_entry_of(table))
        for group, number in db.session("ballots").execute(counted.group_by(table.group_id)):
            found[group] = number
    return found


def _is_entry_of(table: type[Slip] | type[OpenReceipt]) -> ColumnElement[bool]:
    return Group.entry == "slips" if table is Slip else Group.entry != "slips"


def ends(rounded: str) -> tuple[int, int]:
    """The least and the most that a rounded count may stand for."""
    if rounded.startswith("<"):
        return 0, SMALLEST_COUNT - 1
    least = int(rounded.removesuffix("+"))
    return least, least + STEP - 1


def waiting(campaign_id: str) -> int:
    """Sealed ballots of a campaign that the mixer has not opened yet."""
    ballots = select(func.count()).select_from(Ballot).join(Group).where(Group.campaign_id == campaign_id)
    return db.session("ballots").scalar(ballots) or 0


def _rounded(count: int) -> str:
    return f"<{SMALLEST_COUNT}" if count < SMALLEST_COUNT else f"{count // STEP * STEP}+"
