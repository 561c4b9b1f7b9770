"""The steps of a round that cannot be taken back: what the button says, what follows, and what is done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask import g
from flask_babel import lazy_gettext as _l

from survey.bureau.publishing import publish_campaign
from survey.campaign import rounds
from survey.campaign.store import Campaign


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form of a step brings."""

    remarks: Collection[str]  # those chosen, by id
    seen: str  # the fingerprint of the draft that was shown


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, what follows from it, and the function that takes it (raises rounds.WrongState)."""

    words: str
    consequence: str
    deed: str  # its name in staff.deeds.DEEDS
    take: Callable[[Campaign, Sent], object]
    at_first: str = ""  # what follows where nothing was published yet, if that is something else

    def follows(self, campaign: Campaign) -> str:
        """What follows from the step for this round."""
        return self.at_first if self.at_first and not campaign.was_published else self.consequence


STEPS: Mapping[str, Step] = {
    "open": Step(
        _l("Open the round"),
        _l(
            "Opening makes the slips or links of every group that is asked; answers are taken from the first day on. "
            "Whom it asks, and with which questions, stays as it is on this day. It cannot be taken back."
        ),
        "opened_round",
        lambda campaign, sent: rounds.open_campaign(campaign, sent.seen),
    ),
    "close": Step(
        _l("Close and stop taking answers"),
        _l(
            "After closing, no answer is taken any more and the last ones are mixed. Of a grade with fewer than ten "
            "answers the grade is not kept, of a school with fewer than ten the school neither. It cannot be taken "
            "back."
        ),
        "closed_round",
        lambda campaign, _: rounds.close_campaign(campaign),
    ),
    "publish": Step(
        _l("Publish the results"),
        _l(
            "The tables are computed once, groups under ten are hidden, and the Excel files are written. "
            "What is published does not change."
        ),
        "published_round",
        lambda campaign, sent: publish_campaign(campaign, g.language, sent.remarks),
    ),
    "reopen": Step(
        _l("Take late answers"),
        _l(
            "What is published stays as it is. For seven days (a house rule) late answers are taken. They count "
            "where at least ten of them can be mixed; a second release can follow when, in every group, nobody or "
            "at least ten more people have answered: a smaller difference would tell of those few."
        ),
        "reopened_round",
        lambda campaign, _: rounds.reopen_campaign(campaign),
        _l(
            "For seven days (a house rule) late answers are taken. They count where at least ten of them can be mixed; "
            "answers that were too few for that at the close are not kept. Afterwards the round can be published, if "
            "at least ten people have answered one of the questionnaires."
        ),
    ),
    "leave": Step(
        _l("Leave it at the last release"),
        _l(
            "What is published stays as it is. Nothing that came since then is lost: it counts with the next release, "
            "if late answers are taken once more."
        ),
        "left_round",
        lambda campaign, _: rounds.leave_campaign(campaign),
    ),
}
