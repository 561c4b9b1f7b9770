"""The steps of a round that cannot be taken back: what the button says, what follows, and what is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import g
from flask_babel import lazy_gettext as _l

from survey.bureau.publishing import publish_campaign
from survey.campaign import rounds
from survey.campaign.store import Campaign


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, what follows from it, and the function that takes it (raises rounds.WrongState)."""

    words: str
    state: str  # of the round, once it is taken
    consequence: str
    take: Callable[[Campaign], object]


STEPS: Mapping[str, Step] = {
    "open": Step(
        _l("Open the round"),
        "open",
        _l("Opening asks every school of the district and makes its slips or links. It cannot be taken back."),
        rounds.open_campaign,
    ),
    "close": Step(
        _l("Close and stop taking answers"),
        "closed",
        _l("After closing, no answer is taken any more and the last ones are mixed. It cannot be taken back."),
        rounds.close_campaign,
    ),
    "publish": Step(
        _l("Publish the results"),
        "published",
        _l(
            "The tables are computed once, groups under ten are hidden, and the Excel summary is written. "
            "What is published does not change."
        ),
        lambda campaign: publish_campaign(campaign, g.language),
    ),
}
