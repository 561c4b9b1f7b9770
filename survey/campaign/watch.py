"""Watching a round: how many have answered, rounded and counted once a day; the groups behind; who was reminded when.

The pages could be read after every answer; what they say then is what they said this morning.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import select

from survey import db
from survey.ballot import groups
from survey.ballot.groups import SMALLEST_COUNT, ListedGroup
from survey.ballot.store import Group
from survey.campaign import rounds
from survey.campaign.rounds import AskedGroups
from survey.campaign.store import Campaign, Reminder
from survey.day import today

FILE = Path(__file__).parent / "watching.toml"
COUNTED_IN = ("open", "closed")
FEW, FAR = "few", "far"  # why a group is behind


@dataclass(frozen=True, slots=True)
class Rules:
    """The house rules of watching."""

    part_of_district: float
    days_between: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one school's questionnaire is: how many are asked, and how many answered, rounded."""

    school_id: str
    school_name: str
    questionnaire: str
    asked: int
    received: str
    school_closed: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """A group from which too little has come."""

    group: ListedGroup
    received: str
    why: str  # FEW | FAR


@cache
def rules() -> Rules:
    """The rules as they are written down."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Rules(told["behind"]["part_of_district"], told["reminder"]["days_between"])


def progress(campaign: Campaign) -> Sequence[Progress]:
    """Each school's questionnaires with the people asked and the number who answered, rounded.

    Nothing before the round opens, and nothing after it is published: its figures tell more. Commits when it counts.
    """
    return _progress(campaign.id, campaign.counted_on, rounds.asked(campaign)) if _count(campaign) else ()


def behind(campaign: Campaign) -> Sequence[Behind]:
    """The groups that take answers and are behind, as they were counted this morning; none on the first day.

    A group of fewer than ten people is none of them: it cannot come to ten. Commits when it counts.
    """
    if campaign.state != "open" or campaign.opened_on is None or campaign.opened_on >= today() or not _count(campaign):
        return ()
    return _behind(campaign.id, campaign.counted_on, rounds.asked(campaign))


@lru_cache(maxsize=8)
def _progress(campaign_id: str, _counted_on: date | None, whom: AskedGroups) -> Sequence[Progress]:
    received = db.session("desk").scalars(select(Campaign.received).where(Campaign.id == campaign_id)).one()
    asked: dict[tuple[str, str], int] = {}
    schools: dict[str, ListedGroup] = {}
    for group in whom.groups:
        key = (group.school_id, group.questionnaire)
        asked[key] = asked.get(key, 0) + group.enrolled
        schools[group.school_id] = group
    return [
        Progress(school_id, group.school_name, name, number, received[school_id][name], group.school_closed)
        for (school_id, name), number in asked.items()
        for group in (schools[school_id],)
    ]


@lru_cache(maxsize=8)
def _behind(campaign_id: str, _counted_on: date | None, whom: AskedGroups) -> Sequence[Behind]:
    of_round = select(Campaign.received_by_group).where(Campaign.id == campaign_id)
    counted = db.session("desk").scalars(of_round).one()
    asked = [group for group in whom.groups if group.id in counted]
    shares = _district_shares(asked, counted)
    return [
        Behind(group, counted[group.id], why)
        for group in asked
        if group.takes_answers and (why := _why(group, counted[group.id], shares[group.questionnaire]))
    ]


def reminded_on(campaign: Campaign, groups_told: Collection[str]) -> Mapping[str, date]:
    """Of these groups, by id, the day on which a reminder was last handed out to each."""
    mine = select(Reminder).where(Reminder.campaign_id == campaign.id, Reminder.group_id.in_(groups_told))
    return {row.group_id: row.last_on for row in db.session("desk").scalars(mine)}


def note_reminded(campaign: Campaign, reminded: Collection[Group]) -> None:
    """Keep that these groups were reminded today; the caller commits."""
    for group in reminded:
        db.session("desk").merge(Reminder(campaign_id=campaign.id, group_id=group.id, last_on=today()))


def is_soon(last_on: date | None) -> bool:
    """Whether a group was reminded so lately that reminding it again is advised against."""
    return last_on is not None and (today() - last_on).days < rules().days_between


def _count(campaign: Campaign) -> bool:
    """Count what has come, where that was not done today. Whether there is anything to tell."""
    if campaign.state not in COUNTED_IN:
        return False
    if campaign.counted_on != today():
        campaign.counted_on = today()
        campaign.received, campaign.received_by_group = groups.received(campaign.id)
        db.session("desk").commit()
    return True


def _district_shares(asked: Sequence[ListedGroup], counted: Mapping[str, str]) -> Mapping[str, float]:
    """Questionnaire → the share that has answered at the least."""
    people: dict[str, int] = {}
    answers: dict[str, int] = {}
    for group in asked:
        people[group.questionnaire] = people.get(group.questionnaire, 0) + group.enrolled
        answers[group.questionnaire] = answers.get(group.questionnaire, 0) + groups.ends(counted[group.id])[0]
    return {name: answers[name] / people[name] for name in people}


def _why(group: ListedGroup, received: str, district: float) -> str | None:
    least, most = groups.ends(received)
    if group.enrolled < SMALLEST_COUNT:
        return None
    if least < SMALLEST_COUNT:
        return FEW
    return FAR if most / group.enrolled < rules().part_of_district * district else None
