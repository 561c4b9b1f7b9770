"""Why a round cannot be opened or published as it stands, in words for the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.bureau.forms import open_at_most
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.release.freeze import NothingToTell, TooLittleNew
from survey.release.groups import Group
from survey.release.suppression import SMALLEST_GROUP, NotSafe
from survey.words import wording

REFUSED = (NothingToTell, TooLittleNew, NotSafe)

NOT_NOW = {
    "draft": _l("That is not possible now: the round is a draft."),
    "open": _l("That is not possible now: the round is open."),
    "closed": _l("That is not possible now: the round is closed."),
    "published": _l("That is not possible now: the round is published."),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was found, what would do, and the groups it is about."""

    found: str
    remedy: str
    groups: tuple[str, ...]


def refusal(refused: NothingToTell | TooLittleNew | NotSafe, campaign: Campaign) -> Refusal:
    """The refusal in the language of the page."""
    groups = tuple(_names(refused.groups, campaign))
    if isinstance(refused, NotSafe):
        return Refusal(
            _("Whatever is hidden, the answers of these groups could be worked out from those of the others."),
            _("Merge them with other groups: enter the grades, or the small schools, as one in the next round."),
            groups,
        )
    if isinstance(refused, NothingToTell):
        return Refusal(
            few_answered(),
            _("Take late answers until at least %(smallest)s have come, or leave this round unpublished.",
              smallest=SMALLEST_GROUP) if rounds.asks_enough(campaign) else few_asked(),
            (),
        )  # fmt: skip
    if not groups:
        return Refusal(
            _("No answer has arrived since the last release."), _("That release stands and can be downloaded."), ()
        )
    return Refusal(
        _(
            "Since the last release a few people have answered in these groups, fewer than %(smallest)s in each. "
            "The difference between two releases would tell what they said.",
            smallest=SMALLEST_GROUP,
        ),
        _("Take late answers until at least %(smallest)s more have come, or leave it at the last release.",
          smallest=SMALLEST_GROUP),
        groups,
    )  # fmt: skip


def why_not_now(campaign: Campaign, step: str | None = None) -> str:
    """What is said of a step, or of another change, that the round is not ready for: somebody was first, or it is not
    its time."""
    if step and rounds.was_taken(campaign, step):
        return str(_("That step was taken already."))
    if campaign.state == "draft" and rounds.groups_of(campaign):
        return str(_("The opening of this round was cut off. Open it again."))
    return str(NOT_NOW[campaign.state])


def few_answered() -> str:
    """What is said of a round that cannot be published yet."""
    return str(_("Fewer than %(smallest)s people have answered each questionnaire: a release would tell nothing.",
                 smallest=SMALLEST_GROUP))  # fmt: skip


def few_asked() -> str:
    """What is said of a round that can never be published."""
    return str(
        _("Fewer than %(smallest)s people were asked with each questionnaire: nothing of this round can be published.",
          smallest=SMALLEST_GROUP)
    )  # fmt: skip


def why_not_opened(refused: rounds.CannotBeOpened) -> str:
    """What is amiss with a draft, in the language of the page."""
    if isinstance(refused, rounds.LastDayOver):
        return str(_("The last day of this round is over. Make a new one."))
    if isinstance(refused, rounds.OpenTooLong):
        return open_at_most()
    if isinstance(refused, rounds.TooFewAsked):
        return str(
            _("Fewer than %(smallest)s people would be asked with each questionnaire, so that nothing could ever be "
              "published. Choose more schools or roles.", smallest=SMALLEST_GROUP)
        )  # fmt: skip
    return str(_("Nobody would be asked: the chosen schools are closed, or have nobody of the chosen roles."))


def too_few_to_open(draft: Campaign) -> str:
    """What is said of a draft that would ask too few; nothing of any other."""
    try:
        rounds.check_opening(draft)
    except rounds.TooFewAsked as refused:
        return why_not_opened(refused)
    except rounds.CannotBeOpened:
        pass
    return ""


def _names(groups: Iterable[Group], campaign: Campaign) -> Iterable[str]:
    schools = {group.school_id: group.school_name for group in rounds.groups_of(campaign)}
    for school, grade in groups:
        parts = [_("whole district") if school is None else schools.get(school) or _("Other schools together")]
        yield " · ".join(parts + ([str(wording.GRADE_LABELS[grade])] if grade is not None else []))
