"""Titles of rounds: that they say something, and that no two rounds of a district look alike."""

from __future__ import annotations

import unicodedata

from sqlalchemy import select

from survey import db
from survey.campaign.store import Campaign
from survey.staff.store import Bureau
from survey.words.visible_text import visible

UNSEEN_MARKS = "M"  # what stands over another letter, or chooses its form


class TitleTaken(ValueError):
    """Another round of the district has this title."""


def seen(typed: str) -> str:
    """What can be seen of a title, on one line; control characters are left out too."""
    return visible("".join(each for each in typed if each.isspace() or each.isprintable()))


def says_something(title: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in title)


def keep_apart(bureau_id: str, title: str, but_id: str | None = None) -> None:
    """Raises TitleTaken where a round of the bureau, other than one, looks like this title.

    Of two who give it at once the bureau's row lets one go first.
    """
    desk = db.session("desk")
    desk.execute(select(Bureau.id).where(Bureau.id == bureau_id).with_for_update())
    others = desk.execute(select(Campaign.id, Campaign.title).where(Campaign.bureau_id == bureau_id))
    if _looks(title) in {_looks(other) for other_id, other in others if other_id != but_id}:
        raise TitleTaken(title)


def _looks(title: str) -> str:
    plain = unicodedata.normalize("NFKC", seen(title)).casefold()
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] != UNSEEN_MARKS)
