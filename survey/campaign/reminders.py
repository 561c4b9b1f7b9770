"""A reminder to a whole group, for its class chat or notice board. It names nobody: nobody knows who has answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from survey.ballot.asked import asked_with
from survey.ballot.store import Group
from survey.config import LANGUAGES


@dataclass(frozen=True, slots=True)
class Words:
    """One language's reminder, line by line."""

    language: str
    lines: tuple[str, ...]


def reminder(group: Group, address: str) -> tuple[Words, ...]:
    """The reminder of a group in every language of the pages. `address` is its open link, or where a code is typed."""
    found = []
    for language in LANGUAGES:
        with force_locale(language):
            found.append(Words(language, tuple(_lines(group, address))))
    return tuple(found)


def _lines(group: Group, address: str) -> Iterable[str]:
    yield _("«%(round)s»: answers are taken until %(day)s.", round=group.campaign_title, day=group.closes_on)
    asked = asked_with(group.questionnaire, group.asks)
    if asked is None:  # it cannot be read any more, though it is answered to the round's end
        yield _(
            "Thank you to everybody who has answered. Whoever has not can still do so, and taking part is voluntary."
        )
    else:
        yield _(
            "Thank you to everybody who has answered. Whoever has not can still do so; it takes about %(minutes)s "
            "minutes, and taking part is voluntary.",
            minutes=asked.minutes,
        )
    yield _("Nobody knows who has answered and who has not, neither the school nor the bureau. This goes to everybody.")
    if group.entry == "slips":
        yield _("Type the code of your slip here: %(address)s", address=address)
        yield _("Whoever has no slip draws one at the school; nobody notes who drew which.")
    else:
        yield _("The questionnaire is here: %(address)s", address=address)
