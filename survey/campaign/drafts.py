"""A draft of a round is changed or thrown away: nobody has been asked yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Delete, Update, delete, update

from survey import db
from survey.ballot import groups
from survey.campaign import titles
from survey.campaign.store import Campaign, WrongState
from survey.campaign.whom import AskedWith, Whom


@dataclass(frozen=True, slots=True)
class Terms:
    """What a draft says."""

    title: str
    entry: str  # slips | open_link
    closes_on: date
    opens_on: date | None
    whom: Whom


def change(campaign: Campaign, terms: Terms) -> None:
    """Say something else in a draft; the caller commits. Raises WrongState, and titles.TitleTaken."""
    titles.keep_apart(campaign.bureau_id, terms.title, campaign.id)
    _only_a_draft(
        campaign,
        update(Campaign).values(
            title=terms.title,
            entry=terms.entry,
            closes_on=terms.closes_on,
            opens_on=terms.opens_on,
            roles=list(terms.whom.roles),
            schools=terms.whom.schools,
            school_ids=list(terms.whom.school_ids),
        ),
    )
    db.session("desk").refresh(campaign)


def shown(campaign: Campaign, asked: Sequence[AskedWith]) -> str:
    """A fingerprint of what the page that asks before opening shows: the draft's terms, and whom it would ask."""
    terms = (campaign.title, campaign.entry, campaign.opens_on, campaign.closes_on)
    groups = [(g.school_id, g.school_name, g.questionnaire, g.grade, g.enrolled) for a in asked for g in a.groups]
    return hashlib.sha256(repr((terms, groups)).encode()).hexdigest()


def throw_away(campaign: Campaign) -> None:
    """Delete a draft; the caller commits. Raises WrongState."""
    _only_a_draft(campaign, delete(Campaign))
    db.session("desk").expunge(campaign)


def _only_a_draft(campaign: Campaign, statement: Update | Delete) -> None:
    """Raises WrongState where it is none, or where its opening was cut off: its groups may have answers already."""
    one: Any = statement.where(Campaign.id == campaign.id, Campaign.state == "draft").returning(Campaign.id)
    done: Sequence[Any] = db.session("desk").execute(one, execution_options={"synchronize_session": False}).all()
    if not done or groups.groups_of(campaign.id):
        db.session("desk").rollback()
        raise WrongState(campaign.id)
