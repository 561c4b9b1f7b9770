"""A round of questionnaires: made, opened, closed, published; and opened again for late answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from survey import db
from survey.ballot import groups
from survey.ballot.store import Group
from survey.campaign.store import Campaign
from survey.questionnaire import questionnaire_for
from survey.staff.store import Bureau, School

# Step → the state it leads from, and the state it leads to.
MOVES = {
    "open": ("draft", "open"),
    "close": ("open", "closed"),
    "publish": ("closed", "published"),
    "reopen": ("published", "open"),
}
ENTRIES = ("slips", "open_link")


class WrongState(ValueError):
    """A step that the campaign is not ready for."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one school's questionnaire is: how many are asked, and how many answered, rounded."""

    school_name: str
    questionnaire: str
    asked: int
    received: str


def create_campaign(bureau: Bureau, title: str, entry: str, closes_on: date) -> Campaign:
    """A draft of a round; the caller commits."""
    campaign = Campaign(bureau_id=bureau.id, title=title, entry=entry, closes_on=closes_on)
    db.session("desk").add(campaign)
    db.session("desk").flush()
    return campaign


def open_campaign(campaign: Campaign) -> None:
    """Open a group for every school, questionnaire and grade of the district. Commits."""
    advance(campaign, "open")
    desk = db.session("desk")
    bureau = desk.get_one(Bureau, campaign.bureau_id)
    campaign.opened_on = datetime.now(UTC).date()
    desk.commit()
    groups.open_groups([group for school in bureau.schools for group in _groups(campaign, bureau, school)])


def close_campaign(campaign: Campaign) -> None:
    """Take no more answers. Commits."""
    advance(campaign, "close")
    db.session("desk").commit()
    groups.let_answer(campaign.id, is_open=False)


def reopen_campaign(campaign: Campaign) -> None:
    """Take late answers to a published round; its release stays as it is. Commits."""
    advance(campaign, "reopen")
    db.session("desk").commit()
    groups.let_answer(campaign.id, is_open=True)


def may(campaign: Campaign, step: str) -> bool:
    """Whether a step can be taken now."""
    return MOVES[step][0] == campaign.state


def advance(campaign: Campaign, step: str) -> None:
    """Bring the campaign to the state that a step leads to. Raises WrongState where it cannot be taken now."""
    if not may(campaign, step):
        raise WrongState(f"{step}: {campaign.state}")
    campaign.state = MOVES[step][1]


def is_mixed(campaign: Campaign) -> bool:
    """Whether every ballot has become an answer."""
    return groups.waiting(campaign.id) == 0


def groups_of(campaign: Campaign) -> list[Group]:
    """Whom the campaign asks."""
    return groups.groups_of(campaign.id)


def progress(campaign: Campaign) -> list[Progress]:
    """Each school's questionnaires with the people asked and the number who answered, rounded, counted once a day.

    Commits when it counts. The page could be read after every answer; what it says then is what it said this morning.
    """
    today = datetime.now(UTC).date()
    if campaign.counted_on != today and campaign.opened_on:
        campaign.counted_on, campaign.received = today, groups.received(campaign.id)
        db.session("desk").commit()
    asked: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    for group in groups_of(campaign):
        key = (group.school_id, group.questionnaire)
        asked[key] = asked.get(key, 0) + group.enrolled
        names[group.school_id] = group.school_name
    return [Progress(names[key[0]], key[1], number, campaign.received[key[0]][key[1]]) for key, number in asked.items()]


def _groups(campaign: Campaign, bureau: Bureau, school: School) -> list[Group]:
    """Parents and pupils by grade, teachers together. One parent answers for each pupil."""
    asked: list[tuple[str, int | None, int]] = [("teacher", None, school.teachers)]
    asked += [(role, row.grade, row.pupils) for row in school.enrolment for role in ("parent", "pupil")]
    made = []
    for role, grade, enrolled in asked:
        questionnaire = questionnaire_for(role, grade)
        if questionnaire and enrolled:
            made.append(
                Group(
                    campaign_id=campaign.id,
                    campaign_title=campaign.title,
                    bureau_name=bureau.name,
                    school_id=school.id,
                    school_name=school.name,
                    questionnaire=questionnaire.name,
                    grade=grade,
                    entry=campaign.entry,
                    enrolled=enrolled,
                    synthetic=bureau.synthetic,
                )
            )
    return made
