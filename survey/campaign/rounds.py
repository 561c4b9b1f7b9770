"""A round of questionnaires: made, opened, closed, published; and opened again for late answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from survey import db
from survey.ballot import groups
from survey.ballot.store import Group
from survey.ballot.store import today as today
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
COUNTED_IN = ("open", "closed")


DAYS_FOR_LATE_ANSWERS = 7  # a house rule


class WrongState(ValueError):
    """A step that the campaign is not ready for."""


class LastDayOver(ValueError):
    """A round that would close before it opens."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one school's questionnaire is: how many are asked, and how many answered, rounded."""

    school_name: str
    questionnaire: str
    asked: int
    received: str

    @property
    def is_few(self) -> bool:
        """Whether so few have answered that nothing of theirs could be shown."""
        return self.received.startswith("<")


def create_campaign(bureau: Bureau, title: str, entry: str, closes_on: date) -> Campaign:
    """A draft of a round; the caller commits."""
    campaign = Campaign(bureau_id=bureau.id, title=title, entry=entry, closes_on=closes_on)
    db.session("desk").add(campaign)
    db.session("desk").flush()
    return campaign


def open_campaign(campaign: Campaign) -> None:
    """Open a group for every school, questionnaire and grade of the district. Commits.

    Raises LastDayOver, and WrongState where it is open. Two stores cannot change in one step: the groups come first, so
    that a step that was cut off can be taken again.
    """
    advance(campaign, "open")
    if campaign.closes_on < today():
        raise LastDayOver(campaign.closes_on)
    desk = db.session("desk")
    bureau = desk.get_one(Bureau, campaign.bureau_id)
    campaign.opened_on = today()
    if not groups_of(campaign):
        groups.open_groups([group for school in bureau.schools for group in _groups(campaign, bureau, school)])
    desk.commit()


def close_campaign(campaign: Campaign) -> None:
    """Take no more answers. Commits; the ballots store first, so that no answer comes to a round that says «closed»."""
    advance(campaign, "close")
    groups.take_no_more(campaign.id)
    db.session("desk").commit()


def close_if_over(campaign: Campaign) -> None:
    """Close a round whose last day is over; respondents' pages and the mixer go by the day itself. Commits."""
    if may(campaign, "close") and campaign.closes_on < today():
        close_campaign(campaign)


def reopen_campaign(campaign: Campaign) -> None:
    """Take late answers to a published round for some days; its release stays as it is. Commits."""
    advance(campaign, "reopen")
    campaign.closes_on = today() + timedelta(days=DAYS_FOR_LATE_ANSWERS)
    groups.take_until(campaign.id, campaign.closes_on)
    db.session("desk").commit()


def ids_before(campaign: Campaign) -> list[str]:
    """The district's rounds that were opened on an earlier day."""
    earlier = select(Campaign.id).where(
        Campaign.bureau_id == campaign.bureau_id, Campaign.opened_on < campaign.opened_on
    )
    return list(db.session("desk").scalars(earlier))


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

    Nothing before the round opens, and nothing after it is published: its figures tell more. Commits when it counts.
    The page could be read after every answer; what it says then is what it said this morning.
    """
    if campaign.state not in COUNTED_IN:
        return []
    if campaign.counted_on != today():
        campaign.counted_on, campaign.received = today(), groups.received(campaign.id)
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
                    school_name=school.label,
                    questionnaire=questionnaire.name,
                    grade=grade,
                    entry=campaign.entry,
                    enrolled=enrolled,
                    closes_on=campaign.closes_on,
                    synthetic=bureau.synthetic,
                )
            )
    return made
