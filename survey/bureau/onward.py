"""What leads on from a round that was closed: its results, late answers, or nothing."""

from __future__ import annotations

from enum import Enum

from survey.bureau.steps import STEPS
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.release import tabulate


class Onward(Enum):
    """How a closed round stands."""

    MIXING = "its last answers are being mixed"
    PUBLISH = "it can be published"
    LATE = "too few have answered, and others can yet"
    NOTHING = "too few were asked: nothing of it can ever be published"


def onward(campaign: Campaign) -> Onward:
    """What can become of a closed round. One that was published had enough answers then."""
    if not rounds.is_mixed(campaign):
        return Onward.MIXING
    if campaign.was_published or tabulate.are_enough(campaign.id, rounds.names_asked(campaign)):
        return Onward.PUBLISH
    return Onward.LATE if rounds.asks_enough(campaign) else Onward.NOTHING


def may_take(campaign: Campaign, step: str) -> bool:
    """Whether a step can be taken now: late answers before the first release only where too few have answered."""
    is_late_at_first = step == "reopen" and not campaign.was_published
    return rounds.may(campaign, step) and (not is_late_at_first or onward(campaign) is Onward.LATE)


def steps_again(campaign: Campaign) -> list[str]:
    """The steps, besides publishing, that lead on from a round that is closed or published."""
    return [step for step in STEPS if rounds.MOVES[step].is_late and may_take(campaign, step)]
