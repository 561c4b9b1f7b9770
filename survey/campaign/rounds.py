"""A round of questionnaires: made, opened, closed, published; and opened again for late answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from sqlalchemy import select, update

from survey import db
from survey.ballot import asked as questions
from survey.ballot import groups
from survey.ballot.groups import ListedGroup
from survey.ballot.store import Group
from survey.campaign import days, drafts, titles
from survey.campaign import whom as asking
from survey.campaign.store import Campaign
from survey.campaign.store import WrongState as WrongState
from survey.campaign.whom import EVERYBODY, AskedWith, Whom, groups_to_ask
from survey.day import today
from survey.questionnaire import built_in
from survey.questionnaire.model import Questionnaire
from survey.staff.district import district_of
from survey.staff.store import Bureau


@dataclass(frozen=True, slots=True)
class Move:
    """The states that a step leads from, and the one it leads to."""

    before: tuple[str, ...]
    after: str
    is_second: bool = False  # only for a round that was published before
    is_late: bool = False  # it goes on with a round that was closed already
    behind: tuple[str, ...] = ()  # the states in which it was surely taken


MOVES = {
    "open": Move(("draft",), "open", behind=("open", "closed", "published")),
    "close": Move(("open",), "closed", behind=("closed", "published")),
    "publish": Move(("closed",), "published", behind=("published",)),
    "reopen": Move(("closed", "published"), "open", is_late=True),
    "leave": Move(("closed",), "published", is_second=True, is_late=True),
}


@dataclass(frozen=True, slots=True, eq=False)
class AskedGroups:
    """Whom a round asks, by school, questionnaire and grade; what is worked out of it is kept by the object."""

    groups: tuple[ListedGroup, ...]
    schools: Mapping[str, tuple[ListedGroup, ...]]


class CannotBeOpened(ValueError):
    """A draft that cannot be opened as it stands."""


class LastDayOver(CannotBeOpened):
    """A round that would close before it opens."""


class OpenTooLong(CannotBeOpened):
    """A round whose last day is too far from its first one."""


class CannotBeRead(ValueError):
    """A round whose questionnaire, as it was when it opened, this program cannot read."""


class OtherDraft(ValueError):
    """A draft that was changed, or would ask others, since the page that asks before opening was shown."""


class NobodyAsked(CannotBeOpened):
    """A round of schools that have nobody to ask, or are all closed."""


class TooFewAsked(CannotBeOpened):
    """A round that asks so few people that nothing of them could ever be told."""


def create_campaign(
    bureau: Bureau, title: str, entry: str, closes_on: date, opens_on: date | None = None, whom: Whom = EVERYBODY
) -> Campaign:
    """A draft of a round; without a first day it begins when it is opened. The caller commits.

    Raises titles.TitleTaken.
    """
    titles.keep_apart(bureau.id, title)
    campaign = Campaign(bureau_id=bureau.id, title=title, entry=entry, opens_on=opens_on, closes_on=closes_on)
    campaign.roles, campaign.schools, campaign.school_ids = list(whom.roles), whom.schools, list(whom.school_ids)
    db.session("desk").add(campaign)
    db.session("desk").flush()
    return campaign


def open_campaign(campaign: Campaign, seen: str | None = None) -> None:
    """Open a group for every school, questionnaire and grade that is asked. Commits.

    `seen` is the fingerprint of the draft that a person has seen: raises OtherDraft when it is another one by now.

    Slips can be printed and links shown at once; answers are taken from the first day on, which the respondents' pages
    and the mixer see by the day itself, as they do the last. Raises CannotBeOpened, and WrongState where it is open.
    Two stores cannot change in one step: the groups come first, so that a step that was cut off can be taken again.
    """
    advance(campaign, "open")
    check_opening(campaign)
    if seen not in (None, shown(campaign)):
        raise OtherDraft(campaign.id)
    desk = db.session("desk")
    bureau = desk.get_one(Bureau, campaign.bureau_id)
    campaign.opened_on = max(today(), campaign.opens_on or today())
    if not groups_of(campaign):
        asked = groups_to_ask(campaign, bureau)
        questions.keep({group.questionnaire for group in asked})
        groups.open_groups(asked)
    desk.commit()


def check_opening(campaign: Campaign) -> None:
    """Raises CannotBeOpened, as LastDayOver, OpenTooLong, NobodyAsked or TooFewAsked."""
    if campaign.closes_on < today():
        raise LastDayOver(campaign.closes_on)
    if days.is_too_long(campaign.opens_on, campaign.closes_on):
        raise OpenTooLong(campaign.closes_on)
    if groups_of(campaign):
        return  # its opening was cut off
    asked = would_ask(campaign)
    if not asked:
        raise NobodyAsked(campaign.id)
    if not asking.are_enough(group for each in asked for group in each.groups):
        raise TooFewAsked(campaign.id)


def would_ask(campaign: Campaign) -> Sequence[AskedWith]:
    """Whom a draft would ask if it were opened now."""
    return asking.would_ask(campaign, db.session("desk").get_one(Bureau, campaign.bureau_id))


def shown(campaign: Campaign) -> str:
    """A fingerprint of what a draft says now, and of whom it would ask."""
    return drafts.shown(campaign, would_ask(campaign))


def questionnaires_of(campaign: Campaign) -> Mapping[str, Questionnaire]:
    """What an opened round asks, by name: as it was when it opened. Raises CannotBeRead."""
    found: dict[str, Questionnaire] = {}
    for group in groups_of(campaign):
        if group.questionnaire not in found:
            told = questions.asked_with(group.questionnaire, group.asks)
            if told is None:
                raise CannotBeRead(group.questionnaire)
            found[group.questionnaire] = told
    return found


def names_asked(campaign: Campaign) -> set[str]:
    """The questionnaires of an opened round, by name."""
    return {name for name, _ in groups.asks_of(campaign.id)}


def asks_enough(campaign: Campaign) -> bool:
    """Whether an opened round asks so many people that something could be told; schools closed since ask nobody."""
    return asking.are_enough(group for group in asked(campaign).groups if not group.school_closed)


def changed_since(campaign: Campaign) -> list[str]:
    """The questionnaires that are others today than when the round opened; it goes on asking what it asked first."""
    now = {name: questionnaire.fingerprint for name, questionnaire in built_in().items()}
    asked = dict(groups.asks_of(campaign.id))
    return sorted(name for name, asks in asked.items() if asks not in (None, now.get(name)))


def has_begun(campaign: Campaign) -> bool:
    """Whether the first day of an opened round has come."""
    return campaign.opened_on is not None and campaign.opened_on <= today()


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
    """Take late answers for some days to a round that was closed; a release that it has stays as it is. Commits."""
    advance(campaign, "reopen")
    campaign.closes_on = days.last_of_late()
    groups.take_until(campaign.id, campaign.closes_on)
    db.session("desk").commit()


def leave_campaign(campaign: Campaign) -> None:
    """Leave a round that was closed again at its last release; what came since stays for a later one. Commits."""
    advance(campaign, "leave")
    db.session("desk").commit()


def ids_before(campaign: Campaign) -> list[str]:
    """The district's rounds that were opened on an earlier day."""
    earlier = select(Campaign.id).where(
        Campaign.bureau_id == campaign.bureau_id, Campaign.opened_on < campaign.opened_on
    )
    return list(db.session("desk").scalars(earlier))


def may(campaign: Campaign, step: str) -> bool:
    """Whether a step can be taken now."""
    move = MOVES[step]
    return campaign.state in move.before and (campaign.was_published or not move.is_second)


def was_taken(campaign: Campaign, step: str) -> bool:
    """Whether a step is surely behind the round, so that whoever takes it comes second."""
    is_open_again = step == "reopen" and campaign.state == "open" and campaign.was_published
    return is_open_again or campaign.state in MOVES[step].behind


def advance(campaign: Campaign, step: str) -> None:
    """Bring the campaign to the state that a step leads to; the caller commits.

    Of two who take it at once, the condition of the statement lets one. Raises WrongState where it cannot be taken now.
    """
    desk, move = db.session("desk"), MOVES[step]
    one = update(Campaign).where(Campaign.id == campaign.id, Campaign.state.in_(move.before))
    if move.is_second:
        one = one.where(Campaign.was_published)
    one = one.values(state=move.after, was_published=Campaign.was_published | (move.after == "published"))
    moved = desk.execute(one.returning(Campaign.id), execution_options={"synchronize_session": False}).all()
    desk.refresh(campaign)
    if not moved:
        raise WrongState(f"{step}: {campaign.state}")


def is_mixed(campaign: Campaign) -> bool:
    """Whether every ballot has become an answer."""
    return groups.waiting(campaign.id) == 0


def groups_of(campaign: Campaign, *, schools: Collection[str] = (), ids: Collection[str] = ()) -> list[Group]:
    """Whom the campaign asks; the groups of some schools, or some by their ids, alone."""
    return groups.groups_of(campaign.id, schools=schools, ids=ids)


def one_group(campaign: Campaign, group_id: str) -> Group | None:
    """One group of the campaign; None where it has none such."""
    return groups.one(campaign.id, group_id)


def asked(campaign: Campaign) -> AskedGroups:
    """The same as lists have it, read once a day: nobody else is asked once a round is open, until a school closes."""
    district = district_of(db.session("desk").get_one(Bureau, campaign.bureau_id))
    return _asked(campaign.id, campaign.state, campaign.opened_on, campaign.closes_on, today(), district)


@lru_cache(maxsize=8)
def _asked(campaign_id: str, *_as_it_is: object) -> AskedGroups:
    found = groups.listed(campaign_id)
    schools = groupby(found, key=lambda group: group.school_id)
    return AskedGroups(tuple(found), {school: tuple(of_school) for school, of_school in schools})
